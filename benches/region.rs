//! How fast and how large: everything of the annual run that comes after reading, for a region of 1,500 schools and three
//! years, beside the same work in Python; and the unchanged re-run of that region and of the demo.
//!
//! `cargo bench` runs both sides in turn and prints medians. `RSOKO_BENCH_SCHOOLS` sets another size, `RSOKO_BENCH_ROUNDS`
//! another number of turns, `PYTHON` another interpreter (with the packages of `peer.py` and `peer_reports.py`; without
//! them the comparison is left out and says so).
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench prints, and measures from outside"
)]
#![allow(clippy::expect_used, reason = "a bench that cannot be set up has nothing to say")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

#[path = "measured.rs"]
mod measured;

use measured::{Measured, measure};
use rsoko::base::Year;
use rsoko::lake::RealDisk;
use rsoko::synth::{Format, Params, Profile, run};
use rsoko::tables;

const SEED: u64 = 20_251_122;
/// The pipeline that both sides carry out.
const ANNUAL: &str = "annual";

fn main() {
    let asked = |name: &str| std::env::var(name).ok().and_then(|n| n.parse().ok());
    let (schools, rounds) =
        (asked("RSOKO_BENCH_SCHOOLS").unwrap_or(1_500), asked("RSOKO_BENCH_ROUNDS").unwrap_or(5));
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench-region");
    let _ = fs::remove_dir_all(&root);
    let region = workspace(&root.join("region"));
    make(&region, schools);
    println!(
        "{schools} schools, 3 years, {} results; medians of {rounds}",
        rows(&region.join("data/region"), "result")
    );
    println!("{:<42} {:>8} {:>8} {:>8}", "", "wall, s", "CPU, s", "MiB");
    fs::copy(source("benches/annual.toml"), region.join("pipelines/annual.toml")).expect("a pipeline");
    compare(&region, rounds);
    let demo = workspace(&root.join("demo"));
    copy(&source("data/demo"), &demo.join("data/demo"));
    show("demo, its files read too", &[measure(&mut rsoko(&demo, "identification"))]);
    let again: Vec<Measured> = (0..rounds).map(|_| measure(&mut rsoko(&demo, "identification"))).collect();
    show("demo again, nothing changed", &again);
}

/// Both sides in turn, and ours again when nothing has changed.
fn compare(region: &Path, rounds: usize) {
    let has_peer = has_peer();
    let (mut ours, mut again, mut theirs) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..rounds {
        for made in ["data/lake", "reports/runs", "data/peer"] {
            let _ = fs::remove_dir_all(region.join(made));
        }
        ours.push(measure(&mut rsoko(region, ANNUAL)));
        again.push(measure(&mut rsoko(region, ANNUAL)));
        if has_peer {
            theirs.push(measure(&mut peer(region)));
        }
    }
    show("rsoko", &ours);
    show("rsoko, nothing changed", &again);
    let Some(last) = theirs.last() else {
        println!("no Python with the packages of peer.py, nothing to compare with");
        return;
    };
    let facts: serde_json::Value = serde_json::from_str(&last.said).expect("the facts of the peer");
    agree(region, &facts);
    show("Python", &theirs);
    let imports = |one: &Measured| -> f64 {
        let facts: serde_json::Value = serde_json::from_str(&one.said).unwrap_or_default();
        facts.get("imports").and_then(serde_json::Value::as_f64).unwrap_or_default()
    };
    let wall = |all: &[Measured]| median(all.iter().map(|one| one.wall.as_secs_f64()));
    let bare = median(theirs.iter().map(|one| one.wall.as_secs_f64() - imports(one)));
    println!("{:<42} {:>8.1}", "  ratio", wall(&theirs) / wall(&ours));
    println!("{:<42} {:>8.1}", "  ratio without Python's imports", bare / wall(&ours));
    let cpu = |all: &[Measured]| median(all.iter().map(|one| one.cpu));
    println!("{:<42} {:>8.1}", "  ratio of CPU seconds", cpu(&theirs) / cpu(&ours));
}

/// Findings of the checks that the peer makes too: it knows nothing of what a pack asks of a region, nor of branches without parents.
fn of_both(tables: &Path) -> usize {
    let codes = tables::texts(&table_of(tables, "finding"), "code").expect("texts");
    codes
        .iter()
        .flatten()
        .filter(|code| !code.starts_with('A') && !["V309", "V311"].contains(&code.as_str()))
        .count()
}

