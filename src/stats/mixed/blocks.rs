//! The likelihood in closed form: what a group says is said by its mean, its weight, and a pooled triangle.

use faer::Mat;
use ndarray::{Array2, ArrayView1};

use super::{Likelihood, MixedData, MixedTrouble};
use crate::stats::root::root_between;
use crate::stats::sum;
use crate::stats::sum::Total;

/// What the data say about the model, whatever the variances.
pub(super) struct Blocks {
    /// Rows n and columns k.
    pub(super) n: f64,
    pub(super) k: usize,
    /// Sum of the weights' logarithms.
    log_weights: f64,
    /// Triangle of the cross-product of (X, y) inside groups, shape (k + 1, k + 1).
    inside: Mat<f64>,
    /// Weight, rows, and weighted mean of (X, y) of each group.
    pub(super) groups: Vec<Group>,
    /// Lengths of the columns of (X, y), by which they are scaled.
    norms: Vec<f64>,
    pub(super) likelihood: Likelihood,
}

/// A group.
pub(super) struct Group {
    pub(super) weight: f64,
    pub(super) rows: usize,
    /// Mean of (X, y), scaled, shape (k + 1).
    mean: Vec<f64>,
}

/// The best fit for a given ratio of variances.
pub(super) struct At {
    /// β, in the units of the data.
    pub(super) coefficients: Vec<f64>,
    /// (X' V⁻¹ X)⁻¹ where the variance inside groups is 1, in the units of the data.
    pub(super) inverse: Array2<f64>,
    /// σ².
    pub(super) within: f64,
    /// Residual sum of squares by V⁻¹.
    pub(super) rss: f64,
    /// Of each group: mean residual, and the mean of X (units of the data).
    pub(super) residuals: Vec<f64>,
    pub(super) means: Vec<Vec<f64>>,
}

impl Blocks {
    pub(super) fn new(data: MixedData<'_>, likelihood: Likelihood) -> Result<Self, MixedTrouble> {
        let (n, k) = data.design.dim();
        let count = check(data)?;
        let weight = |i: usize| data.weights.map_or(1.0, |w| w[i]);
        let value = |i: usize, j: usize| if j < k { data.design[[i, j]] } else { data.response[i] };
        let norms: Vec<f64> = (0..=k)
            .map(|j| {
                let squares: Vec<f64> = (0..n).map(|i| weight(i) * value(i, j) * value(i, j)).collect();
                Some(sum(&squares).sqrt()).filter(|l| *l > 0.0).unwrap_or(1.0)
            })
            .collect();
        let groups = means(data, count, &norms, &weight, &value);
        check_rank(data, &norms, &weight)?;
        let deviations = Mat::from_fn(n, k + 1, |i, j| {
            weight(i).sqrt() * (value(i, j) / norms[j] - groups[data.groups[i]].mean[j])
        });
        let triangle = deviations.qr();
        let triangle = triangle.thin_R();
        let inside =
            Mat::from_fn(
                k + 1,
                k + 1,
                |i, j| if i <= j && i < triangle.nrows() { triangle[(i, j)] } else { 0.0 },
            );
        let logs: Vec<f64> = (0..n).map(|i| libm::log(weight(i))).collect();
        let blocks = Self { n: float(n), k, log_weights: sum(&logs), inside, groups, norms, likelihood };
        // with groups free to vary as they like the residuals are those inside groups: they must not vanish
        let free = 1e24 / blocks.typical();
        let (rss, _) = blocks.told(&blocks.triangle(free));
        if rss.is_nan() || rss <= 1e-22 * blocks.norms[k] * blocks.norms[k] {
            return Err(MixedTrouble::Exact);
        }
        Ok(blocks)
    }

    /// The mean weight of a group.
    fn typical(&self) -> f64 {
        sum(&self.groups.iter().map(|g| g.weight).collect::<Vec<_>>()) / float(self.groups.len())
    }

    /// Degrees of freedom of the variance inside groups.
    pub(super) fn freedom(&self) -> f64 {
        match self.likelihood {
            Likelihood::Restricted => self.n - float(self.k),
            Likelihood::Full => self.n,
        }
    }

    /// What a group's mean weighs: w / (1 + ratio w).
    pub(super) fn say(&self, ratio: f64, group: &Group) -> f64 {
        group.weight / (1.0 + ratio * group.weight)
    }

