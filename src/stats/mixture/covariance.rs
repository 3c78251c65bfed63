//! Covariances of components, and distances by them.

use ndarray::{Array2, Axis};
use pulp::Arch;

use crate::stats::kmeans::rows;
use crate::stats::mixture::Structure;
use crate::stats::partition::real;

/// A component whose narrowest direction is this much narrower than its widest one has no width there.
const NARROWEST: f64 = 1e-10;

/// What turns a component into a round one of width 1: the inverse of a triangular root of its covariance, or of standard
/// deviations by column.
#[derive(Clone)]
pub(super) enum Root {
    /// Reciprocal standard deviations of the columns.
    Columns(Vec<f64>),
    /// The inverse root, shape (p, p), and the logarithm of the covariance's determinant.
    Full(Array2<f64>, f64),
}

impl Root {
    /// Logarithm of the covariance's determinant.
    pub(super) fn log_determinant(&self) -> f64 {
        match self {
            Self::Columns(inverses) => -2.0 * inverses.iter().map(|s| libm::log(*s)).fold(0.0, |a, b| a + b),
            Self::Full(_, log_determinant) => *log_determinant,
        }
    }

    /// Squared distances of all points, given column by column, to the mean, in widths of the component.
    pub(super) fn squares(&self, columns: &Array2<f64>, mean: &[f64]) -> Vec<f64> {
        let mut squares = vec![0.0; columns.ncols()];
        Arch::new().dispatch(
            #[inline(always)]
            || match self {
                Self::Columns(inverses) => {
                    for ((column, mean), inverse) in rows(&columns.view()).zip(mean).zip(inverses) {
                        for (square, x) in squares.iter_mut().zip(column) {
                            *square += (x - mean) * inverse * ((x - mean) * inverse);
                        }
                    }
                }
                Self::Full(inverse, _) => round_squares(columns, mean, inverse, &mut squares),
            },
        );
        squares
    }
}

/// So many points are made round together: their coordinates stay near the processor.
const BLOCK: usize = 16;

/// Squared distances by an inverse triangular root.
#[inline(always)]
fn round_squares(columns: &Array2<f64>, mean: &[f64], inverse: &Array2<f64>, squares: &mut [f64]) {
    let mut apart = vec![[0.0; BLOCK]; mean.len()];
    for (block, squares) in squares.chunks_mut(BLOCK).enumerate() {
        for ((apart, column), mean) in apart.iter_mut().zip(rows(&columns.view())).zip(mean) {
            let own = &column[block * BLOCK..];
            apart.iter_mut().zip(own).for_each(|(apart, x)| *apart = x - mean);
        }
        let mut totals = [0.0; BLOCK];
        for (i, root) in rows(&inverse.view()).enumerate() {
            let mut round = [0.0; BLOCK];
            for (share, apart) in root.iter().zip(&apart).take(i + 1) {
                round.iter_mut().zip(apart).for_each(|(round, apart)| *round += share * apart);
            }
            totals.iter_mut().zip(round).for_each(|(total, round)| *total += round * round);
        }
        squares.iter_mut().zip(totals).for_each(|(square, total)| *square = total);
    }
}

/// Points column by column, the probabilities of their components, shape (k, n), and the components' means.
struct Scatter<'a> {
    columns: &'a Array2<f64>,
    probabilities: &'a Array2<f64>,
    means: &'a Array2<f64>,
}

impl Scatter<'_> {
    /// Sums of products of two columns, shape (p, p).
    fn full(&self, component: usize) -> Array2<f64> {
        let apart = self.columns - &self.means.row(component).insert_axis(Axis(1));
        (&apart * &self.probabilities.row(component)).dot(&apart.t())
    }

    /// Sums of squares by column.
    fn columns(&self, component: usize) -> Vec<f64> {
        let probabilities = self.probabilities.row(component).to_vec();
        let columns = rows(&self.columns.view()).zip(self.means.row(component));
        Arch::new().dispatch(
            #[inline(always)]
            || columns.map(|(column, &mean)| weighted_squares(column, mean, &probabilities)).collect(),
        )
    }

    /// Sums of squares by column over all components.
    fn pooled(&self) -> Vec<f64> {
        let (k, p) = self.means.dim();
        let add = |total: Vec<f64>, own: Vec<f64>| total.iter().zip(own).map(|(a, b)| a + b).collect();
        (0..k).map(|c| self.columns(c)).fold(vec![0.0; p], add)
    }
}

