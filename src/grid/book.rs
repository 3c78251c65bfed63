//! Workbooks to be written: a pure model of sheets and cells that becomes the bytes of an XLSX file.
//!
//! The same model always gives the same bytes: the creation date is fixed, and nothing is taken from the machine. Text
//! is always written as text, so that no cell of a sender can become a formula. No charts, no macros, no links.

use std::collections::{BTreeMap, BTreeSet};

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Formula, Workbook, Worksheet, XlsxError};

use crate::base::{Fault, FaultCode, Result};
use crate::grid::style::{Formats, Style};

/// What a cell holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Text, also where it looks like a number or a formula.
    Text(String),
    /// A number; one that is not finite leaves the cell blank.
    Number(f64),
    /// Yes or no.
    Bool(bool),
    /// A formula, with the value that a reader sees which does not compute.
    Formula {
        /// The formula, as Excel stores it: English names, commas between arguments.
        text: String,
        /// The stored result.
        cached: String,
    },
    /// Nothing but the style.
    Blank,
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<i32> for Value {
    fn from(number: i32) -> Self {
        Self::Number(f64::from(number))
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Number(f64::from(number))
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Bool(flag)
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Blank, Into::into)
    }
}

/// A rectangle of cells: rows and columns from 0, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// First row.
    pub top: u32,
    /// First column.
    pub left: u16,
    /// Last row.
    pub bottom: u32,
    /// Last column.
    pub right: u16,
}

/// A sheet. Rows and columns count from 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sheet {
    name: String,
    /// In the order of their setting: of two in one place the later stands.
    cells: Vec<((u32, u16), Value, Style)>,
    merges: Vec<(Range, Value, Style)>,
    widths: BTreeMap<u16, f64>,
    heights: BTreeMap<u32, f64>,
    hidden_rows: BTreeSet<u32>,
    hidden_columns: BTreeSet<u16>,
    hidden: bool,
    freeze: Option<(u32, u16)>,
    filter: Option<Range>,
    print: Option<(u32, u32)>,
    paper: Option<Range>,
    header: String,
    footer: String,
}

impl Sheet {
    /// An empty sheet of this name: at most 31 characters, none of `[]:*?/\`.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// Sets a cell; the last call wins.
    pub fn put(&mut self, row: u32, column: u16, value: impl Into<Value>, style: Style) {
        self.cells.push(((row, column), value.into(), style));
    }

    /// Sets cells of one style side by side, from the column `left` on.
    pub fn put_row<V: Into<Value>>(
        &mut self,
        row: u32,
        left: u16,
        values: impl IntoIterator<Item = V>,
        style: Style,
    ) {
        for (value, column) in values.into_iter().zip(left..) {
            self.put(row, column, value, style);
        }
    }

    /// Merges cells and sets their common value. Merged ranges may not overlap.
    pub fn merge(&mut self, range: Range, value: impl Into<Value>, style: Style) {
        self.merges.push((range, value.into(), style));
    }

    /// The width of a column in characters.
    pub fn width(&mut self, column: u16, characters: f64) {
        self.widths.insert(column, characters);
    }

    /// The height of a row in points; without it the row fits its text, except where cells are merged.
    pub fn height(&mut self, row: u32, points: f64) {
        self.heights.insert(row, points);
    }

    /// Hides a row.
    pub fn hide_row(&mut self, row: u32) {
        self.hidden_rows.insert(row);
    }

    /// Hides a column.
    pub fn hide_column(&mut self, column: u16) {
        self.hidden_columns.insert(column);
    }

    /// Hides the sheet; it must not be the first.
    pub fn hide(&mut self) {
        self.hidden = true;
    }

    /// Keeps so many rows and columns in sight while the rest scrolls.
    pub fn freeze(&mut self, rows: u32, columns: u16) {
        self.freeze = Some((rows, columns));
    }

    /// Puts the arrows of a filter on the first row of a range.
    pub fn filter(&mut self, range: Range) {
        self.filter = Some(range);
    }

