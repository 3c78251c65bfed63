//! Social passports: a workbook a municipality and year, a header of two merged rows, a last row of totals.

use super::kind::DirtKind;
use super::ledger::{Ledger, Page, Written, printed};
use super::plan::Plan;
use crate::base::{Result, Year, column_letters};
use crate::grid::{Book, Range, Sheet, Style, Value};
use crate::synth::Artefact;
use crate::synth::context::{FACTORS, Passport};
use crate::synth::municipality::Municipality;
use crate::synth::names;
use crate::synth::region::Region;
use crate::synth::school::School;

/// The upper row of the header, from 0.
const HEADER: u32 = 4;
/// The first row of schools.
const FIRST: u32 = HEADER + 2;
/// Columns of families among the factors.
const FAMILIES: u16 = 12;

pub(super) fn write(
    region: &Region,
    plan: &Plan,
    ledger: &mut Ledger,
    year: Year,
    municipality: usize,
) -> Result<Artefact> {
    const NONE: &Municipality = &Municipality::NONE;
    let of = region.municipalities.get(municipality).unwrap_or(NONE);
    let path = format!("passport/{year}/Социальный паспорт {}.xlsx", of.name);
    let mut page = Page::new(&path, "Социальный паспорт");
    let printed = spelling(of, year);
    let title = format!("Муниципалитет: {printed}");
    if printed != of.name {
        page.dirt(DirtKind::MunicipalitySpelling, (1, 0), &printed);
    }
    page.sheet.put(0, 0, "Социальный паспорт общеобразовательных организаций", Style::Title);
    page.sheet.put(1, 0, title, Style::Plain);
    page.sheet.put(2, 0, format!("{}/{year} учебный год", year.0 - 1), Style::Plain);
    header(&mut page.sheet);
    page.dirt(DirtKind::MergedHeader, (HEADER, 4), "Социальный статус семей, чел.");
    let mut passport = Rows { page, row: FIRST, totals: vec![0; FACTORS.len() + 1], municipality };
    for (number, school) in region.schools_in(year) {
        let school = school.as_ref();
        if school.municipality == municipality {
            let counts = region.passport(school, year);
            passport.school(number, school, &counts, plan.in_passport(year, number));
        }
    }
    let Rows { mut page, row, totals, .. } = passport;
    total(&mut page.sheet, row, &totals);
    page.set_aside(1);
    page.dirt(DirtKind::FormulaCells, (row, 3), &totals.len().to_string());
    for (column, header) in [(right() - 1, "Ответственный (ФИО)"), (right(), "Телефон")]
    {
        page.dirt(DirtKind::PersonalColumn, (HEADER + 1, column), header);
    }
    let mut book = Book::new(format!("Социальный паспорт {} {year}", of.name));
    book.sheets.push(page.finish(ledger));
    Ok(Artefact { path: path.into(), bytes: book.to_xlsx()? })
}

/// Three spellings of a municipality over three years: the register's is only one of them.
fn spelling(municipality: &Municipality, year: Year) -> String {
    let name = &municipality.name;
    match year.0.rem_euclid(3) {
        1 => name.replacen("г. ", "город ", 1).replacen("район", "р-н", 1).replacen(
            "муниципальный округ",
            "МО",
            1,
        ),
        2 => municipality.code.clone(),
        _ => name.clone(),
    }
}

/// The rows of schools.
struct Rows {
    page: Page,
    row: u32,
    totals: Vec<u32>,
    municipality: usize,
}

impl Rows {
    fn school(&mut self, number: usize, school: &School, passport: &Passport, kind: Option<DirtKind>) {
        let mut values: Vec<Written> = std::iter::once(passport.pupils)
            .chain(passport.counts.iter().copied())
            .map(|count| (count.into(), None))
            .collect();
        if let Some(kind) = kind {
            spoil(kind, number, passport, &mut values);
        }
        let login = match kind {
            Some(DirtKind::PassportSchoolUnreadable) => "—".to_owned(),
            _ => school.login(),
        };
        self.line(number, school, &login, &values);
        if kind == Some(DirtKind::PassportSchoolUnreadable) {
            self.page.dirt(DirtKind::PassportSchoolUnreadable, (self.row - 1, 1), &login);
        }
        if kind == Some(DirtKind::PassportTwice) {
            // Another count that is possible whatever the school.
            let column = 6;
            if let Some((value, _)) = values.get_mut(usize::from(column)) {
                let count = passport.counts.get(usize::from(column) - 1).copied().unwrap_or_default();
                *value = if count < passport.pupils { count + 1 } else { count - 1 }.into();
            }
            self.page.dirt(DirtKind::PassportTwice, (self.row - 1, 3 + column), "2");
            self.line(number, school, &login, &values);
        }
    }

