//! Analysis of variance by one factor.

use super::LinearTrouble;
use crate::stats::double::Double;
use crate::stats::fisher_above;

/// The table of a one-way analysis of variance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Anova {
    /// Sum of squares between levels.
    pub between_ss: f64,
    /// Sum of squares within levels.
    pub within_ss: f64,
    /// Levels less one.
    pub between_df: usize,
    /// Rows less levels.
    pub within_df: usize,
    /// Mean square between by mean square within.
    pub f: f64,
    /// P of a larger F; `None` where nothing varies.
    pub p: Option<f64>,
}

#[expect(clippy::cast_precision_loss, reason = "numbers of rows")]
impl Anova {
    /// Mean square between levels.
    #[must_use]
    pub fn between_ms(&self) -> f64 {
        self.between_ss / self.between_df as f64
    }

    /// Mean square within levels.
    #[must_use]
    pub fn within_ms(&self) -> f64 {
        self.within_ss / self.within_df as f64
    }

    /// The share of the sum of squares that lies between levels.
    #[must_use]
    pub fn r_squared(&self) -> f64 {
        self.between_ss / (self.between_ss + self.within_ss)
    }
}

/// One-way analysis of variance: do the levels differ in their means?
///
/// - Shapes: values (n), levels (n) as numbers below n.
/// - Units: sums of squares in squared units of the values.
/// - Missing: none can be.
/// - Fails: `Malformed` where shapes differ or there is one level only; `NotFinite`; `NoFreedom` where every row has a level of its
///   own.
/// - Reference: Fisher (1925), «Statistical Methods for Research Workers», VII; two passes in arithmetic of 106 bits (Dekker 1971).
/// - Accuracy: the exact answer for the float64 data, rounded; NIST's eleven sets, `rsoko certify`.
/// - Determinism: one thread.
///
/// # Errors
/// As above.
pub fn anova(values: &[f64], levels: &[usize]) -> Result<Anova, LinearTrouble> {
    let n = values.len();
    if levels.len() != n || levels.iter().any(|&l| l >= n) {
        return Err(LinearTrouble::Malformed);
    }
    if let Some(row) = values.iter().position(|v| !v.is_finite()) {
        return Err(LinearTrouble::NotFinite { row });
    }
    let mut groups: Vec<(Double, usize)> = vec![(Double::ZERO, 0); n];
    for (&value, &level) in values.iter().zip(levels) {
        let (total, count) = groups[level];
        groups[level] = (total + Double::from(value), count + 1);
    }
    let count = groups.iter().filter(|(_, count)| *count > 0).count();
    if count < 2 {
        return Err(LinearTrouble::Malformed);
    }
    if count == n {
        return Err(LinearTrouble::NoFreedom { rows: n, coefficients: count });
    }
    let all = groups.iter().fold(Double::ZERO, |sum, (total, _)| sum + *total);
    let grand = all / number(n);
    let means: Vec<Double> = groups.iter().map(|&(total, n)| total / number(n.max(1))).collect();
    let between = groups.iter().zip(&means).fold(Double::ZERO, |sum, (&(_, n), &mean)| {
        let off = if n > 0 { mean - grand } else { Double::ZERO };
        sum + number(n) * off * off
    });
    let within = values.iter().zip(levels).fold(Double::ZERO, |sum, (&value, &level)| {
        let off = Double::from(value) - means[level];
        sum + off * off
    });
    let (between_df, within_df) = (count - 1, n - count);
    let (df1, df2) = (number(between_df), number(within_df));
    let f = (between / df1 / (within / df2)).value();
    Ok(Anova {
        between_ss: between.value(),
        within_ss: within.value(),
        between_df,
        within_df,
        f,
        p: fisher_above(f, df1.value(), df2.value()),
    })
}

#[expect(clippy::cast_precision_loss, reason = "numbers of rows")]
fn number(n: usize) -> Double {
    Double::from(n as f64)
}

#[cfg(test)]
mod tests {
    use super::anova;
    use crate::stats::LinearTrouble;

    #[test]
    fn by_hand_whatever_the_offset() {
        // means 2 and 5, grand mean 3.5: between 6 · 1.5² = 13.5, within 2 + 2
        for offset in [0.0, 1e9, -1e12] {
            let values = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0].map(|v| v + offset);
            let table = anova(&values, &[3, 3, 3, 1, 1, 1]).unwrap();
            for (got, want) in [
                (table.between_ss, 13.5),
                (table.within_ss, 4.0),
                (table.f, 13.5),
                (table.between_ms(), 13.5),
                (table.within_ms(), 1.0),
                (table.r_squared(), 13.5 / 17.5),
                // R: pf(13.5, 1, 4, lower = FALSE)
                (table.p.unwrap(), 0.021_311_641_128_756_727),
            ] {
                assert!((got / want - 1.0).abs() < 1e-12, "{offset}: {got} {want}");
            }
            assert_eq!((table.between_df, table.within_df), (1, 4));
        }
    }

    #[test]
    fn nonsense_is_refused() {
        assert_eq!(anova(&[1.0, 2.0], &[0]).unwrap_err(), LinearTrouble::Malformed);
        assert_eq!(anova(&[1.0, 2.0], &[1, 1]).unwrap_err(), LinearTrouble::Malformed);
        assert_eq!(anova(&[1.0, f64::NAN], &[0, 1]).unwrap_err(), LinearTrouble::NotFinite { row: 1 });
        let own = anova(&[1.0, 2.0], &[0, 1]).unwrap_err();
        assert_eq!(own, LinearTrouble::NoFreedom { rows: 2, coefficients: 2 });
        assert_eq!(anova(&[3.0; 4], &[0, 0, 1, 1]).unwrap().p, None);
    }
}
