//! `rsoko synth score RUN`: a run against the truth of its region.

use std::path::{Path, PathBuf};

use clap::ArgMatches;

use crate::base::{Fault, FaultCode, Place, Result};
use crate::cli::app::App;
use crate::cli::columns::aligned;
use crate::cli::printer::{BOLD, PLAIN};
use crate::lake::{Disk, RealDisk, disk_fault};
use crate::run::{OpenRun, Workspace};
use crate::synth::score::{
    Agreement, Bin, FactorLine, FactorScore, FindingScore, Held, Judged, ListScore, Score, Share, SizeClass,
    Truth, WordLine, base_of, score as judge,
};
use crate::text::{Arg, integer, interval, number, percent};

/// Places that are told; the others are counted.
const TOLD: usize = 20;

/// Holds a run against the truth.
///
/// # Errors
/// `E202` where the run or the truth is not there, else as the tables say.
pub fn score(app: &App, args: &ArgMatches) -> Result<()> {
    let workspace = app.workspace()?;
    let run = OpenRun::named(&workspace, args.get_one::<String>("run").map_or("latest", String::as_str))?;
    let pack = super::method::of_run(&workspace, &run)?;
    let sources: Vec<String> = run.manifest().sources.iter().map(|source| source.path.clone()).collect();
    let (folder, truth) = match args.get_one::<PathBuf>("truth") {
        Some(folder) => (folder.display().to_string(), given(folder)?),
        None => beside(&workspace, &sources)?,
    };
    let tables = |name: &str| match run.manifest().table(name) {
        Some(_) => run.table(name).map(Some),
        None => Ok(None),
    };
    let judged = Judged { tables: &tables, pack: &pack, years: &run.manifest().years, sources: &sources };
    let score = judge(&judged, &truth)?;
    if app.json {
        let answer = serde_json::json!({ "run": run.manifest().run, "truth": folder, "score": score });
        app.answer(&answer);
        return Ok(());
    }
    let args = [("run", Arg::from(&run.manifest().run)), ("truth", Arg::from(&folder))];
    app.line(&app.say("score-title", &args));
    tell(app, &score);
    Ok(())
}

fn given(folder: &Path) -> Result<Truth> {
    Truth::read(&|name| match RealDisk.read(&folder.join(name)) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        other => other.map(Some).map_err(|error| disk_fault(&folder.to_string_lossy(), &error)),
    })
}

/// The truth beside the senders' files.
fn beside(workspace: &Workspace, sources: &[String]) -> Result<(String, Truth)> {
    let below = |base: &str| if base.is_empty() { "truth".to_owned() } else { format!("{base}/truth") };
    let root = workspace.root();
    let holds = |base: &str| root.stat(&below(base)).is_ok_and(|found| found.is_some());
    let none = || Fault::new(FaultCode::NotFound).at(Place::File("truth".to_owned())).with("truth", "truth");
    let folder = below(&base_of(sources, &holds).ok_or_else(none)?);
    let truth = Truth::read(&|name| root.read_if_there(&format!("{folder}/{name}")))?;
    Ok((folder, truth))
}

fn tell(app: &App, score: &Score) {
    for list in &score.lists {
        tell_list(app, list);
    }
    for sign in &score.signs {
        head(app, &app.t(&format!("score-sign-{}", sign.sign)));
        agreements(app, &sign.tests);
    }
    for evidence in &score.evidence {
        let args = [
            ("finding", Arg::from(app.word(&evidence.finding))),
            ("evidence", Arg::from(app.word(&format!("evidence-{}", evidence.evidence)))),
        ];
        head(app, &app.say("score-evidence", &args));
        agreements(app, &evidence.schools);
    }
    if let Some(factors) = &score.factors {
        tell_factors(app, factors);
    }
    if let Some(findings) = &score.findings {
        tell_findings(app, findings);
    }
}

fn tell_list(app: &App, list: &ListScore) {
    let args = [("list", Arg::from(&list.list)), ("year", Arg::from(list.year.to_string()))];
    head(app, &app.say("score-list", &args));
    for (key, held) in [("score-honest", &list.honest), ("score-marked", &list.marked)] {
        head(app, &app.t(key));
        tell_held(app, held);
    }
}

/// A list against one truth.
fn tell_held(app: &App, list: &Held) {
    agreements(app, &list.raw);
    if !list.yes.is_empty() {
        head(app, &app.t("score-yes-state"));
        agreements(app, &list.yes);
    }
    if !list.words.is_empty() {
        head(app, &app.t("score-words"));
        let line = |line: &WordLine| {
            let [state, word] = [&line.state, &line.verdict].map(|word| app.word(word));
            vec![state, word, share(app, Some(&line.truly_low))]
        };
        let heads = ["score-state", "score-verdict", "score-truly"];
        table(app, &heads, list.words.iter().map(line), &[]);
    }
    for (key, bins) in [("score-schools", &list.schools), ("score-criteria", &list.criteria)] {
        let all: Vec<&Bin> = bins.iter().filter(|bin| bin.size == SizeClass::All).collect();
        if !all.is_empty() {
            head(app, &app.t(key));
            let line = |bin: &&Bin| {
                let said = percent(app.lang, bin.said, 1);
                vec![interval(app.lang, bin.from, bin.to, 0), said, share(app, Some(&bin.truly))]
            };
            table(app, &["score-group", "score-said", "score-true"], all.iter().map(line), &[1]);
        }
    }
}

