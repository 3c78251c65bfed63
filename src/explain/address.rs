//! Cell addresses: file › sheet › cell, from the tables `source` and `source_column`.

use std::collections::BTreeMap;

use polars::prelude::DataFrame;

use crate::base::{Place, Result};
use crate::explain::source::{TableSource, at};
use crate::tables::texts;

/// A cell of a sender's file, and what the program read there.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct CellRef {
    /// Path in the workspace.
    pub file: String,
    /// Sheet; empty for CSV.
    pub sheet: String,
    /// Column letters.
    pub letters: String,
    /// Row, from 1.
    pub row: u32,
    /// The header as printed; for a task, its name.
    pub header: String,
    /// The canonical column that the cell feeds.
    pub column: String,
    /// The value that was read; missing where no value stands there.
    pub value: Option<String>,
    /// Of a task without points: `not_attempted` (an «Х» stands in the cell), `not_taught`, `unreadable`.
    pub state: Option<String>,
}

impl CellRef {
    /// The cell as a place: `file › sheet › F17`.
    #[must_use]
    pub fn place(&self) -> Place {
        Place::Cell(self.file.clone(), self.sheet.clone(), self.letters.clone(), self.row)
    }
}

/// Sheets, and which letter feeds which column.
pub(super) struct Addresses {
    sheets: BTreeMap<String, (String, String)>,
    /// By sheet, table and canonical column: letters and header.
    columns: BTreeMap<(String, String, String), (String, String)>,
    /// Headers by sheet and letters.
    headers: BTreeMap<(String, String), String>,
}

impl Addresses {
    pub fn read(source: TableSource<'_>) -> Result<Self> {
        let frame = source("source", Some(&["source_id", "path", "sheet"]))?;
        let (ids, paths, sheets) =
            (texts(&frame, "source_id")?, texts(&frame, "path")?, texts(&frame, "sheet")?);
        let sheets = ids
            .into_iter()
            .zip(paths.into_iter().zip(sheets))
            .filter_map(|(id, (path, sheet))| Some((id?, (path?, sheet?))))
            .collect();
        let mut addresses = Self { sheets, columns: BTreeMap::new(), headers: BTreeMap::new() };
        addresses.read_columns(&source("source_column", None)?)?;
        Ok(addresses)
    }

    fn read_columns(&mut self, frame: &DataFrame) -> Result<()> {
        let (ids, letters) = (texts(frame, "source_id")?, texts(frame, "letter")?);
        let (headers, tables) = (texts(frame, "header")?, texts(frame, "table")?);
        let (canonical, status) = (texts(frame, "canonical")?, texts(frame, "status")?);
        for row in 0..frame.height() {
            let (Some(id), Some(letter)) = (at(&ids, row), at(&letters, row)) else { continue };
            if at(&status, row).as_deref() != Some("mapped") {
                continue;
            }
            let header = at(&headers, row).unwrap_or_default();
            if let (Some(table), Some(canonical)) = (at(&tables, row), at(&canonical, row)) {
                let key = (id.clone(), table, canonical);
                self.columns.entry(key).or_insert_with(|| (letter.clone(), header.clone()));
            }
            self.headers.insert((id, letter), header);
        }
        Ok(())
    }

    /// Path and sheet of a source.
    pub fn sheet(&self, source_id: &str) -> Option<&(String, String)> {
        self.sheets.get(source_id)
    }

    /// The cell that feeds a canonical column of a row; `None` where the sheet has no such column.
    pub fn mapped(
        &self,
        source_id: &str,
        row: u32,
        table: &str,
        column: &str,
        value: Option<String>,
    ) -> Option<CellRef> {
        let key = (source_id.to_owned(), table.to_owned(), column.to_owned());
        let (letters, header) = self.columns.get(&key)?;
        let (file, sheet) = self.sheet(source_id)?.clone();
        let (letters, header, column) = (letters.clone(), header.clone(), column.to_owned());
        Some(CellRef { file, sheet, letters, row, header, column, value, state: None })
    }

    /// A cell whose letters are known.
    pub fn cell(
        &self,
        source_id: &str,
        row: u32,
        letters: &str,
        column: &str,
        value: Option<String>,
    ) -> Option<CellRef> {
        let (file, sheet) = self.sheet(source_id)?.clone();
        let header =
            self.headers.get(&(source_id.to_owned(), letters.to_owned())).cloned().unwrap_or_default();
        let (letters, column) = (letters.to_owned(), column.to_owned());
        Some(CellRef { file, sheet, letters, row, header, column, value, state: None })
    }
}
