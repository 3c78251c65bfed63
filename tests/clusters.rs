//! Clusters against R (`stats`, `cluster`) and scikit-learn on the panel of `reference/`.

use std::collections::BTreeMap;

use ndarray::{Array2, ArrayView2, Axis};
use rsoko::stats::{self, GowerColumn, Linkage, MixtureOptions, Reference, Structure};
use serde_json::Value;

use crate::reference::{numbers, panel};
use crate::support::assert_close;

fn r() -> Value {
    serde_json::from_str(include_str!("reference/clusters.json")).expect("JSON")
}

fn python() -> Value {
    serde_json::from_str(include_str!("reference/mixtures.json")).expect("JSON")
}

fn points() -> Array2<f64> {
    let panel = panel();
    Array2::from_shape_fn((panel["poor"].len(), 3), |(i, j)| panel[["poor", "educated", "distance"][j]][i])
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole numbers")]
fn whole(values: &[f64], from: f64) -> Vec<usize> {
    values.iter().map(|v| (v - from) as usize).collect()
}

/// By number of clusters.
fn by_k(answers: &Value) -> impl Iterator<Item = (usize, &Value)> {
    answers.as_object().expect("by k").iter().map(|(k, v)| (k.parse().expect("a number"), v))
}

#[test]
fn trees() {
    let (r, python, points) = (r(), python(), points());
    let distances = stats::euclidean(points.view()).unwrap();
    let trees = [Linkage::Ward, Linkage::Average].map(|method| stats::linkage(&distances, method).unwrap());
    for (tree, name) in trees.iter().zip(["ward", "average"]) {
        for (own, wanted) in tree.heights.iter().zip(numbers(&r[name], "heights")) {
            assert_close("height", *own, wanted, 1e-12);
        }
        for (k, labels) in by_k(&r[name]["labels"]) {
            let labels: Vec<f64> = labels.as_array().unwrap().iter().filter_map(Value::as_f64).collect();
            let own = tree.cut(k).unwrap();
            assert_eq!(stats::adjusted_rand(&own, &whole(&labels, 1.0)), Some(1.0), "{name} {k}");
        }
    }
    for (k, wanted) in by_k(&python["adjusted_rand"]) {
        let own = stats::adjusted_rand(&trees[0].cut(k).unwrap(), &trees[1].cut(k).unwrap()).unwrap();
        assert_close("adjusted Rand", own, wanted.as_f64().unwrap(), 1e-13);
    }
}

#[test]
fn medoids_of_numbers_and_of_mixed_columns() {
    let (r, panel) = (r(), panel());
    let mut columns = ["poor", "educated", "distance"].map(|name| panel[name].clone());
    let mut kinds: Vec<Option<usize>> = whole(&panel["type"], 0.0).into_iter().map(Some).collect();
    (columns[2][2], columns[2][49], kinds[6]) = (f64::NAN, f64::NAN, None);
    let mut mixed: Vec<GowerColumn<'_>> = columns.iter().map(|c| GowerColumn::Numbers(c)).collect();
    mixed.push(GowerColumn::Classes(&kinds));
    let gower = stats::gower(&mixed).unwrap();
    assert_close("sum", stats::sum(gower.pairs()), r["gower"]["sum"].as_f64().unwrap(), 1e-13);
    for (row, wanted) in [0, 2, 6].into_iter().zip(r["gower"]["rows_1_3_7"].as_array().unwrap()) {
        for (j, wanted) in wanted.as_array().unwrap().iter().enumerate() {
            assert!((gower.between(row, j) - wanted.as_f64().unwrap()).abs() < 1e-14);
        }
    }
    let euclidean = stats::euclidean(points().view()).unwrap();
    for (distances, name) in [(&gower, "pam_gower"), (&euclidean, "pam_euclidean")] {
        for (k, wanted) in by_k(&r[name]) {
            let own = stats::medoids(distances, k).unwrap();
            assert_close(name, own.cost, wanted["cost"].as_f64().unwrap(), 1e-12);
            let labels = whole(&numbers(wanted, "labels"), 1.0);
            assert_eq!(stats::adjusted_rand(&own.labels, &labels), Some(1.0), "{name} {k}");
            let mut medoids = own.medoids;
            medoids.sort_unstable();
            let mut of_r = whole(&numbers(wanted, "medoids"), 1.0);
            of_r.sort_unstable();
            assert_eq!(medoids, of_r, "{name} {k}");
        }
    }
}

#[test]
fn mixtures() {
    let (python, points) = (python(), points());
    let structures: BTreeMap<&str, Structure> = Structure::ALL.into_iter().collect();
    let tree = stats::linkage(&stats::euclidean(points.view()).unwrap(), Linkage::Ward).unwrap();
    for (name, wanted) in python["mixtures"].as_object().unwrap() {
        let (structure, k) = name.split_once(' ').unwrap();
        let options = MixtureOptions { tolerance: 1e-15, steps_max: 20_000 };
        let start = tree.cut(k.parse().unwrap()).unwrap();
        let own = stats::fit_mixture(points.view(), &start, structures[structure], options).unwrap();
        // 1e-9 achieved: scikit-learn stops at a growth of 1e-13 a point
        assert_close(name, own.log_likelihood, wanted["log_likelihood"].as_f64().unwrap(), 1e-8);
        assert_close(name, own.bic, wanted["bic"].as_f64().unwrap(), 1e-8);
        for (own, wanted) in own.weights.iter().zip(numbers(wanted, "weights")) {
            assert!((own - wanted).abs() < 1e-4, "{name}: {own} {wanted}");
        }
        assert_eq!(own.labels, whole(&numbers(wanted, "labels"), 0.0), "{name}");
    }
}

#[test]
fn gaps() {
    let (r, points) = (r(), points());
    let logs = |power: u8| {
        move |points: ArrayView2<'_, f64>, _: u64| {
            let tree = stats::linkage(&stats::euclidean(points)?, Linkage::Ward)?;
            (1..=6).map(|k| stats::log_dispersion(points, &tree.cut(k)?, power)).collect::<Option<Vec<f64>>>()
        }
    };
    for (name, reference, power) in [
        ("columns_2", Reference::Columns, 2),
        ("components_1", Reference::Components, 1),
        ("components_2", Reference::Components, 2),
    ] {
        let own = stats::gap_statistic(points.view(), 200, reference, 3, logs(power)).unwrap();
        let wanted = &r["gap"][name];
        for (own, wanted) in own.log_inside.iter().zip(numbers(wanted, "log_inside")) {
            assert_close(name, *own, wanted, 1e-12);
        }
        let errors = numbers(wanted, "std_error");
        for ((own, wanted), error) in own.gap.iter().zip(numbers(wanted, "gap")).zip(&errors) {
            assert!((own - wanted).abs() <= 4.0 * 0.1 * error, "{name}: {own} {wanted} {error}");
        }
        for (own, wanted) in own.std_error.iter().zip(&errors) {
            // a standard deviation of 200 draws is known to 5 %
            assert!((own / wanted - 1.0).abs() < 0.3, "{name}: {own} {wanted}");
        }
        assert_eq!(own.tibshirani() as u64, wanted["chosen"].as_u64().unwrap(), "{name}");
    }
}

