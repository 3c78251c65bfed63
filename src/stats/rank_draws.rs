//! Ranks that many draws leave open.

use rayon::prelude::*;

use crate::stats::composite::quantile;

/// The place of one unit over many draws; place 1 has the largest value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DrawnRank {
    /// First place of the interval.
    pub low: u32,
    /// Last place of the interval.
    pub high: u32,
    /// Share of the draws in which the value is the cut or more.
    pub beyond: f64,
}

/// The place of each unit in each draw.
///
/// - Shapes: m units of d draws each; m times d places. The k-th draws of all units are one joint draw.
/// - Units: places from 1 (the largest value).
/// - Missing: leave units without draws out.
/// - Fails: `None` where there is no unit, units differ in their number of draws or have none, or a draw is not a number. Units of
///   the same value share the middle of their places.
/// - Reference: Goldstein, Spiegelhalter (1996), JRSS A 159(3), section 4.
/// - Accuracy: exact.
/// - Determinism: a function of its arguments, whatever the threads.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "numbers of units")]
pub fn drawn_places<T: Copy + Into<f64> + Sync>(units: &[Vec<T>]) -> Option<Vec<Vec<f32>>> {
    let draws = units.first()?.len();
    let number = |value: &T| !Into::<f64>::into(*value).is_nan();
    if draws == 0 || !units.iter().all(|unit| unit.len() == draws && unit.iter().all(number)) {
        return None;
    }
    let of_draw = |draw: usize| -> Vec<f32> {
        let drawn: Vec<f64> = units.iter().map(|unit| unit[draw].into()).collect();
        let mut order: Vec<usize> = (0..units.len()).collect();
        order.sort_unstable_by(|&a, &b| drawn[b].total_cmp(&drawn[a]).then(a.cmp(&b)));
        let mut places = vec![0.0; units.len()];
        let mut before = 0;
        for same in order.chunk_by(|&a, &b| drawn[a].total_cmp(&drawn[b]).is_eq()) {
            // places before + 1 … before + len
            let middle = before as f32 + (same.len() + 1) as f32 / 2.0;
            same.iter().for_each(|&unit| places[unit] = middle);
            before += same.len();
        }
        places
    };
    let by_draw: Vec<Vec<f32>> = (0..draws).into_par_iter().map(of_draw).collect();
    Some((0..units.len()).map(|unit| by_draw.iter().map(|places| places[unit]).collect()).collect())
}

/// The interval of a place over draws.
///
/// - Shapes: d places of one unit; two whole places.
/// - Units: places.
/// - Missing: none may be missing.
/// - Fails: `None` where there is no place or the level is outside (0, 1).
/// - Reference: quantiles (type 7) of the simulated places, widened to whole places; equal-tailed.
/// - Accuracy: exact for the draws; `tests/adverse.rs` against R.
/// - Determinism: a function of its arguments.
#[must_use]
pub fn place_interval(places: &[f32], level: f64) -> Option<(u32, u32)> {
    if places.is_empty() || !(level > 0.0 && level < 1.0) {
        return None;
    }
    let mut sorted: Vec<f64> = places.iter().map(|&place| place.into()).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let tail = 0.5 - level / 2.0;
    Some((whole(quantile(&sorted, tail).floor()), whole(quantile(&sorted, 1.0 - tail).ceil())))
}

/// The interval of each unit's place, and how often it is beyond a cut, over draws of all units.
///
/// - Shapes: m units of d draws each; m answers. The k-th draws of all units are one joint draw.
/// - Units: places from 1 (the largest value); a share of the draws.
/// - Missing: leave units without draws out.
/// - Fails: as [`drawn_places`] and [`place_interval`].
/// - Reference: as these. Each unit by itself: not simultaneous over units.
/// - Accuracy: exact for the draws; `tests/adverse.rs` against R. Monte-Carlo error of `beyond`: √(p(1 − p)/d).
/// - Determinism: a function of its arguments.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "numbers of draws")]
pub fn rank_draws(units: &[Vec<f64>], cut: f64, level: f64) -> Option<Vec<DrawnRank>> {
    let drawn = drawn_places(units)?;
    let rank = |(unit, places): (&Vec<f64>, &Vec<f32>)| {
        let (low, high) = place_interval(places, level)?;
        let beyond = unit.iter().filter(|value| **value >= cut).count();
        Some(DrawnRank { low, high, beyond: beyond as f64 / unit.len() as f64 })
    };
    units.iter().zip(&drawn).map(rank).collect()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place, from 1")]
fn whole(place: f64) -> u32 {
    place as u32
}

#[cfg(test)]
mod tests {
    use super::{DrawnRank, rank_draws};

    #[test]
    fn places_are_counted_from_the_largest_and_equal_values_share_theirs() {
        let units = [vec![3.0, 3.0, 3.0], vec![2.0, 1.0, 2.0], vec![1.0, 2.0, 2.0]];
        let ranks = rank_draws(&units, 2.0, 0.9).unwrap();
        assert_eq!(ranks[0], DrawnRank { low: 1, high: 1, beyond: 1.0 });
        assert_eq!((ranks[1].low, ranks[1].high), (2, 3));
        assert!((ranks[1].beyond - 2.0 / 3.0).abs() < 1e-15 && (ranks[2].beyond - 2.0 / 3.0).abs() < 1e-15);
    }

    #[test]
    fn what_cannot_be_ranked_has_no_ranks() {
        assert!(rank_draws(&[], 0.0, 0.95).is_none());
        assert!(rank_draws(&[vec![]], 0.0, 0.95).is_none());
        assert!(rank_draws(&[vec![1.0], vec![1.0, 2.0]], 0.0, 0.95).is_none());
        assert!(rank_draws(&[vec![f64::NAN]], 0.0, 0.95).is_none());
        assert!(rank_draws(&[vec![1.0]], 0.0, 1.0).is_none());
    }
}
