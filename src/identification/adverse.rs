//! The list by conditions of work: what the stage `context` computed, as entries and reasons like those of every list.

use std::collections::BTreeMap;

use polars::prelude::DataFrame;

use super::factor_change::{self, Factor, Side};
use super::rows::Written;
use crate::base::{Result, Year};
use crate::pipeline::Read;
use crate::tables::{
    AdverseIndex, AdverseShare, ListEntry, Reason, Register, Table, bools, floats, int64s, ints, texts,
};

/// What it reads; a pipeline without sets of shares has none of it.
pub(super) fn reads() -> Vec<Read> {
    [AdverseIndex::SPEC, AdverseShare::SPEC].map(|table| Read::all(table.name).or_empty()).to_vec()
}

/// One school of the set that makes the list, in one year.
pub(super) struct Place {
    pub list: String,
    pub school: String,
    pub state: String,
    pub cut: f64,
    pub index: Option<f64>,
    pub interval: Option<(f64, f64)>,
    /// Shares that are known.
    pub known: i32,
    /// Why the pack is not about it.
    pub outside: Option<String>,
}

impl Place {
    /// Does this interval lie wholly on the school's side of the cut?
    pub fn is_beyond(&self, low: f64, high: f64) -> bool {
        if self.state == "listed" { low >= self.cut } else { high < self.cut }
    }
}

/// Entries and reasons of the latest year in which a school has an index, and who entered or left since the year before it.
pub(super) fn list(
    index: &DataFrame,
    shares: &DataFrame,
    register: &Register,
    written: &mut Written,
) -> Result<()> {
    let Some((set, year)) = latest(index)? else { return Ok(()) };
    let places = places(index, &set, year)?;
    let list = places.first().map(|place| place.list.clone()).unwrap_or_default();
    let of_schools = of_schools(shares, &set, year, &list)?;
    for place in &places {
        let shares = of_schools.get(&place.school).map_or(&[][..], Vec::as_slice);
        written.entries.push(entry(place, year, shares, register));
        written.reasons.extend(shares.iter().cloned());
    }
    let before = side(shares, &set, year - 1, self::places(index, &set, year - 1)?)?;
    let now = side(shares, &set, year, places)?;
    written.changes.extend(factor_change::rows(&before, &now, &list, register));
    Ok(())
}

/// A year of the set with what each share adds to the index of each school.
fn side(frame: &DataFrame, set: &str, year: i32, places: Vec<Place>) -> Result<Side> {
    let (sets, years) = (texts(frame, "set")?, ints(frame, "year")?);
    let (schools, measures) = (texts(frame, "school_id")?, texts(frame, "measure")?);
    let (values, contributions) = (floats(frame, "value")?, floats(frame, "contribution")?);
    let (thresholds, pupils) = (floats(frame, "threshold")?, int64s(frame, "denominator")?);
    let mut factors: BTreeMap<String, Vec<Factor>> = BTreeMap::new();
    for row in 0..frame.height() {
        if at(&sets, row).as_deref() != Some(set) || at(&years, row) != Some(year) {
            continue;
        }
        let known = at(&schools, row).zip(at(&measures, row)).zip(at(&contributions, row));
        let Some(((school, measure), contribution)) = known else { continue };
        factors.entry(school).or_default().push(Factor {
            measure,
            contribution,
            value: at(&values, row),
            pupils: at(&pupils, row),
            threshold: at(&thresholds, row),
        });
    }
    Ok(Side { year, places, factors })
}

/// The set that makes the list, and the latest year in which it gives somebody an index.
fn latest(index: &DataFrame) -> Result<Option<(String, i32)>> {
    let rows = texts(index, "set")?.into_iter().zip(ints(index, "year")?);
    let rows = rows.zip(texts(index, "list")?).zip(floats(index, "index")?);
    let known = rows.filter_map(|(((set, year), list), index)| {
        list.and(index)?;
        Some((year?, set?))
    });
    Ok(known.max().map(|(year, set)| (set, year)))
}

