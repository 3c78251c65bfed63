//! The fence around SQL: what a pack's expression and a report's query may say.
//!
//! Polars SQL can reach for files and drop tables, so no text comes to it unread. The text is parsed with the dialect
//! and the options that Polars itself uses, and everything that is not allowed by name is refused.

mod expression;
mod functions;
mod parts;
mod select;
mod whole;

pub use expression::{Checked, Role, check_expression};
pub use select::check_select;
pub(in crate::method) use select::unknown;

use sqlparser::dialect::GenericDialect;
use sqlparser::parser::{Parser, ParserError, ParserOptions};

use crate::base::{Fault, FaultCode};

/// Longer texts are refused unread: no honest query needs them.
const MAX_BYTES: usize = 20_000;
/// Deeper expressions are refused: what walks them (here and in Polars) calls itself.
const MAX_DEPTH: usize = 100;

type Fallible<T> = crate::base::Result<T>;

fn refused(found: impl ToString, why: &str) -> Box<Fault> {
    Fault::new(FaultCode::QueryRefused).with("found", found).because(why)
}

fn invalid(error: &ParserError) -> Box<Fault> {
    Fault::new(FaultCode::QueryInvalid).because(error)
}

/// A parser as Polars sets it up, so that both read the same text alike.
fn parser(text: &str) -> Fallible<Parser<'static>> {
    if text.len() > MAX_BYTES {
        return Err(refused(format!("{} bytes", text.len()), "the text is too long"));
    }
    let options = ParserOptions { trailing_commas: true, ..ParserOptions::default() };
    Parser::new(&GenericDialect {}).with_options(options).try_with_sql(text).map_err(|error| invalid(&error))
}
