//! Schools, municipalities, the region: who has a figure in a year, and which pupils stand behind it.

use std::collections::{BTreeMap, BTreeSet};

use super::counts::{Counted, Counts};
use super::figure::{Entity, row};
use crate::base::{Fault, FaultCode, Result, Year};
use crate::method::{Indicator, Population};
use crate::stats::{PriorTrouble, fit_beta_binomial};
use crate::tables::{IndicatorValue, Register};

/// Sums of a group of schools.
#[derive(Default)]
struct Group {
    counts: Counts,
    schools: usize,
    applicable: bool,
}

impl Group {
    fn add(&mut self, counts: Counts, applicable: bool) {
        self.counts.numerator += counts.numerator;
        self.counts.denominator += counts.denominator;
        self.schools += usize::from(counts.denominator > 0);
        self.applicable |= applicable;
    }
}

/// All rows of one indicator in one year. The schools are those of the year's register and those that have results; a
/// school that the register does not know belongs to the region and to no municipality. The prior is fitted
/// over the year's schools (those below the pack's minimum too: they are data) and serves schools alone: sums of schools
/// vary less than schools do, and it does not fit them.
///
/// # Errors
/// `E601` where there is something to fit and the fit failed.
pub(super) fn values(
    indicator: &Indicator,
    year: Year,
    counted: &Counted,
    register: &Register,
    population: &Population,
) -> Result<Vec<IndicatorValue>> {
    let none = BTreeMap::new();
    let counts = counted.counts.get(&year).unwrap_or(&none);
    let pairs: Vec<(u64, u64)> =
        counts.values().map(|c| (c.numerator.unsigned_abs(), c.denominator.unsigned_abs())).collect();
    let prior = match fit_beta_binomial(&pairs) {
        Ok(prior) => Some(prior),
        Err(PriorTrouble::NoData | PriorTrouble::AllAlike | PriorTrouble::NoSpread) => None,
        Err(trouble @ (PriorTrouble::Malformed | PriorTrouble::NotConverged)) => {
            return Err(Fault::new(FaultCode::Numerical)
                .at(indicator.place.clone())
                .with("indicator", &indicator.id)
                .with("year", year)
                .why("num-prior")
                .because(trouble));
        }
    };
    let mut schools: BTreeSet<&str> = register.ids(year);
    if population.branches_with_parent {
        schools.retain(|id| register.head(id, year).is_none());
    }
    schools.extend(counts.keys().map(String::as_str));
    let mut rows = Vec::with_capacity(schools.len() + 20);
    let mut municipalities: BTreeMap<&str, Group> = BTreeMap::new();
    let mut region = Group::default();
    for id in schools {
        let counts = counts.get(id).copied().unwrap_or_default();
        let applicable = counted.applicable.contains(id);
        let entity = Entity { level: "school", id, applicable, schools: usize::from(counts.denominator > 0) };
        rows.push(row(indicator, year, &entity, counts, prior.as_ref()));
        region.add(counts, applicable);
        if let Some(school) = register.school(id, year) {
            municipalities.entry(&school.municipality).or_default().add(counts, applicable);
        }
    }
    let groups = municipalities.into_iter().map(|(id, group)| ("municipality", id, group));
    for (level, id, group) in groups.chain([("region", "region", region)]) {
        let entity = Entity { level, id, applicable: group.applicable, schools: group.schools };
        rows.push(row(indicator, year, &entity, group.counts, None));
    }
    Ok(rows)
}
