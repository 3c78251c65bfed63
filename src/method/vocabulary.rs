//! The words that columns can hold in a region, and whether a pack speaks of others.
//!
//! A word that no column ever holds chooses no rows and leaves nobody out: a list would change in silence.

use std::collections::{BTreeMap, BTreeSet};

use super::sql::{Said, fits};
use crate::base::{Fault, FaultCode, Place};
use crate::method::MethodPack;
use crate::tables::{ItemScore, ResultRow, TASKS, Table, TableSpec};

/// A word that a pack compares a column with.
#[derive(Debug, Clone, PartialEq)]
pub struct SaidWord {
    /// The table.
    pub table: &'static TableSpec,
    /// The column.
    pub column: &'static str,
    /// The word, the pattern, or a number.
    pub said: Said,
    /// The line of the pack.
    pub place: Place,
}

/// Words by table and column: beside those of the tables' declarations what layouts and reference data bring.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary(BTreeMap<(String, String), BTreeSet<String>>);

impl Vocabulary {
    /// Takes in a word that can stand in a column.
    pub fn add(&mut self, table: &str, column: &str, word: &str) {
        self.0.entry((table.to_owned(), column.to_owned())).or_default().insert(word.to_owned());
    }

    /// What a pack says that no column can hold, in the order of the file.
    #[must_use]
    pub fn complaints(&self, pack: &MethodPack) -> Vec<Box<Fault>> {
        let line = |said: &SaidWord| match &said.place {
            Place::Line(_, line) => *line,
            _ => 0,
        };
        let mut in_order: Vec<&SaidWord> = pack.said.iter().collect();
        in_order.sort_by_key(|said| line(said));
        let mut told = BTreeSet::new();
        let mut complaints = Vec::new();
        for said in in_order {
            let known = self.known(said, pack);
            if let Some(name) = odd(&said.said, &known)
                && told.insert((line(said), said.column, name))
            {
                let known: Vec<&str> = known.into_iter().collect();
                let fault = Fault::new(FaultCode::NameUnknown)
                    .with("kind", "word")
                    .with("name", name)
                    .with("column", said.column)
                    .with("table", said.table.name)
                    .with("known", known.join(", "));
                complaints.push(fault.at(said.place.clone()));
            }
        }
        complaints
    }

    /// The words of a column; none where any text may stand in it.
    fn known<'a>(&'a self, said: &SaidWord, pack: &'a MethodPack) -> BTreeSet<&'a str> {
        let declared = said.table.column(said.column).map_or(&[][..], |column| column.words);
        // tasks stand beside the tests that they belong to
        let owner = if said.table.name == TASKS.name && ItemScore::SPEC.column(said.column).is_none() {
            ResultRow::SPEC.name
        } else {
            said.table.name
        };
        let brought = self.0.get(&(owner.to_owned(), said.column.to_owned()));
        let mut known: BTreeSet<&str> = declared.iter().copied().collect();
        known.extend(brought.into_iter().flatten().map(String::as_str));
        if !known.is_empty() {
            known.extend(pack.words.get(said.column).into_iter().flatten().map(String::as_str));
        }
        known
    }
}

/// What of it no known word is.
fn odd<'a>(said: &'a Said, known: &BTreeSet<&str>) -> Option<&'a str> {
    match said {
        _ if known.is_empty() => None,
        Said::Word(word) => (!known.contains(word.as_str())).then_some(word),
        Said::Pattern(pattern, any_case) => {
            let like = if *any_case { pattern.to_lowercase() } else { pattern.clone() };
            (!known.iter().any(|word| fits(&like, word))).then_some(pattern)
        }
        Said::Number(_) | Said::Bound(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::Vocabulary;
    use crate::base::{FaultCode, Place};
    use crate::method::MethodPack;

    const PACK: &str = r#"id = "p"
version = "1"
title = { ru = "М", en = "M" }
basis = "—"
status = "experimental"
[words]
kind = ["cadet"]
[population]
branches = "own"
[[population.out]]
where = "kind = 'evening'"
reason = "evening"
title = { ru = "в", en = "e" }
[[indicator]]
id = "low"
title = { ru = "Доля", en = "Share" }
table = "item_score"
where = "procedure = 'vpr' AND wave = 'spring' AND subject = 'ma' AND NOT repeat AND state = 'scored'"
per_pupil = "SUM(CASE WHEN sex LIKE 'f%' THEN 1 ELSE 0 END) > 1"
better = "low"
min_n = 10
[[adverse]]
id = "a"
title = { ru = "У", en = "C" }
cut = ">= 0.75"
measures = [{ measure = "low_income", direction = 1 }]
"#;

    fn told(text: &str) -> Vec<(FaultCode, usize, String)> {
        let mut words = Vocabulary::default();
        words.add("result", "subject", "ch");
        words.add("measure", "measure", "low_income");
        let pack = MethodPack::parse("p.toml", text).unwrap();
        let of = |fault: Box<crate::base::Fault>| {
            let Place::Line(_, line) = fault.place else { panic!("{fault}") };
            let name = fault.args.iter().find(|(name, _)| *name == "name").unwrap().1.clone();
            (fault.code, line, name)
        };
        words.complaints(&pack).into_iter().map(of).collect()
    }

    #[test]
    fn a_word_that_no_column_holds_is_told_at_its_line() {
        assert_eq!(told(PACK), []);
        for (from, to, line) in [
            ("'evening'", "'evning'", 11),
            ("'vpr'", "'vrp'", 18),
            ("'spring'", "'sping'", 18),
            ("'ma'", "'rus'", 18),
            ("'scored'", "'score'", 18),
            ("'f%'", "'w%'", 19),
            ("\"low_income\"", "\"low_incme\"", 26),
        ] {
            let name = to.trim_matches(['\'', '"']).to_owned();
            assert_eq!(told(&PACK.replacen(from, to, 1)), [(FaultCode::NameUnknown, line, name)]);
        }
        for known in ["'cadet'", "'prison'"] {
            assert_eq!(told(&PACK.replacen("'evening'", known, 1)), []);
        }
        assert_eq!(told(&PACK.replacen("'ma'", "'ch'", 1)), [], "the reference data know it");
        let two = PACK.replacen("'evening'", "'evning'", 1).replacen("'ma'", "'rus'", 1);
        assert_eq!(told(&two).len(), 2);
    }
}
