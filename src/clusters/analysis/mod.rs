//! Clusters of the rows of a table, and whether to believe them: the stage and `rsoko cluster` ask the same questions.

mod choice;
mod method;
mod space;

use std::cmp::Ordering;
use std::ops::RangeInclusive;

use ndarray::{Array2, Axis};

use crate::base::Seed;
use crate::stats::{
    Gap, Reference, Stability, adjusted_rand, calinski_harabasz, gap_statistic, mean, resampled_clusters,
};

pub use choice::{Choice, Ground, band};
pub use method::Method;
pub use space::Space;

use method::{Dividing, Part};

/// What is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// The method whose clusters are taken.
    pub method: Method,
    /// Other methods, for comparison.
    pub compare: Vec<Method>,
    /// Numbers of clusters; a single one is taken as it is declared.
    pub k: RangeInclusive<usize>,
    /// Starts of k-means.
    pub starts: usize,
    /// Starts in each resample and in each reference: there are many of them.
    pub starts_again: usize,
    /// Resamples of the bootstrap; fewer than two: none.
    pub resamples: usize,
    /// References of the gap statistic; fewer than two: none.
    pub references: usize,
}

/// Starts in each resample and in each reference, where nobody says otherwise.
pub const STARTS_AGAIN: usize = 5;

/// One number of clusters by one method.
#[derive(Debug, Clone, PartialEq)]
pub struct Tried {
    /// The method.
    pub method: Method,
    /// Number of clusters.
    pub k: usize,
    /// Its division, clusters in no order.
    pub part: Part,
    /// Silhouette of each row; none for one cluster.
    pub silhouettes: Option<Vec<f64>>,
    /// Mean of them.
    pub silhouette: Option<f64>,
    /// Calinski–Harabasz; none for one cluster or mixed columns.
    pub calinski_harabasz: Option<f64>,
    /// Gap and its error, for the method whose clusters are taken.
    pub gap: Option<(f64, f64)>,
}

/// The clusters that were taken.
#[derive(Debug, Clone, PartialEq)]
pub struct Taken {
    /// Cluster of each row, from 0, by rising mean of the first key.
    pub labels: Vec<usize>,
    /// Silhouette of each row.
    pub silhouettes: Vec<f64>,
    /// Number of clusters.
    pub k: usize,
    /// How they fare in resamples.
    pub stability: Option<Stability>,
    /// Adjusted Rand with every other method at the same number of clusters.
    pub agreement: Vec<(Method, f64)>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Analysis {
    /// Every method with every number of clusters.
    pub tried: Vec<Tried>,
    /// Which number, and why.
    pub choice: Choice,
    /// The clusters; none where the rows do not fall into groups.
    pub taken: Option<Taken>,
    /// Mean Jaccard similarities of the clusters that were thought of, taken or not.
    pub jaccard: Vec<f64>,
}

impl Options {
    /// Steps that [`analyse`] tells of.
    #[must_use]
    pub fn steps(&self) -> u64 {
        let gaps = if self.asks_gap() { self.references } else { 0 };
        (1 + self.compare.len() + gaps + self.resamples) as u64
    }

    fn asks_gap(&self) -> bool {
        self.references > 1 && self.k.start() < self.k.end()
    }
}

/// Clusters the rows. `keys` are the columns as numbers, the first the one that orders the clusters: rows are sorted by them
/// before anything is drawn, so the order of the rows changes nothing.
#[must_use]
pub fn analyse(
    space: &Space,
    keys: &[Vec<f64>],
    options: &Options,
    seed: Seed,
    tick: &(dyn Fn(u64) + Sync),
) -> Option<Analysis> {
    let order = sorted_rows(space.rows(), keys);
    let sorted = space.subset(&order);
    let sorted_keys: Vec<Vec<f64>> =
        keys.iter().map(|key| order.iter().filter_map(|&row| key.get(row).copied()).collect()).collect();
    let mut analysis = of_sorted(&sorted, &sorted_keys, options, seed, tick)?;
    let back = Back { order: &order };
    for tried in &mut analysis.tried {
        tried.part.labels = back.rows(&tried.part.labels);
        tried.silhouettes = tried.silhouettes.as_deref().map(|s| back.rows(s));
    }
    if let Some(taken) = &mut analysis.taken {
        taken.labels = back.rows(&taken.labels);
        taken.silhouettes = back.rows(&taken.silhouettes);
        if let Some(stability) = &mut taken.stability {
            stability.together = back.rows(&stability.together);
            stability.draws = stability.draws.reordered(&back.rows(&(0..order.len()).collect::<Vec<_>>()));
        }
    }
    Some(analysis)
}

/// From sorted rows back to the caller's.
struct Back<'a> {
    order: &'a [usize],
}

