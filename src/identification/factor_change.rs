//! Who entered a list by an index since the year before, who left it, and which factors carried them over the cut.

use std::collections::{BTreeMap, BTreeSet};

use super::adverse::Place;
use super::change;
use crate::base::Year;
use crate::tables::{ListChange, Register};

/// One share of a school in a year, and what it adds to the index.
pub(super) struct Factor {
    pub measure: String,
    pub contribution: f64,
    pub value: Option<f64>,
    pub pupils: Option<i64>,
    pub threshold: Option<f64>,
}

/// A year of the set: its places, and the known factors of each school.
pub(super) struct Side {
    pub year: i32,
    pub places: Vec<Place>,
    pub factors: BTreeMap<String, Vec<Factor>>,
}

impl Side {
    fn place(&self, school: &str) -> Option<&Place> {
        self.places.iter().find(|place| place.school == school)
    }

    fn factors(&self, school: &str) -> &[Factor] {
        self.factors.get(school).map_or(&[], Vec::as_slice)
    }
}

/// The rows of all schools that are or were on the list.
pub(super) fn rows(before: &Side, now: &Side, list: &str, register: &Register) -> Vec<ListChange> {
    let listed = |side: &Side| -> BTreeSet<String> {
        let places = side.places.iter().filter(|place| place.state == "listed");
        places.map(|place| place.school.clone()).collect()
    };
    let schools: BTreeSet<String> = listed(before).union(&listed(now)).cloned().collect();
    schools.iter().flat_map(|school| of_school(before, now, list, school, register)).collect()
}

fn of_school(before: &Side, now: &Side, list: &str, school: &str, register: &Register) -> Vec<ListChange> {
    let [past, present] = [before, now].map(|side| side.place(school));
    // the school was not there: there is nothing to compare
    let Some(past) = past else { return Vec::new() };
    let is_listed = |place: &Place| place.state == "listed";
    let entered = present.is_some_and(is_listed);
    let registered = register.school(school, Year(now.year));
    let row = ListChange {
        list: list.to_owned(),
        year: now.year,
        school_id: school.to_owned(),
        name_short: registered.map_or_else(|| school.to_owned(), |entry| entry.name_short.clone()),
        municipality: registered.map(|entry| entry.municipality.clone()).unwrap_or_default(),
        change: match (is_listed(past), entered) {
            (true, true) => "stays",
            (false, _) => "entered",
            (true, false) => "left",
        }
        .to_owned(),
        state_before: past.state.clone(),
        state: present.map_or("gone", |place| place.state.as_str()).to_owned(),
        change_verdict: present.and_then(|present| confirmed(past, present)).map(str::to_owned),
        ..ListChange::default()
    };
    let mut rows: Vec<ListChange> = if row.change == "stays" {
        Vec::new()
    } else {
        carrying(past, present, before.factors(school), now.factors(school))
            .into_iter()
            .map(|(was, is)| with_factor(&row, before.year, was, is, entered))
            .collect()
    };
    if rows.is_empty() {
        let turn = if row.change == "stays" { "" } else { change::of_school(&row) };
        rows.push(ListChange { turn: turn.to_owned(), ..row });
    }
    rows
}

/// `confirmed` where both intervals lie wholly on their sides of the cut.
fn confirmed(past: &Place, present: &Place) -> Option<&'static str> {
    let sure = |place: &Place| {
        let (low, high) = place.interval?;
        Some(place.is_beyond(low, high))
    };
    Some(if sure(past)? && sure(present)? { "confirmed" } else { "undecided" })
}

/// The same factor in both years; `None` where it was or is unknown.
type Pair<'a> = (Option<&'a Factor>, Option<&'a Factor>);

/// The fewest factors, those that changed most first, without whose change the index would still lie on its old side of the
/// cut. None where one of the years has no index.
fn carrying<'a>(
    past: &Place,
    present: Option<&Place>,
    before: &'a [Factor],
    now: &'a [Factor],
) -> Vec<Pair<'a>> {
    let Some(((_, index), cut)) = past.index.zip(present.and_then(|p| p.index)).zip(present.map(|p| p.cut))
    else {
        return Vec::new();
    };
    let entered = index >= cut;
    let find = |of: &'a [Factor], measure: &str| of.iter().find(|factor| factor.measure == measure);
    let measures: BTreeSet<&str> = before.iter().chain(now).map(|factor| factor.measure.as_str()).collect();
    let step = |(was, is): &Pair<'_>| {
        let contribution = |factor: Option<&Factor>| factor.map_or(0.0, |factor| factor.contribution);
        contribution(*is) - contribution(*was)
    };
    let towards = |pair: &Pair<'_>| if entered { step(pair) } else { -step(pair) };
    let mut pairs: Vec<Pair<'_>> =
        measures.into_iter().map(|measure| (find(before, measure), find(now, measure))).collect();
    pairs.sort_by(|a, b| towards(b).total_cmp(&towards(a)));
    let mut without = index;
    let mut carrying = Vec::new();
    for pair in pairs {
        if (without >= cut) != entered || towards(&pair) <= 0.0 {
            break;
        }
        without -= step(&pair);
        carrying.push(pair);
    }
    carrying
}

