//! Up to the peak of the hyperparameters' posterior, and its curvature there.

use super::likelihood::Whole;
use super::triangle::factor;

/// Steps after which the peak is as near as it gets.
const STEPS_MAX: usize = 60;
/// The step is small enough where it promises to add less than this to the log posterior.
const GAIN: f64 = 1e-5;
/// Step of the differences of the derivatives.
const DIFFERENCE: f64 = 0.02;
/// No step changes a hyperparameter by more.
const LONGEST: f64 = 0.7;

/// The peak by quasi-Newton steps (Broyden, Fletcher, Goldfarb, Shanno; Nocedal, Wright 2006, algorithm 6.1), with the
/// log posterior there.
pub(super) fn to_the_peak(whole: &Whole<'_>, start: Vec<f64>) -> Option<(Vec<f64>, f64)> {
    let size = start.len();
    let mut at = start;
    let (mut value, mut slope) = whole.ascent(&at)?;
    let mut inverse = first_guess(whole, &at);
    for _ in 0..STEPS_MAX {
        let step: Vec<f64> = (0..size).map(|i| dot(&inverse[i * size..(i + 1) * size], &slope)).collect();
        let promise = dot(&step, &slope);
        if promise < GAIN {
            break;
        }
        let longest = step.iter().fold(0.0_f64, |longest, step| longest.max(step.abs()));
        let mut length = if longest > LONGEST { LONGEST / longest } else { 1.0 };
        let (next, reached, steeper) = loop {
            let next: Vec<f64> = at.iter().zip(&step).map(|(at, step)| at + length * step).collect();
            match whole.ascent(&next) {
                Some((reached, steeper)) if reached >= value + 1e-4 * length * promise || length < 1e-3 => {
                    break (next, reached, steeper);
                }
                None if length < 1e-3 => return None,
                _ => length *= 0.4,
            }
        };
        if reached < value {
            // the derivatives say what the value no longer does: the noise of the draws
            break;
        }
        let moved: Vec<f64> = next.iter().zip(&at).map(|(next, at)| next - at).collect();
        let bent: Vec<f64> = slope.iter().zip(&steeper).map(|(slope, steeper)| slope - steeper).collect();
        update(&mut inverse, &moved, &bent);
        (at, value, slope) = (next, reached, steeper);
    }
    Some((at, value))
}

/// The inverse of the curvature, roughly: intercepts from binomial counts and the spread of groups, logarithms of spreads
/// from the number of groups.
#[expect(clippy::cast_precision_loss, reason = "a number of groups")]
fn first_guess(whole: &Whole<'_>, at: &[f64]) -> Vec<f64> {
    let size = at.len();
    let mut inverse = vec![0.0; size * size];
    let variance: f64 = at[whole.tests..].iter().map(|log| libm::exp(2.0 * log)).sum();
    let mut information = vec![1e-2; size];
    for unit in whole.units {
        for (&test, all) in unit.tests.iter().zip(&unit.all) {
            let p = crate::stats::expit(at[test]);
            information[test] += 1.0 / (variance + 1.0 / (all * p * (1.0 - p)));
        }
    }
    information[whole.tests..].fill(0.5 * whole.units.len() as f64);
    for i in 0..size {
        inverse[i * size + i] = 1.0 / information[i];
    }
    inverse
}

/// The inverse after a step along which the derivatives changed so.
fn update(inverse: &mut [f64], moved: &[f64], bent: &[f64]) {
    let size = moved.len();
    let along = dot(moved, bent);
    if along <= 1e-12 {
        return;
    }
    let turned: Vec<f64> = (0..size).map(|i| dot(&inverse[i * size..(i + 1) * size], bent)).collect();
    let whole = 1.0 + dot(bent, &turned) / along;
    for i in 0..size {
        for j in 0..size {
            inverse[i * size + j] +=
                (whole * moved[i] * moved[j] - turned[i] * moved[j] - moved[i] * turned[j]) / along;
        }
    }
}

/// Cholesky's factor of the negative second derivatives at the peak, by differences of the first ones. Where rounding or
/// draws leave them not positive definite, the diagonal is raised until they are.
pub(super) fn precision(whole: &Whole<'_>, at: &[f64]) -> Option<Vec<f64>> {
    let size = at.len();
    let (_, slope) = whole.ascent(at)?;
    let mut curvature = vec![0.0; size * size];
    for i in 0..size {
        let mut moved = at.to_vec();
        moved[i] += DIFFERENCE;
        let (_, changed) = whole.ascent(&moved)?;
        for j in 0..size {
            curvature[i * size + j] = (slope[j] - changed[j]) / DIFFERENCE;
        }
    }
    for i in 0..size {
        for j in 0..i {
            let middle = 0.5 * (curvature[i * size + j] + curvature[j * size + i]);
            curvature[i * size + j] = middle;
            curvature[j * size + i] = middle;
        }
    }
    let mut ridge = 0.0;
    for _ in 0..20 {
        let mut root = curvature.clone();
        for i in 0..size {
            root[i * size + i] += ridge;
        }
        if factor(&mut root, size) {
            return Some(root);
        }
        ridge = if ridge > 0.0 { 2.0 * ridge } else { 0.05 };
    }
    None
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
