//! One worksheet in one pass: values, formulas, hidden rows and columns, merges.

use std::io::Read;
use std::sync::Arc;

use quick_xml::events::{BytesStart, Event};

use super::plain;
use super::shared::{RichText, unescaped};
use super::xml::{Budget, Xml, add_text, attribute};
use crate::base::column_number;
use crate::grid::cell::within;
use crate::grid::{Cell, Damage, Merge, Refusal, Row, ScannedSheet};

const LAST_ROW: u32 = 1_048_576;
pub(super) const LAST_COLUMN: u32 = 16_383;

/// The cell that is being read.
#[derive(Default)]
struct Open {
    column: u32,
    kind: String,
    value: String,
    inline: String,
    formula: bool,
}

struct Scan<'s, 'b> {
    sheet: ScannedSheet,
    strings: &'s [Arc<str>],
    budget: &'b Budget,
    cells: u64,
    row: Row,
    /// How many cells the row before had.
    width: usize,
    /// How many elements were open when the row was, itself included.
    row_depth: Option<u32>,
    next_column: u32,
    cell: Option<Open>,
    in_value: bool,
    rich: RichText,
}

pub(super) fn read<R: Read>(mut xml: Xml<'_, R>, strings: &[Arc<str>]) -> Result<ScannedSheet, Refusal> {
    let budget = xml.budget;
    let mut scan = Scan {
        sheet: ScannedSheet::default(),
        strings,
        budget,
        cells: 0,
        row: Row::default(),
        width: 0,
        row_depth: None,
        next_column: 0,
        cell: None,
        in_value: false,
        rich: RichText::default(),
    };
    loop {
        let (event, depth) = xml.next_at_depth()?;
        let mut is_tag = true;
        match &event {
            Event::Start(tag) => {
                scan.opens(tag)?;
                if tag.name().as_ref() == "row" {
                    scan.row_depth = Some(depth);
                }
            }
            Event::Empty(tag) => {
                scan.opens(tag)?;
                scan.closes(tag.local_name().as_ref())?;
            }
            Event::End(tag) => scan.closes(tag.local_name().as_ref())?,
            Event::Eof => return scan.finish(),
            other => {
                is_tag = false;
                scan.text(other)?;
            }
        }
        if is_tag && scan.row_depth == Some(depth) {
            xml.ahead(|bytes| scan.plain(bytes))?;
        }
    }
}

impl Scan<'_, '_> {
    fn opens(&mut self, tag: &BytesStart<'_>) -> Result<(), Refusal> {
        match tag.local_name().as_ref() {
            "c" => self.cell = Some(self.open_cell(tag)?),
            "v" => self.in_value = true,
            "f" => {
                if let Some(cell) = &mut self.cell {
                    cell.formula = true;
                }
            }
            "row" => self.open_row(tag)?,
            "col" => self.hidden_columns(tag)?,
            "mergeCell" => self.merge(tag)?,
            name => self.rich.opens(name),
        }
        Ok(())
    }

    fn closes(&mut self, name: &str) -> Result<(), Refusal> {
        match name {
            "c" => {
                self.in_value = false;
                if let Some(open) = self.cell.take() {
                    self.close_cell(&open)?;
                }
            }
            "v" => self.in_value = false,
            "row" => {
                self.row_depth = None;
                self.close_row()?;
            }
            name => self.rich.closes(name),
        }
        Ok(())
    }

    fn text(&mut self, event: &Event<'_>) -> Result<(), Refusal> {
        let limits = &self.budget.limits;
        match &mut self.cell {
            Some(cell) if self.in_value => add_text(event, &mut cell.value, limits),
            Some(cell) if self.rich.counts() => add_text(event, &mut cell.inline, limits),
            _ => Ok(()),
        }
    }

