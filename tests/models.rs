//! Generalised linear and mixed models, tests of ranks and tables, formulas: against R, lme4, lmerTest, sandwich, clubSandwich,
//! statsmodels and SciPy on the committed panel, and against simulated truth.

use std::collections::BTreeMap;

use ndarray::Array2;
use rsoko::stats::formula::{Column, Columns, ModelFrame, Outcome, model_frame, parse_formula};
use rsoko::stats::{self, Counts, KappaWeights, Likelihood, MixedData, Response, Rng};
use serde_json::Value;

use crate::support::assert_close;

fn r() -> Value {
    serde_json::from_str(include_str!("reference/models.json")).expect("a committed result is JSON")
}

fn python() -> Value {
    serde_json::from_str(include_str!("reference/agreement.json")).expect("a committed result is JSON")
}

fn list(answers: &Value, name: &str) -> Vec<f64> {
    let list = answers[name].as_array().unwrap_or_else(|| panic!("{name} is a list"));
    list.iter().map(|v| v.as_f64().unwrap_or_else(|| panic!("{name} holds numbers"))).collect()
}

fn number(answers: &Value, name: &str) -> f64 {
    answers[name].as_f64().unwrap_or_else(|| panic!("{name} is a number"))
}

fn all_close(name: &str, got: &[f64], want: &[f64], tolerance: f64) {
    assert_eq!(got.len(), want.len(), "{name}");
    for (at, (got, want)) in got.iter().zip(want).enumerate() {
        assert_close(&format!("{name} {at}"), *got, *want, tolerance);
    }
}

/// The panel with the columns that the R script adds.
fn panel() -> Columns {
    let mut reader = csv::Reader::from_reader(include_str!("reference/panel.csv").as_bytes());
    let header = reader.headers().expect("a header").clone();
    let mut columns: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for record in reader.records() {
        for (name, value) in header.iter().zip(&record.expect("a row")) {
            columns.entry(name.to_owned()).or_default().push(value.parse().expect("a number"));
        }
    }
    let kinds = ["city", "town", "village"];
    let kind: Vec<Option<&str>> = columns["type"].iter().map(|t| Some(kinds[*t as usize - 1])).collect();
    let mut panel = Columns::default();
    let share: Vec<f64> = columns["low"].iter().zip(&columns["pupils"]).map(|(s, n)| s / n).collect();
    panel.push("kind", Column::words(kind));
    panel.push("share", Column::Numbers(share));
    panel.push("score", Column::Numbers(list(&r(), "score")));
    for (name, values) in columns {
        panel.push(name, Column::Numbers(values));
    }
    panel
}

fn frame(text: &str) -> ModelFrame {
    model_frame(&parse_formula(text).expect("a formula"), &panel(), &[]).expect("a frame")
}

fn numbers(name: &str) -> Vec<f64> {
    let Outcome::Numbers { values, .. } = frame(&format!("{name} ~ 1")).outcome else { panic!("numbers") };
    values
}

fn whole(values: &[f64]) -> Vec<u64> {
    values.iter().map(|v| v.round() as u64).collect()
}

fn diagonal(matrix: &Array2<f64>) -> Vec<f64> {
    matrix.diag().iter().map(|v| v.sqrt()).collect()
}

