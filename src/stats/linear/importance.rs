//! How much of the explained variation belongs to which column, and how stable a sign is.

use ndarray::Array2;
use rayon::prelude::*;

use super::moments::{Moments, quantiles};
use super::{LinearModel, LinearTrouble, fit_linear};
use crate::stats::Rng;

/// All subsets of so many groups are still computed.
const GROUPS_MAX: usize = 16;

/// The share of R² that belongs to a group of columns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Importance {
    /// R² that the group adds, averaged over all orders of the groups; all groups together give R².
    pub share: f64,
    /// Lower end of the percentile interval over resamples.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// How to resample clusters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Resampling {
    /// How many resamples.
    pub draws: u32,
    /// Seed of the draws.
    pub seed: u64,
    /// Level of the intervals, for example 0.95.
    pub level: f64,
}

/// LMG (Shapley) importance of groups of columns, with percentile intervals from resampled clusters.
///
/// - Shapes: a model of (n, k) with a constant column; groups of columns (a factor's dummies belong together), each column in
///   one group at most, the rest is always in the model; clusters (n) with numbers below n. One entry a group.
/// - Units: shares of the total sum of squares.
/// - Missing: none can be.
/// - Fails: as [`fit_linear`]; `Malformed` for no group or more than 16, an empty group, a column twice, a constant column, or
///   no resamples; `TooFewClusters` for fewer than 2; `NoConvergence` where more than one resample in ten has no answer
///   (a column without variation in it).
/// - Reference: Lindeman, Merenda, Gold (1980); Grömping (2007), The American Statistician 61(2), eq. 5. Resampled by clusters
///   as in Cameron, Gelbach, Miller (2008), «pairs».
/// - Accuracy: 11 digits against R² over all orders in R; `tests/linear.rs`. The ends of intervals carry the error of the resamples.
/// - Determinism: each resample has its own part of the seed; independent of threads.
///
/// # Errors
/// As above.
pub fn importance(
    model: LinearModel<'_>,
    groups: &[Vec<usize>],
    clusters: &[usize],
    resampling: Resampling,
) -> Result<Vec<Importance>, LinearTrouble> {
    let fit = fit_linear(model)?;
    let mut columns: Vec<usize> = groups.iter().flatten().copied().collect();
    let k = fit.coefficients.len();
    let sound = !groups.is_empty() && groups.len() <= GROUPS_MAX && groups.iter().all(|g| !g.is_empty());
    let constant = |j: usize| model.design.column(j).iter().all(|x| (x - model.design[[0, j]]).abs() <= 0.0);
    if !sound || !fit.centred || !resampling.sound() || columns.iter().any(|&j| j >= k || constant(j)) {
        return Err(LinearTrouble::Malformed);
    }
    columns.sort_unstable();
    if columns.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(LinearTrouble::Malformed);
    }
    let always = (0..k).filter(|&j| columns.binary_search(&j).is_err() && !constant(j)).collect::<Vec<_>>();
    let moments = Moments::by_cluster(model, clusters)?;
    let shares = |moments: &Moments| shapley(&moments.centred()?, &always, groups);
    let estimate = shares(&Moments::all(&moments)).ok_or(LinearTrouble::NoConvergence)?;
    let drawn: Vec<Vec<f64>> = resamples(resampling, &moments, shares)?;
    let interval = |(g, &share): (usize, &f64)| {
        let (low, high) = quantiles(drawn.iter().map(|d| d[g]).collect(), resampling.level);
        Importance { share, low, high }
    };
    Ok(estimate.iter().enumerate().map(interval).collect())
}

