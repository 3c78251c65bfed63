//! The list of finished runs.

use crate::base::{FaultCode, Result, Year};
use crate::run::open;
use crate::run::{ListCount, OpenRun, Severities, Workspace, log};

/// A finished run.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct RunRecord {
    /// Its id.
    pub run: String,
    /// The pipeline's path.
    pub pipeline: String,
    /// The method pack.
    pub method: String,
    /// The years.
    pub years: Vec<Year>,
    /// Rows of all tables.
    pub rows: u64,
    /// Findings by severity.
    pub findings: Severities,
    /// Schools on each list.
    pub lists: Vec<ListCount>,
    /// When it was finished, where the log knows it.
    pub finished: Option<String>,
    /// How long it took.
    pub seconds: Option<f64>,
    /// Is it the latest?
    pub latest: bool,
}

/// The finished runs, oldest first. Unfinished ones are no runs; a damaged manifest is a fault with its path.
///
/// # Errors
/// `E802` where a manifest is damaged, exit 16 where the disk refuses.
pub fn runs(workspace: &Workspace) -> Result<Vec<RunRecord>> {
    let log = log::lines(workspace.root())?;
    let latest = match OpenRun::latest(workspace) {
        Ok(run) => run.manifest().run.clone(),
        Err(fault) if fault.code == FaultCode::NoRun => String::new(),
        Err(fault) => return Err(fault),
    };
    let mut records = Vec::new();
    for name in open::finished(workspace)? {
        let Some(manifest) = open::manifest(workspace, &name)? else {
            continue;
        };
        let line = log.iter().rev().find(|line| line.run == manifest.run);
        records.push(RunRecord {
            rows: manifest.tables.iter().map(|table| table.rows).sum(),
            latest: manifest.run == latest,
            finished: line.map(|line| line.finished.clone()),
            seconds: line.map(|line| line.seconds),
            run: manifest.run,
            pipeline: manifest.pipeline,
            method: manifest.method.id,
            years: manifest.years,
            findings: manifest.findings,
            lists: manifest.lists,
        });
    }
    records.sort_by(|a, b| (&a.finished, &a.run).cmp(&(&b.finished, &b.run)));
    Ok(records)
}
