//! Clusters, mixtures, gaps and components of real data, against what R and Python give: the cases of `golden.rs`.

use std::collections::BTreeMap;

use ndarray::{Array2, ArrayView2};
use rsoko::stats::{self, Linkage, MixtureOptions, Reference, Structure};
use serde_json::Value;

use crate::golden::{Case, case, clustered_districts, clustered_schools};
use crate::support::assert_close;

/// Both cases where they are at hand: the one that is carried always is.
fn each(check: impl Fn(&Case, ArrayView2<'_, f64>)) {
    let mut seen = 0;
    for (case, points) in clustered_districts().into_iter().chain(clustered_schools()) {
        check(&case, points.view());
        seen += 1;
    }
    assert!(seen > 0);
}

fn labels(list: &Value) -> Vec<usize> {
    let label = |l: &Value| usize::try_from(l.as_u64().expect("a label")).expect("small");
    list.as_array().expect("a list").iter().map(label).collect()
}

fn floats(list: &Value) -> Vec<f64> {
    list.as_array().expect("a list").iter().map(|v| v.as_f64().expect("a number")).collect()
}

#[test]
fn trees_have_the_heights_and_the_clusters_of_r() {
    each(|case, points| {
        let distances = stats::euclidean(points).unwrap();
        let ward = stats::linkage(&distances, Linkage::Ward).unwrap();
        for (k, wanted) in case.golden["ward"]["labels"].as_object().expect("by k") {
            let own = ward.cut(k.parse().expect("a number")).unwrap();
            assert_close("Ward's clusters", stats::adjusted_rand(&own, &labels(wanted)).unwrap(), 1.0, 1e-15);
        }
        let average = stats::linkage(&distances, Linkage::Average).unwrap();
        for (tree, name, last) in [(&ward, "ward", "last10_heights"), (&average, "average", "last5_heights")]
        {
            let Some(wanted) = case.golden[name].get(last) else { continue };
            let wanted = floats(wanted);
            let own = &tree.heights[tree.heights.len() - wanted.len()..];
            own.iter().zip(&wanted).for_each(|(own, wanted)| assert_close("height", *own, *wanted, 1e-10));
            assert_close(
                "all heights",
                stats::sum(&tree.heights),
                case.number(&[name, "sum_heights"]),
                1e-10,
            );
        }
        let Some(ari) = case.golden["ari"].as_object() else { return };
        for k in ["2", "3", "4", "5", "6"] {
            let k_means = stats::kmeans(points, k.parse().unwrap(), 200, 1).unwrap();
            let own = stats::adjusted_rand(&ward.cut(k.parse().unwrap()).unwrap(), &k_means.labels).unwrap();
            let wanted = ari[&format!("ward{k} vs kmeans_best{k}")].as_f64().expect("a number");
            assert_close("adjusted Rand", own, wanted, 1e-12);
        }
    });
}

/// The tolerance of weights and means is that of mclust, which stops before the end.
#[test]
fn mixtures_have_the_likelihood_of_mclust() {
    let structures: BTreeMap<&str, Structure> = Structure::ALL.into_iter().collect();
    each(|case, points| {
        let Some(models) = case.golden["gmm_em_from_ward_labels"].as_object() else { return };
        let tree = stats::linkage(&stats::euclidean(points).unwrap(), Linkage::Ward).unwrap();
        let mut seen = 0;
        for (name, wanted) in models {
            let (structure, k) = name.split_once(" G=").expect("a structure and a number");
            let start = tree.cut(k.parse().expect("a number")).unwrap();
            let options = MixtureOptions { tolerance: 1e-13, steps_max: 20_000 };
            let own = stats::fit_mixture(points, &start, structures[structure], options).unwrap();
            let number = |key: &str| wanted[key].as_f64().expect("a number");
            assert_close(name, own.log_likelihood, number("loglik"), 1e-7);
            assert_close(name, own.bic, number("bic_mclust_sign"), 1e-7);
            assert_close(name, own.parameters as f64, number("n_parameters"), 1e-15);
            for (c, weight) in floats(&wanted["weights"]).into_iter().enumerate() {
                assert!((own.weights[c] - weight).abs() < 1e-4, "{name}: {} {weight}", own.weights[c]);
                for (own, mean) in own.means.row(c).iter().zip(floats(&wanted["means"][c])) {
                    assert!((own - mean).abs() < 1e-4, "{name}: {own} {mean}");
                }
            }
            let mut sizes = vec![0.0; own.weights.len()];
            own.labels.iter().for_each(|&label| sizes[label] += 1.0);
            assert_eq!(sizes, floats(&wanted["sizes"]), "{name}");
            seen += 1;
        }
        assert!(seen >= 12);
    });
}

#[test]
fn the_gap_of_ward_is_that_of_r() {
    let logs = |power: u8| {
        move |points: ArrayView2<'_, f64>, _: u64| {
            let tree = stats::linkage(&stats::euclidean(points)?, Linkage::Ward)?;
            (1..=8).map(|k| stats::log_dispersion(points, &tree.cut(k)?, power)).collect::<Option<Vec<f64>>>()
        }
    };
    each(|case, points| {
        let Some(golden) = case.golden.get("gap") else { return };
        for power in [1, 2] {
            let own = logs(power)(points, 0).unwrap();
            for (k, wanted) in golden[&format!("logW ward d.power={power}")].as_object().expect("by k") {
                // the case has it without the half of R's definition
                let own = own[k.parse::<usize>().expect("a number") - 1] + std::f64::consts::LN_2;
                assert_close("dispersion", own, wanted.as_f64().expect("a number"), 1e-10);
            }
        }
        for (name, reference) in [("original", Reference::Columns), ("scaledPCA", Reference::Components)] {
            let golden = &golden[&format!("ward d.power=1 {name}")];
            let own = stats::gap_statistic(points, 200, reference, 7, logs(1)).unwrap();
            let (gaps, errors) = (floats(&golden["gap_R"]), floats(&golden["SE_sim_R"]));
            let most = 4.0 * (2.0_f64 / 200.0).sqrt();
            for ((own, wanted), error) in own.gap.iter().zip(&gaps).zip(&errors) {
                assert!((own - wanted).abs() <= most * error, "{name}: {own} {wanted} {error}");
            }
            println!("gap, {name}: k = {}", own.tibshirani());
            assert_eq!(own.tibshirani() as u64, golden["k_chosen_R"]["Tibs2001SEmax"].as_u64().unwrap());
        }
    });
}

#[test]
fn components_are_those_of_r() {
    let Some(golden) = case("pca_caschools") else { return };
    let (_, points) = clustered_districts().pop().expect("the same table");
    let own = stats::principal_components(points.view()).unwrap();
    let list = |name: &str| floats(&golden.golden[name]);
    for c in 0..6 {
        assert_close("variance", own.variances[c], list("eigenvalues")[c], 1e-9);
        assert_close("share", own.shares[c], list("proportion")[c], 1e-9);
        for (j, feature) in golden.golden["features"].as_array().expect("a list").iter().enumerate() {
            let feature = feature.as_str().expect("a name");
            let wanted = golden.number(&["loadings", &format!("PC{}", c + 1), feature]);
            assert!((own.loadings[[j, c]] - wanted).abs() < 1e-9);
        }
    }
    for (i, row) in golden.golden["scores_first5"].as_array().expect("a list").iter().enumerate() {
        let scores = Array2::from_shape_vec((1, 6), floats(row)).unwrap();
        assert!((0..6).all(|c| (own.scores[[i, c]] - scores[[0, c]]).abs() < 1e-9));
    }
}