/// The share of resamples in which each coefficient has the sign that it has in the fit.
///
/// - Shapes: a model of (n, k), clusters (n) with numbers below n; k shares out.
/// - Units: shares in [0, 1].
/// - Missing: none can be.
/// - Fails: as [`fit_linear`]; `Malformed` for no resamples; `TooFewClusters` for fewer than 2; `NoConvergence` where more than
///   one resample in ten has no answer.
/// - Reference: the cluster («pairs») bootstrap, Cameron, Gelbach, Miller (2008), REStat 90(3), section II.C.
/// - Accuracy: within 2 √(s(1 − s)/draws); unit tests of this file.
/// - Determinism: each resample has its own part of the seed; independent of threads.
///
/// # Errors
/// As above.
pub fn sign_stability(
    model: LinearModel<'_>,
    clusters: &[usize],
    resampling: Resampling,
) -> Result<Vec<f64>, LinearTrouble> {
    let fit = fit_linear(model)?;
    if !resampling.sound() {
        return Err(LinearTrouble::Malformed);
    }
    let moments = Moments::by_cluster(model, clusters)?;
    let drawn = resamples(resampling, &moments, Moments::coefficients)?;
    #[expect(clippy::cast_precision_loss, reason = "a number of draws")]
    let share = |(j, b): (usize, &f64)| {
        let same = drawn.iter().filter(|d| d[j] * b > 0.0).count();
        same as f64 / drawn.len() as f64
    };
    Ok(fit.coefficients.iter().enumerate().map(share).collect())
}

impl Resampling {
    fn sound(&self) -> bool {
        self.draws >= 1 && self.level > 0.0 && self.level < 1.0
    }
}

/// A statistic of each resample of clusters; those without an answer are left out, and may not be many.
fn resamples(
    resampling: Resampling,
    clusters: &[Moments],
    statistic: impl Fn(&Moments) -> Option<Vec<f64>> + Sync,
) -> Result<Vec<Vec<f64>>, LinearTrouble> {
    let one = |index: u32| {
        let mut rng = Rng::part(resampling.seed, u64::from(index));
        let mut times = vec![0.0; clusters.len()];
        for _ in 0..clusters.len() {
            let drawn = usize::try_from(rng.below(clusters.len() as u64)).unwrap_or_default();
            times[drawn] += 1.0;
        }
        statistic(&Moments::weighted(clusters, &times))
    };
    let drawn: Vec<Option<Vec<f64>>> = (0..resampling.draws).into_par_iter().map(one).collect();
    let all = drawn.len();
    let kept: Vec<Vec<f64>> = drawn.into_iter().flatten().collect();
    if kept.len() * 10 < all * 9 { Err(LinearTrouble::NoConvergence) } else { Ok(kept) }
}

/// The Shapley value of each group in R², the columns of `always` being in the model from the start.
fn shapley(correlations: &Array2<f64>, always: &[usize], groups: &[Vec<usize>]) -> Option<Vec<f64>> {
    let p = groups.len();
    let mut explained = vec![0.0; 1 << p];
    let mut ladder = Ladder { correlations, columns: Vec::new(), rows: Vec::new(), along: Vec::new() };
    ladder.climb(always)?;
    ladder.visit(groups, 0, 0, &mut explained)?;
    // |S|! (p − |S| − 1)! / p! by size of S
    let mut weight = vec![1.0; p];
    for (size, weight) in weight.iter_mut().enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        let choose = (0..size).fold(1.0, |c, i| c * (p - 1 - i) as f64 / (i + 1) as f64);
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        let all = p as f64;
        *weight = 1.0 / (all * choose);
    }
    let share = |g: usize| {
        let without = (0..1_usize << p).filter(|set| set & (1 << g) == 0);
        let terms: Vec<f64> = without
            .map(|set| weight[set.count_ones() as usize] * (explained[set | 1 << g] - explained[set]))
            .collect();
        crate::stats::sum(&terms)
    };
    Some((0..p).map(share).collect())
}

/// Cholesky's factor that grows and shrinks by a column, so that every subset costs one row.
struct Ladder<'a> {
    /// Of the columns and, last, the response.
    correlations: &'a Array2<f64>,
    columns: Vec<usize>,
    rows: Vec<Vec<f64>>,
    along: Vec<f64>,
}

