//! A disk in memory that knows what is durable: what a power failure may leave of it can be made at any moment.
//!
//! Folders and files are numbered, as a file system does; names lead to numbers. A change of names is durable once its
//! folder is synced, a content once its file is. Until then a power failure may take it, keep it, or tear it.

use std::collections::BTreeMap;
use std::io;
use std::path::{Component, Path};
use std::sync::Mutex;

use rsoko::lake::{Call, Disk, Entry, EntryKind, Locked};
use rsoko::stats::Rng;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Node {
    Folder(usize),
    File(usize),
}

type Names = BTreeMap<String, Node>;

/// A change of names in one folder, all of it at once.
#[derive(Clone)]
struct Edit {
    folder: usize,
    names: Vec<(String, Option<Node>)>,
}

#[derive(Clone, Default)]
struct Content {
    now: Vec<u8>,
    durable: Vec<u8>,
}

/// What a power failure takes.
#[derive(Debug, Clone, Copy)]
pub enum Loss {
    /// Nothing: everything had just reached the disk.
    Nothing,
    /// All that was not synced.
    Unsynced,
    /// The second half of every content that was not synced; the names had reached the disk before.
    Torn,
    /// Of every change that was not synced, chance decides: kept, lost or torn, each by itself.
    Chance(u64),
}

/// The state of a disk. Folder 0 is the root.
#[derive(Clone)]
pub struct Storage {
    folders: Vec<Names>,
    durable: Vec<Names>,
    unsynced: Vec<Edit>,
    files: Vec<Content>,
}

impl Storage {
    /// A disk on which these files stand, all durable.
    pub fn holding(files: &BTreeMap<String, Vec<u8>>) -> Self {
        let mut disk = Self {
            folders: vec![Names::new()],
            durable: Vec::new(),
            unsynced: Vec::new(),
            files: Vec::new(),
        };
        for (path, bytes) in files {
            let path = Path::new("/").join(path);
            disk.create_folder(path.parent().unwrap()).unwrap();
            disk.write_new(&path, bytes).unwrap();
        }
        disk.all_durable()
    }

    /// The same disk after everything was synced.
    fn all_durable(mut self) -> Self {
        self.unsynced.clear();
        self.durable.clone_from(&self.folders);
        for file in &mut self.files {
            file.durable.clone_from(&file.now);
        }
        self
    }

    /// Carries out a recorded call.
    pub fn apply(&mut self, call: &Call) {
        match call {
            Call::CreateFolder(path) => self.create_folder(path),
            Call::Write(path, bytes) => self.write_new(path, bytes),
            Call::Append(path, bytes) => self.append(path, bytes),
            Call::SyncFile(path) => self.sync_file(path),
            Call::SyncFolder(path) => self.sync_folder(path),
            Call::Rename(from, to) => self.rename(from, to),
            Call::RemoveFile(path) => self.remove_file(path),
            Call::RemoveFolder(path) => self.remove_folder(path),
            Call::HardLink(from, to) => self.hard_link(from, to),
        }
        .unwrap_or_else(|error| panic!("{call:?}: {error}"));
    }

    /// The disk as it is found after a power failure at this moment.
    pub fn after(&self, loss: Loss) -> Self {
        let mut chance = match loss {
            Loss::Chance(seed) => Some(Rng::new(seed)),
            _ => None,
        };
        let mut out = self.clone();
        out.folders.clone_from(&self.durable);
        for edit in &self.unsynced {
            let kept = match (loss, &mut chance) {
                (Loss::Unsynced, _) => false,
                (_, Some(chance)) => chance.below(2) == 0,
                _ => true,
            };
            if kept {
                write_names(&mut out.folders, edit);
            }
        }
        for file in &mut out.files {
            let common = file.durable.len().min(file.now.len());
            let half = common + (file.now.len() - common) / 2;
            let length = match (loss, &mut chance) {
                (Loss::Nothing, _) => file.now.len(),
                (Loss::Unsynced, _) => common,
                (Loss::Torn, _) => half,
                (_, Some(chance)) => match chance.below(3) {
                    0 => common,
                    1 => half,
                    _ => file.now.len(),
                },
                (_, None) => unreachable!(),
            };
            file.now.truncate(length);
        }
        out.all_durable()
    }

