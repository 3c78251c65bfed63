//! The first two derivatives of the logarithm of the gamma function: mean and variance of the log-odds of a beta number.

/// From here on the series below have all digits.
const FAR: f64 = 12.0;

/// ψ(x) of a number above 0 (Abramowitz, Stegun 1964, 6.3.5 and 6.3.18).
pub(in crate::stats) fn digamma(x: f64) -> f64 {
    let (far, climbed) = climb(x, |x| 1.0 / x);
    let square = 1.0 / (far * far);
    let series = square
        * (1.0 / 12.0
            - square * (1.0 / 120.0 - square * (1.0 / 252.0 - square * (1.0 / 240.0 - square / 132.0))));
    libm::log(far) - 0.5 / far - series - climbed
}

/// ψ′(x) of a number above 0 (Abramowitz, Stegun 1964, 6.4.6 and 6.4.12).
pub(in crate::stats) fn trigamma(x: f64) -> f64 {
    let (far, climbed) = climb(x, |x| 1.0 / (x * x));
    let square = 1.0 / (far * far);
    let series = square
        * (1.0 / 6.0
            - square * (1.0 / 30.0 - square * (1.0 / 42.0 - square * (1.0 / 30.0 - square * 5.0 / 66.0))));
    (1.0 + 0.5 / far + series) / far + climbed
}

/// The number a whole way further on, and what the steps add up to.
fn climb(mut x: f64, step: impl Fn(f64) -> f64) -> (f64, f64) {
    let mut climbed = 0.0;
    while x < FAR {
        climbed += step(x);
        x += 1.0;
    }
    (x, climbed)
}

#[cfg(test)]
mod tests {
    use super::{digamma, trigamma};
    use std::f64::consts::{LN_2, PI};

    #[test]
    fn known_values() {
        let euler = 0.577_215_664_901_532_9;
        for (x, first, second) in [
            (1.0, -euler, PI * PI / 6.0),
            (0.5, -euler - 2.0 * LN_2, PI * PI / 2.0),
            (2.0, 1.0 - euler, PI * PI / 6.0 - 1.0),
        ] {
            assert!((digamma(x) - first).abs() < 1e-14, "{x}: {}", digamma(x) - first);
            assert!((trigamma(x) - second).abs() < 1e-14 * second, "{x}: {}", trigamma(x) - second);
        }
        // both sides of the place where the series takes over
        assert!((digamma(12.0) - digamma(11.999_999_999) - 1e-9 * trigamma(12.0)).abs() < 1e-14);
    }
}
