//! `context_index`: how hard the conditions are in which a school works.

use crate::tables::spec::table;

table! {
    /// The context index of a school in a year: higher is harder.
    ContextIndex "context_index" School sorted by ["year", "school_id"] {
        /// The year in which the school year ends.
        year: i32, unit "year";
        /// The school.
        school_id: String;
        /// Mean of the directed, robustly standardised logit shares; missing where fewer than half of them are known.
        index: Option<f64>, unit "standard deviations";
        /// Lower end of the 95 % interval (posterior draws of the shares).
        low: Option<f64>, unit "standard deviations";
        /// Upper end of it.
        high: Option<f64>, unit "standard deviations";
        /// Measures that the index is made of.
        measures_known: i32;
        /// Measures that the parameters ask for.
        measures_asked: i32;
        /// Pupils behind the shares.
        pupils: Option<i64>, unit "pupils";
    }
}
