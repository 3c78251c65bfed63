//! What a regression is made of: one row a school and year.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::DataFrame;

use crate::base::{Finding, Result, Year};
use crate::pipeline::unusable;
use crate::stats::shrunken_logits;
use crate::tables::{Register, Shares, int64s, ints, texts};

/// The columns of `indicator_value` that are read.
pub(super) const OUTCOME_COLUMNS: &[&str] =
    &["indicator", "year", "level", "entity_id", "state", "numerator", "denominator"];

/// Counts of the outcomes by indicator and (year, school). A school below the pack's minimum of pupils takes part: its
/// counts weigh little, and leaving small schools out would bend the picture.
pub(super) struct Outcomes(BTreeMap<String, Counted>);

/// Counts of one outcome by year and school.
pub(super) type Counted = BTreeMap<(i32, String), (u64, u64)>;

impl Outcomes {
    pub(super) fn read(frame: &DataFrame, wanted: &[String]) -> Result<Self> {
        let mut outcomes = Self(BTreeMap::new());
        let (indicators, years) = (texts(frame, "indicator")?, ints(frame, "year")?);
        let (levels, entities, states) =
            (texts(frame, "level")?, texts(frame, "entity_id")?, texts(frame, "state")?);
        let (above, below) = (int64s(frame, "numerator")?, int64s(frame, "denominator")?);
        let rows = indicators.into_iter().zip(years).zip(levels.into_iter().zip(entities).zip(states));
        for (((indicator, year), ((level, entity), state)), counts) in rows.zip(above.into_iter().zip(below))
        {
            let (Some(indicator), Some(year), Some(school)) = (indicator, year, entity) else { continue };
            let counted = matches!(state.as_deref(), Some("value" | "not_assessable"));
            if !counted || level.as_deref() != Some("school") || !wanted.contains(&indicator) {
                continue;
            }
            if let Some(counts) = whole(counts) {
                outcomes.0.entry(indicator).or_default().insert((year, school), counts);
            }
        }
        Ok(outcomes)
    }

    pub(super) fn of(&self, outcome: &str) -> Option<&Counted> {
        self.0.get(outcome)
    }
}

fn whole((above, below): (Option<i64>, Option<i64>)) -> Option<(u64, u64)> {
    let (above, below) = (u64::try_from(above?).ok()?, u64::try_from(below?).ok()?);
    (below > 0 && above <= below).then_some((above, below))
}

/// The factors, standardised within each year.
pub(super) struct Scaled {
    /// Value by factor, year and school. A factor that tells nothing in a year has no entry for it.
    z: BTreeMap<(String, i32), BTreeMap<String, f64>>,
    /// What was left out.
    pub(super) findings: Vec<Finding>,
}

impl Scaled {
    pub(super) fn of(years: &[Year], shares: &Shares, factors: &[&str]) -> Result<Self> {
        let mut scaled = Self { z: BTreeMap::new(), findings: Vec::new() };
        for year in years {
            for &factor in factors {
                let (schools, counts): (Vec<String>, Vec<_>) = shares
                    .counts(year.0, factor)
                    .into_iter()
                    .map(|(school, counts)| (school, Some(counts)))
                    .unzip();
                match shrunken_logits(&counts) {
                    Ok(logits) => {
                        let values = schools.into_iter().zip(logits.z);
                        let known = values.filter_map(|(school, z)| z.map(|z| (school, z))).collect();
                        scaled.z.insert((factor.to_owned(), year.0), known);
                    }
                    Err(trouble) => scaled.findings.push(unusable(factor, year.0, trouble)?),
                }
            }
        }
        Ok(scaled)
    }

    fn usable(&self, factor: &str, year: i32) -> bool {
        self.z.contains_key(&(factor.to_owned(), year))
    }

    fn value(&self, factor: &str, year: i32, school: &str) -> Option<f64> {
        self.z.get(&(factor.to_owned(), year))?.get(school).copied()
    }
}

/// The rows of one outcome's regression.
#[derive(Default)]
pub(super) struct Data {
    pub(super) successes: Vec<u64>,
    pub(super) trials: Vec<u64>,
    pub(super) years: Vec<i32>,
    /// Values of the factors that take part, row by row.
    pub(super) values: Vec<Vec<f64>>,
    /// The factors that take part.
    pub(super) factors: Vec<String>,
    /// Number of the cluster of each row.
    pub(super) clusters: Vec<usize>,
    /// Schools among the rows.
    pub(super) schools: usize,
}

impl Data {
    /// Complete rows: a school and year with the outcome, its municipality and every factor that takes part. A year
    /// without any usable factor takes no part; a factor takes part where it is usable in all the others.
    pub(super) fn of(
        outcome: Option<&Counted>,
        scaled: &Scaled,
        register: &Register,
        asked: &[&str],
        cluster: &str,
    ) -> Self {
        let Some(outcome) = outcome else { return Self::default() };
        let with_outcome: BTreeSet<i32> = outcome.keys().map(|(year, _)| *year).collect();
        let years: BTreeSet<i32> =
            with_outcome.into_iter().filter(|&year| asked.iter().any(|f| scaled.usable(f, year))).collect();
        let factors: Vec<&str> =
            asked.iter().copied().filter(|f| years.iter().all(|&year| scaled.usable(f, year))).collect();
        let mut data = Self { factors: factors.iter().map(|&f| f.to_owned()).collect(), ..Self::default() };
        let mut clusters: BTreeMap<&str, usize> = BTreeMap::new();
        let mut schools = BTreeSet::new();
        for ((year, school), &(above, below)) in outcome {
            let values: Option<Vec<f64>> = factors.iter().map(|f| scaled.value(f, *year, school)).collect();
            let municipality = register.school(school, Year(*year)).map(|entry| entry.municipality.as_str());
            let (Some(values), Some(municipality), true) = (values, municipality, years.contains(year))
            else {
                continue;
            };
            let next = clusters.len();
            let name = if cluster == "school" { school.as_str() } else { municipality };
            data.clusters.push(*clusters.entry(name).or_insert(next));
            data.successes.push(above);
            data.trials.push(below);
            data.years.push(*year);
            data.values.push(values);
            schools.insert(school);
        }
        data.schools = schools.len();
        data
    }

    pub(super) fn distinct_clusters(&self) -> usize {
        self.clusters.iter().max().map_or(0, |last| last + 1)
    }
}
