//! Why a stage runs, in words.

use crate::pipeline::{Reason, SourceChange};
use crate::text::{Arg, Catalogue};

/// More reasons of one kind than this are counted, not named.
const NAMED: usize = 3;

/// All reasons of a stage in one line.
#[must_use]
pub fn reasons(cat: &Catalogue, reasons: &[Reason]) -> String {
    let mut told: Vec<String> = Vec::new();
    let (mut sources, mut tables) = (0usize, 0usize);
    for reason in reasons {
        let named = match reason {
            Reason::Source(..) => &mut sources,
            Reason::Upstream(..) => &mut tables,
            _ => &mut 0,
        };
        *named += 1;
        if *named <= NAMED {
            told.push(words(cat, reason));
        }
    }
    for (key, named) in [("reason-more-sources", sources), ("reason-more-tables", tables)] {
        if let Some(rest) = named.checked_sub(NAMED).filter(|rest| *rest > 0) {
            told.push(cat.get(key, &[("n", Arg::from(rest))]));
        }
    }
    told.join("; ")
}

fn words(cat: &Catalogue, reason: &Reason) -> String {
    match reason {
        Reason::First => cat.text("reason-first"),
        Reason::Program => cat.text("reason-program"),
        Reason::Parameter(name, before, now) => cat.get(
            "reason-parameter",
            &[("name", Arg::from(name)), ("before", Arg::from(before)), ("now", Arg::from(now))],
        ),
        Reason::Document(name) if name == "method" => cat.text("reason-method"),
        Reason::Document(name) => cat.get("reason-document", &[("name", Arg::from(path(name)))]),
        Reason::Seed => cat.text("reason-seed"),
        Reason::Run => cat.text("reason-run"),
        Reason::Years => cat.text("reason-years"),
        Reason::Source(path, change) => {
            let key = match change {
                SourceChange::Added => "reason-source-added",
                SourceChange::Changed => "reason-source-changed",
                SourceChange::Removed => "reason-source-removed",
            };
            cat.get(key, &[("path", Arg::from(path))])
        }
        Reason::Table(table) => cat.get("reason-table", &[("table", Arg::from(label(cat, table)))]),
        Reason::Upstream(table) => cat.get("reason-upstream", &[("table", Arg::from(label(cat, table)))]),
        Reason::OutputLost(table) => cat.get("reason-lost", &[("table", Arg::from(label(cat, table)))]),
    }
}

/// Where a document stands in the workspace.
fn path(name: &str) -> String {
    match name.split_once('/') {
        Some(("layout", name)) => format!("pipelines/layouts/{name}.toml"),
        Some(("reference", name)) => format!("data/reference/{name}.toml"),
        Some((folder @ ("decision" | "identity"), name)) => {
            let folder = if folder == "decision" { "decisions" } else { folder };
            format!("data/{folder}/{name}.toml")
        }
        Some(("report", name)) if name.ends_with(".md") => format!("reports/{name}"),
        Some(("report", name)) => format!("reports/theme/{name}"),
        _ => name.to_owned(),
    }
}

fn label(cat: &Catalogue, table: &str) -> String {
    let key = format!("table-{table}");
    if cat.has(&key) { cat.text(&key) } else { table.to_owned() }
}
