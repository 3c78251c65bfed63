//! What a row below the header is: data, a total, a line that heads a group, nothing.

use crate::base::{FindingCode, Place, SchoolId, column_letters};
use crate::grid::{Cell, Row};
use crate::ingest::desk::Desk;
use crate::ingest::header::{Fit, Role};
use crate::ingest::words::{fold, numbers, quotable};

/// How the rows below a header were used: read = results + aside + aside_quietly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Count {
    pub(super) read: i64,
    /// Set aside, each with a finding.
    pub(super) aside: i64,
    /// Totals, group lines, pre-filled empty rows.
    pub(super) aside_quietly: i64,
}

/// A line that heads the rows of one school: `МБОУ «…»(edu203389) | Кол-во участников: 89`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Group {
    pub(super) school: Option<SchoolId>,
    /// The line.
    pub(super) text: String,
    at: (u32, u32),
    declared: Option<i32>,
    pub(super) rows: u64,
    pub(super) present: u64,
}

impl Group {
    /// Reports a group that has not as many rows, nor as many participants, as its line says.
    pub(super) fn close(group: Option<Self>, desk: &mut Desk<'_>) {
        let Some(group) = group else { return };
        let Some(declared) = group.declared.and_then(|d| u64::try_from(d).ok()) else { return };
        if declared != group.rows && declared != group.present {
            let place: Place = Place::Cell(
                desk.file.to_owned(),
                desk.sheet.name.clone(),
                column_letters(group.at.1),
                group.at.0,
            );
            let found = if group.present == group.rows {
                group.rows.to_string()
            } else {
                format!("{}/{}", group.present, group.rows)
            };
            desk.push(FindingCode::CountsContradict, place, |f| {
                f.value(quotable(&declared.to_string(), |_| false)).detail(found)
            });
        }
    }
}

/// What a row is.
pub(super) enum RowKind {
    Data,
    Total,
    Group(Group),
    Empty,
}

pub(super) fn kind_of(row: &Row, fit: &Fit<'_>) -> RowKind {
    let rows = &fit.layout.rows;
    let first = row.cells.iter().find(|(_, cell)| !cell.is_blank());
    let Some((column, cell)) = first else { return RowKind::Empty };
    let school_cell = fit.column("school_id").map_or(&Cell::Empty, |column| row.cell(column));
    let is_school = *school_cell != Cell::Empty && fit.spellings.of(school_cell).school.is_some();
    if let Cell::Text(text) = cell
        && !rows.groups.is_empty()
    {
        let folded = fold(text);
        if let Some(word) = rows.groups.iter().find(|word| folded.contains(word.as_str())) {
            let after = folded.split(word.as_str()).last().unwrap_or_default();
            let declared = numbers(after.trim()).next();
            return RowKind::Group(Group {
                school: SchoolId::from_login(text),
                text: text.to_string(),
                at: (row.number, *column),
                declared,
                rows: 0,
                present: 0,
            });
        }
    }
    let is_total = |cell: &Cell| match cell {
        Cell::Text(text) => rows.totals.iter().any(|word| starts_with_word(&fold(text), word)),
        _ => false,
    };
    if !is_school && row.cells.iter().any(|(_, cell)| is_total(cell)) {
        return RowKind::Total;
    }
    let mapped = |column: u32| {
        fit.columns.iter().any(|c| c.column == column && matches!(c.role, Role::Mapped(_) | Role::Item(..)))
    };
    let holds_data = row.cells.iter().any(|(column, cell)| !cell.is_blank() && mapped(*column));
    if holds_data { RowKind::Data } else { RowKind::Empty }
}

fn starts_with_word(text: &str, word: &str) -> bool {
    text.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}
