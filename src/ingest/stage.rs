//! The stage: every file behind the fence, in parallel; their tables put together in the order of the paths.

use std::collections::BTreeMap;

use polars::prelude::{DataFrame, NamedFrom, Series};
use rayon::prelude::{IntoParallelRefIterator, ParallelIterator};

use crate::base::{Fault, FaultCode, Finding, FindingCode, Place, Result};
use crate::ingest::layout::{AUTO, Layouts};
use crate::ingest::reference::Reference;
use crate::ingest::repeats;
use crate::ingest::who::{self, Who};
use crate::pipeline::{Declared, Input, Output, Params, Parsed, Read, Stage};
use crate::tables::{
    self, FormEntry, ItemScore, JournalComparison, MarkCount, Measure, OfficialList, ResultRow, School,
    SchoolCode, ScoreCount, Source, SourceColumn, Table, TableSpec,
};

const TABLES: [&TableSpec; 12] = [
    Source::SPEC,
    SourceColumn::SPEC,
    School::SPEC,
    ResultRow::SPEC,
    ItemScore::SPEC,
    Measure::SPEC,
    OfficialList::SPEC,
    MarkCount::SPEC,
    JournalComparison::SPEC,
    ScoreCount::SPEC,
    FormEntry::SPEC,
    SchoolCode::SPEC,
];

/// Reads senders' files.
pub struct Ingest;

impl Stage for Ingest {
    fn kind(&self) -> &'static str {
        "ingest"
    }

    fn check(&self, declared: &Declared<'_>) -> Result<()> {
        Params::of(declared.params, &[])?;
        Layouts::parse(declared.documents)?;
        who::read(declared.documents)?;
        Reference::parse(declared.documents).map(|_| ())
    }

    fn reads(&self, _declared: &Declared<'_>) -> Result<Vec<Read>> {
        Ok(Vec::new())
    }

    fn writes(&self) -> &'static [&'static str] {
        &[
            "source",
            "source_column",
            "school",
            "result",
            "item_score",
            "measure",
            "official_list",
            "mark_count",
            "journal_comparison",
            "score_count",
            "form_entry",
            "school_code",
            "school_alias",
        ]
    }

    fn documents(&self, _declared: &Declared<'_>) -> Vec<String> {
        ["layout/", who::FOLDER, "reference/exam-minimums", "reference/subjects", "reference/vpr-scales"]
            .map(str::to_owned)
            .to_vec()
    }

    fn reads_sources(&self) -> bool {
        true
    }

    fn run(&self, input: &Input<'_>) -> Result<Output> {
        let layouts = Layouts::parse(input.declared.documents)?;
        let files = input.sources.files();
        if files.is_empty() {
            return Err(Fault::new(FaultCode::NoSources));
        }
        if let Some(file) =
            files.iter().find(|file| file.layout != AUTO && layouts.get(&file.layout).is_none())
        {
            return Err(Fault::new(FaultCode::NameUnknown)
                .at(Place::File(file.path.clone()))
                .with("name", &file.layout));
        }
        input.progress.total(files.len() as u64);
        let parsed: Vec<Parsed> = files
            .par_iter()
            .map(|file| {
                let parsed = input.sources.read(file);
                input.progress.advance(1);
                parsed
            })
            .collect::<Result<_>>()?;
        if parsed.iter().all(|file| !was_read(file)) {
            let first = files.first().map_or(Place::Nowhere, |file| Place::File(file.path.clone()));
            let mut codes = parsed.iter().flat_map(|file| &file.findings).map(|finding| finding.code);
            let opened = codes.any(|code| code == FindingCode::LayoutUnknown);
            let why = if opened { "sources-layout" } else { "sources-damaged" };
            return Err(Fault::new(FaultCode::SourcesUnreadable)
                .at(first)
                .with("files", files.len())
                .why(why));
        }
        let mut output = assemble(parsed, who::read(input.declared.documents)?)?;
        output.findings.extend(
            input
                .sources
                .empty_globs()
                .iter()
                .map(|(glob, place)| Finding::new(FindingCode::GlobEmpty, place.clone()).detail(glob)),
        );
        Ok(output)
    }
}

/// Did any sheet of the file find its layout?
fn was_read(file: &Parsed) -> bool {
    file.tables.iter().any(|(name, frame)| {
        *name == Source::SPEC.name
            && tables::texts(frame, "layout").is_ok_and(|layouts| layouts.iter().any(Option::is_some))
    })
}

/// One frame a table, with `source_id`s that hold for the whole run: `s0001`, … in the order of paths and sheets.
fn assemble(files: Vec<Parsed>, who: Who) -> Result<Output> {
    let sheets = |file: &Parsed| {
        file.tables.iter().find(|(name, _)| *name == Source::SPEC.name).map_or(0, |(_, frame)| frame.height())
    };
    let width = files.iter().map(sheets).sum::<usize>().to_string().len().max(4);
    let mut output = Output::default();
    let mut frames: Vec<Vec<DataFrame>> = vec![Vec::new(); TABLES.len()];
    let mut before = 0;
    for file in files {
        let count = sheets(&file);
        for (name, mut frame) in file.tables {
            let position = TABLES.iter().position(|spec| spec.name == name);
            if let Some(list) = position.and_then(|position| frames.get_mut(position)) {
                rename_sources(&mut frame, before, width)?;
                list.push(frame);
            }
        }
        output.findings.extend(file.findings);
        before += count;
    }
    let whole = TABLES.iter().zip(frames).map(|(spec, list)| Ok((spec.name, tables::concat(spec, &list)?)));
    let mut whole: BTreeMap<&'static str, DataFrame> = whole.collect::<Result<_>>()?;
    if let Some(results) = whole.remove(ResultRow::SPEC.name) {
        let marked = match whole.get(ItemScore::SPEC.name) {
            Some(items) => repeats::marked(results, items)?,
            None => results,
        };
        whole.insert(ResultRow::SPEC.name, marked);
    }
    // Codes of pupils are unique only within a school: repeats are looked for before schools are joined.
    output.findings.extend(who.apply(&mut whole)?);
    output.tables = whole.into_iter().collect();
    Ok(output)
}

fn rename_sources(frame: &mut DataFrame, before: usize, width: usize) -> Result<()> {
    let bug = |cause: String| Fault::new(FaultCode::Bug).because(cause);
    let mut ids = Vec::with_capacity(frame.height());
    for local in tables::texts(frame, "source_id")? {
        let local = local.unwrap_or_default();
        let number: usize = local.parse().map_err(|_| bug(format!("source_id {local}")))?;
        ids.push(format!("s{:0width$}", before + number + 1));
    }
    let column = Series::new("source_id".into(), ids);
    frame.replace("source_id", column.into()).map_err(|error| bug(error.to_string()))?;
    Ok(())
}
