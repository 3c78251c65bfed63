//! What a condition says outright: `grade = 5` among its parts that are joined by AND.

use sqlparser::ast::{BinaryOperator, Expr, UnaryOperator, Value};

use super::parser;

/// The value to which a condition ties a column: a text or a number as it is written. `None` where it does not.
pub(in crate::method) fn fixed(text: &str, column: &str) -> Option<String> {
    let expr = parser(text).ok()?.parse_expr().ok()?;
    tied(&expr, column)
}

fn tied(expr: &Expr, column: &str) -> Option<String> {
    match expr {
        Expr::Nested(inner) => tied(inner, column),
        Expr::BinaryOp { left, op: BinaryOperator::And, right } => {
            tied(left, column).or_else(|| tied(right, column))
        }
        Expr::BinaryOp { left, op: BinaryOperator::Eq, right } => {
            let named = |side: &Expr| matches!(side, Expr::Identifier(name) if name.value == column);
            let other = if named(left) { right } else { left };
            (named(left) || named(right)).then(|| literal(other)).flatten()
        }
        _ => None,
    }
}

fn literal(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Nested(inner) => literal(inner),
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } => literal(expr).map(|value| format!("-{value}")),
        Expr::Value(value) => match &value.value {
            Value::Number(text, _) | Value::SingleQuotedString(text) => Some(text.clone()),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::fixed;

    #[test]
    fn only_what_always_holds_is_tied() {
        let text = "procedure = 'vpr' AND (wave = 'spring' AND 5 = grade) AND NOT repeat";
        assert_eq!(fixed(text, "procedure").as_deref(), Some("vpr"));
        assert_eq!(fixed(text, "grade").as_deref(), Some("5"));
        assert_eq!(fixed(text, "subject"), None);
        assert_eq!(fixed("grade = 5 OR subject = 'ma'", "grade"), None);
        assert_eq!(fixed("NOT (grade = 5)", "grade"), None);
        assert_eq!(fixed("grade = ", "grade"), None);
    }
}
