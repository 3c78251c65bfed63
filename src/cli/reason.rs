//! Why a stage runs, in words.

use crate::cli::app::App;
use crate::pipeline::{Reason, SourceChange};
use crate::text::Arg;

/// More source files than this are counted, not named.
const NAMED: usize = 3;

/// All reasons of a stage in one line.
#[must_use]
pub fn reasons(app: &App, reasons: &[Reason]) -> String {
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
        told.push(words(app, reason));
    }
    if let Some(rest) = sources.checked_sub(NAMED).filter(|rest| *rest > 0) {
        told.push(app.say("reason-more-sources", &[("n", Arg::from(rest))]));
    }
    told.join("; ")
}

fn words(app: &App, reason: &Reason) -> String {
    match reason {
        Reason::First => app.t("reason-first"),
        Reason::Program => app.t("reason-program"),
        Reason::Parameter(name, before, now) => app.say(
            "reason-parameter",
            &[("name", Arg::from(name)), ("before", Arg::from(before)), ("now", Arg::from(now))],
        ),
        Reason::Document(name) => app.say("reason-document", &[("name", Arg::from(name))]),
        Reason::Seed => app.t("reason-seed"),
        Reason::Years => app.t("reason-years"),
        Reason::Source(path, change) => {
            let key = match change {
                SourceChange::Added => "reason-source-added",
                SourceChange::Changed => "reason-source-changed",
                SourceChange::Removed => "reason-source-removed",
            };
            app.say(key, &[("path", Arg::from(path))])
        }
        Reason::Table(table) => app.say("reason-table", &[("table", Arg::from(label(app, table)))]),
        Reason::Upstream(table) => app.say("reason-upstream", &[("table", Arg::from(label(app, table)))]),
        Reason::OutputLost(table) => app.say("reason-lost", &[("table", Arg::from(label(app, table)))]),
    }
}

fn label(app: &App, table: &str) -> String {
    let key = format!("table-{table}");
    if app.cat.has(&key) { app.t(&key) } else { table.to_owned() }
}