/// Both sides did the same work, or the comparison is none.
fn agree(region: &Path, facts: &serde_json::Value) {
    let latest = fs::read_to_string(region.join("reports/runs/latest")).expect("a run");
    let tables = region.join("reports/runs").join(latest.trim()).join("tables");
    let column = |table: &str, only: (&str, &str), column: &str| -> i64 {
        let spec = tables::spec(table).expect("a canonical table");
        let frame = table_of(&tables, table);
        assert!(spec.column(column).is_some(), "{table}.{column}");
        let picked = tables::texts(&frame, only.0).expect("texts");
        let numbers = tables::int64s(&frame, column).expect("whole numbers");
        let picked = picked.iter().zip(numbers).filter(|(text, _)| text.as_deref() == Some(only.1));
        picked.filter_map(|(_, number)| number).sum()
    };
    let states = tables::texts(&table_of(&tables, "list_entry"), "state").expect("texts");
    let listed = states.iter().flatten().filter(|state| *state == "listed").count();
    let index = tables::floats(&table_of(&tables, "context_index"), "index").expect("numbers");
    let index: Vec<f64> = index.into_iter().flatten().collect();
    let school = ("level", "school");
    let counts = [
        ("listed", i64::try_from(listed).unwrap_or_default()),
        ("reasons", i64::try_from(rows(&tables, "reason")).unwrap_or_default()),
        ("numerator", column("indicator_value", school, "numerator")),
        ("denominator", column("indicator_value", school, "denominator")),
        ("both marks", column("journal_agreement", school, "both_marks")),
        ("lowered", column("journal_agreement", school, "lowered")),
        ("findings", i64::try_from(of_both(&tables)).unwrap_or_default()),
    ];
    for (name, ours) in counts {
        let theirs = facts.get(name).and_then(serde_json::Value::as_i64);
        assert_eq!(theirs, Some(ours), "{name}: Python counts another number");
    }
    let values = table_of(&tables, "indicator_value");
    let kinds = tables::texts(&values, "kind").expect("texts");
    let levels = tables::texts(&values, "level").expect("texts");
    let figures = tables::floats(&values, "value").expect("numbers");
    let of_schools = |kind: &str| -> Vec<f64> {
        let rows = kinds.iter().zip(&levels).zip(&figures);
        let wanted = rows.filter(|((k, l), _)| k.as_deref() == Some(kind) && l.as_deref() == Some("school"));
        wanted.filter_map(|(_, figure)| *figure).collect()
    };
    for (name, ours, tolerance) in [
        ("mean index", index, 1e-3),
        ("mean score", of_schools("mean"), 1e-9),
        ("mean standardised", of_schools("standardised"), 1e-9),
    ] {
        let theirs = facts.get(name).and_then(serde_json::Value::as_f64).unwrap_or(f64::NAN);
        let ours = rsoko::stats::mean(&ours).unwrap_or(f64::NAN);
        assert!((ours - theirs).abs() < tolerance, "{name}: {ours}, in Python {theirs}");
    }
}

fn table_of(folder: &Path, name: &str) -> polars::prelude::DataFrame {
    let bytes = fs::read(folder.join(format!("{name}.parquet"))).expect("a table");
    rsoko::lake::parquet::decode(tables::spec(name).expect("a canonical table"), &bytes, None)
        .expect("a whole file")
}

fn median(numbers: impl Iterator<Item = f64>) -> f64 {
    rsoko::stats::median(&numbers.collect::<Vec<_>>()).unwrap_or(f64::NAN)
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
    let profile = Profile::typical().expect("the built-in profile");
    let params = Params { schools, seed: SEED, years, format: Format::Parquet, profile };
    run(&params, &RealDisk, &root.join("data/region"), &|_, _| ()).expect("a region");
}

fn rows(folder: &Path, name: &str) -> usize {
    let bytes = fs::read(folder.join(format!("{name}.parquet"))).expect("a table");
    rsoko::lake::parquet::rows(tables::spec(name).expect("a canonical table"), bytes).expect("a whole file")
}

fn rsoko(root: &Path, pipeline: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rsoko"));
    command.arg("run").arg(format!("pipelines/{pipeline}.toml")).arg("--workspace").arg(root).arg("--quiet");
    command
}

fn python() -> String {
    std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned())
}

fn has_peer() -> bool {
    let packages = "import jinja2, matplotlib, polars, scipy, sklearn, statsmodels, xlsxwriter";
    let probe = Command::new(python()).args(["-c", packages]).stderr(Stdio::null()).status();
    probe.is_ok_and(|status| status.success())
}

fn peer(root: &Path) -> Command {
    let mut command = Command::new(python());
    command
        .args(["-W", "ignore"])
        .arg(source("benches/peer.py"))
        .arg(root.join("data/region"))
        .arg(root.join("pipelines/annual.toml"))
        .arg(root.join("data/peer"));
    command
}

fn show(what: &str, all: &[Measured]) {
    let wall = median(all.iter().map(|one| one.wall.as_secs_f64()));
    let cpu = median(all.iter().map(|one| one.cpu));
    let mib = all.iter().map(|one| one.peak_kib / 1024).max().unwrap_or_default();
    println!("{what:<42} {wall:>8.2} {cpu:>8.2} {mib:>8}");
}
