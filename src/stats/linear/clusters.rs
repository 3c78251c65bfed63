//! What a cluster adds to the middle of the sandwich, in the coordinates of Q.

use faer::{Mat, Side};
use ndarray::{Array1, Array2, Axis};

use super::covariance::OWN_MIN;
use super::{LinearFit, LinearTrouble};

/// The rows of each cluster.
pub(super) struct Clusters {
    /// The cluster's number as the caller gave it, and its rows.
    members: Vec<(usize, Vec<usize>)>,
}

impl Clusters {
    /// Groups the rows; refuses fewer than `needed` clusters.
    pub(super) fn new(fit: &LinearFit, ids: &[usize], needed: usize) -> Result<Self, LinearTrouble> {
        let n = fit.rows();
        if ids.len() != n || ids.iter().any(|&id| id >= n) {
            return Err(LinearTrouble::Malformed);
        }
        let mut rows = vec![Vec::new(); n];
        for (row, &id) in ids.iter().enumerate() {
            rows[id].push(row);
        }
        let members: Vec<_> = rows.into_iter().enumerate().filter(|(_, rows)| !rows.is_empty()).collect();
        if members.len() < needed {
            return Err(LinearTrouble::TooFewClusters { clusters: members.len(), needed });
        }
        Ok(Self { members })
    }

    pub(super) fn count(&self) -> usize {
        self.members.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, &[usize])> {
        self.members.iter().map(|(id, rows)| (*id, rows.as_slice()))
    }

    /// The share of a coefficient's information that each cluster carries: the squared influence of its rows on the
    /// coefficient by that of all rows.
    pub(super) fn shares(&self, fit: &LinearFit, column: usize) -> Vec<(usize, f64)> {
        let influence = fit.basis.dot(&fit.inverse_root.row(column));
        let all: f64 = influence.iter().map(|v| v * v).sum();
        let of = |rows: &[usize]| rows.iter().map(|&i| influence[i] * influence[i]).sum::<f64>();
        self.members.iter().map(|(id, rows)| (*id, of(rows) / all)).collect()
    }
}

/// Σ s sᵀ over clusters, s = Q_gᵀ e_g.
pub(super) fn sandwich(fit: &LinearFit, clusters: &Clusters) -> Array2<f64> {
    let residuals = Array1::from(fit.weighted_residuals());
    let scores = clusters.iter().map(|(_, rows)| {
        let basis = fit.basis.select(Axis(0), rows);
        basis.t().dot(&residuals.select(Axis(0), rows))
    });
    outer_sum(scores, fit.coefficients.len())
}

/// Σ s sᵀ, compensated.
fn outer_sum(scores: impl Iterator<Item = Array1<f64>>, k: usize) -> Array2<f64> {
    let mut totals = vec![crate::stats::sum::Total::default(); k * k];
    for score in scores {
        for a in 0..k {
            for b in 0..k {
                totals[a * k + b].add(score[a] * score[b]);
            }
        }
    }
    Array2::from_shape_fn((k, k), |(a, b)| totals[a * k + b].value())
}

/// The middle of CR3: s = Q_gᵀ (I − H_gg)⁻¹ e_g = (I − Q_gᵀQ_g)⁻¹ Q_gᵀ e_g.
pub(super) fn jackknife(fit: &LinearFit, clusters: &Clusters) -> Result<Array2<f64>, LinearTrouble> {
    let scores = deletion_scores(fit, clusters)?;
    Ok(outer_sum(scores.into_iter().map(|(_, score)| score), fit.coefficients.len()))
}

