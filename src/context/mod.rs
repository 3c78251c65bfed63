//! The context index: how hard the conditions are in which a school works.
//!
//! Parameters: `measures`, names of shares with the direction in which they make conditions harder (1 or −1); `draws`,
//! posterior draws behind each interval (400). Outcomes have no part in it: that would make comparisons circular.
//!
//! `sets`, packs with a list by conditions of work ([`AdverseRule`](crate::method::AdverseRule)): each school's index by each
//! of them, its place, and how far both hang on the weights (`weight_draws`, 400). The first of them makes the list
//! `adverse_conditions`, the others stand beside it.

mod adverse;
mod index;
mod set;

use crate::base::Result;
use crate::pipeline::{Declared, Input, Output, Params, Read, Stage};
use crate::tables::{
    AdverseAgreement, AdverseIndex, AdverseMeasure, AdverseShare, ContextIndex, Register, Shares, Table,
};
use set::Set;

/// The stage `context`.
pub struct Context;

/// Its parameters.
struct Asked {
    measures: Vec<(String, i32)>,
    draws: usize,
    sets: Vec<Set>,
    weight_draws: usize,
}

impl Asked {
    fn read(declared: &Declared<'_>) -> Result<Self> {
        let params = Params::of(declared.params, &["measures", "draws", "sets", "weight_draws"])?;
        Ok(Self {
            measures: params.directions("measures", &[1, -1])?,
            draws: params.whole("draws", 400, 100..=100_000)?,
            sets: Set::read(declared, &sets(declared)?)?,
            weight_draws: params.whole("weight_draws", 400, 100..=100_000)?,
        })
    }
}

/// The packs of the sets.
fn sets(declared: &Declared<'_>) -> Result<Vec<String>> {
    let params = Params::of(declared.params, &["measures", "draws", "sets", "weight_draws"])?;
    if declared.params.contains_key("sets") { params.names("sets") } else { Ok(Vec::new()) }
}

impl Stage for Context {
    fn kind(&self) -> &'static str {
        "context"
    }

    fn check(&self, declared: &Declared<'_>) -> Result<()> {
        Asked::read(declared).map(drop)
    }

    fn reads(&self, _declared: &Declared<'_>) -> Result<Vec<Read>> {
        Ok(vec![
            Read::columns("measure", Shares::COLUMNS),
            Read::columns("school", Register::COLUMNS).or_empty(),
        ])
    }

    fn writes(&self) -> &'static [&'static str] {
        &["adverse_agreement", "adverse_index", "adverse_measure", "adverse_share", "context_index"]
    }

    fn documents(&self, declared: &Declared<'_>) -> Vec<String> {
        // parameters that cannot be read are refused by `check`
        sets(declared).unwrap_or_default().iter().map(|name| set::document(name)).collect()
    }

    fn uses_seed(&self) -> bool {
        true
    }

    fn run(&self, input: &Input<'_>) -> Result<Output> {
        let asked = Asked::read(&input.declared)?;
        let of_sets = asked.sets.iter().flat_map(|set| set.rule.measures.iter().map(|m| m.measure.as_str()));
        let names: Vec<&str> = asked.measures.iter().map(|(name, _)| name.as_str()).chain(of_sets).collect();
        let shares = Shares::read(input.table("measure")?, &names)?;
        let register = Register::read(input.table("school")?)?;
        let mut output = Output::default();
        let mut rows = Vec::new();
        let (mut adverse, mut of_shares, mut of_measures) = (Vec::new(), Vec::new(), Vec::new());
        let draws = adverse::Draws { shares: asked.draws, weights: asked.weight_draws };
        input.progress.total(input.declared.years.len() as u64);
        for year in input.declared.years {
            let known = shares.schools(year.0);
            let schools: Vec<String> = known.union(&register.ids(*year)).map(|&id| id.to_owned()).collect();
            let (of_year, findings) = index::of_year(year.0, &schools, &shares, &asked, input.seed)?;
            rows.extend(of_year);
            output.findings.extend(findings);
            for set in &asked.sets {
                let year = adverse::of_year(year.0, &schools, &shares, set, draws, input.seed)?;
                adverse.extend(year.index);
                of_shares.extend(year.shares);
                of_measures.extend(year.measures);
                // a share of several sets is told once
                let new = year.findings.into_iter().filter(|finding| !output.findings.contains(finding));
                let new: Vec<_> = new.collect();
                output.findings.extend(new);
            }
            input.progress.advance(1);
        }
        set::mark_listed_by(&mut adverse);
        let years: Vec<i32> = input.declared.years.iter().map(|year| year.0).collect();
        let agreements = set::agreements(&asked.sets, &years, &adverse);
        output.tables = vec![
            ("adverse_agreement", AdverseAgreement::frame(agreements)?),
            ("adverse_index", AdverseIndex::frame(adverse)?),
            ("adverse_measure", AdverseMeasure::frame(of_measures)?),
            ("adverse_share", AdverseShare::frame(of_shares)?),
            ("context_index", ContextIndex::frame(rows)?),
        ];
        Ok(output)
    }
}
