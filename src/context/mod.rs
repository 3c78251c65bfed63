//! The context index: how hard the conditions are in which a school works.
//!
//! Parameters: `measures`, names of shares with the direction in which they make conditions harder (1 or −1); `draws`,
//! posterior draws behind each interval (400). Outcomes have no part in it: that would make comparisons circular.

mod index;

use crate::base::Result;
use crate::pipeline::{Declared, Input, Output, Params, Read, Stage};
use crate::tables::{ContextIndex, Register, Shares, Table};

/// The stage `context`.
pub struct Context;

/// Its parameters.
struct Asked {
    measures: Vec<(String, i32)>,
    draws: usize,
}

impl Asked {
    fn read(declared: &Declared<'_>) -> Result<Self> {
        let params = Params::of(declared.params, &["measures", "draws"])?;
        Ok(Self {
            measures: params.directions("measures", &[1, -1])?,
            draws: params.whole("draws", 400, 100..=100_000)?,
        })
    }
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
        &["context_index"]
    }

    fn uses_seed(&self) -> bool {
        true
    }

    fn run(&self, input: &Input<'_>) -> Result<Output> {
        let asked = Asked::read(&input.declared)?;
        let names: Vec<&str> = asked.measures.iter().map(|(name, _)| name.as_str()).collect();
        let shares = Shares::read(input.table("measure")?, &names)?;
        let register = Register::read(input.table("school")?)?;
        let mut output = Output::default();
        let mut rows = Vec::new();
        input.progress.total(input.declared.years.len() as u64);
        for year in input.declared.years {
            let known = shares.schools(year.0);
            let schools: Vec<String> = known.union(&register.ids(*year)).map(|&id| id.to_owned()).collect();
            let (of_year, findings) = index::of_year(year.0, &schools, &shares, &asked, input.seed)?;
            rows.extend(of_year);
            output.findings.extend(findings);
            input.progress.advance(1);
        }
        output.tables.push(("context_index", ContextIndex::frame(rows)?));
        Ok(output)
    }
}
