//! What a regression is made of: results of schools in tests, and what is known of the schools.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::{DataFrame, IntoLazy, col};

use crate::base::{Fault, FaultCode, Result, Year};
use crate::method::{Explained, FactorOutcome, Indicator, MethodPack, ScoreColumn};
use crate::stats::{mean, sum};
use crate::tables::{Shares, floats, int64s, ints, polars_refused, texts};

/// The columns of `indicator_value` that are read.
pub(super) const COUNT_COLUMNS: &[&str] =
    &["indicator", "year", "level", "entity_id", "state", "numerator", "denominator"];
/// The columns of `result` that scores need beside those of the indicators' conditions.
pub(super) const SCORE_COLUMNS: &[&str] =
    &["year", "school_id", "score_tasks", "score_printed", "test_score", "max_score"];

/// An indicator in a year.
pub(super) type Test = (String, i32);

/// What a school shows in a test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Seen {
    /// So many of so many.
    Counts(u64, u64),
    /// Mean per cent of the highest score, pupils, and their squared deviations from the mean.
    Score(f64, u64, f64),
}

impl Seen {
    pub(super) fn pupils(self) -> u64 {
        match self {
            Self::Counts(_, all) | Self::Score(_, all, _) => all,
        }
    }
}

/// The results of an outcome by test and school.
pub(super) type Results = BTreeMap<Test, BTreeMap<String, Seen>>;

/// Counts of indicators by test and school. A school below the pack's minimum of pupils takes part: its counts weigh little,
/// and leaving small schools out would bend the picture. A year that the pack excludes does not.
pub(super) struct Counted(BTreeMap<Test, BTreeMap<String, (u64, u64)>>);

impl Counted {
    pub(super) fn read(frame: &DataFrame, pack: &MethodPack) -> Result<Self> {
        let mut counted: BTreeMap<Test, BTreeMap<String, (u64, u64)>> = BTreeMap::new();
        let (indicators, years) = (texts(frame, "indicator")?, ints(frame, "year")?);
        let (levels, entities, states) =
            (texts(frame, "level")?, texts(frame, "entity_id")?, texts(frame, "state")?);
        let (above, below) = (int64s(frame, "numerator")?, int64s(frame, "denominator")?);
        let rows = indicators.into_iter().zip(years).zip(levels.into_iter().zip(entities).zip(states));
        for (((indicator, year), ((level, entity), state)), counts) in rows.zip(above.into_iter().zip(below))
        {
            let (Some(indicator), Some(year), Some(school)) = (indicator, year, entity) else { continue };
            let known = matches!(state.as_deref(), Some("value" | "not_assessable"));
            let excluded = pack.indicator(&indicator).is_none_or(|i| i.excludes(Year(year)));
            if !known || excluded || level.as_deref() != Some("school") {
                continue;
            }
            if let Some(counts) = whole(counts) {
                counted.entry((indicator, year)).or_default().insert(school, counts);
            }
        }
        Ok(Self(counted))
    }

    /// Low results of the outcome's indicators, or participants by those of its base.
    pub(super) fn results(&self, outcome: &FactorOutcome) -> Results {
        let tests = self.0.iter().filter(|((indicator, _), _)| outcome.indicators.contains(indicator));
        let of = |(test, schools): (&Test, &BTreeMap<String, (u64, u64)>)| {
            let base = outcome.base.as_ref().map(|base| self.0.get(&(base.clone(), test.1)));
            let seen = |(school, &(low, all)): (&String, &(u64, u64))| {
                let seen = match base {
                    None => Seen::Counts(low, all),
                    Some(base) => {
                        let whole = base?.get(school)?.1;
                        // who sits this test and not that one was no part of the whole
                        Seen::Counts(all.min(whole), whole)
                    }
                };
                Some((school.clone(), seen))
            };
            (test.clone(), schools.iter().filter_map(seen).collect())
        };
        tests.map(of).collect()
    }
}

fn whole((above, below): (Option<i64>, Option<i64>)) -> Option<(u64, u64)> {
    let (above, below) = (u64::try_from(above?).ok()?, u64::try_from(below?).ok()?);
    (below > 0 && above <= below).then_some((above, below))
}

/// Mean scores of the pupils whom an indicator counts, in per cent of the highest.
pub(super) fn scores(frame: &DataFrame, pack: &MethodPack, outcome: &FactorOutcome) -> Result<Results> {
    let Explained::Score(column) = outcome.explained else { return Ok(Results::new()) };
    let mut results = Results::new();
    for id in &outcome.indicators {
        let Some(indicator) = pack.indicator(id).filter(|i| i.table.name == "result") else { continue };
        let highest = outcome.out_of.iter().find(|(of, _)| of == id).map(|(_, highest)| *highest);
        for ((year, school), values) in percents(frame, indicator, column, highest)? {
            if indicator.excludes(Year(year)) {
                continue;
            }
            let Some(centre) = mean(&values) else { continue };
            let squares: Vec<f64> = values.iter().map(|v| (v - centre) * (v - centre)).collect();
            let seen = Seen::Score(centre, values.len() as u64, sum(&squares));
            results.entry((id.clone(), year)).or_default().insert(school, seen);
        }
    }
    Ok(results)
}

