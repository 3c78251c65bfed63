//! The functions that may be called. What is not here is refused.

/// What a function does with rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// One value from the values of one row.
    Row,
    /// One value from the rows of a group, whatever their order.
    Aggregate,
    /// A value from a row's neighbours; only with `OVER`, only in reports.
    Window,
}

/// The class of an allowed function, by its name in small letters.
pub(super) fn class(name: &str) -> Option<Class> {
    Some(match name {
        "coalesce" | "nullif" | "ifnull" | "least" | "greatest" | "abs" | "round" | "lower" | "upper"
        | "length" | "left" | "right" | "substr" | "replace" | "concat" | "starts_with" | "ends_with" => {
            Class::Row
        }
        "count" | "sum" | "min" | "max" | "median" | "quantile_disc" => Class::Aggregate,
        "row_number" | "rank" | "dense_rank" | "lag" | "lead" => Class::Window,
        _ => return None,
    })
}

/// Why a well-known function is not allowed, where there is something better to say than that it is not.
pub(super) fn why_not(name: &str) -> &'static str {
    match name {
        "avg" | "mean" | "stddev" | "variance" | "corr" | "total" => "sql-float-aggregate",
        _ => "sql-function",
    }
}
