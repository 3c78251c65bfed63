//! `finding`: everything wrong or set aside, with its place.

use crate::tables::spec::table;

table! {
    /// Something wrong or set aside. The wording is in the catalogue, by code.
    FindingRow "finding" School sorted by ["path", "sheet", "row", "column", "code"] {
        /// Path of the file in the workspace; empty where the finding is about no file.
        path: String;
        /// Sheet; empty for CSV and for whole files.
        sheet: String;
        /// Row of the sheet, from 1.
        row: Option<i32>;
        /// Column letters.
        column: Option<String>;
        /// Canonical column.
        canonical: Option<String>;
        /// Code, the same in both languages.
        code: String;
        /// `note`, `warning`, `error`.
        severity: String;
        /// The value where it cannot be personal, else its look: `x` for letters, `9` for digits.
        value: Option<String>;
        /// What was expected, or how many.
        detail: Option<String>;
        /// The stage that found it.
        stage: String;
    }
}
