//! The register as analyses look at it: who a school is in a year.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::DataFrame;

use crate::base::{Result, Year};
use crate::tables::{ints, texts};

/// What the register says of a school in one year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    /// Official short name.
    pub name_short: String,
    /// Municipality.
    pub municipality: String,
    /// For a branch: the school that it belongs to.
    pub parent: Option<String>,
    /// Where the register of the year names no parent of a branch, or one that cannot be read: the year from which it is taken.
    pub parent_of: Option<Year>,
    /// Kind of school.
    pub kind: Option<String>,
    /// City, town, village.
    pub locality: Option<String>,
}

/// The word for a branch.
const BRANCH: &str = "branch";

/// A longer chain of parents is a ring, which only an error can make.
const MOST_PARENTS: usize = 4;

/// The register over the years.
#[derive(Debug, Clone, Default)]
pub struct Register {
    schools: BTreeMap<String, BTreeMap<Year, Registered>>,
    years: BTreeSet<Year>,
}

impl Register {
    /// The columns of `school` that it is read from.
    pub const COLUMNS: &'static [&'static str] =
        &["year", "school_id", "name_short", "municipality", "parent", "kind", "locality"];

    /// Reads the table `school`. Where a school stands twice in a year its first row counts (validation says so). A branch
    /// without a readable parent in a year keeps that of the latest year before, else of the first after: its pupils are
    /// nobody else's.
    ///
    /// # Errors
    /// `E803` where a column is not there.
    pub fn read(school: &DataFrame) -> Result<Self> {
        let mut register = Self::default();
        let rows = ints(school, "year")?
            .into_iter()
            .zip(texts(school, "school_id")?)
            .zip(texts(school, "name_short")?)
            .zip(texts(school, "municipality")?)
            .zip(texts(school, "parent")?)
            .zip(texts(school, "kind")?.into_iter().zip(texts(school, "locality")?));
        let mut orphans: Vec<(String, Year)> = Vec::new();
        for (((((year, id), name), municipality), parent), (kind, locality)) in rows {
            let (Some(year), Some(id)) = (year.map(Year), id) else { continue };
            register.years.insert(year);
            if parent.is_none() && kind.as_deref() == Some(BRANCH) {
                orphans.push((id.clone(), year));
            }
            register.schools.entry(id).or_default().entry(year).or_insert_with(|| Registered {
                name_short: name.unwrap_or_default(),
                municipality: municipality.unwrap_or_default(),
                parent,
                parent_of: None,
                kind,
                locality,
            });
        }
        orphans.into_iter().for_each(|(id, year)| register.adopt(&id, year));
        Ok(register)
    }

    /// Gives a branch the parent of the nearest year that names one.
    fn adopt(&mut self, id: &str, year: Year) {
        let Some(entries) = self.schools.get_mut(id) else { return };
        let named = |(at, entry): (&Year, &Registered)| {
            entry.parent.clone().filter(|_| entry.parent_of.is_none()).map(|parent| (*at, parent))
        };
        let nearest =
            entries.range(..year).rev().find_map(named).or_else(|| entries.range(year..).find_map(named));
        if let (Some(entry), Some((from, parent))) =
            (entries.get_mut(&year).filter(|e| e.parent.is_none()), nearest)
        {
            entry.parent = Some(parent);
            entry.parent_of = Some(from);
        }
    }

    /// A school as the register of that year has it; else of the latest year before, else of the first after.
    #[must_use]
    pub fn school(&self, id: &str, year: Year) -> Option<&Registered> {
        let entries = self.schools.get(id)?;
        entries.range(..=year).next_back().or_else(|| entries.iter().next()).map(|(_, entry)| entry)
    }

    /// The school that a branch belongs to in a year, where the register knows it: a branch of a branch belongs to the
    /// school of both. `None` for a school of its own.
    #[must_use]
    pub fn head(&self, id: &str, year: Year) -> Option<&str> {
        let parent = |id: &str| {
            let parent = self.school(id, year)?.parent.as_deref()?;
            self.schools.get_key_value(parent).map(|(known, _)| known.as_str())
        };
        let mut head = parent(id).filter(|&head| head != id)?;
        for _ in 0..MOST_PARENTS {
            match parent(head).filter(|&next| next != head) {
                Some(next) => head = next,
                None => return Some(head),
            }
        }
        None
    }

    /// The branches of a school in a year.
    #[must_use]
    pub fn branches(&self, head: &str, year: Year) -> Vec<&str> {
        let all = self.schools.keys().map(String::as_str);
        all.filter(|id| self.head(id, year) == Some(head)).collect()
    }

    /// The schools that stand in the register of that year; where that year has no register, in the latest before,
    /// else in the first after.
    #[must_use]
    pub fn ids(&self, year: Year) -> BTreeSet<&str> {
        let Some(year) = self.years.range(..=year).next_back().or_else(|| self.years.first()) else {
            return BTreeSet::new();
        };
        self.schools.iter().filter(|(_, years)| years.contains_key(year)).map(|(id, _)| id.as_str()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Register;
    use crate::base::Year;
    use crate::tables::{School, Table};

    #[test]
    fn a_year_without_a_register_takes_the_nearest_one() {
        let row = |year, id: &str, name: &str| School {
            year,
            school_id: id.into(),
            name_short: name.into(),
            municipality: "М".into(),
            ..School::default()
        };
        let rows =
            vec![row(2023, "1", "old"), row(2025, "1", "new"), row(2025, "1", "again"), row(2025, "2", "b")];
        let register = Register::read(&School::frame(rows).unwrap()).unwrap();
        let name = |id, year| register.school(id, Year(year)).map(|entry| entry.name_short.as_str());
        assert_eq!(
            [2022, 2023, 2024, 2025, 2026].map(|year| name("1", year).unwrap()),
            ["old", "old", "old", "new", "new"]
        );
        assert_eq!((name("2", 2023), name("3", 2025)), (Some("b"), None));
        assert_eq!(register.ids(Year(2024)).into_iter().collect::<Vec<_>>(), ["1"]);
        assert_eq!(register.ids(Year(2026)).into_iter().collect::<Vec<_>>(), ["1", "2"]);
    }

    #[test]
    fn a_branch_without_a_parent_keeps_that_of_the_nearest_year() {
        let row = |year, id: &str, kind: &str, parent: Option<&str>| School {
            year,
            school_id: id.into(),
            kind: Some(kind.into()),
            parent: parent.map(str::to_owned),
            ..School::default()
        };
        let rows = vec![
            row(2023, "1", "general", None),
            row(2023, "3", "general", None),
            row(2022, "2", "branch", None),
            row(2023, "2", "branch", Some("1")),
            row(2024, "2", "branch", None),
            row(2025, "2", "branch", Some("3")),
            row(2026, "2", "general", None),
            row(2023, "4", "branch", None),
        ];
        let register = Register::read(&School::frame(rows).unwrap()).unwrap();
        let head = |id, year| register.head(id, Year(year));
        assert_eq!(
            [2022, 2023, 2024, 2025, 2026].map(|year| head("2", year)),
            [Some("1"), Some("1"), Some("1"), Some("3"), None],
            "a school that has become its own has no parent"
        );
        assert_eq!(head("4", 2023), None, "no year names one");
        let from = |year| register.school("2", Year(year)).unwrap().parent_of;
        assert_eq!([2022, 2023, 2024].map(from), [Some(Year(2023)), None, Some(Year(2023))]);
    }

    #[test]
    fn a_branch_belongs_to_the_school_at_the_top() {
        let row = |id: &str, parent: Option<&str>| School {
            year: 2025,
            school_id: id.into(),
            parent: parent.map(str::to_owned),
            ..School::default()
        };
        let rows = vec![
            row("1", None),
            row("2", Some("1")),
            row("3", Some("2")),
            row("4", Some("77")),
            row("5", Some("5")),
            row("6", Some("7")),
            row("7", Some("6")),
        ];
        let register = Register::read(&School::frame(rows).unwrap()).unwrap();
        let head = |id| register.head(id, Year(2025));
        assert_eq!(["1", "2", "3"].map(head), [None, Some("1"), Some("1")]);
        assert_eq!(
            ["4", "5", "9"].map(head),
            [None; 3],
            "a parent that nobody knows, itself, a school unknown"
        );
        assert_eq!([head("6"), head("7")], [None; 2], "a ring has no top");
        assert_eq!(register.branches("1", Year(2025)), ["2", "3"]);
    }
}
