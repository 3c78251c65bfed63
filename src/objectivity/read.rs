//! Millions of rows to a few counts.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::{Column, DataFrame};
use rayon::prelude::*;

use crate::base::{Fault, FaultCode, Place, Result};
use crate::objectivity::agreement::Classes;
use crate::objectivity::kernels::Moments;
use crate::objectivity::kinship::Kinship;
use crate::objectivity::region::{ByJournal, Cell, Exam, ExamSat, MARKS, Region, Sat, Test, cuts};

/// The columns of `result` that are read.
pub(super) const COLUMNS: &[&str] = &[
    "year",
    "wave",
    "procedure",
    "grade",
    "subject",
    "school_id",
    "class",
    "pupil_code",
    "score_printed",
    "score_tasks",
    "max_score",
    "mark",
    "journal_mark",
    "status",
    "attempt",
    "repeat",
];

/// Rows that one thread looks at.
const PART_ROWS: usize = 1 << 18;
/// Primary scores lie far below.
const SCORE_MAX: f64 = 200.0;

/// Counts of each test and school, and of the classes of each test. Whole numbers: neither the parts nor the order of rows change them.
pub(super) fn read(results: &DataFrame, years: &[i32]) -> Result<(Region, Vec<Classes>)> {
    let parts: Vec<_> = (0..results.height())
        .into_par_iter()
        .step_by(PART_ROWS)
        .map(|start| read_part(&results.slice(i64::try_from(start).unwrap_or(i64::MAX), PART_ROWS), years))
        .collect();
    let mut found = Found::default();
    for part in parts {
        found.join(part?);
    }
    Ok(found.region())
}

/// A school in a test, still under its name.
#[derive(Debug, Clone, Default)]
struct Counted {
    cell: Cell,
    /// Participants by score and mark: where the cuts lie.
    marks: Vec<[u32; MARKS]>,
    max: Option<f64>,
    /// Codes and scores, where pupils are linked.
    linked: Vec<(String, u32)>,
    /// Counts of marks of each class, in the order in which they were met; pupils without a class are in none.
    classes: Vec<(String, Cell)>,
}

/// First attempts at an exam: how many, the sum of their marks, and of the squares.
#[derive(Debug, Clone, Copy, Default)]
struct Attempts {
    pupils: u64,
    sum: u64,
    squares: u64,
    /// Primary scores: how many, their sum, their squares.
    scores: [u64; 3],
}

#[derive(Default)]
struct Found {
    tests: BTreeMap<Test, BTreeMap<String, Counted>>,
    exams: BTreeMap<(i32, String), BTreeMap<String, Attempts>>,
    kinship: Kinship,
}

impl Counted {
    fn add(&mut self, row: &Row<'_>) {
        self.max = larger(self.max, row.max);
        let journal = row.journal.and_then(position);
        if let Some(mark) = row.mark.and_then(position).filter(|_| row.present) {
            self.cell.mark(journal, mark);
            if let Some(class) = row.class {
                with_class(&mut self.classes, class, |cell| cell.mark(journal, mark));
            }
        }
        // without a journal mark: the last place
        let by_journal = journal.unwrap_or(MARKS);
        if !row.present {
            self.cell.absent.get_mut(by_journal).into_iter().for_each(|slot| *slot += 1);
        } else if let Some(score) = row.score {
            if self.cell.scores.len() <= score {
                self.cell.scores.resize(score + 1, ByJournal::default());
                self.marks.resize(score + 1, [0; MARKS]);
            }
            if let Some((code, score)) = row.code.zip(u32::try_from(score).ok()) {
                self.linked.push((code.to_owned(), score));
            }
            let slot = self.cell.scores.get_mut(score).and_then(|by| by.get_mut(by_journal));
            slot.into_iter().for_each(|slot| *slot += 1);
            let mark = row.mark.and_then(position);
            let slot = mark.and_then(|mark| self.marks.get_mut(score)?.get_mut(mark));
            slot.into_iter().for_each(|slot| *slot += 1);
        }
    }

    fn join(&mut self, other: &Self) {
        self.cell.join(&other.cell);
        for (class, cell) in &other.classes {
            with_class(&mut self.classes, class, |own| own.join(cell));
        }
        self.max = larger(self.max, other.max);
        if self.marks.len() < other.marks.len() {
            self.marks.resize(other.marks.len(), [0; MARKS]);
        }
        for (own, others) in self.marks.iter_mut().flatten().zip(other.marks.iter().flatten()) {
            *own += others;
        }
    }
}

/// Changes the counts of a class; a school has few.
fn with_class(classes: &mut Vec<(String, Cell)>, class: &str, change: impl FnOnce(&mut Cell)) {
    if let Some((_, cell)) = classes.iter_mut().find(|(name, _)| name == class) {
        return change(cell);
    }
    let mut cell = Cell::default();
    change(&mut cell);
    classes.push((class.to_owned(), cell));
}

