//! An indicator of a pack: a share of pupils, as two counts.

use polars::prelude::{DataType, Expr, lit};
use polars::sql::sql_expr;

use crate::base::{Fault, FaultCode, Place, Result, Year};
use crate::method::Wording;
use crate::method::sql::Checked;
use crate::tables::{self, TableSpec};

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
    /// The count above the line.
    pub numerator: Checked,
    /// The count below the line.
    pub denominator: Checked,
    /// Which values are good.
    pub better: Better,
    /// Fewer pupils below the line are not assessable.
    pub min_n: i64,
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
        let used = |name: &str| {
            [&self.filter, &self.applicable, &self.numerator, &self.denominator]
                .iter()
                .any(|checked| checked.columns.contains(name))
        };
        self.table
            .columns
            .iter()
            .map(|column| column.name)
            .filter(|name| matches!(*name, "year" | "school_id") || used(name))
            .collect()
    }

    /// The rows that count, for Polars.
    ///
    /// # Errors
    /// `E305` where Polars does not know what `sqlparser` does.
    pub fn rows(&self) -> Result<Expr> {
        polars(&self.filter)
    }

    /// The rows that show that the indicator applies to their school.
    ///
    /// # Errors
    /// As [`Indicator::rows`].
    pub fn applicable_rows(&self) -> Result<Expr> {
        polars(&self.applicable)
    }

    /// The two counts over a group of those rows, above and below the line, as 64-bit whole numbers; a group in which
    /// nothing could be counted has 0.
    ///
    /// # Errors
    /// As [`Indicator::rows`].
    pub fn counts(&self) -> Result<[Expr; 2]> {
        let count = |checked, name: &str| -> Result<Expr> {
            Ok(polars(checked)?.cast(DataType::Int64).fill_null(lit(0i64)).alias(name))
        };
        Ok([count(&self.numerator, "numerator")?, count(&self.denominator, "denominator")?])
    }
}

fn polars(checked: &Checked) -> Result<Expr> {
    sql_expr(&checked.text)
        .map_err(|error| tables::polars_refused(Fault::new(FaultCode::QueryInvalid), &error).because(error))
}
