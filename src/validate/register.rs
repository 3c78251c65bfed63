//! Results against the register, and the register against itself.

use std::collections::BTreeSet;

use polars::prelude::DataFrame;

use super::places::{Group, Places, groups};
use crate::base::{Finding, FindingCode, Place, Result};

const KEY: [&str; 2] = ["year", "school_id"];

/// Schools that have results in a year and are not in the register of that year: once a school and year, with their
/// number of rows. A year without any register is told once.
pub(super) fn unregistered(
    places: &Places,
    results: &DataFrame,
    schools: &DataFrame,
) -> Result<Vec<Finding>> {
    let registered = groups(schools, &KEY, 1)?;
    let known: BTreeSet<(&str, &str)> = registered.iter().map(|g| (g.value(0), g.value(1))).collect();
    let years: BTreeSet<&str> = registered.iter().map(|g| g.value(0)).collect();
    let with_results = groups(results, &KEY, 1)?;
    let bare: BTreeSet<&str> =
        with_results.iter().map(|g| g.value(0)).filter(|y| !years.contains(y)).collect();
    let mut findings: Vec<Finding> = bare
        .iter()
        .map(|year| {
            Finding::new(FindingCode::YearEmpty, Place::Table("school".to_owned()))
                .value(*year)
                .detail("school")
        })
        .collect();
    let missing = |g: &&Group| !bare.contains(g.value(0)) && !known.contains(&(g.value(0), g.value(1)));
    findings.extend(with_results.iter().filter(missing).map(|group| {
        Finding::new(FindingCode::SchoolUnregistered, places.cell("result", group, "school_id"))
            .column("school_id")
            .value(group.value(1))
            .detail(group.count.to_string())
    }));
    Ok(findings)
}

/// Schools that stand twice in the register of a year.
pub(super) fn repeated(places: &Places, schools: &DataFrame) -> Result<Vec<Finding>> {
    let found = groups(schools, &KEY, 2)?;
    Ok(found
        .iter()
        .map(|group| {
            Finding::new(FindingCode::SchoolRepeated, places.cell("school", group, "school_id"))
                .column("school_id")
                .value(group.value(1))
                .detail(group.count.to_string())
        })
        .collect())
}
