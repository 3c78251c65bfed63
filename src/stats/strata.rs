//! Fourfold tables in strata: does an association hold inside strata, and is it the same in each?

use crate::stats::{Interval, chi_square_above, normal_above, normal_quantile, sum};

/// A fourfold table: rows are groups, columns outcomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FourFold {
    /// First group, first outcome.
    pub a: u64,
    /// First group, second outcome.
    pub b: u64,
    /// Second group, first outcome.
    pub c: u64,
    /// Second group, second outcome.
    pub d: u64,
}

/// The association over all strata.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stratified {
    /// Strata with two rows or more.
    pub strata: usize,
    /// Cochran–Mantel–Haenszel chi-square.
    pub chi_square: f64,
    /// Its p.
    pub p: f64,
    /// The same with the continuity correction of ½.
    pub chi_square_corrected: f64,
    /// Its p.
    pub p_corrected: f64,
    /// Mantel–Haenszel odds ratio.
    pub odds_ratio: f64,
    /// Its interval.
    pub odds_ratio_interval: Interval,
    /// Mantel–Haenszel difference of the shares of the first outcome.
    pub risk_difference: f64,
    /// Is the odds ratio the same in all strata? Breslow and Day's chi-square with Tarone's correction, its degrees of freedom
    /// and its p; `None` with fewer than two strata that say something.
    pub breslow_day: Option<(f64, usize, f64)>,
}

/// The Cochran–Mantel–Haenszel test, the common odds ratio and its homogeneity.
///
/// - Shapes: one fourfold table a stratum; level inside (0, 1).
/// - Units: counts.
/// - Missing: leave such rows out.
/// - Fails: `None` where no stratum has both groups and both outcomes, so that the odds ratio is 0/0 or infinite, or the level
///   is not inside (0, 1).
/// - Reference: Mantel, Haenszel (1959), JNCI 22(4); Robins, Breslow, Greenland (1986), Biometrics 42 (interval); Breslow, Day
///   (1980), eq. 4.30, with Tarone (1985), Biometrika 72; Greenland, Robins (1985), Biometrics 41 (difference).
/// - Accuracy: 12 digits against R and statsmodels; `tests/golden.rs`.
/// - Determinism: independent of the order of the strata up to rounding.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of pupils")]
pub fn mantel_haenszel(strata: &[FourFold], level: f64) -> Option<Stratified> {
    let z = normal_quantile(0.5 + level / 2.0).filter(|z| *z > 0.0)?;
    let tables: Vec<[f64; 5]> = strata
        .iter()
        .map(|t| [t.a as f64, t.b as f64, t.c as f64, t.d as f64, (t.a + t.b + t.c + t.d) as f64])
        .filter(|t| t[4] > 1.0)
        .collect();
    let total = |f: &dyn Fn(&[f64; 5]) -> f64| sum(&tables.iter().map(f).collect::<Vec<_>>());
    let excess = total(&|[a, b, c, _, n]| a - (a + b) * (a + c) / n);
    let variance = total(&|[a, b, c, d, n]| (a + b) * (c + d) * (a + c) * (b + d) / (n * n * (n - 1.0)));
    let (r, s) = (total(&|[a, _, _, d, n]| a * d / n), total(&|[_, b, c, _, n]| b * c / n));
    if !(variance > 0.0 && r > 0.0 && s > 0.0) {
        return None;
    }
    let corrected = (excess.abs() - 0.5).max(0.0);
    let chi_square = [excess * excess / variance, corrected * corrected / variance];
    let p = chi_square.map(|c| 2.0 * normal_above(c.sqrt()));
    let odds_ratio = r / s;
    let log_variance = total(&|[a, b, c, d, n]| {
        let (same, other) = ((a + d) / n, (b + c) / n);
        let (own_r, own_s) = (a * d / n, b * c / n);
        same * own_r / (2.0 * r * r)
            + (same * own_s + other * own_r) / (2.0 * r * s)
            + other * own_s / (2.0 * s * s)
    });
    let half = z * log_variance.sqrt();
    let weight = total(&|[a, b, c, d, n]| (a + b) * (c + d) / n);
    Some(Stratified {
        strata: tables.len(),
        chi_square: chi_square[0],
        p: p[0],
        chi_square_corrected: chi_square[1],
        p_corrected: p[1],
        odds_ratio,
        odds_ratio_interval: Interval {
            low: odds_ratio * libm::exp(-half),
            high: odds_ratio * libm::exp(half),
        },
        risk_difference: total(&|[a, b, c, d, n]| (a * (c + d) - c * (a + b)) / n) / weight,
        breslow_day: breslow_day(&tables, odds_ratio),
    })
}

