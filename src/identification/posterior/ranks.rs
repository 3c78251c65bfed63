//! Ranks that differ from draw to draw, and tiers of schools that cannot be told apart.

use rayon::prelude::*;

/// A school is behind another where it is so in this share of the draws.
const APART: f64 = 0.95;

/// A school's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// 1 is the first.
    pub rank: i32,
    pub low: i32,
    pub high: i32,
    pub tier: i32,
}

/// Ranks schools: by `order` (the first school comes first), with the interval of the ranks that each has over the draws,
/// where the larger key comes first; the interval holds the rank itself. `keys` holds the draws of each school.
///
/// The first school opens the first tier; a school that ranks behind the opener of the tier in 95 of 100 draws opens the
/// next one.
pub(super) fn places(order: &[usize], keys: &[Vec<f32>], draws: usize) -> Vec<Place> {
    let schools = keys.len();
    let by_draw: Vec<Vec<u32>> = (0..draws)
        .into_par_iter()
        .map(|draw| {
            let key = |school: &u32| keys.get(*school as usize).and_then(|keys| keys.get(draw)).copied();
            let mut sorted: Vec<u32> = (0..).take(schools).collect();
            sorted.sort_by(|a, b| {
                key(b).unwrap_or_default().total_cmp(&key(a).unwrap_or_default()).then(a.cmp(b))
            });
            let mut ranks = vec![0; schools];
            for (rank, school) in (1..).zip(sorted) {
                if let Some(place) = ranks.get_mut(school as usize) {
                    *place = rank;
                }
            }
            ranks
        })
        .collect();
    let ranks_of = |school: usize| -> Vec<u32> {
        by_draw.iter().filter_map(|ranks| ranks.get(school).copied()).collect()
    };
    let mut places = vec![Place { rank: 0, low: 0, high: 0, tier: 0 }; schools];
    let (mut tier, mut opener) = (0, Vec::new());
    for (rank, &school) in (1..).zip(order) {
        let own = ranks_of(school);
        #[expect(clippy::cast_precision_loss, reason = "a number of draws")]
        let behind =
            own.iter().zip(&opener).filter(|(own, first)| own > first).count() as f64 / draws.max(1) as f64;
        if tier == 0 || behind >= APART {
            tier += 1;
            opener.clone_from(&own);
        }
        let mut sorted = own;
        sorted.sort_unstable();
        let cut = draws / 40;
        let at =
            |place: usize| sorted.get(place).and_then(|rank| i32::try_from(*rank).ok()).unwrap_or_default();
        if let Some(place) = places.get_mut(school) {
            let (low, high) = (at(cut).min(rank), at(draws.saturating_sub(cut + 1)).max(rank));
            *place = Place { rank, low, high, tier };
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
        let found = places(&[1, 0, 2], &keys, draws);
        assert_eq!(found[1], Place { rank: 1, low: 1, high: 1, tier: 1 });
        assert_eq!(found[0], Place { rank: 2, low: 2, high: 3, tier: 2 });
        assert_eq!(found[2], Place { rank: 3, low: 2, high: 3, tier: 2 });
        assert!(places(&[], &[], 10).is_empty());
    }
}
