//! What the probability of a list is worth: regions whose truth is known, made, analysed and scored in memory.
//!
//! `cargo bench --bench reliability` prints the tables of the README, and before them how long the lists of a large region
//! take (two thousand draws). `RSOKO_SCHOOLS` and `RSOKO_SEEDS` set the size of the regions and how many there are of each
//! profile (0: none), `RSOKO_LARGE` the size of the large one (0: none).
#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a bench prints and measures, and stops where there is nothing to print"
)]

use std::collections::BTreeMap;
use std::time::Instant;

use polars::prelude::DataFrame;
use rsoko::base::{Seed, Year};
use rsoko::identification::Identification;
use rsoko::indicators::Indicators;
use rsoko::method::MethodPack;
use rsoko::pipeline::{Declared, Input, Quiet, Stage};
use rsoko::synth::score::{Agreement, Bin, Held, Judged, ListScore, Share, SizeClass, Truth, score};
use rsoko::synth::{Profile, Region, parquet};
use rsoko::tables::{conform, spec};
use rsoko::text::{Lang, interval, percent};

const PACK: &str = include_str!("../pipelines/methods/federal-847.toml");
const YEARS: [Year; 3] = [Year(2023), Year(2024), Year(2025)];

fn number(name: &str, default: usize) -> usize {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn main() {
    match number("RSOKO_LARGE", 1_500) {
        0 => {}
        schools => large(schools),
    }
    let (schools, seeds) = (number("RSOKO_SCHOOLS", 150), number("RSOKO_SEEDS", 100));
    if seeds == 0 {
        return;
    }
    println!("{schools} schools, seeds 1 to {seeds}");
    for profile in ["typical", "hard"] {
        let mut pooled = [Pooled::default(), Pooled::default()];
        for seed in 1..=seeds {
            let list = one(profile, schools, seed as u64);
            pooled[0].add(&list.marked);
            pooled[1].add(&list.honest);
        }
        for (truth, pooled) in ["as marked", "honest"].iter().zip(&pooled) {
            pooled.print(profile, truth);
        }
    }
}

/// How long the lists of a region of this size take, with the draws that the stage makes where nobody says otherwise: three times,
/// since the first meets cold memory.
fn large(schools: usize) {
    let profile = Profile::named("typical").expect("a built-in profile");
    let region = Region::draw(schools, 1, &YEARS, &profile);
    let mut tables = parquet::frames(&region).expect("the region's tables").tables;
    let documents = BTreeMap::from([("method".to_owned(), ("pack".to_owned(), PACK.to_owned()))]);
    let figures = stage_output(&Indicators, &tables, &documents, 1);
    tables.extend(figures);
    let seconds = (0..3).map(|_| {
        let start = Instant::now();
        let lists = stage_output(&Identification, &tables, &documents, 1);
        assert!(lists.iter().any(|(name, frame)| *name == "list_entry" && frame.height() >= schools / 2));
        format!("{:.1}", start.elapsed().as_secs_f64())
    });
    println!("lists of {schools} schools, seconds: {}", seconds.collect::<Vec<_>>().join(", "));
}

/// A region of this seed, judged and scored.
fn one(profile: &str, schools: usize, seed: u64) -> ListScore {
    let profile = Profile::named(profile).expect("a built-in profile");
    let region = Region::draw(schools, seed, &YEARS, &profile);
    let mut made = parquet::frames(&region).expect("the region's tables");
    let documents = BTreeMap::from([("method".to_owned(), ("pack".to_owned(), PACK.to_owned()))]);
    for stage in [&Indicators as &dyn Stage, &Identification] {
        let tables = stage_output(stage, &made.tables, &documents, seed);
        made.tables.extend(tables);
    }
    let pack = MethodPack::parse("pack", PACK).expect("a sound pack");
    let files = made.truth.artefacts(&region, &[]).expect("the truth");
    let truth = Truth::read(&|name| {
        let file = files.iter().find(|file| file.path.ends_with(name));
        Ok(file.map(|file| file.bytes.clone()))
    });
    let tables = |name: &str| Ok(made.tables.get(name).cloned());
    let judged = Judged { tables: &tables, pack: &pack, years: &YEARS, sources: &[] };
    score(&judged, &truth.expect("the truth")).expect("a score").lists.remove(0)
}

fn stage_output(
    stage: &dyn Stage,
    tables: &BTreeMap<&'static str, DataFrame>,
    documents: &BTreeMap<String, (String, String)>,
    seed: u64,
) -> Vec<(&'static str, DataFrame)> {
    let params = toml::Table::new();
    let declared = Declared { years: &YEARS, languages: &[], params: &params, documents };
    let seed = Seed(seed).of(stage.kind());
    let input = Input { declared, tables, seed, run: "", sources: &Quiet, progress: &Quiet };
    let output = stage.run(&input).expect("a stage's tables").tables;
    let whole = |(name, frame): (&'static str, DataFrame)| {
        (name, conform(spec(name).expect("a table"), &frame).expect("its columns"))
    };
    output.into_iter().map(whole).collect()
}

/// Counts of all regions together: the raw list, the verdict `yes`, the verdicts and the bins of probability.
#[derive(Default)]
struct Pooled {
    shares: BTreeMap<&'static str, (u64, u64)>,
    verdicts: BTreeMap<String, u64>,
    bins: BTreeMap<u32, (f64, f64, f64, u64, u64)>,
}

impl Pooled {
    fn add(&mut self, held: &Held) {
        let all = |lines: &[Agreement]| lines.iter().find(|line| line.size == SizeClass::All).copied();
        let mut add = |name, share: Option<Share>| {
            if let Some(share) = share {
                let sum = self.shares.entry(name).or_default();
                *sum = (sum.0 + share.count, sum.1 + share.of);
            }
        };
        if let Some(raw) = all(&held.raw) {
            add("raw list: precision", raw.precision);
            add("raw list: recall", raw.recall);
        }
        if let Some(yes) = all(&held.yes) {
            add("yes: precision", yes.precision);
            add("yes: recall", yes.recall);
        }
        for line in &held.words {
            *self.verdicts.entry(line.verdict.clone()).or_default() += line.truly_low.of;
        }
        for bin in held.schools.iter().filter(|bin| bin.size == SizeClass::All) {
            self.bin(bin);
        }
    }

    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "counts"
    )]
    fn bin(&mut self, bin: &Bin) {
        let sum = self.bins.entry((bin.from * 1000.0) as u32).or_insert((bin.from, bin.to, 0.0, 0, 0));
        sum.2 += bin.said * bin.truly.of as f64;
        sum.3 += bin.truly.count;
        sum.4 += bin.truly.of;
    }

    #[allow(clippy::cast_precision_loss, reason = "counts of schools")]
    fn print(&self, profile: &str, truth: &str) {
        let lang = Lang::En;
        println!("\n## {profile}, truth: {truth}");
        for (name, (count, of)) in &self.shares {
            if let Some(share) = Share::new(*count, *of) {
                let ends = interval(lang, share.low, share.high, 1);
                println!("{name}: {} ({ends}), {count} of {of}", percent(lang, share.value, 1));
            }
        }
        println!("schools by verdict: {:?}", self.verdicts);
        println!("| probability | mean | truly | schools |\n| --- | --- | --- | --- |");
        for (from, to, said, count, of) in self.bins.values() {
            if let Some(share) = Share::new(*count, *of) {
                let mean = percent(lang, said / *of as f64, 1);
                let ends = interval(lang, share.low, share.high, 1);
                let group = interval(lang, *from, *to, 0);
                println!("| {group} | {mean} | {} ({ends}) | {of} |", percent(lang, share.value, 1));
            }
        }
    }
}
