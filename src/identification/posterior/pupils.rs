//! From a school's share in general to that of the pupils whom it has.

use std::collections::BTreeMap;

use polars::prelude::DataFrame;

use super::Cut;
use crate::base::{Result, Year};
use crate::stats::{Rng, expit, logit, mean, repeated_part};
use crate::tables::{floats, ints, texts};

/// How reliable the totals behind each indicator are, year by year.
#[derive(Debug, Default)]
pub(in crate::identification) struct Reliabilities(BTreeMap<(String, Year), f64>);

impl Reliabilities {
    /// Reads `test_reliability`.
    pub fn read(frame: &DataFrame) -> Result<Self> {
        let keys = texts(frame, "indicator")?.into_iter().zip(ints(frame, "year")?);
        let rows = keys.zip(floats(frame, "reliability")?);
        let known = rows.filter_map(|((indicator, year), value)| Some(((indicator?, Year(year?)), value?)));
        Ok(Self(known.collect()))
    }

    /// Of one indicator in a year; 0, which leaves everything to chance, where nothing is known.
    pub fn get(&self, indicator: &str, year: Year) -> f64 {
        self.0.get(&(indicator.to_owned(), year)).copied().unwrap_or_default()
    }
}

/// What was counted in a share, and how reliable the totals behind it are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sat {
    pub low: f64,
    pub all: f64,
    pub reliability: f64,
}

/// In which draws the true share of the school's own pupils meets the cut, `log_odds` being draws of the share that pupils of
/// such a school have in general.
///
/// The share of n pupils in one sitting is their true one and the chance of the sitting; their true one is that of the school
/// and what these pupils are beyond it. Where κ is the part of a pupil's low result that a second sitting would repeat, the
/// true share given p and the observed share y has the mean (1 − κ) p + κ y and the variance κ (1 − κ) p (1 − p)/n (linear
/// regression of the share on y: both follow from Var(y | p) = p (1 − p)/n, of which κ is the pupils').
pub(super) fn met(sat: Sat, cut: Cut, log_odds: &[f64], rng: &mut Rng) -> Vec<bool> {
    let typical = expit(mean(log_odds).unwrap_or_default());
    let plain = |x: f64| cut.holds(expit(x));
    let Some(kappa) = repeated_part(typical, sat.reliability).filter(|kappa| (1e-6..1.0).contains(kappa))
    else {
        return log_odds.iter().map(|x| plain(*x)).collect();
    };
    let (own, spread) = (kappa * sat.low / sat.all, (kappa * (1.0 - kappa) / sat.all).sqrt());
    // six standard deviations either side, none of which is above spread/2: outside no number of chance turns the answer
    let edge = |sign: f64| (cut.share - own + sign * 3.0 * spread) / (1.0 - kappa);
    let (never, always) = (edge(-1.0), edge(1.0));
    let log_odds_at = |share: f64| if share < 1.0 { logit(share.max(1e-12)) } else { f64::INFINITY };
    let (below, above) = (log_odds_at(never), log_odds_at(always));
    log_odds
        .iter()
        .map(|&x| {
            if x < below {
                return cut.holds(0.0);
            }
            if x > above {
                return cut.holds(1.0);
            }
            let p = expit(x);
            cut.holds((1.0 - kappa) * p + own + spread * (p * (1.0 - p)).sqrt() * rng.normal())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Cut, Sat, met};
    use crate::stats::{Rng, expit};

    /// Pupils of a school, their own probabilities of a low result, one sitting: among draws given their counts, the share of
    /// those whose true mean meets the cut is the share of `met`.
    #[test]
    fn the_share_of_the_pupils_is_that_of_simulated_schools() {
        let mut rng = Rng::new(11);
        let (pupils, x, spread) = (20, -1.0, 1.8);
        let cut = Cut { share: 0.3, upward: true, at_least: 1 };
        // what a pupil's odds leave to the sitting, and the share of such pupils in general
        let (mut sum, mut square, many) = (0.0, 0.0, 200_000);
        for _ in 0..many {
            let p = expit(x + spread * rng.normal());
            sum += p;
            square += p * p;
        }
        let (share, both) = (sum / f64::from(many), square / f64::from(many));
        let kappa = (both - share * share) / (share * (1.0 - share));
        let mut seen = vec![(0_u32, 0_u32); pupils + 1];
        for _ in 0..60_000 {
            let own: Vec<f64> = (0..pupils).map(|_| expit(x + spread * rng.normal())).collect();
            let low = own.iter().filter(|p| rng.uniform() < **p).count();
            let truth = own.iter().sum::<f64>() / pupils as f64;
            seen[low].0 += u32::from(truth >= 0.3);
            seen[low].1 += 1;
        }
        // the reliability whose repeated part is this κ
        let found = |r: f64| crate::stats::repeated_part(share, r).unwrap();
        let (mut a, mut b) = (0.0, 1.0);
        for _ in 0..60 {
            let middle = f64::midpoint(a, b);
            if found(middle) < kappa { a = middle } else { b = middle }
        }
        let log_odds = vec![crate::stats::logit(share); 20_000];
        for (low, &(yes, all)) in seen.iter().enumerate().take(10).skip(4) {
            let sat = Sat { low: low as f64, all: pupils as f64, reliability: a };
            let met =
                met(sat, cut, &log_odds, &mut rng).into_iter().filter(|met| *met).count() as f64 / 20_000.0;
            let truly = f64::from(yes) / f64::from(all);
            assert!(all > 1_000 && (met - truly).abs() < 0.04, "{low}: {met} {truly}");
        }
    }
}
