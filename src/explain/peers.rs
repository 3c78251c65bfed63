//! The fair comparison of a school: those in similar conditions, and its place among them.

use polars::prelude::lit;

use crate::base::{Fault, FaultCode, Result};
use crate::explain::find::{SchoolCard, find_school};
use crate::explain::source::{TableSource, at, is, rows, rows_if_there};
use crate::tables::{floats, ints, texts};

/// A school among its peers.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct PeerView {
    /// The school.
    pub school: SchoolCard,
    /// The year.
    pub year: i32,
    /// The nearest schools, the nearest first.
    pub peers: Vec<PeerLine>,
    /// Its places.
    pub places: Vec<PlaceLine>,
}

/// A school in similar conditions.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct PeerLine {
    /// Its code.
    pub school_id: String,
    /// Its name.
    pub name_short: String,
    /// Its municipality.
    pub municipality: String,
    /// How different its conditions are.
    pub distance: f64,
}

/// The place on an indicator.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct PlaceLine {
    /// The indicator, or `all`.
    pub indicator: String,
    /// The school's share.
    pub value: Option<f64>,
    /// The mean of its peers.
    pub peers_mean: Option<f64>,
    /// Expected place, 1 is the best.
    pub rank: f64,
    /// Lower end of its 95 % interval.
    pub rank_low: f64,
    /// Upper end of it.
    pub rank_high: f64,
    /// Schools compared.
    pub compared: i32,
    /// Probability that it is better than the mean of its peers.
    pub better: f64,
    /// `better`, `worse`, `alike`.
    pub verdict: String,
}

/// The peers of the school that the query means.
///
/// # Errors
/// `E202` where no school fits, the run has no peers, or none of this school; `E204` where several schools fit.
pub fn peers(source: TableSource<'_>, query: &str) -> Result<PeerView> {
    let school = find_school(source, query)?;
    let frame = rows(source, "peer", None, is("school_id", &school.school_id))?;
    let years = ints(&frame, "year")?;
    let year = years.iter().flatten().max().copied();
    let Some(year) = year else {
        return Err(Fault::new(FaultCode::NotFound).with("school", query).why("peers-none"));
    };
    let register = rows_if_there(
        source,
        "school",
        Some(&["year", "school_id", "name_short", "municipality"]),
        lit(true),
    )?;
    let (ids, names) = (texts(&register, "school_id")?, texts(&register, "name_short")?);
    let towns = texts(&register, "municipality")?;
    // the last row of a school is that of the latest year: the table is sorted by it
    let row_of = |id: &str| ids.iter().rposition(|own| own.as_deref() == Some(id));
    let (others, distances) = (texts(&frame, "peer_id")?, floats(&frame, "distance")?);
    let line = |row: usize| {
        let school_id = at(&others, row)?;
        let known = row_of(&school_id);
        let text = |values: &[Option<String>]| known.and_then(|row| at(values, row));
        Some(PeerLine {
            name_short: text(&names).unwrap_or_else(|| school_id.clone()),
            municipality: text(&towns).unwrap_or_default(),
            distance: at(&distances, row)?,
            school_id,
        })
    };
    let peers = (0..frame.height()).filter(|&row| at(&years, row) == Some(year)).filter_map(line).collect();
    Ok(PeerView { places: places(source, &school.school_id, year)?, peers, year, school })
}

fn places(source: TableSource<'_>, school: &str, year: i32) -> Result<Vec<PlaceLine>> {
    let frame = rows_if_there(source, "peer_place", None, is("school_id", school))?;
    let (years, indicators) = (ints(&frame, "year")?, texts(&frame, "indicator")?);
    let [value, mean, rank, low, high, better] =
        ["value", "peers_mean", "rank", "rank_low", "rank_high", "better"].map(|name| floats(&frame, name));
    let (value, mean, rank, low, high, better) = (value?, mean?, rank?, low?, high?, better?);
    let (compared, verdicts) = (ints(&frame, "compared")?, texts(&frame, "verdict")?);
    let line = |row: usize| {
        Some(PlaceLine {
            indicator: at(&indicators, row)?,
            value: at(&value, row),
            peers_mean: at(&mean, row),
            rank: at(&rank, row)?,
            rank_low: at(&low, row)?,
            rank_high: at(&high, row)?,
            compared: at(&compared, row)?,
            better: at(&better, row)?,
            verdict: at(&verdicts, row)?,
        })
    };
    Ok((0..frame.height()).filter(|&row| at(&years, row) == Some(year)).filter_map(line).collect())
}
