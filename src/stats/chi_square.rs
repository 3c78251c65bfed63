//! The chi-square distribution, by an incomplete gamma function of our own.

use std::f64::consts::TAU;

use crate::stats::beta::{deviance, stirling_error};
use crate::stats::normal::quantile;

/// P(X ≤ x) of the chi-square distribution.
///
/// - Shapes: a number and its degrees of freedom in, a probability out.
/// - Units: none.
/// - Missing: NaN gives `None`.
/// - Fails: `None` where `df` is not above 0 or not finite.
/// - Reference: Abramowitz, Stegun 26.4.1, 6.5.29 (series) and 6.5.31 (continued fraction by Lentz's method); the factor
///   before them as in Loader (2000), «Fast and Accurate Computation of Binomial Probabilities».
/// - Accuracy: 12 digits, tails down to 1e-300 included; `tests/distributions.rs` against mpmath.
/// - Determinism: a function of its arguments, the same on every platform.
#[must_use]
pub fn chi_square_below(x: f64, df: f64) -> Option<f64> {
    (valid(df) && !x.is_nan()).then(|| gamma_tails(df / 2.0, x / 2.0).0)
}

/// P(X ≥ x) of the chi-square distribution, without the loss of 1 − P(X < x): the p of a chi-square statistic.
///
/// - Shapes: a number and its degrees of freedom in, a probability out.
/// - Units: none.
/// - Missing: NaN gives `None`.
/// - Fails: `None` where `df` is not above 0 or not finite.
/// - Reference: as [`chi_square_below`].
/// - Accuracy: as [`chi_square_below`].
/// - Determinism: a function of its arguments, the same on every platform.
#[must_use]
pub fn chi_square_above(x: f64, df: f64) -> Option<f64> {
    (valid(df) && !x.is_nan()).then(|| gamma_tails(df / 2.0, x / 2.0).1)
}

/// The x below which the probability `p` of the chi-square distribution lies.
///
/// - Shapes: a probability and degrees of freedom in, a number out.
/// - Units: none.
/// - Missing: NaN gives `None`.
/// - Fails: `None` where `p` is not inside (0, 1) or `df` is not above 0.
/// - Reference: Wilson, Hilferty (1931), PNAS 17, to begin with; Newton's method on ln x, kept inside a shrinking bracket.
/// - Accuracy: 12 digits; `tests/distributions.rs` against mpmath.
/// - Determinism: a function of its arguments, the same on every platform.
#[must_use]
pub fn chi_square_quantile(p: f64, df: f64) -> Option<f64> {
    (valid(df) && p > 0.0 && p < 1.0).then(|| 2.0 * gamma_quantile(p, df / 2.0))
}

fn valid(df: f64) -> bool {
    df > 0.0 && df.is_finite()
}

/// P(a, x) and Q(a, x) of the regularised incomplete gamma function.
fn gamma_tails(a: f64, x: f64) -> (f64, f64) {
    if x <= 0.0 {
        return (0.0, 1.0);
    }
    if x.is_infinite() {
        return (1.0, 0.0);
    }
    let factor = density_factor(a, x);
    if x < a + 1.0 {
        let below = (factor * series(a, x)).min(1.0);
        (below, 1.0 - below)
    } else {
        let above = (factor * a * fraction(a, x)).min(1.0);
        (1.0 - above, above)
    }
}

/// xᵃ e⁻ˣ / Γ(a + 1).
fn density_factor(a: f64, x: f64) -> f64 {
    libm::exp(-stirling_error(a) - deviance(a, x)) / (TAU * a).sqrt()
}

/// 1 + x/(a + 1) + x²/((a + 1)(a + 2)) + …
fn series(a: f64, x: f64) -> f64 {
    let (mut total, mut term) = (1.0, 1.0);
    for n in 1..1_000_000 {
        term *= x / (a + f64::from(n));
        total += term;
        if term < 0.25 * f64::EPSILON * total {
            break;
        }
    }
    total
}

