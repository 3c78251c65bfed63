//! Least squares, plain and weighted.

use ndarray::{Array2, ArrayView2};

use super::LinearTrouble;
use super::absorb::Effects;
use super::orthogonal::{Orthogonal, power_of_two, roots};
use crate::stats::double::{Double, dot};

/// What is regressed on what.
#[derive(Debug, Clone, Copy)]
pub struct LinearModel<'a> {
    /// The outcome, one value a row.
    pub response: &'a [f64],
    /// The design, shape (n, k); an intercept is a column of ones.
    pub design: ArrayView2<'a, f64>,
    /// Precision weights, one a row, above 0; `None` for least squares without weights.
    pub weights: Option<&'a [f64]>,
}

/// A least-squares fit.
#[derive(Debug, Clone)]
pub struct LinearFit {
    /// β, shape (k).
    pub coefficients: Vec<f64>,
    /// y − Xβ, shape (n), not weighted.
    pub residuals: Vec<f64>,
    /// (XᵀWX)⁻¹, shape (k, k).
    pub unscaled: Array2<f64>,
    /// Σ w (y − Xβ)².
    pub residual_ss: f64,
    /// The part of `total_ss` that the columns explain, without the loss of a difference.
    pub explained_ss: f64,
    /// Σ w (y − ȳ)² with the weighted mean, or Σ w y² where the columns do not span a constant.
    pub total_ss: f64,
    /// Do the columns span a constant?
    pub centred: bool,
    /// Degrees of freedom of the residuals: rows less coefficients, absorbed ones included.
    pub df: usize,
    /// Coefficients that were taken out beforehand (levels of absorbed effects).
    pub absorbed: usize,
    /// σ_max / σ_min of the design with columns of length 1.
    pub condition: f64,
    /// h of each row, shape (n): the diagonal of X (XᵀWX)⁻¹ XᵀW.
    pub leverages: Vec<f64>,
    /// Effects that were absorbed.
    pub effects: Option<Effects>,
    /// Σ ln w, for the likelihood.
    pub(super) log_weights: f64,
    /// √w, or nothing.
    pub(super) roots: Option<Vec<f64>>,
    /// Orthonormal basis of √W X, shape (n, k).
    pub(super) basis: Array2<f64>,
    /// R⁻¹ of √W X = Q R.
    pub(super) inverse_root: Array2<f64>,
}

/// Least squares, plain or weighted.
///
/// - Shapes: response (n), design (n, k), weights (n) or none; see [`LinearFit`].
/// - Units: those of the columns; weights are precisions up to a factor.
/// - Missing: none can be: leave such rows out beforehand.
/// - Fails: `Malformed`, `NotFinite`, `Weight`; `NoFreedom` where n ≤ k; `Singular`, which names the column, where the
///   condition number of the design with columns of length 1 is above 1e10.
/// - Reference: modified Gram–Schmidt with the response as a further column, Björck (1967), BIT 7; here in arithmetic of
///   106 bits (Dekker 1971), so that no refinement is needed: its error is the condition times 1e-32. Belsley, Kuh, Welsch
///   (1980), «Regression Diagnostics», 3.2, for the scaled condition.
/// - Accuracy: the exact answer for the float64 data, rounded: 15 digits on 1,000 random designs up to condition 1e10
///   against rational arithmetic (`rsoko certify`); all that the data of the NIST sets allow.
/// - Determinism: one thread, the four operations and the square root; the same on every platform.
///
/// # Errors
/// As above.
pub fn fit_linear(model: LinearModel<'_>) -> Result<LinearFit, LinearTrouble> {
    fit_absorbed(model, 0, false)
}

