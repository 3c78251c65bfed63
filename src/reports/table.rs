//! Printed tables: a cell's columns with their labels, estimates together with their intervals.

use crate::reports::html::escape;
use crate::reports::notebook::Cell;
use crate::reports::rows::{Datum, Rows};
use crate::reports::voice::{Voice, is_year};
use crate::text::Arg;

/// The most rows of a printed table: more is read by nobody, and belongs into a file.
const MOST_ROWS: usize = 3_000;

/// A table with so many columns has no room to spare.
const MANY: usize = 8;
/// And one with so many has hardly any.
const TOO_MANY: usize = 11;

/// A column of a printed table: `value [low, high]: label`, or `numerator/denominator: label`.
struct Printed {
    column: String,
    of: Option<String>,
    interval: Option<(String, String)>,
    label: Option<String>,
}

/// The HTML of a table cell.
///
/// # Errors
/// What is wrong with the cell.
pub fn table(cell: &Cell, rows: &Rows, voice: &Voice) -> Result<String, String> {
    let columns: Vec<Printed> =
        cell.body.lines().filter(|line| !line.trim().is_empty()).map(printed).collect::<Result<_, _>>()?;
    for column in &columns {
        known(rows, &column.column)?;
        if let Some((low, high)) = &column.interval {
            known(rows, low)?;
            known(rows, high)?;
        }
        if let Some(of) = &column.of {
            known(rows, of)?;
        }
    }
    let limit = match cell.attrs.get("limit") {
        Some(limit) => limit.parse().map_err(|_| format!("`limit={limit}` is not a number"))?,
        None => usize::MAX,
    };
    let printed_rows = rows.rows.len().min(limit);
    if printed_rows > MOST_ROWS {
        return Err(format!(
            "the table has {printed_rows} rows; at most {MOST_ROWS} are printed: give it `limit=…`"
        ));
    }
    let class = match columns.len() {
        count if count >= TOO_MANY => "table wide crowded",
        count if count >= MANY => "table wide",
        _ => "table",
    };
    let mut out = format!("<div class=\"{class}\"><table>\n<thead><tr>");
    for column in &columns {
        // a number stays with its sign
        let label =
            column.label.clone().unwrap_or_else(|| voice.label(&column.column)).replace(" %", "\u{a0}%");
        let class = if numeric(rows, &column.column) { " class=\"num\"" } else { "" };
        out.push_str(&format!("<th{class}>{}</th>", escape(&label)));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    let group = match cell.attrs.get("group") {
        Some(column) => Some(known(rows, column).map(|()| column)?),
        None => None,
    };
    let mut before = None;
    for row in rows.rows.iter().take(limit) {
        if let Some(column) = group {
            let value = voice.value(rows, row, column);
            if before.as_ref() != Some(&value) {
                let (label, span) = (voice.label(column), columns.len());
                out.push_str(&format!(
                    "<tr class=\"group\"><th colspan=\"{span}\">{}: {}</th></tr>\n",
                    escape(&label),
                    escape(&value)
                ));
                before = Some(value);
            }
        }
        out.push_str("<tr>");
        for column in &columns {
            out.push_str(&printed_cell(rows, row, column, voice));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody></table></div>\n");
    Ok(out)
}

fn printed(line: &str) -> Result<Printed, String> {
    let (column, label) = line.split_once(':').map_or((line, None), |(c, l)| (c, Some(l.trim().to_owned())));
    let (column, interval) = match column.split_once('[') {
        None => (column.trim(), None),
        Some((column, ends)) => {
            let ends = ends.trim().strip_suffix(']').and_then(|ends| ends.split_once(','));
            let (low, high) = ends.ok_or_else(|| format!("expected `value [low, high]`, found `{line}`"))?;
            (column.trim(), Some((low.trim().to_owned(), high.trim().to_owned())))
        }
    };
    let (column, of) = match column.split_once('/') {
        Some((column, of)) => (column.trim(), Some(of.trim().to_owned())),
        None => (column, None),
    };
    Ok(Printed { column: column.to_owned(), of, interval, label })
}

fn known(rows: &Rows, column: &str) -> Result<(), String> {
    let made = matches!((column, rows.position("code")), ("place" | "what" | "cure", Some(_)));
    if made || rows.position(column).is_some() {
        return Ok(());
    }
    Err(format!("the answer has no column `{column}`; it has {}", rows.names.join(", ")))
}

fn numeric(rows: &Rows, column: &str) -> bool {
    !is_year(column) && rows.rows.iter().any(|row| rows.at(row, column).number().is_some())
}

fn printed_cell(rows: &Rows, row: &[Datum], column: &Printed, voice: &Voice) -> String {
    let number = |name: &str| rows.at(row, name).number();
    let (class, text) = match &column.interval {
        Some((low, high)) => {
            ("num", voice.estimate(&column.column, number(&column.column), number(low), number(high)))
        }
        None if column.of.is_some() => {
            let of = column.of.as_deref().unwrap_or_default();
            let parts = [&column.column, of].map(|name| Arg::from(voice.value(rows, row, name)));
            let [part, all] = parts;
            ("num", voice.cat.get("report-of", &[("part", part), ("all", all)]))
        }
        None if numeric(rows, &column.column) => ("num", voice.value(rows, row, &column.column)),
        None => (mark(&column.column, rows.at(row, &column.column)), voice.value(rows, row, &column.column)),
    };
    let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
    format!("<td{class}>{}</td>", escape(&text))
}

/// A class for the words that deserve an eye.
fn mark(column: &str, datum: &Datum) -> &'static str {
    match (column, datum.text()) {
        ("verdict", Some("yes")) => "sure",
        ("verdict", Some("undecided")) => "close",
        ("place", _) => "place",
        ("name_short", _) => "name",
        ("criterion", _) => "criterion",
        ("because", _) => "because",
        ("verdict" | "subject" | "years", _) => "word",
        _ => "",
    }
}
