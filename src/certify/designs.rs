//! Random designs near collinearity, against exact arithmetic; beyond the limit, a refusal that names the planted column.

use ndarray::Array2;
use rayon::prelude::*;

use crate::certify::certificate::{Check, Section};
use crate::certify::digits::digits;
use crate::certify::exact;
use crate::stats::{Covariance, LinearModel, LinearTrouble, Rng, covariance, fit_linear};

/// Designs with an answer.
pub const DESIGNS: u64 = 1_000;
/// Designs beyond the limit.
pub const REFUSALS: u64 = 200;
/// All digits but one.
const BAR: f64 = 14.0;
const SEED: u64 = 20_251_122;
/// Draws after which a design below the limit is no longer sought.
const TRIES: u64 = 40;

/// A design whose last planted column is nearly a combination of others.
struct Design {
    response: Vec<f64>,
    columns: Vec<Vec<f64>>,
    /// The columns of the combination, the last of them planted.
    planted: Vec<usize>,
}

impl Design {
    /// `distance`: how far the planted column is from the combination.
    fn new(rng: &mut Rng, distance: f64) -> Self {
        let k = 2 + usize::try_from(rng.below(7)).unwrap_or_default();
        let n = k + 5 + usize::try_from(rng.below(30)).unwrap_or_default();
        let mut columns: Vec<Vec<f64>> = vec![vec![1.0; n]];
        for _ in 1..k {
            let (centre, spread) = (10.0 * rng.normal(), libm::exp(3.0 * rng.normal()));
            columns.push((0..n).map(|_| spread * (centre + rng.normal())).collect());
        }
        let mut others: Vec<usize> = (0..k - 1).collect();
        rng.shuffle(&mut others);
        others.truncate(1 + usize::try_from(rng.below(3)).unwrap_or_default());
        let length = |column: &[f64]| column.iter().map(|v| v * v).sum::<f64>().sqrt();
        let mut combination = vec![0.0; n];
        for column in others.iter().filter_map(|&j| columns.get(j)) {
            let share = (0.5 + rng.uniform()) / length(column);
            combination.iter_mut().zip(column).for_each(|(sum, v)| *sum += share * v);
        }
        let off = distance * length(&combination) / f64::from(u32::try_from(n).unwrap_or(1)).sqrt();
        combination.iter_mut().for_each(|v| *v += off * rng.normal());
        // the planted column stands last; so nothing after it can be named in its place
        if let Some(last) = columns.last_mut() {
            last.clone_from(&combination);
        }
        let noise = libm::exp(4.0 * rng.normal());
        let response = (0..n)
            .map(|i| columns.iter().filter_map(|c| c.get(i)).sum::<f64>() + noise * rng.normal())
            .collect();
        let mut planted = others;
        planted.push(k - 1);
        planted.sort_unstable();
        Self { response, columns, planted }
    }

    fn matrix(&self) -> Array2<f64> {
        let value =
            |(i, j): (usize, usize)| self.columns.get(j).and_then(|c| c.get(i)).copied().unwrap_or_default();
        Array2::from_shape_fn((self.response.len(), self.columns.len()), value)
    }
}

/// Checks both kinds; `step` is told after each design.
pub fn designs(step: &(dyn Fn() + Sync)) -> Section {
    let answered = (0..DESIGNS).into_par_iter().map(|index| {
        let worst = one(index);
        step();
        worst
    });
    let mut checks: Vec<Check> = answered.collect();
    let refused = (0..REFUSALS).into_par_iter().map(|index| {
        let named = refusal(index);
        step();
        named
    });
    checks.extend(refused.collect::<Vec<Check>>());
    Section::of("designs", checks)
}

/// The worst digits of a design below the limit.
fn one(index: u64) -> Check {
    let mut rng = Rng::part(SEED, index);
    let mut worst = None;
    for _ in 0..TRIES {
        // uniform in the logarithm; a little beyond 1e10 and back, so that the limit itself is met
        let distance = libm::pow(10.0, -10.0 * rng.uniform());
        let design = Design::new(&mut rng, distance);
        worst = agreement(&design);
        if worst.is_some() {
            break;
        }
    }
    let (reached, condition) = worst.unwrap_or((0.0, f64::NAN));
    Check {
        name: "designs".to_owned(),
        kind: "exact",
        quantity: format!("{index}"),
        got: condition,
        want: None,
        digits: Some(reached),
        ceiling: None,
        bar: Some(BAR),
        error: None,
        passed: reached >= BAR,
    }
}

/// The fewest digits of coefficients and standard errors, and the condition; `None` beyond the limit.
fn agreement(design: &Design) -> Option<(f64, f64)> {
    let matrix = design.matrix();
    let model = LinearModel { response: &design.response, design: matrix.view(), weights: None };
    let fit = fit_linear(model).ok()?;
    let errors = covariance(&fit, Covariance::Classical).ok()?;
    let exact = exact::least_squares(&design.response, &design.columns, true)?;
    let pairs = fit.coefficients.iter().zip(&exact.coefficients).zip(&exact.errors).enumerate();
    let fewest = pairs.fold(f64::INFINITY, |fewest, (j, ((got, want), error))| {
        fewest.min(digits(*got, *want, 1.0)).min(digits(errors.std_error(j), *error, 1.0))
    });
    Some((fewest, fit.condition))
}

/// Is a design beyond the limit refused, and the planted column named with nothing but its combination?
fn refusal(index: u64) -> Check {
    let mut rng = Rng::part(SEED ^ 1, index);
    // every fifth is collinear but for the rounding of the data
    let distance = if index.is_multiple_of(5) { 0.0 } else { libm::pow(10.0, -12.5 - 3.0 * rng.uniform()) };
    let design = Design::new(&mut rng, distance);
    let matrix = design.matrix();
    let model = LinearModel { response: &design.response, design: matrix.view(), weights: None };
    let passed = match fit_linear(model) {
        Err(LinearTrouble::Singular { column, with }) => {
            design.planted.last() == Some(&column) && with.iter().all(|j| design.planted.contains(j))
        }
        _ => false,
    };
    Check {
        name: "designs".to_owned(),
        kind: "refused",
        quantity: format!("{index}"),
        got: f64::from(u8::from(passed)),
        want: Some(1.0),
        digits: None,
        ceiling: None,
        bar: None,
        error: None,
        passed,
    }
}

#[cfg(test)]
mod tests {
    use super::{DESIGNS, REFUSALS, designs};
    use std::sync::atomic::{AtomicU64, Ordering};

    #[test]
    fn every_design_is_answered_exactly_or_refused_by_name() {
        let steps = AtomicU64::new(0);
        let section = designs(&|| {
            steps.fetch_add(1, Ordering::Relaxed);
        });
        assert_eq!(steps.into_inner(), DESIGNS + REFUSALS);
        let failed: Vec<_> = section.checks.iter().filter(|check| !check.passed).collect();
        assert!(failed.is_empty(), "{}: {:#?}", failed.len(), failed.first());
        let hard = section.checks.iter().filter(|c| c.kind == "exact" && c.got > 1e8).count();
        assert!(hard > 100, "designs near the limit: {hard}");
    }
}