#[test]
fn events_counts_and_shares_agree_with_r() {
    let r = r();
    let (low, pupils, share) = (numbers("low"), numbers("pupils"), numbers("share"));
    let offset: Vec<f64> = pupils.iter().map(|n| libm::log(*n)).collect();
    let (successes, trials) = (whole(&low), whole(&pupils));
    let cases = [
        (
            "poisson",
            "low ~ poor + educated + factor(year)",
            Response::Events { events: &low, weights: None, offset: Some(&offset) },
        ),
        ("counts", "low ~ poor * kind", Response::Counts(Counts { successes: &successes, trials: &trials })),
        ("shares", "low ~ poor + educated", Response::Shares { shares: &share, weights: None }),
    ];
    let clusters: Vec<usize> = whole(&numbers("municipality")).iter().map(|m| *m as usize).collect();
    for (name, formula, response) in cases {
        let (frame, want) = (frame(formula), &r[name]);
        let terms: Vec<&str> =
            want["terms"].as_array().unwrap().iter().map(|t| t.as_str().unwrap()).collect();
        assert_eq!(frame.names, terms);
        let fit = stats::fit_glm(response, frame.design.view()).expect("a fit");
        all_close(name, &fit.coefficients, &list(want, "coefficients"), 1e-10);
        all_close(name, &diagonal(&fit.bread), &list(want, "classical"), 1e-10);
        assert_close(name, fit.deviance, number(want, "deviance"), 1e-11);
        assert_close(name, fit.null_deviance, number(want, "null_deviance"), 1e-11);
        assert_close(name, fit.dispersion, number(want, "dispersion"), 1e-10);
        match fit.log_likelihood {
            Some(value) => assert_close(name, value, number(want, "log_lik"), 1e-11),
            None => assert!(want["log_lik"].is_null()),
        }
        let offset = matches!(response, Response::Events { .. }).then_some(offset.as_slice());
        let working = stats::working_fit(&fit, frame.design.view(), offset).expect("a working fit");
        let cr1 = stats::covariance(&working, stats::Covariance::Cr1(&clusters)).expect("clusters");
        all_close(name, &diagonal(&cr1.covariance), &list(want, "cr1"), 1e-10);
    }
}

#[test]
fn williams_correlation_agrees_with_a_search_in_r() {
    let (r, frame) = (r(), frame("low ~ poor + educated"));
    let (low, pupils) = (whole(&numbers("low")), whole(&numbers("pupils")));
    let counts = Counts { successes: &low, trials: &pupils };
    let fit = stats::fit_williams(counts, frame.design.view()).expect("a fit");
    assert_close("correlation", fit.correlation, number(&r, "williams_correlation"), 1e-9);
    all_close("coefficients", &fit.fit.coefficients, &list(&r, "williams_coefficients"), 1e-9);
    all_close("errors", &diagonal(&fit.fit.bread), &list(&r, "williams_se"), 1e-9);
}

#[test]
fn random_intercepts_agree_with_lme4_and_lmertest() {
    let r = r();
    let frame = frame("score ~ poor + educated + factor(year) + (1 | school)");
    let Outcome::Numbers { values: score, .. } = &frame.outcome else { panic!("numbers") };
    let groups = &frame.random.as_ref().expect("groups").codes;
    let pupils = numbers("pupils");
    for (name, likelihood, weights) in [
        ("reml", Likelihood::Restricted, None),
        ("ml", Likelihood::Full, None),
        ("reml_weighted", Likelihood::Restricted, Some(pupils.as_slice())),
    ] {
        let data = MixedData { response: score, design: frame.design.view(), groups, weights };
        let (fit, want) = (stats::fit_mixed(data, likelihood, 0.95).expect("a fit"), &r[name]);
        // lme4 stops five to eight digits from the optimum; the log-likelihood is flat there
        assert_close(name, fit.log_likelihood, number(want, "log_lik"), 1e-10);
        assert_close(name, fit.between, number(want, "between"), 1e-5);
        assert_close(name, fit.within, number(want, "within"), 1e-5);
        all_close(name, &fit.coefficients, &list(want, "coefficients"), 1e-5);
        all_close(name, &diagonal(&fit.covariance), &list(want, "se"), 1e-5);
        let effects: Vec<f64> = fit.groups.iter().map(|g| g.effect).collect();
        all_close(name, &effects, &list(want, "effects"), 1e-4);
        let errors: Vec<f64> = fit.groups.iter().map(|g| g.conditional_se).collect();
        all_close(name, &errors, &list(want, "conditional_se"), 1e-5);
        // lmerTest differentiates numerically
        all_close(name, &fit.df, &list(want, "df"), 1e-3);
    }
    let data = MixedData { response: score, design: frame.design.view(), groups, weights: None };
    let ml = stats::fit_mixed(data, Likelihood::Full, 0.95).expect("a fit");
    let want = list(&r, "profile_ml");
    // lme4 interpolates its profiles of the standard deviations
    let got =
        [ml.between_interval.low, ml.between_interval.high, ml.within_interval.low, ml.within_interval.high];
    all_close("profile", &got.map(f64::sqrt), &want, 1e-3);
}

