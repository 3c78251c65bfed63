//! Pupils counted by school and year.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::{DataFrame, IntoLazy, LazyFrame, UniqueKeepStrategy, col, cols};

use crate::base::{Fault, FaultCode, Result, Year};
use crate::method::Indicator;
use crate::tables::{int64s, ints, texts};

/// Two counts: above the line and below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Counts {
    pub numerator: i64,
    pub denominator: i64,
}

/// What the table says of one indicator.
#[derive(Debug, Default)]
pub(super) struct Counted {
    /// By year and school; only schools with a denominator above 0.
    pub counts: BTreeMap<Year, BTreeMap<String, Counts>>,
    /// Schools to which the indicator applies in any year.
    pub applicable: BTreeSet<String>,
}

/// Counts an indicator in its table.
pub(super) fn count(indicator: &Indicator, frame: &DataFrame) -> Result<Counted> {
    let keys = ["year", "school_id"];
    let grouped =
        frame.clone().lazy().filter(indicator.rows()?).group_by(keys.map(col)).agg(indicator.counts()?);
    let grouped = collect(grouped)?;
    let rows = ints(&grouped, "year")?
        .into_iter()
        .zip(texts(&grouped, "school_id")?)
        .zip(int64s(&grouped, "numerator")?)
        .zip(int64s(&grouped, "denominator")?);
    let mut counted = Counted::default();
    for (((year, school), numerator), denominator) in rows {
        let (Some(year), Some(school)) = (year, school) else { continue };
        let counts =
            Counts { numerator: numerator.unwrap_or_default(), denominator: denominator.unwrap_or_default() };
        if counts.numerator < 0 || counts.numerator > counts.denominator {
            return Err(Fault::new(FaultCode::QueryInvalid)
                .with("school", school)
                .because("the numerator counts pupils whom the denominator does not"));
        }
        if counts.denominator > 0 {
            counted.counts.entry(Year(year)).or_default().insert(school, counts);
        }
    }
    let schools = frame.clone().lazy().filter(indicator.applicable_rows()?).select([col("school_id")]);
    let schools = collect(schools.unique(Some(cols(["school_id"])), UniqueKeepStrategy::Any))?;
    counted.applicable = texts(&schools, "school_id")?.into_iter().flatten().collect();
    Ok(counted)
}

fn collect(frame: LazyFrame) -> Result<DataFrame> {
    frame.collect().map_err(|error| Fault::new(FaultCode::QueryInvalid).because(error))
}
