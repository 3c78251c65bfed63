//! Counts against what was expected of them, where units differ from each other beyond chance.

use std::sync::LazyLock;

use crate::stats::beta::Shape;
use crate::stats::{Interval, expit, logit, normal_above, normal_below};

/// A count, what was expected of it, and the variance of chance alone: sums over strata, tests or years add field by field.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Count {
    /// Of so many.
    pub trials: f64,
    /// What was counted.
    pub observed: f64,
    /// What the norm would make of the same strata.
    pub expected: f64,
    /// Σ n p (1 − p) over the strata.
    pub variance: f64,
}

impl Count {
    /// Adds `observed` of `trials` where the norm's share is `share`.
    pub fn add(&mut self, observed: f64, trials: f64, share: f64) {
        self.join(&Self {
            trials,
            observed,
            expected: trials * share,
            variance: trials * share * (1.0 - share),
        });
    }

    /// Adds another count.
    pub fn join(&mut self, other: &Self) {
        self.trials += other.trials;
        self.observed += other.observed;
        self.expected += other.expected;
        self.variance += other.variance;
    }

    /// The one binomial with this expectation and variance: its trials and its share.
    fn binomial(&self) -> Option<(f64, f64)> {
        let share = 1.0 - self.variance / self.expected;
        (self.variance > 1e-9 && share > 1e-9 && share < 1.0).then(|| (self.expected / share, share))
    }

    /// Trials and log-odds of that binomial.
    pub(in crate::stats) fn log_odds(&self) -> Option<(f64, f64)> {
        self.binomial().map(|(trials, share)| (trials, logit(share)))
    }

    /// Expectation and variance where the log-odds of the norm are moved by `shift`.
    #[must_use]
    pub fn moved(&self, shift: f64) -> Option<(f64, f64)> {
        let (trials, log_odds) = self.log_odds()?;
        let moved = expit(log_odds + shift);
        Some((trials * moved, trials * moved * (1.0 - moved)))
    }
}

/// How probable a count as far out as this one is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CountTails {
    /// P(X ≤ observed).
    pub below: f64,
    /// P(X ≥ observed).
    pub above: f64,
    /// Summed over the distributions rather than by the normal approximation?
    pub exact: bool,
}

/// Steps of the normal mixture, on each side of its centre, and their width in standard deviations.
const STEPS: i32 = 24;
const STEP: f64 = 0.25;
/// Weights of the steps, from the centre on.
static WEIGHTS: LazyLock<Vec<f64>> = LazyLock::new(|| {
    (0..=STEPS).map(|step| f64::from(step) * STEP).map(|at| libm::exp(-0.5 * at * at)).collect()
});
/// Up to this ratio of the units' spread to the width of chance every second step gives the same to 11 digits.
const WIDE: f64 = 1.7;
/// A larger spread of log-odds is all or nothing.
const SPREAD_MAX: f64 = 50.0;
/// Nearer than so many standard deviations the normal approximation does: nothing is ever decided there.
const NEAR: f64 = 1.6;

/// The tails of a count under units whose log-odds lie around the norm's.
///
/// - Shapes: a count, the centre and the standard deviation of the units' shifts in; two probabilities out.
/// - Units: counts; shifts are log-odds.
/// - Missing: none.
/// - Fails: `None` where the expectation leaves no room for chance.
/// - Reference: a logit-normal mixture of binomials by the trapezoid rule over ±6 standard deviations; the sum over strata is the
///   binomial of the same mean and variance. With `quick` a count nearer than 1.6 standard deviations gets the normal tails.
/// - Accuracy: without spread and strata that of [`beta_below`](crate::stats::beta_below); else a quarter of the probability, by
///   simulation in the unit test.
/// - Determinism: a function of its arguments.
#[must_use]
pub fn count_tails(count: &Count, centre: f64, spread: f64, quick: bool) -> Option<CountTails> {
    let (trials, log_odds) = count.log_odds()?;
    let odds = libm::exp(log_odds + centre);
    let (p, q) = (odds / (1.0 + odds), 1.0 / (1.0 + odds));
    let (mean, variance) = (trials * p, trials * p * q);
    let deviation = (variance + (spread * variance) * (spread * variance)).sqrt();
    let z = (count.observed - mean) / deviation;
    if quick && z.abs() < NEAR {
        return Some(CountTails { below: normal_below(z), above: normal_above(z), exact: false });
    }
    let binomial = Binomial::new(count.observed, trials);
    let (mut below, mut above, mut total) = (0.0, 0.0, 0.0);
    each_odds(odds, spread.min(SPREAD_MAX), trials, |odds, weight| {
        let (low, high) = binomial.tails(odds);
        below += weight * low;
        above += weight * high;
        total += weight;
    });
    Some(CountTails { below: (below / total).min(1.0), above: (above / total).min(1.0), exact: true })
}

