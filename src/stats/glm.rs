//! Generalised linear models with their canonical links: logit for counts and shares, log for events.

mod family;
mod williams;

use faer::Mat;
use faer::linalg::solvers::SolveLstsq;
use ndarray::{Array2, ArrayView1, ArrayView2};

use crate::stats::separation::{Pole, is_separated};
use crate::stats::sum::Total;
use crate::stats::{LinearFit, LinearModel, LinearTrouble, expit, fit_linear, sum};
use family::Family;

pub use williams::{WilliamsFit, fit_williams};

/// Successes and trials, one entry a row.
#[derive(Debug, Clone, Copy)]
pub struct Counts<'a> {
    /// Successes, shape (n).
    pub successes: &'a [u64],
    /// Trials, shape (n), all above 0.
    pub trials: &'a [u64],
}

/// What is regressed, and by which mean and variance.
#[derive(Debug, Clone, Copy)]
pub enum Response<'a> {
    /// Binomial counts: mean t μ, variance t μ (1 − μ), logit link.
    Counts(Counts<'a>),
    /// Shares in [0, 1] by Bernoulli quasi-likelihood (fractional logit): only the mean is believed, so that the covariance
    /// must be a robust one.
    Shares {
        /// Shares, shape (n).
        shares: &'a [f64],
        /// Weights above 0, shape (n); 1 where there are none.
        weights: Option<&'a [f64]>,
    },
    /// Poisson events: mean exp(offset + X β), log link.
    Events {
        /// Events, shape (n), not below 0; need not be whole (quasi-likelihood).
        events: &'a [f64],
        /// Weights above 0, shape (n); 1 where there are none.
        weights: Option<&'a [f64]>,
        /// What is added to the linear predictor, shape (n): the logarithm of the exposure.
        offset: Option<&'a [f64]>,
    },
}

/// Why there is no fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FitTrouble {
    /// Shapes differ, a number is not finite, a row has no trials or more successes than trials, a share is outside [0, 1].
    Malformed,
    /// Not more rows than columns.
    TooFewRows,
    /// These columns are, up to rounding, combinations of the others.
    Singular(Vec<usize>),
    /// A combination of the columns parts successes from failures, or the rows without events from the others: the best
    /// coefficient is infinite.
    Separated,
    /// The iteration did not settle, for no reason that we know.
    NotConverged,
    /// Not more clusters than columns: a clustered covariance would be singular.
    TooFewClusters,
}

/// A fitted generalised linear model.
#[derive(Debug, Clone)]
pub struct GlmFit {
    /// Coefficients, shape (k), in the scale of the link.
    pub coefficients: Vec<f64>,
    /// Linear predictor, offset included, shape (n).
    pub linear: Vec<f64>,
    /// Expected response in the scale of the rows' shares or events, shape (n).
    pub mean: Vec<f64>,
    /// Weights of the working least squares: trials or weight times variance, shape (n). X' W X is the information.
    pub weights: Vec<f64>,
    /// Observed less expected successes or events (by weight), shape (n): a row's score is this times its columns.
    pub residuals: Vec<f64>,
    /// Inverse of the expected information, shape (k, k): the covariance where the variance is as the family says.
    pub bread: Array2<f64>,
    /// Residual deviance.
    pub deviance: f64,
    /// Deviance of the model with an intercept alone (and the offset).
    pub null_deviance: f64,
    /// Pearson's chi-square by n − k: above 1 the rows vary more than the family allows.
    pub dispersion: f64,
    /// Log-likelihood; `None` where there is only a quasi-likelihood.
    pub log_likelihood: Option<f64>,
    /// Newton steps taken.
    pub iterations: usize,
}

impl GlmFit {
    /// The response of the working least squares, shape (n). Rows whose weight is 0 have no say.
    fn working_response(&self, offset: Option<&[f64]>) -> Vec<f64> {
        let rows = self.linear.iter().zip(&self.weights).zip(&self.residuals).enumerate();
        rows.map(|(i, ((eta, weight), residual))| {
            let gap = if *weight > 0.0 { residual / weight } else { 0.0 };
            eta - offset.map_or(0.0, |o| o[i]) + gap
        })
        .collect()
    }
}

/// Steps after which a fit that exists has long been found.
const STEPS_MAX: usize = 40;

