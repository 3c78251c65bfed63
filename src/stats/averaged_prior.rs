//! Shares of many schools with what the counts leave open about how much the schools differ.

use crate::stats::beta_binomial::{
    Likelihood, Point as Support, PriorTrouble, STRENGTH, likelihood, maximise_or_profile,
};
use crate::stats::{BetaPrior, expit, sum};

/// The beta distribution of the schools' true shares, averaged over the strengths and means that the counts allow.
#[derive(Debug, Clone, PartialEq)]
pub struct AveragedPrior {
    /// One a strength, weights adding up to 1.
    points: Vec<Point>,
}

/// One strength: how probable it is, the likeliest mean and its variance.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Point {
    weight: f64,
    strength: f64,
    mean: f64,
    mean_variance: f64,
}

impl AveragedPrior {
    /// The distribution of the true share of a school with `x` of `n`: the beta distribution with the mean and the variance
    /// of the average over strengths and means. `x` above `n` counts as `n`.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts of pupils")]
    pub fn posterior(&self, x: u64, n: u64) -> BetaPrior {
        let (x, n) = (x.min(n) as f64, n as f64);
        let of = |point: &Point| {
            let Point { weight, strength, mean, mean_variance } = *point;
            let own = (strength * mean + x) / (strength + n);
            let drawn = strength / (strength + n);
            let variance = own * (1.0 - own) / (strength + n + 1.0) + drawn * drawn * mean_variance;
            (weight, own, variance)
        };
        let parts: Vec<(f64, f64, f64)> = self.points.iter().map(of).collect();
        let total = |term: &dyn Fn(&(f64, f64, f64)) -> f64| sum(&parts.iter().map(term).collect::<Vec<_>>());
        let mean = total(&|(weight, own, _)| weight * own);
        let variance = total(&|(weight, own, variance)| weight * (variance + (own - mean) * (own - mean)));
        let strength = (mean * (1.0 - mean) / variance - 1.0).max(STRENGTH.0);
        BetaPrior { alpha: strength * mean, beta: strength * (1.0 - mean) }
    }
}

/// The strengths that the counts allow, each with its probability and the mean that goes with it.
///
/// - Shapes: any number of (successes, trials); schools without trials tell nothing and are left out.
/// - Units: counts in.
/// - Missing: leave such schools out.
/// - Fails: as [`fit_beta_binomial`](crate::stats::fit_beta_binomial).
/// - Reference: the beta-binomial model with a uniform prior on the mean and on the correlation ρ = 1 / (1 + strength)
///   between two pupils of a school (a flat prior on the variance between schools: Morris and Tang (2011), Statistical
///   Science 26(2); Tak and Morris (2017), Bayesian Analysis 12(2), for these counts); the mean by Laplace's approximation at
///   each strength, the strength by the trapezoid rule on its logarithm. A plug-in of the likeliest strength says of schools
///   that by chance differ less than chance makes them that they are all the same, and its intervals then are those of
///   the region.
/// - Accuracy: the intervals hold the true share as often as they say under no, small and large differences between schools:
///   `tests/shares.rs`.
/// - Determinism: independent of the order of the schools.
///
/// # Errors
/// As above.
pub fn fit_averaged_prior(counts: &[(u64, u64)]) -> Result<AveragedPrior, PriorTrouble> {
    let (model, start) = likelihood(counts)?;
    let [eta, theta] = maximise_or_profile(&model, start).ok_or(PriorTrouble::NotConverged)?;
    let thetas = grid(&model, eta, theta);
    let mut at = eta;
    let mut told = Vec::with_capacity(thetas.len());
    // from the likeliest strength outwards, so that each mean begins at that of its neighbour
    let split = thetas.partition_point(|t| *t < theta);
    for t in thetas.iter().skip(split) {
        told.extend(point(&model, *t, &mut at));
    }
    at = eta;
    for t in thetas.iter().take(split).rev() {
        told.extend(point(&model, *t, &mut at));
    }
    let best = told.iter().map(|(_, log)| *log).fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = told.iter().map(|(_, log)| libm::exp(log - best)).collect();
    let all = sum(&weights);
    let points: Vec<Point> = told
        .into_iter()
        .zip(weights)
        .map(|((point, _), weight)| Point { weight: weight / all, ..point })
        .collect();
    if points.is_empty() || !all.is_finite() {
        Err(PriorTrouble::NotConverged)
    } else {
        Ok(AveragedPrior { points })
    }
}