    /// Reads the plain cells and plain rows that stand at the beginning of these bytes; how many bytes they take.
    fn plain(&mut self, bytes: &[u8]) -> Result<usize, Refusal> {
        let mut rest = bytes;
        loop {
            if let Some((cell, after)) = plain::cell(rest) {
                self.plain_cell(&cell)?;
                rest = after;
            } else if let Some((number, after)) = plain::next_row(rest) {
                self.close_row()?;
                self.begin_row(number, false)?;
                rest = after;
            } else {
                return Ok(bytes.len() - rest.len());
            }
        }
    }

    fn plain_cell(&mut self, plain: &plain::Cell<'_>) -> Result<(), Refusal> {
        self.next_column = plain.column.saturating_add(1);
        let cell = match plain.value {
            plain::Value::Nothing => return Ok(()),
            plain::Value::Whole(value) => Cell::Number(value, None),
            plain::Value::Number(text) => number(text),
            plain::Value::Shared(index) => self.shared(index)?,
        };
        self.keep(plain.column, cell)
    }

    fn open_row(&mut self, tag: &BytesStart<'_>) -> Result<(), Refusal> {
        let number = match attribute(tag, "r")? {
            Some(text) => text.parse().ok(),
            None => self.row.number.checked_add(1),
        };
        let hidden = attribute(tag, "hidden")?.is_some_and(|v| is_true(&v));
        self.begin_row(number.unwrap_or_default(), hidden)
    }

    fn begin_row(&mut self, number: u32, hidden: bool) -> Result<(), Refusal> {
        if !(1..=LAST_ROW).contains(&number) {
            return Err(Refusal::Unreadable(Damage::Addresses));
        }
        self.row = Row { number, hidden, cells: Vec::with_capacity(self.width) };
        self.next_column = 0;
        Ok(())
    }

    fn close_row(&mut self) -> Result<(), Refusal> {
        let mut row = std::mem::take(&mut self.row);
        self.row.number = row.number;
        if row.cells.is_empty() {
            return Ok(());
        }
        self.width = row.cells.len();
        if !row.cells.is_sorted_by_key(|(column, _)| *column) {
            row.cells.sort_by_key(|(column, _)| *column);
        }
        let twice = row.cells.windows(2).any(|pair| matches!(pair, [(a, _), (b, _)] if a == b));
        if twice || row.number == 0 {
            return Err(Refusal::Unreadable(Damage::Addresses));
        }
        // most rows are as long as the one before, for which room was made
        if row.cells.capacity() > 2 * row.cells.len() {
            row.cells.shrink_to_fit();
        }
        self.sheet.rows.push(row);
        Ok(())
    }

    fn open_cell(&mut self, tag: &BytesStart<'_>) -> Result<Open, Refusal> {
        let mut open = Open { column: self.next_column, ..Open::default() };
        let mut addressed = false;
        for attribute in tag.attributes().with_checks(false) {
            let attribute = attribute.map_err(|_| Refusal::Unreadable(Damage::Markup))?;
            match attribute.key.as_ref() {
                "r" => {
                    addressed = true;
                    let letters = attribute.value.trim_end_matches(|c: char| c.is_ascii_digit());
                    open.column = column_number(letters).ok_or(Refusal::Unreadable(Damage::Addresses))?;
                }
                "t" => open.kind = attribute.value.into_owned(),
                _ => {}
            }
        }
        if !addressed {
            self.sheet.unaddressed = self.sheet.unaddressed.saturating_add(1);
        }
        if open.column > LAST_COLUMN {
            return Err(Refusal::Unreadable(Damage::Addresses));
        }
        self.next_column = open.column.saturating_add(1);
        Ok(open)
    }

    fn close_cell(&mut self, open: &Open) -> Result<(), Refusal> {
        if open.formula {
            self.sheet.formulas = self.sheet.formulas.saturating_add(1);
            self.sheet.first_formula.get_or_insert((self.row.number, open.column));
        }
        let cell = self.content(open)?;
        self.keep(open.column, cell)
    }

    fn keep(&mut self, column: u32, cell: Cell) -> Result<(), Refusal> {
        if cell == Cell::Empty {
            return Ok(());
        }
        self.cells = self.cells.saturating_add(1);
        within(self.cells, self.budget.limits.cells, "cells in a sheet")?;
        self.budget.keep_cell()?;
        self.row.cells.push((column, cell));
        Ok(())
    }

