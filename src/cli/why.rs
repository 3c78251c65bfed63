//! `rsoko why SCHOOL`: the dossier of a school.

use std::collections::BTreeMap;

use clap::ArgMatches;

use crate::base::Result;
use crate::cli::app::App;
use crate::cli::columns::aligned;
use crate::cli::printer::{BOLD, DIM, GREEN, PLAIN, RED, YELLOW};
use crate::explain::{
    BreakLine, ClusterPlace, Dossier, FindingLine, Membership, Obstacle, PackCard, ReasonLine, RuleChance,
    SchoolCard, Trend, TrendYear, dossier, signs,
};
use crate::method::BRANCH;
use crate::text::{Arg, day, number, percent, sign};

/// Findings that are told; the others are counted.
const TOLD: usize = 12;

/// Tells all about a school.
///
/// # Errors
/// `E205` where there is no run, else as the dossier says.
pub fn why(app: &App, args: &ArgMatches) -> Result<()> {
    let workspace = app.workspace()?;
    let run = app.latest(&workspace)?;
    let pack = super::method::of_run(&workspace, &run)?;
    let school = args.get_one::<String>("school").map_or("", String::as_str);
    if args.get_flag("objectivity") {
        let signs = signs(&|table, columns| run.columns(table, columns), school)?;
        if app.json {
            app.answer(&signs);
            return Ok(());
        }
        return super::signs::tell(app, &signs);
    }
    let dossier = dossier(&|table, columns| run.columns(table, columns), &pack, school)?;
    let files = dossier.findings.iter().map(|finding| finding.file.as_str());
    let changed = app.changed_sources(&run, files)?;
    if app.json {
        app.answer(&super::explain::with_changed(&dossier, &changed));
        return Ok(());
    }
    let mut packs = BTreeMap::from([(dossier.pack.id.clone(), dossier.pack.clone())]);
    for list in &dossier.lists {
        if !packs.contains_key(&list.method) && !list.method.is_empty() {
            let set = super::method::read(&workspace, &list.method)?;
            packs.insert(list.method.clone(), PackCard::of(&set));
        }
    }
    tell(app, &dossier, &packs);
    Ok(())
}

fn tell(app: &App, dossier: &Dossier, packs: &BTreeMap<String, PackCard>) {
    app.line(&card(app, &dossier.school));
    app.line(&format!("{DIM}{}{PLAIN}", app.t("report-edition")));
    // lists by a rule over results first, then those by conditions of work
    for list in dossier.lists.iter().filter(|list| list.criteria_needed > 0) {
        membership(app, list, packs, dossier.school.parent.as_deref());
    }
    for list in dossier.lists.iter().filter(|list| list.criteria_needed == 0) {
        membership(app, list, packs, dossier.school.parent.as_deref());
    }
    trends(app, "why-trends", dossier.trends.iter().filter(|trend| trend.counted));
    trends(app, "why-trends-others", dossier.trends.iter().filter(|trend| !trend.counted));
    breaks(app, &dossier.breaks);
    conditions(app, dossier);
    journal(app, dossier);
    for line in &dossier.identity {
        let [old, new] = line.codes.clone().map(Option::unwrap_or_default);
        let args = [
            ("kind", Arg::from(&line.kind)),
            ("old", Arg::from(old)),
            ("new", Arg::from(new)),
            ("from", Arg::from(line.from.to_string())),
            ("by", Arg::from(&line.by)),
            ("on", Arg::from(day(app.lang, &line.on))),
            ("reason", Arg::from(&line.reason)),
            ("place", Arg::from(&line.place)),
            ("rows", Arg::from(line.rows)),
        ];
        app.line(&app.say("why-identity", &args));
    }
    findings(app, &dossier.findings);
    if let Some(reason) = deciding(&dossier.lists) {
        let args = [
            ("school", Arg::from(&dossier.school.school_id)),
            ("indicator", Arg::from(&reason.criterion)),
            ("year", Arg::from(reason.year.to_string())),
        ];
        app.line("");
        app.line(&app.say("why-next", &args));
    }
}

