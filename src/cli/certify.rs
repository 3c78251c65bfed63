//! `rsoko certify`: the certificate of the statistics, computed on this machine.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::ArgMatches;

use crate::base::{Fault, FaultCode, Result};
use crate::certify::{Certificate, Check, Line, Section, certify as compute};
use crate::cli::app::App;
use crate::cli::columns::aligned;
use crate::cli::printer::{BOLD, DIM, GREEN, PLAIN, RED};
use crate::cli::progress::Progress;
use crate::lake::{RealDisk, disk_fault, put};
use crate::text::{Arg, number, percent};

/// Computes the certificate, prints it, and writes it where a file is named.
///
/// # Errors
/// `E603` where a bar is missed, after everything has been printed; `E901` where the file cannot be written.
pub fn certify(app: &App, args: &ArgMatches) -> Result<ExitCode> {
    let trials = args.get_one::<u32>("simulations").copied().unwrap_or_default();
    let progress = Progress::new(app.lang, app.quiet || app.json);
    let step = |id: &str, done: u64, total: u64| {
        progress.steps(&app.cat.text(&format!("certify-section-{id}")), done, total);
    };
    let certificate = compute(trials, &step);
    let text = table(app, &certificate).join("\n") + "\n";
    if app.json {
        app.answer(&certificate);
    } else if !app.quiet {
        app.line(text.trim_end());
    }
    if let Some(path) = args.get_one::<PathBuf>("output") {
        let plain = anstream::adapter::strip_str(&text).to_string();
        let json = app.json || path.extension().is_some_and(|extension| extension == "json");
        let made =
            if json { serde_json::to_string_pretty(&certificate).unwrap_or_default() + "\n" } else { plain };
        // with its folder, which is put to rest together with the file
        std::path::absolute(path)
            .and_then(|path| put(&RealDisk, &path, made.as_bytes()))
            .map_err(|error| disk_fault(&path.display().to_string(), &error))?;
    }
    if certificate.passed {
        return Ok(ExitCode::SUCCESS);
    }
    let missed = certificate.sections.iter().flat_map(|s| &s.checks).filter(|c| !c.passed).count();
    Err(Fault::new(FaultCode::BarMissed).with("missed", missed))
}

/// The certificate as lines for the terminal.
fn table(app: &App, certificate: &Certificate) -> Vec<String> {
    let head = [("program", Arg::from(&certificate.program)), ("system", Arg::from(&certificate.system))];
    let mut lines = vec![format!("{BOLD}{}{PLAIN}", app.say("certify-title", &head))];
    for section in &certificate.sections {
        lines.push(String::new());
        lines.push(format!("{BOLD}{}{PLAIN}", app.t(&format!("certify-section-{}", section.id))));
        lines.push(format!("{DIM}{}{PLAIN}", app.t(&format!("certify-section-{}.note", section.id))));
        lines.extend(rows(app, section));
    }
    lines.push(String::new());
    let checks: usize = certificate.sections.iter().map(|section| section.checks.len()).sum();
    let verdict = if certificate.passed { "certify-passed" } else { "certify-failed" };
    let colour = if certificate.passed { GREEN } else { RED };
    lines.push(format!("{colour}{}{PLAIN}", app.say(verdict, &[("checks", Arg::from(checks))])));
    lines
}

fn rows(app: &App, section: &Section) -> Vec<String> {
    let simulated = section.id == "coverage";
    let head: &[&str] = if simulated {
        &["method", "promise", "covered", "error", ""]
    } else {
        &["set", "kind", "numbers", "digits", "ceiling", "bar", ""]
    };
    let title =
        |key: &&str| if key.is_empty() { String::new() } else { app.t(&format!("certify-column-{key}")) };
    let mut rows = vec![head.iter().map(title).collect::<Vec<_>>()];
    for line in section.lines() {
        rows.push(if simulated { covered(app, line) } else { digits(app, line) });
    }
    aligned(&rows, if simulated { &[2, 3] } else { &[2, 3, 4, 5] })
}

fn digits(app: &App, line: Line<'_>) -> Vec<String> {
    let Check { name, kind, digits, ceiling, bar, .. } = line.worst;
    let one = |value: &Option<f64>| value.map_or_else(String::new, |v| number(app.lang, v, 1));
    vec![
        known(app, name),
        app.t(&format!("certify-kind-{kind}")),
        line.count.to_string(),
        one(digits),
        one(ceiling),
        one(bar),
        mark(app, line.passed),
    ]
}

fn covered(app: &App, line: Line<'_>) -> Vec<String> {
    let Check { name, kind, got, error, .. } = line.worst;
    vec![
        known(app, name),
        app.t(&format!("certify-kind-{kind}")),
        percent(app.lang, *got, 2),
        error.map_or_else(String::new, |e| format!("±{}", percent(app.lang, e, 2))),
        if line.worst.bar.is_some() { mark(app, line.passed) } else { String::new() },
    ]
}

/// The name of a method; a data set's name is what it is.
fn known(app: &App, name: &str) -> String {
    let key = format!("certify-name-{name}");
    if app.cat.has(&key) { app.t(&key) } else { name.to_owned() }
}

fn mark(app: &App, passed: bool) -> String {
    if passed { format!("{GREEN}✓{PLAIN}") } else { format!("{RED}✗ {}{PLAIN}", app.t("certify-missed")) }
}
