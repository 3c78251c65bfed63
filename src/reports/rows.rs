//! The answer of a query, small enough to be printed.

use std::cmp::Ordering;

use polars::prelude::{AnyValue, DataFrame};

use crate::text::natural_cmp;

/// One value of an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Datum {
    /// Missing.
    Missing,
    /// A whole number.
    Int(i64),
    /// A number.
    Real(f64),
    /// A text.
    Text(String),
    /// Yes or no.
    Flag(bool),
}

impl Datum {
    /// The number, where it is one that is finite.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Int(value) => Some(*value as f64),
            Self::Real(value) if value.is_finite() => Some(*value),
            _ => None,
        }
    }

    /// The text, where it is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// Rows and their columns' names.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rows {
    /// Column names.
    pub names: Vec<String>,
    /// Rows, each as long as `names`.
    pub rows: Vec<Vec<Datum>>,
}

impl Rows {
    /// Takes a data frame apart.
    #[must_use]
    pub fn of(frame: &DataFrame) -> Self {
        let names = frame.get_column_names().iter().map(ToString::to_string).collect();
        let rows = (0..frame.height())
            .map(|row| frame.columns().iter().map(|column| datum(column.get(row).ok())).collect())
            .collect();
        Self { names, rows }
    }

    /// Where a column stands.
    #[must_use]
    pub fn position(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|n| n == name)
    }

    /// Sorts by columns as people sort names (№ 2 before № 10); `-column` sorts downwards.
    pub fn sort(&mut self, keys: &str) {
        let columns: Vec<(Option<usize>, bool)> = keys
            .split(',')
            .map(|key| (self.position(key.trim_start_matches('-')), key.starts_with('-')))
            .collect();
        self.rows.sort_by(|a, b| {
            let mut orders = columns.iter().filter_map(|(at, down)| {
                let order = compare(a.get((*at)?)?, b.get((*at)?)?);
                Some(if *down { order.reverse() } else { order })
            });
            orders.find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
        });
    }

    /// The value of a column in a row.
    #[must_use]
    pub fn at<'a>(&self, row: &'a [Datum], name: &str) -> &'a Datum {
        self.position(name).and_then(|p| row.get(p)).unwrap_or(&Datum::Missing)
    }
}

fn compare(a: &Datum, b: &Datum) -> Ordering {
    match (a.number(), b.number()) {
        (Some(a), Some(b)) => a.total_cmp(&b),
        // What has no name comes last.
        _ => match (a.text().unwrap_or_default(), b.text().unwrap_or_default()) {
            (a, b) if a.is_empty() != b.is_empty() => a.is_empty().cmp(&b.is_empty()),
            (a, b) => natural_cmp(a, b),
        },
    }
}

fn datum(value: Option<AnyValue<'_>>) -> Datum {
    match value {
        None | Some(AnyValue::Null) => Datum::Missing,
        Some(AnyValue::Boolean(flag)) => Datum::Flag(flag),
        Some(AnyValue::String(text)) => Datum::Text(text.to_owned()),
        Some(AnyValue::StringOwned(text)) => Datum::Text(text.to_string()),
        Some(AnyValue::Float64(value)) => Datum::Real(value),
        Some(AnyValue::Float32(value)) => Datum::Real(f64::from(value)),
        Some(value) => match value.extract::<i64>() {
            Some(whole) => Datum::Int(whole),
            None => Datum::Text(value.to_string()),
        },
    }
}
