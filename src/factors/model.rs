//! The regression itself: one row a school, a level for each test, a random effect of the school and of its municipality.

use std::collections::{BTreeMap, BTreeSet};

use ndarray::Array2;

use super::data::{Context, Results, Seen, Test, float};
use super::inference::{Inference, Robust, infer};
use crate::base::Year;
use crate::stats::{
    Counts, FitTrouble, GroupedData, GroupedFit, LinearModel, LinearTrouble, Observed, average_difference,
    fit_grouped, fit_linear, sum,
};
use crate::tables::Register;

/// Schools differ by less than this between the tenth and the ninetieth percentile: an effect of ten points is not spoken of.
const RARE: f64 = 0.10;
/// Low results for each factor below which estimates of rare events are not to be trusted (Vittinghoff, McCulloch 2007).
const EVENTS_MIN: u64 = 5;

/// A factor of the model.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Column {
    /// Its number in the context.
    pub(super) factor: usize,
    pub(super) name: String,
    /// 0.1, or 0.01 where the factor is rare.
    pub(super) step: f64,
    /// Ninetieth less tenth percentile of the schools.
    pub(super) spread: f64,
    /// Shares of the schools.
    pub(super) shares: Vec<f64>,
}

/// The rows of one outcome's regression.
pub(super) struct Rows {
    pub(super) tests: Vec<Test>,
    pub(super) schools: Vec<String>,
    /// School, test and result of each row.
    pub(super) rows: Vec<(usize, usize, Seen)>,
    pub(super) columns: Vec<Column>,
    /// All factors of the set, by their numbers.
    pub(super) names: Vec<String>,
    /// Factors that hang on others exactly, with these.
    pub(super) dependent: Vec<(usize, Vec<usize>)>,
    /// Number of each school's cluster.
    pub(super) clusters: Vec<usize>,
    /// Are the clusters municipalities? Else, there being one, the schools.
    pub(super) by_municipality: bool,
    /// Schools with results and without some factor.
    pub(super) left_out: usize,
}

impl Rows {
    /// Complete rows: a school with results, its municipality and every factor that takes part. A test in which nobody (or
    /// everybody) is low says nothing and takes no part.
    pub(super) fn of(results: &Results, context: &Context, register: &Register, last: Year) -> Self {
        let informative = |schools: &&BTreeMap<String, Seen>| {
            let counts = schools.values().filter_map(|seen| match *seen {
                Seen::Counts(low, all) => Some((low, all)),
                Seen::Score(..) => None,
            });
            let (low, all) = counts.fold((0, 0), |(a, b), (low, all)| (a + low, b + all));
            schools.values().any(|seen| matches!(seen, Seen::Score(..))) || (low > 0 && low < all)
        };
        let tests: Vec<(&Test, &BTreeMap<String, Seen>)> =
            results.iter().filter(|(_, schools)| informative(schools)).collect();
        let with_results: BTreeSet<&str> =
            tests.iter().flat_map(|(_, schools)| schools.keys().map(String::as_str)).collect();
        let usable = context.usable(&with_results);
        let mut municipalities: BTreeMap<&str, usize> = BTreeMap::new();
        let (mut schools, mut clusters, mut values) = (Vec::new(), Vec::new(), Vec::new());
        for &school in &with_results {
            let shares: Option<Vec<f64>> =
                usable.iter().map(|&factor| context.share(school, factor)).collect();
            let (Some(shares), Some(entry)) = (shares, register.school(school, last)) else { continue };
            let next = municipalities.len();
            clusters.push(*municipalities.entry(&entry.municipality).or_insert(next));
            schools.push(school.to_owned());
            values.push(shares);
        }
        let number: BTreeMap<&str, usize> = schools.iter().map(String::as_str).zip(0..).collect();
        let rows = tests.iter().enumerate().flat_map(|(test, (_, seen))| {
            let number = &number;
            seen.iter().filter_map(move |(school, &seen)| Some((*number.get(school.as_str())?, test, seen)))
        });
        let rows: Vec<(usize, usize, Seen)> = rows.collect();
        let by_municipality = municipalities.len() > 1;
        if !by_municipality {
            clusters = (0..schools.len()).collect();
        }
        let mut built = Self {
            tests: tests.iter().map(|(test, _)| (*test).clone()).collect(),
            left_out: with_results.len() - schools.len(),
            columns: columns(&usable, context, &values),
            names: context.factors.clone(),
            dependent: Vec::new(),
            schools,
            rows,
            clusters,
            by_municipality,
        };
        built.settle();
        built
    }

