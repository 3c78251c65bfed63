//! Factors that can hardly be told apart.

use std::collections::BTreeMap;

use super::data::Context;
use crate::method::FactorSet;
use crate::stats::{mean, standard_deviation};
use crate::tables::FactorOverlap;

/// From this correlation on two factors are called collinear.
const COLLINEAR: f64 = 0.8;
/// Two shares complete each other where their sum varies by less than this part of the one that varies less.
const COMPLETE: f64 = 0.35;
/// Shares may exceed their whole by rounding.
const ROUNDING: f64 = 1e-9;

/// The pairs that are entangled, both ways.
pub(super) fn overlaps(context: &Context, set: &FactorSet) -> Vec<FactorOverlap> {
    let columns = context.columns();
    let mut rows = Vec::new();
    for (a, (first, of_first)) in context.factors.iter().zip(&columns).enumerate() {
        for (second, of_second) in context.factors.iter().zip(&columns).skip(a + 1) {
            let both: (Vec<f64>, Vec<f64>) =
                of_first.iter().filter_map(|(school, x)| Some((*x, *of_second.get(school)?))).unzip();
            let Some(correlation) = correlation(&both.0, &both.1) else { continue };
            let related = set.related.iter().any(|group| group.contains(first) && group.contains(second));
            let Some((there, back)) = kind(&both, correlation, related) else { continue };
            let row = |factor: &String, other: &String, kind: &str| FactorOverlap {
                factor: factor.clone(),
                other: other.clone(),
                correlation,
                kind: kind.to_owned(),
            };
            rows.extend([row(first, second, there), row(second, first, back)]);
        }
    }
    rows
}

/// What the pair is, seen from the first and from the second.
fn kind(
    (first, second): &(Vec<f64>, Vec<f64>),
    correlation: f64,
    related: bool,
) -> Option<(&'static str, &'static str)> {
    let total: Vec<f64> = first.iter().zip(second).map(|(x, y)| x + y).collect();
    let spread = standard_deviation(first)?.min(standard_deviation(second)?);
    let never_more = |inner: &[f64], outer: &[f64]| inner.iter().zip(outer).all(|(x, y)| *x <= y + ROUNDING);
    if related && standard_deviation(&total)? <= COMPLETE * spread {
        return Some(("complementary", "complementary"));
    }
    if related
        && total.iter().all(|share| *share <= 1.0 + ROUNDING)
        && !never_more(first, second)
        && !never_more(second, first)
    {
        return Some(("exclusive", "exclusive"));
    }
    if related && never_more(first, second) {
        return Some(("nested", "contains"));
    }
    if related && never_more(second, first) {
        return Some(("contains", "nested"));
    }
    (correlation.abs() >= COLLINEAR).then_some(("collinear", "collinear"))
}

fn correlation(x: &[f64], y: &[f64]) -> Option<f64> {
    let (mx, my) = (mean(x)?, mean(y)?);
    let (sx, sy) = (standard_deviation(x)?, standard_deviation(y)?);
    let products: Vec<f64> = x.iter().zip(y).map(|(a, b)| (a - mx) * (b - my)).collect();
    #[expect(clippy::cast_precision_loss, reason = "a number of schools")]
    let free = x.len().checked_sub(1)? as f64;
    let r = crate::stats::sum(&products) / free / sx / sy;
    r.is_finite().then(|| r.clamp(-1.0, 1.0))
}

/// The factors with which one is entangled so that the model can hardly tell them apart.
pub(super) fn entangled(overlaps: &[FactorOverlap]) -> BTreeMap<&str, Vec<&str>> {
    let mut of: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for row in overlaps {
        of.entry(&row.factor).or_default().push(&row.other);
    }
    of
}
