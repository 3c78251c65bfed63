//! `measure`: any school-level figure.

use crate::tables::spec::table;

table! {
    /// One figure of one school: social passport, staff, attendance, …
    Measure "measure" School sorted by ["year", "measure", "school_id", "period", "source_id", "row"] {
        /// The year in which the school year ends.
        year: i32, unit "year";
        /// `year`, `half-1`, `quarter-3`, …
        period: String;
        /// The school.
        school_id: String;
        /// The figure's name: `large_families`, `both_parents_graduates`, …
        measure: String;
        /// Count above the line.
        numerator: Option<f64>, unit "pupils";
        /// Count below the line.
        denominator: Option<f64>, unit "pupils";
        /// The value: the share for shares, the count for counts.
        value: Option<f64>;
        /// `share`, `pupils`, `hours`, …
        unit: String;
        /// `value`, `missing`, `not_applicable`.
        status: String, words ["value", "missing", "not_applicable"];
        /// The sheet.
        source_id: String;
        /// The row of the sheet, from 1.
        row: i32;
        /// Column letters.
        column: String;
    }
}
