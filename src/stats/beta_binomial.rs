//! Shares of many schools at once: the beta-binomial model.

use crate::stats::root::root_between;
use crate::stats::sum::Total;
use crate::stats::{Interval, beta_above, beta_quantile, expit, logit};

/// A beta distribution of the schools' true shares. `alpha + beta` is its strength, in pupils.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BetaPrior {
    /// First parameter.
    pub alpha: f64,
    /// Second parameter.
    pub beta: f64,
}

/// The weakest and the strongest prior that a fit may give, in pupils: at the upper end the shares vary no more than
/// chance alone makes them, at the lower end every school is all or nothing.
pub(super) const STRENGTH: (f64, f64) = (0.01, 10_000.0);

/// A school with more trials than this is no school.
const TRIALS_MAX: u64 = 10_000_000;

/// Why there is no distribution of true shares, or no scale out of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PriorTrouble {
    /// Fewer than two schools have trials.
    NoData,
    /// Nobody succeeds, or everybody does: the likelihood has no maximum inside.
    AllAlike,
    /// The shares vary no more than chance alone makes them.
    NoSpread,
    /// Successes exceed trials, or trials exceed ten million.
    Malformed,
    /// The iteration did not settle: the data may well hold an answer, and it was not found.
    NotConverged,
}

impl std::fmt::Display for PriorTrouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NoData => "no data",
            Self::AllAlike => "nobody or everybody",
            Self::NoSpread => "no spread beyond chance",
            Self::Malformed => "malformed counts",
            Self::NotConverged => "the beta-binomial fit did not converge",
        })
    }
}

impl BetaPrior {
    /// Do the true shares differ at all, as far as the counts can tell? Not where the fit ended at the strongest prior.
    #[must_use]
    pub fn varies(&self) -> bool {
        self.alpha + self.beta < 0.999 * STRENGTH.1
    }

    /// The mean of the true share of a school with `x` of `n`: its own share drawn towards the region's.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts of pupils")]
    pub fn posterior_mean(&self, x: u64, n: u64) -> f64 {
        (self.alpha + x as f64) / (self.alpha + self.beta + n as f64)
    }

    /// The mean.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.alpha / (self.alpha + self.beta)
    }

    /// The equal-tailed interval; a level outside (0, 1) gives [0, 1].
    #[must_use]
    pub fn interval(&self, level: f64) -> Interval {
        let tail = 0.5 - level / 2.0;
        Interval {
            low: beta_quantile(tail, self.alpha, self.beta).unwrap_or(0.0),
            high: beta_quantile(1.0 - tail, self.alpha, self.beta).unwrap_or(1.0),
        }
    }

    /// The probability that the true share of a school with `x` of `n` is `threshold` or more.
    #[must_use]
    pub fn posterior_at_least(&self, x: u64, n: u64, threshold: f64) -> f64 {
        let Self { alpha, beta } = self.posterior(x, n);
        beta_above(threshold, alpha, beta).unwrap_or(f64::NAN)
    }

    /// The distribution of the true share of a school with `x` of `n`.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts of pupils")]
    pub fn posterior(&self, x: u64, n: u64) -> Self {
        let x = x.min(n);
        Self { alpha: self.alpha + x as f64, beta: self.beta + (n - x) as f64 }
    }
}

