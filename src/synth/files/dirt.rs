//! The dirt of the senders: which school of which file breaks which rule. Everything here is described, without names,
//! in the README beside the files.

use crate::base::Year;
use crate::synth::blueprint::Subject;
use crate::synth::region::Region;
use crate::synth::school::{Kind, School};

/// A test of a year.
pub(super) type Test = (Year, i32, Subject);

/// Who breaks what.
pub(super) struct Dirt {
    first: Year,
    last: Year,
    /// Ids of schools of middling size, spread over the region.
    chosen: Vec<String>,
}

impl Dirt {
    pub(super) fn plan(region: &Region) -> Self {
        let fit = |school: &&School| {
            matches!(school.kind, Kind::General | Kind::Lyceum) && (8.0..40.0).contains(&school.cohort)
        };
        let candidates: Vec<String> = region.schools.iter().filter(fit).map(School::id).collect();
        const SPOTS: usize = 12;
        let chosen = (0..SPOTS)
            .filter_map(|spot| candidates.get((2 * spot + 1) * candidates.len() / (2 * SPOTS)).cloned())
            .collect();
        let first = region.years.first().copied().unwrap_or(Year(0));
        let last = region.years.last().copied().unwrap_or(Year(0));
        Self { first, last, chosen }
    }

    fn is(&self, spot: usize, school: &School) -> bool {
        self.chosen.get(spot).is_some_and(|id| *id == school.id())
    }

    /// The formula of the printed total left out the last three tasks.
    pub(super) fn wrong_totals(&self, test: Test, school: &School) -> bool {
        test == (self.first, 5, Subject::Maths) && self.is(0, school)
    }

    /// Another form: the last two tasks stand to the right of everything, under no header.
    pub(super) fn other_form(&self, test: Test, school: &School) -> bool {
        test == (self.first, 6, Subject::Russian) && self.is(1, school)
    }

    /// All numbers of the file are texts.
    pub(super) fn all_text(&self, test: Test) -> bool {
        test == (self.first, 5, Subject::Russian)
    }

    /// Headers of tasks without the blank: `5(1б)`.
    pub(super) fn tight_headers(&self, test: Test) -> bool {
        test == (self.first, 6, Subject::Maths)
    }

    /// A filter was left on: only the rows of one municipality can be seen.
    pub(super) fn filter_left(&self, test: Test) -> bool {
        test.0 > self.first && test.0 < self.last && (test.1, test.2) == (6, Subject::Maths)
    }

    /// Codes as `50001.0`.
    pub(super) fn decimal_codes(&self, test: Test, school: &School) -> bool {
        test.0 > self.first && test.1 == 5 && self.is(2, school)
    }

    /// No-break spaces around the points.
    pub(super) fn spaced_points(&self, test: Test, school: &School) -> bool {
        test.0 > self.first && self.is(3, school)
    }

    /// The first pupil's journal mark is a 7.
    pub(super) fn impossible_mark(&self, test: Test, school: &School) -> bool {
        test == (self.last, 6, Subject::Maths) && self.is(4, school)
    }

    /// The first pupil stands twice.
    pub(super) fn pupil_twice(&self, test: Test, school: &School) -> bool {
        test == (self.last, 5, Subject::Maths) && self.is(5, school)
    }

    /// A school that the register does not know follows this one.
    pub(super) fn unregistered_after(&self, test: Test, school: &School) -> bool {
        test == (self.last, 5, Subject::Russian) && self.is(6, school)
    }

    /// One point lies above the task's maximum.
    pub(super) fn too_many_points(&self, test: Test, school: &School) -> bool {
        test == (self.last, 6, Subject::Russian) && self.is(7, school)
    }

    /// A count above the number of all pupils.
    pub(super) fn count_above_total(&self, year: Year, school: &School) -> bool {
        year == self.last && self.is(8, school)
    }

    /// Words instead of a count.
    pub(super) fn words_for_count(&self, year: Year, school: &School) -> bool {
        year >= self.first && self.is(9, school)
    }

    /// A no-break space inside the number of all pupils.
    pub(super) fn spaced_total(&self, year: Year, school: &School) -> bool {
        year > self.first && self.is(10, school)
    }

    /// The primary score of an exam is a word.
    pub(super) fn words_for_score(&self, year: Year, school: &School) -> bool {
        year == self.last && self.is(11, school)
    }

    /// `город` in place of `г.`.
    pub(super) fn other_spelling(&self, year: Year) -> bool {
        year == self.first
    }
}
