//! Sheets of the list by conditions of work: places with their intervals, the shares behind them, the sets side by side.

use std::collections::BTreeMap;

use polars::prelude::DataFrame;

use crate::base::Result;
use crate::grid::Sheet;
use crate::method::MethodPack;
use crate::pipeline::Declared;
use crate::reports::columns::{Column, paper, screen};
use crate::reports::rows::{Datum, Rows};
use crate::reports::table_or_empty;
use crate::reports::voice::said;
use crate::reports::workbook::{Maker, picked};
use crate::tables::AdverseIndex;

const PLACES: [Column; 20] = [
    paper("municipality", 22.0),
    paper("name_short", 32.0),
    paper("school_id", 11.0),
    paper("state", 14.0),
    paper("decided", 14.0),
    paper("document", 18.0),
    paper("obstacle", 26.0),
    paper("verdict", 14.0),
    paper("index", 10.0),
    paper("index_low", 10.0),
    paper("index_high", 10.0),
    paper("cut", 9.0),
    paper("rank", 8.0),
    paper("rank_low", 9.0),
    paper("rank_high", 9.0),
    screen("probability", 13.0),
    screen("rank_weights_low", 13.0),
    screen("rank_weights_high", 13.0),
    screen("beyond_share", 15.0),
    screen("measures_known", 13.0),
];

const SHARES: [Column; 13] = [
    paper("municipality", 22.0),
    paper("name_short", 32.0),
    paper("school_id", 11.0),
    paper("criterion", 38.0),
    paper("value", 11.0),
    paper("low", 11.0),
    paper("high", 11.0),
    paper("numerator", 9.0),
    paper("denominator", 9.0),
    paper("comparison", 11.0),
    paper("threshold", 9.0),
    paper("met", 11.0),
    paper("distance_pupils", 13.0),
];

const SETS: [Column; 11] = [
    paper("municipality", 22.0),
    paper("name_short", 32.0),
    paper("school_id", 11.0),
    paper("set_title", 44.0),
    paper("state", 14.0),
    paper("index", 10.0),
    paper("index_low", 10.0),
    paper("index_high", 10.0),
    paper("rank_low", 9.0),
    paper("rank_high", 9.0),
    paper("measures_known", 13.0),
];

/// The sheets; none where the run has no such list. `entries` are those of all lists, `reasons` those of this one.
///
/// # Errors
/// `E803` where a table has not its columns.
pub fn sheets(
    maker: &Maker<'_>,
    tables: &BTreeMap<&'static str, DataFrame>,
    entries: &Rows,
    reasons: &Rows,
) -> Result<Vec<Sheet>> {
    let mut index = Rows::of(&table_or_empty::<AdverseIndex>(tables)?);
    let Some((set, list, year)) = latest(&index, entries) else { return Ok(Vec::new()) };
    let Some(pack) = maker.sets.pack(&set) else { return Ok(Vec::new()) };
    name(&mut index, entries, &list, maker);
    let own = Maker { pack, year: Some(year), ..*maker };
    let text = |row: &[Datum], column: &str| index.at(row, column).text().unwrap_or_default().to_owned();
    let of_year = |row: &[Datum]| index.at(row, "year").number() == Some(f64::from(year));
    let mut places = picked(&index, |_, row| of_year(row) && text(row, "set") == set);
    places.sort("rank,municipality,name_short");
    // by the index or by a decision
    let listed: Vec<String> = places
        .rows
        .iter()
        .filter(|row| ["state", "decided"].iter().any(|of| text(row, of) == "listed"))
        .map(|row| text(row, "school_id"))
        .collect();
    let of_listed = |rows: &Rows, row: &[Datum]| {
        let id = rows.at(row, "school_id").text().unwrap_or_default();
        rows.at(row, "list").text() == Some(&list) && listed.iter().any(|school| school == id)
    };
    let mut sets = picked(&index, |_, row| of_year(row) && !text(row, "listed_by").is_empty());
    sets.sort("municipality,name_short,school_id,set");
    Ok(vec![
        own.sheet("adverse", &places, &PLACES),
        own.sheet("adverse-shares", &picked(reasons, of_listed), &SHARES),
        own.sheet("adverse-sets", &sets, &SETS),
    ])
}

/// The packs of the sets that were computed, and the lists that they make.
#[derive(Default)]
pub(super) struct Sets {
    packs: BTreeMap<String, MethodPack>,
    /// The set of each list.
    lists: BTreeMap<String, String>,
}