/// For each cluster, R (β − β without the cluster).
pub(super) fn deletion_scores(
    fit: &LinearFit,
    clusters: &Clusters,
) -> Result<Vec<(usize, Array1<f64>)>, LinearTrouble> {
    let residuals = Array1::from(fit.weighted_residuals());
    let mut scores = Vec::with_capacity(clusters.count());
    for (cluster, rows) in clusters.iter() {
        let basis = fit.basis.select(Axis(0), rows);
        let score = basis.t().dot(&residuals.select(Axis(0), rows));
        let (values, vectors) = symmetric(&basis.t().dot(&basis))?;
        let along = vectors.t().dot(&score);
        if let Some(at) = values.iter().position(|h| 1.0 - h < OWN_MIN) {
            // the direction that rests on this cluster alone, in coefficients
            let alone = fit.inverse_root.dot(&vectors.column(at));
            let part = |j: usize| alone[j].abs() / fit.unscaled[[j, j]].sqrt();
            let column = (0..alone.len()).max_by(|&a, &b| part(a).total_cmp(&part(b))).unwrap_or_default();
            return Err(LinearTrouble::ClusterAlone { cluster, column });
        }
        let stretched = Array1::from_iter(along.iter().zip(&values).map(|(s, h)| s / (1.0 - h)));
        scores.push((cluster, vectors.dot(&stretched)));
    }
    Ok(scores)
}

/// The middle of CR2, and Satterthwaite's degrees of freedom of each coefficient.
///
/// In Pustejovsky and Tipton's notation with Φ = I and on the rows' own scale: A_g is the symmetric inverse root of
/// B_g = ((I − H)(I − H)ᵀ)_gg = I − X_g M X_gᵀW_g − W_g X_g M X_gᵀ + X_g M XᵀW²X M X_gᵀ, which differs from I by a
/// matrix of rank 2k at most; so A_g is applied through an orthonormal basis of span[X_g, W_g X_g].
pub(super) fn bias_reduced(
    fit: &LinearFit,
    clusters: &Clusters,
) -> Result<(Array2<f64>, Vec<f64>), LinearTrouble> {
    let k = fit.coefficients.len();
    let n = fit.rows();
    let root = |i: usize| fit.roots.as_ref().map_or(1.0, |roots| roots[i]);
    // Q over √w is X R⁻¹: M = I in these coordinates
    let plain = Array2::from_shape_fn((n, k), |(i, j)| fit.basis[[i, j]] / root(i));
    let weighted = Array2::from_shape_fn((n, k), |(i, j)| fit.basis[[i, j]] * root(i));
    let squared = weighted.t().dot(&weighted);
    let residuals = Array1::from(fit.residuals.clone());
    let mut freedom: Vec<Freedom> = (0..k).map(|_| Freedom::new(k)).collect();
    let mut scores = Vec::with_capacity(clusters.count());
    for (_, rows) in clusters.iter() {
        let (x, wx) = (plain.select(Axis(0), rows), weighted.select(Axis(0), rows));
        // A_g W_g X_g, shape (n_g, k)
        let adjusted = adjust(&x, &wx, &squared, fit.roots.is_some())?;
        scores.push(adjusted.t().dot(&residuals.select(Axis(0), rows)));
        let (from_x, from_wx) = (x.t().dot(&adjusted), wx.t().dot(&adjusted));
        for (j, freedom) in freedom.iter_mut().enumerate() {
            let contrast = fit.inverse_root.row(j);
            let a = adjusted.dot(&contrast);
            freedom.add(a.dot(&a), &from_x.dot(&contrast), &from_wx.dot(&contrast), &squared);
        }
    }
    let df = freedom.iter().map(|f| f.degrees(&squared)).collect();
    Ok((outer_sum(scores.into_iter(), k), df))
}

/// B_g^(−1/2) W_g X_g. Directions in which B_g is 0 are left out, as in a pseudo-inverse.
fn adjust(
    x: &Array2<f64>,
    wx: &Array2<f64>,
    squared: &Array2<f64>,
    weighted: bool,
) -> Result<Array2<f64>, LinearTrouble> {
    let span = if weighted {
        ndarray::concatenate(Axis(1), &[x.view(), wx.view()]).map_err(|_| LinearTrouble::Malformed)?
    } else {
        x.clone()
    };
    let basis = column_space(&span)?;
    let (p, w) = (basis.t().dot(x), basis.t().dot(wx));
    let cross = p.dot(&w.t());
    let inner = p.dot(squared).dot(&p.t()) - &cross - cross.t();
    let (values, vectors) = symmetric(&inner)?;
    // I + P T Pᵀ: its inverse root is I + P ((I + T)^(−1/2) − I) Pᵀ
    let stretch = |t: f64| if 1.0 + t < OWN_MIN { -1.0 } else { 1.0 / (1.0 + t).sqrt() - 1.0 };
    let mut along = vectors.t().dot(&w);
    for (mut row, &t) in along.rows_mut().into_iter().zip(&values) {
        row *= stretch(t);
    }
    Ok(wx + &basis.dot(&vectors.dot(&along)))
}

