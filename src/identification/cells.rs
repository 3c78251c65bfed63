//! The schools' figures, by indicator, year and school.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::DataFrame;

use super::rule::Cell;
use crate::base::{Result, Year};
use crate::tables::{floats, int64s, ints, texts};

/// Figures of all schools.
#[derive(Default)]
pub(super) struct Cells {
    cells: BTreeMap<String, BTreeMap<Year, BTreeMap<String, Cell>>>,
    nothing: Cell,
}

impl Cells {
    /// Reads the rows of schools out of `indicator_value`.
    pub fn read(frame: &DataFrame) -> Result<Self> {
        let indicators = texts(frame, "indicator")?.into_iter();
        let keys =
            indicators.zip(ints(frame, "year")?).zip(texts(frame, "level")?).zip(texts(frame, "entity_id")?);
        let counts = int64s(frame, "numerator")?.into_iter().zip(int64s(frame, "denominator")?);
        let intervals = floats(frame, "low")?.into_iter().zip(floats(frame, "high")?);
        let figures = texts(frame, "state")?.into_iter().zip(counts).zip(intervals);
        let mut cells =
            Self { nothing: Cell { state: "missing".to_owned(), ..Cell::default() }, ..Self::default() };
        for ((((indicator, year), level), id), ((state, (x, n)), (low, high))) in keys.zip(figures) {
            let (Some(indicator), Some(year), Some(id), Some(state)) = (indicator, year, id, state) else {
                continue;
            };
            if level.as_deref() == Some("school") {
                let cell = Cell { state, counts: x.zip(n), interval: low.zip(high) };
                cells.cells.entry(indicator).or_default().entry(Year(year)).or_default().insert(id, cell);
            }
        }
        Ok(cells)
    }

    /// One figure; `missing` where there is no row.
    pub fn get(&self, indicator: &str, year: Year, school: &str) -> &Cell {
        self.cells
            .get(indicator)
            .and_then(|years| years.get(&year))
            .and_then(|schools| schools.get(school))
            .unwrap_or(&self.nothing)
    }

    /// The schools that have counts in a year.
    pub fn schools(&self, year: Year) -> BTreeSet<&str> {
        self.cells
            .values()
            .filter_map(|years| years.get(&year))
            .flatten()
            .filter(|(_, cell)| cell.counts.is_some())
            .map(|(school, _)| school.as_str())
            .collect()
    }

    /// The counts of a criterion's schools in a year.
    pub fn counts(&self, indicator: &str, year: Year) -> impl Iterator<Item = (&str, (i64, i64))> {
        let schools = self.cells.get(indicator).and_then(|years| years.get(&year));
        schools.into_iter().flatten().filter_map(|(school, cell)| Some((school.as_str(), cell.counts?)))
    }
}