#[expect(clippy::cast_precision_loss, reason = "numbers of strata")]
fn breslow_day(tables: &[[f64; 5]], odds_ratio: f64) -> Option<(f64, usize, f64)> {
    let full = |[a, b, c, d, _]: &&[f64; 5]| a + b > 0.0 && c + d > 0.0 && a + c > 0.0 && b + d > 0.0;
    let mut gaps = Vec::new();
    let mut variances = Vec::new();
    for [a, b, c, d, _] in tables.iter().filter(full) {
        let (row, column, other) = (a + b, a + c, c + d);
        let expected = expected(row, column, other, odds_ratio);
        let cells = [expected, row - expected, column - expected, other - column + expected];
        gaps.push(a - expected);
        variances.push(1.0 / sum(&cells.map(|cell| 1.0 / cell)));
    }
    let squares: Vec<f64> = gaps.iter().zip(&variances).map(|(g, v)| g * g / v).collect();
    let whole = sum(&gaps);
    let chi_square = sum(&squares) - whole * whole / sum(&variances);
    let df = gaps.len().checked_sub(1).filter(|df| *df > 0)?;
    Some((chi_square, df, chi_square_above(chi_square, df as f64)?))
}

/// The first cell of a table with these margins and this odds ratio: the root of a quadratic inside the table's bounds,
/// written without cancellation.
fn expected(row: f64, column: f64, other: f64, odds_ratio: f64) -> f64 {
    let (quadratic, linear) = (1.0 - odds_ratio, other - column + odds_ratio * (row + column));
    let constant = -odds_ratio * row * column;
    let root = (linear * linear - 4.0 * quadratic * constant).max(0.0).sqrt();
    -2.0 * constant / (linear + root)
}

#[cfg(test)]
mod tests {
    use super::{FourFold, expected, mantel_haenszel};

    #[test]
    fn by_hand() {
        let one = FourFold { a: 10, b: 5, c: 4, d: 12 };
        let single = mantel_haenszel(&[one], 0.95).unwrap();
        assert!((single.odds_ratio - 6.0).abs() < 1e-14 && single.breslow_day.is_none());
        let logs = libm::log(single.odds_ratio_interval.high / single.odds_ratio_interval.low);
        // one stratum: Woolf's variance 1/10 + 1/5 + 1/4 + 1/12
        let woolf = (0.1_f64 + 0.2 + 0.25 + 1.0 / 12.0).sqrt();
        assert!((logs / (2.0 * 1.959_963_984_540_054 * woolf) - 1.0).abs() < 1e-12);
        assert!((single.risk_difference - (10.0 / 15.0 - 4.0 / 16.0)).abs() < 1e-14);
        // the same odds ratio in both strata: nothing speaks against homogeneity
        let twice = mantel_haenszel(&[one, FourFold { a: 20, b: 10, c: 8, d: 24 }], 0.95).unwrap();
        assert!(twice.breslow_day.unwrap().0.abs() < 1e-12);
        assert!((expected(15.0, 14.0, 16.0, 6.0) - 10.0).abs() < 1e-12);
        assert!((expected(15.0, 14.0, 16.0, 1.0) - 15.0 * 14.0 / 31.0).abs() < 1e-12);
        assert!(mantel_haenszel(&[FourFold { a: 1, b: 0, c: 3, d: 0 }], 0.95).is_none());
        assert!(mantel_haenszel(&[one], 1.0).is_none());
    }
}
