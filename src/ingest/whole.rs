//! What all files gave, put together: the small tables as frames, results and tasks as files, in which a test at a time is open.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::{DataFrame, PolarsError};

use crate::base::{Fault, FaultCode, Place, Result};
use crate::ingest::repeats;
use crate::ingest::who::{Settling, Who};
use crate::lake::parquet::{self, Part};
use crate::pipeline::{Output, Parsed, Test, file_of};
use crate::tables::{
    self, FormEntry, ItemScore, JournalComparison, MarkCount, Measure, OfficialList, ResultRow, School,
    SchoolCode, SchoolNamed, ScoreCount, Source, SourceColumn, Table, TableSpec,
};

/// The tables that are frames.
const TABLES: [&TableSpec; 11] = [
    Source::SPEC,
    SourceColumn::SPEC,
    School::SPEC,
    Measure::SPEC,
    OfficialList::SPEC,
    MarkCount::SPEC,
    JournalComparison::SPEC,
    ScoreCount::SPEC,
    FormEntry::SPEC,
    SchoolCode::SPEC,
    SchoolNamed::SPEC,
];

/// Fewer rows are no row group of their own.
const FEW: usize = 1 << 13;

/// The parts of the packed tables.
#[derive(Default)]
struct Packs {
    /// Results of each test, in the order of the files.
    results: BTreeMap<Test, Vec<Vec<u8>>>,
    /// Tasks of each file, by its number.
    items: BTreeMap<usize, Vec<u8>>,
}

/// All tables of the files, which come in the order of their numbers.
pub(super) fn assemble(files: Vec<Parsed>, who: Who) -> Result<Output> {
    let mut output = Output::default();
    let mut frames: BTreeMap<&'static str, Vec<DataFrame>> = BTreeMap::new();
    let mut packs = Packs::default();
    for (number, file) in files.into_iter().enumerate() {
        for (name, frame) in file.tables {
            if frame.height() > 0 {
                frames.entry(name).or_default().push(frame);
            }
        }
        for part in file.packed {
            match part.test {
                Some(test) if part.table == ResultRow::SPEC.name => {
                    packs.results.entry(test).or_default().push(part.bytes);
                }
                _ if part.table == ItemScore::SPEC.name => drop(packs.items.insert(number, part.bytes)),
                _ => return Err(Fault::new(FaultCode::Bug).at(Place::Table(part.table.to_owned()))),
            }
        }
        output.findings.extend(file.findings);
    }
    let whole = TABLES.iter().map(|spec| {
        let list = frames.remove(spec.name).unwrap_or_default();
        Ok((spec.name, tables::concat(spec, &list)?))
    });
    let mut whole: BTreeMap<&'static str, DataFrame> = whole.collect::<Result<_>>()?;
    let mut settling = who.settling(&mut whole)?;
    output.packed.push(results(packs.results, &packs.items, &mut settling)?);
    let items = packs.items.into_values().map(|bytes| Ok(Part::File(bytes)));
    let (bytes, rows) = parquet::join(ItemScore::SPEC, items, FEW)?;
    output.packed.push((ItemScore::SPEC.name, bytes, rows));
    output.findings.extend(settling.finish(&mut whole)?);
    output.tables = whole.into_iter().collect();
    Ok(output)
}

/// The results as one file: test by test, since the table is sorted so.
fn results(
    tests: BTreeMap<Test, Vec<Vec<u8>>>,
    items: &BTreeMap<usize, Vec<u8>>,
    settling: &mut Settling,
) -> Result<(&'static str, Vec<u8>, u64)> {
    let spec = ResultRow::SPEC;
    let tests = tests.into_values().map(|parts| test(parts, items, settling));
    let (bytes, rows) = parquet::join(spec, tests, FEW)?;
    Ok((spec.name, bytes, rows))
}

/// Columns on which it depends whether rows must be changed or moved.
const TOLD: [&str; 9] =
    ["year", "procedure", "grade", "subject", "wave", "school_id", "pupil_code", "source_id", "row"];

/// The results of a test. What one file gave in order, with its own schools and without repeats, stays as it is.
fn test(mut parts: Vec<Vec<u8>>, items: &BTreeMap<usize, Vec<u8>>, settling: &mut Settling) -> Result<Part> {
    let spec = ResultRow::SPEC;
    if let [alone] = parts.as_mut_slice() {
        let mut told = parquet::decode(spec, alone, Some(&TOLD))?;
        if tables::is_sorted(spec, &told) && !repeats::may_be(&told)? {
            if !settling.results(&mut told)? {
                return Ok(Part::File(std::mem::take(alone)));
            }
            let bug = |error: PolarsError| Fault::new(FaultCode::Bug).because(error);
            let mut frame = parquet::decode(spec, alone, None)?;
            let schools = told.column("school_id").map_err(bug)?.clone();
            frame.replace("school_id", schools).map_err(bug)?;
            return tables::sort(spec, &frame).map(Part::Frame);
        }
    }
    let frames = parts.iter().map(|bytes| parquet::decode(spec, bytes, None));
    let frame = match frames.collect::<Result<Vec<_>>>()?.as_slice() {
        [alone] => alone.clone(),
        several => tables::concat(spec, several)?,
    };
    let tasks_of = |sources: &BTreeSet<&str>| {
        let files: BTreeSet<usize> = sources.iter().filter_map(|source| file_of(source)).collect();
        let packs = files.iter().filter_map(|file| items.get(file));
        let frames = packs.map(|bytes| parquet::decode(ItemScore::SPEC, bytes, None));
        tables::concat(ItemScore::SPEC, &frames.collect::<Result<Vec<_>>>()?)
    };
    // Codes of pupils are unique only within a school: repeats are looked for before schools are joined.
    let mut frame = repeats::marked(frame, tasks_of)?;
    settling.results(&mut frame)?;
    tables::sort(spec, &frame).map(Part::Frame)
}