/// The criterion that the state turns on most easily: of those met where the school is listed, of those unmet where it
/// is not, the one with the fewest pupils to the cut.
fn deciding(lists: &[Membership]) -> Option<&ReasonLine> {
    let of = |listed: bool| {
        let counting = |list: &&Membership| list.criteria_needed > 0;
        let lists = lists.iter().filter(counting).filter(move |list| (list.state == "listed") == listed);
        let reasons = lists.flat_map(|list| &list.reasons).filter(move |reason| reason.met == Some(listed));
        reasons.filter(|r| r.distance_pupils.is_some()).min_by_key(|r| r.distance_pupils.map(i64::abs))
    };
    of(true).or_else(|| of(false)).or_else(|| {
        let lists = lists.iter().filter(|list| list.criteria_needed > 0);
        lists.flat_map(|list| &list.reasons).find(|reason| reason.value.is_some())
    })
}

/// The school in one line: name, municipality, kind, code.
pub fn card(app: &App, school: &SchoolCard) -> String {
    let mut parts = vec![format!("{BOLD}{}{PLAIN}", school.name_short)];
    parts.extend(school.municipality.clone());
    parts.extend([&school.kind, &school.locality].into_iter().flatten().map(|word| app.word(word)));
    // A school without a register has its id for a name.
    parts.push(match school.year {
        Some(_) => school.school_id.clone(),
        None => app.t("report-not-in-register"),
    });
    parts.join(", ")
}

fn head(app: &App, key: &str) {
    app.line("");
    app.line(&format!("{BOLD}{}{PLAIN}", app.t(key)));
}

/// Why the list is not about this school.
fn outside(app: &App, obstacle: &Obstacle, parent: Option<&str>) {
    let branch = parent.filter(|_| obstacle.reason == BRANCH);
    if let Some(parent) = branch {
        app.line(&app.say("why-outside-branch", &[("parent", Arg::from(parent))]));
        return;
    }
    let reason = obstacle.title.as_ref().map_or_else(|| app.word(&obstacle.reason), |t| app.of(t).to_owned());
    app.line(&app.say("why-outside", &[("reason", Arg::from(reason))]));
}

/// Each list is by a method of its own.
fn method(app: &App, pack: &PackCard) {
    let args = [
        ("title", Arg::from(app.of(&pack.title))),
        ("version", Arg::from(&pack.version)),
        ("status", Arg::from(app.t(&format!("method-status-{}", pack.status)))),
    ];
    app.line(&format!("{DIM}{}{PLAIN}", app.say("report-method-line", &args)));
}

fn membership(app: &App, list: &Membership, packs: &BTreeMap<String, PackCard>, parent: Option<&str>) {
    let colour = if list.state == "listed" { RED } else { "" };
    app.line("");
    app.line(&format!(
        "{BOLD}{}, {}{PLAIN}: {colour}{}{PLAIN}",
        titled(app, &list.title, &list.list),
        list.year,
        app.word(&list.state)
    ));
    if let Some(pack) = packs.get(&list.method) {
        method(app, pack);
    }
    if let Some(decision) = &list.decision {
        let args = [
            ("decided", Arg::from(app.word(&decision.decided))),
            ("by", Arg::from(&decision.by)),
            ("on", Arg::from(day(app.lang, &decision.on))),
            ("document", Arg::from(&decision.document)),
            ("reason", Arg::from(&decision.reason)),
            ("place", Arg::from(&decision.place)),
        ];
        app.line(&format!("{YELLOW}{}{PLAIN}", app.say("why-decided", &args)));
    }
    if let Some(place) = &list.place {
        let verdict = list.verdict.as_deref().unwrap_or_default();
        let args = [
            ("verdict", Arg::from(app.word(verdict))),
            ("index", Arg::Real(place.index, 2)),
            ("low", Arg::Real(place.low, 2)),
            ("high", Arg::Real(place.high, 2)),
            ("cut", Arg::Real(place.cut, 2)),
            ("from", Arg::from(place.rank_low)),
            ("to", Arg::from(place.rank_high)),
            ("schools", Arg::from(place.schools)),
            ("wfrom", Arg::from(place.rank_weights_low)),
            ("wto", Arg::from(place.rank_weights_high)),
            ("beyond", Arg::from(percent(app.lang, place.beyond_share, 0))),
            ("set", Arg::from(&place.set)),
        ];
        app.line(&app.say("why-place", &args));
    } else if list.obstacle.is_none() {
        let args = [
            ("met", Arg::from(list.criteria_met)),
            ("assessable", Arg::from(list.criteria_assessable)),
            ("needed", Arg::from(list.criteria_needed)),
            ("years", Arg::from(&list.years)),
        ];
        app.line(&app.say("why-rule", &args));
    }
    if let Some(chance) = &list.chance {
        tell_chance(app, chance);
    }
    if let Some(obstacle) = list.obstacle.as_ref().filter(|_| list.state == "out_of_population") {
        outside(app, obstacle, parent);
        return;
    }
    if let Some(obstacle) = &list.obstacle {
        let mut args = vec![("reason", Arg::from(app.word(&obstacle.reason)))];
        args.extend(obstacle.year.map(|year| ("year", Arg::from(year.to_string()))));
        args.extend(obstacle.participants.map(|most| ("participants", Arg::from(most))));
        let key = match (obstacle.year, obstacle.participants) {
            (Some(_), Some(_)) => "why-obstacle-participants",
            (Some(_), None) => "why-obstacle-year",
            _ => "why-obstacle",
        };
        app.line(&app.say(key, &args));
    }
    let uncounted = list.reasons.iter().any(|reason| reason.state != "value");
    let heads = ["criterion", "year", "share", "pupils", "threshold", "distance", "probability", "state"];
    let heads = heads.iter().take(if uncounted { 8 } else { 7 });
    let mut rows = vec![heads.map(|key| format!("{DIM}{}{PLAIN}", app.t(&format!("why-{key}")))).collect()];
    rows.extend(list.reasons.iter().map(|reason| reason_row(app, reason)));
    for line in aligned(&rows, &[1, 2, 3, 4, 5, 6]) {
        app.line(&format!("  {line}"));
    }
}

