//! Many draws of the log-odds of one beta distribution.

use crate::stats::Rng;
use crate::stats::ziggurat::Ziggurat;

/// The log-odds of beta numbers, prepared once for many draws: the logarithm of the ratio of two gamma numbers, so that
/// one logarithm serves both.
pub(in crate::stats) struct LogOdds {
    above: Gamma,
    below: Gamma,
    shift: f64,
}

impl LogOdds {
    /// Of a beta distribution with these parameters, both above 0.
    pub(in crate::stats) fn new(alpha: f64, beta: f64) -> Self {
        let (above, below) = (Gamma::new(alpha), Gamma::new(beta));
        Self { shift: libm::log(above.d) - libm::log(below.d), above, below }
    }

    /// Fills a slice with draws.
    pub(in crate::stats) fn fill(&self, rng: &mut Rng, drawn: &mut [f64]) {
        let layers = Ziggurat::get();
        for ratio in drawn.iter_mut() {
            *ratio = self.above.draw(rng, layers) / self.below.draw(rng, layers);
        }
        for ratio in drawn.iter_mut() {
            *ratio = self.shift + ln(*ratio);
        }
        for (gamma, sign) in [(&self.above, 1.0), (&self.below, -1.0)] {
            if let Some(shape) = gamma.small {
                // a small shape in logarithms: the number itself may be below the smallest float
                drawn.iter_mut().for_each(|odds| *odds += sign * libm::log(1.0 - rng.uniform()) / shape);
            }
        }
    }
}

/// Gamma numbers by `d` (Marsaglia, Tsang 2000, ACM TOMS 26(3)).
struct Gamma {
    d: f64,
    c: f64,
    /// A shape below 1: drawn with one more, and made smaller afterwards.
    small: Option<f64>,
}

impl Gamma {
    fn new(shape: f64) -> Self {
        let small = (shape < 1.0).then_some(shape);
        let d = shape + if small.is_some() { 1.0 } else { 0.0 } - 1.0 / 3.0;
        Self { d, c: 1.0 / (9.0 * d).sqrt(), small }
    }

    #[inline]
    fn draw(&self, rng: &mut Rng, layers: &Ziggurat) -> f64 {
        loop {
            let z = layers.draw(rng);
            let root = 1.0 + self.c * z;
            if root <= 0.0 {
                continue;
            }
            let v = root * root * root;
            let (u, square) = (1.0 - rng.uniform(), z * z);
            // the squeeze of the paper: here the condition below holds
            if u < 1.0 - 0.0331 * square * square
                || libm::log(u) < 0.5 * square + self.d * (1.0 - v + libm::log(v))
            {
                return v;
            }
        }
    }
}

/// The natural logarithm of a normal positive number: `libm::log` without its branches for other numbers, so that a loop
/// over a slice takes several numbers at a time.
#[inline]
#[expect(
    clippy::excessive_precision,
    clippy::unreadable_literal,
    reason = "as FreeBSD's e_log.c prints them"
)]
fn ln(x: f64) -> f64 {
    const LN2_HIGH: f64 = 6.93147180369123816490e-01;
    const LN2_LOW: f64 = 1.90821492927058770002e-10;
    const TERMS: [f64; 7] = [
        6.666666666666735130e-01,
        3.999999999940941908e-01,
        2.857142874366239149e-01,
        2.222219843214978396e-01,
        1.818357216161805012e-01,
        1.531383769920937332e-01,
        1.479819860511658591e-01,
    ];
    /// The upper half of the bits of √½, and what it lacks to those of 1.
    const ROOT: u64 = 0x3FE6_A09E_0000_0000;
    const LACK: u64 = 0x3FF0_0000_0000_0000 - ROOT;
    let bits = x.to_bits().wrapping_add(LACK);
    // the exponent, by way of the mantissa of 2^52
    let k = f64::from_bits((bits >> 52) | 0x4330_0000_0000_0000) - (4_503_599_627_370_496.0 + 1_023.0);
    let f = f64::from_bits((bits & 0x000F_FFFF_FFFF_FFFF) + ROOT) - 1.0;
    let half = 0.5 * f * f;
    let s = f / (2.0 + f);
    let z = s * s;
    let w = z * z;
    let odd = w * (TERMS[1] + w * (TERMS[3] + w * TERMS[5]));
    let even = z * (TERMS[0] + w * (TERMS[2] + w * (TERMS[4] + w * TERMS[6])));
    s * (half + odd + even) + k * LN2_LOW - half + f + k * LN2_HIGH
}

#[cfg(test)]
mod tests {
    use super::{LogOdds, ln};
    use crate::stats::{Rng, beta_below, expit};

    #[test]
    fn the_logarithm_is_that_of_libm() {
        let mut rng = Rng::new(2);
        let near_one = |rng: &mut Rng| 0.5 + rng.uniform();
        let anywhere = |rng: &mut Rng| f64::from_bits((1 << 52) + rng.below((2046 << 52) - 1));
        for _ in 0..200_000 {
            for x in [near_one(&mut rng), anywhere(&mut rng), 1.0] {
                let (got, want) = (ln(x), libm::log(x));
                assert!((got - want).abs() <= 2.0 * f64::EPSILON * want.abs(), "{x:e}: {got:e} {want:e}");
            }
        }
    }

    /// Kolmogorov's distance of many draws from the beta distribution stays below 1.95 / √n: 1 in 1,000 would not.
    #[test]
    fn draws_have_the_beta_distribution() {
        let mut rng = Rng::new(3);
        for (alpha, beta) in [(0.05, 0.4), (0.7, 9.0), (1.0, 1.0), (3.0, 0.2), (6.5, 40.0), (300.0, 2_000.0)]
        {
            let mut drawn = vec![0.0; 100_000];
            LogOdds::new(alpha, beta).fill(&mut rng, &mut drawn);
            drawn.sort_unstable_by(f64::total_cmp);
            let steps = (0..100_000_u32).map(|at| f64::from(at) / 100_000.0);
            let distance = drawn
                .iter()
                .zip(steps)
                .map(|(odds, step)| (beta_below(expit(*odds), alpha, beta).unwrap() - step).abs())
                .fold(0.0, f64::max);
            assert!(distance < 1.95 / 100_000_f64.sqrt(), "{alpha} {beta}: {distance}");
        }
    }
}
