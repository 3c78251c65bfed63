//! From `(source_id, row, canonical column)` back to file, sheet and cell; and groups of rows that agree on a key.

use std::collections::BTreeMap;

use polars::prelude::{
    ChunkCompareEq, DataFrame, DataType, IdxCa, Int64Chunked, IntoColumn, IntoLazy, NewChunkedArray,
    PolarsResult, col, lit,
};

use crate::base::{Fault, FaultCode, Place, Result};
use crate::tables;

/// Where the rows of the canonical tables came from.
pub(super) struct Places {
    sheets: BTreeMap<String, (String, String)>,
    letters: BTreeMap<(String, String), String>,
}

impl Places {
    pub(super) fn new(source: &DataFrame, source_column: &DataFrame) -> Result<Self> {
        let text = |frame: &DataFrame, column: &str| -> Result<Vec<String>> {
            Ok(tables::texts(frame, column)?.into_iter().map(Option::unwrap_or_default).collect())
        };
        let sheets = text(source, "path")?.into_iter().zip(text(source, "sheet")?);
        let columns = text(source_column, "source_id")?.into_iter().zip(text(source_column, "canonical")?);
        Ok(Self {
            sheets: text(source, "source_id")?.into_iter().zip(sheets).collect(),
            letters: columns.zip(text(source_column, "letter")?).collect(),
        })
    }

    /// One sheet, `f.xlsx › S`, of which the letter of one column is known.
    #[cfg(test)]
    pub(super) fn of_one_sheet(letter: &str, canonical: &str) -> Self {
        Self {
            sheets: [("1".into(), ("f.xlsx".into(), "S".into()))].into(),
            letters: [(("1".into(), canonical.into()), letter.into())].into(),
        }
    }

    /// The cell of a canonical column in a row; the sheet where it has no such column (a school may stand in a line
    /// above its pupils), and the table itself where the row came from no file.
    pub(super) fn cell(&self, table: &str, row: &Group, column: &str) -> Place {
        let key = (row.source_id.clone(), column.to_owned());
        self.at(table, row, self.letters.get(&key).map(String::as_str))
    }

    /// A sheet as a whole; the table itself where nobody knows it.
    pub(super) fn sheet(&self, table: &str, source_id: &str) -> Place {
        match self.sheets.get(source_id) {
            Some(sheet) => Place::of_sheet(sheet),
            None => Place::Table(table.to_owned()),
        }
    }

    /// The cell under these letters, the sheet without letters; the table itself where the row came from no file.
    pub(super) fn at(&self, table: &str, row: &Group, letters: Option<&str>) -> Place {
        let Some(known) = self.sheets.get(&row.source_id) else {
            return Place::Table(table.to_owned());
        };
        match (letters, u32::try_from(row.row)) {
            (Some(letters), Ok(number)) => {
                Place::Cell(known.0.clone(), known.1.clone(), letters.to_owned(), number)
            }
            _ => Place::of_sheet(known),
        }
    }
}

/// Rows that agree on a key: the key's values as texts, the first row's place, and how many rows there are.
pub(super) struct Group {
    pub(super) key: Vec<Option<String>>,
    pub(super) source_id: String,
    pub(super) row: i32,
    pub(super) count: i64,
}

impl Group {
    /// A value of the key, empty where it is missing.
    pub(super) fn value(&self, position: usize) -> &str {
        self.key.get(position).and_then(Option::as_deref).unwrap_or_default()
    }
}

/// Groups of at least `least` rows that agree on the key, in the order of their first rows.
pub(super) fn groups(table: &DataFrame, key: &[&str], least: i64) -> Result<Vec<Group>> {
    let malformed = |error| Fault::new(FaultCode::TableMalformed).because(error);
    let grouped = || -> PolarsResult<DataFrame> {
        runs(table, key)?
            .lazy()
            .group_by_stable(key.iter().map(|name| col(*name)).collect::<Vec<_>>())
            .agg([
                col("source_id").first().alias("first source"),
                col("row").first().alias("first row"),
                col("rows").sum(),
            ])
            .filter(col("rows").gt_eq(lit(least)))
            .with_columns(key.iter().map(|name| col(*name).cast(DataType::String)).collect::<Vec<_>>())
            .collect()
    };
    let grouped = grouped().map_err(malformed)?;
    let keys = key.iter().map(|name| tables::texts(&grouped, name)).collect::<Result<Vec<_>>>()?;
    let sources = tables::texts(&grouped, "first source")?;
    let rows = tables::ints(&grouped, "first row")?;
    let counts = tables::int64s(&grouped, "rows")?;
    let found = sources.into_iter().zip(rows).zip(counts).enumerate();
    Ok(found
        .map(|(position, ((source, row), count))| Group {
            key: keys.iter().map(|values| values.get(position).cloned().flatten()).collect(),
            source_id: source.unwrap_or_default(),
            row: row.unwrap_or_default(),
            count: count.unwrap_or_default(),
        })
        .collect())
}

