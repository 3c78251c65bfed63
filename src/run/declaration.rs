//! A pipeline with everything that it declares: its documents, its source files, its given tables.

use std::collections::BTreeMap;

use crate::base::{Fault, FaultCode, Place, Result, not_utf8};
use crate::lake::EntryKind;
use crate::pipeline::{Declared, FINDING, PipelineSpec, line_of};
use crate::run::Workspace;
use crate::run::documents::{self, Documents};
use crate::run::files::{self, Found, refuse_foreign, refuse_links, refuse_own};
use crate::tables;

/// A pipeline as it is declared, before anything is hashed.
pub(super) struct Declaration {
    /// The pipeline's name: its file without folder and ending.
    pub name: String,
    pub path: String,
    pub text: String,
    pub spec: PipelineSpec,
    pub documents: Documents,
    pub found: Found,
    /// Tables that stand already: table = path.
    pub given: BTreeMap<&'static str, String>,
}

impl Declaration {
    /// Loads a pipeline, by its name or its path.
    pub fn load(workspace: &Workspace, pipeline: &str) -> Result<Self> {
        let root = workspace.root();
        let path = match pipeline.ends_with(".toml") {
            true => pipeline.replace('\\', "/"),
            false => format!("pipelines/{pipeline}.toml"),
        };
        refuse_foreign(&path, &Place::File(path.clone()))?;
        let Some(bytes) = root.read_if_there(&path)? else {
            return Err(match root.read_if_there(pipeline) {
                // somebody wanted one of the senders' files to be looked at
                Ok(Some(_)) => Fault::new(FaultCode::FileMissing)
                    .at(Place::File(pipeline.to_owned()))
                    .why("file-no-pipeline"),
                _ => Fault::new(FaultCode::FileMissing).at(Place::File(path)),
            });
        };
        let text = String::from_utf8(bytes).map_err(|error| not_utf8(&path, &error))?;
        let spec = PipelineSpec::parse(&path, &text)?;
        let line = |word: &str| {
            let quoted = text.find(&format!("\"{word}\""));
            Place::Line(path.clone(), line_of(&text, quoted.or_else(|| text.find(word)).unwrap_or_default()))
        };
        refuse_foreign(&spec.method, &line(&spec.method))?;
        let documents = documents::load(root, &spec.method, line(&spec.method))?;
        let found = files::find(root, &globs(&spec, &documents, line)?)?;
        let given = given(workspace, &spec, line)?;
        let name = path.rsplit('/').next().unwrap_or(&path).trim_end_matches(".toml").to_owned();
        Ok(Self { name, path, text, spec, documents, found, given })
    }

    /// The line that names the years.
    pub fn years_at(&self) -> Place {
        let line = self.text.lines().position(|line| line.trim_start().starts_with("years"));
        Place::Line(self.path.clone(), line.map_or(1, |line| line + 1))
    }

    /// What a stage with these parameters is told.
    pub fn declared<'a>(&'a self, params: &'a toml::Table) -> Declared<'a> {
        Declared {
            years: &self.spec.years,
            languages: &self.spec.languages,
            params,
            documents: &self.documents,
        }
    }
}

/// The globs with their layouts and their lines.
fn globs(
    spec: &PipelineSpec,
    documents: &Documents,
    line: impl Fn(&str) -> Place,
) -> Result<Vec<(String, String, Place)>> {
    let mut globs = Vec::with_capacity(spec.sources.len());
    for (glob, layout) in &spec.sources {
        let known = layout
            .as_str()
            .filter(|layout| *layout == "auto" || documents.contains_key(&format!("layout/{layout}")));
        let Some(layout) = known else {
            let name = layout.as_str().map_or_else(|| layout.to_string(), str::to_owned);
            return Err(Fault::new(FaultCode::NameUnknown)
                .at(line(glob))
                .with("kind", "layout")
                .with("name", &name)
                .with("known", layouts(documents).join(", ")));
        };
        globs.push((glob.clone(), layout.to_owned(), line(glob)));
    }
    Ok(globs)
}

/// The layouts that may be named.
fn layouts(documents: &Documents) -> Vec<&str> {
    let named = documents.keys().filter_map(|name| name.strip_prefix("layout/"));
    std::iter::once("auto").chain(named).collect()
}

/// The given tables with their names out of the house's list.
fn given(
    workspace: &Workspace,
    spec: &PipelineSpec,
    line: impl Fn(&str) -> Place,
) -> Result<BTreeMap<&'static str, String>> {
    let mut given = BTreeMap::new();
    for (name, path) in &spec.tables {
        let known = tables::spec(name).filter(|table| table.name != FINDING);
        let Some(table) = known else {
            let fault = Fault::new(FaultCode::NameUnknown).at(line(name));
            let known: Vec<&str> =
                tables::ALL.iter().map(|t| t.name).filter(|name| *name != FINDING).collect();
            return Err(fault.with("kind", "table").with("name", name).with("known", known.join(", ")));
        };
        refuse_foreign(path, &line(path))?;
        refuse_own(path, &line(path))?;
        refuse_links(workspace.root(), path)?;
        if workspace.root().stat(path)? != Some(EntryKind::File) {
            return Err(Fault::new(FaultCode::FileMissing).at(line(path)).with("path", path));
        }
        given.insert(table.name, path.clone());
    }
    Ok(given)
}
