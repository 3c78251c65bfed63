//! `rsoko check`: read and validate only; findings as a compiler prints them.

use std::process::ExitCode;

use clap::ArgMatches;

use crate::base::{Finding, Result, Severity};
use crate::cli::app::App;
use crate::cli::args::PIPELINE;
use crate::cli::printer::{BOLD, DIM, PLAIN, RED, YELLOW};
use crate::ingest::Strip;
use crate::pipeline::Quiet;
use crate::run::check as checked;
use crate::text::Arg;

/// Exit code where rows or files were set aside.
const STOPPED: u8 = 12;

/// Checks, and prints every finding.
///
/// # Errors
/// As the declaration and the files say.
pub fn check(app: &App, args: &ArgMatches) -> Result<ExitCode> {
    let pipeline = args.get_one::<String>("pipeline").map_or(PIPELINE, String::as_str);
    let checked = checked(&app.workspace()?, pipeline, &Quiet)?;
    let all = checked.findings.iter().zip(&checked.strips);
    if app.json {
        let findings: Vec<_> = all.map(|(finding, strip)| json(app, finding, strip.as_ref())).collect();
        app.answer(&serde_json::json!({
            "files": checked.files,
            "rows_read": checked.rows.0,
            "rows_set_aside": checked.rows.1,
            "findings": findings,
        }));
    } else if !app.quiet {
        for (finding, strip) in all {
            print(app, finding, strip.as_ref());
        }
        let count = |severity| checked.findings.iter().filter(|f| f.code.severity() == severity).count();
        let args = [
            ("files", Arg::from(app.count(checked.files as u64, "file"))),
            ("rows", Arg::from(checked.rows.0)),
            ("aside", Arg::from(checked.rows.1)),
            ("errors", Arg::from(count(Severity::Error))),
            ("warnings", Arg::from(count(Severity::Warning))),
            ("notes", Arg::from(count(Severity::Note))),
        ];
        app.line(&app.say("cli-check-sum", &args));
    }
    let has_errors = checked.findings.iter().any(|f| f.code.severity() == Severity::Error);
    Ok(if has_errors { ExitCode::from(STOPPED) } else { ExitCode::SUCCESS })
}

fn print(app: &App, finding: &Finding, strip: Option<&Strip>) {
    let colour = match finding.code.severity() {
        Severity::Error => RED,
        Severity::Warning => YELLOW,
        Severity::Note => DIM,
    };
    let word = app.t(&format!("severity-{}", finding.code.severity().as_str()));
    let (what, cure) = said(app, finding);
    app.line(&format!("{colour}{word}[{}]{PLAIN}{BOLD}: {what}{PLAIN}", finding.code.id()));
    app.line(&format!("  {DIM}-->{PLAIN} {}", finding.place));
    for line in strip.map(drawn).unwrap_or_default() {
        app.line(&line);
    }
    app.line(&format!("  {DIM}={PLAIN} {cure}"));
    app.line("");
}

/// What is wrong, and what to do.
fn said(app: &App, finding: &Finding) -> (String, String) {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let [value, detail, column] = [&finding.value, &finding.detail, &finding.column].map(text);
    let of = |attribute| app.cat.finding(finding.code.id(), attribute, &value, &detail, &column);
    (of(""), of(".cure"))
}

/// Letters, header and row, the cell underlined.
fn drawn(strip: &Strip) -> Vec<String> {
    const WIDEST: usize = 22;
    let cut = |text: &str| match text.chars().count() > WIDEST {
        true => text.chars().take(WIDEST - 1).chain(['…']).collect(),
        false => text.to_owned(),
    };
    let cells: Vec<[String; 3]> = strip.cells.iter().map(|(a, b, c)| [cut(a), cut(b), cut(c)]).collect();
    let widths: Vec<usize> = cells
        .iter()
        .map(|cell| cell.iter().map(|text| text.chars().count()).max().unwrap_or_default())
        .collect();
    let numbers = [
        String::new(),
        strip.header_row.map_or_else(String::new, |row| row.to_string()),
        strip.row.to_string(),
    ];
    let margin = numbers.iter().map(String::len).max().unwrap_or_default();
    let line = |which: usize| {
        let texts: Vec<String> = cells
            .iter()
            .zip(&widths)
            .map(|(cell, &width)| format!("{:<width$}", cell.get(which).map_or("", String::as_str)))
            .collect();
        let number = numbers.get(which).map_or("", String::as_str);
        format!("  {DIM}{number:>margin$} │{PLAIN} {}", texts.join(&format!(" {DIM}│{PLAIN} ")))
    };
    let before: usize = widths.iter().take(strip.focus).map(|width| width + 3).sum();
    let under = "^".repeat(widths.get(strip.focus).copied().unwrap_or(1).max(1));
    vec![
        line(0),
        line(1),
        line(2),
        format!("  {DIM}{:>margin$} │{PLAIN} {}{RED}{under}{PLAIN}", "", " ".repeat(before)),
    ]
}

fn json(app: &App, finding: &Finding, strip: Option<&Strip>) -> serde_json::Value {
    let (what, cure) = said(app, finding);
    serde_json::json!({
        "code": finding.code.id(),
        "severity": finding.code.severity().as_str(),
        "place": finding.place.to_string(),
        "column": finding.column,
        "value": finding.value,
        "detail": finding.detail,
        "what": what,
        "cure": cure,
        "strip": strip,
    })
}
