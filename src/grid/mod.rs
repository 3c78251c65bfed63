//! Spreadsheets and text files as streams of cells with their addresses; writers return bytes.

mod book;
mod cell;
mod csv;
mod docx;
mod legacy;
mod number;
mod style;
mod xlsx;

pub use book::{Book, Range, Sheet, Value};
pub use cell::{Cell, Damage, Limits, Merge, Refusal, Row, ScannedSheet};
pub use csv::{ScannedText, scan_csv};
pub use docx::Annex;
pub use legacy::{is_container, is_open_document, scan_ods, scan_xls};
pub use number::{is_space, read_number};
pub use style::Style;
pub use xlsx::scan_xlsx;
