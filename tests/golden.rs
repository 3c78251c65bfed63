//! `stats` on real data about schools and pupils, against what R and Python give.
//!
//! Some cases are carried in `tests/golden`: their tests always run. More lie in `../shared/golden` beside the checkout, or
//! where `RSOKO_GOLDEN` says. Where they do not, these are skipped and say so.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ndarray::Array2;
use rsoko::stats::{self, Counts, FitTrouble, Response};
use serde_json::Value;

use crate::support::{assert_close, read_text, skipped};

/// The cases that the project carries.
fn carried() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

/// The cases beside the checkout.
fn beside() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/golden");
    let folder = std::env::var_os("RSOKO_GOLDEN").map_or(beside, PathBuf::from);
    folder.join("INDEX.md").is_file().then_some(folder)
}

/// A row of named fields.
pub type Record = BTreeMap<String, String>;

/// A case with its golden values and its data.
pub struct Case {
    pub golden: Value,
    pub model: Value,
    pub rows: Vec<Record>,
}

/// The case beside the checkout, else the one that is carried.
pub fn case(id: &str) -> Option<Case> {
    cases(id).pop()
}

/// A case as it is carried and as it lies beside the checkout: one of them, both, or (said so) neither.
fn cases(id: &str) -> Vec<Case> {
    let mut found = Vec::new();
    let name = format!("cases/{id}.json");
    if carried().join(&name).is_file() {
        found.push(read(&carried(), &name));
    }
    match beside() {
        Some(folder) if folder.join(&name).is_file() => found.push(read(&folder, &name)),
        _ if found.is_empty() => skipped("golden", &format!("{id}: no golden cases beside the checkout")),
        _ => {}
    }
    found
}

fn read(folder: &Path, name: &str) -> Case {
    let case: Value = serde_json::from_str(&read_text(&folder.join(name))).expect("JSON");
    let data = read_text(&folder.join(case["data"]["file"].as_str().expect("a data file")));
    let mut reader = csv::Reader::from_reader(data.as_bytes());
    let header = reader.headers().expect("a header").clone();
    let rows = reader
        .records()
        .map(|row| {
            header.iter().map(str::to_owned).zip(row.expect("a row").iter().map(str::to_owned)).collect()
        })
        .collect();
    Case { golden: case["golden"].clone(), model: case["model"].clone(), rows }
}

impl Case {
    pub fn number(&self, path: &[&str]) -> f64 {
        let value = path.iter().fold(&self.golden, |value, key| &value[*key]);
        value.as_f64().unwrap_or_else(|| panic!("{path:?} is a number"))
    }

    fn field(&self, name: &str) -> Vec<Option<f64>> {
        self.rows.iter().map(|row| row[name].parse().ok()).collect()
    }
}

fn field(row: &Record, name: &str) -> f64 {
    row[name].parse().unwrap_or_else(|_| panic!("{name}: {:?}", row[name]))
}

fn yes(condition: bool) -> f64 {
    f64::from(u8::from(condition))
}

/// A binomial case: names of the terms, and from a row (values of the terms, successes, trials, cluster).
type Row = (Vec<f64>, u64, u64, String);

fn check_binomial(id: &str, terms: &[&str], make: impl Fn(&Record) -> Row) {
    cases(id).iter().for_each(|case| check_binomial_case(case, terms, &make));
}

fn check_binomial_case(case: &Case, terms: &[&str], make: impl Fn(&Record) -> Row) {
    let rows: Vec<Row> = case.rows.iter().map(&make).collect();
    let design = Array2::from_shape_fn((rows.len(), terms.len()), |(i, j)| rows[i].0[j]);
    let successes: Vec<u64> = rows.iter().map(|r| r.1).collect();
    let trials: Vec<u64> = rows.iter().map(|r| r.2).collect();
    let counts = Counts { successes: &successes, trials: &trials };
    let fit = stats::fit_glm(Response::Counts(counts), design.view()).expect("the case has a fit");
    for (j, term) in terms.iter().enumerate() {
        let (estimate, se) = (fit.coefficients[j], fit.bread[[j, j]].sqrt());
        assert_close(term, estimate, case.number(&["coef", term]), 1e-9);
        assert_close(term, se, case.number(&["se", "classical (dispersion 1)", term]), 1e-9);
        let p = case.number(&["p (normal)", term]);
        // far in the tail a digit of z is several of p: there its logarithm is compared
        let got = 2.0 * stats::normal_above((estimate / se).abs());
        if p > 1e-12 {
            assert_close(term, got, p, 1e-9);
        } else {
            assert_close(term, libm::log(got), libm::log(p), 1e-9);
        }
    }
    assert_close("deviance", fit.deviance, case.number(&["deviance"]), 1e-9);
    assert_close("null deviance", fit.null_deviance, case.number(&["null_deviance"]), 1e-9);
    let freedom = f64::from(u32::try_from(rows.len() - terms.len()).expect("small"));
    assert_close("Pearson", fit.dispersion * freedom, case.number(&["pearson_chi2"]), 1e-9);
    for (i, eta) in fit.linear.iter().take(5).enumerate() {
        let want = case.golden["fitted_first5"][i].as_f64().expect("a number");
        assert_close("fitted", stats::expit(*eta), want, 1e-9);
    }
    if case.golden["clusters"].is_null() {
        return;
    }
    let mut names: Vec<&String> = rows.iter().map(|r| &r.3).collect();
    names.sort();
    names.dedup();
    let clusters: Vec<usize> =
        rows.iter().map(|r| names.binary_search(&&r.3).expect("its own name")).collect();
    let working = stats::working_fit(&fit, design.view(), None).expect("a working fit");
    let robust = stats::covariance(&working, stats::Covariance::Cr1(&clusters)).expect("enough clusters");
    assert_close(
        "G",
        f64::from(u32::try_from(robust.clusters[0]).unwrap()),
        case.number(&["clusters", "G"]),
        1e-15,
    );
    for (j, term) in terms.iter().enumerate() {
        let want = case.number(&["se", "CR1 (G/(G-1)*(n-1)/(n-k))", term]);
        assert_close(term, robust.std_error(j), want, 1e-9);
    }
}