/// Fits the beta distribution of true shares to counts of many schools, by maximum likelihood.
///
/// - Shapes: any number of (successes, trials); schools without trials tell nothing and are left out.
/// - Units: counts in; `alpha + beta` in pupils.
/// - Missing: leave such schools out.
/// - Fails: `NoData` where fewer than two schools have trials; `AllAlike` where nobody or everybody succeeds (the share's
///   likelihood has no maximum inside); `Malformed` where successes exceed trials; `NotConverged` where the iteration does not settle.
///   Shares that vary no more than chance give the strongest prior allowed (10 000 pupils), never an infinite one.
/// - Reference: Griffiths (1973), Biometrics 29(4): likelihood as sums over counts, here with its exact second derivatives
///   and a damped Newton iteration on (logit of the mean, logarithm of the strength).
/// - Accuracy: 9 digits against the roots of the score found with SciPy's digamma; `tests/reference.rs`.
/// - Determinism: independent of the order of the schools.
///
/// # Errors
/// As above.
pub fn fit_beta_binomial(counts: &[(u64, u64)]) -> Result<BetaPrior, PriorTrouble> {
    let (model, start) = likelihood(counts)?;
    let [eta, theta] = maximise_or_profile(&model, start).ok_or(PriorTrouble::NotConverged)?;
    let strength = libm::exp(theta);
    Ok(BetaPrior { alpha: strength * expit(eta), beta: strength * expit(-eta) })
}

/// The likelihood of the counts, and where to begin the search for its maximum.
pub(super) fn likelihood(counts: &[(u64, u64)]) -> Result<(Likelihood, [f64; 2]), PriorTrouble> {
    if counts.iter().any(|&(x, n)| x > n || n > TRIALS_MAX) {
        return Err(PriorTrouble::Malformed);
    }
    let counts: Vec<(u64, u64)> = counts.iter().copied().filter(|&(_, n)| n > 0).collect();
    let (x, n) = counts.iter().fold((0_u64, 0_u64), |(x, n), c| (x + c.0, n + c.1));
    if counts.len() < 2 {
        return Err(PriorTrouble::NoData);
    }
    if x == 0 || x == n {
        return Err(PriorTrouble::AllAlike);
    }
    let model = Likelihood {
        hits: exceeding(counts.iter().map(|c| c.0)),
        misses: exceeding(counts.iter().map(|c| c.1 - c.0)),
        trials: exceeding(counts.iter().map(|c| c.1)),
    };
    #[expect(clippy::cast_precision_loss, reason = "counts of pupils")]
    let start = [logit(x as f64 / n as f64), libm::log(8.0)];
    Ok((model, start))
}

/// The logit of the likeliest mean and the logarithm of the likeliest strength.
pub(super) fn maximise_or_profile(model: &Likelihood, start: [f64; 2]) -> Option<[f64; 2]> {
    maximise(model, start).or_else(|| by_profile(model))
}

/// Whole numbers i from `from` up to below `to`, of which as many values exceed each as `weight` says.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    weight: f64,
    from: f64,
    to: f64,
}

/// For i = 0, 1, …: how many of the values exceed i. There are no more stretches than values, however large these are: a
/// municipality has as short a sum as a school.
#[expect(clippy::cast_precision_loss, reason = "at most ten million")]
fn exceeding(values: impl Iterator<Item = u64>) -> Vec<Stretch> {
    let mut values: Vec<u64> = values.collect();
    values.sort_unstable();
    let mut from = 0;
    let mut stretches = Vec::new();
    for (below, &to) in values.iter().enumerate() {
        if to > from {
            let weight = (values.len() - below) as f64;
            stretches.push(Stretch { weight, from: from as f64, to: to as f64 });
            from = to;
        }
    }
    stretches
}

/// The log-likelihood is Σ ln(α + i)·hits + Σ ln(β + i)·misses − Σ ln(α + β + i)·trials.
pub(super) struct Likelihood {
    hits: Vec<Stretch>,
    misses: Vec<Stretch>,
    trials: Vec<Stretch>,
}

/// Value, gradient and Hessian (11, 12, 22) in (logit of the mean, log of the strength).
pub(super) struct Point {
    pub value: f64,
    /// Rounding of the value: its parts are far larger than itself.
    noise: f64,
    pub gradient: [f64; 2],
    pub hessian: [f64; 3],
}

