//! The fence around SQL: what a pack's expression and a report's query may say.
//!
//! Polars SQL can reach for files and drop tables, so no text comes to it unread. The text is parsed with the dialect
//! and the options that Polars itself uses, and everything that is not allowed by name is refused.

mod expression;
mod fixed;
mod functions;
mod parts;
mod select;
mod tally;
mod unit;
mod whole;
mod words;

pub(in crate::method) use expression::remarks;
pub use expression::{Checked, Role, check_expression};
pub(in crate::method) use fixed::fixed;
pub use select::check_select;
pub(in crate::method) use select::unknown;
pub(in crate::method) use unit::unit_of;
pub use words::Said;
pub(in crate::method) use words::fits;

use sqlparser::dialect::GenericDialect;
use sqlparser::parser::{Parser, ParserError, ParserOptions};

use crate::base::{Fault, FaultCode};

/// Longer texts are refused unread: no honest query needs them.
const MAX_BYTES: usize = 20_000;
/// Deeper expressions are refused: what walks them (here and in Polars) calls itself.
const MAX_DEPTH: usize = 100;

type Fallible<T> = crate::base::Result<T>;

/// What is wrong, one fault each.
pub(in crate::method) type Complaints = Vec<Box<Fault>>;

fn refused(found: impl ToString, why: &'static str) -> Box<Fault> {
    Fault::new(FaultCode::QueryRefused).with("found", found).why(why)
}

fn invalid(error: &ParserError) -> Box<Fault> {
    let fault = Fault::new(FaultCode::QueryInvalid);
    match error {
        ParserError::ParserError(said) => unparsed(fault, said),
        ParserError::TokenizerError(said) => fault.why("sql-token").because(said),
        ParserError::RecursionLimitExceeded => fault.why("sql-deep"),
    }
}

/// `Expected: an expression, found: FROM at Line: 2, Column: 5`: the word where the reader stopped, and its place in the
/// query. What it expected is told in English: a technical detail.
fn unparsed(fault: Box<Fault>, said: &str) -> Box<Fault> {
    let found = said.rsplit_once(", found: ").map(|(_, found)| found);
    let Some((word, place)) = found.map(|found| found.split_once(" at Line: ").unwrap_or((found, ""))) else {
        return fault.why("sql-syntax").because(said);
    };
    let fault = fault.because(said);
    if word == "EOF" {
        return fault.why("sql-end");
    }
    let fault = fault.with("word", word);
    match place.split_once(", Column: ") {
        Some((line, sign)) => fault.with("query_line", line).with("sign", sign).why("sql-word-at"),
        None => fault.why("sql-word"),
    }
}

/// A parser as Polars sets it up, so that both read the same text alike.
fn parser(text: &str) -> Fallible<Parser<'static>> {
    if text.len() > MAX_BYTES {
        return Err(refused(format!("{} bytes", text.len()), "sql-long"));
    }
    let options = ParserOptions { trailing_commas: true, ..ParserOptions::default() };
    Parser::new(&GenericDialect {}).with_options(options).try_with_sql(text).map_err(|error| invalid(&error))
}