impl Sets {
    /// Those of the run; none where it has no such list.
    ///
    /// # Errors
    /// `E302` where a pack of a set cannot be read, `E803` where a table has not its columns.
    pub(super) fn of(declared: &Declared<'_>, tables: &BTreeMap<&'static str, DataFrame>) -> Result<Self> {
        let index = Rows::of(&table_or_empty::<AdverseIndex>(tables)?);
        let lists = index
            .rows
            .iter()
            .filter_map(|row| Some((index.at(row, "list").text()?, index.at(row, "set").text()?)))
            .map(|(list, set)| (list.to_owned(), set.to_owned()))
            .collect();
        Ok(Self { packs: packs(declared, &index)?, lists })
    }

    /// The pack of a set.
    pub(super) fn pack(&self, set: &str) -> Option<&MethodPack> {
        self.packs.get(set)
    }

    /// The pack that makes a list.
    pub(super) fn of_list(&self, list: &str) -> Option<&MethodPack> {
        self.pack(self.lists.get(list)?)
    }

    /// All packs: those that make a list first.
    pub(super) fn packs(&self) -> Vec<&MethodPack> {
        let makes = |pack: &MethodPack| self.lists.values().any(|set| *set == pack.id);
        let mut packs: Vec<&MethodPack> = self.packs.values().collect();
        packs.sort_by_key(|pack| !makes(pack));
        packs
    }
}

/// The set that makes the list, the list, and its year.
fn latest(index: &Rows, entries: &Rows) -> Option<(String, String, i32)> {
    let row = index.rows.iter().find(|row| index.at(row, "list").text().is_some())?;
    let (set, list) = (index.at(row, "set").text()?, index.at(row, "list").text()?);
    let entry = entries.rows.iter().find(|entry| entries.at(entry, "list").text() == Some(list))?;
    let year = entries.at(entry, "year").number()?;
    #[expect(clippy::cast_possible_truncation, reason = "a year")]
    let year = year as i32;
    Some((set.to_owned(), list.to_owned(), year))
}

/// The packs of the sets, by id.
fn packs(declared: &Declared<'_>, index: &Rows) -> Result<BTreeMap<String, MethodPack>> {
    let wanted: std::collections::BTreeSet<&str> =
        index.rows.iter().filter_map(|row| index.at(row, "set").text()).collect();
    let mut packs = BTreeMap::new();
    for (name, (path, text)) in declared.documents.iter().filter(|(name, _)| name.starts_with("method/")) {
        if !wanted.iter().any(|id| text.contains(id)) {
            continue;
        }
        // the packs of the sets were proved before anything ran: what is broken is another one, a copy perhaps
        let Ok(pack) = MethodPack::parse(path, text) else { continue };
        let is_own = name.strip_prefix("method/") == Some(pack.id.as_str());
        if wanted.contains(pack.id.as_str()) && (is_own || !packs.contains_key(&pack.id)) {
            packs.insert(pack.id.clone(), pack);
        }
    }
    Ok(packs)
}

/// Adds names, municipality and verdict of the schools and the titles of the sets; the ends of the index get names of
/// their own, since those of a share are shown as per cent.
fn name(index: &mut Rows, entries: &Rows, list: &str, maker: &Maker<'_>) {
    let found: BTreeMap<&str, &Vec<Datum>> = entries
        .rows
        .iter()
        .filter(|entry| entries.at(entry, "list").text() == Some(list))
        .filter_map(|entry| Some((entries.at(entry, "school_id").text()?, entry)))
        .collect();
    let of_entry = ["municipality", "name_short", "decided", "document", "verdict", "obstacle"];
    let added: Vec<Vec<Datum>> = index
        .rows
        .iter()
        .map(|row| {
            let entry = index.at(row, "school_id").text().and_then(|id| found.get(id));
            let mut added =
                of_entry.map(|name| entry.map_or(Datum::Missing, |e| entries.at(e, name).clone())).to_vec();
            let pack = index.at(row, "set").text().and_then(|set| maker.sets.pack(set));
            added.push(
                pack.map_or(Datum::Missing, |pack| {
                    Datum::Text(said(&pack.title, maker.voice.lang).to_owned())
                }),
            );
            added
        })
        .collect();
    for (row, added) in index.rows.iter_mut().zip(added) {
        row.extend(added);
    }
    for name in &mut index.names {
        match name.as_str() {
            "low" => "index_low".clone_into(name),
            "high" => "index_high".clone_into(name),
            _ => {}
        }
    }
    index.names.extend(of_entry.map(str::to_owned));
    index.names.push("set_title".to_owned());
}
