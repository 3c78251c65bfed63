//! What is wrong across files: schools without register, pupils twice, years without data.
//!
//! Writes no table: findings only. What can be seen in one sheet, `ingest` has said already.

mod answers;
mod measures;
mod places;
mod pupils;
mod reconcile;
mod register;
mod suspects;
mod years;

use crate::base::{Finding, Result};
use crate::pipeline::{Declared, Input, Output, Params, Read, Stage};
use crate::tables::Register;
use places::Places;

/// Looks across files.
pub struct Validate;

impl Stage for Validate {
    fn kind(&self) -> &'static str {
        "validate"
    }

    fn check(&self, declared: &Declared<'_>) -> Result<()> {
        Params::of(declared.params, &[]).map(drop)
    }

    fn reads(&self, _declared: &Declared<'_>) -> Result<Vec<Read>> {
        Ok(vec![
            Read::columns("source", &["source_id", "path", "sheet"]).or_empty(),
            Read::columns("source_column", &["source_id", "letter", "canonical"]).or_empty(),
            Read::columns("school", Register::COLUMNS),
            Read::columns("school", &["source_id", "row"]),
            Read::columns("school_named", &["year", "school_id", "municipality"]).or_empty(),
            Read::columns("form_entry", &answers::COLUMNS).or_empty(),
            Read::columns("result", &pupils::COLUMNS),
            Read::columns("result", &reconcile::COLUMNS),
            Read::all("mark_count").or_empty(),
            Read::all("journal_comparison").or_empty(),
            Read::all("score_count").or_empty(),
            Read::columns("measure", &measures::COLUMNS),
            Read::columns("official_list", &["year", "list", "school_id", "source_id", "row"]).or_empty(),
        ])
    }

    fn writes(&self) -> &'static [&'static str] {
        &[]
    }

    fn run(&self, input: &Input<'_>) -> Result<Output> {
        input.progress.total(11);
        let places = Places::new(input.table("source")?, input.table("source_column")?)?;
        let (results, schools, figures) =
            (input.table("result")?, input.table("school")?, input.table("measure")?);
        let mut findings: Vec<Finding> = Vec::new();
        let mut add = |found: Result<Vec<Finding>>| -> Result<()> {
            findings.extend(found?);
            input.progress.advance(1);
            Ok(())
        };
        add(register::unregistered(&places, results, schools))?;
        add(register::repeated(&places, schools))?;
        add(register::orphans(&places, schools))?;
        add(register::unknown_on_lists(&places, input.table("official_list")?, schools))?;
        add(register::twice_on_lists(&places, input.table("official_list")?))?;
        add(pupils::repeated(&places, results))?;
        add(measures::repeated(&places, figures))?;
        add(years::empty(results, input.declared.years))?;
        add(years::without_measures(figures, input.declared.years))?;
        let (marks, comparisons) = (input.table("mark_count")?, input.table("journal_comparison")?);
        let scores = input.table("score_count")?;
        add(answers::differing(&places, input.table("form_entry")?, schools))?;
        add(answers::of_one_kind(&places, schools))?;
        let homes = reconcile::Homes::new(input.table("school_named")?, schools)?;
        add(reconcile::differences(&places, &homes, results, marks, comparisons, scores))?;
        Ok(Output { findings, ..Output::default() })
    }
}
