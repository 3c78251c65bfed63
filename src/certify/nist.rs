//! NIST's sets: digits reached for every certified number, beside those that the exact answer for the same floats has.

use crate::certify::certificate::{Check, Section};
use crate::certify::digits::{ALL, digits};
use crate::certify::exact;
use crate::certify::sets;
use crate::certify::strd::{Set, read};
use crate::stats::{
    Covariance, LinearFit, LinearModel, anova, autocorrelation, covariance, fit_linear, mean,
    standard_deviation,
};
use ndarray::Array2;

/// Digits that may be missing from what the data allow.
const BELOW_CEILING: f64 = 0.1;
/// Digits of coefficients and standard errors: of every set but Filip, and of Filip.
const BAR: f64 = 13.0;
const BAR_FILIP: f64 = 7.4;

/// An answer to a certified number: of the program and of exact arithmetic.
struct Answer {
    quantity: String,
    kind: &'static str,
    got: f64,
    exact: f64,
    /// The size of the data, for numbers that are certified to be 0.
    scale: f64,
}

fn answer(quantity: &str, kind: &'static str, got: f64, exact: f64, scale: f64) -> Answer {
    Answer { quantity: quantity.to_owned(), kind, got, exact, scale }
}

/// The eleven sets of linear regression.
#[must_use]
pub fn linear() -> Section {
    let of = |(name, text): &(&'static str, &'static str)| {
        let set = read(name, text);
        let bar = if *name == "Filip" { BAR_FILIP } else { BAR };
        checks(&set, linear_answers(&set).unwrap_or_default(), bar)
    };
    Section::of("linear", sets::LINEAR.iter().flat_map(of).collect())
}

/// The sets of univariate statistics.
#[must_use]
pub fn univariate() -> Section {
    let of = |(name, text): &(&'static str, &'static str)| {
        let set = read(name, text);
        let values = set.column(0);
        let [centre, spread, neighbours] = exact::summary(&values);
        let answers = vec![
            answer("mean", "mean", mean(&values).unwrap_or(f64::NAN), centre, 1.0),
            answer("standard", "sd", standard_deviation(&values).unwrap_or(f64::NAN), spread, 1.0),
            answer(
                "autocorrelation",
                "autocorrelation",
                autocorrelation(&values).unwrap_or(f64::NAN),
                neighbours,
                1.0,
            ),
        ];
        checks(&set, answers, 0.0)
    };
    Section::of("univariate", sets::UNIVARIATE.iter().flat_map(of).collect())
}

/// The eleven sets of one-way analysis of variance.
#[must_use]
pub fn one_way() -> Section {
    let of = |(name, text): &(&'static str, &'static str)| {
        let set = read(name, text);
        checks(&set, one_way_answers(&set).unwrap_or_default(), 0.0)
    };
    Section::of("anova", sets::ANOVA.iter().flat_map(of).collect())
}

/// A check of each certified number; one without an answer has failed.
fn checks(set: &Set, answers: Vec<Answer>, bar: f64) -> Vec<Check> {
    let check = |certified: &crate::certify::strd::Certified| {
        let found = answers.iter().find(|answer| answer.quantity == certified.quantity);
        let (got, kind) = found.map_or((f64::NAN, "other"), |a| (a.got, a.kind));
        let reached = found.map_or(0.0, |a| digits(a.got, certified.value, a.scale));
        let ceiling = found.map_or(ALL, |a| digits(a.exact, certified.value, a.scale));
        let bar = if matches!(kind, "coefficients" | "errors") { bar } else { 0.0 };
        let bar = bar.max(ceiling - BELOW_CEILING);
        Check {
            name: set.name.to_owned(),
            kind,
            quantity: certified.quantity.clone(),
            got,
            want: Some(certified.value),
            digits: Some(reached),
            ceiling: Some(ceiling),
            bar: Some(bar),
            error: None,
            passed: reached >= bar,
        }
    };
    set.certified.iter().map(check).collect()
}

/// The columns of a set's design: x or its powers or several x, with or without a constant.
#[must_use]
pub fn design(set: &Set) -> (Vec<Vec<f64>>, bool) {
    let constant = !set.name.starts_with("NoInt");
    let n = set.rows.len();
    let mut columns = if constant { vec![vec![1.0; n]] } else { Vec::new() };
    let several = set.rows.first().map_or(0, Vec::len) - 1;
    if several > 1 {
        columns.extend((1..=several).map(|at| set.column(at)));
    } else {
        let x = set.column(1);
        let powers = set.coefficients() - usize::from(constant);
        for power in 1..=powers {
            let exponent = f64::from(u8::try_from(power).unwrap_or(u8::MAX));
            columns.push(x.iter().map(|&x| libm::pow(x, exponent)).collect());
        }
    }
    (columns, constant)
}

