//! Do clusters come back when points are drawn anew?

use pulp::Arch;
use rayon::prelude::*;

use crate::stats::Rng;
use crate::stats::partition::real;

/// How clusters fare in resamples.
#[derive(Debug, Clone, PartialEq)]
pub struct Stability {
    /// Mean of the largest Jaccard similarity with a cluster of the resample, shape (k).
    pub jaccard: Vec<f64>,
    /// Share of resamples where it is 0.5 or less: the cluster has dissolved.
    pub dissolved: Vec<f64>,
    /// Share of resamples where it is 0.75 or more: the cluster has come back.
    pub recovered: Vec<f64>,
    /// Mean share of resamples in which a point and the members of a cluster fall together, of those where both are
    /// drawn; shape (n) rows of k. Missing where they are never drawn together.
    pub together: Vec<Vec<Option<f64>>>,
    /// Of all pairs, the share that falls together in more than a tenth and less than nine tenths of the resamples: pairs of
    /// which nobody knows.
    pub ambiguous: f64,
    /// Where the points fell.
    pub draws: LabelDraws,
    /// Resamples.
    pub resamples: usize,
    /// Resamples without clusters.
    pub failed: usize,
}

/// Labels of points in resamples: the consensus matrix, pair by pair.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelDraws {
    /// Resamples with clusters, each with n labels.
    places: Vec<Vec<u8>>,
}

impl LabelDraws {
    /// In how many resamples both points were drawn, and the share of these in which they fell together.
    #[must_use]
    pub fn pair(&self, a: usize, b: usize) -> (usize, Option<f64>) {
        let label = |place: &[u8], point: usize| place.get(point).copied().filter(|label| *label != ABSENT);
        let both = self.places.iter().filter_map(|place| Some((label(place, a)?, label(place, b)?)));
        let (drawn, same) =
            both.fold((0, 0), |(drawn, same), (a, b)| (drawn + 1, same + usize::from(a == b)));
        (drawn, (drawn > 0).then(|| real(same) / real(drawn)))
    }

    /// The same of points in another order: `order` says for each new place which point stands there.
    #[must_use]
    pub fn reordered(&self, order: &[usize]) -> Self {
        let row = |place: &Vec<u8>| {
            order.iter().map(|&point| place.get(point).copied().unwrap_or(ABSENT)).collect()
        };
        Self { places: self.places.iter().map(row).collect() }
    }
}

/// Draws points with replacement, clusters those drawn, and looks for each cluster.
///
/// - Shapes: labels (n) from 0 to k − 1; `cluster` takes the numbers of the points of a resample (each once, rising) and a seed
///   of its own and gives a label for each, below 256; answers as [`Stability`] says.
/// - Units: shares.
/// - Missing: a resample that cannot be clustered is counted in `failed` and left out.
/// - Fails: `None` for fewer than two points or resamples, where a label is not used, or where more than half of the resamples
///   fail.
/// - Reference: Hennig (2007), Computational Statistics & Data Analysis 52, as R's `fpc::clusterboot` (a point drawn twice
///   counts once); consensus: Monti et al. (2003), Machine Learning 52; ambiguous pairs: Șenbabaoğlu et al. (2014),
///   Scientific Reports 4.
/// - Accuracy: the means of the same bootstrap written in R, within simulation error; `tests/clusters.rs`.
/// - Determinism: resample b is drawn by part b of the seed; threads change nothing.
#[must_use]
pub fn resampled_clusters(
    labels: &[usize],
    resamples: usize,
    seed: u64,
    cluster: impl Fn(&[usize], u64) -> Option<Vec<usize>> + Sync,
) -> Option<Stability> {
    let n = labels.len();
    let k = labels.iter().max()? + 1;
    if n < 2 || resamples < 2 || (0..k).any(|c| !labels.contains(&c)) {
        return None;
    }
    let drawn: Vec<Option<Vec<u8>>> = (0..resamples as u64)
        .into_par_iter()
        .map(|part| {
            let mut rng = Rng::part(seed, part);
            let mut is_drawn = vec![false; n];
            for _ in 0..n {
                is_drawn[usize::try_from(rng.below(n as u64)).unwrap_or_default()] = true;
            }
            let rows: Vec<usize> = (0..n).filter(|&i| is_drawn[i]).collect();
            let found = cluster(&rows, rng.next_u64()).filter(|found| found.len() == rows.len())?;
            let mut place = vec![ABSENT; n];
            for (&row, label) in rows.iter().zip(found) {
                place[row] = u8::try_from(label).ok().filter(|label| *label != ABSENT)?;
            }
            Some(place)
        })
        .collect();
    let places: Vec<Vec<u8>> = drawn.into_iter().flatten().collect();
    if 2 * places.len() < resamples {
        return None;
    }
    let best: Vec<Vec<f64>> = places.par_iter().map(|place| largest_jaccard(labels, k, place)).collect();
    let share = |c: usize, is: fn(f64) -> bool| {
        real(best.iter().filter(|jaccard| is(jaccard[c])).count()) / real(places.len())
    };
    let jaccard = |c: usize| best.iter().fold(0.0, |total, own| total + own[c]) / real(places.len());
    let (together, ambiguous) = consensus(&places, labels, k);
    Some(Stability {
        jaccard: (0..k).map(jaccard).collect(),
        dissolved: (0..k).map(|c| share(c, |j| j <= 0.5)).collect(),
        recovered: (0..k).map(|c| share(c, |j| j >= 0.75)).collect(),
        together,
        ambiguous,
        resamples,
        failed: resamples - places.len(),
        draws: LabelDraws { places },
    })
}

