//! The tables of the signs' bench.
#![allow(
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a region that cannot be made has no table"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;
use std::sync::Mutex;
use std::time::Instant;

use polars::prelude::{DataFrame, IntoLazy, col, lit};
use rsoko::base::{Seed, Year};
use rsoko::objectivity::Objectivity;
use rsoko::pipeline::{Declared, Input, Progress, Quiet, Stage};
use rsoko::stats::wilson;
use rsoko::synth::truth::Truth;
use rsoko::synth::{Profile, Region, parquet};
use rsoko::tables::{ItemScore, JournalComparison, MarkerEvidence, Table, floats, int64s, sort, texts};
use rsoko::text::{Lang, interval, percent};

const YEARS: [Year; 3] = [Year(2023), Year(2024), Year(2025)];
const GRADES: [&str; 3] = ["weak", "moderate", "strong"];
const BANDS: [&str; 4] = ["1-9", "10-24", "25-49", "50+"];

/// The region whose honest likes are simulated.
pub struct Plan {
    pub profile: String,
    pub schools: usize,
    pub seed: u64,
    pub regions: usize,
}

type Tables = BTreeMap<&'static str, DataFrame>;

fn run(tables: &Tables, regions: usize, seed: u64, progress: &dyn Progress) -> Tables {
    let mut params = toml::Table::new();
    params.insert("regions".to_owned(), i64::try_from(regions).unwrap_or_default().into());
    let documents = BTreeMap::new();
    let declared = Declared { years: &YEARS, languages: &[], params: &params, documents: &documents };
    let seed = Seed(seed).of("objectivity");
    let mut tables = tables.clone();
    tables.insert("journal_comparison", JournalComparison::frame(Vec::new()).expect("an empty table"));
    tables.insert("item_score", ItemScore::frame(Vec::new()).expect("an empty table"));
    let input = Input { declared, tables: &tables, seed, run: "", sources: &Quiet, progress };
    Objectivity.run(&input).expect("the stage's tables").tables.into_iter().collect()
}

/// Says on one line how far it is, and how long it may still take.
struct Told {
    began: Instant,
    /// Steps in all, done, and hundredths that were told.
    steps: Mutex<(u64, u64, u64)>,
}

impl Progress for Told {
    fn total(&self, steps: u64) {
        self.steps.lock().expect("no panic").0 = steps;
    }

    fn advance(&self, steps: u64) {
        let mut known = self.steps.lock().expect("no panic");
        known.1 += steps;
        let part = 100 * known.1 / known.0.max(1);
        if part > known.2 {
            known.2 = part;
            let gone = self.began.elapsed().as_secs_f64();
            let left = gone * (known.0 as f64 / known.1 as f64 - 1.0);
            eprint!("\r{part} %, {left:.0} s left   ");
        }
    }
}

/// Megabytes of this process: `VmRSS` now, `VmHWM` at most since it was reset.
fn megabytes(line: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|text| text.strip_prefix(line)).unwrap_or_default();
    line.trim().trim_end_matches("kB").trim().parse().unwrap_or(0.0) / 1024.0
}

/// The stage's own simulation.
pub fn simulated(plan: &Plan) -> String {
    let profile = Profile::named(&plan.profile).expect("a built-in profile");
    let region = Region::draw(plan.schools, plan.seed, &YEARS, &profile);
    let mut tables = parquet::frames(&region).expect("the region's tables").tables;
    // eight tests of ВПР a year, and the exams
    let eight = col("subject").eq(lit("ru")).or(col("subject").eq(lit("ma"))).and(col("grade").gt(lit(4)));
    let wanted = col("procedure").eq(lit("oge")).or(col("procedure").eq(lit("vpr")).and(eight));
    let results = tables.remove("result").expect("results").lazy().filter(wanted).collect().expect("rows");
    let pupils = results.height();
    tables.insert("result", results);
    // the peak of making the region is none of the stage's
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    let before = megabytes("VmRSS:");
    let told = Told { began: Instant::now(), steps: Mutex::default() };
    let found = run(&tables, plan.regions, plan.seed, &told);
    eprintln!();
    let mut text = format!(
        "`{}`, {} schools, {pupils} results, {} regions of either kind: {:.0} s, {:.0} MB at most beside the {before:.0} that held the region\n",
        plan.profile,
        plan.schools,
        plan.regions,
        told.began.elapsed().as_secs_f64(),
        megabytes("VmHWM:") - before
    );
    for lang in [Lang::En, Lang::Ru] {
        text += &nulls(lang, &found["marker_null"]);
        text += &powers(lang, &found["marker_power"]);
    }
    text
}