impl Back<'_> {
    fn rows<T: Clone>(&self, sorted: &[T]) -> Vec<T> {
        let mut places: Vec<(usize, &T)> = self.order.iter().copied().zip(sorted).collect();
        places.sort_by_key(|(row, _)| *row);
        places.into_iter().map(|(_, value)| value.clone()).collect()
    }
}

fn sorted_rows(rows: usize, keys: &[Vec<f64>]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..rows).collect();
    // −0 and 0 are one place
    let value = |key: &Vec<f64>, row: usize| key.get(row).map_or(0.0, |v| v + 0.0);
    order.sort_by(|&a, &b| {
        let compared = keys.iter().map(|key| value(key, a).total_cmp(&value(key, b)));
        compared.into_iter().find(|o| o.is_ne()).unwrap_or(Ordering::Equal)
    });
    order
}

fn of_sorted(
    space: &Space,
    keys: &[Vec<f64>],
    options: &Options,
    seed: Seed,
    tick: &(dyn Fn(u64) + Sync),
) -> Option<Analysis> {
    let mut ks: Vec<usize> = options.k.clone().filter(|&k| k >= 1 && k <= space.rows()).collect();
    if options.k.start() < options.k.end() && !ks.contains(&1) {
        ks.insert(0, 1);
    }
    let dividing = Dividing::new(space, &ks, options.starts, seed.of("divide"));
    let mut tried = Vec::new();
    for method in std::iter::once(options.method).chain(options.compare.iter().copied()) {
        let found = dividing.by(method);
        for (&k, part) in ks.iter().zip(found) {
            if let Some(part) = part {
                tried.push(Tried {
                    method,
                    k,
                    part,
                    silhouettes: None,
                    silhouette: None,
                    calinski_harabasz: None,
                    gap: None,
                });
            }
        }
        tick(1);
    }
    indices(space, &mut tried);
    let gap = options.asks_gap().then(|| gap(space, options, &ks, seed.of("gap"), tick)).flatten();
    if let Some(gap) = &gap {
        for tried in tried.iter_mut().filter(|tried| tried.method == options.method) {
            let at = tried.k - 1;
            tried.gap = gap.gap.get(at).copied().zip(gap.std_error.get(at).copied());
        }
    }
    let mut choice = Choice::of(options, &tried, gap.as_ref());
    let candidate = choice.taken.and_then(|k| tried.iter().find(|t| t.method == options.method && t.k == k));
    let Some(candidate) = candidate else {
        choice.taken = None;
        return Some(Analysis { tried, choice, taken: None, jaccard: Vec::new() });
    };
    let labels = ordered(&candidate.part.labels, candidate.k, keys);
    let stability = stability(space, options, &labels, candidate.k, seed.of("resamples"), tick);
    if let Some(stability) = &stability {
        choice.look_at(stability, &labels);
    }
    let taken = choice.taken.map(|k| Taken {
        silhouettes: candidate.silhouettes.clone().unwrap_or_else(|| vec![0.0; labels.len()]),
        agreement: agreement(&tried, options, k, &labels),
        labels,
        k,
        stability: stability.clone(),
    });
    let jaccard = stability.map(|stability| stability.jaccard).unwrap_or_default();
    Some(Analysis { tried, choice, taken, jaccard })
}