    /// Every file that stands, with its bytes.
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut found = BTreeMap::new();
        let mut folders = vec![(String::new(), 0)];
        while let Some((path, folder)) = folders.pop() {
            for (name, node) in &self.folders[folder] {
                let path = if path.is_empty() { name.clone() } else { format!("{path}/{name}") };
                match node {
                    Node::Folder(number) => folders.push((path, *number)),
                    Node::File(number) => drop(found.insert(path, self.files[*number].now.clone())),
                }
            }
        }
        found
    }

    fn node(&self, path: &Path) -> io::Result<Node> {
        let mut node = Node::Folder(0);
        for name in names(path) {
            let Node::Folder(folder) = node else { return Err(io::ErrorKind::NotADirectory.into()) };
            node = *self.folders[folder].get(&name).ok_or(io::ErrorKind::NotFound)?;
        }
        Ok(node)
    }

    fn folder(&self, path: &Path) -> io::Result<usize> {
        match self.node(path)? {
            Node::Folder(number) => Ok(number),
            Node::File(_) => Err(io::ErrorKind::NotADirectory.into()),
        }
    }

    fn file(&self, path: &Path) -> io::Result<usize> {
        match self.node(path)? {
            Node::File(number) => Ok(number),
            Node::Folder(_) => Err(io::ErrorKind::IsADirectory.into()),
        }
    }

    /// The folder and the name of a path.
    fn place(&self, path: &Path) -> io::Result<(usize, String)> {
        let name = names(path).pop().ok_or(io::ErrorKind::InvalidInput)?;
        Ok((self.folder(path.parent().ok_or(io::ErrorKind::InvalidInput)?)?, name))
    }

    fn edit(&mut self, folder: usize, names: Vec<(String, Option<Node>)>) {
        let edit = Edit { folder, names };
        write_names(&mut self.folders, &edit);
        self.unsynced.push(edit);
    }

    fn new_folder(&mut self) -> Node {
        self.folders.push(Names::new());
        self.durable.resize(self.folders.len(), Names::new());
        Node::Folder(self.folders.len() - 1)
    }

    fn create_folder(&mut self, path: &Path) -> io::Result<()> {
        let mut folder = 0;
        for name in names(path) {
            folder = match self.folders[folder].get(&name) {
                Some(Node::Folder(number)) => *number,
                Some(Node::File(_)) => return Err(io::ErrorKind::NotADirectory.into()),
                None => {
                    let node = self.new_folder();
                    self.edit(folder, vec![(name, Some(node))]);
                    self.folders.len() - 1
                }
            };
        }
        Ok(())
    }

    fn write_new(&mut self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let (folder, name) = self.place(path)?;
        if self.folders[folder].contains_key(&name) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        self.files.push(Content { now: bytes.to_owned(), durable: Vec::new() });
        self.edit(folder, vec![(name, Some(Node::File(self.files.len() - 1)))]);
        Ok(())
    }

    fn append(&mut self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        match self.file(path) {
            Ok(number) => self.files[number].now.extend_from_slice(bytes),
            Err(_) => self.write_new(path, bytes)?,
        }
        Ok(())
    }

    fn sync_file(&mut self, path: &Path) -> io::Result<()> {
        let number = self.file(path)?;
        self.files[number].durable = self.files[number].now.clone();
        Ok(())
    }

    fn sync_folder(&mut self, path: &Path) -> io::Result<()> {
        let folder = self.folder(path)?;
        let (synced, rest) = self.unsynced.drain(..).partition(|edit| edit.folder == folder);
        self.unsynced = rest;
        let synced: Vec<Edit> = synced;
        synced.iter().for_each(|edit| write_names(&mut self.durable, edit));
        Ok(())
    }

    fn rename(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        let ((folder, from), (target, to)) = (self.place(from)?, self.place(to)?);
        assert_eq!(folder, target, "a rename between folders is not one change: the model does not know it");
        let node = *self.folders[folder].get(&from).ok_or(io::ErrorKind::NotFound)?;
        self.edit(folder, vec![(from, None), (to, Some(node))]);
        Ok(())
    }

    fn remove_file(&mut self, path: &Path) -> io::Result<()> {
        self.file(path)?;
        let (folder, name) = self.place(path)?;
        self.edit(folder, vec![(name, None)]);
        Ok(())
    }

    /// What stands in the folder goes first, each by itself.
    fn remove_folder(&mut self, path: &Path) -> io::Result<()> {
        let number = self.folder(path)?;
        for (name, node) in self.folders[number].clone() {
            match node {
                Node::Folder(_) => self.remove_folder(&path.join(name))?,
                Node::File(_) => self.remove_file(&path.join(name))?,
            }
        }
        let (folder, name) = self.place(path)?;
        self.edit(folder, vec![(name, None)]);
        Ok(())
    }

    fn hard_link(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        let file = self.file(from)?;
        let (folder, name) = self.place(to)?;
        if self.folders[folder].contains_key(&name) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        self.edit(folder, vec![(name, Some(Node::File(file)))]);
        Ok(())
    }
}

