//! From two counts, or from values, to a figure with its intervals, its state and the reason for it.

use super::amount::{Amount, Counts};
use super::prior::Prior;
use crate::base::Year;
use crate::method::Indicator;
use crate::stats::{Interval, mean_interval, wilson};
use crate::tables::IndicatorValue;

/// The level of every interval in `indicator_value`.
const LEVEL: f64 = 0.95;

/// Whose figure it is.
#[derive(Default)]
pub(super) struct Entity<'a> {
    pub level: &'a str,
    pub id: &'a str,
    /// The school of a class or a parallel.
    pub school: Option<&'a str>,
    pub grade: Option<i32>,
    pub class: Option<&'a str>,
    /// Does the indicator apply to it?
    pub applicable: bool,
    /// Schools behind the figure.
    pub schools: usize,
}

/// What holds for every figure of an indicator in a year.
pub(super) struct Frame<'a> {
    pub indicator: &'a Indicator,
    pub year: Year,
    /// The threshold of the year, where the pack names one and the reference data have it.
    pub threshold: Option<f64>,
}

impl Frame<'_> {
    /// Does the pack name a threshold that the year has not?
    pub fn lacks_threshold(&self) -> bool {
        self.indicator.threshold.is_some() && self.threshold.is_none()
    }
}

/// One row of `indicator_value`; the prior is that of groups of the same level.
pub(super) fn row(
    frame: &Frame<'_>,
    entity: &Entity<'_>,
    amount: &Amount,
    prior: Option<&Prior>,
) -> IndicatorValue {
    let (state, reason) = state(frame, entity, amount);
    let formula = &frame.indicator.formula;
    let mut row = IndicatorValue {
        indicator: frame.indicator.id.clone(),
        year: frame.year.0,
        level: entity.level.to_owned(),
        entity_id: entity.id.to_owned(),
        school_id: entity.school.map(str::to_owned),
        grade: entity.grade,
        class: entity.class.map(str::to_owned),
        state: state.to_owned(),
        reason: reason.map(str::to_owned),
        kind: formula.kind().to_owned(),
        unit: formula.unit().as_str().to_owned(),
        threshold: frame.threshold,
        schools: i64::try_from(entity.schools).unwrap_or_default(),
        ..IndicatorValue::default()
    };
    match amount {
        _ if amount.n() == 0 => {}
        Amount::Share(counts) => share(&mut row, *counts, prior),
        Amount::Mean(values) => mean(&mut row, values, prior),
    }
    // of two or three pupils an interval by Student's t may reach beyond what can be
    let (least, most) = formula.unit().ends();
    for end in [&mut row.low, &mut row.high, &mut row.eb_low, &mut row.eb_high] {
        *end = end.map(|end| end.clamp(least, most));
    }
    row
}

/// `value` where at least the pack's minimum of pupils was counted in a year that the pack does not exclude;
/// `not_applicable` where no year has a row that the pack asks for; `missing` where another year has one; `not_assessable`
/// with the reason otherwise.
fn state(frame: &Frame<'_>, entity: &Entity<'_>, amount: &Amount) -> (&'static str, Option<&'static str>) {
    let excluded = frame.indicator.excludes(frame.year);
    match amount.n() {
        0 if !entity.applicable => ("not_applicable", Some("no_tests")),
        _ if excluded => ("not_assessable", Some("excluded_year")),
        _ if frame.lacks_threshold() => ("not_assessable", Some("no_threshold")),
        0 => ("missing", Some("no_results")),
        n if n >= frame.indicator.min_n => ("value", None),
        _ => ("not_assessable", Some("few_participants")),
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of pupils")]
fn share(row: &mut IndicatorValue, counts: Counts, prior: Option<&Prior>) {
    let Counts { numerator, denominator } = counts;
    row.numerator = Some(numerator);
    row.denominator = Some(denominator);
    row.value = Some(numerator as f64 / denominator as f64);
    let (x, n) = (numerator.unsigned_abs(), denominator.unsigned_abs());
    interval(row, wilson(x, n, LEVEL));
    if let Some(Prior::Shares(prior)) = prior {
        let posterior = prior.posterior(x, n);
        shrunken(row, posterior.mean(), posterior.interval(LEVEL));
    }
}

fn mean(row: &mut IndicatorValue, values: &[f64], prior: Option<&Prior>) {
    let Some(mean) = mean_interval(values, LEVEL) else { return };
    row.denominator = i64::try_from(mean.n).ok();
    row.value = Some(mean.mean);
    interval(row, mean.interval);
    if let Some(Prior::Means(prior)) = prior
        && let Some((value, interval)) = prior.posterior(mean.mean, mean.n, LEVEL)
    {
        shrunken(row, value, interval);
    }
}

fn interval(row: &mut IndicatorValue, interval: Option<Interval>) {
    row.low = interval.map(|interval| interval.low);
    row.high = interval.map(|interval| interval.high);
}

fn shrunken(row: &mut IndicatorValue, value: f64, interval: Interval) {
    row.eb_value = Some(value);
    row.eb_low = Some(interval.low);
    row.eb_high = Some(interval.high);
}
