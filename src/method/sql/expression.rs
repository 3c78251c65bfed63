//! The expressions of a method pack: over the columns of one table, without a way out.

use std::collections::BTreeSet;

use sqlparser::ast::{BinaryOperator, Expr, Value};
use sqlparser::tokenizer::Token;

use super::functions::Class;
use super::parts::{parts, plain_name};
use super::select::unknown;
use super::tally::not_a_tally;
use super::whole::{arguments, is_whole};
use super::words::{Said, words};
use super::{Complaints, Fallible, MAX_DEPTH, invalid, parser, refused};
use crate::base::{Fault, FaultCode};
use crate::tables::{Kind, TableSpec};

/// The longest number in a count.
const MAX_DIGITS: usize = 4;

/// What an expression is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Chooses rows: columns of one row, no aggregates.
    Filter,
    /// Gives a number of one row: columns of one row, no aggregates.
    Value,
    /// Counts the pupils of a group: every column inside COUNT, SUM, MIN or MAX, the result a whole number of pupils.
    Count,
    /// Asks the rows of one pupil: every column inside COUNT, SUM, MIN or MAX, the result yes or no.
    Pupil,
}

/// An expression that may be given to Polars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The text, as it was written.
    pub text: String,
    /// The columns that it uses, in the order of their names.
    pub columns: BTreeSet<&'static str>,
    /// What it compares columns with, in the order of the text.
    pub said: Vec<(String, Said)>,
}

impl Checked {
    /// The value to which it ties a column outright (`grade = 5`, joined to the rest by AND), as it is written.
    #[must_use]
    pub fn fixed(&self, column: &str) -> Option<String> {
        super::fixed(&self.text, column)
    }
}

