//! The types that a column can have, and how rows become columns.

use std::hash::Hash;
use std::sync::Arc;

use polars::prelude::{Column, DataFrame, DataType, NamedFrom, Series};

use crate::base::{Fault, FaultCode, Result};
use crate::tables::coded::coded;
use crate::tables::{Coded, MISSING, Words};

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// 32-bit whole number.
    Int,
    /// 64-bit whole number.
    Big,
    /// 64-bit float.
    Real,
    /// Text.
    Text,
    /// Yes or no.
    Flag,
}

impl Kind {
    /// The type in Polars.
    #[must_use]
    pub fn dtype(self) -> DataType {
        match self {
            Self::Int => DataType::Int32,
            Self::Big => DataType::Int64,
            Self::Real => DataType::Float64,
            Self::Text => DataType::String,
            Self::Flag => DataType::Boolean,
        }
    }
}

/// A Rust type that can be the type of a column.
pub trait Field: Sized {
    /// The column's type.
    const KIND: Kind;
    /// Can it be missing?
    const NULLABLE: bool;
    /// Values as a column.
    fn column(name: &str, values: Vec<Self>) -> Column;
    /// Values as numbers of their list.
    fn coded(values: Vec<Self>) -> Coded;
}

macro_rules! fields {
    ($($type:ty = $kind:ident, |$values:ident| $coded:expr;)*) => { $(
        impl Field for $type {
            const KIND: Kind = Kind::$kind;
            const NULLABLE: bool = false;
            fn column(name: &str, values: Vec<Self>) -> Column {
                Series::new(name.into(), values).into()
            }
            fn coded(values: Vec<Self>) -> Coded {
                let $values = values.into_iter().map(Some);
                let (words, codes) = $coded;
                Coded { words, codes }
            }
        }
        impl Field for Option<$type> {
            const KIND: Kind = Kind::$kind;
            const NULLABLE: bool = true;
            fn column(name: &str, values: Vec<Self>) -> Column {
                Series::new(name.into(), values).into()
            }
            fn coded(values: Vec<Self>) -> Coded {
                let $values = values.into_iter();
                let (words, codes) = $coded;
                Coded { words, codes }
            }
        }
    )* };
}
fields! {
    i32 = Int, |values| by_value(values, Words::Int);
    i64 = Big, |values| by_value(values, Words::Big);
    f64 = Real, |values| {
        // by their bits: a value comes back as it was
        let (words, codes) = coded(values.map(|value: Option<f64>| value.map(f64::to_bits)));
        (Words::Real(words.into_iter().map(f64::from_bits).collect()), codes)
    };
    String = Text, |values| by_value(values, Words::Text);
    bool = Flag, |values| {
        let codes = values.map(|value: Option<bool>| value.map_or(MISSING, u32::from));
        (Words::Flag, Arc::new(codes.collect::<Vec<u32>>()))
    };
}

fn by_value<T: Clone + Eq + Hash>(
    values: impl Iterator<Item = Option<T>>,
    words: impl Fn(Vec<T>) -> Words,
) -> (Words, Arc<Vec<u32>>) {
    let (found, codes) = coded(values);
    (words(found), codes)
}

/// Columns as a frame.
pub(crate) fn assemble(columns: Vec<Column>) -> Result<DataFrame> {
    let height = columns.first().map_or(0, Column::len);
    DataFrame::new(height, columns).map_err(|error| Fault::new(FaultCode::Bug).because(error))
}
