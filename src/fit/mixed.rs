//! Random intercepts.

use crate::base::Result;
use crate::fit::answer::{Answer, Diagnostics, Effect, Note, Term, Variances, ends, rows};
use crate::fit::trouble::mixed_fault;
use crate::fit::{Family, Task};
use crate::stats::{Likelihood, MixedData, MixedFit, fit_mixed, normal_quantile};

/// With fewer groups than this their variance is hardly known.
const GROUPS_FEW: usize = 10;

pub(super) fn fit(task: &Task<'_>) -> Result<Answer> {
    let frame = &task.frame;
    let Some(random) = &frame.random else { return Ok(task.answer()) };
    let data = MixedData {
        response: task.numbers(),
        design: frame.design.view(),
        groups: &random.codes,
        weights: task.weights.as_deref(),
    };
    let level = task.request.level;
    let fitted = fit_mixed(data, task.request.likelihood, level)
        .map_err(|trouble| mixed_fault(&trouble, &frame.names))?;
    let (marginal, conditional) = fitted.r2();
    Ok(Answer {
        family: Family::Gaussian,
        terms: terms(&fitted, &frame.names, level),
        r2: Some(marginal),
        r2_within: Some(conditional),
        log_lik: Some(fitted.log_likelihood),
        sigma: Some(fitted.within.sqrt()),
        effects: Some(effects(&fitted, &random.levels, level)),
        diagnostics: Diagnostics { cautions: cautions(&fitted), ..Diagnostics::default() },
        covariance: rows(&fitted.covariance, frame.names.len()),
        variance_components: Some(Variances {
            method: if fitted.likelihood == Likelihood::Restricted { "REML" } else { "ML" },
            between: fitted.between,
            between_interval: ends(fitted.between_interval),
            within: fitted.within,
            within_interval: ends(fitted.within_interval),
            icc: fitted.icc,
            icc_interval: ends(fitted.icc_interval),
        }),
        ..task.answer()
    })
}

fn terms(fitted: &MixedFit, names: &[String], level: f64) -> Vec<Term> {
    let errors = fitted.covariance.diag().to_vec();
    let each = names.iter().zip(&fitted.coefficients).zip(errors.iter().zip(&fitted.df));
    each.map(|((name, estimate), (variance, df))| {
        Term::new(name, *estimate, variance.max(0.0).sqrt(), Some(*df), level)
    })
    .collect()
}

fn effects(fitted: &MixedFit, levels: &[String], level: f64) -> Vec<Effect> {
    let z = normal_quantile(0.5 + level / 2.0).unwrap_or(f64::NAN);
    let each = levels.iter().zip(&fitted.groups);
    each.map(|(group, own)| Effect {
        group: group.clone(),
        n: own.rows,
        raw: own.raw,
        effect: own.effect,
        se: own.comparative_se,
        se_diagnostic: own.diagnostic_se,
        reliability: own.reliability,
        low: own.effect - z * own.comparative_se,
        high: own.effect + z * own.comparative_se,
    })
    .collect()
}

fn cautions(fitted: &MixedFit) -> Vec<Note> {
    let mut cautions = Vec::new();
    if fitted.between <= 0.0 {
        cautions.push(Note::new("fit-no-variance", &[]));
    }
    if fitted.groups.len() < GROUPS_FEW {
        cautions.push(Note::new("fit-few-groups", &[("groups", fitted.groups.len().to_string())]));
    }
    cautions
}
