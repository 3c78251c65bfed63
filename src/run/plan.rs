//! Which stages run, and why.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::base::{Result, Year};
use crate::lake::{ContentHash, Store, hash_bytes};
use crate::pipeline::{FINDING, Reason, Stage};
use crate::run::key::differences;
use crate::run::memory::{Memory, StageRecord};
use crate::run::open;
use crate::run::prepare::{Chosen, Prepared};
use crate::run::registry::registry;
use crate::run::{KeyParts, Workspace};

/// What a run would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The id that the run would have.
    pub run: String,
    /// The pipeline's path.
    pub pipeline: String,
    /// Its title in each language.
    pub title: BTreeMap<String, String>,
    /// The method pack.
    pub method: String,
    /// The years.
    pub years: Vec<Year>,
    /// Senders' files.
    pub files: usize,
    /// Globs that find no file.
    pub empty_globs: Vec<String>,
    /// Is the run there already, whole?
    pub finished: bool,
    /// The stages in the order of running.
    pub stages: Vec<PlannedStage>,
}

/// A stage and why it would run; no reasons: it is reused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedStage {
    /// The stage.
    pub kind: &'static str,
    /// Why it would run.
    pub reasons: Vec<Reason>,
    /// Tables that it reads.
    pub reads: Vec<&'static str>,
    /// Tables that it writes.
    pub writes: Vec<&'static str>,
}

/// Plans a run of a pipeline (its name or its path). Changes nothing.
///
/// # Errors
/// Exit 10 and 11 where the declaration or the sources are not right, 16 where the disk refuses.
pub fn plan(workspace: &Workspace, pipeline: &str) -> Result<Plan> {
    plan_with(workspace, pipeline, &registry())
}

/// As [`plan`], with these stages.
///
/// # Errors
/// As [`plan`].
pub fn plan_with(workspace: &Workspace, pipeline: &str, registry: &[Box<dyn Stage>]) -> Result<Plan> {
    let prepared = Prepared::new(workspace, pipeline, registry)?;
    let finished = open::intact(workspace, &prepared)?.is_some();
    let memory = if finished { Memory::default() } else { Memory::load(workspace.root())? };
    let mut known = Known::new(&prepared);
    let mut stages = Vec::with_capacity(prepared.stages.len());
    for chosen in &prepared.stages {
        let kind = chosen.stage.kind();
        let mut reasons = Vec::new();
        if !finished {
            let record = memory.record(&prepared.declaration.name, kind);
            reasons = known.outlook(chosen, record, workspace.store())?.reasons;
            known.learn(chosen, record.filter(|_| reasons.is_empty()));
        }
        stages.push(PlannedStage {
            kind,
            reasons,
            reads: chosen.reads.iter().map(|read| read.table).collect(),
            writes: chosen.stage.writes().to_vec(),
        });
    }
    let declaration = prepared.declaration;
    Ok(Plan {
        run: prepared.run,
        pipeline: declaration.path,
        title: declaration.spec.title,
        method: declaration.spec.method,
        years: declaration.spec.years,
        files: prepared.sources.len(),
        empty_globs: declaration.found.empty_names(),
        finished,
        stages,
    })
}

/// A stage's key as of now, and why it runs.
pub(super) struct Outlook {
    pub key: KeyParts,
    pub reasons: Vec<Reason>,
}

/// What is known of the tables while stages are gone through in their order. `None`: will be written anew, its
/// content is not known yet.
pub(super) struct Known {
    tables: BTreeMap<&'static str, Option<ContentHash>>,
    findings: Vec<(&'static str, Option<ContentHash>)>,
}

impl Known {
    /// Before the first stage: the given tables.
    pub fn new(prepared: &Prepared<'_>) -> Self {
        let tables = prepared.given.iter().map(|(name, given)| (*name, Some(given.hash.clone()))).collect();
        Self { tables, findings: Vec::new() }
    }

    /// The key of a stage and the reasons why it runs, given what it did last.
    pub fn outlook(
        &self,
        chosen: &Chosen<'_>,
        record: Option<&StageRecord>,
        store: &Store,
    ) -> Result<Outlook> {
        let mut key = chosen.key.clone();
        let mut pending = Vec::new();
        for read in &chosen.reads {
            match self.content(read.table) {
                Some(Some(hash)) => drop(key.tables.insert(read.table.to_owned(), hash)),
                Some(None) => pending.push(read.table),
                None => {}
            }
        }
        let Some(record) = record else {
            return Ok(Outlook { key, reasons: vec![Reason::First] });
        };
        let mut before = record.key.clone();
        before.tables.retain(|table, _| !pending.contains(&table.as_str()));
        let mut reasons = differences(&before, &key);
        reasons.extend(pending.into_iter().map(|table| Reason::Upstream(table.to_owned())));
        if reasons.is_empty() {
            reasons = lost(record, store)?;
        }
        Ok(Outlook { key, reasons })
    }

    /// Takes in what a stage wrote; `None`: it will write, and nobody knows what.
    pub fn learn(&mut self, chosen: &Chosen<'_>, record: Option<&StageRecord>) {
        for table in chosen.stage.writes() {
            let hash = record.and_then(|record| record.tables.get(*table)).map(|stored| stored.hash.clone());
            self.tables.insert(table, hash);
        }
        self.findings.push((chosen.stage.kind(), record.map(|record| record.findings.hash.clone())));
    }

    /// The content of a table; `None` where it has no writer and is not given.
    fn content(&self, table: &str) -> Option<Option<ContentHash>> {
        if table != FINDING {
            return self.tables.get(table).cloned();
        }
        let lines: Option<Vec<String>> = self
            .findings
            .iter()
            .map(|(kind, hash)| hash.as_ref().map(|hash| format!("{kind} {hash}\n")))
            .collect();
        Some(lines.map(|lines| hash_bytes(lines.concat().as_bytes())))
    }
}

/// The stored outputs of a stage that are gone or damaged.
fn lost(record: &StageRecord, store: &Store) -> Result<Vec<Reason>> {
    let places = record.places(store);
    let checked = places.par_iter().map(|(name, path, stored)| {
        let whole = store.is_whole(path, &stored.hash)?;
        Ok((!whole).then(|| Reason::OutputLost(name.clone())))
    });
    Ok(checked.collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
}
