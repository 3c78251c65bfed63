//! A disk whose n-th call fails: the proof that nothing is lost or half written when a disk refuses.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::lake::{Disk, Entry, EntryKind, Locked};

/// How a call fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The device reports an error.
    Io,
    /// The disk is full.
    Full,
    /// A write stops in the middle; any other call reports an error.
    ShortWrite,
}

/// A disk whose n-th call (from 1) fails, and no other.
pub struct FailingDisk {
    inner: Arc<dyn Disk>,
    fails_at: u64,
    failure: Failure,
    calls: AtomicU64,
}

impl FailingDisk {
    /// Wraps a disk. With `fails_at` 0 no call fails, and [`FailingDisk::calls`] counts them.
    #[must_use]
    pub fn new(inner: Arc<dyn Disk>, fails_at: u64, failure: Failure) -> Self {
        Self { inner, fails_at, failure, calls: AtomicU64::new(0) }
    }

    /// The calls made so far.
    #[must_use]
    pub fn calls(&self) -> u64 {
        self.calls.load(Ordering::SeqCst)
    }

    fn refuses(&self) -> bool {
        self.calls.fetch_add(1, Ordering::SeqCst) + 1 == self.fails_at
    }

    fn refusal(&self) -> io::Error {
        match self.failure {
            Failure::Io => io::Error::other("input/output error"),
            Failure::Full => io::Error::from(io::ErrorKind::StorageFull),
            Failure::ShortWrite => io::Error::from(io::ErrorKind::WriteZero),
        }
    }

    fn gate(&self) -> io::Result<&dyn Disk> {
        if self.refuses() { Err(self.refusal()) } else { Ok(self.inner.as_ref()) }
    }

    /// The half of the bytes that still reaches the disk.
    fn half<'a>(&self, bytes: &'a [u8]) -> &'a [u8] {
        match self.failure {
            Failure::Io => &[],
            Failure::Full | Failure::ShortWrite => bytes.get(..bytes.len() / 2).unwrap_or_default(),
        }
    }
}

impl Disk for FailingDisk {
    fn create_folder(&self, path: &Path) -> io::Result<()> {
        self.gate()?.create_folder(path)
    }

    fn write_new(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        if self.refuses() {
            self.inner.write_new(path, self.half(bytes))?;
            return Err(self.refusal());
        }
        self.inner.write_new(path, bytes)
    }

    fn append(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        if self.refuses() {
            self.inner.append(path, self.half(bytes))?;
            return Err(self.refusal());
        }
        self.inner.append(path, bytes)
    }

    fn sync_file(&self, path: &Path) -> io::Result<()> {
        self.gate()?.sync_file(path)
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        self.gate()?.sync_folder(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.gate()?.rename(from, to)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.gate()?.remove_file(path)
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        self.gate()?.remove_folder(path)
    }

    fn hard_link(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.gate()?.hard_link(from, to)
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.gate()?.read(path)
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn io::Read + Send>> {
        self.gate()?.open(path)
    }

    fn list(&self, path: &Path) -> io::Result<Vec<Entry>> {
        self.gate()?.list(path)
    }

    fn stat(&self, path: &Path) -> io::Result<Option<EntryKind>> {
        self.gate()?.stat(path)
    }

    fn same_file(&self, a: &Path, b: &Path) -> io::Result<bool> {
        self.gate()?.same_file(a, b)
    }

    fn try_lock(&self, path: &Path, holder: &str) -> io::Result<Locked> {
        self.gate()?.try_lock(path, holder)
    }
}