/// A count in a binomial whose trials need not be whole.
struct Binomial {
    x: f64,
    /// P(X ≥ x) is the lower tail of the beta distribution with x and n − x + 1; without a success, P(X ≤ 0) the upper tail
    /// with 1 and n.
    shape: Shape,
}

impl Binomial {
    fn new(x: f64, trials: f64) -> Self {
        // a moment-matched binomial may have fewer trials than were counted
        let trials = trials.max(x);
        Self { x, shape: if x > 0.0 { Shape::new(x, trials - x + 1.0) } else { Shape::new(1.0, trials) } }
    }

    /// P(X ≤ x) and P(X ≥ x) at these odds.
    fn tails(&self, odds: f64) -> (f64, f64) {
        let (p, q) = (odds / (1.0 + odds), 1.0 / (1.0 + odds));
        let ((at_least, fewer), factor) = self.shape.tails(p, q);
        if self.x > 0.0 {
            // P(X = x) = p^x q^(n − x + 1) / B(x, n − x + 1) / (x q)
            let exactly = if q > 0.0 { factor / (self.x * q) } else { 0.0 };
            ((fewer + exactly).min(1.0), at_least)
        } else {
            (fewer, 1.0)
        }
    }
}

/// The odds of the units' distribution with their weights.
fn each_odds(centre: f64, spread: f64, trials: f64, mut each: impl FnMut(f64, f64)) {
    if spread <= 0.0 {
        return each(centre, 1.0);
    }
    let stride = if 0.5 * spread * trials.sqrt() <= WIDE { 2 } else { 1 };
    let factor = libm::exp(spread * STEP * if stride == 2 { 2.0 } else { 1.0 });
    let (mut up, mut down) = (centre, centre);
    for (step, weight) in WEIGHTS.iter().step_by(stride).enumerate() {
        if step == 0 {
            each(centre, *weight);
            continue;
        }
        (up, down) = (up * factor, down / factor);
        each(up, *weight);
        each(down, *weight);
    }
}

/// What is known of a unit's shift: the norm's distribution and its own count together.
///
/// - Shapes: a count, the centre and the standard deviation of the units' shifts in; mean and 95 % interval out.
/// - Units: log-odds.
/// - Missing: none.
/// - Fails: `None` where the expectation leaves no room for chance; without spread everything is the centre.
/// - Reference: empirical Bayes (Efron, Morris 1975); the posterior on a grid around its highest place, a fifth of its standard
///   deviation wide; the ends of the interval lie between the points.
/// - Accuracy: 0.01 standard deviations of the norm; unit test against a fine grid.
/// - Determinism: a function of its arguments.
#[must_use]
pub fn shrunken_shift(count: &Count, centre: f64, spread: f64) -> Option<(f64, Interval)> {
    let (trials, log_odds) = count.log_odds()?;
    if spread <= 0.0 {
        return Some((centre, Interval { low: centre, high: centre }));
    }
    let (x, all, spread) = (count.observed, trials.max(count.observed), spread.min(SPREAD_MAX));
    // at: in standard deviations of the norm
    let odds = |at: f64| libm::exp(log_odds + centre + spread * at);
    let slope = |at: f64| {
        let odds = odds(at);
        let p = odds / (1.0 + odds);
        (spread * (x - all * p) - at, spread * spread * all * p * (1.0 - p) + 1.0)
    };
    let top = highest(slope);
    let width = POINT / slope(top).1.sqrt();
    let log_density = |at: f64| x * spread * at - all * libm::log1p(odds(at)) - 0.5 * at * at;
    let level = log_density(top);
    let away = |step: f64| -> Vec<(f64, f64)> {
        let points = (1..1_000).map(|i| top + step * f64::from(i));
        let points = points.map(|at| (at, libm::exp(log_density(at) - level)));
        points.take_while(|(_, weight)| *weight > NOTHING).collect()
    };
    let mut points = away(-width);
    points.reverse();
    points.push((top, 1.0));
    points.extend(away(width));
    let total = points.iter().map(|(_, weight)| weight).sum::<f64>();
    let mean = points.iter().map(|(at, weight)| at * weight).sum::<f64>() / total;
    let end = |level: f64| {
        let (mut passed, wanted) = (0.0, level * total);
        for (at, weight) in &points {
            if passed + weight >= wanted {
                return at + width * ((wanted - passed) / weight - 0.5);
            }
            passed += weight;
        }
        top
    };
    let at = |z: f64| centre + spread * z;
    Some((at(mean), Interval { low: at(end(0.025)), high: at(end(0.975)) }))
}