impl Likelihood {
    /// At the logit of a mean and the logarithm of a strength.
    pub fn at(&self, [eta, theta]: [f64; 2]) -> Point {
        let (mu, nu, m) = (expit(eta), expit(-eta), libm::exp(theta));
        let (alpha, beta) = (m * mu, m * nu);
        let [a0, a1, a2] = series(&self.hits, alpha);
        let [b0, b1, b2] = series(&self.misses, beta);
        let [e0, e1, e2] = series(&self.trials, m);
        let (by_alpha, by_beta) = (a1 - e1, b1 - e1);
        let (aa, bb, ab) = (e2 - a2, e2 - b2, e2);
        let s = m * mu * nu;
        let slope = s * (by_alpha - by_beta);
        let stretch = alpha * by_alpha + beta * by_beta;
        Point {
            value: a0 + b0 - e0,
            noise: 4.0 * f64::EPSILON * (a0.abs() + b0.abs() + e0.abs()),
            gradient: [slope, stretch],
            hessian: [
                s * s * (aa - 2.0 * ab + bb) + (nu - mu) * slope,
                s * (alpha * aa + (beta - alpha) * ab - beta * bb) + slope,
                alpha * alpha * aa + 2.0 * alpha * beta * ab + beta * beta * bb + stretch,
            ],
        }
    }
}

/// From here on sums over a stretch are taken by their asymptotic series, whose first neglected terms are below 1e-15 of them.
const FAR: f64 = 64.0;

/// A stretch that is shorter is added up term by term.
const SHORT: f64 = 8.0;

/// Σ w ln(z + i), Σ w / (z + i), Σ w / (z + i)².
fn series(stretches: &[Stretch], z: f64) -> [f64; 3] {
    let mut totals = [Total::default(); 3];
    let mut add = |weight: f64, terms: [f64; 3]| {
        totals.iter_mut().zip(terms).for_each(|(total, term)| total.add(weight * term));
    };
    for &Stretch { weight, from, to } in stretches {
        let mut i = from;
        while i < to && (z + i < FAR || to - i < SHORT) {
            let v = z + i;
            add(weight, [libm::log(v), 1.0 / v, 1.0 / (v * v)]);
            i += 1.0;
        }
        if i < to {
            add(weight, between(z + i, z + to));
        }
    }
    totals.map(Total::value)
}

/// Σ ln v, Σ 1 / v, Σ 1 / v² for v = low, low + 1, … below high, from [`FAR`] on: differences of ln Γ, ψ and −ψ′ by their asymptotic
/// series, arranged so that nothing large cancels.
fn between(low: f64, high: f64) -> [f64; 3] {
    let ends = [high, low].map(|v| {
        let (r, r2) = (1.0 / v, 1.0 / (v * v));
        [
            r * (1.0 / 12.0 - r2 * (1.0 / 360.0 - r2 / 1260.0)),
            -0.5 * r - r2 * (1.0 / 12.0 - r2 * (1.0 / 120.0 - r2 / 252.0)),
            -r * (1.0 + r * (0.5 + r * (1.0 / 6.0 - r2 * (1.0 / 30.0 - r2 / 42.0)))),
        ]
    });
    let [above, below] = ends;
    let (length, growth) = (high - low, libm::log1p((high - low) / low));
    [
        length * (libm::log(low) - 1.0) + (high - 0.5) * growth + (above[0] - below[0]),
        growth + (above[1] - below[1]),
        above[2] - below[2],
    ]
}

