//! Changes of schools over the years, as the registers show them: renames, mergers, splits, other municipalities. Where a year has no
//! register, what sheets of results call schools shows renames and other municipalities; who merged and who closed only a register tells.
//!
//! Proposed, never made: a person decides once in a file of `data/identity`, and reading applies the decision to every year. What
//! nobody has decided on is a finding, and the school goes on under the code that it has.

mod case;
mod hosts;
mod names;
mod registers;

use std::collections::BTreeMap;

use crate::base::{Finding, FindingCode, Place, Result};
use crate::pipeline::{Declared, Input, Output, Params, Read, Stage};
use crate::tables::{SchoolCase, Table, texts};
use case::Decided;
use registers::Registers;

/// Proposes who became whom.
pub struct Identity;

impl Stage for Identity {
    fn kind(&self) -> &'static str {
        "identity"
    }

    fn check(&self, declared: &Declared<'_>) -> Result<()> {
        Params::of(declared.params, &[]).map(drop)
    }

    fn reads(&self, _declared: &Declared<'_>) -> Result<Vec<Read>> {
        Ok(vec![
            Read::all("school"),
            Read::all("school_named").or_empty(),
            Read::all("school_alias").or_empty(),
            Read::columns("source", &["source_id", "path", "sheet"]).or_empty(),
            Read::columns("source_column", &["source_id", "letter", "canonical"]).or_empty(),
        ])
    }

    fn writes(&self) -> &'static [&'static str] {
        &["school_case"]
    }

    fn run(&self, input: &Input<'_>) -> Result<Output> {
        input.progress.total(1);
        let registers = Registers::read(input.table("school")?, input.table("school_named")?)?;
        let decided = Decided::read(input.table("school_alias")?)?;
        let cases = case::cases(&registers, &decided);
        let sheets = sheets(input)?;
        let findings = cases.iter().filter(|case| case.state == "open").map(|case| {
            let place = match (sheets.get(&case.source_id), u32::try_from(case.row)) {
                (Some((path, sheet, Some(letter))), Ok(row)) => {
                    Place::Cell(path.clone(), sheet.clone(), letter.clone(), row)
                }
                (Some((path, sheet, None)), _) => Place::Sheet(path.clone(), sheet.clone()),
                _ => Place::Table("school".to_owned()),
            };
            told(case, place)
        });
        let findings = findings.collect();
        input.progress.advance(1);
        Ok(Output {
            tables: vec![(SchoolCase::SPEC.name, SchoolCase::frame(cases)?)],
            findings,
            ..Output::default()
        })
    }
}

/// Path, name and the letters of the schools' column of each sheet.
type Sheets = BTreeMap<String, (String, String, Option<String>)>;

fn sheets(input: &Input<'_>) -> Result<Sheets> {
    let (source, columns) = (input.table("source")?, input.table("source_column")?);
    let names = texts(columns, "source_id")?.into_iter().zip(texts(columns, "canonical")?);
    let schools = names.zip(texts(columns, "letter")?);
    let letters: BTreeMap<String, String> = schools
        .filter(|((_, canonical), _)| canonical.as_deref() == Some("school_id"))
        .filter_map(|((id, _), letter)| Some((id?, letter?)))
        .collect();
    let sheets = texts(source, "source_id")?.into_iter().zip(texts(source, "path")?);
    let sheets = sheets.zip(texts(source, "sheet")?).filter_map(|((id, path), sheet)| {
        let id = id?;
        let letter = letters.get(&id).cloned();
        Some((id, (path?, sheet.unwrap_or_default(), letter)))
    });
    Ok(sheets.collect())
}

/// The finding of an open case: its kind as the column, the codes as the value, the year as the detail.
fn told(case: &SchoolCase, place: Place) -> Finding {
    let is_same = case.old_code.is_some() && case.old_code == case.new_code;
    let code = if is_same { FindingCode::SchoolChanged } else { FindingCode::SchoolCaseOpen };
    let codes: Vec<&str> = match is_same {
        true => case.old_code.iter().map(String::as_str).collect(),
        false => [&case.old_code, &case.new_code].into_iter().flatten().map(String::as_str).collect(),
    };
    Finding::new(code, place)
        .column(case.kind.as_str())
        .value(codes.join(" → "))
        .detail(case.from_year.to_string())
}
