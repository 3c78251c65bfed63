//! The senders' files that the globs of a pipeline find. Links are never followed and nothing outside the workspace is
//! ever looked at.

use std::collections::BTreeMap;

use globset::{GlobBuilder, GlobMatcher};

use crate::base::{Fault, FaultCode, Place, Result};
use crate::lake::{EntryKind, Root};
use crate::pipeline::SourceFile;

/// What makes a path a pattern.
const WILDCARDS: [char; 4] = ['*', '?', '[', '{'];

/// The files that were found, and the globs that found none.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    pub files: Vec<SourceFile>,
    /// Each with its place in the pipeline.
    pub empty_globs: Vec<(String, Place)>,
}

impl Found {
    /// The globs that found nothing.
    pub fn empty_names(&self) -> Vec<String> {
        self.empty_globs.iter().map(|(glob, _)| glob.clone()).collect()
    }
}

/// Finds the files of all globs: sorted by path, each with the layout of the first glob that fits it.
pub(super) fn find(root: &Root, globs: &[(String, String, Place)]) -> Result<Found> {
    let mut layouts: BTreeMap<String, String> = BTreeMap::new();
    let mut empty_globs = Vec::new();
    for (glob, layout, place) in globs {
        refuse_foreign(glob, place)?;
        let matcher = matcher(glob, place)?;
        let mut paths = Vec::new();
        walk(root, &fixed_part(root, glob)?, &matcher, &mut paths)?;
        if paths.is_empty() {
            refuse_missing(root, glob, place)?;
            empty_globs.push((glob.clone(), place.clone()));
        }
        for path in paths {
            refuse_own(&path, place)?;
            layouts.entry(path).or_insert_with(|| layout.clone());
        }
    }
    let files = layouts.into_iter().map(|(path, layout)| SourceFile { path, layout }).collect();
    Ok(Found { files, empty_globs })
}

/// Refuses a path without a wildcard where no file stands: whoever names one file means it.
fn refuse_missing(root: &Root, glob: &str, place: &Place) -> Result<()> {
    if glob.contains(WILDCARDS) {
        return Ok(());
    }
    let fault = Fault::new(FaultCode::FileMissing).at(place.clone()).with("path", glob);
    Err(if root.stat(glob)? == Some(EntryKind::Folder) { fault.why("os-is-folder") } else { fault })
}

/// Refuses a path that is absolute, climbs, or is written with `\`.
pub(super) fn refuse_foreign(path: &str, place: &Place) -> Result<()> {
    let climbs = path.split('/').any(|part| matches!(part, "" | "." | ".."));
    if climbs || path.contains('\\') || path.contains(':') {
        return Err(Fault::new(FaultCode::PathRefused)
            .at(place.clone())
            .with("path", path)
            .why("path-foreign"));
    }
    Ok(())
}

/// Refuses what the program wrote itself, and the answers of a synthetic region.
pub(super) fn refuse_own(path: &str, place: &Place) -> Result<()> {
    let why = if path.split('/').any(|part| part.eq_ignore_ascii_case("truth")) {
        "path-truth"
    } else if ["reports/", "data/lake/"].iter().any(|own| path.starts_with(own)) {
        "path-own"
    } else {
        return Ok(());
    };
    Err(Fault::new(FaultCode::PathRefused).at(place.clone()).with("path", path).why(why))
}

/// Refuses a path of which a part is a link. A path that does not exist passes.
pub(super) fn refuse_links(root: &Root, path: &str) -> Result<()> {
    for (end, _) in path.match_indices('/').chain([(path.len(), "")]) {
        let part = path.get(..end).unwrap_or(path);
        if root.stat(part)? == Some(EntryKind::Link) {
            return Err(link(part));
        }
    }
    Ok(())
}

fn link(path: &str) -> Box<Fault> {
    Fault::new(FaultCode::PathRefused).at(Place::File(path.to_owned())).why("path-link")
}

fn matcher(glob: &str, place: &Place) -> Result<GlobMatcher> {
    let built = GlobBuilder::new(glob).literal_separator(true).build();
    built.map(|glob| glob.compile_matcher()).map_err(|error| {
        Fault::new(FaultCode::ValueInvalid)
            .at(place.clone())
            .with("field", "sources")
            .with("value", glob)
            .why("value-glob")
            .because(error.kind())
    })
}

/// The path before the first part with a wildcard, where the search begins.
fn fixed_part(root: &Root, glob: &str) -> Result<String> {
    let parts: Vec<&str> = glob.split('/').take_while(|part| !part.contains(WILDCARDS)).collect();
    let path = parts.join("/");
    refuse_links(root, &path)?;
    Ok(path)
}

fn walk(root: &Root, path: &str, matcher: &GlobMatcher, found: &mut Vec<String>) -> Result<()> {
    if !path.is_empty() && root.stat(path)? == Some(EntryKind::File) {
        found.extend(matcher.is_match(path).then(|| path.to_owned()));
        return Ok(());
    }
    for entry in root.list(path)? {
        let below = if path.is_empty() { entry.name.clone() } else { format!("{path}/{}", entry.name) };
        match entry.kind {
            EntryKind::Folder => walk(root, &below, matcher, found)?,
            EntryKind::File if is_by_product(&entry.name) => {}
            EntryKind::File if matcher.is_match(&below) => found.push(below),
            // A linked folder may hold matching files: it is not passed over in silence.
            EntryKind::Link => return Err(link(&below)),
            EntryKind::File | EntryKind::Other => {}
        }
    }
    Ok(())
}

/// Files that other programs leave beside the real ones: hidden files, and the owner files of open workbooks.
fn is_by_product(name: &str) -> bool {
    name.starts_with('.') || name.starts_with("~$")
}
