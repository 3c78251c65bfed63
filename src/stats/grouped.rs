//! Many tests of many groups, explained by what is the same in all rows of a group. Such columns say as much as there are
//! groups, whatever the number of tests and years: the regression has one row a group.

use faer::Mat;
use faer::linalg::solvers::Solve;
use ndarray::{Array2, ArrayView2};

use crate::stats::root::root_between;
use crate::stats::sum::Total;
use crate::stats::{
    Counts, FitTrouble, LinearFit, LinearModel, LinearTrouble, Response, expit, fit_glm, fit_linear, logit,
};

/// Rounds after which a fit that exists has settled.
const ROUNDS_MAX: usize = 400;
/// Rounds after which steps are halved: rare events make some iterations swing between two states.
const FREE_ROUNDS: usize = 30;
/// A step of this size, in units of the linear predictor, is none.
const SETTLED: f64 = 1e-10;

/// What was seen in each row.
#[derive(Debug, Clone, Copy)]
pub enum Observed<'a> {
    /// Successes and trials; the linear predictor is a logit.
    Counts(Counts<'a>),
    /// Means of so many members each, and the variance of a member: the linear predictor is the mean itself.
    Means {
        /// Means, shape (n).
        means: &'a [f64],
        /// Members behind each mean, shape (n), at least 1.
        sizes: &'a [u64],
        /// Variance of a member inside a row.
        within: f64,
    },
}

/// Rows (a group in a cell), and what is the same in all rows of a group.
#[derive(Debug, Clone, Copy)]
pub struct GroupedData<'a> {
    /// The rows' observations.
    pub observed: Observed<'a>,
    /// Group of each row, shape (n): a row of the design.
    pub groups: &'a [usize],
    /// Cell of each row, shape (n), numbered from 0 without a gap: each has a level of its own.
    pub cells: &'a [usize],
    /// Columns of the groups, shape (g, k), the first one of ones.
    pub design: ArrayView2<'a, f64>,
}

/// A fit with a random effect of each group.
#[derive(Debug, Clone)]
pub struct GroupedFit {
    /// Mean of each group in units of the linear predictor, the cells taken off, shape (g).
    pub response: Vec<f64>,
    /// Its sampling variance, shape (g).
    pub sampling: Vec<f64>,
    /// τ²: what groups vary by beyond the columns and chance.
    pub between: f64,
    /// Weight of each group, 1 / (τ² + sampling), shape (g).
    pub weights: Vec<f64>,
    /// Least squares of √weight · response on √weight · design: rows of equal variance, so that CR2 has its working model.
    pub fit: LinearFit,
    /// Level of each cell, their weighted mean taken off.
    pub cells: Vec<f64>,
    /// Linear predictor of each row, its group's shrunken effect included, shape (n).
    pub linear: Vec<f64>,
    /// By how much the rows of a group vary more than chance lets them; at least 1.
    pub dispersion: f64,
}

/// Fits logit or mean = cell + columns of the group + random effect of the group.
///
/// - Shapes: as [`GroupedData`] says.
/// - Units: coefficients in log-odds or in units of the means, by unit of their column.
/// - Missing: leave such rows out; every group has a row.
/// - Fails: `Malformed` where shapes differ, a number is not finite, or a cell has no success or no failure; `TooFewRows` where
///   there are not more groups than columns; `Singular`; for counts as [`fit_glm`]; `NotConverged`.
/// - Reference: penalised quasi-likelihood, Breslow, Clayton (1993), JASA 88(421), eq. 10–12; τ² by Paule, Mandel (1982),
///   J. Res. NBS 87(5), eq. 7, on the groups' working means with known variances (as R's `metafor`, method «PM»); for means
///   the same without a link. Dispersion: Pearson's chi-square of the rows around their groups' means by its degrees of
///   freedom.
/// - Accuracy: against `metafor` where there is one row a group, and by simulation; unit tests of this file.
/// - Determinism: a function of its arguments, one thread.
///
/// # Errors
/// As above.
pub fn fit_grouped(data: GroupedData<'_>) -> Result<GroupedFit, FitTrouble> {
    check(&data)?;
    let mut state = State::start(&data);
    let mut moments = state.moments(&data);
    let mut settled = false;
    for round in 0..ROUNDS_MAX {
        let before = state.clone();
        moments = state.moments(&data);
        state.step(&data, &moments)?;
        if round > FREE_ROUNDS {
            state.midway(&before);
        }
        if state.distance(&before) < SETTLED * state.scale(&data) {
            settled = true;
            break;
        }
    }
    if !settled {
        return Err(FitTrouble::NotConverged);
    }
    let weights: Vec<f64> = moments.sampling.iter().map(|v| 1.0 / (state.between + v)).collect();
    let mut scaled = data.design.to_owned();
    for (mut row, weight) in scaled.rows_mut().into_iter().zip(&weights) {
        row.mapv_inplace(|x| x * weight.sqrt());
    }
    let response: Vec<f64> = moments.response.iter().zip(&weights).map(|(y, w)| y * w.sqrt()).collect();
    let model = LinearModel { response: &response, design: scaled.view(), weights: None };
    let fit = fit_linear(model).map_err(|_| FitTrouble::Singular(Vec::new()))?;
    Ok(GroupedFit {
        linear: state.linear(&data),
        response: moments.response,
        sampling: moments.sampling,
        between: state.between,
        weights,
        fit,
        cells: state.cells,
        dispersion: moments.dispersion,
    })
}

