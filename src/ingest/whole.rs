//! What all files gave, put together: the small tables as frames, results and tasks as files, in which a test at a time is open.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::DataFrame;

use crate::base::{Fault, FaultCode, Place, Result};
use crate::ingest::repeats;
use crate::ingest::who::{Settling, Who};
use crate::lake::parquet;
use crate::pipeline::{Output, Parsed, Test, file_of};
use crate::tables::{
    self, FormEntry, ItemScore, JournalComparison, MarkCount, Measure, OfficialList, ResultRow, School,
    SchoolCode, ScoreCount, Source, SourceColumn, Table, TableSpec,
};

/// The tables that are frames.
const TABLES: [&TableSpec; 10] = [
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
];

/// Fewer rows are no row group of their own.
const FEW: usize = 1 << 16;

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
    let (bytes, rows) = parquet::join(ItemScore::SPEC, packs.items.into_values(), FEW)?;
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
    let mut rows = 0_u64;
    let mut tests = tests.into_values();
    let parts = std::iter::from_fn(|| {
        let (mut few, mut count) = (Vec::new(), 0);
        while count < FEW {
            let Some(parts) = tests.next() else { break };
            match test(parts, items, settling) {
                Ok(frame) => {
                    count += frame.height();
                    few.push(frame);
                }
                Err(fault) => return Some(Err(fault)),
            }
        }
        rows += count as u64;
        (count > 0).then(|| tables::concat(spec, &few))
    });
    let bytes = parquet::encode_parts(spec, parts)?;
    Ok((spec.name, bytes, rows))
}

/// The results of a test.
fn test(parts: Vec<Vec<u8>>, items: &BTreeMap<usize, Vec<u8>>, settling: &mut Settling) -> Result<DataFrame> {
    let spec = ResultRow::SPEC;
    let frames = parts.into_iter().map(|bytes| parquet::decode_owned(spec, bytes, None));
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
    tables::sort(spec, &frame)
}
