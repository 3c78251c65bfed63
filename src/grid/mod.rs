//! Spreadsheets and text files as streams of cells with their addresses; writers return bytes.

mod book;
mod style;

pub use book::{Book, Range, Sheet, Value};
pub use style::Style;
