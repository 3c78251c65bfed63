//! Millions of rows to a few counts: Polars counts, nothing else.

use std::collections::BTreeMap;

use polars::prelude::{DataFrame, DataType, IntoLazy, col, len, lit};

use crate::base::{Fault, FaultCode, Place, Result};
use crate::tables::{int64s, ints, texts};

/// The columns of `result` that are read.
pub(super) const COLUMNS: &[&str] =
    &["year", "procedure", "grade", "subject", "school_id", "mark", "journal_mark", "status"];

/// A test of one year.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Test {
    pub(super) year: i32,
    pub(super) procedure: String,
    pub(super) grade: i32,
    pub(super) subject: String,
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

/// Tallies of each test by school.
pub(super) fn read(results: &DataFrame, years: &[i32]) -> Result<BTreeMap<Test, BTreeMap<String, Tally>>> {
    let malformed =
        |error| Fault::new(FaultCode::TableMalformed).at(Place::Table("result".to_owned())).because(error);
    let keys = ["year", "procedure", "grade", "subject", "school_id", "journal_mark", "mark"];
    let counted = results
        .clone()
        .lazy()
        .filter(
            col("procedure")
                .eq(lit("vpr"))
                .and(col("status").eq(lit("present")))
                .and(col("mark").is_not_null()),
        )
        .group_by(keys.map(col))
        .agg([len().cast(DataType::Int64).alias("count")])
        .collect()
        .map_err(malformed)?;
    let (year, procedure) = (ints(&counted, "year")?, texts(&counted, "procedure")?);
    let (grade, subject, school) =
        (ints(&counted, "grade")?, texts(&counted, "subject")?, texts(&counted, "school_id")?);
    let (journal, mark, count) =
        (ints(&counted, "journal_mark")?, ints(&counted, "mark")?, int64s(&counted, "count")?);
    let mut tests: BTreeMap<Test, BTreeMap<String, Tally>> = BTreeMap::new();
    let tested = year.into_iter().zip(procedure).zip(grade.into_iter().zip(subject)).zip(school);
    for ((((year, procedure), (grade, subject)), school), ((journal, mark), count)) in
        tested.zip(journal.into_iter().zip(mark).zip(count))
    {
        let (Some(year), Some(procedure), Some(grade), Some(subject), Some(school)) =
            (year, procedure, grade, subject, school)
        else {
            continue;
        };
        if !years.contains(&year) {
            continue;
        }
        let count = count.and_then(|n| u64::try_from(n).ok()).unwrap_or_default();
        let test = Test { year, procedure, grade, subject };
        let tally = tests.entry(test).or_default().entry(school).or_default();
        let cell = position(journal).zip(position(mark));
        match cell.and_then(|(j, m)| tally.both.get_mut(j)?.get_mut(m)) {
            Some(cell) => *cell += count,
            // a zero or a one in the journal is no mark: it must not look like a raise
            None => tally.alone += count,
        }
    }
    Ok(tests)
}

fn position(mark: Option<i32>) -> Option<usize> {
    usize::try_from(mark?.checked_sub(2)?).ok().filter(|&at| at < MARKS)
}
