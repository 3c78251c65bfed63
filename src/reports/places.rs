//! Which school a finding speaks of: by the row of the file, over the tables that came from it.
//!
//! The only place where reports look at pupils' rows, and they take nothing from them but the school.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::{DataFrame, IntoColumn, NamedFrom, Series};

use crate::base::{Fault, FaultCode, Result};
use crate::pipeline::Read;
use crate::tables::{self, FindingRow, Measure, ResultRow, Source, Table};

const ADDRESS: [&str; 3] = ["school_id", "source_id", "row"];

/// What the search reads.
#[must_use]
pub fn reads() -> Vec<Read> {
    [ResultRow::SPEC, Measure::SPEC].map(|table| Read::columns(table.name, &ADDRESS).or_empty()).to_vec()
}

/// The tables with `finding.school_id` added and pupils' rows taken away.
///
/// # Errors
/// `E803` where a table has not its columns.
pub fn with_schools(given: &BTreeMap<&'static str, DataFrame>) -> Result<BTreeMap<&'static str, DataFrame>> {
    let mut out = given.clone();
    out.remove(ResultRow::SPEC.name);
    let findings = super::table_or_empty::<FindingRow>(given)?;
    let sources = super::table_or_empty::<Source>(given)?;
    let (paths, sheets) = (tables::texts(&sources, "path")?, tables::texts(&sources, "sheet")?);
    let mut by_place: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    let ids = tables::texts(&sources, "source_id")?;
    for ((path, sheet), id) in paths.iter().zip(&sheets).zip(&ids) {
        if let (Some(path), Some(sheet), Some(id)) = (path, sheet, id) {
            by_place.insert((path, sheet), id);
        }
    }
    let (paths, sheets) = (tables::texts(&findings, "path")?, tables::texts(&findings, "sheet")?);
    let rows = tables::ints(&findings, "row")?;
    let wanted: Vec<Option<(&str, i32)>> = paths
        .iter()
        .zip(&sheets)
        .zip(&rows)
        .map(|((path, sheet), row)| {
            let id = by_place.get(&(path.as_deref()?, sheet.as_deref()?))?;
            Some((*id, (*row)?))
        })
        .collect();
    let schools = schools(given, &wanted.iter().flatten().copied().collect())?;
    let column: Vec<Option<String>> =
        wanted.iter().map(|place| schools.get(place.as_ref()?).cloned()).collect();
    let mut findings = findings;
    let column = Series::new("school_id".into(), column).into_column();
    findings.with_column(column).map_err(|error| Fault::new(FaultCode::Bug).because(error))?;
    out.insert(FindingRow::SPEC.name, findings);
    Ok(out)
}

fn schools<'a>(
    given: &'a BTreeMap<&'static str, DataFrame>,
    wanted: &BTreeSet<(&'a str, i32)>,
) -> Result<BTreeMap<(&'a str, i32), String>> {
    let mut out = BTreeMap::new();
    for name in [ResultRow::SPEC.name, Measure::SPEC.name] {
        let Some(frame) = given.get(name).filter(|frame| frame.height() > 0) else { continue };
        let malformed = |error| Fault::new(FaultCode::TableMalformed).because(error);
        let text = |column: &str| {
            frame.column(column).and_then(|c| c.as_materialized_series().str()).map_err(malformed)
        };
        let (schools, sources) = (text("school_id")?, text("source_id")?);
        let rows = frame.column("row").and_then(|c| c.as_materialized_series().i32()).map_err(malformed)?;
        for ((school, source), row) in schools.iter().zip(sources.iter()).zip(rows.iter()) {
            let (Some(school), Some(source), Some(row)) = (school, source, row) else { continue };
            if let Some(place) = wanted.get(&(source, row)) {
                out.insert(*place, school.to_owned());
            }
        }
    }
    Ok(out)
}
