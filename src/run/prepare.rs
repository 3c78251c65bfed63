//! From the declaration to what the run depends on: chosen stages with their keys, hashed files, the run's id.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::base::{Fault, FaultCode, Place, Result, Seed};
use crate::lake::{ContentHash, Root, hash_bytes};
use crate::method::MethodPack;
use crate::pipeline::{self, FINDING, Node, Read, Stage, line_of};
use crate::run::declaration::Declaration;
use crate::run::documents::Documents;
use crate::run::{KeyParts, SourceRecord, Workspace, names, vocabulary};

/// The version of the program, made when it was built.
pub(super) const PROGRAM: &str = env!("RSOKO_PROGRAM");

/// A stage of the pipeline.
pub(super) struct Chosen<'s> {
    pub stage: &'s dyn Stage,
    pub params: toml::Table,
    pub reads: Vec<Read>,
    /// Its key, as yet without the tables that it reads.
    pub key: KeyParts,
}

/// A table that stands already.
pub(super) struct Given {
    pub path: String,
    pub hash: ContentHash,
    pub bytes: u64,
}

/// A pipeline that is ready to be planned.
pub(super) struct Prepared<'s> {
    pub declaration: Declaration,
    /// In the order of running.
    pub stages: Vec<Chosen<'s>>,
    pub given: BTreeMap<&'static str, Given>,
    pub sources: Vec<SourceRecord>,
    /// The id of the run: a hash of all of the above.
    pub run: String,
}

impl<'s> Prepared<'s> {
    /// Loads, checks and hashes everything that a pipeline declares.
    pub fn new(workspace: &Workspace, pipeline: &str, registry: &'s [Box<dyn Stage>]) -> Result<Self> {
        let declaration = Declaration::load(workspace, pipeline)?;
        let mut stages = choose(&declaration, registry)?;
        let needs_sources = stages.iter().any(|chosen| chosen.stage.reads_sources());
        if needs_sources && declaration.found.files.is_empty() {
            let globs = declaration.found.empty_names().join(", ");
            let place = Place::File(declaration.path.clone());
            return Err(Fault::new(FaultCode::NoSources).at(place).with("globs", globs));
        }
        let sources = if needs_sources { hash_sources(workspace.root(), &declaration)? } else { Vec::new() };
        let given = hash_given(workspace.root(), &declaration)?;
        names::check(workspace, &declaration, &stages, &given)?;
        for chosen in &mut stages {
            chosen.key = static_key(&declaration, chosen, &sources);
        }
        let run = run_id(&declaration, &stages, &given, &sources)?;
        for chosen in &mut stages {
            chosen.key.run = chosen.stage.names_run().then(|| run.clone());
        }
        Ok(Self { declaration, stages, given, sources, run })
    }
}

/// The stages that the pipeline names, checked, in the order in which they run.
fn choose<'s>(declaration: &Declaration, registry: &'s [Box<dyn Stage>]) -> Result<Vec<Chosen<'s>>> {
    let mut chosen: Vec<Chosen<'s>> = Vec::new();
    let mut proved = BTreeSet::new();
    for spec in &declaration.spec.stages {
        let line = || {
            let start = declaration.text.find(&format!("\"{}\"", spec.kind)).unwrap_or_default();
            Place::Line(declaration.path.clone(), line_of(&declaration.text, start))
        };
        let Some(stage) = registry.iter().find(|stage| stage.kind() == spec.kind) else {
            let fault =
                Fault::new(FaultCode::NameUnknown).at(line()).with("kind", "stage").with("name", &spec.kind);
            let known: Vec<&str> = registry.iter().map(|stage| stage.kind()).collect();
            return Err(fault.with("known", known.join(", ")));
        };
        if chosen.iter().any(|other| other.stage.kind() == spec.kind) {
            return Err(Fault::new(FaultCode::GraphBroken)
                .at(line())
                .with("stage", &spec.kind)
                .why("graph-stage-twice"));
        }
        let declared = declaration.declared(&spec.params);
        let placed = |fault: Box<Fault>| if fault.place == Place::Nowhere { fault.at(line()) } else { fault };
        stage.check(&declared).map_err(placed)?;
        prove_words(declaration, &stage.documents(&declared), &mut proved)?;
        let reads = merged(stage.reads(&declared).map_err(placed)?);
        let params = spec.params.clone();
        chosen.push(Chosen { stage: stage.as_ref(), params, reads, key: KeyParts::default() });
    }
    let given: Vec<&str> = declaration.given.keys().copied().collect();
    let nodes: Vec<Node> = chosen.iter().map(node).collect();
    if let Some(table) = nodes.iter().flat_map(|node| &node.writes).find(|table| given.contains(table)) {
        let fault = Fault::new(FaultCode::GraphBroken).at(Place::Table((*table).to_owned()));
        return Err(fault.why("graph-given-written"));
    }
    let order = pipeline::order(&nodes, &given)?;
    let mut slots: Vec<Option<Chosen<'s>>> = chosen.into_iter().map(Some).collect();
    Ok(order.into_iter().filter_map(|position| slots.get_mut(position).and_then(Option::take)).collect())
}

/// The packs among a stage's documents speak of words that columns of this workspace can hold. Layouts that are not right are
/// told by the stage that reads files with them.
fn prove_words(declaration: &Declaration, documents: &[String], proved: &mut BTreeSet<String>) -> Result<()> {
    let is_pack = |name: &&String| *name == "method" || name.starts_with("method/") && !name.ends_with('/');
    for name in documents.iter().filter(is_pack) {
        let (Some((path, text)), true) = (declaration.documents.get(name), proved.insert(name.clone()))
        else {
            continue;
        };
        let pack = MethodPack::parse(path, text)?;
        let Ok(words) = vocabulary::of_documents(&declaration.documents) else { return Ok(()) };
        if let Some(first) = words.complaints(&pack).into_iter().next() {
            return Err(first);
        }
    }
    Ok(())
}

