//! The raw export of the region, as it was in 2022: sheets `Классы` and `Протокол`, no mark, numbers of any type.

use std::collections::BTreeMap;

use super::dirt::{Dirt, Test};
use crate::base::{Result, Year};
use crate::grid::{Book, Sheet, Style, Value};
use crate::synth::Artefact;
use crate::synth::blueprint::{Blueprint, Subject};
use crate::synth::region::Region;
use crate::synth::school::School;
use crate::synth::vpr::Sitting;

/// Columns before the tasks.
const BEFORE: [&str; 8] =
    ["Пользователь", "Код региона", "Регион", "Муниципалитет", "Школа", "Дата загрузки", "Код", "Вариант "];
/// Columns after the tasks.
const AFTER: [&str; 4] =
    ["Наименование класса", "Пол", "Отметка за предыдущий триместр/ четверть/полугодие ", "Итого баллов"];

pub(super) fn write(
    region: &Region,
    dirt: &Dirt,
    year: Year,
    grade: i32,
    subject: Subject,
) -> Result<Artefact> {
    let about = match subject {
        Subject::Maths => "математике",
        Subject::Russian => "русскому языку",
    };
    let name = format!("ВПР {year} по {about} {grade} класс");
    let mut book = Book::new(&name);
    if let Some(test) = region.test(grade, subject) {
        let protocol = Protocol { region, dirt, year, subject, test };
        book.sheets = protocol.sheets();
    }
    let path = format!("vpr/{year}/{grade} класс/{name}.xlsx");
    Ok(Artefact { path: path.into(), bytes: book.to_xlsx()? })
}

struct Protocol<'a> {
    region: &'a Region,
    dirt: &'a Dirt,
    year: Year,
    subject: Subject,
    test: &'a Blueprint,
}