fn indices(space: &Space, tried: &mut [Tried]) {
    let all: Vec<Vec<usize>> = tried.iter().map(|tried| tried.part.labels.clone()).collect();
    for (tried, silhouettes) in tried.iter_mut().zip(space.silhouettes(&all)) {
        tried.silhouette = silhouettes.as_deref().and_then(mean);
        tried.silhouettes = silhouettes;
        if let Space::Points(points) = space {
            tried.calinski_harabasz = calinski_harabasz(points.view(), &tried.part.labels);
        }
    }
}

/// The gap of k-means or of a tree; that of k-means stands for mixtures and medoids too.
fn gap(
    space: &Space,
    options: &Options,
    ks: &[usize],
    seed: Seed,
    tick: &(dyn Fn(u64) + Sync),
) -> Option<Gap> {
    let Space::Points(points) = space else { return None };
    let most = ks.last().copied()?;
    let all: Vec<usize> = (1..=most).collect();
    let method = match options.method {
        Method::Ward | Method::Average => options.method,
        Method::KMeans | Method::Mixture | Method::Medoids => Method::KMeans,
    };
    let starts = options.starts_again;
    gap_statistic(points.view(), options.references, Reference::Components, seed.0, |points, part| {
        let drawn = Space::Points(points.to_owned());
        let found = Dividing::new(&drawn, &all, starts, Seed(part)).by(method);
        let logs = found.into_iter().map(|part| Some(libm::log(0.5 * part?.inertia?))).collect();
        tick(1);
        logs
    })
}

fn stability(
    space: &Space,
    options: &Options,
    labels: &[usize],
    k: usize,
    seed: Seed,
    tick: &(dyn Fn(u64) + Sync),
) -> Option<Stability> {
    if k < 2 {
        return None;
    }
    let starts = options.starts_again;
    resampled_clusters(labels, options.resamples, seed.0, |rows, part| {
        let found =
            Dividing::new(&space.subset(rows), &[k], starts, Seed(part)).by(options.method).pop().flatten();
        tick(1);
        found.map(|part| part.labels)
    })
}

fn agreement(tried: &[Tried], options: &Options, k: usize, labels: &[usize]) -> Vec<(Method, f64)> {
    let others = tried.iter().filter(|other| other.k == k && other.method != options.method);
    others.filter_map(|other| Some((other.method, adjusted_rand(labels, &other.part.labels)?))).collect()
}

/// Labels by rising mean of the first key, then of the others, then by the first row.
fn ordered(labels: &[usize], k: usize, keys: &[Vec<f64>]) -> Vec<usize> {
    let centre = |cluster: usize, key: &Vec<f64>| {
        let members = key.iter().zip(labels).filter(|(v, label)| **label == cluster && v.is_finite());
        mean(&members.map(|(v, _)| *v).collect::<Vec<_>>()).unwrap_or(f64::NAN)
    };
    let means: Vec<Vec<f64>> =
        (0..k).map(|cluster| keys.iter().map(|key| centre(cluster, key)).collect()).collect();
    let first = |cluster: usize| labels.iter().position(|label| *label == cluster);
    let mut order: Vec<usize> = (0..k).collect();
    order.sort_by(|&a, &b| {
        let compared = means.get(a).into_iter().flatten().zip(means.get(b).into_iter().flatten());
        let by_mean = compared.map(|(a, b)| a.total_cmp(b)).find(|o| o.is_ne());
        by_mean.unwrap_or_else(|| first(a).cmp(&first(b)))
    });
    labels.iter().map(|label| order.iter().position(|own| own == label).unwrap_or_default()).collect()
}

/// Means of the clusters of points, shape (k, p).
#[must_use]
pub fn centres(points: &Array2<f64>, labels: &[usize], k: usize) -> Array2<f64> {
    let mut centres = Array2::zeros((k, points.ncols()));
    for (cluster, mut centre) in centres.axis_iter_mut(Axis(0)).enumerate() {
        let rows: Vec<usize> = (0..labels.len()).filter(|&row| labels.get(row) == Some(&cluster)).collect();
        let own = points.select(Axis(0), &rows);
        for (value, column) in centre.iter_mut().zip(own.axis_iter(Axis(1))) {
            *value = mean(&column.to_vec()).unwrap_or(f64::NAN);
        }
    }
    centres
}

