//! Carrying out a plan: stages in their order, each reused where its key is equal.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::DataFrame;

use crate::base::{Fault, FaultCode, Place, Result, Seed};
use crate::lake::{ContentHash, Stored};
use crate::pipeline::{Artefact, FINDING, Input, Output, Read, Sources, Stage};
use crate::run::clock::{self, Stopwatch};
use crate::run::log::{Line, StageLine};
use crate::run::memory::{Memory, StageRecord};
use crate::run::plan::Known;
use crate::run::prepare::{Chosen, Prepared};
use crate::run::publish::{self, Finished};
use crate::run::registry::registry;
use crate::run::reporter::Steps;
use crate::run::shelf::Shelf;
use crate::run::{KeyParts, Reporter, Severities, StageDone, Summary, Workspace, fence, findings, log, open};
use crate::tables::{self, FindingRow, Table, TableSpec};

/// Runs a pipeline (its name or its path).
///
/// # Errors
/// Exit 10 and 11 where the declaration or the sources are not right, 15 where another run goes on, 16 where the disk
/// refuses; otherwise as the stages say. The runs that were finished before stay as they are.
pub fn execute(workspace: &Workspace, pipeline: &str, reporter: &dyn Reporter) -> Result<Summary> {
    execute_with(workspace, pipeline, &registry(), reporter)
}

/// As [`execute`], with these stages.
///
/// # Errors
/// As [`execute`].
pub fn execute_with(
    workspace: &Workspace,
    pipeline: &str,
    registry: &[Box<dyn Stage>],
    reporter: &dyn Reporter,
) -> Result<Summary> {
    let stopwatch = Stopwatch::start();
    let prepared = Prepared::new(workspace, pipeline, registry)?;
    if let Some(manifest) = open::intact(workspace, &prepared)?
        && publish::is_latest(workspace, &prepared.run)?
    {
        return Ok(Summary::new(workspace, manifest, None, &prepared));
    }
    let holder = format!("pid {}, {}", std::process::id(), clock::now());
    let _lock = workspace.store().lock(&holder)?;
    // Another process may have finished this very run before the lock was ours; or it stands and is not the latest.
    if let Some(manifest) = open::intact(workspace, &prepared)? {
        publish::name_latest(workspace, &prepared.run)?;
        return Ok(Summary::new(workspace, manifest, None, &prepared));
    }
    let mut execution = Execution::new(workspace, &prepared, reporter)?;
    for (position, chosen) in prepared.stages.iter().enumerate() {
        execution.stage(position, chosen)?;
    }
    let (manifest, done, times) = execution.finish()?;
    let line = Line {
        run: manifest.run.clone(),
        finished: clock::now(),
        seconds: stopwatch.seconds(),
        stages: times,
    };
    log::append(workspace.root(), &line)?;
    Ok(Summary::new(workspace, manifest, Some(done), &prepared))
}

/// A run that goes on.
struct Execution<'a> {
    workspace: &'a Workspace,
    prepared: &'a Prepared<'a>,
    reporter: &'a dyn Reporter,
    sources: Box<dyn Sources>,
    memory: Memory,
    known: Known,
    /// Where each table stands, and the hash of its bytes.
    tables: BTreeMap<&'static str, (String, ContentHash)>,
    shelf: Shelf,
    records: Vec<(&'static str, StageRecord)>,
    done: Vec<StageDone>,
    times: Vec<StageLine>,
}

impl<'a> Execution<'a> {
    fn new(workspace: &'a Workspace, prepared: &'a Prepared<'a>, reporter: &'a dyn Reporter) -> Result<Self> {
        let declaration = &prepared.declaration;
        let files = declaration.found.files.clone();
        let given = prepared.given.iter();
        Ok(Self {
            workspace,
            prepared,
            reporter,
            sources: fence::sources(
                workspace,
                files,
                declaration.found.empty_globs.clone(),
                &declaration.documents,
            ),
            memory: Memory::load(workspace.root())?,
            known: Known::new(prepared),
            tables: given.map(|(name, given)| (*name, (given.path.clone(), given.hash.clone()))).collect(),
            shelf: Shelf::default(),
            records: Vec::new(),
            done: Vec::new(),
            times: Vec::new(),
        })
    }

    /// Runs or reuses a stage.
    fn stage(&mut self, position: usize, chosen: &Chosen<'_>) -> Result<()> {
        let stopwatch = Stopwatch::start();
        let kind = chosen.stage.kind();
        let pipeline = &self.prepared.declaration.name;
        let remembered = self.memory.record(pipeline, kind).cloned();
        let outlook = self.known.outlook(chosen, remembered.as_ref(), self.workspace.store())?;
        self.reporter.stage_starts(kind, &outlook.reasons, position + 1, self.prepared.stages.len());
        let reused = outlook.reasons.is_empty();
        let record = match remembered.filter(|_| reused) {
            Some(record) => record,
            None => {
                let record = self.compute(position, chosen, outlook.key)?;
                self.memory.keep(pipeline, kind, record.clone());
                self.memory.save(self.workspace.root())?;
                record
            }
        };
        self.known.learn(chosen, Some(&record));
        for (name, stored) in &record.tables {
            if let Some(spec) = tables::spec(name) {
                let path = self.workspace.store().table_path(name, &stored.hash);
                self.tables.insert(spec.name, (path, stored.hash.clone()));
            }
        }
        self.records.push((kind, record));
        self.done.push(StageDone { kind: kind.to_owned(), reasons: outlook.reasons });
        self.times.push(StageLine { kind: kind.to_owned(), reused, seconds: stopwatch.seconds() });
        self.reporter.stage_ends(kind, reused);
        Ok(())
    }

