//! Decisions of people on single schools: they stand beside the computed state and never replace it.
//!
//! A file of `data/decisions` names the list, its year, the school, the state, who decided, when, on what document and why. A
//! decision that cannot be used is a finding at its line: an unknown school, no document, another decision that says otherwise.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use crate::base::{Finding, FindingCode, Place, Result, SchoolId, not_toml};
use crate::pipeline::{Declared, line_of};
use crate::tables::{Decision, ListEntry};

/// The documents with decisions.
pub(super) const FOLDER: &str = "decision/";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default, rename = "decision")]
    decisions: Vec<Spanned<Written>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    list: String,
    year: i32,
    school: String,
    state: String,
    #[serde(default)]
    by: String,
    #[serde(default)]
    on: String,
    #[serde(default)]
    document: String,
    #[serde(default)]
    why: String,
}

/// The decisions as they are written, in the order of files and lines.
pub(super) fn read(declared: &Declared<'_>) -> Result<Vec<Decision>> {
    let mut decisions = Vec::new();
    for (_, (path, text)) in declared.documents.iter().filter(|(name, _)| name.starts_with(FOLDER)) {
        let file: File = toml::from_str(text).map_err(|error| not_toml(path, text, &error))?;
        for decision in file.decisions {
            let row = i32::try_from(line_of(text, decision.span().start)).unwrap_or(i32::MAX);
            let written = decision.into_inner();
            let school = SchoolId::from_login(&written.school);
            decisions.push(Decision {
                list: written.list,
                year: written.year,
                school_id: school.map_or(written.school, |school| school.to_string()),
                decided: written.state,
                decided_by: written.by,
                decided_on: written.on,
                document: written.document,
                reason: written.why,
                path: path.clone(),
                row,
            });
        }
    }
    Ok(decisions)
}

/// Writes the usable decisions into the entries; what is wrong with the others is a finding. Gives back the usable ones.
pub(super) fn apply(decisions: Vec<Decision>, entries: &mut [ListEntry]) -> (Vec<Decision>, Vec<Finding>) {
    let mut findings = Vec::new();
    let key = |decision: &Decision| (decision.list.clone(), decision.year, decision.school_id.clone());
    let mut said: BTreeMap<(String, i32, String), Vec<&str>> = BTreeMap::new();
    for decision in &decisions {
        said.entry(key(decision)).or_default().push(&decision.decided);
    }
    let contradicted: Vec<bool> = decisions
        .iter()
        .map(|decision| {
            said.get(&key(decision)).is_some_and(|states| states.iter().any(|s| *s != decision.decided))
        })
        .collect();
    // of several that say the same the latest counts: a school has one decision
    let mut latest: BTreeMap<(String, i32, String), (&str, &str, i32)> = BTreeMap::new();
    for decision in &decisions {
        let own = when(decision);
        let known = latest.entry(key(decision)).or_insert(own);
        *known = own.max(*known);
    }
    let repeated: Vec<bool> =
        decisions.iter().map(|one| latest.get(&key(one)).is_some_and(|known| *known != when(one))).collect();
    let mut at: BTreeMap<(String, i32, String), &mut ListEntry> = entries
        .iter_mut()
        .map(|entry| ((entry.list.clone(), entry.year, entry.school_id.clone()), entry))
        .collect();
    let lists: Vec<(String, i32)> = at.keys().map(|(list, year, _)| (list.clone(), *year)).collect();
    let mut used = Vec::new();
    for ((decision, contradicted), repeated) in decisions.into_iter().zip(contradicted).zip(repeated) {
        let entry = at.get_mut(&key(&decision));
        let on_list = lists.iter().any(|(list, year)| (list, year) == (&decision.list, &decision.year));
        let trouble = match &entry {
            _ if !on_list => Some("list"),
            None => Some("school"),
            _ if !["listed", "not_listed"].contains(&decision.decided.as_str()) => Some("state"),
            _ if decision.document.trim().is_empty() => Some("document"),
            _ if decision.decided_by.trim().is_empty() => Some("by"),
            _ if !is_day(&decision.decided_on) => Some("on"),
            _ if is_early(&decision) => Some("early"),
            _ if decision.reason.trim().is_empty() => Some("why"),
            _ if contradicted => Some("contradiction"),
            _ if repeated => Some("repeated"),
            _ => None,
        };
        if let Some(trouble) = trouble {
            let line = u32::try_from(decision.row).unwrap_or_default();
            let place = Place::Line(decision.path, usize::try_from(line).unwrap_or_default());
            findings.push(Finding::new(FindingCode::DecisionUnusable, place).detail(trouble));
            continue;
        }
        if let Some(entry) = entry {
            entry.decided = Some(decision.decided.clone());
            used.push(decision);
        }
    }
    (used, findings)
}

