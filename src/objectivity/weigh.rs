//! Everything that the tests say of each school: by test, by year and in all, each against the norm of the region.

use rayon::prelude::*;

use crate::objectivity::kernels::{Against, Moments, Said};
use crate::objectivity::kind::{KINDS, Kind, Side};
use crate::objectivity::lift;
use crate::objectivity::region::Region;
use crate::stats::{Count, Evidence, UnitNorm, fit_unit_norm};

/// What a school showed of a kind, over some tests.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Pooled {
    pub(super) evidence: Evidence,
    pub(super) level: f64,
    /// Tests that said anything.
    pub(super) tests: u32,
}

/// A school against the norm in one kind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Weighed {
    pub(super) pooled: Pooled,
    /// P of an honest school that shows as much on the side of the finding.
    pub(super) p: f64,
    /// P on the other side.
    pub(super) p_against: f64,
    pub(super) exact: bool,
    /// Effect against the norm on the side of the finding, in the kind's unit.
    pub(super) effect: f64,
}

/// One kind for one school: all years together, and year by year.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct OfKind {
    pub(super) all: Option<Weighed>,
    pub(super) years: Vec<(i32, Weighed)>,
}

/// All kinds for each school, in the order of the region's schools.
pub(super) type Schools = Vec<[OfKind; KINDS]>;

/// The norms that were found: of each kind over all years.
pub(super) struct Outcome {
    pub(super) schools: Schools,
    pub(super) norms: [Option<UnitNorm>; KINDS],
}

impl Outcome {
    /// The norm of a kind over all years.
    pub(super) fn norm(&self, kind: Kind) -> Option<UnitNorm> {
        self.norms.get(kind as usize).copied().flatten()
    }
}

/// What every cell says; the outer vector follows the tests, the inner the cells.
pub(super) fn listen(region: &Region) -> Vec<Vec<Said>> {
    let against: Vec<Against<'_>> = region.tests.par_iter().map(Against::new).collect();
    let mut said: Vec<Vec<Said>> = region
        .tests
        .par_iter()
        .zip(&against)
        .map(|(sat, against)| sat.cells.iter().map(|cell| against.said(cell)).collect())
        .collect();
    exams(region, &mut said);
    jumps(region, &against, &mut said);
    said
}

/// ВПР and journal of grade 8 against the exam of the same cohort: what the exam's level lets expect.
fn exams(region: &Region, said: &mut [Vec<Said>]) {
    for (sat, cells) in region.tests.iter().zip(said) {
        let Some(exam) = region.exam_after(&sat.test).filter(|exam| exam.deviation > 0.0) else { continue };
        let mean = crate::stats::mean(&exam.schools.iter().map(|school| school.mean).collect::<Vec<_>>());
        for (cell, said) in sat.cells.iter().zip(cells) {
            let found = exam.schools.binary_search_by_key(&cell.school, |school| school.school).ok();
            let Some((own, mean)) = found.and_then(|at| exam.schools.get(at)).zip(mean) else { continue };
            let of_exam = (own.mean - mean) / exam.deviation;
            let estimate = |level: f64, pupils: f64| Evidence::Estimate {
                value: level,
                variance: 1.0 / pupils.max(1.0) + 0.5 / own.pupils.max(1.0),
            };
            let enough = |pupils: f64| pupils >= 5.0 && own.pupils >= 5.0;
            let vpr = said.scores.filter(|m| enough(m.pupils)).map(|m| estimate(said.level, m.pupils));
            let journal = said.journal.filter(|j| enough(j.1)).map(|(level, n)| estimate(level, n));
            said.exam = Some(of_exam);
            said.put(Kind::Exam, vpr);
            said.put(Kind::JournalExam, journal);
        }
    }
}