fn places(index: &DataFrame, set: &str, year: i32) -> Result<Vec<Place>> {
    let (sets, years, lists) = (texts(index, "set")?, ints(index, "year")?, texts(index, "list")?);
    let (schools, states) = (texts(index, "school_id")?, texts(index, "state")?);
    let (cuts, lows, highs) = (floats(index, "cut")?, floats(index, "low")?, floats(index, "high")?);
    let indices = floats(index, "index")?.into_iter().zip(lows.into_iter().zip(highs));
    let known = ints(index, "measures_known")?.into_iter().zip(texts(index, "outside")?);
    let keys = sets.into_iter().zip(years).zip(lists).zip(schools).zip(states);
    let figures = cuts.into_iter().zip(indices).zip(known);
    let rows = keys.zip(figures).filter_map(|(key, ((cut, (index, (low, high))), (known, outside)))| {
        let ((((of, at), list), school), state) = key;
        (of.as_deref() == Some(set) && at == Some(year)).then_some(())?;
        Some(Place {
            list: list?,
            school: school?,
            state: state?,
            cut: cut?,
            index,
            interval: low.zip(high),
            known: known.unwrap_or_default(),
            outside,
        })
    });
    Ok(rows.collect())
}

fn entry(place: &Place, year: i32, shares: &[Reason], register: &Register) -> ListEntry {
    let registered = register.school(&place.school, Year(year));
    let small = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
    let met = shares.iter().filter(|reason| reason.met == Some(true));
    let obstacle = match place.state.as_str() {
        "not_assessable" if place.known == 0 => Some("no_passport".to_owned()),
        "not_assessable" => Some("few_measures".to_owned()),
        _ => place.outside.clone(),
    };
    ListEntry {
        list: place.list.clone(),
        year,
        school_id: place.school.clone(),
        name_short: registered.map_or_else(|| place.school.clone(), |entry| entry.name_short.clone()),
        municipality: registered.map(|entry| entry.municipality.clone()).unwrap_or_default(),
        state: place.state.clone(),
        criteria_met: small(met.count()),
        criteria_assessable: place.known,
        years: if obstacle.is_none() { year.to_string() } else { String::new() },
        verdict: place.interval.map(|(low, high)| {
            match (place.is_beyond(low, high), place.state == "listed") {
                (true, true) => "yes",
                (true, false) => "no",
                (false, _) => "undecided",
            }
            .to_owned()
        }),
        obstacle_year: (place.state == "not_assessable").then_some(year),
        obstacle,
        ..ListEntry::default()
    }
}

/// The shares of each school as reasons; one that tells schools apart no better than chance is none.
fn of_schools(frame: &DataFrame, set: &str, year: i32, list: &str) -> Result<BTreeMap<String, Vec<Reason>>> {
    let (sets, years) = (texts(frame, "set")?, ints(frame, "year")?);
    let (schools, measures) = (texts(frame, "school_id")?, texts(frame, "measure")?);
    let (states, signs) = (texts(frame, "state")?, texts(frame, "comparison")?);
    let (above, below) = (int64s(frame, "numerator")?, int64s(frame, "denominator")?);
    let (values, lows, highs) = (floats(frame, "value")?, floats(frame, "low")?, floats(frame, "high")?);
    let (thresholds, chances) = (floats(frame, "threshold")?, floats(frame, "probability")?);
    let (met, distances) = (bools(frame, "met")?, int64s(frame, "distance_pupils")?);
    let mut out: BTreeMap<String, Vec<Reason>> = BTreeMap::new();
    for row in 0..frame.height() {
        let mine = at(&sets, row).as_deref() == Some(set) && at(&years, row) == Some(year);
        let (Some(school), Some(threshold)) = (at(&schools, row), at(&thresholds, row)) else { continue };
        if !mine {
            continue;
        }
        out.entry(school.clone()).or_default().push(Reason {
            list: list.to_owned(),
            year,
            school_id: school,
            criterion: at(&measures, row).unwrap_or_default(),
            criterion_year: year,
            state: at(&states, row).unwrap_or_default(),
            value: at(&values, row),
            low: at(&lows, row),
            high: at(&highs, row),
            numerator: at(&above, row),
            denominator: at(&below, row),
            threshold,
            comparison: at(&signs, row).unwrap_or_default(),
            met: at(&met, row),
            distance_pupils: at(&distances, row),
            probability: at(&chances, row),
        });
    }
    Ok(out)
}

fn at<T: Clone>(column: &[Option<T>], row: usize) -> Option<T> {
    column.get(row).cloned().flatten()
}
