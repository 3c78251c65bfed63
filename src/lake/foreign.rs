//! A researcher's table: CSV, XLSX or Parquet as columns of numbers and words. Types are found by rules and told.

mod cells;
mod parquet;

use crate::grid::{Limits, Refusal, scan_csv, scan_xlsx};
use crate::stats::formula::{Column, Columns};

/// Which part of a file is the table, and how it is written.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TableRequest {
    /// The sheet of a workbook; the first with two rows where none is named.
    pub sheet: Option<String>,
    /// The encoding of a text file that is not UTF-8; windows-1251 where none is named.
    pub encoding: Option<String>,
    /// The columns that are wanted; of the others only names are given.
    pub wanted: Vec<String>,
}

/// A table as it was read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ForeignTable {
    /// Names of all columns of the file.
    pub names: Vec<String>,
    /// The columns that were wanted and are there.
    pub columns: Columns,
    /// Rows of the table.
    pub rows: usize,
    /// What a reader should know: how it was read, what could not be.
    pub notes: Vec<TableNote>,
}

/// Why there is no table.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum TableTrouble {
    /// No sheet of the name that was asked for, or none with a table.
    NoSheet {
        /// The sheets of the workbook.
        known: String,
    },
    /// A column that is wanted holds neither numbers nor words.
    Column {
        /// The column.
        column: String,
        /// What it holds, in the words of the format.
        holds: String,
    },
    /// Not what its first bytes say, or damaged; in a word.
    Damaged(String),
    /// More of something than the limits allow; in a word.
    TooLarge(String),
}

impl From<Refusal> for TableTrouble {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::TooLarge { .. } => Self::TooLarge(refusal.word()),
            Refusal::Unreadable(_) => Self::Damaged(refusal.word()),
        }
    }
}

/// Something to know about how a table was read.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "note", rename_all = "snake_case")]
pub enum TableNote {
    /// A text file: its encoding and separator.
    Text {
        /// The encoding.
        encoding: String,
        /// The separator.
        separator: char,
    },
    /// A workbook: the sheet that was taken.
    Sheet {
        /// Its name.
        sheet: String,
        /// Sheets of the workbook.
        of: usize,
    },
    /// Cells with bytes that do not belong to the encoding.
    Undecodable {
        /// How many.
        cells: usize,
    },
    /// A column holds numbers and words: it was taken as words.
    Mixed {
        /// The column.
        column: String,
        /// The row (in the file, from 1) of the first word.
        row: u32,
    },
    /// Cells with an error value count as missing.
    Errors {
        /// The column.
        column: String,
        /// How many.
        cells: usize,
    },
    /// A name stands twice: the first column is taken.
    Twice {
        /// The name.
        column: String,
    },
}

/// Non-empty cells of a researcher's file: more than senders' files have.
const CELLS_MAX: u64 = 5_000_000;

/// Words that mean a missing value, beside an empty cell.
pub const MISSING: [&str; 9] = ["NA", "N/A", "NaN", "null", ".", "-", "–", "—", "н/д"];

/// Reads the bytes of a table. What the file is, its content says: Parquet and XLSX by their first bytes, else text.
///
/// # Errors
/// [`TableTrouble`] where the file is no table, or too large.
pub fn read_table(bytes: &[u8], request: &TableRequest) -> Result<ForeignTable, TableTrouble> {
    if bytes.starts_with(b"PAR1") {
        return parquet::read(bytes, request);
    }
    let limits = Limits { cells: CELLS_MAX, ..Limits::default() };
    if bytes.starts_with(b"PK") {
        let sheets = scan_xlsx(bytes, &limits)?;
        let of = sheets.len();
        let found = match &request.sheet {
            Some(name) => sheets.iter().find(|sheet| sheet.name == *name),
            None => sheets.iter().find(|sheet| !sheet.hidden && sheet.rows.len() > 1),
        };
        let names = || sheets.iter().map(|sheet| sheet.name.as_str()).collect::<Vec<_>>().join(", ");
        let sheet = found.ok_or_else(|| TableTrouble::NoSheet { known: names() })?;
        let note = TableNote::Sheet { sheet: sheet.name.clone(), of };
        return cells::table(sheet, request, vec![note]);
    }
    let declared = request.encoding.as_deref().unwrap_or("windows-1251");
    let text = scan_csv(bytes, Some(declared), &limits)?;
    let mut notes = vec![TableNote::Text { encoding: text.encoding.to_owned(), separator: text.separator }];
    if !text.undecodable.is_empty() {
        notes.push(TableNote::Undecodable { cells: text.undecodable.len() });
    }
    cells::table(&text.sheet, request, notes)
}

