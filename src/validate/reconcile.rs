//! Pupil rows against what was sent in counts: where both are there for a school and a test, they must agree.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::DataFrame;

use super::places::{Group, Places};
use crate::base::{Finding, FindingCode, Place, Result};
use crate::tables::{bools, ints, texts};

/// Columns of `result` that are needed beside those of the other rules.
pub(super) const COLUMNS: [&str; 2] = ["mark", "journal_mark"];

/// Year, procedure, grade, subject, wave, school.
type Test = (i32, String, i32, String, String, String);

/// The pupils of a school in a test.
#[derive(Default)]
struct Pupils {
    first: (String, i32),
    marks: [i64; 4],
    lowered: i64,
    confirmed: i64,
    raised: i64,
}

impl Pupils {
    /// Pupils with the mark at this place: 2, 3, 4, 5.
    fn mark(&self, position: usize) -> i64 {
        self.marks.get(position).copied().unwrap_or_default()
    }
}

/// A figure of an aggregated file, and which pupils it counts.
struct Claim {
    column: &'static str,
    told: i32,
    of: fn(&Pupils) -> i64,
}

/// The figures of a row of an aggregated table: of which test, the sheet and the row, the table.
type Claims = (Test, (String, i32), &'static str, Vec<Claim>);

/// Differences between the figures of aggregated files and the rows of pupils, each with both addresses.
pub(super) fn differences(
    places: &Places,
    results: &DataFrame,
    marks: &DataFrame,
    comparisons: &DataFrame,
) -> Result<Vec<Finding>> {
    let mut claims: Vec<Claims> = Vec::new();
    claim(marks, "mark_count", &MARKS, &mut claims)?;
    claim(comparisons, "journal_comparison", &COMPARISONS, &mut claims)?;
    if claims.is_empty() {
        return Ok(Vec::new());
    }
    let wanted: BTreeSet<&Test> = claims.iter().map(|(test, ..)| test).collect();
    let pupils = pupils(results, &wanted)?;
    let mut findings = Vec::new();
    for (test, at, table, claims) in &claims {
        let Some(pupils) = pupils.get(test) else { continue };
        for claim in claims {
            let counted = (claim.of)(pupils);
            if i64::from(claim.told) != counted {
                let place = place(places, table, at, claim.column);
                let other = place_of(places, &pupils.first);
                findings.push(
                    Finding::new(FindingCode::AggregateDiffers, place)
                        .column(claim.column)
                        .value(claim.told.to_string())
                        .detail(format!("{counted}: {other}")),
                );
            }
        }
    }
    Ok(findings)
}

type Column = (&'static str, fn(&Pupils) -> i64);

const MARKS: [Column; 5] = [
    ("participants", |pupils| pupils.marks.iter().sum()),
    ("n2", |pupils| pupils.mark(0)),
    ("n3", |pupils| pupils.mark(1)),
    ("n4", |pupils| pupils.mark(2)),
    ("n5", |pupils| pupils.mark(3)),
];

const COMPARISONS: [Column; 3] = [
    ("lowered", |pupils| pupils.lowered),
    ("confirmed", |pupils| pupils.confirmed),
    ("raised", |pupils| pupils.raised),
];

/// The figures of the schools of an aggregated table.
fn claim(frame: &DataFrame, table: &'static str, columns: &[Column], claims: &mut Vec<Claims>) -> Result<()> {
    let tests = tests(frame)?;
    let (sources, rows) = (texts(frame, "source_id")?, ints(frame, "row")?);
    let figures = columns.iter().map(|(name, _)| ints(frame, name)).collect::<Result<Vec<_>>>()?;
    for (at, test) in tests.into_iter().enumerate() {
        let Some(test) = test else { continue };
        let told = columns.iter().zip(&figures).filter_map(|(&(column, of), values)| {
            Some(Claim { column, told: values.get(at).copied().flatten()?, of })
        });
        let source = sources.get(at).cloned().flatten().unwrap_or_default();
        let row = rows.get(at).copied().flatten().unwrap_or_default();
        claims.push((test, (source, row), table, told.collect()));
    }
    Ok(())
}

fn tests(frame: &DataFrame) -> Result<Vec<Option<Test>>> {
    let (years, grades) = (ints(frame, "year")?, ints(frame, "grade")?);
    let [procedures, subjects, waves, schools] =
        ["procedure", "subject", "wave", "school_id"].map(|name| texts(frame, name));
    let (procedures, subjects, waves, schools) = (procedures?, subjects?, waves?, schools?);
    let text = |values: &[Option<String>], at: usize| values.get(at).cloned().flatten();
    Ok((0..frame.height())
        .map(|at| {
            Some((
                years.get(at).copied().flatten()?,
                text(&procedures, at)?,
                grades.get(at).copied().flatten()?,
                text(&subjects, at)?,
                text(&waves, at).unwrap_or_default(),
                text(&schools, at)?,
            ))
        })
        .collect())
}

fn pupils(results: &DataFrame, wanted: &BTreeSet<&Test>) -> Result<BTreeMap<Test, Pupils>> {
    let (marks, journal) = (ints(results, "mark")?, ints(results, "journal_mark")?);
    let repeats = bools(results, "repeat")?;
    let (sources, rows) = (texts(results, "source_id")?, ints(results, "row")?);
    let mut found: BTreeMap<Test, Pupils> = BTreeMap::new();
    for (at, test) in tests(results)?.into_iter().enumerate() {
        let Some(test) = test.filter(|test| wanted.contains(test)) else { continue };
        let of = |values: &[Option<i32>]| values.get(at).copied().flatten();
        let pupils = found.entry(test).or_insert_with(|| Pupils {
            first: (sources.get(at).cloned().flatten().unwrap_or_default(), of(&rows).unwrap_or_default()),
            ..Pupils::default()
        });
        let Some(mark) = of(&marks).filter(|_| repeats.get(at).copied().flatten() != Some(true)) else {
            continue;
        };
        let position = usize::try_from(mark - 2).ok();
        if let Some(count) = position.and_then(|position| pupils.marks.get_mut(position)) {
            *count += 1;
        }
        match of(&journal).map(|journal| mark.cmp(&journal)) {
            Some(std::cmp::Ordering::Less) => pupils.lowered += 1,
            Some(std::cmp::Ordering::Equal) => pupils.confirmed += 1,
            Some(std::cmp::Ordering::Greater) => pupils.raised += 1,
            None => {}
        }
    }
    Ok(found)
}

fn group((source_id, row): &(String, i32)) -> Group {
    Group { key: Vec::new(), source_id: source_id.clone(), row: *row, count: 1 }
}

/// The cell of the figure; a count that was taken from a share stands in the share's column.
fn place(places: &Places, table: &str, at: &(String, i32), column: &str) -> Place {
    let shown = match column {
        "n2" => "share2",
        "n3" => "share3",
        "n4" => "share4",
        "n5" => "share5",
        other => other,
    };
    places.cell(table, &group(at), shown)
}

/// The first pupil's cell with the school.
fn place_of(places: &Places, at: &(String, i32)) -> Place {
    places.cell("result", &group(at), "school_id")
}

#[cfg(test)]
mod tests {
    use super::differences;
    use crate::tables::{JournalComparison, MarkCount, ResultRow, Source, SourceColumn, Table};
    use crate::validate::places::Places;

    #[test]
    fn a_figure_that_is_not_that_of_the_pupils_is_told_with_both_addresses() {
        let source = |id: &str, path: &str| Source {
            source_id: id.into(),
            path: path.into(),
            sheet: "S".into(),
            ..Source::default()
        };
        let column = |id: &str, letter: &str, canonical: &str| SourceColumn {
            source_id: id.into(),
            letter: letter.into(),
            canonical: Some(canonical.into()),
            ..SourceColumn::default()
        };
        let sources = vec![source("1", "f1.xlsx"), source("2", "f3.xlsx")];
        let columns = vec![
            column("1", "A", "school_id"),
            column("2", "C", "participants"),
            column("2", "D", "share2"),
            column("2", "F", "raised"),
        ];
        let places =
            Places::new(&Source::frame(sources).unwrap(), &SourceColumn::frame(columns).unwrap()).unwrap();
        let pupil = |row, mark, journal| ResultRow {
            year: 2024,
            procedure: "vpr".into(),
            grade: 4,
            subject: "ru".into(),
            wave: Some("spring".into()),
            school_id: "203389".into(),
            mark,
            journal_mark: journal,
            source_id: "1".into(),
            row,
            ..ResultRow::default()
        };
        let rows = vec![
            pupil(10, Some(2), Some(3)),
            pupil(11, Some(4), Some(4)),
            pupil(12, Some(5), None),
            pupil(13, None, None),
        ];
        let results = ResultRow::frame(rows).unwrap();
        let count = |participants, n2| MarkCount {
            year: 2024,
            procedure: "vpr".into(),
            grade: 4,
            subject: "ru".into(),
            wave: Some("spring".into()),
            level: "school".into(),
            entity: "203389".into(),
            school_id: Some("203389".into()),
            participants: Some(participants),
            n2: Some(n2),
            source_id: "2".into(),
            row: 12,
            ..MarkCount::default()
        };
        let comparison = JournalComparison {
            year: 2024,
            procedure: "vpr".into(),
            grade: 4,
            subject: "ru".into(),
            wave: Some("spring".into()),
            school_id: Some("203389".into()),
            lowered: Some(1),
            confirmed: Some(1),
            raised: Some(1),
            source_id: "2".into(),
            row: 20,
            ..JournalComparison::default()
        };
        let told = |marks: Vec<MarkCount>, comparisons: Vec<JournalComparison>| {
            let marks = MarkCount::frame(marks).unwrap();
            let comparisons = JournalComparison::frame(comparisons).unwrap();
            let found = differences(&places, &results, &marks, &comparisons).unwrap();
            found
                .iter()
                .map(|f| format!("{} {} {}", f.place, f.value.clone().unwrap(), f.detail.clone().unwrap()))
                .collect::<Vec<_>>()
        };
        assert!(told(vec![count(3, 1)], vec![]).is_empty());
        assert_eq!(
            told(vec![count(4, 2)], vec![comparison]),
            [
                "f3.xlsx › S › C12 4 3: f1.xlsx › S › A10",
                "f3.xlsx › S › D12 2 1: f1.xlsx › S › A10",
                "f3.xlsx › S › F20 1 0: f1.xlsx › S › A10",
            ]
        );
        let elsewhere = MarkCount { school_id: Some("203390".into()), ..count(9, 9) };
        assert!(told(vec![elsewhere], vec![]).is_empty(), "only where both are there");
    }
}