impl Protocol<'_> {
    fn key(&self) -> Test {
        (self.year, self.test.grade, self.subject)
    }

    fn sheets(&self) -> Vec<Sheet> {
        let mut classes = Sheet::new("Классы");
        classes.put_row(0, 0, ["Пользователь", "Школа", "Наименование класса", "Участников"], Style::Header);
        let mut protocol = Sheet::new("Протокол");
        self.header(&mut protocol);
        let (mut row, mut class_row) = (1, 1);
        for (number, school) in self.region.schools.iter().enumerate() {
            let sittings = self.region.vpr(school, self.year, self.test.grade, self.subject);
            let mut sizes: BTreeMap<char, u32> = BTreeMap::new();
            for (at, sitting) in sittings.iter().enumerate() {
                *sizes.entry(sitting.pupil.letter()).or_default() += 1;
                self.pupil(&mut protocol, row, (number, school), at, sitting);
                row += 1;
            }
            for (letter, size) in sizes {
                let class = super::class(number, self.test.grade, letter);
                classes.put_row(class_row, 0, [school.login(), label(school), class], Style::Plain);
                classes.put(class_row, 3, size, Style::Plain);
                class_row += 1;
            }
        }
        self.empty_rows(&mut protocol, row);
        protocol.width(4, 36.0);
        vec![classes, protocol]
    }

    fn total_column(&self) -> u16 {
        u16::try_from(BEFORE.len() + self.test.tasks.len() + AFTER.len() - 1).unwrap_or(u16::MAX)
    }

    fn header(&self, sheet: &mut Sheet) {
        let blank = if self.dirt.tight_headers(self.key()) { "" } else { " " };
        let tasks = self.test.tasks.iter().map(|task| format!("{}{blank}({}б)", task.name, task.max));
        let before = BEFORE.iter().map(|&text| text.to_owned());
        let after = AFTER.iter().map(|&text| text.to_owned());
        sheet.put_row(0, 0, before.chain(tasks).chain(after), Style::Header);
        sheet.freeze(1, 0);
    }

    fn pupil(&self, sheet: &mut Sheet, row: u32, school: (usize, &School), at: usize, sitting: &Sitting) {
        let (number, school) = school;
        let municipality = self.region.municipality(school);
        let loaded =
            format!("{:02}.04.{} {:02}:{:02}", 3 + number % 25, self.year, 8 + number % 9, number % 60);
        let mut cells: Vec<Value> = vec![
            school.login().into(),
            self.number(99),
            format!("reg990000 | {}", Region::NAME).into(),
            format!("{} | {}", municipality.code, municipality.name).into(),
            label(school).into(),
            loaded.into(),
            self.number(sitting.code),
            self.variant(number + at, sitting),
        ];
        cells.extend(self.points(number, school, sitting));
        cells.push(super::class(number, self.test.grade, sitting.pupil.letter()).into());
        cells.push(if sitting.pupil.female { "ж" } else { "м" }.into());
        cells.push(self.journal(at, sitting));
        cells.push(self.total(number, school, sitting));
        if self.dirt.other_form(self.key(), school) && sitting.present() {
            let moved = sitting.points.iter().skip(self.test.tasks.len() - 2);
            cells.extend(moved.map(|points| self.number(points.unwrap_or_default())));
        }
        sheet.put_row(row, 0, cells, Style::Plain);
    }

    /// A number, or its text in the file that holds nothing but texts.
    fn number(&self, number: u32) -> Value {
        if self.dirt.all_text(self.key()) { number.to_string().into() } else { number.into() }
    }

    fn variant(&self, spot: usize, sitting: &Sitting) -> Value {
        if sitting.present() {
            return self.number(sitting.variant);
        }
        ["отсутствовал", "Отсутствовал", "отсутствовал "].get(spot % 3).copied().unwrap_or_default().into()
    }

    fn points(&self, number: usize, school: &School, sitting: &Sitting) -> Vec<Value> {
        if !sitting.present() {
            return vec![Value::Blank; self.test.tasks.len()];
        }
        let moved = if self.dirt.other_form(self.key(), school) { 2 } else { 0 };
        let kept = sitting.points.len().saturating_sub(moved);
        let points = sitting.points.iter().enumerate();
        points
            .map(|(at, points)| match points {
                _ if at >= kept => Value::Blank,
                Some(points) => self.number(*points),
                None => super::cross(number).into(),
            })
            .collect()
    }

    fn journal(&self, at: usize, sitting: &Sitting) -> Value {
        match sitting.journal {
            Some(mark) => self.number(mark.unsigned_abs()),
            None if at.is_multiple_of(3) => Value::Blank,
            None => "нет отметки".into(),
        }
    }

    fn total(&self, number: usize, school: &School, sitting: &Sitting) -> Value {
        if !sitting.present() {
            return if number.is_multiple_of(2) { Value::Blank } else { self.number(0) };
        }
        let forgotten = if self.dirt.wrong_totals(self.key(), school) { 3 } else { 0 };
        let counted = sitting.points.len().saturating_sub(forgotten);
        self.number(sitting.points.iter().take(counted).flatten().sum())
    }

    /// What the form keeps ready: rows with a total of 0 and nothing else, and some with a school and a code.
    fn empty_rows(&self, sheet: &mut Sheet, from: u32) {
        for row in 0..60 {
            sheet.put(from + row, self.total_column(), self.number(0), Style::Plain);
        }
        let Some(school) = self.region.schools.last() else { return };
        for row in 0..5 {
            sheet.put(from + row, 0, school.login(), Style::Plain);
            sheet.put(from + row, 4, label(school), Style::Plain);
            let code = self.test.grade.unsigned_abs() * 10_000 + 900 + row;
            sheet.put(from + row, 6, self.number(code), Style::Plain);
        }
    }
}

/// `edu990017 | МБОУ «СОШ № 12»`.
fn label(school: &School) -> String {
    format!("{} | {}", school.login(), school.name_short)
}
