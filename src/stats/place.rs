//! The place of one school among others, as far as the counts of all of them can tell.

use rayon::prelude::*;

use crate::stats::log_odds::LogOdds;
use crate::stats::partition::real;
use crate::stats::{BetaPrior, Interval, Rng};

/// The place of one among several.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// Expected place: 1 is the best.
    pub expected: f64,
    /// 95 % interval of the place.
    pub interval: Interval,
    /// Probability that it is better than the mean of the others.
    pub better: f64,
}

/// Draws of the log-odds of true shares.
///
/// - Shapes: n posteriors, a seed for each (n); n lists of `draws` numbers.
/// - Units: log-odds.
/// - Missing: no posterior, no draws.
/// - Fails: every answer `None` where seeds and posteriors differ in number.
/// - Reference: [`Rng::logit_beta`], many at once.
/// - Accuracy: exact draws; the test of `log_odds`.
/// - Determinism: a list depends on its posterior and its seed alone; threads change nothing.
#[must_use]
pub fn share_draws(posteriors: &[Option<BetaPrior>], seeds: &[u64], draws: usize) -> Vec<Option<Vec<f64>>> {
    if seeds.len() != posteriors.len() {
        return vec![None; posteriors.len()];
    }
    let draw = |(posterior, seed): (&Option<BetaPrior>, &u64)| {
        let BetaPrior { alpha, beta } = (*posterior)?;
        let mut drawn = vec![0.0; draws];
        LogOdds::new(alpha, beta).fill(&mut Rng::new(*seed), &mut drawn);
        Some(drawn)
    };
    posteriors.par_iter().zip(seeds).map(draw).collect()
}

/// The place of one among others by draws of what is compared.
///
/// - Shapes: lists of as many draws each; larger is better.
/// - Units: places from 1, of equal draws the middle.
/// - Missing: leave those out that cannot be compared.
/// - Fails: `None` where there is nobody else, no draw, or lists differ in length.
/// - Reference: Goldstein, Spiegelhalter (1996), JRSS A 159: the distribution of the rank over draws.
/// - Accuracy: Monte-Carlo; unit test of this file.
/// - Determinism: a function of its arguments.
#[must_use]
pub fn place_among(own: &[f64], others: &[&[f64]]) -> Option<Place> {
    if others.is_empty() || own.is_empty() || others.iter().any(|other| other.len() != own.len()) {
        return None;
    }
    let mut places = Vec::with_capacity(own.len());
    let mut better = 0_usize;
    for (draw, value) in own.iter().enumerate() {
        let (mut above, mut total) = (1.0, 0.0);
        for other in others {
            above += f64::from(u8::from(other[draw] > *value))
                + 0.5 * f64::from(u8::from(is_same(other[draw], *value)));
            total += other[draw];
        }
        places.push(above);
        better += usize::from(*value > total / real(others.len()));
    }
    places.sort_unstable_by(f64::total_cmp);
    let at = |tail: usize| places[(tail * (places.len() - 1)).div_ceil(1_000)];
    let low = places[25 * (places.len() - 1) / 1_000];
    let expected = places.iter().fold(0.0, |total, place| total + place) / real(places.len());
    Some(Place {
        expected,
        interval: Interval { low, high: at(975) },
        better: real(better) / real(places.len()),
    })
}

fn is_same(a: f64, b: f64) -> bool {
    a.total_cmp(&b).is_eq()
}

#[cfg(test)]
mod tests {
    use super::{place_among, share_draws};
    use crate::stats::BetaPrior;

    #[test]
    fn a_school_that_is_surely_best_is_first_and_equals_share_the_middle() {
        let (best, other) = ([3.0, 4.0, 5.0], [1.0, 2.0, 1.0]);
        let place = place_among(&best, &[&other, &other]).unwrap();
        assert!((place.expected - 1.0).abs() < 1e-15 && (place.better - 1.0).abs() < 1e-15);
        let equal = place_among(&other, &[&other]).unwrap();
        assert!((equal.expected - 1.5).abs() < 1e-15 && (equal.interval.low - 1.5).abs() < 1e-15);
        assert!(place_among(&best, &[]).is_none() && place_among(&best, &[&[1.0]]).is_none());
    }

    /// Eleven schools of one true share: a place says next to nothing, and its interval admits it.
    #[test]
    fn alike_schools_have_wide_places() {
        let posteriors = vec![Some(BetaPrior { alpha: 20.0, beta: 80.0 }); 11];
        let seeds: Vec<u64> = (0..11).collect();
        let draws = share_draws(&posteriors, &seeds, 2_000);
        let lists: Vec<&[f64]> = draws.iter().flatten().map(Vec::as_slice).collect();
        let place = place_among(lists[0], &lists[1..]).unwrap();
        assert!((place.expected - 6.0).abs() < 0.35, "{place:?}");
        assert!(place.interval.low <= 1.0 && place.interval.high >= 11.0);
        assert!((place.better - 0.5).abs() < 0.06);
    }
}
