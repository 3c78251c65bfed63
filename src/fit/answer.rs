//! What is answered: every number at full precision.

use crate::fit::{Errors, Family};
use crate::stats::{Interval, normal_above, normal_quantile, student_quantile, student_two_sided};

/// A fitted model.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize)]
pub struct Answer {
    /// The formula as it was given.
    pub formula: String,
    /// The family.
    pub family: Family,
    /// The kind of errors.
    pub se: Errors,
    /// The level of the intervals.
    pub level: f64,
    /// Coefficients.
    pub terms: Vec<Term>,
    /// Rows of the model.
    pub n: usize,
    /// Rows that were left out since a value is missing.
    pub dropped: usize,
    /// Clusters, fixed effects, random groups.
    pub groups: Groups,
    /// Share of the variance explained: R² of least squares, deviance explained of the others, marginal R² of a random intercept.
    pub r2: Option<f64>,
    /// The same inside fixed effects; with the groups, for a random intercept.
    pub r2_within: Option<f64>,
    /// Log-likelihood; the restricted one for a random intercept by REML.
    pub log_lik: Option<f64>,
    /// Residual standard deviation.
    pub sigma: Option<f64>,
    /// Variances of a random intercept.
    pub variance_components: Option<Variances>,
    /// Effects of the groups of a random intercept.
    pub effects: Option<Vec<Effect>>,
    /// What a sceptic looks at.
    pub diagnostics: Diagnostics,
    /// Covariance of the coefficients, in their order.
    pub covariance: Vec<Vec<f64>>,
}

/// A coefficient.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Term {
    /// Its name.
    pub term: String,
    /// The estimate.
    pub estimate: f64,
    /// Its standard error.
    pub se: f64,
    /// Estimate by error: t where there are degrees of freedom, else z.
    pub statistic: f64,
    /// Degrees of freedom; none for z.
    pub df: Option<f64>,
    /// Two-sided p.
    pub p: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
}

impl Term {
    /// A coefficient with its t or z test and interval.
    pub(super) fn new(term: &str, estimate: f64, se: f64, df: Option<f64>, level: f64) -> Self {
        let statistic = estimate / se;
        let quantile = match df {
            Some(df) => student_quantile(0.5 + level / 2.0, df),
            None => normal_quantile(0.5 + level / 2.0),
        };
        let p = match df {
            Some(df) => student_two_sided(statistic, df).unwrap_or(f64::NAN),
            None => 2.0 * normal_above(statistic.abs()),
        };
        let half = quantile.unwrap_or(f64::NAN) * se;
        let (low, high) = (estimate - half, estimate + half);
        Self { term: term.to_owned(), estimate, se, statistic, df, p, low, high }
    }
}

/// Groups of rows.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct Groups {
    /// Clusters of the errors.
    pub clusters: Vec<Cluster>,
    /// Fixed effects.
    pub fixed: Vec<Cluster>,
    /// Groups of the random intercept.
    pub random: Vec<Cluster>,
}

/// A column of groups.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Cluster {
    /// The column.
    pub column: String,
    /// How many groups.
    pub groups: usize,
}

/// Variances of a random intercept.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Variances {
    /// `REML` or `ML`.
    pub method: &'static str,
    /// τ²: between groups.
    pub between: f64,
    /// Its profile interval.
    pub between_interval: [f64; 2],
    /// σ²: inside groups.
    pub within: f64,
    /// Its profile interval.
    pub within_interval: [f64; 2],
    /// τ² / (τ² + σ²).
    pub icc: f64,
    /// Its profile interval.
    pub icc_interval: [f64; 2],
}

/// Both ends.
pub(super) fn ends(interval: Interval) -> [f64; 2] {
    [interval.low, interval.high]
}

/// The effect of a group.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Effect {
    /// The group.
    pub group: String,
    /// Its rows.
    pub n: usize,
    /// Mean residual.
    pub raw: f64,
    /// The shrunken effect.
    pub effect: f64,
    /// Comparative standard error: of effect less truth.
    pub se: f64,
    /// Diagnostic standard error: of the effect itself.
    pub se_diagnostic: f64,
    /// Share of the raw effect that is kept.
    pub reliability: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
}

/// What a sceptic looks at.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize)]
pub struct Diagnostics {
    /// Scaled condition number of the columns.
    pub condition: Option<f64>,
    /// Degrees of freedom of the residuals.
    pub df_residual: Option<f64>,
    /// Pearson's dispersion.
    pub dispersion: Option<f64>,
    /// Williams' correlation inside rows.
    pub williams_correlation: Option<f64>,
    /// Residual deviance.
    pub deviance: Option<f64>,
    /// Deviance of the model with an intercept alone.
    pub null_deviance: Option<f64>,
    /// The largest leverage, and its row in the table (from 1).
    pub leverage_max: Option<(f64, usize)>,
    /// Reasons to be careful.
    pub cautions: Vec<Note>,
}

/// A remark: the key of its wording and the values in it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Note {
    /// The key.
    pub key: String,
    /// The values.
    pub args: std::collections::BTreeMap<String, String>,
}

impl Note {
    pub(super) fn new(key: &str, args: &[(&'static str, String)]) -> Self {
        let args = args.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        Self { key: key.to_owned(), args }
    }
}

/// A square matrix by rows.
pub(super) fn rows(matrix: &ndarray::Array2<f64>, k: usize) -> Vec<Vec<f64>> {
    matrix.rows().into_iter().take(k).map(|row| row.iter().take(k).copied().collect()).collect()
}
