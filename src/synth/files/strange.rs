//! Files that should not be there: a download that broke off, and a workbook about something else.

use super::f1::{self, Odd};
use super::kind::DirtKind;
use super::ledger::Ledger;
use super::passport;
use super::plan::Plan;
use crate::base::{Result, Year};
use crate::grid::{Book, Sheet, Style};
use crate::synth::Artefact;
use crate::synth::blueprint::Subject;
use crate::synth::names;
use crate::synth::region::Region;

/// The first bytes of a compound file, as which a workbook behind a password is stored.
const COMPOUND: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

/// A file that should not be there; `copy` counts those of one kind from 0.
pub(super) fn write(
    region: &Region,
    plan: &Plan,
    ledger: &mut Ledger,
    kind: DirtKind,
    (year, copy): (Year, usize),
) -> Result<Option<Artefact>> {
    let key = (year, 5, Subject::Maths);
    let tail = if copy == 0 { String::new() } else { format!(" {}", copy + 1) };
    let named =
        |stem: &str, bytes: Vec<u8>| Artefact { path: format!("vpr/{year}/{stem}{tail}.xlsx").into(), bytes };
    let artefact = match kind {
        DirtKind::Truncated => truncated(region, plan, year, copy)?,
        DirtKind::ForeignBook => named("График отпусков", holidays(year)?),
        DirtKind::HtmlBook => named(
            "Выгрузка из личного кабинета",
            "<html><head><meta charset=\"utf-8\"></head><body><table><tr><td>ОО</td><td>Код участника</td></tr>\
             <tr><td>edu990001</td><td>50001</td></tr></table></body></html>\r\n".as_bytes().to_vec(),
        ),
        DirtKind::CsvBook => named(
            "Результаты (сохранено как CSV)",
            "ОО;Код участника;Вариант;1 (1б);Первичный балл;Отметка\r\nedu990001;50001;1;1;1;2\r\n".as_bytes().to_vec(),
        ),
        DirtKind::PdfBook => named("Приказ о проведении ВПР", b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n%%EOF\n".to_vec()),
        DirtKind::LockedBook => {
            let mut bytes = COMPOUND.to_vec();
            bytes.resize(512, 0);
            named("Результаты (пароль у методиста)", bytes)
        }
        DirtKind::EmptyFile => named("Новый лист Microsoft Excel", Vec::new()),
        DirtKind::EmptyForm => return f1::odd(region, ledger, key, Odd::Empty, kind).map(Some),
        DirtKind::GradeMissing => return f1::odd(region, ledger, key, Odd::NoGrade, kind).map(Some),
        DirtKind::ColumnRenamed => return f1::odd(region, ledger, key, Odd::Renamed, kind).map(Some),
        _ => return Ok(None),
    };
    ledger.file(kind, &artefact.path.to_string_lossy(), None);
    Ok(Some(artefact))
}

/// A second copy of a passport, cut off in the middle.
fn truncated(region: &Region, plan: &Plan, year: Year, number: usize) -> Result<Artefact> {
    let municipality = (region.municipalities.len() / 2 + number) % region.municipalities.len().max(1);
    let mut copy = passport::write(region, plan, &mut Ledger::default(), year, municipality)?;
    copy.bytes.truncate(copy.bytes.len() / 2);
    let stem = copy.path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    copy.path.set_file_name(format!("{stem} ({}).xlsx", number + 1));
    Ok(copy)
}

/// The centre's own plan of holidays, dropped into the wrong folder.
fn holidays(year: Year) -> Result<Vec<u8>> {
    let mut sheet = Sheet::new(year.to_string());
    sheet.put_row(0, 0, ["№", "Сотрудник", "Отдел", "Начало отпуска", "Дней"], Style::Header);
    for row in 1..=6u32 {
        let (family, first, patronymic) = names::person(u64::from(row), row % 3 != 0);
        sheet.put(row, 0, row, Style::Form);
        sheet.put(row, 1, format!("{family} {first} {patronymic}"), Style::Form);
        sheet.put(row, 2, "Отдел мониторинга", Style::Form);
        sheet.put(row, 3, format!("{:02}.07.{year}", row * 4), Style::Form);
        sheet.put(row, 4, 14 + 7 * (row % 3), Style::FormInteger);
    }
    let mut book = Book::new("График отпусков");
    book.sheets.push(sheet);
    book.to_xlsx()
}
