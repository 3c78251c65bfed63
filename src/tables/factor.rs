//! `factor_effect`, `factor_model`, `factor_overlap`, `factor_point`: which social factors go with results.

use crate::tables::spec::table;

table! {
    /// The association of one factor with one outcome, between schools, the other factors being equal.
    FactorEffect "factor_effect" School sorted by ["outcome", "schools_used", "factor"] {
        /// The pack's outcome.
        outcome: String;
        /// `all`, or `unmarked`: without the results of schools that carry a sign of doubtful objectivity.
        schools_used: String;
        /// The measure.
        factor: String;
        /// The difference of the factor's share that `estimate` and `difference` speak of: 0.1, or 0.01 where schools differ
        /// by less than ten percentage points.
        step: f64, unit "share";
        /// Log-odds of a low result (of participation), or per cent of the highest score, a step.
        estimate: Option<f64>;
        /// Its standard error by the model: schools and their municipalities vary.
        std_error: Option<f64>;
        /// Satterthwaite's degrees of freedom.
        df: Option<f64>;
        /// Lower end of the 95 % interval.
        low: Option<f64>;
        /// Upper end of it.
        high: Option<f64>;
        /// Two-sided p.
        p: Option<f64>;
        /// Holm-adjusted p over the factors of the outcome.
        p_holm: Option<f64>;
        /// What allows errors of any form inside municipalities: `cr2`, or `wild` (wild cluster bootstrap) where that has too few
        /// degrees of freedom; missing where the estimate rests on one municipality.
        robust: Option<String>;
        /// Standard error by it.
        std_error_robust: Option<f64>;
        /// Lower end of its 95 % interval.
        low_robust: Option<f64>;
        /// Upper end of it.
        high_robust: Option<f64>;
        /// Two-sided p by it: an effect is called sure only where this too is below 0.05.
        p_robust: Option<f64>;
        /// The same on the scale of results: difference of the share of low results, or of the score as a share of the highest.
        difference: Option<f64>, unit "share";
        /// Lower end of its interval.
        difference_low: Option<f64>, unit "share";
        /// Upper end of it.
        difference_high: Option<f64>, unit "share";
        /// How far apart schools lie in the factor: ninetieth less tenth percentile.
        spread: Option<f64>, unit "share";
        /// The smallest noticeable difference of results over that spread, as the pack declares it.
        noticeable: f64, unit "share";
        /// P of the equivalence test (two one-sided tests): small where the difference over the spread is surely smaller.
        p_equivalence: Option<f64>;
        /// The same, Holm-adjusted over the factors of the outcome.
        p_equivalence_holm: Option<f64>;
        /// LMG importance: the share of the variation between schools that belongs to the factor; of outcomes that decide.
        importance: Option<f64>, unit "share";
        /// Lower end of its 95 % interval over resampled municipalities.
        importance_low: Option<f64>, unit "share";
        /// Upper end of it.
        importance_high: Option<f64>, unit "share";
        /// The share of resamples of municipalities in which the estimate has the same sign.
        stability: Option<f64>, unit "share";
        /// By how much the other factors inflate its variance.
        vif: Option<f64>;
        /// Factors with which it is entangled (see `factor_overlap`), by commas; empty for none.
        overlaps: String;
        /// What the pack expects of results: −1 worse, 1 better, 0 nothing, where the share is larger.
        results_expected: i32;
        /// What was found of results, in the same words; 0 where the sign is not sure.
        results_found: i32;
        /// `agrees`, `contradicts`, `not_expected`; missing where the sign is not sure.
        agreement: Option<String>;
        /// `acts`: surely associated. `no_influence`: surely no noticeable difference. `cannot_tell`: neither can be said from
        /// these data. `not_estimable`: there is no fit (see `factor_model`), or the factor is not known.
        verdict: String;
        /// Why it cannot be told: `wide` (the interval), `many_factors` (of so many one may look so by chance), `uneven` (it
        /// rests on few municipalities), `entangled` (with other factors), `few_municipalities`; for
        /// `not_estimable` the model's status, or `unknown_factor`.
        reason: Option<String>;
    }
}

