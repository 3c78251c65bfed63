//! Clusters around medoids: points of the data themselves, for any dissimilarity.

use rayon::prelude::*;

use crate::stats::{Dissimilarities, sum};

/// Points divided around medoids.
#[derive(Debug, Clone, PartialEq)]
pub struct Medoids {
    /// The point in the middle of each cluster, shape (k).
    pub medoids: Vec<usize>,
    /// Cluster of each point, from 0, shape (n).
    pub labels: Vec<usize>,
    /// Sum of dissimilarities to the own medoid.
    pub cost: f64,
}

/// Numbers that are added side by side: a sum in order would wait for each addition.
const LANES: usize = 4;

/// Swaps after which we stop believing in an end.
const SWAPS_MAX: usize = 10_000;

/// k medoids with a small sum of dissimilarities.
///
/// - Shapes: dissimilarities of n points; clusters are numbered by their first point.
/// - Units: those of the dissimilarities.
/// - Missing: none can be.
/// - Fails: `None` where k is not 1 … n.
/// - Reference: Kaufman, Rousseeuw (1990), «Finding Groups in Data», 2.4: BUILD, then the best swap of a medoid and a point as
///   long as one helps; all swaps of a point at once by Schubert, Rousseeuw (2021), Information Systems 101, FastPAM1.
/// - Accuracy: medoids and cost of R's `cluster::pam`; `tests/clusters.rs`. The end is a local optimum.
/// - Determinism: of equal swaps the first in the order of the points is taken; threads change nothing.
#[must_use]
pub fn medoids(dissimilarities: &Dissimilarities, k: usize) -> Option<Medoids> {
    medoids_of_each(dissimilarities, &[k]).pop().flatten()
}

/// Medoids in several numbers: the first ones of a larger number begin with those of a smaller one, so they are sought once.
///
/// - Shapes: dissimilarities of n points, any numbers of clusters; an answer each, as [`medoids`] gives it.
/// - Units: as [`medoids`].
/// - Missing: none can be.
/// - Fails: `None` in place of the answer of a number for which [`medoids`] fails.
/// - Reference: as [`medoids`].
/// - Accuracy: the same digits as one by one; unit test of this file.
/// - Determinism: as [`medoids`].
#[must_use]
pub fn medoids_of_each(dissimilarities: &Dissimilarities, ks: &[usize]) -> Vec<Option<Medoids>> {
    let n = dissimilarities.points();
    let possible = |k: &usize| (1..=n).contains(k);
    let square = dissimilarities.square();
    let from = |point: usize| &square[point * n..(point + 1) * n];
    let first = build(n, ks.iter().copied().filter(possible).max().unwrap_or(0), from);
    let of = |k: &usize| possible(k).then(|| numbered(&swapped(first[..*k].to_vec(), n, from), n, from));
    ks.par_iter().map(of).collect()
}

/// Medoids after the best swaps, as long as one helps.
fn swapped<'a>(mut medoids: Vec<usize>, n: usize, from: impl Fn(usize) -> &'a [f64] + Sync) -> Vec<usize> {
    // the first of all is the best one already
    for _ in 0..if medoids.len() > 1 { SWAPS_MAX } else { 0 } {
        let near = Near::of(&medoids, n, &from);
        // a gain of rounding alone would swap for ever
        let Some((out, point)) =
            best_swap(&medoids, &near, n, &from).filter(|s| s.1 < -1e-12 * near.cost()).map(|s| s.0)
        else {
            break;
        };
        medoids[out] = point;
    }
    medoids
}

/// The nearest and the second nearest medoid of every point.
struct Near {
    own: Vec<usize>,
    least: Vec<f64>,
    second: Vec<f64>,
}

