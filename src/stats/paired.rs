//! Two judgements of the same pupils: does the second differ from the first?

use faer::{Mat, Side};

use crate::stats::{beta_below, chi_square_above, normal_above, sum};

/// McNemar's test of a fourfold table of pairs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct McNemar {
    /// (b − c)² / (b + c).
    pub chi_square: f64,
    /// Its p.
    pub p: f64,
    /// (|b − c| − 1)² / (b + c).
    pub chi_square_corrected: f64,
    /// Its p.
    pub p_corrected: f64,
    /// Exact conditional p.
    pub p_exact: f64,
    /// The mid-p: less cautious than the exact one, and rarely above its level.
    pub p_mid: f64,
}

/// McNemar's test: of the pairs that changed, do as many change one way as the other?
///
/// - Shapes: the two counts of pairs that changed.
/// - Units: counts.
/// - Missing: leave pairs with a missing judgement out.
/// - Fails: `None` where no pair changed: there is nothing to test.
/// - Reference: McNemar (1947), Psychometrika 12(2); Edwards (1948) for the correction; exact and mid-p: Fagerland,
///   Lydersen, Laake (2013), BMC Medical Research Methodology 13:91.
/// - Accuracy: 11 digits; `tests/golden.rs` against R, `tests/reference.rs` against statsmodels.
/// - Determinism: a function of its arguments.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of pupils")]
pub fn mcnemar(first_only: u64, second_only: u64) -> Option<McNemar> {
    let n = first_only.checked_add(second_only).filter(|n| *n > 0)?;
    let (gap, total) = (first_only.abs_diff(second_only) as f64, n as f64);
    let p_of = |chi_square: f64| 2.0 * normal_above(chi_square.sqrt());
    let (chi_square, corrected) = (gap * gap / total, (gap - 1.0) * (gap - 1.0) / total);
    let least = first_only.min(second_only) as f64;
    // P(X ≤ least) of Binomial(n, 1/2)
    let below = beta_below(0.5, total - least, least + 1.0)?;
    let ln_choose = libm::lgamma(total + 1.0) - libm::lgamma(least + 1.0) - libm::lgamma(total - least + 1.0);
    let here = libm::exp(ln_choose - total * std::f64::consts::LN_2);
    let even = first_only == second_only;
    Some(McNemar {
        chi_square,
        p: p_of(chi_square),
        chi_square_corrected: corrected,
        p_corrected: p_of(corrected),
        p_exact: (2.0 * below).min(1.0),
        p_mid: if even { 1.0 - 0.5 * here } else { (2.0 * below - here).max(0.0) },
    })
}

/// A chi-square test of equal margins.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Homogeneity {
    /// The statistic.
    pub chi_square: f64,
    /// Its degrees of freedom: categories less 1, fewer where categories do not mix.
    pub df: usize,
    /// Its p.
    pub p: f64,
}

/// The Stuart–Maxwell test: do two judgements in several categories have the same margins?
///
/// - Shapes: a square table by rows, k × k: rows the first judgement, columns the second.
/// - Units: counts.
/// - Missing: leave pairs with a missing judgement out.
/// - Fails: `None` where the table is not square or nothing changed.
/// - Reference: Stuart (1955), Biometrika 42; Maxwell (1970), British Journal of Psychiatry 116; with a pseudo-inverse, so that
///   categories without changes do no harm.
/// - Accuracy: 11 digits against statsmodels; `tests/reference.rs`.
/// - Determinism: a function of its arguments.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of pupils")]
pub fn stuart_maxwell(table: &[Vec<u64>]) -> Option<Homogeneity> {
    let k = table.len();
    if k < 2 || table.iter().any(|row| row.len() != k) {
        return None;
    }
    let cell = |i: usize, j: usize| table[i][j] as f64;
    let gap = |i: usize| sum(&(0..k).map(|j| cell(i, j) - cell(j, i)).collect::<Vec<_>>());
    let changed = |i: usize| (0..k).filter(|j| *j != i).map(|j| cell(i, j) + cell(j, i)).sum::<f64>();
    let spread = Mat::from_fn(k, k, |i, j| if i == j { changed(i) } else { -(cell(i, j) + cell(j, i)) });
    let eigen = spread.self_adjoint_eigen(Side::Lower).ok()?;
    let (values, vectors) = (eigen.S().column_vector(), eigen.U());
    let largest = (0..k).map(|j| values[j]).fold(0.0, f64::max);
    let gaps: Vec<f64> = (0..k).map(gap).collect();
    let (mut terms, mut df) = (Vec::new(), 0);
    for j in (0..k).filter(|j| values[*j] > 1e-9 * largest) {
        let along = sum(&(0..k).map(|i| vectors[(i, j)] * gaps[i]).collect::<Vec<_>>());
        terms.push(along * along / values[j]);
        df += 1;
    }
    let chi_square = sum(&terms);
    (df > 0).then_some(())?;
    Some(Homogeneity { chi_square, df, p: chi_square_above(chi_square, df as f64)? })
}

#[cfg(test)]
mod tests {
    use super::{mcnemar, stuart_maxwell};

    #[test]
    fn by_hand() {
        let test = mcnemar(1, 7).unwrap();
        assert!((test.chi_square - 36.0 / 8.0).abs() < 1e-15);
        assert!((test.chi_square_corrected - 25.0 / 8.0).abs() < 1e-15);
        // P(X ≤ 1) of eight tosses: 9 / 256
        assert!((test.p_exact - 18.0 / 256.0).abs() < 1e-14 && (test.p_mid - 10.0 / 256.0).abs() < 1e-14);
        let even = mcnemar(2, 2).unwrap();
        assert!((even.p_exact - 1.0).abs() < 1e-14 && (even.p_mid - (1.0 - 3.0 / 16.0)).abs() < 1e-14);
        assert!(mcnemar(0, 0).is_none());
        // two categories: McNemar's statistic
        let both = stuart_maxwell(&[vec![5, 1], vec![7, 9]]).unwrap();
        assert!((both.chi_square - test.chi_square).abs() < 1e-12 && both.df == 1);
        assert!((both.p / test.p - 1.0).abs() < 1e-10);
        // a category in which nothing changes takes no degree of freedom
        let three = stuart_maxwell(&[vec![5, 1, 0], vec![7, 9, 0], vec![0, 0, 4]]).unwrap();
        assert!((three.chi_square - test.chi_square).abs() < 1e-12 && three.df == 1);
        assert!(stuart_maxwell(&[vec![5, 0], vec![0, 9]]).is_none() && stuart_maxwell(&[vec![5]]).is_none());
    }
}
