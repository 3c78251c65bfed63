//! A disk that writes down every call that changes something: what a power failure at any moment would leave can be
//! rebuilt from the list.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::lake::{Disk, Entry, EntryKind, Locked};

/// A call that changed something, or made a change durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Call {
    /// A folder was made.
    CreateFolder(PathBuf),
    /// A file was written.
    Write(PathBuf, Vec<u8>),
    /// A file grew.
    Append(PathBuf, Vec<u8>),
    /// A file's content was made durable.
    SyncFile(PathBuf),
    /// A folder's names were made durable.
    SyncFolder(PathBuf),
    /// A file got another name.
    Rename(PathBuf, PathBuf),
    /// A file was removed.
    RemoveFile(PathBuf),
    /// A folder was removed with everything in it.
    RemoveFolder(PathBuf),
    /// A file got a second name.
    HardLink(PathBuf, PathBuf),
}

/// Passes every call on and keeps the changing ones.
pub struct RecordingDisk {
    inner: Arc<dyn Disk>,
    calls: Mutex<Vec<Call>>,
}

impl RecordingDisk {
    /// Wraps a disk.
    #[must_use]
    pub fn new(inner: Arc<dyn Disk>) -> Self {
        Self { inner, calls: Mutex::new(Vec::new()) }
    }

    /// The changing calls so far, in their order.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn record(&self, result: io::Result<()>, call: impl FnOnce() -> Call) -> io::Result<()> {
        if result.is_ok() {
            self.calls.lock().unwrap_or_else(PoisonError::into_inner).push(call());
        }
        result
    }
}

impl Disk for RecordingDisk {
    fn create_folder(&self, path: &Path) -> io::Result<()> {
        self.record(self.inner.create_folder(path), || Call::CreateFolder(path.to_owned()))
    }

    fn write_new(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.record(self.inner.write_new(path, bytes), || Call::Write(path.to_owned(), bytes.to_vec()))
    }

    fn append(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.record(self.inner.append(path, bytes), || Call::Append(path.to_owned(), bytes.to_vec()))
    }

    fn sync_file(&self, path: &Path) -> io::Result<()> {
        self.record(self.inner.sync_file(path), || Call::SyncFile(path.to_owned()))
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        self.record(self.inner.sync_folder(path), || Call::SyncFolder(path.to_owned()))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.record(self.inner.rename(from, to), || Call::Rename(from.to_owned(), to.to_owned()))
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.record(self.inner.remove_file(path), || Call::RemoveFile(path.to_owned()))
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        self.record(self.inner.remove_folder(path), || Call::RemoveFolder(path.to_owned()))
    }

    fn hard_link(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.record(self.inner.hard_link(from, to), || Call::HardLink(from.to_owned(), to.to_owned()))
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.inner.read(path)
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn io::Read + Send>> {
        self.inner.open(path)
    }

    fn list(&self, path: &Path) -> io::Result<Vec<Entry>> {
        self.inner.list(path)
    }

    fn stat(&self, path: &Path) -> io::Result<Option<EntryKind>> {
        self.inner.stat(path)
    }

    fn same_file(&self, a: &Path, b: &Path) -> io::Result<bool> {
        self.inner.same_file(a, b)
    }

    fn try_lock(&self, path: &Path, holder: &str) -> io::Result<Locked> {
        self.inner.try_lock(path, holder)
    }
}
