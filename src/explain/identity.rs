//! Who the school was: decisions that its rows rest on.

use polars::prelude::Expr;

use crate::base::Result;
use crate::explain::source::{TableSource, at, is, rows_if_there};
use crate::tables::{int64s, ints, texts};

/// A decision on who is who that names the school.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct IdentityLine {
    /// `rename`, `merge`, `split`, …
    pub kind: String,
    /// The codes before and after.
    pub codes: [Option<String>; 2],
    /// The first year of the new state.
    pub from: i32,
    /// Who decided.
    pub by: String,
    /// The day.
    pub on: String,
    /// Why.
    pub reason: String,
    /// The file and its line.
    pub place: String,
    /// Rows that have another school by it.
    pub rows: i64,
}

/// The decisions on a school, the oldest first.
pub(super) fn identity(source: TableSource<'_>, school: &str) -> Result<Vec<IdentityLine>> {
    let fit: Expr = is("old_code", school).or(is("new_code", school));
    let frame = rows_if_there(source, "school_alias", None, fit)?;
    if frame.height() == 0 {
        return Ok(Vec::new());
    }
    let column = |name| texts(&frame, name);
    let [kinds, olds, news, bodies, days, reasons, places] =
        ["kind", "old_code", "new_code", "decided_by", "decided_on", "reason", "decision"].map(column);
    let (kinds, olds, news, bodies) = (kinds?, olds?, news?, bodies?);
    let (days, reasons, places) = (days?, reasons?, places?);
    let (years, counts) = (ints(&frame, "from_year")?, int64s(&frame, "rows")?);
    let text = |values: &[Option<String>], row| at(values, row).unwrap_or_default();
    Ok((0..frame.height())
        .map(|row| IdentityLine {
            kind: text(&kinds, row),
            codes: [at(&olds, row), at(&news, row)],
            from: at(&years, row).unwrap_or_default(),
            by: text(&bodies, row),
            on: text(&days, row),
            reason: text(&reasons, row),
            place: text(&places, row),
            rows: at(&counts, row).unwrap_or_default(),
        })
        .collect())
}
