//! The table of scores: made here for the bench and, in miniature, for a test.
#![allow(
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a region that cannot be made has no score"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rsoko::base::Year;
use rsoko::lake::RealDisk;
use rsoko::method::MethodPack;
use rsoko::run::{OpenRun, Silent, Workspace, execute};
use rsoko::synth::score::{Agreement, EvidenceScore, Judged, Score, Share, SizeClass, Truth, score};
use rsoko::synth::{Format, Params, Profile, run};
use rsoko::text::{Lang, interval, percent};

/// The built-in profiles, the plain one first.
pub const PROFILES: [&str; 7] =
    ["typical", "honest", "hard", "class-effects", "heavy-tails", "absence", "everybody-nudges"];
/// Seeds of the regions.
pub const SEEDS: [u64; 4] = [1, 2, 3, 4];

const TABLES: [&str; 5] = ["measure", "result", "school", "source", "source_column"];
const STAGES: [&str; 4] = ["indicators", "identification", "factors", "objectivity"];

/// What a profile's regions gave together: counts above and below the line.
pub struct Pooled {
    profile: String,
    figures: [(u64, u64); 13],
}

/// Makes the regions of a profile, runs the annual analyses, and adds their scores up.
pub fn pooled(root: &Path, profile: &str, schools: usize, seeds: &[u64]) -> Pooled {
    let mut figures = [(0, 0); 13];
    for &seed in seeds {
        let folder = root.join(format!("{profile}-{seed}"));
        let _ = fs::remove_dir_all(&folder);
        let scored = one(&folder, profile, schools, seed);
        for ((count, of), share) in figures.iter_mut().zip(shares(&scored)) {
            *count += share.map_or(0, |share| share.count);
            *of += share.map_or(0, |share| share.of);
        }
        fs::remove_dir_all(&folder).expect("a folder of our own");
    }
    Pooled { profile: profile.to_owned(), figures }
}

fn shares(score: &Score) -> [Option<Share>; 13] {
    let all = |lines: &[Agreement]| lines.iter().find(|line| line.size == SizeClass::All).copied();
    let list = score.lists.first();
    let raw = list.and_then(|list| all(&list.honest.raw));
    let sure = list.and_then(|list| {
        list.honest
            .words
            .iter()
            .find(|line| line.state == "listed" && line.verdict == "yes")
            .map(|line| line.truly_low)
    });
    let graded = |finding: &str, grade: &str| {
        let of = |line: &&EvidenceScore| line.finding == finding && line.evidence == grade;
        score.evidence.iter().find(of).and_then(|line| all(&line.schools))
    };
    let evidence = |finding: &str| (graded(finding, "moderate"), graded(finding, "strong"));
    let (vpr, journal) = (evidence("vpr_inflated"), evidence("journal_inflated"));
    let factors = score.factors.as_ref();
    [
        raw.and_then(|raw| raw.precision),
        raw.and_then(|raw| raw.recall),
        raw.and_then(|raw| raw.false_flags),
        sure,
        vpr.0.and_then(|moderate| moderate.recall),
        vpr.0.and_then(|moderate| moderate.false_flags),
        vpr.1.and_then(|strong| strong.precision),
        journal.0.and_then(|moderate| moderate.recall),
        journal.0.and_then(|moderate| moderate.false_flags),
        journal.1.and_then(|strong| strong.precision),
        factors.and_then(|factors| factors.covered),
        factors.and_then(|factors| factors.found),
        factors.and_then(|factors| factors.invented),
    ]
}

const HEADS: [[&str; 14]; 2] = [
    [
        "profile",
        "list: truly low",
        "truly low: found",
        "not low: listed",
        "listed, verdict yes: truly low",
        "VPR inflated: found at moderate",
        "honest VPR: flagged at moderate",
        "VPR strong: right",
        "journal inflated: found at moderate",
        "honest journal: flagged at moderate",
        "journal strong: right",
        "effects: inside the interval",
        "acting factors: found",
        "inert factors: called acting",
    ],
    [
        "профиль",
        "в списке: низкие на самом деле",
        "низкие: найдены",
        "не низкие: в списке",
        "в списке, вывод «да»: низкие на самом деле",
        "завышены ВПР: найдено (средняя степень)",
        "честные ВПР: отмечено (средняя)",
        "ВПР, сильная степень: верно",
        "завышен журнал: найдено (средняя)",
        "честный журнал: отмечено (средняя)",
        "журнал, сильная степень: верно",
        "влияние внутри интервала",
        "действующие факторы: найдены",
        "недействующие: названы действующими",
    ],
];