#[test]
fn design_matrices_agree_with_r() {
    let (r, frame) = (r(), frame("score ~ poor * kind + I(poor^2) + factor(year):educated - 1"));
    let names: Vec<&str> =
        r["design_names"].as_array().unwrap().iter().map(|t| t.as_str().unwrap()).collect();
    assert_eq!(frame.names, names);
    let sums: Vec<f64> = frame.design.columns().into_iter().map(|c| stats::sum(&c.to_vec())).collect();
    all_close("sums", &sums, &list(&r, "design_sums"), 1e-13);
    all_close("row", &frame.design.row(76).to_vec(), &list(&r, "design_row"), 1e-14);
}

#[test]
fn correlations_of_ranks_agree_with_r_and_scipy() {
    let (r, python) = (r(), python());
    let (x, y) = (list(&r, "rank_x"), list(&r, "rank_y"));
    let (rho, tau) = (stats::spearman(&x, &y).unwrap(), stats::kendall(&x, &y).unwrap());
    assert_close("rho", rho.coefficient, number(&r, "spearman"), 1e-14);
    // R prints the exact p of rho to about nine digits
    assert_close("exact p of rho", rho.p_exact.unwrap(), number(&r, "spearman_exact"), 1e-9);
    assert_close("tau", tau.coefficient, number(&r, "kendall"), 1e-14);
    assert_close("exact p of tau", tau.p_exact.unwrap(), number(&r, "kendall_exact"), 1e-12);
    let (low, kind) = (numbers("low"), numbers("type"));
    let tied = stats::kendall(&low, &kind).unwrap();
    assert_close("tau with ties", tied.coefficient, number(&r, "kendall_tied"), 1e-13);
    assert_close("its p", tied.p, number(&r, "kendall_tied_p"), 1e-11);
    all_close("SciPy", &[tied.coefficient, tied.p], &list(&python, "kendall"), 1e-11);
    assert!(tied.p_exact.is_none());
    let rho = stats::spearman(&low, &kind).unwrap();
    all_close("SciPy", &[rho.coefficient, rho.p], &list(&python, "spearman"), 1e-11);
    let every = |name: &str, step: usize| numbers(name).into_iter().step_by(step).collect::<Vec<f64>>();
    let long = stats::kendall(&every("poor", 5), &every("distance", 5)).unwrap();
    assert_close("36 pairs", long.p_exact.unwrap(), number(&r, "kendall_long"), 1e-11);
    let exact = stats::kendall(&every("poor", 9), &every("educated", 9)).unwrap();
    all_close(
        "20 pairs",
        &[exact.coefficient, exact.p_exact.unwrap()],
        &list(&python, "kendall_exact"),
        1e-12,
    );
}

#[test]
fn several_tests_shares_and_bootstrap_intervals_agree_with_r() {
    let r = r();
    let p: Vec<Option<f64>> = list(&r, "bh_p").into_iter().map(Some).collect();
    let adjusted: Vec<f64> = stats::benjamini_hochberg(&p).into_iter().flatten().collect();
    all_close("BH", &adjusted, &list(&r, "bh"), 1e-14);
    let (x, n) = (whole(&list(&r, "clopper_x")), whole(&list(&r, "clopper_n")));
    let ends: Vec<f64> = x
        .iter()
        .zip(&n)
        .map(|(x, n)| stats::clopper_pearson(*x, *n, 0.95).unwrap())
        .flat_map(|interval| [interval.low, interval.high])
        .collect();
    all_close("Clopper–Pearson", &ends, &list(&r, "clopper"), 1e-11);
    let made = stats::Resampled { estimate: 0.9, sorted: list(&r, "replicates"), failed: 0 };
    // R is given the influence of each unit, minus which is what the jackknife moves by
    let jackknife: Vec<f64> = list(&r, "influence").iter().map(|l| -l).collect();
    let (bca, percentile) = (made.bca(0.95, &jackknife).unwrap(), made.percentile(0.9).unwrap());
    all_close("BCa", &[bca.low, bca.high], &list(&r, "bca"), 1e-11);
    all_close("percentile", &[percentile.low, percentile.high], &list(&r, "percentile"), 1e-12);
}

