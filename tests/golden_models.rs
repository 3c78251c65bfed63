//! Mixed models, shares, tests of ranks and tables on real data about schools and pupils. Skipped where the cases are absent.

use std::collections::BTreeMap;

use rsoko::stats::formula::{Column, Columns, ModelFrame, Outcome, model_frame, parse_formula};
use rsoko::stats::{self, Covariance, FourFold, Likelihood, MixedData, Response};

use crate::golden::{Case, Record, case};
use crate::support::assert_close;

/// A column made from a row.
type Derived = (&'static str, fn(&Record) -> f64);

/// The data of a case: columns of numbers where every value is one.
fn columns(case: &Case, derived: &[Derived]) -> Columns {
    let mut columns = Columns::default();
    for (name, make) in derived {
        columns.push(*name, Column::Numbers(case.rows.iter().map(make).collect()));
    }
    for name in case.rows[0].keys() {
        let texts: Vec<&str> = case.rows.iter().map(|row| row[name].as_str()).collect();
        let numbers: Vec<f64> = texts.iter().map(|t| t.parse().unwrap_or(f64::NAN)).collect();
        let is_numeric = texts.iter().zip(&numbers).all(|(text, number)| text.is_empty() || !number.is_nan());
        let words = texts.iter().map(|text| (!text.is_empty()).then_some(*text));
        columns.push(name.as_str(), if is_numeric { Column::Numbers(numbers) } else { Column::words(words) });
    }
    columns
}

fn frame(columns: &Columns, formula: &str) -> ModelFrame {
    model_frame(&parse_formula(formula).expect("a formula"), columns, &[]).expect("a frame")
}

fn response(frame: &ModelFrame) -> &[f64] {
    let Outcome::Numbers { values, .. } = &frame.outcome else { panic!("numbers") };
    values
}

fn yes(condition: bool) -> f64 {
    f64::from(u8::from(condition))
}

/// The golden name of a term: `factor(year)1993` is `year=1993` there.
fn golden_name(term: &str) -> String {
    term.strip_prefix("factor(").map_or_else(|| term.to_owned(), |rest| rest.replacen(')', "=", 1))
}

fn check_mixed(id: &str, formula: &str, derived: &[Derived]) {
    let Some(case) = case(id) else { return };
    let frame = frame(&columns(&case, derived), formula);
    let random = frame.random.as_ref().expect("groups");
    let (response, design, groups) = (response(&frame), frame.design.view(), &random.codes);
    for (name, likelihood) in [("REML", Likelihood::Restricted), ("ML", Likelihood::Full)] {
        let data = MixedData { response, design, groups, weights: None };
        let fit = stats::fit_mixed(data, likelihood, 0.95).expect("a fit");
        let number = |path: &[&str]| case.number(&[&[name], path].concat());
        let zero = number(&["var_group"]).abs() < f64::MIN_POSITIVE;
        if zero {
            assert!(fit.between.abs() < 1e-12 * fit.within, "{id}: {}", fit.between);
        } else {
            assert_close(id, fit.between, number(&["var_group"]), 1e-8);
            assert_close(id, fit.icc, number(&["icc"]), 1e-8);
        }
        assert_close(id, fit.within, number(&["var_residual"]), 1e-9);
        assert_close(id, fit.log_likelihood, number(&["loglik"]), 1e-12);
        for (j, term) in frame.names.iter().enumerate() {
            let term = golden_name(term);
            assert_close(&term, fit.coefficients[j], number(&["coef", &term]), 1e-8);
            assert_close(&term, fit.covariance[[j, j]].sqrt(), number(&["se", &term]), 1e-8);
        }
        if likelihood == Likelihood::Restricted && !zero {
            for (level, group) in random.levels.iter().zip(&fit.groups) {
                assert_close(level, group.effect, number(&["blup", level]), 1e-7);
                let error = number(&["blup_cond_sd (given beta and variances)", level]);
                assert_close(level, group.conditional_se, error, 1e-8);
            }
        }
    }
}

#[test]
fn random_intercepts_of_schools() {
    let catholic: Derived = ("catholic", |row| yes(row["sector"] == "Catholic"));
    let female: Derived = ("female", |row| yes(row["sx"] == "Female"));
    check_mixed("ri_hsb82_1", "mAch ~ cses + meanses + catholic + (1 | school)", &[catholic]);
    check_mixed("ri_hsb82_null", "mAch ~ 1 + (1 | school)", &[]);
    check_mixed("ri_mathpnl_1", "math4 ~ lunch + factor(year) + (1 | distid)", &[]);
    check_mixed("ri_bdf_1", "langPOST ~ IQ.ver.cen + (1 | schoolNR)", &[]);
    check_mixed("ri_zero_hsb82", "cses ~ female + (1 | school)", &[female]);
}

fn check_shares(id: &str, formula: &str) {
    let Some(case) = case(id) else { return };
    let frame = frame(&columns(&case, &[]), formula);
    let response = Response::Shares { shares: response(&frame), weights: None };
    let fit = stats::fit_glm(response, frame.design.view()).expect("a fit");
    let working = stats::working_fit(&fit, frame.design.view(), None).expect("a fit");
    let mut kinds = vec![("HC0", Covariance::Hc0), ("HC1", Covariance::Hc1)];
    if let Some(groups) = &frame.random {
        kinds.push(("CR0", Covariance::Cr0(&groups.codes)));
        kinds.push(("CR1 (G/(G-1)*(n-1)/(n-k))", Covariance::Cr1(&groups.codes)));
    }
    for (j, term) in frame.names.iter().enumerate() {
        let term = golden_name(term);
        assert_close(&term, fit.coefficients[j], case.number(&["coef", &term]), 1e-8);
        let quasi = (fit.bread[[j, j]] * fit.dispersion).sqrt();
        assert_close(&term, quasi, case.number(&["se", "quasi (Pearson dispersion)", &term]), 1e-8);
        for (name, kind) in &kinds {
            let of = stats::covariance(&working, *kind).expect("a covariance");
            assert_close(&term, of.std_error(j), case.number(&["se", name, &term]), 1e-8);
        }
    }
    assert_close("deviance", fit.deviance, case.number(&["deviance"]), 1e-9);
    assert_close("dispersion", fit.dispersion, case.number(&["dispersion_pearson"]), 1e-9);
}

#[test]
fn shares_of_schools_by_quasi_likelihood() {
    check_shares("frac_meap93_1", "math10_frac ~ lnchprg + lexpend + lenroll");
    // the group stands for the clusters here
    check_shares("frac_mathpnl_1", "math4_frac ~ lunch + lrexpp + lenrol + factor(year) + (1 | distid)");
}

#[test]
fn correlations_of_ranks() {
    for id in ["cor_meap93", "cor_scotssec"] {
        let Some(case) = case(id) else { return };
        for (pair, want) in case.golden.as_object().expect("pairs") {
            let (a, b) = pair.split_once(" ~ ").expect("two columns");
            let both = |row: &Record| Some((row[a].parse::<f64>().ok()?, row[b].parse::<f64>().ok()?));
            let (x, y): (Vec<f64>, Vec<f64>) = case.rows.iter().filter_map(both).unzip();
            let number = |path: [&str; 2]| want[path[0]][path[1]].as_f64().expect("a number");
            let (rho, tau) = (stats::spearman(&x, &y).unwrap(), stats::kendall(&x, &y).unwrap());
            assert_close(pair, rho.coefficient, number(["spearman", "rho"]), 1e-11);
            assert_close(pair, tau.coefficient, number(["kendall", "tau_b"]), 1e-11);
            for (got, want) in
                [(rho.p, number(["spearman", "p_t_approx"])), (tau.p, number(["kendall", "p_normal_approx"]))]
            {
                // far in the tail a digit of the statistic is several of p, and beyond the smallest number there is none
                if want > 1e-300 {
                    assert_close(pair, libm::log(got), libm::log(want), 1e-9);
                }
            }
        }
    }
}

/// Fourfold tables by stratum.
fn tables<'a>(cells: impl IntoIterator<Item = (&'a str, usize, u64)>) -> Vec<FourFold> {
    let mut strata = BTreeMap::<&str, [u64; 4]>::new();
    for (stratum, cell, count) in cells {
        strata.entry(stratum).or_default()[cell] += count;
    }
    strata.into_values().map(|[a, b, c, d]| FourFold { a, b, c, d }).collect()
}

