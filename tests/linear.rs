//! Linear models against R, sandwich and clubSandwich on the panel of `tests/reference`, and on golden cases.
//!
//! `tests/reference/linear.json` is made by the script of the same name.

use std::collections::BTreeMap;

use ndarray::Array2;
use rsoko::stats::{
    self, Covariance, LinearFit, LinearModel, LinearTrouble, Resampling, WildOptions, WildWeights,
    covariance, fit_linear,
};
use serde_json::Value;

use crate::golden::{Case, Record, case};
use crate::reference::{numbers, panel};
use crate::support::assert_close;

fn answers() -> Value {
    serde_json::from_str(include_str!("reference/linear.json")).expect("a committed result is JSON")
}

/// The panel, or the part of it in the first municipalities.
struct Panel {
    share: Vec<f64>,
    design: Array2<f64>,
    pupils: Vec<f64>,
    ids: BTreeMap<&'static str, Vec<usize>>,
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole numbers of the panel")]
fn read(municipalities: usize) -> Panel {
    let all = panel();
    let rows: Vec<usize> =
        (0..all["low"].len()).filter(|&i| all["municipality"][i] < municipalities as f64 - 0.5).collect();
    let column = |name: &str| rows.iter().map(|&i| all[name][i]).collect::<Vec<f64>>();
    let id =
        |name: &str, from: f64| column(name).into_iter().map(|v| (v - from) as usize).collect::<Vec<_>>();
    let (municipality, year) = (id("municipality", 0.0), id("year", 2023.0));
    let both = municipality.iter().zip(&year).map(|(m, y)| 3 * m + y).collect();
    let names = ["poor", "educated", "distance"].map(column);
    Panel {
        share: column("low").iter().zip(column("pupils")).map(|(low, all)| 100.0 * low / all).collect(),
        design: Array2::from_shape_fn((rows.len(), 4), |(i, j)| if j == 0 { 1.0 } else { names[j - 1][i] }),
        pupils: column("pupils"),
        ids: BTreeMap::from([("municipality", municipality), ("both", both), ("school", id("school", 0.0))]),
    }
}

impl Panel {
    fn model(&self, weighted: bool) -> LinearModel<'_> {
        let weights = weighted.then_some(self.pupils.as_slice());
        LinearModel { response: &self.share, design: self.design.view(), weights }
    }
}

fn all_close(name: &str, got: &[f64], want: &[f64], tolerance: f64) {
    assert_eq!(got.len(), want.len(), "{name}");
    for (got, want) in got.iter().zip(want) {
        assert_close(name, *got, *want, tolerance);
    }
}

fn errors(fit: &LinearFit, kind: Covariance<'_>) -> Vec<f64> {
    let of = covariance(fit, kind).unwrap_or_else(|trouble| panic!("{kind:?}: {trouble:?}"));
    (0..fit.coefficients.len()).map(|j| of.std_error(j)).collect()
}

#[test]
fn every_covariance_as_in_r() {
    let (answers, panel) = (answers(), read(15));
    let (municipality, school, both) = (&panel.ids["municipality"], &panel.ids["school"], &panel.ids["both"]);
    for (tag, weighted) in [("ols", false), ("wls", true)] {
        let want = |name: &str| numbers(&answers, &format!("{tag}_{name}"));
        let fit = fit_linear(panel.model(weighted)).unwrap();
        all_close("coefficients", &fit.coefficients, &want("coef"), 1e-12);
        for (name, kind) in [
            ("classical", Covariance::Classical),
            ("HC0", Covariance::Hc0),
            ("HC1", Covariance::Hc1),
            ("HC2", Covariance::Hc2),
            ("HC3", Covariance::Hc3),
            ("CR0", Covariance::Cr0(municipality)),
            ("CR1", Covariance::Cr1(municipality)),
            ("two_way", Covariance::Cr1TwoWay(school, both)),
            ("CR2", Covariance::Cr2(municipality)),
            ("CR3", Covariance::Cr3(municipality)),
        ] {
            all_close(&format!("{tag} {name}"), &errors(&fit, kind), &want(name), 1e-11);
        }
        let reduced = covariance(&fit, Covariance::Cr2(municipality)).unwrap();
        all_close("degrees of freedom", &reduced.df, &want("CR2_df"), 1e-10);
        for (got, want) in reduced.covariance.iter().zip(want("CR2_covariance")) {
            assert!((got - want).abs() < 1e-11 * reduced.covariance[[0, 0]], "{got} {want}");
        }
        all_close("leverages", &fit.leverages, &want("leverage"), 1e-12);
        let distances: Vec<f64> = stats::cooks_distance(&fit).unwrap().into_iter().flatten().collect();
        all_close("Cook's distances", &distances, &want("cook"), 1e-11);
        all_close("log-likelihood", &[fit.log_likelihood()], &want("log_likelihood"), 1e-13);
        let vif: Vec<f64> =
            stats::variance_inflation(&fit, panel.design.view()).unwrap().into_iter().flatten().collect();
        all_close("variance inflation", &vif, &want("vif"), 1e-11);
        let groups = [vec![1], vec![2], vec![3]];
        let resampling = Resampling { draws: 20, seed: 1, level: 0.9 };
        let shares = stats::importance(panel.model(weighted), &groups, municipality, resampling).unwrap();
        let shares: Vec<f64> = shares.iter().map(|s| s.share).collect();
        all_close("LMG", &shares, &want("lmg"), 1e-11);
    }
}

