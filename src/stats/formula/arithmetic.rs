//! Expressions on columns: `log(x)`, `I(x^2)`, `within(x, school)`.

use super::columns::{Column, Columns};
use super::{FormulaTrouble, Name, TroubleKind};
use crate::stats::{between_within, expit, logit, mean, standard_deviation};

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// A number.
    Number(f64),
    /// A column.
    Column(Name),
    /// −x.
    Minus(Box<Expr>),
    /// x + y, x − y, x * y, x / y, x ^ y.
    Pair(char, Box<Expr>, Box<Expr>),
    /// A function of one expression.
    Call(Function, Box<Expr>),
    /// `between(x, g)` (the mean of the group, `true`) or `within(x, g)` (what is left, `false`).
    Mundlak(bool, Box<Expr>, Name),
}

/// Functions of one column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    /// The value as it is: arithmetic inside.
    Identity,
    /// Natural logarithm.
    Log,
    /// ln(1 + x).
    Log1p,
    /// Logarithm to base 10.
    Log10,
    /// Logarithm to base 2.
    Log2,
    /// Exponential.
    Exp,
    /// Square root.
    Sqrt,
    /// Absolute value.
    Abs,
    /// Log-odds of a share.
    Logit,
    /// The share of log-odds.
    Expit,
    /// Less the mean of the rows of the model.
    Center,
    /// Less the mean, by the standard deviation.
    Scale,
}

impl Function {
    /// The function of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "I" => Self::Identity,
            "log" | "ln" => Self::Log,
            "log1p" => Self::Log1p,
            "log10" => Self::Log10,
            "log2" => Self::Log2,
            "exp" => Self::Exp,
            "sqrt" => Self::Sqrt,
            "abs" => Self::Abs,
            "logit" => Self::Logit,
            "expit" => Self::Expit,
            "center" => Self::Center,
            "scale" => Self::Scale,
            _ => return None,
        })
    }

    fn of(self, values: Vec<f64>) -> Vec<f64> {
        let each = |f: fn(f64) -> f64| values.iter().copied().map(f).collect();
        match self {
            Self::Identity => values,
            Self::Log => each(libm::log),
            Self::Log1p => each(libm::log1p),
            Self::Log10 => each(libm::log10),
            Self::Log2 => each(libm::log2),
            Self::Exp => each(libm::exp),
            Self::Sqrt => each(f64::sqrt),
            Self::Abs => each(f64::abs),
            Self::Logit => each(logit),
            Self::Expit => each(expit),
            Self::Center | Self::Scale => {
                let centre = mean(&values).unwrap_or(f64::NAN);
                let spread =
                    if self == Self::Scale { standard_deviation(&values).unwrap_or(f64::NAN) } else { 1.0 };
                values.iter().map(|v| (v - centre) / spread).collect()
            }
        }
    }
}

impl Expr {
    /// The columns that it reads.
    #[must_use]
    pub fn columns(&self) -> Vec<Name> {
        match self {
            Self::Number(_) => Vec::new(),
            Self::Column(name) => vec![name.clone()],
            Self::Minus(inner) | Self::Call(_, inner) => inner.columns(),
            Self::Pair(_, left, right) => [left.columns(), right.columns()].concat(),
            Self::Mundlak(_, inner, group) => [inner.columns(), vec![group.clone()]].concat(),
        }
    }

    /// Its values on these rows.
    pub(super) fn values(&self, columns: &Columns, rows: &[usize]) -> Result<Vec<f64>, FormulaTrouble> {
        Ok(match self {
            Self::Number(value) => vec![*value; rows.len()],
            Self::Column(name) => numbers(columns, name, rows)?,
            Self::Minus(inner) => inner.values(columns, rows)?.iter().map(|v| -v).collect(),
            Self::Call(function, inner) => function.of(inner.values(columns, rows)?),
            Self::Pair(sign, left, right) => {
                let (left, right) = (left.values(columns, rows)?, right.values(columns, rows)?);
                left.iter().zip(&right).map(|(a, b)| combined(*sign, *a, *b)).collect()
            }
            Self::Mundlak(is_between, inner, group) => {
                let values = inner.values(columns, rows)?;
                let grouping = columns.grouping(std::slice::from_ref(group), rows)?;
                let (between, within) =
                    between_within(&values, &grouping.codes).unwrap_or_else(|| (values.clone(), values));
                if *is_between { between } else { within }
            }
        })
    }
}

fn combined(sign: char, a: f64, b: f64) -> f64 {
    match sign {
        '+' => a + b,
        '-' => a - b,
        '*' => a * b,
        '/' => a / b,
        // a square is exact to one rounding; pow need not be
        _ if (b - 2.0).abs() <= 0.0 => a * a,
        _ if (b - 3.0).abs() <= 0.0 => a * a * a,
        _ => libm::pow(a, b),
    }
}

/// A column of numbers on these rows.
fn numbers(columns: &Columns, name: &Name, rows: &[usize]) -> Result<Vec<f64>, FormulaTrouble> {
    match columns.get(name)? {
        Column::Numbers(values) => Ok(rows.iter().map(|row| values[*row]).collect()),
        Column::Words { .. } => {
            Err(FormulaTrouble { span: name.span, kind: TroubleKind::Words(name.name.clone()) })
        }
    }
}
