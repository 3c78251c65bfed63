//! The stage `peers`: for every school the schools in the most similar conditions, and its place among them on results. What a
//! type is like on columns that took no part in making it stands here too: outcomes never reach the stage `clusters`.
//!
//! Parameters: `columns`; `results`, indicators with a direction each (1: a larger share
//! is better, −1: a smaller one); `peers` (10); `draws` of the shares behind places (400). The last year of the run is compared.

use std::collections::{BTreeMap, BTreeSet};

use ndarray::Axis;

use super::results::{Drawn, Results, offered, together};
use super::scales::{Columns, columns};
use crate::base::Result;
use crate::method::TypePlan;
use crate::pipeline::{Declared, Input, Output, Params, Read, Stage};
use crate::stats::{mean, place_among, standard_deviation, student_quantile};
use crate::tables::{ClusterOutside, Peer, PeerPlace, Register, Shares, Table, ints, texts};

/// The stage `peers`.
pub struct Peers;

/// A school is called better or worse than its peers from this probability on.
const SURE: f64 = 0.95;

struct Asked {
    columns: Vec<String>,
    results: Vec<(String, i32)>,
    plan: TypePlan,
    peers: usize,
    draws: usize,
}

impl Asked {
    fn read(declared: &Declared<'_>) -> Result<Self> {
        let known = ["columns", "results", "peers", "draws"];
        let params = Params::of(declared.params, &known)?;
        let columns = params.names("columns")?;
        Ok(Self {
            results: params.directions("results", &[-1, 1])?,
            plan: super::plan(declared)?,
            peers: params.whole("peers", 10, 1..=100)?,
            draws: params.whole("draws", 400, 40..=100_000)?,
            columns,
        })
    }
}

impl Stage for Peers {
    fn kind(&self) -> &'static str {
        "peers"
    }

    fn check(&self, declared: &Declared<'_>) -> Result<()> {
        Asked::read(declared).map(drop)
    }

    fn reads(&self, _declared: &Declared<'_>) -> Result<Vec<Read>> {
        Ok(vec![
            Read::columns("measure", Shares::COLUMNS),
            Read::columns("school", Register::COLUMNS).or_empty(),
            Read::columns("indicator_value", super::results::COLUMNS),
            Read::columns("cluster", &["year", "school_id", "cluster"]).or_empty(),
        ])
    }

    fn writes(&self) -> &'static [&'static str] {
        &["cluster_outside", "peer", "peer_place"]
    }

    fn documents(&self, _declared: &Declared<'_>) -> Vec<String> {
        vec!["method".to_owned()]
    }

    fn uses_seed(&self) -> bool {
        true
    }

    fn run(&self, input: &Input<'_>) -> Result<Output> {
        let mut asked = Asked::read(&input.declared)?;
        let values = input.table("indicator_value")?;
        let (offered, odd) = offered(&input.declared, self.kind(), values, asked.results)?;
        asked.results = offered;
        let measures = input.table("measure")?;
        let all: BTreeSet<String> = texts(measures, "measure")?.into_iter().flatten().collect();
        let shares = Shares::read(measures, &all.iter().map(String::as_str).collect::<Vec<_>>())?;
        let register = Register::read(input.table("school")?)?;
        let results = Results::read(values, &asked.results)?;
        let (mut peers, mut places, mut outside) = (Vec::new(), Vec::new(), Vec::new());
        if let Some(year) = input.declared.years.last() {
            let known = shares.schools(year.0);
            let schools: Vec<String> = known.union(&register.ids(*year)).map(|&id| id.to_owned()).collect();
            // findings on these measures are those of `clusters`
            let (table, _) = columns(year.0, &schools, &shares, &asked.columns, &asked.plan)?;
            let near = nearest(&table, asked.peers);
            let drawn = results.drawn(year.0, &schools, &asked.results, asked.draws, input.seed);
            peers = peer_rows(year.0, &schools, &near);
            places = place_rows(year.0, &schools, &near, &drawn);
            let types = clusters(input, year.0, &schools)?;
            let others: Vec<&String> = all.iter().filter(|name| !asked.columns.contains(name)).collect();
            outside = outside_rows(year.0, &schools, &types, &drawn, &shares, &others);
        }
        let tables = vec![
            ("cluster_outside", ClusterOutside::frame(outside)?),
            ("peer", Peer::frame(peers)?),
            ("peer_place", PeerPlace::frame(places)?),
        ];
        Ok(Output { tables, findings: odd.into_iter().collect(), ..Output::default() })
    }
}

/// Positions and distances of the nearest others of each school that takes part.
type Near = Vec<(usize, Vec<(usize, f64)>)>;

