//! Where to begin: points far from each other.

use ndarray::{Array2, Axis};

use super::Cloud;
use crate::stats::Rng;
use crate::stats::partition::real;

/// `k` of the points: each the best of a few that are drawn with a probability that grows with their squared distance to
/// those taken before; the best one leaves the least sum of them.
pub(super) fn spread_out(cloud: &Cloud<'_>, k: usize, rng: &mut Rng) -> Array2<f64> {
    let points = cloud.points;
    #[expect(clippy::cast_possible_truncation, reason = "a position below the number of points")]
    let mut taken = vec![rng.below(points.nrows() as u64) as usize];
    let mut weights = Weights::new(cloud.distances(&points.row(taken[0]).to_vec()));
    while taken.len() < k {
        let Some((next, left)) = weights.next(cloud, k, rng) else { break };
        taken.push(next);
        weights = left;
    }
    points.select(Axis(0), &taken)
}

/// The same centres but for one, which goes to a point that is drawn as above, with regard to the others.
pub(super) fn elsewhere(cloud: &Cloud<'_>, centres: &Array2<f64>, rng: &mut Rng) -> Array2<f64> {
    #[expect(clippy::cast_possible_truncation, reason = "a position below the number of centres")]
    let which = rng.below(centres.nrows() as u64) as usize;
    let mut distances = vec![f64::INFINITY; cloud.points.nrows()];
    let others = centres.rows().into_iter().enumerate().filter(|(c, _)| *c != which);
    for (_, centre) in others {
        let to_centre = cloud.distances(&centre.to_vec());
        distances.iter_mut().zip(to_centre).for_each(|(least, new)| *least = least.min(new));
    }
    let mut centres = centres.clone();
    if let Some((next, _)) = Weights::new(distances).next(cloud, centres.nrows(), rng) {
        centres.row_mut(which).assign(&cloud.points.row(next));
    }
    centres
}

/// Points are drawn by these.
struct Weights {
    all: Vec<f64>,
    /// Their sums by [`BLOCK`], good to some roundings.
    blocks: Vec<f64>,
    total: f64,
}

const BLOCK: usize = 64;

impl Weights {
    fn new(all: Vec<f64>) -> Self {
        let blocks: Vec<f64> = all.chunks(BLOCK).map(quick_sum).collect();
        let total = quick_sum(&blocks);
        Self { all, blocks, total }
    }

    /// One more of `k` centres, and what is left: the best of a few that are drawn. `None` where no other centre stands.
    fn next(&self, cloud: &Cloud<'_>, k: usize, rng: &mut Rng) -> Option<(usize, Self)> {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few")]
        let candidates = 2 + libm::log(real(k)) as usize;
        let mut best: Option<(usize, Self)> = None;
        for _ in (0..candidates).filter(|_| self.total.is_finite()) {
            let candidate = self.drawn(rng.uniform());
            let mut left = cloud.distances(&cloud.points.row(candidate).to_vec());
            left.iter_mut().zip(&self.all).for_each(|(new, old)| *new = new.min(*old));
            let left = Self::new(left);
            if best.as_ref().is_none_or(|(_, least)| left.total < least.total) {
                best = Some((candidate, left));
            }
        }
        best
    }

    /// The point at which the running sum passes a share of the total.
    fn drawn(&self, share: f64) -> usize {
        let mut left = share * self.total;
        let mut pass = |weight: &f64| {
            let passed = left < *weight;
            left -= if passed { 0.0 } else { *weight };
            passed
        };
        let block = self.blocks.iter().position(&mut pass);
        let found = block.and_then(|block| {
            let first = block * BLOCK;
            let own = self.all.get(first..)?.iter().take(BLOCK);
            Some(first + own.clone().position(pass).unwrap_or_else(|| own.len().saturating_sub(1)))
        });
        // rounding may leave a rest: the farthest point then
        let farthest = || (0..self.all.len()).max_by(|&a, &b| self.all[a].total_cmp(&self.all[b]));
        found.filter(|&at| self.all[at] > 0.0).or_else(farthest).unwrap_or_default()
    }
}

/// A sum good to some roundings, of numbers added side by side.
fn quick_sum(values: &[f64]) -> f64 {
    let (whole, rest) = values.as_chunks::<4>();
    let mut totals = [0.0; 4];
    for four in whole {
        totals.iter_mut().zip(four).for_each(|(total, value)| *total += value);
    }
    rest.iter().fold((totals[0] + totals[1]) + (totals[2] + totals[3]), |total, value| total + value)
}
