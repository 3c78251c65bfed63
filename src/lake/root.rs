//! The disk below a workspace: relative paths in, faults with those paths out.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::base::Result;
use crate::lake::{ContentHash, Disk, Entry, EntryKind, Locked, disk_fault, hash_file, link_or_copy, put};

/// A folder of the machine as the root of relative paths with `/`. Faults and manifests name those paths and never
/// where the folder stands.
#[derive(Clone)]
pub struct Root {
    disk: Arc<dyn Disk>,
    path: PathBuf,
}

impl Root {
    /// A root in a folder.
    #[must_use]
    pub fn new(disk: Arc<dyn Disk>, path: &Path) -> Self {
        Self { disk, path: path.to_owned() }
    }

    /// The folder itself.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The disk.
    #[must_use]
    pub fn disk(&self) -> &Arc<dyn Disk> {
        &self.disk
    }

    /// The full path of a relative one.
    #[must_use]
    pub fn at(&self, relative: &str) -> PathBuf {
        relative.split('/').fold(self.path.clone(), |path, part| path.join(part))
    }

    fn ask<T>(&self, relative: &str, call: impl FnOnce(&dyn Disk, &Path) -> io::Result<T>) -> Result<T> {
        call(self.disk.as_ref(), &self.at(relative)).map_err(|error| disk_fault(relative, &error))
    }

    /// The whole content of a file.
    ///
    /// # Errors
    /// Exit 16 with the path.
    pub fn read(&self, relative: &str) -> Result<Vec<u8>> {
        self.ask(relative, |disk, path| disk.read(path))
    }

    /// The whole content of a file, or `None` where nothing stands there.
    ///
    /// # Errors
    /// Exit 16 with the path.
    pub fn read_if_there(&self, relative: &str) -> Result<Option<Vec<u8>>> {
        self.ask(relative, |disk, path| unless_gone(disk.read(path)))
    }

    /// The hash and the length of a file, or `None` where nothing stands there.
    ///
    /// # Errors
    /// Exit 16 with the path.
    pub fn hash_if_there(&self, relative: &str) -> Result<Option<(ContentHash, u64)>> {
        self.ask(relative, |disk, path| unless_gone(hash_file(disk, path)))
    }

    /// What stands in a folder, sorted by name; nothing where the folder is not there.
    ///
    /// # Errors
    /// Exit 16 with the path.
    pub fn list(&self, relative: &str) -> Result<Vec<Entry>> {
        self.ask(relative, |disk, path| Ok(unless_gone(disk.list(path))?.unwrap_or_default()))
    }

    /// What stands at a path; links are not followed.
    ///
    /// # Errors
    /// Exit 16 with the path.
    pub fn stat(&self, relative: &str) -> Result<Option<EntryKind>> {
        self.ask(relative, |disk, path| disk.stat(path))
    }

    /// Are both paths one and the same file?
    ///
    /// # Errors
    /// Exit 16 with the path.
    pub fn same_file(&self, a: &str, b: &str) -> Result<bool> {
        let b = self.at(b);
        self.ask(a, |disk, path| Ok(unless_gone(disk.same_file(path, &b))?.unwrap_or(false)))
    }

    /// Makes a folder and those above it.
    ///
    /// # Errors
    /// Exit 16 with the path.
    pub fn create_folder(&self, relative: &str) -> Result<()> {
        self.ask(relative, |disk, path| disk.create_folder(path))
    }

    /// Writes a file whole or not at all.
    ///
    /// # Errors
    /// Exit 16 with the path.
    pub fn put(&self, relative: &str, bytes: &[u8]) -> Result<()> {
        self.ask(relative, |disk, path| put(disk, path, bytes))
    }

    /// Gives a finished file a second name.
    ///
    /// # Errors
    /// Exit 16 with the path.
    pub fn link(&self, from: &str, to: &str) -> Result<()> {
        let from = self.at(from);
        self.ask(to, |disk, path| link_or_copy(disk, &from, path))
    }

    /// Makes the content of a file durable.
    ///
    /// # Errors
    /// Exit 16 with the path.
    pub fn sync_file(&self, relative: &str) -> Result<()> {
        self.ask(relative, |disk, path| disk.sync_file(path))
    }

    /// Makes the names in a folder durable.
    ///
    /// # Errors
    /// Exit 16 with the path.
    pub fn sync_folder(&self, relative: &str) -> Result<()> {
        self.ask(relative, |disk, path| disk.sync_folder(path))
    }

    /// Adds to the end of a file.
    ///
    /// # Errors
    /// Exit 16 with the path.
    pub fn append(&self, relative: &str, bytes: &[u8]) -> Result<()> {
        self.ask(relative, |disk, path| disk.append(path, bytes))
    }

    /// Removes a file; content where it is gone already.
    ///
    /// # Errors
    /// Exit 16 with the path.
    pub fn remove_file(&self, relative: &str) -> Result<()> {
        self.ask(relative, |disk, path| unless_gone(disk.remove_file(path)).map(|_| ()))
    }

    /// Removes a folder with everything in it; content where it is gone already.
    ///
    /// # Errors
    /// Exit 16 with the path.
    pub fn remove_folder(&self, relative: &str) -> Result<()> {
        self.ask(relative, |disk, path| unless_gone(disk.remove_folder(path)).map(|_| ()))
    }

    /// Asks for a lock, without waiting.
    ///
    /// # Errors
    /// Exit 16 with the path.
    pub fn try_lock(&self, relative: &str, holder: &str) -> Result<Locked> {
        self.ask(relative, |disk, path| disk.try_lock(path, holder))
    }
}

/// "Not there" is an answer, not an error.
fn unless_gone<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
