//! Workbooks of the form before 2007 (`.xls`) and of LibreOffice (`.ods`), read by calamine.
//!
//! Whether a row or a column is hidden cannot be seen in them: such sheets say so. calamine lays out a whole rectangle of
//! cells before anybody can count them, so that a forged one is stopped by the fence, not here.

use std::io::Cursor;
use std::sync::Arc;

use calamine::{Data, Ods, OdsError, Range, Reader, SheetType, SheetVisible, Xls, XlsError};

use crate::grid::cell::within;
use crate::grid::{Cell, Damage, Limits, Merge, Refusal, Row, ScannedSheet};

/// The first bytes of the container of old Office files; of locked new ones too.
const CONTAINER: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
/// What stands first in an archive of LibreOffice's tables.
const OPEN_DOCUMENT: &[u8] = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet";

/// Are these the bytes of a container of old Office files?
#[must_use]
pub fn is_container(bytes: &[u8]) -> bool {
    bytes.starts_with(&CONTAINER)
}

/// Are these the bytes of a table of LibreOffice?
#[must_use]
pub fn is_open_document(bytes: &[u8]) -> bool {
    bytes.get(30..30 + OPEN_DOCUMENT.len()) == Some(OPEN_DOCUMENT)
}

/// Reads every worksheet of an `.xls`.
///
/// # Errors
/// [`Refusal::Unreadable`] where it is none, or locked; [`Refusal::TooLarge`] where a limit is passed.
pub fn scan_xls(bytes: &[u8], limits: &Limits) -> Result<Vec<ScannedSheet>, Refusal> {
    guarded(|| xls(bytes, limits))
}

/// Does the container name a package under a password?
fn is_encrypted(bytes: &[u8]) -> bool {
    let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    bytes.windows(name.len()).any(|window| window == name.as_slice())
}

/// calamine asserts what a damaged file does not keep.
fn guarded(scan: impl FnOnce() -> Result<Vec<ScannedSheet>, Refusal>) -> Result<Vec<ScannedSheet>, Refusal> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(scan))
        .unwrap_or(Err(Refusal::Unreadable(Damage::Spoilt)))
}

fn xls(bytes: &[u8], limits: &Limits) -> Result<Vec<ScannedSheet>, Refusal> {
    // The container is made of sectors of 512 bytes.
    if !bytes.len().is_multiple_of(512) {
        return Err(Refusal::Unreadable(Damage::CutOff));
    }
    let refused = |error: XlsError| {
        Refusal::Unreadable(match error {
            XlsError::Password => Damage::OldOrLocked,
            XlsError::Io(_) | XlsError::EoStream(_) => Damage::CutOff,
            // A new workbook under a password lies in the same container.
            XlsError::Cfb(_) if is_encrypted(bytes) => Damage::OldOrLocked,
            _ => Damage::Spoilt,
        })
    };
    let mut book: Xls<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).map_err(refused)?;
    let mut sheets = Vec::new();
    for meta in book.sheets_metadata().to_vec() {
        if meta.typ != SheetType::WorkSheet {
            continue;
        }
        let range = book.worksheet_range(&meta.name).map_err(refused)?;
        let mut sheet = sheet(&range, limits)?;
        let formulas = book.worksheet_formula(&meta.name).unwrap_or_else(|_| Range::empty());
        let first = formulas.start().unwrap_or_default();
        let used = formulas.used_cells().filter(|(.., text)| !text.is_empty());
        for (row, column, _) in used {
            sheet.formulas += 1;
            let at = (offset(first.0, row).saturating_add(1), offset(first.1, column));
            sheet.first_formula.get_or_insert(at);
        }
        let merges = book.merge_cells_by_sheet_name(&meta.name).unwrap_or_default();
        sheet.merges = merges
            .iter()
            .map(|m| Merge {
                rows: (m.start.0.saturating_add(1), m.end.0.saturating_add(1)),
                columns: (m.start.1, m.end.1),
            })
            .collect();
        sheet.hidden = meta.visible != SheetVisible::Visible;
        sheet.name = meta.name;
        sheets.push(sheet);
    }
    some(sheets, limits)
}

/// Reads every sheet of an `.ods`.
///
/// # Errors
/// As [`scan_xls`].
pub fn scan_ods(bytes: &[u8], limits: &Limits) -> Result<Vec<ScannedSheet>, Refusal> {
    guarded(|| ods(bytes, limits))
}

