//! Binomial regression with counts and the logit link.

use faer::Mat;
use faer::linalg::solvers::SolveLstsq;
use ndarray::{Array2, ArrayView1, ArrayView2};

use crate::stats::separation::{Outcome, is_separated};
use crate::stats::{expit, logit, sum};

/// Successes and trials, one entry a row.
#[derive(Debug, Clone, Copy)]
pub struct Counts<'a> {
    /// Successes, shape (n).
    pub successes: &'a [u64],
    /// Trials, shape (n), all above 0.
    pub trials: &'a [u64],
}

/// Why there is no fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FitTrouble {
    /// Shapes differ, a number is not finite, a row has no trials or more successes than trials.
    Malformed,
    /// Not more rows than columns.
    TooFewRows,
    /// These columns are, up to rounding, combinations of the others.
    Singular(Vec<usize>),
    /// A combination of the columns parts successes from failures: the best coefficient is infinite.
    Separated,
    /// The iteration did not settle, for no reason that we know.
    NotConverged,
    /// Not more clusters than columns: a clustered covariance would be singular.
    TooFewClusters,
}

/// A fitted binomial regression.
#[derive(Debug, Clone)]
pub struct BinomialFit {
    /// Coefficients, shape (k), log-odds.
    pub coefficients: Vec<f64>,
    /// Linear predictor, shape (n), log-odds.
    pub linear: Vec<f64>,
    /// Inverse of the expected information, shape (k, k): the covariance where counts vary as chance makes them.
    pub bread: Array2<f64>,
    /// Residual deviance.
    pub deviance: f64,
    /// Deviance of the model with one common share.
    pub null_deviance: f64,
    /// Pearson's chi-square by n − k: above 1 the shares vary more than chance.
    pub dispersion: f64,
    /// Newton steps taken.
    pub iterations: usize,
}

/// Steps after which a fit that exists has long been found.
const STEPS_MAX: usize = 40;

/// Fits logit(share) = X β to counts, by maximum likelihood.
///
/// - Shapes: n rows of counts, design (n, k) with its intercept column; answers as [`BinomialFit`] says.
/// - Units: coefficients in log-odds by unit of their column.
/// - Missing: leave such rows out; a value that is not finite is [`FitTrouble::Malformed`].
/// - Fails: every way of [`FitTrouble`] but `TooFewClusters`; never a number where no finite maximum exists.
/// - Reference: McCullagh, Nelder (1989), «Generalized Linear Models», 2.5 and 4.4; iteratively reweighted least squares
///   by Householder QR (faer) on the step, with step halving; rank by column-pivoted QR of the scaled columns; where the
///   steps do not end, separation (Albert, Anderson 1984, Biometrika 71) is proved or refuted by alternating projections.
/// - Accuracy: 11 digits against R's `glm` and the golden cases; `tests/reference.rs`, `tests/golden.rs`.
/// - Determinism: a function of its arguments, one thread.
///
/// # Errors
/// As above.
pub fn fit_binomial(counts: Counts<'_>, design: ArrayView2<'_, f64>) -> Result<BinomialFit, FitTrouble> {
    check(counts, design)?;
    let problem = Problem { counts, design, norms: norms(design) };
    problem.check_rank()?;
    let (coefficients, iterations) = problem.solve()?;
    let linear = problem.linear(&coefficients);
    let (n, k) = design.dim();
    Ok(BinomialFit {
        bread: problem.bread(&linear),
        deviance: problem.deviance(&linear),
        null_deviance: problem.null_deviance(),
        dispersion: problem.pearson(&linear) / as_float(n - k),
        coefficients,
        linear,
        iterations,
    })
}

