//! `list_entry` and `reason`: who is on a list, and why.

use crate::tables::spec::table;

table! {
    /// One school and one list of the pack. Schools that are not listed or not assessable have a row too.
    ListEntry "list_entry" School sorted by ["list", "year", "school_id"] {
        /// The list's id in the pack.
        list: String;
        /// The list's year: the latest of the run in which a school can be assessed by the rule.
        year: i32, unit "year";
        /// The school.
        school_id: String;
        /// Short name.
        name_short: String;
        /// Municipality.
        municipality: String;
        /// The state that people decided, `listed` or `not_listed`; missing where there is no decision. It replaces nothing:
        /// `state` stays what the rule says. Who, when and on what document: the table `decision`.
        decided: Option<String>;
        /// `listed`, `not_listed`, `not_assessable`, `out_of_population`.
        state: String;
        /// Criteria met: in the year with the fewest of them among the years that count. The school is listed exactly
        /// where this reaches `criteria_needed`; on a list by an index of conditions, which counts no criteria, it says how
        /// many of them are beyond the cut by themselves.
        criteria_met: i32;
        /// Criteria that could be assessed: in the year with the fewest of them.
        criteria_assessable: i32;
        /// Criteria that the rule asks for in each of the years; 0 on a list by an index.
        criteria_needed: i32;
        /// The years that counted, `2024, 2025`; empty where the school is not assessable.
        years: String;
        /// Probability that the rule holds for the school's true shares, by joint draws over its tests and years (the table
        /// `list_model` describes them). Missing where the school is not assessable or nothing was drawn.
        probability: Option<f64>, unit "share";
        /// Monte-Carlo standard error of the probability.
        probability_error: Option<f64>, unit "share";
        /// `yes` from the pack's `listed` on, `no` up to its `not_listed`, `undecided` between. The list is made by the raw
        /// rule, whatever this says. On a list by an index of conditions: `undecided` where the cut lies inside the index's
        /// interval.
        verdict: Option<String>;
        /// How much worse the school is than an average one in the same tests: mean of the log-odds of its true shares minus
        /// the tests' intercepts, over the shares that count. Shrunken: a small school is nearer to 0.
        deficit: Option<f64>, unit "logit";
        /// Rank among the assessable schools, 1 the first: by probability to the nearest whole per cent, as it is printed (finer
        /// differences are those of the draws), then by deficit.
        rank: Option<i32>;
        /// Lower end of the 95 % interval of the rank over the draws; in each draw schools for which the rule holds come
        /// first, then by the draw's deficit.
        rank_low: Option<i32>;
        /// Upper end of it.
        rank_high: Option<i32>;
        /// Schools of a tier are not told apart: a tier ends before the first school that ranks behind its first one in
        /// 95 of 100 draws.
        tier: Option<i32>;
        /// Why the school is not assessable: `no_results`, `few_criteria` (results in fewer criteria than the rule asks for),
        /// `few_participants` (enough criteria, but fewer participants than the pack's minimum), `excluded_year` (the pack does
        /// not count the year), `no_tests` (the school has no grades that take them), `few_years` (the run has fewer years than
        /// the rule asks for), `no_passport` and `few_measures` (fewer than half of the shares of the index are known); missing where
        /// it is assessable.
        obstacle: Option<String>;
        /// The year that this is true of; missing where it is true of all years that the rule looks at.
        obstacle_year: Option<i32>, unit "year";
        /// Of `few_participants`: the most participants that a criterion of that year had.
        obstacle_participants: Option<i64>, unit "pupils";
    }
}

