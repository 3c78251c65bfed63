//! `rsoko explain SCHOOL INDICATOR`: value = formula with numbers, then the rows and cells it was made of.

use clap::ArgMatches;

use crate::base::{Result, Year};
use crate::cli::app::App;
use crate::cli::columns::aligned;
use crate::cli::printer::{BOLD, DIM, PLAIN, RED, YELLOW};
use crate::cli::why::{card, measured};
use crate::explain::{CellRef, Figure, PupilRow, area_figure, figure, social_share};
use crate::text::{Arg, number, percent};

/// Rows below the line that are told beside those above it; the others are counted.
const TOLD: usize = 15;

/// Explains a figure.
///
/// # Errors
/// `E205` where there is no run, else as the explanation says.
pub fn explain(app: &App, args: &ArgMatches) -> Result<()> {
    let workspace = app.workspace()?;
    let run = app.latest(&workspace)?;
    let pack = super::method::of_run(&workspace, &run)?;
    let word = |name: &str| args.get_one::<String>(name).map_or("", String::as_str);
    let year = args.get_one::<i32>("year").copied().map(Year);
    let source = |table: &str, columns: Option<&[&str]>| run.columns(table, columns);
    let indicator = pack.indicator(word("indicator"));
    // a figure of the list by conditions is no indicator of the pack
    let social = match indicator {
        Some(_) => None,
        None => social_share(&source, word("school"), word("indicator"), year)?,
    };
    let area = match indicator {
        Some(indicator) => area_figure(&source, word("school"), &app.t("word-region"), indicator, year)?,
        None => None,
    };
    if let Some(area) = area {
        if app.json {
            app.answer(&area)
        } else {
            super::area::tell(app, &area)
        }
        return Ok(());
    }
    if let Some(share) = social {
        let cells = share.rows.iter().chain(&share.unused).filter_map(|row| row.above.as_ref());
        let changed = app.changed_sources(&run, cells.map(|cell| cell.file.as_str()))?;
        if app.json {
            app.answer(&with_changed(&share, &changed));
        } else {
            super::social::tell(app, &share, &changed);
        }
        return Ok(());
    }
    let figure = figure(&source, &pack, word("school"), word("indicator"), year, args.get_flag("codes"))?;
    let rows = figure.rows.iter().chain(&figure.uncounted);
    let changed = app.changed_sources(&run, rows.map(|row| row.file.as_str()))?;
    if app.json {
        app.answer(&with_changed(&figure, &changed));
        return Ok(());
    }
    tell(app, &figure, &changed);
    Ok(())
}

/// An answer for programs, with the senders' files that changed since the run.
pub fn with_changed(answer: &impl serde::Serialize, changed: &[String]) -> serde_json::Value {
    let mut value = serde_json::to_value(answer).unwrap_or_default();
    if let Some(fields) = value.as_object_mut() {
        fields.insert("changed_sources".to_owned(), changed.into());
    }
    value
}

fn tell(app: &App, figure: &Figure, changed: &[String]) {
    app.line(&card(app, &figure.school));
    app.line(&format!(
        "{BOLD}{}, {}{PLAIN} {DIM}({}){PLAIN}",
        app.of(&figure.title),
        figure.year,
        figure.indicator
    ));
    app.line("");
    value(app, figure);
    app.line("");
    let (above, below) = match (figure.two_level, figure.kind.as_str(), figure.denominator_formula.is_empty())
    {
        (true, ..) => ("explain-per-pupil", "explain-among"),
        (_, "share", _) => ("explain-numerator", "explain-denominator"),
        (.., true) => ("explain-value", "explain-of-rows"),
        (.., false) => ("explain-tasks-above", "explain-tasks-all"),
    };
    let every = app.t(if figure.two_level { "explain-every-pupil" } else { "explain-every-value" });
    let denominator = Some(&figure.denominator_formula).filter(|text| !text.is_empty()).unwrap_or(&every);
    for (key, text) in [
        ("explain-table", &figure.table),
        ("explain-filter", &figure.filter),
        (above, &figure.numerator_formula),
        (below, denominator),
    ] {
        app.line(&format!("  {DIM}{}{PLAIN} {text}", app.t(key)));
    }
    if !figure.adds_up {
        app.line(&format!("{YELLOW}{}{PLAIN}", app.t("explain-differs")));
    }
    rows(app, figure, changed);
    if let Some(unseen) = &figure.unseen {
        app.line("");
        let key = if unseen.above { "explain-unseen-above" } else { "explain-unseen" };
        app.line(&format!("{BOLD}{}{PLAIN}", app.say(key, &[("n", Arg::from(unseen.pupils))])));
        for cell in &unseen.cells {
            let value = content(app, cell);
            app.line(&format!("    {} {BOLD}{value}{PLAIN} {DIM}{}{PLAIN}", cell.place(), cell.header));
        }
    }
}

