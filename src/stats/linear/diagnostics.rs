//! Which columns are entangled, which rows and clusters carry the answer.

use ndarray::ArrayView2;

use super::clusters::{Clusters, deletion_scores};
use super::covariance::OWN_MIN;
use super::{LinearFit, LinearTrouble};
use crate::stats::sum::Total;

/// How many times the other columns inflate the variance of each coefficient.
///
/// - Shapes: a fit and its design (n, k); k values out, `None` for a constant column.
/// - Units: ratios, 1 and above.
/// - Missing: none can be.
/// - Fails: `Malformed` where shapes differ, where the design has no constant, or after absorbed effects.
/// - Reference: Belsley, Kuh, Welsch (1980), «Regression Diagnostics», 3.2: Σ w (x − x̄)² times the diagonal of (XᵀWX)⁻¹.
/// - Accuracy: 12 digits against 1/(1 − R²) of each column on the others; unit tests of this file.
/// - Determinism: a function of its arguments.
///
/// # Errors
/// As above.
pub fn variance_inflation(
    fit: &LinearFit,
    design: ArrayView2<'_, f64>,
) -> Result<Vec<Option<f64>>, LinearTrouble> {
    if design.dim() != (fit.rows(), fit.coefficients.len()) || !fit.centred || fit.absorbed > 0 {
        return Err(LinearTrouble::Malformed);
    }
    let weight = |i: usize| fit.roots.as_ref().map_or(1.0, |roots| roots[i] * roots[i]);
    let total = |term: &dyn Fn(usize) -> f64| {
        let mut total = Total::default();
        (0..fit.rows()).for_each(|i| total.add(weight(i) * term(i)));
        total.value()
    };
    let mass = total(&|_| 1.0);
    let of = |j: usize| {
        let column = design.column(j);
        let first = column[0];
        if column.iter().all(|x| (x - first).abs() <= 0.0) {
            return None;
        }
        let centre = first + total(&|i| column[i] - first) / mass;
        let spread = total(&|i| (column[i] - centre) * (column[i] - centre));
        Some(spread * fit.unscaled[[j, j]])
    };
    Ok((0..fit.coefficients.len()).map(of).collect())
}

/// Cook's distance of every row: how far all coefficients move, in their own units, if the row is left out.
///
/// - Shapes: a fit; n values out, `None` for a row that has a coefficient of its own.
/// - Units: squared standard errors, by k.
/// - Missing: none can be.
/// - Fails: `Malformed` after absorbed effects, whose leverages are not known.
/// - Reference: Cook (1977), Technometrics 19(1), eq. 7: w e² h / (k s² (1 − h)²).
/// - Accuracy: 11 digits against R's `cooks.distance`; `tests/linear.rs`.
/// - Determinism: a function of its arguments.
///
/// # Errors
/// As above.
pub fn cooks_distance(fit: &LinearFit) -> Result<Vec<Option<f64>>, LinearTrouble> {
    if fit.absorbed > 0 {
        return Err(LinearTrouble::Malformed);
    }
    #[expect(clippy::cast_precision_loss, reason = "a number of columns")]
    let unit = fit.coefficients.len() as f64 * fit.sigma() * fit.sigma();
    let residuals = fit.weighted_residuals();
    let rows = residuals.iter().zip(&fit.leverages);
    Ok(rows.map(|(e, h)| (1.0 - h >= OWN_MIN).then(|| e * e * h / (unit * (1.0 - h) * (1.0 - h)))).collect())
}

/// A fit without one cluster.
#[derive(Debug, Clone, PartialEq)]
pub struct WithoutCluster {
    /// The cluster's number.
    pub cluster: usize,
    /// β without its rows, shape (k).
    pub coefficients: Vec<f64>,
}

/// The coefficients without each cluster in turn: does the answer rest on one of them?
///
/// - Shapes: a fit of (n, k), clusters (n) with numbers below n; one entry a cluster, in the order of their numbers.
/// - Units: those of the coefficients.
/// - Missing: none can be.
/// - Fails: `Malformed` where shapes differ or after absorbed effects; `TooFewClusters` for one; `ClusterAlone` where a
///   coefficient rests on one cluster alone.
/// - Reference: Belsley, Kuh, Welsch (1980), 2.2, for groups of rows: β − β₋ = M X_gᵀW_g (I − H_gg)⁻¹ e_g; no refit.
/// - Accuracy: 11 digits against refitting; unit tests of this file.
/// - Determinism: one thread.
///
/// # Errors
/// As above.
pub fn leave_cluster_out(fit: &LinearFit, clusters: &[usize]) -> Result<Vec<WithoutCluster>, LinearTrouble> {
    if fit.absorbed > 0 {
        return Err(LinearTrouble::Malformed);
    }
    let clusters = Clusters::new(fit, clusters, 2)?;
    let scores = deletion_scores(fit, &clusters)?;
    let without = |(cluster, score)| {
        let change = fit.inverse_root.dot(&score);
        let coefficients = fit.coefficients.iter().zip(&change).map(|(b, c)| b - c).collect();
        WithoutCluster { cluster, coefficients }
    };
    Ok(scores.into_iter().map(without).collect())
}

