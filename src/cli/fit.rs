//! `rsoko fit TABLE FORMULA`: a regression on any table, as a statistician expects to see it.

use std::path::PathBuf;

use clap::ArgMatches;

use crate::base::Result;
use crate::cli::app::App;
use crate::cli::columns::aligned;
use crate::cli::printer::{BOLD, DIM, PLAIN, YELLOW};
use crate::fit::{Answer, Errors, Family, Note, Request, Spread, Term, columns_wanted, fit as fitted};
use crate::lake::RealDisk;
use crate::lake::foreign::{TableNote, TableRequest};
use crate::run::fence;
use crate::stats::Likelihood;
use crate::text::{Arg, integer, number};

/// Fits a model and prints it.
///
/// # Errors
/// `E207` and `E208` where the formula or the options are wrong, `E403` where the table cannot be read, `E602` where there is
/// no trustworthy answer.
pub fn fit(app: &App, args: &ArgMatches) -> Result<()> {
    let request = request(args);
    let text = |name: &str| args.get_one::<String>(name).cloned();
    let table =
        TableRequest { sheet: text("sheet"), encoding: text("encoding"), wanted: columns_wanted(&request)? };
    let path = args.get_one::<PathBuf>("table").cloned().unwrap_or_default();
    let reader = std::env::current_exe().unwrap_or_else(|_| PathBuf::from("rsoko"));
    let table = fence::read_table(&reader, &RealDisk, &path, &table)?;
    let answer = fitted(&table.columns, &table.names, &request)?;
    if app.json {
        app.answer(&for_programs(app, &answer, &table.notes));
    } else {
        print(app, &answer, &table.notes);
    }
    Ok(())
}

fn request(args: &ArgMatches) -> Request {
    let text = |name: &str| args.get_one::<String>(name).map(String::as_str);
    fn chosen<T: Copy>(known: &[(&str, T)], name: Option<&str>) -> Option<T> {
        known.iter().find(|(own, _)| Some(*own) == name).map(|(_, value)| *value)
    }
    Request {
        formula: text("formula").unwrap_or_default().to_owned(),
        family: chosen(&Family::ALL, text("family")),
        se: chosen(&Errors::ALL, text("se")),
        clusters: args.get_many::<String>("cluster").into_iter().flatten().cloned().collect(),
        weights: args.get_one::<String>("weights").cloned(),
        level: args.get_one::<f64>("level").copied().unwrap_or(0.95),
        likelihood: if text("likelihood") == Some("ML") { Likelihood::Full } else { Likelihood::Restricted },
        spread: chosen(&Spread::ALL, text("dispersion")).unwrap_or_default(),
        draws: args.get_one::<u32>("draws").copied().unwrap_or(9_999),
        seed: args.get_one::<u64>("seed").copied().unwrap_or(1),
    }
}

/// The answer with its remarks in words, and how the table was read.
fn for_programs(app: &App, answer: &Answer, notes: &[TableNote]) -> serde_json::Value {
    let mut value = serde_json::to_value(answer).unwrap_or_default();
    if let Some(cautions) =
        value.pointer_mut("/diagnostics/cautions").and_then(serde_json::Value::as_array_mut)
    {
        for (json, note) in cautions.iter_mut().zip(&answer.diagnostics.cautions) {
            if let Some(object) = json.as_object_mut() {
                object.insert("text".to_owned(), worded(app, note).into());
            }
        }
    }
    if let Some(diagnostics) = value.pointer_mut("/diagnostics").and_then(serde_json::Value::as_object_mut) {
        diagnostics.insert("table".to_owned(), serde_json::to_value(notes).unwrap_or_default());
    }
    value
}

