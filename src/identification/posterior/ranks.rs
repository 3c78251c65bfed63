//! Ranks that differ from draw to draw, and tiers of schools that cannot be told apart.

use crate::stats::{drawn_places, place_interval};

/// A school is behind another where it is so in this share of the draws.
const APART: f64 = 0.95;

/// The level of the interval of a rank.
const LEVEL: f64 = 0.95;

/// A school's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// 1 is the first.
    pub rank: i32,
    pub low: i32,
    pub high: i32,
    pub tier: i32,
}

/// Ranks schools: by `order` (the first school comes first), with the 95 % interval of the ranks that each has over the draws,
/// where the larger key comes first; the interval holds the rank itself. `keys` holds the draws of each school.
///
/// The first school opens the first tier; a school that ranks behind the opener of the tier in 95 of 100 draws opens the
/// next one.
pub(super) fn places(order: &[usize], keys: &[Vec<f32>]) -> Vec<Place> {
    let drawn = drawn_places(keys).unwrap_or_default();
    let mut places = vec![Place { rank: 0, low: 0, high: 0, tier: 0 }; keys.len()];
    let (mut tier, mut opener): (i32, &[f32]) = (0, &[]);
    for (rank, &school) in (1..).zip(order) {
        let own = drawn.get(school).map(Vec::as_slice).unwrap_or_default();
        #[expect(clippy::cast_precision_loss, reason = "a number of draws")]
        let behind = own.iter().zip(opener).filter(|(own, first)| own > first).count() as f64
            / own.len().max(1) as f64;
        if tier == 0 || behind >= APART {
            tier += 1;
            opener = own;
        }
        let (low, high) = place_interval(own, LEVEL).unwrap_or_default();
        let small = |place: u32| i32::try_from(place).unwrap_or(i32::MAX);
        if let Some(place) = places.get_mut(school) {
            *place = Place { rank, low: small(low).min(rank), high: small(high).max(rank), tier };
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::{Place, places};

    #[test]
    fn ranks_have_intervals_and_tiers() {
        // the first always leads, the second and the third change places in every other draw
        let draws = 80;
        let swing = |sign: f32| (0..draws).map(|draw| if draw % 2 == 0 { sign } else { -sign }).collect();
        let keys = vec![swing(0.5), vec![9.0; draws], swing(-0.5)];
        let found = places(&[1, 0, 2], &keys);
        assert_eq!(found[1], Place { rank: 1, low: 1, high: 1, tier: 1 });
        assert_eq!(found[0], Place { rank: 2, low: 2, high: 3, tier: 2 });
        assert_eq!(found[2], Place { rank: 3, low: 2, high: 3, tier: 2 });
        assert!(places(&[], &[]).is_empty());
    }
}
