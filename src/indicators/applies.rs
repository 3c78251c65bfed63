//! What the register says of an indicator: a school that has no such grades is no school without results.

use std::collections::BTreeMap;

use polars::prelude::{DataFrame, IntoLazy, col};

use super::counts::collect;
use crate::base::{Result, Year};
use crate::method::Indicator;
use crate::tables::{bools, ints, texts};

/// Does an indicator apply to a school in a year? As the register of the year says, or the nearest one: of the years before
/// the latest, else of those after the first.
#[derive(Debug, Default)]
pub(super) struct Applies(BTreeMap<String, BTreeMap<Year, Option<bool>>>);

impl Applies {
    /// Asks the register; of an indicator that does not, nothing is known. Where a school stands twice in a year its first
    /// row counts.
    pub fn read(indicator: &Indicator, register: &DataFrame) -> Result<Self> {
        let Some(condition) = indicator.applicable_by_register()? else { return Ok(Self::default()) };
        let said = [col("year"), col("school_id"), condition.alias("applies")];
        let said = collect(register.clone().lazy().select(said))?;
        let mut schools = Self::default();
        let rows = ints(&said, "year")?.into_iter().zip(texts(&said, "school_id")?);
        for ((year, school), applies) in rows.zip(bools(&said, "applies")?) {
            let (Some(year), Some(school)) = (year, school) else { continue };
            schools.0.entry(school).or_default().entry(Year(year)).or_insert(applies);
        }
        Ok(schools)
    }

    /// Yes, no, or nothing.
    pub fn says(&self, school: &str, year: Year) -> Option<bool> {
        let years = self.0.get(school)?;
        let (_, applies) = years.range(..=year).next_back().or_else(|| years.iter().next())?;
        *applies
    }
}