impl Near {
    fn of<'a>(medoids: &[usize], n: usize, from: impl Fn(usize) -> &'a [f64]) -> Self {
        let mut near =
            Self { own: vec![0; n], least: vec![f64::INFINITY; n], second: vec![f64::INFINITY; n] };
        for (cluster, &medoid) in medoids.iter().enumerate() {
            for (point, &distance) in from(medoid).iter().enumerate() {
                // a medoid belongs to itself, even beside an equal point
                let distance = if point == medoid { -1.0 } else { distance };
                if distance < near.least[point] {
                    near.second[point] = near.least[point];
                    (near.own[point], near.least[point]) = (cluster, distance);
                } else if distance < near.second[point] {
                    near.second[point] = distance;
                }
            }
        }
        near.least.iter_mut().for_each(|least| *least = least.max(0.0));
        near
    }

    fn cost(&self) -> f64 {
        sum(&self.least)
    }
}

/// The first medoids: each is the point that lowers the sum most.
fn build<'a>(n: usize, k: usize, from: impl Fn(usize) -> &'a [f64] + Sync) -> Vec<usize> {
    let mut chosen: Vec<usize> = Vec::with_capacity(k);
    let mut least = vec![f64::INFINITY; n];
    while chosen.len() < k {
        let cost = |point: usize| {
            let (row, row_rest) = from(point).as_chunks::<LANES>();
            let (known, known_rest) = least.as_chunks::<LANES>();
            let mut lanes = [0.0; LANES];
            for (distances, least) in row.iter().zip(known) {
                for lane in 0..LANES {
                    lanes[lane] += smaller(distances[lane], least[lane]);
                }
            }
            let rest = row_rest.iter().zip(known_rest);
            lanes.iter().fold(0.0, |a, b| a + b) + rest.fold(0.0, |total, (d, least)| total + d.min(*least))
        };
        let costs: Vec<f64> = (0..n).into_par_iter().map(cost).collect();
        let free = (0..n).filter(|point| !chosen.contains(point));
        let Some(next) = free.min_by(|&a, &b| costs[a].total_cmp(&costs[b])) else { break };
        least.iter_mut().zip(from(next)).for_each(|(least, distance)| *least = least.min(*distance));
        chosen.push(next);
    }
    chosen
}

/// The medoid (by its cluster, of two or more) and the point whose exchange changes the sum most, and by how much.
fn best_swap<'a>(
    medoids: &[usize],
    near: &Near,
    n: usize,
    from: impl Fn(usize) -> &'a [f64] + Sync,
) -> Option<((usize, usize), f64)> {
    let members: Vec<Members> = (0..medoids.len()).map(|cluster| Members::of(near, cluster)).collect();
    let swap = |point: usize| {
        if medoids.contains(&point) {
            return None;
        }
        let (mut change, mut shared): (Option<(usize, f64)>, f64) = (None, 0.0);
        for (out, members) in members.iter().enumerate() {
            let (without, with) = members.changes(from(point));
            shared += with;
            if change.is_none_or(|(_, least)| without < least) {
                change = Some((out, without));
            }
        }
        let (out, change) = change?;
        Some(((out, point), change + shared))
    };
    let swaps: Vec<((usize, usize), f64)> = (0..n).into_par_iter().filter_map(swap).collect();
    swaps.into_iter().reduce(|best, next| if next.1 < best.1 { next } else { best })
}

/// The points of a cluster.
struct Members {
    /// Point, dissimilarity to its medoid, dissimilarity to the second nearest one.
    points: Vec<(usize, f64, f64)>,
}

impl Members {
    fn of(near: &Near, cluster: usize) -> Self {
        let all = near.own.iter().enumerate().filter(|(_, own)| **own == cluster);
        Self { points: all.map(|(at, _)| (at, near.least[at], near.second[at])).collect() }
    }

