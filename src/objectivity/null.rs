//! Our own model of this region in which nobody inflates: how often would the whole procedure accuse an honest school?
//!
//! Sizes, difficulty, levels of schools, journal marks at each score and absence are those of the real region. Its norm is
//! honest in two senses: `Norm` keeps the bunching at the pass score, as a habit of the whole region with schools that
//! differ as far as most of them do; `Smooth` has none. School, test and class effects and their sizes are drawn anew.
//! A cohort is the same pupils in each subject and year: who is weak in one test is weak in the others as far as the region's
//! codes show it, so that a school's tests are fewer observations than they seem.
//! The model knows nothing of the synthetic twin.

use crate::objectivity::kernels::{HOLE, Moments, Said, moments};
use crate::objectivity::kind::Kind;
use crate::objectivity::region::{
    ByJournal, Cell, Exam, ExamSat, JOURNAL, MARKS, Region, Sat, Test, mark_at,
};
use crate::objectivity::weigh::Outcome;
use crate::stats::{Evidence, Rng, UnitNorm, expit, fit_unit_norm, logit, normal_quantile};

/// Which honest region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Flavour {
    /// The region's own norm, bunching included.
    Norm,
    /// No bunching at all.
    Smooth,
}

impl Flavour {
    pub(super) const ALL: [Self; 2] = [Self::Norm, Self::Smooth];

    pub(super) fn id(self) -> &'static str {
        match self {
            Self::Norm => "norm",
            Self::Smooth => "smooth",
        }
    }
}

/// How far schools differ: for good, and from test to test.
#[derive(Debug, Clone, Copy, Default)]
struct Spread {
    lasting: f64,
    passing: f64,
}

/// One school in one test.
struct Seat {
    school: usize,
    pupils: u32,
    /// Level on the scale of the tilt: by empirical Bayes, and its error.
    level: f64,
    error: f64,
    absent: u32,
}

struct TestModel {
    sat: Sat,
    /// P of each score: with the region's bunching, and without.
    shares: [Vec<f64>; 2],
    /// P of each journal mark at each score, in the two flavours.
    journals: [Vec<[f64; JOURNAL]>; 2],
    /// Share of each journal mark's pupils that stay away.
    away: [f64; MARKS],
    /// Standard deviation of the tilts of schools in this test.
    spread: f64,
    seats: Vec<Seat>,
}

/// The model of a region.
pub(super) struct Null {
    schools: Vec<String>,
    tests: Vec<TestModel>,
    exams: Vec<(ExamSat, ExamModel)>,
    bunching: Spread,
    /// Lifting from far below.
    depth: Spread,
    journal: Spread,
    /// How far the results of a pupil in two tests go together.
    kinship: f64,
    /// The part of what sets an exam apart from the test before it that stays with a school.
    exam_lasting: f64,
}

/// The exam given the level of the test before it.
#[derive(Debug, Clone, Copy, Default)]
struct ExamModel {
    test: usize,
    line: UnitNorm,
}

/// Where no codes link the tests of a pupil.
const KINSHIP: f64 = 0.6;
/// A class has at most so many pupils.
const CLASS: u32 = 25;

impl Null {
    /// The model of a region, with what its cells say and the norm of its kinds over all years.
    pub(super) fn fit(region: &Region, said: &[Vec<Said>], outcome: &Outcome) -> Self {
        let tests: Vec<TestModel> = region.tests.iter().map(TestModel::fit).collect();
        let spread = |kind: Kind| {
            let passing = passing_spread(said, kind);
            let lasting = outcome.norm(kind).map_or(0.0, |norm| norm.spread);
            Spread { lasting, passing: (passing * passing - lasting * lasting).max(0.0).sqrt() }
        };
        let (bunching, depth) = (spread(Kind::Hole), spread(Kind::Depth));
        let exams = exam_models(region, said);
        let journal = journal_spread(region);
        let of_exams = spread(Kind::Exam);
        let [lasting, passing] = [of_exams.lasting, of_exams.passing].map(|spread| spread * spread);
        Self {
            schools: region.schools.clone(),
            tests,
            exams,
            bunching,
            depth,
            journal,
            kinship: region.kinship.unwrap_or(KINSHIP),
            exam_lasting: if lasting > 0.0 { lasting / (lasting + passing) } else { 0.0 },
        }
    }

