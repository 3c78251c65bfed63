//! Truly low: the true shares meet the rule of federal-847, by the code that judges the printed ones.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Fault, FaultCode, Result, Year};
use crate::identification::{Cell, judge};
use crate::method::{ListRule, MethodPack};
use crate::synth::counted::{Kind, counted_tests};
use crate::synth::record::TestRecord;
use crate::synth::truth::{Records, Test};

const PATH: &str = "pipelines/methods/federal-847.toml";
const PACK: &str = include_str!("../../../pipelines/methods/federal-847.toml");
/// A true share is held against the rule as so many of a million.
const MILLION: f64 = 1e6;

/// The rule, and which tests each of its criteria counts.
pub(super) struct Rule {
    rule: ListRule,
    criteria: Vec<Criterion>,
}

struct Criterion {
    tests: BTreeSet<(Year, Test)>,
}

impl Rule {
    /// Reads the pack and asks its own expressions which of these tests they count; each with its year and, for a ВПР,
    /// its wave.
    ///
    /// # Errors
    /// None for the pack that is compiled in.
    pub fn new<'t>(tests: &[(Year, Test, Option<&'t str>)]) -> Result<Self> {
        let pack = MethodPack::parse(PATH, PACK)?;
        let none = || Fault::new(FaultCode::Bug).because("the pack has no list");
        let rule = pack.lists.first().cloned().ok_or_else(none)?;
        let kind = |&(year, (procedure, grade, subject), wave): &(Year, Test, Option<&'t str>)| {
            (year, procedure, grade, subject.id(), wave)
        };
        let kinds: Vec<Kind<'t>> = tests.iter().map(kind).collect();
        let mut criteria = Vec::new();
        for id in &rule.criteria {
            let indicator = pack.indicator(id).ok_or_else(none)?;
            let counted: BTreeSet<Kind<'_>> = counted_tests(indicator, &kinds)?.into_iter().collect();
            let counts = |sitting: &&(Year, Test, Option<&'t str>)| {
                counted.contains(&kind(sitting)) && !indicator.excludes(sitting.0)
            };
            let tests = tests.iter().filter(counts).map(|&(year, test, _)| (year, test)).collect();
            criteria.push(Criterion { tests });
        }
        Ok(Self { rule, criteria })
    }

    /// For every year and school number: do these shares meet the rule? `None` where too few years can be judged.
    pub fn verdicts(
        &self,
        records: &[Records],
        share: fn(&TestRecord) -> f64,
    ) -> BTreeMap<(Year, u32), Option<bool>> {
        let cells = self.cells(records, share);
        let nothing = Cell::default();
        let mut verdicts = BTreeMap::new();
        let mut years: Vec<Year> = records.iter().map(|records| records.year).collect();
        years.dedup();
        for (at, &year) in years.iter().enumerate() {
            let known = years.get(..=at).unwrap_or_default();
            let schools = cells.range((year, 0)..=(year, u32::MAX)).map(|(&(_, school), _)| school);
            for school in schools {
                let cell = |criterion: usize, year: Year| {
                    cells.get(&(year, school)).and_then(|cells| cells.get(criterion)).unwrap_or(&nothing)
                };
                let state = judge(&self.rule, known, &cell).state;
                let low = (state != "not_assessable").then_some(state == "listed");
                verdicts.insert((year, school), low);
            }
        }
        verdicts
    }

    /// The true shares by year and school, one for each criterion.
    fn cells(&self, records: &[Records], share: fn(&TestRecord) -> f64) -> BTreeMap<(Year, u32), Vec<Cell>> {
        let mut sums: BTreeMap<(Year, u32), Vec<(f64, f64)>> = BTreeMap::new();
        for records in records {
            for (at, criterion) in self.criteria.iter().enumerate() {
                if !criterion.tests.contains(&(records.year, records.test)) {
                    continue;
                }
                for (school, record) in &records.schools {
                    let sums = sums
                        .entry((records.year, *school))
                        .or_insert_with(|| vec![(0.0, 0.0); self.criteria.len()]);
                    if let Some((low, all)) = sums.get_mut(at) {
                        *low += share(record) * f64::from(record.participants);
                        *all += f64::from(record.participants);
                    }
                }
            }
        }
        let cell = |(low, all): (f64, f64)| Cell {
            state: if all > 0.0 { "value" } else { "missing" }.to_owned(),
            counts: (all > 0.0).then(|| (libm::round(low / all * MILLION) as i64, MILLION as i64)),
            interval: None,
        };
        sums.into_iter().map(|(key, sums)| (key, sums.into_iter().map(cell).collect())).collect()
    }
}
