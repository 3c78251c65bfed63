//! `rsoko run`: runs a pipeline, then tells in a few lines what came of it.

use std::collections::BTreeMap;

use clap::ArgMatches;

use crate::base::Result;
use crate::cli::app::App;
use crate::cli::args::PIPELINE;
use crate::cli::columns::aligned;
use crate::cli::printer::{BOLD, PLAIN, YELLOW};
use crate::cli::progress::Progress;
use crate::run::{Summary, execute};
use crate::text::Arg;

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
        app.answer(&json(&summary));
    } else if !app.quiet {
        let pack = super::method::read(&workspace, &summary.method)?;
        let titles =
            pack.lists.iter().map(|list| (list.id.clone(), app.of(&list.title).to_owned())).collect();
        tell(app, &summary, &titles);
    }
    Ok(())
}

fn tell(app: &App, summary: &Summary, titles: &BTreeMap<String, String>) {
    let page = summary.artefacts.iter().find(|name| name.ends_with("/report.html"));
    if summary.nothing_changed {
        let place = page.unwrap_or(&summary.folder);
        app.line(&app.say("cli-nothing-changed", &[("path", Arg::from(place))]));
        return;
    }
    app.line(&format!("{BOLD}{}{PLAIN}", app.say("cli-done", &[("run", Arg::from(&summary.run))])));
    let mut rows = vec![vec![app.t("cli-sum-read"), read(app, summary)]];
    rows.push(vec![app.t("cli-sum-findings"), findings(app, summary)]);
    rows.extend(summary.lists.iter().map(|list| {
        let counts = [
            ("listed", Arg::from(app.count(list.listed, "school"))),
            ("of", Arg::from(app.count(list.listed + list.not_listed + list.not_assessable, "of-school"))),
            ("blind", Arg::from(list.not_assessable)),
            ("year", Arg::from(list.year.to_string())),
        ];
        let title = titles.get(&list.list).cloned().unwrap_or_else(|| list.list.clone());
        vec![title, app.say("cli-sum-list", &counts)]
    }));
    // The first language before the others.
    let mut artefacts: Vec<&String> = summary.artefacts.iter().collect();
    artefacts.sort_by_key(|path| (path.matches('.').count(), path.ends_with(".xlsx"), path.as_str()));
    rows.extend(artefacts.into_iter().map(|path| {
        let key = if path.ends_with(".xlsx") { "cli-sum-workbook" } else { "cli-sum-page" };
        vec![app.t(key), path.clone()]
    }));
    for line in aligned(&rows, &[]) {
        app.line(&format!("  {line}"));
    }
    for glob in &summary.empty_globs {
        app.line(&format!("{YELLOW}{}{PLAIN}", app.say("cli-empty-glob", &[("glob", Arg::from(glob))])));
    }
    app.line(&app.t("cli-next"));
}

fn read(app: &App, summary: &Summary) -> String {
    let rows =
        |name: &str| summary.tables.iter().find(|(table, _)| table == name).map_or(0, |(_, rows)| *rows);
    let mut parts = vec![app.count(u64::try_from(summary.files_read).unwrap_or(u64::MAX), "file")];
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

fn json(summary: &Summary) -> serde_json::Value {
    serde_json::json!({
        "run": summary.run,
        "folder": summary.folder,
        "pipeline": summary.pipeline,
        "method": summary.method,
        "years": summary.years,
        "nothing_changed": summary.nothing_changed,
        "files_read": summary.files_read,
        "empty_globs": summary.empty_globs,
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