    /// Tests that each school sat.
    pub(super) fn sat(&self) -> Vec<usize> {
        let mut sat = vec![0; self.schools.len()];
        for seat in self.tests.iter().flat_map(|test| &test.seats) {
            sat.get_mut(seat.school).into_iter().for_each(|count| *count += 1);
        }
        sat
    }

    /// An honest region. Some schools may get so many pupils in each test.
    pub(super) fn draw(&self, flavour: Flavour, resized: &[(usize, u32)], rng: &mut Rng) -> Region {
        let few = 1.0 / (2.0 * f64::from(u32::try_from(self.schools.len()).unwrap_or(u32::MAX)).max(1.0));
        let mut hyper = || libm::exp((few + 0.01).sqrt() * rng.normal());
        let scale = [hyper(), hyper(), hyper(), hyper()];
        let [of_bunching, of_bunching_test, of_journal, of_journal_test] = scale;
        // of what differs between tests of a school, so much lies between its classes
        let class_part = rng.uniform();
        let of_norm = |spread: Spread| if flavour == Flavour::Norm { spread } else { Spread::default() };
        let (bunching, depth) = (of_norm(self.bunching), of_norm(self.depth));
        let mut lasting =
            |spread: f64| -> Vec<f64> { self.schools.iter().map(|_| spread * rng.normal()).collect() };
        let habits = lasting(bunching.lasting * of_bunching);
        let depths = lasting(depth.lasting * of_bunching);
        let journals = lasting(self.journal.lasting * of_journal);
        let apart = lasting(1.0);
        let cohorts = rng.next_u64();
        let mut tests = Vec::with_capacity(self.tests.len());
        for test in &self.tests {
            let mut cells = Vec::with_capacity(test.seats.len());
            for seat in &test.seats {
                let of = |values: &[f64]| values.get(seat.school).copied().unwrap_or_default();
                let habit = of(&habits) + bunching.passing * of_bunching_test * rng.normal();
                let deep = of(&depths) + depth.passing * of_bunching_test * rng.normal();
                let leniency = of(&journals) + self.journal.passing * of_journal_test * rng.normal();
                let pupils = resized.iter().find(|(school, _)| *school == seat.school);
                let seat = &Seat { pupils: pupils.map_or(seat.pupils, |(_, pupils)| *pupils), ..*seat };
                let pupils = Pupils::of(cohorts, seat.school, &test.sat.test, self.kinship);
                cells.push(test.draw(seat, flavour, [habit, deep, leniency, class_part], pupils, rng));
            }
            tests.push(Sat { cells, ..test.sat.clone() });
        }
        let mut region = Region { schools: self.schools.clone(), tests, ..Region::default() };
        let apart = (apart.as_slice(), self.exam_lasting);
        region.exams =
            self.exams.iter().map(|(exam, model)| draw_exam(exam, model, &region, apart, rng)).collect();
        region
    }
}

impl TestModel {
    fn fit(sat: &Sat) -> Self {
        let total = sat.total();
        let region = moments(&total.scores);
        let shares = [own_shares(&total), smooth_shares(&total, region)];
        let journals = [journal_shares(&total, sat, 0), journal_shares(&total, sat, 2)];
        let variance = region.map_or(1.0, |m| m.variance.max(1e-9));
        let tilt = |cell: &Cell| {
            let (own, region) = (moments(&cell.scores)?, region?);
            let value = (own.mean - region.mean) / variance;
            Some((value, 1.0 / (own.pupils * variance)))
        };
        let units: Vec<(Evidence, f64)> = sat
            .cells
            .iter()
            .filter_map(tilt)
            .map(|(value, variance)| (Evidence::Estimate { value, variance }, 0.0))
            .collect();
        let norm = fit_unit_norm(&units, false).unwrap_or_default();
        let seats = sat.cells.iter().map(|cell| {
            let part =
                |chance: f64| norm.spread * norm.spread / (norm.spread * norm.spread + chance).max(1e-12);
            let (level, error) = tilt(cell).map_or((norm.centre, norm.spread), |(value, chance)| {
                (norm.centre + part(chance) * (value - norm.centre), (part(chance) * chance).sqrt())
            });
            let pupils = cell.scores.iter().flatten().sum();
            Seat { school: cell.school, pupils, level, error, absent: cell.absent.iter().take(MARKS).sum() }
        });
        let away = std::array::from_fn(|mark| {
            let present: u32 = total.both.get(mark).map_or(0, |marks| marks.iter().sum());
            let absent = total.absent.get(mark).copied().unwrap_or_default();
            f64::from(absent) / f64::from((present + absent).max(1))
        });
        let kept = Sat { test: sat.test.clone(), cuts: sat.cuts, max: sat.max, cells: Vec::new() };
        Self { sat: kept, shares, journals, away, spread: norm.spread, seats: seats.collect() }
    }

