//! The log posterior of the hyperparameters: intercepts and logarithms of spreads.

use rayon::prelude::*;

use super::unit::{Peak, Share, Unit};
use super::{INTERCEPT_SD, SPREAD_SCALE};
use crate::stats::{Rng, sum};

/// Pairs of draws that correct a group's likelihood.
const PAIRS: usize = 12;

/// All groups.
pub(super) struct Whole<'a> {
    pub units: &'a [Unit],
    pub tests: usize,
    pub seed: u64,
}

impl Whole<'_> {
    /// Seeds of the correcting draws are those of the group, whatever the hyperparameters.
    fn shares(&self, at: &[f64], pairs: usize, with_slope: bool) -> Option<Vec<Share>> {
        let (intercepts, logs) = at.split_at(self.tests);
        let variances: Vec<f64> = logs.iter().map(|log| libm::exp(2.0 * log)).collect();
        self.units
            .par_iter()
            .enumerate()
            .map_init(Peak::default, |peak, (group, unit)| {
                // each search starts from the same point, so that it does not matter which thread had which group before
                peak.mode.fill(0.0);
                let seed = Rng::part(self.seed, group as u64).next_u64();
                peak.find(unit, intercepts, &variances)
                    .then(|| peak.share(unit, pairs, seed, with_slope))
                    .flatten()
            })
            .collect()
    }

    /// The log marginal likelihood.
    pub fn log_likelihood(&self, at: &[f64]) -> Option<f64> {
        let shares = self.shares(at, PAIRS, false)?;
        Some(sum(&shares.iter().map(|share| share.log_likelihood).collect::<Vec<_>>()))
    }

    /// Laplace's approximation of it, without the correction.
    #[cfg(test)]
    pub fn laplace(&self, at: &[f64]) -> Option<f64> {
        let shares = self.shares(at, 0, false)?;
        Some(sum(&shares.iter().map(|share| share.log_likelihood).collect::<Vec<_>>()))
    }

    /// The log posterior and its derivatives.
    pub fn ascent(&self, at: &[f64]) -> Option<(f64, Vec<f64>)> {
        let shares = self.shares(at, PAIRS, true)?;
        let mut terms: Vec<f64> = shares.iter().map(|share| share.log_likelihood).collect();
        let mut slope = vec![0.0; at.len()];
        for (unit, share) in self.units.iter().zip(&shares) {
            for (&test, d) in unit.tests.iter().zip(&share.intercepts) {
                slope[test] += d;
            }
            for (component, d) in share.variances.iter().enumerate() {
                slope[self.tests + component] += d;
            }
        }
        for (place, (slope, &value)) in slope.iter_mut().zip(at).enumerate() {
            if place < self.tests {
                let scaled = value / INTERCEPT_SD;
                terms.push(-0.5 * scaled * scaled);
                *slope -= scaled / INTERCEPT_SD;
            } else {
                // by the logarithm of σ, with the derivative of the change of variable
                let variance = libm::exp(2.0 * value);
                let scaled = variance / (SPREAD_SCALE * SPREAD_SCALE);
                terms.push(value - 0.5 * scaled);
                *slope = *slope * 2.0 * variance + 1.0 - scaled;
            }
        }
        Some((sum(&terms), slope))
    }
}
