//! The only door to the disk: `trait Disk`, atomic writing, Parquet and Arrow files, the store of tables.
//!
//! Nothing here knows what a table means, and nothing is ever changed in place: a file is written beside its place
//! under another name, made durable, and renamed.

mod bits;
mod coded;
mod columns;
mod disk;
mod failing;
pub mod foreign;
mod guard;
mod hash;
pub mod ipc;
pub mod parquet;
mod put;
mod real;
mod recording;
mod root;
mod schema;
mod store;

pub use coded::CodedFile;
pub use disk::{Disk, Entry, EntryKind, Locked, disk_fault};
pub use failing::{FailingDisk, Failure};
pub use hash::{ContentHash, hash_bytes, hash_file};
pub use put::{TEMP_PREFIX, link_or_copy, put};
pub use real::RealDisk;
pub use recording::{Call, RecordingDisk};
pub use root::Root;
pub use schema::{column_label, null_means, table_label};
pub use store::{Store, Stored, WriteLock};
