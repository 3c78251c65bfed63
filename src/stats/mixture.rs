//! Mixtures of normal distributions: clusters that may overlap, and differ in size, shape and direction.

mod covariance;

use ndarray::{Array2, ArrayView2, Axis};

use crate::stats::kmeans::rows;
use crate::stats::partition::real;
use crate::stats::sum;
use covariance::{Root, estimate};

/// How the covariances of the components may differ, as mclust names it (in brackets scikit-learn's word).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Structure {
    /// One variance for all directions and all components.
    Eii,
    /// One variance for all directions, each component its own («spherical»).
    Vii,
    /// A variance a column, the same for all components.
    Eei,
    /// A variance a column, each component its own («diag»).
    Vvi,
    /// Any covariance, the same for all components («tied»).
    Eee,
    /// Any covariance, each component its own («full»).
    Vvv,
}

impl Structure {
    /// Every structure by its name.
    pub const ALL: [(&'static str, Self); 6] = [
        ("EII", Self::Eii),
        ("VII", Self::Vii),
        ("EEI", Self::Eei),
        ("VVI", Self::Vvi),
        ("EEE", Self::Eee),
        ("VVV", Self::Vvv),
    ];

    /// mclust's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.into_iter().find(|(_, own)| *own == self).map_or("", |(name, _)| name)
    }

    /// Free numbers of the covariances of k components in p columns.
    fn parameters(self, k: usize, p: usize) -> usize {
        match self {
            Self::Eii => 1,
            Self::Vii => k,
            Self::Eei => p,
            Self::Vvi => k * p,
            Self::Eee => p * (p + 1) / 2,
            Self::Vvv => k * p * (p + 1) / 2,
        }
    }
}

/// A fitted mixture.
#[derive(Debug, Clone, PartialEq)]
pub struct Mixture {
    /// Shares of the components, shape (k).
    pub weights: Vec<f64>,
    /// Their means, shape (k, p).
    pub means: Array2<f64>,
    /// Probability of each component for each point, shape (n, k).
    pub probabilities: Array2<f64>,
    /// The most probable component of each point, shape (n).
    pub labels: Vec<usize>,
    /// Logarithm of the likelihood.
    pub log_likelihood: f64,
    /// Free numbers.
    pub parameters: usize,
    /// 2 log L − parameters · log n: larger is better, as mclust has it.
    pub bic: f64,
    /// Did the likelihood settle?
    pub converged: bool,
}

/// When to stop.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MixtureOptions {
    /// The likelihood has settled when its logarithm grows by less than this share of itself.
    pub tolerance: f64,
    /// Most steps.
    pub steps_max: usize,
}

impl Default for MixtureOptions {
    fn default() -> Self {
        Self { tolerance: 1e-5, steps_max: 1_000 }
    }
}

