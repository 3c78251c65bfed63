//! The workspace: the folder that holds `pipelines`, `data` and `reports`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::base::{Fault, FaultCode, Place, Result};
use crate::lake::{Disk, EntryKind, Root, Store};

/// An open workspace.
#[derive(Clone)]
pub struct Workspace {
    root: Root,
    store: Store,
    reader: PathBuf,
}

impl Workspace {
    /// Opens the workspace in a folder.
    ///
    /// # Errors
    /// `E203` where the folder holds no folder `pipelines`.
    pub fn open(root: &Path, disk: Arc<dyn Disk>) -> Result<Self> {
        let root = Root::new(disk, root);
        if root.stat("pipelines")? != Some(EntryKind::Folder) {
            let place = Place::File(root.path().display().to_string());
            return Err(Fault::new(FaultCode::NoWorkspace).at(place));
        }
        let reader = std::env::current_exe().unwrap_or_else(|_| PathBuf::from("rsoko"));
        Ok(Self { store: Store::new(root.clone()), root, reader })
    }

    /// Senders' files are read by this program instead of the running one: for callers of the library.
    #[must_use]
    pub fn with_reader(mut self, reader: &Path) -> Self {
        self.reader = reader.to_owned();
        self
    }

    /// The program that is started to read senders' files behind the fence.
    #[must_use]
    pub fn reader(&self) -> &Path {
        &self.reader
    }

    /// The disk below the workspace.
    #[must_use]
    pub fn root(&self) -> &Root {
        &self.root
    }

    /// The store of tables.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }
}
