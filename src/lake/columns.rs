//! Columns between Polars and Arrow: copied, because sharing them would take unsafe code.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::types::Int32Type as Key;
use arrow_array::{
    Array, ArrayRef, BooleanArray, DictionaryArray, Float64Array, Int32Array, Int64Array, StringArray,
};
use arrow_schema::DataType;
use polars::prelude::{
    BooleanChunkedBuilder, ChunkTake, ChunkedBuilder, Column, DataFrame, Float64Type, IdxCa, Int32Type,
    Int64Type, IntoColumn, IntoSeries, NewChunkedArray, PlSmallStr, PolarsResult, PrimitiveChunkedBuilder,
    Series, StringChunked, StringChunkedBuilder,
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
    Words(Words),
    Flag(BooleanChunkedBuilder),
}

/// Texts of which there are few: each is kept once, and a row is its number.
pub(super) struct Words {
    name: PlSmallStr,
    numbers: HashMap<String, u32>,
    texts: Vec<String>,
    rows: Vec<u32>,
}

/// The number of a missing text.
const MISSING: u32 = u32::MAX;

impl Words {
    fn push(&mut self, array: &DictionaryArray<Key>) -> Option<()> {
        let known = array.values().as_any().downcast_ref::<StringArray>()?;
        let numbers: Vec<u32> = known.iter().map(|text| self.number(text)).collect::<Option<_>>()?;
        let number = |key: i32| usize::try_from(key).ok().and_then(|key| numbers.get(key)).copied();
        let keys = array.keys();
        if keys.null_count() == 0 {
            self.rows.extend(keys.values().iter().map(|&key| number(key).unwrap_or(MISSING)));
        } else {
            self.rows.extend(keys.iter().map(|key| key.and_then(number).unwrap_or(MISSING)));
        }
        Some(())
    }

    fn number(&mut self, text: Option<&str>) -> Option<u32> {
        let Some(text) = text else { return Some(MISSING) };
        if let Some(number) = self.numbers.get(text) {
            return Some(*number);
        }
        let number = u32::try_from(self.texts.len()).ok().filter(|number| *number != MISSING)?;
        self.numbers.insert(text.to_owned(), number);
        self.texts.push(text.to_owned());
        Some(number)
    }

    fn finish(self) -> PolarsResult<Series> {
        let texts = StringChunked::from_iter_values(self.name.clone(), self.texts.into_iter());
        let rows = if self.rows.contains(&MISSING) {
            let rows = self.rows.iter().map(|&row| (row != MISSING).then_some(row));
            IdxCa::from_iter_options(self.name, rows)
        } else {
            IdxCa::from_vec(self.name, self.rows)
        };
        texts.take(&rows).map(IntoSeries::into_series)
    }
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
            DataType::Dictionary(..) => Self::Words(Words {
                name,
                numbers: HashMap::new(),
                texts: Vec::new(),
                rows: Vec::with_capacity(capacity),
            }),
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
            Self::Words(words) => words.push(array.as_any().downcast_ref()?)?,
            Self::Flag(builder) => append!(builder, BooleanArray),
        }
        Some(())
    }

    /// Adds missing values.
    pub(super) fn push_missing(&mut self, count: usize) {
        match self {
            Self::Int(builder) => (0..count).for_each(|_| builder.append_null()),
            Self::Big(builder) => (0..count).for_each(|_| builder.append_null()),
            Self::Real(builder) => (0..count).for_each(|_| builder.append_null()),
            Self::Text(builder) => (0..count).for_each(|_| builder.append_null()),
            Self::Words(words) => words.rows.extend(std::iter::repeat_n(MISSING, count)),
            Self::Flag(builder) => (0..count).for_each(|_| builder.append_null()),
        }
    }

    /// The column.
    fn finish(self) -> PolarsResult<Series> {
        Ok(match self {
            Self::Int(builder) => builder.finish().into_series(),
            Self::Big(builder) => builder.finish().into_series(),
            Self::Real(builder) => builder.finish().into_series(),
            Self::Text(builder) => builder.finish().into_series(),
            Self::Words(words) => words.finish()?,
            Self::Flag(builder) => builder.finish().into_series(),
        })
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
pub(super) fn conform(spec: &TableSpec, column: &ColumnSpec, values: Gather) -> Result<Column> {
    let series = values
        .finish()
        .and_then(|series| series.strict_cast(&column.kind.dtype()))
        .map_err(|error| malformed(spec.name, column.name, error))?;
    if !column.nullable && series.null_count() > 0 {
        return Err(malformed(spec.name, column.name, "a null where a value must stand"));
    }
    Ok(series.into_column())
}

/// Columns as a frame.
pub(super) fn frame(spec: &TableSpec, height: usize, columns: Vec<Column>) -> Result<DataFrame> {
    DataFrame::new(height, columns).map_err(|error| malformed(spec.name, "", error))
}
