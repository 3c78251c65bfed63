//! What a run did, for whoever asked for it.

use std::path::PathBuf;

use crate::base::{Place, Year};
use crate::pipeline::Reason;
use crate::run::open::folder;
use crate::run::prepare::Prepared;
use crate::run::{ListCount, RunManifest, Severities, Workspace};

/// What a run did.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// The run's id.
    pub run: String,
    /// Its folder, relative to the workspace, with `/`.
    pub folder: String,
    /// Its folder on this machine.
    pub dir: PathBuf,
    /// The pipeline's path.
    pub pipeline: String,
    /// The method pack.
    pub method: String,
    /// The years.
    pub years: Vec<Year>,
    /// The line of the pipeline that names them.
    pub years_at: Place,
    /// Was the run there already, whole, so that nothing was done?
    pub nothing_changed: bool,
    /// The stages in the order of running.
    pub stages: Vec<StageDone>,
    /// Senders' files that were found, read or not.
    pub files: usize,
    /// Globs that found no file, each with its line in the pipeline.
    pub empty_globs: Vec<(String, Place)>,
    /// Rows by table.
    pub tables: Vec<(String, u64)>,
    /// Findings by severity.
    pub findings: Severities,
    /// Schools on each list.
    pub lists: Vec<ListCount>,
    /// The reports and workbooks, relative to the workspace, with `/`.
    pub artefacts: Vec<String>,
}

/// A stage of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageDone {
    /// The stage.
    pub kind: String,
    /// Why it ran; none: it was reused.
    pub reasons: Vec<Reason>,
}

impl StageDone {
    /// Was it reused?
    #[must_use]
    pub fn reused(&self) -> bool {
        self.reasons.is_empty()
    }
}

impl Summary {
    pub(super) fn new(
        workspace: &Workspace,
        manifest: RunManifest,
        stages: Option<Vec<StageDone>>,
        prepared: &Prepared<'_>,
    ) -> Self {
        let folder = folder(&manifest.run);
        let reused =
            |entry: &crate::run::StageEntry| StageDone { kind: entry.kind.clone(), reasons: Vec::new() };
        let artefacts = manifest.files.iter().filter(|file| file.stage.is_some());
        Self {
            dir: workspace.root().at(&folder),
            nothing_changed: stages.is_none(),
            stages: stages.unwrap_or_else(|| manifest.stages.iter().map(reused).collect()),
            files: manifest.sources.len(),
            empty_globs: prepared.declaration.found.empty_globs.clone(),
            tables: manifest.tables.iter().map(|table| (table.name.clone(), table.rows)).collect(),
            artefacts: artefacts.map(|file| format!("{folder}/{}", file.name)).collect(),
            run: manifest.run,
            folder,
            pipeline: manifest.pipeline,
            method: manifest.method.id,
            years: manifest.years,
            years_at: prepared.declaration.years_at(),
            findings: manifest.findings,
            lists: manifest.lists,
        }
    }
}
