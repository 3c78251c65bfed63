//! The run's folder: tables and files under their names, then the manifest, which is the commit.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Fault, FaultCode, Place, Result};
use crate::lake::{ContentHash, EntryKind, Root, Stored, TEMP_PREFIX, hash_bytes, parquet};
use crate::run::memory::StageRecord;
use crate::run::open::{LATEST, RUNS, folder};
use crate::run::prepare::{PROGRAM, Prepared};
use crate::run::{
    FileRecord, KeyParts, ListCount, MethodRecord, RunManifest, Severities, StageEntry, TableRecord,
    Workspace, catalog, counts, manifest,
};
use crate::tables::{self, FindingRow, ListEntry, SchoolAlias, Table, TableSpec};

const CATALOG: &str = "catalog.json";
const MANIFEST: &str = "manifest.json";
const TABLES: &str = "tables";

/// A run whose stages are all done.
pub(super) struct Finished<'a> {
    pub prepared: &'a Prepared<'a>,
    pub records: &'a [(&'static str, StageRecord)],
    /// The findings of all stages, as one table.
    pub finding: Stored,
}

/// Refuses a name that a stage's file may not have.
pub(super) fn check_name(name: &str) -> Result<()> {
    let climbs = name.split('/').any(|part| part.is_empty() || part.starts_with('.'));
    let taken = [CATALOG, MANIFEST, TABLES].contains(&name.split('/').next().unwrap_or_default());
    if climbs || taken || name.contains('\\') {
        return Err(Fault::new(FaultCode::Bug).at(Place::File(name.to_owned())));
    }
    Ok(())
}

/// Puts the folder together and commits it. What an unfinished or damaged run left there goes first.
pub(super) fn publish(workspace: &Workspace, finished: &Finished<'_>) -> Result<RunManifest> {
    let (root, store) = (workspace.root(), workspace.store());
    let (run, folder) = (&finished.prepared.run, folder(&finished.prepared.run));
    root.remove_file(&format!("{folder}/{MANIFEST}"))?;
    root.remove_folder(&folder)?;
    root.create_folder(&format!("{folder}/{TABLES}"))?;
    let mut folders = BTreeSet::from([format!("{folder}/{TABLES}"), folder.clone()]);
    let tables = table_records(workspace, finished)?;
    for (from, record) in &tables {
        root.link(from, &format!("{folder}/{}", record.file))?;
    }
    let mut files = Vec::new();
    for (kind, record) in finished.records {
        for (name, stored) in &record.files {
            let to = format!("{folder}/{name}");
            folders.extend(create_parents(root, &folder, name)?);
            root.link(&store.file_path(&stored.hash), &to)?;
            files.push(file_record(name, Some(kind), stored.bytes, stored.hash.clone()));
        }
    }
    let specs: Vec<(&TableSpec, u64)> =
        tables.iter().filter_map(|(_, record)| Some((tables::spec(&record.name)?, record.rows))).collect();
    let catalog = catalog::catalog(&specs, &decisions(workspace, &tables)?)?;
    root.put(&format!("{folder}/{CATALOG}"), &catalog)?;
    files.push(file_record(CATALOG, None, catalog.len() as u64, hash_bytes(&catalog)));
    files.sort_by(|a, b| a.name.cmp(&b.name));
    for folder in folders.iter().map(String::as_str).rev().chain([RUNS, "reports"]) {
        root.sync_folder(folder)?;
    }
    let tables = tables.into_iter().map(|(_, record)| record).collect();
    let mut manifest = manifest(workspace, finished, tables, files)?;
    root.put(&format!("{folder}/{MANIFEST}"), &manifest.seal()?)?;
    name_latest(workspace, run)?;
    Ok(manifest)
}

/// Makes the folders above a file of the run's folder, and names them.
fn create_parents(root: &Root, folder: &str, name: &str) -> Result<Vec<String>> {
    let parents: Vec<String> = name
        .match_indices('/')
        .map(|(end, _)| format!("{folder}/{}", name.get(..end).unwrap_or(name)))
        .collect();
    if let Some(deepest) = parents.last() {
        root.create_folder(deepest)?;
    }
    Ok(parents)
}

fn file_record(name: &str, stage: Option<&str>, bytes: u64, hash: ContentHash) -> FileRecord {
    FileRecord { name: name.to_owned(), stage: stage.map(str::to_owned), bytes, hash }
}

/// The tables of the run, sorted by name: where each stands, and its record.
fn table_records(workspace: &Workspace, finished: &Finished<'_>) -> Result<Vec<(String, TableRecord)>> {
    let mut records: BTreeMap<String, (String, TableRecord)> = BTreeMap::new();
    let method = &finished.prepared.declaration.spec.method;
    let mut add = |from: String, name: &str, stage: Option<&str>, stored: &Stored, key: &KeyParts| {
        let record = TableRecord {
            name: name.to_owned(),
            file: format!("{TABLES}/{name}.parquet"),
            stage: stage.map(str::to_owned),
            rows: stored.rows.unwrap_or_default(),
            bytes: stored.bytes,
            hash: stored.hash.clone(),
            inputs: inputs(key),
            parameters: key.parameters.clone(),
            method: method.clone(),
            program: PROGRAM.to_owned(),
        };
        records.insert(name.to_owned(), (from, record));
    };
    for (kind, record) in finished.records {
        for (name, stored) in &record.tables {
            add(workspace.store().table_path(name, &stored.hash), name, Some(kind), stored, &record.key);
        }
    }
    let none = KeyParts::default();
    for (name, given) in &finished.prepared.given {
        let rows = given_rows(workspace, name, &given.path, &given.hash)?;
        let stored = Stored { hash: given.hash.clone(), bytes: given.bytes, rows: Some(rows) };
        workspace.root().sync_file(&given.path)?;
        add(given.path.clone(), name, None, &stored, &none);
    }
    let (name, stored) = (FindingRow::SPEC.name, &finished.finding);
    add(workspace.store().table_path(name, &stored.hash), name, None, stored, &none);
    Ok(records.into_values().collect())
}

