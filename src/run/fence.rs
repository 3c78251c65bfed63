//! Senders' files behind the fence.

use crate::base::{Fault, FaultCode, Place, Result};
use crate::pipeline::{Parsed, SourceFile, Sources};
use crate::run::Workspace;
use crate::run::documents::Documents;

/// The files of a run.
pub struct FencedSources {
    files: Vec<SourceFile>,
}

/// The way to the files of a run.
pub(super) fn sources(
    _workspace: &Workspace,
    files: Vec<SourceFile>,
    _documents: &Documents,
) -> Box<dyn Sources> {
    Box::new(FencedSources { files })
}

impl Sources for FencedSources {
    fn files(&self) -> &[SourceFile] {
        &self.files
    }

    fn read(&self, file: &SourceFile) -> Result<Parsed> {
        Err(Fault::new(FaultCode::ChildFailed).at(Place::File(file.path.clone())))
    }
}