/// A mixture of k normal distributions, by maximum likelihood from a given division.
///
/// - Shapes: points (n, p), labels (n) from 0 to k − 1, each used; components keep the order of the labels.
/// - Units: those of the columns.
/// - Missing: a value that is not finite gives `None`.
/// - Fails: `None` where shapes differ, a label below the largest is not used, or a component shrinks until its covariance is
///   singular: then the likelihood has no maximum.
/// - Reference: Dempster, Laird, Rubin (1977), JRSS B 39; structures and BIC: Fraley, Raftery (2002), JASA 97, Celeux, Govaert
///   (1995), Pattern Recognition 28 (those with a closed M-step).
/// - Accuracy: log-likelihood of mclust's `me` to 1e-7, weights and means to 1e-4 where followed to 1e-13; `tests/golden_clusters.rs`.
///   The answer is the maximum that the given division leads to.
/// - Determinism: a function of its arguments; one thread.
#[must_use]
pub fn fit_mixture(
    points: ArrayView2<'_, f64>,
    labels: &[usize],
    structure: Structure,
    options: MixtureOptions,
) -> Option<Mixture> {
    let (n, p) = points.dim();
    let k = labels.iter().max()? + 1;
    let used = (0..k).all(|c| labels.contains(&c));
    if labels.len() != n || p == 0 || k > n || !used || points.iter().any(|v| !v.is_finite()) {
        return None;
    }
    let points = points.as_standard_layout().into_owned();
    let columns = points.t().as_standard_layout().into_owned();
    let mut probabilities = Array2::from_shape_fn((k, n), |(c, i)| f64::from(u8::from(labels[i] == c)));
    let mut before = f64::NEG_INFINITY;
    for step in 0..options.steps_max {
        let model = Model::of(&points, &columns, &probabilities, structure)?;
        let log_likelihood = model.expect(&columns, &mut probabilities)?;
        let grown = (log_likelihood - before).abs() / (1.0 + log_likelihood.abs());
        before = log_likelihood;
        if grown < options.tolerance || step + 1 == options.steps_max {
            let converged = grown < options.tolerance;
            let parameters = k - 1 + k * p + structure.parameters(k, p);
            let probabilities = probabilities.t().as_standard_layout().into_owned();
            return Some(Mixture {
                labels: probabilities
                    .rows()
                    .into_iter()
                    .map(|row| most(row.as_slice()?))
                    .collect::<Option<_>>()?,
                bic: 2.0 * log_likelihood - real(parameters) * libm::log(real(n)),
                weights: model.weights,
                means: model.means,
                probabilities,
                log_likelihood,
                parameters,
                converged,
            });
        }
    }
    None
}

/// The position of the largest number, of equal ones the first.
fn most(values: &[f64]) -> Option<usize> {
    (0..values.len()).reduce(|best, next| if values[next] > values[best] { next } else { best })
}

/// Components as the last step left them.
struct Model {
    weights: Vec<f64>,
    means: Array2<f64>,
    roots: Vec<Root>,
}

impl Model {
    /// The M-step. The points stand row by row and again column by column; probabilities, here and below, component by
    /// component, shape (k, n).
    fn of(
        points: &Array2<f64>,
        columns: &Array2<f64>,
        probabilities: &Array2<f64>,
        structure: Structure,
    ) -> Option<Self> {
        let n = real(points.nrows());
        let sizes: Vec<f64> = rows(&probabilities.view()).map(sum).collect();
        if sizes.iter().any(|size| *size < 1e-10) {
            return None;
        }
        let mut means = probabilities.dot(points);
        for (mut mean, size) in means.axis_iter_mut(Axis(0)).zip(&sizes) {
            mean.mapv_inplace(|total| total / size);
        }
        let roots = estimate(columns, probabilities, &means, &sizes, structure)?;
        Some(Self { weights: sizes.iter().map(|size| size / n).collect(), means, roots })
    }

    /// The E-step over points column by column: fills the probabilities, returns the log-likelihood.
    fn expect(&self, columns: &Array2<f64>, probabilities: &mut Array2<f64>) -> Option<f64> {
        let (p, n) = (real(columns.nrows()), columns.ncols());
        let mut top = vec![f64::NEG_INFINITY; n];
        let components = self.roots.iter().zip(&self.weights).zip(rows(&self.means.view()));
        for (((root, weight), mean), mut logs) in components.zip(probabilities.rows_mut()) {
            let constant = libm::log(*weight)
                - 0.5 * (p * libm::log(2.0 * std::f64::consts::PI) + root.log_determinant());
            let squares = root.squares(columns, mean);
            for ((log, top), square) in logs.iter_mut().zip(&mut top).zip(squares) {
                *log = constant - 0.5 * square;
                *top = top.max(*log);
            }
        }
        let mut totals = vec![0.0; n];
        for mut logs in probabilities.rows_mut() {
            for ((log, top), total) in logs.iter_mut().zip(&top).zip(&mut totals) {
                *log = density(*log - top);
                *total += *log;
            }
        }
        for mut densities in probabilities.rows_mut() {
            densities.iter_mut().zip(&totals).for_each(|(density, total)| *density /= total);
        }
        let logarithms: Vec<f64> =
            top.iter().zip(&totals).map(|(top, total)| top + libm::log(*total)).collect();
        Some(sum(&logarithms)).filter(|log_likelihood| log_likelihood.is_finite())
    }
}