    fn line(&mut self, number: usize, school: &School, login: &str, values: &[Written]) {
        let row = self.row;
        for (total, (value, _)) in self.totals.iter_mut().zip(values) {
            *total += match value {
                Value::Number(number) => *number as u32,
                _ => 0,
            };
        }
        let name = school.name_short.clone();
        self.page.sheet.put(row, 0, row - FIRST + 1, Style::Form);
        self.page.sheet.put_row(row, 1, [login.to_owned(), name], Style::Form);
        for (column, written) in (3u16..).zip(values) {
            self.page.put(number, row, column, written.clone());
        }
        let place = self.municipality;
        let (family, first, patronymic) = names::person(u64::from(row) + place as u64 * 31, true);
        let phone = format!("+7 (000) 000-{:02}-{:02}", place % 100, row % 100);
        let person = [format!("{family} {first} {patronymic}"), phone];
        self.page.sheet.put_row(row, right() - 1, person, Style::Plain);
        self.row += 1;
    }
}

/// One kind of dirt in the figures of a school: all pupils, then the factors.
fn spoil(kind: DirtKind, number: usize, passport: &Passport, values: &mut [Written]) {
    let (at, value): (usize, Value) = match kind {
        DirtKind::WordsForCount => {
            let words = ["нет данных", "-", "есть", "5 чел."];
            (6, words.get(number % 4).copied().unwrap_or_default().into())
        }
        DirtKind::CountAboveTotal => (3, (passport.pupils + 12).into()),
        DirtKind::CountOffScale => {
            let numbers = [12.5, -3.0];
            (2, numbers.get(number % 2).copied().unwrap_or_default().into())
        }
        DirtKind::SpacedTotal => (0, spaced(passport.pupils).into()),
        DirtKind::CountsAsText => {
            for (value, _) in values.iter_mut() {
                *value = printed(value).into();
            }
            (0, passport.pupils.to_string().into())
        }
        _ => return,
    };
    if let Some(written) = values.get_mut(at) {
        *written = (value, Some(kind));
    }
}

/// The last column.
fn right() -> u16 {
    5 + u16::try_from(FACTORS.len()).unwrap_or_default()
}

fn header(sheet: &mut Sheet) {
    let mut tall = |column, text: &str| {
        let range = Range { top: HEADER, left: column, bottom: HEADER + 1, right: column };
        sheet.merge(range, text, Style::Header);
    };
    for (column, text) in (0..).zip(["№ п/п", "Логин ОО", "Наименование ОО", "Всего обучающихся"])
    {
        tall(column, text);
    }
    tall(right() - 1, "Ответственный (ФИО)");
    tall(right(), "Телефон");
    let mut wide = |left, right, text: &str| {
        sheet.merge(Range { top: HEADER, left, bottom: HEADER, right }, text, Style::Header);
    };
    wide(4, 3 + FAMILIES, "Социальный статус семей, чел.");
    wide(4 + FAMILIES, right() - 2, "Учёт и особые потребности, чел.");
    sheet.put_row(HEADER + 1, 4, FACTORS.iter().map(|factor| factor.header), Style::Header);
    sheet.height(HEADER + 1, 60.0);
    for (column, width) in [(1, 12.0), (2, 36.0), (right() - 1, 26.0), (right(), 20.0)] {
        sheet.width(column, width);
    }
    sheet.freeze(FIRST, 3);
}

/// Digits with a no-break space before the last three, as a spreadsheet prints thousands.
fn spaced(number: u32) -> String {
    if number < 1000 {
        format!("\u{a0}{number}")
    } else {
        format!("{}\u{a0}{:03}", number / 1000, number % 1000)
    }
}

/// The last row: sums as formulas, with their values.
fn total(sheet: &mut Sheet, row: u32, totals: &[u32]) {
    sheet.put(row, 2, "Итого", Style::Header);
    for (column, total) in (3u16..).zip(totals) {
        let letters = column_letters(u32::from(column));
        let text = format!("SUM({letters}{}:{letters}{row})", FIRST + 1);
        sheet.put(row, column, Value::Formula { text, cached: total.to_string() }, Style::Header);
    }
}
