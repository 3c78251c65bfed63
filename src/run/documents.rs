//! The documents that stages may use: the method pack, layouts, reference data, report notebooks.

use std::collections::BTreeMap;

use crate::base::{Fault, FaultCode, Place, Result, not_utf8};
use crate::lake::{EntryKind, Root};

/// Documents by name, each with its path and its text.
pub(super) type Documents = BTreeMap<String, (String, String)>;

/// The folder of method packs.
const PACKS: &str = "pipelines/methods";

/// Folders, the ending of their documents, and the prefix of the documents' names. A name keeps its ending where the
/// ending is empty here.
const FOLDERS: [(&str, &str, &str); 7] = [
    ("data/decisions", ".toml", "decision/"),
    ("data/identity", ".toml", "identity/"),
    (PACKS, ".toml", "method/"),
    ("pipelines/layouts", ".toml", "layout/"),
    ("data/reference", ".toml", "reference/"),
    ("reports", "", "report/"),
    ("reports/theme", "", "report/"),
];

/// Loads the method pack, which a line of the pipeline names, and everything in the folders of documents.
pub(super) fn load(root: &Root, method: &str, named_at: Place) -> Result<Documents> {
    let mut documents = Documents::new();
    let path = format!("{PACKS}/{method}.toml");
    let Some(bytes) = root.read_if_there(&path)? else {
        return Err(Fault::new(FaultCode::FileMissing).at(named_at).with("path", path));
    };
    documents.insert("method".to_owned(), text(path, bytes)?);
    for (folder, ending, prefix) in FOLDERS {
        folder_of(root, folder, ending, prefix, &mut documents)?;
    }
    Ok(documents)
}

/// The layouts alone.
pub(super) fn layouts(root: &Root) -> Result<Documents> {
    let mut documents = Documents::new();
    folder_of(root, "pipelines/layouts", ".toml", "layout/", &mut documents)?;
    Ok(documents)
}

/// The reference data alone.
pub(super) fn references(root: &Root) -> Result<Documents> {
    let mut documents = Documents::new();
    folder_of(root, "data/reference", ".toml", "reference/", &mut documents)?;
    Ok(documents)
}

fn folder_of(root: &Root, folder: &str, ending: &str, prefix: &str, documents: &mut Documents) -> Result<()> {
    for entry in root.list(folder)?.into_iter().filter(|entry| entry.kind == EntryKind::File) {
        let Some(name) = entry.name.strip_suffix(ending).filter(|name| is_document(folder, name)) else {
            continue;
        };
        let path = format!("{folder}/{}", entry.name);
        let bytes = root.read(&path)?;
        // a pack that nobody asks for stops nothing: who reads one refuses what cannot be decoded
        let document = match folder {
            PACKS => (path, String::from_utf8_lossy(&bytes).into_owned()),
            _ => text(path, bytes)?,
        };
        documents.insert(format!("{prefix}{name}"), document);
    }
    Ok(())
}

/// Of the folder `reports` itself only Markdown; hidden files nowhere.
fn is_document(folder: &str, name: &str) -> bool {
    !name.starts_with('.') && (folder != "reports" || name.ends_with(".md"))
}

/// A byte order mark is no part of the text.
fn text(path: String, bytes: Vec<u8>) -> Result<(String, String)> {
    match String::from_utf8(bytes) {
        Ok(text) => Ok((path, text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))),
        Err(error) => Err(not_utf8(&path, &error)),
    }
}