fn check(data: &GroupedData<'_>) -> Result<(), FitTrouble> {
    let n = data.groups.len();
    let (g, k) = data.design.dim();
    let cells = data.cells.iter().max().map_or(0, |c| c + 1);
    let sound = match data.observed {
        Observed::Counts(counts) => counts.successes.len() == n && counts.trials.len() == n,
        Observed::Means { means, sizes, within } => {
            means.len() == n
                && sizes.len() == n
                && within > 0.0
                && means.iter().all(|m| m.is_finite())
                && sizes.iter().all(|s| *s > 0)
        }
    };
    let mut seen = vec![false; g];
    for &group in data.groups {
        *seen.get_mut(group).ok_or(FitTrouble::Malformed)? = true;
    }
    if !sound || k == 0 || data.cells.len() != n || seen.contains(&false) || cells > n {
        return Err(FitTrouble::Malformed);
    }
    if g <= k {
        return Err(FitTrouble::TooFewRows);
    }
    if let Observed::Counts(counts) = data.observed {
        // what has no finite maximum without random effects is not to be rescued by them
        let wide = Array2::from_shape_fn((n, k + cells - 1), |(i, j)| {
            if j < k {
                data.design[[data.groups[i], j]]
            } else {
                f64::from(u8::from(data.cells[i] == j - k + 1))
            }
        });
        fit_glm(Response::Counts(counts), wide.view())?;
        return Ok(());
    }
    singular(data.design)
}

/// Does a column hang on the others?
fn singular(design: ArrayView2<'_, f64>) -> Result<(), FitTrouble> {
    let nothing = vec![0.0; design.nrows()];
    match fit_linear(LinearModel { response: &nothing, design: design.view(), weights: None }) {
        Err(LinearTrouble::Singular { column, .. }) => Err(FitTrouble::Singular(vec![column])),
        Err(_) => Err(FitTrouble::Malformed),
        Ok(_) => Ok(()),
    }
}

/// What the iteration carries from round to round.
#[derive(Debug, Clone)]
struct State {
    coefficients: Vec<f64>,
    effects: Vec<f64>,
    cells: Vec<f64>,
    between: f64,
}

/// What the rows say about the groups at a state.
struct Moments {
    /// Working response and weight of each row.
    rows: Vec<(f64, f64)>,
    response: Vec<f64>,
    sampling: Vec<f64>,
    dispersion: f64,
}

impl State {
    /// The levels of the cells, nothing else.
    fn start(data: &GroupedData<'_>) -> Self {
        let count = data.cells.iter().max().map_or(0, |c| c + 1);
        let mut totals = vec![(Total::default(), Total::default()); count];
        for (i, &cell) in data.cells.iter().enumerate() {
            let (value, mass) = match data.observed {
                Observed::Counts(counts) => (float(counts.successes[i]), float(counts.trials[i])),
                Observed::Means { means, sizes, .. } => (means[i] * float(sizes[i]), float(sizes[i])),
            };
            totals[cell].0.add(value);
            totals[cell].1.add(mass);
        }
        let level = |(value, mass): &(Total, Total)| match data.observed {
            Observed::Counts(_) => logit((value.value() + 0.5) / (mass.value() + 1.0)),
            Observed::Means { .. } => value.value() / mass.value(),
        };
        Self {
            coefficients: vec![0.0; data.design.ncols()],
            effects: vec![0.0; data.design.nrows()],
            cells: totals.iter().map(level).collect(),
            between: 0.0,
        }
    }