/// The average difference of the share between half a unit of a column below and half a unit above where each row
/// stands, rows weighted by their trials.
///
/// - Shapes: trials (n), the fit's linear predictor (n), one coefficient; a share in (−1, 1).
/// - Units: share by unit of the column.
/// - Missing: none can be.
/// - Fails: `None` where lengths differ or there are no trials.
/// - Reference: Gelman, Hill (2007), «Data Analysis Using Regression», 21.4 (average predictive comparison), centred so
///   that the sign of a column may be turned.
/// - Accuracy: 14 digits; unit test of this file.
/// - Determinism: a function of its arguments.
#[must_use]
pub fn average_difference(trials: &[u64], linear: &[f64], coefficient: f64) -> Option<f64> {
    let total: u64 = trials.iter().sum();
    if trials.len() != linear.len() || total == 0 {
        return None;
    }
    let half = 0.5 * coefficient;
    let terms: Vec<f64> = linear
        .iter()
        .zip(trials)
        .map(|(eta, &n)| count(n) * (expit(eta + half) - expit(eta - half)))
        .collect();
    Some(sum(&terms) / count(total))
}

#[expect(clippy::cast_precision_loss, reason = "counts of pupils")]
fn count(value: u64) -> f64 {
    value as f64
}

#[expect(clippy::cast_precision_loss, reason = "numbers of rows")]
fn as_float(value: usize) -> f64 {
    value as f64
}

fn check(counts: Counts<'_>, design: ArrayView2<'_, f64>) -> Result<(), FitTrouble> {
    let (n, k) = design.dim();
    let shapes = counts.successes.len() == n && counts.trials.len() == n && k > 0;
    let sound = counts.successes.iter().zip(counts.trials).all(|(&s, &t)| t > 0 && s <= t);
    if !shapes || !sound || design.iter().any(|v| !v.is_finite()) {
        return Err(FitTrouble::Malformed);
    }
    if n <= k { Err(FitTrouble::TooFewRows) } else { Ok(()) }
}

/// Euclidean lengths of the columns; 1 for a column of zeros.
fn norms(design: ArrayView2<'_, f64>) -> Vec<f64> {
    let length = |column: ArrayView1<'_, f64>| {
        let squares: Vec<f64> = column.iter().map(|v| v * v).collect();
        sum(&squares).sqrt()
    };
    design.columns().into_iter().map(length).map(|l| if l > 0.0 { l } else { 1.0 }).collect()
}

struct Problem<'c, 'd> {
    counts: Counts<'c>,
    design: ArrayView2<'d, f64>,
    norms: Vec<f64>,
}

impl Problem<'_, '_> {
    /// Successes and trials of each row.
    fn shares(&self) -> impl Iterator<Item = (f64, f64)> {
        self.counts.successes.iter().zip(self.counts.trials).map(|(&s, &t)| (count(s), count(t)))
    }

    /// The same with the value of the linear predictor.
    fn rows(&self, linear: &[f64]) -> impl Iterator<Item = (f64, f64, f64)> {
        self.shares().zip(linear).map(|((s, t), &eta)| (s, t, eta))
    }

    /// The design with scaled columns, each row by its factor.
    fn weighted(&self, factors: &[f64]) -> Mat<f64> {
        let (n, k) = self.design.dim();
        Mat::from_fn(n, k, |i, j| factors[i] * self.design[[i, j]] / self.norms[j])
    }

    fn check_rank(&self) -> Result<(), FitTrouble> {
        let (n, k) = self.design.dim();
        let qr = self.weighted(&vec![1.0; n]).col_piv_qr();
        let r = qr.thin_R();
        let order = qr.P().arrays().0;
        let singular: Vec<usize> =
            (0..k).filter(|&j| r[(j, j)].abs() <= 1e-9 * r[(0, 0)].abs()).map(|j| order[j]).collect();
        if singular.is_empty() { Ok(()) } else { Err(FitTrouble::Singular(singular)) }
    }