/// A cohort's mean share of points from one grade to the next, on the log scale: a rise speaks of the later test, a fall of the
/// earlier one.
fn jumps(region: &Region, against: &[Against<'_>], said: &mut [Vec<Said>]) {
    for (before, after) in region.cohorts() {
        let (Some(first), Some(second)) = (region.tests.get(before), region.tests.get(after)) else {
            continue;
        };
        let (Some(of_first), Some(of_second)) = (against.get(before), against.get(after)) else { continue };
        let Some(regional) = of_first.region().zip(of_second.region()) else { continue };
        let mut units: Vec<(usize, usize, Evidence)> = Vec::new();
        for (at, cell) in first.cells.iter().enumerate() {
            let Ok(there) = second.cells.binary_search_by_key(&cell.school, |cell| cell.school) else {
                continue;
            };
            let scores = |said: &[Vec<Said>], test: usize, at: usize| said.get(test)?.get(at)?.scores;
            let both = scores(said, before, at).zip(scores(said, after, there));
            if let Some(evidence) = both.and_then(|(a, b)| jump(&a, &b, &regional)) {
                units.push((at, there, evidence));
            }
        }
        let plain: Vec<(Evidence, f64)> = units.iter().map(|unit| (unit.2, 0.0)).collect();
        let Some(norm) = fit_unit_norm(&plain, false) else { continue };
        for (at, there, evidence) in units {
            let Evidence::Estimate { value, variance } = evidence else { continue };
            let (rise, variance) = (value - norm.centre, norm.chance * variance + norm.spread * norm.spread);
            join_estimate(said.get_mut(after).and_then(|cells| cells.get_mut(there)), rise, variance);
            join_estimate(said.get_mut(before).and_then(|cells| cells.get_mut(at)), -rise, variance);
        }
    }
}

fn jump(a: &Moments, b: &Moments, (first, second): &(Moments, Moments)) -> Option<Evidence> {
    let usable = a.pupils >= 5.0 && b.pupils >= 5.0 && a.mean > 0.0 && b.mean > 0.0;
    let chance = |own: &Moments, region: &Moments| region.variance / (own.pupils * own.mean * own.mean);
    usable.then(|| Evidence::Estimate {
        value: libm::log(b.mean / a.mean),
        variance: chance(a, first) + chance(b, second),
    })
}

/// Adds an estimate to a test that may have another neighbour.
fn join_estimate(said: Option<&mut Said>, value: f64, variance: f64) {
    let Some(said) = said else { return };
    let joined = match said.of(Kind::Jump) {
        Some(Evidence::Estimate { value: other, variance: spread }) => {
            Evidence::Estimate { value: 0.5 * (value + other), variance: 0.25 * (variance + spread) }
        }
        _ => Evidence::Estimate { value, variance },
    };
    said.put(Kind::Jump, Some(joined));
}

/// The norm of each test in a kind; estimates of several tests can be pooled only after it.
fn norm_of_test(cells: &[Said], kind: Kind) -> Option<UnitNorm> {
    let units: Vec<(Evidence, f64)> =
        cells.iter().filter_map(|said| Some((said.of(kind)?, said.covariate(kind)))).collect();
    fit_unit_norm(&units, kind.sloped())
}

/// Sums over tests that are still growing.
#[derive(Default, Clone, Copy)]
struct Sum {
    count: Count,
    level: f64,
    weight: f64,
    value: f64,
    tests: u32,
}

impl Sum {
    fn add(&mut self, evidence: &Evidence, level: f64) {
        self.tests += 1;
        let weight = match evidence {
            Evidence::Count(count) => {
                self.count.join(count);
                count.variance
            }
            Evidence::Estimate { value, variance } => {
                let weight = 1.0 / variance;
                self.value += weight * value;
                weight
            }
        };
        self.weight += weight;
        self.level += weight * level;
    }

    fn pooled(&self, is_count: bool) -> Option<Pooled> {
        let evidence = if is_count {
            Evidence::Count(self.count)
        } else {
            Evidence::Estimate { value: self.value / self.weight, variance: 1.0 / self.weight }
        };
        (self.tests > 0 && self.weight > 0.0).then(|| Pooled {
            evidence,
            level: self.level / self.weight,
            tests: self.tests,
        })
    }
}

/// Weighs every school in every kind. `quick` spares the distributions where nothing is decided.
pub(super) fn weigh(region: &Region, said: &[Vec<Said>], quick: bool) -> Outcome {
    let mut schools: Schools = vec![Default::default(); region.schools.len()];
    let mut norms = [None; KINDS];
    let of_kinds: Vec<_> =
        Kind::ALL.into_par_iter().map(|kind| weigh_kind(region, said, kind, quick)).collect();
    for (kind, (of_schools, norm)) in of_kinds.into_iter().enumerate() {
        norms.get_mut(kind).into_iter().for_each(|slot| *slot = norm);
        for (school, of_kind) in schools.iter_mut().zip(of_schools) {
            if let Some(slot) = school.get_mut(kind) {
                *slot = of_kind;
            }
        }
    }
    lift::pool(region, &mut schools);
    // what is shown of it is the pile
    let pile = norms.get(Kind::Pile as usize).copied().flatten();
    norms.get_mut(Kind::Lift as usize).into_iter().for_each(|slot| *slot = pile);
    Outcome { schools, norms }
}

/// Each school in one kind, and the norm over all years.
fn weigh_kind(
    region: &Region,
    said: &[Vec<Said>],
    kind: Kind,
    quick: bool,
) -> (Vec<OfKind>, Option<UnitNorm>) {
    let mut schools = vec![OfKind::default(); region.schools.len()];
    let mut years: Vec<i32> = region.tests.iter().map(|sat| sat.test.year).collect();
    years.dedup();
    let mut all = vec![Sum::default(); region.schools.len()];
    let mut by_year = vec![vec![Sum::default(); region.schools.len()]; years.len()];
    let is_count = kind.is_count();
    for (sat, cells) in region.tests.iter().zip(said) {
        let year = years.iter().position(|year| *year == sat.test.year);
        let Some(of_year) = year.and_then(|at| by_year.get_mut(at)) else { continue };
        let norm = if is_count { None } else { norm_of_test(cells, kind) };
        for (cell, said) in sat.cells.iter().zip(cells) {
            let Some(evidence) = said.of(kind).and_then(|of| freed(of, said.covariate(kind), norm)) else {
                continue;
            };
            for sums in [&mut all, &mut *of_year] {
                if let Some(sum) = sums.get_mut(cell.school) {
                    sum.add(&evidence, said.covariate(kind));
                }
            }
        }
    }
    let sloped = kind.sloped() && is_count;
    for (year, sums) in years.iter().zip(&by_year) {
        let (of_schools, _) = against_norm(kind, sums, is_count, sloped, quick);
        for (of_kind, weighed) in schools.iter_mut().zip(of_schools) {
            of_kind.years.extend(weighed.map(|weighed| (*year, weighed)));
        }
    }
    let (of_schools, norm) = against_norm(kind, &all, is_count, sloped, quick);
    for (of_kind, weighed) in schools.iter_mut().zip(of_schools) {
        of_kind.all = if kind == Kind::Jump { best_year(&of_kind.years) } else { weighed };
    }
    (schools, norm)
}

/// An estimate without what its test's norm explains, and with the norm's spread in its variance.
fn freed(evidence: Evidence, level: f64, norm: Option<UnitNorm>) -> Option<Evidence> {
    match evidence {
        Evidence::Count(_) => Some(evidence),
        Evidence::Estimate { value, variance } => {
            let norm = norm?;
            Some(Evidence::Estimate {
                value: value - norm.expected(level),
                variance: norm.chance * variance + norm.spread * norm.spread,
            })
        }
    }
}

/// Rises of one year are falls of another and cancel over the years: the clearest year counts, by Bonferroni.
fn best_year(years: &[(i32, Weighed)]) -> Option<Weighed> {
    let best = years.iter().map(|(_, weighed)| *weighed).min_by(|a, b| a.p.total_cmp(&b.p))?;
    let times = f64::from(u32::try_from(years.len()).unwrap_or(u32::MAX));
    Some(Weighed { p: (best.p * times).min(1.0), ..best })
}

fn against_norm(
    kind: Kind,
    sums: &[Sum],
    is_count: bool,
    sloped: bool,
    quick: bool,
) -> (Vec<Option<Weighed>>, Option<UnitNorm>) {
    let pooled: Vec<Option<Pooled>> = sums.iter().map(|sum| sum.pooled(is_count)).collect();
    let units: Vec<(Evidence, f64)> = pooled.iter().flatten().map(|of| (of.evidence, of.level)).collect();
    let Some(norm) = fit_unit_norm(&units, sloped) else { return (vec![None; sums.len()], None) };
    let weighed = pooled.into_iter().map(|pooled| weighed(kind, &norm, pooled?, quick)).collect();
    (weighed, Some(norm))
}

/// One unit of a kind against a norm.
pub(super) fn weighed(kind: Kind, norm: &UnitNorm, pooled: Pooled, quick: bool) -> Option<Weighed> {
    let against = norm.against(&pooled.evidence, pooled.level, quick)?;
    let expected = norm.expected(pooled.level);
    let effect = match pooled.evidence {
        Evidence::Estimate { value, .. } => value - expected,
        Evidence::Count(count) => (count.observed - count.moved(expected)?.0) / count.trials.max(1.0),
    };
    let (p, p_against, sign) = match kind.side() {
        Side::High => (against.above, against.below, 1.0),
        Side::Low => (against.below, against.above, -1.0),
    };
    Some(Weighed { pooled, p, p_against, exact: against.exact, effect: sign * effect })
}

/// The test rows of a kind: each cell against the norm of its test. For the real region only.
pub(super) fn of_test(cells: &[Said], kind: Kind) -> (Vec<Option<Weighed>>, Option<UnitNorm>) {
    let Some(norm) = norm_of_test(cells, kind) else { return (vec![None; cells.len()], None) };
    let weighed = |said: &Said| {
        let pooled = Pooled { evidence: said.of(kind)?, level: said.covariate(kind), tests: 1 };
        weighed(kind, &norm, pooled, false)
    };
    (cells.iter().map(weighed).collect(), Some(norm))
}

/// Half the width of a 95 % interval of an effect.
pub(super) fn half_width(pooled: &Pooled) -> f64 {
    let error = match pooled.evidence {
        Evidence::Estimate { variance, .. } => variance.sqrt(),
        Evidence::Count(count) => {
            // Agresti, Coull: two of each kind more
            let (n, x) = (count.trials + 4.0, count.observed + 2.0);
            (x / n * (1.0 - x / n) / n).max(0.0).sqrt()
        }
    };
    1.959_963_984_540_054 * error
}
