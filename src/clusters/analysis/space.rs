//! Where rows lie: points with coordinates, or dissimilarities of mixed columns.

use ndarray::{Array2, Axis};
use rayon::prelude::*;

use crate::stats::{Dissimilarities, silhouettes_by, silhouettes_of_each};

/// Rows to be divided.
#[derive(Debug, Clone, PartialEq)]
pub enum Space {
    /// Points on common scales, shape (n, p).
    Points(Array2<f64>),
    /// Gower's dissimilarities.
    Mixed(Dissimilarities),
}

impl Space {
    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        match self {
            Self::Points(points) => points.nrows(),
            Self::Mixed(dissimilarities) => dissimilarities.points(),
        }
    }

    pub(super) fn subset(&self, rows: &[usize]) -> Self {
        match self {
            Self::Points(points) => Self::Points(points.select(Axis(0), rows)),
            Self::Mixed(dissimilarities) => Self::Mixed(dissimilarities.subset(rows)),
        }
    }

    pub(super) fn silhouettes(&self, partitions: &[Vec<usize>]) -> Vec<Option<Vec<f64>>> {
        match self {
            Self::Points(points) => {
                let each: Vec<&[usize]> = partitions.iter().map(Vec::as_slice).collect();
                silhouettes_of_each(points.view(), &each)
            }
            Self::Mixed(dissimilarities) => {
                partitions.par_iter().map(|labels| silhouettes_by(dissimilarities, labels)).collect()
            }
        }
    }
}
