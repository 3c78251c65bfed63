//! Least squares, plain, weighted, with fixed effects.

use ndarray::Array2;

use crate::base::{Fault, Result};
use crate::fit::answer::{Answer, Diagnostics, Note, Term, rows};
use crate::fit::trouble::{linear_fault, refusal};
use crate::fit::{Errors, Task, wide_names};
use crate::stats::{
    Caution, Covariance, LinearCovariance, LinearFit, LinearModel, LinearTrouble, WildOptions, WildWeights,
    absorb, covariance, fit_linear, wild_bootstrap,
};

/// With so few clusters signs alone give too few distinct draws.
const WEBB_BELOW: usize = 13;

pub(super) fn fit(task: &Task<'_>) -> Result<Answer> {
    let frame = &task.frame;
    let k = frame.names.len();
    if k == 0 {
        return Err(refusal("fit-no-columns", &[]));
    }
    let model = LinearModel {
        response: task.numbers(),
        design: frame.design.view(),
        weights: task.weights.as_deref(),
    };
    let effects: Vec<&[usize]> = frame.fixed.iter().map(|g| g.codes.as_slice()).collect();
    let plain = if effects.is_empty() { fit_linear(model) } else { absorb(model, &effects) };
    let plain = plain.map_err(|trouble| fault(task, &trouble))?;
    let columns_needed =
        matches!(task.errors, Errors::HC2 | Errors::HC3 | Errors::CR2 | Errors::CR3 | Errors::Wild);
    let whole;
    let as_columns = columns_needed && !effects.is_empty();
    let fitted = if !as_columns {
        &plain
    } else {
        let wide: Array2<f64> = task.with_columns_for_effects()?;
        whole = fit_linear(LinearModel { design: wide.view(), ..model }).map_err(|t| fault(task, &t))?;
        &whole
    };
    let of = covariance_of(task, fitted).map_err(|trouble| fault(task, &trouble))?;
    let terms = if task.errors == Errors::Wild {
        wild(task, fitted, &of)?
    } else {
        let each = frame.names.iter().enumerate().map(|(j, name)| {
            let df = of.df.get(j).copied();
            let estimate = fitted.coefficients.get(j).copied().unwrap_or(f64::NAN);
            Term::new(name, estimate, of.std_error(j), df, task.request.level)
        });
        each.collect()
    };
    let levels = cluster_names(task);
    let is_ours = |caution: &Caution| match caution {
        // the wild bootstrap is what this caution advises
        Caution::FewClusters { .. } => task.errors != Errors::Wild,
        Caution::LowFreedom { column, .. } | Caution::HeavyCluster { column, .. } => *column < k,
    };
    let told = of.cautions.iter().filter(|caution| is_ours(caution));
    let cautions =
        told.map(|caution| Note::new(caution.key(), &caution.args(&frame.names, levels))).collect();
    Ok(Answer {
        terms,
        r2: (as_columns || effects.is_empty()).then(|| fitted.r_squared()),
        r2_within: (!effects.is_empty()).then(|| plain.r_squared()),
        log_lik: Some(plain.log_likelihood()),
        sigma: Some(plain.sigma()),
        diagnostics: Diagnostics {
            condition: Some(plain.condition),
            df_residual: Some(freedom(&plain)),
            leverage_max: if effects.is_empty() { leverage_max(task, &plain) } else { None },
            cautions,
            ..Diagnostics::default()
        },
        covariance: rows(&of.covariance, k),
        ..task.answer()
    })
}

#[expect(clippy::cast_precision_loss, reason = "numbers of rows")]
fn freedom(fit: &LinearFit) -> f64 {
    fit.df as f64
}

/// The errors that are asked for, on a fit whose rows are those of the frame.
pub(super) fn covariance_of(
    task: &Task<'_>,
    fitted: &LinearFit,
) -> std::result::Result<LinearCovariance, LinearTrouble> {
    let ids = |at: usize| task.clusters.get(at).map(|g| g.codes.as_slice()).unwrap_or_default();
    let kind = match task.errors {
        Errors::Classical => Covariance::Classical,
        Errors::HC0 => Covariance::Hc0,
        Errors::HC1 => Covariance::Hc1,
        Errors::HC2 => Covariance::Hc2,
        Errors::HC3 => Covariance::Hc3,
        Errors::CR0 => Covariance::Cr0(ids(0)),
        Errors::CR1 if task.clusters.len() > 1 => Covariance::Cr1TwoWay(ids(0), ids(1)),
        Errors::CR1 | Errors::Wild => Covariance::Cr1(ids(0)),
        Errors::CR2 => Covariance::Cr2(ids(0)),
        Errors::CR3 => Covariance::Cr3(ids(0)),
    };
    covariance(fitted, kind)
}

/// p and interval of each coefficient by the wild cluster bootstrap.
fn wild(task: &Task<'_>, fitted: &LinearFit, of: &LinearCovariance) -> Result<Vec<Term>> {
    let Some(clusters) = task.clusters.first() else { return Ok(Vec::new()) };
    let weights =
        if clusters.levels.len() < WEBB_BELOW { WildWeights::Webb } else { WildWeights::Rademacher };
    let request = task.request;
    let options = WildOptions { weights, draws: request.draws, seed: request.seed, level: request.level };
    let each = task.frame.names.iter().enumerate().map(|(j, name)| {
        let test = wild_bootstrap(fitted, &clusters.codes, j, 0.0, options).map_err(|t| fault(task, &t))?;
        let estimate = fitted.coefficients.get(j).copied().unwrap_or(f64::NAN);
        Ok(Term {
            term: name.clone(),
            estimate,
            se: of.std_error(j),
            statistic: test.statistic,
            df: None,
            p: test.p,
            low: test.low,
            high: test.high,
        })
    });
    each.collect()
}

pub(super) fn fault(task: &Task<'_>, trouble: &LinearTrouble) -> Box<Fault> {
    linear_fault(trouble, &wide_names(&task.frame), cluster_names(task), &task.frame.rows)
}

pub(super) fn cluster_names<'a>(task: &'a Task<'_>) -> &'a [String] {
    task.clusters.first().map(|g| g.levels.as_slice()).unwrap_or_default()
}

/// The row that draws the fit most towards itself.
fn leverage_max(task: &Task<'_>, fit: &LinearFit) -> Option<(f64, usize)> {
    let (at, largest) = fit.leverages.iter().copied().enumerate().max_by(|a, b| a.1.total_cmp(&b.1))?;
    Some((largest, task.frame.rows.get(at)? + 1))
}
