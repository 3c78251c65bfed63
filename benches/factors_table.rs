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
use rsoko::base::{Seed, Year};
use rsoko::factors::Factors;
use rsoko::indicators::Indicators;
use rsoko::pipeline::{Declared, Input, Quiet, Stage};
use rsoko::stats::wilson;
use rsoko::synth::truth::Truth;
use rsoko::synth::{Format, Params, Profile, Region, parquet, region};
use rsoko::tables::{ContextIndex, MarkerEvidence, Table, floats, int64s, ints, texts};

/// Regions in flight.
const THREADS: usize = 2;

/// Which regions.
pub struct Plan {
    pub profile: String,
    pub schools: usize,
    pub seeds: usize,
}

/// What the stages read, once for all regions.
struct Declaration {
    years: Vec<Year>,
    documents: BTreeMap<String, (String, String)>,
    profile: Profile,
}

impl Declaration {
    fn read(plan: &Plan) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let read = |path: &str| std::fs::read_to_string(root.join(path)).expect("a file of the repository");
        let breaks = read("data/reference/series-breaks.toml");
        let documents = [
            ("method", read("pipelines/methods/federal-847.toml")),
            ("reference/series-breaks", breaks.clone()),
            ("reference/series-breaks.toml", breaks),
        ];
        Self {
            years: [2023, 2024, 2025].map(Year).to_vec(),
            documents: documents.map(|(name, text)| (name.to_owned(), (name.to_owned(), text))).into(),
            profile: Profile::named(&plan.profile).expect("a built-in profile"),
        }
    }

    fn run(
        &self,
        stage: &dyn Stage,
        params: &str,
        tables: &BTreeMap<&'static str, DataFrame>,
        seed: u64,
    ) -> BTreeMap<&'static str, DataFrame> {
        let params: toml::Table = params.parse().expect("parameters");
        let declared =
            Declared { years: &self.years, languages: &[], params: &params, documents: &self.documents };
        let input = Input { declared, tables, seed: Seed(seed), run: "", sources: &Quiet, progress: &Quiet };
        stage.run(&input).expect("a run").tables.into_iter().collect()
    }
}

/// One effect of one region.
struct Line {
    outcome: String,
    factor: String,
    step: f64,
    planted: f64,
    estimate: f64,
    low: f64,
    high: f64,
    /// Do CR2 (or the bootstrap) and CR1 cover it, where they can be had?
    robust: Option<bool>,
    cr1: Option<bool>,
    /// The sign of the log-odds that was found to be sure, or 0.
    sure: i32,
    verdict: String,
}

/// What one region says.
struct Told {
    lines: Vec<Line>,
    /// Outcome and status of its model.
    models: Vec<(String, String)>,
    /// Wilson's intervals of the shares of low results of the OGE: those that hold the share which was drawn from, and all.
    wilson: (usize, usize),
}

fn told(plan: &Plan, declaration: &Declaration, seed: u64) -> Told {
    let (years, profile) = (declaration.years.clone(), declaration.profile.clone());
    let params = Params { schools: plan.schools, seed, years, format: Format::Parquet, profile };
    let region = region(&params).expect("a region");
    let frames = parquet::frames(&region).expect("its tables");
    let mut tables = frames.tables;
    for (name, frame) in declaration.run(&Indicators, "", &tables, seed) {
        tables.insert(name, frame);
    }
    let untested = MarkerEvidence::frame(Vec::new()).expect("a table");
    let unindexed = ContextIndex::frame(Vec::new()).expect("a table");
    tables.extend([("marker_evidence", untested), ("context_index", unindexed)]);
    let made = declaration.run(&Factors, "resamples = 0", &tables, seed);
    let cr1 = declaration.run(&Factors, "resamples = 0\nrobust = \"cr1\"", &tables, seed);
    let models = &made["factor_model"];
    let word = |name: &str| texts(models, name).expect("a column").into_iter().flatten();
    Told {
        lines: lines(&made["factor_effect"], &cr1["factor_effect"], &frames.truth),
        models: word("outcome").zip(word("status")).collect(),
        wilson: wilsons(&tables["indicator_value"], &region, &frames.truth),
    }
}

