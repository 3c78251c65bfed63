//! A pack file as it is written, before anything is proved. Every value that can be wrong remembers its place.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use crate::method::Wording;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pack {
    pub id: Spanned<String>,
    pub version: String,
    pub title: Spanned<Wording>,
    pub basis: String,
    pub status: Spanned<String>,
    #[serde(default, rename = "note")]
    pub notes: Vec<Note>,
    #[serde(default)]
    pub words: BTreeMap<Spanned<String>, Spanned<Vec<String>>>,
    #[serde(default)]
    pub rows: BTreeMap<String, Rows>,
    pub population: Option<Population>,
    #[serde(default, rename = "indicator")]
    pub indicators: Vec<Spanned<Indicator>>,
    #[serde(default, rename = "list")]
    pub lists: Vec<Spanned<List>>,
    #[serde(default)]
    pub adverse: Vec<Spanned<Adverse>>,
    #[serde(default)]
    pub factors: Factors,
    #[serde(default)]
    pub types: Types,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Population {
    pub branches: Spanned<String>,
    #[serde(default)]
    pub out: Vec<Out>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Out {
    #[serde(rename = "where")]
    pub filter: Spanned<String>,
    pub reason: Spanned<String>,
    pub title: Spanned<Wording>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Note {
    pub about: String,
    pub certainty: Spanned<String>,
    pub text: Spanned<Wording>,
}

/// Which rows several indicators count.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rows {
    pub table: Option<Spanned<String>>,
    #[serde(rename = "where")]
    pub filter: Option<Spanned<String>>,
    pub applicable_where: Option<Spanned<String>>,
    pub applicable_school: Option<Spanned<String>>,
    pub min_n: Option<Spanned<i64>>,
    pub excluded: Option<Vec<Excluded>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Indicator {
    pub id: Spanned<String>,
    pub title: Spanned<Wording>,
    pub rows: Option<Spanned<String>>,
    pub table: Option<Spanned<String>>,
    #[serde(rename = "where")]
    pub filter: Option<Spanned<String>>,
    pub applicable_where: Option<Spanned<String>>,
    pub applicable_school: Option<Spanned<String>>,
    pub numerator: Option<Spanned<String>>,
    pub denominator: Option<Spanned<String>>,
    pub kind: Option<Spanned<String>>,
    pub value: Option<Spanned<String>>,
    pub unit: Option<Spanned<String>>,
    pub threshold: Option<Spanned<Threshold>>,
    pub per_pupil: Option<Spanned<String>>,
    pub among: Option<Spanned<String>>,
    pub contingent: Option<Spanned<String>>,
    pub better: Spanned<String>,
    pub min_n: Option<Spanned<i64>>,
    pub excluded: Option<Vec<Excluded>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Threshold {
    pub document: Spanned<String>,
    pub subject: String,
    pub form: Option<String>,
    pub grade: Option<i32>,
    pub mark: Option<i64>,
    pub region: Option<String>,
    pub year: Option<i32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Excluded {
    pub year: i32,
    pub reason: Spanned<Wording>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct List {
    pub id: Spanned<String>,
    pub title: Spanned<Wording>,
    pub rule: Rule,
    pub objectivity: Spanned<String>,
    pub probability: Option<Probability>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Probability {
    pub listed: Spanned<f64>,
    pub not_listed: Spanned<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Adverse {
    pub id: Spanned<String>,
    pub title: Spanned<Wording>,
    pub cut: Spanned<String>,
    pub rare: Option<Spanned<String>>,
    pub concentration: Option<Spanned<f64>>,
    pub measures: Spanned<Vec<Spanned<AdverseMeasure>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AdverseMeasure {
    pub measure: Spanned<String>,
    pub direction: Spanned<i64>,
    pub weight: Option<Spanned<f64>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rule {
    pub count_of: Spanned<Vec<Spanned<String>>>,
    #[serde(rename = "where")]
    pub condition: Spanned<String>,
    pub at_least: Spanned<i64>,
    pub years: Spanned<String>,
    pub unassessable: Spanned<String>,
    pub within_last: Option<Spanned<i64>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Factors {
    #[serde(default, rename = "set")]
    pub sets: Vec<FactorSet>,
    #[serde(default, rename = "outcome")]
    pub outcomes: Vec<FactorOutcome>,
    pub resilient: Option<Resilient>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FactorSet {
    pub id: Spanned<String>,
    pub source: Spanned<Wording>,
    /// In the order of the names: the order in which they are printed.
    pub expected: Spanned<BTreeMap<String, Spanned<i8>>>,
    #[serde(default)]
    pub related: Vec<Vec<Spanned<String>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FactorOutcome {
    pub id: Spanned<String>,
    pub title: Spanned<Wording>,
    pub of: Spanned<Vec<Spanned<String>>>,
    pub explains: Spanned<String>,
    #[serde(default)]
    pub primary: bool,
    #[serde(default)]
    pub exam: bool,
    #[serde(default)]
    pub out_of: BTreeMap<Spanned<String>, Spanned<f64>>,
    pub base: Option<Spanned<String>>,
    pub noticeable: Spanned<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Resilient {
    pub outcome: Spanned<String>,
    pub adverse: Spanned<f64>,
    pub sure: Spanned<f64>,
    pub years: Spanned<usize>,
    pub of_last: usize,
    pub min_n: u64,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Types {
    pub scale: Option<Spanned<String>>,
    pub missing_max: Option<Spanned<i64>>,
    #[serde(default, rename = "name")]
    pub names: Vec<TypeName>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TypeName {
    pub year: i32,
    #[serde(rename = "type")]
    pub number: Spanned<i32>,
    pub name: Spanned<Wording>,
}
