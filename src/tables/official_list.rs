//! `official_list`: lists of others that stand beside ours.

use crate::tables::spec::table;

table! {
    /// A school on an official list: the federal service's, the region's own, or the federal one of biased results.
    OfficialList "official_list" School sorted by ["year", "list", "school_id", "source_id", "row"] {
        /// The year in which the school year of the list ends.
        year: i32, unit "year";
        /// `federal`, `regional` (low results: in this order they stand beside ours), `federal_bias` (signs of biased results: it
        /// stands beside the signs of objectivity).
        list: String, words ["federal", "regional", "federal_bias"];
        /// The school.
        school_id: String;
        /// Its name, as the list prints it.
        name: Option<String>;
        /// The document by which the list came, as printed.
        document: Option<String>;
        /// The sheet.
        source_id: String;
        /// The row of the sheet, from 1.
        row: i32;
    }
}
