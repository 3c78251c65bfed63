//! Millions of rows to a few counts.

use std::collections::BTreeMap;

use polars::prelude::{Column, DataFrame};
use rayon::prelude::*;

use crate::base::{Fault, FaultCode, Place, Result};

/// The columns of `result` that are read.
pub(super) const COLUMNS: &[&str] = &[
    "year",
    "wave",
    "procedure",
    "grade",
    "subject",
    "school_id",
    "mark",
    "journal_mark",
    "status",
    "repeat",
];

/// A test of one year.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Test {
    pub(super) year: i32,
    pub(super) procedure: String,
    pub(super) grade: i32,
    pub(super) subject: String,
    pub(super) wave: Option<String>,
}

/// Marks 2 to 5.
pub(super) const MARKS: usize = 4;

/// Participants by journal mark and mark, both from 2 to 5, and those without a journal mark.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// `both[journal − 2][mark − 2]`.
    pub(super) both: [[u64; MARKS]; MARKS],
    /// Participants with a mark and no journal mark.
    pub(super) alone: u64,
}

impl Tally {
    pub(super) fn add(&mut self, other: &Self) {
        for (own, others) in self.both.iter_mut().flatten().zip(other.both.iter().flatten()) {
            *own += others;
        }
        self.alone += other.alone;
    }
}

/// Rows that one thread looks at.
const PART_ROWS: usize = 1 << 18;

/// Tallies of each test by school. Counts are whole numbers: neither the parts nor the order of rows change them.
pub(super) fn read(results: &DataFrame, years: &[i32]) -> Result<BTreeMap<Test, BTreeMap<String, Tally>>> {
    let parts: Vec<_> = (0..results.height())
        .into_par_iter()
        .step_by(PART_ROWS)
        .map(|start| read_part(&results.slice(i64::try_from(start).unwrap_or(i64::MAX), PART_ROWS), years))
        .collect();
    let mut tests: BTreeMap<Test, BTreeMap<String, Tally>> = BTreeMap::new();
    for part in parts {
        for (test, schools) in part? {
            let known = tests.entry(test).or_default();
            for (school, tally) in schools {
                known.entry(school).or_default().add(&tally);
            }
        }
    }
    Ok(tests)
}

/// Tallies in one pass. In the table's order pupils of a school stand together in a test, so that the maps are asked once a
/// school; any other order gives the same.
fn read_part(results: &DataFrame, years: &[i32]) -> Result<BTreeMap<Test, BTreeMap<String, Tally>>> {
    let malformed =
        |error| Fault::new(FaultCode::TableMalformed).at(Place::Table("result".to_owned())).because(error);
    let numbers = |name: &str| results.column(name).and_then(Column::i32).map_err(malformed);
    let words = |name: &str| results.column(name).and_then(Column::str).map_err(malformed);
    let tests = numbers("year")?
        .iter()
        .zip(words("procedure")?.iter())
        .zip(numbers("grade")?.iter())
        .zip(words("subject")?.iter())
        .zip(words("wave")?.iter());
    let repeats = results.column("repeat").and_then(Column::bool).map_err(malformed)?;
    let present = words("status")?.iter().zip(repeats.iter());
    let marks = present.zip(numbers("mark")?.iter()).zip(numbers("journal_mark")?.iter());
    let mut tallies = Tallies::default();
    for ((test, school), ((present, mark), journal)) in tests.zip(words("school_id")?.iter()).zip(marks) {
        let ((((Some(year), Some("vpr")), Some(grade)), Some(subject)), wave) = test else { continue };
        if let (Some(school), (Some("present"), Some(false)), Some(mark)) = (school, present, mark)
            && years.contains(&year)
        {
            tallies.count(Key { year, grade, subject, wave, school }, mark, journal);
        }
    }
    Ok(tallies.finish())
}

/// A school in a test of the procedure `vpr`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Key<'a> {
    year: i32,
    grade: i32,
    subject: &'a str,
    wave: Option<&'a str>,
    school: &'a str,
}

/// Tallies that are still growing, and the one that grows now.
#[derive(Default)]
struct Tallies<'a> {
    finished: BTreeMap<Test, BTreeMap<String, Tally>>,
    open: Option<(Key<'a>, Tally)>,
}

impl<'a> Tallies<'a> {
    fn count(&mut self, key: Key<'a>, mark: i32, journal: Option<i32>) {
        if self.open.as_ref().is_none_or(|(open, _)| *open != key) {
            self.close();
        }
        let (_, tally) = self.open.get_or_insert((key, Tally::default()));
        match position(journal).zip(position(Some(mark))).and_then(|(j, m)| tally.both.get_mut(j)?.get_mut(m))
        {
            Some(cell) => *cell += 1,
            // a zero or a one in the journal is no mark: it must not look like a raise
            None => tally.alone += 1,
        }
    }

    fn close(&mut self) {
        if let Some((Key { year, grade, subject, wave, school }, tally)) = self.open.take() {
            let (procedure, subject) = ("vpr".to_owned(), subject.to_owned());
            let test = Test { year, procedure, grade, subject, wave: wave.map(str::to_owned) };
            self.finished.entry(test).or_default().entry(school.to_owned()).or_default().add(&tally);
        }
    }

    fn finish(mut self) -> BTreeMap<Test, BTreeMap<String, Tally>> {
        self.close();
        self.finished
    }
}

fn position(mark: Option<i32>) -> Option<usize> {
    usize::try_from(mark?.checked_sub(2)?).ok().filter(|&at| at < MARKS)
}