#[test]
fn strata_and_pairs() {
    for (id, stratum) in [("cmh_scotssec", "second"), ("cmh_scotssec_prim", "primary")] {
        let Some(case) = case(id) else { return };
        let cell = |r: &Record| usize::from(r["female"] != "1") * 2 + usize::from(r["att5"] != "1");
        let whole = |r: &&Record| [&r["female"], &r["att5"], &r[stratum]].iter().all(|v| !v.is_empty());
        let cells = case.rows.iter().filter(whole).map(|r| (r[stratum].as_str(), cell(r), 1));
        check_strata(&case, &tables(cells));
    }
    let Some(ucb) = case("cmh_ucb") else { return };
    let cell = |r: &Record| usize::from(r["Gender"] != "Male") * 2 + usize::from(r["Admit"] != "Admitted");
    let count = |r: &Record| r["Freq"].parse::<u64>().expect("a count");
    check_strata(&ucb, &tables(ucb.rows.iter().map(|r| (r["Dept"].as_str(), cell(r), count(r)))));
    for (id, b, c) in [("mcnemar_bdf", 267, 283), ("mcnemar_scotssec", 576, 232)] {
        let Some(case) = case(id) else { return };
        let test = stats::mcnemar(b, c).unwrap();
        assert_close(id, test.chi_square, case.number(&["chi2_no_correction"]), 1e-12);
        assert_close(id, test.chi_square_corrected, case.number(&["chi2_corrected"]), 1e-12);
        assert_close(id, test.p, case.number(&["p_no_correction"]), 1e-11);
        assert_close(id, test.p_corrected, case.number(&["p_corrected"]), 1e-11);
        assert_close(id, test.p_exact, case.number(&["p_exact"]), 1e-10);
    }
}

fn check_strata(case: &Case, tables: &[FourFold]) {
    let test = stats::mantel_haenszel(tables, 0.95).expect("an association");
    let number = |name: &str| case.number(&[name]);
    assert_close("chi-square", test.chi_square, number("chi2_no_correction"), 1e-9);
    assert_close("corrected", test.chi_square_corrected, number("chi2_corrected"), 1e-9);
    assert_close("p", libm::log(test.p), libm::log(number("p_no_correction")), 1e-9);
    assert_close("odds ratio", test.odds_ratio, number("mh_odds_ratio"), 1e-9);
    assert_close("difference", test.risk_difference, number("mh_risk_difference"), 1e-9);
    let interval = case.golden["ci95_robins_breslow_greenland"].as_array().expect("two ends");
    assert_close("low", test.odds_ratio_interval.low, interval[0].as_f64().unwrap(), 1e-9);
    assert_close("high", test.odds_ratio_interval.high, interval[1].as_f64().unwrap(), 1e-9);
    let (chi_square, _, p) = test.breslow_day.expect("strata that say something");
    assert_close("Breslow–Day–Tarone", chi_square, number("breslow_day_tarone"), 1e-8);
    assert_close("its p", libm::log(p), libm::log(number("breslow_day_tarone_p")), 1e-8);
}
