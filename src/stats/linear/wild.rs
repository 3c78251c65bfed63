//! The wild cluster bootstrap: p values and intervals where clusters are few.

use ndarray::{Array1, Axis};
use rayon::prelude::*;

use super::clusters::Clusters;
use super::{LinearFit, LinearTrouble};
use crate::stats::Rng;

/// A statistic within this share of another is a tie: the draw is the sample itself, or its mirror image.
const TIE: f64 = 1e-9;

/// What residuals of a whole cluster are multiplied by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WildWeights {
    /// −1 or 1.
    Rademacher,
    /// ±√½, ±1, ±√1½: where clusters are so few that signs alone give hardly any p values.
    Webb,
}

/// How to draw.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WildOptions {
    /// The weights.
    pub weights: WildWeights,
    /// How many draws; all combinations of weights instead, where they are not more.
    pub draws: u32,
    /// Seed of the draws.
    pub seed: u64,
    /// Level of the interval, for example 0.95.
    pub level: f64,
}

/// What the bootstrap says of one coefficient.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WildTest {
    /// Symmetric two-sided p of «the coefficient is what the hypothesis says».
    pub p: f64,
    /// t with the CR1 standard error.
    pub statistic: f64,
    /// Lower end of the interval: hypotheses that are not rejected.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Draws that were made.
    pub draws: u32,
    /// Were they all that there are?
    pub exact: bool,
}

/// Tests «coefficient = `null`» by the restricted wild cluster bootstrap, and inverts the test into an interval.
///
/// - Shapes: a fit of (n, k), clusters (n) with numbers below n, the number of a column.
/// - Units: `null` and the interval are in the units of the coefficient.
/// - Missing: none can be.
/// - Fails: `Malformed` where shapes or options have no meaning, or where absorbed effects are not nested in the clusters;
///   `TooFewClusters` where all combinations of weights together cannot reject at this level; `ClusterAlone` where a cluster
///   determines the coefficient; `NoConvergence` where the interval has no end.
/// - Reference: Cameron, Gelbach, Miller (2008), REStat 90(3), section III.B (WCR); Roodman, MacKinnon, Nielsen, Webb (2019),
///   Stata Journal 19(1), sections 3–5 (its algebra, tests inverted); Webb (2014), QED 1315; p with the sample counted among
///   the draws: Davison, Hinkley (1997), «Bootstrap Methods», 4.2.
/// - Accuracy: where all combinations are drawn, p is exact: equal to refitting in R; `tests/linear.rs`. Else within 2 √(p(1 − p)/draws)
///   of that. Ends of the interval to 1e-9 of their distance from the estimate.
/// - Determinism: each draw has its own part of the seed; independent of threads.
///
/// # Errors
/// As above.
pub fn wild_bootstrap(
    fit: &LinearFit,
    clusters: &[usize],
    column: usize,
    null: f64,
    options: WildOptions,
) -> Result<WildTest, LinearTrouble> {
    let nested = fit.effects.as_ref().is_none_or(|effects| effects.all_nested(clusters));
    let sound = options.level > 0.0 && options.level < 1.0 && options.draws >= 1 && null.is_finite();
    if column >= fit.coefficients.len() || !nested || !sound {
        return Err(LinearTrouble::Malformed);
    }
    let groups = Clusters::new(fit, clusters, 2)?;
    let (count, exact) = combinations(options, groups.count());
    let alpha = 1.0 - options.level;
    if exact && 2.0 / f64::from(count) > alpha {
        return Err(LinearTrouble::TooFewClusters {
            clusters: groups.count(),
            needed: needed(options.weights, alpha),
        });
    }
    let sample = Sample::new(fit, &groups, column)?;
    let draws: Vec<Draw> = (0..count)
        .into_par_iter()
        .map(|index| sample.draw(&weights(options, exact, index, sample.parts.len())))
        .collect();
    let test = Test { draws, spread: sample.spread, exact };
    let estimate = fit.coefficients[column];
    let se = (sample.spread * fit.small_sample(groups.count(), &[clusters])).sqrt();
    Ok(WildTest {
        p: test.p(estimate - null),
        statistic: (estimate - null) / se,
        low: estimate - test.end(1.0, alpha)?,
        high: estimate + test.end(-1.0, alpha)?,
        draws: count,
        exact,
    })
}

/// How many draws, and whether they are all that there are.
fn combinations(options: WildOptions, clusters: usize) -> (u32, bool) {
    let base: u32 = match options.weights {
        WildWeights::Rademacher => 2,
        WildWeights::Webb => 6,
    };
    let all = u32::try_from(clusters).ok().and_then(|g| base.checked_pow(g));
    all.filter(|&all| all <= options.draws).map_or((options.draws, false), |all| (all, true))
}

/// The fewest clusters whose combinations can reject at this level.
fn needed(weights: WildWeights, alpha: f64) -> usize {
    let base = if weights == WildWeights::Rademacher { 2.0 } else { 6.0 };
    let (mut clusters, mut all) = (1, base);
    while 2.0 / all > alpha {
        clusters += 1;
        all *= base;
    }
    clusters
}

