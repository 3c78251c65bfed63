//! From two counts to a share with its intervals and its state.

use super::counts::Counts;
use crate::base::Year;
use crate::method::Indicator;
use crate::stats::{BetaPrior, wilson};
use crate::tables::IndicatorValue;

/// The level of every interval in `indicator_value`.
const LEVEL: f64 = 0.95;

/// Whose figure it is.
pub(super) struct Entity<'a> {
    pub level: &'a str,
    pub id: &'a str,
    /// Does the indicator apply to it?
    pub applicable: bool,
    /// Schools behind the figure.
    pub schools: usize,
}

/// One row of `indicator_value`; the prior is that of schools, for a school alone.
pub(super) fn row(
    indicator: &Indicator,
    year: Year,
    entity: &Entity<'_>,
    counts: Counts,
    prior: Option<&BetaPrior>,
) -> IndicatorValue {
    let state = state(indicator, year, entity, counts);
    let mut row = IndicatorValue {
        indicator: indicator.id.clone(),
        year: year.0,
        level: entity.level.to_owned(),
        entity_id: entity.id.to_owned(),
        state: state.to_owned(),
        schools: i64::try_from(entity.schools).unwrap_or_default(),
        ..IndicatorValue::default()
    };
    if counts.denominator > 0 {
        figures(&mut row, counts, prior);
    }
    row
}

/// `value` where at least the pack's minimum of pupils was counted in a year that the pack does not exclude;
/// `not_applicable` where no year has a row that the pack asks for; `missing` where another year has one.
fn state(indicator: &Indicator, year: Year, entity: &Entity<'_>, counts: Counts) -> &'static str {
    let excluded = indicator.excludes(year);
    match counts.denominator {
        0 if !entity.applicable => "not_applicable",
        0 if !excluded => "missing",
        n if !excluded && n >= indicator.min_n => "value",
        _ => "not_assessable",
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of pupils")]
fn figures(row: &mut IndicatorValue, counts: Counts, prior: Option<&BetaPrior>) {
    let Counts { numerator, denominator } = counts;
    row.numerator = Some(numerator);
    row.denominator = Some(denominator);
    row.value = Some(numerator as f64 / denominator as f64);
    let (x, n) = (numerator.unsigned_abs(), denominator.unsigned_abs());
    if let Some(interval) = wilson(x, n, LEVEL) {
        row.low = Some(interval.low);
        row.high = Some(interval.high);
    }
    if let Some(prior) = prior {
        let interval = prior.posterior_interval(x, n, LEVEL);
        row.eb_value = Some(prior.posterior_mean(x, n));
        row.eb_low = Some(interval.low);
        row.eb_high = Some(interval.high);
    }
}
