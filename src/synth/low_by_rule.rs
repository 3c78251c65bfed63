//! Who is truly low: true shares held against a list's rule, by the code that judges the printed ones.
//!
//! Two ask: the truth that is written with a region, of every school by itself and however few its pupils; and the score of a
//! run, of the groups that the run's pack looks at (its least number of participants, branches with their parents).

use std::collections::BTreeMap;

use crate::base::Year;
use crate::identification::{Cell, judge};
use crate::method::ListRule;

/// A true share is held against the rule as so many of a million.
const MILLION: f64 = 1e6;

/// Low results and participants of schools by year, one pair for each criterion of a rule.
pub(in crate::synth) struct Shares<'a, K> {
    rule: &'a ListRule,
    sums: BTreeMap<(Year, K), Vec<(f64, f64)>>,
}

impl<'a, K: Ord + Clone> Shares<'a, K> {
    /// Nobody yet.
    pub fn of(rule: &'a ListRule) -> Self {
        Self { rule, sums: BTreeMap::new() }
    }

    /// The participants of a test that a criterion counts, and the true share of low results among them.
    pub fn add(&mut self, (year, school): (Year, K), criterion: usize, share: f64, participants: f64) {
        let criteria = self.rule.criteria.len();
        let sums = self.sums.entry((year, school)).or_insert_with(|| vec![(0.0, 0.0); criteria]);
        if let Some((low, all)) = sums.get_mut(criterion) {
            *low += share * participants;
            *all += participants;
        }
    }

    /// What can be judged: a criterion with fewer participants than `least` says has a true share too, but no rule looks at it.
    pub fn cells(self, least: impl Fn(usize) -> f64) -> TrueCells<'a, K> {
        let cell = |(at, (low, all)): (usize, (f64, f64))| Cell {
            state: if all > 0.0 && all >= least(at) { "value" } else { "not_assessable" }.to_owned(),
            counts: (all > 0.0).then(|| (libm::round(low / all * MILLION) as i64, MILLION as i64)),
            interval: None,
        };
        let of_school = |sums: Vec<(f64, f64)>| sums.into_iter().enumerate().map(cell).collect();
        let cells = self.sums.into_iter().map(|(key, sums)| (key, of_school(sums))).collect();
        TrueCells { rule: self.rule, cells }
    }
}

/// True shares as a rule looks at them.
pub(in crate::synth) struct TrueCells<'a, K> {
    rule: &'a ListRule,
    cells: BTreeMap<(Year, K), Vec<Cell>>,
}

impl<K: Ord + Clone> TrueCells<'_, K> {
    /// One criterion of a school in a year.
    pub fn get(&self, year: Year, school: &K, criterion: usize) -> Option<&Cell> {
        self.cells.get(&(year, school.clone()))?.get(criterion)
    }

    /// The schools of each year.
    pub fn schools(&self) -> impl Iterator<Item = &(Year, K)> {
        self.cells.keys()
    }

    /// Do the school's true shares meet the rule? `None` where too few of these years can be judged.
    pub fn truly_low(&self, years: &[Year], school: &K) -> Option<bool> {
        let nothing = Cell::default();
        let cell = |criterion: usize, year: Year| self.get(year, school, criterion).unwrap_or(&nothing);
        match judge(self.rule, years, &cell).state {
            "not_assessable" => None,
            state => Some(state == "listed"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Shares;
    use crate::base::Year;
    use crate::method::MethodPack;

    /// Eight pupils, half of them truly low in two criteria of two years.
    #[test]
    fn a_small_school_is_truly_low_by_itself_and_no_case_for_the_rule() {
        let pack =
            MethodPack::parse("p.toml", include_str!("../../pipelines/methods/federal-847.toml")).unwrap();
        let years = [2024, 2025].map(Year);
        let judged = |least: f64, share: f64| {
            let mut shares = Shares::of(&pack.lists[0]);
            for year in years {
                [0, 1].into_iter().for_each(|criterion| shares.add((year, 7_u32), criterion, share, 8.0));
            }
            let cells = shares.cells(|_| least);
            assert_eq!(cells.schools().count(), 2);
            cells.truly_low(&years, &7)
        };
        assert_eq!([judged(0.0, 0.5), judged(0.0, 0.299)], [Some(true), Some(false)]);
        assert_eq!(judged(10.0, 0.5), None);
    }
}
