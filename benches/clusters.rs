//! Clusters: how fast beside scikit-learn, and how right on regions whose types are known.
//!
//! `cargo bench --bench clusters` does the same work on both sides: 2,000 schools with 20 columns, all indices for 1 to 10
//! clusters by all methods, then 500 bootstrap samples at the recommended number with 10 starts each; then it prints the table
//! of the README, of simulated regions. `RSOKO_CLUSTERS_REGIONS` sets how many of each kind (40; 0: none), `RSOKO_CLUSTERS_SCHOOLS`
//! another size than 2,000 (0: no comparison), `PYTHON` another interpreter (with numpy, scipy, scikit-learn and joblib).
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench prints, and measures from outside"
)]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a bench that cannot be set up has nothing to say"
)]

mod clusters_regions;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use clusters_regions::{Shape, said};
use ndarray::{Array2, Axis};
use rsoko::base::Seed;
use rsoko::clusters::analysis::{Analysis, Method, Options, Space, analyse};
use rsoko::stats::{Rng, mean, wilson};

const COLUMNS: usize = 20;
const GROUPS: usize = 4;
const RESAMPLES: usize = 500;
const REFERENCES: usize = 30;
const STARTS: usize = 10;

fn main() {
    let number = |name: &str, default: usize| {
        std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
    };
    let schools = number("RSOKO_CLUSTERS_SCHOOLS", 2_000);
    if schools > 0 {
        speed(schools, number("RSOKO_CLUSTERS_RESAMPLES", RESAMPLES));
    }
    let regions = number("RSOKO_CLUSTERS_REGIONS", 40);
    if regions > 0 {
        simulated(regions);
    }
}

/// Groups of schools in many columns.
fn planted(schools: usize) -> Array2<f64> {
    let mut rng = Rng::new(20_251_122);
    let centres = Array2::from_shape_fn((GROUPS, COLUMNS), |_| 1.5 * rng.normal());
    Array2::from_shape_fn((schools, COLUMNS), |(i, j)| centres[[i % GROUPS, j]] + rng.normal())
}

fn speed(schools: usize, resamples: usize) {
    let points = planted(schools);
    let options = Options {
        method: Method::KMeans,
        compare: Method::ALL.into_iter().map(|(_, method)| method).filter(|m| *m != Method::KMeans).collect(),
        k: 1..=10,
        starts: STARTS,
        starts_again: STARTS,
        resamples,
        references: REFERENCES,
    };
    let keys: Vec<Vec<f64>> = points.axis_iter(Axis(1)).map(|column| column.to_vec()).collect();
    let (done, total) = (AtomicU64::new(0), options.steps());
    let tick = |steps| {
        let done = done.fetch_add(steps, Ordering::Relaxed) + steps;
        let _ = write!(std::io::stderr(), "\r{done} of {total} ");
    };
    let begun = Instant::now();
    let found = analyse(&Space::Points(points.clone()), &keys, &options, Seed(1), &tick).expect("points");
    let ours = begun.elapsed().as_secs_f64();
    println!(
        "\n{schools} schools, {COLUMNS} columns; k recommended: {:?} ({})",
        found.choice.taken,
        found.choice.ground.as_str()
    );
    println!("rsoko         {ours:>8.2} s");
    let Some(peer) = peer(&points, resamples) else {
        println!("no Python with scikit-learn, nothing to compare with");
        return;
    };
    agree(&found, &peer);
    let theirs = peer["seconds"].as_f64().expect("a number");
    println!("scikit-learn  {theirs:>8.2} s (without its imports): {}", peer["parts"]);
    println!("ratio         {:>8.1}", theirs / ours);
}

/// What the peer says of the same points.
fn peer(points: &Array2<f64>, resamples: usize) -> Option<serde_json::Value> {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("clusters.csv");
    let line = |row: ndarray::ArrayView1<'_, f64>| {
        row.iter().map(|value| format!("{value:e}")).collect::<Vec<_>>().join(",")
    };
    let text: Vec<String> = points.axis_iter(Axis(0)).map(line).collect();
    std::fs::write(&file, text.join("\n")).expect("a folder for temporary files");
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let counts = [resamples, REFERENCES, STARTS].map(|count| count.to_string());
    let output = Command::new(python)
        .arg(home.join("benches/clusters_peer.py"))
        .arg(&file)
        .args(counts)
        .output()
        .ok()?;
    if !output.status.success() {
        println!("{}", String::from_utf8_lossy(&output.stderr));
    }
    serde_json::from_slice(&output.stdout).ok()
}

