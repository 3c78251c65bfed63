//! Which columns are chosen again and again.

use ndarray::Array2;
use rayon::prelude::*;

use super::moments::Moments;
use super::{LinearModel, LinearTrouble, fit_linear};
use crate::stats::Rng;

/// The path of penalties: each this share of the one before.
const STEP: f64 = 0.95;
/// Penalties after which the path ends even if fewer columns have entered.
const PENALTIES_MAX: usize = 300;

/// How to choose and how often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SelectionOptions {
    /// How many columns the lasso chooses in each half.
    pub chosen: usize,
    /// How many pairs of halves.
    pub pairs: u32,
    /// Seed of the halves.
    pub seed: u64,
}

/// How often each column was chosen.
#[derive(Debug, Clone, PartialEq)]
pub struct Selection {
    /// The share of halves in which each candidate was chosen, in the order of the candidates.
    pub frequency: Vec<f64>,
    /// Candidates that each half chose, on average.
    pub chosen: f64,
}

impl Selection {
    /// At most so many columns without influence are expected among those whose frequency is at or above `threshold`;
    /// `None` where the threshold is not above one half (Meinshausen, Bühlmann 2010, theorem 1).
    #[must_use]
    pub fn false_max(&self, threshold: f64) -> Option<f64> {
        #[expect(clippy::cast_precision_loss, reason = "a number of columns")]
        let p = self.frequency.len() as f64;
        (threshold > 0.5 && threshold <= 1.0)
            .then(|| self.chosen * self.chosen / ((2.0 * threshold - 1.0) * p))
    }
}

/// Stability selection: the columns that the lasso chooses in complementary halves of the clusters.
///
/// - Shapes: a model of (n, k) with a constant column; candidates as numbers of columns, the other columns are not used but for
///   the constant; clusters (n) with numbers below n. One frequency a candidate.
/// - Units: shares in [0, 1].
/// - Missing: none can be.
/// - Fails: as [`fit_linear`]; `Malformed` where there is no candidate, one is constant or not there, or `chosen` is 0 or not
///   below the number of candidates; `TooFewClusters` for fewer than 4; `NoConvergence` where more than one half in ten has no answer.
/// - Reference: Meinshausen, Bühlmann (2010), JRSS B 72(4); pairs of complementary halves: Shah, Samworth (2013), JRSS B 75(1).
///   The lasso by coordinate descent, Friedman, Hastie, Tibshirani (2010), Journal of Statistical Software 33(1), eq. 5; the
///   first `chosen` columns to enter, of those that enter together the more correlated ones.
/// - Accuracy: frequencies within 1/√pairs; unit tests of this file plant columns and count false choices against the bound.
/// - Determinism: each pair has its own part of the seed; independent of threads.
///
/// # Errors
/// As above.
pub fn stability_selection(
    model: LinearModel<'_>,
    candidates: &[usize],
    clusters: &[usize],
    options: SelectionOptions,
) -> Result<Selection, LinearTrouble> {
    let fit = fit_linear(model)?;
    let k = fit.coefficients.len();
    let constant = |j: usize| model.design.column(j).iter().all(|x| (x - model.design[[0, j]]).abs() <= 0.0);
    let unsound = candidates.iter().any(|&j| j >= k || constant(j)) || !fit.centred || options.pairs == 0;
    if unsound || options.chosen == 0 || options.chosen >= candidates.len() {
        return Err(LinearTrouble::Malformed);
    }
    let moments = Moments::by_cluster(model, clusters)?;
    let count = moments.len();
    if count < 4 {
        return Err(LinearTrouble::TooFewClusters { clusters: count, needed: 4 });
    }
    let pair = |index: u32| {
        let mut order: Vec<usize> = (0..count).collect();
        Rng::part(options.seed, u64::from(index)).shuffle(&mut order);
        let (first, rest) = order.split_at(count / 2);
        [first, &rest[..count / 2]].map(|half| {
            let mut times = vec![0.0; count];
            half.iter().for_each(|&cluster| times[cluster] = 1.0);
            let correlations = Moments::weighted(&moments, &times).centred()?;
            Some(first_to_enter(&correlations, candidates, options.chosen))
        })
    };
    let halves: Vec<Option<Vec<usize>>> = (0..options.pairs).into_par_iter().flat_map_iter(pair).collect();
    let all = halves.len();
    let kept: Vec<Vec<usize>> = halves.into_iter().flatten().collect();
    if kept.len() * 10 < all * 9 {
        return Err(LinearTrouble::NoConvergence);
    }
    let mut times = vec![0_u32; candidates.len()];
    kept.iter().flatten().for_each(|&at| times[at] += 1);
    #[expect(clippy::cast_precision_loss, reason = "a number of halves")]
    let made = kept.len() as f64;
    let frequency: Vec<f64> = times.iter().map(|&t| f64::from(t) / made).collect();
    let chosen = frequency.iter().sum();
    Ok(Selection { frequency, chosen })
}