fn word(lang: Lang, english: &str, russian: &str) -> String {
    if lang == Lang::Ru { russian } else { english }.to_owned()
}

fn head(lang: Lang, heads: &[(&str, &str)]) -> String {
    let names: Vec<String> = heads.iter().map(|(english, russian)| word(lang, english, russian)).collect();
    format!("\n| {} |\n|{}\n", names.join(" | "), " --- |".repeat(heads.len()))
}

fn finding(lang: Lang, id: &str) -> String {
    match id {
        "journal_inflated" => word(lang, "journal", "журнал"),
        _ => word(lang, "VPR", "ВПР"),
    }
}

const FLAVOURS: [&str; 2] = ["norm", "smooth"];

/// Honest schools flagged, by finding and size, in both kinds of region.
fn nulls(lang: Lang, frame: &DataFrame) -> String {
    let text = |name: &str| texts(frame, name).expect("a column").into_iter().flatten().collect::<Vec<_>>();
    let (flavours, findings, grades, bands) =
        (text("flavour"), text("finding"), text("evidence"), text("size_band"));
    let schools = int64s(frame, "schools").expect("a column");
    let (shares, errors) =
        (floats(frame, "share").expect("a column"), floats(frame, "error").expect("a column"));
    let mut out = head(
        lang,
        &[
            ("finding", "вывод"),
            ("participants in a test", "участников в работе"),
            ("honest schools", "честных школ"),
            ("own habits: moderate or strong", "свои привычки: средняя и сильная"),
            ("own habits: strong", "свои привычки: сильная"),
            ("no bunching: moderate or strong", "без скопления: средняя и сильная"),
            ("no bunching: strong", "без скопления: сильная"),
        ],
    );
    for one in ["vpr_inflated", "journal_inflated"] {
        for band in BANDS {
            let row = |of: &str, grade: &str| {
                (0..frame.height()).find(|&row| {
                    (findings[row].as_str(), flavours[row].as_str()) == (one, of)
                        && (bands[row].as_str(), grades[row].as_str()) == (band, grade)
                })
            };
            let share = |of: &str, grade: &str| {
                let row = row(of, grade)?;
                let (share, error) = shares[row].zip(errors[row])?;
                Some(format!("{} ± {}", percent(lang, share, 3), percent(lang, error, 3)))
            };
            let cells =
                FLAVOURS.map(|of| ["moderate", "strong"].map(|grade| share(of, grade).unwrap_or_default()));
            let all = row("norm", "moderate").and_then(|row| schools[row]).unwrap_or_default();
            let (name, band) = (finding(lang, one), band.replace('-', "–"));
            let _ = writeln!(out, "| {name} | {band} | {all} | {} |", cells.concat().join(" | "));
        }
    }
    out
}

/// Is it the journal; pupils, tests and the part in hundredths, all of them falling.
type Planted = (bool, i64, i64, i64);