/// How probable the rule is for the true shares, and the school's rank, never without its interval.
fn tell_chance(app: &App, chance: &RuleChance) {
    let args = [
        ("probability", Arg::from(percent(app.lang, chance.probability, 0))),
        ("error", Arg::from(number(app.lang, 100.0 * chance.error, 1))),
        ("verdict", Arg::from(app.word(&chance.verdict))),
        ("draws", Arg::from(chance.draws)),
        ("seed", Arg::from(&chance.seed)),
    ];
    app.line(&app.say("why-chance", &args));
    if let (Some([rank, low, high]), Some(tier)) = (chance.rank, chance.tier) {
        let args = [
            ("rank", Arg::from(rank)),
            ("low", Arg::from(low)),
            ("high", Arg::from(high)),
            ("tier", Arg::from(tier)),
        ];
        app.line(&app.say("why-rank", &args));
    }
}

fn reason_row(app: &App, reason: &ReasonLine) -> Vec<String> {
    let mark = match reason.met {
        Some(true) => format!("{RED}●{PLAIN}"),
        Some(false) => format!("{GREEN}○{PLAIN}"),
        None => format!("{DIM}–{PLAIN}"),
    };
    let title = titled(app, &reason.title, &reason.criterion);
    let name = format!("{mark} {title} {DIM}{}{PLAIN}", reason.criterion);
    vec![
        name,
        reason.year.to_string(),
        share(app, reason.value, reason.low, reason.high),
        of(app, reason.numerator, reason.denominator),
        format!("{} {}", sign(&reason.comparison), percent(app.lang, reason.threshold, 0)),
        reason.distance_pupils.map_or_else(String::new, |pupils| number(app.lang, whole(pupils), 0)),
        reason.probability.map_or_else(String::new, |probability| percent(app.lang, probability, 0)),
        uncounted(app, &reason.state),
    ]
}

/// A title of the pack; else the word of the catalogue.
fn titled(app: &App, title: &crate::method::Wording, word: &str) -> String {
    if title.is_empty() { app.word(word) } else { app.of(title).to_owned() }
}

fn trends<'a>(app: &App, key: &str, trends: impl Iterator<Item = &'a Trend>) {
    let known: Vec<&Trend> =
        trends.filter(|trend| trend.years.iter().any(|year| year.value.is_some())).collect();
    if known.is_empty() {
        return;
    }
    head(app, key);
    let mut rows = Vec::new();
    // what is measured in the same unit stands under one header, in the order of the pack
    let mut units: Vec<&str> = Vec::new();
    for trend in &known {
        if !units.contains(&trend.unit.as_str()) {
            units.push(&trend.unit);
        }
    }
    for unit in units {
        let measure = match unit {
            "mark" => "why-mark",
            "points" => "why-points",
            "deviations" => "why-deviations",
            _ => "why-share",
        };
        let heads = ["why-criterion", "why-year", measure, "why-pupils", "why-smoothed"];
        let heads = heads.into_iter().chain(["why-municipality", "why-region", "why-state"]);
        rows.push(heads.map(|key| format!("{DIM}{}{PLAIN}", app.t(key))).collect());
        for trend in known.iter().filter(|trend| trend.unit == unit) {
            rows.extend(trend.years.iter().enumerate().map(|(at, year)| trend_row(app, trend, at, year)));
        }
    }
    for line in aligned(&rows, &[1, 2, 3, 4, 5, 6]) {
        app.line(&format!("  {line}"));
    }
}

