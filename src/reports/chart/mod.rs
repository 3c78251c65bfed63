//! Charts as inline SVG: no scripts, no fonts of their own, the page's colours, decimal marks of the language.
//!
//! Every mark carries a `<title>`, so that a browser shows the school and its figures under the pointer.

mod axis;
mod bars;
mod canvas;
mod caterpillar;
mod funnel;
mod heat;
mod histogram;
mod lines;
mod scatter;
mod series;

use crate::reports::notebook::Cell;
use crate::reports::rows::{Datum, Rows};
use crate::reports::voice::Voice;

/// The kinds of charts.
pub const KINDS: [&str; 7] = ["funnel", "caterpillar", "bars", "scatter", "lines", "heat", "histogram"];

/// The SVG of a chart cell.
///
/// # Errors
/// What is wrong with the cell.
pub fn chart(cell: &Cell, rows: &Rows, voice: &Voice) -> Result<String, String> {
    let drawing = Drawing { cell, rows, voice };
    match cell.need("kind")? {
        "funnel" => funnel::draw(&drawing),
        "caterpillar" => caterpillar::draw(&drawing),
        "bars" => bars::draw(&drawing),
        "scatter" => scatter::draw(&drawing),
        "lines" => lines::draw(&drawing),
        "heat" => heat::draw(&drawing),
        "histogram" => histogram::draw(&drawing),
        other => Err(format!("unknown chart `{other}`; known: {}", KINDS.join(", "))),
    }
}

/// A chart that is being drawn: its cell, its data, its language.
pub(in crate::reports) struct Drawing<'a> {
    cell: &'a Cell,
    rows: &'a Rows,
    voice: &'a Voice,
}

impl Drawing<'_> {
    /// The column that an attribute names.
    fn column(&self, attribute: &str) -> Result<&str, String> {
        let column = self.cell.need(attribute)?;
        match self.rows.position(column) {
            Some(_) => Ok(column),
            None => {
                Err(format!("the answer has no column `{column}`; it has {}", self.rows.names.join(", ")))
            }
        }
    }

    fn number(&self, row: &[Datum], column: &str) -> Option<f64> {
        self.rows.at(row, column).number()
    }

    fn print(&self, row: &[Datum], column: &str) -> String {
        self.voice.value(self.rows, row, column)
    }

    /// Is the row marked by the column that `mark=` names?
    fn marked(&self, row: &[Datum]) -> bool {
        let column = self.cell.attrs.get("mark").map_or("", String::as_str);
        matches!(self.rows.at(row, column), Datum::Flag(true))
    }

    /// The text that names a row: the columns of `label=`.
    fn name(&self, row: &[Datum]) -> String {
        let columns = self.cell.attrs.get("label").map_or("", String::as_str);
        let names =
            columns.split(',').filter(|column| !column.is_empty()).map(|column| self.print(row, column));
        names.collect::<Vec<_>>().join(", ")
    }

    /// The label of an axis: the body's `x: …`, else the column's label.
    fn axis(&self, key: &str, column: &str) -> String {
        self.cell.label(key).map_or_else(|| self.voice.label(column), ToOwned::to_owned)
    }

    /// A figure given as an attribute: `threshold=0.3`, or the column whose first value it is.
    fn figure(&self, attribute: &str) -> Result<Option<f64>, String> {
        let Some(text) = self.cell.attrs.get(attribute) else { return Ok(None) };
        if self.rows.position(text).is_some() {
            return Ok(self.rows.rows.first().and_then(|row| self.number(row, text)));
        }
        match text.parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(Some(value)),
            _ => Err(format!("`{attribute}={text}` is neither a number nor a column of the answer")),
        }
    }

    fn legend(&self, key: &str) -> String {
        self.cell.label(key).map_or_else(String::new, ToOwned::to_owned)
    }
}
