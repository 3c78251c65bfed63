//! Which school is meant: by id, by login, by a part of its name.

use std::collections::BTreeMap;

use crate::base::{Fault, FaultCode, Result, SchoolId};
use crate::explain::source::{TableSource, at};
use crate::tables::{ints, texts};
use crate::text::natural_cmp;

/// Who a school is, as the latest register has it.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct SchoolCard {
    /// `123456`, or `ksh123456`.
    pub school_id: String,
    /// Year of the register; missing where no register has the school.
    pub year: Option<i32>,
    /// Official short name; the id where no register has the school.
    pub name_short: String,
    /// Official full name.
    pub name_full: Option<String>,
    /// Municipality.
    pub municipality: Option<String>,
    /// `general`, `lyceum`, …
    pub kind: Option<String>,
    /// `city`, `town`, `village`.
    pub locality: Option<String>,
    /// Pupils.
    pub enrolment: Option<i32>,
    /// For a branch: the school that it belongs to.
    pub parent: Option<String>,
}

/// So many candidates are named where a question is not clear.
const CANDIDATES: usize = 10;

/// Finds the one school that the query means: an id or login (`203389`, `edu203389`), the whole name, or a part of it:
/// every word of the query must stand in the name, a number as a number (`10` is not in `№ 110`).
///
/// # Errors
/// `E202` where no school fits, `E204` with the first candidates where several do.
pub fn find_school(source: TableSource<'_>, query: &str) -> Result<SchoolCard> {
    let cards = cards(source)?;
    if let Some(id) = SchoolId::from_login(query)
        && let Some(card) = cards.get(id.as_str())
    {
        return Ok(card.clone());
    }
    let wanted = words(query);
    let fits = |card: &&SchoolCard| {
        let names = [Some(&card.name_short), card.name_full.as_ref()];
        names.into_iter().flatten().any(|name| contains(&words(name), &wanted))
    };
    let mut found: Vec<&SchoolCard> = cards.values().filter(|_| !wanted.is_empty()).filter(fits).collect();
    let whole: Vec<&SchoolCard> =
        found.iter().copied().filter(|card| words(&card.name_short) == wanted).collect();
    if !whole.is_empty() {
        found = whole;
    }
    found.sort_by(|a, b| {
        natural_cmp(&a.name_short, &b.name_short).then_with(|| a.school_id.cmp(&b.school_id))
    });
    match found.as_slice() {
        [only] => Ok((*only).clone()),
        [] => Err(Fault::new(FaultCode::NotFound).with("school", query)),
        several => Err(Fault::new(FaultCode::Ambiguous)
            .with("school", query)
            .with("found", several.len())
            .with("candidates", candidates(several))),
    }
}

fn candidates(schools: &[&SchoolCard]) -> String {
    let named: Vec<String> = schools
        .iter()
        .take(CANDIDATES)
        .map(|card| {
            let municipality = card.municipality.as_deref().unwrap_or("—");
            format!("{} {} ({municipality})", card.school_id, card.name_short)
        })
        .collect();
    let more = if schools.len() > CANDIDATES { "; …" } else { "" };
    format!("{}{more}", named.join("; "))
}

/// Words and numbers of a name in small letters, `ё` as `е`, without punctuation and quotes.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut last = None;
    for c in text.to_lowercase().chars().map(|c| if c == 'ё' { 'е' } else { c }) {
        let kind = c.is_alphanumeric().then(|| c.is_ascii_digit());
        match (kind, last == Some(kind), words.last_mut()) {
            (None, ..) => {}
            (Some(_), true, Some(word)) => String::push(word, c),
            (Some(_), ..) => words.push(c.to_string()),
        }
        last = Some(kind);
    }
    words
}

fn contains(name: &[String], wanted: &[String]) -> bool {
    wanted.iter().all(|word| {
        let is_number = word.bytes().all(|b| b.is_ascii_digit());
        name.iter().any(|part| if is_number { part == word } else { part.contains(word.as_str()) })
    })
}

