//! The raw export of the region, as it was in 2022: sheets `Классы` and `Протокол`, no mark, numbers of any type.

use std::collections::BTreeMap;

use super::hand::Hand;
use super::kind::DirtKind;
use super::ledger::{Ledger, Page, Written};
use super::plan::{Plan, Test};
use crate::base::{FindingCode, Result, Year};
use crate::grid::{Book, Range, Sheet, Style, Value};
use crate::synth::Artefact;
use crate::synth::blueprint::{Blueprint, Subject};
use crate::synth::region::Region;
use crate::synth::vpr::Sitting;

/// A column of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    User,
    RegionCode,
    Region,
    Municipality,
    School,
    Loaded,
    Code,
    Variant,
    Task(usize),
    Textbook,
    Class,
    Sex,
    Journal,
    Total,
}

/// Tasks that another form has to the right of everything.
const MOVED: usize = 2;
/// Rows that the form keeps ready, and of them those with a school and a code.
const READY: (u32, u32) = (60, 5);

pub(super) fn write(
    region: &Region,
    plan: &Plan,
    ledger: &mut Ledger,
    year: Year,
    grade: i32,
    subject: Subject,
) -> Result<Artefact> {
    let name = format!("ВПР {year} по {} {grade} класс", subject.dative());
    let path = format!("vpr/{year}/{grade} класс/{name}.xlsx");
    let mut book = Book::new(&name);
    if let Some(test) = region.test(grade, subject) {
        let columns = columns(plan, (year, grade, subject), test.tasks.len());
        let mut protocol = Protocol {
            region,
            plan,
            key: (year, grade, subject),
            test,
            columns,
            page: Page::new(&path, "Протокол"),
            strays: BTreeMap::new(),
            merged: false,
        };
        let classes = protocol.fill();
        book.sheets = vec![classes, protocol.page.finish(ledger)];
        ledger.file(DirtKind::SubjectInCase, &path, Some(subject.dative().to_owned()));
    }
    Ok(Artefact { path: path.into(), bytes: book.to_xlsx()? })
}

fn columns(plan: &Plan, key: Test, tasks: usize) -> Vec<Column> {
    use Column::{
        Class, Code, Journal, Loaded, Municipality, Region, RegionCode, School, Sex, Task, Textbook, Total,
        User, Variant,
    };
    let mut columns = vec![User, RegionCode, Region, Municipality, School, Loaded, Code, Variant];
    columns.extend((0..tasks).map(Task));
    if plan.test_file(key, DirtKind::TextbookColumn) {
        columns.insert(8 + tasks / 2, Textbook);
    }
    columns.push(Class);
    if !plan.test_file(key, DirtKind::ColumnAbsent) {
        columns.push(Sex);
    }
    columns.extend([Journal, Total]);
    columns
}

struct Protocol<'a> {
    region: &'a Region,
    plan: &'a Plan,
    key: Test,
    test: &'a Blueprint,
    columns: Vec<Column>,
    page: Page,
    /// Columns under no header: the first row and how many.
    strays: BTreeMap<u16, (u32, u64)>,
    /// Was the merged class of the file written?
    merged: bool,
}

