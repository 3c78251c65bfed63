//! One figure of one school given twice with different values.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::DataFrame;

use super::places::{Group, Places, groups};
use super::suspects::suspects;
use crate::base::{Finding, FindingCode, Result};

/// What of `measure` is needed.
pub(super) const COLUMNS: [&str; 9] =
    ["year", "period", "school_id", "measure", "numerator", "denominator", "source_id", "row", "column"];

/// What makes a figure, and then its values and where it stands.
const KEY: [&str; 8] =
    ["year", "period", "school_id", "measure", "numerator", "denominator", "column", "source_id"];

/// Figures that a school gives twice. Where they differ: the first place, and how many different values there are. Where
/// they are alike: once a sheet that says again what another has said, with the number of its schools and the address of
/// the first of them in the other sheet; the shares do not change by it, the number of rows does.
pub(super) fn repeated(places: &Places, measures: &DataFrame) -> Result<Vec<Finding>> {
    let [figure @ .., _, _, _, _] = KEY;
    let rows = groups(&suspects(measures, &figure, None)?, &KEY, 1)?;
    let mut by_figure: BTreeMap<[&str; 4], Vec<&Group>> = BTreeMap::new();
    for row in &rows {
        let figure = [row.value(0), row.value(1), row.value(2), row.value(3)];
        by_figure.entry(figure).or_default().push(row);
    }
    let differs = |rows: &[&Group]| {
        rows.iter().any(|row| rows.first().is_some_and(|r| r.key.get(4..6) != row.key.get(4..6)))
    };
    let differing: BTreeSet<(&str, &str)> = by_figure
        .iter()
        .filter(|(_, rows)| differs(rows))
        .map(|([year, _, school, _], _)| (*year, *school))
        .collect();
    let mut findings = Vec::new();
    let mut again: BTreeMap<(&str, &str), Again<'_>> = BTreeMap::new();
    for ([year, _, school, measure], rows) in &by_figure {
        let [first, others @ ..] = rows.as_slice() else { continue };
        if differs(rows) {
            let values: BTreeSet<_> = rows.iter().map(|row| row.key.get(4..6)).collect();
            let place = places.at("measure", first, Some(first.value(6)));
            let finding = Finding::new(FindingCode::MeasureRepeated, place).column(*measure);
            findings.push(finding.value(*school).detail(values.len().to_string()));
        }
        // of a school of which some figures differ, those that do not are no news
        if differing.contains(&(*year, *school)) {
            continue;
        }
        let within = (first.count > 1).then_some(*first);
        for other in others.iter().copied().chain(within) {
            let sheets = (other.source_id.as_str(), first.source_id.as_str());
            let schools = again.entry(sheets).or_insert_with(|| Again { first, schools: BTreeSet::new() });
            schools.schools.insert(school);
        }
    }
    findings.extend(again.into_iter().map(|((sheet, _), again)| {
        let place = places.sheet("measure", sheet);
        let stands = places.at("measure", again.first, Some(again.first.value(6)));
        let finding = Finding::new(FindingCode::MeasureRepeated, place).column("repeat");
        finding.value(again.schools.len().to_string()).detail(stands.to_string())
    }));
    Ok(findings)
}

/// A sheet that repeats another: the first figure there, and the schools that it repeats.
struct Again<'a> {
    first: &'a Group,
    schools: BTreeSet<&'a str>,
}

#[cfg(test)]
mod tests {
    use super::{Places, repeated};
    use crate::tables::{Measure, Source, SourceColumn, Table};

    #[test]
    fn a_figure_given_twice_is_told_only_where_it_differs() {
        let row = |row: i32, school: &str, part: f64| Measure {
            year: 2024,
            period: "year".into(),
            school_id: school.into(),
            measure: "large_families".into(),
            numerator: Some(part),
            denominator: Some(90.0),
            source_id: "1".into(),
            row,
            column: "E".into(),
            ..Measure::default()
        };
        let rows =
            vec![row(5, "1", 7.0), row(6, "2", 8.0), row(7, "1", 9.0), row(8, "2", 8.0), row(9, "1", 7.0)];
        let source =
            Source { source_id: "1".into(), path: "f.xlsx".into(), sheet: "S".into(), ..Source::default() };
        let columns = SourceColumn::frame(Vec::new()).unwrap();
        let places = Places::new(&Source::frame(vec![source]).unwrap(), &columns).unwrap();
        let found = repeated(&places, &Measure::frame(rows).unwrap()).unwrap();
        let [differ, alike] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((differ.code.id(), alike.code.id()), ("V304", "V304"));
        assert_eq!(differ.place.to_string(), "f.xlsx › S › E5");
        assert_eq!((differ.value.as_deref(), differ.detail.as_deref()), (Some("1"), Some("2")));
        assert_eq!((alike.place.to_string(), alike.column.as_deref()), ("f.xlsx › S".into(), Some("repeat")));
        assert_eq!((alike.value.as_deref(), alike.detail.as_deref()), (Some("1"), Some("f.xlsx › S › E6")));
    }

    #[test]
    fn a_sheet_that_says_again_what_another_said_is_told_once() {
        let row = |source: &str, row: i32, school: &str, measure: &str| Measure {
            year: 2024,
            period: "year".into(),
            school_id: school.into(),
            measure: measure.into(),
            numerator: Some(7.0),
            denominator: Some(90.0),
            source_id: source.into(),
            row,
            column: "E".into(),
            ..Measure::default()
        };
        let sheet = |source| {
            [row(source, 5, "1", "a"), row(source, 5, "1", "b"), row(source, 6, "2", "a")].into_iter()
        };
        let rows = sheet("1").chain(sheet("2")).collect();
        let source = |id: &str, path: &str| Source {
            source_id: id.into(),
            path: path.into(),
            sheet: "S".into(),
            ..Source::default()
        };
        let sources = Source::frame(vec![source("1", "f.xlsx"), source("2", "копия.xlsx")]).unwrap();
        let places = Places::new(&sources, &SourceColumn::frame(Vec::new()).unwrap()).unwrap();
        let found = repeated(&places, &Measure::frame(rows).unwrap()).unwrap();
        let [only] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(only.place.to_string(), "копия.xlsx › S");
        assert_eq!((only.value.as_deref(), only.detail.as_deref()), (Some("2"), Some("f.xlsx › S › E5")));
    }
}
