//! An indicator of a pack: a share of pupils, as two counts.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::{DataFrame, DataType, Expr, IntoLazy, LazyFrame, NULL, col, lit, when};

use super::formula::polars;
use crate::base::{Place, Result, Year};
use crate::method::sql::Checked;
use crate::method::{Formula, THRESHOLD, ThresholdName, Wording};
use crate::tables::{self, ItemScore, ResultRow, Table, TableSpec, WORK, tasks};

/// Which values are good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Better {
    /// Low ones.
    Low,
    /// High ones.
    High,
}

/// A year for which the pack gives no figure.
#[derive(Debug, Clone, PartialEq)]
pub struct ExcludedYear {
    /// The year.
    pub year: Year,
    /// Why, in each language.
    pub reason: Wording,
}

/// An indicator: two counts over the rows of one table, by school and year.
#[derive(Debug, Clone, PartialEq)]
pub struct Indicator {
    /// The id.
    pub id: String,
    /// The title in each language.
    pub title: Wording,
    /// The table.
    pub table: &'static TableSpec,
    /// Which rows count.
    pub filter: Checked,
    /// A school without one such row in any year is one to which the indicator does not apply.
    pub applicable: Checked,
    /// What the register says of a school's year instead, where it says yes or no: a condition over the register. Where it
    /// says neither, the rows do.
    pub applicable_school: Option<Checked>,
    /// How it is counted.
    pub formula: Formula,
    /// The measure that counts all pupils who could have rows; a pupil without one says what the question says of no rows.
    pub contingent: Option<String>,
    /// Which values are good.
    pub better: Better,
    /// Fewer pupils below the line are not assessable.
    pub min_n: i64,
    /// The threshold that its expressions name.
    pub threshold: Option<ThresholdName>,
    /// Years without a figure.
    pub excluded: Vec<ExcludedYear>,
    /// Where the pack declares it.
    pub place: Place,
}

impl Indicator {
    /// Does the pack give no figure for this year?
    #[must_use]
    pub fn excludes(&self, year: Year) -> bool {
        self.excluded.iter().any(|excluded| excluded.year == year)
    }

    /// The columns that it needs, with `year` and `school_id`, in the order of the table.
    #[must_use]
    pub fn columns(&self) -> Vec<&'static str> {
        let counted = self.formula.columns();
        let used = |name: &str| {
            counted.contains(name)
                || [&self.filter, &self.applicable].iter().any(|c| c.columns.contains(name))
        };
        self.table
            .columns
            .iter()
            .map(|column| column.name)
            .filter(|name| matches!(*name, "year" | "school_id") || used(name))
            .collect()
    }

    /// Does it count the tasks of tests?
    #[must_use]
    pub fn is_of_tasks(&self) -> bool {
        self.table.name == ItemScore::SPEC.name
    }

    /// These columns by the tables in which they stand. Tasks are looked up in their own table, the tests that they belong to
    /// in `result`.
    #[must_use]
    pub fn tables(&self, columns: &BTreeSet<&'static str>) -> BTreeMap<&'static str, BTreeSet<&'static str>> {
        if !self.is_of_tasks() {
            return BTreeMap::from([(self.table.name, columns.clone())]);
        }
        let of = |spec: &'static TableSpec| {
            let own = columns.iter().copied().filter(|name| spec.column(name).is_some());
            (spec.name, own.chain(WORK).collect())
        };
        BTreeMap::from([of(ItemScore::SPEC), of(ResultRow::SPEC)])
    }

    /// The rows of its table; `frame` gives the tables of [`Indicator::tables`] by their names.
    ///
    /// # Errors
    /// Those of `frame`.
    pub fn frame(&self, frame: impl Fn(&'static str) -> Result<DataFrame>) -> Result<LazyFrame> {
        if self.is_of_tasks() {
            return Ok(tasks(&frame(ItemScore::SPEC.name)?, &frame(ResultRow::SPEC.name)?));
        }
        Ok(frame(self.table.name)?.lazy())
    }

    /// The rows with the threshold of their year beside them, where the pack names one.
    pub fn beside_threshold(&self, rows: LazyFrame, thresholds: &[(Year, f64)]) -> LazyFrame {
        if self.threshold.is_none() {
            return rows;
        }
        let of_year = thresholds.iter().fold(lit(NULL), |otherwise, &(year, value)| {
            when(col("year").eq(lit(year.0))).then(lit(value)).otherwise(otherwise)
        });
        rows.with_column(of_year.cast(DataType::Float64).alias(THRESHOLD))
    }

    /// The rows that count, with the threshold of their year beside them where the pack names one. `thresholds` gives it.
    ///
    /// # Errors
    /// As [`Indicator::rows`].
    pub fn chosen(&self, rows: LazyFrame, thresholds: &[(Year, f64)]) -> Result<LazyFrame> {
        Ok(self.beside_threshold(rows, thresholds).filter(self.rows()?))
    }

    /// The rows that count, for Polars.
    ///
    /// # Errors
    /// `E305` where Polars does not know what `sqlparser` does.
    pub fn rows(&self) -> Result<Expr> {
        polars(&self.filter)
    }

    /// Does a pupil of whom no row was sent stand above the line? As one blank row would: `SUM(CASE … ELSE 0 END) = 0` holds for it.
    /// `None` where such a pupil stands nowhere.
    ///
    /// # Errors
    /// As [`Indicator::rows`].
    pub fn of_nobody(&self) -> Result<Option<bool>> {
        let blank = DataFrame::full_null(tables::concat(self.table, &[])?.schema(), 1);
        self.formula.of_nobody(self.beside_threshold(blank.lazy(), &[]))
    }

    /// What the register says of whether the indicator applies to a school; nothing where the pack does not ask it.
    ///
    /// # Errors
    /// As [`Indicator::rows`].
    pub fn applicable_by_register(&self) -> Result<Option<Expr>> {
        self.applicable_school.as_ref().map(polars).transpose()
    }

    /// The rows that show that the indicator applies to their school.
    ///
    /// # Errors
    /// As [`Indicator::rows`].
    pub fn applicable_rows(&self) -> Result<Expr> {
        polars(&self.applicable)
    }
}
