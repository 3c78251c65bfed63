//! Findings about the rows of a school in senders' files.

use std::collections::BTreeSet;

use polars::prelude::{DataFrame, col};

use crate::base::Result;
use crate::explain::address::Addresses;
use crate::explain::source::{TableSource, at, is, rows_if_there};
use crate::tables::{ints, texts};

/// A finding about a cell or row of the school.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct FindingLine {
    /// Path in the workspace.
    pub file: String,
    /// Sheet; empty for CSV.
    pub sheet: String,
    /// Row, from 1.
    pub row: i32,
    /// Column letters.
    pub letters: Option<String>,
    /// The code; wording and cure in the catalogue.
    pub code: String,
    /// `note`, `warning`, `error`.
    pub severity: String,
    /// Canonical column.
    pub column: Option<String>,
    /// The value as printed.
    pub value: Option<String>,
    /// What was expected.
    pub detail: Option<String>,
}

/// Findings whose row holds a pupil or a figure of the school, in the order of the table.
pub(super) fn findings(
    source: TableSource<'_>,
    school: &str,
    addresses: &Addresses,
) -> Result<Vec<FindingLine>> {
    let mut mine: BTreeSet<(String, String, i32)> = BTreeSet::new();
    for table in ["school", "result", "measure"] {
        let columns = ["school_id", "source_id", "row"];
        let frame = rows_if_there(source, table, Some(&columns), is("school_id", school))?;
        for (id, row) in texts(&frame, "source_id")?.into_iter().zip(ints(&frame, "row")?) {
            if let (Some((path, sheet)), Some(row)) = (id.and_then(|id| addresses.sheet(&id)), row) {
                mine.insert((path.clone(), sheet.clone(), row));
            }
        }
    }
    let frame = rows_if_there(source, "finding", None, col("row").is_not_null())?;
    lines(&frame, &mine)
}

fn lines(frame: &DataFrame, mine: &BTreeSet<(String, String, i32)>) -> Result<Vec<FindingLine>> {
    let (paths, sheets, rows) = (texts(frame, "path")?, texts(frame, "sheet")?, ints(frame, "row")?);
    let (letters, columns) = (texts(frame, "column")?, texts(frame, "canonical")?);
    let (codes, severities) = (texts(frame, "code")?, texts(frame, "severity")?);
    let (values, details) = (texts(frame, "value")?, texts(frame, "detail")?);
    let key = |row| Some((at(&paths, row)?, at(&sheets, row)?, at(&rows, row)?));
    Ok((0..frame.height())
        .filter_map(|row| key(row).filter(|key| mine.contains(key)).map(|key| (row, key)))
        .map(|(row, (file, sheet, line))| FindingLine {
            file,
            sheet,
            row: line,
            letters: at(&letters, row),
            code: at(&codes, row).unwrap_or_default(),
            severity: at(&severities, row).unwrap_or_default(),
            column: at(&columns, row),
            value: at(&values, row),
            detail: at(&details, row),
        })
        .collect())
}
