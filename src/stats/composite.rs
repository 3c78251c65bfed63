//! An index made of several shares, with what their counts leave open.

use rayon::prelude::*;

use crate::stats::log_odds::LogOdds;
use crate::stats::sum::Total;
use crate::stats::{BetaPrior, Interval, Rng, RobustScale, logit, sum};

/// One share of one unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Component {
    /// Posterior distribution of the true share.
    pub posterior: BetaPrior,
    /// Centre and spread of the log-odds over all units.
    pub scale: RobustScale,
    /// 1 where more of it makes the index larger, −1 where smaller.
    pub direction: f64,
    /// What it counts beside the others, above 0.
    pub weight: f64,
}

/// The index of one unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Composite {
    /// Weighted mean of the directed, standardised log-odds.
    pub value: f64,
    /// Equal-tailed interval over posterior draws of the shares.
    pub interval: Interval,
}

/// The weighted mean of directed, standardised log-odds of several shares for each unit, with an interval from posterior
/// draws.
///
/// - Shapes: m units of any number of components, each unit with its own seed (m); m answers.
/// - Units: robust standard deviations of the components.
/// - Missing: leave missing components out: the weights of the others count as they are; a unit without components gives
///   `None`.
/// - Fails: `None` for a unit without components, a weight that is not above 0, for fewer than 20 draws, or a level outside (0, 1); every unit `None` where
///   seeds and units differ in number.
/// - Reference: simulation from the beta posterior (Gelman et al. 2013, «Bayesian Data Analysis», 2.3); centre and spread
///   are taken as known. The interval speaks of sampling of pupils only, not of the choice of components.
/// - Accuracy: Monte-Carlo error of the ends about 2.7 / √draws of a posterior standard deviation at a level of 0.95; unit
///   test of this file against the exact quantile.
/// - Determinism: a unit's answer depends on its components and its seed alone; threads change nothing.
#[must_use]
pub fn composites(
    units: &[Vec<Component>],
    seeds: &[u64],
    draws: usize,
    level: f64,
) -> Vec<Option<Composite>> {
    if seeds.len() != units.len() {
        return vec![None; units.len()];
    }
    let one = |unit: &Vec<Component>, seed| composite(unit, seed, draws, level).map(|(index, _)| index);
    units.par_iter().zip(seeds).map(|(unit, &seed)| one(unit, seed)).collect()
}

/// The indices of [`composites`] with the draws behind their intervals: what ranks and chances are counted in.
///
/// - Shapes: as [`composites`]; with each index its draws (in no order).
/// - Units: those of the index.
/// - Missing: as [`composites`].
/// - Fails: as [`composites`].
/// - Reference: as [`composites`].
/// - Accuracy: as [`composites`]; the draws of different units are independent of each other.
/// - Determinism: as [`composites`].
#[must_use]
pub fn composites_drawn(
    units: &[Vec<Component>],
    seeds: &[u64],
    draws: usize,
    level: f64,
) -> Vec<Option<(Composite, Vec<f64>)>> {
    if seeds.len() != units.len() {
        return vec![None; units.len()];
    }
    units.par_iter().zip(seeds).map(|(unit, &seed)| composite(unit, seed, draws, level)).collect()
}

fn composite(unit: &[Component], seed: u64, draws: usize, level: f64) -> Option<(Composite, Vec<f64>)> {
    let weights: Vec<f64> = unit.iter().map(|c| c.weight).collect();
    let sound = draws >= 20 && level > 0.0 && level < 1.0;
    if !sound || unit.is_empty() || !weights.iter().all(|w| *w > 0.0 && w.is_finite()) {
        return None;
    }
    let known = sum(&weights);
    let means = unit.iter().map(|c| directed(c, logit(c.posterior.posterior_mean(0, 0))));
    let value = sum(&means.collect::<Vec<_>>()) / known;
    let mut rng = Rng::new(seed);
    let (mut odds, mut totals) = (vec![0.0; draws], vec![Total::default(); draws]);
    for component in unit {
        LogOdds::new(component.posterior.alpha, component.posterior.beta).fill(&mut rng, &mut odds);
        for (total, odds) in totals.iter_mut().zip(&odds) {
            total.add(directed(component, *odds));
        }
    }
    let drawn: Vec<f64> = totals.into_iter().map(|total| total.value() / known).collect();
    let mut sorted = drawn.clone();
    sorted.sort_unstable_by(f64::total_cmp);
    let tail = 0.5 - level / 2.0;
    let interval = Interval { low: quantile(&sorted, tail), high: quantile(&sorted, 1.0 - tail) };
    Some((Composite { value, interval }, drawn))
}

