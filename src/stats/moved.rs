//! Did a school change its cluster, or did chance change its shares?

use ndarray::ArrayView2;
use rayon::prelude::*;

use crate::stats::kmeans::{quick_distance, rows};
use crate::stats::partition::real;
use crate::stats::polygamma::{digamma, trigamma};
use crate::stats::{BetaPrior, Rng, ScaledShares, sum};

/// A share in two years; none in a year in which it did not make the clusters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SharePair<'a> {
    /// The earlier year.
    pub before: Option<&'a ScaledShares>,
    /// The later year.
    pub after: Option<&'a ScaledShares>,
}

/// Fewer schools than this say nothing of how shares of two years go together.
const FEWEST: usize = 10;
/// Shares of two years are never taken for the same number.
const CLOSEST: f64 = 0.995;

/// The probability that a school is of another cluster than the year before, as far as its counts can tell.
///
/// - Shapes: p shares in two years; centres of either year, shape (k, columns of that year in the order of the shares); `same`
///   (k of the later year): the cluster of the year before that it is; pairs of positions (before, after) of m schools with a
///   seed each; m answers.
/// - Units: shares of draws.
/// - Missing: a school that lacks a share of its year has `None`.
/// - Fails: every school `None` where shapes differ or there are no draws.
/// - Reference: true log-odds of the two years are jointly normal: centre and spread of each year are those of its fitted
///   beta distribution, their correlation that of the shrunken values, corrected for the shrinkage (Spearman 1904, American
///   Journal of Psychology 15, on attenuation). Draws from the posterior of both years at once; each goes to the nearest centre.
///   Were the years taken as independent, a school at a border would move every other year by chance alone.
/// - Accuracy: Monte-Carlo, ½/√draws at most; of schools that seem to move as many do as it says, `tests/transitions.rs`.
/// - Determinism: a school's answer depends on the counts and its seed alone; threads change nothing.
#[must_use]
pub fn moved(
    shares: &[SharePair<'_>],
    centres: [ArrayView2<'_, f64>; 2],
    same: &[Option<usize>],
    schools: &[((usize, usize), u64)],
    draws: usize,
) -> Vec<Option<f64>> {
    let of_year = |pick: for<'a> fn(&SharePair<'a>) -> Option<&'a ScaledShares>| {
        shares.iter().filter_map(pick).collect::<Vec<_>>()
    };
    let sizes = [of_year(|pair| pair.before).len(), of_year(|pair| pair.after).len()];
    let fits = centres.iter().zip(sizes).all(|(c, size)| c.ncols() == size && c.nrows() > 0 && size > 0);
    if !fits || draws == 0 || same.len() != centres[1].nrows() {
        return vec![None; schools.len()];
    }
    let positions: Vec<(usize, usize)> = schools.iter().map(|(pair, _)| *pair).collect();
    let links: Vec<Link> = shares.iter().map(|pair| Link::of(pair, &positions)).collect();
    let centres = centres.map(|centres| centres.as_standard_layout().into_owned());
    let of_school = |&((before, after), seed): &((usize, usize), u64)| {
        let mut rng = Rng::new(seed);
        let mut places = sizes.map(|size| Vec::with_capacity(size * draws));
        for (pair, link) in shares.iter().zip(&links) {
            let joint = link.posterior(pair, before, after)?;
            let drawn: Vec<[f64; 2]> = (0..draws).map(|_| joint.draw(&mut rng)).collect();
            for (year, own) in [pair.before, pair.after].into_iter().enumerate() {
                if let Some(own) = own {
                    places[year].extend(drawn.iter().map(|odds| own.scale.z(own.how.place(odds[year]))));
                }
            }
        }
        let nearest = |year: usize, draw: usize| {
            let place: Vec<f64> = places[year].iter().skip(draw).step_by(draws).copied().collect();
            let view = centres[year].view();
            let distances = rows(&view).map(|centre| quick_distance(&place, centre)).enumerate();
            distances.min_by(|a, b| a.1.total_cmp(&b.1)).map_or(0, |(cluster, _)| cluster)
        };
        let other = (0..draws).filter(|&draw| same[nearest(1, draw)] != Some(nearest(0, draw))).count();
        Some(real(other) / real(draws))
    };
    schools.par_iter().map(of_school).collect()
}

/// A normal distribution that stands for log-odds.
#[derive(Clone, Copy)]
struct Normal {
    mean: f64,
    variance: f64,
}

impl Normal {
    fn of(beta: BetaPrior) -> Self {
        Self {
            mean: digamma(beta.alpha) - digamma(beta.beta),
            variance: trigamma(beta.alpha) + trigamma(beta.beta),
        }
    }
}

/// How a share of one year goes with that of the next.
struct Link {
    priors: [Normal; 2],
    correlation: f64,
}

impl Link {
    fn of(pair: &SharePair<'_>, schools: &[(usize, usize)]) -> Self {
        let prior = |year: Option<&ScaledShares>| {
            year.map_or(Normal { mean: 0.0, variance: 1.0 }, |own| Normal::of(own.prior))
        };
        let priors = [prior(pair.before), prior(pair.after)];
        let (mut products, mut weights) = (Vec::new(), Vec::new());
        for &(before, after) in schools {
            let (Some(old), Some(new)) = (known(pair.before, before), known(pair.after, after)) else {
                continue;
            };
            let weight = |own: Normal, prior: Normal| (1.0 - own.variance / prior.variance).max(0.0);
            products.push((old.mean - priors[0].mean) * (new.mean - priors[1].mean));
            weights.push(weight(old, priors[0]) * weight(new, priors[1]));
        }
        let most = sum(&weights) * (priors[0].variance * priors[1].variance).sqrt();
        let enough = products.len() >= FEWEST && most > 0.0;
        let correlation = if enough { (sum(&products) / most).clamp(-CLOSEST, CLOSEST) } else { 0.0 };
        Self { priors, correlation }
    }

