//! The lake's memory: what each stage of each pipeline did last, so that it need not be done again.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Fault, FaultCode, Result};
use crate::lake::{Root, Store, Stored};
use crate::run::{KeyParts, Severities};
use crate::tables::{FindingRow, Table};

const PATH: &str = "data/lake/manifest.json";
const FORMAT: u32 = 1;

/// What a stage did last.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct StageRecord {
    pub key: KeyParts,
    /// Its tables.
    pub tables: BTreeMap<String, Stored>,
    /// Its findings, as a table `finding` of its own.
    pub findings: Stored,
    pub severities: Severities,
    /// Its files for the run's folder, by name.
    pub files: BTreeMap<String, Stored>,
}

impl StageRecord {
    /// Where everything stands that this record names, with what it is called.
    pub fn places(&self, store: &Store) -> Vec<(String, String, Stored)> {
        let finding = FindingRow::SPEC.name;
        let table = |name: &str, stored: &Stored| {
            (name.to_owned(), store.table_path(name, &stored.hash), stored.clone())
        };
        let mut places: Vec<_> = self.tables.iter().map(|(name, stored)| table(name, stored)).collect();
        places.push(table(finding, &self.findings));
        for (name, stored) in &self.files {
            places.push((name.clone(), store.file_path(&stored.hash), stored.clone()));
        }
        places
    }
}

/// Records by pipeline and by stage.
#[derive(Debug, Default, serde::Serialize, serde::Deserialize)]
pub(super) struct Memory {
    format: u32,
    pipelines: BTreeMap<String, BTreeMap<String, StageRecord>>,
}

impl Memory {
    /// Loads the memory. One that cannot be read is no memory: everything is computed anew.
    pub fn load(root: &Root) -> Result<Self> {
        let bytes = root.read_if_there(PATH)?.unwrap_or_default();
        let memory: Option<Self> = serde_json::from_slice(&bytes).ok();
        Ok(memory.filter(|memory| memory.format == FORMAT).unwrap_or_default())
    }

    /// Writes the memory, in one step.
    pub fn save(&mut self, root: &Root) -> Result<()> {
        self.format = FORMAT;
        let text =
            serde_json::to_string_pretty(self).map_err(|error| Fault::new(FaultCode::Bug).because(error))?;
        root.put(PATH, text.as_bytes())
    }

    /// What a stage did last.
    pub fn record(&self, pipeline: &str, kind: &str) -> Option<&StageRecord> {
        self.pipelines.get(pipeline)?.get(kind)
    }

    /// Keeps what a stage did.
    pub fn keep(&mut self, pipeline: &str, kind: &str, record: StageRecord) {
        self.pipelines.entry(pipeline.to_owned()).or_default().insert(kind.to_owned(), record);
    }

    /// Forgets stages that a pipeline no longer has. True where there were some.
    pub fn forget_others(&mut self, pipeline: &str, kinds: &BTreeSet<&str>) -> bool {
        let Some(records) = self.pipelines.get_mut(pipeline) else {
            return false;
        };
        let before = records.len();
        records.retain(|kind, _| kinds.contains(kind.as_str()));
        records.len() < before
    }

    /// Where everything stands that is remembered.
    pub fn places(&self, store: &Store) -> BTreeSet<String> {
        let records = self.pipelines.values().flat_map(BTreeMap::values);
        records.flat_map(|record| record.places(store)).map(|(_, path, _)| path).collect()
    }
}
