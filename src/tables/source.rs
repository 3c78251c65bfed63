//! `source` and `source_column`: the sheets that were read, and which letter stood for which column.

use crate::tables::spec::table;

table! {
    /// A sheet of a sender's file that was read, or a file that could not be.
    Source "source" Open sorted by ["source_id"] {
        /// `s` and a number in the order of paths and sheets.
        source_id: String;
        /// Path in the workspace, with `/`.
        path: String;
        /// Name of the sheet; empty for CSV.
        sheet: String;
        /// BLAKE3 (16 hex digits) of the parsed content: re-saving the workbook does not change it.
        content_hash: String;
        /// The layout that read it; missing where none fitted.
        layout: Option<String>;
        /// Why this layout: `declared`, or the header words that fitted.
        layout_reason: String;
        /// Rows below the header.
        rows_read: i64, unit "rows";
        /// Rows set aside, each with a finding.
        rows_set_aside: i64, unit "rows";
    }
}

table! {
    /// A column of a sheet that was read.
    SourceColumn "source_column" Open sorted by ["source_id", "letter"] {
        /// The sheet.
        source_id: String;
        /// The column's letters.
        letter: String;
        /// The header as printed where a layout knows it, else its look: `x` for letters, `9` for digits.
        header: String;
        /// The canonical table that the column feeds; missing where it is not mapped or personal.
        table: Option<String>;
        /// The canonical column that it feeds.
        canonical: Option<String>;
        /// `mapped`, `unmapped`, `personal`.
        status: String;
    }
}
