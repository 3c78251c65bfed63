//! `factor_effect` and `factor_model`: which social factors go with low results.

use crate::tables::spec::table;

table! {
    /// The effect of one factor on one outcome.
    FactorEffect "factor_effect" School sorted by ["outcome", "factor"] {
        /// The indicator of the pack that is explained.
        outcome: String;
        /// The measure; `(intercept)` and `year 2024` for the others.
        factor: String;
        /// Log-odds for a difference of one robust standard deviation of the factor (one year's shift for a year).
        estimate: Option<f64>, unit "logit";
        /// Standard error, clustered.
        std_error: Option<f64>, unit "logit";
        /// Lower end of the 95 % interval.
        low: Option<f64>, unit "logit";
        /// Upper end of it.
        high: Option<f64>, unit "logit";
        /// Two-sided p of the t test with clusters − 1 degrees of freedom.
        p: Option<f64>;
        /// Holm-adjusted p over the factors of the outcome.
        p_holm: Option<f64>;
        /// Odds ratio.
        odds_ratio: Option<f64>;
        /// Average difference of the share for one standard deviation of the factor.
        share_difference: Option<f64>, unit "share";
        /// The sign that the parameters expect: −1, 1, or 0 for none.
        sign_expected: i32;
        /// `confirmed` or `contradicted` where the effect is sure and a sign was expected, `shown` where none was,
        /// `not_shown`, `not_estimable`; `not_tested` for the intercept and the years. With fewer than 40 clusters the test
        /// rejects more often than its level says, and the verdict is never one of the first three: `hinted`, or
        /// `hinted_against` where the sign is not the expected one.
        verdict: String;
    }
}

table! {
    /// One regression: what stands behind its effects.
    FactorModel "factor_model" Open sorted by ["outcome"] {
        /// The indicator that is explained.
        outcome: String;
        /// School × year rows.
        rows: i64, unit "rows";
        /// Schools.
        schools: i64, unit "schools";
        /// Pupils in the denominators.
        pupils: i64, unit "pupils";
        /// Clusters of the covariance.
        clusters: i64;
        /// What the clusters are: `municipality`, `school`.
        clustered_by: String;
        /// Pearson's chi-square by its degrees of freedom: above 1 the shares vary more than chance.
        dispersion: Option<f64>;
        /// 1 − deviance / null deviance.
        deviance_explained: Option<f64>, unit "share";
        /// `fitted`; `few_clusters` where intervals are likely too narrow; or the reason why there is no fit:
        /// `too_few_clusters`, `separation`, `singular`, `not_converged`, `too_few_rows`.
        status: String;
    }
}