impl Ladder<'_> {
    /// Adds columns; `None` where one hangs on the others.
    fn climb(&mut self, columns: &[usize]) -> Option<()> {
        let last = self.correlations.ncols() - 1;
        for &column in columns {
            let mut row: Vec<f64> = Vec::with_capacity(self.columns.len() + 1);
            for (m, above) in self.rows.iter().enumerate() {
                let known: f64 = above.iter().zip(&row).map(|(a, b)| a * b).sum();
                row.push((self.correlations[[column, self.columns[m]]] - known) / above[m]);
            }
            let left = self.correlations[[column, column]] - row.iter().map(|v| v * v).sum::<f64>();
            // the refusal of a fit stands at a condition of 1e10; here squares are at hand
            if left < 1e-12 {
                return None;
            }
            let root = left.sqrt();
            let known: f64 = row.iter().zip(&self.along).map(|(a, b)| a * b).sum();
            self.along.push((self.correlations[[column, last]] - known) / root);
            row.push(root);
            self.rows.push(row);
            self.columns.push(column);
        }
        Some(())
    }

    fn visit(&mut self, groups: &[Vec<usize>], from: usize, set: usize, explained: &mut [f64]) -> Option<()> {
        explained[set] = self.along.iter().map(|v| v * v).sum();
        for g in from..groups.len() {
            let depth = self.columns.len();
            self.climb(&groups[g])?;
            self.visit(groups, g + 1, set | 1 << g, explained)?;
            self.columns.truncate(depth);
            self.rows.truncate(depth);
            self.along.truncate(depth);
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Resampling, importance, sign_stability};
    use crate::stats::{LinearModel, LinearTrouble, Rng, fit_linear};
    use ndarray::Array2;

    const RESAMPLING: Resampling = Resampling { draws: 400, seed: 3, level: 0.95 };

    fn data() -> (Vec<f64>, Array2<f64>, Vec<usize>) {
        let mut rng = Rng::new(8);
        let x = Array2::from_shape_fn((200, 4), |(_, j)| if j == 0 { 1.0 } else { 30.0 + rng.normal() });
        let y = (0..200).map(|i| x[[i, 1]] + 0.3 * x[[i, 2]] + rng.normal()).collect();
        (y, x, (0..200).map(|i| i / 5).collect())
    }

    #[test]
    fn shares_add_up_to_what_is_explained() {
        let (y, x, clusters) = data();
        let model = LinearModel { response: &y, design: x.view(), weights: None };
        let groups = [vec![1], vec![2], vec![3]];
        let shares = importance(model, &groups, &clusters, RESAMPLING).unwrap();
        let total: f64 = shares.iter().map(|s| s.share).sum();
        assert!((total / fit_linear(model).unwrap().r_squared() - 1.0).abs() < 1e-12);
        assert!(shares.iter().all(|s| s.low <= s.share && s.share <= s.high), "{shares:?}");
        assert!(shares[0].low > shares[1].high && shares[2].high < 0.05, "{shares:?}");
        // a group of all columns takes all; columns outside every group come first
        let all = importance(model, &[vec![1, 2, 3]], &clusters, RESAMPLING).unwrap();
        assert!((all[0].share - total).abs() < 1e-13);
        let rest = importance(model, &[vec![1], vec![2]], &clusters, RESAMPLING).unwrap();
        assert!(rest[0].share + rest[1].share < total);
        assert_eq!(shares, importance(model, &groups, &clusters, RESAMPLING).unwrap());
    }

    #[test]
    fn a_strong_sign_holds_and_a_void_one_does_not() {
        let (y, x, clusters) = data();
        let model = LinearModel { response: &y, design: x.view(), weights: None };
        let stable = sign_stability(model, &clusters, RESAMPLING).unwrap();
        assert!(stable[1] > 0.999 && stable[2] > 0.95 && stable[3] < 0.99, "{stable:?}");
    }

    #[test]
    fn nonsense_is_refused() {
        let (y, x, clusters) = data();
        let model = LinearModel { response: &y, design: x.view(), weights: None };
        for groups in [vec![], vec![vec![]], vec![vec![1], vec![1]], vec![vec![9]], vec![vec![0]]] {
            let trouble = importance(model, &groups, &clusters, RESAMPLING).unwrap_err();
            assert_eq!(trouble, LinearTrouble::Malformed, "{groups:?}");
        }
        let one = vec![0; 200];
        let trouble = sign_stability(model, &one, RESAMPLING).unwrap_err();
        assert_eq!(trouble, LinearTrouble::TooFewClusters { clusters: 1, needed: 2 });
    }
}
