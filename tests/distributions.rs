//! Distribution functions against 50-digit arithmetic, tails down to 1e-305 included.
//!
//! `tests/../data/certified/distributions.json` is made by the script of the same name.

use rsoko::stats;
use serde_json::Value;

use crate::support::assert_close;

/// Rows of arguments, and the answer of each.
fn rows(name: &str) -> Vec<(Vec<f64>, f64)> {
    let all: Value = serde_json::from_str(include_str!("../data/certified/distributions.json"))
        .expect("a committed result is JSON");
    let list = all[name].as_array().unwrap_or_else(|| panic!("{name} is a list")).clone();
    list.iter()
        .map(|row| {
            let row = row.as_array().expect("a row");
            let (answer, args) = row.split_last().expect("arguments and an answer");
            let answer = answer.as_str().and_then(|text| text.parse().ok()).expect("20 digits");
            (args.iter().map(|v| v.as_f64().expect("a number")).collect(), answer)
        })
        .collect()
}

/// Every row of a function to `tolerance`; at least `least` of them.
fn check(name: &str, tolerance: f64, least: usize, function: impl Fn(&[f64]) -> Option<f64>) {
    let rows = rows(name);
    assert!(rows.len() >= least, "{name}: {} rows", rows.len());
    for (args, want) in rows {
        let got = function(&args).unwrap_or_else(|| panic!("{name} {args:?} has an answer"));
        assert_close(&format!("{name} {args:?}"), got, want, tolerance);
    }
}

#[test]
fn twelve_digits_in_every_tail() {
    check("normal_above", 1e-12, 11, |a| Some(stats::normal_above(a[0])));
    check("student_two_sided", 1e-12, 90, |a| stats::student_two_sided(a[0], a[1]));
    check("chi_square_above", 1e-12, 90, |a| stats::chi_square_above(a[0], a[1]));
    check("chi_square_below", 1e-12, 90, |a| stats::chi_square_below(a[0], a[1]));
    check("fisher_above", 1e-12, 200, |a| stats::fisher_above(a[0], a[1], a[2]));
    check("fisher_below", 1e-12, 200, |a| stats::fisher_below(a[0], a[1], a[2]));
}

#[test]
fn twelve_digits_of_quantiles() {
    check("student_quantile", 1e-12, 25, |a| stats::student_quantile(a[0], a[1]));
    check("chi_square_quantile", 1e-12, 25, |a| stats::chi_square_quantile(a[0], a[1]));
    check("fisher_quantile", 1e-12, 50, |a| stats::fisher_quantile(a[0], a[1], a[2]));
}
