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

    /// Squared distances of all points, given column by column, to the mean, in widths of the component.
    pub(super) fn squares(&self, columns: &Array2<f64>, mean: ArrayView1<'_, f64>) -> Vec<f64> {
        let mut round = apart(columns, mean);
        match self {
            Self::Columns(inverses) => {
                for (mut column, inverse) in round.axis_iter_mut(Axis(0)).zip(inverses) {
                    column.mapv_inplace(|x| x * inverse);
                }
            }
            Self::Full(inverse, _) => round = inverse.t().dot(&round),
        }
        let mut squares = vec![0.0; columns.ncols()];
        for column in round.axis_iter(Axis(0)) {
            squares.iter_mut().zip(column).for_each(|(square, x)| *square += x * x);
        }
        squares
    }
}

/// Columns less the mean of a component.
fn apart(columns: &Array2<f64>, mean: ArrayView1<'_, f64>) -> Array2<f64> {
    columns - &mean.insert_axis(Axis(1))
}

/// Points column by column, the probabilities of their components, and the components' means.
struct Scatter<'a> {
    columns: &'a Array2<f64>,
    probabilities: &'a Array2<f64>,
    means: &'a Array2<f64>,
}

impl Scatter<'_> {
    /// Differences from the mean of a component, and the same times its probabilities, column by column.
    fn apart(&self, component: usize) -> (Array2<f64>, Array2<f64>) {
        let apart = apart(self.columns, self.means.row(component));
        let weighted = &apart * &self.probabilities.column(component);
        (apart, weighted)
    }

    /// Sums of products of two columns, shape (p, p).
    fn full(&self, component: usize) -> Array2<f64> {
        let (apart, weighted) = self.apart(component);
        weighted.dot(&apart.t())
    }

    /// Sums of squares by column.
    fn columns(&self, component: usize) -> Vec<f64> {
        let (apart, weighted) = self.apart(component);
        weighted.rows().into_iter().zip(apart.rows()).map(|(weighted, apart)| weighted.dot(&apart)).collect()
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
