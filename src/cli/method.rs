//! `rsoko method list | show | check`: the method packs.

use clap::ArgMatches;

use crate::base::{Fault, FaultCode, Place, Result, not_utf8};
use crate::cli::app::App;
use crate::cli::columns::aligned;
use crate::cli::fault;
use crate::cli::printer::{BOLD, GREEN, PLAIN};
use crate::method::{MethodPack, Unassessable};
use crate::run::{OpenRun, Workspace, thresholds, vocabulary};
use crate::text::Arg;

const FOLDER: &str = "pipelines/methods";

/// Does what the word after `method` says.
///
/// # Errors
/// `E202` where there is no such pack, exit 10 where it is not right.
pub fn method(app: &App, args: &ArgMatches) -> Result<()> {
    let workspace = app.workspace()?;
    match args.subcommand() {
        Some(("list", _)) => list(app, &workspace),
        Some(("show", args)) => show(app, &workspace, name(args)),
        Some(("check", args)) => check(app, &workspace, name(args)),
        _ => Ok(()),
    }
}

fn name(args: &ArgMatches) -> &str {
    args.get_one::<String>("name").map_or("", String::as_str)
}

/// The names of the packs.
fn names(workspace: &Workspace) -> Result<Vec<String>> {
    let files = workspace.root().list(FOLDER)?.into_iter();
    Ok(files.filter_map(|e| e.name.strip_suffix(".toml").map(ToOwned::to_owned)).collect())
}

/// All packs; one that is not right is said to be broken, with the code and the line of its first complaint.
fn list(app: &App, workspace: &Workspace) -> Result<()> {
    let mut packs = Vec::new();
    for name in names(workspace)? {
        let pack = text(workspace, &name).and_then(|(path, text)| MethodPack::parse(&path, &text));
        packs.push((name, pack));
    }
    if app.json {
        let packs: Vec<_> = packs
            .iter()
            .map(|(name, pack)| match pack {
                Ok(pack) => json(app, pack),
                Err(fault) => serde_json::json!({
                    "id": name, "broken": fault.code.id(), "place": fault.place.to_string(),
                }),
            })
            .collect();
        app.answer(&packs);
        return Ok(());
    }
    let rows: Vec<Vec<String>> = packs
        .iter()
        .map(|(name, pack)| match pack {
            Ok(pack) => {
                vec![pack.id.clone(), pack.version.clone(), status(app, pack), app.of(&pack.title).to_owned()]
            }
            Err(fault) => {
                let args = [
                    ("code", Arg::from(fault.code.id())),
                    ("place", Arg::from(fault.place.to_string())),
                    ("name", Arg::from(name.as_str())),
                ];
                vec![
                    name.clone(),
                    String::new(),
                    app.t("cli-method-broken"),
                    app.say("cli-method-broken-at", &args),
                ]
            }
        })
        .collect();
    for line in aligned(&rows, &[]) {
        app.line(&line);
    }
    Ok(())
}

fn show(app: &App, workspace: &Workspace, name: &str) -> Result<()> {
    let pack = read(workspace, name)?;
    if app.json {
        app.answer(&json(app, &pack));
        return Ok(());
    }
    app.line(&format!("{BOLD}{}{PLAIN}", app.of(&pack.title)));
    app.line(&format!("{}: {}", app.t("report-basis"), pack.basis));
    app.line(&format!("{}: {} ({} {})", app.t("report-status"), status(app, &pack), pack.id, pack.version));
    app.line(&app.t(&format!("method-status-{}-warning", pack.status.as_str())));
    for list in &pack.lists {
        app.line("");
        app.line(&format!("{BOLD}{}{PLAIN} ({})", app.of(&list.title), list.id));
        app.line(&list.told(app.cat));
        app.line(&list.unassessable.told(app.cat));
    }
    for rule in &pack.adverse {
        app.line("");
        app.line(&format!("{BOLD}{}{PLAIN} ({})", app.of(&rule.title), rule.id));
        app.line(&rule.told(app.cat));
        let rows: Vec<Vec<String>> = rule
            .shares(app.cat)
            .into_iter()
            .map(|[name, direction, weight]| vec![format!("  {name}"), direction, weight])
            .collect();
        for line in aligned(&rows, &[]) {
            app.line(&line);
        }
        app.line(&app.t(&format!("method-rare-{}", rule.rare.as_str())));
    }
    if !pack.indicators.is_empty() {
        app.line("");
    }
    let rows: Vec<Vec<String>> = pack
        .indicators
        .iter()
        .map(|indicator| {
            let least = app.say("method-least", &[("n", Arg::from(indicator.min_n))]);
            vec![format!("  {}", indicator.id), app.of(&indicator.title).to_owned(), least]
        })
        .collect();
    for line in aligned(&rows, &[]) {
        app.line(&line);
    }
    app.line("");
    for note in &pack.notes {
        app.line(&format!("  {}", note.told(app.cat)));
    }
    Ok(())
}

