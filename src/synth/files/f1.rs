//! Ф1 «Индивидуальные результаты»: one sheet a test, a group line before the pupils of each school, participants only.

use super::dirt::{Dirt, Test};
use crate::base::{Result, Year};
use crate::grid::{Book, Range, Sheet, Style, Value};
use crate::synth::Artefact;
use crate::synth::blueprint::{Blueprint, Subject};
use crate::synth::region::Region;
use crate::synth::school::School;
use crate::synth::vpr::Sitting;

/// Columns before the tasks.
const BEFORE: [&str; 6] = ["ОО", "Муниципалитет", "Название ОО", "Код участника", "Класс", "Вариант"];
/// Columns after the tasks.
const AFTER: [&str; 3] = ["Первичный балл", "Отметка", "Отметка по журналу"];
/// The header's row, from 0.
const HEADER: u32 = 7;

pub(super) fn write(
    region: &Region,
    dirt: &Dirt,
    year: Year,
    grade: i32,
    subject: Subject,
) -> Result<Artefact> {
    let letters = super::letters(subject);
    let mut book = Book::new(format!("Ф1 {letters} {grade} {year}"));
    if let Some(test) = region.test(grade, subject) {
        let mut form = Form { region, dirt, year, subject, test, row: HEADER + 1, sheet: Sheet::default() };
        form.sheet = Sheet::new(format!("{letters} {grade} Индивидуальные результаты"));
        form.fill();
        book.sheets.push(form.sheet);
    }
    let path = format!("vpr/{year}/Ф1_{letters}_{grade}_{year}.xlsx");
    Ok(Artefact { path: path.into(), bytes: book.to_xlsx()? })
}

struct Form<'a> {
    region: &'a Region,
    dirt: &'a Dirt,
    year: Year,
    subject: Subject,
    test: &'a Blueprint,
    row: u32,
    sheet: Sheet,
}

impl Form<'_> {
    fn key(&self) -> Test {
        (self.year, self.test.grade, self.subject)
    }

    fn fill(&mut self) {
        self.head();
        let region = self.region;
        for (number, school) in region.schools.iter().enumerate() {
            let mut sittings = region.vpr(school, self.year, self.test.grade, self.subject);
            sittings.retain(Sitting::present);
            if self.dirt.pupil_twice(self.key(), school) {
                sittings.extend(sittings.first().cloned());
            }
            self.school((number, school), &sittings);
            if self.dirt.unregistered_after(self.key(), school) {
                let stranger = stranger(school);
                sittings.truncate(7);
                self.school((number, &stranger), &sittings);
            }
        }
        self.look();
    }

    fn head(&mut self) {
        let put = |sheet: &mut Sheet, row, column, text: String| sheet.put(row, column, text, Style::Plain);
        let sheet = &mut self.sheet;
        let (name, grade) = (self.subject.name(), self.test.grade);
        let day = if self.subject == Subject::Maths { 17 } else { 15 };
        sheet.put(0, 0, "Индивидуальные результаты", Style::Title);
        put(sheet, 2, 0, format!("ВПР {} {name} {grade} класс", self.year));
        put(sheet, 3, 0, "Предмет:".to_owned());
        put(sheet, 3, 1, name.to_owned());
        put(sheet, 4, 0, "Максимальный первичный балл:".to_owned());
        sheet.put(4, 1, self.test.max(), Style::Plain);
        put(sheet, 5, 0, "Дата:".to_owned());
        put(sheet, 5, 1, format!("{day}.04.{}", self.year));
        put(sheet, 6, 2, "Уровень сложности задания".to_owned());
        let levels = self.test.tasks.iter().map(|task| if task.difficulty > 0.5 { "П" } else { "Б" });
        sheet.put_row(6, 6, levels, Style::Plain);
        let tasks = self.test.tasks.iter().map(|task| format!("{} ({}б)", task.name, task.max));
        let before = BEFORE.iter().map(|&text| text.to_owned());
        let after = AFTER.iter().map(|&text| text.to_owned());
        sheet.put_row(HEADER, 0, before.chain(tasks).chain(after), Style::Header);
    }

    fn school(&mut self, school: (usize, &School), sittings: &[Sitting]) {
        if sittings.is_empty() {
            return;
        }
        let (_, truth) = school;
        let group =
            format!("{}({}) | Кол-во участников: {}", truth.name_short, truth.login(), sittings.len());
        self.sheet.put(self.row, 0, group, Style::Plain);
        self.hide_unless_first(truth);
        self.row += 1;
        for (at, sitting) in sittings.iter().enumerate() {
            self.pupil(school, at, sitting);
            self.hide_unless_first(truth);
            self.row += 1;
        }
    }

    fn hide_unless_first(&mut self, school: &School) {
        if self.dirt.filter_left(self.key()) && school.municipality != 0 {
            self.sheet.hide_row(self.row);
        }
    }

    fn pupil(&mut self, school: (usize, &School), at: usize, sitting: &Sitting) {
        let (number, school) = school;
        let mut cells: Vec<Value> = vec![
            school.login().into(),
            self.region.municipality(school).name.as_str().into(),
            school.name_short.as_str().into(),
            self.code(school, sitting),
            super::class(number, self.test.grade, sitting.pupil.letter()).into(),
            sitting.variant.into(),
        ];
        cells.extend(self.points(number, school, at, sitting));
        cells.push(sitting.score().into());
        cells.push(self.test.mark(sitting.score()).into());
        cells.push(match sitting.journal {
            _ if at == 0 && self.dirt.impossible_mark(self.key(), school) => 7.into(),
            Some(mark) => mark.into(),
            None => ["нет отметки", "н/а", ""].get(at % 3).filter(|text| !text.is_empty()).copied().into(),
        });
        self.sheet.put_row(self.row, 0, cells, Style::Plain);
    }

    /// Codes are texts in even years, numbers in odd ones, and in one school text of a number.
    fn code(&self, school: &School, sitting: &Sitting) -> Value {
        match sitting.code {
            code if self.dirt.decimal_codes(self.key(), school) => format!("{code}.0").into(),
            code if self.year.0 % 2 == 0 => code.to_string().into(),
            code => code.into(),
        }
    }

    fn points(&self, number: usize, school: &School, at: usize, sitting: &Sitting) -> Vec<Value> {
        let spaced = self.dirt.spaced_points(self.key(), school);
        let too_many = at == 1 && self.dirt.too_many_points(self.key(), school);
        let points = sitting.points.iter().enumerate();
        points
            .map(|(task, points)| match points {
                _ if too_many && task == 0 => 9.into(),
                Some(points) if spaced => format!("{points}\u{a0}").into(),
                Some(points) => (*points).into(),
                None => super::cross(number).into(),
            })
            .collect()
    }

    fn look(&mut self) {
        let right = u16::try_from(BEFORE.len() + self.test.tasks.len() + AFTER.len() - 1).unwrap_or(u16::MAX);
        self.sheet.width(0, 12.0);
        self.sheet.width(1, 26.0);
        self.sheet.width(2, 34.0);
        self.sheet.freeze(HEADER + 1, 0);
        if self.dirt.filter_left(self.key()) {
            let range = Range { top: HEADER, left: 0, bottom: self.row.saturating_sub(1), right };
            self.sheet.filter(range);
        }
    }
}

/// A school that no register knows.
fn stranger(like: &School) -> School {
    School {
        digits: "999999".to_owned(), name_short: "ЧОУ «Школа «Неизвестная»".to_owned(), ..like.clone()
    }
}
