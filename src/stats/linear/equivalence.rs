//! «No noticeable influence» is a claim of its own, and has a test of its own.

use super::{LinearTrouble, Term};
use crate::stats::{student_quantile, student_two_sided};

/// What the two one-sided tests say.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Equivalence {
    /// The larger p of the two: small where the coefficient lies surely between the bounds.
    pub p: f64,
    /// P of «the coefficient is at the lower bound or below».
    pub p_low: f64,
    /// P of «the coefficient is at the upper bound or above».
    pub p_high: f64,
    /// Lower end of the interval of level 1 − 2α, which lies between the bounds exactly where p < α.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

/// Two one-sided tests (TOST): is a coefficient surely between bounds that were declared beforehand?
///
/// - Shapes: a term, the bounds, and α.
/// - Units: bounds in the units of the coefficient.
/// - Missing: none can be.
/// - Fails: `Malformed` where the lower bound is not below the upper one, α is not inside (0, ½), or the standard error is not
///   above 0.
/// - Reference: Schuirmann (1987), Journal of Pharmacokinetics and Biopharmaceutics 15(6); Lakens (2017), SPPS 8(4).
/// - Accuracy: 12 digits, as [`student_two_sided`]; unit tests of this file.
/// - Determinism: a function of its arguments.
///
/// # Errors
/// As above.
pub fn equivalence(term: &Term, bounds: (f64, f64), alpha: f64) -> Result<Equivalence, LinearTrouble> {
    let sound = bounds.0 < bounds.1 && alpha > 0.0 && alpha < 0.5 && term.se > 0.0;
    if !sound {
        return Err(LinearTrouble::Malformed);
    }
    let p_low = above((term.estimate - bounds.0) / term.se, term.df)?;
    let p_high = above((bounds.1 - term.estimate) / term.se, term.df)?;
    let wide = student_quantile(1.0 - alpha, term.df).ok_or(LinearTrouble::Malformed)? * term.se;
    Ok(Equivalence {
        p: p_low.max(p_high),
        p_low,
        p_high,
        low: term.estimate - wide,
        high: term.estimate + wide,
    })
}

/// P(T ≥ t).
fn above(t: f64, df: f64) -> Result<f64, LinearTrouble> {
    let both = student_two_sided(t, df).ok_or(LinearTrouble::Malformed)?;
    Ok(if t >= 0.0 { 0.5 * both } else { 1.0 - 0.5 * both })
}

#[cfg(test)]
mod tests {
    use super::equivalence;
    use crate::stats::{Rng, Term};

    fn term(estimate: f64, se: f64, df: f64) -> Term {
        Term { estimate, se, df, statistic: estimate / se, p: 0.5, low: 0.0, high: 0.0 }
    }

    #[test]
    fn by_hand() {
        // R: pt(-(0.3 + 1) / 0.4, 20), pt(-(1 - 0.3) / 0.4, 20), 0.3 -+ qt(0.95, 20) * 0.4
        let got = equivalence(&term(0.3, 0.4, 20.0), (-1.0, 1.0), 0.05).unwrap();
        for (got, want) in [
            (got.p_low, 0.002_005_325_580_198_629),
            (got.p_high, 0.047_723_147_404_018_06),
            (got.low, -0.389_887_297_168_314_8),
            (got.high, 0.989_887_297_168_314_9),
        ] {
            assert!((got / want - 1.0).abs() < 1e-12, "{got} {want}");
        }
        assert!(got.p < 0.05 && got.high < 1.0);
    }

    #[test]
    fn the_test_and_the_interval_say_the_same() {
        let mut rng = Rng::new(4);
        for _ in 0..2_000 {
            let term = term(rng.normal(), 0.05 + rng.uniform(), 3.0 + 40.0 * rng.uniform());
            let got = equivalence(&term, (-1.0, 1.2), 0.05).unwrap();
            assert_eq!(got.p < 0.05, got.low > -1.0 && got.high < 1.2, "{term:?} {got:?}");
        }
    }

    #[test]
    fn at_the_bound_the_test_errs_as_often_as_it_says() {
        // the coefficient is exactly 1, sigma is estimated on 10 degrees of freedom
        let mut rng = Rng::new(6);
        let mut errs = 0;
        for _ in 0..20_000 {
            let squares: f64 = (0..10)
                .map(|_| {
                    let z = rng.normal();
                    z * z
                })
                .sum();
            let term = term(1.0 + 0.1 * rng.normal(), 0.1 * (squares / 10.0).sqrt(), 10.0);
            errs += u32::from(equivalence(&term, (-1.0, 1.0), 0.05).unwrap().p < 0.05);
        }
        // 1,000 expected; four standard deviations
        assert!(errs.abs_diff(1_000) < 124, "{errs}");
    }

    #[test]
    fn nonsense_is_refused() {
        for (bounds, alpha, se) in
            [((1.0, 1.0), 0.05, 1.0), ((-1.0, 1.0), 0.5, 1.0), ((-1.0, 1.0), 0.05, 0.0)]
        {
            assert!(equivalence(&term(0.1, se, 9.0), bounds, alpha).is_err());
        }
    }
}