fn write_names(folders: &mut [Names], edit: &Edit) {
    for (name, node) in &edit.names {
        match node {
            Some(node) => drop(folders[edit.folder].insert(name.clone(), *node)),
            None => drop(folders[edit.folder].remove(name)),
        }
    }
}

fn names(path: &Path) -> Vec<String> {
    path.components()
        .filter_map(|part| match part {
            Component::Normal(name) => Some(name.to_str().expect("a name in Unicode").to_owned()),
            _ => None,
        })
        .collect()
}

/// A disk in memory.
pub struct MemoryDisk(Mutex<Storage>);

impl MemoryDisk {
    pub fn new(storage: Storage) -> Self {
        Self(Mutex::new(storage))
    }

    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        self.0.lock().unwrap().files()
    }
}

impl Disk for MemoryDisk {
    fn create_folder(&self, path: &Path) -> io::Result<()> {
        self.0.lock().unwrap().create_folder(path)
    }

    fn write_new(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.0.lock().unwrap().write_new(path, bytes)
    }

    fn append(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.0.lock().unwrap().append(path, bytes)
    }

    fn sync_file(&self, path: &Path) -> io::Result<()> {
        self.0.lock().unwrap().sync_file(path)
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        self.0.lock().unwrap().sync_folder(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.0.lock().unwrap().rename(from, to)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.0.lock().unwrap().remove_file(path)
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        self.0.lock().unwrap().remove_folder(path)
    }

    fn hard_link(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.0.lock().unwrap().hard_link(from, to)
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let storage = self.0.lock().unwrap();
        storage.file(path).map(|number| storage.files[number].now.clone())
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn io::Read + Send>> {
        Ok(Box::new(io::Cursor::new(self.read(path)?)))
    }

    fn list(&self, path: &Path) -> io::Result<Vec<Entry>> {
        let storage = self.0.lock().unwrap();
        let kind = |node: &Node| match node {
            Node::Folder(_) => EntryKind::Folder,
            Node::File(_) => EntryKind::File,
        };
        let names = &storage.folders[storage.folder(path)?];
        Ok(names.iter().map(|(name, node)| Entry { name: name.clone(), kind: kind(node) }).collect())
    }

    fn stat(&self, path: &Path) -> io::Result<Option<EntryKind>> {
        match self.0.lock().unwrap().node(path) {
            Ok(Node::Folder(_)) => Ok(Some(EntryKind::Folder)),
            Ok(Node::File(_)) => Ok(Some(EntryKind::File)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn same_file(&self, a: &Path, b: &Path) -> io::Result<bool> {
        let storage = self.0.lock().unwrap();
        Ok(storage.file(a)? == storage.file(b)?)
    }

    fn try_lock(&self, _path: &Path, _holder: &str) -> io::Result<Locked> {
        Ok(Locked::Ours(Box::new(())))
    }
}