fn lines(effects: &DataFrame, with_cr1: &DataFrame, truth: &Truth) -> Vec<Line> {
    let truth: BTreeMap<(&str, &str), f64> =
        truth.factors.iter().map(|t| ((t.procedure.as_str(), t.factor.as_str()), t.effect)).collect();
    let words = |name: &str| texts(effects, name).expect("a column");
    let (outcomes, factors, verdicts) = (words("outcome"), words("factor"), words("verdict"));
    let number = |name: &str| floats(effects, name).expect("a column");
    let (steps, estimates, lows, highs) = (number("step"), number("estimate"), number("low"), number("high"));
    let robust = (number("low_robust"), number("high_robust"));
    let of_cr1 = |name: &str| floats(with_cr1, name).expect("a column");
    let cr1 = (of_cr1("low_robust"), of_cr1("high_robust"));
    let found = ints(effects, "results_found").expect("a column");
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
        let holds = |ends: &(Vec<Option<f64>>, Vec<Option<f64>>)| {
            Some(ends.0[at]? <= planted && planted <= ends.1[at]?)
        };
        let (robust, cr1) = (holds(&robust), holds(&cr1));
        // worse results are more low ones
        let sure = -found[at].unwrap_or_default();
        lines.push(Line { outcome, factor, step, planted, estimate, low, high, robust, cr1, sure, verdict });
    }
    lines
}

fn wilsons(values: &DataFrame, region: &Region, truth: &Truth) -> (usize, usize) {
    let mut shares: BTreeMap<(i32, &str, String), f64> = BTreeMap::new();
    for records in truth.tests.iter().filter(|records| records.test.0 == "oge") {
        for (number, record) in &records.schools {
            let id = region.schools[*number as usize].id();
            shares.insert((records.year.0, records.test.2.id(), id), record.marked_low_share);
        }
    }
    let word = |name: &str| texts(values, name).expect("a column");
    let (indicators, levels, schools) = (word("indicator"), word("level"), word("entity_id"));
    let years = ints(values, "year").expect("a column");
    let count = |name: &str| int64s(values, name).expect("a column");
    let (low, all) = (count("numerator"), count("denominator"));
    let mut held = (0, 0);
    for at in 0..values.height() {
        let subject = indicators[at].as_deref().and_then(|id| id.strip_prefix("low_share_oge_"));
        let (Some(subject), Some("school"), Some(school), Some(year)) =
            (subject, levels[at].as_deref(), schools[at].as_deref(), years[at])
        else {
            continue;
        };
        let (Some(low), Some(all)) = (low[at], all[at]) else { continue };
        let (Some(share), Ok(low), Ok(all)) =
            (shares.get(&(year, subject, school.to_owned())), u64::try_from(low), u64::try_from(all))
        else {
            continue;
        };
        if let Some(interval) = wilson(low, all, 0.95) {
            held.0 += usize::from(interval.low <= *share && *share <= interval.high);
            held.1 += 1;
        }
    }
    held
}

