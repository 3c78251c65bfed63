//! SQL cells: one SELECT over the run's tables, and nothing else.

use std::collections::BTreeMap;

use polars::prelude::{DataFrame, IntoLazy};
use polars::sql::SQLContext;

use crate::base::{Fault, FaultCode, Place, Result};
use crate::reports::rows::Rows;
use crate::tables::polars_refused;

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
    let answer = context.execute(sql).and_then(polars::prelude::LazyFrame::collect).map_err(invalid)?;
    Ok(Rows::of(&answer))
}
