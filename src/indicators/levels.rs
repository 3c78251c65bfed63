//! Classes, parallels, schools, municipalities, the region: who has a figure in a year, and which pupils stand behind it.

use std::collections::{BTreeMap, BTreeSet};

use super::amount::Amount;
use super::counts::{Counted, Group};
use super::figure::{Entity, Frame, row};
use super::prior;
use crate::base::Result;
use crate::method::Population;
use crate::tables::{IndicatorValue, Register};

/// The levels that a pipeline may ask for beside schools, municipalities and the region.
pub(super) const INSIDE: [&str; 2] = ["class", "grade"];

/// Sums of a group of schools.
#[derive(Default)]
struct Sum {
    amount: Amount,
    schools: usize,
    applicable: bool,
}

impl Sum {
    fn add(&mut self, amount: &Amount, applicable: bool) {
        self.amount.add(amount);
        self.schools += usize::from(amount.n() > 0);
        self.applicable |= applicable;
    }
}

/// All rows of one indicator in one year. The schools are those of the year's register and those that have results; a
/// school that the register does not know belongs to the region and to no municipality. `applies` says to which schools the
/// indicator applies. A prior is fitted over the year's schools and serves schools alone, likewise for municipalities, classes and
/// parallels: sums of schools vary less than schools do. The region is one, and has nothing to be drawn towards.
///
/// # Errors
/// `E601` where there is something to fit and the fit failed.
pub(super) fn values(
    frame: &Frame<'_>,
    counted: &Counted,
    applies: &dyn Fn(&str) -> bool,
    register: &Register,
    population: &Population,
) -> Result<Vec<IndicatorValue>> {
    let year = frame.year;
    let none = BTreeMap::new();
    // Without its threshold nothing can be counted: a comparison with nothing would say that nobody is below it.
    let amounts = if frame.lacks_threshold() { &none } else { &counted.schools };
    let prior = prior::fit(frame.indicator, year, amounts.values())?;
    let mut schools: BTreeSet<&str> = register.ids(year);
    if population.branches_with_parent {
        schools.retain(|id| register.head(id, year).is_none());
    }
    schools.extend(amounts.keys().map(String::as_str));
    let mut rows = Vec::with_capacity(schools.len() + 20);
    let mut municipalities: BTreeMap<&str, Sum> = BTreeMap::new();
    let mut region = Sum::default();
    let nothing = Amount::default();
    for id in schools {
        let amount = amounts.get(id).unwrap_or(&nothing);
        let applicable = applies(id);
        let schools = usize::from(amount.n() > 0);
        let entity =
            Entity { level: "school", id, applicable, schools, school: Some(id), ..Entity::default() };
        rows.push(row(frame, &entity, amount, prior.as_ref()));
        region.add(amount, applicable);
        if let Some(school) = register.school(id, year) {
            municipalities.entry(&school.municipality).or_default().add(amount, applicable);
        }
    }
    let prior = prior::fit(frame.indicator, year, municipalities.values().map(|sum| &sum.amount))?;
    let sums = municipalities.into_iter().map(|(id, sum)| ("municipality", id, sum, prior.as_ref()));
    for (level, id, sum, prior) in sums.chain([("region", "region", region, None)]) {
        let (applicable, schools) = (sum.applicable, sum.schools);
        let entity = Entity { level, id, applicable, schools, ..Entity::default() };
        rows.push(row(frame, &entity, &sum.amount, prior));
    }
    if !frame.lacks_threshold() {
        inside(frame, counted, &mut rows)?;
    }
    Ok(rows)
}

/// Classes and parallels: of those alone that have results, for nothing says which should have.
fn inside(frame: &Frame<'_>, counted: &Counted, rows: &mut Vec<IndicatorValue>) -> Result<()> {
    for level in INSIDE {
        let Some(groups) = counted.inside.get(level).filter(|groups| !groups.is_empty()) else { continue };
        let prior = prior::fit(frame.indicator, frame.year, groups.values())?;
        for (group, amount) in groups {
            let Group { school, grade, class } = group;
            let id = match class {
                Some(class) => format!("{school}/{grade}/{class}"),
                None => format!("{school}/{grade}"),
            };
            let entity = Entity {
                level,
                id: &id,
                school: Some(school),
                grade: Some(*grade),
                class: class.as_deref(),
                applicable: true,
                schools: 1,
            };
            rows.push(row(frame, &entity, amount, prior.as_ref()));
        }
    }
    Ok(())
}
