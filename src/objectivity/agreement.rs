//! Agreement of one test at four levels: classes, schools, municipalities, the region.

use std::collections::BTreeMap;

use super::region::{Cell, MARKS, Sat, Test};
use crate::base::Year;
use crate::stats::{Interval, KappaWeights, stuart_maxwell, weighted_kappa, wilson};
use crate::tables::{JournalAgreement, Register};

/// By journal mark: (lowered, all).
type Transition = [(u64, u64); MARKS];

/// The classes of a test: school, class, its counts of marks.
pub(super) type Classes = Vec<(usize, String, Cell)>;

/// Rows of classes, schools, municipalities and the region.
pub(super) fn of_test(
    sat: &Sat,
    classes: &Classes,
    schools: &[String],
    register: &Register,
    min_pupils: u64,
) -> Vec<JournalAgreement> {
    let (test, region) = (&sat.test, sat.total());
    let name = |cell: &Cell| schools.get(cell.school).map_or("", String::as_str);
    let mut municipalities: BTreeMap<&str, Cell> = BTreeMap::new();
    for cell in &sat.cells {
        // a school outside the register belongs to the region, and validation has said what is wrong
        if let Some(entry) = register.school(name(cell), Year(test.year)) {
            municipalities.entry(&entry.municipality).or_default().join(cell);
        }
    }
    let row = |level: &str, entity: &str, cell: &Cell| row(test, level, entity, cell, &region, min_pupils);
    let marked = sat.cells.iter().filter(|cell| cell.marked() > 0);
    let of_schools = marked.map(|cell| row("school", name(cell), cell));
    let of_classes = classes.iter().filter(|(.., cell)| cell.marked() > 0).map(|(school, class, cell)| {
        let name = schools.get(*school).map_or("", String::as_str);
        JournalAgreement { class: Some(class.clone()), ..row("class", name, cell) }
    });
    let of_municipalities = municipalities
        .iter()
        .filter(|(_, cell)| cell.marked() > 0)
        .map(|(name, cell)| row("municipality", name, cell));
    let of_region = (region.marked() > 0).then(|| row("region", "region", &region));
    of_classes.chain(of_schools).chain(of_municipalities).chain(of_region).collect()
}

fn row(
    test: &Test,
    level: &str,
    entity: &str,
    tally: &Cell,
    region: &Cell,
    min_pupils: u64,
) -> JournalAgreement {
    let parts = Parts::of(tally);
    let share = |count: u64| (parts.both > 0).then(|| as_share(count, parts.both));
    let interval = |count: u64| wilson(count, parts.both, 0.95);
    let (lowered, confirmed, raised) =
        (interval(parts.lowered), interval(parts.confirmed), interval(parts.raised));
    let expected = expected(&transition(tally), &transition(region));
    let enough = lowered.filter(|_| parts.both >= min_pupils);
    let [low_both, low_test_only, low_journal_only] = low(tally);
    let square: Vec<Vec<u64>> =
        tally.both.iter().map(|marks| marks.iter().map(|count| u64::from(*count)).collect()).collect();
    let described = parts.both >= min_pupils;
    let kappa = described.then(|| weighted_kappa(&square, KappaWeights::Quadratic, 0.95)).flatten();
    let margins = described.then(|| stuart_maxwell(&square)).flatten();
    JournalAgreement {
        year: test.year,
        procedure: "vpr".to_owned(),
        wave: test.wave.clone(),
        grade: test.grade,
        subject: test.subject.clone(),
        level: level.to_owned(),
        entity_id: entity.to_owned(),
        class: None,
        basis: "pupils".to_owned(),
        participants: whole(u64::from(tally.marked())),
        both_marks: whole(parts.both),
        lowered: whole(parts.lowered),
        confirmed: whole(parts.confirmed),
        raised: whole(parts.raised),
        lowered_by_two: Some(whole(parts.lowered_by_two)),
        low_both: Some(low_both),
        low_test_only: Some(low_test_only),
        low_journal_only: Some(low_journal_only),
        lowered_share: share(parts.lowered),
        lowered_low: lowered.map(|i| i.low),
        lowered_high: lowered.map(|i| i.high),
        confirmed_share: share(parts.confirmed),
        confirmed_low: confirmed.map(|i| i.low),
        confirmed_high: confirmed.map(|i| i.high),
        raised_share: share(parts.raised),
        raised_low: raised.map(|i| i.low),
        raised_high: raised.map(|i| i.high),
        lowered_expected: expected,
        lowered_against_expected: enough.zip(expected).map(|(i, e)| against(i, e).to_owned()),
        kappa: kappa.map(|agreement| agreement.kappa),
        kappa_low: kappa.map(|agreement| agreement.interval.low),
        kappa_high: kappa.map(|agreement| agreement.interval.high),
        margins_p: margins.map(|margins| margins.p),
    }
}

