//! Ф1 «Индивидуальные результаты»: one sheet a test, a group line before the pupils of each school, participants only.

use super::hand::Hand;
use super::kind::DirtKind;
use super::ledger::{Ledger, Page, Written};
use super::plan::{Plan, Test};
use crate::base::{FindingCode, Result, Year};
use crate::grid::{Book, Range, Style, Value};
use crate::synth::Artefact;
use crate::synth::blueprint::{Blueprint, Subject};
use crate::synth::names;
use crate::synth::region::Region;
use crate::synth::school::School;
use crate::synth::vpr::Sitting;

/// A column of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Login,
    Municipality,
    Name,
    Person,
    Code,
    Class,
    Variant,
    Task(usize),
    Total,
    Mark,
    Journal,
}

/// The header's row, from 0.
const HEADER: u32 = 7;

/// What is different in a form that should not be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Odd {
    /// Nobody filled it in.
    Empty,
    /// It says its grade nowhere.
    NoGrade,
    /// The column of codes has another name.
    Renamed,
}

pub(super) fn write(
    region: &Region,
    plan: &Plan,
    ledger: &mut Ledger,
    year: Year,
    grade: i32,
    subject: Subject,
) -> Result<Artefact> {
    let letters = subject.letters();
    let key = (year, grade, subject);
    let other_year = plan.test_file(key, DirtKind::OtherYear);
    let named = if other_year { year.0 - 1 } else { year.0 };
    let path = format!("vpr/{year}/Ф1_{letters}_{grade}_{named}.xlsx");
    let mut book = Book::new(format!("Ф1 {letters} {grade} {year}"));
    if let Some(test) = region.test(grade, subject) {
        let name = format!("{letters} {grade} Индивидуальные результаты");
        let mut form = Form::new(region, plan, key, test, Page::new(&path, &name));
        form.fill();
        book.sheets.push(form.page.finish(ledger));
    }
    if plan.test_file(key, DirtKind::NotesSheet) {
        let mut page = Page::new(&path, "Лист1");
        page.sheet.put(0, 0, "Проверено, замечания направлены в школы", Style::Plain);
        page.sheet.put(1, 0, "Кол-во ОО", Style::Plain);
        page.sheet.put(1, 1, u32::try_from(region.schools.len()).unwrap_or_default(), Style::Plain);
        page.whole(DirtKind::NotesSheet, None);
        book.sheets.push(page.finish(ledger));
    }
    Ok(Artefact { path: path.into(), bytes: book.to_xlsx()? })
}

/// A form that should not be there.
pub(super) fn odd(
    region: &Region,
    ledger: &mut Ledger,
    key: Test,
    odd: Odd,
    kind: DirtKind,
) -> Result<Artefact> {
    let (year, grade, subject) = key;
    let letters = subject.letters();
    let (stem, sheet) = match odd {
        Odd::Empty => (format!("Ф1_{letters}_{grade}_{year} пустая"), format!("{letters} {grade}")),
        Odd::NoGrade => ("выгрузка".to_owned(), "Лист1".to_owned()),
        Odd::Renamed => (format!("Ф1_{letters}_{grade}_{year} правка"), format!("{letters} {grade}")),
    };
    let path = format!("vpr/{year}/{stem}.xlsx");
    let mut book = Book::new(stem);
    if let Some(test) = region.test(grade, subject) {
        let nothing = Plan::default();
        let mut form = Form::new(region, &nothing, key, test, Page::new(&path, &sheet));
        form.odd = Some(odd);
        form.head();
        if odd != Odd::Empty
            && let Some(school) =
                region.schools.iter().find(|school| school.has(grade) && school.exists(year))
        {
            form.school((0, school));
        }
        let value = (odd == Odd::Renamed).then(|| "Шифр".to_owned());
        let mut page = form.page;
        page.forget();
        page.whole(kind, value);
        book.sheets.push(page.finish(ledger));
    }
    Ok(Artefact { path: path.into(), bytes: book.to_xlsx()? })
}

struct Form<'a> {
    region: &'a Region,
    plan: &'a Plan,
    key: Test,
    test: &'a Blueprint,
    columns: Vec<Column>,
    row: u32,
    page: Page,
    hidden: u64,
    first_hidden: Option<u32>,
    odd: Option<Odd>,
}

