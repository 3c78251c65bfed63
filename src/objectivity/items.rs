//! Patterns in the tasks, where task scores were sent: easy ones worse and hard ones better than in the region, and equal answers
//! within a class.
//!
//! Both are shown and carry no grade: what was taught in a school makes its tasks easier or harder too, and the honest regions
//! that the false-flag rates come from have no tasks.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::{Column, DataFrame};

use crate::base::{Fault, FaultCode, Place, Result};
use crate::objectivity::kind::Finding;
use crate::objectivity::region::{Region, Test};
use crate::stats::{
    Against, Count, Evidence, UnitNorm, benjamini_hochberg, fit_unit_norm, logit, mean, wilson,
};
use crate::tables::{Marker, ints, texts};

/// Columns of `item_score` that are read.
pub(super) const COLUMNS: &[&str] = &["source_id", "row", "position", "item", "score", "max", "state"];
/// Columns of `result` by which a row of tasks is found.
pub(super) const KEYS: &[&str] = &["source_id", "row"];

/// Fewer participants of a school, or tasks, make no pattern; fewer of a class are not compared with each other.
const PUPILS_MIN: usize = 10;
const TASKS_MIN: usize = 5;
const CLASS_MIN: usize = 5;
/// q up to which a pattern is flagged where it is more than a trifle: the slope against difficulty, the share of equal answers.
const FLAGGED: f64 = 0.05;
const PATTERN_GATE: f64 = 0.25;
const EQUAL_GATE: f64 = 0.10;

/// A pupil in a test.
struct Answers {
    school: usize,
    class: String,
    /// Points of each task, missing where it was not taught.
    points: BTreeMap<String, Option<f64>>,
}

/// The tasks of one test: highest points by name, and the pupils.
#[derive(Default)]
struct Tasks {
    max: BTreeMap<String, f64>,
    pupils: Vec<Answers>,
}

/// The rows of both patterns.
pub(super) fn markers(region: &Region, results: &DataFrame, items: &DataFrame) -> Result<Vec<Marker>> {
    if items.height() == 0 {
        return Ok(Vec::new());
    }
    let mut rows = Vec::new();
    for (test, tasks) in read(region, results, items)? {
        rows.extend(patterns(region, &test, &tasks));
        rows.extend(equal_answers(region, &test, &tasks));
    }
    Ok(rows)
}

/// Where a row of tasks belongs.
type Seats<'a> = BTreeMap<(&'a str, i32), (Test, usize, &'a str)>;

fn seats<'a>(region: &Region, results: &'a DataFrame) -> Result<Seats<'a>> {
    let malformed =
        |error| Fault::new(FaultCode::TableMalformed).at(Place::Table("result".to_owned())).because(error);
    let words = |name: &str| results.column(name).and_then(Column::str).map_err(malformed);
    let numbers = |name: &str| results.column(name).and_then(Column::i32).map_err(malformed);
    let repeats = results.column("repeat").and_then(Column::bool).map_err(malformed)?;
    let tests = numbers("year")?.iter().zip(numbers("grade")?.iter());
    let tests = tests.zip(words("subject")?.iter()).zip(words("wave")?.iter());
    let pupils = words("school_id")?.iter().zip(words("class")?.iter());
    let counted = words("procedure")?.iter().zip(words("status")?.iter()).zip(repeats.iter());
    let places = words("source_id")?.iter().zip(numbers("row")?.iter());
    let mut seats = Seats::new();
    for (((test, (school, class)), counted), (source, row)) in tests.zip(pupils).zip(counted).zip(places) {
        let (((Some(year), Some(grade)), Some(subject)), wave) = test else { continue };
        let (Some(school), Some(source), Some(row)) = (school, source, row) else { continue };
        if counted != ((Some("vpr"), Some("present")), Some(false)) {
            continue;
        }
        let Ok(school) = region.schools.binary_search_by(|known| known.as_str().cmp(school)) else {
            continue;
        };
        let test = Test { year, grade, subject: subject.to_owned(), wave: wave.map(str::to_owned) };
        seats.insert((source, row), (test, school, class.unwrap_or_default()));
    }
    Ok(seats)
}

