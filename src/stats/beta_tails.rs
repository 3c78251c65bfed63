//! Both tails of the incomplete beta function where a parameter is large and x near 1, as in t and F with many degrees
//! of freedom: there 1 − (a + b)x/(a + 1) loses digits that ay − bx keeps.

use std::f64::consts::TAU;

use crate::stats::beta::{deviance, stirling_error};

/// I_x(a, b) and its complement, with y = 1 − x given beside x so that neither loses digits.
pub(in crate::stats) fn both_tails(x: f64, y: f64, a: f64, b: f64) -> (f64, f64) {
    if x <= 0.0 {
        return (0.0, 1.0);
    }
    if y <= 0.0 {
        return (1.0, 0.0);
    }
    let n = a + b;
    let constant = stirling_error(n) - stirling_error(a) - stirling_error(b);
    let factor = (a / n * b / TAU).sqrt() * libm::exp(constant - deviance(a, n * x) - deviance(b, n * y));
    if a * y > b * x {
        let below = (factor * fraction(x, y, a, b)).min(1.0);
        (below, 1.0 - below)
    } else {
        let above = (factor * fraction(y, x, b, a)).min(1.0);
        (1.0 - above, above)
    }
}

/// The continued fraction of I_x(a, b) by xᵃyᵇ/B(a, b), for x below the mean: Didonato, Morris (1992), ACM TOMS 18(3),
/// section 4, by Lentz's method.
fn fraction(x: f64, y: f64, a: f64, b: f64) -> f64 {
    let off = a * y - b * x + 1.0;
    let below = |n: f64| {
        // for n = 0 and a = 1 it would be nothing by nothing
        let of_part = if n > 0.0 { n * (b - n) * x / (a + 2.0 * n - 1.0) } else { 0.0 };
        n + of_part + (a + n) / (a + 2.0 * n + 1.0) * (off + n * (1.0 + y))
    };
    let mut c = f64::INFINITY;
    let mut d = 1.0 / below(0.0);
    let mut value = d;
    for n in 1..100_000 {
        let n = f64::from(n);
        let part = x / (a + 2.0 * n - 1.0);
        let above = (a + n - 1.0) * (a + b + n - 1.0) * n * (b - n) * part * part;
        let next = below(n);
        d = 1.0 / (next + above * d);
        c = next + above / c;
        let change = c * d;
        value *= change;
        if (change - 1.0).abs() < f64::EPSILON {
            break;
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::both_tails;
    use crate::stats::beta::tails;

    #[test]
    fn agrees_with_the_other_fraction_where_that_loses_nothing() {
        for (a, b) in [(0.5, 0.5), (1.0, 3.0), (20.0, 0.5), (7.5, 40.0), (200.0, 300.0)] {
            for x in [1e-9, 0.01, 0.3, 0.5, 0.72, 0.99] {
                let (got, want) = (both_tails(x, 1.0 - x, a, b), tails(x, 1.0 - x, a, b));
                for (got, want) in [(got.0, want.0), (got.1, want.1)] {
                    assert!((got - want).abs() <= 1e-13 * want.max(1e-290), "{a} {b} {x}: {got} {want}");
                }
            }
        }
    }
}