/// The weight of each cluster in a draw.
fn weights(options: WildOptions, exact: bool, index: u32, clusters: usize) -> Vec<f64> {
    let base: u64 = if options.weights == WildWeights::Rademacher { 2 } else { 6 };
    let mut rng = Rng::part(options.seed, u64::from(index));
    let mut left = u64::from(index);
    let mut next = || {
        if !exact {
            return rng.below(base);
        }
        let digit = left % base;
        left /= base;
        digit
    };
    let weight = |digit: u64| match (options.weights, digit) {
        (WildWeights::Rademacher, 0) => -1.0,
        (WildWeights::Rademacher, _) => 1.0,
        (WildWeights::Webb, digit) => {
            let size = [0.5_f64, 1.0, 1.5][usize::try_from(digit / 2).unwrap_or_default()].sqrt();
            if digit % 2 == 0 { -size } else { size }
        }
    };
    (0..clusters).map(|_| weight(next())).collect()
}

/// A cluster in the coordinates of Q. With c the coefficient's row of R⁻¹, and δ the distance of the estimate from the
/// hypothesis, the restricted residuals of the cluster have the scores A + δ B.
struct Part {
    a: Array1<f64>,
    b: Array1<f64>,
    /// cᵀA and cᵀB.
    along: (f64, f64),
}

struct Sample {
    parts: Vec<Part>,
    /// cᵀc = (XᵀWX)⁻¹ of the coefficient.
    unit: f64,
    /// Σ (cᵀA)²: the sample's variance of the coefficient without the factor of CR1.
    spread: f64,
}

/// Numerator and squared denominator of t* as polynomials of δ.
#[derive(Clone, Copy)]
struct Draw {
    top: [f64; 2],
    below: [f64; 3],
}

impl Sample {
    fn new(fit: &LinearFit, clusters: &Clusters, column: usize) -> Result<Self, LinearTrouble> {
        let c = fit.inverse_root.row(column);
        let unit = c.dot(&c);
        let residuals = Array1::from(fit.weighted_residuals());
        let part = |rows: &[usize]| {
            let basis = fit.basis.select(Axis(0), rows);
            let a = basis.t().dot(&residuals.select(Axis(0), rows));
            let b = basis.t().dot(&basis.dot(&c)) / unit;
            let along = (c.dot(&a), c.dot(&b));
            Part { a, b, along }
        };
        let parts: Vec<Part> = clusters.iter().map(|(_, rows)| part(rows)).collect();
        if let Some(at) = parts.iter().position(|part| part.along.1 > 1.0 - 1e-8) {
            let cluster = clusters.iter().nth(at).map_or(0, |(id, _)| id);
            return Err(LinearTrouble::ClusterAlone { cluster, column });
        }
        let spread = parts.iter().map(|part| part.along.0 * part.along.0).sum();
        Ok(Self { parts, unit, spread })
    }

    fn draw(&self, weights: &[f64]) -> Draw {
        let k = self.parts.first().map_or(0, |part| part.a.len());
        let (mut a, mut b) = (Array1::zeros(k), Array1::zeros(k));
        let mut top = [0.0; 2];
        for (part, &v) in self.parts.iter().zip(weights) {
            a.scaled_add(v, &part.a);
            b.scaled_add(v, &part.b);
            top[0] += v * part.along.0;
            top[1] += v * part.along.1;
        }
        let mut below = [0.0; 3];
        for (part, &v) in self.parts.iter().zip(weights) {
            let x = v * part.along.0 - self.unit * part.b.dot(&a);
            let y = v * part.along.1 - self.unit * part.b.dot(&b);
            below[0] += x * x;
            below[1] += 2.0 * x * y;
            below[2] += y * y;
        }
        Draw { top, below }
    }
}

struct Test {
    draws: Vec<Draw>,
    spread: f64,
    exact: bool,
}

impl Test {
    /// p of the hypothesis at this distance below the estimate.
    fn p(&self, delta: f64) -> f64 {
        let bar = delta * delta / self.spread * (1.0 - TIE);
        let reaches = |draw: &&Draw| {
            let top = draw.top[0] + delta * draw.top[1];
            top * top >= bar * (draw.below[0] + delta * (draw.below[1] + delta * draw.below[2]))
        };
        #[expect(clippy::cast_precision_loss, reason = "a number of draws")]
        let (count, all) = (self.draws.iter().filter(reaches).count() as f64, self.draws.len() as f64);
        if self.exact { count / all } else { (count + 1.0) / (all + 1.0) }
    }

    /// How far the interval reaches to a side.
    fn end(&self, side: f64, alpha: f64) -> Result<f64, LinearTrouble> {
        let rejected = |distance: f64| self.p(side * distance) <= alpha;
        let (mut inside, mut outside) = (0.0, self.spread.sqrt());
        for _ in 0..200 {
            if rejected(outside) {
                break;
            }
            inside = outside;
            outside *= 1.5;
        }
        if !rejected(outside) {
            return Err(LinearTrouble::NoConvergence);
        }
        while outside - inside > 1e-9 * outside {
            let middle = 0.5 * (inside + outside);
            if rejected(middle) {
                outside = middle;
            } else {
                inside = middle;
            }
        }
        Ok(outside)
    }
}
