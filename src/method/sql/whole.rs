//! Does an expression give whole numbers? Only such may be summed: the sum is exact in any order.

use sqlparser::ast::{
    BinaryOperator, DataType, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Value,
};

use super::parts::plain_name;

/// True where the expression can only give whole numbers (or yes and no, or null). `column` tells it of a column.
pub(super) fn is_whole(expr: &Expr, column: &dyn Fn(&str) -> bool) -> bool {
    let whole = |e: &Expr| is_whole(e, column);
    match expr {
        Expr::Identifier(name) => column(&name.value),
        Expr::CompoundIdentifier(names) => names.last().is_some_and(|name| column(&name.value)),
        Expr::Value(value) => match &value.value {
            Value::Number(digits, _) => digits.bytes().all(|b| b.is_ascii_digit()),
            Value::Boolean(_) | Value::Null => true,
            _ => false,
        },
        Expr::Nested(e) | Expr::UnaryOp { expr: e, .. } => whole(e),
        _ if is_condition(expr) => true,
        Expr::BinaryOp { left, op, right } => match op {
            BinaryOperator::Plus
            | BinaryOperator::Minus
            | BinaryOperator::Multiply
            | BinaryOperator::Modulo => whole(left) && whole(right),
            BinaryOperator::Divide | BinaryOperator::StringConcat => false,
            _ => true,
        },
        Expr::Cast { data_type, .. } => matches!(
            data_type,
            DataType::BigInt(_)
                | DataType::Int(_)
                | DataType::Integer(_)
                | DataType::SmallInt(_)
                | DataType::Boolean
        ),
        Expr::Case { conditions, else_result, .. } => {
            conditions.iter().all(|when| whole(&when.result)) && else_result.as_deref().is_none_or(whole)
        }
        Expr::Function(function) => call(function, &whole),
        _ => false,
    }
}

/// Is it a question with the answer yes or no (or null)? Comparisons are operators, which are looked at by themselves.
pub(super) fn is_condition(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::IsFalse(_)
            | Expr::IsNotFalse(_)
            | Expr::IsTrue(_)
            | Expr::IsNotTrue(_)
            | Expr::IsNull(_)
            | Expr::IsNotNull(_)
            | Expr::IsDistinctFrom(..)
            | Expr::IsNotDistinctFrom(..)
            | Expr::InList { .. }
            | Expr::Between { .. }
            | Expr::Like { .. }
            | Expr::ILike { .. }
    )
}

fn call(function: &Function, whole: &dyn Fn(&Expr) -> bool) -> bool {
    match plain_name(&function.name).unwrap_or_default().as_str() {
        "count" | "length" | "row_number" | "rank" | "dense_rank" | "starts_with" | "ends_with" => true,
        "sum" | "min" | "max" | "coalesce" | "nullif" | "ifnull" | "least" | "greatest" | "abs" | "lag"
        | "lead" => arguments(function).all(whole),
        _ => false,
    }
}

/// The plain arguments of a call.
pub(super) fn arguments(function: &Function) -> impl Iterator<Item = &Expr> {
    let list: &[FunctionArg] = match &function.args {
        FunctionArguments::List(list) => &list.args,
        _ => &[],
    };
    list.iter().filter_map(|arg| match arg {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr),
        _ => None,
    })
}
