//! Pupil rows against what was sent in counts: where both are there for a school and a test, they must agree.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::DataFrame;

use super::places::{Group, Places};
use crate::base::{Finding, FindingCode, Municipality, Place, Result};
use crate::tables::{bools, floats, ints, texts};

/// Columns of `result` that are needed beside those of the other rules.
pub(super) const COLUMNS: [&str; 5] = ["mark", "journal_mark", "score_printed", "score_tasks", "status"];

/// Year, procedure, grade, subject, wave, school; of all schools together the school is [`EVERYBODY`], of those of a municipality
/// its name behind [`TOGETHER`].
type Test = (i32, String, i32, String, String, String);

/// In the place of a school: all of them, as in the row of the region.
const EVERYBODY: &str = "";

/// Before the name of a municipality that stands in the place of a school.
const TOGETHER: char = '@';

/// Where schools are: by what registers and the sheets of results say.
pub(super) struct Homes {
    /// The name, by the code; from texts that have both.
    names: BTreeMap<String, String>,
    /// By year and school.
    schools: BTreeMap<(i32, String), Municipality>,
}

impl Homes {
    pub(super) fn new(named: &DataFrame, registers: &DataFrame) -> Result<Self> {
        let mut homes = Self { names: BTreeMap::new(), schools: BTreeMap::new() };
        for frame in [named, registers] {
            let places = texts(frame, "municipality")?.into_iter();
            let schools = texts(frame, "school_id")?.into_iter().zip(ints(frame, "year")?);
            for (place, (school, year)) in places.zip(schools) {
                let Some(municipality) = place.as_deref().map(Municipality::of) else { continue };
                if let Some(code) = municipality.code.clone().filter(|_| !municipality.place.is_empty()) {
                    homes.names.entry(code).or_insert_with(|| municipality.place.clone());
                }
                if let (Some(school), Some(year)) = (school, year) {
                    homes.schools.entry((year, school)).or_insert(municipality);
                }
            }
        }
        Ok(homes)
    }

    /// What stands in the place of a school for a municipality: its name where one is known, else its code.
    fn key(&self, municipality: &Municipality) -> Option<String> {
        let code = municipality.code.as_ref();
        let name = Some(&municipality.place).filter(|place| !place.is_empty());
        let name = name.or_else(|| self.names.get(code?)).or(code)?;
        Some(format!("{TOGETHER}{name}"))
    }

    /// The same for the municipality of a school.
    fn of(&self, year: i32, school: &str) -> Option<String> {
        self.key(self.schools.get(&(year, school.to_owned()))?)
    }
}

/// The pupils of a school in a test.
#[derive(Default)]
struct Pupils {
    first: (String, i32),
    marks: [i64; 4],
    lowered: i64,
    confirmed: i64,
    raised: i64,
    /// Pupils by primary score: the printed total, where there is none the sum of the tasks.
    scores: BTreeMap<i32, i64>,
}

impl Pupils {
    fn add(&mut self, mark: Option<i32>, journal: Option<i32>, score: Option<f64>) {
        #[expect(clippy::cast_possible_truncation, reason = "primary scores are small whole numbers")]
        if let Some(score) = score {
            *self.scores.entry(score as i32).or_default() += 1;
        }
        let Some(mark) = mark else { return };
        let position = usize::try_from(mark - 2).ok();
        if let Some(count) = position.and_then(|position| self.marks.get_mut(position)) {
            *count += 1;
        }
        match journal.map(|journal| mark.cmp(&journal)) {
            Some(std::cmp::Ordering::Less) => self.lowered += 1,
            Some(std::cmp::Ordering::Equal) => self.confirmed += 1,
            Some(std::cmp::Ordering::Greater) => self.raised += 1,
            None => {}
        }
    }

    /// Pupils with the mark at this place: 2, 3, 4, 5.
    fn mark(&self, position: usize) -> i64 {
        self.marks.get(position).copied().unwrap_or_default()
    }
}

/// Which pupils a figure counts.
enum Of {
    Group(fn(&Pupils) -> i64),
    Score(i32),
}

impl Of {
    fn count(&self, pupils: &Pupils) -> i64 {
        match self {
            Self::Group(of) => of(pupils),
            Self::Score(score) => pupils.scores.get(score).copied().unwrap_or_default(),
        }
    }
}

/// A figure of an aggregated file: its column, which has letters of its own in a table that turns a wide sheet long.
struct Claim {
    column: &'static str,
    letters: Option<String>,
    told: i32,
    of: Of,
}

