//! Does a density of whole scores jump at one of them?

use crate::stats::{beta_above, beta_below};

/// How probable the number at a score is, given its neighbours.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DensityJump {
    /// P of so many or more, at the bound of the curvature: a pile.
    pub more: f64,
    /// P of so few or fewer, at the other bound: a hole.
    pub fewer: f64,
}

/// The density test for discrete scores at one score.
///
/// - Shapes: observations one below, at and one above; the bound of the curvature, from 0 up to less than 1.
/// - Units: counts; with curvature k the score may differ from the mean of its neighbours by that part.
/// - Missing: none.
/// - Fails: `None` without observations, or where the bound is outside [0, 1).
/// - Reference: Frandsen (2017), Advances in Econometrics 38: given the three counts' sum the middle one is binomial with a share
///   between (1 − k) / (3 − k) and (1 + k) / (3 + k). The two tails stand apart; the paper's test takes twice the smaller.
/// - Accuracy: 11 digits of its logarithm, tails included; `tests/objectivity.rs` against R, a script of our own after the paper.
/// - Determinism: a function of its arguments.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of pupils")]
pub fn density_jump(below: u64, at: u64, above: u64, curvature: f64) -> Option<DensityJump> {
    let others = (below + above) as f64;
    if !(0.0..1.0).contains(&curvature) || below + at + above == 0 {
        return None;
    }
    let (high, low) = ((1.0 + curvature) / (3.0 + curvature), (1.0 - curvature) / (3.0 - curvature));
    let x = at as f64;
    let more = if at == 0 { 1.0 } else { beta_below(high, x, others + 1.0)? };
    let fewer = if below + above == 0 { 1.0 } else { beta_above(low, x + 1.0, others)? };
    Some(DensityJump { more, fewer })
}

#[cfg(test)]
mod tests {
    use super::density_jump;

    #[test]
    fn by_hand() {
        // three observations, all at the score: a third each without curvature
        let jump = density_jump(0, 3, 0, 0.0).unwrap();
        assert!((jump.more - 1.0 / 27.0).abs() < 1e-15 && (jump.fewer - 1.0).abs() < 1e-15);
        // none at the score: (2/3)³
        let hole = density_jump(2, 0, 1, 0.0).unwrap();
        assert!((hole.fewer - 8.0 / 27.0).abs() < 1e-15 && (hole.more - 1.0).abs() < 1e-15);
        // a density that may bend makes both less remarkable
        let bent = density_jump(0, 3, 0, 0.2).unwrap();
        assert!((bent.more - 0.375 * 0.375 * 0.375).abs() < 1e-14);
        assert!(density_jump(0, 0, 0, 0.2).is_none() && density_jump(1, 1, 1, 1.0).is_none());
    }
}