/// A year of an indicator; one that does not count says so.
fn trend_row(app: &App, trend: &Trend, position: usize, year: &TrendYear) -> Vec<String> {
    let title = match position {
        0 => app.of(&trend.title).to_owned(),
        // by this name `rsoko explain` takes it
        1 => format!("{DIM}{}{PLAIN}", trend.indicator),
        _ => String::new(),
    };
    let value = measured(app, &trend.unit, year.value, year.low, year.high);
    let pupils = match (year.numerator, year.denominator) {
        (None, Some(all)) => all.to_string(),
        (part, all) => of(app, part, all),
    };
    let figure = |value: Option<f64>| measured(app, &trend.unit, value, None, None);
    let [own, municipality, drawn, region] =
        [year.eb_value, year.municipality, year.municipality_eb, year.region].map(figure);
    let municipality = match year.municipality_eb {
        Some(_) => format!("{municipality} ({drawn})"),
        None => municipality,
    };
    let mut row = vec![title, year.year.to_string(), value, pupils];
    row.extend([own, municipality, region]);
    row.push(uncounted(app, &year.state));
    row
}

/// The word of a figure that does not count.
fn uncounted(app: &App, state: &str) -> String {
    if state == "value" { String::new() } else { format!("{YELLOW}{}{PLAIN}", app.word(state)) }
}

fn breaks(app: &App, breaks: &[BreakLine]) {
    if breaks.is_empty() {
        return;
    }
    head(app, "why-breaks");
    for one in breaks {
        let (procedure, certainty) = (app.word(&one.procedure), app.word(&one.certainty));
        app.line(&format!("  {}, {procedure}: {} ({certainty})", one.year, app.of(&one.text)));
    }
}

fn conditions(app: &App, dossier: &Dossier) {
    if dossier.context.is_empty() && dossier.clusters.is_empty() {
        return;
    }
    head(app, "why-conditions");
    for year in &dossier.context {
        let (Some(index), Some(low), Some(high)) = (year.index, year.low, year.high) else { continue };
        let args = [
            ("year", Arg::from(year.year.to_string())),
            ("index", Arg::Real(index, 2)),
            ("low", Arg::Real(low, 2)),
            ("high", Arg::Real(high, 2)),
            ("known", Arg::from(year.measures_known)),
            ("asked", Arg::from(year.measures_asked)),
        ];
        app.line(&format!("  {}", app.say("why-index", &args)));
    }
    // that there are no groups is said once, of the last year
    let last = dossier.clusters.iter().map(|place| place.year).max();
    for place in dossier.clusters.iter().filter(|place| place.groups || Some(place.year) == last) {
        app.line(&format!("  {}", kind(app, place)));
    }
}

/// The type of a school in a year, with everything that speaks against leaning on it.
fn kind(app: &App, place: &ClusterPlace) -> String {
    let year = ("year", Arg::from(place.year.to_string()));
    let Some(cluster) = place.cluster else {
        return if place.groups {
            app.say("why-cluster-unknown", &[year])
        } else {
            app.say("why-cluster-none", &[year])
        };
    };
    let named = [year, ("cluster", Arg::from(cluster)), ("name", Arg::from(app.of(&place.name)))];
    let mut said = vec![app.say("why-cluster", &named)];
    if let Some(band) = &place.band {
        let band = [("band", Arg::from(app.word(band)))];
        said.push(if place.is_unstable() {
            format!("{YELLOW}{}{PLAIN}", app.say("why-cluster-unstable", &band))
        } else {
            app.say("why-cluster-band", &band)
        });
    }
    let share = |value: f64| [("share", Arg::from(percent(app.lang, value, 0)))];
    said.extend(place.membership.map(|value| app.say("why-cluster-share", &share(value))));
    if let (Some("borderline"), Some(next)) = (place.standing.as_deref(), place.next_cluster) {
        said.push(app.say("why-cluster-border", &[("next", Arg::from(next))]));
    }
    said.extend(place.moved.map(|value| app.say("why-cluster-moved", &share(value))));
    said.join("; ")
}

