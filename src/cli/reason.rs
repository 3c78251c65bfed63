//! Why a stage runs, in words.

use crate::pipeline::{Reason, SourceChange};
use crate::text::{Arg, Catalogue};

/// More source files than this are counted, not named.
const NAMED: usize = 3;

/// All reasons of a stage in one line.
#[must_use]
pub fn reasons(cat: &Catalogue, reasons: &[Reason]) -> String {
    let sources = reasons.iter().filter(|reason| matches!(reason, Reason::Source(..))).count();
    let mut told: Vec<String> = Vec::new();
    let mut named = 0;
    for reason in reasons {
        if matches!(reason, Reason::Source(..)) {
            named += 1;
            if named > NAMED {
                continue;
            }
        }
        told.push(words(cat, reason));
    }
    if let Some(rest) = sources.checked_sub(NAMED).filter(|rest| *rest > 0) {
        told.push(cat.get("reason-more-sources", &[("n", Arg::from(rest))]));
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
        Reason::Document(name) => cat.get("reason-document", &[("name", Arg::from(name))]),
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

fn label(cat: &Catalogue, table: &str) -> String {
    let key = format!("table-{table}");
    if cat.has(&key) { cat.text(&key) } else { table.to_owned() }
}
