//! `rsoko why SCHOOL --objectivity`: signs of doubtful marks, what speaks for and against, and how often an honest school
//! would be told the same.

use crate::base::Result;
use crate::cli::app::App;
use crate::cli::columns::aligned;
use crate::cli::printer::{BOLD, DIM, PLAIN, YELLOW};
use crate::cli::why::card;
use crate::explain::{EvidenceLine, FlagLine, KindLine, Signs};
use crate::text::{Arg, number, percent};

/// Flagged tests that are told; the others are counted.
const TOLD: usize = 20;

pub(super) fn tell(app: &App, signs: &Signs) -> Result<()> {
    app.line(&card(app, &signs.school));
    app.line(&format!("{DIM}{}{PLAIN}", app.t("report-edition")));
    app.line(&app.t("signs-lead"));
    for line in &signs.official {
        let document = line.document.as_deref().unwrap_or("—");
        let args = [
            ("list", Arg::from(app.word(&format!("list-{}", line.list)))),
            ("year", Arg::from(line.year.to_string())),
            ("document", Arg::from(document)),
        ];
        app.line(&format!("{YELLOW}{}{PLAIN}", app.say("signs-official", &args)));
    }
    for line in &signs.evidence {
        evidence(app, line);
        kinds(app, signs.kinds.iter().filter(|kind| kind.finding == line.finding));
    }
    flags(app, &signs.flags);
    for policy in signs.policies.iter().filter(|policy| policy.changed) {
        let args = [
            ("list", Arg::from(&policy.list)),
            ("policy", Arg::from(app.word(&policy.policy))),
            ("state", Arg::from(app.word(&policy.state))),
        ];
        app.line("");
        app.line(&app.say("signs-policy", &args));
    }
    app.line("");
    app.line(&app.t("signs-reply"));
    Ok(())
}

fn evidence(app: &App, line: &EvidenceLine) {
    let grade = app.word(&format!("evidence-{}", line.evidence));
    let colour = if line.evidence == "none" { "" } else { YELLOW };
    app.line("");
    app.line(&format!("{BOLD}{}{PLAIN}: {colour}{grade}{PLAIN}", app.word(&line.finding)));
    for (key, kinds) in [("signs-for", &line.speak_for), ("signs-against", &line.speak_against)] {
        if !kinds.is_empty() {
            let names: Vec<String> = kinds.iter().map(|kind| app.word(kind)).collect();
            app.line(&format!("  {}: {}", app.t(key), names.join("; ")));
        }
    }
    if let Some((rate, error)) = line.false_flags.zip(line.false_flags_error) {
        let args = [
            ("band", Arg::from(line.size_band.replace('-', "–"))),
            ("rate", Arg::from(percent(app.lang, rate, 2))),
            ("error", Arg::from(percent(app.lang, error, 2))),
        ];
        app.line(&format!("  {}", app.say("signs-rate", &args)));
    }
}

fn kinds<'a>(app: &App, lines: impl Iterator<Item = &'a KindLine>) {
    let mut rows = vec![
        ["kind", "year", "tests", "found", "expected", "p"]
            .map(|key| format!("{DIM}{}{PLAIN}", app.t(&format!("signs-{key}"))))
            .to_vec(),
    ];
    rows.extend(lines.map(|line| {
        let year = line.year.map_or_else(|| app.t("signs-all"), |year| year.to_string());
        let name = if line.year.is_none() { app.word(&line.marker) } else { String::new() };
        let [found, expected] = [line.statistic, line.expected].map(|value| figure(app, value, &line.unit));
        vec![name, year, line.tests.to_string(), found, expected, p(app, line.p)]
    }));
    if rows.len() > 1 {
        for line in aligned(&rows, &[1, 2, 3, 4, 5]) {
            app.line(&format!("  {line}"));
        }
    }
}

fn flags(app: &App, flags: &[FlagLine]) {
    if flags.is_empty() {
        return;
    }
    app.line("");
    app.line(&format!("{BOLD}{}{PLAIN}", app.t("signs-flags")));
    let row = |flag: &FlagLine| {
        let figures = [flag.statistic, flag.expected]
            .map(|value| value.map_or_else(|| "—".to_owned(), |value| figure(app, value, &flag.unit)));
        let [found, expected] = figures;
        vec![
            app.word(&flag.marker),
            app.word(&flag.marker_set),
            format!("{} {}", flag.grade, app.word(&flag.subject)),
            flag.year.to_string(),
            flag.participants.to_string(),
            found,
            expected,
        ]
    };
    let head = ["sign", "set", "test", "year", "pupils", "found", "expected"];
    let head = head.map(|key| format!("{DIM}{}{PLAIN}", app.t(&format!("signs-{key}")))).to_vec();
    let rows: Vec<Vec<String>> = [head].into_iter().chain(flags.iter().take(TOLD).map(row)).collect();
    for line in aligned(&rows, &[3, 4, 5, 6]) {
        app.line(&format!("  {line}"));
    }
    if let Some(rest) = flags.len().checked_sub(TOLD).filter(|rest| *rest > 0) {
        app.line(&format!("  {}", app.say("why-more", &[("n", Arg::from(rest))])));
    }
}

fn figure(app: &App, value: f64, unit: &str) -> String {
    if unit == "share" { percent(app.lang, value, 1) } else { number(app.lang, value, 2) }
}

fn p(app: &App, p: f64) -> String {
    if p < 1e-4 { format!("< {}", number(app.lang, 0.0001, 4)) } else { number(app.lang, p, 4) }
}