fn check(app: &App, workspace: &Workspace, name: &str) -> Result<()> {
    let (path, text) = text(workspace, name)?;
    let (thresholds, words) = (thresholds(workspace)?, vocabulary(workspace)?);
    match MethodPack::prove(&path, &text, &words, &thresholds) {
        Ok(pack) => {
            let args = [("name", Arg::from(pack.id.as_str())), ("parts", Arg::from(parts(app, &pack)))];
            if app.json {
                app.answer(&json(app, &pack));
            } else if !app.quiet {
                app.line(&format!("{GREEN}✓{PLAIN} {}", app.say("cli-method-sound", &args)));
            }
            Ok(())
        }
        Err(mut complaints) => {
            // All are told; the last one decides how the program ends.
            let last = complaints.pop().unwrap_or_else(|| Fault::new(FaultCode::Bug));
            for complaint in &complaints {
                let _ = fault::report(app.lang, app.json, complaint);
            }
            Err(last)
        }
    }
}

/// What a pack holds: `35 indicators, 1 list`.
fn parts(app: &App, pack: &MethodPack) -> String {
    let held = [
        (pack.indicators.len(), "indicator"),
        (pack.lists.len(), "list"),
        (pack.adverse.len(), "adverse-list"),
        (pack.adverse.iter().map(|rule| rule.measures.len()).sum(), "adverse-measure"),
        (pack.factors.sets.len(), "factor-set"),
        (pack.factors.outcomes.len(), "outcome"),
        (pack.population.out.len(), "left-out"),
    ];
    let said = held.into_iter().filter(|(number, _)| *number > 0);
    let said = said.map(|(number, word)| app.cat.count(i64::try_from(number).unwrap_or(i64::MAX), word));
    let said: Vec<String> = said.collect();
    if said.is_empty() { "none".to_owned() } else { said.join(", ") }
}

fn status(app: &App, pack: &MethodPack) -> String {
    app.t(&format!("method-status-{}", pack.status.as_str()))
}

/// The pack of this name.
///
/// # Errors
/// `E202` where there is none, exit 10 where it is not right.
pub fn read(workspace: &Workspace, name: &str) -> Result<MethodPack> {
    let (path, text) = text(workspace, name)?;
    MethodPack::parse(&path, &text)
}

fn text(workspace: &Workspace, name: &str) -> Result<(String, String)> {
    let missing = || {
        let fault = Fault::new(FaultCode::NotFound).with("name", name).at(Place::File(FOLDER.to_owned()));
        match names(workspace) {
            Ok(known) => fault.with("known", known.join(", ")),
            Err(fault) => fault,
        }
    };
    // A pack is a name, not a path: nothing outside the folder is opened.
    if !name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.')) {
        return Err(missing());
    }
    let path = format!("{FOLDER}/{}.toml", name.strip_suffix(".toml").unwrap_or(name));
    let bytes = workspace.root().read_if_there(&path)?.ok_or_else(missing)?;
    let text = String::from_utf8(bytes).map_err(|error| not_utf8(&path, &error))?;
    Ok((path, text))
}

fn json(app: &App, pack: &MethodPack) -> serde_json::Value {
    serde_json::json!({
        "id": pack.id,
        "version": pack.version,
        "title": pack.title,
        "basis": pack.basis,
        "status": pack.status.as_str(),
        "indicators": pack.indicators.iter().map(|i| serde_json::json!({
            "id": i.id, "title": app.of(&i.title), "table": i.table.name, "min_n": i.min_n,
        })).collect::<Vec<_>>(),
        "lists": pack.lists.iter().map(|l| serde_json::json!({
            "id": l.id,
            "title": app.of(&l.title),
            "criteria": l.criteria,
            "condition": l.condition.to_string(),
            "at_least": l.at_least,
            "years": l.years,
            "within_last": match l.unassessable {
                Unassessable::Skip { within } => within,
                Unassessable::NotAssessable => l.years,
            },
        })).collect::<Vec<_>>(),
        "adverse": pack.adverse.iter().map(|a| serde_json::json!({
            "id": a.id,
            "title": app.of(&a.title),
            "cut": a.cut.to_string(),
            "measures": a.measures.iter().map(|m| serde_json::json!({
                "measure": m.measure, "direction": m.direction, "weight": m.weight,
            })).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "factor_sets": pack.factors.sets.iter().map(|set| set.id.as_str()).collect::<Vec<_>>(),
    })
}

/// The pack that a run was made with, as it stands today.
///
/// # Errors
/// `E202` where it is gone, exit 10 where it is no longer right.
pub fn of_run(workspace: &Workspace, run: &OpenRun) -> Result<MethodPack> {
    read(workspace, &run.manifest().method.id)
}