/// Every school of the run: the registers' (the latest row of each school), and those that only have figures.
fn cards(source: TableSource<'_>) -> Result<BTreeMap<String, SchoolCard>> {
    let columns = [
        "year",
        "school_id",
        "name_short",
        "name_full",
        "municipality",
        "kind",
        "locality",
        "enrolment",
        "parent",
    ];
    let frame = source("school", Some(&columns))?;
    let years = ints(&frame, "year")?;
    let [ids, names, full, municipalities, kinds, localities] =
        ["school_id", "name_short", "name_full", "municipality", "kind", "locality"]
            .map(|c| texts(&frame, c));
    let (ids, names, full) = (ids?, names?, full?);
    let (municipalities, kinds, localities) = (municipalities?, kinds?, localities?);
    let (enrolment, parents) = (ints(&frame, "enrolment")?, texts(&frame, "parent")?);
    let mut cards: BTreeMap<String, SchoolCard> = BTreeMap::new();
    for row in 0..frame.height() {
        let (Some(school_id), year) = (at(&ids, row), at(&years, row)) else { continue };
        if cards.get(&school_id).is_some_and(|card| card.year >= year) {
            continue;
        }
        let card = SchoolCard {
            school_id: school_id.clone(),
            year,
            name_short: at(&names, row).unwrap_or_default(),
            name_full: at(&full, row),
            municipality: at(&municipalities, row),
            kind: at(&kinds, row),
            locality: at(&localities, row),
            enrolment: at(&enrolment, row),
            parent: at(&parents, row),
        };
        cards.insert(school_id, card);
    }
    let listed = texts(&source("list_entry", Some(&["school_id"]))?, "school_id")?;
    // A list is of one year: a school that no register has may have figures of another.
    let figures = source("indicator_value", Some(&["level", "entity_id"]))?;
    let figures = texts(&figures, "level")?.into_iter().zip(texts(&figures, "entity_id")?);
    let with_figures = figures.filter(|(level, _)| level.as_deref() == Some("school")).map(|(_, id)| id);
    for school_id in listed.into_iter().chain(with_figures).flatten() {
        cards.entry(school_id.clone()).or_insert_with(|| SchoolCard {
            name_short: school_id.clone(),
            school_id,
            ..SchoolCard::default()
        });
    }
    Ok(cards)
}

#[cfg(test)]
mod tests {
    use super::{find_school, words};
    use crate::base::FaultCode;
    use crate::tables::{IndicatorValue, ListEntry, School, Table};

    fn find(query: &str) -> Result<String, (FaultCode, usize)> {
        let school = |year, id: &str, name: &str| School {
            year,
            school_id: id.into(),
            name_short: name.into(),
            municipality: "Заречный район".into(),
            ..School::default()
        };
        let register = vec![
            school(2024, "100001", "МБОУ «СОШ № 1»"),
            school(2025, "100001", "МБОУ «СОШ № 1 им. Героя»"),
            school(2025, "100010", "МБОУ «СОШ № 10»"),
            school(2025, "100110", "МБОУ «СОШ № 110»"),
            school(2025, "100003", "Берёзовская ООШ"),
            school(2025, "100004", "Берёзовская ООШ № 2"),
        ];
        let listed = ListEntry { school_id: "999999".into(), ..ListEntry::default() };
        let source = |table: &str, _: Option<&[&str]>| match table {
            "school" => School::frame(register.clone()),
            "indicator_value" => IndicatorValue::frame(vec![IndicatorValue {
                level: "school".into(),
                entity_id: "999998".into(),
                ..IndicatorValue::default()
            }]),
            _ => ListEntry::frame(vec![listed.clone()]),
        };
        find_school(&source, query).map(|card| card.school_id).map_err(|fault| {
            let found =
                fault.args.iter().find(|(name, _)| *name == "found").and_then(|(_, n)| n.parse().ok());
            (fault.code, found.unwrap_or(0))
        })
    }

    #[test]
    fn a_school_is_found_by_what_people_say() {
        for (query, id) in [
            ("100010", "100010"),
            ("edu100010", "100010"),
            ("СОШ № 10", "100010"),
            ("сош 10", "100010"),
            ("героя", "100001"),
            ("березовская оош", "100003"),
            ("Березовская 2", "100004"),
            ("999999", "999999"),
            ("999998", "999998"),
        ] {
            assert_eq!(find(query), Ok(id.to_owned()), "{query}");
        }
        assert_eq!(find("сош"), Err((FaultCode::Ambiguous, 3)));
        assert_eq!(find("лицей"), Err((FaultCode::NotFound, 0)));
        assert_eq!(find(" № "), Err((FaultCode::NotFound, 0)));
        assert_eq!(words("МБОУ «СОШ №10а»"), ["мбоу", "сош", "10", "а"]);
    }
}
