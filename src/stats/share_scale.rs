//! Shares on a scale on which distances mean something.

use crate::stats::{BetaPrior, PriorTrouble, RobustScale, expit, logit, robust_scale, shrunken_logits};

/// The scale of shares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShareScale {
    /// Log-odds of shares drawn towards their common distribution: small schools are not made extreme by chance.
    ShrunkenLogit,
    /// Log-odds of (x + ½) / (n + 1).
    Logit,
    /// Arcsine of the root of (x + ⅜) / (n + ¾): chance is equally wide everywhere.
    Arcsine,
}

/// Shares of many schools on a common scale.
#[derive(Debug, Clone, PartialEq)]
pub struct ScaledShares {
    /// The scale.
    pub how: ShareScale,
    /// The counts, shape (n): successes and trials; missing ones and those without trials are none.
    pub counts: Vec<Option<(u64, u64)>>,
    /// What the true shares of all schools are like, fitted to the counts.
    pub prior: BetaPrior,
    /// What the counts tell of each true share, shape (n); missing where counts are.
    pub posteriors: Vec<Option<BetaPrior>>,
    /// Centre and spread.
    pub scale: RobustScale,
    /// Standardised value of each school, shape (n); missing where counts are.
    pub z: Vec<Option<f64>>,
}

impl ShareScale {
    /// Every scale by its name.
    pub const ALL: [(&'static str, Self); 3] =
        [("shrunken_logit", Self::ShrunkenLogit), ("logit", Self::Logit), ("arcsine", Self::Arcsine)];

    /// The place of a share with these log-odds.
    pub(in crate::stats) fn place(self, log_odds: f64) -> f64 {
        match self {
            Self::ShrunkenLogit | Self::Logit => log_odds,
            Self::Arcsine => libm::asin(expit(log_odds).sqrt()),
        }
    }
}

/// Puts shares on a scale and standardises them robustly.
///
/// - Shapes: n pairs (successes, trials), missing ones allowed; n values out.
/// - Units: counts in, robust standard deviations out.
/// - Missing: a missing pair or one without trials stays missing and has no part in the scale.
/// - Fails: as [`shrunken_logits`], whatever the scale: shares that differ no more than by chance tell nobody apart.
/// - Reference: Haldane (1956), Annals of Human Genetics 20 (logit); Anscombe (1948), Biometrika 35 (arcsine); [`shrunken_logits`].
///   Median and median absolute deviation. Posteriors of the two plain scales are Jeffreys'.
/// - Accuracy: that of its parts; unit test of this file.
/// - Determinism: independent of the order of the schools.
///
/// # Errors
/// As above.
#[expect(clippy::cast_precision_loss, reason = "counts of pupils")]
pub fn scaled_shares(counts: &[Option<(u64, u64)>], how: ShareScale) -> Result<ScaledShares, PriorTrouble> {
    let shrunken = shrunken_logits(counts)?;
    let known = |c: &Option<(u64, u64)>| c.filter(|c| c.1 > 0);
    let prior =
        if how == ShareScale::ShrunkenLogit { shrunken.prior } else { BetaPrior { alpha: 0.5, beta: 0.5 } };
    let counts: Vec<Option<(u64, u64)>> = counts.iter().map(known).collect();
    let posteriors = counts.iter().map(|c| c.map(|(x, n)| prior.posterior(x, n))).collect();
    let place = |(x, n): (u64, u64)| match how {
        ShareScale::ShrunkenLogit => logit(shrunken.prior.posterior_mean(x, n)),
        ShareScale::Logit => logit((x as f64 + 0.5) / (n as f64 + 1.0)),
        ShareScale::Arcsine => libm::asin(((x as f64 + 0.375) / (n as f64 + 0.75)).sqrt()),
    };
    let places: Vec<Option<f64>> = counts.iter().map(|c| c.map(place)).collect();
    let scale =
        robust_scale(&places.iter().flatten().copied().collect::<Vec<_>>()).ok_or(PriorTrouble::NoSpread)?;
    let z = places.iter().map(|place| place.map(|place| scale.z(place))).collect();
    Ok(ScaledShares { how, counts, prior: shrunken.prior, posteriors, scale, z })
}

#[cfg(test)]
mod tests {
    use super::{ShareScale, scaled_shares};
    use crate::stats::{PriorTrouble, median, shrunken_logits};

    #[test]
    fn every_scale_keeps_the_order_and_the_shrunken_one_is_that_of_the_index() {
        let counts = [Some((2, 100)), Some((10, 100)), None, Some((30, 100)), Some((0, 3)), Some((70, 100))];
        for (name, how) in ShareScale::ALL {
            let found = scaled_shares(&counts, how).unwrap();
            let z: Vec<f64> = [0, 1, 3, 5].map(|i| found.z[i].unwrap()).to_vec();
            assert!(z.windows(2).all(|pair| pair[0] < pair[1]), "{name}: {z:?}");
            assert!(found.z[2].is_none() && found.posteriors[2].is_none());
            assert!(median(&found.z.iter().flatten().copied().collect::<Vec<_>>()).unwrap().abs() < 1e-12);
        }
        let shrunken = scaled_shares(&counts, ShareScale::ShrunkenLogit).unwrap();
        assert_eq!(shrunken.z, shrunken_logits(&counts).unwrap().z);
        // three pupils tell little: drawn to the middle, and not so on the plain scale
        let plain = scaled_shares(&counts, ShareScale::Logit).unwrap();
        assert!(shrunken.z[4] > shrunken.z[0] && plain.z[4] > plain.z[0]);
        let same = [Some((10, 100)); 9];
        assert_eq!(scaled_shares(&same, ShareScale::Arcsine).unwrap_err(), PriorTrouble::NoSpread);
    }
}
