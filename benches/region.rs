//! How fast and how large: the annual analyses of a region of 1,500 schools and three years, beside the same work in
//! Python; and the unchanged re-run of that region and of the demo.
//!
//! `cargo bench` prints a table. `RSOKO_BENCH_SCHOOLS` sets another size, `PYTHON` another interpreter (with polars, scipy,
//! statsmodels and scikit-learn; without them the comparison is left out and says so).
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench prints, and measures from outside"
)]
#![allow(clippy::expect_used, reason = "a bench that cannot be set up has nothing to say")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rsoko::base::Year;
use rsoko::lake::RealDisk;
use rsoko::synth::{Format, Params, run};

const SEED: u64 = 20_251_122;
const TABLES: [&str; 5] = ["measure", "result", "school", "source", "source_column"];

fn main() {
    let schools = std::env::var("RSOKO_BENCH_SCHOOLS").ok().and_then(|n| n.parse().ok()).unwrap_or(1_500);
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench-region");
    let _ = fs::remove_dir_all(&root);
    let region = workspace(&root.join("region"));
    make(&region, schools);
    declare(&region, "analyses", &["ingest", "validate", "reports"]);
    declare(&region, "reports", &["ingest", "validate"]);
    let rows = rows(&region);
    println!("{schools} schools, 3 years, {rows} results");
    let ours = show("analyses", measure(&mut rsoko(&region, "analyses")));
    show("analyses again, nothing changed", measure(&mut rsoko(&region, "analyses")));
    show("with the reports", measure(&mut rsoko(&region, "reports")));
    match peer(&region) {
        Some(peer) => {
            let theirs = show("the same analyses in Python", peer);
            println!("{:<34} {:>8.1} times", "ratio", theirs.wall.as_secs_f64() / ours.wall.as_secs_f64());
        }
        None => {
            println!("no Python with polars, scipy, statsmodels and scikit-learn: nothing to compare with")
        }
    }
    let demo = workspace(&root.join("demo"));
    copy(&source("data/demo"), &demo.join("data/demo"));
    show("demo", measure(&mut rsoko(&demo, "identification")));
    show("demo again, nothing changed", measure(&mut rsoko(&demo, "identification")));
}

/// A path of the repository.
fn source(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A workspace with everything but senders' files.
fn workspace(root: &Path) -> PathBuf {
    for folder in ["pipelines", "data/reference", "reports"] {
        copy(&source(folder), &root.join(folder));
    }
    root.to_owned()
}

fn copy(from: &Path, to: &Path) {
    if from.file_name().is_some_and(|name| name == "runs") {
        return;
    }
    fs::create_dir_all(to).expect("a folder of the bench");
    for entry in fs::read_dir(from).expect("a folder of the repository").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a file of the repository");
        }
    }
}

fn make(root: &Path, schools: usize) {
    let years = [2023, 2024, 2025].map(Year).to_vec();
    let params = Params { schools, seed: SEED, years, format: Format::Parquet };
    run(&params, &RealDisk, &root.join("data/region"), &|_, _| ()).expect("a region");
}

/// The annual pipeline with the region's tables in place of senders' files, without some stages.
fn declare(root: &Path, name: &str, without: &[&str]) {
    let text = fs::read_to_string(source("pipelines/identification.toml")).expect("the annual pipeline");
    let mut pipeline: toml::Table = text.parse().expect("a valid pipeline");
    pipeline.remove("sources");
    let tables = TABLES.map(|table| (table.to_owned(), format!("data/region/{table}.parquet").into()));
    pipeline.insert("tables".to_owned(), toml::Value::Table(tables.into_iter().collect()));
    if let Some(stages) = pipeline.get_mut("stage").and_then(toml::Value::as_array_mut) {
        stages.retain(|stage| {
            let kind = stage.get("kind").and_then(toml::Value::as_str).unwrap_or_default();
            !without.contains(&kind)
        });
    }
    fs::write(root.join(format!("pipelines/{name}.toml")), pipeline.to_string()).expect("a pipeline");
}

fn rows(root: &Path) -> usize {
    let bytes = fs::read(root.join("data/region/result.parquet")).expect("the results");
    let spec = rsoko::tables::spec("result").expect("a canonical table");
    rsoko::lake::parquet::rows(spec, bytes).expect("a whole file")
}

fn rsoko(root: &Path, pipeline: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rsoko"));
    command.arg("run").arg(format!("pipelines/{pipeline}.toml")).arg("--workspace").arg(root).arg("--quiet");
    command
}

fn peer(root: &Path) -> Option<Measured> {
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let probe = Command::new(&python)
        .args(["-c", "import polars, scipy, statsmodels, sklearn"])
        .stderr(Stdio::null())
        .status()
        .ok()?;
    let mut command = Command::new(python);
    command
        .arg(source("benches/peer.py"))
        .arg(root.join("data/region"))
        .arg(root.join("pipelines/analyses.toml"));
    command.arg(root.join("data/peer"));
    probe.success().then(|| measure(&mut command))
}

struct Measured {
    wall: Duration,
    peak_kib: u64,
}

/// Runs a command to its end, and looks at its largest memory meanwhile.
fn measure(command: &mut Command) -> Measured {
    let start = Instant::now();
    let mut child = command.stdout(Stdio::null()).spawn().expect("a process");
    let status = format!("/proc/{}/status", child.id());
    let mut peak_kib = 0;
    loop {
        peak_kib = peak_kib.max(high_water(&status));
        if let Some(ended) = child.try_wait().expect("a process of ours") {
            let wall = start.elapsed();
            assert!(ended.success(), "{command:?} ended with {ended}");
            return Measured { wall, peak_kib };
        }
        sleep(Duration::from_millis(2));
    }
}

/// The most memory that a process has had, in KiB; 0 where the system does not tell.
fn high_water(status: &str) -> u64 {
    let text = fs::read_to_string(status).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.trim_end_matches("kB").trim().parse().unwrap_or_default()
}

fn show(what: &str, measured: Measured) -> Measured {
    let (seconds, mib) = (measured.wall.as_secs_f64(), measured.peak_kib / 1024);
    println!("{what:<34} {seconds:>8.2} s {mib:>7} MiB");
    measured
}
