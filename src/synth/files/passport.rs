//! Social passports: a workbook a municipality and year, a header of two merged rows, a last row of totals.

use super::dirt::Dirt;
use crate::base::{Result, Year, column_letters};
use crate::grid::{Book, Range, Sheet, Style, Value};
use crate::synth::Artefact;
use crate::synth::context::FACTORS;
use crate::synth::names;
use crate::synth::region::Region;
use crate::synth::school::School;

/// The upper row of the header, from 0.
const HEADER: u32 = 4;
/// The first row of schools.
const FIRST: u32 = HEADER + 2;
/// Columns of families among the factors.
const FAMILIES: u16 = 9;

pub(super) fn write(region: &Region, dirt: &Dirt, year: Year, municipality: usize) -> Result<Artefact> {
    let name = region.municipalities.get(municipality).map(|m| m.name.clone()).unwrap_or_default();
    let printed =
        if dirt.other_spelling(year) { name.replacen("г. ", "город ", 1) } else { name.clone() };
    let mut sheet = Sheet::new("Социальный паспорт");
    sheet.put(0, 0, "Социальный паспорт общеобразовательных организаций", Style::Title);
    sheet.put(1, 0, format!("Муниципалитет: {printed}"), Style::Plain);
    sheet.put(2, 0, format!("{}/{year} учебный год", year.0 - 1), Style::Plain);
    header(&mut sheet);
    let mut row = FIRST;
    let mut totals = vec![0u32; FACTORS.len() + 1];
    for school in region.schools.iter().filter(|school| school.municipality == municipality) {
        let values = values(region, dirt, year, school);
        for (total, value) in totals.iter_mut().zip(&values) {
            *total += match value {
                Value::Number(number) => *number as u32,
                _ => 0,
            };
        }
        sheet.put(row, 0, row - FIRST + 1, Style::Text);
        sheet.put_row(row, 1, [school.login(), school.name_short.clone()], Style::Text);
        sheet.put_row(row, 3, values, Style::Plain);
        let (family, first, patronymic) = names::person(u64::from(row) + municipality as u64 * 31, true);
        let phone = format!("+7 (000) 000-{:02}-{:02}", municipality % 100, row % 100);
        sheet.put_row(row, right() - 1, [format!("{family} {first} {patronymic}"), phone], Style::Plain);
        row += 1;
    }
    total(&mut sheet, row, &totals);
    let mut book = Book::new(format!("Социальный паспорт {name} {year}"));
    book.sheets.push(sheet);
    let path = format!("passport/{year}/Социальный паспорт {name}.xlsx");
    Ok(Artefact { path: path.into(), bytes: book.to_xlsx()? })
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

/// All pupils, then the factors.
fn values(region: &Region, dirt: &Dirt, year: Year, school: &School) -> Vec<Value> {
    let passport = region.passport(school, year);
    let all =
        if dirt.spaced_total(year, school) { spaced(passport.pupils).into() } else { passport.pupils.into() };
    let mut values: Vec<Value> =
        std::iter::once(all).chain(passport.counts.iter().map(|&c| c.into())).collect();
    if let Some(count) = values.get_mut(3).filter(|_| dirt.count_above_total(year, school)) {
        *count = (passport.pupils + 12).into();
    }
    if let Some(count) = values.get_mut(6).filter(|_| dirt.words_for_count(year, school)) {
        *count = "нет данных".into();
    }
    values
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
