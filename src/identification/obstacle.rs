//! Why a school cannot be assessed, in one word and the year that it is true of.

use super::rule::Cell;
use crate::base::Year;
use crate::method::ListRule;

/// What stands in the way of an assessment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Obstacle {
    /// `no_results`, `few_criteria`, `few_participants`, `excluded_year`, `no_tests`, `few_years`.
    pub word: &'static str,
    /// The year that it is true of; `None` where it is true of all of them.
    pub year: Option<Year>,
    /// Of `few_participants`: the most participants that a criterion had.
    pub participants: Option<i64>,
}

/// The obstacles of a year in the order in which they are told: those first that files may mend.
const ORDER: [&str; 5] = ["no_results", "few_criteria", "few_participants", "excluded_year", "no_tests"];

/// The obstacle of a school that cannot be assessed: of its latest years, as many as the rule asks for. `cells` gives the
/// criteria of a year, each with whether the pack excludes that year.
pub(super) fn obstacle<'a, I>(rule: &ListRule, years: &[Year], cells: impl Fn(Year) -> I) -> Obstacle
where
    I: Iterator<Item = (&'a Cell, bool)>,
{
    let latest: Vec<Year> = years.iter().rev().take(rule.years).copied().collect();
    let found: Vec<Obstacle> = latest.iter().filter_map(|&year| of_year(rule, year, cells(year))).collect();
    let all = |words: &[&str]| found.len() == latest.len() && found.iter().all(|o| words.contains(&o.word));
    let throughout = |word| Obstacle { word, year: None, participants: None };
    if found.is_empty() {
        throughout("few_years")
    } else if all(&["no_tests"]) {
        throughout("no_tests")
    } else if all(&["no_results", "no_tests"]) {
        throughout("no_results")
    } else {
        let place = |obstacle: &&Obstacle| ORDER.iter().position(|word| *word == obstacle.word);
        // the latest year first, and `min_by_key` keeps the first of equals
        found.iter().min_by_key(place).copied().unwrap_or(throughout("few_years"))
    }
}

/// The obstacle of one year, if it has one.
fn of_year<'a>(
    rule: &ListRule,
    year: Year,
    cells: impl Iterator<Item = (&'a Cell, bool)>,
) -> Option<Obstacle> {
    let (mut known, mut few, mut shut, mut absent, mut most) = (0usize, 0usize, 0usize, 0usize, None);
    for (cell, excluded) in cells {
        match (cell.state.as_str(), cell.counts) {
            ("value", _) => known += 1,
            ("not_assessable", _) if excluded => shut += 1,
            ("not_assessable", Some((_, n))) => {
                few += 1;
                most = most.max(Some(n));
            }
            ("not_applicable", _) => {}
            _ => absent += 1,
        }
    }
    let of = |word, participants| Some(Obstacle { word, year: Some(year), participants });
    match rule.at_least {
        needed if known >= needed => None,
        needed if known + few >= needed => of("few_participants", most),
        needed if known + few + shut >= needed => of("excluded_year", None),
        _ if known + few + shut > 0 => of("few_criteria", None),
        _ if absent > 0 => of("no_results", None),
        _ => of("no_tests", None),
    }
}

#[cfg(test)]
mod tests {
    use super::{Obstacle, obstacle};
    use crate::base::Year;
    use crate::identification::rule::Cell;
    use crate::method::{Condition, ListRule, Unassessable};

    /// The states of three criteria in a year: `v`alue, `f`ew (7 pupils), e`x`cluded, `m`issing, `n`ot applicable.
    fn told(years: &[&str]) -> (&'static str, Option<i32>, Option<i64>) {
        let rule = ListRule {
            id: "l".into(),
            title: Default::default(),
            criteria: (0..3).map(|i| format!("c{i}")).collect(),
            condition: Condition::parse(">= 0.30").unwrap(),
            at_least: 2,
            years: 2,
            unassessable: Unassessable::Skip { within: 3 },
            decision: Default::default(),
        };
        let cells: Vec<Vec<(Cell, bool)>> = years
            .iter()
            .map(|year| {
                let cell = |letter| match letter {
                    'v' => ("value", Some((5, 20)), false),
                    'f' => ("not_assessable", Some((5, 7)), false),
                    'x' => ("not_assessable", None, true),
                    'm' => ("missing", None, false),
                    _ => ("not_applicable", None, false),
                };
                let of = |(state, counts, excluded): (&str, _, _)| {
                    (Cell { state: state.into(), counts, interval: None }, excluded)
                };
                year.chars().map(|letter| of(cell(letter))).collect()
            })
            .collect();
        let first = 2026 - i32::try_from(years.len()).unwrap();
        let run: Vec<Year> = (first..2026).map(Year).collect();
        let at = |year: Year| cells[usize::try_from(year.0 - first).unwrap()].iter().map(|(c, x)| (c, *x));
        let Obstacle { word, year, participants } = obstacle(&rule, &run, at);
        (word, year.map(|year| year.0), participants)
    }

    #[test]
    fn the_reason_is_true_of_the_year_that_it_names() {
        assert_eq!(told(&["vvv", "vfm", "vvv"]), ("few_participants", Some(2024), Some(7)));
        assert_eq!(told(&["vvv", "ffm", "vff"]), ("few_participants", Some(2025), Some(7)), "the latest");
        assert_eq!(told(&["mmm", "vvv", "ffn"]), ("few_participants", Some(2025), Some(7)));
        assert_eq!(told(&["vvv", "mmm", "fff"]), ("no_results", Some(2024), None), "what files may mend");
        assert_eq!(told(&["vvv", "vvn", "vmm"]), ("few_criteria", Some(2025), None));
        assert_eq!(told(&["vvv", "vxn", "vvv"]), ("excluded_year", Some(2024), None));
        assert_eq!(told(&["vvv", "mmm", "nnn"]), ("no_results", None, None));
        assert_eq!(told(&["vvv", "nnn", "nnn"]), ("no_tests", None, None));
        assert_eq!(told(&["vvv"]), ("few_years", None, None));
    }
}
