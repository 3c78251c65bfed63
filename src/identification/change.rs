//! Who entered a list since the year before, and who left it.

use std::collections::BTreeSet;

use super::posterior::Answer;
use super::rows::{Judged, Known};
use super::rule::Verdict;
use crate::base::Year;
use crate::method::ListRule;
use crate::tables::ListChange;

/// The rows of a school that is or was on the list: one for each criterion of which the year that came in says otherwise
/// than the year that went out, else one without a criterion.
pub(super) fn rows(
    rule: &ListRule,
    year: Year,
    known: &Known<'_>,
    judged: &Judged,
    answer: &Answer,
) -> Vec<ListChange> {
    let Some(before) = &judged.before else { return Vec::new() };
    let listed = |verdict: &Verdict| verdict.state == "listed";
    let (word, chance) = match (listed(before), judged.now.as_ref().is_some_and(listed)) {
        (false, false) => return Vec::new(),
        (false, true) => ("entered", answer.entered),
        (true, false) => ("left", answer.left),
        (true, true) => ("stays", answer.both),
    };
    let registered = known.register.school(&judged.school, year);
    let row = ListChange {
        list: rule.id.clone(),
        year: year.0,
        school_id: judged.school.clone(),
        name_short: registered.map_or_else(|| judged.school.clone(), |school| school.name_short.clone()),
        municipality: registered.map(|school| school.municipality.clone()).unwrap_or_default(),
        change: word.to_owned(),
        state_before: before.state.to_owned(),
        // a school of which neither register nor results know
        state: judged.now.as_ref().map_or("gone", |verdict| verdict.state).to_owned(),
        threshold: rule.condition.threshold.value(),
        probability: chance,
        verdict: chance.map(|chance| rule.decision.word(chance).to_owned()),
        ..ListChange::default()
    };
    let mut rows = match (&judged.now, word) {
        (Some(now), "entered" | "left") => {
            turned(rule, known, &judged.school, before, now, word == "entered")
                .into_iter()
                .map(|turned| turned.onto(row.clone()))
                .collect()
        }
        _ => Vec::new(),
    };
    if rows.is_empty() {
        rows.push(row);
    }
    rows
}

/// A criterion that turned.
struct Turned {
    criterion: String,
    went_out: (Year, Option<f64>),
    came_in: (Year, Option<f64>),
}

impl Turned {
    fn onto(self, row: ListChange) -> ListChange {
        ListChange {
            criterion: self.criterion,
            before_year: Some(self.went_out.0.0),
            value_before: self.went_out.1,
            criterion_year: Some(self.came_in.0.0),
            value: self.came_in.1,
            ..row
        }
    }
}

/// The criteria that are met in the year that came in and were not in the year that went out, or the other way round.
fn turned(
    rule: &ListRule,
    known: &Known<'_>,
    school: &str,
    before: &Verdict,
    now: &Verdict,
    entered: bool,
) -> Vec<Turned> {
    let only = |of: &[Year], other: &[Year]| {
        let other: BTreeSet<Year> = other.iter().copied().collect();
        of.iter().rev().copied().find(|year| !other.contains(year))
    };
    // a school that is or was not assessable has no years of its own: the latest ones of the run stand for them
    let Some((out, came)) = only(&before.years, &now.years).zip(only(&now.years, &before.years)) else {
        return Vec::new();
    };
    let mut turned = Vec::new();
    for (at, criterion) in rule.criteria.iter().enumerate() {
        let cell = |year| known.cell(rule, at, year, school);
        let met = |year| cell(year).met(rule) == Some(true);
        if met(came) == entered && met(out) != entered {
            let value = |year| {
                #[expect(clippy::cast_precision_loss, reason = "counts of pupils")]
                let share = |(x, n): (i64, i64)| x as f64 / n as f64;
                (year, cell(year).counts.map(share))
            };
            turned.push(Turned { criterion: criterion.clone(), went_out: value(out), came_in: value(came) });
        }
    }
    turned
}
