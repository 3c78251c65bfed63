//! Where something stands: a cell of a sender's file, a line of a declaration, a file, a table.

use std::fmt;

/// The place that a finding or a fault speaks of. Paths are relative to the workspace, with `/`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Place {
    /// No place: the program as a whole.
    #[default]
    Nowhere,
    /// A file as a whole.
    File(String),
    /// A line (from 1) of a text file: a pipeline, a method pack, a layout, a report.
    Line(String, usize),
    /// A sheet of a workbook.
    Sheet(String, String),
    /// A cell: file, sheet (empty for CSV), column letters, row from 1.
    Cell(String, String, String, u32),
    /// A table of a run or of the lake.
    Table(String),
}

impl Place {
    /// A sheet of a file, of its path and its name; the file itself where the sheet has no name, as in a text file.
    #[must_use]
    pub fn of_sheet((path, sheet): &(String, String)) -> Self {
        if sheet.is_empty() { Self::File(path.clone()) } else { Self::Sheet(path.clone(), sheet.clone()) }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nowhere => Ok(()),
            Self::File(file) => f.write_str(file),
            Self::Line(file, line) => write!(f, "{file}:{line}"),
            Self::Sheet(file, sheet) => write!(f, "{file} › {sheet}"),
            Self::Cell(file, sheet, column, row) if sheet.is_empty() => write!(f, "{file} › {column}{row}"),
            Self::Cell(file, sheet, column, row) => write!(f, "{file} › {sheet} › {column}{row}"),
            Self::Table(table) => f.write_str(table),
        }
    }
}

/// Column letters of a sheet from the column's number, from 0: 0 is `A`, 26 is `AA`.
#[must_use]
pub fn column_letters(number: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = u64::from(number) + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or_default()));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

/// The column's number, from 0, from its letters; `None` for anything but 1–3 Latin letters up to `XFD`.
#[must_use]
pub fn column_number(letters: &str) -> Option<u32> {
    if letters.is_empty() || letters.len() > 3 {
        return None;
    }
    let mut number = 0u32;
    for byte in letters.bytes() {
        let digit = u32::from(byte.to_ascii_uppercase().checked_sub(b'A')?);
        if digit > 25 {
            return None;
        }
        number = number * 26 + digit + 1;
    }
    (number <= 16_384).then_some(number - 1)
}

#[cfg(test)]
mod tests {
    use super::{column_letters, column_number};

    #[test]
    fn letters_and_numbers_are_inverse() {
        for number in 0..16_384 {
            assert_eq!(column_number(&column_letters(number)), Some(number));
        }
        assert_eq!(column_letters(16_383), "XFD");
        assert_eq!(column_number("XFE"), None);
        assert_eq!(column_number("ZZZZZZZ"), None);
        assert_eq!(column_number("Я"), None);
    }
}
