//! A sheet of cells as columns: the first row holds the names.

use super::{ForeignTable, MISSING, TableNote, TableRequest, TableTrouble};
use crate::grid::{Cell, Row, ScannedSheet, is_space, read_number};
use crate::stats::formula::{Column, Columns};

pub(super) fn table(
    sheet: &ScannedSheet,
    request: &TableRequest,
    mut notes: Vec<TableNote>,
) -> Result<ForeignTable, TableTrouble> {
    let Some((header, rows)) = sheet.rows.split_first() else {
        return Err(TableTrouble::Damaged("empty".to_owned()));
    };
    let mut names: Vec<String> = Vec::new();
    let mut columns = Columns::default();
    for (at, cell) in &header.cells {
        let name = cell.printed().trim_matches(is_space).to_owned();
        if name.is_empty() {
            continue;
        }
        if names.contains(&name) {
            notes.push(TableNote::Twice { column: name });
            continue;
        }
        if request.wanted.contains(&name) {
            let column = column(&name, *at, rows, &mut notes);
            columns.push(name.clone(), column);
        }
        names.push(name);
    }
    Ok(ForeignTable { names, columns, rows: rows.len(), notes })
}

/// What a cell says.
enum Said<'a> {
    Nothing,
    Number(f64),
    Word(std::borrow::Cow<'a, str>),
}

fn said(cell: &Cell) -> Said<'_> {
    match cell {
        Cell::Empty | Cell::Error(_) => Said::Nothing,
        Cell::Number(value, _) => Said::Number(*value),
        Cell::Bool(value) => Said::Number(f64::from(u8::from(*value))),
        Cell::Text(text) => {
            let text = text.trim_matches(is_space);
            match number(text) {
                _ if text.is_empty() || MISSING.contains(&text) => Said::Nothing,
                Some(value) => Said::Number(value),
                None => Said::Word(text.into()),
            }
        }
    }
}

/// A number as people or programs write it; a code with leading zeros is none.
fn number(text: &str) -> Option<f64> {
    let digits = text.trim_start_matches(['-', '+', '\u{2212}']);
    if digits.starts_with('0') && digits.as_bytes().get(1).is_some_and(u8::is_ascii_digit) {
        return None;
    }
    let exponent = || {
        let plain = text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
        text.parse::<f64>().ok().filter(|value| plain && value.is_finite())
    };
    read_number(text).or_else(exponent)
}

fn column(name: &str, at: u32, rows: &[Row], notes: &mut Vec<TableNote>) -> Column {
    let cells = || rows.iter().map(|row| row.cell(at));
    let errors = cells().filter(|cell| matches!(cell, Cell::Error(_))).count();
    if errors > 0 {
        notes.push(TableNote::Errors { column: name.to_owned(), cells: errors });
    }
    let first_word = rows.iter().find(|row| matches!(said(row.cell(at)), Said::Word(_)));
    let Some(first_word) = first_word else {
        let value = |cell| if let Said::Number(value) = said(cell) { value } else { f64::NAN };
        return Column::Numbers(cells().map(value).collect());
    };
    let is_code = |cell: &Cell| {
        let text = cell.printed();
        text.trim_matches(is_space).bytes().all(|b| b.is_ascii_digit())
    };
    let numbers = cells().any(|cell| matches!(said(cell), Said::Number(_)));
    if numbers && !is_code(first_word.cell(at)) {
        notes.push(TableNote::Mixed { column: name.to_owned(), row: first_word.number });
    }
    let words: Vec<Option<String>> = cells()
        .map(|cell| match said(cell) {
            Said::Nothing => None,
            Said::Number(_) => Some(cell.printed().trim_matches(is_space).to_owned()),
            Said::Word(word) => Some(word.into_owned()),
        })
        .collect();
    Column::words(words.iter().map(Option::as_deref))
}