    fn shared(&self, index: usize) -> Result<Cell, Refusal> {
        let string = self.strings.get(index).ok_or(Refusal::Unreadable(Damage::MissingPart))?;
        Ok(if string.is_empty() { Cell::Empty } else { Cell::Text(Arc::clone(string)) })
    }

    fn content(&self, open: &Open) -> Result<Cell, Refusal> {
        let text = |text: &str| -> Result<Cell, Refusal> {
            if text.is_empty() {
                return Ok(Cell::Empty);
            }
            self.budget.keep_text(text.len())?;
            Ok(Cell::Text(Arc::from(unescaped(text).as_ref())))
        };
        let value = open.value.trim();
        match open.kind.as_str() {
            "inlineStr" => text(&open.inline),
            _ if value.is_empty() && open.formula && open.kind != "str" => Ok(Cell::Error(Arc::from("="))),
            "str" => text(&open.value),
            _ if value.is_empty() => Ok(Cell::Empty),
            "s" => self.shared(value.parse().map_err(|_| Refusal::Unreadable(Damage::MissingPart))?),
            "b" => Ok(Cell::Bool(is_true(value))),
            "e" => Ok(Cell::Error(Arc::from(value))),
            "d" => text(value),
            _ => Ok(number(value)),
        }
    }

    fn hidden_columns(&mut self, tag: &BytesStart<'_>) -> Result<(), Refusal> {
        if !attribute(tag, "hidden")?.is_some_and(|v| is_true(&v)) {
            return Ok(());
        }
        let edge = |name| -> Result<Option<u32>, Refusal> {
            Ok(attribute(tag, name)?.and_then(|v| v.parse::<u32>().ok()).and_then(|v| v.checked_sub(1)))
        };
        if let (Some(first), Some(last)) = (edge("min")?, edge("max")?) {
            self.sheet.hidden_columns.push((first, last));
            within(self.sheet.hidden_columns.len() as u64, 16_384, "ranges of columns")?;
        }
        Ok(())
    }

    fn merge(&mut self, tag: &BytesStart<'_>) -> Result<(), Refusal> {
        let Some(range) = attribute(tag, "ref")? else { return Ok(()) };
        let (from, to) = range.split_once(':').unwrap_or((&range, &range));
        if let (Some(a), Some(b)) = (address(from), address(to)) {
            self.sheet
                .merges
                .push(Merge { rows: (a.0.min(b.0), a.0.max(b.0)), columns: (a.1.min(b.1), a.1.max(b.1)) });
            within(self.sheet.merges.len() as u64, 200_000, "merged ranges")?;
        }
        Ok(())
    }

    fn finish(mut self) -> Result<ScannedSheet, Refusal> {
        let rows = &mut self.sheet.rows;
        if !rows.is_sorted_by_key(|row| row.number) {
            rows.sort_by_key(|row| row.number);
        }
        if rows.windows(2).any(|pair| matches!(pair, [a, b] if a.number == b.number)) {
            return Err(Refusal::Unreadable(Damage::Addresses));
        }
        Ok(self.sheet)
    }
}

fn is_true(value: &str) -> bool {
    matches!(value, "1" | "true")
}

/// A number of the file. `NaN`, `1e999` and what is no number at all are errors that keep their text.
fn number(text: &str) -> Cell {
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() => {
            let plain = text.len() <= 15
                && text.bytes().all(|b| b.is_ascii_digit())
                && (text.len() == 1 || !text.starts_with('0'));
            Cell::Number(value, (!plain).then(|| Box::from(text)))
        }
        _ => Cell::Error(Arc::from(text)),
    }
}

fn address(text: &str) -> Option<(u32, u32)> {
    let text = text.replace('$', "");
    let letters = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let row: u32 = text.get(letters.len()..)?.parse().ok()?;
    Some((row, column_number(letters)?)).filter(|(row, _)| (1..=LAST_ROW).contains(row))
}