    /// A school in this test. The drawn effects: habit at the pass score, lifting from far below, leniency of the journal, part
    /// of the classes.
    fn draw(
        &self,
        seat: &Seat,
        flavour: Flavour,
        effects: [f64; 4],
        mut known: Pupils,
        rng: &mut Rng,
    ) -> Cell {
        let [habit, deep, leniency, class_part] = effects;
        let ([shares, _], [journals, _]) = (&self.shares, &self.journals);
        let (shares, journals) = match (flavour, &self.shares, &self.journals) {
            (Flavour::Norm, ..) => (shares, journals),
            (Flavour::Smooth, [_, shares], [_, journals]) => (shares, journals),
        };
        let mut cell =
            Cell { school: seat.school, scores: vec![ByJournal::default(); shares.len()], ..Cell::default() };
        let level = seat.level + seat.error * rng.normal();
        let classes = seat.pupils.div_ceil(CLASS).max(1);
        // half of the spread between tests of schools is at most taken for classes
        let between = if classes > 1 { self.spread * (0.5 * class_part).sqrt() } else { 0.0 };
        let marking = Journal::new(leniency);
        let mut left = seat.pupils;
        for class in 0..classes {
            let pupils = left / (classes - class);
            left -= pupils;
            let bounds = places(&self.tilted(shares, level + between * rng.normal(), [habit, deep]));
            for _ in 0..pupils {
                let place = known.next(rng);
                let score = bounds.partition_point(|bound| *bound <= place);
                let Some(at) = journals.get(score) else { continue };
                let journal = marking.pick(at, rng);
                put(&mut cell, score, journal, mark_at(&self.sat.cuts, score));
            }
        }
        self.send_away(seat.absent, &mut cell, rng);
        cell
    }

    /// Cumulative shares of the scores at a level, those up to the pass score shared out by the habits.
    fn tilted(&self, shares: &[f64], level: f64, [habit, deep]: [f64; 2]) -> Vec<f64> {
        let step = libm::exp(level);
        let mut factor = 1.0;
        let mut tilted: Vec<f64> = shares
            .iter()
            .map(|share| {
                let now = share * factor;
                factor *= step;
                now
            })
            .collect();
        if let [Some(cut), ..] = self.sat.cuts
            && let Some(low) = tilted.get_mut(..=cut)
        {
            share_out(low, cut.saturating_sub(HOLE), deep);
            if let Some(window) = low.get_mut(cut.saturating_sub(HOLE)..) {
                share_out(window, window.len().saturating_sub(1), habit);
            }
        }
        let mut passed = 0.0;
        for share in &mut tilted {
            passed += *share;
            *share = passed;
        }
        tilted
    }

    /// Journal marks of those who stay away: in proportion to those who are there and to the region's rate of each mark.
    fn send_away(&self, absent: u32, cell: &mut Cell, rng: &mut Rng) {
        let mut passed = 0.0;
        let mut cumulative = [0.0; MARKS];
        for (slot, (marks, rate)) in cumulative.iter_mut().zip(cell.both.iter().zip(self.away)) {
            passed += f64::from(marks.iter().sum::<u32>()) * rate / (1.0 - rate).max(0.05);
            *slot = passed;
        }
        if passed > 0.0 {
            for _ in 0..absent {
                if let Some(slot) = cell.absent.get_mut(pick(&cumulative, rng)) {
                    *slot += 1;
                }
            }
        }
    }
}

