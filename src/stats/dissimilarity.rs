//! How far points lie from each other, pair by pair.

use ndarray::ArrayView2;
use rayon::prelude::*;

use crate::stats::kmeans::rows;

/// Dissimilarities of n points: symmetric, 0 with itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Dissimilarities {
    points: usize,
    /// Pairs i < j, row by row.
    pairs: Vec<f64>,
}

/// A column of a mixed table, as [`gower`] takes it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum GowerColumn<'a> {
    /// Numbers; NaN where missing.
    Numbers(&'a [f64]),
    /// Classes by their numbers; none where missing.
    Classes(&'a [Option<usize>]),
}

impl Dissimilarities {
    /// Number of points.
    #[must_use]
    pub fn points(&self) -> usize {
        self.points
    }

    /// Between two points; NaN where there is no such point.
    #[must_use]
    pub fn between(&self, a: usize, b: usize) -> f64 {
        let (i, j) = (a.min(b), a.max(b));
        match j {
            _ if j >= self.points => f64::NAN,
            _ if i == j => 0.0,
            _ => self.pairs[i * (2 * self.points - i - 1) / 2 + j - i - 1],
        }
    }

    /// Those of some points, in the order in which they are named.
    #[must_use]
    pub fn subset(&self, points: &[usize]) -> Self {
        let row = |at: usize| points[at + 1..].iter().map(|&other| self.between(points[at], other)).collect();
        Self::of_rows(points.len(), row)
    }

    /// The pairs i < j, row by row.
    #[must_use]
    pub fn pairs(&self) -> &[f64] {
        &self.pairs
    }

    /// From each point to all, row by row, each pair twice: where whole rows are needed again and again.
    pub(in crate::stats) fn square(&self) -> Vec<f64> {
        let n = self.points;
        let mut square = vec![0.0; n * n];
        let mut pairs = self.pairs.iter();
        for i in 0..n {
            for j in i + 1..n {
                let value = pairs.next().copied().unwrap_or_default();
                square[i * n + j] = value;
                square[j * n + i] = value;
            }
        }
        square
    }

    /// Of the rows in parallel, each from its later neighbours.
    fn of_rows(points: usize, row: impl Fn(usize) -> Vec<f64> + Send + Sync) -> Self {
        let rows: Vec<Vec<f64>> = (0..points).into_par_iter().map(row).collect();
        Self { points, pairs: rows.concat() }
    }
}

/// Euclidean distances.
///
/// - Shapes: points (n, p); n(n − 1)/2 distances.
/// - Units: those of the columns: bring them to a common scale first.
/// - Missing: a value that is not finite gives `None`.
/// - Fails: `None` as said, and where there are no points or no columns.
/// - Reference: the definition.
/// - Accuracy: a rounding or two; heights of trees made of them have 10 digits of R's, `tests/golden_clusters.rs`.
/// - Determinism: each pair by itself; threads change nothing.
#[must_use]
pub fn euclidean(points: ArrayView2<'_, f64>) -> Option<Dissimilarities> {
    if points.is_empty() || points.iter().any(|v| !v.is_finite()) {
        return None;
    }
    let n = points.nrows();
    let columns = points.t().as_standard_layout().into_owned();
    let row = |i: usize| {
        let mut distances = vec![0.0; n - i - 1];
        for column in rows(&columns.view()) {
            let (at, later) = (column[i], &column[i + 1..]);
            distances.iter_mut().zip(later).for_each(|(distance, x)| *distance += (x - at) * (x - at));
        }
        distances.iter_mut().for_each(|distance| *distance = distance.sqrt());
        distances
    };
    Some(Dissimilarities::of_rows(n, row))
}

/// Gower's dissimilarity of rows with numbers and classes: the mean over the columns that both rows know, of the difference
/// by the column's range (numbers), or of 0 for the same class and 1 for another.
///
/// - Shapes: any number of columns of n rows; n(n − 1)/2 dissimilarities in [0, 1].
/// - Units: none.
/// - Missing: a column has no part in a pair where either row lacks it.
/// - Fails: `None` where columns differ in length, there are none, a number is infinite, or two rows know no column in common.
/// - Reference: Gower (1971), Biometrics 27(4); all weights 1, as R's `cluster::daisy(metric = "gower")`.
/// - Accuracy: 14 digits against `daisy`; `tests/clusters.rs`.
/// - Determinism: each pair by itself; threads change nothing.
#[must_use]
pub fn gower(columns: &[GowerColumn<'_>]) -> Option<Dissimilarities> {
    let lengths = columns.iter().map(|column| match column {
        GowerColumn::Numbers(values) => values.len(),
        GowerColumn::Classes(classes) => classes.len(),
    });
    let n = lengths.clone().next()?;
    let infinite =
        |c: &GowerColumn<'_>| matches!(c, GowerColumn::Numbers(v) if v.iter().any(|v| v.is_infinite()));
    if n == 0 || lengths.into_iter().any(|length| length != n) || columns.iter().any(infinite) {
        return None;
    }
    let ranges: Vec<f64> = columns.iter().map(range).collect();
    let row = |i: usize| (i + 1..n).map(|j| pair(columns, &ranges, i, j)).collect();
    let found = Dissimilarities::of_rows(n, row);
    found.pairs.iter().all(|d| d.is_finite()).then_some(found)
}

fn range(column: &GowerColumn<'_>) -> f64 {
    let GowerColumn::Numbers(values) = column else { return 1.0 };
    let known = || values.iter().copied().filter(|v| v.is_finite());
    known().fold(f64::NEG_INFINITY, f64::max) - known().fold(f64::INFINITY, f64::min)
}

fn pair(columns: &[GowerColumn<'_>], ranges: &[f64], i: usize, j: usize) -> f64 {
    let (mut total, mut known) = (0.0, 0.0_f64);
    for (column, range) in columns.iter().zip(ranges) {
        let difference = match column {
            // a column of one value sets nobody apart
            GowerColumn::Numbers(values) if *range > 0.0 => (values[i] - values[j]).abs() / range,
            GowerColumn::Numbers(values) => (values[i] - values[j]).abs(),
            GowerColumn::Classes(classes) => match (classes[i], classes[j]) {
                (Some(a), Some(b)) => f64::from(u8::from(a != b)),
                _ => f64::NAN,
            },
        };
        if difference.is_finite() {
            total += difference;
            known += 1.0;
        }
    }
    total / known
}

#[cfg(test)]
mod tests {
    use super::{GowerColumn, euclidean, gower};
    use ndarray::array;

    #[test]
    fn by_hand() {
        let distances = euclidean(array![[0.0, 0.0], [3.0, 4.0], [0.0, 1.0]].view()).unwrap();
        assert_eq!(distances.pairs().len(), 3);
        for (a, b, want) in [(0, 1, 5.0), (1, 0, 5.0), (2, 0, 1.0), (1, 2, 18.0_f64.sqrt()), (1, 1, 0.0)] {
            assert!((distances.between(a, b) - want).abs() < 1e-15);
        }
        assert!(distances.between(0, 3).is_nan());
        assert!((distances.square()[3] - 5.0).abs() < 1e-15 && distances.square()[4] < 1e-15);
    }

    #[test]
    fn mixed_rows_are_compared_where_both_are_known() {
        let numbers = [0.0, 10.0, f64::NAN, 5.0];
        let kinds = [Some(0), Some(1), Some(1), Some(0)];
        let d = gower(&[GowerColumn::Numbers(&numbers), GowerColumn::Classes(&kinds)]).unwrap();
        for (a, b, want) in [(0, 1, 1.0), (0, 2, 1.0), (1, 2, 0.0), (0, 3, 0.25), (1, 3, 0.75), (2, 3, 1.0)] {
            assert!((d.between(a, b) - want).abs() < 1e-15, "{a} {b}");
        }
    }

    #[test]
    fn rows_without_anything_in_common_have_no_dissimilarity() {
        let (left, right) = ([0.0, f64::NAN], [None, Some(1)]);
        assert!(gower(&[GowerColumn::Numbers(&left), GowerColumn::Classes(&right)]).is_none());
        assert!(gower(&[]).is_none() && gower(&[GowerColumn::Numbers(&[1.0, f64::INFINITY])]).is_none());
        assert!(gower(&[GowerColumn::Numbers(&[1.0]), GowerColumn::Numbers(&[1.0, 2.0])]).is_none());
        assert!(euclidean(array![[f64::NAN]].view()).is_none());
    }
}
