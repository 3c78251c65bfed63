//! What a reader gives back: sheets of non-empty cells with their addresses.

use std::borrow::Cow;
use std::sync::Arc;

/// The content of a cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Text, as it stands there.
    Text(Arc<str>),
    /// A finite number, and its text where that is not the number's shortest form.
    Number(f64, Option<Box<str>>),
    /// Yes or no.
    Bool(bool),
    /// An error value of the spreadsheet (`#DIV/0!`), a number that is not finite, a formula without a value.
    Error(Arc<str>),
    /// Nothing.
    Empty,
}

impl Cell {
    /// The content as text, as the file spells it.
    #[must_use]
    pub fn printed(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) | Self::Error(text) => Cow::Borrowed(text),
            Self::Number(_, Some(text)) => Cow::Borrowed(text),
            Self::Number(value, None) => Cow::Owned(value.to_string()),
            Self::Bool(true) => Cow::Borrowed("TRUE"),
            Self::Bool(false) => Cow::Borrowed("FALSE"),
            Self::Empty => Cow::Borrowed(""),
        }
    }

    /// Nothing, or nothing but spaces of any kind.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => text.chars().all(char::is_whitespace),
            _ => false,
        }
    }
}

/// A row that holds cells.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Row {
    /// Number in the sheet, from 1.
    pub number: u32,
    /// Is it hidden?
    pub hidden: bool,
    /// Non-empty cells by column (from 0), rising.
    pub cells: Vec<(u32, Cell)>,
}

impl Row {
    /// The cell in a column (from 0); [`Cell::Empty`] where nothing stands.
    #[must_use]
    pub fn cell(&self, column: u32) -> &Cell {
        // where no cell before it is empty it stands at its own number
        if let Some((at, cell)) = usize::try_from(column).ok().and_then(|at| self.cells.get(at))
            && *at == column
        {
            return cell;
        }
        self.cells
            .binary_search_by_key(&column, |(c, _)| *c)
            .ok()
            .and_then(|position| self.cells.get(position))
            .map_or(&Cell::Empty, |(_, cell)| cell)
    }
}

/// So many bytes of cells are hashed at once.
const HASHED_AT_ONCE: usize = 1 << 15;

/// A rectangle of merged cells: rows from 1, columns from 0, ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Merge {
    /// First and last row.
    pub rows: (u32, u32),
    /// First and last column.
    pub columns: (u32, u32),
}

/// A sheet as it was read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ScannedSheet {
    /// Its name; empty for text files.
    pub name: String,
    /// Is it hidden?
    pub hidden: bool,
    /// Rows that hold cells, rising.
    pub rows: Vec<Row>,
    /// Ranges of hidden columns, from 0, ends included.
    pub hidden_columns: Vec<(u32, u32)>,
    /// Merged cells.
    pub merges: Vec<Merge>,
    /// Cells with a formula, and the first of them (row, column).
    pub formulas: u64,
    /// The first cell with a formula: row from 1, column from 0.
    pub first_formula: Option<(u32, u32)>,
    /// Nothing tells of this kind of file which rows and columns are hidden.
    pub blind: bool,
    /// Cells that stand without an address and were counted from their neighbours.
    pub unaddressed: u64,
}

impl ScannedSheet {
    /// The row of this number, where it holds cells.
    #[must_use]
    pub fn row(&self, number: u32) -> Option<&Row> {
        let position = self.rows.binary_search_by_key(&number, |row| row.number).ok()?;
        self.rows.get(position)
    }

    /// The cell at a row (from 1) and a column (from 0).
    #[must_use]
    pub fn cell(&self, row: u32, column: u32) -> &Cell {
        self.row(row).map_or(&Cell::Empty, |row| row.cell(column))
    }

