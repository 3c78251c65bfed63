//! `list_comparison`: official lists beside ours.

use crate::tables::spec::table;

table! {
    /// A school that an official list has, or that stands on ours by the rule or by a decision, and how both stand to each other.
    /// The region adds to the federal list: beside the regional one stand only those of ours that are not on the federal one.
    ListComparison "list_comparison" School sorted by ["list", "year", "official", "school_id"] {
        /// Our list.
        list: String;
        /// The year of our list.
        year: i32, unit "year";
        /// The year of the official list: the latest that is not later than ours. Of `all_official` the latest of both.
        official_year: i32, unit "year";
        /// `federal`, `regional`; `all_official` for the schools of either.
        official: String;
        /// The school.
        school_id: String;
        /// Its name: in the register, or where that has no such school as the official list prints it.
        name: Option<String>;
        /// `both`, `only_theirs`, `only_ours`; `neither` of a school that the rule listed and a decision took off. Ours is the list
        /// with the decisions; what was computed and what was decided stand beside it.
        standing: String;
        /// The state that the rule computed; missing where our list knows no such school.
        state: Option<String>;
        /// The state that was decided, where there is a decision.
        decided: Option<String>;
        /// Why our list cannot assess it, or is not about it; `unregistered` where neither the register of our list's year nor
        /// its results know such a school.
        obstacle: Option<String>;
        /// Criteria met by our rule, in the year with the fewest.
        criteria_met: Option<i32>;
        /// Criteria that our rule asks for.
        criteria_needed: Option<i32>;
        /// The criterion that is nearest to turning our state.
        criterion: Option<String>;
        /// Its year.
        criterion_year: Option<i32>, unit "year";
        /// Its share.
        value: Option<f64>, unit "share";
        /// Its threshold.
        threshold: Option<f64>, unit "share";
        /// Pupils to its cut: negative where it is not met.
        distance_pupils: Option<i64>, unit "pupils";
        /// The document of the official list.
        document: Option<String>;
    }
}