#[test]
fn bootstrapped_clusters() {
    let (r, points) = (r(), points());
    let ward = |points: ArrayView2<'_, f64>, k: usize| {
        stats::linkage(&stats::euclidean(points)?, Linkage::Ward)?.cut(k)
    };
    for (k, name) in [(3, "k3"), (4, "k4")] {
        let whole = ward(points.view(), k).unwrap();
        let found =
            stats::resampled_clusters(&whole, 400, 1, |rows, _| ward(points.select(Axis(0), rows).view(), k));
        let found = found.unwrap();
        // four standard errors of a mean of 400 and of one of 1000, each Jaccard within 0.25 of its mean
        for (own, wanted) in found.jaccard.iter().zip(numbers(&r["jaccard"], name)) {
            assert!((own - wanted).abs() < 0.06, "{name}: {own} {wanted}");
        }
    }
}

#[test]
fn components() {
    let (r, panel) = (r(), panel());
    let z = ["poor", "educated", "distance"].map(|name| {
        let (mean, sd) =
            (stats::mean(&panel[name]).unwrap(), stats::standard_deviation(&panel[name]).unwrap());
        panel[name].iter().map(|v| (v - mean) / sd).collect::<Vec<f64>>()
    });
    let points = Array2::from_shape_fn((z[0].len(), 3), |(i, j)| z[j][i]);
    let own = stats::principal_components(points.view()).unwrap();
    for (own, wanted) in own.variances.iter().zip(numbers(&r["components"], "variances")) {
        assert_close("variance", *own, wanted, 1e-12);
    }
    for (j, row) in r["components"]["loadings"].as_array().unwrap().iter().enumerate() {
        for (c, wanted) in row.as_array().unwrap().iter().enumerate() {
            assert!((own.loadings[[j, c]] - wanted.as_f64().unwrap()).abs() < 1e-11);
        }
    }
    for (own, wanted) in own.scores.row(0).iter().zip(numbers(&r["components"], "first")) {
        assert!((own - wanted).abs() < 1e-11);
    }
}

