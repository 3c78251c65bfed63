//! `rsoko cluster TABLE --columns a,b,c`: the rows of any table in clusters, or the answer that there are none.

use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::sync::Mutex;

use clap::ArgMatches;

use crate::base::{Fault, FaultCode, Result};
use crate::cli::app::App;
use crate::cli::columns::aligned;
use crate::cli::printer::{BOLD, DIM, PLAIN, YELLOW};
use crate::cli::progress::Progress;
use crate::clusters::analysis::Method;
use crate::clusters::{TableClusters, TableQuestion, divide};
use crate::lake::RealDisk;
use crate::lake::foreign::TableRequest;
use crate::run::fence;
use crate::text::{Arg, number};

/// Divides the rows of a table and prints what was found.
///
/// # Errors
/// `E208` where an option is wrong, `E403` where the table cannot be read, `E602` where there is nothing to divide.
pub fn cluster(app: &App, args: &ArgMatches) -> Result<()> {
    let text = |name: &str| args.get_one::<String>(name).cloned();
    let columns: Vec<String> = args.get_many::<String>("columns").into_iter().flatten().cloned().collect();
    let request = TableRequest { sheet: text("sheet"), encoding: text("encoding"), wanted: columns.clone() };
    let path = args.get_one::<PathBuf>("table").cloned().unwrap_or_default();
    let reader = std::env::current_exe().unwrap_or_else(|_| PathBuf::from("rsoko"));
    let k = text("k").unwrap_or_else(|| "2..8".to_owned());
    let whole =
        |name: &str| args.get_one::<u32>(name).map_or(0, |n| usize::try_from(*n).unwrap_or(usize::MAX));
    let question = TableQuestion {
        columns,
        method: text("method").and_then(|name| Method::named(&name)),
        k: span(&k).ok_or_else(|| Fault::new(FaultCode::FitOption).why("cluster-k").with("value", &k))?,
        resamples: whole("resamples"),
        references: whole("references"),
        seed: args.get_one::<u64>("seed").copied().unwrap_or(1),
    };
    let table = fence::read_table(&reader, &RealDisk, &path, &request)?;
    let progress = Progress::new(app.lang, app.quiet || app.json);
    let done = Mutex::new(0_u64);
    let total = (question.resamples + question.references + Method::ALL.len()) as u64;
    let name = app.t("cluster-progress");
    let tick = |steps: u64| {
        let mut done = done.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *done = (*done + steps).min(total - 1);
        progress.steps(&name, *done, total);
    };
    let found = divide(&table.columns, &table.names, &question, &tick)?;
    progress.steps(&name, total, total);
    if app.json {
        app.answer(&found);
    } else {
        print(app, &found);
    }
    Ok(())
}

/// `4` or `2..8`.
fn span(text: &str) -> Option<RangeInclusive<usize>> {
    let (low, high) = text.split_once("..").unwrap_or((text, text));
    let (low, high) = (low.parse().ok()?, high.trim_start_matches('=').parse().ok()?);
    (2..=20).contains(&low).then_some(())?;
    (low..=20).contains(&high).then_some(low..=high)
}

fn print(app: &App, found: &TableClusters) {
    let verdict = match found.k {
        Some(k) => app.say("cluster-verdict", &[("k", Arg::from(k))]),
        None => app.t("cluster-verdict-none"),
    };
    app.line(&format!("{BOLD}{verdict}{PLAIN}"));
    let method = app.word(found.method);
    let args = [
        ("method", Arg::from(method)),
        ("ground", Arg::from(app.word(found.ground))),
        ("n", Arg::from(found.rows)),
    ];
    app.line(&format!("{DIM}{}{PLAIN}", app.say("cluster-because", &args)));
    if found.left_out > 0 {
        app.line(&format!(
            "{YELLOW}{}{PLAIN}",
            app.say("cluster-left-out", &[("n", Arg::from(found.left_out))])
        ));
    }
    for pair in &found.alike {
        let args = [
            ("first", Arg::from(&pair.first)),
            ("second", Arg::from(&pair.second)),
            ("r", Arg::from(number(app.lang, pair.correlation, 2))),
        ];
        app.line(&format!("{YELLOW}{}{PLAIN}", app.say("cluster-alike", &args)));
    }
    app.line("");
    indices(app, found);
    if !found.clusters.is_empty() {
        app.line("");
        clusters(app, found);
    }
}

fn figure(app: &App, value: Option<f64>, decimals: usize) -> String {
    value.map_or_else(|| "—".to_owned(), |value| number(app.lang, value, decimals))
}

fn indices(app: &App, found: &TableClusters) {
    let head = ["method", "k", "silhouette", "calinski", "gap", "gap-error", "bic"];
    let mut rows = vec![head.map(|key| app.t(&format!("cluster-head-{key}"))).to_vec()];
    for tried in &found.tried {
        let chosen = found.k == Some(tried.k) && tried.method == found.method;
        rows.push(vec![
            app.word(tried.method),
            format!("{}{}", tried.k, if chosen { "*" } else { " " }),
            figure(app, tried.silhouette, 4),
            figure(app, tried.calinski_harabasz, 1),
            figure(app, tried.gap, 4),
            figure(app, tried.gap_error, 4),
            figure(app, tried.bic, 1),
        ]);
    }
    for (at, line) in aligned(&rows, &[1, 2, 3, 4, 5, 6]).iter().enumerate() {
        app.line(&if at == 0 { format!("{BOLD}{line}{PLAIN}") } else { line.clone() });
    }
}

fn clusters(app: &App, found: &TableClusters) {
    let head = ["cluster", "rows", "jaccard", "band", "silhouette"];
    let mut first: Vec<String> = head.iter().map(|key| app.t(&format!("cluster-head-{key}"))).collect();
    first.extend(found.columns.iter().cloned());
    let mut rows = vec![first];
    for cluster in &found.clusters {
        let mut row = vec![
            cluster.cluster.to_string(),
            cluster.rows.to_string(),
            figure(app, cluster.jaccard, 2),
            cluster.band.map_or_else(|| "—".to_owned(), |band| app.word(band)),
            figure(app, cluster.silhouette, 2),
        ];
        row.extend(found.columns.iter().map(|name| figure(app, cluster.means.get(name).copied(), 3)));
        rows.push(row);
    }
    let right: Vec<usize> = [0, 1, 2, 4].into_iter().chain(5..5 + found.columns.len()).collect();
    for (at, line) in aligned(&rows, &right).iter().enumerate() {
        app.line(&if at == 0 { format!("{BOLD}{line}{PLAIN}") } else { line.clone() });
    }
}
