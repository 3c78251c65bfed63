//! From coefficients and their covariance to intervals and tests.

use faer::Mat;
use faer::linalg::solvers::Solve;

use super::{LinearCovariance, LinearFit, LinearTrouble};
use crate::stats::{fisher_above, student_quantile, student_two_sided};

/// A coefficient with everything that is said about it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Term {
    /// The coefficient.
    pub estimate: f64,
    /// Its standard error.
    pub se: f64,
    /// Estimate by standard error.
    pub statistic: f64,
    /// Degrees of freedom of the t distribution.
    pub df: f64,
    /// Two-sided p of «the coefficient is 0».
    pub p: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
}

/// A test of several coefficients at once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wald {
    /// The F statistic.
    pub f: f64,
    /// How many coefficients.
    pub df1: f64,
    /// Degrees of freedom of the denominator.
    pub df2: f64,
    /// P of a larger F.
    pub p: f64,
}

/// Estimate, standard error, t test and interval of every coefficient.
///
/// - Shapes: a fit and a covariance of it; k terms out.
/// - Units: those of the coefficients.
/// - Missing: none can be.
/// - Fails: `Malformed` where `level` is not inside (0, 1) or shapes differ. A coefficient without spread (a perfect fit) has
///   a statistic that is infinite or NaN.
/// - Reference: β ± t(df) · se; degrees of freedom as the covariance says.
/// - Accuracy: 12 digits of p, tails included; `tests/golden.rs`, `tests/distributions.rs`.
/// - Determinism: a function of its arguments.
///
/// # Errors
/// As above.
pub fn terms(fit: &LinearFit, of: &LinearCovariance, level: f64) -> Result<Vec<Term>, LinearTrouble> {
    if of.df.len() != fit.coefficients.len() || !(level > 0.0 && level < 1.0) {
        return Err(LinearTrouble::Malformed);
    }
    let term = |(j, (&estimate, &df)): (usize, (&f64, &f64))| {
        let se = of.std_error(j);
        let statistic = estimate / se;
        let wide = student_quantile(0.5 + 0.5 * level, df).ok_or(LinearTrouble::Malformed)? * se;
        let p = student_two_sided(statistic, df).unwrap_or(f64::NAN);
        Ok(Term { estimate, se, statistic, df, p, low: estimate - wide, high: estimate + wide })
    };
    fit.coefficients.iter().zip(&of.df).enumerate().map(term).collect()
}

/// Are these coefficients all 0?
///
/// - Shapes: a fit, a covariance of it, and numbers of columns, each once.
/// - Units: none.
/// - Missing: none can be.
/// - Fails: `Malformed` where there are no columns, or one that is not there; `TooFewClusters` where the coefficients are not
///   fewer than the clusters; `Singular` where their covariance has no inverse.
/// - Reference: Wald's F, βᵀ V⁻¹ β / q against F(q, df); df is the smallest of the coefficients'.
/// - Accuracy: 10 digits on the golden cases; `tests/golden.rs`.
/// - Determinism: a function of its arguments.
///
/// # Errors
/// As above.
pub fn wald(fit: &LinearFit, of: &LinearCovariance, columns: &[usize]) -> Result<Wald, LinearTrouble> {
    let (q, k) = (columns.len(), fit.coefficients.len());
    if q == 0 || of.df.len() != k || columns.iter().any(|&j| j >= k) {
        return Err(LinearTrouble::Malformed);
    }
    if let Some(&clusters) = of.clusters.iter().min()
        && clusters <= q
    {
        return Err(LinearTrouble::TooFewClusters { clusters, needed: q + 1 });
    }
    // in units of standard errors, so that nothing depends on the scale of the columns
    let scaled = |j: usize| fit.coefficients[j] / of.std_error(j);
    let correlation = Mat::from_fn(q, q, |a, b| {
        let (a, b) = (columns[a], columns[b]);
        of.covariance[[a, b]] / of.std_error(a) / of.std_error(b)
    });
    let statistics = Mat::from_fn(q, 1, |a, _| scaled(columns[a]));
    let column = columns[q - 1];
    let factor = correlation
        .llt(faer::Side::Lower)
        .map_err(|_| LinearTrouble::Singular { column, with: columns[..q - 1].to_vec() })?;
    let solved = factor.solve(&statistics);
    #[expect(clippy::cast_precision_loss, reason = "a number of coefficients")]
    let df1 = q as f64;
    let f = (0..q).map(|a| statistics[(a, 0)] * solved[(a, 0)]).sum::<f64>() / df1;
    let df2 = columns.iter().map(|&j| of.df[j]).fold(f64::INFINITY, f64::min);
    let p = fisher_above(f, df1, df2).ok_or(LinearTrouble::Malformed)?;
    Ok(Wald { f, df1, df2, p })
}