/// Width of the posterior's grid in standard deviations of the posterior, and the relative density that is nothing.
const POINT: f64 = 0.2;
const NOTHING: f64 = 1e-11;

/// The place where a falling slope, given with its steepness, is nothing: Newton's steps, kept inside a shrinking bracket.
fn highest(slope: impl Fn(f64) -> (f64, f64)) -> f64 {
    let (mut low, mut high) = (-1e3_f64, 1e3_f64);
    let mut at = 0.0;
    for _ in 0..60 {
        let (slope, steepness) = slope(at);
        *(if slope > 0.0 { &mut low } else { &mut high }) = at;
        let next = at + slope / steepness;
        let next = if next > low && next < high { next } else { 0.5 * (low + high) };
        if (next - at).abs() < 1e-6 {
            return next;
        }
        at = next;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::{Count, count_tails, shrunken_shift};
    use crate::stats::{Rng, beta_above, beta_below, expit, logit};

    #[test]
    fn without_spread_the_tails_are_the_binomials() {
        let mut count = Count::default();
        count.add(3.0, 10.0, 0.5);
        let tails = count_tails(&count, 0.0, 0.0, false).unwrap();
        // 1 + 10 + 45 + 120 of 1024, and all but 1 + 10 + 45
        assert!((tails.below - 176.0 / 1024.0).abs() < 1e-12 && (tails.above - 968.0 / 1024.0).abs() < 1e-12);
        assert!(count_tails(&Count::default(), 0.0, 0.5, false).is_none());
        let all = Count { observed: 10.0, ..count };
        assert!((count_tails(&all, 0.0, 0.0, false).unwrap().above - 1.0 / 1024.0).abs() < 1e-12);
    }

    #[test]
    fn p_of_units_that_differ_is_small_as_often_as_it_says() {
        let mut rng = Rng::new(5);
        let draws = 60_000;
        let mut small = [0_u32; 3];
        let levels = [0.05, 0.01, 0.002];
        for _ in 0..draws {
            let shift = 0.5 * rng.normal();
            let mut count = Count::default();
            for (trials, share) in [(30_u64, 0.2), (50, 0.35), (20, 0.1)] {
                let x = rng.binomial(trials, expit(logit(share) + shift));
                count.add(x as f64, trials as f64, share);
            }
            let p = count_tails(&count, 0.0, 0.5, true).unwrap().above;
            for (slot, level) in small.iter_mut().zip(levels) {
                *slot += u32::from(p <= level);
            }
        }
        for (count, level) in small.into_iter().zip(levels) {
            let rate = f64::from(count) / f64::from(draws);
            let error = (level / f64::from(draws)).sqrt();
            // a discrete count reaches its level at most, and not far below it
            assert!(rate < 1.25 * level + 3.0 * error && rate > 0.6 * level, "{rate} {level}");
        }
    }

    #[test]
    fn a_shift_is_drawn_towards_the_norm() {
        let mut count = Count::default();
        count.add(45.0, 60.0, 0.5);
        let (mean, interval) = shrunken_shift(&count, 0.0, 0.5).unwrap();
        // own log-odds ln 3 = 1.10 with variance 1/11.25; the norm's 1/4: 0.25 / (0.25 + 0.07) of it
        assert!(mean > 0.7 && mean < 1.0, "{mean}");
        assert!(interval.low > 0.3 && interval.high < 1.5, "{interval:?}");
        let (still, _) = shrunken_shift(&count, 0.2, 0.0).unwrap();
        assert!((still - 0.2).abs() < 1e-15);
    }

    /// The same posterior on 20 001 points over ±10 standard deviations.
    fn plain(count: &Count, centre: f64, spread: f64) -> [f64; 3] {
        let (trials, log_odds) = count.log_odds().unwrap();
        let all = trials.max(count.observed);
        let at = |i: usize| (i as f64 - 10_000.0) / 1_000.0;
        let density = |i: usize| {
            let t = log_odds + centre + spread * at(i);
            count.observed * t - all * libm::log1p(libm::exp(t)) - 0.5 * at(i) * at(i)
        };
        let top = (0..=20_000).map(density).fold(f64::MIN, f64::max);
        let weights: Vec<f64> = (0..=20_000).map(|i| libm::exp(density(i) - top)).collect();
        let total: f64 = weights.iter().sum();
        let mean = weights.iter().enumerate().map(|(i, w)| at(i) * w).sum::<f64>() / total;
        let end = |level: f64| {
            let mut passed = 0.0;
            let reached = |w: &f64| {
                passed += w;
                passed >= level * total
            };
            at(weights.iter().position(reached).unwrap())
        };
        [mean, end(0.025), end(0.975)].map(|z| centre + spread * z)
    }

    #[test]
    fn a_shift_is_that_of_a_fine_grid() {
        for (observed, trials, share) in
            [(0.0, 12.0, 0.1), (9.0, 12.0, 0.1), (45.0, 60.0, 0.5), (3.0, 900.0, 0.02)]
        {
            for (centre, spread) in [(0.0, 0.05), (0.3, 0.5), (-0.4, 2.0)] {
                let mut count = Count::default();
                count.add(observed, trials, share);
                let (mean, interval) = shrunken_shift(&count, centre, spread).unwrap();
                let plain = plain(&count, centre, spread);
                for (found, plain) in [mean, interval.low, interval.high].into_iter().zip(plain) {
                    assert!((found - plain).abs() < 0.01 * spread, "{observed} {spread}: {found} {plain}");
                }
            }
        }
    }

    #[test]
    fn tails_are_those_of_a_plain_mixture() {
        for (observed, trials, share) in
            [(0.0, 12.0, 0.1), (9.0, 12.0, 0.1), (45.0, 60.0, 0.5), (60.0, 60.0, 0.9)]
        {
            for spread in [0.05, 0.4, 1.5] {
                let mut count = Count::default();
                count.add(observed, trials, share);
                let (mut below, mut above, mut total) = (0.0, 0.0, 0.0);
                for step in -600..=600 {
                    let at = f64::from(step) / 100.0;
                    let p = expit(logit(share) + 0.2 + spread * at);
                    let weight = libm::exp(-0.5 * at * at);
                    total += weight;
                    let fewer = if observed < trials {
                        beta_above(p, observed + 1.0, trials - observed)
                    } else {
                        Some(1.0)
                    };
                    let more = if observed > 0.0 {
                        beta_below(p, observed, trials - observed + 1.0)
                    } else {
                        Some(1.0)
                    };
                    below += weight * fewer.unwrap();
                    above += weight * more.unwrap();
                }
                let tails = count_tails(&count, 0.2, spread, false).unwrap();
                for (found, plain) in [(tails.below, below / total), (tails.above, above / total)] {
                    assert!(
                        (found / plain - 1.0).abs() < 1e-4,
                        "{observed} {trials} {spread}: {found} {plain}"
                    );
                }
            }
        }
    }
}
