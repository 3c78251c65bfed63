//! k-means: many starts, each followed to its fixed point.

mod beside;
mod quick;
mod start;

use std::collections::BTreeSet;

use ndarray::{Array2, ArrayView1, ArrayView2, Axis};
use pulp::Arch;
use rayon::prelude::*;

use crate::stats::sum::Total;
use crate::stats::{Rng, sum};
use quick::{exchange, follow};
use start::{elsewhere, spread_out};

/// Points divided into clusters.
#[derive(Debug, Clone, PartialEq)]
pub struct Partition {
    /// Cluster of each point, from 0, shape (n).
    pub labels: Vec<usize>,
    /// Means of the clusters, shape (k, p).
    pub centres: Array2<f64>,
    /// Sum of squared distances to the own centre.
    pub inertia: f64,
}

/// Half of the starts go out from the best so many before them, in so many turns.
const KEPT: usize = 3;
const TURNS: usize = 2;

/// Lloyd's steps after which we stop believing in a fixed point.
const STEPS_MAX: usize = 10_000;

/// The partition into `k` clusters with the smallest inertia that many starts find.
///
/// - Shapes: points (n, p); answers as [`Partition`] says, clusters numbered by their first point in lexicographic order.
/// - Units: those of the columns: bring them to a common scale first.
/// - Missing: a value that is not finite gives `None`; leave such points out.
/// - Fails: `None` where `k` or `starts` is 0, where fewer than `k` points are distinct, or a value is not finite.
/// - Reference: Arthur, Vassilvitskii (2007), k-means++ starts in their greedy form (section 7), half of them from one of the best
///   before with one centre swapped (Fränti 2018, Journal of Big Data 5:13), each followed as [`lloyd`] does while many points
///   move, then by exchanges of single points (Hartigan 1975, «Clustering Algorithms», 4.3), which find the way out of many a
///   fixed point. Not by linfa-clustering: it counts the old centre as a point of its cluster, and takes ten times as long.
/// - Accuracy: the best known inertia of the golden case to 9 digits; `tests/golden.rs`. No number of starts proves an
///   optimum.
/// - Determinism: a function of the set of points and the seed: order of rows and number of threads change nothing.
#[must_use]
pub fn kmeans(points: ArrayView2<'_, f64>, k: usize, starts: usize, seed: u64) -> Option<Partition> {
    if k == 0 || starts == 0 || points.iter().any(|v| !v.is_finite()) {
        return None;
    }
    let mut order: Vec<usize> = (0..points.nrows()).collect();
    order.sort_by(|&a, &b| lexicographic(points.row(a), points.row(b)));
    let sorted = points.select(Axis(0), &order);
    let distinct =
        (1..order.len()).filter(|&i| lexicographic(sorted.row(i - 1), sorted.row(i)).is_ne()).count()
            + usize::from(!order.is_empty());
    if distinct < k {
        return None;
    }
    let sorted = sorted.as_standard_layout();
    let cloud = Cloud::new(sorted.view());
    // one cluster is the same from everywhere
    let starts = if k == 1 { 1 } else { starts };
    let mut best: Vec<(f64, Array2<f64>)> = Vec::new();
    let mut seen = BTreeSet::new();
    // far from each other at first; then from the best of them with one centre put elsewhere, and so on
    let later = starts / 2;
    let ends = (0..=TURNS).map(|turn| starts - later + later * turn / TURNS);
    let mut begun = 0;
    for end in ends {
        let part = begun..end;
        begun = end;
        let begin = |start: usize| {
            let mut rng = Rng::part(seed, start as u64);
            match best.get(start % best.len().max(1)) {
                None => spread_out(&cloud, k, &mut rng),
                Some((_, centres)) => elsewhere(&cloud, centres, &mut rng),
            }
        };
        let walks = part.into_par_iter().filter_map(|start| {
            let begun = begin(start);
            // where a cluster loses its points, plain steps give it others
            follow(&cloud, begun.clone()).or_else(|| follow(&cloud, settle(&cloud, begun)?.centres))
        });
        let mut walks: Vec<_> = walks.collect();
        // who comes where another has been goes the same way on
        walks.retain(|walk| seen.insert(walk.partition()));
        best.par_extend(walks.into_par_iter().map(exchange));
        best.sort_by(|a, b| a.0.total_cmp(&b.0));
        best.truncate(KEPT);
    }
    let (_, centres) = best.into_iter().next()?;
    Some(renumbered(&settle(&cloud, centres)?, &order))
}