    /// Prints on landscape A4, one page wide, with these header rows (first and last) on every page.
    pub fn print(&mut self, header_first: u32, header_last: u32) {
        self.print = Some((header_first, header_last));
    }

    /// Prints nothing but these cells.
    pub fn paper(&mut self, range: Range) {
        self.paper = Some(range);
    }

    /// What stands in the middle above and below every printed page, in Excel's notation: `&P` is the page, `&N` their
    /// number, `&&` the sign itself. At most 255 characters each.
    pub fn page(&mut self, header: impl Into<String>, footer: impl Into<String>) {
        (self.header, self.footer) = (header.into(), footer.into());
    }

    fn write(&self, sheet: &mut Worksheet, formats: &Formats) -> std::result::Result<(), XlsxError> {
        sheet.set_name(&self.name)?;
        for ((row, column), value, style) in &self.cells {
            write_cell(sheet, *row, *column, value, *style, formats)?;
        }
        for (range, value, style) in &self.merges {
            if (range.top, range.left) != (range.bottom, range.right) {
                let format = formats.get(*style);
                sheet.merge_range(range.top, range.left, range.bottom, range.right, "", format)?;
            }
            write_cell(sheet, range.top, range.left, value, *style, formats)?;
        }
        self.write_look(sheet)
    }

    fn write_look(&self, sheet: &mut Worksheet) -> std::result::Result<(), XlsxError> {
        for (&column, &width) in &self.widths {
            sheet.set_column_width(column, width)?;
        }
        for (&row, &height) in &self.heights {
            sheet.set_row_height(row, height)?;
        }
        for &row in &self.hidden_rows {
            sheet.set_row_hidden(row)?;
        }
        for &column in &self.hidden_columns {
            sheet.set_column_hidden(column)?;
        }
        sheet.set_hidden(self.hidden);
        if let Some((rows, columns)) = self.freeze {
            sheet.set_freeze_panes(rows, columns)?;
        }
        if let Some(range) = self.filter {
            sheet.autofilter(range.top, range.left, range.bottom, range.right)?;
        }
        if let Some((first, last)) = self.print {
            const A4: u8 = 9;
            sheet.set_landscape().set_paper_size(A4).set_print_fit_to_pages(1, 0);
            // inches: left, right, top, bottom, above and below the page's lines
            sheet.set_margins(0.4, 0.4, 0.6, 0.6, 0.3, 0.3);
            sheet.set_repeat_rows(first, last)?;
        }
        if let Some(range) = self.paper {
            sheet.set_print_area(range.top, range.left, range.bottom, range.right)?;
        }
        if !self.header.is_empty() {
            sheet.set_header(format!("&C{}", self.header));
        }
        if !self.footer.is_empty() {
            sheet.set_footer(format!("&C{}", self.footer));
        }
        Ok(())
    }
}

fn write_cell(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    value: &Value,
    style: Style,
    formats: &Formats,
) -> std::result::Result<(), XlsxError> {
    let format = formats.get(style);
    match value {
        Value::Text(text) => sheet.write_string_with_format(row, column, text, format)?,
        Value::Number(number) if number.is_finite() => {
            sheet.write_number_with_format(row, column, *number, format)?
        }
        Value::Number(_) | Value::Blank => sheet.write_blank(row, column, format)?,
        Value::Bool(flag) => sheet.write_boolean_with_format(row, column, *flag, format)?,
        Value::Formula { text, cached } => {
            let formula = Formula::new(text).set_result(cached);
            sheet.write_formula_with_format(row, column, formula, format)?
        }
    };
    Ok(())
}

/// A workbook.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Book {
    /// The title in the document's properties.
    pub title: String,
    /// The sheets, at least one, with different names.
    pub sheets: Vec<Sheet>,
}

