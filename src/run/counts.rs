//! Counts that a run keeps of itself, so that nobody has to open a table to tell them.

use std::collections::BTreeMap;

use polars::prelude::DataFrame;

use crate::base::{Finding, Result, Severity};
use crate::tables;

/// Findings by severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Severities {
    /// Worth knowing, nothing to do.
    pub note: u64,
    /// A value was set to missing, or looks wrong.
    pub warning: u64,
    /// A row or a file was set aside.
    pub error: u64,
}

impl Severities {
    /// Counts findings.
    #[must_use]
    pub fn of(findings: &[Finding]) -> Self {
        findings.iter().fold(Self::default(), |mut counts, finding| {
            match finding.code.severity() {
                Severity::Note => counts.note += 1,
                Severity::Warning => counts.warning += 1,
                Severity::Error => counts.error += 1,
            }
            counts
        })
    }

    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            note: self.note + other.note,
            warning: self.warning + other.warning,
            error: self.error + other.error,
        }
    }
}

/// The schools of one list in one year.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct ListCount {
    /// The list's id in the pack.
    pub list: String,
    /// The list's year.
    pub year: i32,
    /// Schools on it, as computed.
    pub listed: u64,
    /// Schools that decisions put on it beyond those.
    #[serde(default)]
    pub put_on: u64,
    /// Schools of those that decisions took off.
    #[serde(default)]
    pub taken_off: u64,
    /// Schools that were assessed and are not on it.
    pub not_listed: u64,
    /// Schools that could not be assessed.
    pub not_assessable: u64,
    /// Schools that the pack's lists are not about.
    #[serde(default)]
    pub out_of_population: u64,
    /// The years whose results counted for some school, rising: without the list's own year where it has no results.
    #[serde(default)]
    pub counted: Vec<i32>,
}

impl ListCount {
    /// Schools on it with the decisions; `None` where no decision differs from what was computed.
    #[must_use]
    pub fn decided(&self) -> Option<u64> {
        let with = (self.listed + self.put_on).saturating_sub(self.taken_off);
        (self.put_on + self.taken_off > 0).then_some(with)
    }
}

/// Counts the lists of a table `list_entry`: those by a rule over criteria first, then those by an index, which needs none.
pub(super) fn lists(entries: &DataFrame) -> Result<Vec<ListCount>> {
    let mut counts: BTreeMap<(bool, String, i32), ListCount> = BTreeMap::new();
    let columns =
        (tables::texts(entries, "list")?, tables::ints(entries, "year")?, tables::texts(entries, "state")?);
    let counted = tables::texts(entries, "years")?.into_iter().zip(tables::ints(entries, "criteria_needed")?);
    let decided = tables::texts(entries, "decided")?;
    for ((((list, year), state), (years, needed)), decided) in
        columns.0.into_iter().zip(columns.1).zip(columns.2).zip(counted).zip(decided)
    {
        let (Some(list), Some(year), Some(state)) = (list, year, state) else {
            continue;
        };
        let count = counts.entry((needed == Some(0), list.clone(), year)).or_insert_with(|| ListCount {
            list,
            year,
            ..ListCount::default()
        });
        for year in years.unwrap_or_default().split(", ").filter_map(|year| year.parse().ok()) {
            if let Err(position) = count.counted.binary_search(&year) {
                count.counted.insert(position, year);
            }
        }
        match (state.as_str(), decided.as_deref()) {
            ("listed", Some("not_listed")) => count.taken_off += 1,
            (state, Some("listed")) if state != "listed" => count.put_on += 1,
            _ => {}
        }
        match state.as_str() {
            "listed" => count.listed += 1,
            "not_listed" => count.not_listed += 1,
            "out_of_population" => count.out_of_population += 1,
            _ => count.not_assessable += 1,
        }
    }
    Ok(counts.into_values().collect())
}

#[cfg(test)]
mod tests {
    use super::lists;
    use crate::tables::{ListEntry, Table};

    #[test]
    fn a_list_is_counted_as_computed_and_with_the_decisions() {
        let entry = |school: &str, state: &str, decided: Option<&str>| ListEntry {
            list: "l".into(),
            year: 2025,
            school_id: school.into(),
            state: state.into(),
            decided: decided.map(str::to_owned),
            criteria_needed: 2,
            ..ListEntry::default()
        };
        let of = |entries: Vec<ListEntry>| lists(&ListEntry::frame(entries).unwrap()).unwrap().remove(0);
        let plain = vec![entry("1", "listed", None), entry("2", "listed", Some("listed"))];
        assert_eq!((of(plain.clone()).listed, of(plain).decided()), (2, None), "confirmed is not changed");
        let count = of(vec![
            entry("1", "listed", None),
            entry("2", "listed", Some("not_listed")),
            entry("3", "not_assessable", Some("listed")),
            entry("4", "not_listed", Some("listed")),
        ]);
        assert_eq!((count.listed, count.put_on, count.taken_off, count.decided()), (2, 2, 1, Some(3)));
    }
}