impl<'a> Form<'a> {
    fn new(region: &'a Region, plan: &'a Plan, key: Test, test: &'a Blueprint, page: Page) -> Self {
        use Column::{Class, Code, Journal, Login, Mark, Municipality, Name, Person, Task, Total, Variant};
        let mut columns = vec![Login, Municipality, Name];
        if plan.test_file(key, DirtKind::PersonalHeader) {
            columns.push(Person);
        }
        columns.extend([Code, Class, Variant]);
        columns.extend((0..test.tasks.len()).map(Task));
        columns.extend([Total, Mark, Journal]);
        let (row, hidden) = (HEADER + 1, 0);
        Self { region, plan, key, test, columns, row, page, hidden, first_hidden: None, odd: None }
    }

    fn is(&self, kind: DirtKind) -> bool {
        self.plan.test_file(self.key, kind)
    }

    fn column(&self, wanted: Column) -> u16 {
        let position = self.columns.iter().position(|column| *column == wanted);
        position.and_then(|position| u16::try_from(position).ok()).unwrap_or(u16::MAX)
    }

    fn fill(&mut self) {
        self.head();
        let region = self.region;
        for (number, school) in region.schools_in(self.key.0) {
            self.school((number, school.as_ref()));
        }
        self.total_line();
        self.look();
    }

    fn head(&mut self) {
        let (year, grade, subject) = self.key;
        let name = subject.name();
        let sheet = &mut self.page.sheet;
        let mut put = |row, column, text: String| sheet.put(row, column, text, Style::Plain);
        let day = if subject == Subject::Maths { 17 } else { 15 };
        let title = match self.odd {
            Some(Odd::NoGrade) => format!("ВПР {year} {name}"),
            _ => format!("ВПР {year} {name} {grade} класс"),
        };
        put(2, 0, title);
        put(3, 0, "Предмет:".to_owned());
        put(3, 1, name.to_owned());
        put(4, 0, "Максимальный первичный балл:".to_owned());
        put(5, 0, "Дата:".to_owned());
        put(5, 1, format!("{day}.04.{year}"));
        put(6, 2, "Уровень сложности задания".to_owned());
        sheet.put(0, 0, "Индивидуальные результаты", Style::Title);
        sheet.put(4, 1, self.test.max(), Style::Plain);
        for (at, column) in (0u16..).zip(self.columns.clone()) {
            self.header(at, column);
        }
    }

    fn header(&mut self, at: u16, column: Column) {
        let text = match column {
            Column::Login => "ОО",
            Column::Municipality => "Муниципалитет",
            Column::Name => "Название ОО",
            Column::Person => "Ф. И. О. ребёнка",
            Column::Code if self.odd == Some(Odd::Renamed) => "Шифр",
            Column::Code => "Код участника",
            Column::Class => "Класс",
            Column::Variant => "Вариант",
            Column::Total => "Первичный балл",
            Column::Mark => "Отметка",
            Column::Journal => "Отметка по журналу",
            Column::Task(number) => {
                let Some(task) = self.test.tasks.get(number) else { return };
                let level = if task.difficulty > 0.5 { "П" } else { "Б" };
                self.page.sheet.put(HEADER - 1, at, level, Style::Plain);
                let text = format!("{} ({}б)", task.name, task.max);
                return self.page.sheet.put(HEADER, at, text, Style::Header);
            }
        };
        self.page.sheet.put(HEADER, at, text, Style::Header);
        if column == Column::Person {
            self.page.dirt(DirtKind::PersonalHeader, (HEADER, at), text);
        }
        if column == Column::Journal && self.is(DirtKind::HiddenColumn) {
            self.page.sheet.hide_column(at);
            self.page.dirt(DirtKind::HiddenColumn, (HEADER, at), text);
        }
    }

    /// All rows of a school; a stranger may follow it.
    fn school(&mut self, (number, school): (usize, &School)) {
        let (year, grade, subject) = self.key;
        let mut sittings = self.region.vpr(school, year, grade, subject);
        sittings.retain(Sitting::present);
        let kind = self.plan.in_test(self.key, number);
        sittings.extend(super::twin_row(kind, &sittings));
        let hand = Hand::new(self.plan, self.key, self.test, (number, school), &sittings);
        self.rows(&hand, &sittings);
        if kind == Some(DirtKind::SchoolUnregistered) {
            let stranger = super::stranger(school, number);
            let hand = hand.of_stranger(&stranger);
            self.page.dirt(DirtKind::SchoolUnregistered, (self.row + 1, 0), &stranger.login());
            let few = sittings.get(..sittings.len().min(7)).unwrap_or_default();
            self.rows(&hand, few);
        }
    }