fn read(region: &Region, results: &DataFrame, items: &DataFrame) -> Result<BTreeMap<Test, Tasks>> {
    let seats = seats(region, results)?;
    let known: BTreeSet<&Test> = region.tests.iter().map(|sat| &sat.test).collect();
    let (sources, rows) = (texts(items, "source_id")?, ints(items, "row")?);
    let (names, states) = (texts(items, "item")?, texts(items, "state")?);
    let (scores, highest) = (crate::tables::floats(items, "score")?, crate::tables::floats(items, "max")?);
    let mut tests: BTreeMap<Test, Tasks> = BTreeMap::new();
    let mut open: Option<(&str, i32)> = None;
    let cells = sources.iter().zip(&rows).zip(names.iter().zip(&states)).zip(scores.iter().zip(&highest));
    for (((source, row), (name, state)), (score, max)) in cells {
        let (Some(source), Some(row), Some(name)) = (source.as_deref(), *row, name) else { continue };
        let Some((test, school, class)) = seats.get(&(source, row)).filter(|seat| known.contains(&seat.0))
        else {
            continue;
        };
        let tasks = tests.entry(test.clone()).or_default();
        if open != Some((source, row)) {
            open = Some((source, row));
            let answers = Answers { school: *school, class: (*class).to_owned(), points: BTreeMap::new() };
            tasks.pupils.push(answers);
        }
        let points = match state.as_deref() {
            Some("scored") => *score,
            // who did not try has no point
            Some("not_attempted") => Some(0.0),
            _ => None,
        };
        if let Some(max) = max.filter(|max| *max > 0.0) {
            tasks.max.insert(name.clone(), max);
        }
        tasks.pupils.last_mut().into_iter().for_each(|pupil| {
            pupil.points.insert(name.clone(), points);
        });
    }
    Ok(tests)
}

/// Points that were won and that could be, by task.
type Won<'a> = BTreeMap<&'a str, (f64, f64, u32)>;

fn won<'a>(tasks: &'a Tasks, pupils: impl Iterator<Item = &'a Answers>) -> Won<'a> {
    let mut won = Won::new();
    for pupil in pupils {
        for (name, points) in &pupil.points {
            if let Some((points, max)) = points.zip(tasks.max.get(name)) {
                let slot = won.entry(name).or_default();
                *slot = (slot.0 + points, slot.1 + max, slot.2 + 1);
            }
        }
    }
    won
}

/// How much better a school does at hard tasks than at easy ones, beside the region: the slope of its log-odds against difficulty.
fn patterns(region: &Region, test: &Test, tasks: &Tasks) -> Vec<Marker> {
    let all = won(tasks, tasks.pupils.iter());
    let mut by_school: BTreeMap<usize, Vec<&Answers>> = BTreeMap::new();
    for pupil in &tasks.pupils {
        by_school.entry(pupil.school).or_default().push(pupil);
    }
    let mut units = Vec::new();
    for (school, pupils) in &by_school {
        if pupils.len() < PUPILS_MIN {
            continue;
        }
        let own = won(tasks, pupils.iter().copied());
        units.extend(slope(&own, &all).map(|(evidence, level)| (*school, pupils.len(), evidence, level)));
    }
    let plain: Vec<(Evidence, f64)> = units.iter().map(|unit| (unit.2, unit.3)).collect();
    let Some(norm) = fit_unit_norm(&plain, true) else { return Vec::new() };
    let mut rows = Vec::new();
    for (school, pupils, evidence, level) in units {
        let (Evidence::Estimate { value, variance }, Some(against)) =
            (evidence, norm.against(&evidence, level, false))
        else {
            continue;
        };
        let half = 1.959_963_984_540_054 * (norm.chance * variance).sqrt();
        let found = Found { school, pupils, value, expected: norm.expected(level), half: [half; 2], against };
        rows.push(row(region, test, "item_pattern", "ratio", PATTERN_GATE, found));
    }
    adjusted(rows)
}

