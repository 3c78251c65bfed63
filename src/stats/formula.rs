//! Wilkinson formulas, as in R: `score ~ meals + factor(stype) + log(income) | year`, `(1 | school)` for schools that vary.

mod arithmetic;
mod columns;
mod design;
mod lexer;
mod parser;

pub use arithmetic::{Expr, Function};
pub use columns::{Column, Columns, Grouping};
pub use design::{ModelFrame, Outcome, model_frame};
pub use parser::parse_formula;

/// A formula that was understood.
#[derive(Debug, Clone, PartialEq)]
pub struct Formula {
    /// What is left of `~`.
    pub response: ResponseTerm,
    /// Is there an intercept?
    pub intercept: bool,
    /// What the terms are made of.
    pub factors: Vec<Factor>,
    /// The terms, each as positions of its factors; main effects first, then interactions by their order.
    pub terms: Vec<Vec<usize>>,
    /// Fixed effects after `|`; each of one column, or of several that are taken together (`a^b`).
    pub fixed: Vec<Vec<Name>>,
    /// The group of the random intercept.
    pub random: Option<Name>,
    /// What `offset(…)` adds to the linear predictor.
    pub offsets: Vec<Factor>,
}

/// The left side.
#[derive(Debug, Clone, PartialEq)]
pub enum ResponseTerm {
    /// A column or an expression.
    One(Factor),
    /// `cbind(passed, failed)`.
    Pair(Factor, Factor),
}

/// Something that stands in a term.
#[derive(Debug, Clone, PartialEq)]
pub struct Factor {
    /// How it is printed.
    pub label: String,
    /// What it is.
    pub kind: FactorKind,
    /// Where it stands.
    pub span: Span,
}

/// What a factor is.
#[derive(Debug, Clone, PartialEq)]
pub enum FactorKind {
    /// A column as it is: numbers, or words as categories.
    Plain(String),
    /// `factor(x)`, `factor(x, ref = "A")`: categories.
    Categories {
        /// The column.
        column: String,
        /// The category that the others are compared with; the first where none is named.
        reference: Option<String>,
    },
    /// Numbers computed from columns.
    Computed(Expr),
}

/// A name with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The column.
    pub name: String,
    /// Where it stands.
    pub span: Span,
}

/// A place in the formula: first character (from 0) and the one behind the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// First character, from 0.
    pub start: usize,
    /// Behind the last.
    pub end: usize,
}

/// What is wrong with a formula, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct FormulaTrouble {
    /// Where.
    pub span: Span,
    /// What.
    pub kind: TroubleKind,
}

/// What may be wrong with a formula.
#[derive(Debug, Clone, PartialEq)]
pub enum TroubleKind {
    /// No `~`, or nothing left of it.
    NoResponse,
    /// Something that cannot stand here.
    Unexpected(String),
    /// The formula ends too early.
    Ended,
    /// No such column.
    UnknownColumn(String),
    /// No such function.
    UnknownFunction(String),
    /// A function with too many or too few arguments.
    Arguments(String),
    /// A random effect other than an intercept.
    RandomSlope,
    /// A second random intercept.
    SecondRandom,
    /// Neither intercept nor terms.
    Empty,
    /// A column of words where numbers are needed.
    Words(String),
    /// Categories of which there is only one.
    OneCategory(String),
    /// More categories than a table of coefficients is good for.
    ManyCategories(String, usize),
    /// No such category.
    UnknownCategory(String, String),
    /// A value that is no number (the logarithm of 0), and the first row (from 0) where it stands.
    NotFinite(String, usize),
    /// No row has a value in every column of the model.
    NoRows,
}

impl Formula {
    /// All columns that the formula reads, each with its first place.
    #[must_use]
    pub fn columns(&self) -> Vec<Name> {
        let mut names: Vec<Name> = Vec::new();
        let mut add = |name: &str, span: Span| {
            if !names.iter().any(|known| known.name == name) {
                names.push(Name { name: name.to_owned(), span });
            }
        };
        let response = match &self.response {
            ResponseTerm::One(factor) => vec![factor],
            ResponseTerm::Pair(first, second) => vec![first, second],
        };
        for factor in response.into_iter().chain(&self.factors).chain(&self.offsets) {
            match &factor.kind {
                FactorKind::Plain(column) | FactorKind::Categories { column, .. } => add(column, factor.span),
                FactorKind::Computed(expr) => {
                    expr.columns().into_iter().for_each(|name| add(&name.name, name.span));
                }
            }
        }
        self.fixed.iter().flatten().chain(&self.random).for_each(|name| add(&name.name, name.span));
        names
    }
}