impl Book {
    /// An empty workbook with this title.
    #[must_use]
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), sheets: Vec::new() }
    }

    /// The bytes of the XLSX file: the same for the same book, on every machine and at any time.
    ///
    /// # Errors
    /// `E101` where the book breaks a rule of the format: no sheet, a name twice, a name or a text too long,
    /// overlapping merges. The callers' names and texts keep them, so this is a bug.
    pub fn to_xlsx(&self) -> Result<Vec<u8>> {
        self.bytes().map_err(|error| Fault::new(FaultCode::Bug).because(error))
    }

    fn bytes(&self) -> std::result::Result<Vec<u8>, XlsxError> {
        let mut workbook = Workbook::new();
        let created = ExcelDateTime::from_ymd(2000, 1, 1)?;
        workbook.set_properties(
            &DocProperties::new().set_title(&self.title).set_author("rsoko").set_creation_datetime(&created),
        );
        let formats = Formats::new();
        for sheet in &self.sheets {
            sheet.write(workbook.add_worksheet(), &formats)?;
        }
        workbook.save_to_buffer()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::{Book, Range, Sheet, Value};
    use crate::grid::Style;

    fn sample() -> Book {
        let mut sheet = Sheet::new("Список");
        sheet.merge(Range { top: 0, left: 0, bottom: 0, right: 2 }, "Перечень", Style::Title);
        sheet.put_row(1, 0, ["ОО", "Доля", "Балл"], Style::Header);
        sheet.put(2, 0, "=HYPERLINK(\"http://x\")", Style::Text);
        sheet.put(2, 1, 0.3125, Style::Share1);
        sheet.put(2, 2, f64::NAN, Style::Decimal2);
        sheet.put(
            3,
            1,
            Value::Formula { text: "SUM(B3:B3)".to_owned(), cached: "0.3125".to_owned() },
            Style::Share1,
        );
        sheet.hide_row(3);
        sheet.freeze(2, 1);
        sheet.filter(Range { top: 1, left: 0, bottom: 3, right: 2 });
        sheet.print(1, 1);
        sheet.paper(Range { top: 0, left: 0, bottom: 3, right: 1 });
        sheet.page("A && Б", "&P/&N");
        Book { title: "Проба".to_owned(), sheets: vec![sheet, Sheet::new("Второй")] }
    }

    fn part(bytes: &[u8], name: &str) -> String {
        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        let mut text = String::new();
        zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn the_same_book_gives_the_same_bytes() {
        assert_eq!(sample().to_xlsx().unwrap(), sample().to_xlsx().unwrap());
    }

    #[test]
    fn text_stays_text_and_formulas_keep_their_result() {
        let bytes = sample().to_xlsx().unwrap();
        let sheet = part(&bytes, "xl/worksheets/sheet1.xml");
        assert_eq!(sheet.matches("<f>").count(), 1, "{sheet}");
        assert!(sheet.contains("<f>SUM(B3:B3)</f><v>0.3125</v>"), "{sheet}");
        assert!(part(&bytes, "xl/sharedStrings.xml").contains("=HYPERLINK"));
    }

    #[test]
    fn the_look_is_written() {
        let bytes = sample().to_xlsx().unwrap();
        let sheet = part(&bytes, "xl/worksheets/sheet1.xml");
        for expected in [
            "hidden=\"1\"",
            "<autoFilter ref=\"A2:C4\"",
            "<mergeCell ref=\"A1:C1\"",
            "ySplit=\"2\"",
            "orientation=\"landscape\"",
            "<oddHeader>&amp;CA &amp;&amp; Б</oddHeader>",
            "<oddFooter>&amp;C&amp;P/&amp;N</oddFooter>",
        ] {
            assert!(sheet.contains(expected), "{expected} in {sheet}");
        }
        assert!(
            part(&bytes, "xl/workbook.xml").contains("'Список'!$A$1:$B$4")
                || part(&bytes, "xl/workbook.xml").contains("Список!$A$1:$B$4")
        );
        assert!(part(&bytes, "docProps/core.xml").contains("2000-01-01T00:00:00Z"));
    }

    #[test]
    fn a_broken_rule_is_a_fault_and_no_panic() {
        let book = Book { title: String::new(), sheets: vec![Sheet::new("a"), Sheet::new("a")] };
        assert!(book.to_xlsx().is_err());
        let book = Book { title: String::new(), sheets: vec![Sheet::new("x".repeat(32))] };
        assert!(book.to_xlsx().is_err());
    }
}
