//! `journal_agreement`: marks of the test against marks of the journal.

use crate::tables::spec::table;

/// Share of the tests of schools that mark as the rest of their region does and are called `more` by chance alone, with
/// 10 to 68 participants each. Simulated; the test of the stage `objectivity` holds it.
pub const CHANCE_MORE: f64 = 0.026;
/// The same for `fewer`.
pub const CHANCE_FEWER: f64 = 0.016;

table! {
    /// Lowered, confirmed, raised: participants who have both marks, of one test at one level.
    JournalAgreement "journal_agreement" School
        sorted by ["year", "procedure", "grade", "subject", "wave", "level", "entity_id", "class"] {
        /// The year.
        year: i32, unit "year";
        /// `vpr`.
        procedure: String;
        /// `spring`, `autumn`.
        wave: Option<String>;
        /// Grade.
        grade: i32, unit "grade";
        /// Subject.
        subject: String;
        /// `class`, `school`, `municipality`, `region`; classes only where the school has several in the test.
        level: String;
        /// School id (of a class too), municipality, or `region`.
        entity_id: String;
        /// The class; missing at other levels.
        class: Option<String>;
        /// `pupils`: from rows of pupils; `counts`: from printed counts, where no pupil of the test has both marks.
        basis: String;
        /// Participants with a mark in the test.
        participants: i64, unit "pupils";
        /// Of them with a journal mark: the base of the shares.
        both_marks: i64, unit "pupils";
        /// Mark below the journal's.
        lowered: i64, unit "pupils";
        /// Mark equal to the journal's.
        confirmed: i64, unit "pupils";
        /// Mark above the journal's.
        raised: i64, unit "pupils";
        /// Two marks or more below the journal's.
        lowered_by_two: Option<i64>, unit "pupils";
        /// Low achievers by both marks: 2 in the test and in the journal. Missing where only counts were sent, as all that follows
        /// from single marks.
        low_both: Option<i64>, unit "pupils";
        /// 2 in the test, 3 and higher in the journal: low achievers whom the journal does not show.
        low_test_only: Option<i64>, unit "pupils";
        /// 2 in the journal, 3 and higher in the test.
        low_journal_only: Option<i64>, unit "pupils";
        /// Share lowered; missing where nobody has both marks.
        lowered_share: Option<f64>, unit "share";
        /// Lower end of its 95 % Wilson interval.
        lowered_low: Option<f64>, unit "share";
        /// Upper end of it.
        lowered_high: Option<f64>, unit "share";
        /// Share confirmed.
        confirmed_share: Option<f64>, unit "share";
        /// Lower end of its interval.
        confirmed_low: Option<f64>, unit "share";
        /// Upper end of it.
        confirmed_high: Option<f64>, unit "share";
        /// Share raised.
        raised_share: Option<f64>, unit "share";
        /// Lower end of its interval.
        raised_low: Option<f64>, unit "share";
        /// Upper end of it.
        raised_high: Option<f64>, unit "share";
        /// Share lowered that the rest of the region, at each journal mark, would give the journal marks given here;
        /// missing for the region itself, and where nobody elsewhere has one of these journal marks. From counts: the share
        /// lowered in the other schools, whatever their journal marks.
        lowered_expected: Option<f64>, unit "share";
        /// Does the whole interval lie above (`more`) or below (`fewer`) the expected share? `as_expected` otherwise;
        /// missing where there is no expected share, or fewer than `min_pupils` (10) participants have both marks. A sign to
        /// look at, not an accusation: of schools that mark as the rest of their region does, with 10 to 68 such pupils
        /// each, 2.6 % are called `more` and 1.6 % `fewer` by chance alone (simulated).
        lowered_against_expected: Option<String>;
        /// Agreement of both marks beyond chance: Cohen's κ with quadratic weights. A description, no test of honesty.
        kappa: Option<f64>;
        /// Lower end of its 95 % interval.
        kappa_low: Option<f64>;
        /// Upper end of it.
        kappa_high: Option<f64>;
        /// p of Stuart and Maxwell: are the margins of both marks alike? They are not where the whole region lowers; a description.
        margins_p: Option<f64>;
    }
}
