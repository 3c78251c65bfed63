//! The rows of `list_entry`, `reason`, `list_change` and `list_model`.

use std::collections::BTreeSet;

use super::cells::Cells;
use super::change;
use super::obstacle::obstacle;
use super::posterior::{Answer, Plan, Posterior, Question, Reliabilities, ask};
use super::rule::{Cell, Verdict, is_assessable, judge};
use crate::base::{Seed, Year};
use crate::method::{ListRule, MethodPack};
use crate::tables::{ListChange, ListEntry, ListModel, Reason, Register};

/// The state of a school that the pack's lists are not about.
const OUTSIDE: &str = "out_of_population";

/// What is known before the rule is asked.
pub(super) struct Known<'a> {
    pub pack: &'a MethodPack,
    pub cells: &'a Cells,
    pub reliabilities: &'a Reliabilities,
    pub register: &'a Register,
    /// Why the pack's lists are not about this school in a year, in a word.
    pub left_out: &'a dyn Fn(&str, Year) -> Option<String>,
    /// Draws of the schools' true shares; 0 for none.
    pub draws: usize,
    pub seed: Seed,
}

/// The rows of all lists.
#[derive(Default)]
pub(super) struct Written {
    pub entries: Vec<ListEntry>,
    pub reasons: Vec<Reason>,
    pub changes: Vec<ListChange>,
    pub models: Vec<ListModel>,
}

/// One school by one list, now and a year earlier.
pub(super) struct Judged {
    pub school: String,
    /// Missing where the school is gone.
    pub now: Option<Verdict>,
    /// Missing where there was no such school, or no year before.
    pub before: Option<Verdict>,
}

impl Known<'_> {
    fn excluded(&self, criterion: &str, year: Year) -> bool {
        self.pack.indicator(criterion).is_some_and(|indicator| indicator.excludes(year))
    }

    pub fn cell(&self, rule: &ListRule, criterion: usize, year: Year, school: &str) -> &Cell {
        self.cells.get(rule.criteria.get(criterion).map_or("", String::as_str), year, school)
    }

    fn schools(&self, year: Year) -> BTreeSet<&str> {
        let mut schools: BTreeSet<&str> = self.register.ids(year);
        schools.extend(self.cells.schools(year));
        schools
    }

    /// The shares that the rule looks at where these years count.
    fn plan(&self, rule: &ListRule, verdict: &Verdict, school: &str) -> Option<Plan> {
        let of_year = |&year: &Year| {
            (0..rule.criteria.len())
                .filter(|&criterion| self.cell(rule, criterion, year, school).assessable().is_some())
                .map(|criterion| (criterion, year))
                .collect()
        };
        (!verdict.years.is_empty()).then(|| verdict.years.iter().map(of_year).collect())
    }
}

/// Judges every school by one list. The list's year is the latest in which a school can be assessed: a year of the pipeline
/// that has no results yet has no list either. Its schools are those of that year's register and those that have results in
/// it. Gives that year, or `None` where no school can be assessed in any.
pub(super) fn list(
    rule: &ListRule,
    years: &[Year],
    known: &Known<'_>,
    written: &mut Written,
) -> Option<Year> {
    let latest = latest_assessable(rule, years, known.cells);
    let years = latest.and_then(|latest| years.get(..=latest)).unwrap_or(years);
    let (&year, earlier) = years.split_last()?;
    let judged = all(rule, years, earlier, known);
    let questions: Vec<Question> = judged
        .iter()
        .map(|judged| {
            let plan = |verdict: &Option<Verdict>| {
                verdict.as_ref().and_then(|verdict| known.plan(rule, verdict, &judged.school))
            };
            let outside = judged.now.as_ref().is_none_or(|verdict| verdict.state == OUTSIDE);
            let (now, before) = (plan(&judged.now), plan(&judged.before));
            Question { school: judged.school.clone(), outside, now, before }
        })
        .collect();
    let seed = known.seed.of(&rule.id);
    let Posterior { answers, model } = ask(known, rule, years, seed, &questions);
    written.models.extend(model);
    let nothing = Answer::default();
    for judged in &judged {
        let answer = answers.get(&judged.school).unwrap_or(&nothing);
        written.changes.extend(change::rows(rule, year, known, judged, answer));
        let Some(verdict) = &judged.now else { continue };
        if verdict.state != OUTSIDE {
            reasons(rule, year, years, known, &judged.school, verdict, answer, &mut written.reasons);
        }
        written.entries.push(entry(rule, years, known, &judged.school, verdict, answer));
    }
    latest.map(|_| year)
}