table! {
    /// One criterion of a list for one school in one year: what it is, the threshold, and how far the school is from it.
    Reason "reason" School sorted by ["list", "year", "school_id", "criterion", "criterion_year"] {
        /// The list's id.
        list: String;
        /// The list's year.
        year: i32, unit "year";
        /// The school.
        school_id: String;
        /// The indicator's id.
        criterion: String;
        /// The year of the figure.
        criterion_year: i32, unit "year";
        /// As in `indicator_value`.
        state: String;
        /// The raw share.
        value: Option<f64>, unit "share";
        /// Lower end of the 95 % Wilson interval.
        low: Option<f64>, unit "share";
        /// Upper end of it.
        high: Option<f64>, unit "share";
        /// Count above the line.
        numerator: Option<i64>, unit "pupils";
        /// Count below the line.
        denominator: Option<i64>, unit "pupils";
        /// The pack's threshold.
        threshold: f64, unit "share";
        /// The comparison, `>=`.
        comparison: String;
        /// Is the criterion met?
        met: Option<bool>;
        /// Pupils to the cut: how many pupils would have to have another result for `met` to change; positive where the
        /// criterion is met, negative where it is not.
        distance_pupils: Option<i64>, unit "pupils";
        /// Probability that the school's true share meets the criterion, by the same draws as that of the rule.
        probability: Option<f64>, unit "share";
    }
}

table! {
    /// What stands behind the probabilities of a list: the model of the schools' true shares and its draws.
    ListModel "list_model" Open sorted by ["list", "year"] {
        /// The list's id.
        list: String;
        /// The list's year.
        year: i32, unit "year";
        /// Draws.
        draws: i32;
        /// The seed from which they are drawn.
        seed: String;
        /// Schools that the model is fitted to.
        schools: i32, unit "schools";
        /// Shares (a school in a test of a year) that it is fitted to.
        shares: i32;
        /// The largest Monte-Carlo standard error of a probability.
        error_max: f64, unit "share";
        /// Standard deviation of what all shares of a school have in common, in logits; missing, here and below, where it
        /// cannot be told from another one.
        spread_school: Option<f64>, unit "logit";
        /// Of what those of one procedure have in common beyond that.
        spread_procedure: Option<f64>, unit "logit";
        /// Of what those of one subject have in common.
        spread_subject: Option<f64>, unit "logit";
        /// Of what those of one year have in common.
        spread_year: Option<f64>, unit "logit";
        /// Of what those of one cohort have in common, over tests and years.
        spread_cohort: Option<f64>, unit "logit";
        /// Of what each share has for itself.
        spread_share: Option<f64>, unit "logit";
    }
}

table! {
    /// Who entered and who left a list since the year before: the same pack, the same data, the window a year earlier.
    ListChange "list_change" School sorted by ["list", "year", "school_id", "criterion"] {
        /// The list's id.
        list: String;
        /// The list's year.
        year: i32, unit "year";
        /// The school.
        school_id: String;
        /// Short name.
        name_short: String;
        /// Municipality.
        municipality: String;
        /// `entered`, `left`, `stays`.
        change: String;
        /// Its state on the list of the year before.
        state_before: String;
        /// Its state now.
        state: String;
        /// A criterion of which the year that came in says otherwise than the year that went out: one row each. On a list by an
        /// index: the factors without whose change the school would not have crossed the cut. Empty where the school stays, or
        /// where no single criterion did.
        criterion: String;
        /// What happened, to the criterion where there is one, else to the school. `reached` and `no_longer` (the threshold);
        /// `unseen_before` (met now, no figure that counts before), `unseen_now`, `no_results_now`, `no_tests_now` (met before; now
        /// not assessable, missing, not applicable); `harder`, `easier` (a factor of an index); `gone`, `out_of_population`. Empty where the
        /// school stays, or where nothing of this is the reason.
        turn: String;
        /// The year that went out.
        before_year: Option<i32>, unit "year";
        /// Its share; missing where it did not count.
        value_before: Option<f64>, unit "share";
        /// The year that came in.
        criterion_year: Option<i32>, unit "year";
        /// Its share; missing where it does not count.
        value: Option<f64>, unit "share";
        /// Those behind the share of the year that came in, whether it counts or not.
        participants: Option<i64>, unit "pupils";
        /// The threshold of the criterion; missing where there is no criterion.
        threshold: Option<f64>, unit "share";
        /// Probability that the true shares did the same: entered (left, stay) in one draw. Missing where the school was or is
        /// not assessable, where nothing was drawn, and on a list by an index, whose years are not drawn together.
        change_probability: Option<f64>, unit "share";
        /// What is said of the change: `confirmed` and `not_confirmed` where the pack calls such a probability `yes` and `no`, else
        /// `undecided`. On a list by an index `confirmed` where the intervals of both years lie wholly on their sides of the cut.
        change_verdict: Option<String>;
    }
}
