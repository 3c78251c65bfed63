//! Files that should not be there: a download that broke off, and a workbook about something else.

use super::dirt::Dirt;
use super::passport;
use crate::base::{Result, Year};
use crate::grid::{Book, Sheet, Style};
use crate::synth::Artefact;
use crate::synth::names;
use crate::synth::region::Region;

/// A second copy of a passport, cut off in the middle.
pub(super) fn truncated(region: &Region, dirt: &Dirt, year: Year) -> Result<Artefact> {
    let mut copy = passport::write(region, dirt, year, region.municipalities.len() / 2)?;
    copy.bytes.truncate(copy.bytes.len() / 2);
    let stem = copy.path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    copy.path.set_file_name(format!("{stem} (1).xlsx"));
    Ok(copy)
}

/// The centre's own plan of holidays, dropped into the wrong folder.
pub(super) fn holidays(year: Year) -> Result<Artefact> {
    let mut sheet = Sheet::new(year.to_string());
    sheet.put_row(0, 0, ["№", "Сотрудник", "Отдел", "Начало отпуска", "Дней"], Style::Header);
    for row in 1..=6u32 {
        let (family, first, patronymic) = names::person(u64::from(row), row % 3 != 0);
        sheet.put(row, 0, row, Style::Text);
        sheet.put(row, 1, format!("{family} {first} {patronymic}"), Style::Text);
        sheet.put(row, 2, "Отдел мониторинга", Style::Text);
        sheet.put(row, 3, format!("{:02}.07.{year}", row * 4), Style::Text);
        sheet.put(row, 4, 14 + 7 * (row % 3), Style::Integer);
    }
    let mut book = Book::new("График отпусков");
    book.sheets.push(sheet);
    Ok(Artefact {
        path: format!("vpr/{year}/График отпусков.xlsx").into(), bytes: book.to_xlsx()?
    })
}
