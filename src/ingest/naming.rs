//! What sheets of results call schools, and where they put them: all that a region without registers says of who is who.

use std::collections::BTreeSet;

use crate::base::{FindingCode, Municipality, SchoolId};
use crate::grid::{Cell, Row};
use crate::ingest::desk::Desk;
use crate::ingest::header::{Fit, Role};
use crate::ingest::layout::Tells;
use crate::ingest::masks::masked;
use crate::ingest::words::{fold, tidy};
use crate::tables::SchoolNamed;

/// Beginnings of words of which the name of a school has one. A column that slipped by one brings names of persons.
const SCHOOLS: [&str; 16] = [
    "школ",
    "сош",
    "оош",
    "нош",
    "гимнази",
    "лице",
    "интернат",
    "корпус",
    "центр",
    "учрежд",
    "мбоу",
    "маоу",
    "мкоу",
    "моу",
    "гбоу",
    "оу",
];

/// The namings of a sheet.
pub(super) struct Namings {
    name: Option<u32>,
    municipality: Option<u32>,
    school: Option<u32>,
    /// The cells of the row before: most rows say the same.
    last: Option<(SchoolId, [Cell; 3])>,
    seen: BTreeSet<(String, Option<String>, Option<String>)>,
    rows: Vec<SchoolNamed>,
}

impl Namings {
    pub(super) fn of(fit: &Fit<'_>) -> Self {
        let told = |what: Tells| {
            let mut columns = fit.columns.iter();
            let tells = |role: &Role<'_>| matches!(role, Role::Ignored(rule) if rule.tells == Some(what));
            columns.find(|column| tells(&column.role)).map(|column| column.column)
        };
        Self {
            name: told(Tells::Name),
            municipality: told(Tells::Municipality),
            school: fit.column("school_id"),
            last: None,
            seen: BTreeSet::new(),
            rows: Vec::new(),
        }
    }

    /// What a row says of its school. `above` is what the line above its rows calls it.
    pub(super) fn add(
        &mut self,
        desk: &mut Desk<'_>,
        row: &Row,
        (year, procedure): (i32, &str),
        school: &SchoolId,
        above: Option<&str>,
    ) {
        let of = |column: Option<u32>| column.map_or(&Cell::Empty, |column| row.cell(column));
        let cells = [of(self.name), of(self.municipality), of(self.school)];
        let is_last =
            |(last, known): &(SchoolId, [Cell; 3])| last == school && cells.iter().copied().eq(known);
        if self.last.as_ref().is_some_and(is_last) {
            return;
        }
        self.last = Some((school.clone(), cells.map(Clone::clone)));
        let [name, municipality, login] = cells;
        let own = printed(name).filter(|name| is_school(name));
        let name = own.or_else(|| beside_code(login)).or_else(|| beside_code_in(above?));
        let municipality = printed(municipality).filter(|text| Municipality::of(text).is_sure);
        self.keep(desk, row.number, (year, procedure), Some(school), name, municipality);
    }

    /// What a row of counts says of whom it is about: a school, or a whole municipality.
    pub(super) fn group(
        &mut self,
        desk: &mut Desk<'_>,
        row: &Row,
        (year, procedure): (i32, &str),
        (school, text): (Option<&SchoolId>, Option<&str>),
    ) {
        match (school, text) {
            (Some(school), text) => self.add(desk, row, (year, procedure), school, text),
            (None, Some(text)) if Municipality::of(text).code.is_some() => {
                self.keep(desk, row.number, (year, procedure), None, None, Some(tidy(text)));
            }
            _ => {}
        }
    }

