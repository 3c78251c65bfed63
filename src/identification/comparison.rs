//! Official lists beside ours, school by school, with the criterion that is nearest to turning our state.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::DataFrame;

use crate::base::Result;
use crate::tables::{ListComparison, ListEntry, Reason, ints, texts};

/// The official list that is about something else.
const BIAS: &str = "federal_bias";

/// The schools of an official list of a year, with the document.
type Official = BTreeMap<String, Option<String>>;

/// Our list of results against each official list of its year, and against both together.
pub(super) fn compare(
    official: &DataFrame,
    lists: &[String],
    entries: &[ListEntry],
    reasons: &[Reason],
) -> Result<Vec<ListComparison>> {
    let by_year = read(official)?;
    let mut out = Vec::new();
    for list in lists {
        let ours: BTreeMap<&str, &ListEntry> = entries
            .iter()
            .filter(|entry| entry.list == *list)
            .map(|entry| (entry.school_id.as_str(), entry))
            .collect();
        let Some(year) = ours.values().map(|entry| entry.year).next() else { continue };
        for (name, theirs) in by_year.get(&year).into_iter().flatten() {
            let mut schools: BTreeSet<&str> = theirs.keys().map(String::as_str).collect();
            schools.extend(ours.values().filter(|e| is_listed(e)).map(|e| e.school_id.as_str()));
            for school in schools {
                let entry = ours.get(school).copied();
                let theirs = theirs.get(school);
                out.push(row(list, year, name, school, entry, theirs, reasons));
            }
        }
    }
    Ok(out)
}

/// On our list, by the decision where there is one.
fn is_listed(entry: &ListEntry) -> bool {
    entry.decided.as_deref().unwrap_or(&entry.state) == "listed"
}

fn read(frame: &DataFrame) -> Result<BTreeMap<i32, BTreeMap<String, Official>>> {
    let rows = ints(frame, "year")?.into_iter().zip(texts(frame, "list")?);
    let rows = rows.zip(texts(frame, "school_id")?).zip(texts(frame, "document")?);
    let mut lists: BTreeMap<i32, BTreeMap<String, Official>> = BTreeMap::new();
    for (((year, list), school), document) in rows {
        let (Some(year), Some(list), Some(school)) = (year, list, school) else { continue };
        // biased results are no low results
        if list == BIAS {
            continue;
        }
        for name in [list, "all_official".to_owned()] {
            let schools = lists.entry(year).or_default().entry(name).or_default();
            schools.entry(school.clone()).or_insert_with(|| document.clone());
        }
    }
    Ok(lists)
}

fn row(
    list: &str,
    year: i32,
    official: &str,
    school: &str,
    entry: Option<&ListEntry>,
    theirs: Option<&Option<String>>,
    reasons: &[Reason],
) -> ListComparison {
    let ours = entry.is_some_and(is_listed);
    let computed = entry.is_some_and(|entry| entry.state == "listed");
    // of criteria on our side of the cut the one that fewest pupils would turn
    let nearest = reasons
        .iter()
        .filter(|reason| reason.list == list && reason.school_id == school && reason.met == Some(computed))
        .filter_map(|reason| Some((reason.distance_pupils?.abs(), reason)))
        .min_by_key(|(pupils, _)| *pupils)
        .map(|(_, reason)| reason);
    ListComparison {
        list: list.to_owned(),
        year,
        official: official.to_owned(),
        school_id: school.to_owned(),
        standing: match (ours, theirs.is_some()) {
            (true, true) => "both",
            (true, false) => "only_ours",
            _ => "only_theirs",
        }
        .to_owned(),
        state: entry.map(|entry| entry.state.clone()),
        decided: entry.and_then(|entry| entry.decided.clone()),
        obstacle: entry.and_then(|entry| entry.obstacle.clone()),
        criteria_met: entry.map(|entry| entry.criteria_met),
        criteria_needed: entry.map(|entry| entry.criteria_needed),
        criterion: nearest.map(|reason| reason.criterion.clone()),
        criterion_year: nearest.map(|reason| reason.criterion_year),
        value: nearest.and_then(|reason| reason.value),
        threshold: nearest.map(|reason| reason.threshold),
        distance_pupils: nearest.and_then(|reason| reason.distance_pupils),
        document: theirs.cloned().flatten(),
    }
}

#[cfg(test)]
mod tests {
    use super::compare;
    use crate::tables::{ListEntry, OfficialList, Reason, Table};

    #[test]
    fn every_school_of_either_list_has_its_standing_and_its_nearest_criterion() {
        let entry = |school: &str, state: &str, decided: Option<&str>| ListEntry {
            list: "l".into(),
            year: 2025,
            school_id: school.into(),
            state: state.into(),
            decided: decided.map(str::to_owned),
            ..ListEntry::default()
        };
        let reason = |school: &str, criterion: &str, met: bool, pupils: i64| Reason {
            list: "l".into(),
            year: 2025,
            school_id: school.into(),
            criterion: criterion.into(),
            met: Some(met),
            distance_pupils: Some(pupils),
            ..Reason::default()
        };
        let entries = [
            entry("1", "listed", None),
            entry("2", "listed", None),
            entry("3", "not_listed", None),
            entry("4", "not_listed", Some("listed")),
            entry("5", "not_listed", None),
        ];
        let reasons = [
            reason("3", "far", false, -9),
            reason("3", "near", false, -1),
            reason("3", "met", true, 1),
            reason("2", "sure", true, 6),
            reason("2", "close", true, 2),
        ];
        let official = |list: &str, school: &str| OfficialList {
            year: 2025,
            list: list.into(),
            school_id: school.into(),
            document: Some("Письмо № 1".into()),
            ..OfficialList::default()
        };
        let theirs = vec![
            official("federal", "1"),
            official("federal", "3"),
            official("regional", "9"),
            OfficialList { year: 2024, ..official("federal", "5") },
            official("federal_bias", "3"),
        ];
        let rows = compare(&OfficialList::frame(theirs).unwrap(), &["l".into()], &entries, &reasons).unwrap();
        let of = |official: &str| -> Vec<(String, String, Option<String>)> {
            rows.iter()
                .filter(|row| row.official == official)
                .map(|row| (row.school_id.clone(), row.standing.clone(), row.criterion.clone()))
                .collect()
        };
        let line = |school: &str, standing: &str, criterion: Option<&str>| {
            (school.to_owned(), standing.to_owned(), criterion.map(str::to_owned))
        };
        assert_eq!(
            of("federal"),
            [
                line("1", "both", None),
                line("2", "only_ours", Some("close")),
                line("3", "only_theirs", Some("near")),
                line("4", "only_ours", None),
            ]
        );
        assert_eq!(of("regional").last(), Some(&line("9", "only_theirs", None)));
        assert_eq!(of("all_official").len(), 5);
        let unknown = rows.iter().find(|row| row.school_id == "9").unwrap();
        assert_eq!((unknown.state.clone(), unknown.document.as_deref()), (None, Some("Письмо № 1")));
    }
}