    /// The part of a group's linear predictor that its columns explain.
    fn expected(&self, data: &GroupedData<'_>, group: usize) -> f64 {
        data.design.row(group).iter().zip(&self.coefficients).map(|(x, b)| x * b).sum()
    }

    fn linear(&self, data: &GroupedData<'_>) -> Vec<f64> {
        let expected: Vec<f64> =
            (0..self.effects.len()).map(|g| self.expected(data, g) + self.effects[g]).collect();
        data.groups.iter().zip(data.cells).map(|(&g, &c)| expected[g] + self.cells[c]).collect()
    }

    fn moments(&self, data: &GroupedData<'_>) -> Moments {
        let linear = self.linear(data);
        let row = |(i, &eta): (usize, &f64)| match data.observed {
            Observed::Counts(counts) => {
                let (x, t, mean) = (float(counts.successes[i]), float(counts.trials[i]), expit(eta));
                let weight = (t * mean * (1.0 - mean)).max(1e-12);
                (eta + (x - t * mean) / weight, weight)
            }
            Observed::Means { means, sizes, within } => (means[i], float(sizes[i]) / within),
        };
        let rows: Vec<(f64, f64)> = linear.iter().enumerate().map(row).collect();
        let count = data.design.nrows();
        let mut totals = vec![(Total::default(), Total::default()); count];
        for ((&(z, w), &group), &cell) in rows.iter().zip(data.groups).zip(data.cells) {
            totals[group].0.add(w * (z - self.cells[cell]));
            totals[group].1.add(w);
        }
        let response: Vec<f64> = totals.iter().map(|(value, mass)| value.value() / mass.value()).collect();
        let mut chi = Total::default();
        for ((&(z, w), &group), &cell) in rows.iter().zip(data.groups).zip(data.cells) {
            let off = z - self.cells[cell] - response[group];
            chi.add(w * off * off);
        }
        let free = (rows.len() + 1).saturating_sub(count + self.cells.len());
        let dispersion = if free == 0 { 1.0 } else { (chi.value() / float(free as u64)).max(1.0) };
        let sampling = totals.iter().map(|(_, mass)| dispersion / mass.value()).collect();
        Moments { rows, response, sampling, dispersion }
    }

    fn step(&mut self, data: &GroupedData<'_>, moments: &Moments) -> Result<(), FitTrouble> {
        let (between, coefficients) = paule_mandel(data.design, &moments.response, &moments.sampling)?;
        (self.between, self.coefficients) = (between, coefficients);
        for group in 0..self.effects.len() {
            let keep = between / (between + moments.sampling[group]);
            self.effects[group] = keep * (moments.response[group] - self.expected(data, group));
        }
        let mut totals = vec![(Total::default(), Total::default()); self.cells.len()];
        let (mut level, mut mass) = (Total::default(), Total::default());
        for ((&(z, w), &group), &cell) in moments.rows.iter().zip(data.groups).zip(data.cells) {
            totals[cell].0.add(w * (z - self.expected(data, group) - self.effects[group]));
            totals[cell].1.add(w);
            mass.add(w);
        }
        self.cells = totals.iter().map(|(value, mass)| value.value() / mass.value()).collect();
        for (cell, (_, own)) in self.cells.iter().zip(&totals) {
            level.add(cell * own.value());
        }
        let level = level.value() / mass.value();
        self.cells.iter_mut().for_each(|cell| *cell -= level);
        self.coefficients[0] += level;
        let finite = self.coefficients.iter().chain(&self.cells).all(|v| v.is_finite());
        if finite { Ok(()) } else { Err(FitTrouble::NotConverged) }
    }

    /// Half the way from a state before.
    fn midway(&mut self, before: &Self) {
        let half = |now: &mut [f64], then: &[f64]| {
            now.iter_mut().zip(then).for_each(|(a, b)| *a = f64::midpoint(*a, *b));
        };
        half(&mut self.coefficients, &before.coefficients);
        half(&mut self.effects, &before.effects);
        half(&mut self.cells, &before.cells);
        self.between = f64::midpoint(self.between, before.between);
    }

    /// The largest change of a group's or a cell's level.
    fn distance(&self, other: &Self) -> f64 {
        let pairs = self.effects.iter().zip(&other.effects).chain(self.cells.iter().zip(&other.cells));
        pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
    }

