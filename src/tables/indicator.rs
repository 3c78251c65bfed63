//! `indicator_value`: what the method pack's indicators are, at every level.

use crate::tables::spec::table;

table! {
    /// One indicator of one school, municipality or region in one year.
    IndicatorValue "indicator_value" School sorted by ["indicator", "year", "level", "entity_id"] {
        /// The indicator's id in the pack.
        indicator: String;
        /// The year in which the school year ends.
        year: i32, unit "year";
        /// `school`, `municipality`, `region`.
        level: String;
        /// School id, municipality, or `region`.
        entity_id: String;
        /// `value`, `missing` (should be there and is not), `not_applicable`, `not_assessable` (fewer than the pack's
        /// minimum, or a year that the pack excludes).
        state: String;
        /// The raw share.
        value: Option<f64>, unit "share";
        /// Count above the line.
        numerator: Option<i64>, unit "pupils";
        /// Count below the line.
        denominator: Option<i64>, unit "pupils";
        /// Lower end of the 95 % Wilson interval. Above school level it speaks of these pupils only, as independent ones: schools
        /// as a sample of schools would have a wider one.
        low: Option<f64>, unit "share";
        /// Upper end of it.
        high: Option<f64>, unit "share";
        /// Beta-binomial (empirical Bayes) value: posterior mean, prior fitted over the region's schools. Of schools only: the
        /// distribution of schools does not fit sums of schools.
        eb_value: Option<f64>, unit "share";
        /// Lower end of its 95 % credible interval.
        eb_low: Option<f64>, unit "share";
        /// Upper end of it.
        eb_high: Option<f64>, unit "share";
        /// Schools behind the figure.
        schools: i64, unit "schools";
    }
}