    fn compute(&mut self, position: usize, chosen: &Chosen<'_>, key: KeyParts) -> Result<StageRecord> {
        let tables: BTreeMap<&'static str, DataFrame> = chosen
            .reads
            .iter()
            .map(|read| self.input(read).map(|frame| (read.table, frame)))
            .collect::<Result<_>>()?;
        let later = self.prepared.stages.iter().skip(position + 1);
        self.shelf.keep(later.flat_map(|later| &later.reads), &self.tables);
        let output = chosen.stage.run(&Input {
            declared: self.prepared.declaration.declared(&chosen.params),
            tables: &tables,
            // A stage that does not declare its seed gets none that could differ.
            seed: Seed(key.seed.unwrap_or_default()),
            run: key.run.as_deref().unwrap_or_default(),
            sources: self.sources.as_ref(),
            progress: &Steps(self.reporter),
        })?;
        drop(tables);
        self.keep(chosen.stage, key, output)
    }

    /// A table as a stage asked for it.
    fn input(&mut self, read: &Read) -> Result<DataFrame> {
        let unknown = || Fault::new(FaultCode::Bug).at(Place::Table(read.table.to_owned()));
        let spec = tables::spec(read.table).ok_or_else(unknown)?;
        let whole = match self.tables.get(read.table) {
            Some(place) => {
                return self.shelf.read(self.workspace.store(), spec, place, read.columns.as_deref());
            }
            None if read.table == FINDING => self.findings()?,
            None => tables::concat(spec, &[])?,
        };
        let names: Vec<&str> = spec.columns.iter().map(|column| column.name).collect();
        let wanted = names.into_iter().filter(|name| read.columns.as_ref().is_none_or(|c| c.contains(name)));
        whole.select(wanted).map_err(|error| unknown().because(error))
    }

    /// The findings of the stages so far.
    fn findings(&self) -> Result<DataFrame> {
        let (spec, store) = (FindingRow::SPEC, self.workspace.store());
        let mut frames = Vec::with_capacity(self.records.len());
        for (_, record) in &self.records {
            let hash = &record.findings.hash;
            frames.push(store.read_table(spec, &store.table_path(spec.name, hash), hash, None)?);
        }
        tables::sort(spec, &tables::concat(spec, &frames)?)
    }

    /// Stores what a stage gave back.
    fn keep(&self, stage: &dyn Stage, key: KeyParts, output: Output) -> Result<StageRecord> {
        let names = output.tables.iter().map(|(name, _)| *name);
        let names: Vec<&str> = names.chain(output.packed.iter().map(|(name, ..)| *name)).collect();
        let written: BTreeSet<&str> = names.iter().copied().collect();
        let declared: BTreeSet<&str> = stage.writes().iter().copied().collect();
        if written != declared || names.len() != declared.len() {
            let fault = Fault::new(FaultCode::Bug).at(Place::Table(stage.kind().to_owned()));
            return Err(fault.because(format!("declared {declared:?}, written {written:?}")));
        }
        let mut tables = BTreeMap::new();
        for (name, frame) in output.tables {
            let unknown = || Fault::new(FaultCode::Bug).at(Place::Table(name.to_owned()));
            let stored = self.put_table(tables::spec(name).ok_or_else(unknown)?, &frame)?;
            tables.insert(name.to_owned(), stored);
        }
        for (name, bytes, rows) in output.packed {
            let unknown = || Fault::new(FaultCode::Bug).at(Place::Table(name.to_owned()));
            let spec = tables::spec(name).ok_or_else(unknown)?;
            tables.insert(name.to_owned(), self.workspace.store().put_encoded(spec, &bytes, rows)?);
        }
        let severities = Severities::of(&output.findings);
        let rows = output.findings.into_iter().map(|finding| findings::row(finding, stage.kind())).collect();
        let findings = self.put_table(FindingRow::SPEC, &FindingRow::frame(rows)?)?;
        let mut files = BTreeMap::new();
        for Artefact { name, bytes } in output.files {
            publish::check_name(&name)?;
            files.insert(name, self.workspace.store().put_file(&bytes)?);
        }
        Ok(StageRecord { key, tables, findings, severities, files })
    }

    fn put_table(&self, spec: &'static TableSpec, frame: &DataFrame) -> Result<Stored> {
        let frame = tables::sort(spec, &tables::conform(spec, frame)?)?;
        self.workspace.store().put_table(spec, &frame)
    }

    /// Puts the run's folder together, and clears away what nobody needs any more.
    fn finish(mut self) -> Result<(crate::run::RunManifest, Vec<StageDone>, Vec<StageLine>)> {
        let finding = self.put_table(FindingRow::SPEC, &self.findings()?)?;
        let finished = Finished { prepared: self.prepared, records: &self.records, finding };
        let manifest = publish::publish(self.workspace, &finished)?;
        let kinds = self.records.iter().map(|(kind, _)| *kind).collect();
        if self.memory.forget_others(&self.prepared.declaration.name, &kinds) {
            self.memory.save(self.workspace.root())?;
        }
        self.workspace.store().sweep(&self.memory.places(self.workspace.store()))?;
        publish::sweep(self.workspace)?;
        Ok((manifest, self.done, self.times))
    }
}