fn nearest(table: &Columns, count: usize) -> Near {
    let points: Vec<_> = table.points.axis_iter(Axis(0)).collect();
    let distance = |a: usize, b: usize| {
        let pair = points.get(a).zip(points.get(b));
        pair.map_or(f64::INFINITY, |(a, b)| {
            a.iter().zip(b).map(|(x, y)| (x - y) * (x - y)).fold(0.0, |total, square| total + square).sqrt()
        })
    };
    let of = |(at, &school): (usize, &usize)| {
        let others = table.schools.iter().enumerate().filter(|(other, _)| *other != at);
        let mut others: Vec<(usize, f64)> = others.map(|(other, &id)| (id, distance(at, other))).collect();
        others.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
        others.truncate(count);
        (school, others)
    };
    table.schools.iter().enumerate().map(of).collect()
}

fn peer_rows(year: i32, schools: &[String], near: &Near) -> Vec<Peer> {
    let mut rows = Vec::new();
    for (school, others) in near {
        for (position, (other, distance)) in (1..).zip(others) {
            if let (Some(school_id), Some(peer_id)) = (schools.get(*school), schools.get(*other)) {
                rows.push(Peer {
                    year,
                    school_id: school_id.clone(),
                    position,
                    peer_id: peer_id.clone(),
                    distance: *distance,
                });
            }
        }
    }
    rows
}

fn place_rows(year: i32, schools: &[String], near: &Near, drawn: &[Drawn]) -> Vec<PeerPlace> {
    let all = Drawn {
        indicator: "all_indicators".to_owned(),
        shares: vec![None; schools.len()],
        draws: together(drawn, schools.len()),
    };
    let mut rows = Vec::new();
    for (school, others) in near {
        for one in drawn.iter().chain([&all]) {
            let list = |at: usize| one.draws.get(at).and_then(|draws| draws.as_deref());
            let lists: Vec<&[f64]> = others.iter().filter_map(|(other, _)| list(*other)).collect();
            let Some(place) = list(*school).and_then(|own| place_among(own, &lists)) else { continue };
            let share = |at: usize| one.shares.get(at).copied().flatten();
            let verdict = match place.better {
                better if better >= SURE => "better",
                better if better <= 1.0 - SURE => "worse",
                _ => "alike",
            };
            rows.push(PeerPlace {
                year,
                school_id: schools.get(*school).cloned().unwrap_or_default(),
                indicator: one.indicator.clone(),
                value: share(*school),
                peers_mean: mean(&others.iter().filter_map(|(other, _)| share(*other)).collect::<Vec<_>>()),
                rank: place.expected,
                rank_low: place.interval.low.floor(),
                rank_high: place.interval.high.ceil(),
                compared: i32::try_from(lists.len() + 1).unwrap_or(i32::MAX),
                better: place.better,
                verdict: verdict.to_owned(),
            });
        }
    }
    rows
}

/// The type of each school in a year.
fn clusters(input: &Input<'_>, year: i32, schools: &[String]) -> Result<Vec<Option<i32>>> {
    let frame = input.table("cluster")?;
    let rows = ints(frame, "year")?.into_iter().zip(texts(frame, "school_id")?).zip(ints(frame, "cluster")?);
    let of_year: BTreeMap<String, i32> = rows
        .filter(|((own, _), _)| *own == Some(year))
        .filter_map(|((_, school), cluster)| school.zip(cluster))
        .collect();
    Ok(schools.iter().map(|id| of_year.get(id).copied()).collect())
}

fn outside_rows(
    year: i32,
    schools: &[String],
    types: &[Option<i32>],
    drawn: &[Drawn],
    shares: &Shares,
    others: &[&String],
) -> Vec<ClusterOutside> {
    let mut figures: Vec<(&str, Vec<Option<f64>>)> =
        drawn.iter().map(|one| (one.indicator.as_str(), one.shares.clone())).collect();
    for name in others {
        let counts = shares.counts(year, name);
        #[expect(clippy::cast_precision_loss, reason = "counts of pupils")]
        let share = |id: &String| counts.get(id).map(|(x, n)| *x as f64 / *n as f64);
        figures.push((name, schools.iter().map(share).collect()));
    }
    let numbers: BTreeSet<i32> = types.iter().flatten().copied().collect();
    let mut rows = Vec::new();
    for (name, values) in &figures {
        for &cluster in &numbers {
            let of = |inside: bool| -> Vec<f64> {
                let own = types
                    .iter()
                    .zip(values)
                    .filter(|(kind, _)| kind.is_some_and(|k| (k == cluster) == inside));
                own.filter_map(|(_, value)| *value).collect()
            };
            let (own, rest) = (of(true), of(false));
            if let (Some(centre), Some(half), Some(others_mean)) = (mean(&own), half_width(&own), mean(&rest))
            {
                rows.push(ClusterOutside {
                    year,
                    cluster,
                    measure: (*name).to_owned(),
                    mean: centre,
                    low: centre - half,
                    high: centre + half,
                    others_mean,
                    schools: i64::try_from(own.len()).unwrap_or(i64::MAX),
                });
            }
        }
    }
    rows
}

/// Half the 95 % interval of a mean of schools.
fn half_width(values: &[f64]) -> Option<f64> {
    let n = f64::from(u32::try_from(values.len()).ok()?);
    let t = student_quantile(0.975, n - 1.0)?;
    Some(t * standard_deviation(values)? / n.sqrt())
}
