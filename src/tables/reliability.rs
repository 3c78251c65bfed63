//! `test_reliability`: how far the totals behind a share of low results would repeat themselves.

use crate::tables::spec::table;

table! {
    /// The pupils behind an indicator in a year, and how reliable their totals are.
    TestReliability "test_reliability" Open sorted by ["indicator", "year"] {
        /// The indicator's id in the pack: a share over the rows of one test.
        indicator: String;
        /// The year in which the school year ends.
        year: i32, unit "year";
        /// Pupils with a total.
        pupils: i64, unit "pupils";
        /// The highest possible total, as the files have it; else the highest that was reached.
        highest: f64, unit "points";
        /// The part of the variance of totals inside schools that a second sitting of the same pupils would show again (Kuder
        /// and Richardson's formula 21 within schools). Missing where totals do not vary.
        reliability: Option<f64>;
    }
}
