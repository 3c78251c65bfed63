//! Numbers of 106 bits: the unevaluated sum of two floats.

use std::ops::{Add, Div, Mul, Neg, Sub};

/// `high + low`, where `low` is at most half a unit in the last place of `high`: some 32 decimal digits.
///
/// Reference: Dekker (1971), Numerische Mathematik 18; Joldes, Muller, Popescu (2017), ACM TOMS 44(2), algorithms 6, 12
/// and 17. Valid while products stay between 1e-270 and 1e290: callers scale columns by powers of two first.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(in crate::stats) struct Double {
    high: f64,
    low: f64,
}

/// a + b and its rounding error, exactly (Knuth).
#[inline]
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let total = a + b;
    let part = total - a;
    (total, (a - (total - part)) + (b - part))
}

/// As [`two_sum`] where |a| ≥ |b|.
#[inline]
fn quick_sum(a: f64, b: f64) -> (f64, f64) {
    let total = a + b;
    (total, b - (total - a))
}

/// a into two halves of 26 bits (Veltkamp).
#[inline]
fn halves(a: f64) -> (f64, f64) {
    let wide = 134_217_729.0 * a;
    let high = wide - (wide - a);
    (high, a - high)
}

/// a · b and its rounding error, exactly (Dekker).
#[inline]
fn two_product(a: f64, b: f64) -> (f64, f64) {
    let product = a * b;
    let ((a1, a2), (b1, b2)) = (halves(a), halves(b));
    (product, ((a1 * b1 - product) + a1 * b2 + a2 * b1) + a2 * b2)
}

impl Double {
    pub(in crate::stats) const ZERO: Self = Self { high: 0.0, low: 0.0 };
    pub(in crate::stats) const ONE: Self = Self { high: 1.0, low: 0.0 };

    /// The nearest float.
    #[inline]
    pub(in crate::stats) fn value(self) -> f64 {
        self.high + self.low
    }

    /// The product of two floats, exactly.
    #[inline]
    pub(in crate::stats) fn product(a: f64, b: f64) -> Self {
        let (high, low) = two_product(a, b);
        Self { high, low }
    }

    /// The root of a number that is not below 0.
    pub(in crate::stats) fn sqrt(self) -> Self {
        if self.high <= 0.0 {
            return Self::ZERO;
        }
        let root = self.high.sqrt();
        let rest = self - Self::product(root, root);
        let (high, low) = quick_sum(root, rest.high / (2.0 * root));
        Self { high, low }
    }
}

impl From<f64> for Double {
    #[inline]
    fn from(value: f64) -> Self {
        Self { high: value, low: 0.0 }
    }
}

impl Add for Double {
    type Output = Self;

    #[inline]
    fn add(self, other: Self) -> Self {
        let (s, e) = two_sum(self.high, other.high);
        let (t, f) = two_sum(self.low, other.low);
        let (s, e) = quick_sum(s, e + t);
        let (high, low) = quick_sum(s, e + f);
        Self { high, low }
    }
}

impl Neg for Double {
    type Output = Self;

    #[inline]
    fn neg(self) -> Self {
        Self { high: -self.high, low: -self.low }
    }
}

impl Sub for Double {
    type Output = Self;

    #[inline]
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Mul for Double {
    type Output = Self;

    #[inline]
    fn mul(self, other: Self) -> Self {
        let (p, e) = two_product(self.high, other.high);
        let (high, low) = quick_sum(p, e + (self.high * other.low + self.low * other.high));
        Self { high, low }
    }
}

impl Div for Double {
    type Output = Self;

    fn div(self, other: Self) -> Self {
        let first = self.high / other.high;
        let rest = self - other * Self::from(first);
        let second = rest.high / other.high;
        let rest = rest - other * Self::from(second);
        let (high, low) = quick_sum(first, second);
        Self { high, low } + Self::from(rest.high / other.high)
    }
}

/// Σ a · b.
#[inline]
pub(in crate::stats) fn dot(a: &[Double], b: &[Double]) -> Double {
    // four sums side by side keep the processor busy; their order is fixed
    let mut sums = [Double::ZERO; 4];
    let (fours, rest) = (a.chunks_exact(4).zip(b.chunks_exact(4)), a.len() / 4 * 4);
    for (x, y) in fours {
        for lane in 0..4 {
            sums[lane] = sums[lane] + x[lane] * y[lane];
        }
    }
    let tail = a[rest..].iter().zip(&b[rest..]).fold(Double::ZERO, |sum, (&x, &y)| sum + x * y);
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + tail
}

/// a − c · b, in place.
#[inline]
pub(in crate::stats) fn subtract(a: &mut [Double], c: Double, b: &[Double]) {
    for (x, &y) in a.iter_mut().zip(b) {
        *x = *x - c * y;
    }
}

#[cfg(test)]
mod tests {
    use super::{Double, dot};

    #[test]
    #[expect(clippy::float_cmp, reason = "exact arithmetic is the claim")]
    fn thirty_digits() {
        let third = Double::ONE / Double::from(3.0);
        let zero = third + third + third - Double::ONE;
        assert!(zero.value().abs() < 1e-31, "{zero:?}");
        let root = Double::from(2.0).sqrt();
        assert!((root * root - Double::from(2.0)).value().abs() < 1e-31);
        // 0.1 as a float is not a tenth: the square of the float is known exactly
        let square = Double::product(0.1, 0.1);
        assert_eq!(square.value(), 0.1 * 0.1);
        assert_eq!((square - Double::from(0.010_000_000_000_000_002)).value(), -8.326_672_684_688_674e-19);
        assert_eq!(Double::from(-1.0).sqrt(), Double::ZERO);
    }

    #[test]
    fn a_scalar_product_keeps_what_cancels() {
        let a = [1e16, 1.0, -1e16, 3.0, 1e-9].map(Double::from);
        let b = [1.0, 1.0, 1.0, 1e-20, 1.0].map(Double::from);
        assert!((dot(&a, &b).value() - (1.0 + 1e-9)).abs() < 1e-15);
    }
}