/// Fits a generalised linear model by maximum (quasi-)likelihood: logit(share) = X β, or ln(events) = offset + X β.
///
/// - Shapes: n rows of the response, design (n, k) with its intercept column; answers as [`GlmFit`] says.
/// - Units: coefficients in log-odds, or in logarithms of events, by unit of their column.
/// - Missing: leave such rows out; a value that is not finite is [`FitTrouble::Malformed`].
/// - Fails: every way of [`FitTrouble`] but `TooFewClusters`; never a number where no finite maximum exists.
/// - Reference: McCullagh, Nelder (1989), «Generalized Linear Models», 2.5, 4.4 and 9; Papke, Wooldridge (1996), Journal of
///   Applied Econometrics 11 (shares); iteratively reweighted least squares by Householder QR (faer) on the step, with step
///   halving; rank by column-pivoted QR of the scaled columns; where the steps do not end, separation (Albert, Anderson
///   1984, Biometrika 71; Santos Silva, Tenreyro 2010, Economics Letters 107, for events) is proved or refuted by
///   alternating projections.
/// - Accuracy: 11 digits against R's `glm` and the golden cases; `tests/reference.rs`, `tests/golden.rs`.
/// - Determinism: a function of its arguments, one thread.
///
/// # Errors
/// As above.
pub fn fit_glm(response: Response<'_>, design: ArrayView2<'_, f64>) -> Result<GlmFit, FitTrouble> {
    let rows = Rows::of(response, design.nrows())?;
    let mut fit = Problem::new(&rows, design)?.fit()?;
    if let Response::Shares { .. } = response {
        fit.log_likelihood = None;
    }
    Ok(fit)
}