/// A day of the calendar, `2025-11-20`.
fn is_day(text: &str) -> bool {
    let parts: Vec<Option<u32>> = text
        .split('-')
        .map(|part| part.parse().ok().filter(|_| part.bytes().all(|byte| byte.is_ascii_digit())))
        .collect();
    let [Some(year @ 1990..=2100), Some(month @ 1..=12), Some(day)] = parts.as_slice() else { return false };
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    (1..=days).contains(day) && text.len() == 10
}

/// The day, then the place in the files.
fn when(decision: &Decision) -> (&str, &str, i32) {
    (&decision.decided_on, &decision.path, decision.row)
}

/// Was it decided before the school year of the list began? Nobody could have known its results.
fn is_early(decision: &Decision) -> bool {
    decision.decided_on < format!("{}-09-01", decision.year - 1)
}

#[cfg(test)]
mod tests {
    use super::{apply, is_day};
    use crate::base::Place;
    use crate::tables::{Decision, ListEntry};

    fn entry(school: &str, state: &str) -> ListEntry {
        ListEntry {
            list: "low_results".into(),
            year: 2025,
            school_id: school.into(),
            state: state.into(),
            ..ListEntry::default()
        }
    }

    fn decision(school: &str, row: i32) -> Decision {
        Decision {
            list: "low_results".into(),
            year: 2025,
            school_id: school.into(),
            decided: "not_listed".into(),
            decided_by: "Комиссия".into(),
            decided_on: "2025-11-20".into(),
            document: "Протокол № 4".into(),
            reason: "Школа реорганизована".into(),
            path: "data/decisions/2025.toml".into(),
            row,
        }
    }

    #[test]
    fn a_decision_stands_beside_the_computed_state() {
        let mut entries = [entry("1", "listed"), entry("2", "listed")];
        let (used, findings) = apply(vec![decision("1", 3)], &mut entries);
        assert!(findings.is_empty() && used.len() == 1);
        assert_eq!(
            (entries[0].state.as_str(), entries[0].decided.as_deref()),
            ("listed", Some("not_listed"))
        );
        assert_eq!(entries[1].decided, None);
    }

    #[test]
    fn what_cannot_be_used_is_a_finding_at_its_line_and_changes_nothing() {
        let otherwise = Decision { decided: "listed".into(), ..decision("2", 9) };
        let wrong = vec![
            decision("9", 1),
            Decision { document: " ".into(), ..decision("1", 2) },
            Decision { list: "other".into(), ..decision("1", 3) },
            Decision { decided: "maybe".into(), ..decision("3", 4) },
            Decision { decided_on: "20.11.2025".into(), ..decision("4", 5) },
            Decision { decided_by: String::new(), ..decision("4", 6) },
            Decision { reason: String::new(), ..decision("5", 7) },
            decision("2", 8),
            otherwise,
            Decision { decided_on: "2024-08-31".into(), ..decision("6", 10) },
        ];
        let mut entries = ["1", "2", "3", "4", "5", "6"].map(|school| entry(school, "listed"));
        let before = entries.clone();
        let (used, findings) = apply(wrong, &mut entries);
        assert!(used.is_empty() && entries == before);
        let told: Vec<(Place, &str)> =
            findings.iter().map(|f| (f.place.clone(), f.detail.as_deref().unwrap())).collect();
        let words = [
            "school",
            "document",
            "list",
            "state",
            "on",
            "by",
            "why",
            "contradiction",
            "contradiction",
            "early",
        ];
        for (line, (word, told)) in words.iter().zip(told).enumerate() {
            assert_eq!(told, (Place::Line("data/decisions/2025.toml".into(), line + 1), *word));
        }
    }

    #[test]
    fn of_decisions_that_say_the_same_the_latest_counts_and_the_others_are_told() {
        let on = |day: &str, row| Decision { decided_on: day.into(), ..decision("1", row) };
        let mut entries = [entry("1", "listed")];
        let (used, findings) =
            apply(vec![on("2025-11-20", 3), on("2025-12-01", 9), on("2025-12-01", 15)], &mut entries);
        assert_eq!(used.iter().map(|decision| decision.row).collect::<Vec<_>>(), [15]);
        assert_eq!(entries[0].decided.as_deref(), Some("not_listed"));
        let told: Vec<_> =
            findings.iter().map(|f| (f.place.to_string(), f.detail.as_deref().unwrap())).collect();
        let line = |row| format!("data/decisions/2025.toml:{row}");
        assert_eq!(told, [(line(3), "repeated"), (line(9), "repeated")]);
    }

    #[test]
    fn days_are_written_one_way() {
        assert!(is_day("2025-11-20"));
        assert!(is_day("2024-02-29") && is_day("2000-02-29"));
        for text in [
            "2025-02-29",
            "1900-02-29",
            "2025-02-30",
            "2025-11-31",
            "2025-13-01",
            "20.11.2025",
            "2025-1-1",
            "2025-11",
            "",
            "2025-11-2x",
        ] {
            assert!(!is_day(text), "{text}");
        }
    }
}
