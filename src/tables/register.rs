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
}

/// The register over the years.
#[derive(Debug, Clone, Default)]
pub struct Register {
    schools: BTreeMap<String, BTreeMap<Year, Registered>>,
    years: BTreeSet<Year>,
}

impl Register {
    /// The columns of `school` that it is read from.
    pub const COLUMNS: &'static [&'static str] = &["year", "school_id", "name_short", "municipality"];

    /// Reads the table `school`. Where a school stands twice in a year its first row counts (validation says so).
    ///
    /// # Errors
    /// `E803` where a column is not there.
    pub fn read(school: &DataFrame) -> Result<Self> {
        let mut register = Self::default();
        let rows = ints(school, "year")?
            .into_iter()
            .zip(texts(school, "school_id")?)
            .zip(texts(school, "name_short")?)
            .zip(texts(school, "municipality")?);
        for (((year, id), name), municipality) in rows {
            let (Some(year), Some(id)) = (year.map(Year), id) else { continue };
            register.years.insert(year);
            register.schools.entry(id).or_default().entry(year).or_insert_with(|| Registered {
                name_short: name.unwrap_or_default(),
                municipality: municipality.unwrap_or_default(),
            });
        }
        Ok(register)
    }

    /// A school as the register of that year has it; else of the latest year before, else of the first after.
    #[must_use]
    pub fn school(&self, id: &str, year: Year) -> Option<&Registered> {
        let entries = self.schools.get(id)?;
        entries.range(..=year).next_back().or_else(|| entries.iter().next()).map(|(_, entry)| entry)
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
}