    fn linear(&self, coefficients: &[f64]) -> Vec<f64> {
        let product = |row: ArrayView1<'_, f64>| {
            let terms: Vec<f64> = row.iter().zip(coefficients).map(|(x, b)| x * b).collect();
            sum(&terms)
        };
        self.design.rows().into_iter().map(product).collect()
    }

    /// Square roots of the weights n μ (1 − μ).
    fn roots(&self, linear: &[f64]) -> Vec<f64> {
        self.rows(linear).map(|(_, t, eta)| (t * expit(eta) * expit(-eta)).sqrt()).collect()
    }

    /// What the working response adds to the linear predictor: residual by weight.
    fn gaps(&self, linear: &[f64]) -> Vec<f64> {
        self.rows(linear)
            .map(|(s, t, eta)| {
                let (mu, nu) = (expit(eta), expit(-eta));
                let weight = t * mu * nu;
                // so far out that the weight is 0: the row has no say in the step
                if weight > 0.0 { (s * nu - (t - s) * mu) / weight } else { 0.0 }
            })
            .collect()
    }

    /// One least-squares step from a linear predictor, towards `target − linear` in the scale of the predictor.
    fn step(&self, linear: &[f64], gaps: &[f64]) -> Vec<f64> {
        let roots = self.roots(linear);
        let right = Mat::from_fn(gaps.len(), 1, |i, _| roots[i] * gaps[i]);
        let solved = self.weighted(&roots).qr().solve_lstsq(&right);
        self.norms.iter().enumerate().map(|(j, norm)| solved[(j, 0)] / norm).collect()
    }

    fn solve(&self) -> Result<(Vec<f64>, usize), FitTrouble> {
        // the first step goes from shares drawn a little to the middle, as R does
        let start: Vec<f64> = self.shares().map(|(s, t)| logit((s + 0.5) / (t + 1.0))).collect();
        let mut coefficients = self.step(&start, &start);
        let mut linear = self.linear(&coefficients);
        for iteration in 1..=STEPS_MAX {
            let step = self.step(&linear, &self.gaps(&linear));
            let Some((next, there)) = self.descend(&coefficients, &linear, step) else { break };
            let moved = largest_gap(&there, &linear);
            (coefficients, linear) = (next, there);
            if moved <= 1e-9 {
                return Ok((coefficients, iteration));
            }
        }
        Err(self.diagnose())
    }

    /// Where a step leads, halved until the deviance does not rise.
    fn descend(&self, from: &[f64], linear: &[f64], mut step: Vec<f64>) -> Option<(Vec<f64>, Vec<f64>)> {
        let deviance = self.deviance(linear);
        for _ in 0..60 {
            let next: Vec<f64> = from.iter().zip(&step).map(|(b, d)| b + d).collect();
            let there = self.linear(&next);
            // where steps are tiny the deviance is flat and only its rounding speaks
            if self.deviance(&there) <= deviance * (1.0 + 1e-12) + 1e-12 || largest_gap(&there, linear) < 1e-8
            {
                return Some((next, there));
            }
            step.iter_mut().for_each(|d| *d *= 0.5);
        }
        None
    }

    /// Why the steps do not end.
    fn diagnose(&self) -> FitTrouble {
        let outcome = |(s, t): (u64, u64)| match s {
            0 => Outcome::None,
            s if s == t => Outcome::All,
            _ => Outcome::Mixed,
        };
        let counts = self.counts.successes.iter().copied().zip(self.counts.trials.iter().copied());
        let outcomes: Vec<Outcome> = counts.map(outcome).collect();
        match is_separated(self.weighted(&vec![1.0; outcomes.len()]).as_ref(), &outcomes) {
            Some(true) => FitTrouble::Separated,
            Some(false) | None => FitTrouble::NotConverged,
        }
    }

    fn bread(&self, linear: &[f64]) -> Array2<f64> {
        let k = self.norms.len();
        let qr = self.weighted(&self.roots(linear)).qr();
        let inverse = inverse_upper(qr.thin_R(), k);
        Array2::from_shape_fn((k, k), |(i, j)| {
            let terms: Vec<f64> = (i.max(j)..k).map(|c| inverse[[i, c]] * inverse[[j, c]]).collect();
            sum(&terms) / (self.norms[i] * self.norms[j])
        })
    }

    fn deviance(&self, linear: &[f64]) -> f64 {
        let terms: Vec<f64> = self.rows(linear).map(|(s, t, eta)| row_deviance(s, t, eta)).collect();
        2.0 * sum(&terms)
    }

    fn null_deviance(&self) -> f64 {
        let s: u64 = self.counts.successes.iter().sum();
        let t: u64 = self.counts.trials.iter().sum();
        self.deviance(&vec![logit(count(s) / count(t)); self.counts.trials.len()])
    }

    fn pearson(&self, linear: &[f64]) -> f64 {
        let terms: Vec<f64> = self
            .rows(linear)
            .map(|(s, t, eta)| {
                let (mu, nu) = (expit(eta), expit(-eta));
                let residual = s * nu - (t - s) * mu;
                residual * residual / (t * mu * nu)
            })
            .collect();
        sum(&terms)
    }
}

