//! Finished runs: opening one, and its tables with their hashes checked.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use polars::prelude::DataFrame;
use rayon::prelude::*;

use crate::base::{Fault, FaultCode, Place, Result};
use crate::lake::EntryKind;
use crate::run::prepare::Prepared;
use crate::run::publish::is_run_id;
use crate::run::{RunManifest, Workspace, log};
use crate::tables;

/// The folder of runs.
pub(super) const RUNS: &str = "reports/runs";
/// The file that names the latest run.
pub(super) const LATEST: &str = "reports/runs/latest";

/// The folder of a run.
pub(super) fn folder(run: &str) -> String {
    format!("{RUNS}/{run}")
}

/// The manifest of a run; `None` where the run is unfinished or not there.
pub(super) fn manifest(workspace: &Workspace, run: &str) -> Result<Option<RunManifest>> {
    let path = format!("{}/manifest.json", folder(run));
    match workspace.root().read_if_there(&path)? {
        Some(bytes) => RunManifest::from_bytes(&path, &bytes).map(Some),
        None => Ok(None),
    }
}

/// The manifest of the run that is prepared, if it is there and every file of it is whole.
pub(super) fn intact(workspace: &Workspace, prepared: &Prepared<'_>) -> Result<Option<RunManifest>> {
    let manifest = match manifest(workspace, &prepared.run) {
        Err(fault) if fault.code == FaultCode::LakeDamaged => return Ok(None),
        other => other?,
    };
    let Some(manifest) = manifest else {
        return Ok(None);
    };
    let folder = folder(&prepared.run);
    let contents: Vec<_> = manifest.contents().collect();
    let whole = contents.par_iter().map(|(name, file, hash)| {
        let path = format!("{folder}/{file}");
        // A given table was hashed a moment ago; a second name of the same file is as whole.
        match prepared.given.get(name) {
            Some(given) if given.hash == **hash && workspace.root().same_file(&path, &given.path)? => {
                Ok(true)
            }
            _ => workspace.store().is_whole(&path, hash),
        }
    });
    let whole = whole.collect::<Result<Vec<bool>>>()?.into_iter().all(|whole| whole);
    Ok(whole.then_some(manifest))
}

/// A finished run.
pub struct OpenRun {
    workspace: Workspace,
    manifest: RunManifest,
    fallen_back: bool,
}

impl OpenRun {
    /// The latest finished run: the one that `reports/runs/latest` names. Where that file is gone or names none, the
    /// run that the log knows as the last one whose record is whole.
    ///
    /// # Errors
    /// `E205` where there is none, `E802` where the record of the run that is named is damaged.
    pub fn latest(workspace: &Workspace) -> Result<Self> {
        let open = |manifest, fallen_back| Self { workspace: workspace.clone(), manifest, fallen_back };
        if let Some(run) = named_latest(workspace)?
            && let Some(manifest) = manifest(workspace, &run)?
        {
            return Ok(open(manifest, false));
        }
        let mut whole = Vec::new();
        for name in finished(workspace)? {
            match manifest(workspace, &name) {
                Ok(found) => whole.extend(found),
                Err(fault) if fault.code == FaultCode::LakeDamaged => {}
                Err(fault) => return Err(fault),
            }
        }
        let log = log::lines(workspace.root())?;
        let last = |manifest: &RunManifest| log.iter().rposition(|line| line.run == manifest.run);
        whole.sort_by_key(last);
        let manifest =
            whole.pop().ok_or_else(|| Fault::new(FaultCode::NoRun).at(Place::File(RUNS.to_owned())))?;
        Ok(open(manifest, true))
    }

    /// Was the run found although `reports/runs/latest` does not name it? It is not sure then that it is the latest.
    #[must_use]
    pub fn fallen_back(&self) -> bool {
        self.fallen_back
    }

    /// Of these paths of senders' files those that are no longer what the run read: gone (`false`) or changed (`true`).
    ///
    /// # Errors
    /// Exit 16 where the disk refuses.
    pub fn changed_sources<'p>(
        &self,
        paths: impl IntoIterator<Item = &'p str>,
    ) -> Result<BTreeMap<String, bool>> {
        let asked: BTreeSet<&str> = paths.into_iter().collect();
        let mut changed = BTreeMap::new();
        for source in self.manifest.sources.iter().filter(|source| asked.contains(source.path.as_str())) {
            let now = self.workspace.root().hash_if_there(&source.path)?;
            if now.as_ref().is_none_or(|(hash, _)| *hash != source.hash) {
                changed.insert(source.path.clone(), now.is_some());
            }
        }
        Ok(changed)
    }

    /// A finished run by its id, or the latest one under that word.
    ///
    /// # Errors
    /// `E202` where there is none of this id, `E205` where there is none at all.
    pub fn named(workspace: &Workspace, run: &str) -> Result<Self> {
        if run == "latest" {
            return Self::latest(workspace);
        }
        let none = || Fault::new(FaultCode::NotFound).with("run", run);
        let known = finished(workspace)?.into_iter().find(|known| known == run).ok_or_else(none)?;
        let manifest = manifest(workspace, &known)?.ok_or_else(none)?;
        Ok(Self { workspace: workspace.clone(), manifest, fallen_back: false })
    }

    /// The run's record.
    #[must_use]
    pub fn manifest(&self) -> &RunManifest {
        &self.manifest
    }

    /// The run's folder.
    #[must_use]
    pub fn dir(&self) -> PathBuf {
        self.workspace.root().at(&folder(&self.manifest.run))
    }

    /// A table of the run.
    ///
    /// # Errors
    /// `E202` where the run has no such table, `E802` with its name where it is damaged.
    pub fn table(&self, name: &str) -> Result<DataFrame> {
        self.columns(name, None)
    }

    /// Some columns of a table of the run; `None` for all.
    ///
    /// # Errors
    /// As [`OpenRun::table`]; `E803` where a column is not declared.
    pub fn columns(&self, name: &str, columns: Option<&[&str]>) -> Result<DataFrame> {
        let (Some(record), Some(spec)) = (self.manifest.table(name), tables::spec(name)) else {
            let fault = Fault::new(FaultCode::NotFound).at(Place::Table(name.to_owned()));
            return Err(fault.with("name", name));
        };
        let path = format!("{}/{}", folder(&self.manifest.run), record.file);
        self.workspace.store().read_table(spec, &path, &record.hash, columns)
    }
}

/// What the file of the latest run says, where it can be the name of a run.
fn named_latest(workspace: &Workspace) -> Result<Option<String>> {
    let bytes = workspace.root().read_if_there(LATEST)?.unwrap_or_default();
    let name = String::from_utf8_lossy(&bytes).trim().to_owned();
    Ok(Some(name).filter(|name| is_run_id(name)))
}

/// The names of the finished runs, sorted: folders with a manifest.
pub(super) fn finished(workspace: &Workspace) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in workspace.root().list(RUNS)?.into_iter().filter(|entry| entry.kind == EntryKind::Folder) {
        let path = format!("{}/manifest.json", folder(&entry.name));
        if workspace.root().stat(&path)? == Some(EntryKind::File) {
            names.push(entry.name);
        }
    }
    Ok(names)
}