/// Lloyd's algorithm from given centres until no point changes its cluster.
///
/// - Shapes: points (n, p), centres (k, p); clusters keep the order of the centres.
/// - Units: those of the columns.
/// - Missing: a value that is not finite gives `None`.
/// - Fails: `None` where shapes differ, there is nothing, there are fewer points than centres, or 10 000 steps find no fixed
///   point. A cluster that loses its last point gets the point that lies farthest from its own centre.
/// - Reference: Lloyd (1982), IEEE Transactions on Information Theory 28(2). A point between two centres goes to the first.
/// - Accuracy: 12 digits of inertia from the starts of the golden case; `tests/golden.rs`.
/// - Determinism: a function of its arguments, one thread.
#[must_use]
pub fn lloyd(points: ArrayView2<'_, f64>, centres: ArrayView2<'_, f64>) -> Option<Partition> {
    let (n, k) = (points.nrows(), centres.nrows());
    let finite = points.iter().chain(centres.iter()).all(|v| v.is_finite());
    if points.ncols() != centres.ncols() || points.is_empty() || k == 0 || n < k || !finite {
        return None;
    }
    let points = points.as_standard_layout();
    settle(&Cloud::new(points.view()), centres.as_standard_layout().into_owned())
}

/// Points row by row, and again column by column: distances of all points to one place are then sums of whole columns.
struct Cloud<'a> {
    points: ArrayView2<'a, f64>,
    columns: Array2<f64>,
    /// Squared distances to nought.
    norms: Vec<f64>,
}

impl<'a> Cloud<'a> {
    /// Of points in standard layout.
    fn new(points: ArrayView2<'a, f64>) -> Self {
        let norms = points.rows().into_iter().map(|point| point.dot(&point)).collect();
        Self { points, columns: points.t().as_standard_layout().into_owned(), norms }
    }

    /// Squared distances of all points to a place.
    fn distances(&self, place: &[f64]) -> Vec<f64> {
        let mut distances = vec![0.0; self.points.nrows()];
        distances_to(&self.columns.view(), place, &mut distances);
        distances
    }

    /// The cluster of each point.
    fn nearest(&self, centres: ArrayView2<'_, f64>) -> Vec<usize> {
        let n = self.points.nrows();
        let (mut labels, mut least) = (vec![0; n], vec![f64::INFINITY; n]);
        let mut distances = vec![0.0; n];
        for (cluster, centre) in rows(&centres).enumerate() {
            distances_to(&self.columns.view(), centre, &mut distances);
            for ((label, least), &distance) in labels.iter_mut().zip(&mut least).zip(&distances) {
                // both are always written: a branch that nobody can foresee would cost more
                let nearer = distance < *least;
                *label = if nearer { cluster } else { *label };
                *least = if nearer { distance } else { *least };
            }
        }
        labels
    }
}

/// Squared distances of all points, given column by column in standard layout, to one place; as [`quick_distance`].
pub(in crate::stats) fn distances_to(columns: &ArrayView2<'_, f64>, place: &[f64], distances: &mut [f64]) {
    Arch::new().dispatch(
        #[inline(always)]
        || {
            distances.fill(0.0);
            for (column, at) in rows(columns).zip(place) {
                for (distance, x) in distances.iter_mut().zip(column) {
                    *distance += (x - at) * (x - at);
                }
            }
        },
    );
}

/// Lloyd's steps to a fixed point.
fn settle(cloud: &Cloud<'_>, mut centres: Array2<f64>) -> Option<Partition> {
    let (points, k) = (cloud.points, centres.nrows());
    let mut labels = Vec::new();
    for _ in 0..STEPS_MAX {
        let mut next = cloud.nearest(centres.view());
        fill_empty(points, centres.view(), &mut next);
        if next == labels {
            let distances: Vec<f64> = points
                .rows()
                .into_iter()
                .zip(&labels)
                .map(|(p, &c)| square_distance(p, centres.row(c)))
                .collect();
            return Some(Partition { inertia: sum(&distances), labels, centres });
        }
        labels = next;
        centres = means(points, &labels, k);
    }
    None
}

fn lexicographic(a: ArrayView1<'_, f64>, b: ArrayView1<'_, f64>) -> std::cmp::Ordering {
    // −0 and 0 are one place
    a.iter()
        .zip(b)
        .map(|(x, y)| (x + 0.0).total_cmp(&(y + 0.0)))
        .find(|o| o.is_ne())
        .unwrap_or(std::cmp::Ordering::Equal)
}

pub(in crate::stats) fn square_distance(a: ArrayView1<'_, f64>, b: ArrayView1<'_, f64>) -> f64 {
    let mut total = Total::default();
    for (x, y) in a.iter().zip(b) {
        total.add((x - y) * (x - y));
    }
    total.value()
}

/// Numbers that are added side by side: a sum in order would wait for each addition.
const LANES: usize = 4;

/// The same to a rounding or two, for comparisons: the loop that everything waits for.
#[inline(always)]
pub(in crate::stats) fn quick_distance(a: &[f64], b: &[f64]) -> f64 {
    let mut lanes = [0.0; LANES];
    let (whole, rest) = a.as_chunks::<LANES>();
    let (whole_b, rest_b) = b.as_chunks::<LANES>();
    for (a, b) in whole.iter().zip(whole_b) {
        for lane in 0..LANES {
            lanes[lane] += (a[lane] - b[lane]) * (a[lane] - b[lane]);
        }
    }
    let rest = rest.iter().zip(rest_b).fold(0.0, |total, (x, y)| total + (x - y) * (x - y));
    (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]) + rest
}

