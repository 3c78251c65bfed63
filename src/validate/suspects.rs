//! Rows that may stand twice. To group a whole region by ten columns takes seconds and hundreds of megabytes; a number a row
//! does not.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher, Hash};

use polars::prelude::{BooleanChunked, DataFrame, DataType, NewChunkedArray, PolarsResult};
use rayon::prelude::*;

use crate::base::{Fault, FaultCode, Result};

/// The rows whose key hashes to what another's does, in their order: all that stand twice, and hardly any others. Rows
/// without a value in the column `needed` are no suspects.
///
/// # Errors
/// `E803` where the table has not the columns.
pub(super) fn suspects(table: &DataFrame, key: &[&str], needed: Option<&str>) -> Result<DataFrame> {
    find(table, key, needed).map_err(|error| Fault::new(FaultCode::TableMalformed).because(error))
}

fn find(table: &DataFrame, key: &[&str], needed: Option<&str>) -> PolarsResult<DataFrame> {
    let part = |start| table.slice(i64::try_from(start).unwrap_or(i64::MAX), PART_ROWS);
    let hashes: Vec<Option<u64>> = (0..table.height())
        .into_par_iter()
        .step_by(PART_ROWS)
        .map(|start| hashes(&part(start), key, needed))
        .collect::<PolarsResult<Vec<_>>>()?
        .concat();
    let mut known: Vec<u64> = hashes.iter().flatten().copied().collect();
    known.par_sort_unstable();
    let neighbours = known.iter().zip(known.iter().skip(1));
    let twice: Vec<u64> = neighbours.filter(|(one, next)| one == next).map(|(&one, _)| one).collect();
    let suspect = hashes.iter().map(|hash| hash.is_some_and(|hash| twice.binary_search(&hash).is_ok()));
    table.filter(&BooleanChunked::from_iter_values("suspect".into(), suspect))
}

/// Rows that one thread looks at.
const PART_ROWS: usize = 1 << 18;

/// A number for the key of each row; none where what is needed is missing.
fn hashes(table: &DataFrame, key: &[&str], needed: Option<&str>) -> PolarsResult<Vec<Option<u64>>> {
    let mut hashes = vec![0; table.height()];
    for name in key {
        let column = table.column(name)?.as_materialized_series();
        match column.dtype() {
            DataType::Int32 => stir(&mut hashes, column.i32()?.iter()),
            _ => stir(&mut hashes, column.str()?.iter()),
        }
    }
    let Some(needed) = needed else { return Ok(hashes.into_iter().map(Some).collect()) };
    let there = table.column(needed)?.is_not_null();
    Ok(hashes
        .into_iter()
        .zip(there.iter())
        .map(|(hash, there)| (there == Some(true)).then_some(hash))
        .collect())
}

/// Stirs a column into the hashes of the rows. Neighbours are mostly alike, and the like is hashed once.
fn stir<T: Hash + PartialEq + Copy>(hashes: &mut [u64], values: impl Iterator<Item = Option<T>>) {
    // Which rows share a hash decides nothing but the work: the keys themselves are compared afterwards.
    let hasher = BuildHasherDefault::<DefaultHasher>::default();
    let mut last: Option<(Option<T>, u64)> = None;
    for (hash, value) in hashes.iter_mut().zip(values) {
        let own = match last {
            Some((known, own)) if known == value => own,
            _ => hasher.hash_one(value),
        };
        last = Some((value, own));
        *hash = (hash.rotate_left(5) ^ own).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}