#[test]
fn renumbered_clusters_and_rescaled_columns_change_nothing() {
    let panel = read(15);
    let fit = fit_linear(panel.model(true)).unwrap();
    let renumbered: Vec<usize> = panel.ids["municipality"].iter().map(|m| (m * 7 + 3) % 15 + 100).collect();
    let mut rescaled = panel.design.clone();
    rescaled.column_mut(1).mapv_inplace(|v| v * 1e7);
    let model = LinearModel { design: rescaled.view(), ..panel.model(true) };
    let moved = fit_linear(model).unwrap();
    for make in [Covariance::Cr1, Covariance::Cr2, Covariance::Cr3] {
        let one = covariance(&fit, make(&panel.ids["municipality"])).unwrap();
        let two = covariance(&moved, make(&renumbered)).unwrap();
        assert_close("degrees of freedom", two.df[1], one.df[1], 1e-12);
        assert_close("standard error", two.std_error(1) * 1e7, one.std_error(1), 1e-12);
        assert_close("standard error", two.std_error(2), one.std_error(2), 1e-12);
    }
}

#[test]
fn the_wild_bootstrap_is_that_of_refitting_with_all_weights() {
    let answers = answers();
    let nulls = numbers(&answers, "wild_nulls");
    for (name, kind, municipalities, draws) in
        [("rademacher", WildWeights::Rademacher, 8, 256), ("webb", WildWeights::Webb, 4, 1_296)]
    {
        let panel = read(municipalities);
        let clusters = &panel.ids["municipality"];
        let options = WildOptions { weights: kind, draws, seed: 1, level: 0.9 };
        for (tag, weighted) in [("ols", false), ("wls", true)] {
            let fit = fit_linear(panel.model(weighted)).unwrap();
            for column in 1..4 {
                let want = numbers(&answers, &format!("{name}_{tag}_{column}"));
                let test = |null| stats::wild_bootstrap(&fit, clusters, column, null, options).unwrap();
                for (&null, &want) in nulls.iter().zip(&want) {
                    let got = test(null);
                    assert!(got.exact && got.draws == draws);
                    assert_close(&format!("{name} {tag} {column}, H0 {null}"), got.p, want, 1e-13);
                    // the interval holds what is not rejected
                    if got.low < null && null < got.high {
                        assert!(got.p > 0.1, "{got:?}");
                    }
                }
                let got = test(0.0);
                for (end, inward) in [(got.low, 1e-6), (got.high, -1e-6)] {
                    let width = got.high - got.low;
                    assert!(test(end - inward * width).p <= 0.1, "outside");
                    assert!(test(end + inward * width).p > 0.1, "inside");
                }
            }
        }
    }
}

