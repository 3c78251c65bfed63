//! Types of schools: groups of schools whose pupils come from similar conditions, where there are such groups; and what stands
//! on them: peers, places among them, courses over the years.
//!
//! Parameters of `clusters`: `columns`, names of shares; `order_by`, the column by whose mean the clusters are numbered (the
//! first); `classes`, columns of the register beside them (`kind`, `locality`; none), which `pam` and `average` take, by Gower's
//! distance; `method` (`kmeans`, `ward`, `average`, `mixture`, `pam`); `compare`, other methods to stand beside it (all); `k`, a
//! number of clusters or the two ends of a range (2 to 6) of which one is recommended, or none; `starts` of k-means (50);
//! `resamples` of the bootstrap (100) and `references` of the gap statistic (30), each 0 for none; `draws` of the shares behind
//! the probability of a type (200); `consensus` of resamples, between `types` (so by default) or `schools`. The method pack says
//! the scale of shares, how many unknown measures of a school are replaced by the middle of the region, and the names of types
//! that an analyst gives (`[types]`). Outcomes have no part in it.

pub mod analysis;
mod courses;
mod mixed;
mod names;
mod peers;
mod results;
mod scales;
mod table;
mod types;
mod years;

use crate::base::{Fault, FaultCode, Result};
use crate::clusters::analysis::{Method, Options, STARTS_AGAIN};
use crate::method::{MethodPack, TypePlan};
use crate::pipeline::{Declared, Input, Output, Params, Read, Stage};
use crate::tables::{
    Cluster, ClusterAgreement, ClusterChoice, ClusterConsensus, ClusterLoading, ClusterPair, ClusterProfile,
    ClusterQuality, ClusterTransition, ClusterType, Register, Shares, Table,
};
use mixed::CLASSES;
use types::Found;

pub use courses::Courses;
pub use peers::Peers;
pub use table::{AlikeColumns, ClusterRow, TableClusters, TableQuestion, TriedRow, divide};

/// The stage `clusters`.
pub struct Clusters;

/// Its parameters.
struct Asked {
    columns: Vec<String>,
    classes: Vec<&'static str>,
    order_by: String,
    options: Options,
    /// Is the consensus of every two schools written?
    by_school: bool,
    draws: usize,
    plan: TypePlan,
}

const PARAMETERS: [&str; 11] = [
    "columns",
    "classes",
    "order_by",
    "method",
    "compare",
    "k",
    "starts",
    "resamples",
    "references",
    "draws",
    "consensus",
];

impl Asked {
    fn read(declared: &Declared<'_>) -> Result<Self> {
        let params = Params::of(declared.params, &PARAMETERS)?;
        let columns = params.names("columns")?;
        let order_by = match params.text("order_by")? {
            Some(name) => name.to_owned(),
            None => columns.first().cloned().unwrap_or_default(),
        };
        if !columns.contains(&order_by) {
            return Err(unknown("order_by", &order_by, &columns.join(", ")));
        }
        let known = Method::ALL.map(|(name, _)| name);
        let method = Method::named(params.word("method", &known)?).unwrap_or(Method::KMeans);
        let classes = classes(declared, params)?;
        if !classes.is_empty() && !method.takes_words() {
            return Err(no_words(method));
        }
        let starts = params.whole("starts", 50, 1..=10_000)?;
        let options = Options {
            method,
            compare: compared(declared, method, !classes.is_empty())?,
            k: params.span("k", 2..=6, 2..=20)?,
            starts,
            starts_again: starts.min(STARTS_AGAIN),
            resamples: params.whole("resamples", 100, 0..=10_000)?,
            references: params.whole("references", 30, 0..=10_000)?,
        };
        Ok(Self {
            draws: params.whole("draws", 200, 1..=100_000)?,
            by_school: params.word("consensus", &["types", "schools"])? == "schools",
            plan: plan(declared)?,
            columns,
            classes,
            order_by,
            options,
        })
    }
}

fn unknown(field: &str, name: &str, known: &str) -> Box<Fault> {
    Fault::new(FaultCode::NameUnknown).with("field", field).with("name", name).with("known", known)
}

