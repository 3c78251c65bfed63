//! What an expression says of columns: the words that it compares them with, the numbers, the patterns.

use sqlparser::ast::{BinaryOperator, Expr, Value};

use super::parts::{parts, plain_name};
use super::whole::arguments;

/// Something that an expression compares a column with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// A word: `kind = 'evening'`.
    Word(String),
    /// A pattern of LIKE; true where letters may be large or small.
    Pattern(String, bool),
    /// A whole number that is to be met: `mark = 2`.
    Number(i64),
    /// A whole number on one side of which values lie: `mark >= 4`.
    Bound(i64),
}

/// Columns and what they are compared with, in the order of the expression.
pub(super) fn words(expr: &Expr) -> Vec<(String, Said)> {
    let mut said = Vec::new();
    gather(expr, &mut said);
    said
}

fn gather(expr: &Expr, out: &mut Vec<(String, Said)>) {
    match expr {
        Expr::BinaryOp { left, op, right } => {
            let is_bound = match op {
                BinaryOperator::Eq | BinaryOperator::NotEq => false,
                BinaryOperator::Lt | BinaryOperator::LtEq | BinaryOperator::Gt | BinaryOperator::GtEq => true,
                _ => return below(expr, out),
            };
            compare(left, right, is_bound, out);
            compare(right, left, is_bound, out);
        }
        Expr::IsDistinctFrom(left, right) | Expr::IsNotDistinctFrom(left, right) => {
            compare(left, right, false, out);
            compare(right, left, false, out);
        }
        Expr::InList { expr: column, list, .. } => {
            list.iter().for_each(|value| compare(column, value, false, out));
        }
        Expr::Between { expr: column, low, high, .. } => {
            [low, high].into_iter().for_each(|value| compare(column, value, true, out));
        }
        Expr::Case { operand: Some(column), conditions, .. } => {
            conditions.iter().for_each(|when| compare(column, &when.condition, false, out));
        }
        Expr::Like { expr: column, pattern, .. } => like(column, pattern, false, out),
        Expr::ILike { expr: column, pattern, .. } => like(column, pattern, true, out),
        _ => {}
    }
    below(expr, out);
}

fn below(expr: &Expr, out: &mut Vec<(String, Said)>) {
    // what cannot be taken apart is refused elsewhere
    let parts = parts(expr).map(|parts| parts.exprs).unwrap_or_default();
    parts.into_iter().for_each(|part| gather(part, out));
}

fn compare(column: &Expr, value: &Expr, is_bound: bool, out: &mut Vec<(String, Said)>) {
    let Some((name, instead)) = named(column) else { return };
    let is_there = !instead.is_empty();
    for value in instead {
        if let Some(Value::SingleQuotedString(word)) = literal(value) {
            out.push((name.to_owned(), Said::Word(word.clone())));
        }
    }
    match literal(value) {
        Some(Value::SingleQuotedString(word)) => out.push((name.to_owned(), Said::Word(word.clone()))),
        // a value that stands for a missing one may lie outside the column's range
        Some(Value::Number(digits, _)) if !is_there => {
            let said = if is_bound { Said::Bound } else { Said::Number };
            out.extend(digits.parse().ok().map(|number| (name.to_owned(), said(number))));
        }
        _ => {}
    }
}

fn like(column: &Expr, pattern: &Expr, any_case: bool, out: &mut Vec<(String, Said)>) {
    if let (Some((name, _)), Some(Value::SingleQuotedString(pattern))) = (named(column), literal(pattern)) {
        out.push((name.to_owned(), Said::Pattern(pattern.clone(), any_case)));
    }
}

/// The column whose value an expression gives, and what stands for missing values of it.
fn named(expr: &Expr) -> Option<(&str, Vec<&Expr>)> {
    match expr {
        Expr::Identifier(name) => Some((&name.value, Vec::new())),
        Expr::Nested(inner) => named(inner),
        Expr::Function(function)
            if matches!(plain_name(&function.name).as_deref(), Some("coalesce" | "ifnull" | "lower")) =>
        {
            let mut given = arguments(function);
            let (name, mut instead) = named(given.next()?)?;
            instead.extend(given);
            Some((name, instead))
        }
        _ => None,
    }
}

fn literal(expr: &Expr) -> Option<&Value> {
    match expr {
        Expr::Nested(inner) => literal(inner),
        Expr::Value(value) => Some(&value.value),
        _ => None,
    }
}

/// Does a word fit a pattern of LIKE: `%` for any signs, `_` for one?
pub(in crate::method) fn fits(pattern: &str, word: &str) -> bool {
    let (pattern, word): (Vec<char>, Vec<char>) = (pattern.chars().collect(), word.chars().collect());
    let (mut at, mut letter) = (0, 0);
    // the last `%`, and how many letters it has taken in
    let mut open: Option<(usize, usize)> = None;
    while letter < word.len() {
        match (pattern.get(at), open) {
            (Some('%'), _) => {
                open = Some((at, letter));
                at += 1;
            }
            (Some(sign), _) if *sign == '_' || Some(sign) == word.get(letter) => {
                at += 1;
                letter += 1;
            }
            (_, Some((percent, taken))) => {
                open = Some((percent, taken + 1));
                at = percent + 1;
                letter = taken + 1;
            }
            _ => return false,
        }
    }
    pattern.iter().skip(at).all(|sign| *sign == '%')
}

#[cfg(test)]
mod tests {
    use super::super::parser;
    use super::{Said, fits, words};

    #[test]
    fn whatever_a_column_is_compared_with_is_said() {
        let of = |text: &str| -> Vec<String> {
            let expr = parser(text).unwrap().parse_expr().unwrap();
            let told = |(column, said)| match said {
                Said::Word(word) => format!("{column} {word}"),
                Said::Pattern(pattern, _) => format!("{column} ~{pattern}"),
                Said::Number(number) => format!("{column} {number}"),
                Said::Bound(number) => format!("{column} |{number}"),
            };
            words(&expr).into_iter().map(told).collect()
        };
        assert_eq!(of("kind = 'a' AND NOT ('b' <> (kind)) OR mark >= 4"), ["kind a", "kind b", "mark |4"]);
        assert_eq!(of("kind IN ('a', 'b') AND grade NOT IN (9)"), ["kind a", "kind b", "grade 9"]);
        assert_eq!(of("CASE kind WHEN 'a' THEN wave = 'b' ELSE FALSE END"), ["kind a", "wave b"]);
        assert_eq!(of("SUM(CASE WHEN kind = 'a' THEN 1 ELSE 0 END) >= 2"), ["kind a"]);
        assert_eq!(of("COUNT(*) FILTER (WHERE kind IS DISTINCT FROM 'a')"), ["kind a"]);
        assert_eq!(of("COALESCE(kind, 'b') = 'a' AND COALESCE(mark, 0) = 0"), ["kind b", "kind a"]);
        assert_eq!(of("kind LIKE 'a%' AND mark BETWEEN 2 AND 3"), ["kind ~a%", "mark |2", "mark |3"]);
        assert_eq!(of("kind = locality AND mark = journal_mark"), Vec::<String>::new());
    }

    #[test]
    fn patterns_fit_as_in_sql() {
        for (pattern, word, fit) in [
            ("ege%", "ege_profile", true),
            ("%base", "ege_base", true),
            ("ege", "ege_base", false),
            ("e_e", "ege", true),
            ("_", "", false),
            ("%", "", true),
            ("%а_", "баб", true),
            ("%г%", "баб", false),
        ] {
            assert_eq!(fits(pattern, word), fit, "{pattern} {word}");
        }
    }
}
