//! Many shares of each of many groups that go together: a school's shares of low results over tests and years.

mod climb;
mod likelihood;
mod sample;
mod triangle;
mod unit;

use ndarray::Array2;

use crate::stats::Rng;
use likelihood::Whole;
use unit::Unit;

pub use sample::GroupDraws;

/// Standard deviation of the normal prior of an intercept.
const INTERCEPT_SD: f64 = 5.0;
/// Scale of the half-normal prior of each standard deviation, in logits.
const SPREAD_SCALE: f64 = 1.0;
/// Draws of the hyperparameters, each with its part of the draws of the shares.
const HYPER_DRAWS: usize = 40;

/// The counts. Every slice has one entry a cell.
#[derive(Debug, Clone, Copy)]
pub struct JointCounts<'a> {
    /// The group of each cell, rising: every number from 0 to the largest occurs.
    pub groups: &'a [usize],
    /// The test of each cell, which has an intercept of its own: every number from 0 to the largest occurs.
    pub tests: &'a [usize],
    /// Counts above the line.
    pub low: &'a [u32],
    /// Counts below the line, at least 1.
    pub all: &'a [u32],
    /// Shape (components, cells): two cells of one group that have the same label share an effect of that component.
    pub components: &'a [Vec<usize>],
}

/// Why there is no fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JointTrouble {
    /// Shapes differ, a count is impossible, a number is left out.
    Malformed,
    /// Fewer than three groups, or none with two cells: how groups differ cannot be learnt.
    TooFew,
    /// The likelihood has no peak that can be found.
    NoPeak,
}

/// The fitted model.
#[derive(Debug, Clone)]
pub struct JointFit {
    /// Posterior mode of the intercepts, log-odds, shape (tests).
    pub intercepts: Vec<f64>,
    /// Posterior mode of the components' standard deviations, shape (components).
    pub spreads: Vec<f64>,
    /// Standard errors of the logarithms of `spreads`.
    pub spread_errors: Vec<f64>,
    /// The log marginal likelihood there, without the binomial coefficients.
    pub log_likelihood: f64,
    units: Vec<Unit>,
    /// Intercepts and logarithms of spreads.
    mode: Vec<f64>,
    /// Cholesky's factor of the precision about the mode, shape (n, n) by rows.
    precision: Vec<f64>,
}

/// Fits k ~ Binomial(n, p), logit p = α(test) + Σ of effects ~ N(0, σ²(component)), by the marginal likelihood.
///
/// - Shapes: as [`JointCounts`] says; a fit out, from which [`JointFit::sample`] draws.
/// - Units: log-odds.
/// - Missing: leave such cells out; a group may have any of the tests.
/// - Fails: as [`JointTrouble`] says.
/// - Reference: a generalised linear mixed model. Marginal likelihood of a group: Laplace's approximation (Rasmussen,
///   Williams 2006, algorithm 3.1) corrected by antithetic importance draws about the peak (Pinheiro, Bates 1995, JCGS 4(1),
///   2.3), which removes its error up to that of the draws; derivatives by Fisher's identity. Priors, weak: σ half-normal of
///   scale 1, α normal (0, 5). The mode of (α, log σ) is found by quasi-Newton steps.
/// - Accuracy: Laplace's part to 1e-6 against lme4 (`tests/reference/shares.R`); the corrected likelihood against quadrature
///   and coverage of the posterior on data drawn from the model: unit tests of this file.
/// - Determinism: a function of counts and seed; threads change nothing.
///
/// # Errors
/// As above.
pub fn fit_joint(counts: JointCounts<'_>, seed: u64) -> Result<JointFit, JointTrouble> {
    let units = units(counts)?;
    let tests = counts.tests.iter().max().map_or(0, |last| last + 1);
    let whole = Whole { units: &units, tests, seed };
    let start = start(counts, tests);
    let (mode, _) = climb::to_the_peak(&whole, start).ok_or(JointTrouble::NoPeak)?;
    let log_likelihood = whole.log_likelihood(&mode).ok_or(JointTrouble::NoPeak)?;
    let precision = climb::precision(&whole, &mode).ok_or(JointTrouble::NoPeak)?;
    let size = mode.len();
    let mut spread_errors = Vec::new();
    for component in tests..size {
        let mut unit = vec![0.0; size];
        unit[component] = 1.0;
        triangle::solve(&precision, size, &mut unit);
        spread_errors.push(unit.iter().map(|x| x * x).sum::<f64>().sqrt());
    }
    Ok(JointFit {
        intercepts: mode[..tests].to_vec(),
        spreads: mode[tests..].iter().map(|log| libm::exp(*log)).collect(),
        spread_errors,
        log_likelihood,
        units,
        mode,
        precision,
    })
}

