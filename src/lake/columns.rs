//! Columns between Polars and Arrow: copied, because sharing them would take unsafe code.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, BooleanArray, Float64Array, Int32Array, Int64Array, StringArray};
use arrow_schema::DataType;
use polars::prelude::{
    BooleanChunkedBuilder, ChunkedBuilder, Column, DataFrame, Float64Type, Int32Type, Int64Type, IntoColumn,
    IntoSeries, PrimitiveChunkedBuilder, Series, StringChunkedBuilder,
};

use crate::base::{Fault, FaultCode, Place, Result};
use crate::tables::{ColumnSpec, Kind, TableSpec};

/// The fault for a column that is not what its table declares.
pub(super) fn malformed(table: &str, column: &str, why: impl ToString) -> Box<Fault> {
    Fault::new(FaultCode::TableMalformed)
        .at(Place::Table(table.to_owned()))
        .with("column", column)
        .why("column-type")
        .because(why)
}

/// The Arrow type of a kind.
pub(super) fn arrow_type(kind: Kind) -> DataType {
    match kind {
        Kind::Int => DataType::Int32,
        Kind::Big => DataType::Int64,
        Kind::Real => DataType::Float64,
        Kind::Text => DataType::Utf8,
        Kind::Flag => DataType::Boolean,
    }
}

/// A column of a conforming frame as an Arrow array.
pub(super) fn to_arrow(column: &ColumnSpec, series: &Series) -> Result<ArrayRef> {
    let bug = |error| Fault::new(FaultCode::Bug).because(error);
    Ok(match column.kind {
        Kind::Int => Arc::new(series.i32().map_err(bug)?.iter().collect::<Int32Array>()),
        Kind::Big => Arc::new(series.i64().map_err(bug)?.iter().collect::<Int64Array>()),
        Kind::Real => Arc::new(series.f64().map_err(bug)?.iter().collect::<Float64Array>()),
        Kind::Text => Arc::new(series.str().map_err(bug)?.iter().collect::<StringArray>()),
        Kind::Flag => Arc::new(series.bool().map_err(bug)?.iter().collect::<BooleanArray>()),
    })
}

/// Gathers Arrow arrays into one Polars column.
pub(super) enum Gather {
    Int(PrimitiveChunkedBuilder<Int32Type>),
    Big(PrimitiveChunkedBuilder<Int64Type>),
    Real(PrimitiveChunkedBuilder<Float64Type>),
    Text(StringChunkedBuilder),
    Flag(BooleanChunkedBuilder),
}

impl Gather {
    /// A column for about so many values, of the type that the arrays will have; `None` for a type that no table has.
    pub(super) fn new(name: &str, dtype: &DataType, capacity: usize) -> Option<Self> {
        let name = name.into();
        Some(match dtype {
            DataType::Int32 => Self::Int(PrimitiveChunkedBuilder::new(name, capacity)),
            DataType::Int64 => Self::Big(PrimitiveChunkedBuilder::new(name, capacity)),
            DataType::Float64 => Self::Real(PrimitiveChunkedBuilder::new(name, capacity)),
            DataType::Utf8 => Self::Text(StringChunkedBuilder::new(name, capacity)),
            DataType::Boolean => Self::Flag(BooleanChunkedBuilder::new(name, capacity)),
            _ => return None,
        })
    }

    /// Adds an array; `None` where it has another type.
    pub(super) fn push(&mut self, array: &dyn Array) -> Option<()> {
        macro_rules! append {
            ($builder:ident, $array:ty) => {{
                let array = array.as_any().downcast_ref::<$array>()?;
                if array.null_count() == 0 {
                    (0..array.len()).for_each(|at| $builder.append_value(array.value(at)));
                } else {
                    array.iter().for_each(|v| $builder.append_option(v));
                }
            }};
        }
        match self {
            Self::Int(builder) => append!(builder, Int32Array),
            Self::Big(builder) => append!(builder, Int64Array),
            Self::Real(builder) => append!(builder, Float64Array),
            Self::Text(builder) => append!(builder, StringArray),
            Self::Flag(builder) => append!(builder, BooleanArray),
        }
        Some(())
    }

    /// The column.
    pub(super) fn finish(self) -> Series {
        match self {
            Self::Int(builder) => builder.finish().into_series(),
            Self::Big(builder) => builder.finish().into_series(),
            Self::Real(builder) => builder.finish().into_series(),
            Self::Text(builder) => builder.finish().into_series(),
            Self::Flag(builder) => builder.finish().into_series(),
        }
    }
}

/// The columns that are asked for, in the order of the table.
pub(super) fn wanted(spec: &'static TableSpec, columns: Option<&[&str]>) -> Result<Vec<&'static ColumnSpec>> {
    if let Some(unknown) = columns.unwrap_or_default().iter().find(|name| spec.column(name).is_none()) {
        return Err(malformed(spec.name, unknown, "").why("column-missing"));
    }
    Ok(spec.columns.iter().filter(|c| columns.is_none_or(|names| names.contains(&c.name))).collect())
}

/// A decoded column in its declared type, without nulls where none may stand.
pub(super) fn conform(spec: &TableSpec, column: &ColumnSpec, series: &Series) -> Result<Column> {
    let series =
        series.strict_cast(&column.kind.dtype()).map_err(|error| malformed(spec.name, column.name, error))?;
    if !column.nullable && series.null_count() > 0 {
        return Err(malformed(spec.name, column.name, "a null where a value must stand"));
    }
    Ok(series.into_column())
}

/// Columns as a frame.
pub(super) fn frame(spec: &TableSpec, height: usize, columns: Vec<Column>) -> Result<DataFrame> {
    DataFrame::new(height, columns).map_err(|error| malformed(spec.name, "", error))
}
