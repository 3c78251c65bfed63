//! A school's place on a list by an index of conditions.

use polars::prelude::{col, lit};

use crate::base::Result;
use crate::explain::source::{TableSource, at, is, rows_if_there};
use crate::tables::{floats, ints, texts};

/// A place on a list by an index of conditions.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct IndexPlace {
    /// The pack of the set of shares.
    pub set: String,
    /// The index.
    pub index: f64,
    /// Lower end of its 95 % interval.
    pub low: f64,
    /// Upper end of it.
    pub high: f64,
    /// The pack's cut.
    pub cut: f64,
    /// First place that the numbers of pupils leave open.
    pub rank_low: i32,
    /// Last place.
    pub rank_high: i32,
    /// First place that other weights leave open.
    pub rank_weights_low: i32,
    /// Last place.
    pub rank_weights_high: i32,
    /// Share of other weights under which the index meets the cut.
    pub beyond_share: f64,
    /// Schools with a place.
    pub schools: i32,
}

/// The set of shares that makes a list, where it is one by an index.
pub(super) fn set_of(source: TableSource<'_>, list: &str) -> Result<Option<String>> {
    let frame = rows_if_there(source, "adverse_index", None, is("list", list))?;
    Ok(at(&texts(&frame, "set")?, 0))
}

/// The place, where the list is by an index and the school has one.
pub(super) fn index_place(
    source: TableSource<'_>,
    school: &str,
    list: &str,
    year: i32,
) -> Result<Option<IndexPlace>> {
    let fit = is("school_id", school).and(is("list", list)).and(col("year").eq(lit(year)));
    let frame = rows_if_there(source, "adverse_index", None, fit)?;
    let Some(index) = floats(&frame, "index")?.first().copied().flatten() else { return Ok(None) };
    let real = |name| -> Result<f64> { Ok(at(&floats(&frame, name)?, 0).unwrap_or_default()) };
    let place = |name| -> Result<i32> { Ok(at(&ints(&frame, name)?, 0).unwrap_or_default()) };
    Ok(Some(IndexPlace {
        set: at(&texts(&frame, "set")?, 0).unwrap_or_default(),
        index,
        low: real("low")?,
        high: real("high")?,
        cut: real("cut")?,
        rank_low: place("rank_low")?,
        rank_high: place("rank_high")?,
        rank_weights_low: place("rank_weights_low")?,
        rank_weights_high: place("rank_weights_high")?,
        beyond_share: real("beyond_share")?,
        schools: place("schools")?,
    }))
}
