//! Fixed effects taken out instead of estimated.

use std::collections::BTreeSet;

use ndarray::Array2;

use super::fit::fit_absorbed;
use super::{LinearFit, LinearModel, LinearTrouble};
use crate::stats::sum::Total;

/// Conjugate-gradient steps after which the effects are said not to settle.
const STEPS_MAX: usize = 2_000;
/// What is left of a column, as a share of its length, when it is as good as gone.
const GONE: f64 = 1e-9;

/// The effects that a fit has absorbed.
#[derive(Debug, Clone)]
pub struct Effects {
    /// The level of each row, an effect at a time.
    ids: Vec<Vec<usize>>,
    /// Levels of each effect.
    pub levels: Vec<usize>,
    /// Levels that only one row has: they add nothing to the coefficients.
    pub singletons: usize,
}

impl Effects {
    /// Coefficients that clusters of these kinds make superfluous in the small-sample factor: those of effects nested in a
    /// kind of cluster, but for one each (Correia 2015; as fixest and reghdfe count).
    pub(super) fn nested(&self, kinds: &[&[usize]]) -> usize {
        let nested = |ids: &[usize]| kinds.iter().any(|clusters| is_nested(ids, clusters));
        self.ids.iter().zip(&self.levels).filter(|(ids, _)| nested(ids)).map(|(_, levels)| levels - 1).sum()
    }

    /// Is every effect nested in these clusters?
    pub(super) fn all_nested(&self, clusters: &[usize]) -> bool {
        self.ids.iter().all(|ids| is_nested(ids, clusters))
    }
}

/// Has every level its rows in one cluster only?
fn is_nested(ids: &[usize], clusters: &[usize]) -> bool {
    let pairs: BTreeSet<(usize, usize)> = ids.iter().copied().zip(clusters.iter().copied()).collect();
    let levels: BTreeSet<usize> = ids.iter().copied().collect();
    pairs.len() == levels.len()
}

/// Least squares with one or more fixed effects absorbed: no coefficient, no column, the right degrees of freedom.
///
/// - Shapes: a model of (n, k) without intercept; each effect (n), levels as numbers below n.
/// - Units: as [`fit_linear`](super::fit_linear). `total_ss` and R² are those within the effects.
/// - Missing: none can be.
/// - Fails: as [`fit_linear`](super::fit_linear); `Absorbed` names a column that does not vary within the effects;
///   `NoConvergence` where the projections do not settle.
/// - Reference: Frisch, Waugh (1933); one effect is centred, several are projected out by conjugate gradients on the symmetric
///   product of the single projections (Hernández-Ramos, Escalante, Raydan 2011; Correia 2017, «Linear Models with
///   High-Dimensional Fixed Effects», 3). Coefficients taken out: all levels less one a connected component of the first two
///   effects (Abowd, Creecy, Kramarz 2002) and less one for each further effect, which is an upper bound.
/// - Accuracy: 11 digits against dummies in R, fixest's conventions; `tests/golden.rs`.
/// - Determinism: one thread, fixed order.
///
/// # Errors
/// As above.
pub fn absorb(model: LinearModel<'_>, effects: &[&[usize]]) -> Result<LinearFit, LinearTrouble> {
    let (n, k) = model.design.dim();
    let sound = |ids: &&[usize]| ids.len() == n && ids.iter().all(|&id| id < n);
    if effects.is_empty() || model.response.len() != n || !effects.iter().all(sound) {
        return Err(LinearTrouble::Malformed);
    }
    if model.weights.is_some_and(|w| w.len() != n) {
        return Err(LinearTrouble::Malformed);
    }
    let projections: Vec<Projection> =
        effects.iter().map(|ids| Projection::new(ids, model.weights)).collect();
    let response = project(model.response, &projections, model.weights)?;
    let mut design = Array2::zeros((n, k));
    for j in 0..k {
        let before = model.design.column(j).to_vec();
        let after = project(&before, &projections, model.weights)?;
        if norm(&after, model.weights) <= GONE * norm(&before, model.weights) {
            return Err(LinearTrouble::Absorbed { column: j });
        }
        design.column_mut(j).assign(&ndarray::ArrayView1::from(&after));
    }
    let levels: Vec<usize> = projections.iter().map(|p| p.rows.iter().filter(|&&n| n > 0).count()).collect();
    let within = LinearModel { response: &response, design: design.view(), weights: model.weights };
    let mut fit = fit_absorbed(within, redundant_less(effects, &levels), true)?;
    fit.effects = Some(Effects {
        ids: effects.iter().map(|ids| ids.to_vec()).collect(),
        levels,
        singletons: projections.iter().map(|p| p.rows.iter().filter(|&&n| n == 1).count()).sum(),
    });
    Ok(fit)
}

