//! Does a count add up pupils? Only such can be the two sides of a share: 1 or 0 of each row, or a number of pupils that
//! stands in it.

use sqlparser::ast::{BinaryOperator, Expr, Function, Value};

use super::parts::plain_name;
use super::whole::{arguments, is_condition};

/// The first part of a count that is none of pupils: `SUM(CASE … THEN 2 …)`, `SUM(mark)`, `COUNT(*) + 1`. `is_number` tells of a
/// column whether it holds numbers of pupils (or yes and no).
pub(super) fn not_a_tally<'e>(expr: &'e Expr, is_number: &dyn Fn(&str) -> bool) -> Option<&'e Expr> {
    let check = |e: &'e Expr| not_a_tally(e, is_number);
    match expr {
        Expr::Nested(inner) => check(inner),
        Expr::BinaryOp { left, op: BinaryOperator::Plus | BinaryOperator::Minus, right } => {
            check(left).or_else(|| check(right))
        }
        Expr::Case { conditions, else_result, .. } => {
            conditions.iter().map(|when| &when.result).chain(else_result.as_deref()).find_map(check)
        }
        Expr::Value(value) => match &value.value {
            Value::Null => None,
            Value::Number(digits, _) if digits == "0" => None,
            _ => Some(expr),
        },
        Expr::Function(function) => call(expr, function, is_number),
        _ => Some(expr),
    }
}

fn call<'e>(expr: &'e Expr, function: &'e Function, is_number: &dyn Fn(&str) -> bool) -> Option<&'e Expr> {
    match plain_name(&function.name).as_deref() {
        Some("count") => None,
        Some("sum" | "min" | "max") => arguments(function).find_map(|row| not_of_a_row(row, is_number)),
        Some("coalesce" | "ifnull" | "nullif" | "least" | "greatest") => {
            arguments(function).find_map(|part| not_a_tally(part, is_number))
        }
        _ => Some(expr),
    }
}

/// The first value of a row that is neither 0 nor 1 nor a number of pupils.
fn not_of_a_row<'e>(expr: &'e Expr, is_number: &dyn Fn(&str) -> bool) -> Option<&'e Expr> {
    let check = |e: &'e Expr| not_of_a_row(e, is_number);
    match expr {
        Expr::Nested(inner) => check(inner),
        Expr::Identifier(name) => (!is_number(&name.value)).then_some(expr),
        Expr::Value(value) => match &value.value {
            Value::Number(digits, _) if digits == "0" || digits == "1" => None,
            Value::Boolean(_) | Value::Null => None,
            _ => Some(expr),
        },
        Expr::Case { conditions, else_result, .. } => {
            conditions.iter().map(|when| &when.result).chain(else_result.as_deref()).find_map(check)
        }
        Expr::BinaryOp { left, op: BinaryOperator::Plus | BinaryOperator::Minus, right } => {
            // numbers of pupils may be added up; 1 + 1 is two pupils out of one row
            [left, right].into_iter().find_map(|side| match &**side {
                Expr::Identifier(_) | Expr::Function(_) | Expr::Nested(_) | Expr::BinaryOp { .. } => {
                    check(side)
                }
                other => Some(other),
            })
        }
        Expr::BinaryOp { op, .. } if gives_yes_or_no(op) => None,
        Expr::Function(function)
            if matches!(plain_name(&function.name).as_deref(), Some("coalesce" | "ifnull")) =>
        {
            arguments(function).find_map(check)
        }
        _ if is_condition(expr) => None,
        Expr::Cast { expr: inner, .. } => check(inner),
        _ => Some(expr),
    }
}

fn gives_yes_or_no(op: &BinaryOperator) -> bool {
    use BinaryOperator as B;
    matches!(op, B::Gt | B::Lt | B::GtEq | B::LtEq | B::Eq | B::NotEq | B::And | B::Or)
}

#[cfg(test)]
mod tests {
    use super::super::parser;
    use super::not_a_tally;

    #[test]
    fn only_pupils_are_added_up() {
        let odd = |text: &str| {
            let expr = parser(text).unwrap().parse_expr().unwrap();
            not_a_tally(&expr, &|name| ["n2", "participants", "below_min"].contains(&name))
                .map(ToString::to_string)
        };
        for fine in [
            "SUM(CASE WHEN mark = 2 THEN 1 ELSE 0 END)",
            "SUM(CASE WHEN mark = 2 THEN 1 END)",
            "COUNT(mark)",
            "COUNT(*) FILTER (WHERE below_min)",
            "SUM(below_min)",
            "SUM(mark = 2)",
            "SUM(n2 + COALESCE(participants, 0))",
            "COALESCE(SUM(n2), 0)",
            "COUNT(mark) - SUM(CASE WHEN mark >= journal_mark THEN 1 ELSE 0 END)",
            "CASE WHEN COUNT(mark) > 0 THEN COUNT(mark) ELSE NULL END",
        ] {
            assert_eq!(odd(fine), None, "{fine}");
        }
        for (text, part) in [
            ("SUM(CASE WHEN mark = 2 THEN 2 ELSE 0 END)", "2"),
            ("SUM(CASE WHEN mark = 2 THEN 1 ELSE -1 END)", "-1"),
            ("SUM(mark)", "mark"),
            ("COALESCE(SUM(mark), 0)", "mark"),
            ("MAX(mark)", "mark"),
            ("SUM(1 + 1)", "1"),
            ("COUNT(mark) + 1", "1"),
            ("SUM(LENGTH(class))", "LENGTH(class)"),
            ("-COUNT(mark)", "-COUNT(mark)"),
        ] {
            assert_eq!(odd(text).as_deref(), Some(part), "{text}");
        }
    }
}
