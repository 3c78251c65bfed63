//! Sheets of what others and people said of the lists: official lists beside ours, decisions.

use std::collections::BTreeMap;

use polars::prelude::DataFrame;

use crate::base::Result;
use crate::grid::Sheet;
use crate::reports::columns::{Column, paper, screen};
use crate::reports::rows::{Datum, Rows};
use crate::reports::table_or_empty;
use crate::reports::workbook::{Maker, picked};
use crate::tables::{Decision, ListComparison, School};

const COMPARISON: [Column; 17] = [
    paper("list", 30.0),
    paper("official", 16.0),
    paper("official_year", 10.0),
    paper("standing", 16.0),
    paper("municipality", 20.0),
    paper("name_short", 26.0),
    paper("school_id", 10.0),
    paper("computed", 13.0),
    paper("decided", 13.0),
    paper("obstacle", 20.0),
    screen("criteria_met", 13.0),
    paper("criterion", 36.0),
    paper("criterion_year", 10.0),
    paper("value", 10.0),
    paper("threshold", 9.0),
    paper("distance_pupils", 13.0),
    screen("document", 40.0),
];

const DECISIONS: [Column; 10] = [
    paper("list", 34.0),
    paper("municipality", 22.0),
    paper("name_short", 30.0),
    paper("school_id", 11.0),
    paper("computed", 15.0),
    paper("decided", 15.0),
    paper("decided_by", 28.0),
    paper("decided_on", 12.0),
    paper("document", 34.0),
    paper("reason", 34.0),
];

/// The sheets that have something to say.
///
/// # Errors
/// `E803` where a table has not its columns.
pub fn sheets(
    maker: &Maker<'_>,
    tables: &BTreeMap<&'static str, DataFrame>,
    entries: &Rows,
) -> Result<Vec<Sheet>> {
    let register = names(&Rows::of(&table_or_empty::<School>(tables)?));
    let mut comparison = Rows::of(&table_or_empty::<ListComparison>(tables)?);
    // the schools of either list are the two lists together
    comparison = picked(&comparison, |rows, row| rows.at(row, "official").text() != Some("all_official"));
    with_names(&mut comparison, &register);
    as_printed(&mut comparison);
    if let Some(state) = comparison.names.iter_mut().find(|name| *name == "state") {
        "computed".clone_into(state);
    }
    comparison.sort("list,official,standing,municipality,name_short,school_id");
    let mut decisions = Rows::of(&table_or_empty::<Decision>(tables)?);
    with_names(&mut decisions, &register);
    with_computed(&mut decisions, entries);
    decisions.sort("list,municipality,name_short,school_id");
    let mut sheets = Vec::new();
    if !comparison.rows.is_empty() {
        sheets.push(maker.sheet("official", &comparison, &COMPARISON));
    }
    if !decisions.rows.is_empty() {
        sheets.push(maker.sheet("decisions", &decisions, &DECISIONS));
    }
    Ok(sheets)
}

/// Municipality, short name and full name of each school, as the latest register has them.
pub fn names(register: &Rows) -> BTreeMap<String, [Datum; 3]> {
    let mut latest: BTreeMap<String, (f64, [Datum; 3])> = BTreeMap::new();
    for row in &register.rows {
        let (Some(id), Some(year)) =
            (register.at(row, "school_id").text(), register.at(row, "year").number())
        else {
            continue;
        };
        let names = ["municipality", "name_short", "name_full"].map(|name| register.at(row, name).clone());
        let newer = latest.get(id).is_none_or(|(known, _)| year > *known);
        if newer {
            latest.insert(id.to_owned(), (year, names));
        }
    }
    latest.into_iter().map(|(id, (_, names))| (id, names)).collect()
}

/// Adds municipality, short and full name.
pub fn with_names(rows: &mut Rows, register: &BTreeMap<String, [Datum; 3]>) {
    let unknown = [const { Datum::Missing }; 3];
    let added: Vec<[Datum; 3]> = rows
        .rows
        .iter()
        .map(|row| {
            let id = rows.at(row, "school_id").text().unwrap_or_default();
            register.get(id).unwrap_or(&unknown).clone()
        })
        .collect();
    rows.names.extend(["municipality", "name_short", "name_full"].map(str::to_owned));
    for (row, added) in rows.rows.iter_mut().zip(added) {
        row.extend(added);
    }
}

/// Schools that no register has go by the name that the official list prints.
fn as_printed(rows: &mut Rows) {
    let Some(place) = rows.names.iter().position(|name| name == "name_short") else { return };
    let printed: Vec<Datum> = rows.rows.iter().map(|row| rows.at(row, "name").clone()).collect();
    for (row, printed) in rows.rows.iter_mut().zip(printed) {
        if let Some(name) = row.get_mut(place).filter(|name| matches!(name, Datum::Missing)) {
            *name = printed;
        }
    }
}

/// Adds the state that the rule computed.
fn with_computed(rows: &mut Rows, entries: &Rows) {
    let key = |rows: &Rows, row: &[Datum]| {
        ["list", "school_id"].map(|name| rows.at(row, name).text().unwrap_or_default().to_owned())
    };
    let states: BTreeMap<[String; 2], Datum> =
        entries.rows.iter().map(|row| (key(entries, row), entries.at(row, "state").clone())).collect();
    let added: Vec<Datum> =
        rows.rows.iter().map(|row| states.get(&key(rows, row)).cloned().unwrap_or(Datum::Missing)).collect();
    rows.names.push("computed".to_owned());
    for (row, added) in rows.rows.iter_mut().zip(added) {
        row.push(added);
    }
}
