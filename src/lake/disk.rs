//! What the house asks of a disk, and how its refusals become faults.

use std::io;
use std::path::Path;

use crate::base::{Fault, FaultCode, Place};

/// What stands in a folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// The name without its folder.
    pub name: String,
    /// What it is.
    pub kind: EntryKind,
}

/// A file, a folder, a link, or something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryKind {
    /// A plain file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link, wherever it leads.
    Link,
    /// A socket, a device: nothing to read.
    Other,
}

/// The answer to a question for the writer's lock.
pub enum Locked {
    /// The lock is ours until this is dropped.
    Ours(Box<dyn Send>),
    /// Another process holds it; what it says of itself.
    Theirs(String),
}

/// The only door to the disk. Each method is one call that can fail: nothing is retried, nothing is hidden.
pub trait Disk: Send + Sync {
    /// Makes a folder and those above it; content where they stand already.
    ///
    /// # Errors
    /// As the disk says.
    fn create_folder(&self, path: &Path) -> io::Result<()>;

    /// Writes a file that does not exist yet. Not durable before [`Disk::sync_file`].
    ///
    /// # Errors
    /// As the disk says; also where the file exists.
    fn write_new(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;

    /// Adds to the end of a file, which is made where it does not exist.
    ///
    /// # Errors
    /// As the disk says.
    fn append(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;

    /// Makes the content of a file durable.
    ///
    /// # Errors
    /// As the disk says.
    fn sync_file(&self, path: &Path) -> io::Result<()>;

    /// Makes the names in a folder durable.
    ///
    /// # Errors
    /// As the disk says.
    fn sync_folder(&self, path: &Path) -> io::Result<()>;

    /// Gives a file another name in one step, in place of a file that has this name.
    ///
    /// # Errors
    /// As the disk says.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Removes a file.
    ///
    /// # Errors
    /// As the disk says.
    fn remove_file(&self, path: &Path) -> io::Result<()>;

    /// Removes a folder with everything in it, without following links.
    ///
    /// # Errors
    /// As the disk says.
    fn remove_folder(&self, path: &Path) -> io::Result<()>;

    /// Gives a file a second name.
    ///
    /// # Errors
    /// As the disk says; also where the file system knows no links.
    fn hard_link(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// The whole content of a file.
    ///
    /// # Errors
    /// As the disk says.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// A file to be read bit by bit.
    ///
    /// # Errors
    /// As the disk says.
    fn open(&self, path: &Path) -> io::Result<Box<dyn io::Read + Send>>;

    /// What stands in a folder, sorted by name. Names that are not Unicode are given with replacement characters.
    ///
    /// # Errors
    /// As the disk says.
    fn list(&self, path: &Path) -> io::Result<Vec<Entry>>;

    /// What stands at a path itself, links not followed; `None` for nothing.
    ///
    /// # Errors
    /// As the disk says.
    fn stat(&self, path: &Path) -> io::Result<Option<EntryKind>>;

    /// Are both names of one and the same file? `false` where the system cannot tell.
    ///
    /// # Errors
    /// As the disk says.
    fn same_file(&self, a: &Path, b: &Path) -> io::Result<bool>;

    /// Asks for the writer's lock, without waiting. A holder that died has released it. `holder` is what others are told.
    ///
    /// # Errors
    /// As the disk says.
    fn try_lock(&self, path: &Path, holder: &str) -> io::Result<Locked>;
}

/// The fault for a refusal of the disk at a path, which is given as it stands in the workspace.
#[must_use]
pub fn disk_fault(path: &str, error: &io::Error) -> Box<Fault> {
    let code = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => FaultCode::DiskFull,
        _ => FaultCode::Disk,
    };
    Fault::new(code).at(Place::File(path.to_owned())).refused_by_system(error)
}
