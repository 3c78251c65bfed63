//! One group: the normal approximation of the posterior of its shares, and what the approximation leaves out.

use crate::stats::Rng;
use crate::stats::joint::triangle::{factor, multiply, solve, solve_transposed};
use crate::stats::ziggurat::Ziggurat;

/// Steps of Newton's method. The posterior has one peak; from a start near it three suffice.
const STEPS_MAX: usize = 60;

/// What was observed in one group, with the number of the intercept of each cell and, component by component, the label
/// of its effect.
#[derive(Debug, Clone, Default)]
pub(super) struct Unit {
    pub tests: Vec<usize>,
    pub low: Vec<f64>,
    pub all: Vec<f64>,
    /// Shape (components, cells): cells of one label share an effect; labels are below the number of cells.
    pub labels: Vec<Vec<usize>>,
}

/// The posterior of a group's effects under given hyperparameters, as a normal distribution about its peak.
#[derive(Debug, Clone, Default)]
pub(super) struct Peak {
    size: usize,
    /// log-odds at the peak without the effects: the intercepts.
    base: Vec<f64>,
    /// Effects at the peak; kept as the start of the next search.
    pub mode: Vec<f64>,
    /// First derivatives of the log-likelihood there.
    slope: Vec<f64>,
    /// Second derivatives, their sign changed.
    weight: Vec<f64>,
    /// log-likelihood of each cell there.
    level: Vec<f64>,
    /// Cholesky's factor of the covariance.
    root: Vec<f64>,
    /// (Σ + W⁻¹)⁻¹.
    inverse: Vec<f64>,
    /// The approximate log marginal likelihood.
    pub log_marginal: f64,
    prior: Vec<f64>,
    work: Vec<f64>,
    half: Vec<f64>,
}

/// log(1 + exp x) and its derivative.
#[inline]
fn softplus(x: f64) -> (f64, f64) {
    let tail = libm::exp(-x.abs());
    let (sum, log) = (1.0 + tail, libm::log1p(tail));
    if x > 0.0 { (x + log, 1.0 / sum) } else { (log, tail / sum) }
}

/// log(1 + exp x).
#[inline]
fn softplus_alone(x: f64) -> f64 {
    x.max(0.0) + libm::log1p(libm::exp(-x.abs()))
}

impl Peak {
    /// Finds the peak by Newton's method (Rasmussen, Williams 2006, algorithm 3.1) from where the last search ended.
    /// `false` where it is not found: a number is not finite.
    pub fn find(&mut self, unit: &Unit, intercepts: &[f64], variances: &[f64]) -> bool {
        let size = unit.low.len();
        if self.size != size {
            self.size = size;
            self.mode = vec![0.0; size];
            self.prior = vec![0.0; size * size];
            self.work = vec![0.0; size * size];
            self.root = vec![0.0; size * size];
            self.inverse = vec![0.0; size * size];
            self.half = vec![0.0; size];
        }
        self.base.clear();
        self.base.extend(unit.tests.iter().map(|&test| intercepts[test]));
        self.cover(unit, variances);
        let mut reached = f64::NEG_INFINITY;
        let mut slopes = vec![0.0; size];
        let mut last = self.mode.clone();
        for _ in 0..STEPS_MAX {
            self.derive(unit);
            // a = Σ⁻¹ f at the point to which the step leads
            if !self.decompose() {
                return false;
            }
            for (i, slope) in slopes.iter_mut().enumerate() {
                *slope = self.weight[i] * self.mode[i] + self.slope[i];
            }
            self.pull(&mut slopes);
            let mut step = 1.0;
            let before = self.mode.clone();
            let target: Vec<f64> = (0..size)
                .map(|i| self.prior[i * size..(i + 1) * size].iter().zip(&slopes).map(|(s, a)| s * a).sum())
                .collect();
            loop {
                for i in 0..size {
                    self.mode[i] = before[i] + step * (target[i] - before[i]);
                }
                // along the step the quadratic form is known exactly only at its end: a whole step is nearly always right
                let quadratic: f64 = if step < 1.0 {
                    self.quadratic()
                } else {
                    self.mode.iter().zip(&slopes).map(|(f, a)| f * a).sum()
                };
                let value = self.log_likelihood(unit) - 0.5 * quadratic;
                if value.is_nan() {
                    return false;
                }
                if value >= reached - 1e-9 || step < 1e-4 {
                    reached = value.max(reached);
                    break;
                }
                step *= 0.5;
            }
            let moved = self.mode.iter().zip(&last).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            last.clone_from(&self.mode);
            if moved < 1e-9 {
                break;
            }
        }
        self.derive(unit);
        if !self.decompose() {
            return false;
        }
        let quadratic: f64 = self.mode.iter().zip(&self.slope).map(|(f, a)| f * a).sum();
        let log_root: f64 = (0..size).map(|i| libm::log(self.work[i * size + i])).sum();
        self.log_marginal = self.level.iter().sum::<f64>() - 0.5 * quadratic - log_root;
        self.log_marginal.is_finite()
    }

