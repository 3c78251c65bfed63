//! Where the tables come from: the caller opens a run, we only ask it for tables.

use polars::prelude::{DataFrame, Expr, IntoLazy, col, lit};

use crate::base::{Fault, FaultCode, Place, Result};
use crate::tables::{self, ColumnSpec, Kind};

/// Gives a table of the run by its name, with these columns (`None` for all); `E202` where the run has no such table.
pub type TableSource<'a> = &'a dyn Fn(&str, Option<&[&str]>) -> Result<DataFrame>;

/// The rows of a table that fit a condition.
pub(super) fn rows(
    source: TableSource<'_>,
    table: &str,
    columns: Option<&[&str]>,
    fit: Expr,
) -> Result<DataFrame> {
    let frame = source(table, columns)?;
    frame
        .lazy()
        .filter(fit)
        .collect()
        .map_err(|error| Fault::new(FaultCode::Bug).at(Place::Table(table.to_owned())).because(error))
}

/// The same of a table that this run may not have: then no rows.
pub(super) fn rows_if_there(
    source: TableSource<'_>,
    table: &str,
    columns: Option<&[&str]>,
    fit: Expr,
) -> Result<DataFrame> {
    match rows(source, table, columns, fit) {
        Err(fault) if fault.code == FaultCode::NotFound => {
            tables::spec(table).map_or(Ok(DataFrame::empty()), |spec| tables::concat(spec, &[]))
        }
        other => other,
    }
}

/// `column = value`.
pub(super) fn is(column: &str, value: &str) -> Expr {
    col(column).eq(lit(value.to_owned()))
}

/// The entry of a row, where there is one.
pub(super) fn at<T: Clone>(values: &[Option<T>], row: usize) -> Option<T> {
    values.get(row).cloned().flatten()
}

/// The values of a column as they are printed: whole numbers without a point.
pub(super) fn printed(frame: &DataFrame, column: &ColumnSpec) -> Result<Vec<Option<String>>> {
    fn all<T: ToString>(values: Vec<Option<T>>) -> Vec<Option<String>> {
        values.into_iter().map(|value| value.map(|v| v.to_string())).collect()
    }
    Ok(match column.kind {
        Kind::Int => all(tables::ints(frame, column.name)?),
        Kind::Big => all(tables::int64s(frame, column.name)?),
        Kind::Real => all(tables::floats(frame, column.name)?),
        Kind::Text => tables::texts(frame, column.name)?,
        Kind::Flag => all(tables::bools(frame, column.name)?),
    })
}