/// The first row of every run of neighbours that agree on the key, and how many `rows` it has: in the order of the
/// tables there are far fewer runs than rows, and runs are found without a table of keys.
fn runs(table: &DataFrame, key: &[&str]) -> PolarsResult<DataFrame> {
    let mut names = key.to_vec();
    names.extend(["source_id", "row"].into_iter().filter(|name| !key.contains(name)));
    let height = table.height();
    let mut starts = vec![true; height];
    let neighbours = height.saturating_sub(1);
    for (position, name) in key.iter().enumerate() {
        let column = table.column(name)?.as_materialized_series();
        let differ = column.slice(0, neighbours).not_equal_missing(&column.slice(1, neighbours))?;
        for (start, differs) in starts.iter_mut().skip(1).zip(differ.iter()) {
            *start = differs == Some(true) || (position > 0 && *start);
        }
    }
    let firsts = IdxCa::from_iter_values(
        "first".into(),
        (0..).zip(&starts).filter(|(_, start)| **start).map(|(at, _)| at),
    );
    let ends =
        firsts.iter().flatten().skip(1).map(i64::from).chain([i64::try_from(height).unwrap_or(i64::MAX)]);
    let lengths = firsts.iter().flatten().zip(ends).map(|(first, end)| end - i64::from(first));
    let lengths = Int64Chunked::from_iter_values("rows".into(), lengths);
    let mut found = table.select(names)?.take(&firsts)?;
    found.with_column(lengths.into_column())?;
    Ok(found)
}

#[cfg(test)]
mod tests {
    use polars::prelude::df;

    use super::{Group, Places, groups};
    use crate::base::Place;

    #[test]
    fn an_address_that_nobody_knows_is_not_invented() {
        let sheets = [("1", ("f.xlsx", "S")), ("2", ("f.csv", ""))];
        let places = Places {
            sheets: sheets.map(|(id, (file, sheet))| (id.into(), (file.into(), sheet.into()))).into(),
            letters: [(("1".into(), "pupil_code".into()), "D".into())].into(),
        };
        let cell = |source: &str, column| {
            let row = Group { key: Vec::new(), source_id: source.into(), row: 7, count: 2 };
            places.cell("result", &row, column)
        };
        assert_eq!(cell("1", "pupil_code"), Place::Cell("f.xlsx".into(), "S".into(), "D".into(), 7));
        assert_eq!(cell("1", "school_id"), Place::Sheet("f.xlsx".into(), "S".into()));
        assert_eq!(cell("2", "school_id"), Place::File("f.csv".into()));
        assert_eq!(cell("3", "school_id"), Place::Table("result".into()));
    }

    #[test]
    fn groups_have_their_first_rows_and_all_their_rows() {
        let frame = df!(
            "year" => [2024, 2024, 2023, 2024, 2024, 2024],
            "school_id" => [Some("1"), Some("1"), Some("1"), None, None, Some("1")],
            "source_id" => ["a", "a", "b", "c", "c", "d"],
            "row" => [3, 4, 5, 6, 7, 8],
        );
        let found = |least| -> Vec<(Option<String>, String, i32, i64)> {
            let groups = groups(frame.as_ref().unwrap(), &["year", "school_id"], least).unwrap();
            groups.into_iter().map(|g| (g.key[1].clone(), g.source_id, g.row, g.count)).collect()
        };
        let one = || Some("1".to_owned());
        let (first, second, third) =
            ((one(), "a".into(), 3, 3), (one(), "b".into(), 5, 1), (None, "c".into(), 6, 2));
        assert_eq!(found(1), [first.clone(), second, third.clone()]);
        assert_eq!(found(2), [first, third]);
        let empty = frame.as_ref().unwrap().head(Some(0));
        assert!(groups(&empty, &["year", "school_id"], 1).unwrap().is_empty());
    }
}
