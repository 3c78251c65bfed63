//! The reader's desk: the sheet before it, and the findings that it writes down.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::base::{Finding, FindingCode, Place, column_letters};
use crate::grid::{Cell, Row, ScannedSheet, read_number};
use crate::ingest::header::Fit;
use crate::ingest::layout::ColumnRule;
use crate::ingest::masks::masked;
use crate::ingest::spelling::Spelling;
use crate::ingest::words::{quotable, shape, tidy};

/// Many findings of one kind that are told once: the first place, its value, and how many.
struct Tally {
    place: Place,
    column: Option<String>,
    value: Option<String>,
    count: u64,
}

/// The sheet that is being read.
pub(super) struct Desk<'a> {
    pub(super) file: &'a str,
    pub(super) sheet: &'a ScannedSheet,
    findings: Vec<Finding>,
    /// By group.
    tallies: BTreeMap<FindingCode, BTreeMap<String, Tally>>,
}

impl<'a> Desk<'a> {
    pub(super) fn new(file: &'a str, sheet: &'a ScannedSheet) -> Self {
        Self { file, sheet, findings: Vec::new(), tallies: BTreeMap::new() }
    }

    /// The address of a cell.
    pub(super) fn at(&self, row: u32, column: u32) -> Place {
        Place::Cell(self.file.to_owned(), self.sheet.name.clone(), column_letters(column), row)
    }

    /// The sheet as a whole; a text file has none, so it is the file.
    pub(super) fn whole(&self) -> Place {
        if self.sheet.name.is_empty() {
            Place::File(self.file.to_owned())
        } else {
            Place::Sheet(self.file.to_owned(), self.sheet.name.clone())
        }
    }

    pub(super) fn push(&mut self, code: FindingCode, place: Place, fill: impl FnOnce(Finding) -> Finding) {
        self.findings.push(fill(Finding::new(code, place)));
    }

    /// Counts a finding that would flood the list: one line a `group`, with its first cell and how many there are.
    pub(super) fn tally(
        &mut self,
        code: FindingCode,
        group: &str,
        cell: (u32, u32),
        column: Option<&str>,
        value: impl FnOnce() -> Option<String>,
    ) {
        if let Some(tally) = self.tallies.get_mut(&code).and_then(|groups| groups.get_mut(group)) {
            tally.count += 1;
            return;
        }
        let place = self.at(cell.0, cell.1);
        let tally = Tally { place, column: column.map(str::to_owned), value: value(), count: 1 };
        self.tallies.entry(code).or_default().insert(group.to_owned(), tally);
    }

    /// All findings, the counted ones last.
    pub(super) fn finish(self) -> Vec<Finding> {
        let tallies = self.tallies.into_iter();
        let tallies = tallies.flat_map(|(code, groups)| groups.into_values().map(move |tally| (code, tally)));
        let counted = tallies.map(|(code, tally)| Finding {
            code,
            place: tally.place,
            column: tally.column,
            value: tally.value,
            detail: Some(tally.count.to_string()),
        });
        self.findings.into_iter().chain(counted).collect()
    }
}

/// A row in the hands of the reader: its cells by canonical column, read as their rules say.
pub(super) struct Line<'r, 'l> {
    pub(super) row: &'r Row,
    pub(super) fit: &'r Fit<'l>,
}

