//! Reading typed columns out of data frames, and keeping frames to their declaration.

use polars::prelude::{DataFrame, IntoColumn, IntoLazy, SortMultipleOptions, UnionArgs};

use crate::base::{Fault, FaultCode, Place, Result};
use crate::tables::TableSpec;

macro_rules! reader {
    ($(#[$doc:meta])* $name:ident $method:ident $type:ty, $own:expr) => {
        $(#[$doc])*
        ///
        /// # Errors
        /// `E803` where the column is not there or has another type.
        pub fn $name(frame: &DataFrame, column: &str) -> Result<Vec<Option<$type>>> {
            let malformed = |error| Fault::new(FaultCode::TableMalformed).with("column", column).because(error);
            let values = frame.column(column).map_err(malformed)?;
            let values = values.as_materialized_series().$method().map_err(malformed)?;
            Ok(values.iter().map(|value| value.map($own)).collect())
        }
    };
}

reader! {
    /// A column of whole numbers of 32 bits, one entry a row.
    ints i32 i32, |v| v
}
reader! {
    /// A column of whole numbers of 64 bits, one entry a row.
    int64s i64 i64, |v| v
}
reader! {
    /// A column of floats, one entry a row.
    floats f64 f64, |v| v
}
reader! {
    /// A column of texts, one entry a row.
    texts str String, str::to_owned
}
reader! {
    /// A column of yes and no, one entry a row.
    bools bool bool, |v| v
}

/// The frame with exactly the declared columns in the declared order, cast where a cast loses nothing (whole numbers
/// of another width, columns of nulls only).
///
/// # Errors
/// `E803` with the column's name where one is missing, has another type, or holds a null that the declaration forbids.
pub fn conform(spec: &TableSpec, frame: &DataFrame) -> Result<DataFrame> {
    let malformed = |column: &str| {
        Fault::new(FaultCode::TableMalformed).at(Place::Table(spec.name.to_owned())).with("column", column)
    };
    let mut columns = Vec::with_capacity(spec.columns.len());
    for column in spec.columns {
        let series = frame
            .column(column.name)
            .map_err(|_| malformed(column.name).why("column-missing"))?
            .as_materialized_series()
            .strict_cast(&column.kind.dtype())
            // What Polars says here quotes the values that it could not cast.
            .map_err(|_| malformed(column.name).why("column-type"))?;
        if !column.nullable && series.null_count() > 0 {
            return Err(malformed(column.name).why("column-null"));
        }
        columns.push(series.into_column());
    }
    DataFrame::new(frame.height(), columns).map_err(|error| malformed("").because(error))
}

/// The frame sorted by its table's key: stable, nulls first.
///
/// # Errors
/// `E803` where a key column is missing.
pub fn sort(spec: &TableSpec, frame: &DataFrame) -> Result<DataFrame> {
    if spec.key.is_empty() || frame.height() < 2 {
        return Ok(frame.clone());
    }
    frame.sort(spec.key.iter().copied(), SortMultipleOptions::default().with_maintain_order(true)).map_err(
        |error| Fault::new(FaultCode::TableMalformed).at(Place::Table(spec.name.to_owned())).because(error),
    )
}

/// Frames of one table, one below the other; an empty list gives an empty frame of the declared columns.
///
/// # Errors
/// `E803` where the frames' columns differ.
pub fn concat(spec: &TableSpec, frames: &[DataFrame]) -> Result<DataFrame> {
    let malformed =
        |error| Fault::new(FaultCode::TableMalformed).at(Place::Table(spec.name.to_owned())).because(error);
    if frames.is_empty() {
        let columns = spec
            .columns
            .iter()
            .map(|c| polars::prelude::Series::new_empty(c.name.into(), &c.kind.dtype()).into_column())
            .collect();
        return DataFrame::new(0, columns).map_err(malformed);
    }
    let lazy: Vec<_> = frames.iter().map(|frame| frame.clone().lazy()).collect();
    polars::prelude::concat(lazy, UnionArgs { rechunk: true, ..UnionArgs::default() })
        .and_then(polars::prelude::LazyFrame::collect)
        .map_err(malformed)
}