impl Protocol<'_> {
    fn is(&self, kind: DirtKind) -> bool {
        self.plan.test_file(self.key, kind)
    }

    fn column(&self, wanted: Column) -> u16 {
        let position = self.columns.iter().position(|column| *column == wanted);
        position.and_then(|position| u16::try_from(position).ok()).unwrap_or(u16::MAX)
    }

    fn width(&self) -> u16 {
        u16::try_from(self.columns.len()).unwrap_or(u16::MAX)
    }

    fn fill(&mut self) -> Sheet {
        let mut classes = Sheet::new("Классы");
        classes.put_row(0, 0, ["Пользователь", "Школа", "Наименование класса", "Участников"], Style::Header);
        self.header();
        let (mut row, mut class_row) = (1, 1);
        let region = self.region;
        for (number, school) in region.schools_in(self.key.0) {
            let school = school.as_ref();
            let mut sittings = region.vpr(school, self.key.0, self.key.1, self.key.2);
            let kind = self.plan.in_test(self.key, number);
            let twice = super::twin_row(kind, &sittings);
            sittings.extend(twice);
            let hand = Hand::new(self.plan, self.key, self.test, (number, school), &sittings);
            let mut sizes: BTreeMap<char, u32> = BTreeMap::new();
            for sitting in &sittings {
                *sizes.entry(sitting.pupil.letter()).or_default() += 1;
            }
            row = self.school(&hand, row, &sittings);
            if kind == Some(DirtKind::SchoolUnregistered) {
                let stranger = super::stranger(school, number);
                let hand = hand.of_stranger(&stranger);
                let few = sittings.get(..sittings.len().min(7)).unwrap_or_default();
                let first = (row, self.column(Column::School));
                self.page.dirt(DirtKind::SchoolUnregistered, first, &stranger.login());
                row = self.school(&hand, row, few);
            }
            for (letter, size) in sizes {
                let class = format!("{}{letter}", self.key.1);
                let label = format!("{} | {}", school.login(), school.name_short);
                classes.put_row(class_row, 0, [school.login(), label, class], Style::Plain);
                classes.put(class_row, 3, size, Style::Plain);
                class_row += 1;
            }
        }
        self.empty_rows(row);
        self.whole_sheet();
        classes
    }

    fn whole_sheet(&mut self) {
        self.page.sheet.width(self.column(Column::School), 36.0);
        self.page.whole(DirtKind::SecondSheet, None);
        if self.is(DirtKind::TextFile) {
            self.page.whole(DirtKind::TextFile, None);
        }
        if self.is(DirtKind::HiddenSheet) {
            self.page.sheet.hide();
            self.page.whole(DirtKind::HiddenSheet, None);
        }
        if self.is(DirtKind::ColumnAbsent) {
            self.page.whole(DirtKind::ColumnAbsent, Some("Пол".to_owned()));
        }
        if self.is(DirtKind::WideSheet) {
            self.page.sheet.put(0, 999, Value::Blank, Style::Header);
            self.page.whole(DirtKind::WideSheet, Some("1000".to_owned()));
        }
        for (column, (row, count)) in std::mem::take(&mut self.strays) {
            let (kind, code) = (DirtKind::OtherForm, FindingCode::ColumnUnmapped);
            self.page.also(kind, code, (row, column), Some(count.to_string()));
        }
    }

    fn header(&mut self) {
        let blank = if self.is(DirtKind::TightHeaders) { "" } else { " " };
        for (at, column) in (0u16..).zip(self.columns.clone()) {
            let text = match column {
                Column::User => "Пользователь",
                Column::RegionCode => "Код региона",
                Column::Region => "Регион",
                Column::Municipality => "Муниципалитет",
                Column::School => "Школа",
                Column::Loaded => "Дата загрузки",
                Column::Code => "Код",
                Column::Variant => "Вариант ",
                Column::Textbook => "Учебник",
                Column::Class => "Наименование класса",
                Column::Sex => "Пол",
                Column::Journal => "Отметка за предыдущий триместр/ четверть/полугодие ",
                Column::Total => "Итого баллов",
                Column::Task(_) => "",
            };
            let text = match column {
                Column::Task(task) => self
                    .test
                    .tasks
                    .get(task)
                    .map_or_else(String::new, |task| format!("{}{blank}({}б)", task.name, task.max)),
                _ => text.to_owned(),
            };
            let kind = match column {
                Column::Variant | Column::Journal => Some(DirtKind::SpacedHeader),
                Column::Textbook => Some(DirtKind::TextbookColumn),
                Column::Task(0) if self.is(DirtKind::TightHeaders) => Some(DirtKind::TightHeaders),
                Column::Region if self.is(DirtKind::RegionHoldsMunicipality) => {
                    Some(DirtKind::RegionHoldsMunicipality)
                }
                _ => None,
            };
            if let Some(kind) = kind {
                self.page.dirt(kind, (0, at), &text);
            }
            self.page.sheet.put(0, at, text, Style::Header);
        }
        self.page.sheet.freeze(1, 0);
    }

    fn school(&mut self, hand: &Hand<'_>, first: u32, sittings: &[Sitting]) -> u32 {
        let mut row = first;
        for (at, sitting) in sittings.iter().enumerate() {
            self.pupil(hand, row, at, sitting);
            row += 1;
        }
        if hand.is(DirtKind::NumbersAsText) && row > first {
            self.page.dirt(DirtKind::NumbersAsText, (first, self.column(Column::Code)), "");
        }
        if let Some(kind @ (DirtKind::PupilTwice | DirtKind::PupilTwiceDiffering)) = hand.kind
            && let Some(original) = super::original(sittings).and_then(|at| u32::try_from(at).ok())
        {
            self.page.dirt(kind, (first + original, self.column(Column::Code)), "2");
        }
        self.merge_class(hand, first, row);
        row
    }

    /// The first school with three rows and no spelling of its own has its class written once.
    fn merge_class(&mut self, hand: &Hand<'_>, first: u32, end: u32) {
        let fits = end >= first + 3 && hand.kind.is_none() && !hand.spells_classes();
        if self.merged || !fits || !self.is(DirtKind::MergedCells) {
            return;
        }
        self.merged = true;
        let column = self.column(Column::Class);
        let range = Range { top: first, left: column, bottom: first + 2, right: column };
        self.page.sheet.merge(range, format!("{}А", self.key.1), Style::Plain);
        self.page.dirt(DirtKind::MergedCells, (first, column), "1");
    }

    fn pupil(&mut self, hand: &Hand<'_>, row: u32, at: usize, sitting: &Sitting) {
        let points = hand.points(at, sitting);
        let unplaced = hand.strikes(DirtKind::SchoolUnreadable, at);
        let nothing = hand.strikes(DirtKind::RowWithoutResult, at);
        let moved = if hand.is(DirtKind::OtherForm) && sitting.present() { MOVED } else { 0 };
        let kept = points.len() - moved.min(points.len());
        for (column, meaning) in (0u16..).zip(self.columns.clone()) {
            let written = match meaning {
                Column::Task(task) if nothing || task >= kept => (Value::Blank, None),
                Column::Task(task) => points.get(task).cloned().unwrap_or((Value::Blank, None)),
                Column::Total if nothing => (hand.figure(0), None),
                other => self.cell(hand, other, at, sitting),
            };
            let (value, kind) = written;
            // A row that is set aside earns one finding and no other.
            let kind = kind.filter(|kind| !unplaced || *kind == DirtKind::SchoolUnreadable);
            let kind = kind.filter(|kind| !nothing || kind.earns().is_empty());
            self.page.put(hand.number, row, column, (value, kind));
        }
        if nothing {
            let code = self.column(Column::Code);
            self.page.dirt(DirtKind::RowWithoutResult, (row, code), &hand.school.id());
        }
        if moved > 0 {
            self.other_form(hand, row, sitting, points.into_iter().skip(kept).map(|(value, _)| value));
        }
    }

    /// The last tasks, right of everything: their own columns are blank, and the total is more than the others give.
    fn other_form(
        &mut self,
        hand: &Hand<'_>,
        row: u32,
        sitting: &Sitting,
        moved: impl Iterator<Item = Value>,
    ) {
        let kind = DirtKind::OtherForm;
        for (column, value) in (self.width()..).zip(moved) {
            let value = if matches!(value, Value::Text(_)) { hand.figure(0) } else { value };
            if column == self.width() {
                self.page.dirt(kind, (row, column), &super::ledger::printed(&value));
            }
            self.strays.entry(column).or_insert((row, 0)).1 += 1;
            self.page.sheet.put(row, column, value, Style::Plain);
        }
        let kept = self.test.tasks.len() - MOVED;
        self.page.also(kind, FindingCode::TasksBlank, (row, self.column(Column::Task(kept))), None);
        if sitting.points.iter().skip(kept).flatten().sum::<u32>() > 0 {
            let total = self.column(Column::Total);
            self.page.also(kind, FindingCode::TotalDiffers, (row, total), Some(sitting.score().to_string()));
        }
    }

    fn cell(&self, hand: &Hand<'_>, column: Column, at: usize, sitting: &Sitting) -> Written {
        let municipality = self.region.municipality(hand.school);
        let number = hand.number;
        let plain = |text: String| (Value::Text(text), None);
        match column {
            Column::User => plain(hand.school.login()),
            Column::RegionCode => (hand.figure(u32::try_from(municipality.region).unwrap_or_default()), None),
            Column::Region if self.is(DirtKind::RegionHoldsMunicipality) => {
                plain(format!("{} | {}", municipality.code, municipality.name))
            }
            Column::Region => {
                plain(format!("reg{}0000 | {}", municipality.region, Region::name(municipality)))
            }
            Column::Municipality => plain(format!("{} | {}", municipality.code, municipality.name)),
            Column::School => hand.label(at),
            Column::Loaded => plain(format!(
                "{:02}.04.{} {:02}:{:02}",
                3 + number % 25,
                self.key.0,
                8 + number % 9,
                number % 60
            )),
            Column::Code => hand.code(at, sitting.code, false),
            Column::Variant => hand.variant(at, sitting),
            Column::Class => hand.class(at, sitting),
            Column::Sex => hand.sex(at, sitting),
            Column::Journal => hand.journal(at, sitting),
            Column::Total => hand.total(at, sitting),
            Column::Textbook => plain(format!("{}, {} класс", self.key.2.name(), self.key.1)),
            Column::Task(_) => (Value::Blank, None),
        }
    }

    /// What the form keeps ready: rows with a total of 0 and nothing else, and some with a school and a code.
    fn empty_rows(&mut self, from: u32) {
        let text = self.is(DirtKind::TextFile);
        let figure = |number: u32| -> Value { if text { number.to_string().into() } else { number.into() } };
        let (ready, named) = READY;
        for row in 0..ready {
            self.page.sheet.put(from + row, self.column(Column::Total), figure(0), Style::Plain);
        }
        self.page.set_aside(u64::from(ready));
        let Some((_, school)) = self.region.schools_in(self.key.0).last() else { return };
        for row in 0..named {
            let label = format!("{} | {}", school.login(), school.name_short);
            let code = self.key.1.unsigned_abs() * 10_000 + 900 + row;
            let [user, school_at, code_at] =
                [Column::User, Column::School, Column::Code].map(|column| self.column(column));
            let sheet = &mut self.page.sheet;
            sheet.put(from + row, user, school.login(), Style::Plain);
            sheet.put(from + row, school_at, label, Style::Plain);
            sheet.put(from + row, code_at, figure(code), Style::Plain);
        }
    }
}
