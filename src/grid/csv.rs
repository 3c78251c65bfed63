//! Text files with separators: encoding and separator are found by strict rules and reported, never guessed in silence.

use std::sync::Arc;

use crate::grid::{Cell, Damage, Limits, Refusal, Row, ScannedSheet};

/// A text file that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct ScannedText {
    /// Its cells, as one sheet without a name.
    pub sheet: ScannedSheet,
    /// The encoding that was used.
    pub encoding: &'static str,
    /// The separator.
    pub separator: char,
    /// Cells (row from 1, column from 0) with bytes that do not belong to the encoding; `�` stands there now.
    pub undecodable: Vec<(u32, u32)>,
}

/// Reads a text file: a byte order mark decides, else strict UTF-8, else the declared encoding, else UTF-8 with its
/// damaged places reported.
///
/// # Errors
/// [`Refusal::TooLarge`] where a limit is passed, [`Refusal::Unreadable`] for an empty file, NUL bytes or an encoding
/// that is not known.
pub fn scan_csv(bytes: &[u8], declared: Option<&str>, limits: &Limits) -> Result<ScannedText, Refusal> {
    let (text, encoding) = decode(bytes, declared)?;
    if text.contains('\0') {
        return Err(Refusal::Unreadable(Damage::NoText));
    }
    if text.trim().is_empty() {
        return Err(Refusal::Unreadable(Damage::Empty));
    }
    let separator = separator(&text);
    let sheet = rows(&text, separator, limits)?;
    let undecodable = damaged(&sheet);
    Ok(ScannedText { sheet, encoding, separator: char::from(separator), undecodable })
}

fn decode(bytes: &[u8], declared: Option<&str>) -> Result<(String, &'static str), Refusal> {
    if let Some((encoding, mark)) = encoding_rs::Encoding::for_bom(bytes) {
        let rest = bytes.get(mark..).unwrap_or_default();
        return Ok((encoding.decode_without_bom_handling(rest).0.into_owned(), encoding.name()));
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok((text.to_owned(), "UTF-8"));
    }
    let Some(label) = declared else {
        return Ok((String::from_utf8_lossy(bytes).into_owned(), "UTF-8"));
    };
    let encoding =
        encoding_rs::Encoding::for_label(label.as_bytes()).ok_or(Refusal::Unreadable(Damage::Encoding))?;
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    // A one-byte code page has no control characters above 0x7F: such a result is a byte without a meaning.
    let text =
        text.chars().map(|c| if ('\u{80}'..='\u{9f}').contains(&c) { '\u{fffd}' } else { c }).collect();
    Ok((text, encoding.name()))
}

/// The separator that stands most often, outside quotes, in the first lines; `;` where none does.
fn separator(text: &str) -> u8 {
    let mut counts = [(b';', 0usize), (b'\t', 0), (b',', 0)];
    let mut quoted = false;
    for byte in text.lines().take(20).flat_map(str::bytes).take(1 << 16) {
        if byte == b'"' {
            quoted = !quoted;
        } else if !quoted && let Some(entry) = counts.iter_mut().find(|(separator, _)| *separator == byte) {
            entry.1 += 1;
        }
    }
    // A decimal comma is no separator: the comma wins only where the others are absent.
    let [semicolon, tab, comma] = counts;
    match (semicolon.1, tab.1, comma.1) {
        (0, 0, 0) => b';',
        (0, 0, _) => comma.0,
        (s, t, _) if t > s => tab.0,
        _ => semicolon.0,
    }
}

fn rows(text: &str, separator: u8, limits: &Limits) -> Result<ScannedSheet, Refusal> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    let mut sheet = ScannedSheet::default();
    let (mut number, mut inside, mut cells, mut kept) = (0u32, 0u64, 0u64, 0u64);
    while reader.read_record(&mut record).map_err(|_| Refusal::Unreadable(Damage::NoText))? {
        // A row's number is what a spreadsheet shows: empty lines count, line breaks inside quotes do not.
        // The position may stand before the line breaks that lead to the record: they belong to the rows above it.
        let line =
            record.position().map_or(0, |at| at.line() + breaks_at(text, at.byte())).saturating_sub(inside);
        number = u32::try_from(line).unwrap_or(u32::MAX).max(number.saturating_add(1));
        inside +=
            record.iter().map(|field| field.bytes().filter(|b| *b == b'\n').count() as u64).sum::<u64>();
        let mut row = Row { number, ..Row::default() };
        for (column, field) in (0u32..).zip(record.iter()).filter(|(_, field)| !field.is_empty()) {
            if field.len() as u64 > limits.token || field.chars().count() > limits.characters {
                let limit = limits.characters as u64;
                return Err(Refusal::TooLarge { what: "characters in a cell", limit });
            }
            if column >= 16_384 {
                return Err(Refusal::TooLarge { what: "columns", limit: 16_384 });
            }
            cells += 1;
            kept += field.len() as u64;
            row.cells.push((column, Cell::Text(Arc::from(field))));
        }
        if cells > limits.cells {
            return Err(Refusal::TooLarge { what: "cells in a sheet", limit: limits.cells });
        }
        if kept > limits.text {
            return Err(Refusal::TooLarge { what: "bytes of text", limit: limits.text });
        }
        if !row.cells.is_empty() {
            sheet.rows.push(row);
        }
    }
    Ok(sheet)
}

