//! The parts of an expression. Every kind of expression that is allowed is named here; the rest is refused.

use sqlparser::ast::{
    BinaryOperator, CeilFloorKind, DateTimeField, Expr, Function, FunctionArg, FunctionArgExpr,
    FunctionArguments, Ident, ObjectName, OrderByExpr, Query, UnaryOperator, WindowType,
};

use super::functions::{Class, class, why_not};
use super::{Fallible, refused};

/// What one node of an expression is made of.
#[derive(Default)]
pub(super) struct Parts<'a> {
    /// Expressions directly underneath.
    pub exprs: Vec<&'a Expr>,
    /// Queries directly underneath.
    pub queries: Vec<&'a Query>,
    /// The node is a column: its name, without the table's.
    pub column: Option<&'a Ident>,
    /// The node is a column with a table's name before it.
    pub qualified: bool,
    /// The node calls a function of this class.
    pub call: Option<Class>,
    /// The call has `OVER`.
    pub windowed: bool,
}

impl<'a> Parts<'a> {
    fn of(exprs: impl IntoIterator<Item = &'a Expr>) -> Self {
        Self { exprs: exprs.into_iter().collect(), ..Self::default() }
    }
}

/// Takes one node apart.
pub(super) fn parts(expr: &Expr) -> Fallible<Parts<'_>> {
    Ok(match expr {
        Expr::Identifier(name) => Parts { column: Some(name), ..Parts::default() },
        Expr::CompoundIdentifier(names) if names.len() == 2 => {
            Parts { column: names.last(), qualified: true, ..Parts::default() }
        }
        Expr::Value(_) => Parts::default(),
        Expr::Nested(e)
        | Expr::IsFalse(e)
        | Expr::IsNotFalse(e)
        | Expr::IsTrue(e)
        | Expr::IsNotTrue(e)
        | Expr::IsNull(e)
        | Expr::IsNotNull(e) => Parts::of([&**e]),
        Expr::UnaryOp { op: UnaryOperator::Plus | UnaryOperator::Minus | UnaryOperator::Not, expr } => {
            Parts::of([&**expr])
        }
        Expr::BinaryOp { left, op, right } if is_plain(op) => Parts::of([&**left, &**right]),
        Expr::IsDistinctFrom(left, right) | Expr::IsNotDistinctFrom(left, right) => {
            Parts::of([&**left, &**right])
        }
        Expr::InList { expr, list, .. } => Parts::of(std::iter::once(&**expr).chain(list)),
        Expr::Between { expr, low, high, .. } => Parts::of([&**expr, &**low, &**high]),
        Expr::Like { any: false, expr, pattern, .. } | Expr::ILike { any: false, expr, pattern, .. } => {
            Parts::of([&**expr, &**pattern])
        }
        Expr::Cast { expr, array: false, format: None, .. } => Parts::of([&**expr]),
        Expr::Ceil { expr, field: CeilFloorKind::Scale(_) }
        | Expr::Floor { expr, field: CeilFloorKind::Scale(_) } => Parts::of([&**expr]),
        Expr::Ceil { expr, field: CeilFloorKind::DateTimeField(DateTimeField::NoDateTime) }
        | Expr::Floor { expr, field: CeilFloorKind::DateTimeField(DateTimeField::NoDateTime) } => {
            Parts::of([&**expr])
        }
        Expr::Substring { expr, substring_from, substring_for, .. } => {
            Parts::of(std::iter::once(expr).chain(substring_from).chain(substring_for).map(|e| &**e))
        }
        Expr::Trim { trim_where: None, trim_what: None, expr, trim_characters: None } => Parts::of([&**expr]),
        Expr::Case { operand, conditions, else_result, .. } => Parts::of(
            operand
                .iter()
                .map(|e| &**e)
                .chain(conditions.iter().flat_map(|when| [&when.condition, &when.result]))
                .chain(else_result.iter().map(|e| &**e)),
        ),
        Expr::InSubquery { expr, subquery, .. } => {
            Parts { exprs: vec![expr], queries: vec![subquery], ..Parts::default() }
        }
        Expr::Exists { subquery, .. } | Expr::Subquery(subquery) => {
            Parts { queries: vec![subquery], ..Parts::default() }
        }
        Expr::Function(function) => call(function)?,
        other => return Err(refused(other, "sql-expression")),
    })
}

fn is_plain(op: &BinaryOperator) -> bool {
    use BinaryOperator as B;
    matches!(
        op,
        B::Plus
            | B::Minus
            | B::Multiply
            | B::Divide
            | B::Modulo
            | B::StringConcat
            | B::Gt
            | B::Lt
            | B::GtEq
            | B::LtEq
            | B::Eq
            | B::NotEq
            | B::And
            | B::Or
    )
}

/// The name of a function or a table in small letters, where it is one plain word.
pub(super) fn plain_name(name: &ObjectName) -> Option<String> {
    match name.0.as_slice() {
        [only] => only.as_ident().map(|ident| ident.value.to_lowercase()),
        _ => None,
    }
}

fn call(function: &Function) -> Fallible<Parts<'_>> {
    let name = plain_name(&function.name).unwrap_or_default();
    let class = class(&name).ok_or_else(|| refused(&function.name, why_not(&name)))?;
    let odd = function.uses_odbc_syntax
        || function.parameters != FunctionArguments::None
        || function.null_treatment.is_some()
        || !function.within_group.is_empty();
    let FunctionArguments::List(list) = &function.args else {
        return Err(refused(function, "sql-call"));
    };
    let over_fits = match class {
        Class::Row => function.over.is_none(),
        Class::Aggregate => true,
        Class::Window => function.over.is_some(),
    };
    if odd || !list.clauses.is_empty() || !over_fits {
        return Err(refused(function, "sql-call"));
    }
    let mut exprs: Vec<&Expr> = function.filter.iter().map(|e| &**e).collect();
    for arg in &list.args {
        match arg {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => exprs.push(expr),
            FunctionArg::Unnamed(FunctionArgExpr::Wildcard) if name == "count" => {}
            other => return Err(refused(other, "sql-call")),
        }
    }
    if let Some(window) = &function.over {
        let WindowType::WindowSpec(spec) = window else {
            return Err(refused(function, "sql-window"));
        };
        if spec.window_name.is_some() || spec.window_frame.is_some() {
            return Err(refused(function, "sql-window"));
        }
        exprs.extend(spec.partition_by.iter());
        exprs.extend(order_exprs(&spec.order_by)?);
    }
    Ok(Parts { exprs, call: Some(class), windowed: function.over.is_some(), ..Parts::default() })
}

/// The expressions by which something is ordered.
pub(super) fn order_exprs(order: &[OrderByExpr]) -> Fallible<Vec<&Expr>> {
    order
        .iter()
        .map(|by| match by.with_fill {
            None => Ok(&by.expr),
            Some(_) => Err(refused(&by.expr, "sql-clause")),
        })
        .collect()
}
