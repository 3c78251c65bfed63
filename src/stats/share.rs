//! Shares: intervals and the logit.

use crate::stats::{beta_quantile, normal_quantile};

/// The two ends of an interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// The Wilson score interval for a share.
///
/// - Shapes: two counts and a level in, an interval inside [0, 1] out.
/// - Units: shares.
/// - Missing: nothing was observed (`trials` 0): `None`.
/// - Fails: `None` where `trials` is 0, `successes` exceed `trials`, or the level is not inside (0, 1).
/// - Reference: Wilson (1927), JASA 22; Brown, Cai, DasGupta (2001), Statistical Science 16(2), eq. 4. Its coverage is
///   near the level on average over shares, not at each of them (`tests/reference.rs` prints the actual coverage).
/// - Accuracy: 12 digits against statsmodels; `tests/reference.rs`.
/// - Determinism: a function of its arguments.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of pupils")]
pub fn wilson(successes: u64, trials: u64, level: f64) -> Option<Interval> {
    if trials == 0 || successes > trials || !(level > 0.0 && level < 1.0) {
        return None;
    }
    let z = normal_quantile(0.5 + level / 2.0)?;
    let (x, n, zz) = (successes as f64, trials as f64, z * z);
    let centre = (x + zz / 2.0) / (n + zz);
    let half = z / (n + zz) * (x * (n - x) / n + zz / 4.0).sqrt();
    Some(Interval {
        low: if successes == 0 { 0.0 } else { (centre - half).max(0.0) },
        high: if successes == trials { 1.0 } else { (centre + half).min(1.0) },
    })
}

/// The Clopper–Pearson interval for a share: it covers at least as often as it says, whatever the share.
///
/// - Shapes: two counts and a level in, an interval inside [0, 1] out.
/// - Units: shares.
/// - Missing: nothing was observed (`trials` 0): `None`.
/// - Fails: `None` where `trials` is 0, `successes` exceed `trials`, or the level is not inside (0, 1).
/// - Reference: Clopper, Pearson (1934), Biometrika 26; by quantiles of the beta distribution.
/// - Accuracy: 11 digits against R's `binom.test`; `tests/reference.rs`, which also sums the coverage exactly.
/// - Determinism: a function of its arguments.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of pupils")]
pub fn clopper_pearson(successes: u64, trials: u64, level: f64) -> Option<Interval> {
    if trials == 0 || successes > trials || !(level > 0.0 && level < 1.0) {
        return None;
    }
    let (x, n, tail) = (successes as f64, trials as f64, 0.5 - level / 2.0);
    Some(Interval {
        low: if successes == 0 { 0.0 } else { beta_quantile(tail, x, n - x + 1.0)? },
        high: if successes == trials { 1.0 } else { beta_quantile(1.0 - tail, x + 1.0, n - x)? },
    })
}

/// The log-odds of a share.
///
/// - Shapes: a share in, a number out; 0 and 1 give −∞ and ∞.
/// - Units: share in, log-odds out.
/// - Missing: NaN gives NaN.
/// - Fails: NaN outside [0, 1].
/// - Reference: ln p − ln(1 − p).
/// - Accuracy: 14 digits; unit test of this file (inverse of [`expit`]).
/// - Determinism: a function of its argument, the same on every platform.
#[must_use]
pub fn logit(share: f64) -> f64 {
    libm::log(share) - libm::log1p(-share)
}

/// The share with these log-odds: the inverse of [`logit`].
///
/// - Shapes: a number in, a share out.
/// - Units: log-odds in, share out.
/// - Missing: NaN gives NaN.
/// - Fails: never; far arguments give 0 or 1.
/// - Reference: 1 / (1 + exp(−x)), written so that neither tail overflows.
/// - Accuracy: 15 digits; unit test of this file.
/// - Determinism: a function of its argument, the same on every platform.
#[must_use]
pub fn expit(log_odds: f64) -> f64 {
    if log_odds >= 0.0 {
        1.0 / (1.0 + libm::exp(-log_odds))
    } else {
        let odds = libm::exp(log_odds);
        odds / (1.0 + odds)
    }
}

#[cfg(test)]
mod tests {
    use super::{Interval, expit, logit, wilson};

    #[test]
    fn wilson_by_hand_and_at_its_ends() {
        // 2 of 10: (2 + z²/2 ± z √(1.6 + z²/4)) / (10 + z²)
        let Interval { low, high } = wilson(2, 10, 0.95).unwrap();
        assert!((low - 0.056_682_151_454_375_2).abs() < 1e-12, "{low}");
        assert!((high - 0.509_837_528_463_358_3).abs() < 1e-12, "{high}");
        let zero = wilson(0, 5, 0.95).unwrap();
        let all = wilson(5, 5, 0.95).unwrap();
        assert!(zero.low.abs() < f64::EPSILON && (all.high - 1.0).abs() < f64::EPSILON);
        assert!((zero.high + all.low - 1.0).abs() < 1e-15);
        assert!(wilson(0, 0, 0.95).is_none() && wilson(3, 2, 0.95).is_none() && wilson(1, 2, 1.0).is_none());
    }

    #[test]
    fn logit_and_expit_are_inverse() {
        for share in [1e-300, 1e-9, 0.2, 0.5, 0.999] {
            assert!((expit(logit(share)) / share - 1.0).abs() < 1e-12, "{share}");
        }
        assert!(logit(0.0).is_infinite() && logit(1.5).is_nan() && expit(-800.0) < 1e-300);
    }
}
