//! The stretches of a table in which year and test stand still: a condition that names a test needs to see only its own.

use polars::prelude::{DataFrame, IntoLazy, col, lit};

use super::counts::collect;
use crate::base::{Fault, FaultCode, Result, Year};
use crate::method::sql::Checked;
use crate::tables::{ints, polars_refused, words};

/// Columns of whole words that make a test, beside its grade.
const WORDS: [&str; 3] = ["procedure", "subject", "wave"];

/// So many stretches are cheaper to look through than to put together: the table is not sorted by test then.
const MANY: usize = 2_000;

/// Rows of one year and one test that stand below each other.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Run {
    from: usize,
    rows: usize,
    year: Option<i32>,
    grade: Option<i32>,
    words: [Option<String>; WORDS.len()],
}

impl Run {
    fn is_of(&self, year: Option<i32>, grade: Option<i32>, words: [Option<&str>; WORDS.len()]) -> bool {
        self.year == year
            && self.grade == grade
            && self.words.iter().zip(words).all(|(own, word)| own.as_deref() == word)
    }
}

/// A table and its runs; none where there are too many of them.
pub(super) struct Runs<'a> {
    frame: &'a DataFrame,
    runs: Vec<Run>,
    has_years: bool,
}

impl<'a> Runs<'a> {
    /// Looks through a table once.
    pub fn of(frame: &'a DataFrame) -> Result<Self> {
        let has = |name: &str| frame.column(name).is_ok();
        if !has("year") {
            return Ok(Self { frame, runs: Vec::new(), has_years: false });
        }
        let years = ints(frame, "year")?;
        let grades = if has("grade") { ints(frame, "grade")? } else { vec![None; years.len()] };
        let [procedures, subjects, waves] =
            WORDS.map(|name| has(name).then(|| words(frame, name)).transpose());
        let (mut procedures, mut subjects, mut waves) = (procedures?, subjects?, waves?);
        let mut runs: Vec<Run> = Vec::new();
        for (row, (&year, &grade)) in years.iter().zip(&grades).enumerate() {
            let words =
                [&mut procedures, &mut subjects, &mut waves].map(|column| column.as_mut()?.next().flatten());
            let count = runs.len();
            match runs.last_mut() {
                Some(run) if run.is_of(year, grade, words) => run.rows += 1,
                Some(_) if count == MANY => return Ok(Self { frame, runs: Vec::new(), has_years: true }),
                _ => {
                    let words = words.map(|word| word.map(str::to_owned));
                    runs.push(Run { from: row, rows: 1, year, grade, words });
                }
            }
        }
        Ok(Self { frame, runs, has_years: true })
    }

    /// At least the rows of a year for which a condition may hold; of any year where none is named.
    pub fn wanted(&self, year: Option<Year>, condition: &Checked) -> Result<DataFrame> {
        if self.runs.is_empty() {
            let Some(year) = year.filter(|_| self.has_years) else { return Ok(self.frame.clone()) };
            return collect(self.frame.clone().lazy().filter(col("year").eq(lit(year.0))));
        }
        let fixed = WORDS.map(|name| condition.fixed(name));
        let grade = condition.fixed("grade").and_then(|text| text.parse::<i32>().ok());
        let fits = |run: &&Run| {
            let tied = |(word, fixed): (&Option<String>, &Option<String>)| fixed.is_none() || word == fixed;
            year.is_none_or(|year| run.year == Some(year.0))
                && (grade.is_none() || run.grade == grade)
                && run.words.iter().zip(&fixed).all(tied)
        };
        let mut rows = self.frame.slice(0, 0);
        for run in self.runs.iter().filter(fits) {
            #[expect(clippy::cast_possible_wrap, reason = "a position in a table")]
            let run = self.frame.slice(run.from as i64, run.rows);
            rows.vstack_mut_owned(run)
                .map_err(|e| polars_refused(Fault::new(FaultCode::QueryInvalid), &e))?;
        }
        Ok(rows)
    }
}