    fn rows(&mut self, hand: &Hand<'_>, sittings: &[Sitting]) {
        if sittings.is_empty() {
            return;
        }
        let wrong = hand.is(DirtKind::GroupCount);
        let said = sittings.len() + usize::from(wrong);
        let school = hand.school;
        let group = format!("{}({}) | Кол-во участников: {said}", school.name_short, school.login());
        self.page.sheet.put(self.row, 0, group, Style::Plain);
        self.page.set_aside(1);
        if wrong {
            self.page.dirt(DirtKind::GroupCount, (self.row, 0), &said.to_string());
        }
        if hand.is(DirtKind::SchoolUnreadable) {
            let code = FindingCode::CountsContradict;
            self.page.also(DirtKind::SchoolUnreadable, code, (self.row, 0), Some(said.to_string()));
        }
        self.hide_unless_first(school);
        self.row += 1;
        let first = self.row;
        for (at, sitting) in sittings.iter().enumerate() {
            self.pupil(hand, at, sitting);
            self.hide_unless_first(school);
            self.row += 1;
        }
        let code = self.column(Column::Code);
        if hand.is(DirtKind::NumbersAsText) {
            self.page.dirt(DirtKind::NumbersAsText, (first, code), "");
        }
        if let Some(kind @ (DirtKind::PupilTwice | DirtKind::PupilTwiceDiffering)) = hand.kind
            && let Some(original) = super::original(sittings).and_then(|at| u32::try_from(at).ok())
        {
            self.page.dirt(kind, (first + original, code), "2");
        }
    }

    fn hide_unless_first(&mut self, school: &School) {
        if self.is(DirtKind::FilterLeft) && school.municipality != 0 {
            self.page.sheet.hide_row(self.row);
            self.hidden += 1;
            self.first_hidden.get_or_insert(self.row);
        }
    }

    fn pupil(&mut self, hand: &Hand<'_>, at: usize, sitting: &Sitting) {
        let unplaced = hand.strikes(DirtKind::SchoolUnreadable, at);
        let points = hand.points(at, sitting);
        for (column, meaning) in (0u16..).zip(self.columns.clone()) {
            let (value, kind) = match meaning {
                Column::Task(task) => points.get(task).cloned().unwrap_or((Value::Blank, None)),
                other => self.cell(hand, other, at, sitting),
            };
            // A row that is set aside earns one finding and no other.
            let kind = kind.filter(|kind| !unplaced || *kind == DirtKind::SchoolUnreadable);
            self.page.put(hand.number, self.row, column, (value, kind));
        }
    }

    /// Codes are texts in even years, numbers in odd ones.
    fn cell(&self, hand: &Hand<'_>, column: Column, at: usize, sitting: &Sitting) -> Written {
        match column {
            Column::Login => hand.login(at),
            Column::Municipality => (self.region.municipality(hand.school).name.as_str().into(), None),
            Column::Name => (hand.school.name_short.as_str().into(), None),
            Column::Person => {
                let (family, first, _) = names::person(u64::from(sitting.pupil.number), sitting.pupil.female);
                (format!("{family} {first}").into(), None)
            }
            Column::Code => hand.code(at, sitting.code, self.key.0.0 % 2 == 0),
            Column::Class => hand.class(at, sitting),
            Column::Variant => hand.variant(at, sitting),
            Column::Total => (hand.figure(sitting.score()), None),
            Column::Mark => hand.mark(at, sitting),
            Column::Journal => hand.journal(at, sitting),
            Column::Task(_) => (Value::Blank, None),
        }
    }

    /// The last line: the whole sample.
    fn total_line(&mut self) {
        self.page.sheet.put(self.row, 0, "Вся выборка", Style::Plain);
        self.page.set_aside(1);
        self.row += 1;
    }

    fn look(&mut self) {
        let right = u16::try_from(self.columns.len()).unwrap_or(u16::MAX).saturating_sub(1);
        let bottom = self.row.saturating_sub(2);
        for (column, width) in [(Column::Login, 12.0), (Column::Municipality, 26.0), (Column::Name, 34.0)] {
            self.page.sheet.width(self.column(column), width);
        }
        self.page.sheet.freeze(HEADER + 1, 0);
        if self.is(DirtKind::FilterLeft) {
            self.page.sheet.filter(Range { top: HEADER, left: 0, bottom, right });
            if let Some(first) = self.first_hidden {
                self.page.dirt(DirtKind::FilterLeft, (first, 0), &self.hidden.to_string());
            }
        }
        if self.is(DirtKind::OtherYear) {
            self.page.whole(DirtKind::OtherYear, Some((self.key.0.0 - 1).to_string()));
        }
    }
}
