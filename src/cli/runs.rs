//! `rsoko runs`: the finished runs.

use crate::base::Result;
use crate::cli::app::App;
use crate::cli::columns::aligned;
use crate::cli::printer::{BOLD, PLAIN};
use crate::run::{ListCount, runs as finished};
use crate::text::integer;

/// Lists the finished runs, the latest last.
///
/// # Errors
/// As the runs say.
pub fn runs(app: &App) -> Result<()> {
    let records = finished(&app.workspace()?)?;
    if app.json {
        app.answer(&records);
        return Ok(());
    }
    if records.is_empty() {
        app.line(&app.t("cli-runs-none"));
        return Ok(());
    }
    let head = ["run", "pipeline", "years", "rows", "errors", "listed", "finished"];
    let mut rows = vec![head.map(|key| app.t(&format!("cli-runs-{key}"))).to_vec()];
    rows.extend(records.iter().map(|record| {
        let years: Vec<String> = record.years.iter().map(ToString::to_string).collect();
        let lists: Vec<String> = record.lists.iter().map(listed).collect();
        let count = |value: u64| integer(app.lang, i64::try_from(value).unwrap_or(i64::MAX));
        vec![
            if record.latest { format!("{BOLD}{}{PLAIN} *", record.run) } else { record.run.clone() },
            record.pipeline.clone(),
            years.join(", "),
            count(record.rows),
            count(record.findings.error),
            lists.join(" + "),
            record.finished.clone().unwrap_or_default(),
        ]
    }));
    for line in aligned(&rows, &[3, 4, 5]) {
        app.line(&line);
    }
    app.line(&app.t("cli-runs-latest"));
    Ok(())
}

/// How many schools stand on a list: computed, and behind the arrow with the decisions, where those differ.
fn listed(list: &ListCount) -> String {
    list.decided().map_or_else(|| list.listed.to_string(), |with| format!("{} → {with}", list.listed))
}
