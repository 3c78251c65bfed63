//! Dirt: whatever is planted in senders' files is found at its cell, and nothing else is called dirt.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use polars::prelude::DataFrame;
use rsoko::base::Year;
use rsoko::ingest::Ingest;
use rsoko::lake::{RealDisk, Root};
use rsoko::method::MethodPack;
use rsoko::pipeline::Stage;
use rsoko::run::{OpenRun, Silent, Workspace, execute_with};
use rsoko::synth::files::{DirtKind, Rates, write};
use rsoko::synth::score::{FindingScore, Judged, Truth, score};
use rsoko::synth::{self, FACTORS, Format, Params, Profile, Region};
use rsoko::tables::{floats, ints, texts};
use rsoko::validate::Validate;

use crate::support::{TempDir, copy, root, trial};

const SOURCES: [(&str, &str); 4] = [
    ("data/demo/vpr/**/*.xlsx", "auto"),
    ("data/demo/ris/**/*.csv", "ris-exams"),
    ("data/demo/register/*.xlsx", "register"),
    ("data/demo/passport/**/*.xlsx", "social-passport"),
];

/// A region of files in `data/demo` that was read and validated.
struct Trial {
    folder: TempDir,
    run: OpenRun,
}

impl Trial {
    fn new(fill: &dyn Fn(&Root, &Path)) -> Self {
        let folder = TempDir::new("dirt");
        trial(folder.path(), &SOURCES, &["ingest", "validate"]);
        fill(&root(Path::new(env!("CARGO_MANIFEST_DIR"))), folder.path());
        let workspace = Workspace::open(folder.path(), Arc::new(RealDisk)).unwrap();
        let workspace = workspace.with_reader(Path::new(env!("CARGO_BIN_EXE_rsoko")));
        let stages: Vec<Box<dyn Stage>> = vec![Box::new(Ingest), Box::new(Validate)];
        execute_with(&workspace, "trial", &stages, &Silent).unwrap();
        let run = OpenRun::latest(&workspace).unwrap();
        Self { folder, run }
    }

    /// The findings against what was planted.
    fn score(&self) -> FindingScore {
        let there = Root::new(Arc::new(RealDisk), self.folder.path());
        let text = there.read("pipelines/methods/federal-847.toml").unwrap();
        let pack = MethodPack::parse("federal-847.toml", std::str::from_utf8(&text).unwrap()).unwrap();
        let manifest = self.run.manifest();
        let sources: Vec<String> = manifest.sources.iter().map(|source| source.path.clone()).collect();
        let tables = |name: &str| match manifest.table(name) {
            Some(_) => self.run.table(name).map(Some),
            None => Ok(None),
        };
        let truth = Truth::read(&|name| there.read_if_there(&format!("data/demo/truth/{name}"))).unwrap();
        let judged = Judged { tables: &tables, pack: &pack, years: &manifest.years, sources: &sources };
        score(&judged, &truth).unwrap().findings.expect("dirt was planted")
    }
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
    let trial = Trial::new(&|here, folder| {
        let there = Root::new(Arc::new(RealDisk), folder);
        copy(here, &there, "data/demo");
    });
    let score = trial.score();
    all_found(&score, 1000);
    let planted: BTreeSet<&str> = score.kinds.iter().map(|line| line.kind.as_str()).collect();
    let none: Vec<&str> =
        DirtKind::ALL.iter().map(|kind| kind.id()).filter(|kind| !planted.contains(kind)).collect();
    assert!(none.is_empty(), "the demo has none of {none:?}");
}

fn params(schools: usize, seed: u64) -> Params {
    let years = vec![Year(2023), Year(2024), Year(2025)];
    let profile = Profile::named("typical").unwrap();
    Params { schools, seed, years, format: Format::Files, profile }
}

#[test]
fn small_regions_are_found_whole_whatever_the_seed() {
    for (schools, seed) in [(12, 3), (30, 5), (40, 77)] {
        let trial = Trial::new(&|_, folder| {
            synth::run(&params(schools, seed), &RealDisk, &folder.join("data/demo"), &|_, _| ()).unwrap();
        });
        all_found(&trial.score(), 200);
    }
}

