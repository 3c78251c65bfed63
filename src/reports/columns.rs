//! Which columns a sheet has, how wide they are, and which of them are printed.

use crate::grid::Value;
use crate::reports::rows::{Datum, Rows};

/// A column of a sheet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Column {
    /// The answer's column.
    pub name: &'static str,
    /// Its width in characters; a longer word of its label makes it wider.
    pub width: f64,
    /// Does it stand on paper? A sheet of paper takes some two hundred characters; what is looked up on the screen stands right
    /// of the printed columns.
    pub printed: bool,
}

/// A column that is printed.
pub(super) const fn paper(name: &'static str, width: f64) -> Column {
    Column { name, width, printed: true }
}

/// A column for the screen alone.
pub(super) const fn screen(name: &'static str, width: f64) -> Column {
    Column { name, width, printed: false }
}

/// The columns that have something to say of these rows, the printed ones first. One that is empty in every row is left out,
/// and so are the list and its year where they are the same in all: the sheet's title says them.
pub(super) fn telling(rows: &Rows, columns: &[Column]) -> Vec<Column> {
    // what is put together of several columns is no column of the answer
    let is_empty = |column: &Column| {
        rows.position(column.name).is_some()
            && rows.rows.iter().all(|row| match rows.at(row, column.name) {
                Datum::Missing => true,
                Datum::Text(text) => text.is_empty() && column.name != "municipality",
                _ => false,
            })
    };
    let in_title = |column: &Column| match column.name {
        "list" | "year" => only(rows, column.name).is_some() && only(rows, "list").is_some(),
        _ => false,
    };
    let mut telling: Vec<Column> = columns
        .iter()
        .filter(|column| rows.rows.is_empty() || !is_empty(column))
        .filter(|column| !in_title(column))
        .copied()
        .collect();
    telling.sort_by_key(|column| !column.printed);
    telling
}

/// The value of a column, where it is the same in every row that has one.
pub(super) fn only<'a>(rows: &'a Rows, column: &str) -> Option<&'a Datum> {
    let mut known =
        rows.rows.iter().map(|row| rows.at(row, column)).filter(|datum| **datum != Datum::Missing);
    let first = known.next()?;
    known.all(|datum| datum == first).then_some(first)
}

/// The width in which no word of the label is broken: its letters are bold, and a filter's arrow stands beside them.
pub(super) fn width(column: &Column, label: &str) -> f64 {
    let longest = label.split(' ').map(|word| word.chars().count()).max().unwrap_or_default();
    let longest = u32::try_from(longest).unwrap_or_default();
    column.width.max(1.25 * f64::from(longest) + 1.5)
}

/// Lines that a text needs in a column of this width: programs other than Excel do not measure it themselves.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a width is a small positive number"
)]
pub(super) fn lines_of(value: &Value, width: f64) -> u32 {
    /// A row of a sheet is at most 409 points high.
    const MOST: u32 = 27;
    let Value::Text(text) = value else { return 1 };
    // less the indent
    let wide = (width - 1.0).max(1.0) as usize;
    let of_paragraph = |text: &str| {
        let (mut lines, mut used) = (1, 0);
        for word in text.split(' ') {
            let length = word.chars().count();
            if used > 0 && used + 1 + length > wide {
                lines += 1;
                used = 0;
            }
            lines += u32::try_from(length / wide.max(1)).unwrap_or_default();
            used += length + usize::from(used > 0);
        }
        lines
    };
    text.split('\n').map(of_paragraph).sum::<u32>().min(MOST)
}

#[cfg(test)]
mod tests {
    use super::{lines_of, paper, screen, telling, width};
    use crate::grid::Value;
    use crate::reports::rows::{Datum, Rows};

    #[test]
    fn a_column_without_a_value_is_left_out_and_what_is_printed_comes_first() {
        let text = |text: &str| Datum::Text(text.to_owned());
        let rows = Rows {
            names: ["list", "year", "name", "decided", "rank"].map(str::to_owned).to_vec(),
            rows: vec![
                vec![text("a"), Datum::Int(2025), text("x"), Datum::Missing, Datum::Int(1)],
                vec![text("a"), Datum::Int(2025), text("y"), Datum::Missing, Datum::Missing],
            ],
        };
        let columns = [
            screen("rank", 8.0),
            paper("name", 9.0),
            paper("decided", 9.0),
            paper("list", 9.0),
            paper("year", 9.0),
        ];
        let names =
            |rows: &Rows| telling(rows, &columns).iter().map(|column| column.name).collect::<Vec<_>>();
        assert_eq!(names(&rows), ["name", "rank"]);
        let mut two = rows.clone();
        two.rows[1][0] = text("b");
        assert_eq!(names(&two), ["name", "list", "year", "rank"]);
        two.rows.clear();
        assert_eq!(names(&two).len(), 5, "an empty sheet shows what it would have");
    }

    #[test]
    fn no_word_of_a_label_is_broken() {
        assert!(width(&paper("x", 5.0), "Участников") >= 12.0);
        assert!((width(&paper("x", 50.0), "Участников") - 50.0).abs() < 1e-9);
    }

    #[test]
    fn each_paragraph_begins_a_line() {
        assert_eq!(lines_of(&Value::from("а\nб\nв"), 20.0), 3);
        assert_eq!(lines_of(&Value::from("один два три"), 6.0), 3);
    }
}