/// Slope and mean of what a school's tasks differ by in log-odds; each task weighs by its information.
fn slope(own: &Won<'_>, all: &Won<'_>) -> Option<(Evidence, f64)> {
    let mut points = Vec::new();
    for (name, (won, of, pupils)) in own {
        let (region_won, region_of, _) = all.get(name)?;
        let share = region_won / region_of;
        let n = f64::from(*pupils);
        if share > 0.01 && share < 0.99 {
            let odds = logit((n * won / of + 0.5) / (n + 1.0));
            points.push((n * share * (1.0 - share), -logit(share), odds - logit(share)));
        }
    }
    if points.len() < TASKS_MIN {
        return None;
    }
    let total: f64 = points.iter().map(|point| point.0).sum();
    let middle = |pick: fn(&(f64, f64, f64)) -> f64| {
        points.iter().map(|point| point.0 * pick(point)).sum::<f64>() / total
    };
    let (hardness, level) = (middle(|point| point.1), middle(|point| point.2));
    let room: f64 = points.iter().map(|(w, hard, _)| w * (hard - hardness) * (hard - hardness)).sum();
    let product: f64 = points.iter().map(|(w, hard, odds)| w * (hard - hardness) * (odds - level)).sum();
    (room > 0.0).then(|| (Evidence::Estimate { value: product / room, variance: 1.0 / room }, level))
}

/// Pupils of a class whose answers are those of another one, task for task. Who has all points or none says nothing.
fn equal_answers(region: &Region, test: &Test, tasks: &Tasks) -> Vec<Marker> {
    let full: f64 = tasks.max.values().sum();
    let mut classes: BTreeMap<(usize, &str), Vec<Answer>> = BTreeMap::new();
    let mut totals: BTreeMap<i64, Pairs> = BTreeMap::new();
    for pupil in &tasks.pupils {
        let known: Option<Vec<f64>> = pupil.points.values().copied().collect();
        let Some(answer) = known.filter(|points| points.len() >= TASKS_MIN).map(Answer::of) else { continue };
        if answer.total > 0 && answer.total < hundredths(full) {
            totals.entry(answer.total).or_default().add(pupil.school, &answer);
            classes.entry((pupil.school, &pupil.class)).or_default().push(answer);
        }
    }
    let chances: BTreeMap<i64, f64> =
        totals.iter().filter_map(|(total, pairs)| Some((*total, pairs.chance()?))).collect();
    let mut schools: BTreeMap<usize, Count> = BTreeMap::new();
    for ((school, _), answers) in classes.iter().filter(|(_, answers)| answers.len() >= CLASS_MIN) {
        let count = repeated(answers, &chances);
        schools.entry(*school).or_default().join(&count);
    }
    // hardly anybody answers alike: the norm is chance itself, made wider where schools differ by more
    let norm = UnitNorm { chance: wider(schools.values()), units: schools.len(), ..UnitNorm::default() };
    let mut rows = Vec::new();
    for (school, count) in schools {
        let evidence = Evidence::Count(count);
        let Some(against) = norm.against(&evidence, 0.0, false) else { continue };
        let Some((expected, _)) = count.moved(norm.centre) else { continue };
        let (value, expected) = (count.observed / count.trials, expected / count.trials);
        let half = wilson(whole(count.observed), whole(count.trials), 0.95)
            .map_or([0.0; 2], |bounds| [value - bounds.low, bounds.high - value]);
        let pupils = usize::try_from(whole(count.trials)).unwrap_or_default();
        let found = Found { school, pupils, value, expected, half, against };
        rows.push(row(region, test, "equal_answers", "share", EQUAL_GATE, found));
    }
    adjusted(rows)
}