impl Found {
    fn join(&mut self, other: Self) {
        self.kinship.join(other.kinship);
        for (test, schools) in other.tests {
            let known = self.tests.entry(test).or_default();
            for (school, counted) in schools {
                known.entry(school).or_default().join(&counted);
            }
        }
        for (exam, schools) in other.exams {
            let known = self.exams.entry(exam).or_default();
            for (school, attempts) in schools {
                let slot = known.entry(school).or_default();
                slot.pupils += attempts.pupils;
                slot.sum += attempts.sum;
                slot.squares += attempts.squares;
                slot.scores.iter_mut().zip(attempts.scores).for_each(|(slot, count)| *slot += count);
            }
        }
    }

    /// The classes of each test, in the order of the region's tests; none of a school whose pupils are all of one.
    fn classes(&self, schools: &[String]) -> Vec<Classes> {
        let of_school = |(school, counted): (&String, &Counted)| -> Classes {
            let Ok(at) = schools.binary_search(school) else { return Vec::new() };
            let mut classes: Classes =
                counted.classes.iter().map(|(class, cell)| (at, class.clone(), cell.clone())).collect();
            classes.sort_by(|a, b| a.1.cmp(&b.1));
            if classes.len() > 1 { classes } else { Vec::new() }
        };
        self.tests.values().map(|schools| schools.iter().flat_map(of_school).collect()).collect()
    }

    fn region(self) -> (Region, Vec<Classes>) {
        let names: BTreeSet<&String> = self
            .tests
            .values()
            .flat_map(BTreeMap::keys)
            .chain(self.exams.values().flat_map(BTreeMap::keys))
            .collect();
        let schools: Vec<String> = names.into_iter().cloned().collect();
        let place = |school: &String| schools.binary_search(school).ok();
        let tests = self.tests.iter().map(|(test, of_schools)| {
            let mut all = Counted::default();
            of_schools.values().for_each(|counted| all.join(counted));
            let cells = of_schools
                .iter()
                .filter_map(|(school, counted)| Some(Cell { school: place(school)?, ..counted.cell.clone() }))
                .collect();
            Sat { test: test.clone(), cuts: cuts(&all.marks), max: all.max, cells }
        });
        let exams = self.exams.iter().map(|((year, subject), of_schools)| {
            let of_schools =
                of_schools.iter().filter_map(|(school, attempts)| Some((place(school)?, *attempts)));
            exam(*year, subject, of_schools.collect())
        });
        let classes = self.classes(&schools);
        let (tests, exams) = (tests.collect(), exams.collect());
        (Region { schools, tests, exams, kinship: self.kinship.correlation() }, classes)
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of pupils and sums of their marks")]
fn exam(year: i32, subject: &str, schools: Vec<(usize, Attempts)>) -> ExamSat {
    let [pupils, sum, squares] = schools
        .iter()
        .fold([0, 0, 0], |[n, sum, squares], (_, a)| [n + a.pupils, sum + a.sum, squares + a.squares]);
    let n = pupils as f64;
    let variance = (squares as f64 - (sum as f64) * (sum as f64) / n.max(1.0)) / (n - 1.0).max(1.0);
    let school = |(school, attempts): &(usize, Attempts)| Exam {
        school: *school,
        pupils: attempts.pupils as f64,
        mean: attempts.sum as f64 / attempts.pupils.max(1) as f64,
        scored: attempts.scores.first().copied().unwrap_or_default() as f64,
        scores: of_sums(attempts.scores),
    };
    let scores = schools.iter().fold([0; 3], |[n, sum, squares], (_, of)| {
        let [more, points, squared] = of.scores;
        [n + more, sum + points, squares + squared]
    });
    ExamSat {
        year,
        subject: subject.to_owned(),
        deviation: variance.max(0.0).sqrt(),
        scores: of_sums(scores),
        schools: schools.iter().map(school).collect(),
    }
}

/// Mean and variance of whole numbers, from two on.
#[expect(clippy::cast_precision_loss, reason = "sums of scores")]
fn of_sums([count, sum, squares]: [u64; 3]) -> Option<Moments> {
    (count >= 2).then(|| {
        let (n, mean) = (count as f64, sum as f64 / count as f64);
        Moments { pupils: n, mean, variance: ((squares as f64 - n * mean * mean) / (n - 1.0)).max(0.0) }
    })
}

fn larger(a: Option<f64>, b: Option<f64>) -> Option<f64> {
    a.into_iter().chain(b).max_by(f64::total_cmp)
}

/// What a row of a pupil says.
struct Row<'a> {
    key: Key<'a>,
    present: bool,
    class: Option<&'a str>,
    /// The pupil's code, where it is used to link tests.
    code: Option<&'a str>,
    score: Option<usize>,
    max: Option<f64>,
    mark: Option<i32>,
    journal: Option<i32>,
}

/// A school in a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Key<'a> {
    year: i32,
    grade: i32,
    subject: &'a str,
    wave: Option<&'a str>,
    school: &'a str,
}