/// Damped Newton, the strength kept inside its bounds, until the undamped step is nothing.
fn maximise(model: &Likelihood, start: [f64; 2]) -> Option<[f64; 2]> {
    let bounds = (libm::log(STRENGTH.0), libm::log(STRENGTH.1));
    let mut at = start;
    let mut here = model.at(at);
    let mut damping = 0.0_f64;
    for _ in 0..300 {
        let held =
            (at[1] >= bounds.1 && here.gradient[1] > 0.0) || (at[1] <= bounds.0 && here.gradient[1] < 0.0);
        let go = |step: [f64; 2]| [at[0] + step[0], (at[1] + step[1]).clamp(bounds.0, bounds.1)];
        let newton = ascent(&here, 0.0, held);
        if newton[0].abs().max(newton[1].abs()) <= 1e-9 {
            return Some(go(newton));
        }
        let next = go(ascent(&here, damping, held));
        let there = model.at(next);
        if there.value >= here.value - here.noise {
            (at, here) = (next, there);
            damping = if damping < 1e-6 { 0.0 } else { damping / 8.0 };
        } else {
            damping = if damping <= 0.0 { 1e-3 * here.hessian[0].abs().max(1e-3) } else { damping * 8.0 };
        }
    }
    None
}

/// The maximum by way of the best mean of every strength, for likelihoods with a ridge along which Newton's steps crawl: a
/// handful of pupils has such.
fn by_profile(model: &Likelihood) -> Option<[f64; 2]> {
    const STEPS: i32 = 40;
    let (low, high) = (libm::log(STRENGTH.0), libm::log(STRENGTH.1));
    let mean = |theta: f64| root_between(|eta| model.at([eta, theta]).gradient[0], -40.0, 40.0);
    let rise = |theta: f64| mean(theta).map_or(f64::NAN, |eta| model.at([eta, theta]).gradient[1]);
    let grid: Vec<(f64, f64)> = (0..=STEPS)
        .map(|step| low + (high - low) * f64::from(step) / f64::from(STEPS))
        .map(|theta| (theta, rise(theta)))
        .collect();
    let inside = grid.windows(2).filter_map(|pair| match pair {
        &[(left, up), (right, down)] if up > 0.0 && down <= 0.0 => root_between(rise, left, right),
        _ => None,
    });
    let ends = [(grid.first(), -1.0), (grid.last(), 1.0)];
    let ends =
        ends.into_iter().filter_map(|(end, way)| end.filter(|end| end.1 * way >= 0.0).map(|end| end.0));
    inside
        .chain(ends)
        .filter_map(|theta| Some([mean(theta)?, theta]))
        .max_by(|a, b| model.at(*a).value.total_cmp(&model.at(*b).value))
}

/// The step that solves (damping − H) step = gradient, H made negative definite first; along the mean alone where the
/// strength is held at a bound.
fn ascent(point: &Point, damping: f64, held: bool) -> [f64; 2] {
    let [g0, g1] = point.gradient;
    let [h00, h01, h11] = point.hessian;
    let curvature = |h: f64| if h < 0.0 { damping - h } else { damping + h.max(1e-8) };
    let (p, q) = (curvature(h00), curvature(h11));
    if held {
        return [g0 / p, 0.0];
    }
    let determinant = p * q - h01 * h01;
    let newton = h00 < 0.0 && h11 < 0.0 && determinant > 1e-12 * p * q;
    let step = if newton {
        [(q * g0 + h01 * g1) / determinant, (p * g1 + h01 * g0) / determinant]
    } else {
        [g0 / p, g1 / q]
    };
    // a step of more than two on a logarithmic scale is a leap into the dark
    let longest = step[0].abs().max(step[1].abs());
    if longest > 2.0 { step.map(|s| s * 2.0 / longest) } else { step }
}

#[cfg(test)]
mod tests {
    use super::{BetaPrior, PriorTrouble, exceeding, fit_beta_binomial, series};
    use crate::stats::{Rng, sum};