#[cfg(test)]
mod tests {
    use super::{cooks_distance, leave_cluster_out, variance_inflation};
    use crate::stats::{LinearModel, LinearTrouble, Rng, fit_linear};
    use ndarray::{Array2, Axis};

    fn data() -> (Vec<f64>, Array2<f64>, Vec<f64>) {
        let mut rng = Rng::new(3);
        let mut x = Array2::from_shape_fn((40, 4), |(_, j)| if j == 0 { 1.0 } else { 5.0 + rng.normal() });
        for i in 0..40 {
            x[[i, 3]] = x[[i, 1]] + 0.1 * x[[i, 3]];
        }
        let y = (0..40).map(|i| x[[i, 1]] - x[[i, 2]] + rng.normal()).collect();
        let w = (0..40).map(|_| 0.5 + rng.uniform()).collect();
        (y, x, w)
    }

    #[test]
    fn inflation_is_that_of_each_column_on_the_others() {
        let (y, x, w) = data();
        let model = LinearModel { response: &y, design: x.view(), weights: Some(&w) };
        let vif = variance_inflation(&fit_linear(model).unwrap(), x.view()).unwrap();
        assert_eq!(vif[0], None);
        for j in 1..4 {
            let others: Vec<usize> = (0..4).filter(|&l| l != j).collect();
            let (column, rest) = (x.column(j).to_vec(), x.select(Axis(1), &others));
            let model = LinearModel { response: &column, design: rest.view(), weights: Some(&w) };
            let want = 1.0 / (1.0 - fit_linear(model).unwrap().r_squared());
            assert!((vif[j].unwrap() / want - 1.0).abs() < 1e-11, "{j}: {vif:?} {want}");
        }
        assert!(vif[1].unwrap() > 50.0, "{vif:?}");
    }

    #[test]
    fn leaving_out_is_refitting() {
        let (y, x, w) = data();
        let clusters: Vec<usize> = (0..40).map(|i| i * i % 9).collect();
        let fit = fit_linear(LinearModel { response: &y, design: x.view(), weights: Some(&w) }).unwrap();
        for without in leave_cluster_out(&fit, &clusters).unwrap() {
            let rows: Vec<usize> = (0..40).filter(|&i| clusters[i] != without.cluster).collect();
            let pick = |v: &[f64]| rows.iter().map(|&i| v[i]).collect::<Vec<_>>();
            let (y, w, x) = (pick(&y), pick(&w), x.select(Axis(0), &rows));
            let refit =
                fit_linear(LinearModel { response: &y, design: x.view(), weights: Some(&w) }).unwrap();
            for j in 0..4 {
                let (got, want) = (without.coefficients[j], refit.coefficients[j]);
                assert!((got - want).abs() < 1e-10 * want.abs().max(0.1), "{got} {want}");
            }
        }
    }

    #[test]
    fn a_coefficient_that_rests_on_one_cluster_is_named() {
        let (y, mut x, _) = data();
        let clusters: Vec<usize> = (0..40).map(|i| i / 8).collect();
        for i in 0..40 {
            x[[i, 2]] = f64::from(u8::from((8..12).contains(&i)));
        }
        let fit = fit_linear(LinearModel { response: &y, design: x.view(), weights: None }).unwrap();
        let trouble = leave_cluster_out(&fit, &clusters).unwrap_err();
        assert_eq!(trouble, LinearTrouble::ClusterAlone { cluster: 1, column: 2 });
    }

    #[test]
    fn a_row_with_its_own_dummy_has_no_distance() {
        let (y, mut x, _) = data();
        for i in 0..40 {
            x[[i, 2]] = f64::from(u8::from(i == 7));
        }
        let fit = fit_linear(LinearModel { response: &y, design: x.view(), weights: None }).unwrap();
        let distances = cooks_distance(&fit).unwrap();
        assert!(distances[7].is_none() && distances.iter().filter(|d| d.is_none()).count() == 1);
    }
}
