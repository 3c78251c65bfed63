//! The types that a column can have, and how rows become columns.

use polars::prelude::{Column, DataFrame, DataType, NamedFrom, Series};

use crate::base::{Fault, FaultCode, Result};

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
}

macro_rules! fields {
    ($($type:ty = $kind:ident;)*) => { $(
        impl Field for $type {
            const KIND: Kind = Kind::$kind;
            const NULLABLE: bool = false;
            fn column(name: &str, values: Vec<Self>) -> Column {
                Series::new(name.into(), values).into()
            }
        }
        impl Field for Option<$type> {
            const KIND: Kind = Kind::$kind;
            const NULLABLE: bool = true;
            fn column(name: &str, values: Vec<Self>) -> Column {
                Series::new(name.into(), values).into()
            }
        }
    )* };
}
fields! { i32 = Int; i64 = Big; f64 = Real; String = Text; bool = Flag; }

/// Columns as a frame.
pub(crate) fn assemble(columns: Vec<Column>) -> Result<DataFrame> {
    let height = columns.first().map_or(0, Column::len);
    DataFrame::new(height, columns).map_err(|error| Fault::new(FaultCode::Bug).because(error))
}
