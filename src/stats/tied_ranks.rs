//! The rank correlation of two columns that are known as a table of counts.

/// Spearman's ρ of a table of counts: rows and columns are ordered categories, so that nearly everything is tied.
///
/// - Shapes: a table by rows, k columns each.
/// - Units: counts in, a number in [−1, 1] and the number of pairs out.
/// - Missing: leave pairs with a missing value out.
/// - Fails: `None` for fewer than three pairs, or where all stand in one row or one column.
/// - Reference: Pearson's correlation of mid-ranks (Kendall, Gibbons 1990, 3.1), each cell of the table once.
/// - Accuracy: as [`spearman`](crate::stats::spearman) of the pairs written out; unit test.
/// - Determinism: a function of its arguments.
#[must_use]
pub fn spearman_of_counts<const K: usize>(table: &[[u32; K]]) -> Option<(f64, u32)> {
    let mut columns = [0_u32; K];
    for row in table {
        for (column, count) in columns.iter_mut().zip(row) {
            *column += count;
        }
    }
    let all: u32 = columns.iter().sum();
    let middle = (f64::from(all) + 1.0) / 2.0;
    let mut centred = [0.0; K];
    let (mut before, mut of_columns) = (0.0, 0.0);
    for (rank, &count) in centred.iter_mut().zip(&columns) {
        let count = f64::from(count);
        *rank = before + (count + 1.0) / 2.0 - middle;
        of_columns += count * *rank * *rank;
        before += count;
    }
    let (mut before, mut of_rows, mut product) = (0.0, 0.0, 0.0);
    for row in table {
        let count = f64::from(row.iter().sum::<u32>());
        let rank = before + (count + 1.0) / 2.0 - middle;
        of_rows += count * rank * rank;
        let along: f64 = row.iter().zip(&centred).map(|(&cell, other)| f64::from(cell) * other).sum();
        product += rank * along;
        before += count;
    }
    let scale = of_rows * of_columns;
    (all >= 3 && scale > 0.0).then(|| ((product / scale.sqrt()).clamp(-1.0, 1.0), all))
}

#[cfg(test)]
mod tests {
    use super::spearman_of_counts;
    use crate::stats::{Rng, spearman};

    #[test]
    fn as_the_pairs_written_out() {
        let mut rng = Rng::new(2);
        for _ in 0..50 {
            let mut table = [[0_u32; 4]; 9];
            let (mut x, mut y) = (Vec::new(), Vec::new());
            for _ in 0..30 {
                let (row, column) = (rng.below(9) as usize, rng.below(4) as usize);
                table[row][column] += 1;
                x.push(row as f64);
                y.push(column as f64);
            }
            let (rho, pairs) = spearman_of_counts(&table).unwrap();
            assert!((rho - spearman(&x, &y).unwrap().coefficient).abs() < 1e-12 && pairs == 30);
        }
        assert!(spearman_of_counts(&[[3, 0], [4, 0]]).is_none());
        assert!(spearman_of_counts(&[[1, 0], [0, 1]]).is_none());
    }
}
