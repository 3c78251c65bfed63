//! Covariances of components, and distances by them.

use ndarray::{Array2, ArrayView1, Axis};

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
        let mut apart = vec![0.0; mean.len()];
        let square = |row: ArrayView1<'_, f64>| {
            less(row, mean, &mut apart);
            match self {
                Self::Columns(inverses) => apart
                    .iter()
                    .zip(inverses)
                    .fold(0.0, |total, (x, inverse)| total + (x * inverse) * (x * inverse)),
                Self::Full(inverse, _) => inverse.columns().into_iter().fold(0.0, |total, column| {
                    let round = apart.iter().zip(column).fold(0.0, |sum, (x, weight)| sum + x * weight);
                    total + round * round
                }),
            }
        };
        points.axis_iter(Axis(0)).map(square).collect()
    }
}

/// A point less the mean of its component.
fn less(row: ArrayView1<'_, f64>, mean: ArrayView1<'_, f64>, apart: &mut [f64]) {
    for ((apart, value), centre) in apart.iter_mut().zip(row).zip(mean) {
        *apart = value - centre;
    }
}

/// Points, the probabilities of their components, and the components' means.
struct Scatter<'a> {
    points: &'a Array2<f64>,
    probabilities: &'a Array2<f64>,
    means: &'a Array2<f64>,
}

impl Scatter<'_> {
    /// Calls with each point's probability of a component and its differences from the mean.
    fn each(&self, component: usize, mut call: impl FnMut(f64, &[f64])) {
        let mean = self.means.row(component);
        let mut apart = vec![0.0; mean.len()];
        for (row, probability) in self.points.axis_iter(Axis(0)).zip(self.probabilities.column(component)) {
            less(row, mean, &mut apart);
            call(*probability, &apart);
        }
    }

    /// Sums of products of two columns, shape (p, p).
    fn full(&self, component: usize) -> Array2<f64> {
        let p = self.means.ncols();
        let mut sums = vec![0.0; p * p];
        self.each(component, |probability, apart| {
            for (row, x) in sums.chunks_exact_mut(p).zip(apart) {
                let weighted = probability * x;
                row.iter_mut().zip(apart).for_each(|(sum, y)| *sum += weighted * y);
            }
        });
        Array2::from_shape_fn((p, p), |(i, j)| sums[i * p + j])
    }

    /// Sums of squares by column.
    fn columns(&self, component: usize) -> Vec<f64> {
        let mut sums = vec![0.0; self.means.ncols()];
        self.each(component, |probability, apart| {
            sums.iter_mut().zip(apart).for_each(|(sum, x)| *sum += probability * x * x);
        });
        sums
    }

    /// Sums of squares by column over all components.
    fn pooled(&self) -> Vec<f64> {
        let (k, p) = self.means.dim();
        let add = |total: Vec<f64>, own: Vec<f64>| total.iter().zip(own).map(|(a, b)| a + b).collect();
        (0..k).map(|c| self.columns(c)).fold(vec![0.0; p], add)
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
    let scatter = Scatter { points, probabilities, means };
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
