//! The stage `factors` on regions whose truth is known: made here for the bench and, in miniature, for a test.
#![allow(
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    clippy::float_cmp,
    reason = "a region that cannot be made has no table"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use polars::prelude::DataFrame;
use rayon::prelude::*;
use rsoko::base::{Seed, Year};
use rsoko::factors::Factors;
use rsoko::indicators::Indicators;
use rsoko::pipeline::{Declared, Input, Quiet, Stage};
use rsoko::synth::{Format, Params, Profile, parquet, region};
use rsoko::tables::{ContextIndex, MarkerEvidence, Table, floats, texts};

/// Which regions.
pub struct Plan {
    pub profile: String,
    pub schools: usize,
    pub seeds: usize,
}

/// One effect of one region.
struct Line {
    outcome: String,
    factor: String,
    planted: f64,
    estimate: f64,
    low: f64,
    high: f64,
    verdict: String,
}

fn tables_of(plan: &Plan, seed: u64) -> Vec<Line> {
    let years = [2023, 2024, 2025].map(Year).to_vec();
    let profile = Profile::named(&plan.profile).expect("a built-in profile");
    let params =
        Params { schools: plan.schools, seed, years: years.clone(), format: Format::Parquet, profile };
    let region = region(&params).expect("a region");
    let frames = parquet::frames(&region).expect("its tables");
    let pack = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/methods/federal-847.toml");
    let pack = std::fs::read_to_string(pack).expect("the pack");
    let breaks = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/reference/series-breaks.toml");
    let breaks = std::fs::read_to_string(breaks).expect("the breaks");
    let documents = BTreeMap::from([
        ("method".to_owned(), ("pack".to_owned(), pack)),
        ("reference/series-breaks".to_owned(), ("breaks".to_owned(), breaks.clone())),
        ("reference/series-breaks.toml".to_owned(), ("breaks".to_owned(), breaks)),
    ]);
    let params: toml::Table = "resamples = 0".parse().expect("parameters");
    let run = |stage: &dyn Stage, params: &toml::Table, tables: &BTreeMap<&'static str, DataFrame>| {
        let declared = Declared { years: &years, languages: &[], params, documents: &documents };
        let input = Input { declared, tables, seed: Seed(seed), run: "", sources: &Quiet, progress: &Quiet };
        stage.run(&input).expect("a run").tables
    };
    let mut tables = frames.tables;
    let none = toml::Table::new();
    for (name, frame) in run(&Indicators, &none, &tables) {
        tables.insert(name, frame);
    }
    let untested = MarkerEvidence::frame(Vec::new()).expect("a table");
    let unindexed = ContextIndex::frame(Vec::new()).expect("a table");
    tables.extend([("marker_evidence", untested), ("context_index", unindexed)]);
    let made = run(&Factors, &params, &tables);
    let effects = &made.iter().find(|(name, _)| *name == "factor_effect").expect("effects").1;
    let truth: BTreeMap<(&str, &str), f64> =
        frames.truth.factors.iter().map(|t| ((t.procedure.as_str(), t.factor.as_str()), t.effect)).collect();
    let (outcomes, factors) =
        (texts(effects, "outcome").expect("a column"), texts(effects, "factor").expect("a column"));
    let number = |name: &str| floats(effects, name).expect("a column");
    let (steps, estimates, lows, highs) = (number("step"), number("estimate"), number("low"), number("high"));
    let verdicts = texts(effects, "verdict").expect("a column");
    let mut lines = Vec::new();
    for (at, (outcome, factor)) in outcomes.into_iter().zip(factors).enumerate() {
        let (Some(outcome), Some(factor)) = (outcome, factor) else { continue };
        // of shares of low results the truth knows what factors do
        if !outcome.ends_with("_low") {
            continue;
        }
        let procedure = outcome.split('_').next().unwrap_or_default().to_owned();
        let planted = truth.get(&(procedure.as_str(), factor.as_str())).copied().unwrap_or_default();
        let (Some(step), Some(estimate), Some(low), Some(high), Some(verdict)) =
            (steps[at], estimates[at], lows[at], highs[at], verdicts[at].clone())
        else {
            continue;
        };
        let planted = planted * step / 0.1;
        lines.push(Line { outcome, factor, planted, estimate, low, high, verdict });
    }
    lines
}

/// The table in Markdown.
pub fn table(plan: &Plan) -> String {
    let seeds: Vec<u64> = (1..=plan.seeds as u64).collect();
    let regions: Vec<Vec<Line>> = seeds.par_iter().map(|&seed| tables_of(plan, seed)).collect();
    let mut out = format!("{}: {} regions of {} schools\n", plan.profile, plan.seeds, plan.schools);
    let mut groups: BTreeMap<(&str, &str), Vec<&Line>> = BTreeMap::new();
    for line in regions.iter().flatten() {
        groups.entry((&line.outcome, &line.factor)).or_default().push(line);
    }
    let _ = writeln!(
        out,
        "| outcome | factor | planted | mean estimate | bias/se | sd | coverage | acts | right sign | no influence | n |"
    );
    let mut covered: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for ((outcome, factor), lines) in &groups {
        let n = lines.len() as f64;
        let mean = |f: &dyn Fn(&Line) -> f64| lines.iter().map(|l| f(l)).sum::<f64>() / n;
        let (planted, estimate) = (mean(&|l| l.planted), mean(&|l| l.estimate));
        let bias = mean(&|l| l.estimate - l.planted);
        let sd = (mean(&|l| (l.estimate - l.planted - bias).powi(2))).sqrt();
        let inside = lines.iter().filter(|l| l.low <= l.planted && l.planted <= l.high).count();
        let entry = covered.entry(outcome).or_default();
        entry.0 += inside;
        entry.1 += lines.len();
        let share = |f: &dyn Fn(&Line) -> bool| 100.0 * lines.iter().filter(|l| f(l)).count() as f64 / n;
        let _ = writeln!(
            out,
            "| {outcome} | {factor} | {planted:.3} | {estimate:.3} | {:.2} | {sd:.3} | {:.1} | {:.1} | {:.1} | {:.1} | {} |",
            bias / sd,
            100.0 * inside as f64 / n,
            share(&|l| l.verdict == "acts"),
            share(&|l| l.verdict == "acts" && l.estimate * l.planted > 0.0),
            share(&|l| l.verdict == "no_influence"),
            lines.len()
        );
    }
    for (outcome, (inside, all)) in covered {
        let wrong = regions
            .iter()
            .filter(|lines| {
                lines.iter().any(|l| l.outcome == outcome && l.verdict == "acts" && l.planted == 0.0)
            })
            .count();
        let _ = writeln!(
            out,
            "{outcome}: coverage {:.2} of {all}; regions with an inert factor said to act: {:.1} %",
            100.0 * inside as f64 / all as f64,
            100.0 * wrong as f64 / regions.len() as f64
        );
    }
    out
}
