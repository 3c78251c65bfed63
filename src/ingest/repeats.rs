//! Rows of pupils that were sent twice.
//!
//! Only what is the same to the last point is called a repeat. Rows that share a pupil's code and differ are left as they
//! are: which of them is right, or whether they are two pupils, nobody can know here.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use polars::prelude::{
    BooleanChunked, Column, DataFrame, DataType, IdxCa, IdxSize, IntoColumn, NewChunkedArray, PolarsResult,
};

use crate::base::{Fault, FaultCode, Place, Result};
use crate::tables;

/// Rows of a test that agree on these may be one row sent twice.
const KEY: [&str; 2] = ["pupil_code", "school_id"];

/// Where a row stands, which is no part of what it says.
const ADDRESS: [&str; 3] = ["source_id", "row", "repeat"];

/// The results of a test with `repeat` set: true for a row whose every value, and every task, an earlier row has already. Rows
/// without a pupil's code repeat nothing. `items` gives the tasks of these sheets, where it comes to that.
pub(super) fn marked(
    results: DataFrame,
    items: impl FnOnce(&BTreeSet<&str>) -> Result<DataFrame>,
) -> Result<DataFrame> {
    let refused = |error| Fault::new(FaultCode::Bug).at(Place::Table("result".to_owned())).because(error);
    let suspects = suspects(&results).map_err(refused)?;
    if suspects.is_empty() {
        return Ok(results);
    }
    let numbers: Vec<IdxSize> = suspects.iter().filter_map(|&row| IdxSize::try_from(row).ok()).collect();
    let rows = results.take(&IdxCa::from_vec("row".into(), numbers)).map_err(refused)?;
    let items = items(&tables::words(&rows, "source_id")?.flatten().collect())?;
    let repeats = repeats(&suspects, &rows, &items).map_err(refused)?;
    let flags = BooleanChunked::from_iter_values(
        "repeat".into(),
        (0..results.height()).map(|row| repeats.contains(&row)),
    );
    let mut results = results;
    results
        .replace("repeat", flags.into_column())
        .map_err(|error| Fault::new(FaultCode::Bug).because(error))?;
    Ok(results)
}

/// May any of these results repeat another?
pub(super) fn may_be(results: &DataFrame) -> Result<bool> {
    let suspects = suspects(results).map_err(|error| Fault::new(FaultCode::Bug).because(error))?;
    Ok(!suspects.is_empty())
}

/// Which of these rows repeat an earlier one: their numbers.
fn repeats(suspects: &[usize], rows: &DataFrame, items: &DataFrame) -> PolarsResult<BTreeSet<usize>> {
    let tasks = tasks(rows, items)?;
    let said = rows.columns().iter().filter(|column| !ADDRESS.contains(&column.name().as_str()));
    let said = said.map(printed).collect::<PolarsResult<Vec<_>>>()?;
    let mut seen = BTreeSet::new();
    let mut repeats = BTreeSet::new();
    for (position, (&row, tasks)) in suspects.iter().zip(tasks).enumerate() {
        let values: Vec<Option<&str>> =
            said.iter().map(|column| column.get(position).and_then(Option::as_deref)).collect();
        if !seen.insert((values, tasks)) {
            repeats.insert(row);
        }
    }
    Ok(repeats)
}

/// Rows with a code whose key hashes to what another's does, rising: all that stand twice, and hardly any others. What is
/// equal is decided afterwards, by the values themselves.
fn suspects(results: &DataFrame) -> PolarsResult<Vec<usize>> {
    let mut hashers = vec![DefaultHasher::new(); results.height()];
    for name in KEY {
        let column = results.column(name)?.as_materialized_series();
        match column.dtype() {
            DataType::Int32 => stir(&mut hashers, column.i32()?.iter()),
            _ => stir(&mut hashers, column.str()?.iter()),
        }
    }
    let coded = results.column("pupil_code")?.is_not_null();
    let mut hashes: Vec<(u64, usize)> = hashers
        .into_iter()
        .map(|hasher| hasher.finish())
        .zip(0..)
        .zip(coded.iter())
        .filter(|(_, coded)| *coded == Some(true))
        .map(|(row, _)| row)
        .collect();
    hashes.sort_unstable();
    let alike = hashes.chunk_by(|(one, _), (next, _)| one == next).filter(|group| group.len() > 1);
    let mut rows: Vec<usize> = alike.flatten().map(|(_, row)| *row).collect();
    rows.sort_unstable();
    Ok(rows)
}

fn stir<T: Hash>(hashers: &mut [DefaultHasher], values: impl Iterator<Item = T>) {
    for (hasher, value) in hashers.iter_mut().zip(values) {
        value.hash(hasher);
    }
}

