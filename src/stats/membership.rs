//! Which cluster is a school's, as far as its counts can tell?

use ndarray::ArrayView2;
use rayon::prelude::*;

use crate::stats::kmeans::{quick_distance, rows};
use crate::stats::log_odds::LogOdds;
use crate::stats::partition::real;
use crate::stats::{Rng, ScaledShares};

/// The probability of each cluster for schools whose true shares are known as far as their counts tell.
///
/// - Shapes: p columns of n schools, centres (k, p), a seed for each school (n); n answers of k shares that add up to 1.
/// - Units: shares of draws.
/// - Missing: a school that lacks a column has `None`.
/// - Fails: every school `None` where shapes differ, there are no centres or no draws.
/// - Reference: simulation from the beta posteriors of the shares; each draw belongs to the nearest centre. Centres are taken as
///   known: how they move is what [`crate::stats::resampled_clusters()`] tells.
/// - Accuracy: Monte-Carlo, ½/√draws at most; unit test of this file against the exact share.
/// - Determinism: a school's answer depends on its counts and its seed alone; threads change nothing.
#[must_use]
pub fn membership(
    columns: &[&ScaledShares],
    centres: ArrayView2<'_, f64>,
    seeds: &[u64],
    draws: usize,
) -> Vec<Option<Vec<f64>>> {
    let (k, p) = centres.dim();
    let fits = columns.len() == p && columns.iter().all(|column| column.posteriors.len() == seeds.len());
    if k == 0 || p == 0 || draws == 0 || !fits {
        return vec![None; seeds.len()];
    }
    let centres = centres.as_standard_layout();
    let of_school = |(school, seed): (usize, &u64)| {
        let mut rng = Rng::new(*seed);
        let mut places = vec![0.0; draws * p];
        let mut odds = vec![0.0; draws];
        for (j, column) in columns.iter().enumerate() {
            let posterior = column.posteriors[school]?;
            LogOdds::new(posterior.alpha, posterior.beta).fill(&mut rng, &mut odds);
            for (draw, odds) in odds.iter().enumerate() {
                places[draw * p + j] = column.scale.z(column.how.place(*odds));
            }
        }
        let mut hits = vec![0_usize; k];
        for place in places.chunks_exact(p) {
            let distances = rows(&centres.view()).map(|centre| quick_distance(place, centre));
            let nearest = distances.enumerate().min_by(|a, b| a.1.total_cmp(&b.1));
            hits[nearest.map_or(0, |(cluster, _)| cluster)] += 1;
        }
        Some(hits.into_iter().map(|hits| real(hits) / real(draws)).collect())
    };
    seeds.par_iter().enumerate().map(|(school, seed)| of_school((school, seed))).collect()
}

#[cfg(test)]
mod tests {
    use super::membership;
    use crate::stats::{ShareScale, beta_above, expit, scaled_shares};
    use ndarray::array;

    #[test]
    fn the_share_of_draws_is_that_of_the_distribution() {
        let counts: Vec<Option<(u64, u64)>> =
            vec![Some((5, 100)), Some((60, 100)), Some((30, 90)), Some((2, 10)), None, Some((20, 100))];
        let column = scaled_shares(&counts, ShareScale::Logit).unwrap();
        let centres = array![[-1.0], [1.5]];
        let border = expit(column.scale.centre + 0.25 * column.scale.spread);
        let found = membership(&[&column], centres.view(), &[1, 2, 3, 4, 5, 6], 40_000);
        for (school, shares) in found.iter().enumerate() {
            let Some(posterior) = column.posteriors[school] else {
                assert!(shares.is_none());
                continue;
            };
            let above = beta_above(border, posterior.alpha, posterior.beta).unwrap();
            // four standard errors of a share of 40,000 draws
            let got = shares.as_ref().unwrap();
            assert!(
                (got[1] - above).abs() < 0.01 && (got[0] + got[1] - 1.0).abs() < 1e-12,
                "{got:?} {above}"
            );
        }
        assert!(membership(&[&column], array![[1.0, 2.0]].view(), &[1; 6], 10).iter().all(Option::is_none));
    }
}
