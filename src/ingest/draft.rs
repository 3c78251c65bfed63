//! A layout to begin with, for a form that nobody knows: the header that stands there, and what its columns look like.

use crate::base::SchoolId;
use crate::grid::{Cell, ScannedSheet};
use crate::ingest::desk::{is_whole, number};
use crate::ingest::header::is_personal;
use crate::ingest::words::tidy;

/// So many rows below the header say what a column holds.
const SAMPLE: usize = 200;

/// The draft; `None` where no row looks like a header.
pub(super) fn draft(sheet: &ScannedSheet) -> Option<String> {
    let header = sheet
        .rows
        .iter()
        .take_while(|row| row.number <= 60)
        .filter(|row| {
            let filled = row.cells.iter().filter(|(_, cell)| !cell.is_blank()).count();
            let headings = row.cells.iter().filter(|(_, cell)| is_heading(cell)).count();
            headings >= 2 && headings * 3 >= filled * 2
        })
        .max_by_key(|row| {
            (row.cells.iter().filter(|(_, cell)| !cell.is_blank()).count(), std::cmp::Reverse(row.number))
        })?;
    let heads: Vec<(u32, String)> = header
        .cells
        .iter()
        .filter(|(_, cell)| !cell.is_blank())
        .map(|(column, cell)| (*column, tidy(&cell.printed())))
        .collect();
    if heads.len() < 2 {
        return None;
    }
    let mut text = String::from(
        "name = \"new-form\"\ntable = \"measure\" # result, measure, school, mark_count, form_entry, …\nfiles = \"workbook\"\nperiod = \"year\"\nheader_rows = 1\n\n[facts]\nyear = [\"title\", \"file\", \"folder\"]\n\n[rows]\ntotals = [\"Итого\", \"Всего\"]\n",
    );
    let mut has_school = false;
    let mut has_figures = false;
    for (at, (column, head)) in heads.iter().enumerate() {
        let cells: Vec<&Cell> = sheet
            .rows
            .iter()
            .filter(|row| row.number > header.number)
            .take(SAMPLE)
            .map(|row| row.cell(*column))
            .filter(|cell| !cell.is_blank())
            .collect();
        let said = if may_be_a_name(head) { "…" } else { head.as_str() };
        let quoted = said.replace('\\', "\\\\").replace('"', "\\\"");
        text += "\n[[column]]\n";
        if is_personal(head) {
            text += &format!("personal = true\nheaders = [\"{quoted}\"]\n");
        } else if !has_school && most(&cells, |cell| SchoolId::from_login(&cell.printed()).is_some()) {
            has_school = true;
            text +=
                &format!("to = \"school_id\"\nkind = \"school\"\nheaders = [\"{quoted}\"]\nneeded = true\n");
        } else if most(&cells, |cell| number(cell).is_some_and(|value| is_whole(value) && value >= 0.0)) {
            has_figures = true;
            text += &format!(
                "to = \"figure_{}\" # the name of the figure\nkind = \"pupils\"\nheaders = [\"{quoted}\"]\noptional = true\n",
                at + 1
            );
        } else if most(&cells, |cell| number(cell).is_some()) {
            has_figures = true;
            text += &format!(
                "to = \"figure_{}\" # the name of the figure\nkind = \"percent\"\nheaders = [\"{quoted}\"]\noptional = true\n",
                at + 1
            );
        } else {
            text += &format!("ignored = true\nheaders = [\"{quoted}\"]\n");
        }
    }
    // A page of notes is no form: its words are nobody's headers, and may be names.
    (has_school || has_figures).then_some(text)
}

/// A text of a heading's length.
fn is_heading(cell: &Cell) -> bool {
    matches!(cell, Cell::Text(text) if text.chars().count() <= 200 && text.chars().any(char::is_alphabetic))
}

/// Nine in ten, and at least one.
fn most(cells: &[&Cell], is: impl Fn(&Cell) -> bool) -> bool {
    !cells.is_empty() && cells.iter().filter(|cell| is(cell)).count() * 10 >= cells.len() * 9
}

/// Two words with a capital and small letters after it: a table without a header begins with somebody's name.
fn may_be_a_name(head: &str) -> bool {
    let is_capitalised = |word: &&str| {
        let mut letters = word.trim_matches(|c: char| !c.is_alphabetic()).chars();
        letters.next().is_some_and(char::is_uppercase)
            && letters.clone().count() >= 2
            && letters.all(|letter| letter.is_lowercase() || letter == '-')
    };
    head.split_whitespace().filter(is_capitalised).count() >= 2
}