fn ods(bytes: &[u8], limits: &Limits) -> Result<Vec<ScannedSheet>, Refusal> {
    let refused = |error: OdsError| match error {
        OdsError::Password => Refusal::Unreadable(Damage::OldOrLocked),
        OdsError::CellLimitExceeded { .. } => {
            Refusal::TooLarge { what: "cells in a sheet", limit: limits.cells }
        }
        OdsError::Eof(_) | OdsError::Io(_) => Refusal::Unreadable(Damage::CutOff),
        OdsError::Zip(_) => Refusal::Unreadable(Damage::Spoilt),
        OdsError::InvalidMime(_) | OdsError::FileNotFound(_) => Refusal::Unreadable(Damage::NoWorkbook),
        _ => Refusal::Unreadable(Damage::Markup),
    };
    affordable(bytes, limits)?;
    let mut book: Ods<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).map_err(refused)?;
    let mut sheets = Vec::new();
    for meta in book.sheets_metadata().to_vec() {
        let range = book.worksheet_range(&meta.name).map_err(refused)?;
        let mut sheet = sheet(&range, limits)?;
        sheet.hidden = meta.visible != SheetVisible::Visible;
        sheet.name = meta.name;
        sheets.push(sheet);
    }
    some(sheets, limits)
}

/// What an archive says of its size is asked first; where it lies, the fence stops it.
fn affordable(bytes: &[u8], limits: &Limits) -> Result<(), Refusal> {
    let mut archive =
        zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| Refusal::Unreadable(Damage::CutOff))?;
    within(archive.len() as u64, limits.parts as u64, "parts")?;
    let mut inflated = 0u64;
    for index in 0..archive.len() {
        let part = archive.by_index_raw(index).map_err(|_| Refusal::Unreadable(Damage::Spoilt))?;
        inflated = inflated.saturating_add(part.size());
    }
    within(inflated, limits.inflated, "bytes inflated")
}

fn some(sheets: Vec<ScannedSheet>, limits: &Limits) -> Result<Vec<ScannedSheet>, Refusal> {
    let cells = sheets.iter().flat_map(|sheet| &sheet.rows).map(|row| row.cells.len() as u64).sum();
    within(cells, limits.cells_file, "cells in the file")?;
    if sheets.is_empty() { Err(Refusal::Unreadable(Damage::NoSheet)) } else { Ok(sheets) }
}

fn offset(start: u32, at: usize) -> u32 {
    start.saturating_add(u32::try_from(at).unwrap_or(u32::MAX))
}

fn sheet(range: &Range<Data>, limits: &Limits) -> Result<ScannedSheet, Refusal> {
    let mut sheet = ScannedSheet { blind: true, ..ScannedSheet::default() };
    let Some(start) = range.start() else { return Ok(sheet) };
    let mut cells = 0u64;
    for (at, line) in range.rows().enumerate() {
        let mut row = Row { number: offset(start.0, at).saturating_add(1), ..Row::default() };
        for (column, data) in line.iter().enumerate() {
            let cell = cell(data, limits)?;
            if cell != Cell::Empty {
                cells += 1;
                within(cells, limits.cells, "cells in a sheet")?;
                row.cells.push((offset(start.1, column), cell));
            }
        }
        if !row.cells.is_empty() {
            row.cells.shrink_to_fit();
            sheet.rows.push(row);
        }
    }
    Ok(sheet)
}

fn cell(data: &Data, limits: &Limits) -> Result<Cell, Refusal> {
    let text = |text: &str| {
        if text.len() > limits.characters {
            within(text.chars().count() as u64, limits.characters as u64, "characters in a cell")?;
        }
        Ok(if text.is_empty() { Cell::Empty } else { Cell::Text(Arc::from(text)) })
    };
    let number = |value: f64| match value.is_finite() {
        true => Cell::Number(value, None),
        false => Cell::Error(Arc::from(value.to_string())),
    };
    #[expect(clippy::cast_precision_loss, reason = "a spreadsheet's whole numbers are floats")]
    Ok(match data {
        Data::Empty => Cell::Empty,
        Data::Int(value) => number(*value as f64),
        Data::Float(value) => number(*value),
        Data::DateTime(moment) => number(moment.as_f64()),
        Data::Bool(flag) => Cell::Bool(*flag),
        Data::Error(error) => Cell::Error(Arc::from(error.to_string())),
        Data::String(value) | Data::DateTimeIso(value) | Data::DurationIso(value) => text(value)?,
    })
}
