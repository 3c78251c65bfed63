//! The random-intercept model: pupils in schools, schools that vary.

mod blocks;
mod decorrelated;
mod effects;
mod profile;

use ndarray::{Array2, ArrayView2};

use crate::stats::{Interval, normal_quantile};
use blocks::{At, Blocks};

pub use decorrelated::decorrelated;
pub use effects::GroupEffect;

/// Which likelihood is maximised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Likelihood {
    /// The restricted one: variances are not too small for the coefficients that were estimated.
    Restricted,
    /// The full one, by which models with different columns may be compared.
    Full,
}

/// Why there is no random-intercept fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MixedTrouble {
    /// Shapes differ, a number is not finite, a weight is not above 0.
    Malformed,
    /// Not more rows than columns.
    TooFewRows,
    /// These columns are, up to rounding, combinations of the others.
    Singular(Vec<usize>),
    /// One group, or no group with two rows: the two variances cannot be told apart.
    Unidentified,
    /// Nothing is left over: the columns (or the groups) explain the response exactly.
    Exact,
}

/// A fitted random-intercept model: y = X β + u(group) + e, u of variance τ², e of variance σ² / weight.
#[derive(Debug, Clone)]
pub struct MixedFit {
    /// Fixed effects, shape (k).
    pub coefficients: Vec<f64>,
    /// Their covariance, shape (k, k), the variances taken as known.
    pub covariance: Array2<f64>,
    /// Satterthwaite's degrees of freedom of each coefficient, shape (k); n − k where τ² is 0.
    pub df: Vec<f64>,
    /// τ²: variance between groups.
    pub between: f64,
    /// σ²: variance inside groups (of a row of weight 1).
    pub within: f64,
    /// τ² / (τ² + σ²).
    pub icc: f64,
    /// Profile intervals of τ², σ² and the intraclass correlation.
    pub between_interval: Interval,
    /// As above.
    pub within_interval: Interval,
    /// As above.
    pub icc_interval: Interval,
    /// The level of these intervals.
    pub level: f64,
    /// (Restricted) log-likelihood.
    pub log_likelihood: f64,
    /// Group effects, by group number, shape (groups).
    pub groups: Vec<GroupEffect>,
    /// Variance of the rows' X β, for R² (Nakagawa, Schielzeth 2013): marginal R² = this by the sum of the three variances.
    pub explained: f64,
    /// Which likelihood.
    pub likelihood: Likelihood,
}

impl MixedFit {
    /// R² of the fixed effects alone, and with the groups (Nakagawa, Schielzeth 2013, Methods in Ecology and Evolution 4).
    #[must_use]
    pub fn r2(&self) -> (f64, f64) {
        let total = self.explained + self.between + self.within;
        (self.explained / total, (self.explained + self.between) / total)
    }
}

/// Rows of a random-intercept model.
#[derive(Debug, Clone, Copy)]
pub struct MixedData<'a> {
    /// Response, shape (n).
    pub response: &'a [f64],
    /// Design, shape (n, k), with its intercept column.
    pub design: ArrayView2<'a, f64>,
    /// Group of each row, shape (n): every number from 0 to the largest occurs.
    pub groups: &'a [usize],
    /// Weights above 0, shape (n); 1 where there are none.
    pub weights: Option<&'a [f64]>,
}

