//! How sure a coefficient is: by the model, in which schools and their municipalities vary, and by errors that may take any
//! form inside a municipality. An effect is called sure only where both say so: the first has the power, the second watches it.

use ndarray::Array2;

use super::model::{Refused, Rows};
use crate::stats::{
    Covariance, GroupedFit, Likelihood, LinearFit, LinearModel, LinearTrouble, MixedData, MixedTrouble, Term,
    WildOptions, WildWeights, covariance, decorrelated, fit_linear, fit_mixed, student_quantile,
    student_two_sided, terms, wild_bootstrap,
};

/// Level of all intervals.
const LEVEL: f64 = 0.95;
/// Below so many degrees of freedom Satterthwaite's approximation does not hold the level (Pustejovsky, Tipton 2018).
const FREEDOM_LOW: f64 = 4.0;
/// With fewer clusters signs alone give too few distinct draws.
const WEBB_BELOW: usize = 13;
/// Draws of the bootstrap.
const DRAWS: u32 = 1_999;

/// The errors of any form inside municipalities.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Robust {
    /// CR2, and the bootstrap for coefficients of which it cannot tell enough.
    Auto,
    Cr1,
    Cr2,
    Wild,
}

impl Robust {
    /// Every kind by its name.
    pub(super) const ALL: [(&'static str, Self); 4] =
        [("auto", Self::Auto), ("cr1", Self::Cr1), ("cr2", Self::Cr2), ("wild", Self::Wild)];
}

/// What errors of any form say of a coefficient.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct RobustTerm {
    pub(super) kind: &'static str,
    pub(super) se: f64,
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) p: f64,
}

/// What is known of the coefficients.
pub(super) struct Inference {
    /// By the model: random intercepts of schools and municipalities, Satterthwaite's degrees of freedom.
    pub(super) terms: Vec<Term>,
    pub(super) covariance: Array2<f64>,
    /// Variance between municipalities.
    pub(super) municipal: f64,
    /// By errors of any form inside municipalities; missing where a coefficient rests on one of them.
    pub(super) robust: Vec<Option<RobustTerm>>,
}

impl Inference {
    pub(super) fn coefficients(&self) -> Vec<f64> {
        self.terms.iter().map(|term| term.estimate).collect()
    }
}

/// The inference of a fit whose groups are schools.
pub(super) fn infer(
    rows: &Rows,
    design: &Array2<f64>,
    grouped: &GroupedFit,
    robust: Robust,
) -> Result<Inference, Refused> {
    let data = MixedData {
        response: &grouped.response,
        design: design.view(),
        groups: &rows.clusters,
        weights: Some(&grouped.weights),
    };
    let model = if rows.by_municipality { of_municipalities(data)? } else { of_schools(&grouped.fit)? };
    let ratio = model.ratio;
    let (response, scaled) = decorrelated(data, ratio).ok_or("not_converged")?;
    let plain = fit_linear(LinearModel { response: &response, design: scaled.view(), weights: None });
    let plain = plain.map_err(|_| "singular")?;
    Ok(Inference {
        robust: robust_terms(&plain, &rows.clusters, robust)?,
        terms: model.terms,
        covariance: model.covariance,
        municipal: model.municipal,
    })
}

/// What the model says.
struct Model {
    terms: Vec<Term>,
    covariance: Array2<f64>,
    municipal: f64,
    /// Variance between municipalities by that of a row of weight 1.
    ratio: f64,
}

fn of_municipalities(data: MixedData<'_>) -> Result<Model, Refused> {
    let fit = fit_mixed(data, Likelihood::Restricted, LEVEL).map_err(|trouble| match trouble {
        MixedTrouble::TooFewRows => "too_few_schools",
        MixedTrouble::Singular(_) => "singular",
        MixedTrouble::Unidentified => "too_few_clusters",
        MixedTrouble::Malformed | MixedTrouble::Exact => "not_converged",
    })?;
    let each = fit.coefficients.iter().zip(fit.covariance.diag()).zip(&fit.df);
    let terms = each.map(|((estimate, variance), df)| {
        let (se, df) = (variance.max(0.0).sqrt(), *df);
        let wide = student_quantile(0.5 + 0.5 * LEVEL, df)? * se;
        let statistic = estimate / se;
        let p = student_two_sided(statistic, df)?;
        Some(Term { estimate: *estimate, se, statistic, df, p, low: estimate - wide, high: estimate + wide })
    });
    Ok(Model {
        terms: terms.collect::<Option<Vec<Term>>>().ok_or("not_converged")?,
        municipal: fit.between,
        ratio: fit.between / fit.within,
        covariance: fit.covariance,
    })
}

/// One municipality: schools alone vary.
fn of_schools(fit: &LinearFit) -> Result<Model, Refused> {
    let of = covariance(fit, Covariance::Classical).map_err(|_| "not_converged")?;
    let terms = terms(fit, &of, LEVEL).map_err(|_| "not_converged")?;
    Ok(Model { terms, covariance: of.covariance, municipal: 0.0, ratio: 0.0 })
}

fn robust_terms(
    fit: &LinearFit,
    clusters: &[usize],
    robust: Robust,
) -> Result<Vec<Option<RobustTerm>>, Refused> {
    let kind = if robust == Robust::Cr1 { Covariance::Cr1(clusters) } else { Covariance::Cr2(clusters) };
    let few = |trouble: LinearTrouble| match trouble {
        LinearTrouble::TooFewClusters { .. } => "too_few_clusters",
        _ => "not_converged",
    };
    let of = match covariance(fit, kind) {
        // CR1 wants more clusters than coefficients: then there is nothing to say
        Err(LinearTrouble::TooFewClusters { .. }) if robust == Robust::Cr1 => {
            return Ok(vec![None; fit.coefficients.len()]);
        }
        other => other.map_err(few)?,
    };
    let name = if robust == Robust::Cr1 { "cr1" } else { "cr2" };
    let all = terms(fit, &of, LEVEL).map_err(few)?;
    let term = |(column, term): (usize, &Term)| {
        if robust == Robust::Wild || (robust == Robust::Auto && term.df < FREEDOM_LOW) {
            return wild(fit, clusters, column, term.se);
        }
        Some(RobustTerm { kind: name, se: term.se, low: term.low, high: term.high, p: term.p })
    };
    Ok(all.iter().enumerate().map(term).collect())
}

fn wild(fit: &LinearFit, clusters: &[usize], column: usize, se: f64) -> Option<RobustTerm> {
    let many = clusters.iter().max().map_or(0, |most| most + 1);
    let weights = if many < WEBB_BELOW { WildWeights::Webb } else { WildWeights::Rademacher };
    // the same draws in every run: a seed of its own would say nothing more
    let options = WildOptions { weights, draws: DRAWS, seed: column as u64, level: LEVEL };
    let test = wild_bootstrap(fit, clusters, column, 0.0, options).ok()?;
    Some(RobustTerm { kind: "wild", se, low: test.low, high: test.high, p: test.p })
}
