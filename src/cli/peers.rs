//! `rsoko peers SCHOOL`: the fair comparison, with schools in similar conditions.

use clap::ArgMatches;

use crate::base::Result;
use crate::cli::app::App;
use crate::cli::columns::aligned;
use crate::cli::printer::{BOLD, DIM, PLAIN};
use crate::cli::why::card;
use crate::explain::{PeerView, PlaceLine, peers as found};
use crate::method::MethodPack;
use crate::text::{Arg, number, percent};

/// Tells with whom a school can be compared, and where it stands among them.
///
/// # Errors
/// `E205` where there is no run, `E202` where the run has no peers of this school.
pub fn peers(app: &App, args: &ArgMatches) -> Result<()> {
    let workspace = app.workspace()?;
    let run = app.latest(&workspace)?;
    let pack = super::method::of_run(&workspace, &run)?;
    let school = args.get_one::<String>("school").map_or("", String::as_str);
    let view = found(&|table, columns| run.columns(table, columns), school)?;
    if app.json {
        app.answer(&view);
    } else {
        tell(app, &view, &pack);
    }
    Ok(())
}

fn tell(app: &App, view: &PeerView, pack: &MethodPack) {
    app.line(&card(app, &view.school));
    app.line(&format!("{DIM}{}{PLAIN}", app.t("report-edition")));
    app.line("");
    let title = app.say("peers-title", &[("year", Arg::from(view.year.to_string()))]);
    app.line(&format!("{BOLD}{title}{PLAIN}"));
    let mut rows = vec![["school", "code", "municipality", "distance"].map(|key| dim(app, key)).to_vec()];
    rows.extend(view.peers.iter().map(|peer| {
        vec![
            peer.name_short.clone(),
            peer.school_id.clone(),
            peer.municipality.clone(),
            number(app.lang, peer.distance, 2),
        ]
    }));
    for line in aligned(&rows, &[3]) {
        app.line(&format!("  {line}"));
    }
    app.line("");
    if view.places.is_empty() {
        app.line(&app.t("peers-no-places"));
        return;
    }
    app.line(&format!("{BOLD}{}{PLAIN}", app.t("peers-places")));
    let head = ["indicator", "value", "mean", "place", "better", "verdict"];
    let mut rows = vec![head.map(|key| dim(app, key)).to_vec()];
    rows.extend(view.places.iter().map(|place| row(app, place, pack)));
    for line in aligned(&rows, &[1, 2, 3, 4]) {
        app.line(&format!("  {line}"));
    }
    app.line(&format!("{DIM}{}{PLAIN}", app.t("peers-note")));
}

fn dim(app: &App, key: &str) -> String {
    format!("{DIM}{}{PLAIN}", app.t(&format!("peers-head-{key}")))
}

fn row(app: &App, place: &PlaceLine, pack: &MethodPack) -> Vec<String> {
    let known = pack.indicators.iter().find(|indicator| indicator.id == place.indicator);
    let title = match known {
        Some(indicator) => app.of(&indicator.title).to_owned(),
        None if place.indicator == "all" => app.t("word-all_indicators"),
        None => place.indicator.clone(),
    };
    let share = |value: Option<f64>| value.map_or_else(|| "—".to_owned(), |v| percent(app.lang, v, 1));
    let args = [
        ("low", Arg::Real(place.rank_low, 0)),
        ("high", Arg::Real(place.rank_high, 0)),
        ("of", Arg::from(place.compared)),
    ];
    vec![
        title,
        share(place.value),
        share(place.peers_mean),
        app.say("peers-place", &args),
        percent(app.lang, place.better, 0),
        app.word(&place.verdict),
    ]
}