/// Checks an expression of a pack over a table. `beside` are words for columns that the house puts beside those of the table,
/// such as the threshold of the year.
///
/// # Errors
/// `E305` where the text is no SQL expression, `E303` where a column is not one of the table's (with the nearest name),
/// `E304` where it reaches for more than the columns of one row or group, or could give a sum of floats, `E307` where a count is
/// none of pupils.
pub fn check_expression(
    text: &str,
    table: &'static TableSpec,
    beside: &[&'static str],
    role: Role,
) -> Fallible<Checked> {
    let mut parser = parser(text)?;
    let expr = parser.parse_expr().map_err(|error| invalid(&error))?;
    if parser.peek_token().token != Token::EOF {
        return Err(refused(parser.peek_token().token, "sql-one-expression"));
    }
    let mut walk = Walk { table, beside, role, columns: BTreeSet::new(), aggregates: 0 };
    walk.expr(&expr, false, 0)?;
    if matches!(role, Role::Count | Role::Pupil) {
        if walk.aggregates == 0 {
            return Err(refused(&expr, "sql-count-needs"));
        }
        if !is_whole(&expr, &|name| is_whole_column(table, name)) {
            return Err(refused(&expr, "sql-count-whole"));
        }
    }
    if role == Role::Count
        && let Some(odd) = not_a_tally(&expr, &|name| is_number_of_pupils(table, name))
    {
        return Err(Fault::new(FaultCode::ValueInvalid)
            .with("field", "numerator, denominator")
            .with("value", odd)
            .why("value-tally"));
    }
    Ok(Checked { text: text.trim().to_owned(), columns: walk.columns, said: words(&expr) })
}

/// What else there is to say of a refused expression, so that one reading tells all: the columns that the table has not, and what
/// it compares columns with.
pub(in crate::method) fn remarks(
    text: &str,
    table: &'static TableSpec,
    beside: &[&'static str],
) -> (Complaints, Vec<(String, Said)>) {
    fn names(expr: &Expr, depth: usize, out: &mut BTreeSet<String>) -> bool {
        let Ok(parts) = parts(expr) else { return true };
        out.extend(parts.column.iter().map(|column| column.value.clone()));
        depth < MAX_DEPTH && parts.exprs.into_iter().all(|part| names(part, depth + 1, out))
    }
    let expr = parser(text).ok().and_then(|mut parser| parser.parse_expr().ok());
    let Some(expr) = expr else { return Default::default() };
    let mut named = BTreeSet::new();
    if !names(&expr, 0, &mut named) {
        return Default::default();
    }
    named.retain(|name| table.column(name).is_none() && !beside.contains(&name.as_str()));
    (named.iter().map(|name| no_column(name, table, beside)).collect(), words(&expr))
}

fn no_column(name: &str, table: &TableSpec, beside: &[&'static str]) -> Box<Fault> {
    let columns = table.columns.iter().map(|column| column.name);
    let known: Vec<&str> = columns.chain(beside.iter().copied()).collect();
    unknown("column", name, &known).with("table", table.name)
}

/// Yes or no, or a number of pupils that somebody counted.
fn is_number_of_pupils(table: &TableSpec, name: &str) -> bool {
    table.column(name).is_some_and(|column| column.kind == Kind::Flag || column.unit == "pupils")
}

fn is_whole_column(table: &TableSpec, name: &str) -> bool {
    table.column(name).is_some_and(|column| matches!(column.kind, Kind::Int | Kind::Big | Kind::Flag))
}

struct Walk<'a> {
    table: &'static TableSpec,
    beside: &'a [&'static str],
    role: Role,
    columns: BTreeSet<&'static str>,
    aggregates: usize,
}

impl Walk<'_> {
    fn expr(&mut self, expr: &Expr, inside: bool, depth: usize) -> Fallible<()> {
        if depth > MAX_DEPTH {
            return Err(refused("…", "sql-deep"));
        }
        let parts = parts(expr)?;
        if let Some(query) = parts.queries.first() {
            return Err(refused(query, "sql-subquery"));
        }
        if parts.qualified || parts.windowed {
            return Err(refused(expr, "sql-one-table"));
        }
        if matches!(self.role, Role::Count | Role::Pupil) {
            cannot_overflow(expr)?;
        }
        if let Some(column) = parts.column {
            self.column(&column.value, inside)?;
        }
        let aggregate = parts.call == Some(Class::Aggregate);
        if aggregate {
            self.aggregate(expr, inside)?;
        }
        parts.exprs.into_iter().try_for_each(|part| self.expr(part, inside || aggregate, depth + 1))
    }

    fn column(&mut self, name: &str, inside: bool) -> Fallible<()> {
        if self.beside.contains(&name) {
            return match self.role {
                Role::Count | Role::Pupil if !inside => Err(refused(name, "sql-count-column")),
                _ => Ok(()),
            };
        }
        let Some(column) = self.table.column(name) else {
            return Err(no_column(name, self.table, self.beside));
        };
        if matches!(self.role, Role::Count | Role::Pupil) && !inside {
            return Err(refused(name, "sql-count-column"));
        }
        self.columns.insert(column.name);
        Ok(())
    }

    fn aggregate(&mut self, expr: &Expr, inside: bool) -> Fallible<()> {
        self.aggregates += 1;
        if matches!(self.role, Role::Filter | Role::Value) || inside {
            return Err(refused(expr, "sql-aggregate"));
        }
        let Expr::Function(function) = expr else { return Ok(()) };
        let table = self.table;
        let whole = |e: &Expr| is_whole(e, &|name| is_whole_column(table, name));
        match plain_name(&function.name).as_deref() {
            Some("count") => Ok(()),
            Some("sum" | "min" | "max") if arguments(function).all(whole) => Ok(()),
            _ => Err(refused(expr, "sql-count-only")),
        }
    }
}