/// A density relative to the highest one, of its logarithm; one that no sum with the highest would notice is none.
fn density(log: f64) -> f64 {
    match log {
        _ if log >= 0.0 => 1.0,
        _ if log < -38.0 => 0.0,
        _ => libm::exp(log),
    }
}

#[cfg(test)]
mod tests {
    use super::{MixtureOptions, Structure, fit_mixture};
    use crate::stats::{Rng, adjusted_rand, normal_quantile};
    use ndarray::{Array2, array};

    #[test]
    fn one_component_is_the_normal_distribution() {
        let points = array![[1.0], [2.0], [4.0], [7.0]];
        let found = fit_mixture(points.view(), &[0; 4], Structure::Vvv, MixtureOptions::default()).unwrap();
        // mean 3.5, variance 21/4
        let want = -2.0 * (libm::log(2.0 * std::f64::consts::PI * 5.25) + 1.0);
        assert!((found.log_likelihood - want).abs() < 1e-12 && found.converged);
        assert!((found.bic - (2.0 * want - 2.0 * libm::log(4.0))).abs() < 1e-12);
    }

    #[test]
    fn planted_components_come_back_and_the_structure_that_made_them_is_preferred() {
        let mut rng = Rng::new(6);
        let truth: Vec<usize> = (0..300).map(|i| usize::from(i >= 200)).collect();
        // a long component and a round one
        let points = Array2::from_shape_fn((300, 2), |(i, j)| {
            let wide = if truth[i] == 0 && j == 0 { 3.0 } else { 0.7 };
            wide * rng.normal() + if truth[i] == 1 && j == 1 { 5.0 } else { 0.0 }
        });
        let start: Vec<usize> = (0..300).map(|i| usize::from(points[[i, 1]] > 2.5)).collect();
        let fits = Structure::ALL
            .map(|(_, s)| fit_mixture(points.view(), &start, s, MixtureOptions::default()).unwrap());
        let best = (0..6).max_by(|&a, &b| fits[a].bic.total_cmp(&fits[b].bic)).unwrap();
        assert_eq!(Structure::ALL[best].0, "VVI", "{:?}", fits.map(|f| f.bic));
        assert!(adjusted_rand(&fits[best].labels, &truth).unwrap() > 0.97);
        assert!((fits[best].weights[0] - 2.0 / 3.0).abs() < 0.02);
    }

    #[test]
    fn a_component_without_width_has_no_likelihood() {
        let points = array![[1.0, 1.0], [1.0, 1.0], [5.0, 2.0], [6.0, 4.0], [7.0, 1.0]];
        let fit = |s| fit_mixture(points.view(), &[0, 0, 1, 1, 1], s, MixtureOptions::default());
        assert!(fit(Structure::Vvv).is_none() && fit(Structure::Vvi).is_none());
        assert!(fit(Structure::Eii).is_some());
        assert!(
            fit_mixture(points.view(), &[0, 0, 2, 2, 2], Structure::Eii, MixtureOptions::default()).is_none()
        );
    }

    /// Two halves of one normal distribution: nothing of them is believed.
    #[test]
    fn one_cloud_is_one_component() {
        let points = Array2::from_shape_fn((200, 1), |(i, _)| {
            normal_quantile((f64::from(u32::try_from(i).unwrap()) + 0.5) / 200.0).unwrap()
        });
        let halves: Vec<usize> = (0..200).map(|i| usize::from(i >= 100)).collect();
        let bic = |labels: &[usize]| {
            fit_mixture(points.view(), labels, Structure::Vii, MixtureOptions::default()).unwrap().bic
        };
        assert!(bic(&[0; 200]) > bic(&halves) + 5.0);
    }
}