    /// By how much the sum over the points changes where a new medoid stands beside the others: in place of their own one
    /// rather than beside it, and beside it.
    fn changes(&self, distances: &[f64]) -> (f64, f64) {
        let (whole, rest) = self.points.as_chunks::<LANES>();
        let mut lanes = [[0.0; 2]; LANES];
        let add = |totals: &mut [f64; 2], &(at, least, second): &(usize, f64, f64)| {
            let nearest = smaller(distances[at], least);
            totals[0] += smaller(distances[at], second) - nearest;
            totals[1] += nearest - least;
        };
        for points in whole {
            lanes.iter_mut().zip(points).for_each(|(totals, point)| add(totals, point));
        }
        let mut totals = [0.0; 2];
        rest.iter().for_each(|point| add(&mut totals, point));
        let [without, with] = lanes.iter().fold(totals, |sum, lane| [sum[0] + lane[0], sum[1] + lane[1]]);
        (without, with)
    }
}

/// Of two numbers, none of which is missing.
fn smaller(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

/// The answer, clusters numbered by their first point.
fn numbered<'a>(chosen: &[usize], n: usize, from: impl Fn(usize) -> &'a [f64]) -> Medoids {
    let near = Near::of(chosen, n, from);
    let mut seen: Vec<usize> = Vec::new();
    for &own in &near.own {
        if !seen.contains(&own) {
            seen.push(own);
        }
    }
    let labels = near.own.iter().map(|own| seen.iter().position(|s| s == own).unwrap_or_default()).collect();
    Medoids { medoids: seen.iter().map(|&cluster| chosen[cluster]).collect(), labels, cost: near.cost() }
}

#[cfg(test)]
mod tests {
    use super::{medoids, medoids_of_each};
    use crate::stats::{Rng, euclidean};
    use ndarray::{Array2, array};

    #[test]
    fn by_hand() {
        let distances = euclidean(array![[0.0], [1.0], [2.0], [10.0], [12.0], [11.0]].view()).unwrap();
        let found = medoids(&distances, 2).unwrap();
        assert_eq!(
            (found.medoids.as_slice(), found.labels.as_slice()),
            (&[1, 5][..], &[0, 0, 0, 1, 1, 1][..])
        );
        assert!((found.cost - 4.0).abs() < 1e-14);
        assert!((medoids(&distances, 1).unwrap().cost - 30.0).abs() < 1e-12);
        assert!(medoids(&distances, 6).unwrap().cost.abs() < 1e-300);
        assert!(medoids(&distances, 0).is_none() && medoids(&distances, 7).is_none());
        let same = euclidean(array![[1.0], [1.0], [1.0]].view()).unwrap();
        assert_eq!(medoids(&same, 2).unwrap().labels.iter().max(), Some(&1), "each medoid keeps itself");
    }

    #[test]
    fn several_numbers_at_once_are_the_same_as_one_by_one() {
        let mut rng = Rng::new(9);
        let distances = euclidean(Array2::from_shape_fn((60, 3), |_| rng.normal()).view()).unwrap();
        let ks = [3, 0, 7, 1, 61, 60];
        let each: Vec<_> = ks.iter().map(|&k| medoids(&distances, k)).collect();
        assert_eq!(medoids_of_each(&distances, &ks), each);
        assert!(each.iter().zip(ks).all(|(found, k)| found.is_some() == (1..=60).contains(&k)));
    }

    /// No exchange of a medoid and a point helps any more, tried one by one.
    #[test]
    fn the_end_is_an_optimum_of_single_swaps() {
        let mut rng = Rng::new(4);
        let points = Array2::from_shape_fn((40, 2), |_| rng.normal());
        let distances = euclidean(points.view()).unwrap();
        let cost = |medoids: &[usize]| {
            let nearest = |i| medoids.iter().map(|&m| distances.between(i, m)).fold(f64::INFINITY, f64::min);
            (0..40).map(nearest).sum::<f64>()
        };
        for k in 2..6 {
            let found = medoids(&distances, k).unwrap();
            assert!((found.cost - cost(&found.medoids)).abs() < 1e-12);
            for out in 0..k {
                for point in 0..40 {
                    let mut other = found.medoids.clone();
                    other[out] = point;
                    assert!(cost(&other) > found.cost - 1e-10);
                }
            }
        }
    }
}
