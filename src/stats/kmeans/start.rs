//! Where to begin: points far from each other.

use ndarray::{Array2, Axis};

use super::Cloud;
use crate::stats::partition::real;
use crate::stats::{Rng, sum};

/// `k` of the points: each the best of a few that are drawn with a probability that grows with their squared distance to
/// those taken before; the best one leaves the least sum of them.
pub(super) fn spread_out(cloud: &Cloud<'_>, k: usize, rng: &mut Rng) -> Array2<f64> {
    let points = cloud.points;
    let n = points.nrows();
    #[expect(clippy::cast_possible_truncation, reason = "a position below the number of points")]
    let mut taken = vec![rng.below(n as u64) as usize];
    let mut distances = cloud.distances(taken[0]);
    let mut total = sum(&distances);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few")]
    let candidates = 2 + libm::log(real(k)) as usize;
    while taken.len() < k {
        let mut best: Option<(usize, Vec<f64>, f64)> = None;
        for _ in 0..candidates {
            let candidate = drawn(&distances, rng.uniform() * total);
            let mut left = cloud.distances(candidate);
            left.iter_mut().zip(&distances).for_each(|(new, old)| *new = new.min(*old));
            let rest = sum(&left);
            if best.as_ref().is_none_or(|(.., least)| rest < *least) {
                best = Some((candidate, left, rest));
            }
        }
        let Some((candidate, left, rest)) = best else { break };
        taken.push(candidate);
        (distances, total) = (left, rest);
    }
    points.select(Axis(0), &taken)
}

/// The same centres but for one, which goes to a point that lies far from the others, drawn as above.
pub(super) fn elsewhere(
    cloud: &Cloud<'_>,
    centres: &Array2<f64>,
    which: usize,
    rng: &mut Rng,
) -> Array2<f64> {
    let mut distances = vec![f64::INFINITY; cloud.points.nrows()];
    let others = centres.rows().into_iter().enumerate().filter(|(c, _)| *c != which);
    for (_, centre) in others {
        let to_centre = cloud.distances_from(&centre.to_vec());
        distances.iter_mut().zip(to_centre).for_each(|(least, new)| *least = least.min(new));
    }
    let total = sum(&distances);
    let mut centres = centres.clone();
    if total.is_finite() {
        centres.row_mut(which).assign(&cloud.points.row(drawn(&distances, rng.uniform() * total)));
    }
    centres
}

/// The point at which the sum of the distances passes a height.
fn drawn(distances: &[f64], height: f64) -> usize {
    let mut left = height;
    let found = distances.iter().position(|distance| {
        left -= distance;
        left < 0.0
    });
    // rounding may leave a rest: the farthest point then
    let farthest = || (0..distances.len()).max_by(|&a, &b| distances[a].total_cmp(&distances[b]));
    found.or_else(farthest).unwrap_or_default()
}
