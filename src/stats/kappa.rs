//! Agreement of two judges beyond chance.

use crate::stats::{Interval, normal_above, normal_quantile, sum};

/// How much a disagreement of so many categories counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KappaWeights {
    /// Every disagreement in full.
    None,
    /// By its distance.
    Linear,
    /// By the square of its distance.
    Quadratic,
}

/// Cohen's κ and its errors.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Agreement {
    /// κ.
    pub kappa: f64,
    /// Its standard error.
    pub std_error: f64,
    /// Its standard error where there is no agreement beyond chance.
    pub std_error_null: f64,
    /// Two-sided p against no agreement beyond chance.
    pub p: f64,
    /// Its interval.
    pub interval: Interval,
}

/// Cohen's κ of two judgements in ordered categories.
///
/// - Shapes: a square table by rows, k × k; level inside (0, 1).
/// - Units: counts.
/// - Missing: leave pairs with a missing judgement out.
/// - Fails: `None` where the table is not square or empty, or all judgements are one category.
/// - Reference: Cohen (1968), Psychological Bulletin 70(4); errors: Fleiss, Cohen, Everitt (1969), Psychological Bulletin 72(5),
///   eq. 8 and 9.
/// - Accuracy: 12 digits against statsmodels; `tests/reference.rs`.
/// - Determinism: a function of its arguments.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of pupils")]
pub fn weighted_kappa(table: &[Vec<u64>], weights: KappaWeights, level: f64) -> Option<Agreement> {
    let k = table.len();
    let total: u64 = table.iter().flatten().sum();
    let z = normal_quantile(0.5 + level / 2.0).filter(|z| *z > 0.0)?;
    if k < 2 || total == 0 || table.iter().any(|row| row.len() != k) {
        return None;
    }
    let n = total as f64;
    let share = |i: usize, j: usize| table[i][j] as f64 / n;
    let rows: Vec<f64> = (0..k).map(|i| sum(&(0..k).map(|j| share(i, j)).collect::<Vec<_>>())).collect();
    let columns: Vec<f64> = (0..k).map(|j| sum(&(0..k).map(|i| share(i, j)).collect::<Vec<_>>())).collect();
    let weight = |i: usize, j: usize| {
        let distance = i.abs_diff(j) as f64 / (k - 1) as f64;
        match weights {
            KappaWeights::None => f64::from(u8::from(i == j)),
            KappaWeights::Linear => 1.0 - distance,
            KappaWeights::Quadratic => 1.0 - distance * distance,
        }
    };
    let over = |f: &dyn Fn(usize, usize) -> f64| {
        sum(&(0..k).flat_map(|i| (0..k).map(move |j| (i, j))).map(|(i, j)| f(i, j)).collect::<Vec<_>>())
    };
    let observed = over(&|i, j| weight(i, j) * share(i, j));
    let chance = over(&|i, j| weight(i, j) * rows[i] * columns[j]);
    if chance >= 1.0 {
        return None;
    }
    let by_row: Vec<f64> =
        (0..k).map(|i| sum(&(0..k).map(|j| weight(i, j) * columns[j]).collect::<Vec<_>>())).collect();
    let by_column: Vec<f64> =
        (0..k).map(|j| sum(&(0..k).map(|i| weight(i, j) * rows[i]).collect::<Vec<_>>())).collect();
    let left = 1.0 - chance;
    let own = |i: usize, j: usize| weight(i, j) * left - (by_row[i] + by_column[j]) * (1.0 - observed);
    let centre = observed * chance - 2.0 * chance + observed;
    let variance = over(&|i, j| share(i, j) * own(i, j) * own(i, j)) - centre * centre;
    let gap = |i: usize, j: usize| weight(i, j) - by_row[i] - by_column[j];
    let null = over(&|i, j| rows[i] * columns[j] * gap(i, j) * gap(i, j)) - chance * chance;
    let kappa = (observed - chance) / left;
    let std_error = variance.max(0.0).sqrt() / (left * left * n.sqrt());
    let std_error_null = null.max(0.0).sqrt() / (left * n.sqrt());
    Some(Agreement {
        kappa,
        std_error,
        std_error_null,
        p: 2.0 * normal_above((kappa / std_error_null).abs()),
        interval: Interval { low: kappa - z * std_error, high: kappa + z * std_error },
    })
}

#[cfg(test)]
mod tests {
    use super::{KappaWeights, weighted_kappa};

    #[test]
    fn by_hand() {
        // observed agreement 0.7, by chance 0.5
        let table = [vec![40, 10], vec![20, 30]];
        let plain = weighted_kappa(&table, KappaWeights::None, 0.95).unwrap();
        assert!((plain.kappa - 0.4).abs() < 1e-14);
        let linear = weighted_kappa(&table, KappaWeights::Linear, 0.95).unwrap();
        assert!(
            (linear.kappa - plain.kappa).abs() < 1e-14 && (linear.std_error - plain.std_error).abs() < 1e-14
        );
        let whole =
            weighted_kappa(&[vec![5, 0, 0], vec![0, 3, 0], vec![0, 0, 9]], KappaWeights::Quadratic, 0.95);
        assert!((whole.unwrap().kappa - 1.0).abs() < 1e-14 && whole.unwrap().std_error < 1e-9);
        assert!(weighted_kappa(&[vec![5, 0], vec![0, 0]], KappaWeights::None, 0.95).is_none());
        assert!(weighted_kappa(&[vec![5, 0, 1], vec![0, 0]], KappaWeights::None, 0.95).is_none());
    }
}
