//! What a table is: its columns, their types and units, and who may see it.

use polars::prelude::DataFrame;

use crate::base::Result;
use crate::tables::{Coded, Kind};

/// Who may see a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sensitivity {
    /// Nothing about a person: declarations, qualities of a method.
    Open,
    /// Figures of schools: for the centre.
    School,
    /// Rows of pupils: personal data although no name stands in them.
    Pupil,
}

impl Sensitivity {
    /// The word in `catalog.json` and in the field metadata.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::School => "school",
            Self::Pupil => "pupil",
        }
    }
}

/// One column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ColumnSpec {
    /// The name, `snake_case`, units and qualifiers last.
    pub name: &'static str,
    /// The type.
    pub kind: Kind,
    /// May a value be absent? In a table with a column `state` or `status` that column says which kind of absence a null
    /// is (*missing*, *not applicable*, *not assessable*, *suppressed*); elsewhere a null means *missing*.
    pub nullable: bool,
    /// The unit: `""` for none, else `share`, `pupils`, `schools`, `points`, `mark`, `logit`, …
    pub unit: &'static str,
    /// Of texts: the words that the program itself writes or looks for, where there are such. Layouts may bring others.
    pub words: &'static [&'static str],
    /// Of whole numbers: the lowest and the highest that can be, where that is known.
    pub range: Option<(i32, i32)>,
}

/// One table.
#[derive(Debug, PartialEq, Eq)]
pub struct TableSpec {
    /// The name of the table and of its file.
    pub name: &'static str,
    /// Who may see it.
    pub sensitivity: Sensitivity,
    /// The columns in their order.
    pub columns: &'static [ColumnSpec],
    /// The columns by which rows are sorted before the table is written. Rows that agree on all of them keep
    /// the order in which the stage gave them.
    pub key: &'static [&'static str],
}

impl TableSpec {
    /// A column by its name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&'static ColumnSpec> {
        self.columns.iter().find(|column| column.name == name)
    }
}

/// A table with its row struct.
pub trait Table: Sized {
    /// The declaration.
    const SPEC: &'static TableSpec;

    /// Rows as a data frame with exactly the declared columns.
    ///
    /// # Errors
    /// `E101` where Polars refuses the columns: a bug.
    fn frame(rows: Vec<Self>) -> Result<DataFrame>;

    /// Rows as coded columns, in the table's order.
    fn coded(rows: Vec<Self>) -> Vec<Coded>;
}

/// The first of one or two.
macro_rules! first {
    ($first:expr $(, $second:expr)?) => {
        $first
    };
}
pub(crate) use first;

/// Declares a table and the struct of its rows.
macro_rules! table {
    (
        $(#[$doc:meta])*
        $row:ident $name:literal $sensitivity:ident sorted by $key:tt
        { $($(#[$column_doc:meta])* $column:ident: $kind:ty $(, unit $unit:literal)?
            $(, words $words:tt)? $(, range $range:tt)?;)* }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Default)]
        pub struct $row { $($(#[$column_doc])* pub $column: $kind,)* }

        impl $crate::tables::Table for $row {
            const SPEC: &'static $crate::tables::TableSpec = &$crate::tables::TableSpec {
                name: $name,
                sensitivity: $crate::tables::Sensitivity::$sensitivity,
                columns: &[$($crate::tables::ColumnSpec {
                    name: stringify!($column),
                    kind: <$kind as $crate::tables::Field>::KIND,
                    nullable: <$kind as $crate::tables::Field>::NULLABLE,
                    unit: concat!("" $(, $unit)?),
                    words: $crate::tables::first!($(&$words,)? &[]),
                    range: $crate::tables::first!($(Some($range),)? None),
                },)*],
                key: &$key,
            };

            fn frame(rows: Vec<Self>) -> $crate::base::Result<polars::prelude::DataFrame> {
                $(let mut $column = Vec::with_capacity(rows.len());)*
                for row in rows {
                    $($column.push(row.$column);)*
                }
                $crate::tables::assemble(vec![
                    $(<$kind as $crate::tables::Field>::column(stringify!($column), $column),)*
                ])
            }

            fn coded(rows: Vec<Self>) -> Vec<$crate::tables::Coded> {
                $(let mut $column = Vec::with_capacity(rows.len());)*
                for row in rows {
                    $($column.push(row.$column);)*
                }
                vec![$(<$kind as $crate::tables::Field>::coded($column),)*]
            }
        }
    };
}
pub(crate) use table;
