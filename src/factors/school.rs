//! What a school achieves beyond its context.

use std::collections::BTreeMap;

use ndarray::{Array2, ArrayView1};

use super::data::{Seen, float};
use super::model::{Fitted, Rows};
use crate::stats::{
    GroupedData, Observed, fit_grouped, fit_linear, leave_cluster_out, normal_below, normal_quantile,
};
use crate::tables::SchoolEffect;

/// A school in a year: its mean result with the tests' levels taken off.
struct Seat {
    school: usize,
    /// Results of pupils in all its tests.
    results: u64,
    /// Pupils in its largest test.
    pupils: u64,
    result: f64,
    expected: f64,
}

/// The effects of an outcome of scores, year by year. Nothing where the expectation without a municipality cannot be had.
pub(super) fn effects(outcome: &str, rows: &Rows, fitted: &Fitted) -> Vec<SchoolEffect> {
    let Some(expected) = expectations(rows, fitted) else { return Vec::new() };
    let years: std::collections::BTreeSet<i32> = rows.tests.iter().map(|(_, year)| *year).collect();
    years.into_iter().flat_map(|year| of_year(outcome, year, rows, fitted, &expected)).collect()
}

/// What each school's context lets expect, by the coefficients of the other municipalities.
fn expectations(rows: &Rows, fitted: &Fitted) -> Option<Vec<f64>> {
    let fit = fit_linear(fitted.weighted()).ok()?;
    let without = leave_cluster_out(&fit, &rows.clusters).ok()?;
    let by_cluster: BTreeMap<usize, Vec<f64>> =
        without.into_iter().map(|w| (w.cluster, w.coefficients)).collect();
    let expected = |(x, cluster): (ArrayView1<'_, f64>, &usize)| {
        let coefficients = by_cluster.get(cluster)?;
        Some(x.iter().zip(coefficients).map(|(x, b)| x * b).sum())
    };
    fitted.design.rows().into_iter().zip(&rows.clusters).map(expected).collect()
}

fn of_year(outcome: &str, year: i32, rows: &Rows, fitted: &Fitted, expected: &[f64]) -> Vec<SchoolEffect> {
    let seats = seats(year, rows, fitted, expected);
    let within = fitted.within * fitted.grouped.dispersion;
    let Some(between) = between(&seats, within) else { return Vec::new() };
    let covariance = &fitted.inference.covariance;
    let wide = normal_quantile(0.975).unwrap_or(f64::NAN);
    let effect = |seat: &Seat| {
        let sampling = within / float(seat.results);
        let keep = between / (between + sampling);
        let effect = keep * (seat.result - seat.expected);
        let x = fitted.design.row(seat.school);
        let of_expectation = x.dot(&covariance.dot(&x)).max(0.0);
        let se = (keep * sampling + keep * keep * of_expectation).sqrt();
        let above = if se > 0.0 { normal_below(effect / se) } else { 0.5 };
        Some(SchoolEffect {
            outcome: outcome.to_owned(),
            year,
            school_id: rows.schools.get(seat.school)?.clone(),
            pupils: i64::try_from(seat.pupils).unwrap_or(i64::MAX),
            result: seat.result,
            expected: seat.expected,
            effect,
            low: effect - wide * se,
            high: effect + wide * se,
            reliability: keep,
            above,
        })
    };
    seats.iter().filter_map(effect).collect()
}

fn seats(year: i32, rows: &Rows, fitted: &Fitted, expected: &[f64]) -> Vec<Seat> {
    let mut of_school: BTreeMap<usize, (f64, u64, u64)> = BTreeMap::new();
    for (school, test, seen) in &rows.rows {
        let of_this_year = rows.tests.get(*test).is_some_and(|(_, of)| *of == year);
        let (Seen::Score(mean, pupils, _), true) = (*seen, of_this_year) else { continue };
        let level = fitted.grouped.cells.get(*test).copied().unwrap_or_default();
        let entry = of_school.entry(*school).or_default();
        entry.0 += float(pupils) * (mean - level);
        entry.1 += pupils;
        entry.2 = entry.2.max(pupils);
    }
    let seat = |(school, (total, results, pupils)): (usize, (f64, u64, u64))| {
        let expected = *expected.get(school)?;
        Some(Seat { school, results, pupils, result: total / float(results), expected })
    };
    of_school.into_iter().filter_map(seat).collect()
}

/// τ² of the year's differences: what schools of one context differ by beyond chance.
fn between(seats: &[Seat], within: f64) -> Option<f64> {
    let means: Vec<f64> = seats.iter().map(|seat| seat.result - seat.expected).collect();
    let sizes: Vec<u64> = seats.iter().map(|seat| seat.results).collect();
    let groups: Vec<usize> = (0..seats.len()).collect();
    let cells = vec![0; seats.len()];
    let ones = Array2::ones((seats.len(), 1));
    let observed = Observed::Means { means: &means, sizes: &sizes, within };
    let data = GroupedData { observed, groups: &groups, cells: &cells, design: ones.view() };
    fit_grouped(data).ok().map(|fit| fit.between)
}