/// The pupils of a cohort in a school, one after the other: what each brings to every test, and what this test adds.
struct Pupils {
    lasting: Rng,
    common: f64,
    own: f64,
}

impl Pupils {
    fn of(cohorts: u64, school: usize, test: &Test, kinship: f64) -> Self {
        // those of grade 5 are those of grade 6 a year later
        let entry = u64::try_from(test.year - test.grade).unwrap_or_default();
        let lasting = Rng::part(cohorts ^ entry, school as u64);
        let kinship = kinship.clamp(0.0, 1.0);
        Self { lasting, common: kinship.sqrt(), own: (1.0 - kinship).sqrt() }
    }

    /// The next pupil's place in the class, in standard deviations.
    fn next(&mut self, rng: &mut Rng) -> f64 {
        self.common * self.lasting.normal() + self.own * rng.normal()
    }
}

/// The upper bounds of the scores, but for the last one, on the scale of the places of pupils.
fn places(cumulative: &[f64]) -> Vec<f64> {
    let all = cumulative.last().copied().unwrap_or_default();
    let below = cumulative.iter().take(cumulative.len().saturating_sub(1));
    below
        .map(|passed| match passed / all {
            part if part > 0.0 && part < 1.0 => normal_quantile(part).unwrap_or_default(),
            part if part > 0.5 => f64::INFINITY,
            _ => f64::NEG_INFINITY,
        })
        .collect()
}

/// Moves the log-odds of the places from `at` on against those before it.
fn share_out(shares: &mut [f64], at: usize, shift: f64) {
    let Some((below, above)) = shares.split_at_mut_checked(at) else { return };
    let (under, over) = (below.iter().sum::<f64>(), above.iter().sum::<f64>());
    let both = under + over;
    if under > 0.0 && over > 0.0 {
        let moved = both * expit(logit(over / both) + shift);
        above.iter_mut().for_each(|share| *share *= moved / over);
        below.iter_mut().for_each(|share| *share *= (both - moved) / under);
    }
}

pub(super) fn put(cell: &mut Cell, score: usize, journal: usize, mark: usize) {
    if let Some(slot) = cell.scores.get_mut(score).and_then(|by| by.get_mut(journal)) {
        *slot += 1;
    }
    cell.mark(Some(journal), mark);
}

/// The position that a uniform number falls on, of rising sums.
fn pick(cumulative: &[f64], rng: &mut Rng) -> usize {
    let all = cumulative.last().copied().unwrap_or_default();
    let drawn = rng.uniform() * all;
    cumulative.partition_point(|passed| *passed <= drawn).min(cumulative.len().saturating_sub(1))
}

/// How a school's journal is kept: each mark more is so much more probable than in the region.
struct Journal([f64; JOURNAL]);

impl Journal {
    fn new(leniency: f64) -> Self {
        let step = libm::exp(leniency);
        let mut factor = 1.0 / step;
        Self(std::array::from_fn(|mark| {
            if mark == MARKS {
                return 1.0;
            }
            let now = factor;
            factor *= step;
            now
        }))
    }

    fn pick(&self, shares: &[f64; JOURNAL], rng: &mut Rng) -> usize {
        let mut passed = 0.0;
        let cumulative: [f64; JOURNAL] = std::array::from_fn(|mark| {
            passed += shares.get(mark).zip(self.0.get(mark)).map_or(0.0, |(share, factor)| share * factor);
            passed
        });
        pick(&cumulative, rng)
    }
}

fn own_shares(total: &Cell) -> Vec<f64> {
    let all = f64::from(total.scores.iter().flatten().sum::<u32>().max(1));
    total.scores.iter().map(|by| f64::from(by.iter().sum::<u32>()) / all).collect()
}

