//! What cells say in the spellings in which they are compared: worked out once for each text of the sheet, since a million cells
//! share a few thousand texts.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::rc::Rc;
use std::sync::Arc;

use crate::base::SchoolId;
use crate::grid::{Cell, read_number};
use crate::ingest::words::{class, squash, tidy, variant};

/// A text in its spellings.
#[derive(Debug)]
pub(super) struct Spelling {
    /// For comparison with words.
    pub(super) squashed: String,
    /// For storing.
    pub(super) tidy: String,
    /// As the login of a school.
    pub(super) school: Option<SchoolId>,
    /// As a number that was typed.
    pub(super) number: Option<f64>,
    /// As the variant of a test.
    pub(super) variant: Option<String>,
    /// As a class, in the grade that was asked for.
    class: OnceCell<(i32, (Option<String>, bool))>,
}

impl Spelling {
    fn of(text: &str) -> Self {
        Self {
            squashed: squash(text),
            tidy: tidy(text),
            school: SchoolId::from_login(text),
            number: read_number(text),
            variant: variant(text),
            class: OnceCell::new(),
        }
    }

    /// The class in its one spelling; see [`class`].
    pub(super) fn class(&self, grade: i32) -> (Option<String>, bool) {
        let (known, found) = self.class.get_or_init(|| (grade, class(&self.tidy, Some(grade))));
        if *known == grade { found.clone() } else { class(&self.tidy, Some(grade)) }
    }
}

/// Whole numbers up to this are looked up like texts. No text lies at so low an address.
const SMALL: f64 = 1_000.0;

/// The spellings of a sheet's texts.
#[derive(Debug, Clone, Default)]
pub(super) struct Spellings(RefCell<HashMap<usize, Rc<Spelling>, BuildHasherDefault<Address>>>);

impl Spellings {
    /// The spellings of a cell of the sheet.
    pub(super) fn of(&self, cell: &Cell) -> Rc<Spelling> {
        let made = || Rc::new(Spelling::of(&cell.printed()));
        let Some(place) = place(cell) else { return made() };
        Rc::clone(self.0.borrow_mut().entry(place).or_insert_with(made))
    }
}

/// What tells a cell's text from all others of the sheet; nothing for a text that only this cell has.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::float_cmp,
    reason = "checked to be small and whole"
)]
fn place(cell: &Cell) -> Option<usize> {
    match cell {
        Cell::Text(text) if Arc::strong_count(text) > 1 => Some(text.as_ptr().addr()),
        Cell::Number(value, None) if (0.0..SMALL).contains(value) && value.trunc() == *value => {
            Some(*value as usize)
        }
        _ => None,
    }
}

/// Addresses differ in their middle bits.
#[derive(Debug, Default)]
struct Address(u64);

impl Hasher for Address {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_usize(usize::from(*byte));
        }
    }

    fn write_usize(&mut self, place: usize) {
        let spread = (self.0 ^ place as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = spread ^ (spread >> 32);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::Spellings;
    use crate::grid::Cell;

    #[test]
    fn a_shared_text_is_looked_at_once_and_every_cell_says_its_own() {
        let spellings = Spellings::default();
        let (x, class): (Arc<str>, Arc<str>) = (" X ".into(), "7 «б»".into());
        let cells = [Cell::Text(Arc::clone(&x)), Cell::Text(Arc::clone(&class)), Cell::Number(7.0, None)];
        for _ in 0..2 {
            let said: Vec<String> = cells.iter().map(|cell| spellings.of(cell).squashed.clone()).collect();
            assert_eq!(said, ["х", "7 «б»", "7"]);
        }
        assert_eq!(spellings.0.borrow().len(), 3);
        let text = spellings.of(&Cell::Text("edu990001".into()));
        assert_eq!(text.school.as_ref().map(ToString::to_string).as_deref(), Some("990001"));
        assert_eq!(spellings.of(&Cell::Number(7.0, Some("7.0".into()))).tidy, "7.0");
        assert_eq!(spellings.0.borrow().len(), 3, "what stands once is not kept");
        let letter = spellings.of(&Cell::Text("б".into()));
        assert_eq!(letter.class(7).0.as_deref(), Some("7Б"));
        assert_eq!(letter.class(8).0.as_deref(), Some("8Б"));
    }
}