/// Low achievers: by both marks, by that of the test alone, by the journal's alone.
fn low(tally: &Cell) -> [i64; 3] {
    let [lowest, others @ ..] = &tally.both;
    let [both, journal_only @ ..] = lowest;
    let test_only = others.iter().map(|[low, ..]| u64::from(*low)).sum();
    [u64::from(*both), test_only, journal_only.iter().map(|count| u64::from(*count)).sum()].map(whole)
}

#[derive(Default)]
struct Parts {
    both: u64,
    lowered: u64,
    confirmed: u64,
    raised: u64,
    lowered_by_two: u64,
}

impl Parts {
    fn of(tally: &Cell) -> Self {
        let mut parts = Self::default();
        for (journal, marks) in tally.both.iter().enumerate() {
            for (mark, &count) in marks.iter().enumerate() {
                let count = u64::from(count);
                parts.both += count;
                match mark.cmp(&journal) {
                    std::cmp::Ordering::Less => parts.lowered += count,
                    std::cmp::Ordering::Equal => parts.confirmed += count,
                    std::cmp::Ordering::Greater => parts.raised += count,
                }
                if mark + 2 <= journal {
                    parts.lowered_by_two += count;
                }
            }
        }
        parts
    }
}

fn transition(tally: &Cell) -> Transition {
    let mut transition = Transition::default();
    for (journal, (marks, slot)) in tally.both.iter().zip(&mut transition).enumerate() {
        let marks = marks.map(u64::from);
        *slot = (marks.iter().take(journal).sum(), marks.iter().sum());
    }
    transition
}

/// The share that the rest of the region, with its own share lowered at each journal mark, would give this distribution
/// of journal marks. `None` where nobody has both marks, or nobody elsewhere has one of the journal marks given here.
fn expected(own: &Transition, region: &Transition) -> Option<f64> {
    let both: u64 = own.iter().map(|(_, all)| all).sum();
    let mut parts = Vec::new();
    for ((own_lowered, own_all), (lowered, all)) in own.iter().zip(region) {
        let (lowered, all) = (lowered - own_lowered, all - own_all);
        if *own_all > 0 {
            parts.push(as_share(lowered, (all > 0).then_some(all)?) * as_share(*own_all, both));
        }
    }
    (both > 0).then(|| crate::stats::sum(&parts))
}

pub(super) fn against(interval: Interval, expected: f64) -> &'static str {
    if interval.low > expected {
        "more"
    } else if interval.high < expected {
        "fewer"
    } else {
        "as_expected"
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of pupils")]
pub(super) fn as_share(count: u64, all: u64) -> f64 {
    count as f64 / all as f64
}

pub(super) fn whole(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::of_test;
    use crate::objectivity::region::{Cell, Sat, Test};
    use crate::stats::Rng;
    use crate::tables::{CHANCE_FEWER, CHANCE_MORE, Register, School, Table};

    /// Participants with each journal mark, and those lowered at it, where all schools mark alike.
    const MARKS: [(f64, f64); 4] = [(0.02, 0.0), (0.33, 0.15), (0.42, 0.35), (0.23, 0.4)];

    fn school(rng: &mut Rng, school: usize, pupils: usize) -> Cell {
        let mut tally = Cell { school, ..Cell::default() };
        for _ in 0..pupils {
            let draw = rng.uniform();
            let (mut journal, mut below) = (0, MARKS[0].0);
            while journal < 3 && draw >= below {
                journal += 1;
                below += MARKS[journal].0;
            }
            let lowered = rng.uniform() < MARKS[journal].1;
            tally.both[journal][journal - usize::from(lowered)] += 1;
        }
        tally
    }

    #[test]
    fn schools_that_mark_alike_are_flagged_as_often_as_the_documentation_says() {
        let mut rng = Rng::new(4);
        let register = Register::read(&School::frame(Vec::new()).unwrap()).unwrap();
        let test = Test { year: 2024, grade: 5, subject: "ma".into(), wave: None };
        let schools: Vec<String> = (0..146).map(|i| format!("{i:03}")).collect();
        let (mut more, mut fewer, mut all) = (0_u32, 0_u32, 0_u32);
        for _ in 0..150 {
            let cells = (0..146).map(|i| school(&mut rng, i, 10 + i * i / 360)).collect();
            let sat = Sat { test: test.clone(), cells, ..Sat::default() };
            for row in
                of_test(&sat, &Vec::new(), &schools, &register, 10).iter().filter(|row| row.level == "school")
            {
                let word = row.lowered_against_expected.as_deref();
                (more, fewer) =
                    (more + u32::from(word == Some("more")), fewer + u32::from(word == Some("fewer")));
                all += u32::from(word.is_some());
            }
        }
        for (flagged, said) in [(more, CHANCE_MORE), (fewer, CHANCE_FEWER)] {
            let (rate, error) =
                (f64::from(flagged) / f64::from(all), (said * (1.0 - said) / f64::from(all)).sqrt());
            assert!((rate - said).abs() < 4.0 * error, "{rate} {said} {error}");
        }
    }
}