fn worded(app: &App, note: &Note) -> String {
    let spelled = |value: &str| match value.split_once('.') {
        Some((_, decimals)) => {
            value.parse().map_or(value.to_owned(), |v| number(app.lang, v, decimals.len()))
        }
        None => value.to_owned(),
    };
    let args: Vec<(&str, Arg<'_>)> =
        note.args.iter().map(|(name, value)| (name.as_str(), Arg::from(spelled(value)))).collect();
    app.say(&note.key, &args)
}

fn print(app: &App, answer: &Answer, notes: &[TableNote]) {
    app.line(&format!("{BOLD}{}{PLAIN}", answer.formula));
    app.line(&format!("{DIM}{}{PLAIN}", heading(app, answer)));
    app.line("");
    let z = answer.terms.iter().all(|term| term.df.is_none());
    let statistic = if z && answer.se != Errors::Wild { "z" } else { "t" };
    let head = ["term", "estimate", "se", statistic, "df", "p"];
    let mut head: Vec<String> = head.iter().map(|key| app.t(&format!("fit-head-{key}"))).collect();
    head.push(app.say("fit-head-interval", &[("level", Arg::from(percent(app, answer.level)))]));
    let mut rows = vec![head];
    rows.extend(answer.terms.iter().map(|term| row(app, term)));
    if z {
        for row in &mut rows {
            row.remove(4);
        }
    }
    for (at, line) in aligned(&rows, &[1, 2, 3, 4, 5, 6]).iter().enumerate() {
        app.line(&if at == 0 { format!("{BOLD}{line}{PLAIN}") } else { line.clone() });
    }
    app.line("");
    for line in summary(app, answer) {
        app.line(&line);
    }
    for note in &answer.diagnostics.cautions {
        app.line(&format!("{YELLOW}{}{PLAIN} {}", app.t("fit-caution"), worded(app, note)));
    }
    for note in notes {
        if let Some(text) = read(app, note) {
            app.line(&format!("{DIM}{text}{PLAIN}"));
        }
    }
}

/// Family, errors and groups in a line.
fn heading(app: &App, answer: &Answer) -> String {
    let name = |known: &[(&str, String)]| known.first().map(|(_, text)| text.clone()).unwrap_or_default();
    let family = Family::ALL.into_iter().find(|(_, own)| *own == answer.family).map_or("", |(name, _)| name);
    let errors = Errors::ALL.into_iter().find(|(_, own)| *own == answer.se).map_or("", |(name, _)| name);
    let model = match &answer.variance_components {
        Some(variances) => app.say("fit-model-mixed", &[("method", Arg::from(variances.method))]),
        None => app.t(&format!("fit-model-{family}")),
    };
    let mut parts = vec![model, app.t(&format!("fit-se-{}", errors.to_lowercase()))];
    for (key, groups) in [
        ("fit-by-clusters", &answer.groups.clusters),
        ("fit-by-fixed", &answer.groups.fixed),
        ("fit-by-random", &answer.groups.random),
    ] {
        for group in groups {
            let args = [("column", Arg::from(&group.column)), ("n", Arg::from(group.groups))];
            parts.push(name(&[("", app.say(key, &args))]));
        }
    }
    parts.join("; ")
}

fn row(app: &App, term: &Term) -> Vec<String> {
    vec![
        term.term.clone(),
        digits(app, term.estimate),
        digits(app, term.se),
        number(app.lang, term.statistic, 2),
        term.df.map_or_else(String::new, |df| degrees(app, df)),
        p_value(app, term.p),
        format!("{} … {}", digits(app, term.low), digits(app, term.high)),
    ]
}

/// Whole degrees of freedom without decimals.
fn degrees(app: &App, df: f64) -> String {
    number(app.lang, df, usize::from(df.fract().abs() > 1e-9))
}

/// Five significant digits, however large or small the number.
fn digits(app: &App, value: f64) -> String {
    let size = value.abs();
    if size > 0.0 && !(1e-5..1e9).contains(&size) {
        let text = format!("{value:.3e}");
        return if app.lang == crate::text::Lang::Ru { text.replace('.', ",") } else { text };
    }
    let decimals = match size {
        size if size >= 1e4 => 1,
        size if size >= 1e3 => 2,
        size if size >= 1e2 => 3,
        size if size >= 0.1 || size <= 0.0 => 4,
        size if size >= 0.01 => 5,
        size if size >= 1e-3 => 6,
        _ => 7,
    };
    number(app.lang, value, decimals)
}

/// p to three significant digits, and no smaller than tables go.
fn p_value(app: &App, p: f64) -> String {
    match p {
        p if p < 1e-4 => format!("<\u{a0}{}", number(app.lang, 1e-4, 4)),
        p => number(app.lang, p, 4),
    }
}

fn percent(app: &App, share: f64) -> String {
    let per_cent = share * 100.0;
    number(app.lang, per_cent, usize::from((per_cent - per_cent.round()).abs() > 1e-9))
}

fn summary(app: &App, answer: &Answer) -> Vec<String> {
    let count = |n: usize| integer(app.lang, i64::try_from(n).unwrap_or(i64::MAX));
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut add = |key: &str, value: String| rows.push(vec![app.t(&format!("fit-sum-{key}")), value]);
    add("n", count(answer.n));
    if answer.dropped > 0 {
        add("dropped", count(answer.dropped));
    }
    let mixed = answer.variance_components.as_ref();
    let r2 = |value: f64| number(app.lang, value, 4);
    if let Some(value) = answer.r2 {
        let key = match (mixed, answer.family) {
            (Some(_), _) => "r2-marginal",
            (None, Family::Gaussian) => "r2",
            (None, _) => "deviance-explained",
        };
        add(key, r2(value));
    }
    if let Some(value) = answer.r2_within {
        add(if mixed.is_some() { "r2-conditional" } else { "r2-within" }, r2(value));
    }
    if let Some(value) = answer.sigma {
        add("sigma", digits(app, value));
    }
    if let Some(variances) = mixed {
        let within = |value: f64, [low, high]: [f64; 2]| {
            format!("{} ({} … {})", digits(app, value), digits(app, low), digits(app, high))
        };
        add("between", within(variances.between, variances.between_interval));
        add("within", within(variances.within, variances.within_interval));
        add("icc", within(variances.icc, variances.icc_interval));
    }
    let diagnostics = &answer.diagnostics;
    let told = [
        ("log-lik", answer.log_lik),
        ("deviance", diagnostics.deviance),
        ("null-deviance", diagnostics.null_deviance),
        ("dispersion", diagnostics.dispersion),
        ("williams", diagnostics.williams_correlation),
        ("condition", diagnostics.condition),
    ];
    for (key, value) in told {
        if let Some(value) = value {
            add(key, digits(app, value));
        }
    }
    if let Some((value, row)) = diagnostics.leverage_max {
        let args = [("value", Arg::from(number(app.lang, value, 3))), ("row", Arg::from(row))];
        add("leverage", app.say("fit-leverage", &args));
    }
    aligned(&rows, &[])
}

/// How the table was read, where a reader should know it.
fn read(app: &App, note: &TableNote) -> Option<String> {
    let said = |key: &str, args: &[(&str, Arg<'_>)]| Some(app.say(key, args));
    match note {
        TableNote::Text { encoding, .. } if encoding == "UTF-8" => None,
        TableNote::Text { encoding, .. } => said("fit-read-encoding", &[("encoding", Arg::from(encoding))]),
        TableNote::Sheet { of: 1, .. } => None,
        TableNote::Sheet { sheet, of } => {
            said("fit-read-sheet", &[("sheet", Arg::from(sheet)), ("n", Arg::from(*of))])
        }
        TableNote::Undecodable { cells } => said("fit-read-undecodable", &[("n", Arg::from(*cells))]),
        TableNote::Mixed { column, row } => {
            said("fit-read-mixed", &[("column", Arg::from(column)), ("row", Arg::from(*row))])
        }
        TableNote::Errors { column, cells } => {
            said("fit-read-errors", &[("column", Arg::from(column)), ("n", Arg::from(*cells))])
        }
        TableNote::Twice { column } => said("fit-read-twice", &[("column", Arg::from(column))]),
    }
}