/// Every school of this year's list and of that of the year before.
fn all(rule: &ListRule, years: &[Year], earlier: &[Year], known: &Known<'_>) -> Vec<Judged> {
    let of = |years: &[Year]| years.last().map(|&year| known.schools(year)).unwrap_or_default();
    let (now, before) = (of(years), of(earlier));
    let verdict =
        |years: &[Year], school: &str| match years.last().and_then(|&year| (known.left_out)(school, year)) {
            Some(_) => Verdict::outside(),
            None => judge(rule, years, &|at, year| known.cell(rule, at, year, school)),
        };
    now.union(&before)
        .map(|&school| Judged {
            school: school.to_owned(),
            now: now.contains(school).then(|| verdict(years, school)),
            before: before.contains(school).then(|| verdict(earlier, school)),
        })
        .collect()
}

#[expect(clippy::too_many_arguments, reason = "a row of a table has as many sources")]
fn reasons(
    rule: &ListRule,
    year: Year,
    years: &[Year],
    known: &Known<'_>,
    school: &str,
    verdict: &Verdict,
    answer: &Answer,
    reasons: &mut Vec<Reason>,
) {
    let looked_at = if verdict.years.is_empty() {
        years.iter().rev().take(rule.years).rev().copied().collect()
    } else {
        verdict.years.clone()
    };
    for (at, criterion) in rule.criteria.iter().enumerate() {
        for &criterion_year in &looked_at {
            let cell = known.cell(rule, at, criterion_year, school);
            reasons.push(Reason {
                year: year.0,
                school_id: school.to_owned(),
                criterion: criterion.clone(),
                criterion_year: criterion_year.0,
                // of a figure that does not count it would be read as a verdict
                probability: cell
                    .assessable()
                    .and_then(|_| answer.criteria.get(&(at, criterion_year)).copied()),
                ..reason(rule, cell)
            });
        }
    }
}

/// The position of the latest year in which some school can be assessed; `None` where none can be in any.
fn latest_assessable(rule: &ListRule, years: &[Year], cells: &Cells) -> Option<usize> {
    let has_school = |year: Year| {
        let criteria = |school| rule.criteria.iter().map(move |criterion| cells.get(criterion, year, school));
        cells.schools(year).into_iter().any(|school| is_assessable(rule, criteria(school)))
    };
    years.iter().rposition(|&year| has_school(year))
}

fn entry(
    rule: &ListRule,
    years: &[Year],
    known: &Known<'_>,
    school: &str,
    verdict: &Verdict,
    answer: &Answer,
) -> ListEntry {
    let year = years.last().copied().unwrap_or(Year(0));
    let registered = known.register.school(school, year);
    let small = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
    let left_out = (verdict.state == OUTSIDE).then(|| (known.left_out)(school, year)).flatten();
    let obstacle = (verdict.years.is_empty() && left_out.is_none()).then(|| {
        obstacle(rule, years, |year| {
            let of = move |id: &'_ String| (known.cells.get(id, year, school), known.excluded(id, year));
            rule.criteria.iter().map(of)
        })
    });
    let counting: Vec<String> = verdict.years.iter().map(Year::to_string).collect();
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
        years: counting.join(", "),
        probability: answer.now.map(|chance| chance.value),
        probability_error: answer.now.map(|chance| chance.error),
        verdict: answer.now.map(|chance| rule.decision.word(chance.value).to_owned()),
        deficit: answer.deficit,
        rank: answer.rank.map(|(rank, ..)| rank),
        rank_low: answer.rank.map(|(_, low, _)| low),
        rank_high: answer.rank.map(|(.., high)| high),
        tier: answer.tier,
        obstacle: left_out.or_else(|| obstacle.map(|found| found.word.to_owned())),
        obstacle_year: obstacle.and_then(|found| found.year).map(|year| year.0),
        obstacle_participants: obstacle.and_then(|found| found.participants),
        // a decision comes after the computation, from a file of its own
        decided: None,
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of pupils")]
fn reason(rule: &ListRule, cell: &Cell) -> Reason {
    Reason {
        list: rule.id.clone(),
        state: cell.state.clone(),
        value: cell.counts.map(|(x, n)| x as f64 / n as f64),
        low: cell.interval.map(|(low, _)| low),
        high: cell.interval.map(|(_, high)| high),
        numerator: cell.counts.map(|(x, _)| x),
        denominator: cell.counts.map(|(_, n)| n),
        threshold: rule.condition.threshold.value(),
        comparison: rule.condition.comparison.as_str().to_owned(),
        met: cell.met(rule),
        distance_pupils: cell.distance(rule),
        ..Reason::default()
    }
}
