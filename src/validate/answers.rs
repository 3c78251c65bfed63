//! Questionnaires across schools: what schools of one city say of the city, and municipalities that are no places.

use std::collections::BTreeMap;

use polars::prelude::DataFrame;

use super::places::{Group, Places};
use crate::base::{Finding, FindingCode, Result};
use crate::tables::{ints, texts};

/// Questions about the place, to which all schools of a city have one answer.
const OF_THE_PLACE: [&str; 2] = ["settlement_size", "city_reach"];

/// Columns of `form_entry` that are needed.
pub(super) const COLUMNS: [&str; 7] = ["year", "entity", "item", "value", "source_id", "row", "column"];

/// Of each city and question with more than one answer: the first answer that is not the most frequent one, the most frequent
/// answer, and how many there are. What is a city, its name in the register of the year says («г.», «город»).
pub(super) fn differing(places: &Places, entries: &DataFrame, schools: &DataFrame) -> Result<Vec<Finding>> {
    let cities = cities(schools)?;
    let (years, rows) = (ints(entries, "year")?, ints(entries, "row")?);
    let [schools, items, values, sources, columns] =
        ["entity", "item", "value", "source_id", "column"].map(|name| texts(entries, name));
    let (schools, items, values, sources, columns) = (schools?, items?, values?, sources?, columns?);
    let mut answers: BTreeMap<(String, i32, &str), BTreeMap<String, Vec<usize>>> = BTreeMap::new();
    for at in 0..entries.height() {
        let text = |values: &[Option<String>]| values.get(at).cloned().flatten();
        let (Some(year), Some(school), Some(item), Some(value)) =
            (years.get(at).copied().flatten(), text(&schools), text(&items), text(&values))
        else {
            continue;
        };
        let Some(question) = OF_THE_PLACE.iter().find(|question| **question == item) else { continue };
        let Some(city) = cities.get(&(year, school.clone())).or_else(|| cities.get(&(ANY, school))) else {
            continue;
        };
        answers.entry((city.clone(), year, question)).or_default().entry(value).or_default().push(at);
    }
    let mut findings = Vec::new();
    for ((_, _, question), values) in answers.iter().filter(|(_, values)| values.len() > 1) {
        let Some((usual, _)) = values.iter().max_by_key(|(_, rows)| rows.len()) else { continue };
        let others = values.iter().filter(|(value, _)| *value != usual).flat_map(|(_, rows)| rows);
        let Some(&at) = others.min() else { continue };
        let row = Group {
            key: Vec::new(),
            source_id: sources.get(at).cloned().flatten().unwrap_or_default(),
            row: rows.get(at).copied().flatten().unwrap_or_default(),
            count: 1,
        };
        let place = places.at("form_entry", &row, columns.get(at).and_then(Option::as_deref));
        let finding = Finding::new(FindingCode::CityAnswersDiffer, place);
        findings.push(finding.column(*question).value(usual.as_str()).detail(values.len().to_string()));
    }
    Ok(findings)
}

/// In the place of a year: the city of a school in any register.
const ANY: i32 = 0;

/// The city of each school that is in one, by year.
fn cities(schools: &DataFrame) -> Result<BTreeMap<(i32, String), String>> {
    let (years, codes, names) =
        (ints(schools, "year")?, texts(schools, "school_id")?, texts(schools, "municipality")?);
    let mut cities = BTreeMap::new();
    for ((year, code), name) in years.into_iter().zip(codes).zip(names) {
        let (Some(year), Some(code), Some(name)) = (year, code, name) else { continue };
        let name = name.rsplit('|').next().unwrap_or_default().trim().to_lowercase();
        let Some(city) = ["город ", "г. ", "г.", "г "].iter().find_map(|word| name.strip_prefix(word))
        else {
            continue;
        };
        let city = city.trim().to_owned();
        cities.insert((ANY, code.clone()), city.clone());
        cities.insert((year, code), city);
    }
    Ok(cities)
}

