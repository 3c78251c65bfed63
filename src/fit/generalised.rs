//! Counts, shares and events.

use ndarray::Array2;

use crate::base::Result;
use crate::fit::answer::{Answer, Diagnostics, Note, Term, rows};
use crate::fit::least_squares::{cluster_names, covariance_of, fault};
use crate::fit::trouble::{glm_fault, option_fault, refusal};
use crate::fit::{Errors, Family, Spread, Task, wide_names};
use crate::stats::formula::Outcome;
use crate::stats::{Counts, GlmFit, LinearCovariance, Response, fit_glm, fit_williams, working_fit};

/// A dispersion above this is told where nothing is done about it.
const DISPERSED: f64 = 1.5;

pub(super) fn fit(task: &Task<'_>) -> Result<Answer> {
    let frame = &task.frame;
    let k = frame.names.len();
    if k == 0 {
        return Err(refusal("fit-no-columns", &[]));
    }
    let wide;
    let design = if frame.fixed.is_empty() {
        &frame.design
    } else {
        wide = task.with_columns_for_effects()?;
        &wide
    };
    let (fitted, correlation) = fitted(task, design)?;
    let level = task.request.level;
    let scale = if task.request.spread == Spread::Pearson { fitted.dispersion } else { 1.0 };
    let df_residual = freedom(design);
    let mut cautions = Vec::new();
    let (covariance, df): (Array2<f64>, Vec<Option<f64>>) = if task.errors == Errors::Classical {
        if task.request.spread == Spread::None && fitted.dispersion > DISPERSED {
            cautions.push(Note::new("fit-dispersed", &[("value", format!("{:.1}", fitted.dispersion))]));
        }
        let df = (task.request.spread == Spread::Pearson).then_some(df_residual);
        (fitted.bread.mapv(|v| v * scale), vec![df; k])
    } else {
        let robust = robust(task, &fitted, design)?;
        let names = cluster_names(task);
        let told = robust.cautions.iter().map(|c| Note::new(c.key(), &c.args(&frame.names, names)));
        cautions.extend(told.filter(|note| note.args.get("column").is_none_or(|c| frame.names.contains(c))));
        let has_df = task.errors.needs_clusters();
        (robust.covariance, robust.df.iter().map(|df| has_df.then_some(*df)).collect())
    };
    let variances = covariance.diag().to_vec();
    let each = frame.names.iter().zip(&fitted.coefficients).zip(variances.iter().zip(&df));
    let terms = each
        .map(|((name, estimate), (variance, df))| {
            Term::new(name, *estimate, variance.max(0.0).sqrt(), *df, level)
        })
        .collect();
    Ok(Answer {
        terms,
        r2: (fitted.null_deviance > 0.0).then(|| 1.0 - fitted.deviance / fitted.null_deviance),
        log_lik: fitted.log_likelihood,
        diagnostics: Diagnostics {
            df_residual: Some(df_residual),
            dispersion: Some(fitted.dispersion),
            williams_correlation: correlation,
            deviance: Some(fitted.deviance),
            null_deviance: Some(fitted.null_deviance),
            cautions,
            ..Diagnostics::default()
        },
        covariance: rows(&covariance, k),
        ..task.answer()
    })
}

#[expect(clippy::cast_precision_loss, reason = "numbers of rows")]
fn freedom(design: &Array2<f64>) -> f64 {
    design.nrows() as f64 - design.ncols() as f64
}

/// The fit, and Williams' correlation.
fn fitted(task: &Task<'_>, design: &Array2<f64>) -> Result<(GlmFit, Option<f64>)> {
    let fault = |trouble| glm_fault(&trouble, &wide_names(&task.frame));
    let (values, weights) = (task.numbers(), task.weights.as_deref());
    let shares = |trials: f64| values.iter().all(|v| (0.0..=trials).contains(v));
    match task.family {
        Family::Binomial => {
            let (successes, trials) = counts(task)?;
            let counts = Counts { successes: &successes, trials: &trials };
            if task.request.spread == Spread::Williams {
                let williams = fit_williams(counts, design.view()).map_err(fault)?;
                return Ok((williams.fit, Some(williams.correlation)));
            }
            Ok((fit_glm(Response::Counts(counts), design.view()).map_err(fault)?, None))
        }
        Family::Fractional if !shares(1.0) => Err(refusal("fit-shares-outside", &[])),
        Family::Poisson if !shares(f64::MAX) => Err(refusal("fit-events-negative", &[])),
        Family::Fractional => {
            let response = Response::Shares { shares: values, weights };
            Ok((fit_glm(response, design.view()).map_err(fault)?, None))
        }
        Family::Poisson | Family::Gaussian => {
            let response = Response::Events { events: values, weights, offset: task.frame.offset.as_deref() };
            Ok((fit_glm(response, design.view()).map_err(fault)?, None))
        }
    }
}

/// Whole numbers of successes and trials: of `cbind`, or of a response of 0 and 1.
fn counts(task: &Task<'_>) -> Result<(Vec<u64>, Vec<u64>)> {
    if task.weights.is_some() {
        return Err(option_fault("fit-binomial-weights", &[]));
    }
    let row = |at: usize| [("row", task.frame.rows.get(at).map_or(0, |row| row + 1).to_string())];
    match &task.frame.outcome {
        Outcome::Numbers { values, .. } => {
            if let Some(at) = values.iter().position(|v| v.abs() > 0.0 && (v - 1.0).abs() > 0.0) {
                return Err(refusal("fit-not-binary", &row(at)));
            }
            Ok((values.iter().map(|v| u64::from(*v > 0.5)).collect(), vec![1; values.len()]))
        }
        Outcome::Pairs { successes, failures } => {
            let mut counts = (Vec::new(), Vec::new());
            for (at, (s, f)) in successes.iter().zip(failures).enumerate() {
                let (Some(s), Some(f)) = (whole(*s), whole(*f)) else {
                    return Err(refusal("fit-not-counts", &row(at)));
                };
                if s + f == 0 {
                    return Err(refusal("fit-no-trials", &row(at)));
                }
                counts.0.push(s);
                counts.1.push(s + f);
            }
            Ok(counts)
        }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be a count")]
fn whole(value: f64) -> Option<u64> {
    ((0.0..9e15).contains(&value) && value.fract().abs() <= 0.0).then_some(value as u64)
}

/// Sandwiches of the working least squares are those of the model.
fn robust(task: &Task<'_>, fitted: &GlmFit, design: &Array2<f64>) -> Result<LinearCovariance> {
    let working = working_fit(fitted, design.view(), task.frame.offset.as_deref());
    let working = working.map_err(|trouble| fault(task, &trouble))?;
    covariance_of(task, &working).map_err(|trouble| fault(task, &trouble))
}