/// All levels, less those that others imply.
fn redundant_less(effects: &[&[usize]], levels: &[usize]) -> usize {
    let all: usize = levels.iter().sum();
    match effects {
        [first, second, rest @ ..] => all - components(first, second) - rest.len(),
        _ => all,
    }
}

/// Connected components of the graph whose edges are the rows.
fn components(first: &[usize], second: &[usize]) -> usize {
    let n = first.len();
    let mut parent: Vec<usize> = (0..2 * n).collect();
    let find = |parent: &mut Vec<usize>, mut at: usize| {
        while parent[at] != at {
            parent[at] = parent[parent[at]];
            at = parent[at];
        }
        at
    };
    for (&a, &b) in first.iter().zip(second) {
        let (a, b) = (find(&mut parent, a), find(&mut parent, n + b));
        parent[a] = b;
    }
    let roots: BTreeSet<usize> = first.iter().map(|&a| find(&mut parent, a)).collect();
    roots.len()
}

/// Centring within the levels of one effect.
struct Projection {
    ids: Vec<usize>,
    /// Rows of each level.
    rows: Vec<usize>,
    /// Sum of weights of each level.
    mass: Vec<f64>,
}

impl Projection {
    fn new(ids: &[usize], weights: Option<&[f64]>) -> Self {
        let count = ids.iter().max().map_or(0, |most| most + 1);
        let (mut rows, mut mass) = (vec![0; count], vec![Total::default(); count]);
        for (row, &id) in ids.iter().enumerate() {
            rows[id] += 1;
            mass[id].add(weights.map_or(1.0, |w| w[row]));
        }
        Self { ids: ids.to_vec(), rows, mass: mass.into_iter().map(Total::value).collect() }
    }

    fn apply(&self, values: &mut [f64], weights: Option<&[f64]>) {
        let mut totals = vec![Total::default(); self.mass.len()];
        for (row, &id) in self.ids.iter().enumerate() {
            totals[id].add(weights.map_or(values[row], |w| w[row] * values[row]));
        }
        let means: Vec<f64> = totals.into_iter().zip(&self.mass).map(|(t, m)| t.value() / m).collect();
        for (value, &id) in values.iter_mut().zip(&self.ids) {
            *value -= means[id];
        }
    }
}

/// The part of a column that no effect explains.
fn project(
    values: &[f64],
    projections: &[Projection],
    weights: Option<&[f64]>,
) -> Result<Vec<f64>, LinearTrouble> {
    let mut values = values.to_vec();
    // a second pass takes away what the rounding of the first left: large means
    for _ in 0..2 {
        match projections {
            [only] => only.apply(&mut values, weights),
            several => settle(&mut values, several, weights)?,
        }
    }
    Ok(values)
}

/// P₁ P₂ … P_Q … P₂ P₁.
fn there_and_back(values: &[f64], projections: &[Projection], weights: Option<&[f64]>) -> Vec<f64> {
    let mut out = values.to_vec();
    let back = projections.iter().rev().skip(1);
    for projection in projections.iter().chain(back) {
        projection.apply(&mut out, weights);
    }
    out
}

/// Solves (I − T) d = (I − T) x by conjugate gradients and takes d away from x.
fn settle(
    values: &mut [f64],
    projections: &[Projection],
    weights: Option<&[f64]>,
) -> Result<(), LinearTrouble> {
    let moved = |v: &[f64]| -> Vec<f64> {
        let image = there_and_back(v, projections, weights);
        v.iter().zip(&image).map(|(a, b)| a - b).collect()
    };
    let goal = 1e-15 * norm(values, weights);
    let mut rest = moved(values);
    let mut direction = rest.clone();
    let mut square = inner(&rest, &rest, weights);
    for _ in 0..STEPS_MAX {
        if square.sqrt() <= goal {
            return Ok(());
        }
        let image = moved(&direction);
        let curvature = inner(&direction, &image, weights);
        if curvature <= 0.0 {
            return Ok(());
        }
        let step = square / curvature;
        for ((value, left), (d, i)) in values.iter_mut().zip(&mut rest).zip(direction.iter().zip(&image)) {
            *value -= step * d;
            *left -= step * i;
        }
        let next = inner(&rest, &rest, weights);
        let turn = next / square;
        square = next;
        for (d, r) in direction.iter_mut().zip(&rest) {
            *d = r + turn * *d;
        }
    }
    Err(LinearTrouble::NoConvergence)
}

