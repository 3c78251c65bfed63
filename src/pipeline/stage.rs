//! What a stage is: `(tables, parameters, seed) → (tables, findings)`.
//!
//! A stage opens no file, reads no clock and starts no thread of its own. What it needs beyond tables (a method pack,
//! reference data, a report notebook) it gets as the text of a declared document.

use std::collections::BTreeMap;

use polars::prelude::DataFrame;

use crate::base::{Fault, FaultCode, Finding, Place, Result, Seed, Year};
use crate::text::Lang;

/// The table of findings. Every stage may add to it; a stage that reads it sees those of the stages before it.
pub const FINDING: &str = "finding";

/// A table that a stage reads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Read {
    /// The table's name.
    pub table: &'static str,
    /// The columns that are needed; `None` for all.
    pub columns: Option<Vec<&'static str>>,
    /// May the table be absent (no writer in this pipeline)? Then the stage sees an empty frame.
    pub optional: bool,
}

impl Read {
    /// The whole table.
    #[must_use]
    pub fn all(table: &'static str) -> Self {
        Self { table, columns: None, optional: false }
    }

    /// These columns of the table.
    #[must_use]
    pub fn columns(table: &'static str, columns: &[&'static str]) -> Self {
        Self { table, columns: Some(columns.to_vec()), optional: false }
    }

    /// The same, where the table may have no writer.
    #[must_use]
    pub fn or_empty(mut self) -> Self {
        self.optional = true;
        self
    }
}

/// What the declaration tells a stage before it runs.
pub struct Declared<'a> {
    /// The years of the pipeline, rising.
    pub years: &'a [Year],
    /// The languages of the reports.
    pub languages: &'a [Lang],
    /// The stage's own parameters.
    pub params: &'a toml::Table,
    /// Declared documents by name: `method` (the pack's text), `reference/<file>`, `report/<file>`, `layout/<file>`;
    /// each with its path in the workspace.
    pub documents: &'a BTreeMap<String, (String, String)>,
}

impl Declared<'_> {
    /// The path and the text of a declared document.
    ///
    /// # Errors
    /// `E301` where the pipeline declares no such document.
    pub fn document(&self, name: &str) -> Result<(&str, &str)> {
        self.documents
            .get(name)
            .map(|(path, text)| (path.as_str(), text.as_str()))
            .ok_or_else(|| Fault::new(FaultCode::FileMissing).at(Place::File(name.to_owned())))
    }
}

/// What a stage is given.
pub struct Input<'a> {
    /// The declaration.
    pub declared: Declared<'a>,
    /// The tables that it reads, by name.
    pub tables: &'a BTreeMap<&'static str, DataFrame>,
    /// Its own seed, made from the pipeline's and its name.
    pub seed: Seed,
    /// The id of the run, for a stage that prints it (see [`Stage::names_run`]); empty for all others.
    pub run: &'a str,
    /// Senders' files; only `ingest` looks here.
    pub sources: &'a dyn Sources,
    /// Where it tells how far it is.
    pub progress: &'a dyn Progress,
}

impl Input<'_> {
    /// A table that the stage declared to read.
    ///
    /// # Errors
    /// `E101` where the stage did not declare it: a bug.
    pub fn table(&self, name: &str) -> Result<&DataFrame> {
        self.tables.get(name).ok_or_else(|| Fault::new(FaultCode::Bug).at(Place::Table(name.to_owned())))
    }
}

/// What a stage gives back.
#[derive(Default)]
pub struct Output {
    /// Tables by name: exactly those that the stage declared to write.
    pub tables: Vec<(&'static str, DataFrame)>,
    /// Trouble in the data.
    pub findings: Vec<Finding>,
    /// Files for the run's folder: reports, workbooks.
    pub files: Vec<Artefact>,
}

/// A file for the run's folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artefact {
    /// Name in the run's folder, with `/`.
    pub name: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// One stage: a chapter of the centre's method.
pub trait Stage: Send + Sync {
    /// The word by which pipelines name it.
    fn kind(&self) -> &'static str;

    /// Are the parameters and documents right? Called before anything runs.
    ///
    /// # Errors
    /// Exit 10 with the place in the declaration.
    fn check(&self, declared: &Declared<'_>) -> Result<()>;

    /// The tables that it reads.
    ///
    /// # Errors
    /// Exit 10 where that depends on a declaration that is not valid.
    fn reads(&self, declared: &Declared<'_>) -> Result<Vec<Read>>;

    /// The tables that it writes.
    fn writes(&self) -> &'static [&'static str];

    /// Names (or prefixes that end in `/`) of the documents that it uses: they are part of its key.
    fn documents(&self, _declared: &Declared<'_>) -> Vec<String> {
        Vec::new()
    }

    /// Does it read senders' files?
    fn reads_sources(&self) -> bool {
        false
    }

    /// Does it use the years, the languages, the seed? What it does not use is not part of its key.
    fn uses_seed(&self) -> bool {
        false
    }

    /// Does it print the id of the run? Then the id is part of its key.
    fn names_run(&self) -> bool {
        false
    }

    /// Computes.
    ///
    /// # Errors
    /// Trouble with the run. Trouble in the data is a finding.
    fn run(&self, input: &Input<'_>) -> Result<Output>;
}

/// A sender's file that the pipeline's globs found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceFile {
    /// Path in the workspace, with `/`.
    pub path: String,
    /// Name of the layout, or `auto`.
    pub layout: String,
}

/// What a sender's file became in the fenced child.
#[derive(Debug, Default)]
pub struct Parsed {
    /// Canonical tables. `source_id` is local to the file: `0`, `1`, … by sheet.
    pub tables: Vec<(&'static str, DataFrame)>,
    /// Trouble with the file.
    pub findings: Vec<Finding>,
}

/// The way to senders' files.
pub trait Sources: Sync {
    /// The files, sorted by path.
    fn files(&self) -> &[SourceFile];

    /// Globs that found no file, with their places in the pipeline.
    fn empty_globs(&self) -> &[(String, Place)] {
        &[]
    }

    /// Reads one file behind the fence. Trouble with the file is a finding in the answer.
    ///
    /// # Errors
    /// Where the child process cannot be started at all.
    fn read(&self, file: &SourceFile) -> Result<Parsed>;
}

/// How far a stage is.
pub trait Progress: Sync {
    /// So many steps in all.
    fn total(&self, steps: u64);
    /// So many more are done.
    fn advance(&self, steps: u64);
}

/// No sources, no progress: for stages that are tested by themselves.
pub struct Quiet;

impl Sources for Quiet {
    fn files(&self) -> &[SourceFile] {
        &[]
    }

    fn read(&self, file: &SourceFile) -> Result<Parsed> {
        Err(Fault::new(FaultCode::FileMissing).at(Place::File(file.path.clone())))
    }
}

impl Progress for Quiet {
    fn total(&self, _steps: u64) {}
    fn advance(&self, _steps: u64) {}
}
