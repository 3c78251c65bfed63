//! Years without data.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::DataFrame;

use super::places::groups;
use crate::base::{Finding, FindingCode, Place, Result, Year};

/// Procedures that have rows in some years of the pipeline and none in another.
pub(super) fn empty(results: &DataFrame, years: &[Year]) -> Result<Vec<Finding>> {
    let found = groups(results, &["procedure", "year"], 1)?;
    let mut by_procedure: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for group in &found {
        by_procedure.entry(group.value(0)).or_default().insert(group.value(1));
    }
    let mut findings = Vec::new();
    for (procedure, present) in by_procedure {
        for year in years.iter().map(Year::to_string).filter(|year| !present.contains(year.as_str())) {
            findings.push(
                Finding::new(FindingCode::YearEmpty, Place::Table("result".to_owned()))
                    .value(year)
                    .detail(procedure),
            );
        }
    }
    Ok(findings)
}
