//! `rsoko run`: runs a pipeline, then tells in a few lines what came of it.

use std::collections::{BTreeMap, BTreeSet};

use clap::ArgMatches;

use crate::base::{FindingCode, Place, Result};
use crate::cli::app::App;
use crate::cli::args::PIPELINE;
use crate::cli::columns::aligned;
use crate::cli::printer::{BOLD, PLAIN, YELLOW};
use crate::cli::progress::Progress;
use crate::cli::tally::{Tally, tally};
use crate::run::{ListCount, OpenRun, Summary, Workspace, execute};
use crate::text::{Arg, Lang};

/// The folder of the workbooks of municipalities, of which there are many.
const MUNICIPAL: &str = "/municipalities/";
/// Tables whose rows the summary tells.
const TOLD: [&str; 3] = ["school", "result", "measure"];

/// Runs.
///
/// # Errors
/// As the run says.
pub fn run(app: &App, args: &ArgMatches) -> Result<()> {
    let workspace = app.workspace()?;
    let pipeline = args.get_one::<String>("pipeline").map_or(PIPELINE, String::as_str);
    let progress = Progress::new(app.lang, app.quiet || app.json);
    let summary = execute(&workspace, pipeline, &progress)?;
    if app.json {
        app.answer(&json(&summary, &counted(&workspace, &summary)?));
    } else if !app.quiet {
        let pack = super::method::read(&workspace, &summary.method)?;
        let titles =
            pack.lists.iter().map(|list| (list.id.clone(), app.of(&list.title).to_owned())).collect();
        tell(app, &summary, &counted(&workspace, &summary)?, &titles);
    }
    Ok(())
}

fn counted(workspace: &Workspace, summary: &Summary) -> Result<Tally> {
    tally(&OpenRun::latest(workspace)?, summary)
}

fn tell(app: &App, summary: &Summary, tally: &Tally, titles: &BTreeMap<String, String>) {
    let artefacts = artefacts(app, summary);
    if summary.nothing_changed {
        let place = artefacts.iter().find(|name| name.ends_with(".html")).copied().unwrap_or(&summary.folder);
        app.line(&app.say("cli-nothing-changed", &[("path", Arg::from(place))]));
        return;
    }
    app.line(&format!("{BOLD}{}{PLAIN}", app.say("cli-done", &[("run", Arg::from(&summary.run))])));
    let mut rows = vec![vec![app.t("cli-sum-read"), read(app, summary, tally)]];
    rows.push(vec![app.t("cli-sum-findings"), findings(app, summary)]);
    rows.extend(summary.lists.iter().map(|list| {
        let title = titles.get(&list.list).cloned().unwrap_or_else(|| app.word(&list.list));
        vec![title, membership(app, list, tally)]
    }));
    let (own, rest): (Vec<_>, Vec<_>) = artefacts.into_iter().partition(|path| path.contains(MUNICIPAL));
    let (foreign, rest): (Vec<_>, Vec<_>) = rest.into_iter().partition(|path| is_foreign(app, path));
    rows.extend(rest.into_iter().map(|path| {
        let key = match path.rsplit_once('.') {
            Some((_, "xlsx")) => "cli-sum-workbook",
            Some((_, "docx")) => "cli-sum-annex",
            _ => "cli-sum-page",
        };
        vec![app.t(key), path.clone()]
    }));
    if !foreign.is_empty() {
        let files = app.count(u64::try_from(foreign.len()).unwrap_or(u64::MAX), "file");
        let beside = app.say("cli-sum-beside", &[("files", Arg::from(files))]);
        rows.push(vec![app.t("cli-sum-foreign"), beside]);
    }
    if let Some((folder, _)) = own.first().and_then(|path| path.rsplit_once('/')) {
        let workbooks = app.count(u64::try_from(own.len()).unwrap_or(u64::MAX), "file");
        rows.push(vec![app.t("cli-sum-municipal"), format!("{folder}/ ({workbooks})")]);
    }
    for line in aligned(&rows, &[]) {
        app.line(&format!("  {line}"));
    }
    let last = summary.years.last().map_or(0, |year| year.0);
    let earlier = summary.lists.iter().filter(|list| list.counted.is_empty() || list.year != last);
    // lists that fall back to the same year are told together
    let details: BTreeSet<String> = earlier
        .map(|list| if list.counted.is_empty() { "none".to_owned() } else { list.year.to_string() })
        .collect();
    for detail in details {
        let code = FindingCode::ListOfEarlierYear;
        let said = app.cat.finding(code.id(), "", &last.to_string(), &detail, "");
        note(app, code, &summary.years_at, &said);
    }
    for (glob, place) in &summary.empty_globs {
        let said = app.say("cli-empty-glob", &[("glob", Arg::from(glob))]);
        note(app, FindingCode::GlobEmpty, place, &said);
    }
    if !summary.lists.is_empty() {
        app.line(&app.t("cli-next"));
    }
}

