//! The bootstrap: resampled units, the same draws on every platform and with any number of threads.

use rayon::prelude::*;

use crate::stats::normal::quantile;
use crate::stats::{Interval, Rng, mean, normal_below, standard_deviation, sum};

/// A statistic on resampled units.
#[derive(Debug, Clone, PartialEq)]
pub struct Resampled {
    /// The statistic on the units themselves.
    pub estimate: f64,
    /// Its values on the resamples where it exists, sorted.
    pub sorted: Vec<f64>,
    /// Resamples where the statistic does not exist.
    pub failed: usize,
}

/// A resample whose statistic does not exist is told; more than this share of them, and there is no interval.
const FAILED_MAX: f64 = 0.05;

/// Draws resamples of units with replacement, and the statistic on each.
///
/// - Shapes: `units` is their number (rows, or whole clusters); `statistic` takes numbers of units below it, each as often as
///   it was drawn.
/// - Units: those of the statistic.
/// - Missing: a statistic that does not exist on a resample is `None`, and is counted.
/// - Fails: `None` where there are fewer than two units or resamples, or the statistic does not exist on the units themselves.
/// - Reference: Efron, Tibshirani (1993), «An Introduction to the Bootstrap», 6; whole clusters: Davison, Hinkley (1997), 3.8.
/// - Accuracy: that of the statistic; the intervals against R's `boot` in `tests/reference.rs`.
/// - Determinism: resample b is drawn by part b of the seed; no dependence on threads.
#[must_use]
pub fn bootstrap(
    units: usize,
    replications: usize,
    seed: u64,
    statistic: impl Fn(&[usize]) -> Option<f64> + Sync,
) -> Option<Resampled> {
    if units < 2 || replications < 2 {
        return None;
    }
    let all: Vec<usize> = (0..units).collect();
    let estimate = statistic(&all).filter(|v| v.is_finite())?;
    let drawn: Vec<Option<f64>> = (0..replications as u64)
        .into_par_iter()
        .map(|part| {
            let mut rng = Rng::part(seed, part);
            let draw = |_| usize::try_from(rng.below(units as u64)).unwrap_or(0);
            let sample: Vec<usize> = (0..units).map(draw).collect();
            statistic(&sample).filter(|v| v.is_finite())
        })
        .collect();
    let mut sorted: Vec<f64> = drawn.iter().flatten().copied().collect();
    sorted.sort_by(f64::total_cmp);
    Some(Resampled { estimate, failed: replications - sorted.len(), sorted })
}

/// The statistic without each unit in turn.
///
/// - Shapes: as [`bootstrap`]; `units` values out.
/// - Units: those of the statistic.
/// - Missing: none can be.
/// - Fails: `None` where the statistic does not exist without one of the units.
/// - Reference: Efron, Tibshirani (1993), 11.
/// - Accuracy: that of the statistic.
/// - Determinism: a function of its arguments; no dependence on threads.
#[must_use]
pub fn jackknife(units: usize, statistic: impl Fn(&[usize]) -> Option<f64> + Sync) -> Option<Vec<f64>> {
    (0..units)
        .into_par_iter()
        .map(|left| {
            let rest: Vec<usize> = (0..units).filter(|unit| *unit != left).collect();
            statistic(&rest).filter(|v| v.is_finite())
        })
        .collect()
}

impl Resampled {
    /// The standard deviation of the resamples.
    #[must_use]
    pub fn std_error(&self) -> Option<f64> {
        standard_deviation(&self.sorted)
    }

    /// The percentile interval; `None` where too many resamples have no statistic.
    #[must_use]
    pub fn percentile(&self, level: f64) -> Option<Interval> {
        let tail = 0.5 - level / 2.0;
        Some(Interval { low: self.quantile(tail)?, high: self.quantile(1.0 - tail)? })
    }

