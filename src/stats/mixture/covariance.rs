//! Covariances of components, and distances by them.

use ndarray::{Array2, ArrayView1, Axis};

use crate::stats::mixture::Structure;
use crate::stats::partition::real;

/// A component whose narrowest direction is this much narrower than its widest one has no width there.
const NARROWEST: f64 = 1e-10;

/// What turns a component into a round one of width 1: the inverse of a triangular root of its covariance, or of standard
/// deviations by column.
pub(super) enum Root {
    /// Reciprocal standard deviations of the columns.
    Columns(Vec<f64>),
    /// The inverse root transposed, shape (p, p), and the logarithm of the covariance's determinant.
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

    /// Squared distances of all points to the mean, in widths of the component.
    pub(super) fn squares(&self, points: &Array2<f64>, mean: ArrayView1<'_, f64>) -> Vec<f64> {
        let centred = points - &mean;
        let round = match self {
            Self::Columns(inverses) => centred * ArrayView1::from(inverses.as_slice()),
            Self::Full(inverse, _) => centred.dot(inverse),
        };
        let squares = |row: ArrayView1<'_, f64>| row.iter().fold(0.0, |total, x| total + x * x);
        round.axis_iter(Axis(0)).map(squares).collect()
    }
}

/// The covariances of the M-step; none where one has no width in some direction.
pub(super) fn estimate(
    points: &Array2<f64>,
    probabilities: &Array2<f64>,
    means: &Array2<f64>,
    sizes: &[f64],
    structure: Structure,
) -> Option<Vec<Root>> {
    let (k, p) = means.dim();
    let n = real(points.nrows());
    let scatter = |c: usize| {
        let centred = points - &means.row(c);
        let weighted = &centred * &probabilities.column(c).insert_axis(Axis(1));
        (centred, weighted)
    };
    let full = |c: usize| {
        let (centred, weighted) = scatter(c);
        weighted.t().dot(&centred)
    };
    let columns = |c: usize| {
        let (centred, weighted) = scatter(c);
        (centred * weighted).sum_axis(Axis(0)).to_vec()
    };
    let pooled = || {
        (0..k)
            .map(columns)
            .fold(vec![0.0; p], |total, own| total.iter().zip(own).map(|(a, b)| a + b).collect())
    };
    let mean = |values: Vec<f64>| values.iter().fold(0.0, |a, b| a + b) / real(p);
    let by_columns = |variances: Vec<f64>| columns_root(&variances);
    match structure {
        Structure::Eii => same(k, || by_columns(vec![mean(pooled()) / n; p])),
        Structure::Vii => (0..k).map(|c| by_columns(vec![mean(columns(c)) / sizes[c]; p])).collect(),
        Structure::Eei => same(k, || by_columns(pooled().into_iter().map(|s| s / n).collect())),
        Structure::Vvi => {
            (0..k).map(|c| by_columns(columns(c).into_iter().map(|s| s / sizes[c]).collect())).collect()
        }
        Structure::Eee => {
            let total = (0..k).map(full).fold(Array2::zeros((p, p)), |total, own| total + own);
            same(k, || full_root(&(&total / n)))
        }
        Structure::Vvv => (0..k).map(|c| full_root(&(full(c) / sizes[c]))).collect(),
    }
}

fn same(k: usize, root: impl Fn() -> Option<Root>) -> Option<Vec<Root>> {
    (0..k).map(|_| root()).collect()
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
    // column by column of the inverse of the lower root, written as rows: its transpose
    let mut inverse = Array2::<f64>::zeros((p, p));
    for column in 0..p {
        for i in column..p {
            let unit = f64::from(u8::from(i == column));
            let known = (column..i).fold(0.0, |total, l| total + lower[[i, l]] * inverse[[column, l]]);
            inverse[[column, i]] = (unit - known) / lower[[i, i]];
        }
    }
    let log_determinant = 2.0 * (0..p).map(|j| libm::log(lower[[j, j]])).fold(0.0, |a, b| a + b);
    Some(Root::Full(inverse, log_determinant))
}
