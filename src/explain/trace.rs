//! From a value of a table back to the cells it was read or derived from.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::{DataFrame, lit};

use crate::base::Result;
use crate::explain::address::{Addresses, CellRef};
use crate::explain::figure::PupilRow;
use crate::explain::source::{TableSource, at, is, printed, rows};
use crate::tables::{TableSpec, floats, ints, texts};

/// What a column may have been derived from, in the order in which the reader looks: the first that a sheet has is
/// the one. `items` stands for the cells of the tasks.
fn origins(column: &str) -> &'static [&'static str] {
    match column {
        "mark" => &["score_tasks", "score_printed"],
        "score_tasks" => &["items"],
        "below_min" => &["test_score", "mark"],
        _ => &[],
    }
}

/// Tasks by row of a sheet.
type Items = BTreeMap<(String, i32), Vec<Task>>;

/// One task of a row.
struct Task {
    letters: String,
    score: Option<String>,
    state: Option<String>,
}

/// Follows columns back to cells.
pub(super) struct Tracer<'a> {
    source: TableSource<'a>,
    table: &'static TableSpec,
    addresses: Addresses,
    ids: Vec<Option<String>>,
    lines: Vec<Option<i32>>,
    values: BTreeMap<String, Vec<Option<String>>>,
    items: Option<Items>,
}

impl<'a> Tracer<'a> {
    pub fn new(
        source: TableSource<'a>,
        table: &'static TableSpec,
        frame: &DataFrame,
        columns: &BTreeSet<&'static str>,
    ) -> Result<Self> {
        let mut values = BTreeMap::new();
        for column in columns.iter().filter_map(|name| table.column(name)) {
            values.insert(column.name.to_owned(), printed(frame, column)?);
        }
        Ok(Self {
            source,
            table,
            addresses: Addresses::read(source)?,
            ids: texts(frame, "source_id")?,
            lines: ints(frame, "row")?,
            values,
            items: None,
        })
    }

    /// The file, the sheet and the number of a row.
    pub fn place(&self, position: usize) -> (String, String, u32) {
        let sheet = at(&self.ids, position).and_then(|id| self.addresses.sheet(&id).cloned());
        let line = at(&self.lines, position).and_then(|line| u32::try_from(line).ok());
        let (file, sheet) = sheet.unwrap_or_default();
        (file, sheet, line.unwrap_or_default())
    }

    fn value(&self, position: usize, column: &str) -> Option<String> {
        self.values.get(column).and_then(|values| at(values, position))
    }

    /// Adds the cell of a column, or the cells that it was derived from.
    pub fn trace(&mut self, position: usize, column: &str, row: &mut PupilRow) -> Result<()> {
        let (Some(id), Some(line)) = (at(&self.ids, position), at(&self.lines, position)) else {
            return Ok(());
        };
        let number = u32::try_from(line).unwrap_or_default();
        let value = self.value(position, column);
        let own = self
            .value(position, "column")
            .and_then(|letters| self.addresses.cell(&id, number, &letters, column, value.clone()));
        if let Some(cell) =
            own.or_else(|| self.addresses.mapped(&id, number, self.table.name, column, value.clone()))
        {
            if !row.cells.contains(&cell) {
                row.cells.push(cell);
            }
            return Ok(());
        }
        let Some(value) = value else { return Ok(()) };
        row.derived.push((column.to_owned(), value));
        let origin = origins(column)
            .iter()
            .find(|origin| **origin == "items" || self.value(position, origin).is_some());
        match origin {
            None => Ok(()),
            Some(&"items") => {
                let cells = self.item_cells(&id, line, number)?;
                row.cells.extend(cells);
                Ok(())
            }
            Some(origin) => self.trace(position, origin, row),
        }
    }

    fn item_cells(&mut self, id: &str, line: i32, number: u32) -> Result<Vec<CellRef>> {
        if self.items.is_none() {
            self.items = Some(items(self.source, &self.ids)?);
        }
        let tasks = self.items.as_ref().and_then(|items| items.get(&(id.to_owned(), line)));
        Ok(tasks
            .into_iter()
            .flatten()
            .filter_map(|task| {
                let cell = self.addresses.cell(id, number, &task.letters, "score", task.score.clone())?;
                Some(CellRef { state: task.state.clone(), ..cell })
            })
            .collect())
    }
}

/// The tasks of the sheets that are looked at.
fn items(source: TableSource<'_>, ids: &[Option<String>]) -> Result<Items> {
    let mut wanted: Vec<&str> = ids.iter().flatten().map(String::as_str).collect();
    wanted.dedup();
    let fit = wanted.iter().fold(lit(false), |fit, id| fit.or(is("source_id", id)));
    let columns = ["source_id", "row", "column", "position", "score", "state"];
    let frame = rows(source, "item_score", Some(&columns), fit)?;
    let (ids, lines) = (texts(&frame, "source_id")?, ints(&frame, "row")?);
    let (letters, positions) = (texts(&frame, "column")?, ints(&frame, "position")?);
    let (scores, states) = (floats(&frame, "score")?, texts(&frame, "state")?);
    let mut order: Vec<usize> = (0..frame.height()).collect();
    order.sort_by_key(|&row| at(&positions, row));
    let mut items = Items::new();
    for row in order {
        if let (Some(id), Some(line), Some(letters)) = (at(&ids, row), at(&lines, row), at(&letters, row)) {
            let score = at(&scores, row).map(|score| score.to_string());
            let state = at(&states, row).filter(|_| score.is_none());
            items.entry((id, line)).or_default().push(Task { letters, score, state });
        }
    }
    Ok(items)
}
