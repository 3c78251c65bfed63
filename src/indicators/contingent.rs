//! Pupils of whom no row was sent: where the pack names the measure that counts all pupils of a grade, they stand below the line too.

use std::collections::BTreeMap;

use polars::prelude::{DataFrame, IntoLazy, col, lit};

use super::amount::Amount;
use super::counts::{Counted, collect};
use crate::base::{Result, Year};
use crate::method::Indicator;
use crate::tables::{floats, ints, texts};

/// All pupils of schools by year, and where those stand who have no row.
pub(super) struct Contingent {
    pupils: BTreeMap<Year, BTreeMap<String, i64>>,
    above: bool,
}

impl Contingent {
    /// The columns of `measure` that are looked at.
    pub const COLUMNS: [&'static str; 4] = ["measure", "school_id", "value", "year"];

    /// What an indicator's measure says; `None` where the pack names none. Of two figures of a year the first counts.
    ///
    /// # Errors
    /// As [`crate::method::Formula::count`].
    pub fn read(indicator: &Indicator, measures: Option<&DataFrame>) -> Result<Option<Self>> {
        let (Some(measure), Some(measures)) = (&indicator.contingent, measures) else { return Ok(None) };
        let Some(above) = indicator.of_nobody()? else { return Ok(None) };
        let rows = collect(measures.clone().lazy().filter(col("measure").eq(lit(measure.clone()))))?;
        let mut pupils: BTreeMap<Year, BTreeMap<String, i64>> = BTreeMap::new();
        let keys = ints(&rows, "year")?.into_iter().zip(texts(&rows, "school_id")?);
        for ((year, school), value) in keys.zip(floats(&rows, "value")?) {
            let (Some(year), Some(school), Some(value)) = (year, school, value) else { continue };
            #[expect(clippy::cast_possible_truncation, reason = "a number of pupils of a school")]
            let whole = value.clamp(0.0, 1e6) as i64;
            pupils.entry(Year(year)).or_default().entry(school).or_insert(whole);
        }
        Ok(Some(Self { pupils, above }))
    }

    /// Puts those without rows beside those with rows, in every school that has rows: one of which nothing was sent stays
    /// without results. A count smaller than that of the rows is an error of its form, and is passed over.
    pub fn put(&self, year: Year, mut counted: Counted) -> Counted {
        let Some(pupils) = self.pupils.get(&year) else { return counted };
        for (school, amount) in &mut counted.schools {
            if let (Some(all), Amount::Share(counts)) = (pupils.get(school), amount) {
                let unseen = (all - counts.denominator).max(0);
                counts.denominator += unseen;
                counts.numerator += if self.above { unseen } else { 0 };
            }
        }
        counted
    }
}
