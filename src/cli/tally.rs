//! What the summary of a run takes from its tables: files that could be read, schools of the register.

use std::collections::BTreeSet;

use crate::base::Result;
use crate::run::{OpenRun, Summary};
use crate::tables::texts;

/// Counts for the summary.
pub struct Tally {
    /// Files of which at least one sheet was read.
    pub files_read: usize,
    /// Files that could not be read, or whose form is unknown.
    pub files_unread: usize,
    /// Schools of the lists that stand in no register.
    pub unregistered: u64,
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
    let listed: BTreeSet<String> = column("list_entry", "school_id")?.into_iter().flatten().collect();
    let files_read = if has("source") { read.len() } else { summary.files };
    Ok(Tally {
        files_read,
        files_unread: summary.files.saturating_sub(files_read),
        unregistered: u64::try_from(listed.difference(&registered).count()).unwrap_or(u64::MAX),
    })
}