/// Planted schools found, by finding, pupils, tests and part.
fn powers(lang: Lang, frame: &DataFrame) -> String {
    let text = |name: &str| texts(frame, name).expect("a column").into_iter().flatten().collect::<Vec<_>>();
    let (flavours, findings, grades) = (text("flavour"), text("finding"), text("evidence"));
    let whole = |name: &str| int64s(frame, name).expect("a column").into_iter().flatten().collect::<Vec<_>>();
    let (pupils, tests, schools) = (whole("participants"), whole("tests"), whole("schools"));
    let real = |name: &str| floats(frame, name).expect("a column");
    let (parts, shares, lows, highs) = (real("part"), real("share"), real("low"), real("high"));
    let mut rows: BTreeMap<Planted, BTreeMap<(&str, &str), usize>> = BTreeMap::new();
    for row in 0..frame.height() {
        let part = (100.0 * parts[row].unwrap_or_default()).round() as i64;
        let key = (findings[row] == "journal_inflated", -pupils[row], -tests[row], -part);
        rows.entry(key).or_default().insert((&flavours[row], &grades[row]), row);
    }
    let mut out = head(
        lang,
        &[
            ("finding", "вывод"),
            ("pupils in a test", "учеников в работе"),
            ("tests", "работ"),
            ("lifted", "поднято"),
            ("schools", "школ"),
            ("own habits: moderate or strong", "свои привычки: средняя и сильная"),
            ("own habits: strong", "свои привычки: сильная"),
            ("no bunching: moderate or strong", "без скопления: средняя и сильная"),
            ("no bunching: strong", "без скопления: сильная"),
        ],
    );
    for ((_, pupils, tests, part), known) in rows {
        let Some(&any) = known.values().next() else { continue };
        let found = |of: &str, grade: &str| {
            let at = *known.get(&(of, grade))?;
            let ((share, low), high) = shares[at].zip(lows[at]).zip(highs[at])?;
            Some(format!("{} ({})", percent(lang, share, 0), interval(lang, low, high, 0)))
        };
        let cells =
            FLAVOURS.map(|of| ["moderate", "strong"].map(|grade| found(of, grade).unwrap_or_default()));
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} |",
            finding(lang, &findings[any]),
            -pupils,
            -tests,
            percent(lang, -part as f64 / 100.0, 0),
            schools[any],
            cells.concat().join(" | ")
        );
    }
    out
}

/// What a grade said of schools of a size: rightly, wrongly, and of how many it could.
#[derive(Clone, Copy, Default)]
struct Said {
    right: [u64; 3],
    wrong: [u64; 3],
    inflating: u64,
    honest: u64,
}

impl Said {
    fn add(&mut self, grade: usize, inflates: bool) {
        *(if inflates { &mut self.inflating } else { &mut self.honest }) += 1;
        let counts = if inflates { &mut self.right } else { &mut self.wrong };
        counts.iter_mut().take(grade).for_each(|count| *count += 1);
    }
}

/// What is true of a school: whether it inflates, and how many marks are lifted in a test.
#[derive(Clone, Copy, Default)]
struct True {
    inflates: bool,
    lifted: i64,
    tests: i64,
}

/// Regions of the twin held against their truth.
pub fn twins(profile: &str, schools: usize, seeds: Range<u64>) -> String {
    let mut by_size: BTreeMap<(usize, usize), Said> = BTreeMap::new();
    let mut by_lifted: BTreeMap<(usize, usize), Said> = BTreeMap::new();
    for seed in seeds.clone() {
        let region =
            Region::draw(schools, seed, &YEARS, &Profile::named(profile).expect("a built-in profile"));
        let made = parquet::frames(&region).expect("the region's tables");
        let found = run(&made.tables, 0, seed, &Quiet);
        let frame = sort(MarkerEvidence::SPEC, &found["marker_evidence"]).expect("a table");
        for (at, id) in ["vpr_inflated", "journal_inflated"].into_iter().enumerate() {
            let known = known(&region, &made.truth, at);
            let rows = texts(&frame, "finding").expect("a column").into_iter();
            let rows = rows.zip(texts(&frame, "school_id").expect("a column"));
            let rows = rows.zip(texts(&frame, "evidence").expect("a column"));
            for (((of, school), grade), band) in rows.zip(texts(&frame, "size_band").expect("a column")) {
                let (Some(school), Some(grade), Some(band)) = (school, grade, band) else { continue };
                if of.as_deref() != Some(id) {
                    continue;
                }
                let truth = known.get(&school).copied().unwrap_or_default();
                let grade = GRADES.iter().position(|one| *one == grade).map_or(0, |at| at + 1);
                let size = BANDS.iter().position(|one| *one == band).unwrap_or_default();
                by_size.entry((at, size)).or_default().add(grade, truth.inflates);
                by_size.entry((at, BANDS.len())).or_default().add(grade, truth.inflates);
                if truth.inflates {
                    let lifted = truth.lifted as f64 / truth.tests.max(1) as f64;
                    let class = LIFTED.iter().take_while(|most| lifted >= **most).count();
                    by_lifted.entry((at, class)).or_default().add(grade, true);
                }
            }
        }
    }
    let mut text = format!("`{profile}`, regions of {schools} schools, seeds {seeds:?}\n");
    for lang in [Lang::En, Lang::Ru] {
        text += &sizes(lang, &by_size);
        text += &lifted(lang, &by_lifted);
    }
    text
}