/// The sum of squared differences from a mean, each so many times as it weighs.
#[inline(always)]
fn weighted_squares(column: &[f64], mean: f64, weights: &[f64]) -> f64 {
    let (whole, rest) = column.as_chunks::<BLOCK>();
    let (weights, rest_weights) = weights.as_chunks::<BLOCK>();
    let square = |x: f64, weight: f64| weight * ((x - mean) * (x - mean));
    let mut lanes = [0.0; BLOCK];
    for (column, weights) in whole.iter().zip(weights) {
        for lane in 0..BLOCK {
            lanes[lane] += square(column[lane], weights[lane]);
        }
    }
    let rest = rest.iter().zip(rest_weights).fold(0.0, |total, (x, weight)| total + square(*x, *weight));
    lanes.iter().fold(rest, |total, lane| total + lane)
}

/// The covariances of the M-step; none where one has no width in some direction.
pub(super) fn estimate(
    columns: &Array2<f64>,
    probabilities: &Array2<f64>,
    means: &Array2<f64>,
    sizes: &[f64],
    structure: Structure,
) -> Option<Vec<Root>> {
    let (k, p) = means.dim();
    let n = real(columns.ncols());
    let scatter = Scatter { columns, probabilities, means };
    let mean = |values: Vec<f64>| values.iter().fold(0.0, |a, b| a + b) / real(p);
    let same = |root: Option<Root>| root.map(|root| vec![root; k]);
    match structure {
        Structure::Eii => same(columns_root(&vec![mean(scatter.pooled()) / n; p])),
        Structure::Vii => {
            (0..k).map(|c| columns_root(&vec![mean(scatter.columns(c)) / sizes[c]; p])).collect()
        }
        Structure::Eei => {
            same(columns_root(&scatter.pooled().into_iter().map(|s| s / n).collect::<Vec<_>>()))
        }
        Structure::Vvi => {
            let variances =
                |c: usize| scatter.columns(c).into_iter().map(|s| s / sizes[c]).collect::<Vec<_>>();
            (0..k).map(|c| columns_root(&variances(c))).collect()
        }
        Structure::Eee => {
            let total = (0..k).map(|c| scatter.full(c)).fold(Array2::zeros((p, p)), |total, own| total + own);
            same(full_root(&(&total / n)))
        }
        Structure::Vvv => (0..k).map(|c| full_root(&(scatter.full(c) / sizes[c]))).collect(),
    }
}

fn columns_root(variances: &[f64]) -> Option<Root> {
    let widest = variances.iter().copied().fold(0.0, f64::max);
    let sound = widest > 0.0 && variances.iter().all(|v| v.is_finite() && *v > NARROWEST * widest);
    sound.then(|| Root::Columns(variances.iter().map(|v| 1.0 / v.sqrt()).collect()))
}

/// Cholesky's root, inverted.
fn full_root(covariance: &Array2<f64>) -> Option<Root> {
    let p = covariance.nrows();
    let mut lower = Array2::<f64>::zeros((p, p));
    for j in 0..p {
        for i in j..p {
            let known: f64 = (0..j).fold(0.0, |total, l| total + lower[[i, l]] * lower[[j, l]]);
            let rest = covariance[[i, j]] - known;
            if i > j {
                lower[[i, j]] = rest / lower[[j, j]];
            } else if rest.is_finite() && rest > NARROWEST * covariance[[j, j]] && covariance[[j, j]] > 0.0 {
                lower[[j, j]] = rest.sqrt();
            } else {
                return None;
            }
        }
    }
    // column by column of the inverse of the lower root
    let mut inverse = Array2::<f64>::zeros((p, p));
    for column in 0..p {
        for i in column..p {
            let unit = f64::from(u8::from(i == column));
            let known = (column..i).fold(0.0, |total, l| total + lower[[i, l]] * inverse[[l, column]]);
            inverse[[i, column]] = (unit - known) / lower[[i, i]];
        }
    }
    let log_determinant = 2.0 * (0..p).map(|j| libm::log(lower[[j, j]])).fold(0.0, |a, b| a + b);
    Some(Root::Full(inverse, log_determinant))
}
