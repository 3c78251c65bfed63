//! Refusals as faults, each with the key of its cause.

use crate::base::{Fault, FaultCode};
use crate::stats::formula::{FormulaTrouble, TroubleKind};
use crate::stats::{FitTrouble, LinearTrouble, MixedTrouble};

/// A formula that is not understood, or does not fit its table: the formula, and below it the place.
pub(super) fn formula_fault(trouble: &FormulaTrouble, formula: &str, known: &[String]) -> Box<Fault> {
    let (key, args) = worded(&trouble.kind);
    let mut fault = told(FaultCode::FormulaInvalid, key, &args);
    if matches!(trouble.kind, TroubleKind::UnknownColumn(_)) {
        fault = fault.with("known", known.join(", "));
    }
    let width = trouble.span.end.saturating_sub(trouble.span.start).max(1);
    let mark = format!("{}{}", " ".repeat(trouble.span.start), "^".repeat(width));
    fault.with("formula", formula).with("mark", mark)
}

fn worded(kind: &TroubleKind) -> (&'static str, Vec<(&'static str, String)>) {
    use TroubleKind as K;
    match kind {
        K::NoResponse => ("formula-no-response", Vec::new()),
        K::Unexpected(text) => ("formula-unexpected", vec![("text", text.clone())]),
        K::Ended => ("formula-ended", Vec::new()),
        K::UnknownColumn(name) => ("formula-unknown-column", vec![("name", name.clone())]),
        K::UnknownFunction(name) => ("formula-unknown-function", vec![("text", name.clone())]),
        K::Arguments(name) => ("formula-arguments", vec![("text", name.clone())]),
        K::RandomSlope => ("formula-random-slope", Vec::new()),
        K::SecondRandom => ("formula-second-random", Vec::new()),
        K::Empty => ("formula-empty", Vec::new()),
        K::Words(column) => ("formula-words", vec![("column", column.clone())]),
        K::OneCategory(column) => ("formula-one-category", vec![("column", column.clone())]),
        K::ManyCategories(column, count) => {
            ("formula-many-categories", vec![("column", column.clone()), ("count", count.to_string())])
        }
        K::UnknownCategory(name, known) => {
            ("formula-unknown-category", vec![("text", name.clone()), ("known", known.clone())])
        }
        K::NotFinite(label, row) => {
            ("formula-not-finite", vec![("text", label.clone()), ("row", (row + 1).to_string())])
        }
        K::NoRows => ("formula-no-rows", Vec::new()),
    }
}

/// Options that do not go together.
pub(super) fn option_fault(key: &'static str, args: &[(&'static str, String)]) -> Box<Fault> {
    told(FaultCode::FitOption, key, args)
}

/// A column that an option names and the table does not have.
pub(super) fn unknown_option_column(name: &str, known: &[String]) -> Box<Fault> {
    let args = [("name", name.to_owned()), ("known", known.join(", "))];
    option_fault("formula-unknown-column", &args)
}

/// No trustworthy answer.
pub(super) fn refusal(key: &'static str, args: &[(&'static str, String)]) -> Box<Fault> {
    told(FaultCode::FitRefused, key, args)
}

fn told(code: FaultCode, key: &'static str, args: &[(&'static str, String)]) -> Box<Fault> {
    args.iter().fold(Fault::new(code).why(key), |fault, (name, value)| fault.with(name, value))
}

/// A linear model without an answer. `rows` are the rows of the table that take part.
pub(super) fn linear_fault(
    trouble: &LinearTrouble,
    columns: &[String],
    clusters: &[String],
    rows: &[usize],
) -> Box<Fault> {
    let in_table = |row: usize| rows.get(row).copied().unwrap_or(row);
    let trouble = match trouble {
        LinearTrouble::NotFinite { row } => LinearTrouble::NotFinite { row: in_table(*row) },
        LinearTrouble::Weight { row } => LinearTrouble::Weight { row: in_table(*row) },
        LinearTrouble::RowAlone { row } => LinearTrouble::RowAlone { row: in_table(*row) },
        other => other.clone(),
    };
    refusal(trouble.key(), &trouble.args(columns, clusters))
}

/// A generalised linear model without an answer.
pub(super) fn glm_fault(trouble: &FitTrouble, columns: &[String]) -> Box<Fault> {
    match trouble {
        FitTrouble::Malformed => refusal("fit-malformed", &[]),
        FitTrouble::TooFewRows => refusal("fit-too-few-rows", &[]),
        FitTrouble::Singular(guilty) => refusal("fit-singular", &[("columns", named(guilty, columns))]),
        FitTrouble::Separated => refusal("fit-separated", &[]),
        FitTrouble::NotConverged => refusal("fit-not-converged", &[]),
        FitTrouble::TooFewClusters => refusal("fit-too-few-clusters", &[]),
    }
}

/// A random-intercept model without an answer.
pub(super) fn mixed_fault(trouble: &MixedTrouble, columns: &[String]) -> Box<Fault> {
    match trouble {
        MixedTrouble::Malformed => refusal("fit-malformed", &[]),
        MixedTrouble::TooFewRows => refusal("fit-too-few-rows", &[]),
        MixedTrouble::Singular(guilty) => refusal("fit-singular", &[("columns", named(guilty, columns))]),
        MixedTrouble::Unidentified => refusal("fit-unidentified", &[]),
        MixedTrouble::Exact => refusal("fit-exact", &[]),
    }
}

fn named(guilty: &[usize], columns: &[String]) -> String {
    let name = |at: &usize| columns.get(*at).cloned().unwrap_or_else(|| at.to_string());
    guilty.iter().map(name).collect::<Vec<_>>().join(", ")
}
