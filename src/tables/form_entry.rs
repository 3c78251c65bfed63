//! `form_entry`: answers on forms.

use crate::tables::spec::table;

table! {
    /// An answer of a school (or a municipality) on a monitoring form.
    FormEntry "form_entry" School sorted by ["year", "form", "entity", "item", "source_id", "row", "column"] {
        /// The year in which the school year ends.
        year: i32, unit "year";
        /// The form.
        form: String;
        /// The school's id.
        entity: String;
        /// The question.
        item: String;
        /// The answer: a word of the form's vocabulary or a number.
        value: Option<String>;
        /// The answer, where it is a number; of a band its lower end.
        number: Option<f64>;
        /// `value`, `missing`, `not_applicable` (an earlier answer skips the question).
        status: String;
        /// The sheet.
        source_id: String;
        /// The row of the sheet, from 1.
        row: i32;
        /// Column letters.
        column: String;
    }
}
