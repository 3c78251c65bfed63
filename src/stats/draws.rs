//! Draws from distributions. Only integer arithmetic, `libm` and the four operations: portable.

use crate::stats::normal::quantile;
use crate::stats::{Rng, expit};

impl Rng {
    /// A standard normal number, by inversion: one draw, one number, good to 53 bits of probability.
    #[expect(clippy::cast_precision_loss, reason = "53 bits and a half fit")]
    pub fn normal(&mut self) -> f64 {
        let midpoint = ((self.next_u64() >> 12) as f64 + 0.5) / 4_503_599_627_370_496.0;
        quantile(midpoint)
    }

    /// The logarithm of a gamma number of this shape and scale 1 (Marsaglia, Tsang 2000, ACM TOMS 26(3)); NaN where the
    /// shape is not above 0. In logarithms, since a small shape gives numbers below the smallest float.
    pub fn log_gamma(&mut self, shape: f64) -> f64 {
        LogGamma::new(shape).draw(self)
    }

    /// A gamma number of this shape and scale 1.
    pub fn gamma(&mut self, shape: f64) -> f64 {
        libm::exp(self.log_gamma(shape))
    }

    /// A beta number; NaN where a parameter is not above 0.
    pub fn beta(&mut self, a: f64, b: f64) -> f64 {
        expit(self.logit_beta(a, b))
    }

    /// The log-odds of a beta number, finite where the number itself would round to 0 or 1.
    pub fn logit_beta(&mut self, a: f64, b: f64) -> f64 {
        self.log_gamma(a) - self.log_gamma(b)
    }

    /// A binomial number: exact, by splitting at a beta order statistic (Ahrens, Dieter 1974, Computing 12). `p` outside
    /// [0, 1] is taken as the nearer end.
    #[expect(clippy::cast_precision_loss, reason = "counts of pupils")]
    pub fn binomial(&mut self, n: u64, p: f64) -> u64 {
        let (mut n, mut p, mut hits) = (n, p.clamp(0.0, 1.0), 0);
        while n > 32 {
            let i = n / 2 + 1;
            let split = self.beta(i as f64, (n + 1 - i) as f64);
            if split <= p {
                hits += i;
                n -= i;
                p = ((p - split) / (1.0 - split)).clamp(0.0, 1.0);
            } else {
                n = i - 1;
                p = (p / split).clamp(0.0, 1.0);
            }
        }
        hits + (0..n).map(|_| u64::from(self.uniform() < p)).sum::<u64>()
    }

    /// A number in (0, 1].
    fn positive(&mut self) -> f64 {
        1.0 - self.uniform()
    }
}

/// Logarithms of gamma numbers of one shape.
struct LogGamma {
    shape: f64,
    d: f64,
    c: f64,
    log_d: f64,
}

impl LogGamma {
    fn new(shape: f64) -> Self {
        let d = if shape < 1.0 { shape + 1.0 } else { shape } - 1.0 / 3.0;
        Self { shape, d, c: 1.0 / (9.0 * d).sqrt(), log_d: libm::log(d) }
    }

    fn draw(&self, rng: &mut Rng) -> f64 {
        if self.shape.is_nan() || self.shape <= 0.0 {
            return f64::NAN;
        }
        let drawn = self.log_d + self.log_v(rng);
        if self.shape < 1.0 { drawn + libm::log(rng.positive()) / self.shape } else { drawn }
    }

    /// The logarithm of what an accepted normal number makes of `d`.
    fn log_v(&self, rng: &mut Rng) -> f64 {
        loop {
            let z = rng.normal();
            let v = 1.0 + self.c * z;
            if v <= 0.0 {
                continue;
            }
            let v = v * v * v;
            let (u, square) = (rng.positive(), z * z);
            // the squeeze of the paper: here the condition below holds, and one logarithm is enough
            if u < 1.0 - 0.0331 * square * square {
                return libm::log(v);
            }
            let log_v = libm::log(v);
            if libm::log(u) < 0.5 * square + self.d - self.d * v + self.d * log_v {
                return log_v;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::stats::{Rng, mean};

    /// Mean and variance of many draws lie within five standard errors of what they must be.
    fn assert_moments(name: &str, expected: (f64, f64), mut draw: impl FnMut() -> f64) {
        let drawn: Vec<f64> = (0..100_000).map(|_| draw()).collect();
        let centre = mean(&drawn).unwrap();
        let squares: Vec<f64> = drawn.iter().map(|x| (x - centre) * (x - centre)).collect();
        let variance = mean(&squares).unwrap();
        let fourth =
            mean(&squares.iter().map(|s| (s - variance) * (s - variance)).collect::<Vec<_>>()).unwrap();
        let root = 100_000_f64.sqrt();
        assert!((centre - expected.0).abs() < 5.0 * variance.sqrt() / root, "{name}: mean {centre}");
        assert!((variance - expected.1).abs() < 5.0 * fourth.sqrt() / root, "{name}: variance {variance}");
    }

    #[test]
    fn moments_are_those_of_the_distributions() {
        let mut rng = Rng::new(20_251_122);
        assert_moments("uniform", (0.5, 1.0 / 12.0), || rng.uniform());
        assert_moments("normal", (0.0, 1.0), || rng.normal());
        for shape in [0.3, 1.0, 4.5] {
            assert_moments("gamma", (shape, shape), || rng.gamma(shape));
        }
        for (a, b) in [(0.2, 0.7), (2.0, 5.0), (60.0, 3.0)] {
            let m: f64 = a / (a + b);
            assert_moments("beta", (m, m * (1.0 - m) / (a + b + 1.0)), || rng.beta(a, b));
        }
        #[expect(clippy::cast_precision_loss, reason = "small counts")]
        for (n, p) in [(7_u64, 0.2), (33, 0.5), (500, 0.03), (4_000, 0.9)] {
            assert_moments("binomial", (n as f64 * p, n as f64 * p * (1.0 - p)), || {
                rng.binomial(n, p) as f64
            });
        }
    }

    #[test]
    fn ends_and_nonsense() {
        let mut rng = Rng::new(1);
        assert_eq!((rng.binomial(500, 0.0), rng.binomial(500, 1.0), rng.binomial(0, 0.4)), (0, 500, 0));
        assert!(rng.beta(0.0, 1.0).is_nan() && rng.gamma(-1.0).is_nan() && rng.gamma(f64::NAN).is_nan());
        assert!((0..1_000).all(|_| (0.0..=1.0).contains(&rng.beta(0.001, 0.001))));
    }
}