#[test]
fn drawn_weights_come_near_all_weights() {
    let panel = read(8);
    let fit = fit_linear(panel.model(false)).unwrap();
    let options = WildOptions { weights: WildWeights::Rademacher, draws: 256, seed: 1, level: 0.9 };
    let p = |draws, seed, null| {
        let options = WildOptions { draws, seed, ..options };
        stats::wild_bootstrap(&fit, &panel.ids["municipality"], 3, null, options).unwrap()
    };
    let exact = p(256, 0, 1.5).p;
    // 255 draws are not all: they are drawn; five Monte-Carlo errors of the mean of 200 such p
    let drawn: Vec<f64> = (0..200).map(|seed| p(255, seed, 1.5).p).collect();
    assert!(!p(255, 1, 1.5).exact);
    let bound = 5.0 * (exact * (1.0 - exact) / (255.0 * 200.0)).sqrt() + 1.0 / 256.0;
    assert!((stats::mean(&drawn).unwrap() - exact).abs() < bound);
    assert_eq!(p(255, 7, 1.5), p(255, 7, 1.5));
    assert_ne!(p(255, 7, 1.5), p(255, 8, 1.5));
}

#[test]
fn too_few_clusters_are_refused() {
    let panel = read(4);
    let fit = fit_linear(panel.model(false)).unwrap();
    let clusters = &panel.ids["municipality"];
    let refused = |kind| covariance(&fit, kind).unwrap_err();
    let few = LinearTrouble::TooFewClusters { clusters: 4, needed: 5 };
    assert_eq!(refused(Covariance::Cr1(clusters)), few);
    let one = vec![0; panel.share.len()];
    for kind in [Covariance::Cr0(&one), Covariance::Cr2(&one), Covariance::Cr3(&one)] {
        assert_eq!(refused(kind), LinearTrouble::TooFewClusters { clusters: 1, needed: 2 });
    }
    // 16 combinations of signs cannot reject at 5 %: 2/16
    let options = WildOptions { weights: WildWeights::Rademacher, draws: 999, seed: 1, level: 0.95 };
    let wild = stats::wild_bootstrap(&fit, clusters, 1, 0.0, options).unwrap_err();
    assert_eq!(wild, LinearTrouble::TooFewClusters { clusters: 4, needed: 6 });
    let reduced = covariance(&fit, Covariance::Cr2(clusters)).unwrap();
    assert!(reduced.cautions.iter().any(|c| c.key() == "linear-low-freedom"), "{:?}", reduced.cautions);
}

// golden cases

fn value(row: &Record, name: &str) -> Option<f64> {
    let field = |name: &str| row.get(name).and_then(|text| text.parse::<f64>().ok());
    let yes = |condition: bool| Some(f64::from(u8::from(condition)));
    let product = |a: &str, b: &str| Some(value(row, a)? * value(row, b)?);
    match name {
        "stratio" => Some(field("students")? / field("teachers")?),
        "score" => Some((field("read")? + field("math")?) / 2.0),
        "income2" => Some(field("income")? * field("income")?),
        "log_income" => Some(libm::log(field("income")?)),
        "inc" => Some(field("Income")? / 10_000.0),
        "inc2" => product("inc", "inc"),
        "minority" => yes(row["minrty"] == "Yes"),
        "female" => yes(row["sx"] == "Female"),
        "catholic" => yes(row["sector"] == "Catholic"),
        "cses_x_catholic" => product("cses", "catholic"),
        "girl" => yes(row["sex"] == "1"),
        "minor" => yes(row["Minority"] == "Y"),
        _ => field(name),
    }
}

/// A column of the case's model: a covariate, or a level of a categorical one.
fn terms(model: &Value) -> Vec<String> {
    let covariates = model["covariates"].as_array().expect("covariates");
    covariates
        .iter()
        .flat_map(|covariate| match covariate.as_str() {
            Some(name) => vec![name.to_owned()],
            None => {
                let name = covariate["categorical"].as_str().expect("a name");
                let dummies = covariate["dummies"].as_array().expect("levels");
                dummies.iter().map(|level| format!("{name}={}", level.as_str().expect("a level"))).collect()
            }
        })
        .collect()
}

fn term(row: &Record, name: &str) -> Option<f64> {
    match name.split_once('=') {
        Some((column, level)) => Some(f64::from(u8::from(row[column] == level))),
        None if name == "(Intercept)" => Some(1.0),
        None => value(row, name),
    }
}

fn numbered(rows: &[&Record], column: &str) -> Vec<usize> {
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    rows.iter()
        .map(|row| {
            let next = numbers.len();
            *numbers.entry(row[column].as_str()).or_insert(next)
        })
        .collect()
}

