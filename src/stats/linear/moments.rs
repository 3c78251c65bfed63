//! Sums of squares and products by cluster: what resampling needs, without going back to the rows.

use faer::Mat;
use faer::linalg::solvers::Solve;
use ndarray::Array2;

use super::{LinearModel, LinearTrouble};
use crate::stats::sum;

/// Weighted sums of one, of the shifted columns and the shifted response, and of their products, over some rows.
///
/// Columns are shifted by their means over all rows and divided by their spread, so that a product loses few digits.
#[derive(Debug, Clone)]
pub(super) struct Moments {
    /// Shape (k + 2, k + 2): the constant, the columns, the response.
    products: Array2<f64>,
}

impl Moments {
    /// Of each cluster, in the order of their numbers.
    pub(super) fn by_cluster(model: LinearModel<'_>, clusters: &[usize]) -> Result<Vec<Self>, LinearTrouble> {
        let (n, k) = model.design.dim();
        if clusters.len() != n || clusters.iter().any(|&c| c >= n) {
            return Err(LinearTrouble::Malformed);
        }
        let weight = |i: usize| model.weights.map_or(1.0, |w| w[i]);
        let value = |i: usize, j: usize| if j == k { model.response[i] } else { model.design[[i, j]] };
        let mut scaled = Array2::ones((n, k + 2));
        let mass: Vec<f64> = (0..n).map(weight).collect();
        let mass = sum(&mass);
        for j in 0..=k {
            let total = |term: &dyn Fn(f64) -> f64| {
                let terms: Vec<f64> = (0..n).map(|i| weight(i) * term(value(i, j))).collect();
                sum(&terms)
            };
            let centre = total(&|v| v) / mass;
            let spread = (total(&|v| (v - centre) * (v - centre)) / mass).sqrt();
            // a constant column stays what it is
            let (centre, spread) = if spread > 1e-12 * centre.abs() { (centre, spread) } else { (0.0, 1.0) };
            for i in 0..n {
                scaled[[i, j + 1]] = (value(i, j) - centre) / spread;
            }
        }
        let mut rows = vec![Vec::new(); n];
        for (row, &cluster) in clusters.iter().enumerate() {
            rows[cluster].push(row);
        }
        rows.retain(|rows| !rows.is_empty());
        if rows.len() < 2 {
            return Err(LinearTrouble::TooFewClusters { clusters: rows.len(), needed: 2 });
        }
        let of = |rows: &Vec<usize>| {
            let mut products = Array2::zeros((k + 2, k + 2));
            for &i in rows {
                for a in 0..k + 2 {
                    let left = weight(i) * scaled[[i, a]];
                    for b in 0..=a {
                        products[[a, b]] += left * scaled[[i, b]];
                    }
                }
            }
            Self { products }
        };
        Ok(rows.iter().map(of).collect())
    }

    /// Of all clusters together.
    pub(super) fn all(clusters: &[Self]) -> Self {
        Self::weighted(clusters, &vec![1.0; clusters.len()])
    }

    /// Of clusters that are there several times, or not at all.
    pub(super) fn weighted(clusters: &[Self], times: &[f64]) -> Self {
        let size = clusters.first().map_or(0, |c| c.products.nrows());
        let mut products = Array2::zeros((size, size));
        for (cluster, &times) in clusters.iter().zip(times) {
            if times > 0.0 {
                products.scaled_add(times, &cluster.products);
            }
        }
        Self { products }
    }

    /// Correlations of the columns and, last, the response; `None` where the response does not vary. A constant column has
    /// a row of zeros.
    pub(super) fn centred(&self) -> Option<Array2<f64>> {
        let size = self.products.nrows() - 1;
        let mass = self.products[[0, 0]];
        let covariance = |a: usize, b: usize| {
            let (a, b) = (a.max(b) + 1, a.min(b) + 1);
            self.products[[a, b]] - self.products[[a, 0]] * self.products[[b, 0]] / mass
        };
        let spread: Vec<f64> = (0..size).map(|a| covariance(a, a).max(0.0).sqrt()).collect();
        let small = 1e-7 * mass.sqrt();
        if spread[size - 1] <= small {
            return None;
        }
        Some(Array2::from_shape_fn((size, size), |(a, b)| {
            let varies = spread[a] > small && spread[b] > small;
            if varies { covariance(a, b) / (spread[a] * spread[b]) } else { 0.0 }
        }))
    }

    /// Coefficients of the scaled columns; `None` where they are not determined.
    pub(super) fn coefficients(&self) -> Option<Vec<f64>> {
        let k = self.products.nrows() - 2;
        let length = |a: usize| self.products[[a + 1, a + 1]].sqrt();
        if (0..k).any(|a| length(a) <= 0.0) {
            return None;
        }
        let entry = |a: usize, b: usize| self.products[[a.max(b) + 1, a.min(b) + 1]] / length(a) / length(b);
        let left = Mat::from_fn(k, k, entry);
        let right = Mat::from_fn(k, 1, |a, _| self.products[[k + 1, a + 1]] / length(a));
        let factor = left.llt(faer::Side::Lower).ok()?;
        let pivot = (0..k).map(|a| factor.L()[(a, a)]).fold(f64::INFINITY, f64::min);
        if pivot < 1e-6 {
            return None;
        }
        let solved = factor.solve(&right);
        Some((0..k).map(|a| solved[(a, 0)] / length(a)).collect())
    }
}

/// The ends of a percentile interval, type 7 of Hyndman and Fan.
pub(super) fn quantiles(mut values: Vec<f64>, level: f64) -> (f64, f64) {
    values.sort_unstable_by(f64::total_cmp);
    let at = |p: f64| {
        #[expect(clippy::cast_precision_loss, reason = "a number of draws")]
        let position = p * (values.len() - 1) as f64;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a position in the list")]
        let below = position.floor() as usize;
        let above = (below + 1).min(values.len() - 1);
        let part = position - position.floor();
        values[below] + part * (values[above] - values[below])
    };
    (at(0.5 - 0.5 * level), at(0.5 + 0.5 * level))
}