/// Municipalities in which only correctional schools stand, at least two of them: once, in the last year.
pub(super) fn of_one_kind(places: &Places, schools: &DataFrame) -> Result<Vec<Finding>> {
    let (years, codes, kinds) =
        (ints(schools, "year")?, texts(schools, "school_id")?, texts(schools, "kind")?);
    let (names, sources, rows) =
        (texts(schools, "municipality")?, texts(schools, "source_id")?, ints(schools, "row")?);
    let mut found: BTreeMap<String, (i32, usize, bool, usize)> = BTreeMap::new();
    for at in 0..schools.height() {
        let text = |values: &[Option<String>]| values.get(at).cloned().flatten().unwrap_or_default();
        let year = years.get(at).copied().flatten().unwrap_or_default();
        let special = text(&kinds) == "correctional" || text(&codes).starts_with("ksh");
        let entry = found.entry(text(&names)).or_insert((year, at, true, 0));
        if year > entry.0 {
            *entry = (year, at, entry.2, 0);
        }
        entry.2 &= special;
        entry.3 += usize::from(year == entry.0);
    }
    let special =
        found.into_iter().filter(|(name, (_, _, special, count))| *special && *count > 1 && !name.is_empty());
    Ok(special
        .map(|(name, (_, at, _, count))| {
            let row = Group {
                key: Vec::new(),
                source_id: sources.get(at).cloned().flatten().unwrap_or_default(),
                row: rows.get(at).copied().flatten().unwrap_or_default(),
                count: 1,
            };
            let place = places.cell("school", &row, "municipality");
            Finding::new(FindingCode::MunicipalityOfKinds, place)
                .column("municipality")
                .value(name)
                .detail(count.to_string())
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::{differing, of_one_kind};
    use crate::tables::{FormEntry, School, Table};
    use crate::validate::places::Places;

    fn school(row: i32, code: &str, municipality: &str, kind: &str) -> School {
        School {
            year: 2022,
            school_id: code.into(),
            municipality: municipality.into(),
            kind: Some(kind.into()),
            source_id: "1".into(),
            row,
            ..School::default()
        }
    }

    #[test]
    fn schools_of_one_city_have_one_answer_about_it() {
        let schools = School::frame(vec![
            school(2, "1", "г. Барнаул", "general"),
            school(3, "2", "город Барнаул", "general"),
            school(4, "3", "reg22_m057 | г.Барнаул", "lyceum"),
            school(5, "4", "Заречный район", "general"),
            school(6, "5", "Заречный район", "general"),
        ])
        .unwrap();
        let answer = |row: i32, school: &str, value: &str| FormEntry {
            year: 2022,
            entity: school.into(),
            item: "settlement_size".into(),
            value: Some(value.into()),
            source_id: "1".into(),
            row,
            column: "K".into(),
            ..FormEntry::default()
        };
        let entries = vec![
            answer(2, "1", "450-680"),
            answer(3, "2", ">680"),
            answer(4, "3", "450-680"),
            answer(5, "4", "<1"),
            answer(6, "5", "1-5"),
        ];
        let found = differing(
            &Places::of_one_sheet("D", "municipality"),
            &FormEntry::frame(entries).unwrap(),
            &schools,
        )
        .unwrap();
        let [only] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((only.code.id(), only.place.to_string().as_str()), ("V322", "f.xlsx › S › K3"));
        assert_eq!((only.value.as_deref(), only.detail.as_deref()), (Some("450-680"), Some("2")));
    }

    #[test]
    fn a_municipality_of_correctional_schools_is_no_place() {
        let schools = vec![
            school(2, "1", "Район", "general"),
            school(3, "ksh2", "Район", "correctional"),
            school(4, "ksh3", "Краевые учреждения", "correctional"),
            school(5, "ksh4", "Краевые учреждения", "correctional"),
        ];
        let found = of_one_kind(&Places::of_one_sheet("D", "municipality"), &School::frame(schools).unwrap())
            .unwrap();
        let [only] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((only.code.id(), only.place.to_string().as_str()), ("V323", "f.xlsx › S › D4"));
        assert_eq!((only.value.as_deref(), only.detail.as_deref()), (Some("Краевые учреждения"), Some("2")));
    }
}
