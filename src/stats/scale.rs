//! Centre and spread of a column, robust against a few wild schools.

use crate::stats::{mean, sum};

/// The median.
///
/// - Shapes: any number of values in any order; `None` for an empty slice.
/// - Units: those of the values.
/// - Missing: leave missing values out; a NaN counts as larger than any number.
/// - Fails: `None` where there is nothing.
/// - Reference: type 7 of Hyndman, Fan (1996), The American Statistician 50(4), at one half.
/// - Accuracy: one rounding; `tests/golden.rs`.
/// - Determinism: independent of the order of the values.
#[must_use]
pub fn median(values: &[f64]) -> Option<f64> {
    let mut parted = values.to_vec();
    let middle = parted.len() / 2;
    if middle >= parted.len() {
        return None;
    }
    let (below, upper, _) = parted.select_nth_unstable_by(middle, f64::total_cmp);
    let upper = *upper;
    if values.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = below.iter().copied().max_by(f64::total_cmp)?;
    Some(lower + 0.5 * (upper - lower))
}

/// The standard deviation with n − 1 below the line.
///
/// - Shapes: two values or more; `None` for fewer.
/// - Units: those of the values.
/// - Missing: leave missing values out; a NaN makes the answer NaN.
/// - Fails: `None` for fewer than two values.
/// - Reference: corrected two-pass form, Chan, Golub, LeVeque (1983), The American Statistician 37(3), eq. 1.7.
/// - Accuracy: 14 digits on the golden descriptives; `tests/golden.rs`.
/// - Determinism: as [`sum()`].
#[must_use]
pub fn standard_deviation(values: &[f64]) -> Option<f64> {
    if values.len() < 2 {
        return None;
    }
    let centre = mean(values)?;
    let deviations: Vec<f64> = values.iter().map(|v| v - centre).collect();
    let squares: Vec<f64> = deviations.iter().map(|d| d * d).collect();
    let off = sum(&deviations);
    #[expect(clippy::cast_precision_loss, reason = "fewer than 2^53 values")]
    let n = values.len() as f64;
    Some(((sum(&squares) - off * off / n) / (n - 1.0)).max(0.0).sqrt())
}

/// How a column was put on a common scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Location {
    /// Median and median absolute deviation times 1.4826.
    Median,
    /// Mean and standard deviation: more than half of the values are one and the same (or stand for one and the same share,
    /// see [`shrunken_logits`](crate::stats::shrunken_logits)), so that the median absolute deviation tells nothing.
    Mean,
}

/// Centre and spread of a column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RobustScale {
    /// The centre.
    pub centre: f64,
    /// The spread, above 0.
    pub spread: f64,
    /// What they are.
    pub location: Location,
}

impl RobustScale {
    /// The value in spreads from the centre.
    #[must_use]
    pub fn z(&self, value: f64) -> f64 {
        (value - self.centre) / self.spread
    }
}

/// Centre and spread by median and median absolute deviation; by mean and standard deviation where more than half of
/// the values are one and the same.
///
/// - Shapes: two finite values or more.
/// - Units: those of the values.
/// - Missing: leave missing values out.
/// - Fails: `None` for fewer than two values, a value that is not finite, or a column that does not vary beyond
///   rounding (a spread below 1e-12 of its largest absolute value).
/// - Reference: Hampel (1974), JASA 69; 1.4826 = 1 / Φ⁻¹(3/4) makes the spread that of a normal column.
/// - Accuracy: one rounding; `tests/reference.rs` against R's `mad`.
/// - Determinism: independent of the order of the values up to the last rounding of the fallback.
#[must_use]
pub fn robust_scale(values: &[f64]) -> Option<RobustScale> {
    if values.len() < 2 || values.iter().any(|v| !v.is_finite()) {
        return None;
    }
    let largest = values.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
    let varies = |spread: f64| spread > 1e-12 * largest;
    let centre = median(values)?;
    let deviations: Vec<f64> = values.iter().map(|v| (v - centre).abs()).collect();
    let spread = 1.482_602_218_505_602 * median(&deviations)?;
    if varies(spread) {
        return Some(RobustScale { centre, spread, location: Location::Median });
    }
    plain_scale(values)
}

/// Centre and spread by mean and standard deviation.
///
/// - Shapes: two finite values or more.
/// - Units: those of the values.
/// - Missing: leave missing values out.
/// - Fails: as [`robust_scale`].
/// - Reference: as [`standard_deviation`].
/// - Accuracy: as [`standard_deviation`].
/// - Determinism: as [`standard_deviation`].
#[must_use]
pub fn plain_scale(values: &[f64]) -> Option<RobustScale> {
    if values.iter().any(|v| !v.is_finite()) {
        return None;
    }
    let largest = values.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
    let (centre, spread) = (mean(values)?, standard_deviation(values)?);
    (spread > 1e-12 * largest).then_some(RobustScale { centre, spread, location: Location::Mean })
}

#[cfg(test)]
mod tests {
    use super::{Location, median, robust_scale, standard_deviation};

    #[test]
    fn by_hand() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), Some(2.5));
        assert_eq!(median(&[]), None);
        assert!((standard_deviation(&[1.0, 2.0, 3.0, 4.0]).unwrap() - (5.0_f64 / 3.0).sqrt()).abs() < 1e-15);
        assert_eq!(standard_deviation(&[1.0]), None);
        let scale = robust_scale(&[1.0, 2.0, 3.0, 4.0, 100.0]).unwrap();
        assert_eq!(scale.location, Location::Median);
        assert!((scale.z(4.482_602_218_505_602) - 1.0).abs() < 1e-15);
    }

    #[test]
    fn a_column_of_mostly_one_value_falls_back_and_a_constant_has_no_scale() {
        let mostly = robust_scale(&[0.0, 0.0, 0.0, 0.0, 5.0]).unwrap();
        assert_eq!(mostly.location, Location::Mean);
        assert!((mostly.centre - 1.0).abs() < 1e-15 && (mostly.spread - 5.0_f64.sqrt()).abs() < 1e-15);
        assert!(robust_scale(&[0.3; 9]).is_none());
        assert!(robust_scale(&[0.1 + 0.2, 0.3, 0.3, 0.1 + 0.2]).is_none());
        assert!(robust_scale(&[1.0, f64::NAN]).is_none() && robust_scale(&[1.0]).is_none());
    }
}
