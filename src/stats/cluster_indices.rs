//! How well clusters describe the points.

use ndarray::ArrayView2;
use rayon::prelude::*;

use crate::stats::kmeans::{distances_to, means, square_distance};
use crate::stats::partition::real;
use crate::stats::{Dissimilarities, sum};

/// The silhouette of every point: 1 deep inside its cluster, below 0 nearer to another one.
///
/// - Shapes: points (n, p), labels (n) below n; n numbers in [−1, 1].
/// - Units: none; Euclidean distances.
/// - Missing: a value that is not finite gives `None`.
/// - Fails: `None` where shapes differ, a label is not below n, or fewer than two clusters have points. The only point of
///   a cluster has 0.
/// - Reference: Rousseeuw (1987), Journal of Computational and Applied Mathematics 20.
/// - Accuracy: 12 digits against R's `cluster::silhouette` and scikit-learn; `tests/reference.rs`, `tests/golden.rs`.
/// - Determinism: each point by itself; threads change nothing.
#[must_use]
pub fn silhouettes(points: ArrayView2<'_, f64>, labels: &[usize]) -> Option<Vec<f64>> {
    silhouettes_of_each(points, &[labels]).pop().flatten()
}

/// The silhouettes of several partitions of the same points: distances are computed once.
///
/// - Shapes: points (n, p), any number of labels (n); an answer each, as [`silhouettes`] gives it.
/// - Units: none; Euclidean distances.
/// - Missing: as [`silhouettes`].
/// - Fails: `None` in place of the answer of a partition for which [`silhouettes`] fails.
/// - Reference: as [`silhouettes`].
/// - Accuracy: the same digits as one by one; unit test of this file.
/// - Determinism: each point by itself; threads change nothing.
#[must_use]
pub fn silhouettes_of_each(points: ArrayView2<'_, f64>, partitions: &[&[usize]]) -> Vec<Option<Vec<f64>>> {
    let fits = |labels: &&&[usize]| sizes(points, labels).is_some();
    let each: Vec<Option<Members>> = partitions
        .iter()
        .map(|labels| Some(labels).filter(fits).and_then(|labels| Members::of(labels)))
        .collect();
    let columns = points.t().as_standard_layout().into_owned();
    let of_points: Vec<Vec<Option<f64>>> = (0..points.nrows())
        .into_par_iter()
        .map(|i| {
            let mut distances = vec![0.0; points.nrows()];
            distances_to(&columns.view(), &columns.column(i).to_vec(), &mut distances);
            distances.iter_mut().for_each(|distance| *distance = distance.sqrt());
            each.iter().map(|members| Some(members.as_ref()?.silhouette(&distances, i))).collect()
        })
        .collect();
    let of = |at: usize| of_points.iter().filter_map(|point| point[at]).collect();
    each.iter().enumerate().map(|(at, members)| members.as_ref().map(|_| of(at))).collect()
}

/// The silhouette of every point by dissimilarities that are given.
///
/// - Shapes: dissimilarities of n points, labels (n) below n; n numbers in [−1, 1].
/// - Units: none.
/// - Missing: none can be.
/// - Fails: as [`silhouettes`].
/// - Reference: as [`silhouettes`].
/// - Accuracy: the same numbers for Euclidean distances; unit test of this file.
/// - Determinism: each point by itself; threads change nothing.
#[must_use]
pub fn silhouettes_by(dissimilarities: &Dissimilarities, labels: &[usize]) -> Option<Vec<f64>> {
    let n = dissimilarities.points();
    if labels.len() != n || labels.iter().any(|&c| c >= n) {
        return None;
    }
    let members = Members::of(labels)?;
    let of_point = |i: usize| {
        let distances: Vec<f64> = (0..n).map(|j| dissimilarities.between(i, j)).collect();
        members.silhouette(&distances, i)
    };
    Some((0..n).into_par_iter().map(of_point).collect())
}

/// The Calinski–Harabasz index: spread between clusters by spread inside them.
///
/// - Shapes: points (n, p), labels (n) below n; one number.
/// - Units: none.
/// - Missing: a value that is not finite gives `None`.
/// - Fails: `None` where shapes differ, a label is not below n, fewer than two clusters have points, every point is its own
///   cluster, or points of a cluster do not differ at all.
/// - Reference: Caliński, Harabasz (1974), Communications in Statistics 3(1).
/// - Accuracy: 12 digits against scikit-learn; `tests/reference.rs`, `tests/golden.rs`.
/// - Determinism: a function of its arguments, one thread.
#[must_use]
pub fn calinski_harabasz(points: ArrayView2<'_, f64>, labels: &[usize]) -> Option<f64> {
    let sizes = sizes(points, labels)?;
    let k = sizes.iter().filter(|&&s| s > 0.0).count();
    let n = labels.len();
    if k < 2 || k >= n {
        return None;
    }
    let centres = means(points, labels, sizes.len());
    let centre = means(points, &vec![0; n], 1);
    let inside: Vec<f64> =
        points.rows().into_iter().zip(labels).map(|(p, &c)| square_distance(p, centres.row(c))).collect();
    let between: Vec<f64> = (0..sizes.len())
        .filter(|&c| sizes[c] > 0.0)
        .map(|c| sizes[c] * square_distance(centres.row(c), centre.row(0)))
        .collect();
    #[expect(clippy::cast_precision_loss, reason = "numbers of points")]
    let freedom = (n - k) as f64 / (k - 1) as f64;
    let index = sum(&between) / sum(&inside) * freedom;
    index.is_finite().then_some(index)
}