    /// Term by term over every whole number; the largest difference was 2e-15 of the sum.
    #[test]
    fn long_stretches_have_the_sums_of_their_terms() {
        let mut rng = Rng::new(17);
        for case in 0..60 {
            let values: Vec<u64> =
                (0..=case).map(|_| rng.below(if case % 2 == 0 { 30 } else { 6_000 })).collect();
            let z = [0.01, 0.7, 12.0, 300.0, 9_999.0][case % 5];
            let top = values.iter().copied().max().unwrap();
            let plain = |term: fn(f64) -> f64| {
                let over = |i: u64| values.iter().filter(|value| **value > i).count() as f64;
                sum(&(0..top).map(|i| over(i) * term(z + i as f64)).collect::<Vec<_>>())
            };
            let terms = [plain(libm::log), plain(|v| 1.0 / v), plain(|v| 1.0 / (v * v))];
            let quick = series(&exceeding(values.iter().copied()), z);
            for (quick, plain) in quick.into_iter().zip(terms) {
                assert!((quick - plain).abs() <= 1e-13 * plain.abs().max(1.0), "{z} {top}: {quick} {plain}");
            }
        }
    }

    #[test]
    fn a_known_prior_is_found_again() {
        let mut rng = Rng::new(11);
        let counts: Vec<(u64, u64)> = (0..4_000)
            .map(|_| {
                let n = 5 + rng.below(60);
                let share = rng.beta(1.2, 6.8);
                (rng.binomial(n, share), n)
            })
            .collect();
        let BetaPrior { alpha, beta } = fit_beta_binomial(&counts).unwrap();
        assert!((alpha / (alpha + beta) - 0.15).abs() < 0.006, "{alpha} {beta}");
        assert!((alpha + beta - 8.0).abs() < 0.7, "{alpha} {beta}");
        let mut shuffled = counts.clone();
        rng.shuffle(&mut shuffled);
        assert_eq!(fit_beta_binomial(&shuffled), Ok(BetaPrior { alpha, beta }));
    }

    #[test]
    fn a_handful_of_pupils_has_a_fit_too() {
        let mut rng = Rng::new(13);
        for case in 0..20_000 {
            let schools = 2 + rng.below(5);
            let counts: Vec<(u64, u64)> = (0..schools)
                .map(|_| {
                    let n = 1 + rng.below(6);
                    (rng.below(n + 1), n)
                })
                .collect();
            let fit = fit_beta_binomial(&counts);
            assert!(matches!(fit, Ok(_) | Err(PriorTrouble::AllAlike)), "{case} {counts:?}: {fit:?}");
        }
        // three of four, none of one, none of one: as good as no spread
        let BetaPrior { alpha, beta } = fit_beta_binomial(&[(3, 4), (0, 1), (0, 1)]).unwrap();
        assert!(alpha + beta > 100.0, "{alpha} {beta}");
        assert!((alpha / (alpha + beta) - 0.5).abs() < 0.01, "{alpha} {beta}");
    }

    #[test]
    fn rare_things_in_large_schools_have_a_fit_too() {
        let mut rng = Rng::new(12);
        for _ in 0..100 {
            let counts: Vec<(u64, u64)> = (0..150)
                .map(|_| {
                    let n = 15 + rng.below(700);
                    let share = rng.beta(3.0, 197.0);
                    (rng.binomial(n, share), n)
                })
                .collect();
            let BetaPrior { alpha, beta } = fit_beta_binomial(&counts).expect("a maximum exists");
            assert!((60.0..800.0).contains(&(alpha + beta)), "{alpha} {beta}");
            assert!((alpha / (alpha + beta) - 0.015).abs() < 0.004, "{alpha} {beta}");
        }
    }

    /// Counts of a region with a drawn mean of 0.003 to 0.2 and a strength inside a range.
    fn region(rng: &mut Rng, schools: usize, (weakest, strongest): (f64, f64)) -> Vec<(u64, u64)> {
        let between = |low: f64, high: f64, at: f64| low * libm::pow(high / low, at);
        let mean = between(0.003, 0.2, rng.uniform());
        let strength = between(weakest, strongest, rng.uniform());
        let school = |_| {
            let n = 50 + rng.below(1_951);
            let share = rng.beta(strength * mean, strength * (1.0 - mean));
            (rng.binomial(n, share), n)
        };
        (0..schools).map(school).collect()
    }

