//! Trees of clusters: the two nearest ones are joined, again and again.

use kodama::Method;

use crate::stats::Dissimilarities;

/// What "near" means for clusters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Linkage {
    /// The smallest growth of the sum of squares inside (distances must be Euclidean).
    Ward,
    /// The mean of all pairs.
    Average,
}

/// A tree of clusters.
#[derive(Debug, Clone, PartialEq)]
pub struct Tree {
    /// The n − 1 joins, by rising height: points are 0 … n − 1, the cluster made by join i is n + i.
    pub joins: Vec<(usize, usize)>,
    /// Height of each join.
    pub heights: Vec<f64>,
    points: usize,
}

/// The tree of points by their dissimilarities.
///
/// - Shapes: dissimilarities of n points; n − 1 joins.
/// - Units: heights in those of the dissimilarities; Ward's are the square root of twice the growth of the sum of squares.
/// - Missing: none can be.
/// - Fails: `None` for fewer than two points.
/// - Reference: Murtagh, Legendre (2014), Journal of Classification 31 (Ward, their `ward.D2`); Sokal, Michener (1958)
///   (average). Nearest-neighbour chains (Müllner 2011) of the crate kodama.
/// - Accuracy: heights of R's `hclust` to 10 digits, the same clusters; `tests/golden_clusters.rs`.
/// - Determinism: one thread. Equal dissimilarities are taken in the order of the points: sort points first where their order
///   must not matter.
#[must_use]
pub fn linkage(dissimilarities: &Dissimilarities, method: Linkage) -> Option<Tree> {
    let points = dissimilarities.points();
    if points < 2 {
        return None;
    }
    let method = match method {
        Linkage::Ward => Method::Ward,
        Linkage::Average => Method::Average,
    };
    let made = kodama::linkage(&mut dissimilarities.pairs().to_vec(), points, method);
    Some(Tree {
        joins: made.steps().iter().map(|step| (step.cluster1, step.cluster2)).collect(),
        heights: made.steps().iter().map(|step| step.dissimilarity).collect(),
        points,
    })
}

impl Tree {
    /// The clusters that stand before the last k − 1 joins, numbered by their first point; `None` where k is not 1 … n.
    #[must_use]
    pub fn cut(&self, k: usize) -> Option<Vec<usize>> {
        if k == 0 || k > self.points {
            return None;
        }
        let mut parents: Vec<usize> = (0..self.points + self.joins.len()).collect();
        for (at, &(a, b)) in self.joins.iter().take(self.points - k).enumerate() {
            parents[a] = self.points + at;
            parents[b] = self.points + at;
        }
        // a parent always has a larger number
        for at in (0..parents.len()).rev() {
            parents[at] = parents[parents[at]];
        }
        let mut seen: Vec<usize> = Vec::with_capacity(k);
        let number = |root: usize| {
            seen.iter().position(|s| *s == root).unwrap_or_else(|| {
                seen.push(root);
                seen.len() - 1
            })
        };
        Some(parents.iter().take(self.points).copied().map(number).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::{Linkage, linkage};
    use crate::stats::euclidean;
    use ndarray::array;

    #[test]
    fn by_hand() {
        let points = array![[0.0], [10.0], [1.0], [11.5]];
        let distances = euclidean(points.view()).unwrap();
        let average = linkage(&distances, Linkage::Average).unwrap();
        for (got, want) in average.heights.iter().zip([1.0, 1.5, 10.25]) {
            assert!((got - want).abs() < 1e-14);
        }
        // Ward: √(2 · 2·2/4) times the distance of the means
        let ward = linkage(&distances, Linkage::Ward).unwrap();
        assert!((ward.heights[2] - 2.0_f64.sqrt() * 10.25).abs() < 1e-13, "{:?}", ward.heights);
        assert_eq!(ward.cut(2).unwrap(), [0, 1, 0, 1]);
        assert_eq!(ward.cut(3).unwrap(), [0, 1, 0, 2]);
        assert_eq!(ward.cut(1).unwrap(), [0; 4]);
        assert_eq!(ward.cut(4).unwrap(), [0, 1, 2, 3]);
        assert!(ward.cut(0).is_none() && ward.cut(5).is_none());
        assert!(linkage(&euclidean(array![[1.0]].view()).unwrap(), Linkage::Ward).is_none());
    }
}