#[test]
fn kappa_agrees_with_statsmodels() {
    let python = python();
    let marks: Vec<Vec<u64>> = serde_json::from_value(python["marks"].clone()).expect("a table");
    for (name, weights) in [
        ("kappa", KappaWeights::None),
        ("kappa_linear", KappaWeights::Linear),
        ("kappa_quadratic", KappaWeights::Quadratic),
    ] {
        let got = stats::weighted_kappa(&marks, weights, 0.95).unwrap();
        all_close(name, &[got.kappa, got.std_error, got.std_error_null], &list(&python, name), 1e-12);
    }
}

#[test]
fn tables_of_pairs_and_strata_agree_with_statsmodels() {
    let python = python();
    let marks: Vec<Vec<u64>> = serde_json::from_value(python["marks"].clone()).expect("a table");
    let test = stats::stuart_maxwell(&marks).unwrap();
    all_close("Stuart–Maxwell", &[test.chi_square, test.p], &list(&python, "stuart_maxwell"), 1e-11);
    let pairs: Vec<[u64; 2]> = serde_json::from_value(python["mcnemar_pairs"].clone()).expect("pairs");
    let want: Vec<[f64; 2]> = serde_json::from_value(python["mcnemar"].clone()).expect("p values");
    for ([b, c], want) in pairs.into_iter().zip(want) {
        let test = stats::mcnemar(b, c).unwrap();
        all_close("McNemar", &[test.p_exact, test.p_corrected], &want, 1e-11);
    }
    let strata: Vec<[[u64; 2]; 2]> = serde_json::from_value(python["strata"].clone()).expect("tables");
    let strata: Vec<stats::FourFold> =
        strata.into_iter().map(|[[a, b], [c, d]]| stats::FourFold { a, b, c, d }).collect();
    let test = stats::mantel_haenszel(&strata, 0.95).unwrap();
    all_close("CMH", &[test.chi_square_corrected, test.p_corrected], &list(&python, "cmh_corrected"), 1e-11);
    let interval = test.odds_ratio_interval;
    all_close(
        "odds ratio",
        &[test.odds_ratio, interval.low, interval.high],
        &list(&python, "odds_ratio"),
        1e-11,
    );
    let (chi_square, df, p) = test.breslow_day.unwrap();
    assert_eq!(df, 2);
    all_close("Breslow–Day", &[chi_square, p], &list(&python, "breslow_day_tarone"), 1e-10);
}

/// How often the 95 % intervals of a random-intercept model cover: a slope inside schools, one of schools, τ².
fn mixed_coverage(schools: usize, replications: u64) -> [f64; 3] {
    let mut covered = [0_u32; 3];
    for part in 0..replications {
        let mut rng = Rng::part(77, part);
        let sizes: Vec<usize> = (0..schools).map(|_| 3 + rng.below(12) as usize).collect();
        let groups: Vec<usize> = (0..schools).flat_map(|g| std::iter::repeat_n(g, sizes[g])).collect();
        let context: Vec<f64> = (0..schools).map(|_| rng.normal()).collect();
        let shift: Vec<f64> = (0..schools).map(|_| 0.6 * rng.normal()).collect();
        let own: Vec<f64> = groups.iter().map(|g| 0.5 * context[*g] + rng.normal()).collect();
        let y: Vec<f64> = groups
            .iter()
            .zip(&own)
            .map(|(g, x)| 0.4 * x + 0.3 * context[*g] + shift[*g] + rng.normal())
            .collect();
        let design = Array2::from_shape_fn((y.len(), 3), |(i, j)| [1.0, own[i], context[groups[i]]][j]);
        let data = MixedData { response: &y, design: design.view(), groups: &groups, weights: None };
        let fit = stats::fit_mixed(data, Likelihood::Restricted, 0.95).expect("a fit");
        for (slot, (at, truth)) in [(1, 0.4), (2, 0.3)].into_iter().enumerate() {
            let half = stats::student_quantile(0.975, fit.df[at]).unwrap() * fit.covariance[[at, at]].sqrt();
            covered[slot] += u32::from((fit.coefficients[at] - truth).abs() <= half);
        }
        covered[2] += u32::from(fit.between_interval.low <= 0.36 && 0.36 <= fit.between_interval.high);
    }
    covered.map(|hits| f64::from(hits) / replications as f64)
}