    /// What the linear predictor is measured by.
    fn scale(&self, data: &GroupedData<'_>) -> f64 {
        match data.observed {
            Observed::Counts(_) => 1.0,
            Observed::Means { within, .. } => within.sqrt(),
        }
    }
}

/// τ² for which the squared residuals of weighted least squares, by τ² plus the known variances, add up to their degrees of
/// freedom; 0 where they do so already without it. With it the coefficients.
fn paule_mandel(
    design: ArrayView2<'_, f64>,
    response: &[f64],
    sampling: &[f64],
) -> Result<(f64, Vec<f64>), FitTrouble> {
    let free = float((design.nrows() - design.ncols()) as u64);
    let excess = |between: f64| {
        let Some(coefficients) = weighted(design, response, sampling, between) else { return f64::NAN };
        let mut total = Total::default();
        for ((row, y), v) in design.rows().into_iter().zip(response).zip(sampling) {
            let off = y - row.iter().zip(&coefficients).map(|(x, b)| x * b).sum::<f64>();
            total.add(off * off / (between + v));
        }
        total.value() - free
    };
    let at = |between: f64| {
        let coefficients = weighted(design, response, sampling, between).ok_or(FitTrouble::NotConverged)?;
        Ok((between, coefficients))
    };
    if excess(0.0) <= 0.0 {
        return at(0.0);
    }
    let mut high = sampling.iter().copied().fold(f64::INFINITY, f64::min).max(f64::MIN_POSITIVE);
    while excess(high) > 0.0 {
        high *= 4.0;
        if !high.is_finite() {
            return Err(FitTrouble::NotConverged);
        }
    }
    at(root_between(excess, 0.0, high).ok_or(FitTrouble::NotConverged)?)
}

/// Coefficients by the normal equations of centred columns: the steps of an iteration, not its answer.
fn weighted(
    design: ArrayView2<'_, f64>,
    response: &[f64],
    sampling: &[f64],
    between: f64,
) -> Option<Vec<f64>> {
    let k = design.ncols();
    let mut cross = Mat::<f64>::zeros(k, k);
    let mut right = Mat::<f64>::zeros(k, 1);
    for ((row, y), v) in design.rows().into_iter().zip(response).zip(sampling) {
        let weight = 1.0 / (between + v);
        for a in 0..k {
            let along = weight * row[a];
            right[(a, 0)] += along * y;
            for b in 0..=a {
                cross[(a, b)] += along * row[b];
            }
        }
    }
    let lengths: Vec<f64> = (0..k).map(|j| cross[(j, j)].sqrt()).collect();
    let scaled = Mat::from_fn(k, k, |a, b| cross[(a.max(b), a.min(b))] / lengths[a] / lengths[b]);
    let right = Mat::from_fn(k, 1, |a, _| right[(a, 0)] / lengths[a]);
    let solved = scaled.llt(faer::Side::Lower).ok()?.solve(&right);
    Some((0..k).map(|j| solved[(j, 0)] / lengths[j]).collect())
}

#[expect(clippy::cast_precision_loss, reason = "numbers of pupils")]
fn float(value: u64) -> f64 {
    value as f64
}

#[cfg(test)]
mod tests {
    use super::{GroupedData, Observed, fit_grouped};
    use crate::stats::{Counts, Covariance, FitTrouble, Rng, covariance, expit, terms};
    use ndarray::Array2;

    /// A column and ones.
    fn design(x: &[f64]) -> Array2<f64> {
        Array2::from_shape_fn((x.len(), 2), |(i, j)| if j == 0 { 1.0 } else { x[i] })
    }

