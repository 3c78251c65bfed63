//! Pupils counted by school and year.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use polars::prelude::{DataFrame, IntoLazy, LazyFrame, UniqueKeepStrategy, col, cols};
use rayon::prelude::*;

use crate::base::{Fault, FaultCode, Result, Year};
use crate::method::Indicator;
use crate::tables::{Register, int64s, ints, polars_refused, texts};

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
    pub applicable: Arc<BTreeSet<String>>,
}

/// Counts indicators, each in its table; `frame` gives a table by its name. Indicators of one grade mostly apply to the
/// same schools: these are looked up once.
pub(super) fn count<'a>(
    indicators: &[Indicator],
    frame: impl Fn(&str) -> Result<&'a DataFrame> + Sync,
) -> Vec<Result<Counted>> {
    let condition = |indicator: &Indicator| (indicator.table.name, indicator.applicable.text.clone());
    let conditions: BTreeMap<_, &Indicator> = indicators.iter().map(|i| (condition(i), i)).collect();
    let applicable: BTreeMap<_, Result<Arc<BTreeSet<String>>>> = conditions
        .into_par_iter()
        .map(|(condition, i)| {
            (condition, frame(i.table.name).and_then(|frame| applicable(i, frame)).map(Arc::new))
        })
        .collect();
    let counted = indicators.par_iter().map(|i| {
        let counts = frame(i.table.name).and_then(|frame| counts(i, frame))?;
        let applicable = match applicable.get(&condition(i)) {
            Some(Ok(schools)) => Arc::clone(schools),
            _ => Arc::new(frame(i.table.name).and_then(|frame| self::applicable(i, frame))?),
        };
        Ok(Counted { counts, applicable })
    });
    counted.collect()
}

/// By year and school; only schools with a denominator above 0.
fn counts(indicator: &Indicator, frame: &DataFrame) -> Result<BTreeMap<Year, BTreeMap<String, Counts>>> {
    let rows = frame.clone().lazy().filter(indicator.rows()?);
    let grouped = collect(indicator.formula.count(rows, &["year", "school_id"])?)?;
    let rows = ints(&grouped, "year")?
        .into_iter()
        .zip(texts(&grouped, "school_id")?)
        .zip(int64s(&grouped, "numerator")?)
        .zip(int64s(&grouped, "denominator")?);
    let mut counted: BTreeMap<Year, BTreeMap<String, Counts>> = BTreeMap::new();
    for (((year, school), numerator), denominator) in rows {
        let (Some(year), Some(school)) = (year, school) else { continue };
        let counts =
            Counts { numerator: numerator.unwrap_or_default(), denominator: denominator.unwrap_or_default() };
        if counts.numerator < 0 || counts.numerator > counts.denominator {
            return Err(Fault::new(FaultCode::QueryInvalid)
                .with("school", school)
                .why("query-more-than-all"));
        }
        if counts.denominator > 0 {
            counted.entry(Year(year)).or_default().insert(school, counts);
        }
    }
    Ok(counted)
}

/// Schools to which an indicator applies in any year.
fn applicable(indicator: &Indicator, frame: &DataFrame) -> Result<BTreeSet<String>> {
    let schools = frame.clone().lazy().filter(indicator.applicable_rows()?).select([col("school_id")]);
    let schools = collect(schools.unique(Some(cols(["school_id"])), UniqueKeepStrategy::Any))?;
    Ok(texts(&schools, "school_id")?.into_iter().flatten().collect())
}

impl Counted {
    /// The pupils of branches counted with those of the schools at the top: a branch has no figure of its own.
    pub fn with_parents(mut self, register: &Register) -> Self {
        for (&year, schools) in &mut self.counts {
            let branches: Vec<(String, String)> = schools
                .keys()
                .filter_map(|id| Some((id.clone(), register.head(id, year)?.to_owned())))
                .collect();
            for (branch, head) in branches {
                let Some(mine) = schools.remove(&branch) else { continue };
                let counts = schools.entry(head).or_default();
                counts.numerator += mine.numerator;
                counts.denominator += mine.denominator;
            }
        }
        let heads: BTreeSet<String> = self
            .applicable
            .iter()
            .flat_map(|id| self.counts.keys().filter_map(|&year| register.head(id, year)))
            .filter(|head| !self.applicable.contains(*head))
            .map(str::to_owned)
            .collect();
        if !heads.is_empty() {
            self.applicable = Arc::new(self.applicable.iter().cloned().chain(heads).collect());
        }
        self
    }
}

fn collect(frame: LazyFrame) -> Result<DataFrame> {
    // What Polars says of a value that it cannot use quotes the value: it is not passed on.
    frame.collect().map_err(|error| polars_refused(Fault::new(FaultCode::QueryInvalid), &error))
}