/// Marks lifted in a test: fewer than so many.
const LIFTED: [f64; 3] = [1.0, 2.0, 4.0];
const LIFTED_NAMES: [&str; 4] = ["< 1", "1–2", "2–4", "≥ 4"];

fn known(region: &Region, truth: &Truth, finding: usize) -> BTreeMap<String, True> {
    let mut known: BTreeMap<String, True> = BTreeMap::new();
    for records in truth.tests.iter().filter(|records| records.test.0 == "vpr") {
        for (number, record) in &records.schools {
            let Some(school) = region.schools.get(*number as usize) else { continue };
            let slot = known.entry(school.id()).or_default();
            let (inflates, lifted) = match finding {
                0 => (record.vpr_inflated, record.vpr_lifted),
                _ => (record.journal_inflated, record.journal_lifted),
            };
            slot.inflates |= inflates;
            slot.lifted += i64::from(lifted);
            slot.tests += 1;
        }
    }
    known
}

fn share(lang: Lang, count: u64, of: u64, decimals: usize) -> String {
    let Some(bounds) = wilson(count, of, 0.95) else { return "–".to_owned() };
    let part = percent(lang, count as f64 / of as f64, decimals);
    format!("{part} ({}), {count} / {of}", interval(lang, bounds.low, bounds.high, decimals))
}

fn sizes(lang: Lang, by_size: &BTreeMap<(usize, usize), Said>) -> String {
    let mut out = head(
        lang,
        &[
            ("finding", "вывод"),
            ("participants in a test", "участников в работе"),
            ("inflating: found at moderate", "завышающие: найдено, средняя"),
            ("moderate: right", "средняя: верно"),
            ("strong: right", "сильная: верно"),
            ("honest: flagged at moderate", "честные: отмечено, средняя"),
            ("honest: flagged at strong", "честные: отмечено, сильная"),
        ],
    );
    for ((at, size), said) in by_size {
        let id = ["vpr_inflated", "journal_inflated"][*at];
        let band = BANDS.get(*size).map_or_else(|| word(lang, "all", "все"), |band| band.replace('-', "–"));
        let ([_, right, right_strong], [_, wrong, wrong_strong]) = (said.right, said.wrong);
        let cells = [
            share(lang, right, said.inflating, 0),
            share(lang, right, right + wrong, 0),
            share(lang, right_strong, right_strong + wrong_strong, 0),
            share(lang, wrong, said.honest, 2),
            share(lang, wrong_strong, said.honest, 2),
        ];
        let _ = writeln!(out, "| {} | {band} | {} |", finding(lang, id), cells.join(" | "));
    }
    out
}

fn lifted(lang: Lang, by_lifted: &BTreeMap<(usize, usize), Said>) -> String {
    if by_lifted.is_empty() {
        return String::new();
    }
    let mut out = head(
        lang,
        &[
            ("finding", "вывод"),
            ("marks lifted in a test", "поднятых отметок в работе"),
            ("found at weak", "найдено, слабая и выше"),
            ("found at moderate", "найдено, средняя и выше"),
            ("found at strong", "найдено, сильная"),
        ],
    );
    for ((at, class), said) in by_lifted {
        let id = ["vpr_inflated", "journal_inflated"][*at];
        let cells = said.right.map(|count| share(lang, count, said.inflating, 0));
        let _ = writeln!(out, "| {} | {} | {} |", finding(lang, id), LIFTED_NAMES[*class], cells.join(" | "));
    }
    out
}