    /// Σ, from the labels.
    fn cover(&mut self, unit: &Unit, variances: &[f64]) {
        let size = self.size;
        self.prior.fill(0.0);
        for (labels, variance) in unit.labels.iter().zip(variances) {
            for i in 0..size {
                for j in 0..=i {
                    if labels[i] == labels[j] {
                        self.prior[i * size + j] += variance;
                    }
                }
            }
        }
        for i in 0..size {
            for j in 0..i {
                self.prior[j * size + i] = self.prior[i * size + j];
            }
        }
    }

    fn log_likelihood(&self, unit: &Unit) -> f64 {
        let cell = |i: usize| {
            let x = self.base[i] + self.mode[i];
            unit.low[i] * x - unit.all[i] * softplus_alone(x)
        };
        (0..self.size).map(cell).sum()
    }

    /// fᵀ Σ⁻¹ f of a point between two; the slow way, which is hardly ever gone.
    fn quadratic(&self) -> f64 {
        let mut root = self.prior.clone();
        let mut half = self.mode.clone();
        if !factor(&mut root, self.size) {
            return f64::INFINITY;
        }
        solve(&root, self.size, &mut half);
        half.iter().map(|x| x * x).sum()
    }

    fn derive(&mut self, unit: &Unit) {
        self.slope.clear();
        self.weight.clear();
        self.level.clear();
        for i in 0..self.size {
            let x = self.base[i] + self.mode[i];
            let (log, p) = softplus(x);
            self.slope.push(unit.low[i] - unit.all[i] * p);
            self.weight.push(unit.all[i] * p * (1.0 - p));
            self.level.push(unit.low[i] * x - unit.all[i] * log);
        }
    }

    /// The factor of B = I + W½ Σ W½.
    fn decompose(&mut self) -> bool {
        let size = self.size;
        for (half, weight) in self.half.iter_mut().zip(&self.weight) {
            *half = weight.sqrt();
        }
        for i in 0..size {
            for j in 0..=i {
                let own = if i == j { 1.0 } else { 0.0 };
                self.work[i * size + j] = own + self.half[i] * self.prior[i * size + j] * self.half[j];
            }
        }
        factor(&mut self.work, size)
    }

    /// a = b − W½ B⁻¹ W½ Σ b, in place of b.
    fn pull(&self, b: &mut [f64]) {
        let size = self.size;
        let mut c: Vec<f64> = (0..size)
            .map(|i| {
                let row = &self.prior[i * size..(i + 1) * size];
                self.half[i] * row.iter().zip(&*b).map(|(s, b)| s * b).sum::<f64>()
            })
            .collect();
        solve(&self.work, size, &mut c);
        solve_transposed(&self.work, size, &mut c);
        for (i, b) in b.iter_mut().enumerate() {
            *b -= self.half[i] * c[i];
        }
    }

    /// Prepares draws: the factor of V = Σ − Σ W½ B⁻¹ W½ Σ. `false` where it has none.
    pub fn prepare(&mut self) -> bool {
        let size = self.size;
        let mut column = vec![0.0; size];
        // row by row C = L⁻¹ W½ Σ, kept as columns in `inverse`
        for j in 0..size {
            for (i, value) in column.iter_mut().enumerate() {
                *value = self.half[i] * self.prior[i * size + j];
            }
            solve(&self.work, size, &mut column);
            self.inverse[j * size..(j + 1) * size].copy_from_slice(&column);
        }
        for i in 0..size {
            for j in 0..=i {
                let (a, b) =
                    (&self.inverse[i * size..(i + 1) * size], &self.inverse[j * size..(j + 1) * size]);
                let lost: f64 = a.iter().zip(b).map(|(a, b)| a * b).sum();
                self.root[i * size + j] = self.prior[i * size + j] - lost;
            }
        }
        factor(&mut self.root, size)
    }

    /// (Σ + W⁻¹)⁻¹ = W½ B⁻¹ W½, for derivatives.
    fn invert(&mut self) {
        let size = self.size;
        let mut column = vec![0.0; size];
        for j in 0..size {
            column.fill(0.0);
            column[j] = self.half[j];
            solve(&self.work, size, &mut column);
            solve_transposed(&self.work, size, &mut column);
            for (i, value) in column.iter().enumerate() {
                self.inverse[i * size + j] = self.half[i] * value;
            }
        }
    }

