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
    /// Tables by name: with the packed ones exactly those that the stage declared to write.
    pub tables: Vec<(&'static str, DataFrame)>,
    /// Tables that are Parquet files already, conforming and sorted, each with the number of its rows.
    pub packed: Vec<(&'static str, Vec<u8>, u64)>,
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

/// A test: year, procedure, grade, subject, wave. Results are sorted by it first.
pub type Test = (i32, String, i32, String, Option<String>);

/// Rows of a table as a Parquet file: of tables with a row a pupil or more, which as frames would be too many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed {
    /// The table.
    pub table: &'static str,
    /// The test that all rows are of, where they are of one.
    pub test: Option<Test>,
    /// The file.
    pub bytes: Vec<u8>,
}

/// What a sender's file became in the fenced child.
#[derive(Debug, Default)]
pub struct Parsed {
    /// Canonical tables.
    pub tables: Vec<(&'static str, DataFrame)>,
    /// Parts of further tables, in the order of the file's sheets and rows.
    pub packed: Vec<Packed>,
    /// Trouble with the file.
    pub findings: Vec<Finding>,
}

/// The `source_id` of a file's first sheet: `s0001`, … in the order of `files` files.
#[must_use]
pub fn source_id(number: usize, files: usize) -> String {
    let width = files.to_string().len().max(4);
    format!("s{:0width$}", number + 1)
}

/// The `source_id` of a sheet (from 0) of a file with so many: that of the first sheet, from the second on with the number of the
/// sheet behind it, `s0001.2`. Sorted as texts they stand in the order of files and sheets.
#[must_use]
pub fn sheet_id(first: &str, sheet: usize, sheets: usize) -> String {
    let width = sheets.to_string().len();
    if sheet == 0 { first.to_owned() } else { format!("{first}.{:0width$}", sheet + 1) }
}

/// The number of the file (from 0) that a `source_id` is of.
#[must_use]
pub fn file_of(source_id: &str) -> Option<usize> {
    let digits = source_id.strip_prefix('s')?.split('.').next()?;
    digits.parse::<usize>().ok()?.checked_sub(1)
}

/// The way to senders' files.
pub trait Sources: Sync {
    /// The files, sorted by path.
    fn files(&self) -> &[SourceFile];

    /// Globs that found no file, with their places in the pipeline.
    fn empty_globs(&self) -> &[(String, Place)] {
        &[]
    }

    /// Reads one file behind the fence. `source_id` is that of its first sheet; see [`sheet_id`]. Trouble with the file is a
    /// finding in the answer.
    ///
    /// # Errors
    /// Where the child process cannot be started at all.
    fn read(&self, file: &SourceFile, source_id: &str) -> Result<Parsed>;
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

    fn read(&self, file: &SourceFile, _source_id: &str) -> Result<Parsed> {
        Err(Fault::new(FaultCode::FileMissing).at(Place::File(file.path.clone())))
    }
}

impl Progress for Quiet {
    fn total(&self, _steps: u64) {}
    fn advance(&self, _steps: u64) {}
}

#[cfg(test)]
mod tests {
    use super::{file_of, sheet_id, source_id};

    #[test]
    fn sources_are_called_by_file_and_sheet_and_sort_so() {
        assert_eq!(source_id(0, 3), "s0001");
        assert_eq!(sheet_id("s0001", 0, 3), "s0001");
        assert_eq!(sheet_id("s0001", 1, 3), "s0001.2");
        let mut ids: Vec<(usize, String)> = Vec::new();
        for file in [0, 1, 9_998, 9_999, 12_344] {
            ids.extend((0..12).map(|sheet| (file, sheet_id(&source_id(file, 12_345), sheet, 12))));
        }
        assert!(ids.is_sorted_by(|(_, a), (_, b)| a < b));
        assert!(ids.iter().all(|(file, id)| file_of(id) == Some(*file)));
    }
}
