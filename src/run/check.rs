//! Read and validate only: every finding of a pipeline's files, with the sheet around its cell. Writes nothing.

use std::collections::BTreeMap;

use polars::prelude::{DataFrame, SortMultipleOptions};

use crate::base::{Fault, FaultCode, Finding, Place, Result, Seed};
use crate::identity::Identity;
use crate::ingest::{Ingest, SheetTry, Strip, Wanted};
use crate::lake::parquet;
use crate::pipeline::{Input, Output, Progress, SourceFile, Stage};
use crate::run::declaration::Declaration;
use crate::run::files::{refuse_foreign, refuse_links};
use crate::run::{Workspace, fence};
use crate::tables::{self, FindingRow, Table};
use crate::validate::Validate;

/// What a check found.
pub struct Checked {
    /// Files that the pipeline's globs found.
    pub files: usize,
    /// All findings, sorted by place.
    pub findings: Vec<Finding>,
    /// The sheet around a finding's cell, as far as there is one: in the order of the findings.
    pub strips: Vec<Option<Strip>>,
    /// Rows that were read and rows that were set aside.
    pub rows: (i64, i64),
}

/// Reads the files of a pipeline behind the fence and validates them.
///
/// # Errors
/// As a run: exit 10 for the declaration, 11 where no file could be read.
pub fn check(workspace: &Workspace, pipeline: &str, progress: &dyn Progress) -> Result<Checked> {
    let declaration = Declaration::load(workspace, pipeline)?;
    let found = &declaration.found;
    let sources =
        fence::sources(workspace, found.files.clone(), found.empty_globs.clone(), &declaration.documents);
    let params = toml::Table::new();
    let run = |stage: &dyn Stage, tables: &BTreeMap<&'static str, DataFrame>| -> Result<Output> {
        stage.check(&declaration.declared(&params))?;
        stage.run(&Input {
            declared: declaration.declared(&params),
            tables,
            seed: Seed(0),
            run: "",
            sources: sources.as_ref(),
            progress,
        })
    };
    let read = run(&Ingest, &BTreeMap::new())?;
    let mut tables: BTreeMap<&'static str, DataFrame> = BTreeMap::new();
    for (name, frame) in read.tables {
        tables.insert(name, sorted(name, frame)?);
    }
    let stages = [&Validate as &dyn Stage, &Identity];
    for (name, bytes, _) in read.packed {
        let mut is_wanted = false;
        for stage in stages {
            is_wanted |=
                stage.reads(&declaration.declared(&params))?.iter().any(|wanted| wanted.table == name);
        }
        if let Some(spec) = tables::spec(name).filter(|_| is_wanted) {
            tables.insert(name, parquet::decode_owned(spec, bytes, None)?);
        }
    }
    let mut findings = read.findings;
    for stage in stages {
        for wanted in stage.reads(&declaration.declared(&params))? {
            if let std::collections::btree_map::Entry::Vacant(place) = tables.entry(wanted.table) {
                let spec = tables::spec(wanted.table).ok_or_else(|| Fault::new(FaultCode::Bug))?;
                place.insert(tables::concat(spec, &[])?);
            }
        }
        findings.extend(run(stage, &tables)?.findings);
    }
    findings.sort_by_cached_key(|finding| {
        let row = crate::run::findings::row(finding.clone(), "");
        (row.path, row.sheet, row.row, row.column, row.code)
    });
    let strips = strips(&declaration.found.files, workspace, &declaration, &findings)?;
    let sum = |column| -> Result<i64> {
        let Some(source) = tables.get("source") else { return Ok(0) };
        Ok(tables::int64s(source, column)?.into_iter().flatten().sum())
    };
    let rows = (sum("rows_read")?, sum("rows_set_aside")?);
    Ok(Checked { files: found.files.len(), findings, strips, rows })
}

/// As a run's tables stand: rules lean on the order of rows.
fn sorted(name: &'static str, frame: DataFrame) -> Result<DataFrame> {
    let Some(spec) = tables::spec(name) else { return Ok(frame) };
    if name == FindingRow::SPEC.name {
        return Ok(frame);
    }
    let options = SortMultipleOptions::default().with_maintain_order(true);
    frame
        .sort(spec.key.to_vec(), options)
        .map_err(|error| Fault::new(FaultCode::TableMalformed).because(error))
}

/// The sheets around the findings' cells: each file is read once more, behind the fence.
fn strips(
    files: &[SourceFile],
    workspace: &Workspace,
    declaration: &Declaration,
    findings: &[Finding],
) -> Result<Vec<Option<Strip>>> {
    let mut by_file: BTreeMap<&str, Vec<(usize, Wanted)>> = BTreeMap::new();
    for (at, finding) in findings.iter().enumerate() {
        if let Place::Cell(file, sheet, column, row) = &finding.place {
            by_file.entry(file).or_default().push((at, (sheet.clone(), *row, column.clone())));
        }
    }
    let mut strips = vec![None; findings.len()];
    for (file, wanted) in by_file {
        let Some(source) = files.iter().find(|source| source.path == file) else { continue };
        let cells = wanted.iter().map(|(_, cell)| cell.clone()).collect();
        let found = fence::strips(workspace, source, &declaration.documents, cells)?;
        for ((at, _), strip) in wanted.iter().zip(found) {
            if let Some(place) = strips.get_mut(*at) {
                *place = strip;
            }
        }
    }
    Ok(strips)
}

/// What every layout of the workspace makes of a file.
///
/// # Errors
/// `E301` where there is no such file, exit 10 for layouts that are not right; a refused file by its word.
pub fn try_layouts(workspace: &Workspace, path: &str) -> Result<std::result::Result<Vec<SheetTry>, String>> {
    let path = path.replace('\\', "/");
    let place = Place::File(path.clone());
    refuse_foreign(&path, &place)?;
    refuse_links(workspace.root(), &path)?;
    if workspace.root().stat(&path)? != Some(crate::lake::EntryKind::File) {
        return Err(Fault::new(FaultCode::FileMissing).at(place));
    }
    let documents = crate::run::documents::layouts(workspace.root())?;
    fence::try_layouts(workspace, &SourceFile { path, layout: "auto".to_owned() }, &documents)
}

/// The thresholds of the workspace's reference data.
///
/// # Errors
/// Exit 10 for reference data that are not right, 16 where the disk refuses.
pub fn thresholds(workspace: &Workspace) -> Result<crate::method::Thresholds> {
    crate::method::Thresholds::parse(&crate::run::documents::references(workspace.root())?)
}

/// The layouts of the workspace and the tables that they feed.
///
/// # Errors
/// Exit 10 for layouts that are not right, 16 where the disk refuses.
pub fn layout_names(workspace: &Workspace) -> Result<Vec<(String, String)>> {
    let layouts = crate::ingest::Layouts::parse(&crate::run::documents::layouts(workspace.root())?)?;
    Ok(layouts.names())
}