    /// Tests that lost all their schools go, and factors that hang on others.
    fn settle(&mut self) {
        let used: BTreeSet<usize> = self.rows.iter().map(|(_, test, _)| *test).collect();
        let number: BTreeMap<usize, usize> = used.iter().copied().zip(0..).collect();
        self.rows.iter_mut().for_each(|(_, test, _)| *test = number.get(test).copied().unwrap_or_default());
        self.tests = used.iter().filter_map(|&test| self.tests.get(test).cloned()).collect();
        let nothing = vec![0.0; self.schools.len()];
        while !self.columns.is_empty() {
            let design = self.design();
            let model = LinearModel { response: &nothing, design: design.view(), weights: None };
            let Err(LinearTrouble::Singular { column, with }) = fit_linear(model) else { break };
            let name = |at: usize| self.columns.get(at.saturating_sub(1)).map(|c| c.factor);
            let others = with.iter().filter(|&&at| at > 0).filter_map(|&at| name(at)).collect();
            let guilty = self.columns.remove(column.saturating_sub(1).min(self.columns.len() - 1));
            self.dependent.push((guilty.factor, others));
        }
    }

    /// Ones, and the factors by their steps.
    pub(super) fn design(&self) -> Array2<f64> {
        Array2::from_shape_fn((self.schools.len(), self.columns.len() + 1), |(school, at)| {
            let column = at.checked_sub(1).and_then(|at| self.columns.get(at));
            column.map_or(1.0, |c| c.shares.get(school).copied().unwrap_or(f64::NAN) / c.step)
        })
    }

    pub(super) fn pupils(&self) -> u64 {
        self.rows.iter().map(|(_, _, seen)| seen.pupils()).sum()
    }

    pub(super) fn cluster_count(&self) -> usize {
        self.clusters.iter().collect::<BTreeSet<_>>().len()
    }
}

fn columns(usable: &[usize], context: &Context, values: &[Vec<f64>]) -> Vec<Column> {
    let column = |(at, &factor): (usize, &usize)| {
        let shares: Vec<f64> = values.iter().filter_map(|v| v.get(at).copied()).collect();
        let spread = percentile(&shares, 0.9)? - percentile(&shares, 0.1)?;
        let step = if spread < RARE { 0.01 } else { 0.1 };
        Some(Column { factor, name: context.factors.get(factor)?.clone(), step, spread, shares })
    };
    usable.iter().enumerate().filter_map(column).collect()
}

/// The value below which this part of the others lies, between two of them by their distance.
pub(super) fn percentile(values: &[f64], part: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    #[expect(clippy::cast_precision_loss, reason = "a number of schools")]
    let place = part * sorted.len().checked_sub(1)? as f64;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "inside the list")]
    let at = place as usize;
    let (low, high) = (*sorted.get(at)?, *sorted.get(at + 1).or(sorted.get(at))?);
    Some(low + (high - low) * place.fract())
}

/// A fitted regression with its inference.
pub(super) struct Fitted {
    pub(super) design: Array2<f64>,
    pub(super) grouped: GroupedFit,
    /// What the model says of each coefficient, and what errors of any form inside municipalities say.
    pub(super) inference: Inference,
    /// What a unit of the linear predictor is on the scale of results, as a share.
    pub(super) slope: f64,
    /// Are the outcomes counts, and the linear predictor a logit?
    pub(super) counts: bool,
    /// Variance of a pupil's result inside a school's test; 0 for counts.
    pub(super) within: f64,
    /// Pupils' trials row by row, for differences of shares.
    trials: Vec<u64>,
}

