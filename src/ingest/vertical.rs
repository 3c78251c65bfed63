//! Forms of one school a sheet: labels stand in rows, the value beside its label.

use std::collections::BTreeMap;

use crate::base::{FindingCode, SchoolId, column_letters};
use crate::grid::{Cell, ScannedSheet};
use crate::ingest::desk::{Desk, is_whole, number};
use crate::ingest::facts::SheetFacts;
use crate::ingest::header::Fit;
use crate::ingest::layout::{ColumnRule, Kind, Layout};
use crate::ingest::rows::Count;
use crate::ingest::words::{fold, quotable, squash};
use crate::tables::Measure;

/// A label that the layout knows: its row, its column, its rule.
pub(super) type Label<'l> = (u32, u32, &'l ColumnRule);

/// The labels of a sheet, each rule once, the first place of each.
pub(super) fn labels<'l>(sheet: &ScannedSheet, layout: &'l Layout) -> Vec<Label<'l>> {
    let mut known: BTreeMap<String, &ColumnRule> = BTreeMap::new();
    for rule in &layout.columns {
        for header in &rule.headers {
            known.entry(fold(header)).or_insert(rule);
        }
    }
    let mut found: Vec<Label<'l>> = Vec::new();
    for row in &sheet.rows {
        let texts = row.cells.iter().filter_map(|(column, cell)| match cell {
            Cell::Text(text) => Some((*column, text)),
            _ => None,
        });
        for (column, text) in texts {
            let Some(rule) = known.get(&fold(text)) else { continue };
            if !found.iter().any(|(.., other)| std::ptr::eq(*other, *rule)) {
                found.push((row.number, column, rule));
                break;
            }
        }
    }
    found
}

/// The figures of the sheet's school. Every row without a known label is counted.
pub(super) fn measures(
    desk: &mut Desk<'_>,
    fit: &Fit<'_>,
    facts: &SheetFacts,
    source_id: &str,
) -> (Vec<Measure>, Count) {
    let sheet = desk.sheet;
    let read = i64::try_from(sheet.rows.len()).unwrap_or(i64::MAX);
    let mut count = Count { read, ..Count::default() };
    let Some(school) = school(sheet, fit, facts) else {
        desk.push(FindingCode::FactMissing, desk.whole(), |f| f.column("school").detail("school"));
        count.aside = count.read;
        return (Vec::new(), count);
    };
    let mut values: BTreeMap<&str, (u32, u32, Option<f64>)> = BTreeMap::new();
    for (row, column, rule) in &fit.labels {
        let Some(to) = rule.to.as_deref().filter(|_| is_figure(rule)) else { continue };
        let (at, cell) = beside(sheet, *row, *column);
        let value = value(desk, fit, rule, (*row, at), cell);
        values.insert(to, (*row, at, value));
    }
    let mut measures = Vec::new();
    for rule in fit.labels.iter().map(|(.., rule)| rule).filter(|rule| is_figure(rule)) {
        let Some(to) = rule.to.as_deref() else { continue };
        let Some(&(row, column, counted)) = values.get(to) else { continue };
        let of = rule.of.as_deref().and_then(|of| values.get(of)).and_then(|(.., whole)| *whole);
        let share = match (counted, of) {
            (Some(part), Some(whole)) if part <= whole && whole > 0.0 => Some(part / whole),
            (Some(part), Some(whole)) => {
                desk.push(FindingCode::CountsContradict, desk.at(row, column), |f| {
                    f.column(to).value(part.to_string()).detail(whole.to_string())
                });
                None
            }
            _ => None,
        };
        let is_share = rule.kind == Some(Kind::Share);
        let value = if is_share { share } else { counted };
        let unit = if is_share { "share" } else { "pupils" };
        measures.push(Measure {
            year: facts.year.unwrap_or_default(),
            period: fit.layout.period.clone().unwrap_or_else(|| "year".to_owned()),
            school_id: school.to_string(),
            measure: to.to_owned(),
            numerator: counted,
            denominator: of,
            value,
            unit: rule.unit.clone().unwrap_or_else(|| unit.to_owned()),
            status: if value.is_some() { "value" } else { "missing" }.to_owned(),
            source_id: source_id.to_owned(),
            row: i32::try_from(row).unwrap_or(i32::MAX),
            column: column_letters(column),
        });
    }
    let used: std::collections::BTreeSet<i32> = measures.iter().map(|measure| measure.row).collect();
    count.aside_quietly = count.read - i64::try_from(used.len()).unwrap_or(i64::MAX);
    (measures, count)
}

fn is_figure(rule: &ColumnRule) -> bool {
    matches!(rule.kind, Some(Kind::Pupils | Kind::Share | Kind::Number))
}

/// The school beside its label, else that of the title or the file's name.
fn school(sheet: &ScannedSheet, fit: &Fit<'_>, facts: &SheetFacts) -> Option<SchoolId> {
    let label = fit.labels.iter().find(|(.., rule)| rule.to.as_deref() == Some("school_id"));
    let beside =
        label.and_then(|(row, column, _)| SchoolId::from_login(&beside(sheet, *row, *column).1.printed()));
    beside.or_else(|| facts.school.clone())
}

/// The next cell of the row in which something stands; where nothing does, the next cell.
fn beside(sheet: &ScannedSheet, row: u32, column: u32) -> (u32, &Cell) {
    let cells = sheet.row(row).map(|row| row.cells.iter()).into_iter().flatten();
    let next = cells.filter(|(at, _)| *at > column).find(|(_, cell)| !cell.is_blank());
    next.map_or((column.saturating_add(1), &Cell::Empty), |(at, cell)| (*at, cell))
}

fn value(desk: &mut Desk<'_>, fit: &Fit<'_>, rule: &ColumnRule, at: (u32, u32), cell: &Cell) -> Option<f64> {
    let is_nothing = |cell: &Cell| rule.blanks.contains(&squash(&cell.printed()));
    if cell.is_blank() || is_nothing(cell) {
        return None;
    }
    let quoted = quotable(&cell.printed(), |word| fit.layout.knows(word));
    let to = rule.to.clone().unwrap_or_default();
    match number(cell) {
        Some(value) if value >= 0.0 && is_whole(value) => return Some(value),
        Some(_) => desk.push(FindingCode::OutOfScale, desk.at(at.0, at.1), |f| f.column(to).value(quoted)),
        None => desk.push(FindingCode::NumberUnreadable, desk.at(at.0, at.1), |f| f.column(to).value(quoted)),
    }
    None
}