    /// The triangle of (X, y) by V⁻¹, scaled: QR of the pooled triangle over the weighted means.
    fn triangle(&self, ratio: f64) -> Mat<f64> {
        let k = self.k;
        let roots: Vec<f64> = self.groups.iter().map(|g| self.say(ratio, g).sqrt()).collect();
        let stacked = Mat::from_fn(k + 1 + roots.len(), k + 1, |i, j| {
            if i <= k { self.inside[(i, j)] } else { roots[i - k - 1] * self.groups[i - k - 1].mean[j] }
        });
        stacked.qr().thin_R().to_owned()
    }

    /// Residual sum of squares and ln |X' V⁻¹ X| that a triangle tells.
    fn told(&self, r: &Mat<f64>) -> (f64, f64) {
        let k = self.k;
        let logs: Vec<f64> = (0..k).map(|j| 2.0 * libm::log(r[(j, j)].abs() * self.norms[j])).collect();
        let last = r[(k, k)] * self.norms[k];
        (last * last, sum(&logs))
    }

    /// The best coefficients for a ratio of variances.
    pub(super) fn at(&self, ratio: f64) -> At {
        let k = self.k;
        let r = self.triangle(ratio);
        let (rss, _) = self.told(&r);
        let inverse = crate::stats::glm::inverse_upper(r.as_ref(), k);
        let scaled: Vec<f64> =
            (0..k).map(|i| sum(&(i..k).map(|c| inverse[[i, c]] * r[(c, k)]).collect::<Vec<_>>())).collect();
        let y = self.norms[k];
        let coefficients: Vec<f64> = scaled.iter().zip(&self.norms).map(|(b, norm)| b * y / norm).collect();
        let means: Vec<Vec<f64>> = self
            .groups
            .iter()
            .map(|g| g.mean.iter().take(k).zip(&self.norms).map(|(m, norm)| m * norm).collect())
            .collect();
        let residual = |g: &Group| {
            let terms: Vec<f64> =
                g.mean.iter().zip(&scaled).map(|(m, b)| -m * b).chain([g.mean[k]]).collect();
            sum(&terms) * y
        };
        At {
            inverse: Array2::from_shape_fn((k, k), |(i, j)| {
                let terms: Vec<f64> = (i.max(j)..k).map(|c| inverse[[i, c]] * inverse[[j, c]]).collect();
                sum(&terms) / (self.norms[i] * self.norms[j])
            }),
            within: rss / self.freedom(),
            rss,
            residuals: self.groups.iter().map(residual).collect(),
            means,
            coefficients,
        }
    }

    /// What the deviance has beside the residuals: ln |V| and, if restricted, ln |X' V⁻¹ X|, σ² set apart.
    fn determinants(&self, ratio: f64, log_det: f64) -> f64 {
        let logs: Vec<f64> = self.groups.iter().map(|g| libm::log1p(ratio * g.weight)).collect();
        let own = if self.likelihood == Likelihood::Restricted { log_det } else { 0.0 };
        sum(&logs) - self.log_weights + own
    }

    /// −2 ln likelihood for both variances.
    pub(super) fn deviance_at(&self, ratio: f64, within: f64) -> f64 {
        let (rss, log_det) = self.told(&self.triangle(ratio));
        self.freedom() * libm::log(std::f64::consts::TAU * within)
            + rss / within
            + self.determinants(ratio, log_det)
    }

    /// −2 ln likelihood, profiled over β and σ².
    pub(super) fn deviance(&self, ratio: f64) -> f64 {
        let (rss, log_det) = self.told(&self.triangle(ratio));
        let within = rss / self.freedom();
        self.freedom() * (libm::log(std::f64::consts::TAU * within) + 1.0) + self.determinants(ratio, log_det)
    }

    /// Its derivative in the ratio.
    fn slope(&self, ratio: f64) -> f64 {
        let at = self.at(ratio);
        let mut total = Total::default();
        for (j, group) in self.groups.iter().enumerate() {
            let say = self.say(ratio, group);
            total.add(say);
            total.add(-say * say * at.residuals[j] * at.residuals[j] / at.within);
            if self.likelihood == Likelihood::Restricted {
                total.add(-say * say * quadratic(&at.inverse, &at.means[j]));
            }
        }
        total.value()
    }