/// Why there is no fit: the word of the model's status.
pub(super) type Refused = &'static str;

pub(super) fn fit(rows: &Rows, robust: Robust) -> Result<Fitted, Refused> {
    if rows.columns.is_empty() || rows.schools.len() < rows.columns.len() + 3 {
        return Err("too_few_schools");
    }
    let design = rows.design();
    let groups: Vec<usize> = rows.rows.iter().map(|(school, ..)| *school).collect();
    let cells: Vec<usize> = rows.rows.iter().map(|(_, test, _)| *test).collect();
    let trials: Vec<u64> = rows.rows.iter().map(|(_, _, seen)| seen.pupils()).collect();
    let (first, squares): (Vec<f64>, Vec<f64>) = rows.rows.iter().map(|(_, _, seen)| parts(*seen)).unzip();
    let counts = rows.rows.iter().any(|(_, _, seen)| matches!(seen, Seen::Counts(..)));
    let successes: Vec<u64> = rows
        .rows
        .iter()
        .map(|(_, _, seen)| match *seen {
            Seen::Counts(low, _) => low,
            Seen::Score(..) => 0,
        })
        .collect();
    if counts && too_few_events(&successes, &trials, rows.columns.len()) {
        return Err("too_few_events");
    }
    let free = trials.iter().sum::<u64>().saturating_sub(trials.len() as u64);
    let within = sum(&squares) / float(free.max(1));
    let observed = if counts {
        Observed::Counts(Counts { successes: &successes, trials: &trials })
    } else {
        Observed::Means { means: &first, sizes: &trials, within }
    };
    let data = GroupedData { observed, groups: &groups, cells: &cells, design: design.view() };
    let grouped = fit_grouped(data).map_err(|trouble| status(&trouble))?;
    let inference = infer(rows, &design, &grouped, robust)?;
    let tiny = 1e-4;
    let slope = if counts {
        average_difference(&trials, &grouped.linear, tiny).map_or(f64::NAN, |d| d / tiny)
    } else {
        0.01
    };
    Ok(Fitted { design, grouped, inference, slope, counts, within, trials })
}

/// Are low results (or the others) too few for so many factors?
fn too_few_events(successes: &[u64], trials: &[u64], factors: usize) -> bool {
    let (low, all): (u64, u64) = (successes.iter().sum(), trials.iter().sum());
    low.min(all - low) < EVENTS_MIN * factors as u64
}

fn parts(seen: Seen) -> (f64, f64) {
    match seen {
        Seen::Counts(low, _) => (float(low), 0.0),
        Seen::Score(mean, _, squares) => (mean, squares),
    }
}

fn status(trouble: &FitTrouble) -> Refused {
    match trouble {
        FitTrouble::TooFewRows => "too_few_schools",
        FitTrouble::TooFewClusters => "too_few_clusters",
        FitTrouble::Separated => "separation",
        FitTrouble::Singular(_) => "singular",
        FitTrouble::Malformed | FitTrouble::NotConverged => "not_converged",
    }
}

impl Fitted {
    /// A coefficient as a difference of results.
    pub(super) fn difference(&self, coefficient: f64) -> Option<f64> {
        if self.counts {
            average_difference(&self.trials, &self.grouped.linear, coefficient)
        } else {
            Some(self.slope * coefficient)
        }
    }

    /// The schools' least squares with weights: for what needs the constant column.
    pub(super) fn weighted(&self) -> LinearModel<'_> {
        LinearModel {
            response: &self.grouped.response,
            design: self.design.view(),
            weights: Some(&self.grouped.weights),
        }
    }
}