fn given_rows(workspace: &Workspace, name: &str, path: &str, hash: &ContentHash) -> Result<u64> {
    let bug = || Fault::new(FaultCode::Bug).at(Place::Table(name.to_owned()));
    let bytes = workspace.root().read(path)?;
    if hash_bytes(&bytes) != *hash {
        let fault = Fault::new(FaultCode::LakeDamaged).at(Place::Table(name.to_owned()));
        return Err(fault.with("file", path).why("damaged-changed"));
    }
    let rows = parquet::rows(tables::spec(name).ok_or_else(bug)?, bytes)?;
    Ok(rows as u64)
}

/// The tables that a stage read, and all senders' files as one.
fn inputs(key: &KeyParts) -> BTreeMap<String, ContentHash> {
    let mut inputs = key.tables.clone();
    if !key.sources.is_empty() {
        let lines: String =
            key.sources.iter().map(|(path, (layout, hash))| format!("{path}\t{layout}\t{hash}\n")).collect();
        inputs.insert("sources".to_owned(), hash_bytes(lines.as_bytes()));
    }
    inputs
}

fn manifest(
    workspace: &Workspace,
    finished: &Finished<'_>,
    tables: Vec<TableRecord>,
    files: Vec<FileRecord>,
) -> Result<RunManifest> {
    let declaration = &finished.prepared.declaration;
    let (spec, method) = (&declaration.spec, declaration.documents.get("method"));
    let (path, text) = method.ok_or_else(|| Fault::new(FaultCode::Bug))?;
    let stages = finished.records.iter().map(|(kind, record)| StageEntry {
        kind: (*kind).to_owned(),
        key: KeyParts { sources: BTreeMap::new(), ..record.key.clone() },
        findings: record.severities,
    });
    Ok(RunManifest {
        format: manifest::FORMAT,
        run: finished.prepared.run.clone(),
        pipeline: declaration.path.clone(),
        title: spec.title.clone(),
        method: MethodRecord {
            id: spec.method.clone(),
            path: path.clone(),
            hash: hash_bytes(text.as_bytes()),
        },
        years: spec.years.clone(),
        languages: spec.languages.clone(),
        seed: spec.seed,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        program: PROGRAM.to_owned(),
        sources: finished.prepared.sources.clone(),
        stages: stages.collect(),
        lists: list_counts(workspace, &tables)?,
        tables,
        files,
        findings: finished.records.iter().fold(Severities::default(), |sum, (_, r)| sum.and(r.severities)),
        seal: String::new(),
    })
}

/// The decisions on who is who by which rows have another school than their file says.
fn decisions(workspace: &Workspace, tables: &[(String, TableRecord)]) -> Result<Vec<String>> {
    let spec = SchoolAlias::SPEC;
    let Some((_, record)) = tables.iter().find(|(_, table)| table.name == spec.name) else {
        return Ok(Vec::new());
    };
    let path = workspace.store().table_path(spec.name, &record.hash);
    let frame = workspace.store().read_table(spec, &path, &record.hash, None)?;
    let used = tables::texts(&frame, "decision")?.into_iter().zip(tables::int64s(&frame, "rows")?);
    Ok(used
        .filter(|(_, rows)| rows.is_some_and(|rows| rows > 0))
        .filter_map(|(decision, _)| decision)
        .collect())
}

fn list_counts(workspace: &Workspace, tables: &[TableRecord]) -> Result<Vec<ListCount>> {
    let spec = ListEntry::SPEC;
    let Some(record) = tables.iter().find(|table| table.name == spec.name && table.stage.is_some()) else {
        return Ok(Vec::new());
    };
    let path = workspace.store().table_path(spec.name, &record.hash);
    let columns = Some(["list", "year", "state", "decided", "years", "criteria_needed"].as_slice());
    counts::lists(&workspace.store().read_table(spec, &path, &record.hash, columns)?)
}

/// Is this the run that `latest` names?
pub(super) fn is_latest(workspace: &Workspace, run: &str) -> Result<bool> {
    let named = workspace.root().read_if_there(LATEST)?;
    Ok(named.is_some_and(|bytes| String::from_utf8_lossy(&bytes).trim() == run))
}

/// Makes a finished run the latest.
pub(super) fn name_latest(workspace: &Workspace, run: &str) -> Result<()> {
    workspace.root().put(LATEST, format!("{run}\n").as_bytes())
}

/// Removes the folders of unfinished runs and unfinished files. Only under the lock. Folders that are no run's are
/// none of our business.
pub(super) fn sweep(workspace: &Workspace) -> Result<()> {
    let root = workspace.root();
    for entry in root.list(RUNS)? {
        let path = format!("{RUNS}/{}", entry.name);
        if entry.kind == EntryKind::File && entry.name.starts_with(TEMP_PREFIX) {
            root.remove_file(&path)?;
        }
        let is_run = entry.kind == EntryKind::Folder && is_run_id(&entry.name);
        if is_run && root.stat(&format!("{path}/{MANIFEST}"))?.is_none() {
            root.remove_folder(&path)?;
        }
    }
    Ok(())
}

/// Has a name the form of a run's id?
pub(super) fn is_run_id(name: &str) -> bool {
    let plain = |byte: u8| !byte.is_ascii_control() && !matches!(byte, b'/' | b'\\');
    if name.starts_with('.') || !name.bytes().all(plain) {
        return false;
    }
    let hash = name.rsplit_once('-').map_or("", |(_, hash)| hash);
    hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
}
