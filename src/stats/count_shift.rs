//! Counts against what was expected of them, where units differ from each other beyond chance.

use crate::stats::{Interval, beta_above, beta_below, expit, logit, normal_above, normal_below};

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

    /// Expectation and variance where the log-odds of the norm are moved by `shift`.
    #[must_use]
    pub fn moved(&self, shift: f64) -> Option<(f64, f64)> {
        let (trials, share) = self.binomial()?;
        let moved = expit(logit(share) + shift);
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
/// - Accuracy: without spread and strata that of [`beta_below`]; else a quarter of the probability, by simulation in the unit
///   test.
/// - Determinism: a function of its arguments.
#[must_use]
pub fn count_tails(count: &Count, centre: f64, spread: f64, quick: bool) -> Option<CountTails> {
    let (mean, variance) = count.moved(centre)?;
    let deviation = (variance + (spread * variance) * (spread * variance)).sqrt();
    let z = (count.observed - mean) / deviation;
    if quick && z.abs() < NEAR {
        return Some(CountTails { below: normal_below(z), above: normal_above(z), exact: false });
    }
    let (trials, share) = count.binomial()?;
    let (mut below, mut above, mut total) = (0.0, 0.0, 0.0);
    each_shift(centre, spread, |shift, weight| {
        let (low, high) = binomial_tails(count.observed, trials, expit(logit(share) + shift));
        below += weight * low;
        above += weight * high;
        total += weight;
    });
    Some(CountTails { below: (below / total).min(1.0), above: (above / total).min(1.0), exact: true })
}

/// P(X ≤ x) and P(X ≥ x) of a binomial whose trials need not be whole.
fn binomial_tails(x: f64, trials: f64, share: f64) -> (f64, f64) {
    // a moment-matched binomial may have fewer trials than were counted
    let trials = trials.max(x);
    let below = if x >= trials { Some(1.0) } else { beta_above(share, x + 1.0, trials - x) };
    let above = if x <= 0.0 { Some(1.0) } else { beta_below(share, x, trials - x + 1.0) };
    (below.unwrap_or(1.0), above.unwrap_or(1.0))
}

fn each_shift(centre: f64, spread: f64, mut each: impl FnMut(f64, f64)) {
    if spread <= 0.0 {
        return each(centre, 1.0);
    }
    for step in -STEPS..=STEPS {
        let at = f64::from(step) * STEP;
        each(centre + spread * at, libm::exp(-0.5 * at * at));
    }
}

/// What is known of a unit's shift: the norm's distribution and its own count together.
///
/// - Shapes: a count, the centre and the standard deviation of the units' shifts in; mean and 95 % interval out.
/// - Units: log-odds.
/// - Missing: none.
/// - Fails: `None` where the expectation leaves no room for chance; without spread everything is the centre.
/// - Reference: empirical Bayes (Efron, Morris 1975); the posterior on a grid of 241 points over ±6 standard deviations.
/// - Accuracy: 0.05 standard deviations of the norm at the interval's ends; unit test against a fine grid.
/// - Determinism: a function of its arguments.
#[must_use]
pub fn shrunken_shift(count: &Count, centre: f64, spread: f64) -> Option<(f64, Interval)> {
    let (trials, share) = count.binomial()?;
    if spread <= 0.0 {
        return Some((centre, Interval { low: centre, high: centre }));
    }
    let (x, rest) = (count.observed, (trials - count.observed).max(0.0));
    let log_density = |at: f64| {
        let p = expit(logit(share) + centre + spread * at);
        x * libm::log(p.max(1e-300)) + rest * libm::log((1.0 - p).max(1e-300)) - 0.5 * at * at
    };
    let points: Vec<(f64, f64)> =
        (-120..=120).map(|i| f64::from(i) * 0.05).map(|at| (at, log_density(at))).collect();
    let top = points.iter().map(|point| point.1).fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = points.iter().map(|point| libm::exp(point.1 - top)).collect();
    let total = crate::stats::sum(&weights);
    let mean = points.iter().zip(&weights).map(|(point, w)| point.0 * w).sum::<f64>() / total;
    let end = |level: f64| {
        let mut passed = 0.0;
        let found = points.iter().zip(&weights).find(|(_, w)| {
            passed += **w;
            passed >= level * total
        });
        found.map_or(6.0, |(point, _)| point.0)
    };
    let at = |z: f64| centre + spread * z;
    Some((at(mean), Interval { low: at(end(0.025)), high: at(end(0.975)) }))
}

#[cfg(test)]
mod tests {
    use super::{Count, count_tails, shrunken_shift};
    use crate::stats::{Rng, expit, logit};

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
}
