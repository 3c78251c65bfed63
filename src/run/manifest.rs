//! The manifest of a run: what was made of what, with which method, and that it is whole. Written last: it is the
//! commit. Nothing in it depends on the time, the machine or the folder.

use std::collections::BTreeMap;

use crate::base::{Fault, FaultCode, Place, Result, Year};
use crate::lake::{ContentHash, hash_bytes};
use crate::run::{KeyParts, ListCount, Severities};
use crate::text::Lang;

/// The version of the manifest's form.
pub(super) const FORMAT: u32 = 1;

/// The record of a run.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct RunManifest {
    /// The version of this form.
    pub format: u32,
    /// The run's id, which is also the name of its folder.
    pub run: String,
    /// The pipeline's path in the workspace.
    pub pipeline: String,
    /// Its title in each language.
    pub title: BTreeMap<String, String>,
    /// The method pack.
    pub method: MethodRecord,
    /// The years.
    pub years: Vec<Year>,
    /// The languages of the reports.
    pub languages: Vec<Lang>,
    /// The pipeline's seed.
    pub seed: u64,
    /// The version of the program.
    pub version: String,
    /// The program: a hash of its sources and of the versions of its libraries.
    pub program: String,
    /// The senders' files.
    pub sources: Vec<SourceRecord>,
    /// The stages in the order of running.
    pub stages: Vec<StageEntry>,
    /// The tables, sorted by name.
    pub tables: Vec<TableRecord>,
    /// Other files of the run's folder, sorted by name.
    pub files: Vec<FileRecord>,
    /// Findings by severity.
    pub findings: Severities,
    /// Schools on each list.
    pub lists: Vec<ListCount>,
    /// The hash of this record with an empty seal: damage to the manifest itself is seen.
    pub seal: String,
}

/// The method pack of a run.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct MethodRecord {
    /// The pack's id.
    pub id: String,
    /// Its path in the workspace.
    pub path: String,
    /// The hash of its text.
    pub hash: ContentHash,
}

/// A sender's file.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SourceRecord {
    /// Path in the workspace.
    pub path: String,
    /// The declared layout, or `auto`.
    pub layout: String,
    /// Length.
    pub bytes: u64,
    /// The hash of the bytes.
    pub hash: ContentHash,
}

/// A stage of the run.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct StageEntry {
    /// The stage.
    pub kind: String,
    /// Everything that its outputs depend on, senders' files left out: they stand above.
    pub key: KeyParts,
    /// Its findings by severity.
    pub findings: Severities,
}

/// A table of the run.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TableRecord {
    /// The table.
    pub name: String,
    /// The file in the run's folder.
    pub file: String,
    /// The stage that wrote it; missing where it was given as a file, and for `finding`, to which every stage adds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// Rows.
    pub rows: u64,
    /// Length of the file.
    pub bytes: u64,
    /// The hash of the file.
    pub hash: ContentHash,
    /// The hashes of the tables that its stage read; `sources` stands for all senders' files.
    pub inputs: BTreeMap<String, ContentHash>,
    /// The parameters of its stage.
    pub parameters: BTreeMap<String, String>,
    /// The method pack, id and hash.
    pub method: String,
    /// The program.
    pub program: String,
}

/// Another file of the run's folder: a report, a workbook, the catalogue of tables.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct FileRecord {
    /// The name in the run's folder, with `/`.
    pub name: String,
    /// The stage that made it; missing for the catalogue of tables.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// Length.
    pub bytes: u64,
    /// The hash of its bytes.
    pub hash: ContentHash,
}

impl RunManifest {
    /// Seals the record and gives it as it is written.
    pub(super) fn seal(&mut self) -> Result<Vec<u8>> {
        self.seal = self.expected_seal()?;
        self.written()
    }

    /// Reads a manifest.
    ///
    /// # Errors
    /// `E802` where it is not whole.
    pub(super) fn from_bytes(path: &str, bytes: &[u8]) -> Result<Self> {
        let damaged = || Fault::new(FaultCode::LakeDamaged).at(Place::File(path.to_owned()));
        let manifest: Self =
            serde_json::from_slice(bytes).map_err(|error| damaged().why("damaged-bytes").because(error))?;
        // a flipped bit may spoil the name of a key whose value is the default one: the bytes themselves must be ours
        let as_written = manifest.written()? == bytes;
        if manifest.format != FORMAT || manifest.seal != manifest.expected_seal()? || !as_written {
            return Err(damaged().why("damaged-hash"));
        }
        Ok(manifest)
    }

    /// The bytes of the file.
    fn written(&self) -> Result<Vec<u8>> {
        serde_json::to_vec_pretty(self).map_err(|error| Fault::new(FaultCode::Bug).because(error))
    }

    fn expected_seal(&self) -> Result<String> {
        let bare = Self { seal: String::new(), ..self.clone() };
        let bytes = serde_json::to_vec(&bare).map_err(|error| Fault::new(FaultCode::Bug).because(error))?;
        Ok(hash_bytes(&bytes).as_str().to_owned())
    }

    /// The record of a table.
    #[must_use]
    pub fn table(&self, name: &str) -> Option<&TableRecord> {
        self.tables.iter().find(|table| table.name == name)
    }

    /// Every file of the run's folder but this one: what it is called, where it stands in the folder, and its hash.
    pub(super) fn contents(&self) -> impl Iterator<Item = (&str, &str, &ContentHash)> {
        let tables = self.tables.iter().map(|t| (t.name.as_str(), t.file.as_str(), &t.hash));
        tables.chain(self.files.iter().map(|f| (f.name.as_str(), f.name.as_str(), &f.hash)))
    }
}