/// The label of a point that was not drawn.
const ABSENT: u8 = u8::MAX;

/// For each cluster the largest similarity with one of the resample, among the points drawn.
fn largest_jaccard(labels: &[usize], k: usize, place: &[u8]) -> Vec<f64> {
    let mut counts = vec![[0_usize; 256]; k];
    for (&label, &place) in labels.iter().zip(place) {
        counts[label][usize::from(place)] += 1;
    }
    let new = |to: usize| counts.iter().map(|row| row[to]).sum::<usize>();
    let sizes: Vec<(usize, usize)> =
        (0..usize::from(ABSENT)).map(|to| (to, new(to))).filter(|size| size.1 > 0).collect();
    let of_cluster = |row: &[usize; 256]| {
        let own: usize = row.iter().take(usize::from(ABSENT)).sum();
        let jaccard = |&(to, size): &(usize, usize)| real(row[to]) / real(own + size - row[to]);
        sizes.iter().map(jaccard).fold(0.0, f64::max)
    };
    counts.iter().map(of_cluster).collect()
}

/// Resamples of a point, a bit each, and the same again for each label that it had.
struct Marks {
    drawn: Vec<u64>,
    labels: Vec<Vec<u64>>,
}

/// For each point and cluster the mean share of resamples together, and the share of ambiguous pairs.
fn consensus(places: &[Vec<u8>], labels: &[usize], k: usize) -> (Vec<Vec<Option<f64>>>, f64) {
    let n = labels.len();
    let most = places.iter().flatten().filter(|p| **p != ABSENT).max().map_or(0, |top| usize::from(*top) + 1);
    let words = places.len().div_ceil(64);
    let marks: Vec<Marks> = (0..n)
        .map(|i| {
            let mut marks = Marks { drawn: vec![0; words], labels: vec![vec![0; words]; most] };
            for (b, place) in places.iter().enumerate().filter(|(_, place)| place[i] != ABSENT) {
                marks.drawn[b / 64] |= 1 << (b % 64);
                marks.labels[usize::from(place[i])][b / 64] |= 1 << (b % 64);
            }
            marks
        })
        .collect();
    let common = |a: &[u64], b: &[u64]| a.iter().zip(b).map(|(a, b)| (a & b).count_ones()).sum::<u32>();
    let of_point = |i: usize| {
        let (mut totals, mut pairs, mut ambiguous, mut known) =
            (vec![0.0; k], vec![0_usize; k], 0_usize, 0_usize);
        for j in (0..n).filter(|&j| j != i) {
            let drawn = common(&marks[i].drawn, &marks[j].drawn);
            if drawn == 0 {
                continue;
            }
            let same: u32 = marks[i].labels.iter().zip(&marks[j].labels).map(|(a, b)| common(a, b)).sum();
            let share = f64::from(same) / f64::from(drawn);
            totals[labels[j]] += share;
            pairs[labels[j]] += 1;
            known += 1;
            ambiguous += usize::from(share > 0.1 && share < 0.9);
        }
        let means = totals.iter().zip(&pairs).map(|(total, &pairs)| (pairs > 0).then(|| total / real(pairs)));
        (means.collect::<Vec<_>>(), ambiguous, known)
    };
    let points: Vec<(Vec<Option<f64>>, usize, usize)> =
        (0..n).into_par_iter().map(|i| Arch::new().dispatch(|| of_point(i))).collect();
    let (ambiguous, known) = points.iter().fold((0, 0), |(a, b), point| (a + point.1, b + point.2));
    let share = if known > 0 { real(ambiguous) / real(known) } else { 0.0 };
    (points.into_iter().map(|point| point.0).collect(), share)
}

