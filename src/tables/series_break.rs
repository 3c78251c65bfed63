//! `series_break`: years that are not to be compared with their neighbours without a word.

use crate::tables::spec::table;

table! {
    /// A break in the series of an indicator among the years of the run.
    SeriesBreak "series_break" Open sorted by ["indicator", "year", "procedure", "kind"] {
        /// The indicator's id in the pack.
        indicator: String;
        /// The year of the break.
        year: i32, unit "year";
        /// `vpr`, `oge`, `ege`.
        procedure: String;
        /// `cancelled`, `moved`, `subjects`, `self_selected`: of this year alone; `revised`: from this year on.
        kind: String;
        /// What happened, in Russian.
        text_ru: String;
        /// What happened, in English.
        text_en: String;
        /// Where this comes from.
        source: String;
        /// How sure that is: `verified`, `strong`, `medium`, `weak`.
        certainty: String;
    }
}