fn units(counts: JointCounts<'_>) -> Result<Vec<Unit>, JointTrouble> {
    let JointCounts { groups, tests, low, all, components } = counts;
    let cells = groups.len();
    let lengths = [tests.len(), low.len(), all.len()];
    let shaped = lengths.iter().all(|&length| length == cells)
        && components.iter().all(|labels| labels.len() == cells)
        && !components.is_empty();
    let possible = low.iter().zip(all).all(|(low, all)| *all > 0 && low <= all);
    if !shaped || !possible || !groups.is_sorted() || !complete(groups) || !complete(tests) {
        return Err(JointTrouble::Malformed);
    }
    let mut units: Vec<Unit> = vec![Unit::default(); groups.last().map_or(0, |last| last + 1)];
    for (cell, &group) in groups.iter().enumerate() {
        let unit = &mut units[group];
        unit.tests.push(tests[cell]);
        unit.low.push(f64::from(low[cell]));
        unit.all.push(f64::from(all[cell]));
    }
    let mut first = 0;
    for unit in &mut units {
        let last = first + unit.low.len();
        unit.labels = components.iter().map(|labels| small(&labels[first..last])).collect();
        first = last;
    }
    if units.len() < 3 || units.iter().all(|unit| unit.low.len() < 2) {
        return Err(JointTrouble::TooFew);
    }
    Ok(units)
}

/// The same labels by the place at which each stands first.
fn small(labels: &[usize]) -> Vec<usize> {
    labels.iter().map(|label| labels.iter().position(|other| other == label).unwrap_or_default()).collect()
}

/// Does every number up to the largest occur?
fn complete(numbers: &[usize]) -> bool {
    let last = numbers.iter().max().map_or(0, |last| last + 1);
    let mut seen = vec![false; last.min(numbers.len() + 1)];
    numbers.iter().for_each(|&number| {
        if let Some(seen) = seen.get_mut(number) {
            *seen = true;
        }
    });
    last <= numbers.len() && seen.into_iter().all(|seen| seen)
}

/// Pooled log-odds of each test, and moderate spreads.
fn start(counts: JointCounts<'_>, tests: usize) -> Vec<f64> {
    let mut sums = vec![(0.5, 1.0); tests];
    for (cell, &test) in counts.tests.iter().enumerate() {
        sums[test].0 += f64::from(counts.low[cell]);
        sums[test].1 += f64::from(counts.all[cell]);
    }
    let mut start: Vec<f64> = sums.iter().map(|(low, all)| libm::log(low / (all - low))).collect();
    start.extend(counts.components.iter().map(|_| libm::log(0.4)));
    start
}

impl JointFit {
    /// Hyperparameters by the normal approximation of their posterior, in pairs that lie opposite each other.
    fn hyper(&self, number: usize, seed: u64) -> Vec<f64> {
        let size = self.mode.len();
        let mut rng = Rng::part(seed, (number / 2) as u64);
        let mut away: Vec<f64> = (0..size).map(|_| rng.normal()).collect();
        triangle::solve_transposed(&self.precision, size, &mut away);
        let sign = if number.is_multiple_of(2) { 1.0 } else { -1.0 };
        self.mode.iter().zip(&away).map(|(mode, away)| (mode + sign * away).clamp(-20.0, 20.0)).collect()
    }

    /// The covariance of two cells' log-odds about their intercepts, by the fitted spreads: how far the shares of one group
    /// go together, shape (cells, cells).
    #[must_use]
    pub fn covariance(&self, group: usize) -> Option<Array2<f64>> {
        let unit = self.units.get(group)?;
        let size = unit.low.len();
        let shared = |i: usize, j: usize| {
            unit.labels
                .iter()
                .zip(&self.spreads)
                .filter(|(labels, _)| labels[i] == labels[j])
                .map(|(_, sd)| sd * sd)
                .sum()
        };
        Some(Array2::from_shape_fn((size, size), |(i, j)| shared(i, j)))
    }
}

#[cfg(test)]
mod tests {
    use super::likelihood::Whole;
    use super::{JointCounts, JointTrouble, fit_joint, units};
    use crate::stats::{Rng, expit, logit};

    /// What was drawn, and what it was drawn from.
    pub(super) struct Drawn {
        groups: Vec<usize>,
        tests: Vec<usize>,
        low: Vec<u32>,
        all: Vec<u32>,
        components: Vec<Vec<usize>>,
        pub(super) truth: Vec<f64>,
    }