/// s ln(s / (t μ)) + (t − s) ln((t − s) / (t (1 − μ))).
fn row_deviance(s: f64, t: f64, eta: f64) -> f64 {
    let ln_below =
        |x: f64| if x >= 0.0 { -libm::log1p(libm::exp(-x)) } else { x - libm::log1p(libm::exp(x)) };
    let part = |observed: f64, ln_share: f64| {
        if observed > 0.0 { observed * (libm::log(observed / t) - ln_share) } else { 0.0 }
    };
    part(s, ln_below(eta)) + part(t - s, ln_below(-eta))
}

fn largest_gap(a: &[f64], b: &[f64]) -> f64 {
    let gaps = a.iter().zip(b).map(|(x, y)| (x - y).abs());
    gaps.fold(0.0, |largest, gap| if gap.is_nan() { f64::INFINITY } else { largest.max(gap) })
}

/// The inverse of an upper triangular matrix, by back substitution.
fn inverse_upper(r: faer::MatRef<'_, f64>, k: usize) -> Array2<f64> {
    let mut inverse = Array2::zeros((k, k));
    for column in 0..k {
        for row in (0..=column).rev() {
            let known: Vec<f64> = (row + 1..=column).map(|c| r[(row, c)] * inverse[[c, column]]).collect();
            let target = if row == column { 1.0 } else { 0.0 };
            inverse[[row, column]] = (target - sum(&known)) / r[(row, row)];
        }
    }
    inverse
}

#[cfg(test)]
mod tests {
    use super::{Counts, FitTrouble, average_difference, fit_binomial};
    use ndarray::{Array2, array};

    #[test]
    fn two_groups_have_closed_forms() {
        // 10 of 40 against 30 of 50: log odds ratio = ln(1.5 / (1/3))
        let counts = Counts { successes: &[4, 6, 30], trials: &[20, 20, 50] };
        let fit = fit_binomial(counts, array![[1.0, 0.0], [1.0, 0.0], [1.0, 1.0]].view()).unwrap();
        assert!((fit.coefficients[0] - libm::log(1.0 / 3.0)).abs() < 1e-13);
        assert!((fit.coefficients[1] - libm::log(4.5)).abs() < 1e-13);
        // variance of a log odds ratio: 1/10 + 1/30 + 1/30 + 1/20
        assert!((fit.bread[[1, 1]] - (0.1 + 1.0 / 30.0 + 1.0 / 30.0 + 0.05)).abs() < 1e-13);
        // Pearson: two rows that miss 5 of 20 by one: 2 · 1 / 3.75 over one degree of freedom
        assert!((fit.dispersion - 2.0 / 3.75).abs() < 1e-12);
        let gap = average_difference(&[10], &[0.0], 1.0).unwrap();
        assert!((gap - (crate::stats::expit(0.5) - crate::stats::expit(-0.5))).abs() < 1e-15);
        assert!(average_difference(&[], &[], 1.0).is_none());
    }

