//! Principal components: the directions in which points differ most.

use faer::Mat;
use ndarray::{Array2, ArrayView2};

use crate::stats::partition::real;
use crate::stats::{mean, sum};

/// Principal components of points.
#[derive(Debug, Clone, PartialEq)]
pub struct PrincipalComponents {
    /// Variances along the components, falling, shape (p).
    pub variances: Vec<f64>,
    /// Share of the whole variance of each, shape (p).
    pub shares: Vec<f64>,
    /// Unit vectors in columns, shape (p, p): `loadings[[column, component]]`.
    pub loadings: Array2<f64>,
    /// Places of the points, shape (n, p).
    pub scores: Array2<f64>,
}

/// The principal components of points.
///
/// - Shapes: points (n, p), n above p; answers as [`PrincipalComponents`] says.
/// - Units: those of the columns: standardise them first where their units differ.
/// - Missing: a value that is not finite gives `None`.
/// - Fails: `None` as said, where n is not above p, or all points are the same.
/// - Reference: Jolliffe (2002), «Principal Component Analysis», 3.5: singular values of the centred points (faer). The loading
///   that is largest in absolute value is positive (of equal ones the first), so signs do not depend on luck.
/// - Accuracy: 9 digits against R's `prcomp` and scikit-learn; `tests/golden_clusters.rs`.
/// - Determinism: a function of its arguments; one thread.
#[must_use]
pub fn principal_components(points: ArrayView2<'_, f64>) -> Option<PrincipalComponents> {
    let (n, p) = points.dim();
    if p == 0 || n <= p || points.iter().any(|v| !v.is_finite()) {
        return None;
    }
    let centres: Vec<f64> = points.columns().into_iter().filter_map(|c| mean(&c.to_vec())).collect();
    let centred = Mat::from_fn(n, p, |i, j| points[[i, j]] - centres[j]);
    let svd = centred.thin_svd().ok()?;
    let (singular, v) = (svd.S().column_vector(), svd.V());
    let variances: Vec<f64> = (0..p).map(|j| singular[j] * singular[j] / real(n - 1)).collect();
    let whole = sum(&variances);
    if whole <= 0.0 {
        return None;
    }
    let sign = |component: usize| {
        let largest = (0..p).fold(0, |best, j| {
            // equal but for rounding is equal
            if v[(j, component)].abs() > v[(best, component)].abs() * (1.0 + 1e-9) { j } else { best }
        });
        if v[(largest, component)] < 0.0 { -1.0 } else { 1.0 }
    };
    let signs: Vec<f64> = (0..p).map(sign).collect();
    let loadings = Array2::from_shape_fn((p, p), |(j, c)| signs[c] * v[(j, c)]);
    let score =
        |i: usize, c: usize| sum(&(0..p).map(|j| centred[(i, j)] * loadings[[j, c]]).collect::<Vec<_>>());
    Some(PrincipalComponents {
        shares: variances.iter().map(|variance| variance / whole).collect(),
        variances,
        scores: Array2::from_shape_fn((n, p), |(i, c)| score(i, c)),
        loadings,
    })
}

#[cfg(test)]
mod tests {
    use super::principal_components;
    use ndarray::{Array2, array};

    #[test]
    fn a_line_has_one_component() {
        let points = array![[0.0, 0.0], [3.0, -4.0], [6.0, -8.0]];
        let found = principal_components(points.view()).unwrap();
        assert!((found.variances[0] - 25.0).abs() < 1e-12 && found.variances[1].abs() < 1e-12);
        assert!((found.loadings[[0, 0]] + 0.6).abs() < 1e-12 && (found.loadings[[1, 0]] - 0.8).abs() < 1e-12);
        assert!((found.scores[[0, 0]] - 5.0).abs() < 1e-12);
        assert!((found.shares[0] - 1.0).abs() < 1e-12);
    }

    #[test]
    fn what_has_no_directions_has_no_components() {
        assert!(principal_components(array![[1.0, 2.0], [1.0, 2.0], [1.0, 2.0]].view()).is_none());
        assert!(principal_components(array![[1.0, 2.0], [1.0, 3.0]].view()).is_none());
        assert!(principal_components(array![[1.0], [f64::NAN]].view()).is_none());
        assert!(principal_components(Array2::<f64>::zeros((3, 0)).view()).is_none());
    }
}
