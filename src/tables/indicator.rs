//! `indicator_value`: what the method pack's indicators are, at every level.

use crate::tables::spec::table;

table! {
    /// One indicator of one class, parallel, school, municipality or region in one year.
    IndicatorValue "indicator_value" School sorted by ["indicator", "year", "level", "entity_id"] {
        /// The indicator's id in the pack.
        indicator: String;
        /// The year in which the school year ends.
        year: i32, unit "year";
        /// `class`, `grade` (a parallel of a school), `school`, `municipality`, `region`.
        level: String;
        /// School id, municipality, or `region`; of a parallel `school/grade`, of a class `school/grade/class`.
        entity_id: String;
        /// The school, of classes, parallels and schools.
        school_id: Option<String>;
        /// The grade, of classes and parallels.
        grade: Option<i32>, unit "grade";
        /// The class, of classes.
        class: Option<String>;
        /// `share` (two counts), `mean`, `standardised` (the mean of scores standardised within each test).
        kind: String;
        /// What the value is measured in: `share`, `mark`, `points`, `deviations` (standard deviations of a test's pupils).
        unit: String;
        /// `value`, `missing` (should be there and is not), `not_applicable`, `not_assessable` (fewer than the pack's
        /// minimum, a year that the pack excludes, or one without the threshold that it names).
        state: String;
        /// Why there is no value: `few_participants`, `excluded_year`, `no_threshold` (of the year, in the reference data),
        /// `no_results`, `no_tests`.
        reason: Option<String>;
        /// The threshold of the year that the pack names, where it names one.
        threshold: Option<f64>;
        /// The raw share, or the raw mean.
        value: Option<f64>;
        /// Count above the line; of shares only.
        numerator: Option<i64>, unit "pupils";
        /// Count below the line; of means, the pupils behind it.
        denominator: Option<i64>, unit "pupils";
        /// Lower end of the 95 % interval: Wilson's of a share, Student's of a mean. Above school level it speaks of these pupils only, as independent ones: schools
        /// as a sample of schools would have a wider one.
        low: Option<f64>;
        /// Upper end of it.
        high: Option<f64>;
        /// Shrunken value, towards the figures of the same indicator, year and level (classes, parallels, schools, municipalities):
        /// posterior mean of the beta-binomial model for shares, averaged over what these leave open about how much they differ; of
        /// the normal model for means, and missing where those differ no more than chance makes them. Missing, too, where fewer than
        /// two have pupils, or all or none of the pupils meet the condition. The region is one and has nothing to be drawn towards: it has
        /// its raw value alone.
        eb_value: Option<f64>;
        /// Lower end of its 95 % credible interval.
        eb_low: Option<f64>;
        /// Upper end of it.
        eb_high: Option<f64>;
        /// Schools behind the figure.
        schools: i64, unit "schools";
    }
}
