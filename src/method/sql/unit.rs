//! In what the value of an expression is measured, as far as its columns tell.

use sqlparser::ast::{BinaryOperator, Expr};

use super::parser;
use super::parts::plain_name;
use super::whole::arguments;
use crate::tables::TableSpec;

/// The unit of an expression over a table: that of its columns; `share` for a value by a value of the same unit. `None` where it
/// cannot be told.
pub(in crate::method) fn unit_of(text: &str, table: &TableSpec) -> Option<&'static str> {
    let expr = parser(text).ok()?.parse_expr().ok()?;
    of(&expr, table)
}

fn of(expr: &Expr, table: &TableSpec) -> Option<&'static str> {
    match expr {
        Expr::Nested(inner) => of(inner, table),
        Expr::Identifier(name) => {
            table.column(&name.value).map(|column| column.unit).filter(|unit| !unit.is_empty())
        }
        Expr::BinaryOp { left, op: BinaryOperator::Divide, right } => {
            let (above, below) = (of(left, table)?, of(right, table)?);
            (above == below).then_some("share")
        }
        Expr::BinaryOp { left, op: BinaryOperator::Plus | BinaryOperator::Minus, right } => {
            let (one, other) = (of(left, table)?, of(right, table)?);
            (one == other).then_some(one)
        }
        Expr::Function(function)
            if matches!(
                plain_name(&function.name).as_deref(),
                Some("coalesce" | "ifnull" | "least" | "greatest" | "abs" | "round")
            ) =>
        {
            let mut units = arguments(function).filter_map(|part| of(part, table));
            let first = units.next()?;
            units.all(|unit| unit == first).then_some(first)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::unit_of;
    use crate::tables::{ResultRow, Table};

    #[test]
    fn columns_tell_the_unit_and_numbers_do_not() {
        let unit = |text| unit_of(text, ResultRow::SPEC);
        assert_eq!(unit("mark"), Some("mark"));
        assert_eq!(unit("COALESCE(score_tasks, score_printed)"), Some("points"));
        assert_eq!(unit("(score_tasks) / max_score"), Some("share"));
        assert_eq!(unit("mark / max_score"), None);
        assert_eq!(unit("score_tasks / 30"), None);
        assert_eq!(unit("CASE WHEN mark = 2 THEN 1 ELSE 0 END"), None);
    }
}