/// Fits y = X β + u(group) + e by (restricted) maximum likelihood.
///
/// - Shapes: as [`MixedData`] says; `level` of the intervals of the variances, inside (0, 1).
/// - Units: coefficients in units of y by unit of their column; variances in squared units of y.
/// - Missing: leave such rows out; a value that is not finite is `Malformed`.
/// - Fails: as [`MixedTrouble`] says. A variance between groups of exactly 0 is an answer, not a failure.
/// - Reference: Laird, Ware (1982), Biometrics 38; Bates et al. (2015), Journal of Statistical Software 67(1), 3.4: the
///   likelihood profiled over β and σ², a function of θ = τ²/σ² alone, in closed form by the groups' means and the pooled
///   cross-product inside groups (kept as QR triangles): O(groups · k²) an evaluation. The minimum is the root of its analytic
///   derivative. Degrees of freedom: Satterthwaite as in Kuznetsova, Brockhoff, Christensen (2017), JSS 82(13), eq. 5, with
///   the analytic second derivatives. Intervals: profile likelihood of each variance.
/// - Accuracy: 9 digits in coefficients, variances and errors against roots in extended precision (`tests/golden.rs`; lme4
///   itself stops at 5 to 8); degrees of freedom 4 digits against lmerTest (`tests/reference.rs`).
/// - Determinism: a function of its arguments, one thread; the numbering of groups changes nothing but rounding.
///
/// # Errors
/// As above.
pub fn fit_mixed(data: MixedData<'_>, likelihood: Likelihood, level: f64) -> Result<MixedFit, MixedTrouble> {
    if !(level > 0.0 && level < 1.0) {
        return Err(MixedTrouble::Malformed);
    }
    let blocks = Blocks::new(data, likelihood)?;
    let ratio = blocks.minimum();
    let at = blocks.at(ratio);
    let within = at.within;
    let between = ratio * within;
    let limit = normal_quantile(0.5 + level / 2.0).map_or(f64::NAN, |z| z * z);
    let intervals = profile::intervals(&blocks, ratio, limit);
    let covariance = at.inverse.mapv(|v| v * within);
    let df = effects::satterthwaite(&blocks, ratio, &at);
    Ok(MixedFit {
        groups: effects::groups(&blocks, ratio, &at),
        explained: explained(data, &at),
        coefficients: at.coefficients,
        covariance,
        df,
        between,
        within,
        icc: ratio / (1.0 + ratio),
        between_interval: intervals.between,
        within_interval: intervals.within,
        icc_interval: intervals.icc,
        level,
        log_likelihood: -0.5 * blocks.deviance(ratio),
        likelihood,
    })
}

fn explained(data: MixedData<'_>, at: &At) -> f64 {
    let fitted: Vec<f64> = data
        .design
        .rows()
        .into_iter()
        .map(|row| row.iter().zip(&at.coefficients).map(|(x, b)| x * b).sum())
        .collect();
    crate::stats::standard_deviation(&fitted).map_or(0.0, |sd| sd * sd)
}

/// A column as its groups' means and what is left inside groups (Mundlak's decomposition): with both in a regression, the
/// coefficient inside groups is that of a fixed-effects model, and the gap between the two is what the group's context adds.
///
/// - Shapes: values (n), groups (n); two columns (n), (n) out: between, within; they add up to the values.
/// - Units: those of the values.
/// - Missing: a NaN makes its whole group NaN; leave missing values out first.
/// - Fails: `None` where lengths differ.
/// - Reference: Mundlak (1978), Econometrica 46(1); Bell, Jones (2015), Political Science Research and Methods 3(1).
/// - Accuracy: one rounding; unit test of this file.
/// - Determinism: a function of its arguments.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "numbers of rows")]
pub fn between_within(values: &[f64], groups: &[usize]) -> Option<(Vec<f64>, Vec<f64>)> {
    if values.len() != groups.len() {
        return None;
    }
    let mut totals = vec![crate::stats::sum::Total::default(); groups.iter().max().map_or(0, |g| g + 1)];
    let mut counts = vec![0_usize; totals.len()];
    for (value, &group) in values.iter().zip(groups) {
        totals[group].add(*value);
        counts[group] += 1;
    }
    let between: Vec<f64> = groups.iter().map(|&g| totals[g].value() / counts[g] as f64).collect();
    let within = values.iter().zip(&between).map(|(v, m)| v - m).collect();
    Some((between, within))
}

#[cfg(test)]
mod tests {
    use super::{Likelihood, MixedData, MixedTrouble, between_within, fit_mixed};
    use crate::stats::Rng;
    use ndarray::Array2;

