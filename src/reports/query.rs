//! SQL cells: one SELECT over the run's tables, and nothing else.

use std::collections::BTreeMap;

use polars::prelude::{DataFrame, IntoLazy};
use polars::sql::SQLContext;

use crate::base::{Fault, FaultCode, Place, Result};
use crate::reports::rows::Rows;
use crate::tables::polars_refused;

/// The most rows that a query may give. Whatever is printed row by row is far below; a query that gives more has lost a
/// condition, or joins tables by a key that is none.
pub const MOST_ROWS: u32 = 100_000;

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
