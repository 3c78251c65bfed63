//! Other weights: what an index would be had its parts been weighed a little otherwise.

use crate::stats::Rng;
use crate::stats::sum::Total;

/// Weighted means of each unit under weights drawn around declared ones.
///
/// - Shapes: m units of k values each, k weights; m vectors of d means. The j-th means of all units have the same weights.
/// - Units: those of the values.
/// - Missing: a missing value is left out and the other weights of the draw count as they are; a unit without values, or one
///   whose values all got no weight, has NaN.
/// - Fails: `None` where units and weights differ in length, a weight or the concentration is not above 0 and finite, or
///   there are no draws.
/// - Reference: weights of a Dirichlet distribution with the declared weights as its mean, Saisana, Saltelli, Tarantola (2005),
///   JRSS A 168(2), section 3 (uncertainty of weights of composite indicators). A weight w (of a sum of 1) is drawn with a
///   standard deviation of √(w(1 − w)/(concentration + 1)).
/// - Accuracy: Monte-Carlo; `tests/adverse.rs` against the exact beta probability of two parts.
/// - Determinism: a function of its arguments.
#[must_use]
pub fn reweighted(
    units: &[Vec<Option<f64>>],
    weights: &[f64],
    concentration: f64,
    draws: usize,
    seed: u64,
) -> Option<Vec<Vec<f64>>> {
    let good = |weight: f64| weight > 0.0 && weight.is_finite();
    let total = crate::stats::sum(weights);
    let shaped = units.iter().all(|unit| unit.len() == weights.len());
    if !shaped
        || weights.is_empty()
        || !weights.iter().all(|&w| good(w))
        || !good(concentration)
        || draws == 0
    {
        return None;
    }
    let mut rng = Rng::new(seed);
    let drawn: Vec<Vec<f64>> =
        (0..draws).map(|_| dirichlet(&mut rng, weights, concentration / total)).collect();
    let mean = |unit: &Vec<Option<f64>>, weights: &Vec<f64>| {
        let (mut above, mut below) = (Total::default(), Total::default());
        for (value, weight) in unit.iter().zip(weights) {
            if let Some(value) = value {
                above.add(weight * value);
                below.add(*weight);
            }
        }
        above.value() / below.value()
    };
    Some(units.iter().map(|unit| drawn.iter().map(|weights| mean(unit, weights)).collect()).collect())
}

/// A draw of the Dirichlet distribution with these parameters (each times `scale`), by gamma numbers in logarithms.
fn dirichlet(rng: &mut Rng, weights: &[f64], scale: f64) -> Vec<f64> {
    let logs: Vec<f64> = weights.iter().map(|weight| rng.log_gamma(weight * scale)).collect();
    let largest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    logs.iter().map(|log| libm::exp(log - largest)).collect()
}

#[cfg(test)]
mod tests {
    use super::reweighted;

    #[test]
    fn a_unit_of_one_value_stays_and_an_empty_one_has_none() {
        let units = [vec![Some(2.0), Some(2.0)], vec![Some(-1.0), None], vec![None, None]];
        let drawn = reweighted(&units, &[1.0, 3.0], 20.0, 50, 1).unwrap();
        assert!(drawn[0].iter().all(|mean| (mean - 2.0).abs() < 1e-12));
        assert!(drawn[1].iter().all(|mean| (mean + 1.0).abs() < 1e-12));
        assert!(drawn[2].iter().all(|mean| mean.is_nan()));
    }

    #[test]
    fn wrong_weights_are_refused() {
        let units = [vec![Some(2.0), Some(2.0)]];
        for (weights, concentration, draws) in [
            (vec![1.0], 9.0, 9),
            (vec![1.0, 0.0], 9.0, 9),
            (vec![1.0, 1.0], 0.0, 9),
            (vec![1.0, 1.0], 9.0, 0),
        ] {
            assert!(reweighted(&units, &weights, concentration, draws, 1).is_none());
        }
    }
}
