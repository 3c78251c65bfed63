//! Shares of many schools on a scale on which they can be averaged, compared and regressed on.

use crate::stats::{
    BetaPrior, PriorTrouble, RobustScale, fit_beta_binomial, logit, plain_scale, robust_scale,
};

/// Shares as robustly standardised log-odds.
#[derive(Debug, Clone, PartialEq)]
pub struct ShrunkenLogits {
    /// The distribution of true shares that they are drawn towards.
    pub prior: BetaPrior,
    /// Centre and spread of the shrunken log-odds.
    pub scale: RobustScale,
    /// Standardised value of each school, shape (n); missing where its counts are.
    pub z: Vec<Option<f64>>,
}

/// Draws the shares of schools towards their common distribution, takes log-odds and standardises them.
///
/// - Shapes: n pairs (successes, trials), missing ones allowed; n values out.
/// - Units: counts in, robust standard deviations out.
/// - Missing: a missing pair or one without trials stays missing and has no part in the fit.
/// - Fails: as [`fit_beta_binomial`]; `NoSpread` where the shares vary no more than chance makes them: a common scale would
///   only magnify the chance.
/// - Reference: posterior mean of the beta-binomial model, so that a school with few pupils and a share of 0 has finite,
///   sober log-odds; then median and median absolute deviation ([`robust_scale`]). Where more than half of the schools have
///   nobody (or everybody), the median deviation is that of their sizes alone: then mean and standard deviation
///   ([`plain_scale`]), and `scale.location` says so.
/// - Accuracy: that of its parts; unit test of this file.
/// - Determinism: independent of the order of the schools.
///
/// # Errors
/// As above.
pub fn shrunken_logits(counts: &[Option<(u64, u64)>]) -> Result<ShrunkenLogits, PriorTrouble> {
    let known: Vec<(u64, u64)> = counts.iter().flatten().copied().filter(|c| c.1 > 0).collect();
    let prior = fit_beta_binomial(&known)?;
    if !prior.varies() {
        return Err(PriorTrouble::NoSpread);
    }
    let value = |(x, n): (u64, u64)| logit(prior.posterior_mean(x, n));
    let values: Vec<f64> = known.iter().copied().map(value).collect();
    let mostly =
        |extreme: fn(&(u64, u64)) -> bool| 2 * known.iter().filter(|c| extreme(c)).count() > known.len();
    let is_rare = mostly(|(x, _)| *x == 0) || mostly(|(x, n)| x == n);
    let scale = if is_rare { plain_scale(&values) } else { robust_scale(&values) };
    let scale = scale.ok_or(PriorTrouble::NoSpread)?;
    let z = counts.iter().map(|c| c.filter(|c| c.1 > 0).map(|c| scale.z(value(c)))).collect();
    Ok(ShrunkenLogits { prior, scale, z })
}

#[cfg(test)]
mod tests {
    use super::shrunken_logits;
    use crate::stats::{Location, PriorTrouble, logit, median};

    #[test]
    fn small_schools_are_drawn_to_the_middle_and_missing_ones_stay_missing() {
        let counts = [
            Some((0, 4)),
            Some((0, 400)),
            Some((60, 200)),
            Some((100, 200)),
            Some((0, 0)),
            None,
            Some((20, 100)),
        ];
        let shrunken = shrunken_logits(&counts).unwrap();
        assert!(shrunken.z[4].is_none() && shrunken.z[5].is_none());
        let z: Vec<f64> = shrunken.z.iter().flatten().copied().collect();
        assert!(median(&z).unwrap().abs() < 1e-12);
        assert!(z[1] < z[0] && z[0] < z[2] && z[2] < z[3]);
        let by_hand =
            (logit(shrunken.prior.posterior_mean(60, 200)) - shrunken.scale.centre) / shrunken.scale.spread;
        assert!((z[2] - by_hand).abs() < 1e-15);
    }

    #[test]
    fn a_share_that_most_schools_have_not_is_measured_by_all_of_them() {
        let mut counts: Vec<Option<(u64, u64)>> = (1..=14).map(|n| Some((0, 20 * n))).collect();
        counts.extend([Some((30, 100)), Some((45, 150)), Some((9, 60)), Some((80, 200))]);
        let shrunken = shrunken_logits(&counts).unwrap();
        assert_eq!(shrunken.scale.location, Location::Mean);
        let z: Vec<f64> = shrunken.z.iter().flatten().copied().collect();
        assert!(z.iter().all(|z| z.abs() < 4.0), "{z:?}");
        let few: Vec<_> = counts.iter().skip(7).copied().collect();
        assert_eq!(shrunken_logits(&few).unwrap().scale.location, Location::Mean);
        let common: Vec<_> = counts.iter().skip(12).copied().collect();
        assert_eq!(shrunken_logits(&common).unwrap().scale.location, Location::Median);
    }

    #[test]
    fn shares_that_do_not_vary_have_no_scale() {
        let trouble = |counts: &[Option<(u64, u64)>]| shrunken_logits(counts).unwrap_err();
        assert_eq!(trouble(&[Some((2, 10)); 6]), PriorTrouble::NoSpread);
        let less_than_chance = [Some((19, 100)), Some((20, 100)), Some((21, 100))];
        assert_eq!(trouble(&less_than_chance), PriorTrouble::NoSpread);
        assert_eq!(trouble(&[Some((0, 10)), Some((0, 20))]), PriorTrouble::AllAlike);
        assert_eq!(trouble(&[None]), PriorTrouble::NoData);
    }
}
