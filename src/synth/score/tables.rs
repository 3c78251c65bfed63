//! What of the truth is read: the columns of `truth/test.parquet` and `truth/factor.parquet` that a score needs.

use crate::tables::table;

table! {
    /// The truth of a school in a test.
    TestTruth "truth_test" School sorted by ["year", "procedure", "grade", "subject", "wave", "school_id"] {
        /// The year.
        year: i32, unit "year";
        /// `spring` or `autumn`; missing for exams.
        wave: Option<String>;
        /// `vpr`, `oge`, `ege` (in mathematics the advanced level).
        procedure: String;
        /// The grade.
        grade: i32, unit "grade";
        /// The subject.
        subject: String;
        /// The school.
        school_id: String;
        /// Those who wrote it; of exams graduates at their first attempt.
        participants: i32, unit "pupils";
        /// The probability of a low result under honest marking, averaged over all its pupils, absent ones too.
        true_low_share: f64, unit "share";
        /// Pupils who were lifted over a cut.
        vpr_lifted: i32, unit "pupils";
        /// Journal marks above those of an honest scale.
        journal_lifted: i32, unit "pupils";
        /// Does the school inflate this test?
        vpr_inflated: bool;
        /// Is its journal inflated?
        journal_inflated: bool;
    }
}

table! {
    /// What a social share does.
    FactorTruth "truth_factor" Open sorted by ["factor", "procedure"] {
        /// The measure.
        factor: String;
        /// `vpr`, `oge`, `ege`.
        procedure: String;
        /// By how much ten percentage points more raise the logit of the share of low results of an average school,
        /// everything else alike; averaged over the tests.
        effect: f64, unit "logit";
        /// Does it do anything?
        acts: bool;
    }
}
