//! Senders' files behind the fence: they are read by child processes, the program itself, that have set limits of memory
//! and time on themselves and open no file. What a file may cost is counted file by file; a file that breaks its child becomes a
//! finding, and the others go on.

mod child;
mod pool;
mod wire;

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use crate::base::{Fault, FaultCode, Finding, FindingCode, Place, Result};
use crate::grid::Refusal;
use crate::ingest::{self, SheetTry, Strip, Wanted};
use crate::lake::foreign::{ForeignTable, TableRequest, TableTrouble};
use crate::lake::{Disk, Root, disk_fault};
use crate::pipeline::{Parsed, SourceFile, Sources};
use crate::run::Workspace;
use crate::run::documents::Documents;

pub use child::{COMMAND, child_main};
use pool::Pool;

/// A file larger than this is not read: the largest real ones have a tenth of it.
const FILE_BYTES: u64 = 256 << 20;

/// The files of a run, each read behind the fence.
pub struct FencedSources {
    children: Pool,
    root: Root,
    files: Vec<SourceFile>,
    empty_globs: Vec<(String, Place)>,
    documents: BTreeMap<String, (String, String)>,
}

/// The way to the files of a run.
pub(super) fn sources(
    workspace: &Workspace,
    files: Vec<SourceFile>,
    empty_globs: Vec<(String, Place)>,
    documents: &Documents,
) -> Box<dyn Sources> {
    let sources = FencedSources::new(workspace.reader(), workspace.root().clone(), files, documents);
    Box::new(FencedSources { empty_globs, ..sources })
}

impl FencedSources {
    /// Files of a workspace. `reader` is the program that reads them: this one.
    #[must_use]
    pub fn new(
        reader: &Path,
        root: Root,
        files: Vec<SourceFile>,
        documents: &BTreeMap<String, (String, String)>,
    ) -> Self {
        let documents = documents
            .iter()
            .filter(|(name, _)| name.starts_with("layout/") || name.starts_with("reference/"))
            .map(|(name, document)| (name.clone(), document.clone()))
            .collect();
        Self { children: Pool::new(reader), root, files, empty_globs: Vec::new(), documents }
    }

    fn asked(&self, file: &SourceFile, source_id: &str) -> wire::FileRequest {
        wire::FileRequest {
            file: file.path.clone(),
            source_id: source_id.to_owned(),
            layout: file.layout.clone(),
            documents: self.documents.clone(),
        }
    }

    fn bytes(&self, file: &SourceFile) -> Result<std::result::Result<Vec<u8>, Refusal>> {
        let fault = |error| disk_fault(&file.path, &error);
        let mut bytes = Vec::new();
        let opened = self.root.disk().open(&self.root.at(&file.path)).map_err(fault)?;
        opened.take(FILE_BYTES + 1).read_to_end(&mut bytes).map_err(fault)?;
        if bytes.len() as u64 > FILE_BYTES {
            return Ok(Err(Refusal::TooLarge { what: "bytes", limit: FILE_BYTES }));
        }
        Ok(Ok(bytes))
    }
}

