//! Which schools the lists of a pack are about.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::{DataFrame, IntoLazy};

use super::formula::polars;
use crate::base::{Fault, FaultCode, Place, Result, Year};
use crate::method::Wording;
use crate::method::sql::Checked;
use crate::tables::{Register, bools, ints, polars_refused, texts};

/// The word by which a branch that is counted with its parent stands outside.
pub const BRANCH: &str = "branch";

/// Schools of the register that no list is about.
#[derive(Debug, Clone, PartialEq)]
pub struct LeftOut {
    /// Which schools: a condition over the register.
    pub filter: Checked,
    /// The reason in a word.
    pub reason: String,
    /// The reason in each language.
    pub title: Wording,
    /// Where the pack declares it.
    pub place: Place,
}

/// The schools that a pack is about. A school that no register has belongs to it: nothing is known against it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Population {
    /// Are the pupils of a branch counted with those of its parent?
    pub branches_with_parent: bool,
    /// Who is left out, in the order in which the reasons are looked at.
    pub out: Vec<LeftOut>,
}

/// Why each school of the register stands outside in a year, by the position of its reason.
#[derive(Debug, Default)]
pub struct Outside<'a> {
    branches_with_parent: bool,
    population: &'a [LeftOut],
    /// Conditions that some school of some year met.
    met: BTreeSet<usize>,
    schools: BTreeMap<String, BTreeMap<Year, Option<usize>>>,
}

impl Population {
    /// The columns of the register that it asks for.
    #[must_use]
    pub fn columns(&self) -> Vec<&'static str> {
        self.out.iter().flat_map(|out| out.filter.columns.iter().copied()).collect()
    }

    /// Asks the register.
    ///
    /// # Errors
    /// `E305` where Polars does not know the condition.
    pub fn outside(&self, school: &DataFrame) -> Result<Outside<'_>> {
        let conditions = self
            .out
            .iter()
            .enumerate()
            .map(|(position, out)| Ok(polars(&out.filter)?.alias(format!("__out_{position}"))));
        let asked = school.clone().lazy().with_columns(conditions.collect::<Result<Vec<_>>>()?);
        let asked = asked.collect().map_err(|e| polars_refused(Fault::new(FaultCode::QueryInvalid), &e))?;
        let mut outside = Outside {
            branches_with_parent: self.branches_with_parent,
            population: &self.out,
            met: BTreeSet::new(),
            schools: BTreeMap::new(),
        };
        let answers: Vec<_> = (0..self.out.len())
            .map(|position| bools(&asked, &format!("__out_{position}")))
            .collect::<Result<_>>()?;
        let some = |answer: &Vec<Option<bool>>| answer.contains(&Some(true));
        outside.met =
            answers.iter().enumerate().filter(|(_, answer)| some(answer)).map(|(at, _)| at).collect();
        let keys = ints(&asked, "year")?.into_iter().zip(texts(&asked, "school_id")?);
        for (row, (year, id)) in keys.enumerate() {
            let (Some(year), Some(id)) = (year, id) else { continue };
            let first = answers.iter().position(|answer| answer.get(row) == Some(&Some(true)));
            // As everywhere, the first row of a school in a year counts.
            outside.schools.entry(id).or_default().entry(Year(year)).or_insert(first);
        }
        Ok(outside)
    }
}

impl Outside<'_> {
    /// The conditions that no school of any year met; nothing where there is no register.
    pub fn unmet(&self) -> impl Iterator<Item = &LeftOut> {
        let asked = self.population.iter().enumerate().filter(|_| !self.schools.is_empty());
        asked.filter(|(at, _)| !self.met.contains(at)).map(|(_, out)| out)
    }

    /// Why the lists are not about a school in a year, in a word: a branch that is counted with its parent, or a reason of
    /// the pack.
    #[must_use]
    pub fn word(&self, register: &Register, id: &str, year: Year) -> Option<&str> {
        match self.head(register, id, year) {
            Some(_) => Some(BRANCH),
            None => self.reason(id, year).map(|out| out.reason.as_str()),
        }
    }

    /// The school with which a branch is counted.
    #[must_use]
    pub fn head<'r>(&self, register: &'r Register, id: &str, year: Year) -> Option<&'r str> {
        register.head(id, year).filter(|_| self.branches_with_parent)
    }

    /// Why a school stands outside, by its register of that year, else of the latest before, else of the first after.
    #[must_use]
    pub fn reason(&self, id: &str, year: Year) -> Option<&LeftOut> {
        let years = self.schools.get(id)?;
        let (_, &position) = years.range(..=year).next_back().or_else(|| years.iter().next())?;
        self.population.get(position?)
    }
}

#[cfg(test)]
mod tests {
    use super::{LeftOut, Population};
    use crate::base::Year;
    use crate::method::sql::{Role, check_expression};
    use crate::tables::{School, Table};

    #[test]
    fn the_first_reason_that_holds_is_told_and_the_register_of_the_year_counts() {
        let out = |text: &str, reason: &str| LeftOut {
            filter: check_expression(text, School::SPEC, &[], Role::Filter).unwrap(),
            reason: reason.into(),
            title: Default::default(),
            place: Default::default(),
        };
        let population = Population {
            branches_with_parent: false,
            out: vec![
                out("kind = 'evening'", "evening"),
                out("enrolment < 10", "small"),
                out("kind = 'prison'", "prison"),
            ],
        };
        let school = |year, id: &str, kind: &str, enrolment| School {
            year,
            school_id: id.into(),
            kind: Some(kind.into()),
            enrolment,
            ..School::default()
        };
        let register = School::frame(vec![
            school(2024, "1", "general", Some(5)),
            school(2025, "1", "evening", Some(5)),
            school(2025, "2", "general", None),
            school(2025, "2", "evening", None),
        ]);
        let register = register.unwrap();
        let outside = population.outside(&register).unwrap();
        assert_eq!(outside.unmet().map(|out| out.reason.as_str()).collect::<Vec<_>>(), ["prison"]);
        let told = |id, year| outside.reason(id, Year(year)).map(|out| out.reason.as_str());
        assert_eq!(
            [2023, 2024, 2025, 2026].map(|year| told("1", year).unwrap()),
            ["small", "small", "evening", "evening"]
        );
        assert_eq!(
            (told("2", 2025), told("9", 2025)),
            (None, None),
            "its first row; unknown to the register"
        );
    }
}
