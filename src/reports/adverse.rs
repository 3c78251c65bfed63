//! Sheets of the list by conditions of work: places with their intervals, the shares behind them, the sets side by side.

use std::collections::BTreeMap;

use polars::prelude::DataFrame;

use crate::base::Result;
use crate::grid::Sheet;
use crate::method::MethodPack;
use crate::pipeline::Declared;
use crate::reports::rows::{Datum, Rows};
use crate::reports::table_or_empty;
use crate::reports::voice::said;
use crate::reports::workbook::{Column, Maker, picked};
use crate::tables::AdverseIndex;

const PLACES: [Column; 20] = [
    ("municipality", 24.0),
    ("name_short", 34.0),
    ("school_id", 12.0),
    ("state", 16.0),
    ("decided", 16.0),
    ("document", 30.0),
    ("obstacle", 30.0),
    ("verdict", 15.0),
    ("index", 10.0),
    ("index_low", 10.0),
    ("index_high", 10.0),
    ("cut", 9.0),
    ("probability", 13.0),
    ("rank", 8.0),
    ("rank_low", 9.0),
    ("rank_high", 9.0),
    ("rank_weights_low", 13.0),
    ("rank_weights_high", 13.0),
    ("beyond_share", 15.0),
    ("measures_known", 13.0),
];

const SHARES: [Column; 13] = [
    ("municipality", 22.0),
    ("name_short", 32.0),
    ("school_id", 11.0),
    ("criterion", 38.0),
    ("value", 11.0),
    ("low", 11.0),
    ("high", 11.0),
    ("numerator", 11.0),
    ("denominator", 13.0),
    ("comparison", 11.0),
    ("threshold", 9.0),
    ("met", 11.0),
    ("distance_pupils", 14.0),
];

const SETS: [Column; 11] = [
    ("municipality", 24.0),
    ("name_short", 34.0),
    ("school_id", 12.0),
    ("set_title", 44.0),
    ("state", 16.0),
    ("index", 10.0),
    ("index_low", 10.0),
    ("index_high", 10.0),
    ("rank_low", 9.0),
    ("rank_high", 9.0),
    ("measures_known", 13.0),
];

/// The sheets; none where the run has no such list. `entries` are those of all lists, `reasons` those of this one.
///
/// # Errors
/// `E302` where a pack of a set cannot be read, `E803` where a table has not its columns.
pub fn sheets(
    maker: &Maker<'_>,
    declared: &Declared<'_>,
    tables: &BTreeMap<&'static str, DataFrame>,
    entries: &Rows,
    reasons: &Rows,
) -> Result<Vec<Sheet>> {
    let mut index = Rows::of(&table_or_empty::<AdverseIndex>(tables)?);
    let Some((set, list, year)) = latest(&index, entries) else { return Ok(Vec::new()) };
    let packs = packs(declared, &index)?;
    let Some(pack) = packs.get(&set) else { return Ok(Vec::new()) };
    name(&mut index, entries, &list, &packs, maker);
    let own = Maker { voice: maker.voice, pack, run: maker.run, last: maker.last, year: Some(year) };
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

/// The packs of the sets that were computed; none where there are none.
///
/// # Errors
/// As [`sheets`].
pub(super) fn sets(
    declared: &Declared<'_>,
    tables: &BTreeMap<&'static str, DataFrame>,
) -> Result<Vec<MethodPack>> {
    let index = Rows::of(&table_or_empty::<AdverseIndex>(tables)?);
    Ok(packs(declared, &index)?.into_values().collect())
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
pub(super) fn packs(declared: &Declared<'_>, index: &Rows) -> Result<BTreeMap<String, MethodPack>> {
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
fn name(
    index: &mut Rows,
    entries: &Rows,
    list: &str,
    packs: &BTreeMap<String, MethodPack>,
    maker: &Maker<'_>,
) {
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
            let pack = index.at(row, "set").text().and_then(|set| packs.get(set));
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