    #[test]
    fn every_region_has_a_fit() {
        for seed in 0..200 {
            let mut rng = Rng::new(seed);
            for schools in [150, 1_500] {
                let prior = fit_beta_binomial(&region(&mut rng, schools, (20.0, 400.0)));
                assert!(prior.is_ok_and(|prior| prior.varies()), "{seed}, {schools} schools: {prior:?}");
                // hardly any spread: whether there is some may be a matter of chance, that there is an answer may not
                let prior = fit_beta_binomial(&region(&mut rng, schools, (400.0, 40_000.0)));
                assert!(prior.is_ok(), "{seed}, {schools} schools, little spread: {prior:?}");
            }
        }
    }

    #[test]
    fn the_gradient_vanishes_at_the_fit() {
        let counts = [(0_u32, 10_u32), (3, 12), (9, 20), (1, 30), (7, 8), (2, 25)];
        let counted = counts.map(|(x, n)| (u64::from(x), u64::from(n)));
        let BetaPrior { alpha, beta } = fit_beta_binomial(&counted).unwrap();
        // ln B(x + α, n − x + β) − ln B(α, β), by differences of it
        let likelihood = |a: f64, b: f64| -> f64 {
            let ln_beta = |p: f64, q: f64| libm::lgamma(p) + libm::lgamma(q) - libm::lgamma(p + q);
            counts.iter().map(|&(x, n)| ln_beta(a + f64::from(x), b + f64::from(n - x)) - ln_beta(a, b)).sum()
        };
        let top = likelihood(alpha, beta);
        for (da, db) in [(1e-3, 0.0), (-1e-3, 0.0), (0.0, 1e-3), (0.0, -1e-3), (1e-3, 1e-3)] {
            assert!(likelihood(alpha + da, beta + db) < top);
        }
    }

    #[test]
    fn shares_without_spread_and_shares_of_all_or_nothing_meet_the_bounds() {
        let alike = fit_beta_binomial(&[(20, 100); 50]).unwrap();
        assert!((alike.alpha + alike.beta - 10_000.0).abs() < 1e-6, "{alike:?}");
        // at a finite strength the likeliest mean is not quite the common share: 3e-5 off here
        assert!((alike.posterior_mean(0, 0) - 0.2).abs() < 1e-4);
        let mut extreme = vec![(0, 40); 30];
        extreme.extend([(40, 40); 10]);
        let split = fit_beta_binomial(&extreme).unwrap();
        assert!((split.alpha + split.beta - 0.01).abs() < 1e-9, "{split:?}");
    }

    #[test]
    fn what_cannot_be_fitted_is_not() {
        for counts in [&[][..], &[(1, 5)], &[(1, 5), (0, 0)]] {
            assert_eq!(fit_beta_binomial(counts), Err(PriorTrouble::NoData), "{counts:?}");
        }
        for counts in [[(0, 5), (0, 9)], [(5, 5), (9, 9)]] {
            assert_eq!(fit_beta_binomial(&counts), Err(PriorTrouble::AllAlike), "{counts:?}");
        }
        for counts in [[(6, 5), (1, 9)], [(1, 9), (1, 0)]] {
            assert_eq!(fit_beta_binomial(&counts), Err(PriorTrouble::Malformed), "{counts:?}");
        }
    }

    #[test]
    fn posteriors_by_hand() {
        let prior = BetaPrior { alpha: 1.0, beta: 1.0 };
        assert!((prior.posterior_mean(3, 8) - 0.4).abs() < 1e-15);
        // Beta(1, 1) with no pupil: uniform
        let interval = prior.posterior(0, 0).interval(0.9);
        assert!((interval.low - 0.05).abs() < 1e-13 && (interval.high - 0.95).abs() < 1e-13);
        assert!((prior.posterior_at_least(0, 0, 0.3) - 0.7).abs() < 1e-14);
    }
}