/// The figures of a row of an aggregated table: of which test, the sheet and the row, the table.
type Claims = (Test, (String, i32), &'static str, Vec<Claim>);

/// Differences between the figures of aggregated files and the rows of pupils, each with both addresses.
pub(super) fn differences(
    places: &Places,
    homes: &Homes,
    results: &DataFrame,
    marks: &DataFrame,
    comparisons: &DataFrame,
    scores: &DataFrame,
) -> Result<Vec<Finding>> {
    let mut claims: Vec<Claims> = Vec::new();
    claim(homes, marks, "mark_count", &MARKS, &mut claims)?;
    claim(homes, comparisons, "journal_comparison", &COMPARISONS, &mut claims)?;
    claim_scores(homes, scores, &mut claims)?;
    if claims.is_empty() {
        return Ok(Vec::new());
    }
    let wanted: BTreeSet<&Test> = claims.iter().map(|(test, ..)| test).collect();
    let pupils = pupils(homes, results, &wanted)?;
    let mut findings = Vec::new();
    for (test, at, table, claims) in &claims {
        let Some(pupils) = pupils.get(test) else { continue };
        for claim in claims {
            let counted = claim.of.count(pupils);
            if i64::from(claim.told) != counted {
                let place = match &claim.letters {
                    Some(letters) => places.at(table, &group(at), Some(letters)),
                    None => place(places, table, at, claim.column),
                };
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
fn claim(
    homes: &Homes,
    frame: &DataFrame,
    table: &'static str,
    columns: &[Column],
    claims: &mut Vec<Claims>,
) -> Result<()> {
    let tests = tests(frame, Some(homes))?;
    let (sources, rows) = (texts(frame, "source_id")?, ints(frame, "row")?);
    let figures = columns.iter().map(|(name, _)| ints(frame, name)).collect::<Result<Vec<_>>>()?;
    for (at, test) in tests.into_iter().enumerate() {
        let Some(test) = test else { continue };
        let told = columns.iter().zip(&figures).filter_map(|(&(column, of), values)| {
            let told = values.get(at).copied().flatten()?;
            Some(Claim { column, letters: None, told, of: Of::Group(of) })
        });
        let source = sources.get(at).cloned().flatten().unwrap_or_default();
        let row = rows.get(at).copied().flatten().unwrap_or_default();
        claims.push((test, (source, row), table, told.collect()));
    }
    Ok(())
}

/// The distribution of scores: one claim a score, and once a row of the sheet the number of participants.
fn claim_scores(homes: &Homes, frame: &DataFrame, claims: &mut Vec<Claims>) -> Result<()> {
    let tests = tests(frame, Some(homes))?;
    let (sources, rows) = (texts(frame, "source_id")?, ints(frame, "row")?);
    let (scores, counts) = (ints(frame, "score")?, ints(frame, "count")?);
    let (participants, letters) = (ints(frame, "participants")?, texts(frame, "column")?);
    let mut last: Option<(String, i32)> = None;
    for (at, test) in tests.into_iter().enumerate() {
        let of = |values: &[Option<i32>]| values.get(at).copied().flatten();
        let place = (sources.get(at).cloned().flatten().unwrap_or_default(), of(&rows).unwrap_or_default());
        let (Some(test), Some(score)) = (test, of(&scores)) else { continue };
        let mut told = Vec::new();
        if last.as_ref() != Some(&place)
            && let Some(participants) = of(&participants)
        {
            let everybody: fn(&Pupils) -> i64 = |pupils| pupils.scores.values().sum();
            let of = Of::Group(everybody);
            told.push(Claim { column: "participants", letters: None, told: participants, of });
        }
        if let Some(count) = of(&counts) {
            let letters = letters.get(at).cloned().flatten();
            told.push(Claim { column: "count", letters, told: count, of: Of::Score(score) });
        }
        last = Some(place.clone());
        claims.push((test, place, "score_count", told));
    }
    Ok(())
}

/// The tests of the rows: of schools, and in aggregated tables of whole municipalities and of a whole region.
fn tests(frame: &DataFrame, homes: Option<&Homes>) -> Result<Vec<Option<Test>>> {
    let (years, grades) = (ints(frame, "year")?, ints(frame, "grade")?);
    let [procedures, subjects, waves, schools] =
        ["procedure", "subject", "wave", "school_id"].map(|name| texts(frame, name));
    let (procedures, subjects, waves, schools) = (procedures?, subjects?, waves?, schools?);
    let [levels, entities] = match homes {
        Some(_) => [texts(frame, "level")?, texts(frame, "entity")?],
        None => [Vec::new(), Vec::new()],
    };
    let text = |values: &[Option<String>], at: usize| values.get(at).cloned().flatten();
    let together = |at: usize| match text(&levels, at)?.as_str() {
        "region" => Some(EVERYBODY.to_owned()),
        "municipality" => homes?.key(&Municipality::of(&text(&entities, at)?)),
        _ => None,
    };
    Ok((0..frame.height())
        .map(|at| {
            Some((
                years.get(at).copied().flatten()?,
                text(&procedures, at)?,
                grades.get(at).copied().flatten()?,
                text(&subjects, at)?,
                text(&waves, at).unwrap_or_default(),
                text(&schools, at).or_else(|| together(at))?,
            ))
        })
        .collect())
}

fn pupils(homes: &Homes, results: &DataFrame, wanted: &BTreeSet<&Test>) -> Result<BTreeMap<Test, Pupils>> {
    let (marks, journal) = (ints(results, "mark")?, ints(results, "journal_mark")?);
    let (printed, summed) = (floats(results, "score_printed")?, floats(results, "score_tasks")?);
    let (repeats, states) = (bools(results, "repeat")?, texts(results, "status")?);
    let (sources, rows) = (texts(results, "source_id")?, ints(results, "row")?);
    let mut found: BTreeMap<Test, Pupils> = BTreeMap::new();
    // rows of a school stand side by side
    let mut last: Option<(i32, String, Option<String>)> = None;
    for (at, test) in tests(results, None)?.into_iter().enumerate() {
        let Some(test) = test else { continue };
        let of = |values: &[Option<i32>]| values.get(at).copied().flatten();
        let score = |values: &[Option<f64>]| values.get(at).copied().flatten();
        let (mark, journal) = (of(&marks), of(&journal));
        let score = score(&printed).or_else(|| score(&summed));
        let counts = repeats.get(at).copied().flatten() != Some(true);
        let whole = (test.0, test.1.clone(), test.2, test.3.clone(), test.4.clone(), EVERYBODY.to_owned());
        let home = match &last {
            Some((year, school, home)) if *year == test.0 && *school == test.5 => home.clone(),
            _ => {
                let home = homes.of(test.0, &test.5);
                last = Some((test.0, test.5.clone(), home.clone()));
                home
            }
        };
        let at_home = home.map(|home| (test.0, test.1.clone(), test.2, test.3.clone(), test.4.clone(), home));
        for test in
            [Some(test), Some(whole), at_home].into_iter().flatten().filter(|test| wanted.contains(test))
        {
            let pupils = found.entry(test).or_insert_with(|| Pupils {
                first: (
                    sources.get(at).cloned().flatten().unwrap_or_default(),
                    of(&rows).unwrap_or_default(),
                ),
                ..Pupils::default()
            });
            if counts {
                let is_present = states.get(at).and_then(Option::as_deref) == Some("present");
                pupils.add(mark, journal, score.filter(|_| is_present));
            }
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
    use super::{Homes, differences};
    use crate::tables::{
        JournalComparison, MarkCount, ResultRow, School, SchoolNamed, ScoreCount, Source, SourceColumn, Table,
    };
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
            status: "present".into(),
            score_printed: mark.map(f64::from),
            score_tasks: Some(7.0),
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
        let score = |score, count, column: &str| ScoreCount {
            year: 2024,
            procedure: "vpr".into(),
            grade: 4,
            subject: "ru".into(),
            wave: Some("spring".into()),
            level: "school".into(),
            school_id: Some("203389".into()),
            participants: Some(5),
            score,
            count: Some(count),
            source_id: "2".into(),
            row: 30,
            column: column.into(),
            ..ScoreCount::default()
        };
        let all = |marks: Vec<MarkCount>, comparisons: Vec<JournalComparison>, scores: Vec<ScoreCount>| {
            let marks = MarkCount::frame(marks).unwrap();
            let comparisons = JournalComparison::frame(comparisons).unwrap();
            let scores = ScoreCount::frame(scores).unwrap();
            let named = SchoolNamed::frame(vec![
                SchoolNamed {
                    year: 2024,
                    school_id: Some("203389".into()),
                    municipality: Some("г. Заречный".into()),
                    ..SchoolNamed::default()
                },
                SchoolNamed {
                    year: 2024,
                    municipality: Some("Заречный городской округ(reg20_m012)".into()),
                    ..SchoolNamed::default()
                },
            ]);
            let homes = Homes::new(&named.unwrap(), &School::frame(vec![]).unwrap()).unwrap();
            let found = differences(&places, &homes, &results, &marks, &comparisons, &scores).unwrap();
            found
                .iter()
                .map(|f| format!("{} {} {}", f.place, f.value.clone().unwrap(), f.detail.clone().unwrap()))
                .collect::<Vec<_>>()
        };
        let told = |marks, comparisons| all(marks, comparisons, vec![]);
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
        // The printed totals 2, 4, 5 count; the fourth pupil has none and the sum of the tasks, 7.
        let scores = vec![score(2, 1, "G"), score(4, 2, "I"), score(5, 1, "J"), score(7, 1, "L")];
        assert_eq!(
            all(vec![], vec![], scores),
            ["f3.xlsx › S › C30 5 4: f1.xlsx › S › A10", "f3.xlsx › S › I30 2 1: f1.xlsx › S › A10"]
        );
        let region = MarkCount { school_id: None, level: "region".into(), ..count(3, 2) };
        assert_eq!(
            told(vec![region], vec![]),
            ["f3.xlsx › S › D12 2 1: f1.xlsx › S › A10"],
            "the region's row against the pupils of all schools"
        );
        let district = |entity: &str| MarkCount {
            school_id: None,
            level: "municipality".into(),
            entity: entity.into(),
            ..count(3, 2)
        };
        for entity in ["reg20_m012", "Заречный ГО"] {
            assert_eq!(
                told(vec![district(entity)], vec![]),
                ["f3.xlsx › S › D12 2 1: f1.xlsx › S › A10"],
                "a municipality's row against the pupils of its schools: {entity}"
            );
        }
        assert!(told(vec![district("reg20_m013")], vec![]).is_empty(), "nobody's home");
    }
}