/// A golden case as a model.
struct Golden<'a> {
    names: Vec<String>,
    response: Vec<f64>,
    design: Array2<f64>,
    weights: Option<Vec<f64>>,
    clusters: Option<Vec<usize>>,
    rows: Vec<&'a Record>,
}

impl<'a> Golden<'a> {
    fn new(case: &'a Case, intercept: bool) -> Self {
        let model = &case.model;
        let mut names = if intercept { vec!["(Intercept)".to_owned()] } else { Vec::new() };
        names.extend(terms(model));
        let outcome = model["outcome"].as_str().expect("an outcome");
        let complete =
            |row: &&Record| value(row, outcome).is_some() && names.iter().all(|n| term(row, n).is_some());
        let rows: Vec<&Record> = case.rows.iter().filter(complete).collect();
        let column =
            |name: &str| rows.iter().map(|row| value(row, name).expect("complete")).collect::<Vec<_>>();
        Self {
            response: column(outcome),
            design: Array2::from_shape_fn((rows.len(), names.len()), |(i, j)| {
                term(rows[i], &names[j]).unwrap()
            }),
            weights: model["weights"].as_str().map(column),
            clusters: model["cluster"].as_str().map(|name| numbered(&rows, name)),
            names,
            rows,
        }
    }

    fn model(&self) -> LinearModel<'_> {
        let weights = self.weights.as_deref();
        LinearModel { response: &self.response, design: self.design.view(), weights }
    }
}

/// Far in the tail a digit of t is several of p: there its logarithm is compared.
fn assert_p(name: &str, got: f64, want: f64) {
    if want > 1e-12 {
        assert_close(name, got, want, 1e-9);
    } else if want > 0.0 {
        assert_close(name, libm::log(got), libm::log(want), 1e-9);
    } else {
        assert!(got < 1e-300, "{name}: {got}");
    }
}

fn check_terms(case: &Case, names: &[String], fit: &LinearFit, kind: Covariance<'_>, key: &str, of: &str) {
    let all = stats::terms(fit, &covariance(fit, kind).unwrap(), 0.95).unwrap();
    for (term, name) in all.iter().zip(names) {
        assert_close(&format!("{key} {name}"), term.se, case.number(&["se", key, name]), 1e-9);
        if !case.golden["t"][key].is_null() {
            assert_close(&format!("{key} t {name}"), term.statistic, case.number(&["t", key, name]), 1e-9);
        }
        let long = format!("{key} ({of})");
        if !case.golden["p"][&long].is_null() {
            assert_p(&format!("{key} p {name}"), term.p, case.number(&["p", &long, name]));
        }
        if let Some(ends) = case.golden["ci95"][&long][name].as_array() {
            assert_close("low", term.low, ends[0].as_f64().unwrap(), 1e-9);
            assert_close("high", term.high, ends[1].as_f64().unwrap(), 1e-9);
        }
    }
}

fn check_wald(case: &Case, fit: &LinearFit, kind: Covariance<'_>, key: &str) {
    let slopes: Vec<usize> = (1..fit.coefficients.len()).collect();
    let got = stats::wald(fit, &covariance(fit, kind).unwrap(), &slopes).unwrap();
    assert_close(key, got.f, case.number(&[key, "F"]), 1e-9);
    assert_close(key, got.df2, case.number(&[key, "df2"]), 1e-15);
    assert_p(key, got.p, case.number(&[key, "p"]));
}

