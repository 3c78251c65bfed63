//! Dirt: whatever is planted in senders' files is found at its cell, and nothing else is called dirt.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use rsoko::base::Year;
use rsoko::ingest::Ingest;
use rsoko::lake::{RealDisk, Root};
use rsoko::method::MethodPack;
use rsoko::pipeline::Stage;
use rsoko::run::{OpenRun, Silent, Workspace, execute_with};
use rsoko::synth::files::DirtKind;
use rsoko::synth::score::{FindingScore, Judged, Truth, score};
use rsoko::validate::Validate;

use crate::support::TempDir;

const PIPELINE: &str = r#"
title = { ru = "Проба", en = "Trial" }
method = "federal-847"
years = [2023, 2024, 2025]
seed = 1
[sources]
"data/demo/vpr/**/*.xlsx" = "auto"
"data/demo/ris/**/*.csv" = "ris-exams"
"data/demo/register/*.xlsx" = "register"
"data/demo/passport/**/*.xlsx" = "social-passport"
[[stage]]
kind = "ingest"
[[stage]]
kind = "validate"
"#;

fn copy(from: &Root, to: &Root, folder: &str) {
    to.create_folder(folder).unwrap();
    for entry in from.list(folder).unwrap() {
        let path = format!("{folder}/{}", entry.name);
        if entry.kind == rsoko::lake::EntryKind::Folder {
            copy(from, to, &path);
        } else {
            to.put(&path, &from.read(&path).unwrap()).unwrap();
        }
    }
}

/// Reads and validates a region of files in `data/demo`, and holds the findings against what was planted.
fn read(fill: &dyn Fn(&Root, &Path)) -> FindingScore {
    let folder = TempDir::new("dirt");
    let here = Root::new(Arc::new(RealDisk), Path::new(env!("CARGO_MANIFEST_DIR")));
    let there = Root::new(Arc::new(RealDisk), folder.path());
    for part in ["pipelines/methods", "pipelines/layouts", "data/reference"] {
        copy(&here, &there, part);
    }
    there.put("pipelines/trial.toml", PIPELINE.as_bytes()).unwrap();
    fill(&here, folder.path());
    let workspace = Workspace::open(folder.path(), Arc::new(RealDisk)).unwrap();
    let workspace = workspace.with_reader(Path::new(env!("CARGO_BIN_EXE_rsoko")));
    let stages: Vec<Box<dyn Stage>> = vec![Box::new(Ingest), Box::new(Validate)];
    execute_with(&workspace, "trial", &stages, &Silent).unwrap();
    let run = OpenRun::latest(&workspace).unwrap();
    let text = there.read("pipelines/methods/federal-847.toml").unwrap();
    let pack = MethodPack::parse("federal-847.toml", std::str::from_utf8(&text).unwrap()).unwrap();
    let sources: Vec<String> = run.manifest().sources.iter().map(|source| source.path.clone()).collect();
    let tables = |name: &str| match run.manifest().table(name) {
        Some(_) => run.table(name).map(Some),
        None => Ok(None),
    };
    let truth = Truth::read(&|name| there.read_if_there(&format!("data/demo/truth/{name}"))).unwrap();
    let judged = Judged { tables: &tables, pack: &pack, years: &run.manifest().years, sources: &sources };
    score(&judged, &truth).unwrap().findings.expect("dirt was planted")
}

fn all_found(score: &FindingScore, least: u64) {
    let missed: Vec<_> = score.kinds.iter().filter(|line| line.missed.is_some()).collect();
    assert!(missed.is_empty(), "{missed:#?}");
    assert!(score.wrong.is_empty(), "{:#?}", score.wrong);
    assert_eq!((score.found, score.quiet), (score.planted, score.silent));
    assert!(score.planted > least, "{}", score.planted);
}

#[test]
fn the_demo_s_dirt_is_found_at_its_cells_and_nothing_else_is_called_dirt() {
    let score = read(&|here, folder| {
        let there = Root::new(Arc::new(RealDisk), folder);
        copy(here, &there, "data/demo");
    });
    all_found(&score, 1000);
    let planted: BTreeSet<&str> = score.kinds.iter().map(|line| line.kind.as_str()).collect();
    let none: Vec<&str> =
        DirtKind::ALL.iter().map(|kind| kind.id()).filter(|kind| !planted.contains(kind)).collect();
    assert!(none.is_empty(), "the demo has none of {none:?}");
}

#[test]
fn small_regions_are_found_whole_whatever_the_seed() {
    for (schools, seed) in [(12, 3), (30, 5), (40, 77)] {
        let score = read(&|_, folder| {
            let years = vec![Year(2023), Year(2024), Year(2025)];
            let profile = rsoko::synth::Profile::typical().unwrap();
            let format = rsoko::synth::Format::Files;
            let params = rsoko::synth::Params { schools, seed, years, format, profile };
            rsoko::synth::run(&params, &RealDisk, &folder.join("data/demo"), &|_, _| ()).unwrap();
        });
        all_found(&score, 200);
    }
}