    #[test]
    fn separation_is_said_and_not_estimated() {
        let x: Vec<f64> = (0..20).map(f64::from).collect();
        let design = Array2::from_shape_fn((20, 2), |(i, j)| if j == 0 { 1.0 } else { x[i] });
        let trials = vec![1; 20];
        let complete: Vec<u64> = (0..20).map(|i| u64::from(i >= 9)).collect();
        let quasi = {
            let mut q = vec![2_u64; 20];
            q[..9].fill(0);
            q[9] = 1;
            q
        };
        let fit = |s: &[u64], t: &[u64]| {
            fit_binomial(Counts { successes: s, trials: t }, design.view()).map(|f| f.coefficients)
        };
        assert_eq!(fit(&complete, &trials), Err(FitTrouble::Separated));
        assert_eq!(fit(&quasi, &[2; 20]), Err(FitTrouble::Separated));
        assert_eq!(fit(&[0; 20], &trials), Err(FitTrouble::Separated));
        assert_eq!(fit(&[5; 20], &[5; 20]), Err(FitTrouble::Separated));
        // points close to the cut and points far from it: the far ones saturate long before
        let far = Array2::from_shape_fn((20, 2), |(i, j)| if j == 0 { 1.0 } else { 1e4 * (x[i] - 8.9999) });
        let wide = fit_binomial(Counts { successes: &complete, trials: &trials }, far.view());
        assert_eq!(wide.map(|f| f.coefficients), Err(FitTrouble::Separated));
        // one overlapping row, and there is an answer, however steep
        let mut overlap = complete.clone();
        overlap[3] = 1;
        assert!(fit(&overlap, &trials).is_ok());
    }

    #[test]
    fn singular_columns_are_named_and_scale_is_no_trouble() {
        let base = |i: usize| f64::from(u32::try_from(i * 7 % 11).unwrap());
        let counts = Counts { successes: &[1, 2, 3, 1, 2, 4, 1, 3], trials: &[5; 8] };
        let twice = Array2::from_shape_fn((8, 3), |(i, j)| [1.0, base(i), 2.0 * base(i) - 3.0][j]);
        assert!(matches!(fit_binomial(counts, twice.view()), Err(FitTrouble::Singular(c)) if c.len() == 1));
        let small = Array2::from_shape_fn((8, 2), |(i, j)| [1.0, 1e-9 * base(i)][j]);
        let plain = Array2::from_shape_fn((8, 2), |(i, j)| [1.0, base(i)][j]);
        let (small, plain) =
            (fit_binomial(counts, small.view()).unwrap(), fit_binomial(counts, plain.view()).unwrap());
        assert!((small.coefficients[1] * 1e-9 / plain.coefficients[1] - 1.0).abs() < 1e-9);
    }

    #[test]
    fn nonsense_is_malformed() {
        let design = array![[1.0, 0.0], [1.0, 1.0], [1.0, 2.0]];
        let fit = |s: &[u64], t: &[u64]| {
            fit_binomial(Counts { successes: s, trials: t }, design.view()).map(|f| f.iterations)
        };
        assert_eq!(fit(&[1, 2], &[3, 3]), Err(FitTrouble::Malformed));
        assert_eq!(fit(&[1, 2, 4], &[3, 3, 3]), Err(FitTrouble::Malformed));
        assert_eq!(fit(&[1, 2, 0], &[3, 3, 0]), Err(FitTrouble::Malformed));
        let square = array![[1.0, 0.0], [1.0, 1.0]];
        let few = fit_binomial(Counts { successes: &[1, 1], trials: &[2, 3] }, square.view());
        assert_eq!(few.map(|f| f.iterations), Err(FitTrouble::TooFewRows));
    }
}