    #[test]
    fn one_row_a_group_is_the_meta_regression_of_paule_and_mandel() {
        // R: f <- function(t) { w <- 1/(t+v); m <- lm(y ~ x, weights = w); sum(w*residuals(m)^2) - 4 }
        //    t <- uniroot(f, c(0, 1e3), tol = 1e-14)$root; coef(lm(y ~ x, weights = 1/(t+v)))
        let y = [0.31, 0.55, 1.42, 0.83, 2.20, 1.31];
        let x = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0];
        let sizes = [40, 10, 25, 20, 5, 60];
        let (groups, cells, design) = ([0, 1, 2, 3, 4, 5], [0; 6], design(&x));
        let observed = Observed::Means { means: &y, sizes: &sizes, within: 1.0 };
        let data = GroupedData { observed, groups: &groups, cells: &cells, design: design.view() };
        let fit = fit_grouped(data).unwrap();
        assert!((fit.between - 0.178_992_716_396_896_3).abs() < 1e-10, "{}", fit.between);
        assert!(
            (fit.fit.coefficients[0] - 0.465_649_747_074_690_8).abs() < 1e-10,
            "{:?}",
            fit.fit.coefficients
        );
        assert!(
            (fit.fit.coefficients[1] - 0.232_208_803_535_276_7).abs() < 1e-10,
            "{:?}",
            fit.fit.coefficients
        );
        assert!((fit.dispersion - 1.0).abs() < 1e-15 && fit.cells[0].abs() < 1e-12);
    }

    /// Low, all, group and cell of each row; the column and the cluster of each group.
    type Made = (Vec<u64>, Vec<u64>, Vec<usize>, Vec<usize>, Vec<f64>, Vec<usize>);

    /// Groups in four cells, a random effect each, clusters of ten groups that share a shift.
    fn counts(rng: &mut Rng, slope: f64) -> Made {
        let shifts: Vec<f64> = (0..16).map(|_| 0.2 * rng.normal()).collect();
        let (mut low, mut all, mut groups, mut cells) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let x: Vec<f64> = (0..160).map(|_| rng.normal()).collect();
        for (group, x) in x.iter().enumerate() {
            let own = shifts[group / 10] + 0.4 * rng.normal();
            for cell in 0..4_usize {
                let trials = 10 + rng.below(40);
                let level = [-2.2, -1.8, -1.5, -2.0][cell];
                low.push(rng.binomial(trials, expit(level + slope * x + own)));
                all.push(trials);
                groups.push(group);
                cells.push(cell);
            }
        }
        (low, all, groups, cells, x, (0..160).map(|g| g / 10).collect())
    }

    #[test]
    fn the_slope_of_an_average_group_is_found_and_its_interval_covers_it() {
        let mut rng = Rng::new(11);
        let (mut covered, mut total, mut between) = (0, 0.0, 0.0);
        let replications = 120;
        for _ in 0..replications {
            let (low, all, groups, cells, x, clusters) = counts(&mut rng, 0.3);
            let design = design(&x);
            let observed = Observed::Counts(Counts { successes: &low, trials: &all });
            let data = GroupedData { observed, groups: &groups, cells: &cells, design: design.view() };
            let fit = fit_grouped(data).unwrap();
            let robust = covariance(&fit.fit, Covariance::Cr2(&clusters)).unwrap();
            let term = terms(&fit.fit, &robust, 0.95).unwrap()[1];
            covered += u32::from(term.low < 0.3 && 0.3 < term.high);
            total += term.estimate;
            between += fit.between;
        }
        // 0.3 within the attenuation of penalised quasi-likelihood (a few per cent) and four standard errors
        let mean = total / f64::from(replications);
        assert!((mean - 0.3).abs() < 0.02, "{mean}");
        // τ² = 0.16 + 0.04
        let between = between / f64::from(replications);
        assert!((0.15..0.23).contains(&between), "{between}");
        // 114 expected, sd 2.4
        assert!((105..=120).contains(&covered), "{covered}");
    }

    #[test]
    fn what_cannot_be_fitted_is_refused() {
        let mut rng = Rng::new(2);
        let (mut low, all, groups, cells, x, _) = counts(&mut rng, 0.3);
        let columns = design(&x);
        let with = |low: &[u64], groups: &[usize], design: &Array2<f64>| {
            let observed = Observed::Counts(Counts { successes: low, trials: &all });
            fit_grouped(GroupedData { observed, groups, cells: &cells, design: design.view() })
                .map(|f| f.between)
        };
        assert!(with(&low, &groups, &columns).is_ok());
        assert_eq!(with(&low, &groups[1..], &columns), Err(FitTrouble::Malformed));
        let twice = Array2::from_shape_fn((160, 3), |(i, j)| if j == 0 { 1.0 } else { x[i] });
        assert!(matches!(with(&low, &groups, &twice), Err(FitTrouble::Singular(_))));
        for (row, low) in low.iter_mut().enumerate() {
            *low = if x[groups[row]] > 0.0 { all[row] } else { 0 };
        }
        assert_eq!(with(&low, &groups, &columns), Err(FitTrouble::Separated));
    }
}
