//! The registers of all years, school by school. Of a year without a register stands what the sheets of results call schools.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::DataFrame;

use crate::base::{Municipality, Result};
use crate::tables::{ints, texts};

/// What the register of one year says of a school, or the sheets of results of a year without a register.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    /// Does a register say so? It has all schools of its year; results have those of which pupils wrote.
    pub(super) is_registered: bool,
    pub(super) name: String,
    pub(super) municipality: String,
    /// The municipality without its kind.
    pub(super) place: String,
    pub(super) inn: Option<String>,
    pub(super) parent: Option<String>,
    pub(super) kind: Option<String>,
    pub(super) enrolment: Option<i32>,
    pub(super) source_id: String,
    pub(super) row: i32,
}

/// Entries by school and year.
pub(super) struct Registers {
    pub(super) years: Vec<i32>,
    /// Those with a register.
    registered: BTreeSet<i32>,
    schools: BTreeMap<String, BTreeMap<i32, Entry>>,
}

impl Registers {
    /// Where a school stands twice in a year its first row counts (validation says so).
    pub(super) fn read(school: &DataFrame, named: &DataFrame) -> Result<Self> {
        let column = |name| texts(school, name);
        let [codes, names, municipalities, inns, parents, kinds, sources] =
            ["school_id", "name_short", "municipality", "inn", "parent", "kind", "source_id"].map(column);
        let (codes, names, municipalities) = (codes?, names?, municipalities?);
        let (inns, parents, kinds, sources) = (inns?, parents?, kinds?, sources?);
        let (years, sizes, rows) = (ints(school, "year")?, ints(school, "enrolment")?, ints(school, "row")?);
        let text = |values: &[Option<String>], at: usize| values.get(at).cloned().flatten();
        let whole = |values: &[Option<i32>], at: usize| values.get(at).copied().flatten();
        let mut schools: BTreeMap<String, BTreeMap<i32, Entry>> = BTreeMap::new();
        let mut all = BTreeSet::new();
        for at in 0..school.height() {
            let (Some(code), Some(year)) = (text(&codes, at), whole(&years, at)) else { continue };
            all.insert(year);
            let municipality = text(&municipalities, at).unwrap_or_default();
            schools.entry(code).or_default().entry(year).or_insert_with(|| Entry {
                is_registered: true,
                name: text(&names, at).unwrap_or_default(),
                place: Municipality::of(&municipality).place,
                municipality,
                inn: text(&inns, at),
                parent: text(&parents, at),
                kind: text(&kinds, at),
                enrolment: whole(&sizes, at),
                source_id: text(&sources, at).unwrap_or_default(),
                row: whole(&rows, at).unwrap_or_default(),
            });
        }
        let mut registers = Self { years: Vec::new(), registered: all, schools };
        registers.add_named(named)?;
        Ok(registers)
    }

    /// The first name and the first municipality that sheets of results have for a school in a year.
    fn add_named(&mut self, named: &DataFrame) -> Result<()> {
        let column = |name| texts(named, name);
        let [codes, names, municipalities, sources] =
            ["school_id", "name", "municipality", "source_id"].map(column);
        let (codes, names, municipalities, sources) = (codes?, names?, municipalities?, sources?);
        let (years, rows) = (ints(named, "year")?, ints(named, "row")?);
        let mut all = self.registered.clone();
        let text = |values: &[Option<String>], at: usize| values.get(at).cloned().flatten();
        for (at, year) in years.into_iter().enumerate() {
            let (Some(code), Some(year)) = (text(&codes, at), year) else { continue };
            if self.registered.contains(&year) {
                continue;
            }
            all.insert(year);
            let entry = self.schools.entry(code).or_default().entry(year).or_insert_with(|| Entry {
                is_registered: false,
                name: String::new(),
                municipality: String::new(),
                place: String::new(),
                inn: None,
                parent: None,
                kind: None,
                enrolment: None,
                source_id: text(&sources, at).unwrap_or_default(),
                row: rows.get(at).copied().flatten().unwrap_or_default(),
            });
            if let Some(name) = text(&names, at).filter(|_| entry.name.is_empty()) {
                entry.name = name;
            }
            if let Some(municipality) = text(&municipalities, at).filter(|_| entry.place.is_empty()) {
                entry.place = Municipality::of(&municipality).place;
                entry.municipality = municipality;
            }
        }
        self.years = all.into_iter().collect();
        Ok(())
    }

    /// Is there a register of this year?
    pub(super) fn is_registered(&self, year: i32) -> bool {
        self.registered.contains(&year)
    }

    /// Schools that stand in the registers of both years.
    pub(super) fn stayed(&self, before: i32, after: i32) -> impl Iterator<Item = (&str, &Entry, &Entry)> {
        self.schools
            .iter()
            .filter_map(move |(code, years)| Some((code.as_str(), years.get(&before)?, years.get(&after)?)))
    }

    /// Schools whose last year this is.
    pub(super) fn ended(&self, year: i32) -> Vec<(&str, &Entry)> {
        let last =
            |years: &BTreeMap<i32, Entry>| years.last_key_value().is_some_and(|(last, _)| *last == year);
        self.of(year, last)
    }

    /// Schools whose first year this is.
    pub(super) fn begun(&self, year: i32) -> Vec<(&str, &Entry)> {
        let first =
            |years: &BTreeMap<i32, Entry>| years.first_key_value().is_some_and(|(first, _)| *first == year);
        self.of(year, first)
    }

    fn of(&self, year: i32, is: impl Fn(&BTreeMap<i32, Entry>) -> bool) -> Vec<(&str, &Entry)> {
        let fit = self.schools.iter().filter(|(_, years)| is(years));
        fit.filter_map(|(code, years)| Some((code.as_str(), years.get(&year)?))).collect()
    }
}
