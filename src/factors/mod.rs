//! Which social factors go with low results, in which direction, and how surely.
//!
//! Parameters: `outcomes`, indicators of the pack that are shares; `factors`, names of shares with the sign that is
//! expected of each (1, −1, or 0 for none); `cluster`, whose schools hang together: `municipality` (the default) or
//! `school`. An effect is an association between schools, never a cause and never a statement about pupils.

mod data;
mod effects;
mod model;

use crate::base::Result;
use crate::pipeline::{Declared, Input, Output, Params, Read, Stage};
use crate::tables::{FactorEffect, FactorModel, Register, Shares, Table};

/// The stage `factors`.
pub struct Factors;

/// Its parameters.
struct Asked {
    outcomes: Vec<String>,
    factors: Vec<(String, i32)>,
    cluster: &'static str,
}

impl Asked {
    fn read(declared: &Declared<'_>) -> Result<Self> {
        let params = Params::of(declared.params, &["outcomes", "factors", "cluster"])?;
        Ok(Self {
            outcomes: params.names("outcomes")?,
            factors: params.directions("factors", &[1, 0, -1])?,
            cluster: params.word("cluster", &["municipality", "school"])?,
        })
    }
}

impl Stage for Factors {
    fn kind(&self) -> &'static str {
        "factors"
    }

    fn check(&self, declared: &Declared<'_>) -> Result<()> {
        Asked::read(declared).map(drop)
    }

    fn reads(&self, _declared: &Declared<'_>) -> Result<Vec<Read>> {
        Ok(vec![
            Read::columns("indicator_value", data::OUTCOME_COLUMNS),
            Read::columns("measure", Shares::COLUMNS),
            Read::columns("school", Register::COLUMNS),
        ])
    }

    fn writes(&self) -> &'static [&'static str] {
        &["factor_effect", "factor_model"]
    }

    fn run(&self, input: &Input<'_>) -> Result<Output> {
        let asked = Asked::read(&input.declared)?;
        let names: Vec<&str> = asked.factors.iter().map(|(name, _)| name.as_str()).collect();
        let outcomes = data::Outcomes::read(input.table("indicator_value")?, &asked.outcomes)?;
        let shares = Shares::read(input.table("measure")?, &names)?;
        let register = Register::read(input.table("school")?)?;
        let scaled = data::Scaled::of(input.declared.years, &shares, &names)?;
        let (mut effects, mut models) = (Vec::new(), Vec::new());
        input.progress.total(asked.outcomes.len() as u64);
        for outcome in &asked.outcomes {
            let data = data::Data::of(outcomes.of(outcome), &scaled, &register, &names, asked.cluster);
            let (of_outcome, model) = effects::of_outcome(outcome, &data, &asked);
            effects.extend(of_outcome);
            models.push(model);
            input.progress.advance(1);
        }
        let tables = vec![
            ("factor_effect", FactorEffect::frame(effects)?),
            ("factor_model", FactorModel::frame(models)?),
        ];
        Ok(Output { tables, findings: scaled.findings, files: Vec::new() })
    }
}
