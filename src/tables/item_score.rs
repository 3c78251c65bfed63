//! `item_score`: a pupil × task.

use crate::tables::spec::table;

table! {
    /// One pupil's score in one task; the pupil and the test are found in `result` by `(source_id, row)`.
    ItemScore "item_score" Pupil sorted by ["source_id", "row", "position"] {
        /// The sheet.
        source_id: String;
        /// The row of the sheet, from 1.
        row: i32;
        /// Column letters.
        column: String;
        /// Number of the column in the sheet, from 1: the order of the tasks.
        position: i32;
        /// The task's name as printed: `1`, `7.2`, `4К1`.
        item: String;
        /// Points; missing where not attempted.
        score: Option<f64>, unit "points";
        /// Highest possible points.
        max: Option<f64>, unit "points";
        /// `scored`, `not_attempted`, `not_taught`, `unreadable`.
        state: String, words ["scored", "not_attempted", "not_taught", "unreadable"];
    }
}
