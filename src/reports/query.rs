//! SQL cells: one SELECT over the run's tables, and nothing else; each is carried out once for all pages that ask it.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::{DataFrame, IntoLazy};
use polars::sql::SQLContext;

use rayon::prelude::*;

use crate::base::{Fault, FaultCode, Place, Result};
use crate::reports::rows::Rows;
use crate::tables::polars_refused;

/// The most rows that a query may give. Whatever is printed row by row is far below; a query that gives more has lost a
/// condition, or joins tables by a key that is none.
pub const MOST_ROWS: u32 = 100_000;

/// Answers by the text of their query: pages in different languages ask mostly the same.
pub type Answers = BTreeMap<String, Rows>;

/// Carries out queries, each with its place, every distinct one once.
///
/// # Errors
/// That of the first query that fails, as [`query`].
pub fn answers(
    asked: impl IntoIterator<Item = (String, Place)>,
    tables: &BTreeMap<&'static str, DataFrame>,
) -> Result<Answers> {
    let mut known = BTreeSet::new();
    let distinct: Vec<_> = asked.into_iter().filter(|(sql, _)| known.insert(sql.clone())).collect();
    // first a vector of answers: of two faults always the first is told
    let answered: Vec<_> = distinct.par_iter().map(|(sql, place)| query(sql, tables, place)).collect();
    distinct.into_iter().zip(answered).map(|((sql, _), rows)| Ok((sql, rows?))).collect()
}

/// Carries out a query over the tables. `place` is the query's line, for messages.
///
/// # Errors
/// `E304` where the query reaches for anything but the tables, `E305` where it is not valid or fails.
pub fn query(sql: &str, tables: &BTreeMap<&'static str, DataFrame>, place: &Place) -> Result<Rows> {
    let invalid = |error| polars_refused(Fault::new(FaultCode::QueryInvalid).at(place.clone()), &error);
    let mut context = SQLContext::new();
    for (name, frame) in tables {
        context.register(name, frame.clone().lazy());
    }
    let answer =
        context.execute(sql).and_then(|frame| frame.limit(MOST_ROWS + 1).collect()).map_err(invalid)?;
    if answer.height() > MOST_ROWS as usize {
        let fault = Fault::new(FaultCode::QueryInvalid).at(place.clone());
        return Err(fault.why("report-rows").with("most", MOST_ROWS));
    }
    Ok(Rows::of(&answer))
}
