//! What the summary of a run takes from its tables: files that could be read, schools of the register.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::Result;
use crate::run::{OpenRun, Summary};
use crate::tables::{ints, texts};

/// Counts for the summary.
pub struct Tally {
    /// Files of which at least one sheet was read.
    pub files_read: usize,
    /// Files that could not be read, or whose form is unknown.
    pub files_unread: usize,
    /// Schools that stand in no register, by list and year: of those that the list is about.
    pub unregistered: BTreeMap<(String, i32), u64>,
}

/// Counts.
///
/// # Errors
/// As the tables' reading says.
pub fn tally(run: &OpenRun, summary: &Summary) -> Result<Tally> {
    let has = |name: &str| summary.tables.iter().any(|(table, _)| table == name);
    let column = |table: &str, name: &str| -> Result<Vec<Option<String>>> {
        if has(table) { texts(&run.columns(table, Some(&[name]))?, name) } else { Ok(Vec::new()) }
    };
    let (paths, layouts) = (column("source", "path")?, column("source", "layout")?);
    let read: BTreeSet<String> = paths
        .into_iter()
        .zip(layouts)
        .filter_map(|(path, layout)| path.filter(|_| layout.is_some()))
        .collect();
    let registered: BTreeSet<String> = column("school", "school_id")?.into_iter().flatten().collect();
    let mut unregistered = BTreeMap::new();
    if has("list_entry") {
        let entries = run.columns("list_entry", Some(&["list", "year", "school_id", "state"]))?;
        let about = texts(&entries, "list")?.into_iter().zip(ints(&entries, "year")?);
        let schools = texts(&entries, "school_id")?.into_iter().zip(texts(&entries, "state")?);
        for ((list, year), (school, state)) in about.zip(schools) {
            let (Some(list), Some(year), Some(school)) = (list, year, school) else { continue };
            let counts = state.as_deref() != Some("out_of_population") && !registered.contains(&school);
            *unregistered.entry((list, year)).or_default() += u64::from(counts);
        }
    }
    let files_read = if has("source") { read.len() } else { summary.files };
    Ok(Tally { files_read, files_unread: summary.files.saturating_sub(files_read), unregistered })
}
