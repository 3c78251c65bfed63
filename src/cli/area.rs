//! `rsoko explain MUNICIPALITY INDICATOR`: the figure of a municipality or of the region, with its schools.

use crate::cli::app::App;
use crate::cli::columns::aligned;
use crate::cli::explain::{interval, smoothed};
use crate::cli::printer::{BOLD, DIM, PLAIN};
use crate::cli::why::{measured, of};
use crate::explain::AreaFigure;
use crate::text::{Arg, percent};

/// Prints it.
pub fn tell(app: &App, figure: &AreaFigure) {
    let is_region = figure.level == "region";
    let name = if is_region { app.t("word-region") } else { figure.name.clone() };
    app.line(&format!("{BOLD}{name}{PLAIN}"));
    let title = app.of(&figure.title);
    app.line(&format!("{BOLD}{title}, {}{PLAIN} {DIM}({}){PLAIN}", figure.year, figure.indicator));
    app.line("");
    match (figure.value, figure.numerator, figure.denominator) {
        (Some(value), Some(part), Some(all)) => {
            app.line(&format!("  {BOLD}{}{PLAIN} = {part} / {all}", percent(app.lang, value, 1)));
        }
        (Some(_), None, Some(pupils)) => {
            let args = [
                ("value", Arg::from(measured(app, &figure.unit, figure.value, None, None))),
                ("unit", Arg::from(app.t(&format!("word-unit-{}", figure.unit)))),
                ("pupils", Arg::from(pupils)),
            ];
            app.line(&format!("  {BOLD}{}{PLAIN}", app.say("explain-mean", &args)));
        }
        _ => app.line(&format!("  {BOLD}{}{PLAIN}", app.word(&figure.state))),
    }
    interval(app, &figure.unit, figure.low, figure.high);
    smoothed(
        app,
        "explain-smoothed-municipality",
        &figure.unit,
        [figure.eb_value, figure.eb_low, figure.eb_high],
    );
    if is_region {
        app.line(&format!("  {}", app.t("explain-region-alone")));
    }
    let Some(first) = figure.schools.first() else { return };
    app.line("");
    let args = [("n", Arg::from(figure.schools.len()))];
    app.line(&format!("{BOLD}{}{PLAIN}", app.say("explain-schools", &args)));
    let rows: Vec<Vec<String>> = figure
        .schools
        .iter()
        .map(|school| {
            let pupils = match (school.numerator, school.denominator) {
                (None, Some(all)) => all.to_string(),
                (part, all) => of(app, part, all),
            };
            let value = measured(app, &figure.unit, school.value, None, None);
            vec![school.school_id.clone(), school.name.clone(), value, pupils]
        })
        .collect();
    for line in aligned(&rows, &[2, 3]) {
        app.line(&format!("  {line}"));
    }
    app.line("");
    let args = [
        ("school", Arg::from(first.school_id.as_str())),
        ("indicator", Arg::from(figure.indicator.as_str())),
        ("year", Arg::from(figure.year.to_string())),
    ];
    app.line(&app.say("why-next", &args));
}