/// A count adds pupils up. Products and large numbers have no place in it, and could leave the range of whole numbers.
fn cannot_overflow(expr: &Expr) -> Fallible<()> {
    match expr {
        Expr::BinaryOp { op: BinaryOperator::Multiply, .. } => Err(refused(expr, "sql-multiply")),
        Expr::Value(value) => match &value.value {
            Value::Number(digits, _) if digits.len() > MAX_DIGITS => Err(refused(expr, "sql-digits")),
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Role, check_expression};
    use crate::base::FaultCode;
    use crate::tables::{ResultRow, Table};

    fn check(text: &str, role: Role) -> Result<Vec<&'static str>, FaultCode> {
        check_expression(text, ResultRow::SPEC, &["threshold"], role)
            .map(|checked| checked.columns.into_iter().collect())
            .map_err(|fault| fault.code)
    }

    #[test]
    fn honest_expressions_pass_and_say_their_columns() {
        let value = "COALESCE(score_tasks, score_printed) / max_score";
        assert_eq!(check(value, Role::Value), Ok(vec!["max_score", "score_printed", "score_tasks"]));
        let filter = "procedure = 'vpr' AND grade IN (5, 6) AND NOT (subject = 'ma' OR sex IS NULL)";
        assert_eq!(check(filter, Role::Filter), Ok(vec!["grade", "procedure", "sex", "subject"]));
        for (text, columns) in [
            ("SUM(CASE WHEN mark = 2 THEN 1 ELSE 0 END)", vec!["mark"]),
            ("COUNT(mark)", vec!["mark"]),
            ("COUNT(*)", vec![]),
            ("COUNT(DISTINCT pupil_code)", vec!["pupil_code"]),
            (
                "COUNT(mark) - SUM(CASE WHEN mark >= journal_mark THEN 1 ELSE 0 END)",
                vec!["journal_mark", "mark"],
            ),
            ("COUNT(*) FILTER (WHERE below_min)", vec!["below_min"]),
            ("COALESCE(SUM(below_min), 0)", vec!["below_min"]),
            ("SUM(CASE WHEN test_score < threshold THEN 1 ELSE 0 END)", vec!["test_score"]),
        ] {
            assert_eq!(check(text, Role::Count), Ok(columns), "{text}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        use FaultCode::{NameUnknown, QueryInvalid, QueryRefused, ValueInvalid};
        for (text, role, code) in [
            ("mark = (SELECT 2)", Role::Filter, QueryRefused),
            ("mark IN (SELECT mark FROM result)", Role::Filter, QueryRefused),
            ("EXISTS (SELECT 1 FROM read_csv('/etc/passwd'))", Role::Filter, QueryRefused),
            ("read_csv('/etc/passwd') = 1", Role::Filter, QueryRefused),
            ("COUNT(mark) > 1", Role::Filter, QueryRefused),
            ("RANK() OVER (ORDER BY mark) = 1", Role::Filter, QueryRefused),
            ("result.mark = 2", Role::Filter, QueryRefused),
            ("mark = 2; DROP TABLE result", Role::Filter, QueryRefused),
            ("mark = 2 AS m", Role::Filter, QueryRefused),
            ("COLUMNS('.*') = 2", Role::Filter, QueryRefused),
            ("markk = 2", Role::Filter, NameUnknown),
            ("threshold + COUNT(mark)", Role::Count, QueryRefused),
            ("SUM(threshold)", Role::Count, QueryRefused),
            ("AVG(test_score)", Role::Value, QueryRefused),
            ("MAX(mark)", Role::Value, QueryRefused),
            ("(SELECT 1 FROM read_csv('x'))", Role::Value, QueryRefused),
            ("\"^.*$\" = 2", Role::Filter, NameUnknown),
            ("mark = ", Role::Filter, QueryInvalid),
            ("AVG(mark)", Role::Count, QueryRefused),
            ("SUM(test_score)", Role::Count, QueryRefused),
            ("SUM(CASE WHEN mark = 2 THEN 0.5 ELSE 0 END)", Role::Count, QueryRefused),
            ("SUM(mark / 2)", Role::Count, QueryRefused),
            ("COUNT(*) / 2", Role::Count, QueryRefused),
            ("MAX(test_score)", Role::Count, QueryRefused),
            ("SUM(COUNT(mark))", Role::Count, QueryRefused),
            ("SUM(mark) OVER (PARTITION BY grade)", Role::Count, QueryRefused),
            ("mark", Role::Count, QueryRefused),
            ("SUM(mark * 2)", Role::Count, QueryRefused),
            ("SUM(mark)", Role::Count, ValueInvalid),
            ("SUM(CASE WHEN mark = 2 THEN 2 ELSE 0 END)", Role::Count, ValueInvalid),
            ("COUNT(mark) + 1", Role::Count, ValueInvalid),
            ("COUNT(mark) * COUNT(mark)", Role::Count, QueryRefused),
            ("SUM(10000)", Role::Count, QueryRefused),
            ("mark + COUNT(*)", Role::Count, QueryRefused),
            ("1", Role::Count, QueryRefused),
        ] {
            assert_eq!(check(text, role), Err(code), "{text}");
        }
    }

    #[test]
    fn long_and_deep_texts_are_refused_without_a_crash() {
        let long = vec!["mark = 2"; 1_500].join(" AND ");
        let deep = format!("{}mark = 2{}", "(".repeat(5_000), ")".repeat(5_000));
        let endless = "x".repeat(100_000);
        for text in [&long, &deep, &endless] {
            assert!(check(text, Role::Filter).is_err());
        }
    }
}
