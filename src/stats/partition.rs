//! Two divisions of the same points, compared and matched.

/// A count as a float.
#[expect(clippy::cast_precision_loss, reason = "numbers of points and of pairs")]
pub(in crate::stats) fn real(count: usize) -> f64 {
    count as f64
}

/// How often each cluster of one division meets each of another, shape (clusters of `a`, clusters of `b`).
pub(in crate::stats) fn crossing(a: &[usize], b: &[usize]) -> Vec<Vec<usize>> {
    let top = |labels: &[usize]| labels.iter().max().map_or(0, |top| top + 1);
    let mut counts = vec![vec![0; top(b)]; top(a)];
    a.iter().zip(b).for_each(|(&a, &b)| counts[a][b] += 1);
    counts
}

/// Rand's index of two divisions, corrected for chance: 1 where they are the same, about 0 where they have nothing to do with
/// each other.
///
/// - Shapes: two lists of labels (n), small whole numbers; one number, at most 1.
/// - Units: none.
/// - Missing: leave such points out of both.
/// - Fails: `None` where lengths differ, there are fewer than two points, or a label is not below n.
/// - Reference: Hubert, Arabie (1985), Journal of Classification 2, eq. 5. Divisions that are both trivial agree wholly.
/// - Accuracy: 13 digits against mclust and scikit-learn; `tests/golden_clusters.rs`.
/// - Determinism: a function of its arguments.
#[must_use]
pub fn adjusted_rand(a: &[usize], b: &[usize]) -> Option<f64> {
    let n = a.len();
    if n != b.len() || n < 2 || a.iter().chain(b).any(|label| *label >= n) {
        return None;
    }
    let pairs = |count: usize| real(count) * (real(count) - 1.0) / 2.0;
    let counts = crossing(a, b);
    let both: f64 = counts.iter().flatten().map(|&count| pairs(count)).sum();
    let of_a: f64 = counts.iter().map(|row| pairs(row.iter().sum())).sum();
    let columns = counts.first().map_or(0, Vec::len);
    let of_b: f64 = (0..columns).map(|b| pairs(counts.iter().map(|row| row[b]).sum())).sum();
    let expected = of_a * of_b / pairs(n);
    let most = 0.5 * (of_a + of_b);
    Some(if most - expected > 0.0 { (both - expected) / (most - expected) } else { 1.0 })
}

/// The cheapest way to give every row a column of its own.
///
/// - Shapes: costs, m rows of the same length l; m answers, of which min(m, l) have a column.
/// - Units: none.
/// - Missing: none can be.
/// - Fails: `None` where rows differ in length or a cost is not finite.
/// - Reference: Kuhn (1955), Naval Research Logistics 2; shortest augmenting paths with potentials, Jonker, Volgenant (1987),
///   Computing 38.
/// - Accuracy: the cost of the best of all permutations; unit test of this file.
/// - Determinism: of equal answers the same one each time; a function of its arguments.
#[must_use]
pub fn assignment(costs: &[Vec<f64>]) -> Option<Vec<Option<usize>>> {
    let (rows, columns) = (costs.len(), costs.first().map_or(0, Vec::len));
    if costs.iter().any(|row| row.len() != columns || row.iter().any(|cost| !cost.is_finite())) {
        return None;
    }
    if rows > columns {
        let turned: Vec<Vec<f64>> = (0..columns).map(|c| costs.iter().map(|row| row[c]).collect()).collect();
        let mut answer = vec![None; rows];
        for (column, row) in shortest_paths(&turned, rows).into_iter().enumerate() {
            answer[row] = Some(column);
        }
        return Some(answer);
    }
    Some(shortest_paths(costs, columns).into_iter().map(Some).collect())
}

/// The column of each row, where there are no more rows than columns. Position 0 of rows and columns is a helper's.
fn shortest_paths(costs: &[Vec<f64>], columns: usize) -> Vec<usize> {
    let (mut of_rows, mut of_columns) = (vec![0.0; costs.len() + 1], vec![0.0; columns + 1]);
    let mut row_of = vec![0; columns + 1];
    for row in 1..=costs.len() {
        row_of[0] = row;
        let mut at = 0;
        let (mut least, mut used) = (vec![f64::INFINITY; columns + 1], vec![false; columns + 1]);
        let mut before = vec![0; columns + 1];
        while row_of[at] != 0 {
            used[at] = true;
            let current = row_of[at];
            let (mut delta, mut next) = (f64::INFINITY, 0);
            for column in (1..=columns).filter(|&column| !used[column]) {
                let reduced = costs[current - 1][column - 1] - of_rows[current] - of_columns[column];
                if reduced < least[column] {
                    (least[column], before[column]) = (reduced, at);
                }
                if least[column] < delta {
                    (delta, next) = (least[column], column);
                }
            }
            for column in 0..=columns {
                if used[column] {
                    of_rows[row_of[column]] += delta;
                    of_columns[column] -= delta;
                } else {
                    least[column] -= delta;
                }
            }
            at = next;
        }
        while at != 0 {
            row_of[at] = row_of[before[at]];
            at = before[at];
        }
    }
    let mut answer = vec![0; costs.len()];
    for (column, &row) in row_of.iter().enumerate().skip(1) {
        if row > 0 {
            answer[row - 1] = column - 1;
        }
    }
    answer
}