    /// The ratio of variances with the lowest deviance: a coarse look over all scales, then the root of the slope.
    pub(super) fn minimum(&self) -> f64 {
        let typical = self.typical();
        let mut scales = vec![0.0];
        scales.extend((-16..=16).map(|step| libm::exp(f64::from(step)) / typical));
        let heights: Vec<f64> = scales.iter().map(|ratio| self.deviance(*ratio)).collect();
        let lowest = (0..heights.len()).min_by(|a, b| heights[*a].total_cmp(&heights[*b])).unwrap_or(0);
        let (low, high) = (scales[lowest.saturating_sub(1)], scales[(lowest + 1).min(scales.len() - 1)]);
        let slope = |ratio: f64| self.slope(ratio);
        if low <= 0.0 && slope(0.0) >= 0.0 {
            // the valley may still lie between the first two points
            let first = scales[lowest.max(1)];
            return if slope(first) > 0.0 { 0.0 } else { root_between(slope, first, high).unwrap_or(0.0) };
        }
        root_between(slope, low, high).unwrap_or(scales[lowest])
    }
}

/// v' A v.
pub(super) fn quadratic(a: &Array2<f64>, v: &[f64]) -> f64 {
    let v = ArrayView1::from(v);
    v.dot(&a.dot(&v))
}

#[expect(clippy::cast_precision_loss, reason = "numbers of rows")]
pub(super) fn float(value: usize) -> f64 {
    value as f64
}

/// Shapes and numbers; the number of groups.
fn check(data: MixedData<'_>) -> Result<usize, MixedTrouble> {
    let (n, k) = data.design.dim();
    let finite = data.design.iter().chain(data.response).all(|v| v.is_finite());
    let weights = data.weights.is_none_or(|w| w.len() == n && w.iter().all(|w| *w > 0.0 && w.is_finite()));
    if k == 0 || data.response.len() != n || data.groups.len() != n || !finite || !weights {
        return Err(MixedTrouble::Malformed);
    }
    if n <= k {
        return Err(MixedTrouble::TooFewRows);
    }
    let count = data.groups.iter().max().map_or(0, |g| g + 1);
    let mut rows = vec![0_usize; count.min(n)];
    for &group in data.groups {
        *rows.get_mut(group).ok_or(MixedTrouble::Malformed)? += 1;
    }
    if rows.contains(&0) {
        return Err(MixedTrouble::Malformed);
    }
    if count < 2 || count == n { Err(MixedTrouble::Unidentified) } else { Ok(count) }
}

fn check_rank(
    data: MixedData<'_>,
    norms: &[f64],
    weight: &impl Fn(usize) -> f64,
) -> Result<(), MixedTrouble> {
    let (n, k) = data.design.dim();
    let scaled = Mat::from_fn(n, k, |i, j| weight(i).sqrt() * data.design[[i, j]] / norms[j]);
    let qr = scaled.col_piv_qr();
    let (r, order) = (qr.thin_R(), qr.P().arrays().0);
    let guilty: Vec<usize> =
        (0..k).filter(|&j| r[(j, j)].abs() <= 1e-9 * r[(0, 0)].abs()).map(|j| order[j]).collect();
    if guilty.is_empty() { Ok(()) } else { Err(MixedTrouble::Singular(guilty)) }
}

fn means(
    data: MixedData<'_>,
    count: usize,
    norms: &[f64],
    weight: &impl Fn(usize) -> f64,
    value: &impl Fn(usize, usize) -> f64,
) -> Vec<Group> {
    let mut totals = vec![vec![Total::default(); norms.len() + 1]; count];
    let mut rows = vec![0; count];
    for (i, &group) in data.groups.iter().enumerate() {
        for (j, total) in totals[group].iter_mut().enumerate() {
            total.add(if j < norms.len() { weight(i) * value(i, j) / norms[j] } else { weight(i) });
        }
        rows[group] += 1;
    }
    let group = |(totals, rows): (Vec<Total>, usize)| {
        let weight = totals[norms.len()].value();
        let mean = totals.iter().take(norms.len()).map(|t| t.value() / weight).collect();
        Group { weight, rows, mean }
    };
    totals.into_iter().zip(rows).map(group).collect()
}