/// A pupil's points in hundredths, in the order of the tasks' names.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Answer {
    total: i64,
    points: Vec<i64>,
}

impl Answer {
    fn of(points: Vec<f64>) -> Self {
        let points: Vec<i64> = points.into_iter().map(hundredths).collect();
        Self { total: points.iter().sum(), points }
    }
}

/// Pairs of pupils with one total, of different schools: how many are alike.
#[derive(Default)]
struct Pairs {
    all: BTreeMap<usize, u64>,
    alike: BTreeMap<Vec<i64>, BTreeMap<usize, u64>>,
}

impl Pairs {
    fn add(&mut self, school: usize, answer: &Answer) {
        *self.all.entry(school).or_default() += 1;
        *self.alike.entry(answer.points.clone()).or_default().entry(school).or_default() += 1;
    }

    /// Of pairs from two schools so many are alike; half a pair more, since none of few is not never.
    #[expect(clippy::cast_precision_loss, reason = "pairs of pupils")]
    fn chance(&self) -> Option<f64> {
        let between = |schools: &BTreeMap<usize, u64>| {
            let all: u64 = schools.values().sum();
            let own: u64 = schools.values().map(|count| count * count).sum();
            (all * all - own) as f64 / 2.0
        };
        let pairs = between(&self.all);
        let alike = mean(&self.alike.values().map(between).collect::<Vec<_>>())? * self.alike.len() as f64;
        (pairs > 0.0).then(|| (alike + 0.5) / (pairs + 1.0))
    }
}

/// Pupils of a class less its different answers, beside the alike pairs that chance makes.
#[expect(clippy::cast_precision_loss, reason = "pupils of a class")]
fn repeated(answers: &[Answer], chances: &BTreeMap<i64, f64>) -> Count {
    let different: BTreeSet<&Answer> = answers.iter().collect();
    let mut totals: BTreeMap<i64, u32> = BTreeMap::new();
    answers.iter().for_each(|answer| *totals.entry(answer.total).or_default() += 1);
    let expected: f64 = totals
        .iter()
        .map(|(total, count)| {
            let pairs = f64::from(*count) * (f64::from(*count) - 1.0) / 2.0;
            pairs * chances.get(total).copied().unwrap_or(1.0)
        })
        .sum();
    let trials = answers.len() as f64;
    let share = (expected / trials).clamp(1e-6, 0.95);
    let mut count = Count::default();
    count.add((answers.len() - different.len()) as f64, trials, share);
    count
}

/// How much wider than chance schools differ: Pearson's dispersion without the tenth that lies farthest out, at least 1.
fn wider<'a>(counts: impl Iterator<Item = &'a Count>) -> f64 {
    let square = |count: &Count| {
        let far = count.observed - count.expected;
        (count.variance > 0.0).then(|| far * far / count.variance)
    };
    let mut squares: Vec<f64> = counts.filter_map(square).collect();
    squares.sort_by(f64::total_cmp);
    squares.truncate(squares.len() - squares.len() / 10);
    mean(&squares).unwrap_or(1.0).max(1.0)
}

/// What was found of a school.
struct Found {
    school: usize,
    pupils: usize,
    value: f64,
    expected: f64,
    /// To the lower and to the upper end of the interval.
    half: [f64; 2],
    against: Against,
}

fn row(region: &Region, test: &Test, marker: &str, unit: &str, gate: f64, found: Found) -> Marker {
    let effect = found.value - found.expected;
    let [below, above] = found.half;
    Marker {
        marker_set: "rsoko".to_owned(),
        marker: marker.to_owned(),
        year: test.year,
        wave: test.wave.clone(),
        grade: test.grade,
        subject: test.subject.clone(),
        school_id: region.schools.get(found.school).cloned().unwrap_or_default(),
        finding: Some(Finding::VprInflated.id().to_owned()),
        participants: i64::try_from(found.pupils).unwrap_or(i64::MAX),
        statistic: Some(found.value),
        expected: Some(found.expected),
        unit: unit.to_owned(),
        p: Some(found.against.above),
        p_kind: Some(if found.against.exact { "exact" } else { "asymptotic" }.to_owned()),
        effect: Some(effect),
        effect_low: Some(effect - below),
        effect_high: Some(effect + above),
        gate: Some(effect >= gate),
        ..Marker::default()
    }
}

