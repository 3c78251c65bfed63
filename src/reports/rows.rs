//! The answer of a query, small enough to be printed.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

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

    /// Sorts by columns as people sort names (№ 2 before № 10); `-column` sorts downwards. Rows that are equal keep their
    /// order.
    pub fn sort(&mut self, keys: &str) {
        let columns: Vec<(Vec<Key>, bool)> = keys
            .split(',')
            .filter_map(|key| {
                let position = self.position(key.trim_start_matches('-'))?;
                Some((self.column_keys(position), key.starts_with('-')))
            })
            .collect();
        let mut order: Vec<usize> = (0..self.rows.len()).collect();
        order.sort_by(|&a, &b| {
            let mut orders = columns.iter().filter_map(|(keys, down)| {
                let order = keys.get(a)?.cmp(keys.get(b)?);
                Some(if *down { order.reverse() } else { order })
            });
            orders.find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
        });
        let mut rows: Vec<Vec<Datum>> = std::mem::take(&mut self.rows);
        self.rows = order.into_iter().filter_map(|at| rows.get_mut(at).map(std::mem::take)).collect();
    }

    /// What the rows are sorted by in a column: numbers as they are, texts by their place among the distinct ones, since to
    /// compare names naturally costs far more than to compare places.
    fn column_keys(&self, position: usize) -> Vec<Key> {
        // What has no name comes last.
        let named = |row: &'_ Vec<Datum>| {
            row.get(position).and_then(Datum::text).filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let mut texts: Vec<String> =
            self.rows.iter().filter_map(named).collect::<BTreeSet<_>>().into_iter().collect();
        texts.sort_by(|a, b| natural_cmp(a, b));
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        let mut place = 0;
        for (at, text) in texts.iter().enumerate() {
            let before = at.checked_sub(1).and_then(|before| texts.get(before));
            if before.is_some_and(|before| natural_cmp(before, text).is_ne()) {
                place = at;
            }
            places.insert(text, place);
        }
        let key = |row: &Vec<Datum>| match row.get(position) {
            Some(Datum::Text(text)) => {
                places.get(text.as_str()).map_or(Key::Nothing, |&place| Key::Text(place))
            }
            datum => datum.and_then(Datum::number).map_or(Key::Nothing, Key::Number),
        };
        self.rows.iter().map(key).collect()
    }

    /// The value of a column in a row.
    #[must_use]
    pub fn at<'a>(&self, row: &'a [Datum], name: &str) -> &'a Datum {
        self.position(name).and_then(|p| row.get(p)).unwrap_or(&Datum::Missing)
    }
}

/// What a row is sorted by: numbers, then texts, then what is neither.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Key {
    Number(f64),
    Text(usize),
    Nothing,
}

impl Key {
    fn cmp(&self, other: &Self) -> Ordering {
        let kind = |key: &Self| match key {
            Self::Number(_) => 0,
            Self::Text(_) => 1,
            Self::Nothing => 2,
        };
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => a.total_cmp(b),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            _ => kind(self).cmp(&kind(other)),
        }
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

#[cfg(test)]
mod tests {
    use super::{Datum, Rows};

    #[test]
    fn names_are_sorted_as_people_sort_them_and_what_has_none_comes_last() {
        let text = |text: &str| Datum::Text(text.to_owned());
        let row = |name: Datum, year: i64| vec![name, Datum::Int(year)];
        let mut rows = Rows {
            names: vec!["name".to_owned(), "year".to_owned()],
            rows: vec![
                row(text(""), 1),
                row(text("СОШ № 10"), 2),
                row(Datum::Missing, 3),
                row(text("СОШ № 2"), 4),
                row(text("СОШ № 10"), 5),
                row(text("СОШ № 2"), 6),
            ],
        };
        rows.sort("name,-year");
        let years: Vec<_> = rows.rows.iter().map(|row| rows.at(row, "year").number().unwrap()).collect();
        assert_eq!(years, [6.0, 4.0, 5.0, 2.0, 3.0, 1.0]);
        rows.sort("nobody knows,-name");
        let years: Vec<_> = rows.rows.iter().map(|row| rows.at(row, "year").number().unwrap()).collect();
        assert_eq!(years, [3.0, 1.0, 5.0, 2.0, 6.0, 4.0], "equal rows keep their order");
    }

    /// Of forty rows every third has no number: a comparison that calls them equal to every number is no order, and a sort
    /// may stop on it.
    #[test]
    fn rows_without_a_number_come_last() {
        let datum = |i: i64| if i % 3 == 0 { Datum::Missing } else { Datum::Int((i * 17) % 40) };
        let mut rows = Rows { names: vec!["rank".into()], rows: (0..40).map(|i| vec![datum(i)]).collect() };
        rows.sort("rank");
        let known: Vec<Option<f64>> = rows.rows.iter().map(|row| row[0].number()).collect();
        let last = known.iter().position(Option::is_none).unwrap();
        assert!(known[..last].is_sorted() && known[last..].iter().all(Option::is_none), "{known:?}");
        assert_eq!(last, 26);
    }
}