/// The beta-binomial of the region's mean and variance: no score stands out.
pub(super) fn smooth_shares(total: &Cell, region: Option<Moments>) -> Vec<f64> {
    let top = total.scores.len().saturating_sub(1);
    let Some(moments) = region.filter(|m| top > 0 && m.mean > 0.0 && m.variance > 0.0) else {
        return own_shares(total);
    };
    let n = f64::from(u32::try_from(top).unwrap_or(u32::MAX));
    let p = (moments.mean / n).clamp(0.01, 0.99);
    let ratio = moments.variance / (n * p * (1.0 - p));
    // variance = n p (1 − p) (1 + (n − 1) ρ), ρ = 1 / (a + b + 1)
    let rho = ((ratio - 1.0) / (n - 1.0).max(1.0)).clamp(1e-3, 0.9);
    let strength = 1.0 / rho - 1.0;
    let (a, b) = (p * strength, (1.0 - p) * strength);
    let log_beta = |x: f64, y: f64| libm::lgamma(x) + libm::lgamma(y) - libm::lgamma(x + y);
    let density = |score: usize| {
        let x = f64::from(u32::try_from(score).unwrap_or(u32::MAX));
        libm::exp(-log_beta(x + 1.0, n - x + 1.0) + log_beta(x + a, n - x + b))
    };
    let densities: Vec<f64> = (0..=top).map(density).collect();
    let all = crate::stats::sum(&densities);
    densities.into_iter().map(|density| density / all).collect()
}

/// Journal marks at each score: the region's, drawn towards those of the score's mark; over so many scores on each side.
fn journal_shares(total: &Cell, sat: &Sat, reach: usize) -> Vec<[f64; JOURNAL]> {
    const WEIGHT: f64 = 5.0;
    let mut by_mark = [[0.0; JOURNAL]; MARKS];
    for (score, by) in total.scores.iter().enumerate() {
        if let Some(of_mark) = by_mark.get_mut(mark_at(&sat.cuts, score)) {
            of_mark.iter_mut().zip(by).for_each(|(slot, count)| *slot += f64::from(*count));
        }
    }
    let near = |score: usize| {
        let mut near = [0.0; JOURNAL];
        let window = score.saturating_sub(reach)..=(score + reach);
        for by in window.filter_map(|at| total.scores.get(at)) {
            near.iter_mut().zip(by).for_each(|(slot, count)| *slot += f64::from(*count));
        }
        near
    };
    (0..total.scores.len())
        .map(|score| {
            let mut own = near(score);
            if let Some(of_mark) = by_mark.get(mark_at(&sat.cuts, score)) {
                let all = of_mark.iter().sum::<f64>().max(1.0);
                own.iter_mut().zip(of_mark).for_each(|(slot, count)| *slot += WEIGHT * count / all);
            }
            let all = own.iter().sum::<f64>();
            if all > 0.0 { own.map(|count| count / all) } else { [0.0, 1.0, 0.0, 0.0, 0.0] }
        })
        .collect()
}

/// How far schools differ at the cut in one test, on the average of tests.
fn passing_spread(said: &[Vec<Said>], kind: Kind) -> f64 {
    let spreads: Vec<f64> = said
        .iter()
        .filter_map(|cells| {
            let units: Vec<(Evidence, f64)> =
                cells.iter().filter_map(|said| Some((said.of(kind)?, said.level))).collect();
            Some(fit_unit_norm(&units, true)?.spread)
        })
        .collect();
    crate::stats::median(&spreads).unwrap_or_default()
}

/// How far journals differ between schools, mark for mark: for good and from test to test.
fn journal_spread(region: &Region) -> Spread {
    let mut sums = vec![(0.0, 0.0); region.schools.len()];
    let mut passing = Vec::new();
    for sat in &region.tests {
        let total = sat.total();
        let units: Vec<(usize, f64, f64)> = sat
            .cells
            .iter()
            .filter_map(|cell| leniency(cell, &total).map(|(score, room)| (cell.school, score, room)))
            .collect();
        let estimates: Vec<(Evidence, f64)> = units
            .iter()
            .map(|(_, score, room)| (Evidence::Estimate { value: score / room, variance: 1.0 / room }, 0.0))
            .collect();
        let Some(norm) = fit_unit_norm(&estimates, false) else { continue };
        passing.push(norm.spread);
        for (school, score, room) in units {
            if let Some(sum) = sums.get_mut(school) {
                *sum = (sum.0 + score - norm.centre * room, sum.1 + room);
            }
        }
    }
    let units: Vec<(Evidence, f64)> = sums
        .iter()
        .filter(|sum| sum.1 > 0.0)
        .map(|(score, room)| (Evidence::Estimate { value: score / room, variance: 1.0 / room }, 0.0))
        .collect();
    let lasting = fit_unit_norm(&units, false).map_or(0.0, |norm| norm.spread);
    let passing = crate::stats::median(&passing).unwrap_or_default();
    Spread { lasting, passing: (passing * passing - lasting * lasting).max(0.0).sqrt() }
}