/// Sizes of the clusters, after the check of shapes.
fn sizes(points: ArrayView2<'_, f64>, labels: &[usize]) -> Option<Vec<f64>> {
    let n = points.nrows();
    if labels.len() != n || labels.iter().any(|&c| c >= n) || points.iter().any(|v| !v.is_finite()) {
        return None;
    }
    let mut sizes = vec![0.0_f64; labels.iter().max().map_or(0, |top| top + 1)];
    labels.iter().for_each(|&c| sizes[c] += 1.0);
    Some(sizes)
}

/// Points cluster by cluster: sums over clusters then need not look at labels.
struct Members {
    labels: Vec<usize>,
    clusters: Vec<Vec<usize>>,
}

/// Numbers that are added side by side: a sum in order would wait for each addition.
const LANES: usize = 8;

impl Members {
    /// `None` for fewer than two clusters with points.
    fn of(labels: &[usize]) -> Option<Self> {
        let mut clusters = vec![Vec::new(); labels.iter().max()? + 1];
        labels.iter().enumerate().for_each(|(i, &label)| clusters[label].push(i));
        let used = clusters.iter().filter(|members| !members.is_empty()).count();
        (used > 1).then(|| Self { labels: labels.to_vec(), clusters })
    }

    /// The silhouette of the `i`-th point, from its distances to all.
    fn silhouette(&self, distances: &[f64], i: usize) -> f64 {
        let own = self.labels[i];
        if self.clusters[own].len() < 2 {
            return 0.0;
        }
        let (mut inside, mut outside) = (0.0, f64::INFINITY);
        for (cluster, members) in self.clusters.iter().enumerate().filter(|(_, members)| !members.is_empty())
        {
            let total = total(distances, members);
            if cluster == own {
                inside = total / real(members.len() - 1);
            } else {
                outside = outside.min(total / real(members.len()));
            }
        }
        let larger = inside.max(outside);
        if larger > 0.0 { (outside - inside) / larger } else { 0.0 }
    }
}

/// The sum of some of the distances, good to some roundings: none is negative.
fn total(distances: &[f64], members: &[usize]) -> f64 {
    let (whole, rest) = members.as_chunks::<LANES>();
    let mut lanes = [0.0; LANES];
    for members in whole {
        lanes.iter_mut().zip(members).for_each(|(total, &member)| *total += distances[member]);
    }
    let rest = rest.iter().fold(0.0, |total, &member| total + distances[member]);
    lanes.iter().fold(rest, |total, lane| total + lane)
}

#[cfg(test)]
mod tests {
    use super::{calinski_harabasz, silhouettes, silhouettes_by, silhouettes_of_each};
    use crate::stats::euclidean;
    use ndarray::array;

    #[test]
    fn by_hand() {
        let points = array![[0.0], [1.0], [4.0]];
        let s = silhouettes(points.view(), &[0, 0, 1]).unwrap();
        for (got, want) in s.iter().zip([3.0 / 4.0, 2.0 / 3.0, 0.0]) {
            assert!((got - want).abs() < 1e-15);
        }
        let by_distances = silhouettes_by(&euclidean(points.view()).unwrap(), &[0, 0, 1]).unwrap();
        assert!(s.iter().zip(&by_distances).all(|(a, b)| (a - b).abs() < 1e-14));
        // means 1/2 and 4, all 5/3: between 2·(7/6)² + (7/3)², inside 1/2
        let index = calinski_harabasz(points.view(), &[0, 0, 1]).unwrap();
        assert!((index - (2.0 * 49.0 / 36.0 + 49.0 / 9.0) / 0.5).abs() < 1e-12, "{index}");
    }

    #[test]
    fn several_partitions_have_what_each_has_alone() {
        let points = array![[0.0, 1.0], [1.0, 0.5], [4.0, 0.0], [4.5, 3.0]];
        let partitions: [&[usize]; 4] = [&[0, 0, 1, 1], &[0, 0, 0, 0], &[2, 0, 1, 1], &[0, 9]];
        let each = silhouettes_of_each(points.view(), &partitions);
        assert_eq!(each, partitions.map(|labels| silhouettes(points.view(), labels)));
        assert_eq!(each.iter().map(Option::is_some).collect::<Vec<_>>(), [true, false, true, false]);
    }

    #[test]
    fn one_cluster_has_no_index() {
        let points = array![[0.0], [1.0], [4.0]];
        assert!(
            silhouettes(points.view(), &[0; 3]).is_none()
                && calinski_harabasz(points.view(), &[0; 3]).is_none()
        );
        assert!(
            silhouettes(points.view(), &[0, 1]).is_none() && silhouettes(points.view(), &[0, 1, 9]).is_none()
        );
        assert!(calinski_harabasz(points.view(), &[0, 1, 2]).is_none());
        assert!(calinski_harabasz(array![[0.0], [0.0], [4.0]].view(), &[0, 0, 1]).is_none());
    }
}
