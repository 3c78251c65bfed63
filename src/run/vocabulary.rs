//! The words that columns can hold in this workspace: the tables' own, those of its layouts and of its reference data.

use std::collections::BTreeMap;

use crate::base::Result;
use crate::ingest::{Kind, Layout, Layouts, Reference, Target};
use crate::method::Vocabulary;
use crate::run::Workspace;
use crate::run::documents::{self, Documents};
use crate::tables::{JournalComparison, MarkCount, Measure, ResultRow, ScoreCount, Table};

/// Tables that speak of tests.
const TESTS: [&str; 4] =
    [ResultRow::SPEC.name, MarkCount::SPEC.name, JournalComparison::SPEC.name, ScoreCount::SPEC.name];

/// The words of a workspace's columns.
///
/// # Errors
/// Exit 10 for layouts or reference data that are not right, 16 where the disk refuses.
pub fn vocabulary(workspace: &Workspace) -> Result<Vocabulary> {
    let mut all = documents::layouts(workspace.root())?;
    all.extend(documents::references(workspace.root())?);
    of_documents(&all)
}

/// The words that these documents bring.
pub(super) fn of_documents(documents: &Documents) -> Result<Vocabulary> {
    let mut words = Vocabulary::default();
    for layout in Layouts::parse(documents)?.all() {
        of_layout(layout, &mut words);
    }
    let reference = Reference::parse(documents)?;
    for table in TESTS {
        reference.subjects().for_each(|subject| words.add(table, "subject", subject));
    }
    Ok(words)
}

fn of_layout(layout: &Layout, words: &mut Vocabulary) {
    let table = layout.table.name();
    let facts = [("procedure", &layout.procedure), ("wave", &layout.wave)];
    for (column, word) in facts.into_iter().filter_map(|(column, word)| Some((column, word.as_ref()?))) {
        words.add(table, column, word);
    }
    for rule in &layout.columns {
        let Some(to) = &rule.to else { continue };
        match rule.kind {
            Some(Kind::Word) => each(&rule.words, |word| words.add(table, to, word)),
            Some(Kind::Pupils | Kind::Share | Kind::Percent | Kind::Number)
                if layout.table == Target::Measure =>
            {
                // `attendance@quarter-1`: the measure and its period
                let name = to.split_once('@').map_or(to.as_str(), |(name, _)| name);
                words.add(Measure::SPEC.name, "measure", name);
            }
            _ => {}
        }
        each(&rule.forms, |word| words.add(table, "form", word));
    }
}

fn each(words: &BTreeMap<String, String>, add: impl FnMut(&str)) {
    words.values().map(String::as_str).for_each(add);
}
