//! How the true figures of schools vary: the distribution that small schools are drawn towards.

use super::amount::Amount;
use crate::base::{Fault, FaultCode, Result, Year};
use crate::method::Indicator;
use crate::stats::{AveragedPrior, NormalPrior, PriorTrouble, fit_averaged_prior, fit_normal_prior};

/// The distribution of true shares, or of true means.
pub(super) enum Prior {
    Shares(AveragedPrior),
    Means(NormalPrior),
}

/// Fits it over all groups of one kind in one year (those below the pack's minimum too: they are data); `None` where there is
/// nothing to fit.
///
/// # Errors
/// `E601` where there is something to fit and the fit failed.
pub(super) fn fit<'a>(
    indicator: &Indicator,
    year: Year,
    amounts: impl Iterator<Item = &'a Amount> + Clone,
) -> Result<Option<Prior>> {
    if !indicator.formula.is_share() {
        let groups: Vec<&[f64]> = amounts
            .filter_map(|amount| match amount {
                Amount::Mean(values) => Some(values.as_slice()),
                Amount::Share(_) => None,
            })
            .collect();
        return Ok(fit_normal_prior(&groups).map(Prior::Means));
    }
    let pairs: Vec<(u64, u64)> = amounts
        .filter_map(|amount| match amount {
            Amount::Share(c) => Some((c.numerator.unsigned_abs(), c.denominator.unsigned_abs())),
            Amount::Mean(_) => None,
        })
        .collect();
    match fit_averaged_prior(&pairs) {
        Ok(prior) => Ok(Some(Prior::Shares(prior))),
        Err(PriorTrouble::NoData | PriorTrouble::AllAlike | PriorTrouble::NoSpread) => Ok(None),
        Err(trouble @ (PriorTrouble::Malformed | PriorTrouble::NotConverged)) => {
            Err(Fault::new(FaultCode::Numerical)
                .at(indicator.place.clone())
                .with("indicator", &indicator.id)
                .with("year", year)
                .why("num-prior")
                .because(trouble))
        }
    }
}