/// Σ_gh P_gh² of Satterthwaite's approximation, P_gh = p_gᵀ p_h with p_g = E_g a_g − W X M X_gᵀ a_g, without the (G, G)
/// matrix: P = D + [V U] [0 −I; −I S] [V U]ᵀ with rows v_g = X_gᵀW_g a_g and u_g = X_gᵀ a_g.
struct Freedom {
    trace: f64,
    own: f64,
    mixed: f64,
    vv: Array2<f64>,
    vu: Array2<f64>,
    uu: Array2<f64>,
}

impl Freedom {
    fn new(k: usize) -> Self {
        let zero = || Array2::zeros((k, k));
        Self { trace: 0.0, own: 0.0, mixed: 0.0, vv: zero(), vu: zero(), uu: zero() }
    }

    fn add(&mut self, d: f64, u: &Array1<f64>, v: &Array1<f64>, squared: &Array2<f64>) {
        let z = u.dot(&squared.dot(u)) - 2.0 * v.dot(u);
        self.trace += d + z;
        self.own += d * d;
        self.mixed += d * z;
        let (u, v) = (u.view().insert_axis(Axis(1)), v.view().insert_axis(Axis(1)));
        self.vv = &self.vv + &v.dot(&v.t());
        self.vu = &self.vu + &v.dot(&u.t());
        self.uu = &self.uu + &u.dot(&u.t());
    }

    /// (Σ P_gg)² / Σ P_gh².
    fn degrees(&self, s: &Array2<f64>) -> f64 {
        // tr(K G K G) with K = [0 −I; −I S], G = [VᵀV VᵀU; UᵀV UᵀU]
        let uv = self.vu.t();
        let (a, b) = (-&uv, -&self.uu);
        let (c, d) = (s.dot(&uv) - &self.vv, s.dot(&self.uu) - &self.vu);
        let trace = |x: &Array2<f64>, y: &Array2<f64>| (x * &y.t()).sum();
        let rank = trace(&a, &a) + 2.0 * trace(&b, &c) + trace(&d, &d);
        self.trace * self.trace / (self.own + 2.0 * self.mixed + rank)
    }
}

/// An orthonormal basis of the columns' span.
fn column_space(matrix: &Array2<f64>) -> Result<Array2<f64>, LinearTrouble> {
    let (n, k) = matrix.dim();
    let svd =
        Mat::from_fn(n, k, |i, j| matrix[[i, j]]).thin_svd().map_err(|_| LinearTrouble::NoConvergence)?;
    let values = svd.S().column_vector();
    let rank = (0..values.nrows()).filter(|&j| values[j] > 1e-13 * values[0]).count();
    Ok(Array2::from_shape_fn((n, rank), |(i, j)| svd.U()[(i, j)]))
}

/// Eigenvalues and eigenvectors of a symmetric matrix.
pub(super) fn symmetric(matrix: &Array2<f64>) -> Result<(Vec<f64>, Array2<f64>), LinearTrouble> {
    let k = matrix.nrows();
    let lower = Mat::from_fn(k, k, |i, j| 0.5 * (matrix[[i, j]] + matrix[[j, i]]));
    let eigen = lower.self_adjoint_eigen(Side::Lower).map_err(|_| LinearTrouble::NoConvergence)?;
    let values = (0..k).map(|j| eigen.S().column_vector()[j]).collect();
    Ok((values, Array2::from_shape_fn((k, k), |(i, j)| eigen.U()[(i, j)])))
}