/// Clusters of one division matched with those of another so that as many points as can be stay together.
///
/// - Shapes: two lists of labels (n), numbers of clusters k and l; k answers: the cluster of `b` that is the same, none where
///   `b` has fewer clusters or no point is shared.
/// - Units: none.
/// - Missing: leave such points out of both.
/// - Fails: `None` where lengths differ or a label is not below its number of clusters.
/// - Reference: [`assignment`] of shared points.
/// - Accuracy: exact; unit test of this file.
/// - Determinism: a function of its arguments.
#[must_use]
pub fn matched(a: &[usize], k: usize, b: &[usize], l: usize) -> Option<Vec<Option<usize>>> {
    if a.len() != b.len() || a.iter().any(|label| *label >= k) || b.iter().any(|label| *label >= l) {
        return None;
    }
    let mut shared = vec![vec![0_usize; l]; k];
    a.iter().zip(b).for_each(|(&a, &b)| shared[a][b] += 1);
    let costs: Vec<Vec<f64>> = shared.iter().map(|row| row.iter().map(|&c| -real(c)).collect()).collect();
    let found = assignment(&costs)?;
    Some(found.into_iter().zip(&shared).map(|(to, row)| to.filter(|&to| row[to] > 0)).collect())
}

#[cfg(test)]
mod tests {
    use super::{adjusted_rand, assignment, matched};
    use crate::stats::Rng;

    #[test]
    fn rand_by_hand() {
        // Hubert, Arabie: pairs together in both 2, in a 4, in b 3 of 15
        let (a, b) = ([0, 0, 0, 1, 1, 2], [0, 0, 1, 1, 1, 2]);
        let (both, expected, most) = (2.0, 4.0 * 4.0 / 15.0, 4.0);
        assert!((adjusted_rand(&a, &b).unwrap() - (both - expected) / (most - expected)).abs() < 1e-15);
        assert_eq!(adjusted_rand(&a, &[1, 1, 1, 0, 0, 4]), Some(1.0));
        assert_eq!(adjusted_rand(&[0; 4], &[0; 4]), Some(1.0));
        assert!(adjusted_rand(&a, &b[1..]).is_none() && adjusted_rand(&[0], &[0]).is_none());
        assert!(adjusted_rand(&a, &[9; 6]).is_none());
    }

    #[test]
    fn chance_has_rand_zero() {
        let mut rng = Rng::new(8);
        let mut draw = |_| usize::try_from(rng.below(3)).unwrap();
        let total: f64 = (0..200)
            .map(|_| {
                let [a, b] = [0, 1].map(|_| (0..60).map(&mut draw).collect::<Vec<_>>());
                adjusted_rand(&a, &b).unwrap()
            })
            .sum();
        // standard error about 0.0015
        assert!((total / 200.0).abs() < 0.006, "{total}");
    }

    fn cheapest(costs: &[Vec<f64>], row: usize, used: &mut Vec<usize>) -> f64 {
        if row == costs.len() {
            return 0.0;
        }
        let mut best = f64::INFINITY;
        for column in 0..costs[row].len() {
            if !used.contains(&column) {
                used.push(column);
                best = best.min(costs[row][column] + cheapest(costs, row + 1, used));
                used.pop();
            }
        }
        best
    }

    #[test]
    fn the_assignment_is_the_best_of_all() {
        let mut rng = Rng::new(2);
        for (rows, columns) in [(1, 1), (3, 3), (4, 6), (6, 6), (2, 7)] {
            for _ in 0..20 {
                let costs: Vec<Vec<f64>> =
                    (0..rows).map(|_| (0..columns).map(|_| rng.uniform() - 0.5).collect()).collect();
                let found = assignment(&costs).unwrap();
                let cost: f64 = found.iter().zip(&costs).map(|(c, row)| row[c.unwrap()]).sum();
                assert!((cost - cheapest(&costs, 0, &mut Vec::new())).abs() < 1e-12);
            }
        }
        let tall = assignment(&[vec![5.0], vec![1.0], vec![3.0]]).unwrap();
        assert_eq!(tall, [None, Some(0), None]);
        assert_eq!(assignment(&[]), Some(Vec::new()));
        assert!(assignment(&[vec![f64::NAN]]).is_none() && assignment(&[vec![0.0], vec![]]).is_none());
    }

    #[test]
    fn clusters_find_themselves_again() {
        let (a, b) = ([0, 0, 0, 1, 1, 2, 2], [1, 1, 0, 0, 0, 2, 2]);
        assert_eq!(matched(&a, 3, &b, 3).unwrap(), [Some(1), Some(0), Some(2)]);
        assert_eq!(matched(&a, 3, &[0; 7], 1).unwrap(), [Some(0), None, None]);
        assert_eq!(matched(&a, 4, &b, 3).unwrap()[3], None);
        assert!(matched(&a, 2, &b, 3).is_none());
    }
}