#[test]
fn binomial_regression_of_repeated_grades() {
    check_binomial("glm_bdf_1", &["(Intercept)", "IQ.verb", "ses", "girl", "minor"], |row| {
        let values = vec![
            1.0,
            field(row, "IQ.verb"),
            field(row, "ses"),
            yes(row["sex"] == "1"),
            yes(row["Minority"] == "Y"),
        ];
        (values, u64::from(field(row, "repeatgr") > 0.0), 1, row["schoolNR"].clone())
    });
}

#[test]
fn binomial_regression_of_high_achievement() {
    check_binomial(
        "glm_hsb82_1",
        &["(Intercept)", "minority", "female", "cses", "meanses", "catholic"],
        |row| {
            let values = vec![
                1.0,
                yes(row["minrty"] == "Yes"),
                yes(row["sx"] == "Female"),
                field(row, "cses"),
                field(row, "meanses"),
                yes(row["sector"] == "Catholic"),
            ];
            (values, u64::from(field(row, "mAch") >= 15.0), 1, row["school"].clone())
        },
    );
}

#[test]
fn binomial_regression_with_counts() {
    let terms = ["(Intercept)", "Gender=Female", "Dept=B", "Dept=C", "Dept=D", "Dept=E", "Dept=F"];
    check_binomial("glm_ucb_1", &terms, |row| {
        let values = terms
            .iter()
            .map(|term| term.split_once('=').map_or(1.0, |(column, level)| yes(row[column] == level)))
            .collect();
        let count: u64 = row["Freq"].parse().expect("a count");
        (values, if row["Admit"] == "Admitted" { count } else { 0 }, count, String::new())
    });
}

#[test]
fn separation_is_reported_and_not_estimated() {
    for case in cases("trap_separation_bdf") {
        let score: Vec<f64> = case.rows.iter().map(|row| field(row, "langPOST")).collect();
        let high: Vec<u64> = score.iter().map(|s| u64::from(*s >= 42.0)).collect();
        let design = Array2::from_shape_fn((score.len(), 2), |(i, j)| if j == 0 { 1.0 } else { score[i] });
        let trials = vec![1; score.len()];
        let fit =
            stats::fit_glm(Response::Counts(Counts { successes: &high, trials: &trials }), design.view());
        assert_eq!(fit.map(|f| f.coefficients), Err(FitTrouble::Separated));
    }
}

fn z_scores(values: &[f64]) -> Vec<f64> {
    let (centre, spread) = (stats::mean(values).unwrap(), stats::standard_deviation(values).unwrap());
    values.iter().map(|v| (v - centre) / spread).collect()
}

/// Districts on standardised columns.
pub fn clustered_districts() -> Vec<(Case, Array2<f64>)> {
    let derived: [fn(&Record) -> f64; 6] = [
        |r| field(r, "students") / field(r, "teachers"),
        |r| field(r, "english"),
        |r| field(r, "lunch"),
        |r| field(r, "calworks"),
        |r| libm::log(field(r, "income")),
        |r| field(r, "expenditure"),
    ];
    let with_points = |case: Case| {
        let column = |make: &fn(&Record) -> f64| z_scores(&case.rows.iter().map(make).collect::<Vec<_>>());
        let points = in_columns(&derived.iter().map(column).collect::<Vec<_>>());
        (case, points)
    };
    cases("clus_caschools").into_iter().map(with_points).collect()
}

/// Schools by the means of their pupils, in the order of their numbers, on standardised columns.
pub fn clustered_schools() -> Vec<(Case, Array2<f64>)> {
    let with_points = |case: Case| {
        let mut schools: BTreeMap<u32, Vec<&Record>> = BTreeMap::new();
        for row in &case.rows {
            schools.entry(row["schoolNR"].parse().expect("a number")).or_default().push(row);
        }
        let mean = |rows: &Vec<&Record>, name: &str| {
            stats::mean(&rows.iter().map(|row| field(row, name)).collect::<Vec<_>>()).expect("pupils")
        };
        let column =
            |name: &str| z_scores(&schools.values().map(|rows| mean(rows, name)).collect::<Vec<_>>());
        let points = in_columns(&["IQ.verb", "ses", "langPOST", "aritPOST"].map(column));
        (case, points)
    };
    cases("clus_bdf").into_iter().map(with_points).collect()
}

