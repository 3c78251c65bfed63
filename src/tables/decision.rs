//! `decision`: what people decided against, or after, a computed state.

use crate::tables::spec::table;

table! {
    /// One decision on one school and one list, as the decision file has it. The computed state stands in `list_entry`.
    Decision "decision" School sorted by ["list", "year", "school_id"] {
        /// The list.
        list: String;
        /// The list's year.
        year: i32, unit "year";
        /// The school.
        school_id: String;
        /// `listed`, `not_listed`.
        decided: String;
        /// Who decided: a body or an office.
        decided_by: String;
        /// The day, as written: `2025-11-20`.
        decided_on: String;
        /// The document that it stands in.
        document: String;
        /// Why.
        reason: String;
        /// The decision file.
        path: String;
        /// The line of the decision in it.
        row: i32;
    }
}