/// Journal marks above what the region gives for the same marks of the test: the score of the tilt, and its information.
fn leniency(cell: &Cell, total: &Cell) -> Option<(f64, f64)> {
    let (mut score, mut room) = (0.0, 0.0);
    for mark in 0..MARKS {
        let column = |cell: &Cell| -> [f64; MARKS] {
            std::array::from_fn(|journal| {
                cell.both.get(journal).and_then(|marks| marks.get(mark)).map_or(0.0, |n| f64::from(*n))
            })
        };
        let (own, region) = (column(cell), column(total));
        let (n, all) = (own.iter().sum::<f64>(), region.iter().sum::<f64>());
        if n < 1.0 || all < 2.0 {
            continue;
        }
        let weighted = |counts: &[f64; MARKS], power: i32| -> f64 {
            counts.iter().zip([0.0, 1.0, 2.0, 3.0]).map(|(c, j)| c * if power == 1 { j } else { j * j }).sum()
        };
        let mean = weighted(&region, 1) / all;
        score += weighted(&own, 1) - n * mean;
        room += n * (weighted(&region, 2) / all - mean * mean);
    }
    (room > 0.5).then_some((score, room))
}

fn exam_models(region: &Region, said: &[Vec<Said>]) -> Vec<(ExamSat, ExamModel)> {
    let mut models = Vec::new();
    for exam in &region.exams {
        let after = |sat: &Sat| {
            region.exam_after(&sat.test).is_some_and(|e| e.year == exam.year && e.subject == exam.subject)
        };
        let Some(test) = region.tests.iter().position(after) else { continue };
        let Some((sat, cells)) = region.tests.get(test).zip(said.get(test)) else { continue };
        let units: Vec<(Evidence, f64)> = sat
            .cells
            .iter()
            .zip(cells)
            .filter_map(|(cell, said)| {
                let own = exam.schools.iter().find(|own| own.school == cell.school)?;
                let variance = exam.deviation * exam.deviation / own.pupils.max(1.0);
                Some((Evidence::Estimate { value: own.mean, variance }, said.level))
            })
            .collect();
        if let Some(line) = fit_unit_norm(&units, true) {
            models.push((exam.clone(), ExamModel { test, line }));
        }
    }
    models
}

/// The exam of an honest region: from the levels of its tests, and what sets exams apart, a part of which stays with a school.
fn draw_exam(
    exam: &ExamSat,
    model: &ExamModel,
    region: &Region,
    (apart, lasting): (&[f64], f64),
    rng: &mut Rng,
) -> ExamSat {
    let sat = region.tests.get(model.test);
    let against = sat.and_then(|sat| moments(&sat.total().scores));
    let schools = exam.schools.iter().map(|own| {
        let level =
            sat.and_then(|sat| sat.of(own.school)).and_then(|cell| moments(&cell.scores)).zip(against);
        let level = level.map_or(0.0, |(own, all)| (own.mean - all.mean) / all.variance.sqrt().max(1e-9));
        let chance = exam.deviation * exam.deviation / own.pupils.max(1.0);
        let own_apart = apart.get(own.school).copied().unwrap_or_default();
        let apart = lasting.sqrt() * own_apart + (1.0 - lasting).sqrt() * rng.normal();
        let mean = model.line.expected(level) + model.line.spread * apart;
        Exam { mean: mean + (model.line.chance * chance).sqrt() * rng.normal(), ..*own }
    });
    ExamSat { schools: schools.collect(), ..exam.clone() }
}