/// `31,4 % = 11 / 35`, the interval, the smoothed value; or why there is none.
fn value(app: &App, figure: &Figure) {
    match (figure.value, figure.numerator, figure.denominator) {
        (Some(value), Some(part), Some(all)) => {
            app.line(&format!("  {BOLD}{}{PLAIN} = {part} / {all}", percent(app.lang, value, 1)));
        }
        (Some(_), None, Some(pupils)) => {
            let value = measured(app, &figure.unit, figure.value, None, None);
            let unit = app.t(&format!("word-unit-{}", figure.unit));
            let args =
                [("value", Arg::from(value)), ("unit", Arg::from(unit)), ("pupils", Arg::from(pupils))];
            app.line(&format!("  {BOLD}{}{PLAIN}", app.say("explain-mean", &args)));
        }
        _ => app.line(&format!("  {BOLD}{}{PLAIN}", app.word(&figure.state))),
    }
    interval(app, &figure.unit, figure.low, figure.high);
    smoothed(app, "explain-smoothed", &figure.unit, [figure.eb_value, figure.eb_low, figure.eb_high]);
    if let Some(threshold) = figure.threshold {
        let args = [("threshold", Arg::from(number(app.lang, threshold, 0)))];
        app.line(&format!("  {}", app.say("explain-threshold", &args)));
    }
    if figure.reason.as_deref() == Some("no_threshold") {
        app.line(&format!("  {}", app.t("explain-no-threshold")));
    }
    if figure.reason.as_deref() == Some("few_participants") {
        app.line(&format!("  {}", app.say("explain-min", &[("n", Arg::from(figure.min_n))])));
    }
    if let Some(excluded) = &figure.excluded {
        app.line(&format!("  {}", app.of(excluded)));
    }
}

/// The 95 % interval, where there is one.
pub fn interval(app: &App, unit: &str, low: Option<f64>, high: Option<f64>) {
    let (Some(low), Some(high)) = (low, high) else { return };
    let interval = match unit {
        "share" => crate::text::interval(app.lang, low, high, 1),
        _ => format!("{} – {}", number(app.lang, low, 2), number(app.lang, high, 2)),
    };
    app.line(&format!("  {}", app.say("explain-interval", &[("interval", Arg::from(interval))])));
}

/// The smoothed value with its interval, where there is one.
pub fn smoothed(app: &App, key: &str, unit: &str, [value, low, high]: [Option<f64>; 3]) {
    if value.is_some() {
        let smoothed = measured(app, unit, value, low, high);
        app.line(&format!("  {}", app.say(key, &[("value", Arg::from(smoothed))])));
    }
}