/// The working least squares of a generalised linear model: its coefficients are the model's, and so is every sandwich of it.
///
/// - Shapes: a fit, its design (n, k) and its offset (n) or none; a linear fit of (n, k).
/// - Units: those of the model's coefficients.
/// - Missing: none can be.
/// - Fails: as [`fit_linear`].
/// - Reference: McCullagh, Nelder (1989), 2.5; rows are scaled to equal variance, which is the working model that CR2 wants:
///   McCaffrey, Bell (2006), Statistics in Medicine 25. With [`covariance`](crate::stats::covariance()) of kind CR1 it is that
///   of Liang, Zeger (1986), Biometrika 73(1), with the factor G/(G − 1) · (n − 1)/(n − k).
/// - Accuracy: 10 digits of standard errors against sandwich and clubSandwich; `tests/reference.rs`, `tests/golden.rs`.
/// - Determinism: one thread.
///
/// # Errors
/// As above.
pub fn working_fit(
    fit: &GlmFit,
    design: ArrayView2<'_, f64>,
    offset: Option<&[f64]>,
) -> Result<LinearFit, LinearTrouble> {
    let roots: Vec<f64> = fit.weights.iter().map(|weight| weight.sqrt()).collect();
    if design.dim() != (roots.len(), fit.coefficients.len()) {
        return Err(LinearTrouble::Malformed);
    }
    let mut scaled = design.to_owned();
    for (mut row, root) in scaled.rows_mut().into_iter().zip(&roots) {
        row.mapv_inplace(|value| value * root);
    }
    let response = fit.working_response(offset);
    let response: Vec<f64> = response.iter().zip(&roots).map(|(z, root)| z * root).collect();
    fit_linear(LinearModel { response: &response, design: scaled.view(), weights: None })
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

/// A response as sums and sizes: the mean of row i is t_i μ(η_i), η_i = offset_i + x_i β.
#[derive(Debug, Clone)]
struct Rows {
    family: Family,
    s: Vec<f64>,
    t: Vec<f64>,
    offset: Option<Vec<f64>>,
}

impl Rows {
    fn of(response: Response<'_>, n: usize) -> Result<Self, FitTrouble> {
        let ones = |weights: Option<&[f64]>| weights.map_or_else(|| vec![1.0; n], <[f64]>::to_vec);
        let by = |values: &[f64], weights: &[f64]| values.iter().zip(weights).map(|(v, w)| v * w).collect();
        let (rows, lengths) = match response {
            Response::Counts(counts) => {
                let float = |values: &[u64]| values.iter().copied().map(count).collect::<Vec<f64>>();
                let lengths = [counts.successes.len(), counts.trials.len(), n];
                let (s, t) = (float(counts.successes), float(counts.trials));
                (Self { family: Family::Logit, s, t, offset: None }, lengths)
            }
            Response::Shares { shares, weights } => {
                let t = ones(weights);
                let lengths = [shares.len(), t.len(), n];
                (Self { family: Family::Logit, s: by(shares, &t), t, offset: None }, lengths)
            }
            Response::Events { events, weights, offset } => {
                let t = ones(weights);
                let lengths = [events.len(), t.len(), offset.map_or(n, <[f64]>::len)];
                let offset = offset.map(<[f64]>::to_vec);
                (Self { family: Family::Log, s: by(events, &t), t, offset }, lengths)
            }
        };
        let within = |(s, t): (&f64, &f64)| {
            let top = if rows.family == Family::Logit { *t } else { f64::MAX };
            *t > 0.0 && t.is_finite() && *s >= 0.0 && *s <= top
        };
        let sound = lengths == [n; 3]
            && rows.s.iter().zip(&rows.t).all(within)
            && rows.offset.iter().flatten().all(|o| o.is_finite());
        if sound { Ok(rows) } else { Err(FitTrouble::Malformed) }
    }
}

fn check(design: ArrayView2<'_, f64>) -> Result<(), FitTrouble> {
    let (n, k) = design.dim();
    if k == 0 || design.iter().any(|v| !v.is_finite()) {
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

struct Problem<'r, 'd> {
    rows: &'r Rows,
    design: ArrayView2<'d, f64>,
    norms: Vec<f64>,
}

impl<'r, 'd> Problem<'r, 'd> {
    fn new(rows: &'r Rows, design: ArrayView2<'d, f64>) -> Result<Self, FitTrouble> {
        check(design)?;
        let problem = Self { rows, design, norms: norms(design) };
        problem.check_rank()?;
        Ok(problem)
    }

    fn fit(&self) -> Result<GlmFit, FitTrouble> {
        let (coefficients, iterations) = self.solve()?;
        let linear = self.linear(&coefficients);
        let family = self.rows.family;
        let (n, k) = self.design.dim();
        let each = |f: &dyn Fn(f64, f64, f64) -> f64| -> Vec<f64> {
            self.rows(&linear).map(|(s, t, eta)| f(s, t, eta)).collect()
        };
        Ok(GlmFit {
            mean: linear.iter().map(|eta| family.mean(*eta)).collect(),
            weights: each(&|_, t, eta| t * family.variance(eta)),
            residuals: each(&|s, t, eta| family.residual(s, t, eta)),
            bread: self.bread(&linear),
            deviance: self.deviance(&linear),
            null_deviance: self.null_deviance(),
            dispersion: self.pearson(&linear) / as_float(n - k),
            log_likelihood: Some(sum(&each(&|s, t, eta| family.log_likelihood(s, t, eta)))),
            coefficients,
            linear,
            iterations,
        })
    }

    /// Sum and size of each row with the value of the linear predictor.
    fn rows(&self, linear: &[f64]) -> impl Iterator<Item = (f64, f64, f64)> {
        self.rows.s.iter().zip(&self.rows.t).zip(linear).map(|((&s, &t), &eta)| (s, t, eta))
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
        let product = |(i, row): (usize, ArrayView1<'_, f64>)| {
            let mut total = Total::default();
            row.iter().zip(coefficients).for_each(|(x, b)| total.add(x * b));
            total.add(self.offset(i));
            total.value()
        };
        self.design.rows().into_iter().enumerate().map(product).collect()
    }

    fn offset(&self, row: usize) -> f64 {
        self.rows.offset.as_ref().map_or(0.0, |offset| offset[row])
    }

    /// Square roots of the working weights.
    fn roots(&self, linear: &[f64]) -> Vec<f64> {
        let family = self.rows.family;
        self.rows(linear).map(|(_, t, eta)| (t * family.variance(eta)).sqrt()).collect()
    }

    /// What the working response adds to the linear predictor: residual by weight.
    fn gaps(&self, linear: &[f64]) -> Vec<f64> {
        let family = self.rows.family;
        self.rows(linear)
            .map(|(s, t, eta)| {
                let weight = t * family.variance(eta);
                // so far out that the weight is 0: the row has no say in the step
                if weight > 0.0 { family.residual(s, t, eta) / weight } else { 0.0 }
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
        let sizes = self.rows.s.iter().zip(&self.rows.t);
        let start: Vec<f64> = sizes.map(|(s, t)| self.rows.family.start(*s, *t)).collect();
        let target: Vec<f64> = start.iter().enumerate().map(|(i, eta)| eta - self.offset(i)).collect();
        let mut coefficients = self.step(&start, &target);
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
        let pole = |(s, t): (&f64, &f64)| match self.rows.family {
            _ if *s <= 0.0 => Pole::None,
            Family::Logit if s >= t => Pole::All,
            Family::Logit | Family::Log => Pole::Mixed,
        };
        let poles: Vec<Pole> = self.rows.s.iter().zip(&self.rows.t).map(pole).collect();
        match is_separated(self.weighted(&vec![1.0; poles.len()]).as_ref(), &poles) {
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
        let family = self.rows.family;
        let terms: Vec<f64> = self.rows(linear).map(|(s, t, eta)| family.half_deviance(s, t, eta)).collect();
        2.0 * sum(&terms)
    }

    fn null_deviance(&self) -> f64 {
        let sizes: Vec<f64> =
            self.rows.t.iter().enumerate().map(|(i, t)| t * libm::exp(self.offset(i))).collect();
        let common = self.rows.family.common(sum(&self.rows.s), sum(&sizes));
        self.deviance(&(0..sizes.len()).map(|i| common + self.offset(i)).collect::<Vec<_>>())
    }

    fn pearson(&self, linear: &[f64]) -> f64 {
        let family = self.rows.family;
        let terms: Vec<f64> = self
            .rows(linear)
            .map(|(s, t, eta)| {
                let residual = family.residual(s, t, eta);
                residual * residual / (t * family.variance(eta))
            })
            .collect();
        sum(&terms)
    }
}

fn largest_gap(a: &[f64], b: &[f64]) -> f64 {
    let gaps = a.iter().zip(b).map(|(x, y)| (x - y).abs());
    gaps.fold(0.0, |largest, gap| if gap.is_nan() { f64::INFINITY } else { largest.max(gap) })
}

/// The inverse of an upper triangular matrix, by back substitution.
pub(in crate::stats) fn inverse_upper(r: faer::MatRef<'_, f64>, k: usize) -> Array2<f64> {
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
    use super::{Counts, FitTrouble, GlmFit, Response, average_difference, fit_glm};
    use ndarray::{Array2, ArrayView2, array};

    fn fit_binomial(counts: Counts<'_>, design: ArrayView2<'_, f64>) -> Result<GlmFit, FitTrouble> {
        fit_glm(Response::Counts(counts), design)
    }

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

    #[test]
    fn events_of_two_groups_have_closed_forms_and_exposure_is_an_offset() {
        // 12 events in 3 rows against 30 in 3 rows of double exposure
        let design = array![[1.0, 0.0], [1.0, 0.0], [1.0, 0.0], [1.0, 1.0], [1.0, 1.0], [1.0, 1.0]];
        let events = [3.0, 4.0, 5.0, 8.0, 10.0, 12.0];
        let offset = [0.0, 0.0, 0.0, libm::log(2.0), libm::log(2.0), libm::log(2.0)];
        let response = Response::Events { events: &events, weights: None, offset: Some(&offset) };
        let fit = fit_glm(response, design.view()).unwrap();
        assert!((fit.coefficients[0] - libm::log(4.0)).abs() < 1e-13);
        assert!((fit.coefficients[1] - libm::log(5.0 / 4.0)).abs() < 1e-13);
        assert!((fit.bread[[1, 1]] - (1.0 / 12.0 + 1.0 / 30.0)).abs() < 1e-13);
        let working = fit.working_response(Some(&offset));
        assert!((working[0] - (libm::log(4.0) - 0.25)).abs() < 1e-12, "{}", working[0]);
        // no event at all where the second column stands: its best coefficient is minus infinity
        let none = [3.0, 4.0, 5.0, 0.0, 0.0, 0.0];
        let trouble = fit_glm(Response::Events { events: &none, weights: None, offset: None }, design.view());
        assert_eq!(trouble.map(|f| f.iterations), Err(FitTrouble::Separated));
        let negative =
            Response::Events { events: &[1.0, 2.0, -1.0, 1.0, 1.0, 1.0], weights: None, offset: None };
        assert_eq!(fit_glm(negative, design.view()).map(|f| f.iterations), Err(FitTrouble::Malformed));
    }

    #[test]
    fn shares_with_weights_are_counts_in_another_dress() {
        let (successes, trials) = ([1_u64, 7, 3, 9, 2, 5], [10_u64, 14, 6, 12, 20, 8]);
        let design = Array2::from_shape_fn((6, 2), |(i, j)| if j == 0 { 1.0 } else { f64::from(i as u8) });
        let counts = fit_binomial(Counts { successes: &successes, trials: &trials }, design.view()).unwrap();
        let weights: Vec<f64> = trials.iter().map(|t| *t as f64).collect();
        let shares: Vec<f64> = successes.iter().zip(&weights).map(|(s, t)| *s as f64 / t).collect();
        let response = Response::Shares { shares: &shares, weights: Some(&weights) };
        let fit = fit_glm(response, design.view()).unwrap();
        assert!((fit.coefficients[1] / counts.coefficients[1] - 1.0).abs() < 1e-12);
        assert!(fit.log_likelihood.is_none() && counts.log_likelihood.is_some());
        let outside = Response::Shares { shares: &[0.5, 1.5, 0.2, 0.2, 0.1, 0.0], weights: None };
        assert_eq!(fit_glm(outside, design.view()).map(|f| f.iterations), Err(FitTrouble::Malformed));
    }
}