/// The table in Markdown.
pub fn table(plan: &Plan) -> String {
    let declaration = Declaration::read(plan);
    let seeds: Vec<u64> = (1..=plan.seeds as u64).collect();
    // threads of their own: in rayon's a waiting region begins another one, and what Polars drops later is never dropped
    let part = |first: usize| -> Vec<(u64, Told)> {
        seeds
            .iter()
            .skip(first)
            .step_by(THREADS)
            .map(|&seed| (seed, told(plan, &declaration, seed)))
            .collect()
    };
    let mut told: Vec<(u64, Told)> = std::thread::scope(|scope| {
        let part = &part;
        let running: Vec<_> = (0..THREADS).map(|first| scope.spawn(move || part(first))).collect();
        running.into_iter().flat_map(|thread| thread.join().expect("a thread")).collect()
    });
    told.sort_by_key(|(seed, _)| *seed);
    let regions: Vec<Told> = told.into_iter().map(|(_, told)| told).collect();
    let mut out = format!("{}: {} regions of {} schools\n", plan.profile, plan.seeds, plan.schools);
    let mut groups: BTreeMap<(&str, &str), Vec<&Line>> = BTreeMap::new();
    for line in regions.iter().flat_map(|region| &region.lines) {
        groups.entry((&line.outcome, &line.factor)).or_default().push(line);
    }
    let _ = writeln!(
        out,
        "| outcome | factor | step | planted | mean estimate | bias/sd | sd | coverage | sign proved | wrong sign | acts | no influence | n |"
    );
    for ((outcome, factor), lines) in &groups {
        let n = lines.len() as f64;
        let mean = |f: &dyn Fn(&Line) -> f64| lines.iter().map(|l| f(l)).sum::<f64>() / n;
        let (planted, estimate) = (mean(&|l| l.planted), mean(&|l| l.estimate));
        let bias = mean(&|l| l.estimate - l.planted);
        let sd = (mean(&|l| (l.estimate - l.planted - bias).powi(2))).sqrt();
        let share = |f: &dyn Fn(&Line) -> bool| 100.0 * lines.iter().filter(|l| f(l)).count() as f64 / n;
        let _ = writeln!(
            out,
            "| {outcome} | {factor} | {:.0} | {planted:.3} | {estimate:.3} | {:.2} | {sd:.3} | {:.1} | {:.1} | {:.1} | {:.1} | {:.1} | {} |",
            100.0 * mean(&|l| l.step),
            bias / sd,
            share(&|l| l.low <= l.planted && l.planted <= l.high),
            share(&|l| f64::from(l.sure) * l.planted > 0.0 || (l.planted == 0.0 && l.sure != 0)),
            share(&|l| f64::from(l.sure) * l.planted < 0.0),
            share(&|l| l.verdict == "acts"),
            share(&|l| l.verdict == "no_influence"),
            lines.len()
        );
    }
    summary(&mut out, &regions);
    out
}

/// Coverage over all factors of an outcome, by each kind of interval, and what was not fitted.
fn summary(out: &mut String, regions: &[Told]) {
    let outcomes: std::collections::BTreeSet<&str> =
        regions.iter().flat_map(|r| &r.lines).map(|l| l.outcome.as_str()).collect();
    for outcome in outcomes {
        let of: Vec<Vec<&Line>> =
            regions.iter().map(|r| r.lines.iter().filter(|l| l.outcome == outcome).collect()).collect();
        let covered = |f: &dyn Fn(&Line) -> Option<bool>| {
            // factors of a region hang together: the error is that of the regions' shares
            let shares: Vec<f64> = of
                .iter()
                .filter_map(|lines: &Vec<&Line>| {
                    let known: Vec<bool> = lines.iter().filter_map(|l| f(l)).collect();
                    let hits = known.iter().filter(|held| **held).count();
                    (!known.is_empty()).then(|| 100.0 * hits as f64 / known.len() as f64)
                })
                .collect();
            let n = shares.len() as f64;
            let mean = shares.iter().sum::<f64>() / n;
            let squares: f64 = shares.iter().map(|s| (s - mean) * (s - mean)).sum();
            format!("{mean:.2} ± {:.2} ({} regions)", (squares / (n - 1.0) / n).sqrt(), shares.len())
        };
        let wrong = of.iter().filter(|lines| lines.iter().any(|l| l.verdict == "acts" && l.planted == 0.0));
        let fitted = of.iter().filter(|lines| !lines.is_empty()).count();
        let _ = writeln!(
            out,
            "{outcome}: coverage {}; of inert factors {}; CR2 or bootstrap {}; CR1 {}; regions with an inert factor said to act: {:.1} % of {fitted}",
            covered(&|l| Some(l.low <= l.planted && l.planted <= l.high)),
            covered(&|l| (l.planted == 0.0).then_some(l.low <= 0.0 && 0.0 <= l.high)),
            covered(&|l| l.robust),
            covered(&|l| l.cr1),
            100.0 * wrong.count() as f64 / fitted as f64,
        );
    }
    let mut refused: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (outcome, status) in regions.iter().flat_map(|r| &r.models).filter(|(_, status)| status != "fitted") {
        *refused.entry((outcome, status)).or_default() += 1;
    }
    refused.iter().for_each(|((outcome, status), n)| {
        let _ = writeln!(out, "{outcome}: {status} in {n} models");
    });
    let (held, all) = regions.iter().fold((0, 0), |(a, b), r| (a + r.wilson.0, b + r.wilson.1));
    let _ = writeln!(
        out,
        "Wilson, share of low OGE results of a school: {:.2} of {all}",
        100.0 * held as f64 / all as f64
    );
}