/// `rsoko cluster` on the panel, for programs and for eyes.
fn cluster(args: &[&str]) -> std::process::Output {
    let panel = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reference/panel.csv");
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_rsoko"));
    command.args(["--lang", "en", "cluster", panel]).args(args);
    command.output().expect("the program starts")
}

#[test]
fn a_table_is_divided_from_the_command_line() {
    let quick = ["--columns", "poor,educated,distance", "--resamples", "20", "--references", "20"];
    let json = |more: &[&str]| -> Value {
        let output = cluster(&[&quick[..], more, &["--json"]].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).expect("JSON")
    };
    let found = json(&["--k", "2..5"]);
    assert_eq!((found["rows"].as_u64(), found["method"].as_str()), (Some(180), Some("kmeans")));
    assert_eq!(found["tried"].as_array().unwrap().len(), 25);
    assert_eq!(found, json(&["--k", "2..5", "--threads", "1"]));
    let declared = json(&["--k", "3", "--method", "ward"]);
    assert_eq!((declared["k"].as_u64(), declared["ground"].as_str()), (Some(3), Some("declared")));
    let means: Vec<f64> = declared["clusters"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["means"]["poor"].as_f64().unwrap())
        .collect();
    assert!(means.windows(2).all(|pair| pair[0] <= pair[1]), "{means:?}");
    let told = cluster(&[&quick[..], &["--k", "3"]].concat());
    assert!(String::from_utf8_lossy(&told.stdout).contains("Clusters: 3"));
    // a column beside itself, ten times as large: named
    let folder = crate::support::TempDir::new("alike");
    let table = folder.path().join("alike.csv");
    let lines: Vec<String> = (0..60).map(|i| format!("{i},{},{}", 10 * i + i % 3, (i * 37) % 11)).collect();
    #[expect(clippy::disallowed_methods, reason = "a test lays out a table of its own")]
    std::fs::write(&table, format!("a,b,c\n{}", lines.join("\n"))).unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_rsoko"));
    command.args(["--lang", "en", "cluster"]).arg(&table).args([
        "--columns",
        "a,b,c",
        "--k",
        "2",
        "--resamples",
        "0",
    ]);
    let told = String::from_utf8_lossy(&command.output().expect("the program starts").stdout).into_owned();
    assert!(
        told.contains("a and b say nearly the same") && told.matches("nearly the same").count() == 1,
        "{told}"
    );
    for (args, word) in [(["--columns", "poor,nobody"], "E208"), (["--columns", "poor"], "E208")] {
        let refused = cluster(&[&args[..], &["--k", "9..3"]].concat());
        assert!(!refused.status.success() && String::from_utf8_lossy(&refused.stderr).contains(word));
    }
}