fn journal(app: &App, dossier: &Dossier) {
    if dossier.journal.is_empty() {
        return;
    }
    head(app, "why-journal");
    let mut rows = vec![
        ["test", "year", "lowered", "confirmed", "raised", "both", "against"]
            .map(|key| format!("{DIM}{}{PLAIN}", app.t(&format!("why-{key}"))))
            .to_vec(),
    ];
    rows.extend(dossier.journal.iter().map(|test| {
        let figure =
            |value: Option<f64>| value.map_or_else(|| "—".to_owned(), |value| percent(app.lang, value, 0));
        let against = test.lowered_against_expected.as_deref().unwrap_or_default();
        let colour = if against == "more" { YELLOW } else { "" };
        vec![
            format!("{} {}, {}", app.word(&test.procedure), test.grade, app.word(&test.subject)),
            match test.wave.as_deref() {
                Some("autumn") => format!("{}, {}", test.year, app.word("autumn")),
                _ => test.year.to_string(),
            },
            share(app, test.lowered_share, test.lowered_low, test.lowered_high),
            figure(test.confirmed_share),
            figure(test.raised_share),
            test.both_marks.to_string(),
            format!("{colour}{}{PLAIN}", if against.is_empty() { String::new() } else { app.word(against) }),
        ]
    }));
    for line in aligned(&rows, &[1, 2, 3, 4, 5]) {
        app.line(&format!("  {line}"));
    }
}

fn findings(app: &App, findings: &[FindingLine]) {
    head(app, "why-findings");
    if findings.is_empty() {
        app.line(&format!("  {}", app.t("cli-no-findings")));
    }
    let weight = |severity: &str| match severity {
        "error" => 0,
        "warning" => 1,
        _ => 2,
    };
    let mut sorted: Vec<&FindingLine> = findings.iter().collect();
    sorted.sort_by_key(|finding| weight(&finding.severity));
    for finding in sorted.iter().take(TOLD) {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let [value, detail, column] = [&finding.value, &finding.detail, &finding.column].map(text);
        let said = |attribute: &str| app.cat.finding(&finding.code, attribute, &value, &detail, &column);
        let sheet = if finding.sheet.is_empty() { String::new() } else { format!(" › {}", finding.sheet) };
        let place = format!("{}{sheet} › {}{}", finding.file, text(&finding.letters), finding.row);
        app.line(&format!("  {} {place}: {}", finding.code, said("")));
        app.line(&format!("       {DIM}{}{PLAIN}", said(".cure")));
    }
    if sorted.iter().take(TOLD).any(|finding| finding.value.is_some()) {
        app.line(&format!("  {DIM}{}{PLAIN}", app.t("finding-masks")));
    }
    if let Some(rest) = sorted.len().checked_sub(TOLD).filter(|rest| *rest > 0) {
        app.line(&format!("  {}", app.say("why-more", &[("n", Arg::from(rest))])));
    }
}

/// A share with its interval.
pub fn share(app: &App, value: Option<f64>, low: Option<f64>, high: Option<f64>) -> String {
    match (value, low, high) {
        (Some(value), Some(low), Some(high)) => {
            format!("{} ({})", percent(app.lang, value, 1), crate::text::interval(app.lang, low, high, 0))
        }
        (Some(value), _, _) => percent(app.lang, value, 1),
        _ => "—".to_owned(),
    }
}

/// A value in its unit, with its interval where there is one: shares as percents, everything else with two decimals.
pub fn measured(app: &App, unit: &str, value: Option<f64>, low: Option<f64>, high: Option<f64>) -> String {
    if unit == "share" {
        return share(app, value, low, high);
    }
    let said = |value: f64| number(app.lang, value, 2);
    match (value, low, high) {
        (Some(value), Some(low), Some(high)) => format!("{} ({}–{})", said(value), said(low), said(high)),
        (Some(value), _, _) => said(value),
        _ => "—".to_owned(),
    }
}

/// So many of so many.
pub fn of(app: &App, part: Option<i64>, all: Option<i64>) -> String {
    match (part, all) {
        (Some(part), Some(all)) => app.say("why-of", &[("part", Arg::from(part)), ("all", Arg::from(all))]),
        _ => String::new(),
    }
}

#[expect(clippy::cast_precision_loss, reason = "a count of pupils is far below 2^53")]
pub fn whole(count: i64) -> f64 {
    count as f64
}