/// Line breaks that stand at this byte, one behind the other.
fn breaks_at(text: &str, byte: u64) -> u64 {
    let rest = usize::try_from(byte).ok().and_then(|byte| text.as_bytes().get(byte..)).unwrap_or_default();
    rest.iter().take_while(|b| matches!(b, b'\r' | b'\n')).filter(|b| **b == b'\n').count() as u64
}

fn damaged(sheet: &ScannedSheet) -> Vec<(u32, u32)> {
    let is_damaged = |cell: &Cell| matches!(cell, Cell::Text(text) if text.contains('\u{fffd}'));
    sheet
        .rows
        .iter()
        .flat_map(|row| row.cells.iter().map(move |(column, cell)| (row.number, *column, cell)))
        .filter(|(_, _, cell)| is_damaged(cell))
        .map(|(row, column, _)| (row, column))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::scan_csv;
    use crate::grid::{Limits, Refusal};

    fn scan(bytes: &[u8], declared: Option<&str>) -> super::ScannedText {
        scan_csv(bytes, declared, &Limits::default()).unwrap()
    }

    #[test]
    fn encodings_are_found_by_rule_and_named() {
        let cyrillic = "Код;Балл\n1;2,5\n";
        let (cp1251, _, _) = encoding_rs::WINDOWS_1251.encode(cyrillic);
        let with_mark = [b"\xef\xbb\xbf".as_slice(), cyrillic.as_bytes()].concat();
        for (bytes, declared, encoding) in [
            (cyrillic.as_bytes(), Some("windows-1251"), "UTF-8"),
            (&with_mark, None, "UTF-8"),
            (&cp1251, Some("windows-1251"), "windows-1251"),
        ] {
            let scanned = scan(bytes, declared);
            assert_eq!((scanned.encoding, scanned.separator), (encoding, ';'));
            assert_eq!(scanned.sheet.cell(1, 0).printed(), "Код");
            assert!(scanned.undecodable.is_empty());
        }
    }

    #[test]
    fn a_byte_without_a_meaning_is_reported_with_its_cell() {
        assert_eq!(scan(b"a;b\n1;\x98\n", Some("windows-1251")).undecodable, [(2, 1)]);
        assert_eq!(scan(b"a;b\n\xff;2\n", None).undecodable, [(2, 0)]);
    }

    #[test]
    fn rows_are_numbered_as_a_spreadsheet_shows_them() {
        let sheet = scan(b"a;b\r\n\r\n\"x\r\ny\";2\r\nlast;3;4;5\r\n", None).sheet;
        assert_eq!(sheet.rows.iter().map(|row| row.number).collect::<Vec<_>>(), [1, 3, 4]);
        assert_eq!(sheet.cell(4, 3).printed(), "5");
        let sheet = scan(b"\n\na;b\n\n\nc;d\n\"x\ny\";e\n\nf;g", None).sheet;
        assert_eq!(sheet.rows.iter().map(|row| row.number).collect::<Vec<_>>(), [3, 6, 7, 9]);
        let sheet = scan(b"a;b\rc;d\re;f", None).sheet;
        assert_eq!(sheet.rows.len(), 3);
    }

    #[test]
    fn the_separator_is_what_separates() {
        assert_eq!(scan("а;б\n1,5;2,5\n".as_bytes(), None).separator, ';');
        assert_eq!(scan(b"a,b\n1,2\n", None).separator, ',');
        assert_eq!(scan(b"a\tb\n1,5\t2\n", None).separator, '\t');
    }

    #[test]
    fn hopeless_files_are_refused() {
        for bytes in [&b""[..], b"  \n", b"a;b\0\n"] {
            assert!(
                matches!(scan_csv(bytes, None, &Limits::default()), Err(Refusal::Unreadable(_))),
                "{bytes:?}"
            );
        }
        let long = format!("a;b\n{};2\n", "x".repeat(40_000));
        assert!(matches!(scan_csv(long.as_bytes(), None, &Limits::default()), Err(Refusal::TooLarge { .. })));
    }
}