impl ForeignTable {
    /// As bytes that [`ForeignTable::from_bytes`] takes back.
    ///
    /// # Errors
    /// Where the names cannot be written as JSON, which no name does.
    pub fn to_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut data = Vec::new();
        let mut columns = Vec::new();
        for name in self.columns.names() {
            let (levels, values): (Option<&[String]>, Vec<f64>) = match self.columns.column(name) {
                Some(Column::Words { codes, levels }) => {
                    (Some(levels), codes.iter().map(|code| code.map_or(f64::NAN, f64::from)).collect())
                }
                Some(Column::Numbers(values)) => (None, values.clone()),
                None => continue,
            };
            data.extend(values.iter().flat_map(|value| value.to_le_bytes()));
            columns.push((name.clone(), levels.map(<[String]>::to_vec)));
        }
        let head = Head { names: self.names.clone(), columns, rows: self.rows, notes: self.notes.clone() };
        let head = serde_json::to_vec(&head)?;
        let mut out = (head.len() as u64).to_le_bytes().to_vec();
        out.extend_from_slice(&head);
        out.extend_from_slice(&data);
        Ok(out)
    }

    /// The table of these bytes; `None` where they are not whole.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (length, rest) = bytes.split_first_chunk::<8>()?;
        let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
        let head: Head = serde_json::from_slice(rest.get(..length)?).ok()?;
        let mut values = rest
            .get(length..)?
            .chunks_exact(8)
            .map(|chunk| f64::from_le_bytes(<[u8; 8]>::try_from(chunk).unwrap_or_default()));
        let mut columns = Columns::default();
        for (name, levels) in head.columns {
            let own: Vec<f64> = values.by_ref().take(head.rows).collect();
            if own.len() != head.rows {
                return None;
            }
            columns.push(
                name,
                match levels {
                    None => Column::Numbers(own),
                    Some(levels) => Column::Words { codes: codes(&own, levels.len())?, levels },
                },
            );
        }
        values.next().is_none().then_some(Self {
            names: head.names,
            columns,
            rows: head.rows,
            notes: head.notes,
        })
    }
}

/// What stands before the values.
#[derive(serde::Serialize, serde::Deserialize)]
struct Head {
    names: Vec<String>,
    columns: Vec<(String, Option<Vec<String>>)>,
    rows: usize,
    notes: Vec<TableNote>,
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "checked to be whole and in range"
)]
fn codes(values: &[f64], levels: usize) -> Option<Vec<Option<u32>>> {
    let top = u32::try_from(levels).map_or(f64::INFINITY, f64::from);
    let code = |value: &f64| match value {
        value if value.is_nan() => Some(None),
        value if (0.0..top).contains(value) && value.fract().abs() <= 0.0 => Some(Some(*value as u32)),
        _ => None,
    };
    values.iter().map(code).collect()
}

#[cfg(test)]
mod tests {
    use super::{ForeignTable, TableNote, TableRequest, read_table};
    use crate::stats::formula::Column;

    fn read(bytes: &[u8], wanted: &[&str]) -> ForeignTable {
        let wanted = wanted.iter().map(|name| (*name).to_owned()).collect();
        read_table(bytes, &TableRequest { wanted, ..TableRequest::default() }).unwrap()
    }

    #[test]
    fn text_files_of_all_kinds_become_columns() {
        let text = "школа;балл;доля;код\n1;3,5;1e-3;007\n2;;н/д;12\n\n3;4;0,25;\n";
        let (cp1251, _, _) = encoding_rs::WINDOWS_1251.encode(text);
        for (bytes, encoding) in [(text.as_bytes(), "UTF-8"), (&cp1251, "windows-1251")] {
            let table = read(bytes, &["балл", "доля", "код", "нет"]);
            assert_eq!(table.names, ["школа", "балл", "доля", "код"]);
            assert_eq!((table.rows, table.columns.names().len()), (3, 3));
            assert_eq!(table.notes, [TableNote::Text { encoding: encoding.into(), separator: ';' }]);
            let Some(Column::Numbers(score)) = table.columns.column("балл") else { panic!("numbers") };
            assert!((score[0] - 3.5).abs() < 1e-15 && score[1].is_nan() && (score[2] - 4.0).abs() < 1e-15);
            let Some(Column::Numbers(share)) = table.columns.column("доля") else { panic!("numbers") };
            assert!((share[0] - 1e-3).abs() < 1e-18 && share[1].is_nan());
            // a leading zero makes a code of a number
            assert!(
                matches!(table.columns.column("код"), Some(Column::Words { levels, .. }) if levels == &["007", "12"])
            );
            let back = ForeignTable::from_bytes(&table.to_bytes().unwrap()).unwrap();
            assert_eq!((back.names, back.rows, back.notes), (table.names, table.rows, table.notes));
        }
        let mixed = read(b"a,b\n1,x\n2,5\n", &["a", "b"]);
        assert!(mixed.notes.contains(&TableNote::Mixed { column: "b".into(), row: 2 }));
        assert!(read_table(b"", &TableRequest::default()).is_err());
        assert!(read_table(b"PAR1 and no more", &TableRequest::default()).is_err());
        assert!(ForeignTable::from_bytes(b"12345678 and no more").is_none());
    }
}
