//! One pupil twice in one test of one school.

use std::collections::BTreeMap;

use polars::prelude::DataFrame;

use super::places::{Group, Places, groups};
use super::suspects::suspects;
use crate::base::{Finding, FindingCode, Result};

/// What of `result` is needed.
pub(super) const COLUMNS: [&str; 13] = [
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
    "repeat",
];

/// One pupil in one test of one school.
const KEY: [&str; 10] =
    ["pupil_code", "school_id", "year", "wave", "procedure", "grade", "subject", "form", "period", "attempt"];

/// Values of a key, as texts.
type Key = [Option<String>];

/// Where a row stands, and whether the reader found it to repeat another.
const ROW: [&str; 3] = ["source_id", "row", "repeat"];

/// Pupil codes that stand twice in one test of one school. An exam taken again (another period or attempt) is another
/// row by right.
///
/// Rows that are alike in every value count once: told once a sheet, school and test, at the first row that counts, with
/// the address at which it stands again. Rows that differ are told code by
/// code, with all addresses; they stay as they are, since nobody can know here which is right.
pub(super) fn repeated(places: &Places, results: &DataFrame) -> Result<Vec<Finding>> {
    let suspects = suspects(results, &KEY, Some("pupil_code"))?;
    let rows = groups(&suspects, &[KEY.as_slice(), &ROW].concat(), 1)?;
    let mut codes: BTreeMap<&Key, Vec<&Group>> = BTreeMap::new();
    for row in &rows {
        codes.entry(row.key.get(..KEY.len()).unwrap_or_default()).or_default().push(row);
    }
    let mut alike: BTreeMap<(&str, &Key), (&Group, String, u64)> = BTreeMap::new();
    let mut findings = Vec::new();
    for (key, rows) in codes.iter().filter(|(_, rows)| rows.len() > 1) {
        let (repeats, own): (Vec<&Group>, Vec<&Group>) = rows.iter().partition(|row| is_repeat(row));
        let address = |row: &&Group| places.cell("result", row, "pupil_code");
        let addresses = |rows: &[&Group]| {
            let told: Vec<String> = rows.iter().map(|row| address(row).to_string()).collect();
            told.join("; ")
        };
        if let Some((first, others @ [_, ..])) = own.split_first() {
            // the address leads to the code; the finding leaves the house without it
            let finding = Finding::new(FindingCode::PupilRepeated, address(first));
            findings.push(finding.column("pupil_code").detail(addresses(others)));
        }
        for repeat in repeats {
            // The first value of the key is the code: what is left is the test and the school.
            let test = (repeat.source_id.as_str(), key.get(1..).unwrap_or_default());
            let first = own.first().copied().unwrap_or(repeat);
            alike.entry(test).or_insert_with(|| (first, address(&repeat).to_string(), 0)).2 += 1;
        }
    }
    findings.extend(alike.into_values().map(|(first, again, count)| {
        Finding::new(FindingCode::PupilRepeated, places.cell("result", first, "pupil_code"))
            .column("repeat")
            .value(count.to_string())
            .detail(again)
    }));
    Ok(findings)
}

/// Booleans are cast to words for comparison, as all values of a group's key.
fn is_repeat(row: &Group) -> bool {
    row.value(KEY.len() + 2) == "true"
}

#[cfg(test)]
mod tests {
    use super::{Places, repeated};
    use crate::tables::{ResultRow, Source, SourceColumn, Table};

    fn row(number: i32, school: &str, code: Option<&str>, subject: &str, attempt: Option<i32>) -> ResultRow {
        ResultRow {
            year: 2024,
            procedure: "vpr".into(),
            grade: 5,
            subject: subject.into(),
            school_id: school.into(),
            pupil_code: code.map(str::to_owned),
            attempt,
            status: "present".into(),
            source_id: "1".into(),
            row: number,
            ..ResultRow::default()
        }
    }

    /// Findings: code, cell, value, detail.
    fn told(rows: Vec<ResultRow>) -> Vec<[String; 4]> {
        let source = |id: &str, path: &str| Source {
            source_id: id.into(),
            path: path.into(),
            sheet: "S".into(),
            ..Source::default()
        };
        let column = |id: &str| SourceColumn {
            source_id: id.into(),
            letter: "D".into(),
            canonical: Some("pupil_code".into()),
            ..SourceColumn::default()
        };
        let sources = Source::frame(vec![source("1", "f.xlsx"), source("2", "g.xlsx")]).unwrap();
        let columns = SourceColumn::frame(vec![column("1"), column("2")]).unwrap();
        let places = Places::new(&sources, &columns).unwrap();
        let found = repeated(&places, &ResultRow::frame(rows).unwrap()).unwrap();
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        found
            .iter()
            .map(|f| {
                [
                    format!("{} {}", f.code.id(), text(&f.column)),
                    f.place.to_string(),
                    text(&f.value),
                    text(&f.detail),
                ]
            })
            .collect()
    }

    #[test]
    fn rows_that_differ_are_told_with_all_their_addresses() {
        let rows = vec![
            row(9, "1", Some("50002"), "ru", None),
            row(10, "1", Some("50001"), "ru", None),
            row(11, "2", Some("50001"), "ru", None),
            row(12, "1", Some("50001"), "ma", None),
            row(13, "1", Some("50001"), "ru", Some(2)),
            row(14, "1", None, "ru", None),
            row(15, "1", None, "ru", None),
            row(16, "1", Some("50001"), "ru", None),
            row(17, "1", Some("50002"), "ru", None),
            row(18, "1", Some("50001"), "ru", None),
            ResultRow { wave: Some("autumn".into()), ..row(19, "1", Some("50001"), "ma", None) },
        ];
        assert_eq!(
            told(rows),
            [
                ["V302 pupil_code", "f.xlsx › S › D10", "", "f.xlsx › S › D16; f.xlsx › S › D18"],
                ["V302 pupil_code", "f.xlsx › S › D9", "", "f.xlsx › S › D17"],
            ]
        );
    }

    #[test]
    fn rows_that_are_alike_are_told_once_a_sheet_and_school() {
        let again = |number, source: &str, school: &str, code| ResultRow {
            source_id: source.into(),
            repeat: true,
            ..row(number, school, Some(code), "ru", None)
        };
        let rows = vec![
            row(9, "1", Some("50001"), "ru", None),
            row(10, "1", Some("50002"), "ru", None),
            row(11, "2", Some("50001"), "ru", None),
            again(12, "1", "1", "50002"),
            again(5, "2", "1", "50001"),
            again(6, "2", "1", "50002"),
            again(7, "2", "2", "50001"),
        ];
        assert_eq!(
            told(rows),
            [
                ["V302 repeat", "f.xlsx › S › D10", "1", "f.xlsx › S › D12"],
                ["V302 repeat", "f.xlsx › S › D9", "2", "g.xlsx › S › D5"],
                ["V302 repeat", "f.xlsx › S › D11", "1", "g.xlsx › S › D7"],
            ]
        );
    }

    #[test]
    fn a_repeat_beside_rows_that_differ_names_both() {
        let own = |number| row(number, "1", Some("50001"), "ru", None);
        let rows = vec![own(9), own(10), ResultRow { repeat: true, ..own(11) }];
        assert_eq!(
            told(rows),
            [
                ["V302 pupil_code", "f.xlsx › S › D9", "", "f.xlsx › S › D10"],
                ["V302 repeat", "f.xlsx › S › D9", "1", "f.xlsx › S › D11"],
            ]
        );
    }
}
