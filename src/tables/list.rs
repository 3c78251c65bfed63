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
        /// Of the criteria met: those whose whole 95 % interval lies beyond the threshold, in the year with the fewest.
        criteria_sure: i32;
        /// The years that counted, `2024, 2025`; empty where the school is not assessable.
        years: String;
        /// `yes` where every needed criterion is sure (not listed: where surely too few are met), `close` where the
        /// state turns on at most two pupils in one criterion, else `within_error` (the threshold lies inside the interval of
        /// at least one needed criterion, so chance is not ruled out); missing where the school is not assessable.
        certainty: Option<String>;
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
        /// Posterior probability (beta-binomial) that the school's true share meets the criterion.
        probability: Option<f64>, unit "share";
    }
}