/// A finding that the list depends on, with its code and its place in the pipeline.
fn note(app: &App, code: FindingCode, place: &Place, said: &str) {
    let severity = app.t(&format!("severity-{}", code.severity().as_str()));
    app.line(&format!("{YELLOW}{severity}[{}]{PLAIN} {place}: {said}", code.id()));
}

/// The reports and workbooks: those in the language of the terminal first, pages before workbooks before annexes, and the
/// report of the lists before other pages.
fn artefacts<'a>(app: &App, summary: &'a Summary) -> Vec<&'a String> {
    let mut artefacts: Vec<&String> = summary.artefacts.iter().collect();
    let kind = |path: &str| [".html", ".xlsx", ".docx"].iter().position(|ending| path.ends_with(ending));
    let is_main = |path: &str| path.rsplit('/').next().is_some_and(|name| name.starts_with("report."));
    artefacts.sort_by_key(|path| (is_foreign(app, path), kind(path), !is_main(path), path.as_str()));
    artefacts
}

/// Is a file in another language than the terminal's? Those of the pipeline's first language have none in their names.
fn is_foreign(app: &App, path: &str) -> bool {
    let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    let said = stem.rsplit_once('.').and_then(|(_, code)| Lang::parse(code));
    said.unwrap_or_default() != app.lang
}

/// `2025: 13 of 151 schools (150 of the register, 1 not in it)`.
fn membership(app: &App, list: &ListCount, tally: &Tally) -> String {
    let all = list.listed + list.not_listed + list.not_assessable;
    let outside = match list.out_of_population {
        0 => String::new(),
        schools => app.say("cli-sum-outside", &[("schools", Arg::from(schools))]),
    };
    let unregistered = tally.unregistered.get(&(list.list.clone(), list.year)).copied().unwrap_or_default();
    let register = match all.checked_sub(unregistered).filter(|_| unregistered > 0) {
        Some(inside) => {
            let args = [("inside", Arg::from(inside)), ("outside", Arg::from(unregistered))];
            app.say("cli-sum-register", &args)
        }
        None => String::new(),
    };
    let decided = match list.decided() {
        Some(with) => {
            let args = [("with", with), ("on", list.put_on), ("off", list.taken_off)];
            app.say("cli-sum-decided", &args.map(|(name, count)| (name, Arg::from(count))))
        }
        None => String::new(),
    };
    let counts = [
        ("listed", Arg::from(app.count(list.listed, "school"))),
        ("decided", Arg::from(decided)),
        ("of", Arg::from(app.count(all, "of-school"))),
        ("register", Arg::from(register)),
        ("blind", Arg::from(list.not_assessable)),
        ("outside", Arg::from(outside)),
        ("year", Arg::from(list.year.to_string())),
    ];
    app.say("cli-sum-list", &counts)
}

fn read(app: &App, summary: &Summary, tally: &Tally) -> String {
    let rows =
        |name: &str| summary.tables.iter().find(|(table, _)| table == name).map_or(0, |(_, rows)| *rows);
    let count = |files: usize, noun: &str| app.count(u64::try_from(files).unwrap_or(u64::MAX), noun);
    let files = if tally.files_unread == 0 {
        count(tally.files_read, "file")
    } else {
        let args = [
            ("read", Arg::from(tally.files_read)),
            ("all", Arg::from(count(summary.files, "of-file"))),
            ("unread", Arg::from(tally.files_unread)),
        ];
        app.say("cli-sum-files", &args)
    };
    let mut parts = vec![files];
    parts.extend(TOLD.iter().filter(|name| rows(name) > 0).map(|name| {
        let label = app.t(&format!("table-{name}")).to_lowercase();
        format!("{label}: {}", app.count(rows(name), "row"))
    }));
    parts.join("; ")
}

fn findings(app: &App, summary: &Summary) -> String {
    let counts = [
        ("error", summary.findings.error),
        ("warning", summary.findings.warning),
        ("note", summary.findings.note),
    ];
    let counts: Vec<String> =
        counts.iter().filter(|(_, count)| *count > 0).map(|(noun, count)| app.count(*count, noun)).collect();
    if counts.is_empty() {
        return app.t("cli-no-findings");
    }
    app.say(
        "cli-sum-where",
        &[("counts", Arg::from(counts.join(", "))), ("table", Arg::from("tables/finding.parquet"))],
    )
}

fn json(summary: &Summary, tally: &Tally) -> serde_json::Value {
    serde_json::json!({
        "run": summary.run,
        "folder": summary.folder,
        "pipeline": summary.pipeline,
        "method": summary.method,
        "years": summary.years,
        "nothing_changed": summary.nothing_changed,
        "files": summary.files,
        "files_read": tally.files_read,
        "empty_globs": summary.empty_globs.iter().map(|(glob, _)| glob).collect::<Vec<_>>(),
        "tables": summary.tables.iter().cloned().collect::<BTreeMap<_, _>>(),
        "findings": summary.findings,
        "lists": summary.lists,
        "artefacts": summary.artefacts,
        "stages": summary.stages.iter().map(|stage| serde_json::json!({
            "kind": stage.kind,
            "reused": stage.reused(),
        })).collect::<Vec<_>>(),
    })
}