table! {
    /// One regression: what stands behind its effects.
    FactorModel "factor_model" Open sorted by ["outcome", "schools_used"] {
        /// The pack's outcome.
        outcome: String;
        /// `all`, `unmarked`.
        schools_used: String;
        /// `low_share` and `participation` (binomial, logit), `score` (linear).
        explains: String;
        /// Is it the outcome that decides?
        primary: bool;
        /// Tests: procedure, grade, subject, wave and year; each has a level of its own.
        tests: i64;
        /// School × test rows.
        rows: i64, unit "rows";
        /// Schools: as many units as the social passport tells apart, whatever the number of years.
        schools: i64, unit "schools";
        /// Schools with results that are left out, a factor being unknown.
        schools_left_out: i64, unit "schools";
        /// Results of pupils.
        pupils: i64, unit "pupils";
        /// Clusters of the covariance.
        clusters: i64;
        /// What the clusters are: `municipality`; `school` where there is one municipality.
        clustered_by: String;
        /// τ: standard deviation between schools that neither the factors nor chance explain.
        between_sd: Option<f64>;
        /// The part of it that is a municipality's: standard deviation between municipalities.
        municipality_sd: Option<f64>;
        /// By how much the results of a school's tests vary more than chance lets them.
        dispersion: Option<f64>;
        /// The share of the variation between schools that all factors together explain.
        explained: Option<f64>, unit "share";
        /// Condition number of the factors.
        condition: Option<f64>;
        /// `fitted`, or why there is no fit: `too_few_schools`, `too_few_clusters`, `too_few_events`, `separation`, `singular`,
        /// `not_converged`; `no_markers` where no marker says which schools are in doubt.
        status: String;
    }
}

table! {
    /// Two factors that can hardly be told apart, or of which one is a part of what the other leaves.
    FactorOverlap "factor_overlap" Open sorted by ["factor", "other"] {
        /// A factor.
        factor: String;
        /// Another one.
        other: String;
        /// Correlation between schools.
        correlation: f64;
        /// `collinear` (|r| ≥ 0.8). Of factors that the pack calls answers to one question: `complementary` (what one lacks the
        /// other has), `nested` and `contains` (one is never more than the other), `exclusive` (parts of one whole).
        kind: String;
    }
}

table! {
    /// A school in the plane of one factor and one outcome, the other factors being taken off.
    FactorPoint "factor_point" School sorted by ["outcome", "factor", "school_id"] {
        /// The primary outcome.
        outcome: String;
        /// The factor.
        factor: String;
        /// The school.
        school_id: String;
        /// The share of the factor, mean over the years.
        share: f64, unit "share";
        /// What the school's results would be were its other factors those of the middle school.
        partial: f64, unit "share";
        /// What the regression expects of it there.
        expected: f64, unit "share";
    }
}

table! {
    /// What a school achieves beyond its context.
    SchoolEffect "school_effect" School sorted by ["outcome", "year", "school_id"] {
        /// The pack's outcome.
        outcome: String;
        /// The year.
        year: i32, unit "year";
        /// The school.
        school_id: String;
        /// Results of pupils.
        pupils: i64, unit "pupils";
        /// Mean per cent of the highest score, the differences between tests taken off.
        result: f64, unit "percent";
        /// What schools of such a context in other municipalities reach.
        expected: f64, unit "percent";
        /// The difference, drawn towards 0 as its uncertainty demands.
        effect: f64, unit "percent";
        /// Lower end of its 95 % interval.
        low: f64, unit "percent";
        /// Upper end of it.
        high: f64, unit "percent";
        /// How much of the raw difference is kept.
        reliability: f64, unit "share";
        /// The probability that the school is truly above what is expected.
        above: f64, unit "share";
    }
}

table! {
    /// Schools in adverse conditions, and whether they are resilient.
    Resilient "resilient" School sorted by ["school_id"] {
        /// The school.
        school_id: String;
        /// Context index of the latest year.
        context_index: f64;
        /// Years with enough pupils.
        years_known: i32;
        /// Years in which its effect is surely above zero.
        years_above: i32;
        /// The probability that it is truly above in as many years as the rule needs.
        probability: Option<f64>, unit "share";
        /// `clear`, `marked`, `untested`: what is known of the objectivity of its results.
        objectivity: String;
        /// `resilient`; `untested` (all but a test of its objectivity), `marked` (all but a clear one), `not_shown`,
        /// `not_assessable` (too few years with enough pupils).
        state: String;
    }
}

table! {
    /// How the list of resilient schools depends on its thresholds.
    ResilientCheck "resilient_check" School sorted by ["definition", "adverse", "sure", "years"] {
        /// `shrunken` (the rule), `raw` (differences not drawn towards 0, above 0 in so many years), `quarters` (worst quarter of
        /// the context and best quarter of results).
        definition: String;
        /// The share of schools that count as adverse.
        adverse: f64, unit "share";
        /// The probability from which on an effect is surely above zero.
        sure: f64, unit "share";
        /// In so many years.
        years: i32;
        /// Schools in adverse conditions that can be judged.
        judged: i64, unit "schools";
        /// Schools that meet it, whatever is known of their objectivity.
        schools: i64, unit "schools";
        /// Of them, expected not to be above in truth.
        false_expected: Option<f64>, unit "schools";
        /// Share of schools in this list or the rule's that are in both.
        jaccard: Option<f64>, unit "share";
        /// Is it the pack's rule?
        rule: bool;
    }
}