fn rows(app: &App, figure: &Figure, changed: &[String]) {
    let (above, below): (Vec<&PupilRow>, Vec<&PupilRow>) =
        figure.rows.iter().partition(|row| row.numerator != 0);
    let aside = figure.uncounted.iter().collect();
    let counted = if figure.kind == "share" { "explain-below" } else { "explain-averaged" };
    for (key, rows, most) in
        [("explain-above", above, usize::MAX), (counted, below, TOLD), ("explain-aside", aside, TOLD)]
    {
        if rows.is_empty() {
            continue;
        }
        app.line("");
        app.line(&format!("{BOLD}{}{PLAIN}", app.say(key, &[("n", Arg::from(rows.len()))])));
        let mut lines: Vec<Vec<String>> = Vec::new();
        let (mut file, mut pupil) = (String::new(), None);
        for row in rows.iter().take(most) {
            if row.pupil != pupil {
                flush(app, &mut lines);
                (file, pupil) = (String::new(), row.pupil);
                let number = ("number", Arg::from(pupil.unwrap_or_default()));
                let said = match &row.code {
                    Some(code) => {
                        app.say("explain-pupil-coded", &[number, ("code", Arg::from(code.as_str()))])
                    }
                    None => app.say("explain-pupil", &[number]),
                };
                app.line(&format!("  {BOLD}{said}{PLAIN}"));
            }
            let here = sheet(row);
            if here != file {
                flush(app, &mut lines);
                let mark = if changed.contains(&row.file) { app.t("explain-changed") } else { String::new() };
                app.line(&format!("  {here}{YELLOW}{mark}{PLAIN}"));
                file = here;
            }
            lines.push(cells(app, figure, row));
        }
        flush(app, &mut lines);
        if let Some(rest) = rows.len().checked_sub(most).filter(|rest| *rest > 0) {
            app.line(&format!("    {}", app.say("explain-more", &[("n", Arg::from(rest))])));
        }
    }
}

fn flush(app: &App, lines: &mut Vec<Vec<String>>) {
    for line in aligned(lines, &[]) {
        app.line(&format!("    {line}"));
    }
    lines.clear();
}

fn sheet(row: &PupilRow) -> String {
    if row.sheet.is_empty() { row.file.clone() } else { format!("{} › {}", row.file, row.sheet) }
}

/// One row: its cells with their values, then what was derived from them.
fn cells(app: &App, figure: &Figure, row: &PupilRow) -> Vec<String> {
    let mut out: Vec<String> = row
        .cells
        .iter()
        .map(|cell| {
            let value = content(app, cell);
            format!("{BOLD}{}{}{PLAIN} {} {DIM}{}{PLAIN}", cell.letters, cell.row, value, cell.header)
        })
        .collect();
    if out.is_empty() {
        out.push(format!(
            "{BOLD}{}{PLAIN}",
            app.say("explain-row", &[("row", Arg::from(row.row.to_string()))])
        ));
    }
    // beside the pupil's number stands no code again
    if let Some(code) = row.code.as_ref().filter(|_| row.pupil.is_none()) {
        out.insert(0, app.say("explain-code", &[("code", Arg::from(code.as_str()))]));
    }
    let derived: Vec<String> = row
        .derived
        .iter()
        .map(|(column, value)| format!("{}: {}", label(app, column), app.word(value)))
        .collect();
    if !derived.is_empty() {
        out.push(format!("{RED}→{PLAIN} {}", derived.join(", ")));
    }
    if let Some(value) = row.value {
        out.push(format!("= {BOLD}{}{PLAIN}", measured(app, &figure.unit, Some(value), None, None)));
    }
    out
}

/// What stands in a cell: its value; of a task without points, what stands there instead.
fn content(app: &App, cell: &CellRef) -> String {
    let instead = cell.state.as_ref().map(|state| format!("explain-task-{state}"));
    match (&cell.value, instead.filter(|key| app.cat.has(key))) {
        (Some(value), _) => app.word(value),
        (None, Some(key)) => app.t(&key),
        (None, None) => "—".to_owned(),
    }
}

fn label(app: &App, column: &str) -> String {
    let key = format!("column-{column}");
    if app.cat.has(&key) { app.t(&key) } else { column.to_owned() }
}
