//! What was planted, cell by cell, and the sheets that are written with it.

use std::collections::BTreeSet;

use super::kind::DirtKind;
use crate::base::{FindingCode, column_letters};
use crate::grid::{Sheet, Style, Value};
use crate::tables::table;

table! {
    /// One planted piece of dirt and the finding that it must earn: a row a finding.
    DirtRow "dirt" School sorted by ["path", "sheet", "row", "column", "kind", "code"] {
        /// Path below the region's folder.
        path: String;
        /// Sheet; empty for text files and for whole files.
        sheet: String;
        /// Column letters; missing where the sheet or the file as a whole is meant.
        column: Option<String>;
        /// Row of the sheet, from 1.
        row: Option<i32>;
        /// The kind.
        kind: String;
        /// The finding that must stand there; missing where it must be read without a word.
        code: Option<String>;
        /// What was written, or how many of it there are.
        value: Option<String>;
    }
}

/// Everything that was planted so far.
#[derive(Debug, Default)]
pub(super) struct Ledger(Vec<DirtRow>);

impl Ledger {
    /// A file as a whole.
    pub(super) fn file(&mut self, kind: DirtKind, path: &str, value: Option<String>) {
        self.0.extend(rows(kind, path, "", None, &value));
    }

    /// A cell of a text file: row from 1, column from 0.
    pub(super) fn text_cell(&mut self, kind: DirtKind, path: &str, (row, column): (u32, u16), value: &str) {
        self.0.extend(rows(kind, path, "", Some((row, column)), &Some(value.to_owned())));
    }

    pub(super) fn extend(&mut self, rows: Vec<DirtRow>) {
        self.0.extend(rows);
    }

    pub(super) fn rows(self) -> Vec<DirtRow> {
        self.0
    }
}

/// A row for each finding that a kind must earn, or one without a code.
fn rows(
    kind: DirtKind,
    path: &str,
    sheet: &str,
    cell: Option<(u32, u16)>,
    value: &Option<String>,
) -> Vec<DirtRow> {
    let row = |code: Option<FindingCode>| DirtRow {
        path: path.to_owned(),
        sheet: sheet.to_owned(),
        column: cell.map(|(_, column)| column_letters(u32::from(column))),
        row: cell.and_then(|(row, _)| i32::try_from(row).ok()),
        kind: kind.id().to_owned(),
        code: code.map(|code| code.id().to_owned()),
        value: value.clone(),
    };
    match kind.earns() {
        [] => vec![row(None)],
        codes => codes.iter().map(|&code| row(Some(code))).collect(),
    }
}

/// What is written into a cell, and the dirt that it is.
pub(super) type Written = (Value, Option<DirtKind>);

/// A sheet that is being written, with what was planted in it. Rows and columns count from 0.
pub(super) struct Page {
    path: String,
    name: String,
    pub(super) sheet: Sheet,
    planted: Vec<DirtRow>,
    /// Silent dirt is recorded once a school.
    told: BTreeSet<(usize, DirtKind)>,
    aside: u64,
}

impl Page {
    pub(super) fn new(path: &str, name: &str) -> Self {
        Self {
            path: path.to_owned(),
            name: name.to_owned(),
            sheet: Sheet::new(name),
            planted: Vec::new(),
            told: BTreeSet::new(),
            aside: 0,
        }
    }

    /// Writes a cell of a school and records its dirt.
    pub(super) fn put(&mut self, school: usize, row: u32, column: u16, written: Written) {
        let (value, kind) = written;
        if let Some(kind) = kind {
            let is_new = self.told.insert((school, kind));
            if is_new || !kind.earns().is_empty() {
                self.dirt(kind, (row, column), &printed(&value));
            }
        }
        self.sheet.put(row, column, value, Style::Plain);
    }

    /// Dirt in a cell.
    pub(super) fn dirt(&mut self, kind: DirtKind, (row, column): (u32, u16), value: &str) {
        let value = Some(value.to_owned());
        self.planted.extend(rows(kind, &self.path, &self.name, Some((row + 1, column)), &value));
    }

    /// Dirt of the sheet as a whole.
    pub(super) fn whole(&mut self, kind: DirtKind, value: Option<String>) {
        self.planted.extend(rows(kind, &self.path, &self.name, None, &value));
    }

    /// What a kind earns in another cell than its own.
    pub(super) fn also(
        &mut self,
        kind: DirtKind,
        code: FindingCode,
        (row, column): (u32, u16),
        value: Option<String>,
    ) {
        self.planted.push(DirtRow {
            path: self.path.clone(),
            sheet: self.name.clone(),
            column: Some(column_letters(u32::from(column))),
            row: i32::try_from(row + 1).ok(),
            kind: kind.id().to_owned(),
            code: Some(code.id().to_owned()),
            value,
        });
    }

    /// Forgets what was planted: nobody will look at the cells of this sheet.
    pub(super) fn forget(&mut self) {
        self.planted.clear();
        self.aside = 0;
    }

    /// Counts rows that are no data.
    pub(super) fn set_aside(&mut self, rows: u64) {
        self.aside += rows;
    }

    /// The sheet; what was planted goes into the ledger.
    pub(super) fn finish(mut self, ledger: &mut Ledger) -> Sheet {
        if self.aside > 0 {
            self.whole(DirtKind::RowsAside, Some(self.aside.to_string()));
        }
        ledger.extend(self.planted);
        self.sheet
    }
}

/// A value as the ledger tells it.
pub(super) fn printed(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        Value::Formula { cached, .. } => cached.clone(),
        Value::Blank => String::new(),
    }
}
