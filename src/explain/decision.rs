//! What people decided about a school.

use polars::prelude::{col, lit};

use crate::base::Result;
use crate::explain::source::{TableSource, at, is, rows_if_there};
use crate::tables::{ints, texts};

/// A decision that stands beside a computed state.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct DecisionLine {
    /// `listed`, `not_listed`.
    pub decided: String,
    /// Who decided.
    pub by: String,
    /// The day.
    pub on: String,
    /// On what document.
    pub document: String,
    /// Why.
    pub reason: String,
    /// The decision file and its line.
    pub place: String,
}

/// The decision on the school and this list, where there is one.
pub(super) fn decision(
    source: TableSource<'_>,
    school: &str,
    list: &str,
    year: i32,
) -> Result<Option<DecisionLine>> {
    let fit = is("school_id", school).and(is("list", list)).and(col("year").eq(lit(year)));
    let frame = rows_if_there(source, "decision", None, fit)?;
    let text = |name| -> Result<String> { Ok(at(&texts(&frame, name)?, 0).unwrap_or_default()) };
    let Some(row) = at(&ints(&frame, "row")?, 0) else { return Ok(None) };
    Ok(Some(DecisionLine {
        decided: text("decided")?,
        by: text("decided_by")?,
        on: text("decided_on")?,
        document: text("document")?,
        reason: text("reason")?,
        place: format!("{}:{row}", text("path")?),
    }))
}