    /// What the counts of both years tell of the log-odds of both; none where a year that counts is unknown.
    fn posterior(&self, pair: &SharePair<'_>, before: usize, after: usize) -> Option<Joint> {
        let one = |year: Option<&ScaledShares>, school: usize, prior: Normal| match year {
            Some(own) => known(Some(own), school).map(|own| {
                let precision = (1.0 / own.variance - 1.0 / prior.variance).max(0.0);
                // what the counts alone say, without the prior
                (precision, own.mean / own.variance - prior.mean / prior.variance)
            }),
            None => Some((0.0, 0.0)),
        };
        let [first, second] = self.priors;
        let (a, b) = (one(pair.before, before, first)?, one(pair.after, after, second)?);
        let rest = 1.0 - self.correlation * self.correlation;
        let cross = -self.correlation / (rest * (first.variance * second.variance).sqrt());
        let own = [first, second].map(|prior| 1.0 / (rest * prior.variance));
        let right = [
            own[0] * first.mean + cross * second.mean + a.1,
            own[1] * second.mean + cross * first.mean + b.1,
        ];
        let precision = [own[0] + a.0, own[1] + b.0];
        let determinant = precision[0] * precision[1] - cross * cross;
        let mean = [
            (precision[1] * right[0] - cross * right[1]) / determinant,
            (precision[0] * right[1] - cross * right[0]) / determinant,
        ];
        let root = (precision[1] / determinant).sqrt();
        let slope = -cross / precision[1];
        Some(Joint { mean, root, slope, rest: (1.0 / precision[1]).sqrt() })
    }
}

/// Two normal numbers: the first one's spread, the second's slope on it and its rest.
struct Joint {
    mean: [f64; 2],
    root: f64,
    slope: f64,
    rest: f64,
}

impl Joint {
    fn draw(&self, rng: &mut Rng) -> [f64; 2] {
        let first = self.root * rng.normal();
        [self.mean[0] + first, self.mean[1] + self.slope * first + self.rest * rng.normal()]
    }
}

/// What the counts of a school tell of its log-odds, drawn towards those of all schools whatever the scale of distances.
fn known(year: Option<&ScaledShares>, school: usize) -> Option<Normal> {
    let own = year?;
    let (x, n) = own.counts.get(school).copied().flatten()?;
    Some(Normal::of(own.prior.posterior(x, n)))
}

#[cfg(test)]
mod tests {
    use super::{SharePair, moved};
    use crate::stats::{Rng, ScaledShares, ShareScale, expit, scaled_shares};
    use ndarray::array;

    /// Two years of schools whose true shares stay, drawn by chance in each.
    fn years(pupils: u64) -> [ScaledShares; 2] {
        let mut rng = Rng::new(8);
        let truth: Vec<f64> = (0..400).map(|_| expit(-1.0 + 0.7 * rng.normal())).collect();
        [0, 1].map(|_| {
            let counts: Vec<_> = truth.iter().map(|p| Some((rng.binomial(pupils, *p), pupils))).collect();
            scaled_shares(&counts, ShareScale::ShrunkenLogit).unwrap()
        })
    }

    fn probabilities(years: &[ScaledShares; 2], linked: bool) -> Vec<f64> {
        let centres = array![[-1.0], [1.0]];
        let schools: Vec<((usize, usize), u64)> =
            // schools that are set beside another one do not go together with themselves
            (0..400_usize).map(|s| ((s, if linked { s } else { (s + 1) % 400 }), s as u64)).collect();
        let pair = SharePair { before: Some(&years[0]), after: Some(&years[1]) };
        let same = [Some(0), Some(1)];
        moved(&[pair], [centres.view(), centres.view()], &same, &schools, 200).into_iter().flatten().collect()
    }

    #[test]
    fn shares_that_stay_are_not_said_to_move_and_strangers_are() {
        for pupils in [30, 300] {
            let years = years(pupils);
            let (own, others) = (probabilities(&years, true), probabilities(&years, false));
            let mean = |all: &[f64]| crate::stats::mean(all).unwrap();
            // some lie so near to the middle, which differs by chance between the years, that nobody knows
            assert!(mean(&own) < 0.1, "{pupils}: {}", mean(&own));
            assert!((mean(&others) - 0.5).abs() < 0.06, "{pupils}: {}", mean(&others));
        }
    }

    #[test]
    fn what_does_not_fit_has_no_probability() {
        let [before, after] = years(50);
        let centres = array![[-1.0], [1.0]];
        let pair = SharePair { before: Some(&before), after: Some(&after) };
        let ask = |same: &[Option<usize>], draws| {
            moved(&[pair], [centres.view(), centres.view()], same, &[((0, 0), 1)], draws)
        };
        assert!(ask(&[Some(0), None], 100)[0].is_some());
        assert_eq!(ask(&[Some(0)], 100), [None]);
        assert_eq!(ask(&[Some(0), Some(1)], 0), [None]);
        let outside = moved(&[pair], [centres.view(), centres.view()], &[None, None], &[((0, 900), 1)], 9);
        assert_eq!(outside, [None]);
    }
}
