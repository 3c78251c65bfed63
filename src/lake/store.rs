//! The store: tables and files under names that contain their hash, never changed in place.

use std::collections::BTreeSet;

use polars::prelude::DataFrame;

use crate::base::{Fault, FaultCode, Place, Result};
use crate::lake::guard::damaged;
use crate::lake::{ContentHash, EntryKind, Locked, Root, TEMP_PREFIX, hash_bytes, parquet};
use crate::tables::TableSpec;

const LAKE: &str = "data/lake";
const TABLES: &str = "data/lake/tables";
const FILES: &str = "data/lake/files";
const LOCK: &str = "data/lake/.lock";

/// A stored content: a table or a file.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Stored {
    /// The hash of the bytes.
    pub hash: ContentHash,
    /// Their number.
    pub bytes: u64,
    /// For a table: its rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
}

/// The store of a workspace.
#[derive(Clone)]
pub struct Store {
    root: Root,
}

/// The right to write, until it is dropped.
pub struct WriteLock {
    _held: Box<dyn Send>,
}

impl Store {
    /// The store below a root.
    #[must_use]
    pub fn new(root: Root) -> Self {
        Self { root }
    }

    /// Takes the right to write and makes the folders of the store. `holder` is what others are told about us.
    ///
    /// # Errors
    /// `E801` with the holder where another process writes; exit 16 where the disk refuses.
    pub fn lock(&self, holder: &str) -> Result<WriteLock> {
        self.root.create_folder(LAKE)?;
        match self.root.try_lock(LOCK, holder)? {
            Locked::Ours(held) => {
                for folder in [TABLES, FILES] {
                    self.root.create_folder(folder)?;
                }
                self.root.sync_folder(LAKE)?;
                Ok(WriteLock { _held: held })
            }
            Locked::Theirs(holder) => {
                Err(Fault::new(FaultCode::LakeLocked).at(Place::File(LOCK.to_owned())).with("holder", holder))
            }
        }
    }

    /// Where a table stands.
    #[must_use]
    pub fn table_path(&self, name: &str, hash: &ContentHash) -> String {
        format!("{TABLES}/{name}.{}.parquet", hash.short())
    }

    /// Where a file stands.
    #[must_use]
    pub fn file_path(&self, hash: &ContentHash) -> String {
        format!("{FILES}/{}", hash.short())
    }

    /// Stores a table.
    ///
    /// # Errors
    /// As [`parquet::encode`]; exit 16 where the disk refuses.
    pub fn put_table(&self, spec: &TableSpec, table: &DataFrame) -> Result<Stored> {
        self.put_encoded(spec, &parquet::encode(spec, table)?, table.height() as u64)
    }

    /// Stores a table that is a Parquet file already, of so many rows.
    ///
    /// # Errors
    /// Exit 16 where the disk refuses.
    pub fn put_encoded(&self, spec: &TableSpec, bytes: &[u8], rows: u64) -> Result<Stored> {
        let hash = hash_bytes(bytes);
        self.put(&self.table_path(spec.name, &hash), &hash, bytes)?;
        Ok(Stored { hash, bytes: bytes.len() as u64, rows: Some(rows) })
    }

    /// Stores a file.
    ///
    /// # Errors
    /// Exit 16 where the disk refuses.
    pub fn put_file(&self, bytes: &[u8]) -> Result<Stored> {
        let hash = hash_bytes(bytes);
        self.put(&self.file_path(&hash), &hash, bytes)?;
        Ok(Stored { hash, bytes: bytes.len() as u64, rows: None })
    }

    /// A whole content that stands already is left alone; a damaged one is replaced.
    fn put(&self, path: &str, hash: &ContentHash, bytes: &[u8]) -> Result<()> {
        if self.is_whole(path, hash)? { Ok(()) } else { self.root.put(path, bytes) }
    }

    /// Does this content stand at this path, bit for bit?
    ///
    /// # Errors
    /// Exit 16 where the disk refuses.
    pub fn is_whole(&self, path: &str, hash: &ContentHash) -> Result<bool> {
        Ok(self.root.hash_if_there(path)?.is_some_and(|(found, _)| found == *hash))
    }

    /// Reads a table, or some columns of it, from a path in the workspace.
    ///
    /// # Errors
    /// `E802` where it is gone or its bytes have not this hash; `E803` where it has not the declared columns.
    pub fn read_table(
        &self,
        spec: &'static TableSpec,
        path: &str,
        hash: &ContentHash,
        columns: Option<&[&str]>,
    ) -> Result<DataFrame> {
        let bytes =
            self.root.read_if_there(path)?.ok_or_else(|| damaged(spec.name, path).why("damaged-gone"))?;
        if hash_bytes(&bytes) != *hash {
            return Err(damaged(spec.name, path).why("damaged-hash"));
        }
        parquet::decode_owned(spec, bytes, columns)
    }

    /// Removes everything that is not to be kept, and what killed runs left unfinished. Only under the lock.
    ///
    /// # Errors
    /// Exit 16 where the disk refuses.
    pub fn sweep(&self, keep: &BTreeSet<String>) -> Result<()> {
        for folder in [LAKE, TABLES, FILES] {
            for entry in self.root.list(folder)?.into_iter().filter(|entry| entry.kind == EntryKind::File) {
                let path = format!("{folder}/{}", entry.name);
                let unfinished = entry.name.starts_with(TEMP_PREFIX);
                if unfinished || (folder != LAKE && !keep.contains(&path)) {
                    self.root.remove_file(&path)?;
                }
            }
        }
        Ok(())
    }
}
