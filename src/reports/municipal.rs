//! One workbook a municipality: the same sheets, with its own schools and no other's.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::{DataFrame, IntoLazy, NamedFrom, Series, col, lit};

use crate::base::{Fault, FaultCode, Result};
use crate::reports::table_or_empty;
use crate::tables::{self, IndicatorValue, ListEntry, Table};

/// A municipality: the name of its file, and the tables with nothing but its schools.
pub struct Municipal {
    /// The file, without folder and ending.
    pub file: String,
    /// The tables.
    pub tables: BTreeMap<&'static str, DataFrame>,
}

/// The tables of each municipality that has an entry on a list, in the order of their names. A table without schools stays
/// as it is; rows that speak of no school stay out.
///
/// # Errors
/// `E803` where a table has not its columns, `E101` for a bug.
pub fn municipal(tables: &BTreeMap<&'static str, DataFrame>) -> Result<Vec<Municipal>> {
    let entries = table_or_empty::<ListEntry>(tables)?;
    let rows =
        tables::texts(&entries, "municipality")?.into_iter().zip(tables::texts(&entries, "school_id")?);
    let mut schools: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (municipality, school) in rows {
        if let (Some(municipality), Some(school)) = (municipality.filter(|name| !name.is_empty()), school) {
            schools.entry(municipality).or_default().insert(school);
        }
    }
    let mut taken = BTreeSet::new();
    schools
        .into_iter()
        .map(|(municipality, schools)| {
            let file = file(&municipality, &mut taken);
            let of = |name: &str, frame: &DataFrame| of_schools(name, frame, &schools);
            let tables =
                tables.iter().map(|(name, frame)| Ok((*name, of(name, frame)?))).collect::<Result<_>>()?;
            Ok(Municipal { file, tables })
        })
        .collect()
}

fn of_schools(name: &str, frame: &DataFrame, schools: &BTreeSet<String>) -> Result<DataFrame> {
    let is_column = |name: &str| frame.get_column_names().iter().any(|column| column.as_str() == name);
    if !is_column("school_id") {
        return Ok(frame.clone());
    }
    let ids = Series::new("school_id".into(), schools.iter().map(String::as_str).collect::<Vec<_>>());
    let own = col("school_id").is_in(lit(ids).implode(true), false);
    // the region stands beside a school in every municipality
    let region = || col("level").eq(lit("region"));
    let fit = if name == IndicatorValue::SPEC.name { own.or(region()) } else { own };
    frame.clone().lazy().filter(fit).collect().map_err(|error| Fault::new(FaultCode::Bug).because(error))
}

/// A name that every system of files takes: letters, digits, blanks, dots and dashes.
fn file(municipality: &str, taken: &mut BTreeSet<String>) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '.');
    let kept: String = municipality.chars().map(|c| if plain(c) { c } else { '_' }).take(80).collect();
    let kept = kept.trim_matches([' ', '.']).to_owned();
    let kept = if kept.is_empty() { "_".to_owned() } else { kept };
    let mut name = kept.clone();
    let mut number = 2;
    while !taken.insert(name.to_lowercase()) {
        name = format!("{kept} {number}");
        number += 1;
    }
    name
}

#[cfg(test)]
mod tests {
    use super::file;

    #[test]
    fn names_of_files_are_plain_and_differ() {
        let mut taken = std::collections::BTreeSet::new();
        let names =
            ["г. Новый", "А/Б район", "а_б район", "..", "г. Новый "].map(|name| file(name, &mut taken));
        assert_eq!(names, ["г. Новый", "А_Б район", "а_б район 2", "_", "г. Новый 2"]);
    }
}