fn agreements(app: &App, lines: &[Agreement]) {
    let line = |line: &Agreement| {
        let size =
            if line.size == SizeClass::All { app.t("score-all") } else { line.size.range().to_owned() };
        let shares = [line.precision, line.recall, line.false_flags].map(|of| share(app, of.as_ref()));
        let [precision, recall, flags] = shares;
        let silent = format!("{} ({})", count(app, line.silent), count(app, line.silent_true));
        vec![size, count(app, line.answers), precision, recall, flags, silent]
    };
    let heads =
        ["score-size", "score-answers", "score-precision", "score-recall", "score-false", "score-silent"];
    table(app, &heads, lines.iter().map(line), &[1, 5]);
}

fn tell_factors(app: &App, factors: &FactorScore) {
    head(app, &app.t("score-factors"));
    let figure =
        |value: Option<f64>| value.map_or_else(|| "—".to_owned(), |value| number(app.lang, value, 2));
    let answer = |yes: bool| app.t(if yes { "score-yes" } else { "score-no" });
    let line = |line: &FactorLine| {
        let estimate = match (line.estimate, line.low, line.high) {
            (Some(_), Some(low), Some(high)) => {
                let ends = [low, high].map(|end| number(app.lang, end, 2));
                format!("{} [{}]", figure(line.estimate), ends.join("; "))
            }
            _ => figure(line.estimate),
        };
        let covered = line.covered.map_or_else(|| "—".to_owned(), answer);
        let [factor, verdict] = [&line.factor, &line.verdict].map(|word| app.word(word));
        vec![
            line.outcome.clone(),
            factor,
            figure(line.planted),
            estimate,
            covered,
            verdict,
            answer(line.right),
        ]
    };
    let heads = [
        "score-outcome",
        "score-factor",
        "score-planted-effect",
        "score-estimate",
        "score-covered",
        "score-verdict",
        "score-right",
    ];
    table(app, &heads, factors.lines.iter().map(line), &[2]);
    for (key, of) in [
        ("score-covered-all", &factors.covered),
        ("score-found-all", &factors.found),
        ("score-invented-all", &factors.invented),
    ] {
        app.line(&format!("{}: {}", app.t(key), share(app, of.as_ref())));
    }
}

fn tell_findings(app: &App, findings: &FindingScore) {
    head(app, &app.t("score-findings"));
    let of = |found: u64, all: u64| share(app, Share::new(found, all).as_ref());
    app.line(&format!("{}: {}", app.t("score-found-planted"), of(findings.found, findings.planted)));
    app.line(&format!("{}: {}", app.t("score-quiet"), of(findings.quiet, findings.silent)));
    app.line(&format!("{}: {}", app.t("score-wrong"), count(app, findings.wrong.len() as u64)));
    for line in findings.kinds.iter().filter(|line| line.missed.is_some()).take(TOLD) {
        let args = [
            ("kind", Arg::from(&line.kind)),
            ("found", Arg::from(count(app, line.found))),
            ("planted", Arg::from(count(app, line.planted))),
            ("place", Arg::from(line.missed.as_deref().unwrap_or_default())),
        ];
        app.line(&app.say("score-missed", &args));
    }
    for wrong in findings.wrong.iter().take(TOLD) {
        let args = [("code", Arg::from(&wrong.code)), ("place", Arg::from(&wrong.place))];
        app.line(&app.say("score-wrong-at", &args));
    }
}

fn head(app: &App, text: &str) {
    app.line("");
    app.line(&format!("{BOLD}{text}{PLAIN}"));
}

fn table(app: &App, heads: &[&str], lines: impl Iterator<Item = Vec<String>>, right: &[usize]) {
    let mut rows = vec![heads.iter().map(|key| app.t(key)).collect::<Vec<_>>()];
    rows.extend(lines);
    for line in aligned(&rows, right) {
        app.line(&line);
    }
}

/// `82 % (74–88 %), 98/120`.
fn share(app: &App, share: Option<&Share>) -> String {
    let Some(share) = share else { return "—".to_owned() };
    let ends = interval(app.lang, share.low, share.high, 0);
    let [above, below] = [share.count, share.of].map(|of| count(app, of));
    format!("{} ({ends}), {above}/{below}", percent(app.lang, share.value, 0))
}

fn count(app: &App, count: u64) -> String {
    integer(app.lang, i64::try_from(count).unwrap_or(i64::MAX))
}
