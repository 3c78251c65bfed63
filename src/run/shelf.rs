//! Columns that later stages read again are decoded once.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::{Column, DataFrame};

use crate::base::{Fault, FaultCode, Place, Result};
use crate::lake::{ContentHash, Store};
use crate::pipeline::Read;
use crate::tables::TableSpec;

/// Decoded columns by the hash of their table's bytes.
#[derive(Default)]
pub(super) struct Shelf {
    columns: BTreeMap<(ContentHash, &'static str), Column>,
}

impl Shelf {
    /// A table as a stage asked for it; what does not stand here is read from the store, and stands here from now on.
    ///
    /// # Errors
    /// As [`Store::read_table`].
    pub fn read(
        &mut self,
        store: &Store,
        spec: &'static TableSpec,
        (path, hash): &(String, ContentHash),
        columns: Option<&[&str]>,
    ) -> Result<DataFrame> {
        let wanted: Vec<&'static str> = spec
            .columns
            .iter()
            .map(|column| column.name)
            .filter(|name| columns.is_none_or(|columns| columns.contains(name)))
            .collect();
        let mut absent = wanted.clone();
        absent.retain(|name| !self.columns.contains_key(&(hash.clone(), *name)));
        // nothing here, or a name that the table does not declare: the store has the answer
        if absent.len() == wanted.len() || columns.is_some_and(|columns| columns.len() > wanted.len()) {
            let frame = store.read_table(spec, path, hash, columns)?;
            self.put(hash, &wanted, &frame);
            return Ok(frame);
        }
        if !absent.is_empty() {
            let frame = store.read_table(spec, path, hash, Some(&absent))?;
            self.put(hash, &absent, &frame);
        }
        let found: Vec<Column> =
            wanted.iter().filter_map(|name| self.columns.get(&(hash.clone(), *name)).cloned()).collect();
        let height = found.first().map_or(0, Column::len);
        DataFrame::new(height, found).map_err(|error| {
            Fault::new(FaultCode::TableMalformed).at(Place::Table(spec.name.to_owned())).because(error)
        })
    }

    fn put(&mut self, hash: &ContentHash, names: &[&'static str], frame: &DataFrame) {
        let found = names.iter().filter_map(|name| Some((*name, frame.column(name).ok()?.clone())));
        self.columns.extend(found.map(|(name, column)| ((hash.clone(), name), column)));
    }

    /// Clears away the columns that none of these reads asks for.
    pub fn keep<'a>(
        &mut self,
        reads: impl IntoIterator<Item = &'a Read>,
        tables: &BTreeMap<&'static str, (String, ContentHash)>,
    ) {
        let mut whole: BTreeSet<&ContentHash> = BTreeSet::new();
        let mut parts: BTreeSet<(&ContentHash, &str)> = BTreeSet::new();
        for read in reads {
            let Some((_, hash)) = tables.get(read.table) else { continue };
            match &read.columns {
                Some(columns) => parts.extend(columns.iter().map(|column| (hash, *column))),
                None => drop(whole.insert(hash)),
            }
        }
        self.columns.retain(|(hash, name), _| whole.contains(hash) || parts.contains(&(hash, name)));
    }
}