#[cfg(test)]
mod tests {
    use super::{Ground, Method, Options, Space, analyse};
    use crate::base::Seed;
    use crate::stats::Rng;
    use ndarray::{Array2, Axis};

    fn options() -> Options {
        Options {
            method: Method::KMeans,
            compare: vec![Method::Ward, Method::Medoids],
            k: 2..=5,
            starts: 10,
            starts_again: 5,
            resamples: 40,
            references: 20,
        }
    }

    fn planted(rng: &mut Rng) -> Array2<f64> {
        Array2::from_shape_fn((90, 2), |(i, j)| {
            [[0.0, 8.0], [8.0, 0.0], [-8.0, 0.0]][i % 3][j] + rng.normal()
        })
    }

    fn keys(points: &Array2<f64>) -> Vec<Vec<f64>> {
        points.axis_iter(Axis(1)).map(|column| column.to_vec()).collect()
    }

    #[test]
    fn planted_groups_are_found_named_by_their_order_whatever_rows_and_seed() {
        let points = planted(&mut Rng::new(1));
        let found =
            analyse(&Space::Points(points.clone()), &keys(&points), &options(), Seed(1), &|_| ()).unwrap();
        let taken = found.taken.as_ref().unwrap();
        assert_eq!((taken.k, found.choice.ground), (3, Ground::SilhouetteAndGap));
        assert!((0..90).all(|i| taken.labels[i] == [1, 2, 0][i % 3]));
        assert!(taken.stability.as_ref().unwrap().jaccard.iter().all(|j| *j > 0.95));
        assert!(taken.agreement.len() == 2 && taken.agreement.iter().all(|(_, ari)| *ari > 0.95));
        let mut order: Vec<usize> = (0..90).collect();
        Rng::new(5).shuffle(&mut order);
        let shuffled = points.select(Axis(0), &order);
        let again = |seed| {
            analyse(&Space::Points(shuffled.clone()), &keys(&shuffled), &options(), Seed(seed), &|_| ())
                .unwrap()
        };
        let same = again(1);
        let of_rows: Vec<usize> = order.iter().map(|&row| taken.labels[row]).collect();
        assert_eq!(same.taken.as_ref().unwrap().labels, of_rows);
        assert_eq!(same.choice, found.choice);
        assert_eq!(same.taken.unwrap().stability.unwrap().jaccard, taken.stability.as_ref().unwrap().jaccard);
        assert_eq!(again(77).taken.unwrap().labels, of_rows, "another seed, the same clusters");
    }

    /// Ten clouds without groups: the answer is that there are none.
    #[test]
    fn a_cloud_is_not_divided() {
        for seed in 0..10 {
            let mut rng = Rng::new(100 + seed);
            let cloud = Array2::from_shape_fn((120, 4), |_| rng.normal());
            let found =
                analyse(&Space::Points(cloud.clone()), &keys(&cloud), &options(), Seed(seed), &|_| ())
                    .unwrap();
            assert!(found.taken.is_none(), "{seed}: {:?}", found.choice);
            assert!(found.tried.len() == 15 && found.choice.ground.no_groups());
        }
    }

    #[test]
    fn a_declared_number_is_taken_and_its_instability_is_told() {
        let mut rng = Rng::new(3);
        let cloud = Array2::from_shape_fn((80, 2), |_| rng.normal());
        let declared = Options { k: 4..=4, ..options() };
        let found =
            analyse(&Space::Points(cloud.clone()), &keys(&cloud), &declared, Seed(1), &|_| ()).unwrap();
        assert_eq!((found.choice.taken, found.choice.ground), (Some(4), Ground::Declared));
        let stability = found.taken.unwrap().stability.unwrap();
        assert!(stability.jaccard.iter().any(|j| *j < 0.75), "{stability:?}");
    }
}
