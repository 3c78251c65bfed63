//! Rows of `item_score`: a large sheet has more than a million, so a row is a few numbers until it is a Parquet file.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::{Result, column_letters};
use crate::ingest::block::Block;
use crate::lake::CodedFile;
use crate::tables::{Coded, ItemScore, MISSING, Table, Words};

/// So many rows are one group of a file at most.
const GROUP: usize = 1 << 20;
/// Scores up to this are looked up at once.
const SMALL: usize = 256;

/// What is said of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Scored,
    NotAttempted,
    NotTaught,
    Unreadable,
    /// Beside the block of tasks.
    Beside,
}

/// The words of the states, in their order.
const STATES: [&str; 5] = ["scored", "not_attempted", "not_taught", "unreadable", "beside"];

/// A column of tasks.
struct Slot {
    column: u32,
    name: String,
    max: Option<f64>,
}

/// A pupil's task.
struct Scored {
    row: u32,
    slot: u16,
    state: State,
    /// Not a number where there is none.
    score: f64,
}

/// The tasks of a sheet.
pub(super) struct SheetItems {
    slots: Vec<Slot>,
    rows: Vec<Scored>,
}

impl SheetItems {
    /// Slots are the tasks of the block, then the columns beside it, from 0.
    pub(super) fn of(block: &Block) -> Self {
        let tasks = block.items.iter().map(|(column, name, max)| Slot {
            column: *column,
            name: name.clone(),
            max: *max,
        });
        let stray =
            block.stray.iter().map(|(column, name)| Slot { column: *column, name: name.clone(), max: None });
        Self { slots: tasks.chain(stray).collect(), rows: Vec::new() }
    }

    /// Adds a task of a row. Rows come one after the other.
    pub(super) fn add(&mut self, row: u32, slot: usize, score: Option<f64>, state: State) {
        let slot = u16::try_from(slot).unwrap_or(u16::MAX);
        self.rows.push(Scored { row, slot, state, score: score.unwrap_or(f64::NAN) });
    }

    fn column(&self, row: &Scored) -> u32 {
        self.slots.get(usize::from(row.slot)).map_or(u32::MAX, |slot| slot.column)
    }
}

/// The tasks of a file; nothing where no sheet has any.
#[derive(Default)]
pub(super) struct Items(Option<CodedFile>);

impl Items {
    /// Adds the tasks of a sheet, in the order of rows and columns.
    pub(super) fn add(&mut self, source_id: &str, mut sheet: SheetItems) -> Result<()> {
        let mut rows = std::mem::take(&mut sheet.rows);
        if rows.is_empty() {
            return Ok(());
        }
        if !rows.is_sorted_by_key(|row| (row.row, sheet.column(row))) {
            rows.sort_by_key(|row| (row.row, sheet.column(row)));
        }
        let file = match &mut self.0 {
            Some(file) => file,
            none => none.insert(CodedFile::new(ItemScore::SPEC)?),
        };
        rows.chunks(GROUP).try_for_each(|rows| file.add(&group(source_id, &sheet.slots, rows)))
    }

    /// The tasks as a Parquet file.
    pub(super) fn finish(self) -> Result<Option<Vec<u8>>> {
        self.0.map(CodedFile::finish).transpose()
    }
}

fn group(source_id: &str, slots: &[Slot], rows: &[Scored]) -> Vec<Coded> {
    let coded = |words, codes: &Arc<Vec<u32>>| Coded { words, codes: Arc::clone(codes) };
    let each = |code: &dyn Fn(&Scored) -> u32| Arc::new(rows.iter().map(code).collect::<Vec<u32>>());
    let same = Arc::new(vec![0; rows.len()]);
    let by_slot = each(&|row| u32::from(row.slot));
    let texts = |text: &dyn Fn(&Slot) -> String| Words::Text(slots.iter().map(text).collect());
    let positions = slots.iter().map(|slot| number(slot.column).saturating_add(1)).collect();
    let (numbers, by_row) = rows_of(rows);
    let (scores, by_score) = floats(rows.iter().map(|row| row.score));
    let (highest, of_slot) = floats(slots.iter().map(|slot| slot.max.unwrap_or(f64::NAN)));
    let by_highest = each(&|row| of_slot.get(usize::from(row.slot)).copied().unwrap_or(MISSING));
    vec![
        coded(Words::Text(vec![source_id.to_owned()]), &same),
        Coded { words: Words::Int(numbers), codes: Arc::new(by_row) },
        coded(texts(&|slot| column_letters(slot.column)), &by_slot),
        coded(Words::Int(positions), &by_slot),
        coded(texts(&|slot| slot.name.clone()), &by_slot),
        Coded { words: Words::Real(scores), codes: Arc::new(by_score) },
        coded(Words::Real(highest), &by_highest),
        coded(Words::Text(STATES.map(str::to_owned).to_vec()), &each(&|row| row.state as u32)),
    ]
}

