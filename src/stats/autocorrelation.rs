//! Does a value hang on the one before it?

use crate::stats::double::Double;

/// The autocorrelation of neighbours (lag 1).
///
/// - Shapes: two values or more, in their order in time.
/// - Units: none.
/// - Missing: a NaN makes the answer NaN; a gap in time must be handled before.
/// - Fails: `None` for fewer than two values, or where they do not vary.
/// - Reference: Box, Jenkins (1976), «Time Series Analysis», 2.1.5, r₁; in arithmetic of 106 bits (Dekker 1971).
/// - Accuracy: the exact answer for the float64 data, rounded; NIST's nine univariate sets, `rsoko certify`.
/// - Determinism: one thread.
#[must_use]
pub fn autocorrelation(values: &[f64]) -> Option<f64> {
    if values.len() < 2 {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "a number of values")]
    let n = Double::from(values.len() as f64);
    let centre = values.iter().fold(Double::ZERO, |sum, &v| sum + Double::from(v)) / n;
    let off: Vec<Double> = values.iter().map(|&v| Double::from(v) - centre).collect();
    let products = |later: &[Double]| off.iter().zip(later).fold(Double::ZERO, |sum, (&a, &b)| sum + a * b);
    let all = products(&off);
    (all.value().abs() > 0.0).then(|| (products(&off[1..]) / all).value())
}

#[cfg(test)]
mod tests {
    use super::autocorrelation;

    #[test]
    fn by_hand() {
        // deviations −1, 1, 0: (−1 + 0) / 2
        let r = autocorrelation(&[10_000_001.0, 10_000_003.0, 10_000_002.0]).unwrap();
        assert!((r + 0.5).abs() < 1e-15);
        assert!(autocorrelation(&[1.0]).is_none() && autocorrelation(&[2.0, 2.0, 2.0]).is_none());
    }
}
