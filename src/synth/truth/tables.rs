//! The tables of the truth. They are none of the canonical ones: no stage may read them.

use crate::tables::table;

table! {
    /// The truth of a school in a year.
    SchoolTruth "truth_school" School sorted by ["year", "school_id"] {
        /// The year.
        year: i32, unit "year";
        /// The school.
        school_id: String;
        /// Mean ability of its pupils in the tested grades, in standard deviations of the pupils of a school; 0 is the
        /// average school.
        proficiency: f64, unit "sd";
        /// What its social context does to that.
        context_effect: f64, unit "sd";
        /// How hard its conditions are, in standard deviations: what the social shares have in common.
        hardship: f64, unit "sd";
        /// Do its true shares of low results meet the rule of federal-847 in this year and the one before? Missing where
        /// the region has no year before. Asked of the school by itself, a branch too, and however few its pupils: `rsoko synth score`
        /// asks it of the groups that the pack looks at (its least number of participants, branches with their parents).
        truly_low: Option<bool>;
        /// The same by the shares as the school marks: chance is removed, inflation is not. The printed marks can say no more.
        marked_low: Option<bool>;
        /// Is its context among the worst third of the region's schools of this year?
        adverse: bool;
        /// Adverse, and in two years or more (in all, where there are fewer) by a tenth of a standard deviation better than
        /// its context explains?
        resilient: bool;
        /// `improving`, `steady`, `falling`.
        trajectory: String;
    }
}

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
        /// The same as the school marks, lifted totals included, on the day of the test: what the printed share is a sample of.
        marked_low_share: f64, unit "share";
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

table! {
    /// A change of a school's name, independence or municipality.
    IdentityTruth "truth_identity" School sorted by ["from_year", "kind", "old_code", "new_code"] {
        /// `rename`, `merge`, `split`, `municipality`.
        kind: String;
        /// The first year in which it holds.
        from_year: i32, unit "year";
        /// The school before: of a split, the one of which it was a part.
        old_code: String;
        /// The school after: of a merger, the one of which it is a part.
        new_code: String;
        /// The short name before; of a move, the municipality.
        old_name: String;
        /// The short name after; of a move, the municipality.
        new_name: String;
    }
}
