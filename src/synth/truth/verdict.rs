//! Truly low: the true shares meet the rule of federal-847, each school by itself and however few its pupils.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Fault, FaultCode, Result, Year};
use crate::method::{ListRule, MethodPack};
use crate::synth::counted::{Kind, counted_tests};
use crate::synth::low_by_rule::Shares;
use crate::synth::record::TestRecord;
use crate::synth::truth::{Records, Test};

const PATH: &str = "pipelines/methods/federal-847.toml";
const PACK: &str = include_str!("../../../pipelines/methods/federal-847.toml");

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
        let mut shares = Shares::of(&self.rule);
        for records in records {
            for (at, criterion) in self.criteria.iter().enumerate() {
                if criterion.tests.contains(&(records.year, records.test)) {
                    for (school, record) in &records.schools {
                        let participants = f64::from(record.participants);
                        shares.add((records.year, *school), at, share(record), participants);
                    }
                }
            }
        }
        let cells = shares.cells(|_| 0.0);
        let mut years: Vec<Year> = records.iter().map(|records| records.year).collect();
        years.dedup();
        let known =
            |year: Year| years.get(..years.partition_point(|known| *known <= year)).unwrap_or_default();
        let low = |&(year, school): &(Year, u32)| ((year, school), cells.truly_low(known(year), &school));
        cells.schools().map(low).collect()
    }
}
