//! Years without data.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::DataFrame;

use super::places::groups;
use crate::base::{Finding, FindingCode, Place, Result, Year};

/// Procedures, and tests (procedure, grade, subject), that have rows in some years of the pipeline and none in another.
/// Where a whole procedure is missing it is told once, not test by test.
pub(super) fn empty(results: &DataFrame, years: &[Year]) -> Result<Vec<Finding>> {
    let found = groups(results, &["procedure", "grade", "subject", "year"], 1)?;
    let mut procedures: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut tests: BTreeMap<[&str; 3], BTreeSet<&str>> = BTreeMap::new();
    for group in &found {
        let [procedure, grade, subject, year] = [0, 1, 2, 3].map(|position| group.value(position));
        procedures.entry(procedure).or_default().insert(year);
        tests.entry([procedure, grade, subject]).or_default().insert(year);
    }
    let years: Vec<String> = years.iter().map(Year::to_string).collect();
    let missing = |present: &BTreeSet<&str>| -> Vec<&String> {
        years.iter().filter(|year| !present.contains(year.as_str())).collect()
    };
    let finding = |year: &String, what: String| {
        Finding::new(FindingCode::YearEmpty, Place::Table("result".to_owned())).value(year).detail(what)
    };
    let mut findings = Vec::new();
    for (procedure, present) in &procedures {
        findings.extend(missing(present).into_iter().map(|year| finding(year, (*procedure).to_owned())));
    }
    for (test, present) in &tests {
        let [procedure, ..] = test;
        let is_told = |year: &str| procedures.get(procedure).is_none_or(|present| !present.contains(year));
        let untold = missing(present).into_iter().filter(|year| !is_told(year));
        findings.extend(untold.map(|year| finding(year, test.join(" "))));
    }
    Ok(findings)
}

/// Years of the pipeline without any measure, where other years have some.
pub(super) fn without_measures(measures: &DataFrame, years: &[Year]) -> Result<Vec<Finding>> {
    let found = groups(measures, &["year"], 1)?;
    let present: BTreeSet<&str> = found.iter().map(|group| group.value(0)).collect();
    let bare = years.iter().map(Year::to_string).filter(|year| !present.contains(year.as_str()));
    Ok(bare
        .filter(|_| !present.is_empty())
        .map(|year| {
            Finding::new(FindingCode::YearEmpty, Place::Table("measure".to_owned()))
                .value(year)
                .detail("measure")
        })
        .collect())
}
