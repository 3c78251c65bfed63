//! The register of schools: one workbook a year.

use crate::base::{Result, Year};
use crate::grid::{Book, Range, Sheet, Style, Value};
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

pub(super) fn write(region: &Region, year: Year) -> Result<Artefact> {
    let mut sheet = Sheet::new("Реестр");
    sheet.put_row(0, 0, HEADER, Style::Header);
    for (row, school) in (1..).zip(&region.schools) {
        sheet.put_row(row, 0, cells(region, year, row, school), Style::Plain);
    }
    for (column, width) in
        [(0, 14.0), (1, 34.0), (2, 60.0), (3, 34.0), (7, 24.0), (10, 30.0), (11, 20.0), (12, 26.0)]
    {
        sheet.width(column, width);
    }
    let bottom = u32::try_from(region.schools.len()).unwrap_or_default();
    sheet.freeze(1, 1);
    sheet.filter(Range { top: 0, left: 0, bottom, right: 12 });
    let mut book = Book::new(format!("Реестр ОО {year}"));
    book.sheets.push(sheet);
    Ok(Artefact { path: format!("register/Реестр ОО {year}.xlsx").into(), bytes: book.to_xlsx()? })
}

fn cells(region: &Region, year: Year, row: u32, school: &School) -> Vec<Value> {
    let municipality = region.municipality(school);
    let female = !row.is_multiple_of(4);
    let (family, first, patronymic) = names::person(u64::from(row), female);
    let parent = school.parent.as_ref().map(|digits| format!("edu{digits}"));
    let enrolment = u32::try_from(school.enrolment(region.seed, year)).unwrap_or_default();
    vec![
        school.login().into(),
        school.name_short.as_str().into(),
        school.name_full.as_str().into(),
        municipality.name.as_str().into(),
        municipality.oktmo.as_str().into(),
        format!("99000{:05}", row).into(),
        parent.into(),
        kind(school.kind).into(),
        locality(school.locality).into(),
        enrolment.into(),
        format!("{family} {first} {patronymic}").into(),
        format!("+7 (000) 001-{:02}-{:02}", row / 100 % 100, row % 100).into(),
        format!("school{}@example.invalid", school.digits).into(),
    ]
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
