//! Years without data.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::DataFrame;

use super::places::groups;
use crate::base::{Finding, FindingCode, Place, Result, Year};

/// Years without any result, procedures, waves and tests (procedure, wave, grade, subject) that have rows in some years of
/// the pipeline and none in another. What is missing as a whole is told once, not part by part. An autumn is nowhere
/// expected: VPR was moved there in single years.
pub(super) fn empty(results: &DataFrame, years: &[Year]) -> Result<Vec<Finding>> {
    let found = groups(results, &["procedure", "wave", "grade", "subject", "year"], 1)?;
    let mut present: BTreeMap<Vec<&str>, BTreeSet<&str>> = BTreeMap::new();
    for group in &found {
        let test = [0, 1, 2, 3].map(|position| group.value(position));
        let is_exception = group.value(1) == "autumn";
        for depth in 0..=if is_exception { 1 } else { test.len() } {
            present.entry(test.iter().take(depth).copied().collect()).or_default().insert(group.value(4));
        }
    }
    let has = |what: &[&str], year: &str| present.get(what).is_some_and(|years| years.contains(year));
    let mut findings = Vec::new();
    for what in present.keys() {
        let parts = what.split_last().map(|(_, whole)| whole);
        for year in years.iter().map(Year::to_string).filter(|year| !has(what, year)) {
            if parts.is_none_or(|whole| has(whole, &year)) {
                findings.push(missing(what, &year));
            }
        }
    }
    Ok(findings)
}

fn missing(what: &[&str], year: &str) -> Finding {
    let place = Place::Table("result".to_owned());
    if what.is_empty() {
        return Finding::new(FindingCode::YearWithoutResults, place).value(year);
    }
    let words: Vec<&str> = what.iter().copied().filter(|word| !word.is_empty()).collect();
    Finding::new(FindingCode::YearEmpty, place).value(year).detail(words.join(" "))
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

#[cfg(test)]
mod tests {
    use super::{empty, without_measures};
    use crate::base::{Finding, Result, Year};
    use crate::tables::{Measure, ResultRow, Table};

    type Test = (&'static str, &'static str, i32, &'static str, i32);

    fn told(findings: Result<Vec<Finding>>) -> Vec<String> {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let told = |f: &Finding| format!("{} {} {}", f.code.id(), text(&f.value), text(&f.detail));
        findings.unwrap().iter().map(|f| told(f).trim_end().to_owned()).collect()
    }

    fn of(tests: &[Test]) -> Vec<String> {
        let row = |&(procedure, wave, grade, subject, year): &Test| ResultRow {
            year,
            wave: Some(wave.to_owned()).filter(|wave| !wave.is_empty()),
            procedure: procedure.into(),
            grade,
            subject: subject.into(),
            ..ResultRow::default()
        };
        let frame = ResultRow::frame(tests.iter().map(row).collect()).unwrap();
        told(empty(&frame, &[2023, 2024, 2025].map(Year)))
    }

    #[test]
    fn what_is_missing_as_a_whole_is_told_once() {
        let vpr = |grade, subject, year| ("vpr", "spring", grade, subject, year);
        let oge = |year| ("oge", "", 9, "ru", year);
        let whole = [vpr(5, "ru", 2023), vpr(5, "ma", 2023), oge(2023), vpr(5, "ru", 2024), oge(2024)];
        assert_eq!(
            of(&whole),
            ["V307 2025", "V303 2024 vpr spring 5 ma"],
            "one test of 2024, and nothing at all of 2025"
        );
        let without_vpr = [&whole[..], &[oge(2025), vpr(5, "ma", 2024)]].concat();
        assert_eq!(of(&without_vpr), ["V303 2025 vpr"]);
        assert_eq!(of(&[]), [""; 0], "nothing anywhere: no year is different");
    }

    #[test]
    fn an_autumn_stands_for_no_spring_and_is_missed_nowhere() {
        let spring = |year| ("vpr", "spring", 5, "ru", year);
        let autumn = ("vpr", "autumn", 5, "ru", 2024);
        assert_eq!(of(&[spring(2023), autumn, spring(2025)]), ["V303 2024 vpr spring"]);
        assert_eq!(of(&[spring(2023), spring(2024), autumn, spring(2025)]), [""; 0]);
    }

    #[test]
    fn a_year_without_measures_is_told_where_others_have_some() {
        let of = |years: &[i32]| {
            let row = |&year: &i32| Measure { year, ..Measure::default() };
            let frame = Measure::frame(years.iter().map(row).collect()).unwrap();
            told(without_measures(&frame, &[2023, 2024].map(Year)))
        };
        assert_eq!(of(&[2023]), ["V303 2024 measure"]);
        assert_eq!((of(&[2023, 2024]), of(&[])), (vec![], vec![]));
    }
}
