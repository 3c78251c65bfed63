//! The gap statistic: are points closer together than points without clusters would be?

use ndarray::{Array2, ArrayView2};
use rayon::prelude::*;

use crate::stats::kmeans::{means, square_distance};
use crate::stats::partition::real;
use crate::stats::{Rng, mean, principal_components, standard_deviation, sum};

/// What points without clusters look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reference {
    /// Even in the box of the columns.
    Columns,
    /// Even in the box of the principal components: correlated columns are no clusters.
    Components,
}

/// Gaps of k = 1, 2, ….
#[derive(Debug, Clone, PartialEq)]
pub struct Gap {
    /// Logarithm of the dispersion inside clusters.
    pub log_inside: Vec<f64>,
    /// Its mean over references.
    pub expected: Vec<f64>,
    /// Expected less found.
    pub gap: Vec<f64>,
    /// Standard deviation over references times √(1 + 1/B).
    pub std_error: Vec<f64>,
}

impl Gap {
    /// The smallest k whose gap is not below the next one's less its error; the largest k where there is none.
    #[must_use]
    pub fn tibshirani(&self) -> usize {
        let pairs = self.gap.windows(2).zip(self.std_error.iter().skip(1));
        let found = pairs.enumerate().find(|(_, (gaps, error))| gaps[0] >= gaps[1] - *error);
        found.map_or(self.gap.len(), |(at, _)| at + 1)
    }

    /// Is no gap larger than that of one cluster by more than its error? The rule of Tibshirani et al. looks no further than the
    /// next number: of three or four clusters that are equally far apart two are no better than one, and it stops there.
    #[must_use]
    pub fn one_suffices(&self) -> bool {
        let Some((first, rest)) = self.gap.split_first() else { return true };
        rest.iter().zip(self.std_error.iter().skip(1)).all(|(gap, error)| *first >= gap - error)
    }
}

/// The gap statistic of a way to cluster.
///
/// - Shapes: points (n, p), B references; `log_inside` takes points and a seed of its own and gives the logarithm of the
///   dispersion inside clusters for k = 1, 2, …, always of the same length (see [`log_dispersion`]); as many gaps.
/// - Units: logarithms.
/// - Missing: a value that is not finite gives `None`.
/// - Fails: `None` where there are fewer than two references, no points, no components, or `log_inside` fails on the points
///   or on a reference.
/// - Reference: Tibshirani, Walther, Hastie (2001), JRSS B 63(2); choice as R's `cluster::clusGap`, `Tibs2001SEmax`.
/// - Accuracy: the dispersions of `clusGap` to 10 digits, its gaps within simulation error, its choice; `tests/golden_clusters.rs`.
/// - Determinism: reference b is drawn by part b of the seed; threads change nothing.
#[must_use]
pub fn gap_statistic(
    points: ArrayView2<'_, f64>,
    references: usize,
    reference: Reference,
    seed: u64,
    log_inside: impl Fn(ArrayView2<'_, f64>, u64) -> Option<Vec<f64>> + Sync,
) -> Option<Gap> {
    if references < 2 || points.is_empty() || points.iter().any(|v| !v.is_finite()) {
        return None;
    }
    let cloud = Cloud::of(points, reference)?;
    let found = log_inside(points, seed)?;
    let drawn: Option<Vec<Vec<f64>>> = (0..references as u64)
        .into_par_iter()
        .map(|part| {
            let mut rng = Rng::part(seed, part);
            let drawn = cloud.draw(&mut rng);
            log_inside(drawn.view(), rng.next_u64()).filter(|inside| inside.len() == found.len())
        })
        .collect();
    let drawn = drawn?;
    let of_k = |k: usize| drawn.iter().map(|inside| inside[k]).collect::<Vec<f64>>();
    let expected: Vec<f64> = (0..found.len()).map(|k| mean(&of_k(k))).collect::<Option<_>>()?;
    let factor = (1.0 + 1.0 / real(references)).sqrt();
    let std_error =
        (0..found.len()).map(|k| Some(factor * standard_deviation(&of_k(k))?)).collect::<Option<_>>()?;
    let gap: Vec<f64> = expected.iter().zip(&found).map(|(e, f)| e - f).collect();
    gap.iter().all(|g| g.is_finite()).then_some(Gap { log_inside: found, expected, gap, std_error })
}

/// The logarithm of the dispersion inside clusters: half the mean sum over pairs of a cluster of their distance (power 1) or its
/// square (power 2), added up.
///
/// - Shapes: points (n, p), labels (n) below n; one number.
/// - Units: a logarithm.
/// - Missing: leave such points out.
/// - Fails: `None` where shapes differ, a label is not below n, or the power is neither 1 nor 2. Points that do not differ
///   inside clusters give −∞.
/// - Reference: as [`gap_statistic`]; R's `clusGap(d.power = )`. For power 2 it is the logarithm of half the inertia.
/// - Accuracy: 10 digits of `clusGap`; `tests/golden_clusters.rs`.
/// - Determinism: a function of its arguments.
#[must_use]
pub fn log_dispersion(points: ArrayView2<'_, f64>, labels: &[usize], power: u8) -> Option<f64> {
    let n = points.nrows();
    if labels.len() != n || labels.iter().any(|label| *label >= n) {
        return None;
    }
    let k = labels.iter().max().map_or(0, |top| top + 1);
    let inside = match power {
        1 => {
            let mut members = vec![Vec::new(); k];
            labels.iter().enumerate().for_each(|(i, &c)| members[c].push(i));
            let of_cluster = |members: &Vec<usize>| {
                let pairs = members.iter().enumerate().flat_map(|(at, &i)| {
                    members[at + 1..]
                        .iter()
                        .map(move |&j| square_distance(points.row(i), points.row(j)).sqrt())
                });
                sum(&pairs.collect::<Vec<_>>()) / real(members.len().max(1))
            };
            sum(&members.iter().map(of_cluster).collect::<Vec<_>>())
        }
        2 => {
            let centres = means(points, labels, k);
            let squares = points.rows().into_iter().zip(labels);
            sum(&squares.map(|(p, &c)| square_distance(p, centres.row(c))).collect::<Vec<_>>())
        }
        _ => return None,
    };
    Some(libm::log(0.5 * inside))
}

/// A box, turned.
struct Cloud {
    centre: Vec<f64>,
    /// Axes in columns; none where they are those of the columns.
    axes: Option<Array2<f64>>,
    ends: Vec<(f64, f64)>,
    rows: usize,
}

impl Cloud {
    fn of(points: ArrayView2<'_, f64>, reference: Reference) -> Option<Self> {
        let (rows, p) = points.dim();
        let ends = |values: ArrayView2<'_, f64>| {
            let column = |c: ndarray::ArrayView1<'_, f64>| {
                c.iter()
                    .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(*v), high.max(*v)))
            };
            values.columns().into_iter().map(column).collect::<Vec<_>>()
        };
        Some(match reference {
            Reference::Columns => Self { centre: vec![0.0; p], axes: None, ends: ends(points), rows },
            Reference::Components => {
                let found = principal_components(points)?;
                let centre = points.columns().into_iter().filter_map(|c| mean(&c.to_vec())).collect();
                Self { centre, ends: ends(found.scores.view()), axes: Some(found.loadings), rows }
            }
        })
    }

    fn draw(&self, rng: &mut Rng) -> Array2<f64> {
        let even = Array2::from_shape_fn((self.rows, self.ends.len()), |(_, j)| {
            let (low, high) = self.ends[j];
            low + (high - low) * rng.uniform()
        });
        let mut turned = match &self.axes {
            Some(axes) => even.dot(&axes.t()),
            None => even,
        };
        for mut row in turned.rows_mut() {
            row.iter_mut().zip(&self.centre).for_each(|(value, centre)| *value += centre);
        }
        turned
    }
}