fn with_factor(
    row: &ListChange,
    before_year: i32,
    was: Option<&Factor>,
    is: Option<&Factor>,
    harder: bool,
) -> ListChange {
    ListChange {
        criterion: is.or(was).map(|factor| factor.measure.clone()).unwrap_or_default(),
        turn: if harder { "harder" } else { "easier" }.to_owned(),
        before_year: Some(before_year),
        value_before: was.and_then(|factor| factor.value),
        criterion_year: Some(row.year),
        value: is.and_then(|factor| factor.value),
        participants: is.and_then(|factor| factor.pupils),
        threshold: is.or(was).and_then(|factor| factor.threshold),
        ..row.clone()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Factor, Side, rows};
    use crate::identification::adverse::Place;
    use crate::tables::{ListChange, Register, School, Table};

    /// A school, its state, what its factors add to the index, half the width of the interval.
    type Told<'a> = (&'a str, &'a str, &'a [(&'a str, f64)], f64);

    fn side(year: i32, schools: &[Told<'_>]) -> Side {
        let place = |&(school, state, factors, around): &Told<'_>| {
            let index = (!factors.is_empty()).then(|| factors.iter().map(|(_, part)| part).sum::<f64>());
            Place {
                list: "adverse".into(),
                school: school.into(),
                state: state.into(),
                cut: 0.75,
                index,
                interval: index.map(|index| (index - around, index + around)),
                known: 3,
                outside: None,
            }
        };
        let factor = |(measure, contribution): &(&str, f64)| Factor {
            measure: (*measure).into(),
            contribution: *contribution,
            value: Some(0.1),
            pupils: Some(200),
            threshold: Some(0.2),
        };
        Side {
            year,
            places: schools.iter().map(place).collect(),
            factors: schools
                .iter()
                .map(|(school, _, factors, _)| ((*school).into(), factors.iter().map(factor).collect()))
                .collect::<BTreeMap<_, _>>(),
        }
    }

    #[test]
    fn the_fewest_factors_that_carried_a_school_over_the_cut_are_named() {
        let before = side(
            2024,
            &[
                ("1", "not_listed", &[("a", 0.2), ("b", 0.1), ("c", 0.3)], 0.1),
                ("2", "listed", &[("a", 0.5), ("b", 0.5), ("c", 0.0)], 0.4),
                ("3", "listed", &[("a", 0.9)], 0.1),
                ("4", "not_assessable", &[], 0.1),
                ("5", "listed", &[("a", 0.9)], 0.1),
                ("6", "not_listed", &[("a", 0.1)], 0.1),
            ],
        );
        let now = side(
            2025,
            &[
                // 0.6 → 1.0: without a (+0.3) it would be 0.7, on the old side
                ("1", "listed", &[("a", 0.5), ("b", 0.25), ("c", 0.25)], 0.1),
                // 1.0 → 0.4: without b (−0.4) it would be 0.8
                ("2", "not_listed", &[("a", 0.4), ("b", 0.1), ("c", -0.1)], 0.1),
                ("3", "listed", &[("a", 0.8)], 0.1),
                ("4", "listed", &[("a", 0.8)], 0.1),
                ("5", "not_assessable", &[], 0.1),
                ("6", "not_listed", &[("a", 0.2)], 0.1),
                ("7", "listed", &[("a", 2.0)], 0.1),
            ],
        );
        let register = Register::read(&School::frame(Vec::<School>::new()).unwrap()).unwrap();
        let rows = rows(&before, &now, "adverse", &register);
        let told = |row: &ListChange| {
            let of = [&row.school_id, &row.change, &row.criterion, &row.turn].map(String::as_str);
            (of.join(" "), row.change_verdict.clone().unwrap_or_default())
        };
        let told: Vec<(String, String)> = rows.iter().map(told).collect();
        let line = |text: &str, verdict: &str| (text.to_owned(), verdict.to_owned());
        assert_eq!(
            told,
            [
                line("1 entered a harder", "confirmed"),
                line("2 left b easier", "undecided"),
                line("3 stays  ", "undecided"),
                line("4 entered  unseen_before", ""),
                line("5 left  unseen_now", ""),
            ],
            "a school that was not there did not enter"
        );
    }
}