    #[test]
    fn a_balanced_design_has_closed_forms() {
        // one-way analysis of variance: 3 groups of 4; REML: σ² = MSW, τ² = (MSB − MSW) / 4
        let y = [1.0, 2.0, 3.0, 2.0, 5.0, 6.0, 4.0, 5.0, 9.0, 8.0, 7.0, 8.0];
        let groups: Vec<usize> = (0..12).map(|i| i / 4).collect();
        let ones = Array2::ones((12, 1));
        let data = MixedData { response: &y, design: ones.view(), groups: &groups, weights: None };
        let fit = fit_mixed(data, Likelihood::Restricted, 0.95).unwrap();
        let (msw, msb) = (6.0 / 9.0, 4.0 * 18.0 / 2.0);
        assert!((fit.within - msw).abs() < 1e-12, "{}", fit.within);
        assert!((fit.between - (msb - msw) / 4.0).abs() < 1e-10, "{}", fit.between);
        assert!((fit.coefficients[0] - 5.0).abs() < 1e-13);
        // the mean of three groups has two degrees of freedom and the variance MSB / 12
        assert!((fit.covariance[[0, 0]] - msb / 12.0).abs() < 1e-10);
        assert!((fit.df[0] - 2.0).abs() < 1e-7, "{}", fit.df[0]);
        let ml = fit_mixed(data, Likelihood::Full, 0.95).unwrap();
        assert!((ml.between - (msb * 2.0 / 3.0 - msw) / 4.0).abs() < 1e-10);
        // effects: shrunken means
        let keep = fit.between / (fit.between + msw / 4.0);
        assert!(
            (fit.groups[0].effect + 3.0 * keep).abs() < 1e-10
                && (fit.groups[0].reliability - keep).abs() < 1e-12
        );
        let diagnostic = fit.groups[0].diagnostic_se * fit.groups[0].diagnostic_se;
        let comparative = fit.groups[0].comparative_se * fit.groups[0].comparative_se;
        assert!((diagnostic + comparative - fit.between).abs() < 1e-10);
        assert!(fit.between_interval.low < fit.between && fit.between < fit.between_interval.high);
    }

    #[test]
    fn groups_that_do_not_vary_give_zero_and_nonsense_is_refused() {
        let mut rng = Rng::new(3);
        let groups: Vec<usize> = (0..60).map(|i| i / 6).collect();
        let raw: Vec<f64> = (0..60).map(|_| rng.normal()).collect();
        let (_, y) = between_within(&raw, &groups).unwrap();
        let ones = Array2::ones((60, 1));
        let data = MixedData { response: &y, design: ones.view(), groups: &groups, weights: None };
        let fit = fit_mixed(data, Likelihood::Restricted, 0.95).unwrap();
        assert!(fit.between.abs() < f64::MIN_POSITIVE && fit.groups.iter().all(|g| g.effect.abs() < 1e-300));
        assert!((fit.df[0] - 59.0).abs() < 1e-12 && fit.between_interval.low.abs() < 1e-300);
        let each: Vec<usize> = (0..60).collect();
        let refused = |groups: &[usize]| {
            let data = MixedData { response: &y, design: ones.view(), groups, weights: None };
            fit_mixed(data, Likelihood::Restricted, 0.95).map(|f| f.within)
        };
        assert_eq!(refused(&each), Err(MixedTrouble::Unidentified));
        assert_eq!(refused(&[0; 60]), Err(MixedTrouble::Unidentified));
        assert_eq!(refused(&[0; 3]), Err(MixedTrouble::Malformed));
        let twice = Array2::ones((60, 2));
        let singular = fit_mixed(MixedData { design: twice.view(), ..data }, Likelihood::Full, 0.95);
        assert!(matches!(singular, Err(MixedTrouble::Singular(c)) if c.len() == 1));
        let flat = fit_mixed(MixedData { response: &[2.0; 60], ..data }, Likelihood::Restricted, 0.95);
        assert!(matches!(flat, Err(MixedTrouble::Exact)));
    }
}