    fn keep(
        &mut self,
        desk: &mut Desk<'_>,
        row: u32,
        (year, procedure): (i32, &str),
        school: Option<&SchoolId>,
        name: Option<String>,
        municipality: Option<String>,
    ) {
        let mut without = |text: String, column: Option<u32>| match masked(&text) {
            None => text,
            Some(masked) => {
                let at = desk.at(row, column.unwrap_or_default());
                desk.push(FindingCode::TextMasked, at, |f| f.column("name"));
                masked
            }
        };
        let name = name.map(|name| without(name, self.name.or(self.school)));
        let municipality = municipality.map(|text| without(text, self.municipality));
        let key = (school.map(ToString::to_string).unwrap_or_default(), name.clone(), municipality.clone());
        if (name.is_none() && municipality.is_none()) || !self.seen.insert(key) {
            return;
        }
        self.rows.push(SchoolNamed {
            year,
            procedure: procedure.to_owned(),
            school_id: school.map(ToString::to_string),
            name,
            municipality,
            source_id: String::new(),
            row: i32::try_from(row).unwrap_or_default(),
        });
    }

    pub(super) fn finish(self, source_id: &str) -> Vec<SchoolNamed> {
        let of_sheet = |row: SchoolNamed| SchoolNamed { source_id: source_id.to_owned(), ..row };
        self.rows.into_iter().map(of_sheet).collect()
    }
}

fn printed(cell: &Cell) -> Option<String> {
    match cell {
        Cell::Text(text) => Some(tidy(text)).filter(|text| !text.is_empty() && text.chars().count() <= 300),
        _ => None,
    }
}

fn is_school(name: &str) -> bool {
    let folded = fold(name);
    let begins = |word: &str, with: &str| if with == "оу" { word == with } else { word.starts_with(with) };
    folded.split(' ').any(|word| SCHOOLS.iter().any(|with| begins(word, &fold(with))))
}

/// The name that stands beside a login in its own cell: `edu224085 | МБОУ «…»`.
fn beside_code(cell: &Cell) -> Option<String> {
    match cell {
        Cell::Text(text) => beside_code_in(text),
        _ => None,
    }
}

/// `МБОУ «…»(edu203389) | Кол-во участников: 89`, `edu224085 | МБОУ «…»`.
fn beside_code_in(text: &str) -> Option<String> {
    let is_login = |word: &str| {
        let word = word.to_lowercase();
        let digits = word.trim_start_matches(|c: char| c.is_ascii_lowercase());
        digits.len() == 6 && digits.len() < word.len() && digits.bytes().all(|b| b.is_ascii_digit())
    };
    let pieces = text.split('|').map(|piece| {
        let login = piece.split(|c: char| !c.is_ascii_alphanumeric()).find(|word| is_login(word));
        let name = login.map_or_else(|| piece.to_owned(), |login| piece.replace(login, ""));
        tidy(&name.replace("()", ""))
    });
    pieces.into_iter().find(|piece| is_school(piece) && piece.chars().count() <= 300)
}

#[cfg(test)]
mod tests {
    use super::{beside_code_in, is_school};

    #[test]
    fn names_of_schools_are_kept_and_names_of_persons_are_not() {
        for (name, expected) in [
            ("МБОУ «СОШ № 12»", true),
            ("Гимназия 3", true),
            ("МБОУ \"Лицей №1\"", true),
            ("ОУ № 7", true),
            ("Иванова Мария Петровна", false),
            ("Оуэн Джон", false),
            ("7Б", false),
            ("", false),
        ] {
            assert_eq!(is_school(name), expected, "{name}");
        }
    }

    #[test]
    fn a_name_stands_beside_the_login() {
        for (text, expected) in [
            ("МБОУ «СОШ № 2»(edu203389) | Кол-во участников: 89", Some("МБОУ «СОШ № 2»")),
            ("edu224085 | МБОУ СОШ №1", Some("МБОУ СОШ №1")),
            ("Школа(edu203389)", Some("Школа")),
            ("edu224085", None),
            ("sch224085 Иванов", None),
        ] {
            assert_eq!(beside_code_in(text).as_deref(), expected, "{text}");
        }
    }
}