impl<'r> Line<'r, '_> {
    /// The column and the cell of a canonical column; `None` where the sheet has no such column.
    pub(super) fn cell(&self, to: &str) -> Option<(u32, &'r Cell)> {
        self.fit.column(to).map(|column| (column, self.row.cell(column)))
    }

    /// The cell with its rule, where something stands that is not one of the rule's words for nothing.
    fn value(&self, to: &str) -> Option<(u32, &'r Cell, &ColumnRule)> {
        let (column, rule) = self.fit.mapped(to)?;
        let cell = self.row.cell(column);
        if cell.is_blank() {
            return None;
        }
        let is_text = matches!(cell, Cell::Text(_)) && !rule.blanks.is_empty();
        let means_nothing = is_text && rule.blanks.contains(&self.spelling(cell).squashed);
        (!means_nothing).then_some((column, cell, rule))
    }

    fn spelling(&self, cell: &Cell) -> Rc<Spelling> {
        self.fit.spellings.of(cell)
    }

    /// A cell as a finding may quote it.
    pub(super) fn quote(&self, cell: &Cell) -> String {
        quotable(&cell.printed(), |word| self.fit.layout.knows(word))
    }

    /// Does anything stand there but a zero? Forms come with a zero in the total of every row that nobody filled in.
    pub(super) fn holds(&self, to: &str) -> bool {
        self.cell(to).is_some_and(|(_, cell)| !cell.is_blank() && number(cell) != Some(0.0))
    }

    /// Is the pupil marked as absent in this column?
    pub(super) fn is_absent(&self, to: &str) -> bool {
        self.value(to).is_some_and(|(_, cell, rule)| {
            !rule.absent.is_empty() && is_listed(&rule.absent, &self.spelling(cell).squashed)
        })
    }

    /// A number inside the rule's range. What is none is a finding and missing.
    pub(super) fn number(&self, desk: &mut Desk<'_>, to: &str) -> Option<f64> {
        let (column, cell, rule) = self.value(to)?;
        let printed = || self.quote(cell);
        let Some(value) = number(cell) else {
            desk.push(FindingCode::NumberUnreadable, desk.at(self.row.number, column), |f| {
                f.column(to).value(printed())
            });
            return None;
        };
        let [low, high] = rule.range.unwrap_or([0.0, 999_999.0]);
        if !(low..=high).contains(&value) {
            desk.push(FindingCode::OutOfScale, desk.at(self.row.number, column), |f| {
                f.column(to).value(printed()).detail(format!("{low}…{high}"))
            });
            return None;
        }
        Some(value)
    }

    /// A whole number inside the rule's range.
    #[expect(clippy::cast_possible_truncation, reason = "whole and within the range of i32, checked here")]
    pub(super) fn whole(&self, desk: &mut Desk<'_>, to: &str) -> Option<i32> {
        let value = self.number(desk, to)?;
        if is_whole(value) && value.abs() <= f64::from(i32::MAX) {
            return Some(value as i32);
        }
        let (column, cell, _) = self.value(to)?;
        desk.push(FindingCode::OutOfScale, desk.at(self.row.number, column), |f| {
            f.column(to).value(self.quote(cell))
        });
        None
    }

    /// A word of the rule's vocabulary.
    pub(super) fn word(&self, desk: &mut Desk<'_>, to: &str) -> Option<String> {
        let (column, cell, rule) = self.value(to)?;
        let word = rule.words.get(&self.spelling(cell).squashed);
        if word.is_none() {
            desk.push(FindingCode::WordUnknown, desk.at(self.row.number, column), |f| {
                f.column(to).value(self.quote(cell))
            });
        }
        word.cloned()
    }

    /// A word of the rule's vocabulary, without a finding where there is none.
    pub(super) fn known_word(&self, to: &str) -> Option<String> {
        let (_, cell, rule) = self.value(to)?;
        rule.words.get(&self.spelling(cell).squashed).cloned()
    }

    /// The form of the exam that this column's word decides.
    pub(super) fn form_of(&self, to: &str) -> Option<String> {
        let (_, cell, rule) = self.value(to)?;
        rule.forms.get(&self.spelling(cell).squashed).cloned()
    }

    /// Text as it stands, spaces tidied.
    pub(super) fn text(&self, to: &str) -> Option<String> {
        self.value(to).map(|(_, cell, _)| tidy(&cell.printed())).filter(|text| !text.is_empty())
    }

    /// Free text: a telephone, an address of e-mail or the number of a document in it is taken out, and told.
    pub(super) fn name(&self, desk: &mut Desk<'_>, to: &str) -> Option<String> {
        let text = self.text(to)?;
        let Some(masked) = masked(&text) else { return Some(text) };
        if let Some((column, _)) = self.cell(to) {
            desk.push(FindingCode::TextMasked, desk.at(self.row.number, column), |f| f.column(to));
        }
        masked.contains(char::is_alphanumeric).then_some(masked)
    }

    /// A code of a register, such as an ИНН. One that cannot be such a code is not kept: told once a column and sheet.
    pub(super) fn registered(&self, desk: &mut Desk<'_>, to: &str, region: Option<&str>) -> Option<String> {
        let code = self.code(desk, to)?;
        let (column, cell, rule) = self.value(to)?;
        if rule.register.is_none_or(|register| register.admits(&code, region)) {
            return Some(code);
        }
        let value = || Some(shape(&cell.printed()));
        desk.tally(FindingCode::CodeFalse, to, (self.row.number, column), Some(to), value);
        None
    }

    /// The digits of a code, without a word where there are none.
    #[expect(clippy::cast_possible_truncation, reason = "whole and far below the limit of i64")]
    pub(super) fn digits(&self, to: &str) -> Option<String> {
        let (_, cell, _) = self.value(to)?;
        let text = match cell {
            Cell::Number(value, _) if is_whole(*value) && value.abs() < WHOLE => (*value as i64).to_string(),
            Cell::Number(value, _) if is_whole(*value) => format!("{value:.0}"),
            other => tidy(&other.printed()),
        };
        let text = text.strip_suffix(".0").or_else(|| text.strip_suffix(",0")).unwrap_or(&text);
        Some(text.to_owned())
    }

    /// A code of digits: `50001`, also where the sheet holds the number 50001 or the text `50001.0`. What has another
    /// form may be a name or a telephone: it is a finding and is not kept.
    pub(super) fn code(&self, desk: &mut Desk<'_>, to: &str) -> Option<String> {
        let (_, _, rule) = self.value(to)?;
        let text = self.digits(to)?;
        let lengths: &[usize] = rule.length.as_deref().unwrap_or(&PUPIL_CODE);
        if text.bytes().all(|b| b.is_ascii_digit()) && lengths.contains(&text.len()) {
            return Some(text);
        }
        let expected: Vec<String> = lengths.iter().map(usize::to_string).collect();
        self.unusual(desk, to, &expected.join(", "));
        None
    }

    /// A class in its one spelling; the flag tells that look-alikes were replaced.
    pub(super) fn class(&self, desk: &mut Desk<'_>, to: &str, grade: i32) -> (Option<String>, bool) {
        let Some((_, cell, _)) = self.value(to) else { return (None, false) };
        let spelling = self.spelling(cell);
        if spelling.tidy.is_empty() {
            return (None, false);
        }
        let (class, replaced) = spelling.class(grade);
        if class.is_none() {
            self.unusual(desk, to, "5А");
        }
        (class, replaced)
    }

    /// The variant of a test; `0` is none.
    pub(super) fn variant(&self, desk: &mut Desk<'_>, to: &str) -> Option<String> {
        let (_, cell, _) = self.value(to)?;
        let spelling = self.spelling(cell);
        if spelling.tidy.is_empty() {
            return None;
        }
        let variant = spelling.variant.clone();
        if variant.is_none() {
            self.unusual(desk, to, "1");
        }
        variant.filter(|text| text != "0")
    }

    /// What has not the form of its column is not kept. It may be anything, so only its look is told.
    fn unusual(&self, desk: &mut Desk<'_>, to: &str, expected: &str) {
        let Some((column, cell)) = self.cell(to) else { return };
        desk.push(FindingCode::CodeUnusual, desk.at(self.row.number, column), |f| {
            f.column(to).value(shape(&cell.printed())).detail(expected)
        });
    }
}

/// Is this one of the words? `отсут*` stands for all words that begin so.
pub(super) fn is_listed(words: &[String], word: &str) -> bool {
    words.iter().any(|known| match known.strip_suffix('*') {
        Some(beginning) => word.starts_with(beginning),
        None => known == word,
    })
}

/// Whole numbers below this print the same as whole numbers.
const WHOLE: f64 = 1e15;

/// Lengths of a pupil's code where the layout says nothing else.
const PUPIL_CODE: [usize; 2] = [4, 5];

/// The number in a cell, whatever its type.
pub(super) fn number(cell: &Cell) -> Option<f64> {
    match cell {
        Cell::Number(value, _) => Some(*value),
        Cell::Text(text) => read_number(text),
        _ => None,
    }
}

/// Has this number no fraction?
#[expect(clippy::float_cmp, reason = "a whole number equals its own rounding exactly")]
pub(super) fn is_whole(value: f64) -> bool {
    value == value.trunc()
}