fn directed(component: &Component, log_odds: f64) -> f64 {
    component.weight * component.direction * component.scale.z(log_odds)
}

/// Quantile of sorted values, type 7 of Hyndman and Fan (1996).
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a position among the draws"
)]
pub(in crate::stats) fn quantile(sorted: &[f64], p: f64) -> f64 {
    let position = p * (sorted.len() - 1) as f64;
    let below = (position as usize).min(sorted.len() - 1);
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (position - below as f64) * (sorted[above] - sorted[below])
}

#[cfg(test)]
mod tests {
    use super::{Component, composites};
    use crate::stats::{BetaPrior, Location, RobustScale, beta_quantile, logit};

    fn part(alpha: f64, beta: f64, direction: f64) -> Component {
        let scale = RobustScale { centre: -1.0, spread: 0.5, location: Location::Median };
        Component { posterior: BetaPrior { alpha, beta }, scale, direction, weight: 1.0 }
    }

    #[test]
    fn one_component_has_the_quantiles_of_its_beta_distribution() {
        let answer = composites(&[vec![part(6.0, 30.0, -1.0)]], &[4], 40_000, 0.95)[0].unwrap();
        let end = |p: f64| -(logit(beta_quantile(p, 6.0, 30.0).unwrap()) + 1.0) / 0.5;
        assert!((answer.value - -(logit(1.0 / 6.0) + 1.0) / 0.5).abs() < 1e-12);
        assert!((answer.interval.low - end(0.975)).abs() < 0.05, "{answer:?} {}", end(0.975));
        assert!((answer.interval.high - end(0.025)).abs() < 0.05, "{answer:?} {}", end(0.025));
    }

    #[test]
    fn a_unit_is_untouched_by_the_others_and_opposites_cancel() {
        let (one, two) = (vec![part(2.0, 9.0, 1.0)], vec![part(2.0, 9.0, 1.0), part(2.0, 9.0, -1.0)]);
        let together = composites(&[one.clone(), two, vec![]], &[8, 9, 10], 200, 0.95);
        assert_eq!(together[0], composites(&[one], &[8], 200, 0.95)[0]);
        assert!(together[1].unwrap().value.abs() < 1e-15);
        assert!(together[2].is_none());
        assert!(composites(&[vec![]], &[], 200, 0.95)[0].is_none());
    }

    #[test]
    fn a_component_counts_by_its_weight_and_only_their_ratio_matters() {
        let weighed = |a: f64, b: f64| {
            let unit = vec![
                Component { weight: a, ..part(6.0, 30.0, 1.0) },
                Component { weight: b, ..part(2.0, 9.0, 1.0) },
            ];
            composites(&[unit], &[5], 400, 0.95)[0]
        };
        let alone =
            |alpha, beta| composites(&[vec![part(alpha, beta, 1.0)]], &[5], 400, 0.95)[0].unwrap().value;
        let expected = 0.75 * alone(6.0, 30.0) + 0.25 * alone(2.0, 9.0);
        assert!((weighed(3.0, 1.0).unwrap().value - expected).abs() < 1e-12);
        assert!(
            (weighed(3.0, 1.0).unwrap().interval.low - weighed(6.0, 2.0).unwrap().interval.low).abs() < 1e-12
        );
        assert!(weighed(0.0, 1.0).is_none() && weighed(f64::NAN, 1.0).is_none());
    }
}
