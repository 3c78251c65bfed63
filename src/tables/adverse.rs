//! Schools in adverse conditions, by the sets of social shares that packs declare.

use crate::tables::spec::table;

table! {
    /// One school and one set in a year: its index, its place, and what other weights would make of them.
    AdverseIndex "adverse_index" School sorted by ["set", "year", "school_id"] {
        /// The pack that declares the set.
        set: String;
        /// The year in which the school year ends.
        year: i32, unit "year";
        /// The school.
        school_id: String;
        /// The list that the set makes; missing where the set only stands beside another's list.
        list: Option<String>;
        /// `listed`, `not_listed`, `not_assessable` (fewer than half of the shares are known), `out_of_population` (the pack is
        /// not about the school, which has no place and no part in the scales).
        state: String;
        /// Of `out_of_population`: the pack's word for the reason, or `branch`.
        outside: Option<String>;
        /// Weighted mean of the directed, robustly standardised logit shares: higher is harder.
        index: Option<f64>, unit "standard deviations";
        /// Lower end of the 95 % interval (posterior draws of the shares).
        low: Option<f64>, unit "standard deviations";
        /// Upper end of it.
        high: Option<f64>, unit "standard deviations";
        /// The pack's cut.
        cut: f64, unit "standard deviations";
        /// Probability that the index of the school's true shares meets the cut.
        probability: Option<f64>, unit "share";
        /// Place by the index, 1 the hardest conditions; equal ones share the first of their places.
        rank: Option<i32>;
        /// First place of the 95 % interval: what the numbers of pupils leave open.
        rank_low: Option<i32>;
        /// Last place of it.
        rank_high: Option<i32>;
        /// First place of the 95 % interval under other weights, drawn around the declared ones.
        rank_weights_low: Option<i32>;
        /// Last place of it.
        rank_weights_high: Option<i32>;
        /// Share of those weights under which the index meets the cut.
        beyond_share: Option<f64>, unit "share";
        /// Schools with a place.
        schools: i32, unit "schools";
        /// Sets by which the school is listed in the year, by id; empty where by none.
        listed_by: String;
        /// Shares of the set that are known.
        measures_known: i32;
        /// Shares of the set.
        measures_asked: i32;
        /// Pupils behind the shares.
        pupils: Option<i64>, unit "pupils";
    }
}

table! {
    /// One share of one school in a set: what it is, and what it adds to the index.
    AdverseShare "adverse_share" School sorted by ["set", "year", "school_id", "measure"] {
        /// The pack that declares the set.
        set: String;
        /// The year.
        year: i32, unit "year";
        /// The school.
        school_id: String;
        /// The share.
        measure: String;
        /// `value`, `missing`.
        state: String;
        /// Count above the line.
        numerator: Option<i64>, unit "pupils";
        /// Count below the line.
        denominator: Option<i64>, unit "pupils";
        /// The raw share.
        value: Option<f64>, unit "share";
        /// Lower end of the 95 % Wilson interval.
        low: Option<f64>, unit "share";
        /// Upper end of it.
        high: Option<f64>, unit "share";
        /// The share from which on this share alone, known exactly, would put a school beyond the cut.
        threshold: Option<f64>, unit "share";
        /// `>=`, or `<=` where a larger share makes conditions easier.
        comparison: String;
        /// Is the raw share beyond that?
        met: Option<bool>;
        /// Pupils to it: positive where it is met, negative where not.
        distance_pupils: Option<i64>, unit "pupils";
        /// Posterior probability that the true share is beyond it.
        probability: Option<f64>, unit "share";
        /// What the share adds to the index; the parts of a school add up to it.
        contribution: Option<f64>, unit "standard deviations";
    }
}

table! {
    /// One share of a set in a year: its direction, its weight, and the scale on which it counts.
    AdverseMeasure "adverse_measure" Open sorted by ["set", "year", "measure"] {
        /// The pack that declares the set.
        set: String;
        /// The year.
        year: i32, unit "year";
        /// The share.
        measure: String;
        /// 1 where a larger share makes conditions harder, −1 where easier.
        direction: i32;
        /// Its part of all weights.
        weight: f64, unit "share";
        /// `used`, `not_collected` (nobody sent it), `no_spread` (it tells schools apart no better than chance),
        /// `rare` (most schools have nobody, and the pack leaves such shares out).
        status: String;
        /// Schools of which it is known.
        schools: i32, unit "schools";
        /// Centre of the shrunken shares, as a share.
        centre: Option<f64>, unit "share";
        /// Their spread, in log-odds.
        spread: Option<f64>, unit "logit";
        /// `median` (median and median absolute deviation), `mean` (mean and standard deviation, where most schools have
        /// nobody).
        scale: Option<String>;
    }
}

table! {
    /// Two sets in a year: which schools they agree on.
    AdverseAgreement "adverse_agreement" Open sorted by ["year", "set", "other"] {
        /// The year.
        year: i32, unit "year";
        /// One set.
        set: String;
        /// The other.
        other: String;
        /// Schools that both can assess.
        schools: i32, unit "schools";
        /// Listed by both.
        both: i32, unit "schools";
        /// Listed by the one only.
        only_set: i32, unit "schools";
        /// Listed by the other only.
        only_other: i32, unit "schools";
        /// Part of the schools listed by either that both list (Jaccard); missing where nobody is listed.
        common_share: Option<f64>, unit "share";
        /// Cohen's κ: agreement beyond chance.
        kappa: Option<f64>;
        /// Lower end of its 95 % interval.
        low: Option<f64>;
        /// Upper end of it.
        high: Option<f64>;
    }
}