fn check_linear(id: &str) {
    let Some(case) = case(id) else { return };
    let golden = Golden::new(&case, true);
    let fit = fit_linear(golden.model()).expect("the case has a fit");
    for (got, name) in fit.coefficients.iter().zip(&golden.names) {
        assert_close(name, *got, case.number(&["coef", name]), 1e-9);
    }
    for (key, kind) in [
        ("classical", Covariance::Classical),
        ("HC0", Covariance::Hc0),
        ("HC1", Covariance::Hc1),
        ("HC2", Covariance::Hc2),
        ("HC3", Covariance::Hc3),
    ] {
        check_terms(&case, &golden.names, &fit, kind, key, "t, n-k");
    }
    check_wald(&case, &fit, Covariance::Hc1, "wald_all_slopes_HC1");
    let slopes: Vec<usize> = (1..golden.names.len()).collect();
    let f = stats::wald(&fit, &covariance(&fit, Covariance::Classical).unwrap(), &slopes).unwrap();
    assert_close("F", f.f, case.number(&["F", "value"]), 1e-9);
    assert_p("p of F", f.p, case.number(&["F", "p"]));
    for (key, got) in [
        ("rss", fit.residual_ss),
        ("sigma", fit.sigma()),
        ("r_squared", fit.r_squared()),
        ("adj_r_squared", fit.r_squared_adjusted()),
        ("loglik", fit.log_likelihood()),
        ("leverage_max", fit.leverages.iter().copied().fold(0.0, f64::max)),
    ] {
        assert_close(key, got, case.number(&[key]), 1e-9);
    }
    let Some(clusters) = &golden.clusters else { return };
    check_terms(&case, &golden.names, &fit, Covariance::Cr0(clusters), "CR0", "");
    check_terms(&case, &golden.names, &fit, Covariance::Cr1(clusters), "CR1", "t, G-1");
    check_wald(&case, &fit, Covariance::Cr1(clusters), "wald_all_slopes_CR1");
    let reduced = covariance(&fit, Covariance::Cr2(clusters)).unwrap();
    let all = stats::terms(&fit, &reduced, 0.95).unwrap();
    for (term, name) in all.iter().zip(&golden.names) {
        assert_close(name, term.se, case.number(&["CR2", "se", name]), 1e-9);
        assert_close(name, term.df, case.number(&["CR2", "df", name]), 1e-9);
        assert_p(name, term.p, case.number(&["CR2", "p", name]));
    }
}

#[test]
fn golden_least_squares() {
    for id in ["lm_bdf_1", "lm_caschools_1", "lm_caschools_2", "lm_caschools_3", "lm_hsb82_1", "lm_meap93_1"]
    {
        check_linear(id);
    }
    check_linear("lm_meap93_2");
    check_linear("lm_publicschools_1");
}

#[test]
fn golden_weighted_least_squares() {
    check_linear("wls_caschools_4");
    check_linear("wls_mathpnl_1");
}

#[test]
fn golden_fixed_effects() {
    for id in ["fe_caschools_county", "fe_hsb82_1", "fe_mathpnl_1way", "fe_mathpnl_2way", "fe_mathpnl_wls"] {
        let Some(case) = case(id) else { return };
        let golden = Golden::new(&case, false);
        let effects: Vec<Vec<usize>> = case.model["fixed_effects"]
            .as_array()
            .expect("effects")
            .iter()
            .map(|name| numbered(&golden.rows, name.as_str().expect("a name")))
            .collect();
        let effects: Vec<&[usize]> = effects.iter().map(Vec::as_slice).collect();
        let fit = stats::absorb(golden.model(), &effects).expect("the case has a fit");
        let clusters = golden.clusters.as_deref().expect("clusters");
        for (key, kind) in [
            ("classical (k counts all fixed effects)", Covariance::Classical),
            ("HC1 (n/(n-k), k counts all fixed effects)", Covariance::Hc1),
            ("CR0 (no small-sample factor)", Covariance::Cr0(clusters)),
            ("CR1 fixest default (fixed effects nested in clusters not counted)", Covariance::Cr1(clusters)),
        ] {
            for (j, name) in golden.names.iter().enumerate() {
                assert_close(name, fit.coefficients[j], case.number(&["coef", name]), 1e-9);
                let got = errors(&fit, kind)[j];
                assert_close(&format!("{id} {key} {name}"), got, case.number(&["se", key, name]), 1e-9);
            }
        }
        assert_close("rss", fit.residual_ss, case.number(&["rss"]), 1e-9);
        assert_close("R2 within", fit.r_squared(), case.number(&["r2_within"]), 1e-9);
    }
}

#[test]
fn a_collinear_column_is_named_and_not_estimated() {
    let Some(case) = case("trap_collinear_caschools") else { return };
    let golden = Golden::new(&case, true);
    let trouble = fit_linear(golden.model()).map(|fit| fit.coefficients).unwrap_err();
    let named = trouble.args(&golden.names, &[]);
    assert_eq!(trouble.key(), "linear-singular");
    let wanted = [("column", "grades=KK-08"), ("with", "(Intercept), grades=KK-06")];
    assert_eq!(named, wanted.map(|(name, value)| (name, value.to_owned())));
}
