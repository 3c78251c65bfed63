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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use super::Shelf;
    use crate::lake::{Disk, RealDisk, Root, Store};
    use crate::pipeline::Read;
    use crate::tables::{School, Table};

    #[test]
    fn a_column_is_decoded_once_and_cleared_away_when_nobody_asks_for_it_again() {
        let folder = std::env::temp_dir().join(format!("rsoko-shelf-{}", std::process::id()));
        let store = Store::new(Root::new(Arc::new(RealDisk), &folder));
        let lock = store.lock("test").unwrap();
        let rows = ["1", "2"].map(|id| School { year: 2024, school_id: id.into(), ..School::default() });
        let stored = store.put_table(School::SPEC, &School::frame(rows.to_vec()).unwrap()).unwrap();
        let place = (store.table_path("school", &stored.hash), stored.hash);
        let tables = BTreeMap::from([("school", place.clone())]);
        let mut shelf = Shelf::default();
        let read =
            |shelf: &mut Shelf, columns: &[&str]| shelf.read(&store, School::SPEC, &place, Some(columns));
        let names = |shelf: &mut Shelf, columns: &[&str]| {
            let frame = read(shelf, columns).unwrap();
            frame.get_column_names().iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(names(&mut shelf, &["year"]), ["year"]);
        // one column stands here, the other is added; the order is the table's
        assert_eq!(names(&mut shelf, &["school_id", "year"]), ["year", "school_id"]);
        let both = read(&mut shelf, &["school_id", "year"]).unwrap();
        assert!(read(&mut shelf, &["year", "no such column"]).is_err());
        RealDisk.remove_file(&folder.join(&place.0)).unwrap();
        assert!(read(&mut shelf, &["year", "school_id"]).unwrap().equals_missing(&both));
        assert!(read(&mut shelf, &["year", "municipality"]).is_err(), "this one was never read");
        shelf.keep(&[Read::columns("school", &["year"])], &tables);
        assert!(read(&mut shelf, &["year"]).is_ok() && read(&mut shelf, &["school_id"]).is_err());
        shelf.keep(&[], &tables);
        assert!(read(&mut shelf, &["year"]).is_err());
        drop(lock);
        RealDisk.remove_folder(&folder).unwrap();
    }
}
