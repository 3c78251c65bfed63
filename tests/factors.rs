//! The researcher's pipeline by itself, and the table of the bench in miniature.

#![allow(clippy::disallowed_methods, reason = "a test makes its own folders")]

use std::fs;
use std::path::Path;
use std::sync::Arc;

use rsoko::base::Year;
use rsoko::lake::RealDisk;
use rsoko::run::{OpenRun, Silent, Workspace, execute};
use rsoko::synth::{Format, Params, Profile, run};
use rsoko::tables::{int64s, texts};

use crate::support::TempDir;

#[path = "../benches/factors_table.rs"]
#[allow(dead_code, reason = "the bench uses all of it")]
mod factors_table;

/// The pipeline of the repository with a region's tables in place of senders' files.
fn declare(folder: &Path) {
    let text = fs::read_to_string(folder.join("pipelines/research.toml")).expect("the pipeline");
    let mut pipeline: toml::Table = text.parse().expect("a valid pipeline");
    pipeline.remove("sources");
    let tables = ["measure", "result", "school", "source", "source_column"]
        .map(|table| (table.to_owned(), format!("data/region/{table}.parquet").into()));
    pipeline.insert("tables".to_owned(), toml::Value::Table(tables.into_iter().collect()));
    let stages = pipeline.get_mut("stage").and_then(toml::Value::as_array_mut).expect("stages");
    let kind = |stage: &toml::Value| stage["kind"].as_str().unwrap_or_default().to_owned();
    stages.retain(|stage| kind(stage) != "ingest");
    for stage in stages.iter_mut().filter(|stage| kind(stage) == "factors") {
        stage.as_table_mut().expect("a stage").insert("resamples".to_owned(), 2.into());
    }
    fs::write(folder.join("pipelines/alone.toml"), pipeline.to_string()).expect("a pipeline");
}

#[test]
fn research_runs_alone_on_a_folder_of_its_own() {
    let folder = TempDir::new("research");
    for part in
        ["pipelines", "pipelines/methods", "pipelines/layouts", "data/reference", "reports", "reports/theme"]
    {
        copy_files(part, folder.path());
    }
    let profile = Profile::named("typical").expect("a built-in profile");
    let years = [2023, 2024, 2025].map(Year).to_vec();
    let params = Params { schools: 60, seed: 3, years, format: Format::Parquet, profile };
    run(&params, &RealDisk, &folder.path().join("data/region"), &|_, _| ()).expect("a region");
    declare(folder.path());
    let workspace = Workspace::open(folder.path(), Arc::new(RealDisk)).expect("a workspace");
    execute(&workspace, "alone", &Silent).expect("a run");
    let run = OpenRun::latest(&workspace).expect("the run");
    assert!(run.manifest().table("list_entry").is_none(), "no lists of schools");
    let models = run.table("factor_model").expect("models");
    let (outcomes, status) = (texts(&models, "outcome").unwrap(), texts(&models, "status").unwrap());
    let of = |outcome: &str| {
        outcomes.iter().zip(&status).find(|(o, _)| o.as_deref() == Some(outcome)).and_then(|(_, s)| s.clone())
    };
    assert_eq!(of("oge_score").as_deref(), Some("fitted"), "{outcomes:?} {status:?}");
    assert!(int64s(&models, "schools").unwrap().iter().flatten().all(|schools| *schools <= 60));
    let found = walk(folder.path());
    for (page, said) in
        [("factors.html", "связи между школами"), ("factors.en.html", "association between schools")]
    {
        let path = found.iter().find(|path| path.ends_with(page)).expect("a report");
        let text = fs::read_to_string(path).expect("a page");
        assert!(text.contains(said) && !text.contains('⟦'), "{page}");
        assert!(text.matches("<svg").count() >= 3, "charts of {page}");
    }
}

#[test]
fn the_table_of_the_bench_counts_every_factor_once_a_region() {
    let plan = factors_table::Plan { profile: "typical".to_owned(), schools: 60, seeds: 1 };
    let table = factors_table::table(&plan);
    assert_eq!(table.lines().filter(|line| line.starts_with("| oge_low")).count(), 15, "{table}");
    assert!(table.contains("oge_low: coverage"), "{table}");
}

fn copy_files(part: &str, to: &Path) {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join(part);
    fs::create_dir_all(to.join(part)).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder of the repository").flatten() {
        if entry.path().is_file() {
            fs::copy(entry.path(), to.join(part).join(entry.file_name())).expect("a file of the repository");
        }
    }
}

fn walk(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    crate::support::walk(&folder.join("reports/runs"), &mut files);
    files
}