/// What stands in the tasks of these rows, in the order of the sheet's columns.
fn tasks(rows: &DataFrame, items: &DataFrame) -> PolarsResult<Vec<String>> {
    let addresses: Vec<(&str, i32)> =
        address(rows)?.map(|(id, row)| (id.unwrap_or(""), row.unwrap_or(0))).collect();
    let mut told: BTreeMap<(&str, i32), String> =
        addresses.iter().map(|&address| (address, String::new())).collect();
    let names = items.column("item")?.str()?.iter().zip(items.column("state")?.str()?.iter());
    let scores = items.column("score")?.f64()?.iter();
    for (((id, row), (name, state)), score) in address(items)?.zip(names).zip(scores) {
        if let (Some(id), Some(row)) = (id, row)
            && let Some(tasks) = told.get_mut(&(id, row))
        {
            tasks.push_str(&format!("{name:?} {state:?} {score:?};"));
        }
    }
    Ok(addresses.iter().map(|address| told.get(address).cloned().unwrap_or_default()).collect())
}

fn address(frame: &DataFrame) -> PolarsResult<impl Iterator<Item = (Option<&str>, Option<i32>)>> {
    let ids = frame.column("source_id")?.str()?.iter();
    Ok(ids.zip(frame.column("row")?.i32()?.iter()))
}

fn printed(column: &Column) -> PolarsResult<Vec<Option<String>>> {
    let texts = column.cast(&DataType::String)?;
    Ok(texts.str()?.iter().map(|text| text.map(str::to_owned)).collect())
}

#[cfg(test)]
mod tests {
    use super::marked;
    use crate::tables::{ItemScore, ResultRow, Table, bools};

    fn pupil(row: i32, code: Option<&str>) -> ResultRow {
        ResultRow {
            year: 2024,
            procedure: "vpr".into(),
            grade: 5,
            subject: "ru".into(),
            school_id: "1".into(),
            pupil_code: code.map(str::to_owned),
            score_printed: Some(7.0),
            mark: Some(3),
            status: "present".into(),
            source_id: "s1".into(),
            row,
            ..ResultRow::default()
        }
    }

    fn task(row: i32, position: i32, score: Option<f64>) -> ItemScore {
        ItemScore {
            source_id: "s1".into(),
            row,
            position,
            item: position.to_string(),
            score,
            state: if score.is_some() { "scored" } else { "not_attempted" }.into(),
            ..ItemScore::default()
        }
    }

    fn repeats(rows: Vec<ResultRow>, items: Vec<ItemScore>) -> Vec<i32> {
        let numbers: Vec<i32> = rows.iter().map(|row| row.row).collect();
        let frame = marked(ResultRow::frame(rows).unwrap(), |_| ItemScore::frame(items)).unwrap();
        let flags = bools(&frame, "repeat").unwrap();
        numbers.into_iter().zip(flags).filter(|(_, flag)| *flag == Some(true)).map(|(row, _)| row).collect()
    }

    #[test]
    fn only_what_is_the_same_to_the_last_point_is_a_repeat() {
        let a = Some("50001");
        assert_eq!(repeats(vec![pupil(1, a), pupil(2, a), pupil(3, a)], vec![]), [2, 3]);
        assert_eq!(repeats(vec![pupil(1, None), pupil(2, None)], vec![]), [0; 0], "no code, no repeat");
        let other = [
            ResultRow { mark: Some(4), ..pupil(2, a) },
            ResultRow { mark: None, ..pupil(2, a) },
            ResultRow { class: Some("5Б".into()), ..pupil(2, a) },
            ResultRow { attempt: Some(2), ..pupil(2, a) },
            ResultRow { wave: Some("autumn".into()), ..pupil(2, a) },
            ResultRow { school_id: "2".into(), ..pupil(2, a) },
        ];
        for other in other {
            assert_eq!(repeats(vec![pupil(1, a), other.clone()], vec![]), [0; 0], "{other:?}");
            assert_eq!(repeats(vec![pupil(1, a), other.clone(), pupil(3, a)], vec![]), [3], "{other:?}");
        }
    }

    #[test]
    fn the_same_total_out_of_other_tasks_is_another_row() {
        let a = Some("50001");
        let rows = || vec![pupil(1, a), pupil(2, a)];
        let first = [task(1, 7, Some(2.0)), task(1, 8, None)];
        let with = |second: [ItemScore; 2]| repeats(rows(), [first.clone(), second].concat());
        assert_eq!(with([task(2, 7, Some(2.0)), task(2, 8, None)]), [2]);
        assert_eq!(with([task(2, 7, None), task(2, 8, Some(2.0))]), [0; 0]);
        assert_eq!(with([task(2, 7, Some(2.0)), task(2, 8, Some(0.0))]), [0; 0]);
    }
}
