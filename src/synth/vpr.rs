//! ВПР: how the pupils of a school score, task by task, and what stands in the journal.

use std::collections::BTreeMap;

use crate::base::Year;
use crate::stats::Rng;
use crate::synth::blueprint::{Blueprint, Subject, lift};
use crate::synth::pupil::Pupil;
use crate::synth::region::{Region, below, chance, logistic, successes};
use crate::synth::school::School;

/// Standard deviation of ability in the region, schools included.
const SPREAD: f64 = 1.1;
/// What an average school lifts.
const NUDGE: f64 = 0.62;

/// The tests with their ease, by grade and subject.
#[derive(Debug, Clone)]
pub(in crate::synth) struct Tests(BTreeMap<(i32, Subject), (Blueprint, [f64; 3])>);

/// Shares of the mark 2 in the region, grade 4 to 8: mathematics, Russian.
const LOW_SHARES: [(i32, f64, f64); 5] =
    [(4, 0.04, 0.06), (5, 0.11, 0.15), (6, 0.13, 0.17), (7, 0.12, 0.17), (8, 0.13, 0.18)];

impl Tests {
    pub(in crate::synth) fn new() -> Self {
        let mut tests = BTreeMap::new();
        for (grade, maths, russian) in LOW_SHARES {
            for (subject, low_share) in [(Subject::Maths, maths), (Subject::Russian, russian)] {
                let Some(blueprint) = Blueprint::vpr(grade, subject) else { continue };
                let ease = [1.1, 1.0, 0.95].map(|year| blueprint.ease_for(low_share * year, SPREAD, NUDGE));
                tests.insert((grade, subject), (blueprint, ease));
            }
        }
        Self(tests)
    }

    pub(in crate::synth) fn get(&self, grade: i32, subject: Subject) -> Option<&Blueprint> {
        self.0.get(&(grade, subject)).map(|(blueprint, _)| blueprint)
    }

    /// Years take their difficulty by turns.
    fn ease(&self, year: Year, grade: i32, subject: Subject) -> f64 {
        let turn = usize::try_from((year.0 + 2).rem_euclid(3)).unwrap_or_default();
        self.0.get(&(grade, subject)).and_then(|(_, ease)| ease.get(turn)).copied().unwrap_or_default()
    }
}

/// One pupil in one test.
#[derive(Debug, Clone, PartialEq)]
pub struct Sitting {
    /// The pupil.
    pub pupil: Pupil,
    /// Five digits, the first is the grade.
    pub code: u32,
    /// 1 or 2.
    pub variant: u32,
    /// Points in the tasks, `None` where not attempted; no tasks at all for an absent pupil.
    pub points: Vec<Option<u32>>,
    /// The mark of the last term, where there is one.
    pub journal: Option<i32>,
}

impl Sitting {
    /// Was the pupil there?
    #[must_use]
    pub fn present(&self) -> bool {
        !self.points.is_empty()
    }

    /// The total of the tasks.
    #[must_use]
    pub fn score(&self) -> u32 {
        self.points.iter().flatten().sum()
    }
}

impl Region {
    /// The test of a grade in a subject.
    #[must_use]
    pub fn test(&self, grade: i32, subject: Subject) -> Option<&Blueprint> {
        self.tests.get(grade, subject)
    }

    /// How the pupils of a school did in a ВПР, in the order of their codes; empty where there is no such test.
    #[must_use]
    pub fn vpr(&self, school: &School, year: Year, grade: i32, subject: Subject) -> Vec<Sitting> {
        let Some(test) = self.test(grade, subject).filter(|_| school.has(grade)) else { return Vec::new() };
        let mut rng = self.rng(&format!("vpr {} {year} {grade} {}", school.id(), subject.id()));
        let ease = self.tests.ease(year, grade, subject) + 0.2 * rng.normal();
        let first = u32::try_from(grade).unwrap_or_default() * 10_000;
        self.pupils(school, year, grade)
            .into_iter()
            .map(|pupil| {
                let code = first + pupil.number;
                let variant = 1 + u32::from(chance(&mut rng, 0.5));
                let points = if chance(&mut rng, 0.05) {
                    Vec::new()
                } else {
                    points(test, pupil.in_subject(subject), ease, school.nudge, &mut rng)
                };
                let score = points.iter().flatten().sum();
                let mark = test.mark(score);
                let journal = (!chance(&mut rng, 0.012)).then(|| journal(mark, school.leniency, &mut rng));
                Sitting { pupil, code, variant, points, journal }
            })
            .collect()
    }
}

fn points(test: &Blueprint, ability: f64, ease: f64, nudge: f64, rng: &mut Rng) -> Vec<Option<u32>> {
    let mut points: Vec<u32> =
        test.tasks.iter().map(|task| successes(rng, task.max, test.point(task, ability, ease))).collect();
    let score: u32 = points.iter().sum();
    let [pass, ..] = test.cuts;
    if score < pass && chance(rng, lift(pass - score, nudge)) {
        raise(test, &mut points, pass - score, rng);
    }
    points.into_iter().map(|score| (score > 0 || !chance(rng, 0.12)).then_some(score)).collect()
}

/// Adds points one by one to tasks that are not full.
fn raise(test: &Blueprint, points: &mut [u32], missing: u32, rng: &mut Rng) {
    for _ in 0..missing {
        let open: Vec<usize> = test
            .tasks
            .iter()
            .zip(points.iter())
            .enumerate()
            .filter_map(|(at, (task, &score))| (score < task.max).then_some(at))
            .collect();
        let chosen = open.get(below(rng, open.len())).copied();
        if let Some(score) = chosen.and_then(|at| points.get_mut(at)) {
            *score += 1;
        }
    }
}

/// The mark in the journal: mostly that of the test, more often above than below, hardly ever a 2.
fn journal(mark: i32, leniency: f64, rng: &mut Rng) -> i32 {
    let above = logistic(-1.15 + leniency);
    let below = logistic(-2.2 - leniency);
    let draw = rng.uniform();
    let moved = match draw {
        d if d < above => mark + 1,
        d if d < above + below => mark - 1,
        _ => mark,
    };
    let moved = moved.clamp(2, 5);
    if moved == 2 && chance(rng, 0.8) { 3 } else { moved }
}