fn number(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// The rows of the sheet, each once, and the number of each task's own.
fn rows_of(rows: &[Scored]) -> (Vec<i32>, Vec<u32>) {
    let mut numbers: Vec<i32> = Vec::new();
    let mut codes = Vec::with_capacity(rows.len());
    let (mut last, mut code) = (None, 0);
    for row in rows {
        if last != Some(row.row) {
            last = Some(row.row);
            code = u32::try_from(numbers.len()).unwrap_or(MISSING);
            numbers.push(number(row.row));
        }
        codes.push(code);
    }
    (numbers, codes)
}

/// The numbers, each once, and which of them each value is; what is not a number is missing.
fn floats(values: impl Iterator<Item = f64>) -> (Vec<f64>, Vec<u32>) {
    let mut numbers: Vec<f64> = Vec::new();
    let mut small = [MISSING; SMALL];
    let mut others: BTreeMap<u64, u32> = BTreeMap::new();
    let codes = values.map(|value| {
        if value.is_nan() {
            return MISSING;
        }
        let known = match whole(value).and_then(|at| small.get_mut(at)) {
            Some(known) => known,
            None => others.entry(value.to_bits()).or_insert(MISSING),
        };
        if *known == MISSING {
            *known = u32::try_from(numbers.len()).unwrap_or(MISSING);
            numbers.push(value);
        }
        *known
    });
    let codes = codes.collect();
    (numbers, codes)
}

/// A small whole number as a place.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::float_cmp,
    reason = "what is no small whole number does not come back as it was"
)]
fn whole(value: f64) -> Option<usize> {
    let place = value as u8;
    (f64::from(place) == value && value.is_sign_positive()).then_some(usize::from(place))
}

#[cfg(test)]
mod tests {
    use super::{Items, SheetItems, Slot, State, floats};
    use crate::lake::parquet;
    use crate::tables::{ItemScore, MISSING, Table};

    #[test]
    fn numbers_are_kept_as_they_are() {
        let (numbers, codes) = floats([2.0, 0.5, f64::NAN, 2.0, -0.0, 0.0, 300.0, 0.5].into_iter());
        assert_eq!(codes, [0, 1, MISSING, 0, 2, 3, 4, 1]);
        assert!(
            numbers.iter().zip([2.0_f64, 0.5, -0.0, 0.0, 300.0]).all(|(a, b)| a.to_bits() == b.to_bits())
        );
    }

    #[test]
    fn tasks_come_back_in_the_order_of_rows_and_columns() {
        let slot = |column, name: &str, max| Slot { column, name: name.to_owned(), max };
        let slots = vec![slot(5, "1", Some(2.0)), slot(27, "2.1", Some(1.0)), slot(6, "7", None)];
        let mut sheet = SheetItems { slots, rows: Vec::new() };
        sheet.add(9, 0, Some(2.0), State::Scored);
        sheet.add(9, 1, None, State::NotAttempted);
        sheet.add(9, 2, Some(0.5), State::Beside);
        sheet.add(12, 1, None, State::Unreadable);
        let mut items = Items::default();
        items.add("s0007", sheet).unwrap();
        let file = items.finish().unwrap().unwrap();
        let frame = parquet::decode(ItemScore::SPEC, &file, None).unwrap();
        let row = |row, column: &str, position, item: &str, score, max, state: &str| ItemScore {
            source_id: "s0007".into(),
            row,
            column: column.into(),
            position,
            item: item.into(),
            score,
            max,
            state: state.into(),
        };
        let expected = ItemScore::frame(vec![
            row(9, "F", 6, "1", Some(2.0), Some(2.0), "scored"),
            row(9, "G", 7, "7", Some(0.5), None, "beside"),
            row(9, "AB", 28, "2.1", None, Some(1.0), "not_attempted"),
            row(12, "AB", 28, "2.1", None, Some(1.0), "unreadable"),
        ]);
        assert!(frame.equals_missing(&expected.unwrap()), "{frame:?}");
    }
}
