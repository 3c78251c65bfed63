//! Who entered a list since the year before, and who left it.

use std::collections::BTreeSet;

use super::posterior::Answer;
use super::rows::{Judged, Known};
use super::rule::{Cell, Verdict};
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
        change_probability: chance,
        change_verdict: chance.map(|chance| confirmed(rule.decision.word(chance)).to_owned()),
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
        rows.push(ListChange { turn: of_school(&row).to_owned(), ..row });
    }
    if rows.iter().all(|row| UNSEEN.contains(&row.turn.as_str())) {
        for row in &mut rows {
            (row.change_probability, row.change_verdict) = (None, None);
        }
    }
    rows
}

/// Turns that say nothing of how pupils did: what changed is what can be seen, and that has no probability.
const UNSEEN: [&str; 6] =
    ["unseen_before", "unseen_now", "no_results_now", "no_tests_now", "out_of_population", "gone"];

/// What is said of a change whose probability the pack calls so.
fn confirmed(word: &str) -> &str {
    match word {
        "yes" => "confirmed",
        "no" => "not_confirmed",
        other => other,
    }
}

/// What happened to a school of which no single criterion turned.
pub(super) fn of_school(row: &ListChange) -> &str {
    match (row.change.as_str(), row.state_before.as_str(), row.state.as_str()) {
        ("left", _, "not_assessable") => "unseen_now",
        ("left", _, state @ ("out_of_population" | "gone")) => state,
        ("entered", "not_assessable", _) => "unseen_before",
        _ => "",
    }
}

/// A criterion that turned.
struct Turned {
    criterion: String,
    turn: &'static str,
    out: Year,
    value_before: Option<f64>,
    came: Year,
    value: Option<f64>,
    participants: Option<i64>,
    threshold: f64,
}

impl Turned {
    fn onto(self, row: ListChange) -> ListChange {
        ListChange {
            criterion: self.criterion,
            turn: self.turn.to_owned(),
            before_year: Some(self.out.0),
            value_before: self.value_before,
            criterion_year: Some(self.came.0),
            value: self.value,
            participants: self.participants,
            threshold: Some(self.threshold),
            ..row
        }
    }
}

/// The criteria that are met in the year that came in and were not in the year that went out, or the other way round. A
/// school that is or was not assessable has no years of its own, and no single criterion is the reason.
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
    let Some((out, came)) = only(&before.years, &now.years).zip(only(&now.years, &before.years)) else {
        return Vec::new();
    };
    let of = |(at, criterion): (usize, &String)| {
        let [past, present] = [out, came].map(|year| known.cell(rule, at, year, school));
        Some(Turned {
            criterion: criterion.clone(),
            turn: turn(past, present, rule, entered)?,
            out,
            value_before: share(past),
            came,
            value: share(present),
            participants: present.counts.map(|(_, n)| n),
            threshold: rule.condition.threshold.value(),
        })
    };
    rule.criteria.iter().enumerate().filter_map(of).collect()
}

/// What a criterion did; `None` where it says the same of both years, or the opposite of the change.
fn turn(past: &Cell, present: &Cell, rule: &ListRule, entered: bool) -> Option<&'static str> {
    match (past.met(rule), present.met(rule)) {
        (Some(false), Some(true)) if entered => Some("reached"),
        (None, Some(true)) if entered => Some("unseen_before"),
        (Some(true), Some(false)) if !entered => Some("no_longer"),
        (Some(true), None) if !entered => Some(match present.state.as_str() {
            "not_assessable" => "unseen_now",
            "not_applicable" => "no_tests_now",
            _ => "no_results_now",
        }),
        _ => None,
    }
}

/// The share, where it counts: of a few pupils it would look as if it had.
fn share(cell: &Cell) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "counts of pupils")]
    cell.assessable().map(|(x, n)| x as f64 / n as f64)
}

#[cfg(test)]
mod tests {
    use super::{share, turn};
    use crate::identification::rule::Cell;
    use crate::method::{Condition, ListRule, Unassessable};

    #[test]
    fn a_figure_that_does_not_count_is_said_to_be_none_and_is_not_printed() {
        let rule = ListRule {
            id: "l".into(),
            title: Default::default(),
            criteria: vec!["c".into()],
            condition: Condition::parse(">= 0.30").unwrap(),
            at_least: 1,
            years: 1,
            unassessable: Unassessable::Skip { within: 3 },
            decision: Default::default(),
        };
        let cell = |state: &str, counts| Cell { state: state.into(), counts, interval: None };
        let [high, low] = [6, 2].map(|x| cell("value", Some((x, 20))));
        let few = cell("not_assessable", Some((4, 9)));
        let [absent, none] = ["missing", "not_applicable"].map(|state| cell(state, None));
        for (past, present, entered, told) in [
            (&low, &high, true, Some("reached")),
            (&few, &high, true, Some("unseen_before")),
            (&high, &low, false, Some("no_longer")),
            (&high, &few, false, Some("unseen_now")),
            (&high, &absent, false, Some("no_results_now")),
            (&high, &none, false, Some("no_tests_now")),
            (&high, &high, false, None),
            (&few, &low, false, None),
            (&low, &high, false, None),
            (&high, &few, true, None),
        ] {
            assert_eq!(turn(past, present, &rule, entered), told, "{past:?} {present:?}");
        }
        assert_eq!([&high, &few, &absent].map(share), [Some(0.3), None, None]);
    }
}