/// Positions of the candidates that enter the lasso's path first.
fn first_to_enter(correlations: &Array2<f64>, candidates: &[usize], wanted: usize) -> Vec<usize> {
    let last = correlations.ncols() - 1;
    let p = candidates.len();
    let with = |a: usize, b: usize| correlations[[candidates[a], candidates[b]]];
    let to = |a: usize| correlations[[candidates[a], last]];
    let mut beta = vec![0.0; p];
    let mut entered: Vec<usize> = Vec::new();
    let mut penalty = (0..p).map(|a| to(a).abs()).fold(0.0, f64::max);
    for _ in 0..PENALTIES_MAX {
        penalty *= STEP;
        let left = |beta: &[f64], a: usize| to(a) - (0..p).map(|b| with(a, b) * beta[b]).sum::<f64>();
        let pull: Vec<f64> = (0..p).map(|a| left(&beta, a).abs()).collect();
        for _ in 0..1_000 {
            let mut moved = 0.0_f64;
            for a in 0..p {
                let target = left(&beta, a) + beta[a];
                let next = (target.abs() - penalty).max(0.0) * target.signum();
                moved = moved.max((next - beta[a]).abs());
                beta[a] = next;
            }
            if moved < 1e-10 {
                break;
            }
        }
        let mut fresh: Vec<usize> = (0..p).filter(|a| beta[*a].abs() > 0.0 && !entered.contains(a)).collect();
        fresh.sort_by(|&a, &b| pull[b].total_cmp(&pull[a]));
        entered.extend(fresh);
        if entered.len() >= wanted {
            break;
        }
    }
    entered.truncate(wanted);
    entered
}

#[cfg(test)]
mod tests {
    use super::{SelectionOptions, stability_selection};
    use crate::stats::{LinearModel, LinearTrouble, Rng};
    use ndarray::Array2;

    const OPTIONS: SelectionOptions = SelectionOptions { chosen: 4, pairs: 50, seed: 2 };

    fn data(seed: u64) -> (Vec<f64>, Array2<f64>, Vec<usize>) {
        let mut rng = Rng::new(seed);
        let x = Array2::from_shape_fn((300, 21), |(_, j)| if j == 0 { 1.0 } else { rng.normal() });
        let y = (0..300).map(|i| x[[i, 1]] - x[[i, 2]] + rng.normal()).collect();
        (y, x, (0..300).map(|i| i / 5).collect())
    }

    #[test]
    fn planted_columns_are_chosen_always_and_false_ones_stay_below_the_bound() {
        let candidates: Vec<usize> = (1..21).collect();
        let (mut false_choices, mut bound) = (0, 0.0);
        for seed in 0..40 {
            let (y, x, clusters) = data(seed);
            let model = LinearModel { response: &y, design: x.view(), weights: None };
            let got = stability_selection(model, &candidates, &clusters, OPTIONS).unwrap();
            assert!(got.frequency[0] > 0.99 && got.frequency[1] > 0.99, "{got:?}");
            assert!((got.chosen - 4.0).abs() < 1e-9);
            false_choices += got.frequency[2..].iter().filter(|f| **f >= 0.8).count();
            bound += got.false_max(0.8).unwrap();
        }
        // 16 / (0.6 · 20) = 1.33 a data set
        assert!((bound - 40.0 * 16.0 / 12.0).abs() < 1e-9, "{bound}");
        assert!(f64::from(u32::try_from(false_choices).unwrap()) < bound, "{false_choices} of {bound}");
    }

    #[test]
    fn nonsense_is_refused() {
        let (y, x, clusters) = data(1);
        let model = LinearModel { response: &y, design: x.view(), weights: None };
        for (candidates, chosen) in
            [(vec![1, 2], 2), (vec![1, 2], 0), (vec![0, 1, 2], 1), (vec![1, 2, 40], 1)]
        {
            let options = SelectionOptions { chosen, ..OPTIONS };
            let trouble = stability_selection(model, &candidates, &clusters, options).unwrap_err();
            assert_eq!(trouble, LinearTrouble::Malformed, "{candidates:?} {chosen}");
        }
        let three: Vec<usize> = clusters.iter().map(|c| c % 3).collect();
        let trouble =
            stability_selection(model, &[1, 2, 3], &three, SelectionOptions { chosen: 1, ..OPTIONS });
        assert_eq!(trouble.unwrap_err(), LinearTrouble::TooFewClusters { clusters: 3, needed: 4 });
    }
}
