//! The fair comparison: schools in the most similar conditions, and a school's place among them.

use crate::tables::spec::table;

table! {
    /// One of the schools nearest to a school by its conditions.
    Peer "peer" School sorted by ["year", "school_id", "position"] {
        /// The year.
        year: i32, unit "year";
        /// The school.
        school_id: String;
        /// From 1, the nearest first.
        position: i32;
        /// The other school.
        peer_id: String;
        /// Euclidean distance in the standardised measures.
        distance: f64, unit "standard deviations";
    }
}

table! {
    /// The place of a school on an indicator among its peers and itself: 1 is the best. A place without its interval says nothing.
    PeerPlace "peer_place" School sorted by ["year", "school_id", "indicator"] {
        /// The year.
        year: i32, unit "year";
        /// The school.
        school_id: String;
        /// The indicator, or `all_indicators` for the mean over them.
        indicator: String;
        /// The school's own share; missing for `all_indicators`.
        value: Option<f64>, unit "share";
        /// Mean share of its peers.
        peers_mean: Option<f64>, unit "share";
        /// Expected place.
        rank: f64;
        /// Lower end of its 95 % interval.
        rank_low: f64;
        /// Upper end of it.
        rank_high: f64;
        /// Schools that are compared, the school itself among them.
        compared: i32, unit "schools";
        /// Probability that the school is better than the mean of its peers.
        better: f64, unit "share";
        /// `better`, `worse` (probability 0.95 or more), `alike`.
        verdict: String;
    }
}

table! {
    /// The course of a school over three years by a declared rule: no cluster, no fit.
    OutcomeType "outcome_type" School sorted by ["year", "school_id"] {
        /// The last year.
        year: i32, unit "year";
        /// The school.
        school_id: String;
        /// `steadily_low`, `falling`, `unstable_course`, `rising`, `steadily_high`, `steadily_middle`, `undecided`, `not_assessable`.
        course: String;
        /// Probability of the course.
        probability: Option<f64>, unit "share";
        /// The result of the first year against the region: higher is better.
        first: Option<f64>, unit "standard deviations";
        /// That of the last year.
        last: Option<f64>, unit "standard deviations";
        /// Change from the first to the last year.
        change: Option<f64>, unit "standard deviations";
        /// Lower end of its 95 % interval.
        change_low: Option<f64>, unit "standard deviations";
        /// Upper end of it.
        change_high: Option<f64>, unit "standard deviations";
        /// Years with results.
        years_known: i32;
    }
}
