//! The mark in a folder that the synthesis filled: which files are its own, so that a folder with anybody else's work in
//! it is never written over.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use crate::base::{Fault, FaultCode, Place, Result};
use crate::lake::{Disk, EntryKind, disk_fault, hash_bytes, hash_file, put};
use crate::synth::Artefact;

/// The file with the names and hashes of all files that were written. Hidden files are no sources.
pub const MARK: &str = ".rsoko-synth";
const HEAD: &str =
    "# made by rsoko synth: may be written over by it as long as no file is changed or added\n";

/// The files that were written, by their paths with `/`.
#[derive(Debug, Default)]
pub(super) struct Mark(BTreeMap<String, String>);

impl Mark {
    /// Remembers a file.
    pub fn keep(&mut self, artefact: &Artefact) {
        self.0.insert(slashed(&artefact.path), hash_bytes(&artefact.bytes).as_str().to_owned());
    }

    /// The mark as a file: the last one to be written.
    pub fn artefact(&self) -> Artefact {
        let mut text = HEAD.to_owned();
        for (path, hash) in &self.0 {
            let _ = writeln!(text, "{hash} {path}");
        }
        Artefact { path: MARK.into(), bytes: text.into_bytes() }
    }

    fn read(disk: &dyn Disk, folder: &Path) -> io::Result<Self> {
        let bytes = match disk.read(&folder.join(MARK)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            other => other?,
        };
        let text = String::from_utf8_lossy(&bytes);
        let lines = text.lines().filter_map(|line| line.split_once(' ')).filter(|(hash, _)| *hash != "#");
        Ok(Self(lines.map(|(hash, path)| (path.to_owned(), hash.to_owned())).collect()))
    }
}

/// Makes sure that a region may be written into a folder: it is not there, it is empty, or all that it holds was made by
/// the synthesis and not touched since, which is then removed. With `force` the files of others stay where they are, and
/// those of the same names are written over.
///
/// # Errors
/// `E206` with the first file that is somebody else's, `E901` as the disk says.
pub fn make_room(disk: &dyn Disk, folder: &Path, force: bool) -> Result<()> {
    let refused = |error: io::Error| disk_fault(&folder.to_string_lossy(), &error);
    if disk.stat(folder).map_err(refused)?.is_none() {
        return Ok(());
    }
    let mark = Mark::read(disk, folder).map_err(refused)?;
    let mut standing = Vec::new();
    walk(disk, folder, Path::new(""), &mut standing).map_err(refused)?;
    let mut own = Vec::new();
    for path in standing {
        let name = slashed(&path);
        let full = folder.join(&path);
        let known = match mark.0.get(&name) {
            Some(hash) => hash_file(disk, &full).map_err(refused)?.0.as_str() == hash,
            None => name == MARK,
        };
        if known {
            own.push(full);
        } else if !force {
            return Err(Fault::new(FaultCode::FolderTaken)
                .at(Place::File(folder.to_string_lossy().into_owned()))
                .with("file", name));
        }
    }
    // The mark goes last, so that what is stopped here can be taken up again.
    own.sort_by_key(|path| path.ends_with(MARK));
    own.iter().try_for_each(|path| disk.remove_file(path)).map_err(refused)
}

/// All that is no folder.
fn walk(disk: &dyn Disk, folder: &Path, below: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in disk.list(&folder.join(below))? {
        let path = below.join(&entry.name);
        match entry.kind {
            EntryKind::Folder => walk(disk, folder, &path, found)?,
            _ => found.push(path),
        }
    }
    Ok(())
}

fn slashed(path: &Path) -> String {
    path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// Writes the mark.
pub(super) fn seal(disk: &dyn Disk, folder: &Path, mark: &Mark) -> Result<()> {
    let artefact = mark.artefact();
    let path = folder.join(&artefact.path);
    put(disk, &path, &artefact.bytes).map_err(|error| disk_fault(&path.to_string_lossy(), &error))
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the test spoils a folder of its own")]
mod tests {
    use std::path::Path;

    use super::{MARK, Mark, make_room, seal};
    use crate::base::FaultCode;
    use crate::lake::RealDisk;
    use crate::synth::Artefact;

    #[test]
    fn only_what_the_synthesis_made_itself_makes_room() {
        let folder = std::env::temp_dir().join(format!("rsoko-mark-{}", std::process::id()));
        let refused = |force| make_room(&RealDisk, &folder, force).map_err(|fault| fault.code);
        let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
        assert_eq!(refused(false), Ok(()), "no folder at all");
        std::fs::create_dir_all(folder.join("a")).unwrap();
        assert_eq!(refused(false), Ok(()), "folders without files");
        let mut mark = Mark::default();
        mark.keep(&Artefact { path: Path::new("a").join("b.csv"), bytes: b"1".to_vec() });
        write("a/b.csv", "1");
        assert_eq!(refused(false), Err(FaultCode::FolderTaken), "no mark");
        seal(&RealDisk, &folder, &mark).unwrap();
        write("mine.txt", "mine");
        let fault = make_room(&RealDisk, &folder, false).unwrap_err();
        assert_eq!(fault.args, [("file", "mine.txt".to_owned())]);
        assert!(folder.join("a/b.csv").exists(), "what is refused is left alone");
        std::fs::remove_file(folder.join("mine.txt")).unwrap();
        write("a/b.csv", "changed");
        assert_eq!(refused(false), Err(FaultCode::FolderTaken), "a changed file");
        assert_eq!(refused(true), Ok(()));
        assert!(folder.join("a/b.csv").exists(), "nothing of others is removed, whatever is forced");
        seal(&RealDisk, &folder, &mark).unwrap();
        write("a/b.csv", "1");
        assert_eq!(refused(false), Ok(()), "all as it was made");
        assert!(!folder.join("a/b.csv").exists() && !folder.join(MARK).exists());
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
