//! Sums that do not depend on luck.

/// The sum of numbers, compensated.
///
/// - Shapes: any number of values; an empty slice gives 0.
/// - Units: those of the values.
/// - Missing: a NaN makes the sum NaN; leave missing values out.
/// - Fails: never.
/// - Reference: Neumaier (1974), «Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen», ZAMM 54.
/// - Accuracy: error of the order of one rounding of the sum plus n²ε² of the absolute sum; unit tests of this file.
/// - Determinism: depends on the order of the values only through the last rounding; no threads.
#[must_use]
pub fn sum(values: &[f64]) -> f64 {
    let mut total = Total::default();
    for &value in values {
        total.add(value);
    }
    total.value()
}

/// A sum that is still growing.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::stats) struct Total {
    total: f64,
    lost: f64,
}

impl Total {
    /// What is lost is found without asking which number is larger (Knuth's exact sum of two): the same digits as
    /// Neumaier's, and no branch.
    #[inline]
    pub(in crate::stats) fn add(&mut self, value: f64) {
        let next = self.total + value;
        let added = next - self.total;
        self.lost += (self.total - (next - added)) + (value - added);
        self.total = next;
    }

    pub(in crate::stats) fn value(self) -> f64 {
        // an infinite sum has lost NaN: the sum itself is the answer then
        if self.lost.is_nan() { self.total } else { self.total + self.lost }
    }
}

/// The arithmetic mean.
///
/// - Shapes: any number of values; `None` for an empty slice.
/// - Units: those of the values.
/// - Missing: a NaN makes the mean NaN; leave missing values out.
/// - Fails: `None` where there is nothing to average.
/// - Reference: the compensated sum of this file by the number of values.
/// - Accuracy: 14 digits against R and the golden descriptives; `tests/golden.rs`.
/// - Determinism: as [`sum()`].
#[must_use]
pub fn mean(values: &[f64]) -> Option<f64> {
    if values.is_empty() {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "fewer than 2^53 values")]
    let count = values.len() as f64;
    Some(sum(values) / count)
}

#[cfg(test)]
mod tests {
    use super::{mean, sum};

    #[test]
    #[expect(clippy::float_cmp, reason = "the exact sum is the claim")]
    fn what_a_plain_sum_loses_is_kept() {
        assert_eq!(sum(&[1.0, 1e100, 1.0, -1e100]), 2.0);
        assert_eq!([1.0, 1e100, 1.0, -1e100].iter().sum::<f64>(), 0.0);
        assert_eq!(sum(&[0.1; 10]), 1.0);
        assert_eq!(sum(&[]), 0.0);
        assert_eq!(sum(&[f64::INFINITY, 1.0]), f64::INFINITY);
        assert!(sum(&[f64::NAN, 1.0]).is_nan());
        assert_eq!(mean(&[1.0, 2.0, 6.0]), Some(3.0));
        assert_eq!(mean(&[]), None);
    }
}