fn in_columns(columns: &[Vec<f64>]) -> Array2<f64> {
    Array2::from_shape_fn((columns[0].len(), columns.len()), |(i, j)| columns[j][i])
}

#[test]
fn clusters_of_districts_and_of_schools() {
    for (case, points) in clustered_districts().into_iter().chain(clustered_schools()) {
        check_clusters(&case, &points);
    }
}

#[expect(clippy::print_stdout, reason = "a test says what it saw")]
fn check_clusters(case: &Case, points: &Array2<f64>) {
    for (j, z) in case.golden["z_check_first_row"].as_array().expect("a list").iter().enumerate() {
        assert_close("z of the first row", points[[0, j]], z.as_f64().expect("a number"), 1e-11);
    }

    for (k, labels) in case.golden["ward"]["labels"].as_object().expect("by k") {
        let labels: Vec<usize> = labels
            .as_array()
            .expect("a list")
            .iter()
            .map(|l| usize::try_from(l.as_u64().expect("a label")).expect("small"))
            .collect();
        let quality = |name| case.number(&["ward", "quality", k, name]);
        let s = stats::silhouettes(points.view(), &labels).unwrap();
        assert_close("silhouette", stats::mean(&s).unwrap(), quality("silhouette_mean"), 1e-10);
        let index = stats::calinski_harabasz(points.view(), &labels).unwrap();
        assert_close("Calinski–Harabasz", index, quality("calinski_harabasz"), 1e-10);
    }

    for (k, given) in case.golden["kmeans_lloyd_from_given_rows"].as_object().expect("by k") {
        let start: Vec<usize> = given["init_rows_0based"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|i| usize::try_from(i.as_u64().expect("a row")).expect("small"))
            .collect();
        let found = stats::lloyd(points.view(), points.select(ndarray::Axis(0), &start).view()).unwrap();
        assert_close(
            &format!("Lloyd, k = {k}"),
            found.inertia,
            given["wss"].as_f64().expect("a number"),
            1e-11,
        );
    }

    for (k, best) in case.golden["kmeans_best"].as_object().expect("by k") {
        // of a hundred starts, two seeds of three find the best of eight clusters
        let found = stats::kmeans(points.view(), k.parse().expect("a number"), 500, 1).unwrap();
        let wanted = best["wss_best"].as_f64().expect("a number");
        println!("k = {k}: inertia {:.9}, best known {wanted:.9}", found.inertia);
        // a smaller one is right too
        if found.inertia < wanted * (1.0 - 1e-9) {
            continue;
        }
        assert_close(&format!("k-means, k = {k}"), found.inertia, wanted, 1e-9);
        let s = stats::mean(&stats::silhouettes(points.view(), &found.labels).unwrap()).unwrap();
        assert_close("silhouette", s, best["silhouette_mean"].as_f64().expect("a number"), 1e-8);
        let index = stats::calinski_harabasz(points.view(), &found.labels).unwrap();
        assert_close("Calinski–Harabasz", index, best["calinski_harabasz"].as_f64().expect("a number"), 1e-8);
    }
}

#[test]
fn descriptives_of_pupils() {
    for case in cases("std_bdf") {
        check_descriptives(&case);
    }
}

fn check_descriptives(case: &Case) {
    for (name, wanted) in case.golden.as_object().expect("by column") {
        let values: Vec<f64> = case.field(name).into_iter().flatten().collect();
        let want = |figure: &str| wanted[figure].as_f64().expect("a number");
        assert_close("mean", stats::mean(&values).unwrap(), want("mean"), 1e-12);
        assert_close("sd", stats::standard_deviation(&values).unwrap(), want("sd_n_minus_1"), 1e-12);
        assert_close("median", stats::median(&values).unwrap(), want("median"), 1e-12);
        let scale = stats::robust_scale(&values).unwrap();
        assert_close("mad", scale.spread / 1.482_602_218_505_602, want("mad_raw"), 1e-12);
        for (z, wanted) in z_scores(&values).iter().zip(wanted["z_first5"].as_array().expect("a list")) {
            assert_close("z", *z, wanted.as_f64().expect("a number"), 1e-12);
        }
    }
}

/// What the project carries is no more than it may: each table is named with its licence.
#[test]
fn carried_tables_name_their_origin() {
    let readme = read_text(&carried().join("README.md"));
    let mut files = Vec::new();
    crate::support::walk(&carried().join("data"), &mut files);
    assert!(files.len() >= 2);
    for file in files {
        let name = format!("`data/{}`", file.file_name().expect("a name").to_string_lossy());
        let line = readme.lines().find(|line| line.contains(&name)).unwrap_or_else(|| panic!("{name}"));
        assert!(line.contains("GPL"), "{line}");
    }
}