/// A likelihood that is narrower than this in the logarithm of the strength is taken around its maximum alone.
const NARROW: f64 = 0.25;

/// Logarithms of strengths, rising: about the maximum where the likelihood is narrow, all that are allowed where it is not.
fn grid(model: &Likelihood, eta: f64, theta: f64) -> Vec<f64> {
    let [h00, h01, h11] = model.at([eta, theta]).hessian;
    let curvature = h01 * h01 / h00 - h11;
    let (low, high) = (libm::log(STRENGTH.0), libm::log(STRENGTH.1));
    // a flat likelihood has no deviation, whatever the sign of its rounding
    let deviation = if curvature > 1e-9 { 1.0 / libm::sqrt(curvature) } else { f64::INFINITY };
    let inside = theta - 5.0 * deviation > low && theta + 5.0 * deviation < high;
    let steps =
        |from: f64, step: f64, count: i32| (0..=count).map(|at| from + step * f64::from(at)).collect();
    if h00 < 0.0 && deviation <= NARROW && inside {
        steps(theta - 5.0 * deviation, deviation, 10)
    } else {
        // as long as a step is no wider than the likelihood the rule is exact
        steps(low, NARROW, 55)
    }
}

/// The likeliest mean of a strength, found from that of another one, with the logarithm of the strength's probability up to a
/// constant. A uniform mean has a logit with the density mean · (1 − mean), whose maximum stands with the likelihood's.
fn point(model: &Likelihood, theta: f64, eta: &mut f64) -> Option<(Point, f64)> {
    let mut here = model.at([*eta, theta]);
    let curvature = |here: &Support, slope: f64| 2.0 * slope - here.hessian[0];
    for _ in 0..60 {
        let (mean, rest) = (expit(*eta), expit(-*eta));
        let curvature = curvature(&here, mean * rest);
        let rise = here.gradient[0] + rest - mean;
        let step = (rise / if curvature > 0.0 { curvature } else { 1e-8 - curvature }).clamp(-1.0, 1.0);
        *eta += step;
        here = model.at([*eta, theta]);
        if step.abs() < 1e-6 {
            break;
        }
    }
    let (mean, rest) = (expit(*eta), expit(-*eta));
    let slope = mean * rest;
    let curvature = curvature(&here, slope);
    let strength = libm::exp(theta);
    let log =
        here.value + libm::log(slope) - 0.5 * libm::log(curvature) + theta - 2.0 * libm::log1p(strength);
    let point = Point { weight: 0.0, strength, mean, mean_variance: slope * slope / curvature };
    (curvature > 0.0 && log.is_finite()).then_some((point, log))
}

#[cfg(test)]
mod tests {
    use super::fit_averaged_prior;
    use crate::stats::{PriorTrouble, Rng};

    /// Two pupils in two schools tell nothing of how schools differ; the average over all that may be still is an answer.
    #[test]
    fn a_handful_of_pupils_has_an_answer() {
        let mut rng = Rng::new(13);
        let two = vec![(1, 1), (0, 1)];
        let some = |_| {
            let schools = 2 + rng.below(5);
            let school = |_| {
                let n = 1 + rng.below(6);
                (rng.below(n + 1), n)
            };
            (0..schools).map(school).collect()
        };
        let cases: Vec<Vec<(u64, u64)>> = std::iter::once(two).chain((0..300).map(some)).collect();
        for counts in cases {
            let prior = match fit_averaged_prior(&counts) {
                Err(trouble) => {
                    assert_eq!(trouble, PriorTrouble::AllAlike, "{counts:?}");
                    continue;
                }
                Ok(prior) => prior,
            };
            for &(x, n) in &counts {
                let posterior = prior.posterior(x, n);
                let (interval, mean) = (posterior.interval(0.95), posterior.mean());
                assert!(interval.low < mean && mean < interval.high, "{counts:?} {interval:?}");
                assert!(interval.high - interval.low > 0.1, "{counts:?} {interval:?}");
            }
        }
    }
}
