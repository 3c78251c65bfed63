//! Ranks that many draws leave open.

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

/// The interval of each unit's place, and how often it is beyond a cut, over draws of all units.
///
/// - Shapes: m units of d draws each; m answers. The k-th draws of all units are one joint draw.
/// - Units: places from 1 (the largest value); a share of the draws.
/// - Missing: leave units without draws out.
/// - Fails: `None` where there is no unit, units differ in their number of draws or have none, a draw is not a number, or the
///   level is outside (0, 1). Units of the same value share the middle of their places.
/// - Reference: Goldstein, Spiegelhalter (1996), JRSS A 159(3), section 4: quantiles (type 7) of the simulated places, widened
///   to whole places. Equal-tailed, each unit by itself: not simultaneous over units.
/// - Accuracy: exact for the draws; `tests/adverse.rs` against R. Monte-Carlo error of `beyond`: √(p(1 − p)/d).
/// - Determinism: a function of its arguments.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "numbers of units and draws")]
pub fn rank_draws(units: &[Vec<f64>], cut: f64, level: f64) -> Option<Vec<DrawnRank>> {
    let draws = units.first()?.len();
    let sound = |unit: &Vec<f64>| unit.len() == draws && !unit.iter().any(|value| value.is_nan());
    if draws == 0 || !(level > 0.0 && level < 1.0) || !units.iter().all(sound) {
        return None;
    }
    let mut places = vec![Vec::with_capacity(draws); units.len()];
    let mut order: Vec<usize> = (0..units.len()).collect();
    for draw in 0..draws {
        let drawn: Vec<f64> = units.iter().map(|unit| unit[draw]).collect();
        order.sort_unstable_by(|&a, &b| drawn[b].total_cmp(&drawn[a]).then(a.cmp(&b)));
        let mut from = 0;
        while from < order.len() {
            let value = drawn[order[from]];
            let same = order[from..].iter().take_while(|&&unit| drawn[unit].total_cmp(&value).is_eq());
            let to = from + same.count();
            // places from + 1 … to
            let middle = (from + 1 + to) as f64 / 2.0;
            order[from..to].iter().for_each(|&unit| places[unit].push(middle));
            from = to;
        }
    }
    let tail = 0.5 - level / 2.0;
    let ranks = units.iter().zip(&mut places).map(|(unit, places)| {
        places.sort_unstable_by(f64::total_cmp);
        let beyond = unit.iter().filter(|value| **value >= cut).count();
        DrawnRank {
            low: whole(quantile(places, tail).floor()),
            high: whole(quantile(places, 1.0 - tail).ceil()),
            beyond: beyond as f64 / draws as f64,
        }
    });
    Some(ranks.collect())
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
