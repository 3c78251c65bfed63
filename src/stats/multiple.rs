//! Several tests at once.

/// Holm's step-down adjustment: the family-wise p of each test.
///
/// - Shapes: m values in, m out, in the same order.
/// - Units: probabilities.
/// - Missing: `None` for a test that was not made; it does not count in m.
/// - Fails: never; a NaN counts as not made.
/// - Reference: Holm (1979), Scandinavian Journal of Statistics 6(2).
/// - Accuracy: exact up to rounding; `tests/reference.rs` against R's `p.adjust`.
/// - Determinism: independent of the order of the tests.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "a number of tests")]
pub fn holm(p: &[Option<f64>]) -> Vec<Option<f64>> {
    let made = made(p);
    let mut adjusted = vec![None; p.len()];
    let mut floor = 0.0_f64;
    for (rank, &(at, p)) in made.iter().enumerate() {
        floor = floor.max(((made.len() - rank) as f64 * p).min(1.0));
        adjusted[at] = Some(floor);
    }
    adjusted
}

/// Benjamini and Hochberg's step-up adjustment: the share of false discoveries among the tests up to this one.
///
/// - Shapes: m values in, m out, in the same order.
/// - Units: probabilities.
/// - Missing: `None` for a test that was not made; it does not count in m.
/// - Fails: never; a NaN counts as not made.
/// - Reference: Benjamini, Hochberg (1995), Journal of the Royal Statistical Society B 57(1).
/// - Accuracy: exact up to rounding; `tests/reference.rs` against R's `p.adjust`.
/// - Determinism: independent of the order of the tests.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "a number of tests")]
pub fn benjamini_hochberg(p: &[Option<f64>]) -> Vec<Option<f64>> {
    let made = made(p);
    let mut adjusted = vec![None; p.len()];
    let mut ceiling = 1.0_f64;
    for (rank, &(at, p)) in made.iter().enumerate().rev() {
        ceiling = ceiling.min(made.len() as f64 / (rank + 1) as f64 * p);
        adjusted[at] = Some(ceiling);
    }
    adjusted
}

/// The tests that were made, the smallest p first.
fn made(p: &[Option<f64>]) -> Vec<(usize, f64)> {
    let mut made: Vec<(usize, f64)> =
        p.iter().enumerate().filter_map(|(at, p)| p.filter(|p| !p.is_nan()).map(|p| (at, p))).collect();
    made.sort_by(|a, b| a.1.total_cmp(&b.1));
    made
}

#[cfg(test)]
mod tests {
    use super::{benjamini_hochberg, holm};

    #[test]
    fn by_hand() {
        let adjusted = holm(&[Some(0.04), None, Some(0.01), Some(0.03), Some(f64::NAN)]);
        let expected = [Some(0.06), None, Some(0.03), Some(0.06), None];
        for (got, want) in adjusted.iter().zip(expected) {
            assert_eq!(got.is_some(), want.is_some());
            assert!((got.unwrap_or_default() - want.unwrap_or_default()).abs() < 1e-15);
        }
        assert!(holm(&[]).is_empty());
        let adjusted = benjamini_hochberg(&[Some(0.04), None, Some(0.01), Some(0.03)]);
        let expected = [Some(0.04), None, Some(0.03), Some(0.04)];
        for (got, want) in adjusted.iter().zip(expected) {
            assert!(got.is_some() == want.is_some());
            assert!((got.unwrap_or_default() - want.unwrap_or_default()).abs() < 1e-15);
        }
    }
}
