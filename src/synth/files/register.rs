//! The register of schools: one workbook a year.

use super::kind::DirtKind;
use super::ledger::{Ledger, Page, Written};
use super::plan::Plan;
use crate::base::{Result, Year};
use crate::grid::{Book, Range, Style, Value};
use crate::synth::Artefact;
use crate::synth::names;
use crate::synth::region::Region;
use crate::synth::school::{Kind, Locality, School};

const HEADER: [&str; 13] = [
    "Логин ФИС ОКО",
    "Краткое наименование",
    "Полное наименование",
    "Муниципалитет",
    "ОКТМО",
    "ИНН",
    "Головная организация",
    "Тип ОО",
    "Тип местности",
    "Численность обучающихся",
    "Руководитель (ФИО)",
    "Телефон",
    "E-mail",
];
/// Of them, those with personal data.
const PERSONAL: [u16; 3] = [10, 11, 12];

pub(super) fn write(region: &Region, plan: &Plan, ledger: &mut Ledger, year: Year) -> Result<Artefact> {
    let path = format!("register/Реестр ОО {year}.xlsx");
    let mut page = Page::new(&path, "Реестр");
    page.sheet.put_row(0, 0, HEADER, Style::Header);
    for (column, header) in (0u16..).zip(HEADER).filter(|(column, _)| PERSONAL.contains(column)) {
        page.dirt(DirtKind::PersonalColumn, (0, column), header);
    }
    let mut row = 1;
    for (number, school) in region.schools_in(year) {
        let school = school.as_ref();
        let kind = plan.in_register(year, number);
        let cells = cells(region, year, number, school, kind);
        if school.kind == Kind::Correctional
            && region.schools.iter().any(|s| s.digits == school.digits && s.kind != school.kind)
        {
            page.dirt(DirtKind::SharedDigits, (row, 0), &school.login());
        }
        if kind == Some(DirtKind::RegisteredTwice) {
            page.dirt(DirtKind::RegisteredTwice, (row, 0), "2");
            line(&mut page, number, row, cells.clone());
            row += 1;
        }
        line(&mut page, number, row, cells);
        row += 1;
    }
    page.sheet.put(row, 1, "Итого", Style::Plain);
    page.sheet.put(row, 0, row - 1, Style::Plain);
    page.set_aside(1);
    for (column, width) in
        [(0, 14.0), (1, 34.0), (2, 60.0), (3, 34.0), (7, 24.0), (10, 30.0), (11, 20.0), (12, 26.0)]
    {
        page.sheet.width(column, width);
    }
    page.sheet.freeze(1, 1);
    page.sheet.filter(Range { top: 0, left: 0, bottom: row - 1, right: 12 });
    let mut book = Book::new(format!("Реестр ОО {year}"));
    book.sheets.push(page.finish(ledger));
    Ok(Artefact { path: path.into(), bytes: book.to_xlsx()? })
}

fn line(page: &mut Page, number: usize, row: u32, cells: Vec<Written>) {
    for (column, written) in (0u16..).zip(cells) {
        page.put(number, row, column, written);
    }
}

fn cells(
    region: &Region,
    year: Year,
    number: usize,
    school: &School,
    dirt: Option<DirtKind>,
) -> Vec<Written> {
    let municipality = region.municipality(school);
    let row = number + 1;
    let female = !row.is_multiple_of(4);
    let (family, first, patronymic) = names::person(row as u64, female);
    let parent = school.parent.as_ref().map(|digits| format!("edu{digits}"));
    let enrolment = u32::try_from(region.enrolment(school, year)).unwrap_or_default();
    let values: [Value; 13] = [
        school.login().into(),
        school.name_short.as_str().into(),
        school.name_full.as_str().into(),
        municipality.name.as_str().into(),
        municipality.oktmo.as_str().into(),
        format!("99000{row:05}").into(),
        parent.into(),
        kind(school.kind).into(),
        locality(school.locality).into(),
        enrolment.into(),
        format!("{family} {first} {patronymic}").into(),
        format!("+7 (000) 001-{:02}-{:02}", row / 100 % 100, row % 100).into(),
        format!("school{}@example.invalid", school.digits).into(),
    ];
    let mut cells: Vec<Written> = values.into_iter().map(|value| (value, None)).collect();
    if let Some((at, value)) = dirt.and_then(|dirt| spoilt(dirt, &municipality.oktmo, enrolment))
        && let Some(cell) = cells.get_mut(at)
    {
        *cell = (value.into(), dirt);
    }
    cells
}

/// What one kind of dirt writes, and into which column.
fn spoilt(dirt: DirtKind, oktmo: &str, enrolment: u32) -> Option<(usize, String)> {
    match dirt {
        DirtKind::OktmoShort => Some((4, oktmo.get(1..).unwrap_or_default().to_owned())),
        DirtKind::ParentUnreadable => Some((6, "см. головную организацию".to_owned())),
        DirtKind::KindUnknown => Some((7, "образовательный центр".to_owned())),
        DirtKind::LocalityUnknown => Some((8, "хутор".to_owned())),
        DirtKind::EnrolmentWords => Some((9, format!("около {enrolment}"))),
        _ => None,
    }
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::General => "общеобразовательная школа",
        Kind::Lyceum => "лицей",
        Kind::Gymnasium => "гимназия",
        Kind::Basic => "основная школа",
        Kind::Primary => "начальная школа",
        Kind::Branch => "филиал",
        Kind::Correctional => "коррекционная школа",
        Kind::Evening => "вечерняя школа",
        Kind::Boarding => "школа-интернат",
    }
}

fn locality(locality: Locality) -> &'static str {
    match locality {
        Locality::City => "город",
        Locality::Town => "посёлок",
        Locality::Village => "село",
    }
}
