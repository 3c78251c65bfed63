//! Columns as numbers of short lists of values: how rows by the million are kept until they are written.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

/// Stands in the place of a number where a value is missing.
pub const MISSING: u32 = u32::MAX;

/// The values of a column, each once.
#[derive(Debug, Clone, PartialEq)]
pub enum Words {
    /// Whole numbers of 32 bits.
    Int(Vec<i32>),
    /// Whole numbers of 64 bits.
    Big(Vec<i64>),
    /// Floats.
    Real(Vec<f64>),
    /// Texts.
    Text(Vec<String>),
    /// No and yes, in this order: the number is the value.
    Flag,
}

/// A column: its values, and for each row the number of its own.
#[derive(Debug, Clone)]
pub struct Coded {
    /// The values.
    pub words: Words,
    /// Their numbers, row by row, or [`MISSING`]. Columns that change together may share them.
    pub codes: Arc<Vec<u32>>,
}

/// Up to so many values are compared one by one before anything is hashed.
const FEW: usize = 8;

/// Numbers values in the order in which they come.
pub(super) fn coded<T: Clone + Eq + Hash>(
    values: impl Iterator<Item = Option<T>>,
) -> (Vec<T>, Arc<Vec<u32>>) {
    let mut words: Vec<T> = Vec::new();
    let mut known: HashMap<T, usize> = HashMap::new();
    let mut last = 0;
    let number = |value: Option<T>| {
        let Some(value) = value else { return MISSING };
        if words.get(last) == Some(&value) {
            return code(last);
        }
        let at = match words.len() <= FEW {
            true => words.iter().position(|word| *word == value),
            false => known.get(&value).copied(),
        };
        last = at.unwrap_or_else(|| {
            known.insert(value.clone(), words.len());
            words.push(value);
            words.len() - 1
        });
        code(last)
    };
    let codes = values.map(number).collect();
    (words, Arc::new(codes))
}

fn code(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(MISSING)
}

#[cfg(test)]
mod tests {
    use super::{MISSING, coded};

    #[test]
    fn every_value_has_one_number() {
        let values: Vec<Option<i32>> = (0..100).map(|n| (n % 7 != 3).then_some(n * n % 23)).collect();
        let (words, codes) = coded(values.iter().copied());
        assert_eq!(words.len(), 12, "squares of 23");
        for (value, code) in values.iter().zip(codes.iter()) {
            match value {
                Some(value) => assert_eq!(words.get(*code as usize), Some(value)),
                None => assert_eq!(*code, MISSING),
            }
        }
    }
}