/// Counts in one pass. In the table's order pupils of a school stand together in a test, so that the maps are asked once a
/// school; any other order gives the same.
fn read_part(results: &DataFrame, years: &[i32]) -> Result<Found> {
    let malformed =
        |error| Fault::new(FaultCode::TableMalformed).at(Place::Table("result".to_owned())).because(error);
    let numbers = |name: &str| results.column(name).and_then(Column::i32).map_err(malformed);
    let words = |name: &str| results.column(name).and_then(Column::str).map_err(malformed);
    let reals = |name: &str| results.column(name).and_then(Column::f64).map_err(malformed);
    let tests = numbers("year")?
        .iter()
        .zip(words("procedure")?.iter())
        .zip(numbers("grade")?.iter())
        .zip(words("subject")?.iter())
        .zip(words("wave")?.iter());
    let repeats = results.column("repeat").and_then(Column::bool).map_err(malformed)?;
    let present = words("status")?.iter().zip(repeats.iter()).zip(numbers("attempt")?.iter());
    let marks = present.zip(numbers("mark")?.iter()).zip(numbers("journal_mark")?.iter());
    let scores =
        reals("score_tasks")?.iter().zip(reals("score_printed")?.iter()).zip(reals("max_score")?.iter());
    let mut open = Open::default();
    let pupils = words("class")?.iter().zip(words("pupil_code")?.iter());
    let schools = words("school_id")?.iter().zip(pupils);
    let rows = tests.zip(schools).zip(marks.zip(scores));
    for (
        (test, (school, (class, code))),
        (((((status, repeat), attempt), mark), journal), ((tasks, printed), max)),
    ) in rows
    {
        let ((((Some(year), Some(procedure)), Some(grade)), Some(subject)), wave) = test else { continue };
        let (Some(school), Some(status), Some(false)) = (school, status, repeat) else { continue };
        if !years.contains(&year) || !["present", "absent"].contains(&status) {
            continue;
        }
        let key = Key { year, grade, subject, wave, school };
        let present = status == "present";
        match (procedure, mark) {
            ("vpr", _) => {
                // the score of the tasks where they were sent: printed totals are not always their sum
                let score = tasks.or(printed).and_then(whole);
                let code = code.filter(|_| Kinship::slot(subject, school).is_some());
                open.count(&Row { key, present, class, code, score, max, mark, journal });
            }
            ("oge", Some(mark)) if present && grade == 9 && attempt.is_none_or(|attempt| attempt == 1) => {
                open.attempt(&key, mark, printed.and_then(whole));
            }
            _ => {}
        }
    }
    Ok(open.finish())
}

/// Counts that are still growing, and the school that grows now.
#[derive(Default)]
struct Open<'a> {
    found: Found,
    now: Option<(Key<'a>, Counted)>,
}

impl<'a> Open<'a> {
    fn count(&mut self, row: &Row<'a>) {
        if self.now.as_ref().is_none_or(|(open, _)| *open != row.key) {
            self.close();
        }
        let (_, counted) = self.now.get_or_insert_with(|| (row.key, Counted::default()));
        counted.add(row);
    }

    fn attempt(&mut self, key: &Key<'_>, mark: i32, score: Option<usize>) {
        let Ok(mark) = u64::try_from(mark) else { return };
        let schools = self.found.exams.entry((key.year, key.subject.to_owned())).or_default();
        let slot = schools.entry(key.school.to_owned()).or_default();
        slot.pupils += 1;
        slot.sum += mark;
        slot.squares += mark * mark;
        if let Some(score) = score.and_then(|score| u64::try_from(score).ok()) {
            let more = [1, score, score * score];
            slot.scores.iter_mut().zip(more).for_each(|(slot, count)| *slot += count);
        }
    }

    fn close(&mut self) {
        if let Some((Key { year, grade, subject, wave, school }, mut counted)) = self.now.take() {
            let linked = std::mem::take(&mut counted.linked);
            if let Some(slot) = Kinship::slot(subject, school).filter(|_| !linked.is_empty()) {
                let group = (year, grade, wave.map(str::to_owned), school.to_owned());
                self.found.kinship.add(group, slot, linked);
            }
            let test = Test { year, grade, subject: subject.to_owned(), wave: wave.map(str::to_owned) };
            self.found.tests.entry(test).or_default().entry(school.to_owned()).or_default().join(&counted);
        }
    }

    fn finish(mut self) -> Found {
        self.close();
        self.found
    }
}

fn position(mark: i32) -> Option<usize> {
    usize::try_from(mark.checked_sub(2)?).ok().filter(|&at| at < MARKS)
}

/// A whole score of a test.
fn whole(score: f64) -> Option<usize> {
    let sound = (0.0..=SCORE_MAX).contains(&score) && score.fract().abs() < 1e-9;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole, and inside the range"
    )]
    sound.then(|| score.round() as usize)
}