/// Year, grade, subject, school and code of a pupil: score, mark and journal mark.
type Results = BTreeMap<(i32, i32, String, String, String), (i64, Option<i32>, Option<i32>)>;

fn results_read(frame: &DataFrame) -> Results {
    let (years, grades) = (ints(frame, "year").unwrap(), ints(frame, "grade").unwrap());
    let [procedures, subjects, schools, codes, states] =
        ["procedure", "subject", "school_id", "pupil_code", "status"].map(|c| texts(frame, c).unwrap());
    let scores = floats(frame, "score_tasks").unwrap();
    let (marks, journal) = (ints(frame, "mark").unwrap(), ints(frame, "journal_mark").unwrap());
    (0..frame.height())
        .filter(|&i| procedures[i].as_deref() == Some("vpr") && states[i].as_deref() == Some("present"))
        .map(|i| {
            let text = |values: &[Option<String>]| values[i].clone().unwrap_or_default();
            let key = (years[i].unwrap(), grades[i].unwrap(), text(&subjects), text(&schools), text(&codes));
            (key, (scores[i].map_or(-1, |score| score as i64), marks[i], journal[i]))
        })
        .collect()
}

fn results_drawn(region: &Region) -> Results {
    let mut results = Results::new();
    for &year in &region.years {
        for (grade, subject) in region.vpr_tests() {
            let test = region.test(grade, subject).unwrap();
            for (_, school) in region.schools_in(year) {
                for sitting in
                    region.vpr(school.as_ref(), year, grade, subject).iter().filter(|s| s.present())
                {
                    let key = (year.0, grade, subject.id().to_owned(), school.id(), sitting.code.to_string());
                    let score = sitting.score();
                    results.insert(key, (i64::from(score), Some(test.mark(score)), sitting.journal));
                }
            }
        }
    }
    results
}

/// Dirt that earns no finding is read as if it were not there: every result and every figure is what was drawn.
#[test]
fn silent_dirt_is_read_rightly() {
    let region = synth::region(&params(20, 9)).unwrap();
    let mut rates = Rates::none();
    for &kind in DirtKind::ALL.iter().filter(|kind| kind.earns().is_empty()) {
        rates.set(kind, (20.0 * kind.usual_rate()).min(0.4));
    }
    let trial = Trial::new(&|_, folder| {
        let there = Root::new(Arc::new(RealDisk), folder);
        let mut give = |artefact: synth::Artefact| {
            let path = format!("data/demo/{}", artefact.path.to_string_lossy());
            there.create_folder(path.rsplit_once('/').map_or("", |(folder, _)| folder))?;
            there.put(&path, &artefact.bytes)
        };
        write(&region, &rates, &mut give).unwrap();
    });
    let loud = trial.run.table("finding").unwrap();
    let severities = texts(&loud, "severity").unwrap();
    assert!(severities.iter().all(|word| word.as_deref() == Some("note")), "{loud:?}");
    let (read, drawn) = (results_read(&trial.run.table("result").unwrap()), results_drawn(&region));
    assert!(drawn.len() > 1000);
    for (key, expected) in &drawn {
        assert_eq!(read.get(key), Some(expected), "{key:?}");
    }
    assert_eq!(read.len(), drawn.len());
    figures_are_those_drawn(&trial.run.table("measure").unwrap(), &region);
}

fn figures_are_those_drawn(frame: &DataFrame, region: &Region) {
    let years = ints(frame, "year").unwrap();
    let (schools, measures) = (texts(frame, "school_id").unwrap(), texts(frame, "measure").unwrap());
    let counts = floats(frame, "numerator").unwrap();
    let read: BTreeMap<_, _> = (0..frame.height())
        .map(|i| ((years[i].unwrap(), schools[i].clone().unwrap(), measures[i].clone().unwrap()), counts[i]))
        .collect();
    for &year in &region.years {
        for (_, school) in region.schools_in(year) {
            let passport = region.passport(school.as_ref(), year);
            for (factor, &count) in FACTORS.iter().zip(&passport.counts) {
                let key = (year.0, school.id(), factor.measure.to_owned());
                assert_eq!(read.get(&key), Some(&Some(f64::from(count))), "{key:?}");
            }
        }
    }
}
