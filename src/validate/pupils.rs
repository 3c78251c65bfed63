//! One pupil twice in one test of one school.

use polars::prelude::{DataFrame, IntoLazy, col};

use super::places::{Places, groups};
use crate::base::{Fault, FaultCode, Finding, FindingCode, Result};

/// What of `result` is needed.
pub(super) const COLUMNS: [&str; 12] = [
    "year",
    "wave",
    "procedure",
    "grade",
    "subject",
    "school_id",
    "pupil_code",
    "form",
    "period",
    "attempt",
    "source_id",
    "row",
];

/// Pupil codes that stand twice in one test of one school. An exam taken again (another period or attempt) is another
/// row by right.
pub(super) fn repeated(places: &Places, results: &DataFrame) -> Result<Vec<Finding>> {
    let coded = results
        .clone()
        .lazy()
        .filter(col("pupil_code").is_not_null())
        .collect()
        .map_err(|error| Fault::new(FaultCode::TableMalformed).because(error))?;
    let key = [
        "pupil_code",
        "school_id",
        "year",
        "wave",
        "procedure",
        "grade",
        "subject",
        "form",
        "period",
        "attempt",
    ];
    let found = groups(&coded, &key, 2)?;
    Ok(found
        .iter()
        .map(|group| {
            Finding::new(FindingCode::PupilRepeated, places.cell("result", group, "pupil_code"))
                .column("pupil_code")
                .value(group.value(0))
                .detail(group.count.to_string())
        })
        .collect())
}