    /// BLAKE3 over addresses and contents, 16 hex digits: saving the workbook anew does not change it.
    #[must_use]
    pub fn content_hash(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        // many cells at once: a call for each would cost more than the hash
        let mut waiting = Vec::with_capacity(2 * HASHED_AT_ONCE);
        waiting.extend_from_slice(self.name.as_bytes());
        for row in &self.rows {
            if waiting.len() >= HASHED_AT_ONCE {
                hasher.update(&waiting);
                waiting.clear();
            }
            for (column, cell) in &row.cells {
                let kind: u8 = match cell {
                    Cell::Text(_) => 1,
                    Cell::Number(..) => 2,
                    Cell::Bool(_) => 3,
                    Cell::Error(_) => 4,
                    Cell::Empty => continue,
                };
                let [a, b, c, d] = row.number.to_le_bytes();
                let [e, f, g, h] = column.to_le_bytes();
                waiting.extend_from_slice(&[a, b, c, d, e, f, g, h, kind]);
                if let Cell::Number(value, _) = cell {
                    waiting.extend_from_slice(&value.to_le_bytes());
                } else {
                    let text = cell.printed();
                    waiting.extend_from_slice(&(text.len() as u64).to_le_bytes());
                    waiting.extend_from_slice(text.as_bytes());
                }
            }
        }
        hasher.update(&waiting);
        hasher.finalize().to_hex().chars().take(16).collect()
    }
}

/// What is wrong with a file that cannot be read. The words of the libraries below are English and change from version
/// to version: they are not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// There is nothing in it.
    #[error("empty")]
    Empty,
    /// It is no archive, or an archive without a workbook.
    #[error("no-workbook")]
    NoWorkbook,
    /// A workbook under a password, or of a form before that of 1997.
    #[error("old-or-locked")]
    OldOrLocked,
    /// A page of the web under the name of a workbook.
    #[error("web-page")]
    WebPage,
    /// A text file under the name of a workbook.
    #[error("plain-text")]
    PlainText,
    /// It ends too early.
    #[error("cut-off")]
    CutOff,
    /// A part does not fit its checksum, or cannot be unpacked.
    #[error("spoilt")]
    Spoilt,
    /// A part is packed in a way that Excel does not use.
    #[error("packing")]
    Packing,
    /// The markup of a part is broken.
    #[error("markup")]
    Markup,
    /// A cell or a row stands outside the sheet, or twice.
    #[error("addresses")]
    Addresses,
    /// Something that the workbook refers to is not there.
    #[error("missing-part")]
    MissingPart,
    /// There is no worksheet in it.
    #[error("no-sheet")]
    NoSheet,
    /// Characters that no text has.
    #[error("no-text")]
    NoText,
    /// The declared encoding is not known.
    #[error("encoding")]
    Encoding,
}

impl Refusal {
    /// A word for what is wrong: wording in the catalogue under the finding's code.
    #[must_use]
    pub fn word(&self) -> String {
        match self {
            Self::TooLarge { what, .. } => what.replace(' ', "-"),
            Self::Unreadable(damage) => damage.to_string(),
        }
    }
}

/// Why a file was not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// More of something than the limits allow.
    #[error("more than {limit} {what}")]
    TooLarge {
        /// Of what.
        what: &'static str,
        /// How many are allowed.
        limit: u64,
    },
    /// Not what its name says, or damaged.
    #[error("{0}")]
    Unreadable(Damage),
}

/// What a file may cost at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes inflated, over all parts.
    pub inflated: u64,
    /// Parts of the archive.
    pub parts: usize,
    /// Non-empty cells of a sheet.
    pub cells: u64,
    /// Non-empty cells of a file.
    pub cells_file: u64,
    /// Characters of a cell.
    pub characters: usize,
    /// Bytes of text that are kept.
    pub text: u64,
    /// Bytes of one token of markup, or of one field of a text file.
    pub token: u64,
    /// Depth of nested markup.
    pub depth: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            inflated: 512 << 20,
            parts: 1_000,
            cells: 2_000_000,
            cells_file: 5_000_000,
            characters: 32_767,
            text: 192 << 20,
            token: 1 << 20,
            depth: 64,
        }
    }
}

/// Refuses what passes a limit.
pub(super) fn within(spent: u64, limit: u64, what: &'static str) -> Result<(), Refusal> {
    if spent > limit { Err(Refusal::TooLarge { what, limit }) } else { Ok(()) }
}
