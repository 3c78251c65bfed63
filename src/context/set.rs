//! The sets of social shares that packs declare, and how far they agree.

use std::collections::BTreeMap;

use crate::base::Year;
use crate::base::{Fault, FaultCode, Place, Result};
use crate::method::{AdverseRule, MethodPack, Outside, Population};
use crate::pipeline::Declared;
use crate::stats::{KappaWeights, sum, weighted_kappa};
use crate::tables::{AdverseAgreement, AdverseIndex, Counts, Register, Shares};

/// A set: the first list by conditions of a pack.
pub(super) struct Set {
    /// The pack's id.
    pub id: String,
    /// Does it make the list, or only stand beside it?
    pub makes_list: bool,
    pub rule: AdverseRule,
    pub population: Population,
}

impl Set {
    /// The sets of these packs of the workspace; the first makes the list.
    pub fn read(declared: &Declared<'_>, names: &[String]) -> Result<Vec<Self>> {
        let sets = names.iter().enumerate().map(|(at, name)| Self::of_pack(declared, name, at == 0));
        sets.collect()
    }

    fn of_pack(declared: &Declared<'_>, name: &str, makes_list: bool) -> Result<Self> {
        let file = || Place::File(format!("pipelines/methods/{name}.toml"));
        let (path, text) = declared.document(&document(name)).map_err(|fault| fault.at(file()))?;
        let mut pack = MethodPack::parse(path, text)?;
        if pack.adverse.is_empty() {
            return Err(Fault::new(FaultCode::ValueInvalid)
                .at(file())
                .with("field", "sets")
                .with("value", name)
                .why("value-no-adverse"));
        }
        let population = pack.population;
        Ok(Self { id: pack.id, makes_list, rule: pack.adverse.swap_remove(0), population })
    }

    /// All weights.
    pub fn total(&self) -> f64 {
        sum(&self.rule.measures.iter().map(|measure| measure.weight).collect::<Vec<_>>())
    }

    /// Is a school with this index on the list?
    pub fn lists(&self, index: f64) -> bool {
        self.rule.cut.holds_throughout(index, index)
    }
}

/// The schools of a year, as a set's pack looks at them.
pub(super) struct Around<'a> {
    pub year: Year,
    pub schools: &'a [String],
    pub shares: &'a Shares,
    pub register: &'a Register,
    pub outside: &'a Outside<'a>,
}

impl Around<'_> {
    /// Why the pack is not about a school.
    pub fn left_out(&self, school: &str) -> Option<&str> {
        self.outside.word(self.register, school, self.year)
    }

    /// The counts of a share: pupils of a branch with those of its parent where the pack says so.
    pub fn counts(&self, measure: &str) -> Counts {
        let mut counts = Counts::new();
        for (school, (x, n)) in self.shares.counts(self.year.0, measure) {
            let head = self.outside.head(self.register, &school, self.year).map(str::to_owned);
            let sum = counts.entry(head.unwrap_or(school)).or_default();
            *sum = (sum.0 + x, sum.1 + n);
        }
        counts
    }
}

/// The name of a pack among the documents.
pub(super) fn document(name: &str) -> String {
    format!("method/{name}")
}

/// Writes into each row by which sets its school is listed in its year.
pub(super) fn mark_listed_by(rows: &mut [AdverseIndex]) {
    let mut by: BTreeMap<(i32, String), Vec<String>> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.state == "listed") {
        by.entry((row.year, row.school_id.clone())).or_default().push(row.set.clone());
    }
    for row in rows {
        if let Some(sets) = by.get(&(row.year, row.school_id.clone())) {
            row.listed_by = sets.join(", ");
        }
    }
}

/// Each pair of sets in each year, over the schools that both can assess.
pub(super) fn agreements(sets: &[Set], years: &[i32], rows: &[AdverseIndex]) -> Vec<AdverseAgreement> {
    let mut states: BTreeMap<(i32, &str), BTreeMap<&str, bool>> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.index.is_some()) {
        let schools = states.entry((row.year, &row.set)).or_default();
        schools.insert(&row.school_id, row.state == "listed");
    }
    let none = BTreeMap::new();
    let mut out = Vec::new();
    for &year in years {
        for (at, set) in sets.iter().enumerate() {
            for other in sets.iter().skip(at + 1) {
                let [one, two] = [set, other].map(|s| states.get(&(year, s.id.as_str())).unwrap_or(&none));
                let pairs = one.iter().filter_map(|(id, a)| Some((*a, *two.get(id)?)));
                out.push(agreement(year, set, other, pairs));
            }
        }
    }
    out
}

fn agreement(
    year: i32,
    set: &Set,
    other: &Set,
    pairs: impl Iterator<Item = (bool, bool)>,
) -> AdverseAgreement {
    let mut counts = [[0_u32; 2]; 2];
    for (a, b) in pairs {
        if let Some(cell) = counts.get_mut(usize::from(a)).and_then(|row| row.get_mut(usize::from(b))) {
            *cell += 1;
        }
    }
    let [[neither, only_other], [only_set, both]] = counts;
    let table: Vec<Vec<u64>> = counts.iter().map(|row| row.iter().map(|&n| u64::from(n)).collect()).collect();
    let kappa = weighted_kappa(&table, KappaWeights::None, 0.95);
    let either = both + only_set + only_other;
    let small = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
    AdverseAgreement {
        year,
        set: set.id.clone(),
        other: other.id.clone(),
        schools: small(neither + either),
        both: small(both),
        only_set: small(only_set),
        only_other: small(only_other),
        common_share: (either > 0).then(|| f64::from(both) / f64::from(either)),
        kappa: kappa.map(|kappa| kappa.kappa),
        low: kappa.map(|kappa| kappa.interval.low),
        high: kappa.map(|kappa| kappa.interval.high),
    }
}
