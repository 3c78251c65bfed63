//! R's results on real data, frozen, and 50-digit values of the distributions.

use std::collections::BTreeMap;

use crate::certify::certificate::{Check, Section};
use crate::certify::digits::digits;
use crate::certify::nist::{design, fit};
use crate::certify::sets;
use crate::certify::strd::{Set, read};
use crate::stats::{self, Covariance, LinearFit, cooks_distance, covariance};

/// Digits in which the references agree are at most 10; one less.
const BAR_R: f64 = 9.0;
/// Digits of p values and quantiles.
const BAR_TAILS: f64 = 12.0;

type Results = BTreeMap<String, BTreeMap<String, Vec<f64>>>;

/// Robust and clustered standard errors, leverages and Cook's distances as R gives them.
#[must_use]
pub fn frozen() -> Section {
    let results: Results = serde_json::from_str(sets::FROZEN).unwrap_or_default();
    let mut checks = Vec::new();
    for (name, text) in sets::LINEAR {
        if let Some(results) = results.get(name) {
            checks.extend(against(&read(name, text), results));
        }
    }
    Section::of("frozen", checks)
}

fn against(set: &Set, results: &BTreeMap<String, Vec<f64>>) -> Vec<Check> {
    let (columns, _) = design(set);
    let Some(fit) = fit(&set.column(0), &columns) else { return Vec::new() };
    // as the script does: two runs over twenty loads, blocks of six rows
    let cluster = |row: usize| if set.name == "Pontius" { row % 20 } else { row / 6 };
    let clusters: Vec<usize> = (0..fit.rows()).map(cluster).collect();
    let mut checks = Vec::new();
    for (quantity, wanted) in results {
        let mut got = computed(&fit, quantity, &clusters).unwrap_or_default();
        // where the script has centred the columns there is no intercept to compare
        got.drain(..got.len().saturating_sub(wanted.len()));
        for (at, &want) in wanted.iter().enumerate() {
            let got = got.get(at).copied().unwrap_or(f64::NAN);
            let reached = digits(got, want, 1.0);
            checks.push(check(set.name, "r", format!("{quantity} {}", at + 1), got, want, reached, BAR_R));
        }
    }
    checks
}

fn check(
    name: &str,
    kind: &'static str,
    quantity: String,
    got: f64,
    want: f64,
    reached: f64,
    bar: f64,
) -> Check {
    Check {
        name: name.to_owned(),
        kind,
        quantity,
        got,
        want: Some(want),
        digits: Some(reached),
        ceiling: None,
        bar: Some(bar),
        error: None,
        passed: reached >= bar,
    }
}

fn computed(fit: &LinearFit, quantity: &str, clusters: &[usize]) -> Option<Vec<f64>> {
    let kind = match quantity {
        "coefficients" => return Some(fit.coefficients.clone()),
        "leverages" => return Some(fit.leverages.clone()),
        "cook" => return cooks_distance(fit).ok()?.into_iter().collect(),
        "classical" => Covariance::Classical,
        "HC0" => Covariance::Hc0,
        "HC1" => Covariance::Hc1,
        "HC2" => Covariance::Hc2,
        "HC3" => Covariance::Hc3,
        "CR0" => Covariance::Cr0(clusters),
        "CR1" => Covariance::Cr1(clusters),
        "CR2" | "CR2_df" => Covariance::Cr2(clusters),
        "CR3" => Covariance::Cr3(clusters),
        _ => return None,
    };
    let of = covariance(fit, kind).ok()?;
    if quantity == "CR2_df" {
        return Some(of.df);
    }
    Some((0..fit.coefficients.len()).map(|j| of.std_error(j)).collect())
}

/// Tail probabilities down to 1e-305 and quantiles.
#[must_use]
pub fn tails() -> Section {
    let rows: BTreeMap<String, Vec<Vec<serde_json::Value>>> =
        serde_json::from_str(sets::DISTRIBUTIONS).unwrap_or_default();
    let mut checks = Vec::new();
    for (function, rows) in rows {
        for row in rows {
            let Some((answer, args)) = row.split_last() else { continue };
            let want: f64 = answer.as_str().and_then(|text| text.parse().ok()).unwrap_or(f64::NAN);
            let args: Vec<f64> = args.iter().filter_map(serde_json::Value::as_f64).collect();
            let got = distribution(&function, &args).unwrap_or(f64::NAN);
            let quantity = args.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            checks.push(check(&function, "tail", quantity, got, want, digits(got, want, 1.0), BAR_TAILS));
        }
    }
    Section::of("tails", checks)
}

/// A distribution function by its name in the file.
#[must_use]
pub fn distribution(function: &str, args: &[f64]) -> Option<f64> {
    match (function, args) {
        ("normal_above", &[z]) => Some(stats::normal_above(z)),
        ("student_two_sided", &[t, df]) => stats::student_two_sided(t, df),
        ("student_quantile", &[p, df]) => stats::student_quantile(p, df),
        ("chi_square_above", &[x, df]) => stats::chi_square_above(x, df),
        ("chi_square_below", &[x, df]) => stats::chi_square_below(x, df),
        ("chi_square_quantile", &[p, df]) => stats::chi_square_quantile(p, df),
        ("fisher_above", &[f, df1, df2]) => stats::fisher_above(f, df1, df2),
        ("fisher_below", &[f, df1, df2]) => stats::fisher_below(f, df1, df2),
        ("fisher_quantile", &[p, df1, df2]) => stats::fisher_quantile(p, df1, df2),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{frozen, tails};

    #[test]
    fn r_and_fifty_digits_agree() {
        for (section, least) in [(frozen(), 200), (tails(), 500)] {
            let failed: Vec<_> = section.checks.iter().filter(|check| !check.passed).collect();
            assert!(failed.is_empty(), "{} of {}: {failed:#?}", failed.len(), section.checks.len());
            assert!(section.checks.len() >= least, "{}: {}", section.id, section.checks.len());
        }
    }
}