/// The table in Markdown.
pub fn table(lang: Lang, lines: &[Pooled]) -> String {
    let [english, russian] = HEADS;
    let head = if lang == Lang::Ru { russian } else { english };
    let mut rows = vec![format!("| {} |", head.join(" | ")), format!("|{}", " --- |".repeat(head.len()))];
    for line in lines {
        let cells = line.figures.map(|(count, of)| match Share::new(count, of) {
            Some(share) => {
                format!("{} ({})", percent(lang, share.value, 0), interval(lang, share.low, share.high, 0))
            }
            None => "–".to_owned(),
        });
        rows.push(format!("| `{}` | {} |", line.profile, cells.join(" | ")));
    }
    rows.join("\n") + "\n"
}

fn one(root: &Path, profile: &str, schools: usize, seed: u64) -> Score {
    let region = root.join("data/region");
    for folder in ["pipelines", "pipelines/methods", "pipelines/layouts", "data/reference"] {
        copy_files(&source(folder), &root.join(folder));
    }
    let profile = Profile::named(profile).expect("a built-in profile");
    let years = [2023, 2024, 2025].map(Year).to_vec();
    let params = Params { schools, seed, years, format: Format::Parquet, profile };
    run(&params, &RealDisk, &region, &|_, _| ()).expect("a region");
    declare(root);
    let workspace = Workspace::open(root, Arc::new(RealDisk)).expect("a workspace");
    execute(&workspace, "score", &Silent).expect("a run");
    let run = OpenRun::latest(&workspace).expect("the run");
    let method = format!("pipelines/methods/{}.toml", run.manifest().method.id);
    let text = fs::read_to_string(root.join(&method)).expect("the pack");
    let pack = MethodPack::parse(&method, &text).expect("a sound pack");
    let tables = |name: &str| match run.manifest().table(name) {
        Some(_) => run.table(name).map(Some),
        None => Ok(None),
    };
    let judged = Judged { tables: &tables, pack: &pack, years: &run.manifest().years, sources: &[] };
    let truth = Truth::read(&|name| Ok(fs::read(region.join("truth").join(name)).ok())).expect("the truth");
    score(&judged, &truth).expect("a score")
}

/// The annual pipeline with the region's tables in place of senders' files, and only the stages that are scored.
fn declare(root: &Path) {
    let text = fs::read_to_string(source("pipelines/identification.toml")).expect("the annual pipeline");
    let mut pipeline: toml::Table = text.parse().expect("a valid pipeline");
    pipeline.remove("sources");
    let tables = TABLES.map(|table| (table.to_owned(), format!("data/region/{table}.parquet").into()));
    pipeline.insert("tables".to_owned(), toml::Value::Table(tables.into_iter().collect()));
    if let Some(stages) = pipeline.get_mut("stage").and_then(toml::Value::as_array_mut) {
        for stage in stages.iter_mut().filter_map(toml::Value::as_table_mut) {
            if stage.contains_key("regions") {
                // grades do not depend on the simulated regions
                stage.insert("regions".to_owned(), toml::Value::Integer(0));
            }
        }
        stages.retain(|stage| {
            let kind = stage.get("kind").and_then(toml::Value::as_str).unwrap_or_default();
            STAGES.contains(&kind)
        });
    }
    fs::write(root.join("pipelines/score.toml"), pipeline.to_string()).expect("a pipeline");
}

/// A path of the repository.
fn source(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn copy_files(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder of the repository").flatten() {
        if entry.path().is_file() {
            fs::copy(entry.path(), to.join(entry.file_name())).expect("a file of the repository");
        }
    }
}