type Percents = BTreeMap<(i32, String), Vec<f64>>;

fn percents(
    frame: &DataFrame,
    indicator: &Indicator,
    column: ScoreColumn,
    highest: Option<f64>,
) -> Result<Percents> {
    let rows = frame
        .clone()
        .lazy()
        .filter(indicator.rows()?)
        .select(SCORE_COLUMNS.iter().map(|&c| col(c)).collect::<Vec<_>>());
    let rows = rows.collect().map_err(|error| polars_refused(Fault::new(FaultCode::QueryInvalid), &error))?;
    let years = ints(&rows, "year")?;
    let malformed = |error| Fault::new(FaultCode::TableMalformed).with("column", "school_id").because(error);
    let schools = rows.column("school_id").map_err(malformed)?.as_materialized_series();
    let schools = schools.str().map_err(malformed)?;
    let (tasks, printed) = (floats(&rows, "score_tasks")?, floats(&rows, "score_printed")?);
    let (tests, most) = (floats(&rows, "test_score")?, floats(&rows, "max_score")?);
    let scores = tasks.into_iter().zip(printed).zip(tests.into_iter().zip(most));
    // a school's pupils stand together in its file: its name is copied and looked up once a run of rows
    let mut run: Option<(i32, &str, Vec<f64>)> = None;
    let mut values = Percents::new();
    let mut add = |run: Option<(i32, &str, Vec<f64>)>| {
        if let Some((year, school, mut of_run)) = run {
            values.entry((year, school.to_owned())).or_default().append(&mut of_run);
        }
    };
    for ((year, school), ((tasks, printed), (test, most))) in
        years.into_iter().zip(schools.iter()).zip(scores)
    {
        let (score, most) = match column {
            ScoreColumn::Tasks => (tasks.or(printed), most.or(highest)),
            ScoreColumn::Printed => (printed, most.or(highest)),
            ScoreColumn::Test => (test, Some(100.0)),
        };
        let (Some(year), Some(school), Some(score), Some(most)) = (year, school, score, most) else {
            continue;
        };
        // a total above the maximum is a row of another form: a finding of the reader's, no result
        if most <= 0.0 || !(0.0..=most).contains(&score) {
            continue;
        }
        let value = 100.0 * score / most;
        match &mut run {
            Some((of_year, of_school, of_run)) if (*of_year, *of_school) == (year, school) => {
                of_run.push(value)
            }
            _ => add(run.replace((year, school, vec![value]))),
        }
    }
    add(run);
    Ok(values)
}

/// What is known of the schools: the mean share of each factor over the years. Years that share a passport, or whose
/// passports differ by a few pupils, tell of one context.
pub(super) struct Context {
    /// Factors that vary, in the order of the set.
    pub(super) factors: Vec<String>,
    /// Mean shares by school, in the order of the factors; missing where no year knows them.
    shares: BTreeMap<String, Vec<Option<f64>>>,
}

impl Context {
    pub(super) fn of(years: &[Year], shares: &Shares, factors: &[&str]) -> Self {
        let mut known: BTreeMap<String, Vec<Vec<f64>>> = BTreeMap::new();
        for year in years {
            for (at, factor) in factors.iter().enumerate() {
                for (school, (above, below)) in shares.counts(year.0, factor) {
                    let of_school = known.entry(school).or_insert_with(|| vec![Vec::new(); factors.len()]);
                    if let Some(values) = of_school.get_mut(at) {
                        values.push(float(above) / float(below));
                    }
                }
            }
        }
        let means = |(school, values): (String, Vec<Vec<f64>>)| {
            (school, values.iter().map(|years| mean(years)).collect())
        };
        let factors = factors.iter().map(|&factor| factor.to_owned()).collect();
        Self { factors, shares: known.into_iter().map(means).collect() }
    }

    /// A factor's share in a school.
    pub(super) fn share(&self, school: &str, factor: usize) -> Option<f64> {
        self.shares.get(school)?.get(factor).copied().flatten()
    }

    /// The known shares of each factor by school.
    pub(super) fn columns(&self) -> Vec<BTreeMap<&str, f64>> {
        let of = |factor: usize| {
            let known = self.shares.iter().filter_map(move |(school, shares)| {
                Some((school.as_str(), shares.get(factor).copied().flatten()?))
            });
            known.collect()
        };
        (0..self.factors.len()).map(of).collect()
    }

    /// The factors that most of these schools know and that differ between them.
    pub(super) fn usable(&self, schools: &BTreeSet<&str>) -> Vec<usize> {
        let usable = |&factor: &usize| {
            let known: Vec<f64> = schools.iter().filter_map(|school| self.share(school, factor)).collect();
            let first = known.first().copied().unwrap_or_default();
            2 * known.len() >= schools.len() && known.iter().any(|share| (share - first).abs() > 0.0)
        };
        (0..self.factors.len()).filter(usable).collect()
    }
}

#[expect(clippy::cast_precision_loss, reason = "numbers of pupils")]
pub(super) fn float(value: u64) -> f64 {
    value as f64
}