/// The columns of words that are asked for.
fn classes(declared: &Declared<'_>, params: Params<'_>) -> Result<Vec<&'static str>> {
    if !declared.params.contains_key("classes") {
        return Ok(Vec::new());
    }
    let known = |name: String| {
        let found = CLASSES.into_iter().find(|class| *class == name);
        found.ok_or_else(|| unknown("classes", &name, &CLASSES.join(", ")))
    };
    params.names("classes")?.into_iter().map(known).collect()
}

fn no_words(method: Method) -> Box<Fault> {
    let name = method.name();
    let fault = Fault::new(FaultCode::ValueInvalid).with("field", "classes").with("value", name);
    fault.why("cluster-words").with("method", name)
}

/// The methods beside the one that is taken.
fn compared(declared: &Declared<'_>, method: Method, words: bool) -> Result<Vec<Method>> {
    let all = Method::ALL.map(|(_, method)| method).into_iter().filter(|one| one.takes_words() || !words);
    let Some(value) = declared.params.get("compare") else {
        return Ok(all.filter(|other| *other != method).collect());
    };
    let invalid = || {
        Fault::new(FaultCode::ValueInvalid).with("field", "compare").with("value", value).why("value-names")
    };
    let mut methods = Vec::new();
    for name in value.as_array().ok_or_else(invalid)? {
        let name = name.as_str().ok_or_else(invalid)?;
        let known = Method::ALL.map(|(name, _)| name).join(", ");
        let other = Method::named(name).ok_or_else(|| unknown("compare", name, &known))?;
        if words && !other.takes_words() {
            return Err(no_words(other));
        }
        methods.push(other);
    }
    methods.retain(|other| *other != method);
    Ok(methods)
}

/// What the declared pack says of types.
fn plan(declared: &Declared<'_>) -> Result<TypePlan> {
    let (path, text) = declared.document("method")?;
    Ok(MethodPack::parse(path, text)?.types)
}

impl Stage for Clusters {
    fn kind(&self) -> &'static str {
        "clusters"
    }

    fn check(&self, declared: &Declared<'_>) -> Result<()> {
        Asked::read(declared).map(drop)
    }

    fn reads(&self, _declared: &Declared<'_>) -> Result<Vec<Read>> {
        Ok(vec![
            Read::columns("measure", Shares::COLUMNS),
            Read::columns("school", Register::COLUMNS).or_empty(),
        ])
    }

    fn writes(&self) -> &'static [&'static str] {
        &[
            "cluster",
            "cluster_agreement",
            "cluster_choice",
            "cluster_consensus",
            "cluster_loading",
            "cluster_pair",
            "cluster_profile",
            "cluster_quality",
            "cluster_transition",
            "cluster_type",
        ]
    }

    fn documents(&self, _declared: &Declared<'_>) -> Vec<String> {
        vec!["method".to_owned()]
    }

    fn uses_seed(&self) -> bool {
        true
    }

    fn run(&self, input: &Input<'_>) -> Result<Output> {
        let asked = Asked::read(&input.declared)?;
        let names: Vec<&str> = asked.columns.iter().map(String::as_str).collect();
        let shares = Shares::read(input.table("measure")?, &names)?;
        let register = Register::read(input.table("school")?)?;
        input.progress.total(asked.options.steps() * input.declared.years.len() as u64);
        let tick = |steps| input.progress.advance(steps);
        let mut years: Vec<Found> = Vec::new();
        let (mut transitions, mut findings) = (Vec::new(), Vec::new());
        for year in input.declared.years {
            let known = shares.schools(year.0);
            let schools: Vec<String> = known.union(&register.ids(*year)).map(|&id| id.to_owned()).collect();
            let seed = input.seed.of(&year.to_string());
            let mut found = types::of_year(year.0, &schools, &shares, &register, &asked, seed, &tick)?;
            if let Some(before) = years.last() {
                let (moves, agreement) = years::compare(before, &mut found, seed.of("moved"), asked.draws);
                transitions.extend(moves);
                found.agreements.extend(agreement);
            }
            findings.append(&mut found.findings);
            years.push(found);
        }
        if let Some(year) = input.declared.years.last() {
            findings.extend(relatives(year.0, &shares, &register, &asked)?);
        }
        Ok(Output { tables: tables(years, transitions)?, findings, ..Output::default() })
    }
}