/// Each table once, with all the columns that any of the reads asks for.
fn merged(reads: Vec<Read>) -> Vec<Read> {
    let mut by_table: BTreeMap<&'static str, Read> = BTreeMap::new();
    for read in reads {
        match by_table.entry(read.table) {
            Entry::Vacant(place) => drop(place.insert(read)),
            Entry::Occupied(mut place) => {
                let known = place.get_mut();
                known.optional &= read.optional;
                known.columns = match (known.columns.take(), read.columns) {
                    (Some(mut known), Some(more)) => {
                        known.extend(more);
                        Some(known)
                    }
                    _ => None,
                };
            }
        }
    }
    by_table.into_values().collect()
}

/// The stage as the graph sees it. Findings come from everywhere and are no edge.
fn node(chosen: &Chosen<'_>) -> Node {
    let named = |optional: bool| {
        let reads = chosen.reads.iter().filter(move |read| read.optional == optional);
        reads.map(|read| read.table).filter(|table| *table != FINDING).collect()
    };
    Node {
        kind: chosen.stage.kind(),
        reads: named(false),
        reads_optional: named(true),
        writes: chosen.stage.writes().to_vec(),
    }
}

/// The parameters of a stage. What finds no file is one of the stage that reads files: it is told as a finding.
fn parameters(declaration: &Declaration, chosen: &Chosen<'_>) -> BTreeMap<String, String> {
    let written = chosen.params.iter().map(|(name, value)| (name.clone(), value.to_string()));
    let mut parameters: BTreeMap<String, String> = written.collect();
    if chosen.stage.reads_sources() && !declaration.found.empty_globs.is_empty() {
        parameters.insert("sources".to_owned(), declaration.found.empty_names().join(", "));
    }
    parameters
}

fn static_key(declaration: &Declaration, chosen: &Chosen<'_>, sources: &[SourceRecord]) -> KeyParts {
    let (stage, spec) = (chosen.stage, &declaration.spec);
    let used = stage.documents(&declaration.declared(&chosen.params));
    let own_sources = if stage.reads_sources() { sources } else { &[] };
    KeyParts {
        program: PROGRAM.to_owned(),
        parameters: parameters(declaration, chosen),
        documents: hash_documents(&declaration.documents, &used),
        seed: stage.uses_seed().then(|| Seed(spec.seed).of(stage.kind()).0),
        years: spec.years.clone(),
        languages: spec.languages.clone(),
        sources: own_sources.iter().map(|s| (s.path.clone(), (s.layout.clone(), s.hash.clone()))).collect(),
        run: None,
        tables: BTreeMap::new(),
    }
}

fn hash_documents(documents: &Documents, used: &[String]) -> BTreeMap<String, ContentHash> {
    let uses =
        |name: &str| used.iter().any(|u| u == name || (u.ends_with('/') && name.starts_with(u.as_str())));
    documents
        .iter()
        .filter(|(name, _)| uses(name))
        .map(|(name, (_, text))| (name.clone(), hash_bytes(text.as_bytes())))
        .collect()
}

fn hash_sources(root: &Root, declaration: &Declaration) -> Result<Vec<SourceRecord>> {
    let hashed = declaration.found.files.par_iter().map(|file| {
        let (hash, bytes) = hash_declared(root, &file.path)?;
        Ok(SourceRecord { path: file.path.clone(), layout: file.layout.clone(), bytes, hash })
    });
    hashed.collect()
}

fn hash_given(root: &Root, declaration: &Declaration) -> Result<BTreeMap<&'static str, Given>> {
    let given: Vec<(&&'static str, &String)> = declaration.given.iter().collect();
    let hashed = given.par_iter().map(|(name, path)| {
        let (hash, bytes) = hash_declared(root, path)?;
        Ok((**name, Given { path: (*path).clone(), hash, bytes }))
    });
    hashed.collect()
}

fn hash_declared(root: &Root, path: &str) -> Result<(ContentHash, u64)> {
    let gone = || Fault::new(FaultCode::FileMissing).at(Place::File(path.to_owned()));
    root.hash_if_there(path)?.ok_or_else(gone)
}

/// The pipeline's name and a hash of everything on which the run's folder depends.
fn run_id(
    declaration: &Declaration,
    stages: &[Chosen<'_>],
    given: &BTreeMap<&'static str, Given>,
    sources: &[SourceRecord],
) -> Result<String> {
    let spec = &declaration.spec;
    let keys: Vec<(&str, &KeyParts)> = stages.iter().map(|c| (c.stage.kind(), &c.key)).collect();
    let given: Vec<(&str, &str, &ContentHash)> =
        given.iter().map(|(name, given)| (*name, given.path.as_str(), &given.hash)).collect();
    let method = declaration.documents.get("method").map(|(_, text)| hash_bytes(text.as_bytes()));
    let identity = serde_json::to_vec(&(
        (PROGRAM, &declaration.path, &spec.title, &spec.method, method),
        (&spec.years, &spec.languages, spec.seed),
        (keys, given, sources),
    ));
    let identity = identity.map_err(|error| Fault::new(FaultCode::Bug).because(error))?;
    let hash = hash_bytes(&identity);
    Ok(format!("{}-{}", declaration.name, hash.short()))
}