    /// Draws effects from the approximation, away from the peak; `z` are standard normal numbers.
    pub fn draw(&self, z: &[f64], away: &mut [f64]) {
        multiply(&self.root, self.size, z, away);
    }

    /// The logarithm of the ratio of the posterior to the approximation, 0 at the peak: what the likelihood has beyond its
    /// second derivatives.
    pub fn log_weight(&self, unit: &Unit, away: &[f64]) -> f64 {
        (0..self.size)
            .map(|i| {
                let x = self.base[i] + self.mode[i] + away[i];
                let value = unit.low[i] * x - unit.all[i] * softplus_alone(x);
                value - self.level[i] - self.slope[i] * away[i] + 0.5 * self.weight[i] * away[i] * away[i]
            })
            .sum()
    }
}

/// What a group adds to the log-likelihood and to its derivatives.
#[derive(Debug, Clone, Default)]
pub(super) struct Share {
    pub log_likelihood: f64,
    /// By each cell's intercept.
    pub intercepts: Vec<f64>,
    /// By the variance of each component.
    pub variances: Vec<f64>,
}

impl Peak {
    /// The log marginal likelihood: the approximation, corrected by weighted draws (Pinheiro, Bates 1995, 2.3: importance
    /// sampling), and its derivatives by Fisher's identity, each the expectation of the derivative of the joint density.
    /// The draws are the same for the same seed, so that the likelihood is smooth. No draws: the approximation alone.
    pub fn share(&mut self, unit: &Unit, pairs: usize, seed: u64, with_slope: bool) -> Option<Share> {
        let (size, components) = (self.size, unit.labels.len());
        let mut share = Share { log_likelihood: self.log_marginal, ..Share::default() };
        if pairs > 0 && !self.prepare() {
            return None;
        }
        if with_slope {
            self.invert();
        }
        let mut rng = Rng::new(seed);
        let layers = Ziggurat::get();
        let (mut z, mut away) = (vec![0.0; size], vec![0.0; size]);
        let mut pull = vec![0.0; size];
        let mut total = 0.0;
        let (mut residuals, mut sums) = (vec![0.0; size], vec![0.0; size]);
        let mut squares = vec![0.0; components];
        let mut plain = vec![0.0; components];
        for _ in 0..pairs {
            z.iter_mut().for_each(|z| *z = layers.draw(&mut rng));
            for _ in 0..2 {
                z.iter_mut().for_each(|z| *z = -*z);
                self.draw(&z, &mut away);
                let weight = libm::exp(self.log_weight(unit, &away));
                total += weight;
                if !with_slope {
                    continue;
                }
                for i in 0..size {
                    let (_, p) = softplus(self.base[i] + self.mode[i] + away[i]);
                    residuals[i] += weight * (unit.low[i] - unit.all[i] * p);
                }
                // h = Σ⁻¹ f = a + V⁻¹ δ − W δ
                pull.copy_from_slice(&z);
                solve_transposed(&self.root, size, &mut pull);
                for i in 0..size {
                    pull[i] += self.slope[i] - self.weight[i] * away[i];
                }
                for (c, labels) in unit.labels.iter().enumerate() {
                    let square = sum_of_squares(labels, &pull, &mut sums);
                    squares[c] += weight * square;
                    plain[c] += square;
                }
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "a few draws")]
        let drawn = (2 * pairs) as f64;
        if pairs > 0 {
            share.log_likelihood += libm::log(total / drawn);
        }
        if with_slope {
            let by_draws = |i: usize| if pairs > 0 { residuals[i] / total } else { self.slope[i] };
            share.intercepts = (0..size).map(by_draws).collect();
            share.variances = (0..components)
                .map(|c| {
                    let labels = &unit.labels[c];
                    let square = sum_of_squares(labels, &self.slope, &mut sums);
                    let own = 0.5 * (square - self.traced(labels));
                    let more = if pairs > 0 { 0.5 * (squares[c] / total - plain[c] / drawn) } else { 0.0 };
                    own + more
                })
                .collect();
        }
        share.log_likelihood.is_finite().then_some(share)
    }

    /// The trace of (Σ + W⁻¹)⁻¹ K, K with a one where two cells have one label.
    fn traced(&self, labels: &[usize]) -> f64 {
        let mut trace = 0.0;
        for i in 0..self.size {
            for j in 0..self.size {
                if labels[i] == labels[j] {
                    trace += self.inverse[i * self.size + j];
                }
            }
        }
        trace
    }
}

/// hᵀ K h: the squares of the sums over each label. Labels are numbers below that of the cells.
fn sum_of_squares(labels: &[usize], h: &[f64], sums: &mut [f64]) -> f64 {
    sums.fill(0.0);
    for (&label, h) in labels.iter().zip(h) {
        sums[label] += h;
    }
    sums.iter().map(|sum| sum * sum).sum()
}
