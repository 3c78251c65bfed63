//! Covariances of a linear fit's coefficients.

use ndarray::Array2;

use super::clusters::{Clusters, bias_reduced, jackknife, sandwich};
use super::{Caution, LinearFit, LinearTrouble};
use crate::stats::sum;

/// With fewer clusters CR1 is known to reject too often.
const CLUSTERS_FEW: usize = 40;
/// A row or a cluster with less than this of its own is fitted by a coefficient of its own.
pub(super) const OWN_MIN: f64 = 1e-8;
/// Below this even Satterthwaite's degrees of freedom do not hold the level (Pustejovsky, Tipton 2018, section 4).
const FREEDOM_LOW: f64 = 4.0;
/// A cluster with more than this share of a coefficient's information is named.
const HEAVY: f64 = 0.5;

/// Which covariance. Clusters are numbers, one a row, in any numbering below the number of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Covariance<'a> {
    /// σ² (XᵀWX)⁻¹: independent rows of equal variance (by weight).
    Classical,
    /// White's: independent rows, variances free.
    Hc0,
    /// HC0 times n/(n − k).
    Hc1,
    /// Squared residuals over 1 − h.
    Hc2,
    /// Squared residuals over (1 − h)².
    Hc3,
    /// Rows of a cluster hang together; no small-sample factor.
    Cr0(&'a [usize]),
    /// CR0 times G/(G − 1) · (n − 1)/(n − k); t with G − 1.
    Cr1(&'a [usize]),
    /// Clusters of two kinds (schools and years): V₁ + V₂ − V₁₂, factor and t of CR1 with the smaller G.
    Cr1TwoWay(&'a [usize], &'a [usize]),
    /// Bias-reduced (Bell, McCaffrey) with Satterthwaite's degrees of freedom: for few clusters.
    Cr2(&'a [usize]),
    /// The jackknife that leaves out a cluster at a time; t with G − 1.
    Cr3(&'a [usize]),
}

/// A covariance of coefficients.
#[derive(Debug, Clone)]
pub struct LinearCovariance {
    /// Shape (k, k).
    pub covariance: Array2<f64>,
    /// Degrees of freedom of each coefficient's t, shape (k).
    pub df: Vec<f64>,
    /// Numbers of clusters, one a kind of cluster; empty without clusters.
    pub clusters: Vec<usize>,
    /// Reasons to be careful.
    pub cautions: Vec<Caution>,
}

impl LinearCovariance {
    /// The standard error of a coefficient.
    #[must_use]
    pub fn std_error(&self, coefficient: usize) -> f64 {
        self.covariance[[coefficient, coefficient]].max(0.0).sqrt()
    }
}

/// The covariance of a linear fit's coefficients, of the kind asked for.
///
/// - Shapes: a fit of (n, k); clusters (n) with numbers below n; see [`LinearCovariance`].
/// - Units: products of the coefficients' units.
/// - Missing: none can be; a row without a cluster must be left out before fitting.
/// - Fails: `Malformed` where shapes differ, or where HC2, HC3, CR2 or CR3 is asked for after absorbed effects (it needs their
///   columns); `TooFewClusters` (CR1: not more clusters than coefficients; others: one); `RowAlone` (HC2, HC3) and
///   `ClusterAlone` (CR3) where a row or a cluster has a coefficient of its own; `NegativeVariance` (two-way).
/// - Reference: MacKinnon, White (1985), Journal of Econometrics 29 (HC); Cameron, Miller (2015), Journal of Human
///   Resources 50(2), eq. 11 and V.C (CR1, two-way, the smaller G as fixest); Pustejovsky, Tipton (2018), JBES 36(4), eq. 5,
///   6 and 11 (CR2, working model of equal variances, as clubSandwich); MacKinnon, Nielsen, Webb (2023), Journal of
///   Econometrics 232 (CR3 without their factor (G − 1)/G, as clubSandwich). Absorbed effects count as coefficients, but for
///   those nested in the clusters: [`absorb`](super::absorb()).
/// - Accuracy: 11 digits against sandwich, clubSandwich and the golden cases; `tests/linear.rs`, `tests/golden.rs`.
/// - Determinism: independent of the numbering of the clusters; one thread.
///
/// # Errors
/// As above.
pub fn covariance(fit: &LinearFit, kind: Covariance<'_>) -> Result<LinearCovariance, LinearTrouble> {
    use Covariance as C;
    if fit.absorbed > 0 && matches!(kind, C::Hc2 | C::Hc3 | C::Cr2(_) | C::Cr3(_)) {
        return Err(LinearTrouble::Malformed);
    }
    match kind {
        C::Classical => {
            let variance = fit.residual_ss / fit.residual_freedom();
            Ok(plain(fit, &fit.unscaled * variance))
        }
        C::Hc0 | C::Hc1 | C::Hc2 | C::Hc3 => heteroskedastic(fit, kind),
        C::Cr0(ids) => one_way(fit, ids, false),
        C::Cr1(ids) => one_way(fit, ids, true),
        C::Cr1TwoWay(first, second) => two_way(fit, first, second),
        C::Cr2(ids) => {
            let clusters = Clusters::new(fit, ids, 2)?;
            let (meat, df) = bias_reduced(fit, &clusters)?;
            let mut cautions = heavy(fit, &clusters);
            let low = df.iter().enumerate().filter(|(_, df)| **df < FREEDOM_LOW);
            cautions.extend(low.map(|(column, &df)| Caution::LowFreedom { column, df }));
            Ok(LinearCovariance {
                covariance: fit.around(&meat),
                df,
                clusters: vec![clusters.count()],
                cautions,
            })
        }
        C::Cr3(ids) => {
            let clusters = Clusters::new(fit, ids, 2)?;
            let meat = jackknife(fit, &clusters)?;
            Ok(clustered(fit, &meat, 1.0, &clusters))
        }
    }
}

fn plain(fit: &LinearFit, covariance: Array2<f64>) -> LinearCovariance {
    let df = vec![fit.residual_freedom(); fit.coefficients.len()];
    LinearCovariance { covariance, df, clusters: Vec::new(), cautions: Vec::new() }
}

fn heteroskedastic(fit: &LinearFit, kind: Covariance<'_>) -> Result<LinearCovariance, LinearTrouble> {
    let power = match kind {
        Covariance::Hc2 => 1,
        Covariance::Hc3 => 2,
        _ => 0,
    };
    if power > 0
        && let Some(row) = fit.leverages.iter().position(|h| 1.0 - h < OWN_MIN)
    {
        return Err(LinearTrouble::RowAlone { row });
    }
    let residuals = fit.weighted_residuals();
    let squares: Vec<f64> = residuals
        .iter()
        .zip(&fit.leverages)
        .map(|(e, h)| match power {
            0 => e * e,
            1 => e * e / (1.0 - h),
            _ => (e / (1.0 - h)) * (e / (1.0 - h)),
        })
        .collect();
    let k = fit.coefficients.len();
    let meat = Array2::from_shape_fn((k, k), |(a, b)| {
        let (qa, qb) = (fit.basis.column(a), fit.basis.column(b));
        let terms: Vec<f64> = qa.iter().zip(qb).zip(&squares).map(|((x, y), s)| x * y * s).collect();
        sum(&terms)
    });
    let factor = if kind == Covariance::Hc1 { fit.row_count() / fit.residual_freedom() } else { 1.0 };
    Ok(plain(fit, fit.around(&meat) * factor))
}

fn one_way(fit: &LinearFit, ids: &[usize], corrected: bool) -> Result<LinearCovariance, LinearTrouble> {
    let needed = if corrected { fit.coefficients.len() + 1 } else { 2 };
    let clusters = Clusters::new(fit, ids, needed)?;
    let factor = if corrected { fit.small_sample(clusters.count(), &[ids]) } else { 1.0 };
    Ok(clustered(fit, &sandwich(fit, &clusters), factor, &clusters))
}

fn two_way(fit: &LinearFit, first: &[usize], second: &[usize]) -> Result<LinearCovariance, LinearTrouble> {
    let needed = fit.coefficients.len() + 1;
    let (one, two) = (Clusters::new(fit, first, 2)?, Clusters::new(fit, second, 2)?);
    let fewest = one.count().min(two.count());
    if one.count().max(two.count()) < needed {
        return Err(LinearTrouble::TooFewClusters { clusters: fewest, needed });
    }
    let both = Clusters::new(fit, &crossed(first, second), 2)?;
    let meat = sandwich(fit, &one) + sandwich(fit, &two) - sandwich(fit, &both);
    let covariance = fit.around(&meat) * fit.small_sample(fewest, &[first, second]);
    if let Some(column) = (0..fit.coefficients.len()).find(|&j| covariance[[j, j]] <= 0.0) {
        return Err(LinearTrouble::NegativeVariance { column });
    }
    Ok(LinearCovariance {
        covariance,
        df: vec![count(fewest) - 1.0; fit.coefficients.len()],
        clusters: vec![one.count(), two.count()],
        cautions: few(fewest),
    })
}

/// The numbers of the pairs of clusters.
fn crossed(first: &[usize], second: &[usize]) -> Vec<usize> {
    let mut numbers = std::collections::BTreeMap::new();
    first
        .iter()
        .zip(second)
        .map(|pair| {
            let next = numbers.len();
            *numbers.entry(pair).or_insert(next)
        })
        .collect()
}

fn clustered(fit: &LinearFit, meat: &Array2<f64>, factor: f64, clusters: &Clusters) -> LinearCovariance {
    let mut cautions = few(clusters.count());
    cautions.extend(heavy(fit, clusters));
    LinearCovariance {
        covariance: fit.around(meat) * factor,
        df: vec![count(clusters.count()) - 1.0; fit.coefficients.len()],
        clusters: vec![clusters.count()],
        cautions,
    }
}

fn few(clusters: usize) -> Vec<Caution> {
    if clusters < CLUSTERS_FEW { vec![Caution::FewClusters { clusters }] } else { Vec::new() }
}

/// Clusters that carry more than half of a coefficient's information.
fn heavy(fit: &LinearFit, clusters: &Clusters) -> Vec<Caution> {
    let mut cautions = Vec::new();
    for column in 0..fit.coefficients.len() {
        for (cluster, share) in clusters.shares(fit, column) {
            if share > HEAVY {
                cautions.push(Caution::HeavyCluster { cluster, column, share });
            }
        }
    }
    cautions
}

#[expect(clippy::cast_precision_loss, reason = "numbers of rows")]
fn count(n: usize) -> f64 {
    n as f64
}

impl LinearFit {
    /// R⁻¹ M R⁻ᵀ.
    pub(super) fn around(&self, meat: &Array2<f64>) -> Array2<f64> {
        self.inverse_root.dot(meat).dot(&self.inverse_root.t())
    }

    fn residual_freedom(&self) -> f64 {
        count(self.df)
    }

    fn row_count(&self) -> f64 {
        count(self.rows())
    }

    /// G/(G − 1) · (n − 1)/(n − k); absorbed effects that are nested in a kind of cluster do not count in k.
    pub(super) fn small_sample(&self, clusters: usize, kinds: &[&[usize]]) -> f64 {
        let g = count(clusters);
        let freed = self.effects.as_ref().map_or(0, |effects| effects.nested(kinds));
        g / (g - 1.0) * (self.row_count() - 1.0) / (self.residual_freedom() + count(freed))
    }
}
