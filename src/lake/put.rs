//! Writing a file whole or not at all.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::lake::Disk;

/// Names of unfinished files begin so; `sweep` removes what a killed run left.
pub const TEMP_PREFIX: &str = ".tmp-";

/// Writes a file in one step: beside its place, made durable, renamed, the folder made durable. A reader sees the
/// old content or the new one, never a mixture, also after a power failure.
///
/// # Errors
/// As the disk says. The old content stands then, and the unfinished file is removed where the disk still allows it.
pub fn put(disk: &dyn Disk, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let (folder, temp) = temp_beside(path)?;
    let written = disk
        .write_new(&temp, bytes)
        .and_then(|()| disk.sync_file(&temp))
        .and_then(|()| disk.rename(&temp, path));
    if let Err(error) = written {
        let _ = disk.remove_file(&temp);
        return Err(error);
    }
    disk.sync_folder(&folder)
}

/// Gives a finished file a second name, or a copy where the file system knows no links. The target must not exist.
///
/// # Errors
/// As the disk says.
pub fn link_or_copy(disk: &dyn Disk, from: &Path, to: &Path) -> io::Result<()> {
    match disk.hard_link(from, to) {
        Err(error) if links_are_unknown(error.kind()) => put(disk, to, &disk.read(from)?),
        result => result,
    }
}

fn links_are_unknown(kind: io::ErrorKind) -> bool {
    use io::ErrorKind::{CrossesDevices, PermissionDenied, TooManyLinks, Unsupported};
    matches!(kind, CrossesDevices | PermissionDenied | TooManyLinks | Unsupported)
}

fn temp_beside(path: &Path) -> io::Result<(PathBuf, PathBuf)> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let invalid = || io::Error::from(io::ErrorKind::InvalidInput);
    let folder = path.parent().ok_or_else(invalid)?.to_owned();
    let mut name = OsString::from(TEMP_PREFIX);
    name.push(format!("{}-{}-", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed)));
    name.push(path.file_name().ok_or_else(invalid)?);
    let temp = folder.join(name);
    Ok((folder, temp))
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use super::put;
    use crate::lake::{Call, Disk, FailingDisk, Failure, RealDisk, RecordingDisk};

    #[test]
    fn a_put_is_write_sync_rename_sync() {
        let folder = std::env::temp_dir().join(format!("rsoko-put-{}", std::process::id()));
        let disk = RecordingDisk::new(Arc::new(RealDisk));
        disk.create_folder(&folder).unwrap();
        let target = folder.join("a");
        put(&disk, &target, b"one").unwrap();
        let kinds: Vec<&str> = disk
            .calls()
            .iter()
            .map(|call| match call {
                Call::CreateFolder(_) => "folder",
                Call::Write(path, _) if path != Path::new(&target) => "write",
                Call::SyncFile(_) => "sync",
                Call::Rename(_, to) if *to == target => "rename",
                Call::SyncFolder(path) if *path == folder => "sync folder",
                _ => "other",
            })
            .collect();
        assert_eq!(kinds, ["folder", "write", "sync", "rename", "sync folder"]);
        for failure in [Failure::Io, Failure::Full, Failure::ShortWrite] {
            for n in 1..=3 {
                let failing = FailingDisk::new(Arc::new(RealDisk), n, failure);
                assert!(put(&failing, &target, b"another").is_err());
                assert_eq!(RealDisk.read(&target).unwrap(), b"one");
                assert_eq!(RealDisk.list(&folder).unwrap().len(), 1, "no unfinished file is left");
            }
        }
        RealDisk.remove_folder(&folder).unwrap();
    }
}
