//! `rsoko explain SCHOOL SHARE` for a share of a social passport: what the sets make of it, then the cells.

use crate::cli::app::App;
use crate::cli::columns::aligned;
use crate::cli::explain::interval;
use crate::cli::printer::{BOLD, DIM, PLAIN, YELLOW};
use crate::cli::why::{card, whole};
use crate::explain::{CellRef, PassportRow, SetLine, SocialShare};
use crate::text::{Arg, number, percent, sign};

/// Prints it; `changed` are the senders' files that changed since the run.
pub fn tell(app: &App, share: &SocialShare, changed: &[String]) {
    app.line(&card(app, &share.school));
    let title = app.word(&share.measure);
    app.line(&format!("{BOLD}{title}, {}{PLAIN} {DIM}({}){PLAIN}", share.year, share.measure));
    app.line("");
    match (share.value, share.numerator, share.denominator) {
        (Some(value), Some(part), Some(all)) => {
            app.line(&format!("  {BOLD}{}{PLAIN} = {part} / {all}", percent(app.lang, value, 1)));
        }
        _ => app.line(&format!("  {BOLD}{}{PLAIN}", app.word("missing"))),
    }
    interval(app, "share", share.low, share.high);
    for set in &share.sets {
        app.line(&format!("  {}", of_set(app, set)));
    }
    if share.sets.is_empty() {
        app.line(&format!("  {}", app.t("explain-no-set")));
    }
    if !share.adds_up {
        app.line(&format!("{YELLOW}{}{PLAIN}", app.t("explain-differs")));
    }
    rows(app, "explain-passports", &share.rows, share, changed);
    rows(app, "explain-passports-aside", &share.unused, share, changed);
}

/// What a set makes of the share.
fn of_set(app: &App, set: &SetLine) -> String {
    let Some((threshold, met)) = set.threshold.zip(set.met) else {
        return app.say("explain-set-unused", &[("set", Arg::from(set.set.as_str()))]);
    };
    let decimals = |value: Option<f64>, places| {
        value.map_or_else(|| "–".to_owned(), |value| number(app.lang, value, places))
    };
    let pupils = set.distance_pupils.map_or_else(|| "–".to_owned(), |n| number(app.lang, whole(n), 0));
    let chance = set.probability.map_or_else(|| "–".to_owned(), |p| percent(app.lang, p, 0));
    let bound = format!("{} {}", sign(&set.comparison), percent(app.lang, threshold, 1));
    let args = [
        ("set", Arg::from(set.set.as_str())),
        ("bound", Arg::from(bound)),
        ("met", Arg::from(if met { "yes" } else { "no" })),
        ("pupils", Arg::from(pupils)),
        ("chance", Arg::from(chance)),
        ("part", Arg::from(decimals(set.contribution, 2))),
    ];
    app.say("explain-set", &args)
}

fn rows(app: &App, key: &str, rows: &[PassportRow], share: &SocialShare, changed: &[String]) {
    if rows.is_empty() {
        return;
    }
    app.line("");
    app.line(&format!("{BOLD}{}{PLAIN}", app.say(key, &[("n", Arg::from(rows.len()))])));
    let mut file = String::new();
    for row in rows {
        let Some(first) = row.above.as_ref().or(row.below.as_ref()) else { continue };
        let here = if first.sheet.is_empty() {
            first.file.clone()
        } else {
            format!("{} › {}", first.file, first.sheet)
        };
        if here != file {
            let mark = if changed.contains(&first.file) { app.t("explain-changed") } else { String::new() };
            app.line(&format!("  {here}{YELLOW}{mark}{PLAIN}"));
            file = here;
        }
        let cells: Vec<Vec<String>> =
            [&row.above, &row.below].into_iter().flatten().map(|cell| said(app, row, share, cell)).collect();
        for line in aligned(&cells, &[]) {
            app.line(&format!("    {line}"));
        }
    }
}

/// A cell with its value and its header; of a row that another school sent or that has no value, that too.
fn said(app: &App, row: &PassportRow, share: &SocialShare, cell: &CellRef) -> Vec<String> {
    let value = cell.value.clone().unwrap_or_else(|| app.word(&row.status));
    let mut notes = Vec::new();
    if row.school_id != share.school.school_id {
        notes.push(row.school_id.clone());
    }
    if row.period != "year" {
        notes.push(app.word(&row.period));
    }
    vec![
        format!("{BOLD}{}{}{PLAIN}", cell.letters, cell.row),
        value,
        format!("{DIM}{}{PLAIN}", cell.header),
        notes.join(", "),
    ]
}