/// The continued fraction of Γ(a, x) xᵃ⁻¹ … e⁻ˣ.
fn fraction(a: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let away = |v: f64| if v.abs() < TINY { TINY } else { v };
    let mut b = x + 1.0 - a;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / away(b);
    let mut value = d;
    for i in 1..1_000_000 {
        let i = f64::from(i);
        let above = -i * (i - a);
        b += 2.0;
        d = 1.0 / away(above * d + b);
        c = away(b + above / c);
        let change = c * d;
        value *= change;
        if (change - 1.0).abs() <= f64::EPSILON {
            break;
        }
    }
    value
}

fn gamma_quantile(p: f64, a: f64) -> f64 {
    let (mut low, mut high) = (-2_000.0 / a.min(1.0), 800.0_f64.max(libm::log(a) + 10.0));
    // Wilson–Hilferty where it is above 0, else the first term of the series
    let cube = 1.0 - 1.0 / (9.0 * a) + quantile(p) / (3.0 * a.sqrt());
    let small = (libm::log(p) + libm::lgamma(a + 1.0)) / a;
    let mut u = if cube > 0.1 { libm::log(a * cube * cube * cube) } else { small };
    for _ in 0..500 {
        let x = libm::exp(u);
        let (below, above) = gamma_tails(a, x);
        // the smaller tail carries the digits
        let excess = if p <= 0.5 { below - p } else { (1.0 - p) - above };
        if excess > 0.0 {
            high = u;
        } else {
            low = u;
        }
        // d/du of the probability is xᵃ e⁻ˣ / Γ(a)
        let newton = u - excess / (a * density_factor(a, x));
        let next = if newton > low && newton < high { newton } else { 0.5 * (low + high) };
        let step = (next - u).abs();
        u = next;
        if step <= 2.0 * f64::EPSILON || high - low <= f64::EPSILON * low.abs() {
            break;
        }
    }
    libm::exp(u)
}

#[cfg(test)]
mod tests {
    use super::{chi_square_above, chi_square_below, chi_square_quantile};

    #[test]
    fn two_degrees_of_freedom_have_a_closed_form() {
        for x in [1e-8, 0.3, 2.0, 40.0, 1_300.0] {
            let exact = libm::exp(-0.5 * x);
            assert!((chi_square_above(x, 2.0).unwrap() / exact - 1.0).abs() < 1e-12, "{x}");
            let below = -libm::expm1(-0.5 * x);
            assert!((chi_square_below(x, 2.0).unwrap() / below - 1.0).abs() < 1e-13, "{x}");
        }
    }

    #[test]
    fn quantile_and_probability_are_inverse() {
        for df in [0.1, 1.0, 2.0, 7.5, 44.0, 1e3, 1e6] {
            for p in [1e-12, 0.001, 0.025, 0.3, 0.5, 0.9, 0.975, 0.999_999] {
                let x = chi_square_quantile(p, df).unwrap();
                let (below, above) = (chi_square_below(x, df).unwrap(), chi_square_above(x, df).unwrap());
                let (got, want) = if p <= 0.5 { (below, p) } else { (above, 1.0 - p) };
                // near its centre one digit of x is the root of df digits of p
                assert!((got / want - 1.0).abs() < 1e-12 * df.sqrt().max(20.0), "{p} {df}: {got}");
            }
        }
    }

    #[test]
    fn nonsense_has_no_answer() {
        assert!(chi_square_above(1.0, 0.0).is_none() && chi_square_below(f64::NAN, 3.0).is_none());
        assert!(chi_square_quantile(1.0, 3.0).is_none() && chi_square_quantile(0.5, -1.0).is_none());
        assert_eq!(chi_square_above(-1.0, 3.0), Some(1.0));
        assert_eq!(chi_square_above(f64::INFINITY, 3.0), Some(0.0));
    }
}
