//! A list's rule for one school, on whole numbers.

use crate::base::Year;
use crate::method::ListRule;

/// One criterion of one school in one year.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Cell {
    /// As in `indicator_value`; only `value` can be assessed.
    pub state: String,
    /// Count above the line and count below it.
    pub counts: Option<(i64, i64)>,
    /// The 95 % Wilson interval.
    pub interval: Option<(f64, f64)>,
}

impl Cell {
    pub(super) fn assessable(&self) -> Option<(i64, i64)> {
        self.counts.filter(|_| self.state == "value")
    }

    /// Is the criterion met? `None` where it cannot be assessed.
    pub(super) fn met(&self, rule: &ListRule) -> Option<bool> {
        self.assessable().map(|(x, n)| rule.condition.holds(x, n))
    }

    /// Pupils to the cut, signed.
    pub(super) fn distance(&self, rule: &ListRule) -> Option<i64> {
        self.assessable().and_then(|(x, n)| rule.condition.distance(x, n))
    }
}

/// What the rule says of one year.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct YearCount {
    assessable: usize,
    met: usize,
}

/// What the rule says of a school.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// `listed`, `not_listed`, `not_assessable`, `out_of_population`.
    pub state: &'static str,
    /// The years that count; empty where the school is not assessable.
    pub years: Vec<Year>,
    /// Each is the smallest over the years that count: the school is listed exactly where `met` reaches the rule.
    pub met: usize,
    /// Criteria that can be assessed.
    pub assessable: usize,
}

impl Verdict {
    /// Of a school that the pack's lists are not about: nothing is said of its figures.
    pub(super) fn outside() -> Self {
        Self { state: "out_of_population", years: Vec::new(), met: 0, assessable: 0 }
    }
}

/// Can a school be assessed by the rule, with these criteria of one year?
pub(super) fn is_assessable<'a>(rule: &ListRule, cells: impl Iterator<Item = &'a Cell>) -> bool {
    count(rule, cells).assessable >= rule.at_least
}

/// Judges one school. `years` are the pipeline's, rising; `cell` gives a criterion (by its position) in a year.
#[must_use]
pub fn judge<'a>(rule: &ListRule, years: &[Year], cell: &dyn Fn(usize, Year) -> &'a Cell) -> Verdict {
    let count = |year: Year| count(rule, (0..rule.criteria.len()).map(|criterion| cell(criterion, year)));
    let Some(counting) = rule.years_that_count(years, |year| count(year).assessable >= rule.at_least) else {
        let latest: Vec<YearCount> = years.iter().rev().take(rule.years).map(|&year| count(year)).collect();
        return Verdict {
            state: "not_assessable",
            years: Vec::new(),
            met: smallest(&latest, |c| c.met),
            assessable: smallest(&latest, |c| c.assessable),
        };
    };
    let counts: Vec<YearCount> = counting.iter().map(|&year| count(year)).collect();
    let met = smallest(&counts, |c| c.met);
    Verdict {
        state: if met >= rule.at_least { "listed" } else { "not_listed" },
        years: counting,
        met,
        assessable: smallest(&counts, |c| c.assessable),
    }
}

fn smallest(counts: &[YearCount], what: impl Fn(&YearCount) -> usize) -> usize {
    counts.iter().map(what).min().unwrap_or_default()
}

fn count<'a>(rule: &ListRule, cells: impl Iterator<Item = &'a Cell>) -> YearCount {
    let mut year = YearCount::default();
    for cell in cells {
        let Some(met) = cell.met(rule) else { continue };
        year.assessable += 1;
        year.met += usize::from(met);
    }
    year
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Cell, judge};
    use crate::base::Year;
    use crate::method::{Condition, ListRule, Unassessable};

    fn rule(criteria: usize, at_least: usize, years: usize, unassessable: Unassessable) -> ListRule {
        ListRule {
            id: "l".into(),
            title: Default::default(),
            criteria: (0..criteria).map(|i| format!("c{i}")).collect(),
            condition: Condition::parse(">= 0.30").unwrap(),
            at_least,
            years,
            unassessable,
            decision: Default::default(),
        }
    }

    fn cell(x: i64, n: i64, min_n: i64) -> Cell {
        let state = if n >= min_n { "value" } else { "not_assessable" };
        let interval = crate::stats::wilson(x as u64, n as u64, 0.95).map(|i| (i.low, i.high));
        Cell { state: state.into(), counts: Some((x, n)), interval }
    }

    /// The rule told plainly: walk back through the years, and count in tenths.
    fn plain(rule: &ListRule, table: &[Vec<Cell>]) -> &'static str {
        let mut low_years = Vec::new();
        for year in table.iter().rev() {
            let known: Vec<(i64, i64)> =
                year.iter().filter(|c| c.state == "value").filter_map(|c| c.counts).collect();
            if known.len() < rule.at_least {
                if rule.unassessable == Unassessable::NotAssessable && low_years.len() < rule.years {
                    return "not_assessable";
                }
                continue;
            }
            let low = known.iter().filter(|(x, n)| 10 * x >= 3 * n).count();
            low_years.push(low >= rule.at_least);
            if low_years.len() == rule.years {
                break;
            }
        }
        match low_years.len() == rule.years {
            false => "not_assessable",
            true if low_years.iter().all(|low| *low) => "listed",
            true => "not_listed",
        }
    }

    fn verdict(rule: &ListRule, table: &[Vec<Cell>]) -> super::Verdict {
        let years: Vec<Year> = (0..table.len()).map(|i| Year(2020 + i as i32)).collect();
        judge(rule, &years, &|criterion, year| &table[(year.0 - 2020) as usize][criterion])
    }

    #[test]
    fn different_criteria_may_make_different_years_low() {
        let (low, fine) = (cell(5, 10, 10), cell(0, 10, 10));
        let table = vec![
            vec![low.clone(), low.clone(), fine.clone(), fine.clone()],
            vec![fine.clone(), fine.clone(), low.clone(), low.clone()],
        ];
        let verdict = verdict(&rule(4, 2, 2, Unassessable::Skip { within: 4 }), &table);
        assert_eq!((verdict.state, verdict.met, verdict.assessable), ("listed", 2, 4));
    }

    proptest! {
        #[test]
        fn the_verdict_agrees_with_the_plain_rule(
            table in prop::collection::vec(prop::collection::vec((0i64..25, 0i64..25), 3), 1..5),
            at_least in 1usize..4,
            years in 1usize..4,
            skip in prop::bool::ANY,
            within in 1usize..5,
        ) {
            let unassessable = if skip { Unassessable::Skip { within } } else { Unassessable::NotAssessable };
            let rule = rule(3, at_least, years, unassessable);
            let within = if skip { within } else { table.len() };
            let table: Vec<Vec<Cell>> = table
                .iter()
                .map(|year| year.iter().map(|&(a, b)| cell(a.min(b), a.max(b), 6)).collect())
                .collect();
            let verdict = verdict(&rule, &table);
            prop_assert_eq!(verdict.state, plain(&rule, table.get(table.len().saturating_sub(within)..).unwrap_or_default()));
            prop_assert_eq!(verdict.state == "listed", verdict.state != "not_assessable" && verdict.met >= at_least);
            prop_assert!(verdict.met <= verdict.assessable);
        }
    }
}
