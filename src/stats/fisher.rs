//! Fisher's F.

use crate::stats::beta::{log_odds_quantile, tails};

/// P(X ≤ f) of Fisher's F.
///
/// - Shapes: a number and two degrees of freedom in, a probability out.
/// - Units: none.
/// - Missing: NaN gives `None`.
/// - Fails: `None` where a number of degrees of freedom is not above 0 or not finite.
/// - Reference: Abramowitz, Stegun 26.6.2: the incomplete beta function of ν₁f/(ν₁f + ν₂).
/// - Accuracy: 12 digits, tails down to 1e-300 included; `tests/distributions.rs` against mpmath.
/// - Determinism: a function of its arguments, the same on every platform.
#[must_use]
pub fn fisher_below(f: f64, df1: f64, df2: f64) -> Option<f64> {
    both(f, df1, df2).map(|(below, _)| below)
}

/// P(X ≥ f) of Fisher's F: the p of an F statistic.
///
/// - Shapes: a number and two degrees of freedom in, a probability out.
/// - Units: none.
/// - Missing: NaN gives `None`.
/// - Fails: `None` where a number of degrees of freedom is not above 0 or not finite.
/// - Reference: as [`fisher_below`].
/// - Accuracy: as [`fisher_below`].
/// - Determinism: a function of its arguments, the same on every platform.
#[must_use]
pub fn fisher_above(f: f64, df1: f64, df2: f64) -> Option<f64> {
    both(f, df1, df2).map(|(_, above)| above)
}

/// The f below which the probability `p` of Fisher's F lies.
///
/// - Shapes: a probability and two degrees of freedom in, a number out.
/// - Units: none.
/// - Missing: NaN gives `None`.
/// - Fails: `None` where `p` is not inside (0, 1) or a number of degrees of freedom is not above 0.
/// - Reference: the beta quantile of Abramowitz, Stegun 26.6.2.
/// - Accuracy: 12 digits; `tests/distributions.rs` against mpmath.
/// - Determinism: a function of its arguments, the same on every platform.
#[must_use]
pub fn fisher_quantile(p: f64, df1: f64, df2: f64) -> Option<f64> {
    let sound = valid(df1) && valid(df2) && p > 0.0 && p < 1.0;
    sound.then(|| df2 / df1 * libm::exp(log_odds_quantile(p, df1 / 2.0, df2 / 2.0)))
}

fn valid(df: f64) -> bool {
    df > 0.0 && df.is_finite()
}

fn both(f: f64, df1: f64, df2: f64) -> Option<(f64, f64)> {
    if f.is_nan() || !valid(df1) || !valid(df2) {
        return None;
    }
    if f <= 0.0 {
        return Some((0.0, 1.0));
    }
    let ratio = df1 / df2 * f;
    if ratio.is_infinite() {
        return Some((1.0, 0.0));
    }
    Some(tails(ratio / (1.0 + ratio), 1.0 / (1.0 + ratio), df1 / 2.0, df2 / 2.0))
}

#[cfg(test)]
mod tests {
    use super::{fisher_above, fisher_below, fisher_quantile};
    use crate::stats::student_two_sided;

    #[test]
    fn two_degrees_above_and_the_square_of_t_have_closed_forms() {
        for f in [1e-6, 0.4, 3.0, 55.0, 1e5] {
            for df in [1.0, 7.0, 300.0] {
                let exact = libm::pow(1.0 + 2.0 * f / df, -df / 2.0);
                let got = fisher_above(f, 2.0, df).unwrap();
                assert!(exact < 1e-300 || (got / exact - 1.0).abs() < 1e-11, "{f} {df}: {got} {exact}");
                let t = student_two_sided(f.sqrt(), df).unwrap();
                let got = fisher_above(f, 1.0, df).unwrap();
                assert!(t < 1e-300 || (got / t - 1.0).abs() < 1e-11, "{f} {df}: {got} {t}");
            }
        }
    }

    #[test]
    fn quantile_and_probability_are_inverse() {
        for (df1, df2) in [(1.0, 3.0), (4.0, 44.0), (12.5, 6.0), (3.0, 1e5)] {
            for p in [1e-9, 0.025, 0.4, 0.95, 0.999] {
                let f = fisher_quantile(p, df1, df2).unwrap();
                let (below, above) = (fisher_below(f, df1, df2).unwrap(), fisher_above(f, df1, df2).unwrap());
                let (got, want) = if p < 0.5 { (below, p) } else { (above, 1.0 - p) };
                assert!((got / want - 1.0).abs() < 1e-11, "{p} {df1} {df2}: {got}");
            }
        }
    }

    #[test]
    fn nonsense_has_no_answer() {
        assert!(fisher_above(1.0, 0.0, 3.0).is_none() && fisher_below(f64::NAN, 1.0, 3.0).is_none());
        assert!(fisher_quantile(0.0, 1.0, 3.0).is_none());
        assert_eq!(fisher_above(f64::INFINITY, 2.0, 3.0), Some(0.0));
    }
}