/// Measures of the last year that are parts of others or say nearly the same.
fn relatives(
    year: i32,
    shares: &Shares,
    register: &Register,
    asked: &Asked,
) -> Result<Vec<crate::base::Finding>> {
    let known = shares.schools(year);
    let schools: Vec<String> =
        known.union(&register.ids(crate::base::Year(year))).map(|&id| id.to_owned()).collect();
    let (table, _) = scales::columns(year, &schools, shares, &asked.columns, &asked.plan)?;
    Ok(scales::relatives(year, &table.columns))
}

fn tables(
    years: Vec<Found>,
    transitions: Vec<ClusterTransition>,
) -> Result<Vec<(&'static str, polars::prelude::DataFrame)>> {
    let mut all = Found::default();
    for mut found in years {
        all.clusters.append(&mut found.clusters);
        all.types.append(&mut found.types);
        all.profiles.append(&mut found.profiles);
        all.qualities.append(&mut found.qualities);
        all.choices.append(&mut found.choices);
        all.agreements.append(&mut found.agreements);
        all.consensus.append(&mut found.consensus);
        all.loadings.append(&mut found.loadings);
        all.pairs.append(&mut found.pairs);
    }
    Ok(vec![
        ("cluster", Cluster::frame(all.clusters)?),
        ("cluster_agreement", ClusterAgreement::frame(all.agreements)?),
        ("cluster_choice", ClusterChoice::frame(all.choices)?),
        ("cluster_consensus", ClusterConsensus::frame(all.consensus)?),
        ("cluster_loading", ClusterLoading::frame(all.loadings)?),
        ("cluster_pair", ClusterPair::frame(all.pairs)?),
        ("cluster_profile", ClusterProfile::frame(all.profiles)?),
        ("cluster_quality", ClusterQuality::frame(all.qualities)?),
        ("cluster_transition", ClusterTransition::frame(transitions)?),
        ("cluster_type", ClusterType::frame(all.types)?),
    ])
}

#[cfg(test)]
mod tests {
    use super::Clusters;
    use crate::base::FaultCode;
    use crate::pipeline::{Declared, Stage};
    use std::collections::BTreeMap;

    const PACK: &str = include_str!("../../pipelines/methods/federal-847.toml");

    #[test]
    fn parameters_are_checked_before_anything_runs() {
        let check = |text: &str| {
            let params: toml::Table = text.parse().unwrap();
            let documents = BTreeMap::from([("method".to_owned(), ("p.toml".to_owned(), PACK.to_owned()))]);
            Clusters.check(&Declared { years: &[], languages: &[], params: &params, documents: &documents })
        };
        assert!(check("columns = ['a', 'b']\nk = [2, 6]\norder_by = 'b'").is_ok());
        assert!(check("columns = ['a']\nmethod = 'pam'\ncompare = ['ward']").is_ok());
        assert!(check("columns = ['a']\nmethod = 'pam'\nclasses = ['kind', 'locality']").is_ok());
        for (text, code) in [
            ("", FaultCode::DeclarationUnreadable),
            ("columns = ['a']\nk = 1", FaultCode::ValueInvalid),
            ("columns = ['a']\norder_by = 'b'", FaultCode::NameUnknown),
            ("columns = ['a']\nseed = 3", FaultCode::NameUnknown),
            ("columns = ['a']\nmethod = 'dbscan'", FaultCode::ValueInvalid),
            ("columns = ['a']\ncompare = ['dbscan']", FaultCode::NameUnknown),
            ("columns = ['a']\nscale = 'logit'", FaultCode::NameUnknown),
            ("columns = ['a']\nclasses = ['kind']", FaultCode::ValueInvalid),
            (
                "columns = ['a']\nmethod = 'pam'\nclasses = ['kind']\ncompare = ['ward']",
                FaultCode::ValueInvalid,
            ),
            ("columns = ['a']\nmethod = 'pam'\nclasses = ['roof']", FaultCode::NameUnknown),
        ] {
            assert_eq!(check(text).unwrap_err().code, code, "{text}");
        }
    }
}