/// The rows of an array in standard layout.
#[inline]
pub(in crate::stats) fn rows<'a>(array: &ArrayView2<'a, f64>) -> std::slice::ChunksExact<'a, f64> {
    array.to_slice().unwrap_or(&[]).chunks_exact(array.ncols().max(1))
}

/// Gives every cluster without points the point that lies farthest from its centre among clusters that can spare one.
fn fill_empty(points: ArrayView2<'_, f64>, centres: ArrayView2<'_, f64>, labels: &mut [usize]) {
    let mut sizes = vec![0_usize; centres.nrows()];
    labels.iter().for_each(|&c| sizes[c] += 1);
    for empty in 0..sizes.len() {
        if sizes[empty] > 0 {
            continue;
        }
        let mut farthest: Option<(usize, f64)> = None;
        for (i, &own) in labels.iter().enumerate() {
            let distance = square_distance(points.row(i), centres.row(own));
            if sizes[own] > 1 && farthest.is_none_or(|(_, most)| distance > most) {
                farthest = Some((i, distance));
            }
        }
        if let Some((i, _)) = farthest {
            sizes[labels[i]] -= 1;
            sizes[empty] = 1;
            labels[i] = empty;
        }
    }
}

pub(in crate::stats) fn means(points: ArrayView2<'_, f64>, labels: &[usize], k: usize) -> Array2<f64> {
    let points = points.as_standard_layout();
    let p = points.ncols();
    let mut totals = vec![Total::default(); k * p];
    let mut sizes = vec![0.0_f64; k];
    for (point, &cluster) in rows(&points.view()).zip(labels) {
        sizes[cluster] += 1.0;
        for (total, value) in totals[cluster * p..(cluster + 1) * p].iter_mut().zip(point) {
            total.add(*value);
        }
    }
    Array2::from_shape_fn((k, p), |(c, j)| totals[c * p + j].value() / sizes[c])
}

/// The partition of the sorted points in the order of the caller's rows, clusters numbered by first appearance.
fn renumbered(sorted: &Partition, order: &[usize]) -> Partition {
    let mut seen: Vec<usize> = Vec::new();
    for &label in &sorted.labels {
        if !seen.contains(&label) {
            seen.push(label);
        }
    }
    let mut labels = vec![0; order.len()];
    for (&row, label) in order.iter().zip(&sorted.labels) {
        labels[row] = seen.iter().position(|s| s == label).unwrap_or_default();
    }
    Partition { labels, centres: sorted.centres.select(Axis(0), &seen), inertia: sorted.inertia }
}

#[cfg(test)]
mod tests {
    use super::{kmeans, lloyd};
    use crate::stats::Rng;
    use ndarray::{Array2, Axis, array};

    fn blobs(rng: &mut Rng) -> Array2<f64> {
        let corners = [(0.0, 0.0), (8.0, 0.0), (0.0, 8.0)];
        Array2::from_shape_fn((90, 2), |(i, j)| {
            let (x, y) = corners[i % 3];
            [x, y][j] + rng.normal()
        })
    }

    #[test]
    fn planted_groups_are_found_whatever_the_order_of_rows() {
        let mut rng = Rng::new(3);
        let points = blobs(&mut rng);
        let found = kmeans(points.view(), 3, 10, 1).unwrap();
        assert!((0..90).all(|i| found.labels[i] == found.labels[i % 3]));
        let mut order: Vec<usize> = (0..90).collect();
        rng.shuffle(&mut order);
        let shuffled = kmeans(points.select(Axis(0), &order).view(), 3, 10, 1).unwrap();
        assert_eq!(shuffled.centres, found.centres);
        assert!(order.iter().enumerate().all(|(at, &i)| shuffled.labels[at] == found.labels[i]));
        assert_eq!(shuffled.inertia.to_bits(), found.inertia.to_bits());
    }

    #[test]
    fn by_hand() {
        let points = array![[0.0], [1.0], [10.0], [11.0]];
        let found = lloyd(points.view(), array![[0.0], [1.0]].view()).unwrap();
        assert_eq!(found.labels, [0, 0, 1, 1]);
        assert!((found.inertia - 1.0).abs() < 1e-15);
        // a centre that nobody is near gets a point, not a division by zero
        let far = lloyd(points.view(), array![[5.0], [-900.0]].view()).unwrap();
        assert!((far.inertia - 1.0).abs() < 1e-15);
    }

    #[test]
    fn what_cannot_be_divided_is_not() {
        let same = array![[1.0], [1.0], [2.0]];
        assert!(kmeans(same.view(), 3, 5, 1).is_none() && kmeans(same.view(), 2, 5, 1).is_some());
        assert!(kmeans(same.view(), 0, 5, 1).is_none() && kmeans(same.view(), 1, 0, 1).is_none());
        assert!(kmeans(array![[f64::NAN], [1.0]].view(), 1, 5, 1).is_none());
        assert!(kmeans(Array2::zeros((0, 2)).view(), 1, 5, 1).is_none());
    }
}