    /// The bias-corrected and accelerated interval (Efron 1987, JASA 82(397), eq. 2.3), the acceleration from the jackknife;
    /// `None` where all resamples lie on one side of the estimate, or too many have no statistic.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "numbers of resamples")]
    pub fn bca(&self, level: f64, jackknife: &[f64]) -> Option<Interval> {
        let below = self.sorted.iter().filter(|v| **v < self.estimate).count();
        if below == 0 || below == self.sorted.len() {
            return None;
        }
        let bias = quantile(below as f64 / self.sorted.len() as f64);
        let centre = mean(jackknife)?;
        let gaps: Vec<f64> = jackknife.iter().map(|v| centre - v).collect();
        let squares = sum(&gaps.iter().map(|g| g * g).collect::<Vec<_>>());
        let cubes = sum(&gaps.iter().map(|g| g * g * g).collect::<Vec<_>>());
        let acceleration = if squares > 0.0 { cubes / (6.0 * squares * squares.sqrt()) } else { 0.0 };
        let moved = |p: f64| {
            let z = bias + quantile(p);
            normal_below(bias + z / (1.0 - acceleration * z))
        };
        let tail = 0.5 - level / 2.0;
        if !(tail > 0.0 && tail < 0.5) {
            return None;
        }
        Some(Interval { low: self.quantile(moved(tail))?, high: self.quantile(moved(1.0 - tail))? })
    }

    /// The quantile of the resamples, between neighbours on the normal scale (Davison, Hinkley 1997, eq. 5.8).
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rank among the resamples"
    )]
    fn quantile(&self, p: f64) -> Option<f64> {
        let made = self.sorted.len();
        if self.failed as f64 > FAILED_MAX * (made + self.failed) as f64 || !(p > 0.0 && p < 1.0) {
            return None;
        }
        let slots = (made + 1) as f64;
        let rank = (slots * p).floor() as usize;
        if rank == 0 || rank >= made {
            return self.sorted.get(if rank == 0 { 0 } else { made.checked_sub(1)? }).copied();
        }
        let (low, high) = (self.sorted[rank - 1], self.sorted[rank]);
        let (here, below, above) =
            (quantile(p), quantile(rank as f64 / slots), quantile((rank + 1) as f64 / slots));
        Some(low + (here - below) / (above - below) * (high - low))
    }
}

#[cfg(test)]
mod tests {
    use super::{Resampled, bootstrap, jackknife};

    #[test]
    fn the_same_draws_with_any_number_of_threads() {
        let values: Vec<f64> = (0..40).map(|i| f64::from(i * i % 23)).collect();
        let mean =
            |units: &[usize]| crate::stats::mean(&units.iter().map(|u| values[*u]).collect::<Vec<_>>());
        let run = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| bootstrap(40, 500, 11, mean).unwrap())
        };
        let one = run(1);
        assert_eq!(one, run(5));
        assert_ne!(one.sorted, bootstrap(40, 500, 12, mean).unwrap().sorted);
        // the error of a mean: population deviation by root n
        let sd = crate::stats::standard_deviation(&values).unwrap() * (39.0_f64 / 40.0).sqrt();
        assert!((one.std_error().unwrap() / (sd / 40.0_f64.sqrt()) - 1.0).abs() < 0.1);
        let left = jackknife(40, mean).unwrap();
        assert!((left[0] - values.iter().sum::<f64>() / 39.0).abs() < 1e-12);
        let (plain, bca) = (one.percentile(0.95).unwrap(), one.bca(0.95, &left).unwrap());
        assert!(plain.low < one.estimate && one.estimate < plain.high && (bca.low - plain.low).abs() < 1.0);
    }

    #[test]
    fn what_does_not_exist_is_counted_and_too_much_of_it_is_refused() {
        let seldom =
            bootstrap(30, 200, 1, |units| units.contains(&0).then(|| units.len() as f64 + units[0] as f64));
        let seldom = seldom.unwrap();
        assert!(seldom.failed > 30 && seldom.percentile(0.9).is_none());
        assert!(bootstrap(1, 100, 1, |_| Some(1.0)).is_none() && bootstrap(9, 100, 1, |_| None).is_none());
        let flat = Resampled { estimate: 1.0, sorted: vec![1.0; 100], failed: 0 };
        assert!(flat.bca(0.95, &[1.0; 9]).is_none());
    }
}
