//! The regression itself: unpack, call, label.

use ndarray::Array2;

use super::data::Data;
use crate::stats::{ClusterCovariance, Counts, FitTrouble, GlmFit, Response, cluster_covariance, fit_glm};

/// What a column of the design stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Term {
    Intercept,
    Factor(String),
    Year(i32),
}

impl Term {
    pub(super) fn name(&self) -> String {
        match self {
            Self::Intercept => "(intercept)".to_owned(),
            Self::Factor(name) => name.clone(),
            Self::Year(year) => format!("year {year}"),
        }
    }
}

/// A fitted regression with its covariance.
pub(super) struct Fitted {
    pub(super) fit: GlmFit,
    pub(super) robust: ClusterCovariance,
}

/// The columns: intercept, factors, every year but the first.
pub(super) fn terms(data: &Data) -> Vec<Term> {
    let mut years = data.years.clone();
    years.sort_unstable();
    years.dedup();
    let factors = data.factors.iter().cloned().map(Term::Factor);
    let dummies = years.into_iter().skip(1).map(Term::Year);
    std::iter::once(Term::Intercept).chain(factors).chain(dummies).collect()
}

pub(super) fn fit(data: &Data, terms: &[Term]) -> Result<Fitted, FitTrouble> {
    let mut design = Array2::zeros((data.trials.len(), terms.len()));
    for ((mut row, values), &year) in design.rows_mut().into_iter().zip(&data.values).zip(&data.years) {
        let mut values = values.iter();
        for (cell, term) in row.iter_mut().zip(terms) {
            *cell = match term {
                Term::Intercept => 1.0,
                Term::Factor(_) => values.next().copied().unwrap_or(f64::NAN),
                Term::Year(own) => f64::from(u8::from(*own == year)),
            };
        }
    }
    let counts = Counts { successes: &data.successes, trials: &data.trials };
    let fit = fit_glm(Response::Counts(counts), design.view())?;
    let robust = cluster_covariance(design.view(), &fit, &data.clusters)?;
    Ok(Fitted { fit, robust })
}