#[test]
fn intervals_of_random_intercept_models_cover_as_they_say() {
    let replications = 400;
    let coverage = mixed_coverage(20, replications);
    println!("random intercept, 20 schools, nominal 0.95: inside, between, variance {coverage:?}");
    // four Monte Carlo standard errors
    let slack = 4.0 * (0.95_f64 * 0.05 / replications as f64).sqrt();
    for share in coverage {
        assert!((share - 0.95).abs() < slack, "{coverage:?}");
    }
}

#[test]
fn shrunken_effects_are_as_near_the_truth_as_their_errors_say() {
    let mut rng = Rng::new(5);
    let (schools, size) = (300, 8);
    let groups: Vec<usize> = (0..schools * size).map(|i| i / size).collect();
    let shift: Vec<f64> = (0..schools).map(|_| 0.5 * rng.normal()).collect();
    let y: Vec<f64> = groups.iter().map(|g| 2.0 + shift[*g] + rng.normal()).collect();
    let ones = Array2::ones((y.len(), 1));
    let data = MixedData { response: &y, design: ones.view(), groups: &groups, weights: None };
    let fit = stats::fit_mixed(data, Likelihood::Restricted, 0.95).expect("a fit");
    let squares: Vec<f64> = fit
        .groups
        .iter()
        .zip(&shift)
        .map(|(g, truth)| ((g.effect - truth) / g.comparative_se) * ((g.effect - truth) / g.comparative_se))
        .collect();
    let mean = stats::mean(&squares).unwrap();
    // a mean of 300 squares of standard normal numbers has the standard error √(2/300)
    assert!((mean - 1.0).abs() < 4.0 * (2.0_f64 / 300.0).sqrt(), "{mean}");
}

#[test]
fn a_region_of_pupils_takes_seconds_at_most() {
    let mut rng = Rng::new(6);
    let (schools, pupils) = (1_500, 100_000);
    let groups: Vec<usize> = (0..pupils).map(|i| i % schools).collect();
    let shift: Vec<f64> = (0..schools).map(|_| 5.0 * rng.normal()).collect();
    let design = Array2::from_shape_fn((pupils, 6), |(_, j)| if j == 0 { 1.0 } else { rng.normal() });
    let y: Vec<f64> = groups
        .iter()
        .enumerate()
        .map(|(i, g)| 50.0 + 3.0 * design[[i, 1]] + shift[*g] + 10.0 * rng.normal())
        .collect();
    let data = MixedData { response: &y, design: design.view(), groups: &groups, weights: None };
    let fit = stats::fit_mixed(data, Likelihood::Restricted, 0.95).expect("a fit");
    assert!((fit.between - 25.0).abs() < 5.0 && (fit.within - 100.0).abs() < 3.0);
    assert!((fit.coefficients[1] - 3.0).abs() < 0.2);
    assert!((stats::mean(&fit.groups.iter().map(|g| g.effect).collect::<Vec<_>>()).unwrap()).abs() < 0.1);
}

/// The coverage of the Clopper–Pearson interval, summed exactly.
#[test]
fn clopper_pearson_covers_at_least_as_often_as_it_says() {
    for n in [8_u32, 25, 60] {
        for step in 1..100 {
            let p = f64::from(step) / 100.0;
            let covers = |x: &u32| {
                let interval = stats::clopper_pearson(u64::from(*x), u64::from(n), 0.95).unwrap();
                interval.low <= p && p <= interval.high
            };
            let ln = |x: u32| libm::lgamma(f64::from(x) + 1.0);
            let chance = |x: u32| {
                let (yes, no) = (f64::from(x) * libm::log(p), f64::from(n - x) * libm::log1p(-p));
                libm::exp(ln(n) - ln(x) - ln(n - x) + yes + no)
            };
            let coverage: f64 = (0..=n).filter(covers).map(chance).sum();
            assert!(coverage > 0.95 - 1e-12, "{n} {p}: {coverage}");
        }
    }
}
