//! The sheet of what no list counts: beside the schools that a list is about their results without a threshold, tasks, participation.

use std::collections::BTreeMap;

use polars::prelude::{DataFrame, IntoLazy, NamedFrom, Series, col, lit};

use crate::base::{Fault, FaultCode, Result};
use crate::grid::Sheet;
use crate::reports::columns::{Column, paper};
use crate::reports::official::{names, with_names};
use crate::reports::rows::{Datum, Rows};
use crate::reports::table_or_empty;
use crate::reports::workbook::Maker;
use crate::tables::{IndicatorValue, School};

const COLUMNS: [Column; 13] = [
    paper("municipality", 20.0),
    paper("name_short", 28.0),
    paper("school_id", 10.0),
    paper("indicator", 50.0),
    paper("year", 8.0),
    paper("state", 14.0),
    paper("value", 11.0),
    paper("low", 11.0),
    paper("high", 11.0),
    paper("numerator", 12.0),
    paper("denominator", 12.0),
    paper("unit", 24.0),
    paper("region_value", 12.0),
];

/// The sheet, of the schools that stand on a list or of which nobody can say whether they should; nothing where the pack has
/// no such figures.
///
/// # Errors
/// `E803` where a table has not its columns.
pub fn sheet(
    maker: &Maker<'_>,
    tables: &BTreeMap<&'static str, DataFrame>,
    entries: &Rows,
) -> Result<Option<Sheet>> {
    let others = maker.pack.indicators.iter().filter(|i| !maker.pack.is_criterion(&i.id));
    let others: Vec<&str> = others.map(|indicator| indicator.id.as_str()).collect();
    let (Some(year), false) = (maker.year, others.is_empty()) else { return Ok(None) };
    let concerned = |row: &&Vec<Datum>| {
        let is = |column: &str, word: &str| entries.at(row, column).text() == Some(word);
        is("state", "listed") || is("decided", "listed") || is("verdict", "undecided")
    };
    let schools: Vec<&str> =
        entries.rows.iter().filter(concerned).filter_map(|row| entries.at(row, "school_id").text()).collect();
    let picked = figures(&table_or_empty::<IndicatorValue>(tables)?, year, &others, &schools)?;
    let mut rows = with_region(picked);
    if rows.rows.is_empty() {
        return Ok(None);
    }
    with_names(&mut rows, &names(&Rows::of(&table_or_empty::<School>(tables)?)));
    // in the order of the pack, not of the alphabet
    let place = |row: &Vec<Datum>| {
        let id = rows.at(row, "indicator").text();
        others.iter().position(|other| Some(*other) == id)
    };
    let places: Vec<Datum> = rows
        .rows
        .iter()
        .map(|row| place(row).and_then(|at| i64::try_from(at).ok()).map_or(Datum::Missing, Datum::Int))
        .collect();
    rows.names.push("place_in_pack".to_owned());
    rows.rows.iter_mut().zip(places).for_each(|(row, place)| row.push(place));
    rows.sort("municipality,name_short,school_id,place_in_pack");
    Ok(Some(maker.sheet("others", &rows, &COLUMNS)))
}

/// The figures of these schools and of the region.
fn figures(frame: &DataFrame, year: i32, indicators: &[&str], schools: &[&str]) -> Result<Rows> {
    let among = |column: &str, words: &[&str]| {
        col(column).is_in(lit(Series::new(column.into(), words)).implode(true), false)
    };
    let theirs = col("level").eq(lit("school")).and(among("school_id", schools));
    let fit = col("year")
        .eq(lit(year))
        .and(among("indicator", indicators))
        .and(col("level").eq(lit("region")).or(theirs));
    let picked = frame.clone().lazy().filter(fit).collect();
    Ok(Rows::of(&picked.map_err(|error| Fault::new(FaultCode::Bug).because(error))?))
}

/// The rows of schools, with the value of the region beside each.
fn with_region(mut rows: Rows) -> Rows {
    let (region, mut schools): (Vec<_>, Vec<_>) = std::mem::take(&mut rows.rows)
        .into_iter()
        .partition(|row| rows.at(row, "level").text() == Some("region"));
    let indicator = |row: &[Datum]| rows.at(row, "indicator").text().map(str::to_owned);
    let values: BTreeMap<Option<String>, Datum> =
        region.iter().map(|row| (indicator(row), plain(rows.at(row, "value")))).collect();
    for row in &mut schools {
        let value = values.get(&indicator(row)).cloned().unwrap_or(Datum::Missing);
        row.push(value);
    }
    rows.names.push("region_value".to_owned());
    rows.rows = schools;
    rows
}

/// The region's mean of standardised scores is 0 but for rounding, which would be shown as −0,00.
fn plain(value: &Datum) -> Datum {
    match value {
        Datum::Real(value) if value.abs() < 1e-9 => Datum::Real(0.0),
        other => other.clone(),
    }
}