/// Both sides did the same work, or the comparison is none.
fn agree(found: &Analysis, peer: &serde_json::Value) {
    let theirs = |key: &str, k: usize| peer[key][k.to_string()].as_f64();
    let mut apart = Vec::new();
    for tried in found.tried.iter().filter(|tried| tried.method == Method::KMeans) {
        let ours = tried.part.inertia.expect("points");
        let other = theirs("inertia", tried.k).expect("a number");
        if (ours / other - 1.0).abs() < 1e-9
            && let (Some(own), Some(other)) = (tried.silhouette, theirs("silhouette", tried.k))
        {
            assert!((own - other).abs() < 1e-6, "k = {}: silhouette {own}, in Python {other}", tried.k);
        }
        if tried.k <= GROUPS {
            assert!(ours <= other * (1.0 + 1e-6), "k = {}: inertia {ours}, in Python {other}", tried.k);
        } else {
            apart.push(ours / other - 1.0);
        }
    }
    // more clusters than groups have no form of their own: what ten starts find differs by 0.3 % from seed to seed in Python too
    let apart = mean(&apart).expect("numbers of clusters above that of the groups");
    assert!(apart <= 5e-4, "inertia above {GROUPS} clusters: {apart} more than in Python");
    println!("inertia above {GROUPS} clusters beside Python's, on average: {:+.3} %", 100.0 * apart);
    let of = |name: &str| peer[name].as_u64().and_then(|k| usize::try_from(k).ok());
    assert_eq!(found.choice.by_gap, of("by_gap"), "gap");
    assert_eq!(found.choice.taken, of("k"), "the number of clusters");
    let mut ours = found.jaccard.clone();
    ours.sort_by(f64::total_cmp);
    let others = peer["jaccard"].as_array().expect("a list").iter().filter_map(serde_json::Value::as_f64);
    for (own, other) in ours.iter().zip(others) {
        assert!((own - other).abs() < 0.03, "Jaccard {own}, in Python {other}");
    }
}

/// What the stage says of regions with and without types.
fn simulated(regions: usize) {
    let mut shapes = vec![Shape::Cloud, Shape::Gradient, Shape::Skewed];
    for apart in [3.0, 4.0, 6.0] {
        shapes.extend([2, 3, 4].map(|k| Shape::Types(k, apart)));
    }
    println!("\n{regions} regions each; 95 % intervals in brackets");
    println!("| schools | region | groups said | as many as planted | adjusted Rand | why |");
    println!("| --- | --- | --- | --- | --- | --- |");
    for schools in [150, 600] {
        for shape in &shapes {
            let all: Vec<_> = (1..=regions as u64).map(|seed| said(*shape, schools, seed, true)).collect();
            let share = |is: &dyn Fn(&clusters_regions::Said) -> bool| {
                let count = all.iter().filter(|one| is(one)).count() as u64;
                let ends = wilson(count, regions as u64, 0.95).expect("some regions");
                let percent = |share: f64| format!("{:.0}", 100.0 * share);
                format!(
                    "{} % ({}–{})",
                    percent(count as f64 / regions as f64),
                    percent(ends.low),
                    percent(ends.high)
                )
            };
            let planted = i32::try_from(shape.types()).expect("small");
            let agreement: Vec<f64> = all.iter().filter_map(|one| one.agreement).collect();
            let mut grounds: BTreeMap<&str, usize> = BTreeMap::new();
            all.iter().for_each(|one| *grounds.entry(&one.ground).or_default() += 1);
            let grounds: Vec<String> = grounds.iter().map(|(ground, n)| format!("{ground} {n}")).collect();
            println!(
                "| {schools} | {} | {} | {} | {} | {} |",
                shape.name(),
                share(&|one| one.k.is_some()),
                if planted > 1 { share(&|one| one.k == Some(planted)) } else { "–".to_owned() },
                mean(&agreement)
                    .filter(|_| planted > 1)
                    .map_or_else(|| "–".to_owned(), |ari| format!("{ari:.2}")),
                grounds.join(", "),
            );
        }
    }
}
