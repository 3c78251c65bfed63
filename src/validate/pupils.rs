//! One pupil twice in one test of one school.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher, Hash};

use polars::prelude::{BooleanChunked, DataFrame, DataType, NewChunkedArray, PolarsResult};

use super::places::{Places, groups};
use crate::base::{Fault, FaultCode, Finding, FindingCode, Result};

/// What of `result` is needed.
pub(super) const COLUMNS: [&str; 12] = [
    "year",
    "wave",
    "procedure",
    "grade",
    "subject",
    "school_id",
    "pupil_code",
    "form",
    "period",
    "attempt",
    "source_id",
    "row",
];

/// One pupil in one test of one school.
const KEY: [&str; 10] =
    ["pupil_code", "school_id", "year", "wave", "procedure", "grade", "subject", "form", "period", "attempt"];

/// Pupil codes that stand twice in one test of one school. An exam taken again (another period or attempt) is another
/// row by right.
pub(super) fn repeated(places: &Places, results: &DataFrame) -> Result<Vec<Finding>> {
    let suspects = suspects(results).map_err(|error| Fault::new(FaultCode::TableMalformed).because(error))?;
    let found = groups(&suspects, &KEY, 2)?;
    Ok(found
        .iter()
        .map(|group| {
            Finding::new(FindingCode::PupilRepeated, places.cell("result", group, "pupil_code"))
                .column("pupil_code")
                .value(group.value(0))
                .detail(group.count.to_string())
        })
        .collect())
}

/// The coded rows whose key hashes to what another's does, in their order: all that stand twice, and hardly any others.
/// To group a whole region by ten columns takes seconds and hundreds of megabytes; a number a row does not.
fn suspects(results: &DataFrame) -> PolarsResult<DataFrame> {
    let mut hashes = vec![0; results.height()];
    for name in KEY {
        let column = results.column(name)?.as_materialized_series();
        match column.dtype() {
            DataType::Int32 => stir(&mut hashes, column.i32()?.iter()),
            _ => stir(&mut hashes, column.str()?.iter()),
        }
    }
    let coded = results.column("pupil_code")?.is_not_null();
    let is_coded = || coded.iter().map(|coded| coded == Some(true));
    let mut known: Vec<u64> =
        hashes.iter().zip(is_coded()).filter(|(_, coded)| *coded).map(|(&hash, _)| hash).collect();
    known.sort_unstable();
    let neighbours = known.iter().zip(known.iter().skip(1));
    let twice: Vec<u64> = neighbours.filter(|(one, next)| one == next).map(|(&one, _)| one).collect();
    let suspect =
        hashes.iter().zip(is_coded()).map(|(hash, coded)| coded && twice.binary_search(hash).is_ok());
    results.filter(&BooleanChunked::from_iter_values("suspect".into(), suspect))
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

#[cfg(test)]
mod tests {
    use super::{Places, repeated};
    use crate::base::Place;
    use crate::tables::{ResultRow, Source, SourceColumn, Table};

    #[test]
    fn a_code_twice_in_one_test_is_told_at_its_first_row() {
        let row = |number: i32, school: &str, code: Option<&str>, subject: &str, attempt| ResultRow {
            year: 2024,
            procedure: "vpr".into(),
            grade: 5,
            subject: subject.into(),
            school_id: school.into(),
            pupil_code: code.map(str::to_owned),
            attempt,
            status: "present".into(),
            source_id: "1".into(),
            row: number,
            ..ResultRow::default()
        };
        let rows = vec![
            row(9, "1", Some("50002"), "ru", None),
            row(10, "1", Some("50001"), "ru", None),
            row(11, "2", Some("50001"), "ru", None),
            row(12, "1", Some("50001"), "ma", None),
            row(13, "1", Some("50001"), "ru", Some(2)),
            row(14, "1", None, "ru", None),
            row(15, "1", None, "ru", None),
            row(16, "1", Some("50001"), "ru", None),
            row(17, "1", Some("50002"), "ru", None),
            row(18, "1", Some("50001"), "ru", None),
        ];
        let source =
            Source { source_id: "1".into(), path: "f.xlsx".into(), sheet: "S".into(), ..Source::default() };
        let column = SourceColumn {
            source_id: "1".into(),
            letter: "D".into(),
            canonical: Some("pupil_code".into()),
            ..SourceColumn::default()
        };
        let places =
            Places::new(&Source::frame(vec![source]).unwrap(), &SourceColumn::frame(vec![column]).unwrap());
        let found = repeated(&places.unwrap(), &ResultRow::frame(rows).unwrap()).unwrap();
        let told: Vec<_> =
            found.iter().map(|f| (f.place.clone(), f.value.as_deref(), f.detail.as_deref())).collect();
        let at = |row| Place::Cell("f.xlsx".into(), "S".into(), "D".into(), row);
        assert_eq!(told, [(at(9), Some("50002"), Some("2")), (at(10), Some("50001"), Some("3"))]);
    }
}
