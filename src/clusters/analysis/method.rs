//! The ways to divide.

use std::sync::OnceLock;

use rayon::prelude::*;

use crate::base::Seed;
use crate::clusters::analysis::Space;
use crate::stats::{
    Dissimilarities, Linkage, Medoids, MixtureOptions, Partition, Structure, euclidean, fit_mixture, kmeans,
    linkage, log_dispersion, medoids_of_each,
};

/// A way to divide rows into clusters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// k-means.
    KMeans,
    /// A tree by Ward's rule.
    Ward,
    /// A tree by mean dissimilarity.
    Average,
    /// A mixture of normal distributions, of six structures the best by BIC.
    Mixture,
    /// Medoids (PAM).
    Medoids,
}

impl Method {
    /// Every method by its name.
    pub const ALL: [(&'static str, Self); 5] = [
        ("kmeans", Self::KMeans),
        ("ward", Self::Ward),
        ("average", Self::Average),
        ("mixture", Self::Mixture),
        ("pam", Self::Medoids),
    ];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.into_iter().find(|(_, own)| *own == self).map_or("", |(name, _)| name)
    }

    /// The method of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(own, _)| *own == name).map(|(_, method)| method)
    }

    /// Does it need nothing but dissimilarities, so that columns may be words?
    #[must_use]
    pub fn takes_words(self) -> bool {
        matches!(self, Self::Average | Self::Medoids)
    }
}

/// A division.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Cluster of each row, from 0.
    pub labels: Vec<usize>,
    /// Sum of squares inside, of points.
    pub inertia: Option<f64>,
    /// BIC of a mixture.
    pub bic: Option<f64>,
    /// Structure of a mixture.
    pub structure: Option<&'static str>,
    /// Sum of dissimilarities to the medoids.
    pub cost: Option<f64>,
}

/// Rows to be divided into several numbers of clusters. What k-means finds is found once: mixtures begin with it; so are the
/// dissimilarities, which trees and medoids share.
pub(super) struct Dividing<'a> {
    space: &'a Space,
    ks: &'a [usize],
    starts: usize,
    seed: Seed,
    kmeans: OnceLock<Vec<Option<Partition>>>,
    euclidean: OnceLock<Option<Dissimilarities>>,
}

impl<'a> Dividing<'a> {
    pub(super) fn new(space: &'a Space, ks: &'a [usize], starts: usize, seed: Seed) -> Self {
        Self { space, ks, starts, seed, kmeans: OnceLock::new(), euclidean: OnceLock::new() }
    }

    fn kmeans(&self) -> &[Option<Partition>] {
        self.kmeans.get_or_init(|| match self.space {
            Space::Points(points) => {
                let of = |k: &usize| kmeans(points.view(), *k, self.starts, self.seed.of(&k.to_string()).0);
                self.ks.par_iter().map(of).collect()
            }
            Space::Mixed(_) => vec![None; self.ks.len()],
        })
    }

    fn dissimilarities(&self) -> Option<&Dissimilarities> {
        match self.space {
            Space::Points(points) => self.euclidean.get_or_init(|| euclidean(points.view())).as_ref(),
            Space::Mixed(dissimilarities) => Some(dissimilarities),
        }
    }

    /// The divisions of a method into each number of clusters; none where it has none.
    pub(super) fn by(&self, method: Method) -> Vec<Option<Part>> {
        let space = self.space;
        match method {
            Method::KMeans => {
                let part =
                    |found: &Partition| Part { inertia: Some(found.inertia), ..plain(found.labels.clone()) };
                self.kmeans().iter().map(|found| found.as_ref().map(part)).collect()
            }
            Method::Ward | Method::Average => {
                let rule = if method == Method::Ward { Linkage::Ward } else { Linkage::Average };
                let tree = self.dissimilarities().and_then(|d| linkage(d, rule));
                let of = |k: &usize| Some(with_inertia(space, tree.as_ref()?.cut(*k)?));
                self.ks.iter().map(of).collect()
            }
            Method::Mixture => {
                let begun = self.ks.par_iter().zip(self.kmeans());
                begun.map(|(k, found)| mixture(space, *k, &found.as_ref()?.labels)).collect()
            }
            Method::Medoids => {
                let Some(dissimilarities) = self.dissimilarities() else { return vec![None; self.ks.len()] };
                let part =
                    |found: Medoids| Part { cost: Some(found.cost), ..with_inertia(space, found.labels) };
                medoids_of_each(dissimilarities, self.ks).into_iter().map(|found| found.map(part)).collect()
            }
        }
    }
}

fn plain(labels: Vec<usize>) -> Part {
    Part { labels, inertia: None, bic: None, structure: None, cost: None }
}

fn with_inertia(space: &Space, labels: Vec<usize>) -> Part {
    let inertia = match space {
        Space::Points(points) => log_dispersion(points.view(), &labels, 2).map(|log| 2.0 * libm::exp(log)),
        Space::Mixed(_) => None,
    };
    Part { inertia, ..plain(labels) }
}

/// The structure with the largest BIC, each from the clusters of k-means; a component without rows is no cluster.
fn mixture(space: &Space, k: usize, start: &[usize]) -> Option<Part> {
    let Space::Points(points) = space else { return None };
    let fits = Structure::ALL.into_par_iter().filter_map(|(name, structure)| {
        let fit = fit_mixture(points.view(), start, structure, MixtureOptions::default())?;
        (0..k).all(|c| fit.labels.contains(&c)).then_some((name, fit))
    });
    let fits: Vec<_> = fits.collect();
    let (name, fit) =
        fits.into_iter().reduce(|best, next| if next.1.bic > best.1.bic { next } else { best })?;
    Some(Part { bic: Some(fit.bic), structure: Some(name), ..with_inertia(space, fit.labels) })
}
