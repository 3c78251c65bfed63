//! The measures and indicators that stages are told to use: those that nothing makes, and that no pack knows, are named before
//! anything runs.

use std::collections::BTreeSet;

use crate::base::{Fault, FaultCode, Place, Result};
use crate::method::MethodPack;
use crate::pipeline::line_of;
use crate::run::Workspace;
use crate::run::declaration::Declaration;
use crate::run::prepare::{Chosen, Given};
use crate::tables::{self, IndicatorValue, Measure, Table, TableSpec};

/// Stages, their parameters that name something, and what.
const NAMING: [(&str, &str, Kind); 7] = [
    ("context", "measures", Kind::Measure),
    ("clusters", "columns", Kind::Measure),
    ("peers", "columns", Kind::Measure),
    ("peers", "results", Kind::Indicator),
    ("courses", "results", Kind::Indicator),
    ("factors", "factors", Kind::Measure),
    ("factors", "outcomes", Kind::Indicator),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Measure,
    Indicator,
}

/// Refuses names that no layout, no pack and no given table knows.
pub(super) fn check(
    workspace: &Workspace,
    declaration: &Declaration,
    stages: &[Chosen<'_>],
    given: &std::collections::BTreeMap<&'static str, Given>,
) -> Result<()> {
    for (kind, parameter, what) in NAMING {
        let Some(chosen) = stages.iter().find(|chosen| chosen.stage.kind() == kind) else { continue };
        let names = names(chosen.params.get(parameter));
        if names.is_empty() {
            continue;
        }
        let known = match what {
            Kind::Measure => match given.get(Measure::SPEC.name) {
                Some(given) => distinct(workspace, Measure::SPEC, given, "measure")?,
                None => shares(declaration),
            },
            Kind::Indicator => match given.get(IndicatorValue::SPEC.name) {
                Some(given) => distinct(workspace, IndicatorValue::SPEC, given, "indicator")?,
                None => indicators(declaration)?,
            },
        };
        // an indicator of another pack of the workspace is no misspelling: the stage says that this method has it not
        let elsewhere = || match what {
            Kind::Indicator => of_all_packs(declaration),
            Kind::Measure => BTreeSet::new(),
        };
        let mut unknown: Vec<&str> = names.into_iter().filter(|name| !known.contains(*name)).collect();
        if !unknown.is_empty() {
            let elsewhere = elsewhere();
            unknown.retain(|name| !elsewhere.contains(*name));
        }
        if let Some(name) = unknown.into_iter().next() {
            let word = if what == Kind::Measure { "measure" } else { "indicator" };
            let known = known.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
            return Err(Fault::new(FaultCode::NameUnknown)
                .at(place(declaration, kind, name))
                .with("kind", word)
                .with("name", name)
                .with("known", known));
        }
    }
    Ok(())
}

/// The names of a list, or the keys of a table.
fn names(value: Option<&toml::Value>) -> Vec<&str> {
    match value {
        Some(toml::Value::Array(list)) => list.iter().filter_map(toml::Value::as_str).collect(),
        Some(toml::Value::Table(table)) => table.keys().map(String::as_str).collect(),
        _ => Vec::new(),
    }
}

/// The line of a name behind its stage's kind.
fn place(declaration: &Declaration, kind: &str, name: &str) -> Place {
    let text = &declaration.text;
    let stage = text.find(&format!("\"{kind}\"")).unwrap_or_default();
    let behind = text.get(stage..).unwrap_or_default();
    let position = behind.find(name).map_or(stage, |at| stage + at);
    Place::Line(declaration.path.clone(), line_of(text, position))
}

/// The shares that any layout of measures reads. Layouts have been proved by the stage that reads with them.
fn shares(declaration: &Declaration) -> BTreeSet<String> {
    let layouts = declaration.documents.iter().filter(|(name, _)| name.starts_with("layout/"));
    let layouts = layouts.filter_map(|(_, (_, text))| text.parse::<toml::Table>().ok());
    let of_measures =
        layouts.filter(|l| l.get("table").and_then(toml::Value::as_str) == Some(Measure::SPEC.name));
    let mut found = BTreeSet::new();
    for layout in of_measures {
        for column in layout.get("column").and_then(toml::Value::as_array).into_iter().flatten() {
            let text = |key: &str| column.get(key).and_then(toml::Value::as_str);
            if let (Some("share"), Some(to)) = (text("kind"), text("to")) {
                found.insert(to.to_owned());
            }
        }
    }
    found
}

fn indicators(declaration: &Declaration) -> Result<BTreeSet<String>> {
    let no_pack = || Fault::new(FaultCode::FileMissing).at(Place::File(declaration.path.clone()));
    let (path, text) = declaration.documents.get("method").ok_or_else(no_pack)?;
    Ok(MethodPack::parse(path, text)?.indicators.into_iter().map(|indicator| indicator.id).collect())
}

/// The indicators of every pack of the workspace that can be read.
fn of_all_packs(declaration: &Declaration) -> BTreeSet<String> {
    let packs = declaration.documents.iter().filter(|(name, _)| name.starts_with("method/"));
    let packs = packs.filter_map(|(_, (path, text))| MethodPack::parse(path, text).ok());
    packs.flat_map(|pack| pack.indicators).map(|indicator| indicator.id).collect()
}

fn distinct(
    workspace: &Workspace,
    spec: &'static TableSpec,
    given: &Given,
    column: &'static str,
) -> Result<BTreeSet<String>> {
    let frame = workspace.store().read_table(spec, &given.path, &given.hash, Some(&[column]))?;
    Ok(tables::texts(&frame, column)?.into_iter().flatten().collect())
}
