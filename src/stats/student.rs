//! Student's t.

use crate::stats::beta::{log_odds_quantile, tails};

/// P(|T| ≥ |t|) of Student's t: the two-sided p of a t statistic.
///
/// - Shapes: a statistic and its degrees of freedom in, a probability out.
/// - Units: `t` in standard errors.
/// - Missing: NaN gives `None`.
/// - Fails: `None` where `df` is not above 0.
/// - Reference: Abramowitz, Stegun 26.7.1 and 26.5.27: I of ν/(ν + t²) with parameters ν/2 and 1/2.
/// - Accuracy: 12 digits, tails included; `tests/reference.rs` against R.
/// - Determinism: a function of its arguments, the same on every platform.
#[must_use]
pub fn student_two_sided(t: f64, df: f64) -> Option<f64> {
    if t.is_nan() || df.is_nan() || df <= 0.0 {
        return None;
    }
    let square = t * t;
    if square.is_infinite() {
        return Some(0.0);
    }
    Some(tails(df / (df + square), square / (df + square), df / 2.0, 0.5).0)
}

/// The t below which the probability `p` of Student's t lies.
///
/// - Shapes: a probability and degrees of freedom in, a number out.
/// - Units: standard errors.
/// - Missing: NaN gives `None`.
/// - Fails: `None` where `p` is not inside (0, 1) or `df` is not above 0.
/// - Reference: the beta quantile of Abramowitz, Stegun 26.7.1.
/// - Accuracy: 12 digits; `tests/reference.rs` against R.
/// - Determinism: a function of its arguments, the same on every platform.
#[must_use]
pub fn student_quantile(p: f64, df: f64) -> Option<f64> {
    if !(p > 0.0 && p < 1.0 && df > 0.0) {
        return None;
    }
    let tail = p.min(1.0 - p);
    if tail >= 0.5 {
        return Some(0.0);
    }
    let t = (df * libm::exp(-log_odds_quantile(2.0 * tail, df / 2.0, 0.5))).sqrt();
    Some(if p < 0.5 { -t } else { t })
}

#[cfg(test)]
mod tests {
    use super::{student_quantile, student_two_sided};

    #[test]
    fn one_and_two_degrees_of_freedom_have_closed_forms() {
        for t in [1e-6, 0.3, 1.0, 7.0, 400.0] {
            let cauchy = 1.0 - 2.0 * libm::atan(t) / std::f64::consts::PI;
            assert!((student_two_sided(t, 1.0).unwrap() - cauchy).abs() < 1e-14, "{t}");
            let two = 1.0 - t / (2.0 + t * t).sqrt();
            assert!((student_two_sided(t, 2.0).unwrap() - two).abs() < 1e-14, "{t}");
        }
        let quartile = student_quantile(0.75, 1.0).unwrap();
        assert!((quartile - 1.0).abs() < 1e-13, "{quartile}");
    }

    #[test]
    fn quantile_and_probability_are_inverse() {
        for df in [1.0, 3.5, 11.0, 40.0, 1e4] {
            for p in [1e-12, 0.001, 0.025, 0.3, 0.5, 0.9, 0.975] {
                let t = student_quantile(p, df).unwrap();
                let tail = student_two_sided(t, df).unwrap() / 2.0;
                assert!((tail / p.min(1.0 - p) - 1.0).abs() < 1e-12, "{p} {df}: {tail}");
            }
        }
    }

    #[test]
    fn nonsense_has_no_answer() {
        assert!(student_two_sided(1.0, 0.0).is_none() && student_two_sided(f64::NAN, 3.0).is_none());
        assert!(student_quantile(1.0, 3.0).is_none() && student_quantile(0.5, -1.0).is_none());
    }
}