/// q among the schools of the test, and what is flagged by it.
fn adjusted(mut rows: Vec<Marker>) -> Vec<Marker> {
    let q = benjamini_hochberg(&rows.iter().map(|row| row.p).collect::<Vec<_>>());
    for (row, q) in rows.iter_mut().zip(q) {
        row.q = q;
        row.flag = row.gate.zip(q).map(|(gate, q)| gate && q <= FLAGGED);
    }
    rows
}

#[expect(clippy::cast_possible_truncation, reason = "points of a task")]
fn hundredths(points: f64) -> i64 {
    (100.0 * points).round() as i64
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number of pupils")]
fn whole(pupils: f64) -> u64 {
    pupils.round() as u64
}

#[cfg(test)]
mod tests {
    use super::{Answers, Tasks, equal_answers, patterns};
    use crate::objectivity::region::{Region, Test};
    use crate::stats::{Rng, expit};

    /// Thirty schools of forty pupils and twelve tasks of one point. In the last but one, hard tasks are as good as easy ones; in
    /// the last, half of a class has the same answers.
    fn tasks(rng: &mut Rng) -> (Region, Tasks) {
        let schools: Vec<String> = (0..30).map(|school| format!("{school:02}")).collect();
        let ease = |task: usize| 2.0 - 0.35 * task as f64;
        let mut tasks = Tasks::default();
        for task in 0..12 {
            tasks.max.insert(format!("{task:02}"), 1.0);
        }
        for school in 0..30 {
            let level = 0.5 * rng.normal();
            for class in ["А", "Б"] {
                for pupil in 0..20 {
                    let own = level + rng.normal();
                    let points: Vec<f64> = (0..12)
                        .map(|task| {
                            let odds = if school == 28 { own + 0.3 } else { own + ease(task) };
                            f64::from(u8::from(rng.uniform() < expit(odds)))
                        })
                        .collect();
                    let copied = school == 29 && class == "Б" && pupil % 2 == 0;
                    let points = if copied {
                        (0..12).map(|task| f64::from(task % 5 / 2)).map(|p| p.min(1.0)).collect()
                    } else {
                        points
                    };
                    let points = (0..12).map(|task| (format!("{task:02}"), Some(points[task]))).collect();
                    tasks.pupils.push(Answers { school, class: class.into(), points });
                }
            }
        }
        (Region { schools, ..Region::default() }, tasks)
    }

    #[test]
    fn a_turned_difficulty_and_copied_answers_are_seen() {
        let test = Test { year: 2024, grade: 5, subject: "ma".into(), wave: None };
        let mut wrong = [0, 0];
        for seed in 0..8 {
            let (region, tasks) = tasks(&mut Rng::new(seed));
            let both = [patterns(&region, &test, &tasks), equal_answers(&region, &test, &tasks)];
            for ((rows, planted), wrong) in both.iter().zip(["28", "29"]).zip(&mut wrong) {
                assert_eq!(rows.len(), 30);
                let flagged = |id: &str| rows.iter().any(|row| row.school_id == id && row.flag == Some(true));
                assert!(flagged(planted), "{seed} {planted}");
                *wrong +=
                    rows.iter().filter(|row| row.school_id != planted && row.flag == Some(true)).count();
            }
        }
        // q of 0.05 with one planted school each: hardly any of 232 honest ones
        assert!(wrong.iter().all(|wrong| *wrong <= 3), "{wrong:?}");
    }
}