    impl Drawn {
        pub(super) fn counts(&self) -> JointCounts<'_> {
            let Self { groups, tests, low, all, components, .. } = self;
            JointCounts { groups, tests, low, all, components }
        }
    }

    /// Schools with three tests in two years: a lasting effect, one of the year, one of the cell.
    pub(super) fn drawn(schools: usize, spreads: [f64; 3], seed: u64) -> Drawn {
        let mut rng = Rng::new(seed);
        let mut drawn = Drawn {
            groups: vec![],
            tests: vec![],
            low: vec![],
            all: vec![],
            components: vec![vec![]; 3],
            truth: vec![],
        };
        for school in 0..schools {
            let lasting = spreads[0] * rng.normal();
            for year in 0..2 {
                let of_year = spreads[1] * rng.normal();
                for test in 0..3 {
                    let own = lasting + of_year + spreads[2] * rng.normal();
                    let truth = -1.5 + 0.2 * test as f64 + own;
                    let all = 6 + rng.below(40);
                    drawn.groups.push(school);
                    drawn.tests.push(year * 3 + test);
                    drawn.all.push(all as u32);
                    drawn.low.push(rng.binomial(all, expit(truth)) as u32);
                    for (component, label) in [0, year, year * 3 + test].into_iter().enumerate() {
                        drawn.components[component].push(label);
                    }
                    drawn.truth.push(truth);
                }
            }
        }
        drawn
    }

    #[test]
    fn laplace_is_that_of_lme4() {
        let text = include_str!("../../tests/reference/shares.json");
        let reference: serde_json::Value = serde_json::from_str(text).unwrap();
        let whole = |name: &str| -> Vec<usize> {
            reference[name].as_array().unwrap().iter().map(|v| v.as_f64().unwrap() as usize).collect()
        };
        let floats = |name: &str| -> Vec<f64> {
            reference[name].as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect()
        };
        let small = |name| whole(name).into_iter().map(|n| n as u32).collect::<Vec<_>>();
        let (groups, tests, low, all) = (whole("school"), whole("test"), small("low"), small("all"));
        let components = [vec![0; groups.len()], whole("year"), tests.clone()];
        let counts =
            JointCounts { groups: &groups, tests: &tests, low: &low, all: &all, components: &components };
        let units = units(counts).unwrap();
        let whole = Whole { units: &units, tests: 6, seed: 1 };
        let mut at = floats("intercepts");
        at.extend(floats("spreads").iter().map(|sd| libm::log(*sd)));
        let expected = reference["log_likelihood"].as_f64().unwrap();
        let got = whole.laplace(&at).unwrap();
        assert!((got - expected).abs() < 2e-6, "{got} {expected}"); // 1e-7
        at[7] += 0.01;
        assert!((whole.laplace(&at).unwrap() - expected).abs() > 2e-5, "the tolerance can fail");
        // the corrected likelihood, the weak priors and a better approximation: near lme4's estimates, not at them
        let fit = fit_joint(counts, 1).unwrap();
        for (got, expected) in fit.spreads.iter().zip(floats("spreads")) {
            assert!((got - expected).abs() < 0.06, "{:?}", fit.spreads);
        }
        for (got, expected) in fit.intercepts.iter().zip(floats("intercepts")) {
            assert!((got - expected).abs() < 0.04, "{:?}", fit.intercepts);
        }
    }

    /// One group with two cells that share one effect: the integral over it, and over each cell's own, by sums over fine
    /// grids.
    #[test]
    fn the_corrected_likelihood_is_that_of_quadrature() {
        let (low, all) = ([1u32, 6], [12u32, 15]);
        let groups = [0, 0, 1, 1, 2, 2];
        let tests = [0, 1, 0, 1, 0, 1];
        let lows = [low, low, low].concat();
        let alls = [all, all, all].concat();
        let components = [vec![0; 6], vec![0, 1, 0, 1, 0, 1]];
        let counts =
            JointCounts { groups: &groups, tests: &tests, low: &lows, all: &alls, components: &components };
        let units = units(counts).unwrap();
        let (intercepts, spreads) = ([-1.2, -0.9], [0.9, 0.6]);
        let at = [intercepts[0], intercepts[1], libm::log(spreads[0]), libm::log(spreads[1])];
        let step = 0.02;
        let normal = |z: f64| libm::exp(-0.5 * z * z) / (2.0 * std::f64::consts::PI).sqrt() * step;
        let nodes: Vec<f64> = (-350..=350).map(|i| f64::from(i) * step).collect();
        let one = |b: f64, cell: usize| -> f64 {
            nodes
                .iter()
                .map(|z| {
                    let p = expit(intercepts[cell] + spreads[0] * b + spreads[1] * z);
                    let (k, n) = (f64::from(low[cell]), f64::from(all[cell]));
                    normal(*z) * libm::exp(k * libm::log(p) + (n - k) * libm::log(1.0 - p))
                })
                .sum()
        };
        let exact = 3.0 * libm::log(nodes.iter().map(|b| normal(*b) * one(*b, 0) * one(*b, 1)).sum::<f64>());
        let (mut corrected, mut laplace) = (vec![], 0.0);
        for seed in 0..40 {
            let whole = Whole { units: &units, tests: 2, seed };
            corrected.push(whole.log_likelihood(&at).unwrap() - exact);
            laplace = whole.laplace(&at).unwrap() - exact;
        }
        let mean = crate::stats::mean(&corrected).unwrap();
        let error = crate::stats::standard_deviation(&corrected).unwrap() / 40_f64.sqrt();
        assert!(mean.abs() < 4.0 * error && mean.abs() < 0.3 * laplace.abs(), "{mean} {error} {laplace}");
    }

    #[test]
    fn derivatives_are_those_of_the_log_posterior() {
        let drawn = drawn(400, [0.6, 0.3, 0.3], 3);
        let units = units(drawn.counts()).unwrap();
        let whole = Whole { units: &units, tests: 6, seed: 5 };
        let at = [-1.5, -1.3, -1.1, -1.5, -1.3, -1.1, -0.4, -1.2, -1.0];
        let (_, slope) = whole.ascent(&at).unwrap();
        for i in 0..at.len() {
            let value = |step: f64| {
                let mut moved = at;
                moved[i] += step;
                whole.ascent(&moved).unwrap().0
            };
            let difference = (value(0.01) - value(-0.01)) / 0.02;
            // value and derivatives are estimated by the same draws in two ways: a quarter of a standard error apart at most
            assert!((slope[i] - difference).abs() < 4.0, "{i}: {slope:?} {difference}");
        }
    }

    /// On data drawn from the model: intervals of cells and of the mean over them hold as often as they say, and of the
    /// groups given a probability about so many meet the condition.
    #[test]
    fn the_posterior_is_calibrated_on_the_model_itself() {
        let (mut inside, mut cells) = (0.0, 0.0);
        let mut bins = [(0.0, 0.0, 0.0); 5];
        for seed in 0..10 {
            let drawn = drawn(100, [0.6, 0.3, 0.3], 100 + seed);
            let fit = fit_joint(drawn.counts(), seed).unwrap();
            let cut = logit(0.3);
            let answers = fit
                .sample(400, seed, |draws| {
                    let covered = (0..6).map(|cell| {
                        let mut values = draws.log_odds_of(cell).to_vec();
                        values.sort_by(f64::total_cmp);
                        let truth = drawn.truth[draws.group * 6 + cell];
                        (values[9] <= truth && truth <= values[389]) as u32
                    });
                    let holds = |log_odds: &dyn Fn(usize) -> f64| {
                        [0, 3]
                            .iter()
                            .all(|first| (*first..first + 3).filter(|c| log_odds(*c) >= cut).count() >= 2)
                    };
                    let draws_that_hold =
                        (0..400).filter(|draw| holds(&|cell| draws.log_odds_of(cell)[*draw])).count();
                    let truly = holds(&|cell| drawn.truth[draws.group * 6 + cell]);
                    (covered.sum::<u32>(), draws_that_hold as f64 / 400.0, truly)
                })
                .unwrap();
            for (covered, said, truly) in answers {
                inside += f64::from(covered);
                cells += 6.0;
                let bin = &mut bins[((said * 5.0) as usize).min(4)];
                *bin = (bin.0 + said, bin.1 + f64::from(u8::from(truly)), bin.2 + 1.0);
            }
        }
        // 95 of 100; the shares of one school go together, so that 1,000 schools count and not 6,000 cells
        let share = inside / cells;
        assert!((share - 0.95).abs() < 0.015, "{share}");
        for (said, truly, all) in bins {
            let (said, truly) = (said / all, truly / all);
            let error = (said * (1.0 - said) / all).sqrt();
            assert!((said - truly).abs() < 3.5 * error + 0.002, "{bins:?}");
        }
    }

    #[test]
    fn threads_change_no_draw_and_nonsense_is_refused() {
        let drawn = drawn(12, [0.6, 0.3, 0.3], 9);
        let of_pool = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let fit = fit_joint(drawn.counts(), 1).unwrap();
                fit.sample(50, 2, |draws| draws.log_odds.iter().map(|x| x.to_bits()).collect::<Vec<_>>())
            })
        };
        assert_eq!(of_pool(1), of_pool(3));
        let malformed = JointCounts { all: &[0; 72], ..drawn.counts() };
        assert_eq!(fit_joint(malformed, 1).err(), Some(JointTrouble::Malformed));
        let components = [vec![0, 0]];
        let few = JointCounts {
            groups: &[0, 0],
            tests: &[0, 1],
            low: &[1, 1],
            all: &[5, 5],
            components: &components,
        };
        assert_eq!(fit_joint(few, 1).err(), Some(JointTrouble::TooFew));
    }
}