#[cfg(test)]
mod tests {
    use super::{Gap, Reference, gap_statistic, log_dispersion};
    use crate::stats::{Rng, kmeans};
    use ndarray::{Array2, ArrayView2, array};

    fn inside(points: ArrayView2<'_, f64>, seed: u64) -> Option<Vec<f64>> {
        (1..=5).map(|k| Some(libm::log(0.5 * kmeans(points, k, 3, seed)?.inertia))).collect()
    }

    #[test]
    fn the_rule_takes_the_first_k_that_the_next_does_not_beat_by_an_error() {
        let gap = |gap: &[f64]| Gap {
            log_inside: vec![0.0; gap.len()],
            expected: gap.to_vec(),
            gap: gap.to_vec(),
            std_error: vec![0.1; gap.len()],
        };
        assert_eq!(gap(&[0.0, 0.5, 0.55, 2.0]).tibshirani(), 2);
        assert_eq!(gap(&[0.0, 0.05, 5.0]).tibshirani(), 1);
        assert_eq!(gap(&[0.0, 0.2, 0.4]).tibshirani(), 3);
        assert!(!gap(&[0.0, 0.05, 5.0]).one_suffices() && gap(&[0.0, 0.05, 0.09]).one_suffices());
        assert!(gap(&[0.0]).one_suffices() && !gap(&[0.0, 0.11]).one_suffices());
    }

    #[test]
    fn dispersion_by_hand() {
        let points = array![[0.0], [1.0], [10.0], [13.0], [14.0]];
        let labels = [0, 0, 1, 1, 1];
        // 1/2 and (3 + 4 + 1)/3; the squares 1/2 and (9 + 16 + 1)/3
        let got = [1, 2].map(|power| log_dispersion(points.view(), &labels, power).unwrap());
        for (got, want) in got.iter().zip([0.5 * (0.5 + 8.0 / 3.0), 0.5 * (0.5 + 26.0 / 3.0)]) {
            assert!((libm::exp(*got) - want).abs() < 1e-13);
        }
        assert!(log_dispersion(points.view(), &labels, 3).is_none());
    }

    #[test]
    fn planted_groups_are_counted_and_a_cloud_is_one() {
        let mut rng = Rng::new(9);
        let groups = Array2::from_shape_fn((120, 2), |(i, j)| {
            [[0.0, 0.0], [7.0, 0.0], [0.0, 7.0]][i % 3][j] + rng.normal()
        });
        // a long cloud: in the box of its columns it would fall apart
        let cloud =
            Array2::from_shape_fn((120, 2), |(i, _)| f64::from(u32::try_from(i % 60).unwrap()) / 10.0)
                + Array2::from_shape_fn((120, 2), |_| 0.5 * rng.normal());
        let chosen = |points: &Array2<f64>| {
            gap_statistic(points.view(), 20, Reference::Components, 1, inside).unwrap().tibshirani()
        };
        assert_eq!(chosen(&groups), 3);
        assert_eq!(chosen(&cloud), 1);
        assert!(gap_statistic(groups.view(), 1, Reference::Columns, 1, inside).is_none());
    }
}
