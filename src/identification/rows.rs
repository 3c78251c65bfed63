//! The rows of `list_entry` and `reason`.

use std::collections::{BTreeMap, BTreeSet};

use super::cells::Cells;
use super::obstacle::obstacle;
use super::rule::{Cell, Verdict, is_assessable, judge};
use crate::base::Year;
use crate::method::ListRule;
use crate::stats::BetaPrior;
use crate::tables::{ListEntry, Reason, Register};

/// What is known before the rule is asked.
pub(super) struct Known<'a> {
    pub cells: &'a Cells,
    pub register: &'a Register,
    /// Does the pack exclude this criterion's year?
    pub excluded: &'a dyn Fn(&str, Year) -> bool,
    /// Why the pack's lists are not about this school in a year, in a word.
    pub left_out: &'a dyn Fn(&str, Year) -> Option<String>,
}

/// Judges every school by one list. The list's year is the latest in which a school can be assessed: a year of the pipeline
/// that has no results yet has no list either. Its schools are those of that year's register and those that have results in
/// it. Gives that year, or `None` where no school can be assessed in any.
pub(super) fn list(
    rule: &ListRule,
    years: &[Year],
    known: &Known<'_>,
    entries: &mut Vec<ListEntry>,
    reasons: &mut Vec<Reason>,
) -> Option<Year> {
    let (cells, register) = (known.cells, known.register);
    let latest = latest_assessable(rule, years, cells);
    let years = latest.and_then(|latest| years.get(..=latest)).unwrap_or(years);
    let &year = years.last()?;
    let mut priors = BTreeMap::new();
    for criterion in &rule.criteria {
        for &year in years {
            priors.insert((criterion.as_str(), year), cells.prior(criterion, year));
        }
    }
    let mut schools: BTreeSet<&str> = register.ids(year);
    schools.extend(cells.schools(year));
    for school in schools {
        if let Some(reason) = (known.left_out)(school, year) {
            let entry = entry(rule, year, school, register, &Verdict::outside());
            entries.push(ListEntry { obstacle: Some(reason), ..entry });
            continue;
        }
        let cell = |criterion: usize, year: Year| {
            cells.get(rule.criteria.get(criterion).map_or("", String::as_str), year, school)
        };
        let verdict = judge(rule, years, &cell);
        let looked_at = if verdict.years.is_empty() {
            years.iter().rev().take(rule.years).rev().copied().collect()
        } else {
            verdict.years.clone()
        };
        for criterion in &rule.criteria {
            for &criterion_year in &looked_at {
                let cell = cells.get(criterion, criterion_year, school);
                let prior = priors.get(&(criterion.as_str(), criterion_year)).and_then(Option::as_ref);
                let reason = reason(rule, cell, prior);
                let (criterion, school_id) = (criterion.clone(), school.to_owned());
                reasons.push(Reason {
                    year: year.0,
                    school_id,
                    criterion,
                    criterion_year: criterion_year.0,
                    ..reason
                });
            }
        }
        let obstacle = verdict.years.is_empty().then(|| {
            obstacle(rule, years, |year| {
                let of = move |id: &'_ String| (cells.get(id, year, school), (known.excluded)(id, year));
                rule.criteria.iter().map(of)
            })
        });
        entries.push(ListEntry {
            obstacle: obstacle.map(|found| found.word.to_owned()),
            obstacle_year: obstacle.and_then(|found| found.year).map(|year| year.0),
            obstacle_participants: obstacle.and_then(|found| found.participants),
            ..entry(rule, year, school, register, &verdict)
        });
    }
    latest.map(|_| year)
}

/// The position of the latest year in which some school can be assessed; `None` where none can be in any.
fn latest_assessable(rule: &ListRule, years: &[Year], cells: &Cells) -> Option<usize> {
    let has_school = |year: Year| {
        let criteria = |school| rule.criteria.iter().map(move |criterion| cells.get(criterion, year, school));
        cells.schools(year).into_iter().any(|school| is_assessable(rule, criteria(school)))
    };
    years.iter().rposition(|&year| has_school(year))
}

fn entry(rule: &ListRule, year: Year, school: &str, register: &Register, verdict: &Verdict) -> ListEntry {
    let registered = register.school(school, year);
    let small = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
    let years: Vec<String> = verdict.years.iter().map(Year::to_string).collect();
    ListEntry {
        list: rule.id.clone(),
        year: year.0,
        school_id: school.to_owned(),
        name_short: registered.map_or_else(|| school.to_owned(), |entry| entry.name_short.clone()),
        municipality: registered.map(|entry| entry.municipality.clone()).unwrap_or_default(),
        state: verdict.state.to_owned(),
        criteria_met: small(verdict.met),
        criteria_assessable: small(verdict.assessable),
        criteria_needed: small(rule.at_least),
        criteria_sure: small(verdict.sure),
        years: years.join(", "),
        certainty: verdict.certainty.map(str::to_owned),
        ..ListEntry::default()
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of pupils")]
fn reason(rule: &ListRule, cell: &Cell, prior: Option<&BetaPrior>) -> Reason {
    let threshold = rule.condition.threshold.value();
    let probability = prior.zip(cell.counts).map(|(prior, (x, n))| {
        let above = prior.posterior_at_least(x.unsigned_abs(), n.unsigned_abs(), threshold);
        if rule.condition.comparison.is_upward() { above } else { 1.0 - above }
    });
    Reason {
        list: rule.id.clone(),
        state: cell.state.clone(),
        value: cell.counts.map(|(x, n)| x as f64 / n as f64),
        low: cell.interval.map(|(low, _)| low),
        high: cell.interval.map(|(_, high)| high),
        numerator: cell.counts.map(|(x, _)| x),
        denominator: cell.counts.map(|(_, n)| n),
        threshold,
        comparison: rule.condition.comparison.as_str().to_owned(),
        met: cell.met(rule),
        distance_pupils: cell.distance(rule),
        probability: probability.filter(|p| p.is_finite()),
        ..Reason::default()
    }
}