/// As [`fit_linear`], `absorbed` coefficients having been taken out before; `centred` where they span a constant.
pub(super) fn fit_absorbed(
    model: LinearModel<'_>,
    absorbed: usize,
    centred: bool,
) -> Result<LinearFit, LinearTrouble> {
    check(model, absorbed)?;
    let (n, k) = model.design.dim();
    let roots = model.weights.map(roots);
    let roots = roots.as_deref();
    let scale = power_of_two(model.response.iter().copied());
    let response: Vec<f64> = model.response.iter().map(|y| y / scale).collect();
    let orthogonal = Orthogonal::new(model.design, roots)?;
    let (solution, rest) = orthogonal.solve(&response, roots);
    let (basis, inverse_root) = (orthogonal.basis(), orthogonal.inverse_root());
    // a constant in the span leaves nothing of a column of ones but rounding
    let constant = orthogonal.left_of(&vec![1.0; n], roots) < 1e-24;
    let square = scale * scale;
    let left = dot(&rest, &rest);
    let total = total_ss(&response, model.weights, constant && !centred);
    let leverages = basis.rows().into_iter().map(|q| q.iter().map(|v| v * v).sum()).collect();
    let residual = |i: usize| roots.map_or(rest[i], |roots| rest[i] / roots[i]).value() * scale;
    Ok(LinearFit {
        coefficients: solution.iter().map(|b| b.value() * scale).collect(),
        residuals: (0..n).map(residual).collect(),
        unscaled: inverse_root.dot(&inverse_root.t()),
        residual_ss: left.value() * square,
        explained_ss: (total - left).value() * square,
        total_ss: total.value() * square,
        centred: constant || centred,
        df: n - k - absorbed,
        absorbed,
        condition: orthogonal.condition,
        leverages,
        effects: None,
        log_weights: model.weights.map_or(0.0, |w| w.iter().map(|&w| libm::log(w)).sum()),
        roots: roots.map(|roots| roots.iter().map(|r| r.value()).collect()),
        basis,
        inverse_root,
    })
}

fn check(model: LinearModel<'_>, absorbed: usize) -> Result<(), LinearTrouble> {
    let (n, k) = model.design.dim();
    if model.response.len() != n || model.weights.is_some_and(|w| w.len() != n) || k == 0 {
        return Err(LinearTrouble::Malformed);
    }
    let finite =
        |row: usize| model.response[row].is_finite() && model.design.row(row).iter().all(|x| x.is_finite());
    if let Some(row) = (0..n).find(|&row| !finite(row)) {
        return Err(LinearTrouble::NotFinite { row });
    }
    if let Some(row) = model.weights.and_then(|w| w.iter().position(|&w| !(w > 0.0 && w.is_finite()))) {
        return Err(LinearTrouble::Weight { row });
    }
    if n <= k + absorbed {
        return Err(LinearTrouble::NoFreedom { rows: n, coefficients: k + absorbed });
    }
    Ok(())
}

/// Σ w (y − ȳ)², or Σ w y², in 106 bits.
fn total_ss(response: &[f64], weights: Option<&[f64]>, centred: bool) -> Double {
    let weight = |i: usize| Double::from(weights.map_or(1.0, |w| w[i]));
    let add = |term: &dyn Fn(usize) -> Double| (0..response.len()).fold(Double::ZERO, |sum, i| sum + term(i));
    let centre =
        if centred { add(&|i| weight(i) * Double::from(response[i])) / add(&weight) } else { Double::ZERO };
    add(&|i| {
        let off = Double::from(response[i]) - centre;
        weight(i) * off * off
    })
}

#[expect(clippy::cast_precision_loss, reason = "numbers of rows")]
impl LinearFit {
    /// Rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.residuals.len()
    }

    /// The residual standard deviation.
    #[must_use]
    pub fn sigma(&self) -> f64 {
        (self.residual_ss / self.df as f64).sqrt()
    }

    /// The share of the sum of squares that the columns explain.
    #[must_use]
    pub fn r_squared(&self) -> f64 {
        self.explained_ss / self.total_ss
    }

    /// R² adjusted for the number of coefficients.
    #[must_use]
    pub fn r_squared_adjusted(&self) -> f64 {
        let free = self.rows() - usize::from(self.centred);
        1.0 - (self.residual_ss / self.df as f64) / (self.total_ss / free as f64)
    }

    /// The Gaussian log-likelihood at its maximum, weights included as R includes them.
    #[must_use]
    pub fn log_likelihood(&self) -> f64 {
        let n = self.rows() as f64;
        let variance = self.residual_ss / n;
        0.5 * (self.log_weights - n * (libm::log(std::f64::consts::TAU) + 1.0 + libm::log(variance)))
    }

    /// Q·x of each row, weighted residual by weighted residual: √w (y − Xβ).
    pub(super) fn weighted_residuals(&self) -> Vec<f64> {
        match &self.roots {
            None => self.residuals.clone(),
            Some(roots) => self.residuals.iter().zip(roots).map(|(e, r)| e * r).collect(),
        }
    }
}
