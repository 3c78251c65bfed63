//! Regions whose types of schools are known, or that have none; and what the stage `clusters` says of them.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a bench that cannot be set up has nothing to say"
)]

use std::collections::BTreeMap;

use rsoko::base::{Seed, Year};
use rsoko::clusters::Clusters;
use rsoko::pipeline::{Declared, Input, Quiet, Stage};
use rsoko::stats::{Rng, adjusted_rand, expit};
use rsoko::tables::{Measure, School, Table, ints, texts};

/// The measures, each with the log-odds of its middle: from a third of the pupils down to one of a hundred.
pub const MEASURES: [(&str, f64); 5] = [
    ("low_income", -1.4),
    ("both_parents_graduates", -0.7),
    ("large_families", -1.8),
    ("both_parents_unemployed", -3.3),
    ("police_register", -4.2),
];
/// Spread of the log-odds inside a type, or of schools without types.
const SPREAD: f64 = 0.5;
const YEAR: i32 = 2025;

/// What a region is like.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Shape {
    /// No types: measures that have nothing to do with each other.
    Cloud,
    /// No types: one thing behind all measures, as wealth or distance from the city may be.
    Gradient,
    /// No types: long tails to one side.
    Skewed,
    /// So many types of falling size, centres that many spreads from each other.
    Types(usize, f64),
}

/// What the stage said.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// The number of types.
    pub k: Option<i32>,
    /// Why.
    pub ground: String,
    /// Adjusted Rand with the truth, where types are said.
    pub agreement: Option<f64>,
    /// Schools in types that are called unstable or dissolving, of those in types.
    pub unstable: f64,
}

impl Shape {
    /// In a word.
    pub fn name(self) -> String {
        match self {
            Self::Cloud => "no types: cloud".to_owned(),
            Self::Gradient => "no types: gradient".to_owned(),
            Self::Skewed => "no types: long tails".to_owned(),
            Self::Types(k, apart) => format!("{k} types, {apart} spreads apart"),
        }
    }

    /// The number of types that are there.
    pub fn types(self) -> usize {
        if let Self::Types(k, _) = self { k } else { 1 }
    }

    /// The type of each school.
    pub fn truth(self, schools: usize) -> Vec<usize> {
        let shares: &[f64] = match self.types() {
            2 => &[0.6, 1.0],
            3 => &[0.45, 0.8, 1.0],
            4 => &[0.35, 0.65, 0.85, 1.0],
            _ => &[1.0],
        };
        let place = |school: usize| (school as f64 + 0.5) / schools as f64;
        (0..schools).map(|s| shares.iter().position(|end| place(s) < *end).unwrap_or_default()).collect()
    }
}

/// The counts of a region: pupils and measures of each school. The same seed makes the same region.
pub fn measures(shape: Shape, schools: usize, seed: u64) -> Vec<Measure> {
    let mut rng = Rng::new(seed);
    let axes = axes(&mut rng);
    let truth = shape.truth(schools);
    let mut rows = Vec::new();
    for (school, kind) in truth.iter().enumerate() {
        let pupils = libm::exp(5.3 + 0.8 * rng.normal()).clamp(12.0, 1_200.0).round();
        let common = rng.normal();
        for (at, (measure, middle)) in MEASURES.iter().enumerate() {
            let z = match shape {
                Shape::Cloud => rng.normal(),
                Shape::Gradient => 0.8 * common + 0.6 * rng.normal(),
                Shape::Skewed => -libm::log(1.0 - rng.uniform()),
                Shape::Types(_, apart) => rng.normal() + apart / 2.0_f64.sqrt() * axes[*kind][at],
            };
            let share = expit(middle + SPREAD * z);
            rows.push(Measure {
                year: YEAR,
                period: "year".into(),
                school_id: format!("{school:06}"),
                measure: (*measure).into(),
                numerator: Some(rng.binomial(pupils as u64, share) as f64),
                denominator: Some(pupils),
                unit: "share".into(),
                status: "value".into(),
                ..Measure::default()
            });
        }
    }
    rows
}

/// Directions at right angles to each other: centres on them are equally far apart.
fn axes(rng: &mut Rng) -> Vec<Vec<f64>> {
    let mut axes: Vec<Vec<f64>> = Vec::new();
    for _ in 0..MEASURES.len() {
        let mut axis: Vec<f64> = (0..MEASURES.len()).map(|_| rng.normal()).collect();
        for other in &axes {
            let along: f64 = axis.iter().zip(other).map(|(a, b)| a * b).sum();
            axis.iter_mut().zip(other).for_each(|(a, b)| *a -= along * b);
        }
        let length = axis.iter().map(|a| a * a).sum::<f64>().sqrt();
        axes.push(axis.iter().map(|a| a / length).collect());
    }
    axes
}

/// What the stage says of a region: with the parameters of the annual run, or with fewer draws of everything.
pub fn said(shape: Shape, schools: usize, seed: u64, thorough: bool) -> Said {
    let tables = BTreeMap::from([
        ("measure", Measure::frame(measures(shape, schools, seed)).expect("a table")),
        ("school", School::frame(Vec::new()).expect("a table")),
    ]);
    let names: Vec<toml::Value> = MEASURES.iter().map(|(name, _)| toml::Value::from(*name)).collect();
    let params = toml::Table::from_iter([
        ("columns".to_owned(), toml::Value::from(names)),
        ("k".to_owned(), toml::Value::from(vec![2, 6])),
        ("compare".to_owned(), toml::Value::from(vec!["mixture"])),
    ]);
    let mut params = params;
    if !thorough {
        let fewer = [("starts", 5), ("references", 15), ("resamples", 15), ("draws", 20)];
        params.extend(fewer.map(|(name, count)| (name.to_owned(), toml::Value::from(count))));
    }
    let pack = include_str!("../pipelines/methods/federal-847.toml");
    let documents = BTreeMap::from([("method".to_owned(), ("federal-847.toml".to_owned(), pack.to_owned()))]);
    let declared = Declared { years: &[Year(YEAR)], languages: &[], params: &params, documents: &documents };
    let input =
        Input { declared, tables: &tables, seed: Seed(seed), run: "", sources: &Quiet, progress: &Quiet };
    let output: BTreeMap<_, _> =
        Clusters.run(&input).expect("the stage answers").tables.into_iter().collect();
    let choice = &output["cluster_choice"];
    let k = ints(choice, "k").expect("a column").first().copied().flatten();
    let ground = texts(choice, "ground").expect("a column").into_iter().flatten().next().unwrap_or_default();
    let clusters = ints(&output["cluster"], "cluster").expect("a column");
    let own: Vec<usize> =
        clusters.iter().flatten().map(|c| usize::try_from(*c).unwrap_or_default()).collect();
    let bands = texts(&output["cluster"], "band").expect("a column");
    let lost = bands.iter().flatten().filter(|band| *band == "unstable" || *band == "dissolved").count();
    Said {
        agreement: k.and_then(|_| adjusted_rand(&own, &shape.truth(schools))),
        unstable: lost as f64 / own.len().max(1) as f64,
        k,
        ground,
    }
}