#[cfg(test)]
mod tests {
    use super::{LabelDraws, largest_jaccard, resampled_clusters};
    use crate::stats::{Rng, kmeans};
    use ndarray::{Array2, Axis};

    #[test]
    fn jaccard_by_hand() {
        // cluster 0 = {0, 1, 2}, drawn 0 and 2; cluster 1 = {3, 4}
        let found = largest_jaccard(&[0, 0, 0, 1, 1], 2, &[5, 255, 7, 7, 7]);
        assert!((found[0] - 0.5).abs() < 1e-15 && (found[1] - 2.0 / 3.0).abs() < 1e-15);
    }

    #[test]
    fn pairs_are_counted_where_both_are_drawn() {
        let draws = LabelDraws { places: vec![vec![0, 0, 255], vec![1, 0, 0], vec![2, 2, 2]] };
        let both = |drawn: usize, share: f64| (drawn, Some(share));
        assert_eq!(
            [draws.pair(0, 1), draws.pair(0, 2), draws.pair(1, 2)],
            [both(3, 2.0 / 3.0), both(2, 0.5), both(2, 1.0)]
        );
        let turned = draws.reordered(&[2, 0, 1]);
        assert_eq!(
            [turned.pair(1, 2), turned.pair(1, 0), turned.pair(0, 7)],
            [both(3, 2.0 / 3.0), both(2, 0.5), (0, None)]
        );
    }

    fn stability(points: &Array2<f64>, k: usize) -> super::Stability {
        let whole = kmeans(points.view(), k, 10, 1).unwrap();
        resampled_clusters(&whole.labels, 60, 5, |rows, seed| {
            kmeans(points.select(Axis(0), rows).view(), k, 5, seed).map(|p| p.labels)
        })
        .unwrap()
    }

    #[test]
    fn planted_clusters_come_back_and_halves_of_a_disc_do_not() {
        let mut rng = Rng::new(3);
        let planted = Array2::from_shape_fn((90, 2), |(i, j)| {
            [[0.0, 0.0], [9.0, 0.0], [0.0, 9.0]][i % 3][j] + rng.normal()
        });
        let sound = stability(&planted, 3);
        assert!(sound.jaccard.iter().all(|j| *j > 0.97) && sound.ambiguous < 0.01, "{sound:?}");
        assert!(sound.recovered.iter().all(|share| *share > 0.95));
        assert!(sound.together[0][0].unwrap() > 0.99 && sound.together[0][1].unwrap() < 0.01);
        let disc = Array2::from_shape_fn((90, 2), |_| rng.normal());
        let halves = stability(&disc, 3);
        assert!(halves.jaccard.iter().all(|j| *j < 0.75) && halves.ambiguous > 0.2, "{halves:?}");
    }

    #[test]
    fn resamples_that_fail_are_counted_and_many_are_no_answer() {
        let labels = [0, 0, 1, 1, 1];
        let some =
            resampled_clusters(&labels, 50, 1, |rows, seed| (seed % 4 != 0).then(|| vec![0; rows.len()]));
        let some = some.unwrap();
        assert!(some.failed > 3 && some.failed < 25 && some.resamples == 50);
        assert!(resampled_clusters(&labels, 50, 1, |_, _| None).is_none());
        assert!(resampled_clusters(&[0, 2], 50, 1, |rows, _| Some(vec![0; rows.len()])).is_none());
    }
}
