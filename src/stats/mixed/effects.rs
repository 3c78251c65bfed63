//! What follows from a fit: the groups' effects and the degrees of freedom of the coefficients.

use ndarray::{Array1, Array2, ArrayView1};

use super::blocks::{At, Blocks, float, quadratic};
use crate::stats::mixed::Likelihood;

/// The effect of a group, drawn towards 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GroupEffect {
    /// Rows of the group.
    pub rows: usize,
    /// Mean residual of its rows, not shrunken.
    pub raw: f64,
    /// The shrunken effect (best linear unbiased prediction).
    pub effect: f64,
    /// How much of the raw effect is kept: τ² / (τ² + σ²/weight).
    pub reliability: f64,
    /// Standard error of effect − truth, the coefficients taken as known.
    pub conditional_se: f64,
    /// Standard error of effect − truth, the coefficients' uncertainty included: for comparing the group with 0 or another.
    pub comparative_se: f64,
    /// Standard deviation of the effect itself: for finding outlying groups.
    pub diagnostic_se: f64,
}

/// The effects: û = θ w / (1 + θ w) · mean residual; Goldstein (2011), «Multilevel Statistical Models», 2.11 and appendix 2.2
/// for the comparative and diagnostic variances.
pub(super) fn groups(blocks: &Blocks, ratio: f64, at: &At) -> Vec<GroupEffect> {
    let between = ratio * at.within;
    let each = blocks.groups.iter().zip(&at.residuals).zip(&at.means);
    each.map(|((group, raw), mean)| {
        let keep = ratio * blocks.say(ratio, group);
        let conditional = between / (1.0 + ratio * group.weight);
        let comparative = conditional + keep * keep * at.within * quadratic(&at.inverse, mean);
        GroupEffect {
            rows: group.rows,
            raw: *raw,
            effect: keep * raw,
            reliability: keep,
            conditional_se: conditional.sqrt(),
            comparative_se: comparative.sqrt(),
            diagnostic_se: (between - comparative).max(0.0).sqrt(),
        }
    })
    .collect()
}

/// Satterthwaite's degrees of freedom, 2 V² / var V, by the second derivatives of the deviance in the ratio θ and in ln σ²;
/// a stationary point makes the choice of these two immaterial.
pub(super) fn satterthwaite(blocks: &Blocks, ratio: f64, at: &At) -> Vec<f64> {
    let k = blocks.k;
    let residual_df = blocks.n - float(k);
    if ratio <= 0.0 {
        return vec![residual_df; k];
    }
    // B = Σ c² m m', G = Σ c² m r: derivatives of X' V⁻¹ X and of the score
    let mut b = Array2::<f64>::zeros((k, k));
    let mut g = Array1::<f64>::zeros(k);
    let (mut curve, mut rss_slope, mut rss_curve) = (0.0, 0.0, 0.0);
    for ((group, &r), mean) in blocks.groups.iter().zip(&at.residuals).zip(&at.means) {
        let c = blocks.say(ratio, group);
        let m = ArrayView1::from(mean.as_slice());
        curve -= c * c;
        rss_slope -= c * c * r * r;
        rss_curve += 2.0 * c * c * c * r * r;
        if blocks.likelihood == Likelihood::Restricted {
            curve += 2.0 * c * c * c * quadratic(&at.inverse, mean);
        }
        g.scaled_add(c * c * r, &m);
        for i in 0..k {
            for j in 0..k {
                b[[i, j]] += c * c * mean[i] * mean[j];
            }
        }
    }
    rss_curve -= 2.0 * g.dot(&at.inverse.dot(&g));
    let ab = at.inverse.dot(&b);
    if blocks.likelihood == Likelihood::Restricted {
        curve -= ab.dot(&ab).diag().sum();
    }
    // deviance = m s + RSS(θ) e⁻ˢ + L(θ), s = ln σ²
    let (tt, ts, ss) = (rss_curve / at.within + curve, -rss_slope / at.within, at.rss / at.within);
    let determinant = tt * ss - ts * ts;
    let spread = ab.dot(&at.inverse);
    (0..k)
        .map(|j| {
            let variance = at.inverse[[j, j]];
            // gradient of σ² A⁻¹ⱼⱼ, divided by σ²
            let (by_ratio, by_log) = (spread[[j, j]], variance);
            let uncertainty = 2.0
                * (ss * by_ratio * by_ratio - 2.0 * ts * by_ratio * by_log + tt * by_log * by_log)
                / determinant;
            if determinant > 0.0 && uncertainty > 0.0 {
                (2.0 * variance * variance / uncertainty).min(residual_df)
            } else {
                residual_df
            }
        })
        .collect()
}