/// The fit of a set.
#[must_use]
pub fn fit(response: &[f64], columns: &[Vec<f64>]) -> Option<LinearFit> {
    let flat: Vec<f64> = columns.iter().flatten().copied().collect();
    let design = Array2::from_shape_vec((columns.len(), response.len()), flat).ok()?.reversed_axes();
    fit_linear(LinearModel { response, design: design.view(), weights: None }).ok()
}

#[expect(clippy::cast_precision_loss, reason = "degrees of freedom")]
fn linear_answers(set: &Set) -> Option<Vec<Answer>> {
    let response = set.column(0);
    let (columns, constant) = design(set);
    let fit = fit(&response, &columns)?;
    let errors = covariance(&fit, Covariance::Classical).ok()?;
    let exact = exact::least_squares(&response, &columns, constant)?;
    let mut answers = Vec::new();
    for (j, (b, e)) in exact.coefficients.iter().zip(&exact.errors).enumerate() {
        let name = format!("B{}", j + usize::from(!constant));
        let estimate = *fit.coefficients.get(j)?;
        answers.push(answer(&name, "coefficients", estimate, *b, 1.0));
        answers.push(answer(&format!("se {name}"), "errors", errors.std_error(j), *e, b.abs()));
    }
    let model_df = (columns.len() - usize::from(constant)) as f64;
    let residual_df = fit.df as f64;
    let total = fit.total_ss;
    let (got, want) = (fit.explained_ss, exact.regression_ss);
    let sd = (exact.residual_ss / residual_df).sqrt();
    let r_squared = exact.regression_ss / (exact.regression_ss + exact.residual_ss);
    let f = |regression: f64, residual: f64| (regression / model_df) / (residual / residual_df);
    answers.extend([
        answer("residual sd", "other", fit.sigma(), sd, total.sqrt()),
        answer("R squared", "other", fit.r_squared(), r_squared, 1.0),
        answer("between SS", "other", got, want, total),
        answer("between MS", "other", got / model_df, want / model_df, total),
        answer("F", "other", f(got, fit.residual_ss), f(want, exact.residual_ss), 1.0),
        answer("within SS", "other", fit.residual_ss, exact.residual_ss, total),
        answer("within MS", "other", fit.residual_ss / residual_df, exact.residual_ss / residual_df, total),
    ]);
    Some(answers)
}

#[expect(clippy::cast_precision_loss, reason = "degrees of freedom")]
fn one_way_answers(set: &Set) -> Option<Vec<Answer>> {
    let values = set.column(1);
    let mut numbers: Vec<f64> = set.column(0);
    numbers.sort_unstable_by(f64::total_cmp);
    numbers.dedup();
    let levels: Vec<usize> =
        set.column(0).iter().filter_map(|v| numbers.binary_search_by(|n| n.total_cmp(v)).ok()).collect();
    let table = anova(&values, &levels).ok()?;
    let [between, within, f] = exact::between_and_within(&values, &levels);
    let (df1, df2) = (table.between_df as f64, table.within_df as f64);
    Some(vec![
        answer("between SS", "between", table.between_ss, between, 1.0),
        answer("between MS", "between", table.between_ms(), between / df1, 1.0),
        answer("F", "F", table.f, f, 1.0),
        answer("within SS", "within", table.within_ss, within, 1.0),
        answer("within MS", "within", table.within_ms(), within / df2, 1.0),
        answer("R squared", "other", table.r_squared(), between / (between + within), 1.0),
        answer("residual sd", "other", table.within_ms().sqrt(), (within / df2).sqrt(), 1.0),
    ])
}

#[cfg(test)]
mod tests {
    use super::{linear, one_way, univariate};
    use crate::certify::certificate::Section;

    fn assert_held(section: &Section, numbers: usize) {
        let failed: Vec<_> = section.checks.iter().filter(|check| !check.passed).collect();
        assert!(failed.is_empty(), "{failed:#?}");
        assert!(section.checks.len() >= numbers, "{}", section.checks.len());
    }

    #[test]
    fn the_bars_of_nist_hold() {
        assert_held(&linear(), 150);
        assert_held(&univariate(), 27);
        assert_held(&one_way(), 77);
    }

    #[test]
    fn the_data_allow_what_was_measured_before() {
        // the lowest digits of the exact answer over the coefficients: what the rounding of the data leaves. Filip has 7.6 with
        // powers by repeated multiplication, 8.1 with each power rounded once
        let section = linear();
        for (name, want) in
            [("Norris", 14.1), ("Pontius", 13.5), ("Filip", 8.1), ("Longley", 14.6), ("Wampler2", 13.2)]
        {
            let of = section.checks.iter().filter(|c| c.name == name && c.kind == "coefficients");
            let lowest = of.filter_map(|c| c.ceiling).fold(f64::INFINITY, f64::min);
            assert!((lowest - want).abs() < 0.1, "{name}: {lowest}");
        }
    }
}
