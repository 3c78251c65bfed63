//! Reading typed columns out of data frames, and keeping frames to their declaration.

use std::cmp::Ordering;

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

/// A column of texts as it stands, row by row: nothing is copied.
///
/// # Errors
/// As [`texts`].
pub fn words<'a>(frame: &'a DataFrame, column: &str) -> Result<impl Iterator<Item = Option<&'a str>>> {
    let malformed = |error| Fault::new(FaultCode::TableMalformed).with("column", column).because(error);
    let values = frame.column(column).map_err(malformed)?;
    Ok(values.as_materialized_series().str().map_err(malformed)?.iter())
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
    if is_sorted(spec, frame) {
        return Ok(frame.clone());
    }
    frame.sort(spec.key.iter().copied(), SortMultipleOptions::default().with_maintain_order(true)).map_err(
        |error| Fault::new(FaultCode::TableMalformed).at(Place::Table(spec.name.to_owned())).because(error),
    )
}

/// Do the rows stand in the order of their table's key?
#[must_use]
pub fn is_sorted(spec: &TableSpec, frame: &DataFrame) -> bool {
    spec.key.is_empty() || frame.height() < 2 || in_order(frame, spec.key)
}

/// Do the rows stand in the order of these columns? To look is much cheaper than to sort; of columns of other types than
/// keys have nothing is said.
fn in_order(frame: &DataFrame, key: &[&str]) -> bool {
    // which rows equal the one before them in all columns so far
    let mut tied = vec![true; frame.height().saturating_sub(1)];
    key.iter().all(|name| {
        let Ok(column) = frame.column(name) else { return false };
        let series = column.as_materialized_series();
        if let Ok(values) = series.i32() {
            rises(values.iter(), &mut tied)
        } else if let Ok(values) = series.i64() {
            rises(values.iter(), &mut tied)
        } else {
            series.str().is_ok_and(|values| rises(values.iter(), &mut tied))
        }
    })
}

/// Does no tied value fall below the one before it? What rises is tied no more.
fn rises<T: Ord>(mut values: impl Iterator<Item = Option<T>>, tied: &mut [bool]) -> bool {
    let Some(mut last) = values.next() else { return true };
    for (value, tied) in values.zip(tied) {
        match value.cmp(&last) {
            Ordering::Less if *tied => return false,
            Ordering::Equal => {}
            _ => *tied = false,
        }
        last = value;
    }
    true
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{in_order, sort};
    use crate::tables::{ResultRow, Table};

    proptest! {
        /// Results are sorted by whole numbers and texts, some of them missing.
        #[test]
        fn rows_stand_in_order_where_sorting_changes_nothing(
            keys in prop::collection::vec((2023..2026i32, prop::option::of(0..3u8), 0..3u8, 0..3i32), 0..8)
        ) {
            let result = |&(year, wave, school, row): &(i32, Option<u8>, u8, i32)| ResultRow {
                year,
                wave: wave.map(|wave| wave.to_string()),
                school_id: school.to_string(),
                row,
                ..ResultRow::default()
            };
            let frame = ResultRow::frame(keys.iter().map(result).collect()).unwrap();
            let sorted = sort(ResultRow::SPEC, &frame).unwrap();
            let mut ordered = keys.clone();
            ordered.sort_unstable();
            prop_assert_eq!(in_order(&frame, ResultRow::SPEC.key), ordered == keys);
            prop_assert!(in_order(&sorted, ResultRow::SPEC.key));
            let expected = ResultRow::frame(ordered.iter().map(result).collect()).unwrap();
            prop_assert!(sorted.equals_missing(&expected));
        }
    }
}
