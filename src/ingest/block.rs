//! Which columns are the tasks of this test: a form has room for forty, a test has fifteen.

use std::collections::BTreeMap;

use crate::grid::{Cell, ScannedSheet};
use crate::ingest::header::{Fit, Role};
use crate::ingest::spelling::Spellings;

/// A column belongs to a test where more than one in so many rows with tasks has something in it.
const ONE_IN: u64 = 5;

/// The columns of tasks of a sheet.
pub(super) struct Block {
    /// Tasks of this test: column, name, highest score.
    pub(super) items: Vec<(u32, String, Option<f64>)>,
    /// Columns of tasks beside the block, in which only a few rows have something: another form, perhaps.
    pub(super) stray: Vec<(u32, String)>,
    /// Other columns where digits would be tasks of another form.
    pub(super) beside: Vec<u32>,
    /// Has the test two parts, each with a variant of its own?
    pub(super) two_parts: bool,
}

impl Block {
    pub(super) fn of(sheet: &ScannedSheet, fit: &Fit<'_>) -> Self {
        let all: Vec<_> = fit.items().map(|(column, name, max)| (column, name.to_owned(), max)).collect();
        let second = fit.column("variant_2");
        let words: Vec<u32> = fit.columns.iter().filter(|c| is_words(&c.role)).map(|c| c.column).collect();
        let fills = Fills::count(sheet, fit, &all, &words);
        // A header with points says itself that its column is a task of this test.
        let (items, others): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|(column, _, max)| max.is_some() || fills.is_common(*column));
        let mut beside = unknown(fit, &items);
        beside.extend(words.into_iter().filter(|column| !fills.is_common(*column)));
        let stray = others.into_iter().filter(|(column, ..)| fills.has(*column));
        Self {
            stray: stray.map(|(column, name, _)| (column, name)).collect(),
            two_parts: second.is_some_and(|column| fills.is_common(column)),
            items,
            beside,
        }
    }
}

fn is_words(role: &Role<'_>) -> bool {
    matches!(role, Role::Ignored(rule) if rule.words_only)
}

/// How many rows have something in a column.
struct Fills {
    with_tasks: u64,
    /// By the number of the column.
    by_column: Vec<u64>,
}

/// What a column is counted for.
#[derive(Clone, Copy, PartialEq)]
enum Counted {
    Not,
    Task,
    Part,
    Digits,
}

impl Fills {
    fn count(
        sheet: &ScannedSheet,
        fit: &Fit<'_>,
        items: &[(u32, String, Option<f64>)],
        words: &[u32],
    ) -> Self {
        let roles = words.iter().map(|column| (*column, Counted::Digits));
        let roles = roles.chain(fit.column("variant_2").map(|column| (column, Counted::Part)));
        let roles: Vec<_> = roles.chain(items.iter().map(|(column, ..)| (*column, Counted::Task))).collect();
        let last = roles.iter().map(|(column, _)| *column).max().unwrap_or_default();
        let mut counted = vec![Counted::Not; place(last) + 1];
        for (column, role) in roles {
            if let Some(known) = counted.get_mut(place(column)) {
                *known = role;
            }
        }
        let mut fills = Self { with_tasks: 0, by_column: vec![0; counted.len()] };
        for row in sheet.rows.iter().filter(|row| row.number > fit.rows.1) {
            let mut any = false;
            for (column, cell) in &row.cells {
                let role = counted.get(place(*column)).copied().unwrap_or(Counted::Not);
                if role == Counted::Not || cell.is_blank() {
                    continue;
                }
                any |= role == Counted::Task;
                if role == Counted::Digits && !is_digit(cell, &fit.spellings) {
                    continue;
                }
                if let Some(count) = fills.by_column.get_mut(place(*column)) {
                    *count += 1;
                }
            }
            fills.with_tasks += u64::from(any);
        }
        fills
    }

    fn filled(&self, column: u32) -> u64 {
        self.by_column.get(place(column)).copied().unwrap_or_default()
    }

    fn has(&self, column: u32) -> bool {
        self.filled(column) > 0
    }

    fn is_common(&self, column: u32) -> bool {
        self.has(column) && self.filled(column).saturating_mul(ONE_IN) > self.with_tasks
    }
}

fn place(column: u32) -> usize {
    usize::try_from(column).unwrap_or(usize::MAX)
}

fn is_digit(cell: &Cell, spellings: &Spellings) -> bool {
    match cell {
        Cell::Number(..) => true,
        Cell::Text(_) => spellings.of(cell).number.is_some(),
        _ => false,
    }
}

/// Right of the first task, without a header or without a meaning.
fn unknown(fit: &Fit<'_>, items: &[(u32, String, Option<f64>)]) -> Vec<u32> {
    let Some(first) = items.iter().map(|(column, _, _)| *column).min() else { return Vec::new() };
    let known: BTreeMap<u32, &Role<'_>> = fit.columns.iter().map(|c| (c.column, &c.role)).collect();
    let last = fit.columns.iter().map(|c| c.column).max().unwrap_or(first).saturating_add(40);
    (first..=last).filter(|column| matches!(known.get(column), None | Some(Role::Unknown))).collect()
}
