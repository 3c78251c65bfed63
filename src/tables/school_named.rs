//! `school_named`: what sheets of results call schools and municipalities.

use crate::tables::spec::table;

table! {
    /// A name by which a sheet of results calls a school, and the municipality in which it puts it: each saying once a sheet. Where the
    /// sheet has a row for a whole municipality, it stands here without a school.
    SchoolNamed "school_named" School sorted by ["year", "school_id", "source_id", "row"] {
        /// The year in which the school year ends.
        year: i32, unit "year";
        /// The procedure of the sheet.
        procedure: String;
        /// The school; missing where the row is a whole municipality's.
        school_id: Option<String>;
        /// The name as printed.
        name: Option<String>;
        /// The municipality as printed.
        municipality: Option<String>;
        /// The sheet.
        source_id: String;
        /// The first row that says so, from 1.
        row: i32;
    }
}