fn inner(a: &[f64], b: &[f64], weights: Option<&[f64]>) -> f64 {
    let mut total = Total::default();
    for (row, (x, y)) in a.iter().zip(b).enumerate() {
        total.add(weights.map_or(1.0, |w| w[row]) * x * y);
    }
    total.value()
}

fn norm(values: &[f64], weights: Option<&[f64]>) -> f64 {
    inner(values, values, weights).sqrt()
}

#[cfg(test)]
mod tests {
    use super::absorb;
    use crate::stats::{Covariance, LinearModel, LinearTrouble, Rng, covariance, fit_linear};
    use ndarray::Array2;

    /// Response, columns, unit and year of each row, weights.
    type Panel = (Vec<f64>, Array2<f64>, Vec<usize>, Vec<usize>, Vec<f64>);

    /// 60 rows, 7 units, 5 years, unbalanced; two columns.
    fn data() -> Panel {
        let mut rng = Rng::new(5);
        let unit: Vec<usize> = (0..60).map(|i| (i * i + i / 7) % 7).collect();
        let year: Vec<usize> = (0..60).map(|i| (i / 3 + i * i / 11) % 5).collect();
        let x = Array2::from_shape_fn((60, 2), |(i, _)| rng.normal() + if unit[i] > 3 { 40.0 } else { 0.0 });
        let y = (0..60).map(|i| x[[i, 0]] - 0.5 * x[[i, 1]] + rng.normal()).collect();
        let weights = (0..60).map(|_| 0.2 + rng.uniform()).collect();
        (y, x, unit, year, weights)
    }

    #[test]
    fn as_with_a_dummy_for_each_level() {
        let (y, x, unit, year, weights) = data();
        for weights in [None, Some(weights.as_slice())] {
            let model = LinearModel { response: &y, design: x.view(), weights };
            let fit = absorb(model, &[&unit, &year]).unwrap();
            let dummies = Array2::from_shape_fn((60, 2 + 7 + 4), |(i, j)| match j {
                0 | 1 => x[[i, j]],
                2..9 => f64::from(u8::from(unit[i] == j - 2)),
                _ => f64::from(u8::from(year[i] == j - 8)),
            });
            let full = fit_linear(LinearModel { response: &y, design: dummies.view(), weights }).unwrap();
            assert_eq!((fit.df, fit.absorbed), (full.df, 11));
            for kind in [Covariance::Classical, Covariance::Hc1, Covariance::Cr0(&year)] {
                let (a, b) = (covariance(&fit, kind).unwrap(), covariance(&full, kind).unwrap());
                for j in 0..2 {
                    assert!((fit.coefficients[j] / full.coefficients[j] - 1.0).abs() < 1e-12);
                    assert!((a.std_error(j) / b.std_error(j) - 1.0).abs() < 1e-11, "{kind:?}");
                }
            }
        }
    }

    #[test]
    fn a_column_that_only_varies_between_units_is_named() {
        let (y, mut x, unit, year, _) = data();
        for i in 0..60 {
            x[[i, 1]] = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0][unit[i]];
        }
        let model = LinearModel { response: &y, design: x.view(), weights: None };
        assert_eq!(absorb(model, &[&unit, &year]).unwrap_err(), LinearTrouble::Absorbed { column: 1 });
        assert_eq!(absorb(model, &[]).unwrap_err(), LinearTrouble::Malformed);
        assert_eq!(absorb(model, &[&unit[1..]]).unwrap_err(), LinearTrouble::Malformed);
    }

    #[test]
    fn components_that_do_not_meet_count_each() {
        // units 0–1 are seen in years 0–1 only, units 2–3 in years 2–3 only
        let unit: Vec<usize> = (0..24).map(|i| i % 4).collect();
        let year: Vec<usize> = (0..24).map(|i| i % 4 / 2 * 2 + i / 4 % 2).collect();
        let mut rng = Rng::new(9);
        let x = Array2::from_shape_fn((24, 1), |_| rng.normal());
        let y: Vec<f64> = (0..24).map(|_| rng.normal()).collect();
        let model = LinearModel { response: &y, design: x.view(), weights: None };
        assert_eq!(absorb(model, &[&unit, &year]).unwrap().absorbed, 6);
    }
}
