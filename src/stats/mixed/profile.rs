//! Intervals of the variances: all values that the (restricted) likelihood does not speak against.

use super::blocks::Blocks;
use crate::stats::Interval;
use crate::stats::root::{root_between, valley_between};

/// Intervals of τ², σ² and the intraclass correlation.
pub(super) struct Intervals {
    pub(super) between: Interval,
    pub(super) within: Interval,
    pub(super) icc: Interval,
}

/// The smallest and largest value of each quantity where the deviance, profiled over everything else, is not more than
/// `limit` above its minimum (Pinheiro, Bates 2000, 2.4; the likelihood that was maximised is the one that is profiled).
pub(super) fn intervals(blocks: &Blocks, ratio: f64, limit: f64) -> Intervals {
    let floor = blocks.deviance(ratio) + limit;
    let within = blocks.at(ratio).within;
    let above = |ratio: f64| blocks.deviance(ratio) - floor;
    let ratios = crossing(&above, ratio, 1.0);
    let icc = Interval { low: ratios.low / (1.0 + ratios.low), high: ratios.high / (1.0 + ratios.high) };
    // for a given σ² or τ² the other is sought near where the profile of the ratio allows it
    let (low, high) = (libm::log(ratios.low.max(1e-9 * ratios.high)) - 3.0, libm::log(ratios.high) + 3.0);
    let best = |deviance: &dyn Fn(f64) -> f64| {
        deviance(libm::exp(valley_between(|u| deviance(libm::exp(u)), low, high)))
    };
    let within_interval = crossing(
        &|variance: f64| {
            let at = |ratio: f64| blocks.deviance_at(ratio, variance);
            best(&at).min(at(0.0)) - floor
        },
        within,
        within,
    );
    let between = crossing(
        &|variance: f64| {
            if variance <= 0.0 {
                return blocks.deviance(0.0) - floor;
            }
            best(&|ratio: f64| blocks.deviance_at(ratio, variance / ratio)) - floor
        },
        ratio * within,
        within,
    );
    Intervals { between, within: within_interval, icc }
}

/// Where a function that is below 0 at `centre` rises above 0, down to 0 and upwards.
fn crossing(above: &impl Fn(f64) -> f64, centre: f64, unit: f64) -> Interval {
    let found = |from: f64, to: f64| root_between(above, from, to);
    let low = if centre <= 0.0 || above(0.0) <= 0.0 {
        0.0
    } else {
        let low = away(above, centre, 1.0 / 1.5);
        found(low, centre).unwrap_or(0.0)
    };
    let high = away(above, if centre > 0.0 { centre } else { 1e-3 * unit }, 1.5);
    Interval { low, high: found(centre, high).unwrap_or(f64::INFINITY) }
}

/// The first place on the way up or down where the function is above 0.
fn away(above: &impl Fn(f64) -> f64, from: f64, factor: f64) -> f64 {
    let mut place = from;
    for _ in 0..400 {
        place *= factor;
        if above(place) > 0.0 {
            break;
        }
    }
    place
}
