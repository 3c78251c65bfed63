//! A researcher's door to `stats`: a table, a formula, a family and a kind of error in; coefficients with everything that a
//! sceptic asks for out. Refusals are faults with the key of their wording.

mod answer;
mod generalised;
mod least_squares;
mod mixed;
mod request;
mod trouble;

use crate::base::Result;
use crate::stats::formula::{Columns, Grouping, ModelFrame, Name, Outcome, model_frame, parse_formula};

pub use answer::{Answer, Cluster, Diagnostics, Effect, Groups, Note, Term, Variances};
pub use request::{Errors, Family, Request, Spread};

use trouble::{formula_fault, option_fault, refusal};

/// The columns that a request reads.
///
/// # Errors
/// `E207` where the formula is not understood.
pub fn columns_wanted(request: &Request) -> Result<Vec<String>> {
    let formula = parse_formula(&request.formula).map_err(|t| formula_fault(&t, &request.formula, &[]))?;
    let names = formula.columns().into_iter().map(|name| name.name);
    Ok(names.chain(request.clusters.iter().cloned()).chain(request.weights.clone()).collect())
}

/// A request with its formula understood and its columns at hand.
struct Task<'a> {
    request: &'a Request,
    frame: ModelFrame,
    family: Family,
    errors: Errors,
    clusters: Vec<Grouping>,
    weights: Option<Vec<f64>>,
}

/// Fits what is asked for. `known` are all columns of the table, for those that are misspelt.
///
/// # Errors
/// `E207` where the formula does not fit the table, `E208` where options do not go together, `E602` where there is no
/// trustworthy answer.
pub fn fit(columns: &Columns, known: &[String], request: &Request) -> Result<Answer> {
    let task = Task::new(columns, known, request)?;
    if task.frame.random.is_some() {
        return mixed::fit(&task);
    }
    match task.family {
        Family::Gaussian => least_squares::fit(&task),
        Family::Binomial | Family::Fractional | Family::Poisson => generalised::fit(&task),
    }
}

impl<'a> Task<'a> {
    fn new(columns: &Columns, known: &[String], request: &'a Request) -> Result<Self> {
        let wrong = |trouble: &_| formula_fault(trouble, &request.formula, known);
        let formula = parse_formula(&request.formula).map_err(|t| wrong(&t))?;
        let option =
            |name: &String| Name { name: name.clone(), span: crate::stats::formula::Span::default() };
        for name in request.clusters.iter().chain(&request.weights) {
            if !known.contains(name) {
                return Err(trouble::unknown_option_column(name, known));
            }
        }
        let also: Vec<Name> = request.clusters.iter().chain(&request.weights).map(option).collect();
        let frame = model_frame(&formula, columns, &also).map_err(|t| wrong(&t))?;
        let is_pair = matches!(frame.outcome, Outcome::Pairs { .. });
        let family = request.family.unwrap_or(if is_pair { Family::Binomial } else { Family::Gaussian });
        if frame.offset.is_some() && (family != Family::Poisson || frame.random.is_some()) {
            return Err(option_fault("fit-offset-needs-poisson", &[]));
        }
        if is_pair && family != Family::Binomial {
            return Err(option_fault("fit-pairs-need-binomial", &[]));
        }
        let group = |name: &String| columns.grouping(&[option(name)], &frame.rows);
        let clusters = request
            .clusters
            .iter()
            .map(group)
            .collect::<std::result::Result<Vec<_>, _>>()
            .map_err(|t| wrong(&t))?;
        let weights = request.weights.as_ref().map(|name| weights(columns, name, &frame.rows)).transpose()?;
        let errors = request.errors(family, frame.random.is_some(), !frame.fixed.is_empty())?;
        if frame.names.is_empty() && frame.fixed.is_empty() {
            return Err(refusal("fit-no-columns", &[]));
        }
        Ok(Self { request, frame, family, errors, clusters, weights })
    }

    /// The response as numbers.
    fn numbers(&self) -> &[f64] {
        match &self.frame.outcome {
            Outcome::Numbers { values, .. } | Outcome::Pairs { successes: values, .. } => values,
        }
    }

    /// The answer without its numbers.
    fn answer(&self) -> Answer {
        let groups = |g: &Grouping| Cluster { column: g.name.clone(), groups: g.levels.len() };
        Answer {
            formula: self.request.formula.clone(),
            family: self.family,
            se: self.errors,
            level: self.request.level,
            n: self.frame.rows.len(),
            dropped: self.frame.dropped,
            groups: Groups {
                clusters: self.clusters.iter().map(groups).collect(),
                fixed: self.frame.fixed.iter().map(groups).collect(),
                random: self.frame.random.iter().map(groups).collect(),
            },
            ..Answer::default()
        }
    }

    /// The frame with its fixed effects as columns behind the others, for what needs them as columns; with an intercept in
    /// front, which is no term.
    fn with_columns_for_effects(&self) -> Result<ndarray::Array2<f64>> {
        let own = &self.frame.design;
        let dummies: usize = self.frame.fixed.iter().map(|g| g.levels.len() - 1).sum();
        if dummies > EFFECTS_MAX {
            let args = [("levels", dummies.to_string()), ("most", EFFECTS_MAX.to_string())];
            return Err(option_fault("fit-many-effects", &args));
        }
        let (n, k) = own.dim();
        let mut design = ndarray::Array2::zeros((n, k + 1 + dummies));
        for (i, mut row) in design.rows_mut().into_iter().enumerate() {
            let own = own.row(i);
            let effects = self.frame.fixed.iter().flat_map(|g| {
                let code = g.codes.get(i).copied().unwrap_or_default();
                (1..g.levels.len()).map(move |level| f64::from(u8::from(level == code)))
            });
            let values = own.iter().copied().chain([1.0]).chain(effects);
            row.iter_mut().zip(values).for_each(|(cell, value)| *cell = value);
        }
        Ok(design)
    }
}

/// Names of the columns of [`Task::with_columns_for_effects`]; its first ones are those of the frame.
fn wide_names(frame: &ModelFrame) -> Vec<String> {
    let effects = frame.fixed.iter().flat_map(|g| g.levels.iter().skip(1).map(|l| format!("{}{l}", g.name)));
    frame.names.iter().cloned().chain(["(Intercept)".to_owned()]).chain(effects).collect()
}

/// Effects that are made columns at most.
const EFFECTS_MAX: usize = 400;

/// Weights of the rows, all above 0.
fn weights(columns: &Columns, name: &str, rows: &[usize]) -> Result<Vec<f64>> {
    let Some(crate::stats::formula::Column::Numbers(values)) = columns.column(name) else {
        return Err(option_fault("fit-weights-words", &[("column", name.to_owned())]));
    };
    let own: Vec<f64> = rows.iter().filter_map(|row| values.get(*row).copied()).collect();
    match own.iter().position(|weight| !(*weight > 0.0 && weight.is_finite())) {
        None => Ok(own),
        Some(at) => {
            let row = rows.get(at).map_or(0, |row| row + 1);
            Err(option_fault(
                "fit-weight-not-positive",
                &[("column", name.to_owned()), ("row", row.to_string())],
            ))
        }
    }
}