/// Reads a researcher's table behind the fence. `reader` is the program that reads it: this one.
///
/// # Errors
/// `E403` where the file is missing, no table or too large, `E903` where the child cannot be started.
pub fn read_table(
    reader: &Path,
    disk: &dyn Disk,
    path: &Path,
    request: &TableRequest,
) -> Result<ForeignTable> {
    let unreadable = || Fault::new(FaultCode::TableUnreadable).at(Place::File(path.display().to_string()));
    let mut bytes = Vec::new();
    let opened = disk.open(path).map_err(|error| unreadable().refused_by_system(&error))?;
    let taken = opened.take(FILE_BYTES + 1).read_to_end(&mut bytes);
    taken.map_err(|error| unreadable().refused_by_system(&error))?;
    let told = |trouble| match trouble {
        TableTrouble::NoSheet { known } => unreadable().why("table-no-sheet").with("known", known),
        TableTrouble::Column { column, holds } => {
            unreadable().why("table-column").with("column", column).because(holds)
        }
        TableTrouble::Damaged(word) => unreadable().why("table-damaged").because(word),
        TableTrouble::TooLarge(word) => unreadable().why("table-too-large").because(word),
    };
    if bytes.len() as u64 > FILE_BYTES {
        return Err(told(TableTrouble::TooLarge("bytes".to_owned())));
    }
    let question = wire::table_request(request, &bytes)?;
    drop(bytes);
    let answer = Pool::new(reader).ask(question)?.map_err(|why| {
        let why = why.to_owned();
        told(if why == "crash" { TableTrouble::Damaged(why) } else { TableTrouble::TooLarge(why) })
    })?;
    let whole = wire::read_table_answer(&answer);
    whole.unwrap_or_else(|| Err(TableTrouble::Damaged("crash".to_owned()))).map_err(told)
}

/// The sheet around cells of a file, in the order of the cells. A child that broke shows nothing: its finding stands already.
pub(super) fn strips(
    workspace: &Workspace,
    file: &SourceFile,
    documents: &Documents,
    wanted: Vec<Wanted>,
) -> Result<Vec<Option<Strip>>> {
    let count = wanted.len();
    let sources = FencedSources::new(workspace.reader(), workspace.root().clone(), Vec::new(), documents);
    let Ok(bytes) = sources.bytes(file)? else { return Ok(vec![None; count]) };
    let request = wire::Request::Strips(sources.asked(file, ""), wanted);
    let answer = sources.children.ask(wire::question(&request, &bytes)?)?.ok();
    let strips: Option<Vec<Option<Strip>>> = answer.and_then(|answer| wire::read_said(&answer));
    Ok(strips.filter(|strips| strips.len() == count).unwrap_or_else(|| vec![None; count]))
}

/// What all layouts make of a file, or the word of its refusal.
pub(super) fn try_layouts(
    workspace: &Workspace,
    file: &SourceFile,
    documents: &Documents,
) -> Result<std::result::Result<Vec<SheetTry>, String>> {
    let sources = FencedSources::new(workspace.reader(), workspace.root().clone(), Vec::new(), documents);
    let bytes = match sources.bytes(file)? {
        Ok(bytes) => bytes,
        Err(refusal) => return Ok(Err(refusal.word())),
    };
    let request = wire::Request::Try(sources.asked(file, ""));
    Ok(match sources.children.ask(wire::question(&request, &bytes)?)? {
        Ok(answer) => wire::read_said(&answer).unwrap_or_else(|| Err("crash".to_owned())),
        Err(why) => Err(why.to_owned()),
    })
}

impl Sources for FencedSources {
    fn files(&self) -> &[SourceFile] {
        &self.files
    }

    fn empty_globs(&self) -> &[(String, Place)] {
        &self.empty_globs
    }

    fn read(&self, file: &SourceFile, source_id: &str) -> Result<Parsed> {
        let named = (file.path.as_str(), source_id);
        let bytes = match self.bytes(file)? {
            Ok(bytes) => bytes,
            Err(refusal) => return ingest::refused(named, &refusal),
        };
        let request = wire::Request::File(self.asked(file, source_id));
        let request = wire::question(&request, &bytes)?;
        drop(bytes);
        match self.children.ask(request)? {
            Ok(answer) => match wire::read_answer(&answer) {
                Some(parsed) => Ok(parsed),
                None => stopped(named, "crash"),
            },
            Err(why) => stopped(named, why),
        }
    }
}

/// A child that was stopped or broke: the file is named, and the others go on.
fn stopped(file: (&str, &str), why: &str) -> Result<Parsed> {
    let mut parsed = ingest::refused(file, &Refusal::TooLarge { what: "", limit: 0 })?;
    parsed.findings =
        vec![Finding::new(FindingCode::WorkbookRefused, Place::File(file.0.to_owned())).detail(why)];
    Ok(parsed)
}
