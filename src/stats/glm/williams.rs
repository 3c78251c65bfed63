//! Binomial counts that vary more than chance, by Williams' model.

use ndarray::ArrayView2;

use super::{Counts, FitTrouble, GlmFit, Problem, Response, Rows};
use crate::stats::root::root_between;

/// A binomial regression whose rows share a correlation of their trials.
#[derive(Debug, Clone)]
pub struct WilliamsFit {
    /// Correlation φ of two trials of one row: variance t μ (1 − μ) (1 + (t − 1) φ); 0 where the counts vary no more than
    /// chance.
    pub correlation: f64,
    /// The fit with weights 1 / (1 + (t − 1) φ); its bread is the covariance of the coefficients.
    pub fit: GlmFit,
}

/// Fits logit(share) = X β to counts that vary more than chance: the correlation φ inside rows is such that the weighted
/// chi-square of Pearson is n − k.
///
/// - Shapes: as [`fit_glm`](super::fit_glm) for counts.
/// - Units: coefficients in log-odds; φ a correlation.
/// - Missing: as [`fit_glm`](super::fit_glm).
/// - Fails: as [`fit_glm`](super::fit_glm); `NotConverged` where no φ below 1 makes the chi-square so small.
/// - Reference: Williams (1982), Applied Statistics 31(2), model II; Collett (2003), «Modelling Binary Data», 6.2; the root
///   of the chi-square's excess in φ.
/// - Accuracy: 9 digits against a plain search in R; `tests/reference.rs`.
/// - Determinism: a function of its arguments, one thread.
///
/// # Errors
/// As above.
pub fn fit_williams(counts: Counts<'_>, design: ArrayView2<'_, f64>) -> Result<WilliamsFit, FitTrouble> {
    let plain = Rows::of(Response::Counts(counts), design.nrows())?;
    let at = |correlation: f64| {
        let weight = |t: &f64| 1.0 / (1.0 + (t - 1.0) * correlation);
        let rows = Rows {
            s: plain.s.iter().zip(&plain.t).map(|(s, t)| s * weight(t)).collect(),
            t: plain.t.iter().map(|t| t * weight(t)).collect(),
            ..plain.clone()
        };
        let mut fit = Problem::new(&rows, design)?.fit()?;
        fit.log_likelihood = None;
        Ok(fit)
    };
    let first = at(0.0)?;
    if first.dispersion <= 1.0 {
        return Ok(WilliamsFit { correlation: 0.0, fit: first });
    }
    let excess = |correlation: f64| at(correlation).map_or(f64::NAN, |fit| fit.dispersion - 1.0);
    let highest = 1.0 - 1e-9;
    if excess(highest) >= 0.0 {
        return Err(FitTrouble::NotConverged);
    }
    let correlation = root_between(excess, 0.0, highest).ok_or(FitTrouble::NotConverged)?;
    Ok(WilliamsFit { correlation, fit: at(correlation)? })
}

#[cfg(test)]
mod tests {
    use super::fit_williams;
    use crate::stats::{Counts, Rng, expit};
    use ndarray::Array2;

    #[test]
    fn a_planted_correlation_is_found_and_none_is_none() {
        let mut rng = Rng::new(8);
        let n = 1_500;
        let x: Vec<f64> = (0..n).map(|_| rng.normal()).collect();
        let design = Array2::from_shape_fn((n, 2), |(i, j)| if j == 0 { 1.0 } else { x[i] });
        let trials: Vec<u64> = (0..n).map(|_| 5 + rng.below(60)).collect();
        for planted in [0.0, 0.1] {
            let low: Vec<u64> = (0..n)
                .map(|i| {
                    let mean = expit(-1.0 + 0.5 * x[i]);
                    // a beta share with precision a + b has the correlation 1 / (a + b + 1)
                    let share = if planted > 0.0 {
                        let precision = 1.0 / planted - 1.0;
                        rng.beta(mean * precision, (1.0 - mean) * precision)
                    } else {
                        mean
                    };
                    rng.binomial(trials[i], share)
                })
                .collect();
            let found = fit_williams(Counts { successes: &low, trials: &trials }, design.view()).unwrap();
            assert!((found.correlation - planted).abs() < 0.015, "{planted}: {}", found.correlation);
            assert!((found.fit.coefficients[1] - 0.5).abs() < 0.1);
            if planted > 0.0 {
                assert!((found.fit.dispersion - 1.0).abs() < 1e-9);
            }
        }
    }
}
