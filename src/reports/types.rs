//! The sheet of types of schools: which school is of which type, and whether to believe the type.

use std::collections::BTreeMap;

use polars::prelude::DataFrame;

use crate::base::Result;
use crate::grid::Sheet;
use crate::reports::columns::{Column, paper};
use crate::reports::official::{names, with_names};
use crate::reports::rows::{Datum, Rows};
use crate::reports::table_or_empty;
use crate::reports::workbook::{Maker, picked};
use crate::tables::{Cluster, ClusterType, School};

const TYPES: [Column; 10] = [
    paper("cluster", 8.0),
    paper("type_name", 60.0),
    paper("type_band", 18.0),
    paper("municipality", 24.0),
    paper("name_short", 34.0),
    paper("school_id", 12.0),
    paper("year", 8.0),
    paper("type_standing", 16.0),
    paper("type_share", 14.0),
    paper("type_next", 12.0),
];

/// The sheet of the latest year; none where the schools of it do not fall into groups.
///
/// # Errors
/// `E803` where a table has not its columns.
pub fn sheets(maker: &Maker<'_>, tables: &BTreeMap<&'static str, DataFrame>) -> Result<Vec<Sheet>> {
    let schools = Rows::of(&table_or_empty::<Cluster>(tables)?);
    let types = Rows::of(&table_or_empty::<ClusterType>(tables)?);
    let year = |row: &[Datum]| schools.at(row, "year").number();
    let last = schools.rows.iter().filter_map(|row| year(row)).fold(f64::NEG_INFINITY, f64::max);
    let of_last = |row: &[Datum]| year(row).is_some_and(|year| year >= last);
    let mut rows = picked(&schools, |rows, row| of_last(row) && rows.at(row, "cluster").number().is_some());
    if rows.rows.is_empty() {
        return Ok(Vec::new());
    }
    let name = format!("name_{}", maker.voice.lang.code());
    let named: Vec<Datum> = rows
        .rows
        .iter()
        .map(|row| {
            let key =
                |rows: &Rows, row: &[Datum]| ["year", "cluster"].map(|column| rows.at(row, column).clone());
            let own = types.rows.iter().find(|kind| key(&types, kind) == key(&rows, row));
            own.map_or(Datum::Missing, |kind| types.at(kind, &name).clone())
        })
        .collect();
    rows.names.push("type_name".to_owned());
    for (row, name) in rows.rows.iter_mut().zip(named) {
        row.push(name);
    }
    for name in &mut rows.names {
        match name.as_str() {
            "band" => "type_band".clone_into(name),
            "standing" => "type_standing".clone_into(name),
            "membership" => "type_share".clone_into(name),
            "next_cluster" => "type_next".clone_into(name),
            _ => {}
        }
    }
    with_names(&mut rows, &names(&Rows::of(&table_or_empty::<School>(tables)?)));
    rows.sort("cluster,municipality,name_short,school_id");
    Ok(vec![maker.sheet("types", &rows, &TYPES)])
}
