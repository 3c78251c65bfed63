//! The stage: every file behind the fence, in parallel; their tables put together in the order of the paths.

use rayon::prelude::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};

use crate::base::{Fault, FaultCode, Finding, FindingCode, Place, Result};
use crate::ingest::layout::{AUTO, Layouts};
use crate::ingest::reference::Reference;
use crate::ingest::who;
use crate::ingest::whole::assemble;
use crate::pipeline::{Declared, Input, Output, Params, Parsed, Read, Stage, source_id};
use crate::tables::{self, Source, Table};

/// Reads senders' files.
pub struct Ingest;

impl Stage for Ingest {
    fn kind(&self) -> &'static str {
        "ingest"
    }

    fn check(&self, declared: &Declared<'_>) -> Result<()> {
        Params::of(declared.params, &[])?;
        Layouts::parse(declared.documents)?;
        who::read(declared.documents)?;
        Reference::parse(declared.documents).map(|_| ())
    }

    fn reads(&self, _declared: &Declared<'_>) -> Result<Vec<Read>> {
        Ok(Vec::new())
    }

    fn writes(&self) -> &'static [&'static str] {
        &[
            "source",
            "source_column",
            "school",
            "result",
            "item_score",
            "measure",
            "official_list",
            "mark_count",
            "journal_comparison",
            "score_count",
            "form_entry",
            "school_code",
            "school_named",
            "school_alias",
        ]
    }

    fn documents(&self, _declared: &Declared<'_>) -> Vec<String> {
        ["layout/", who::FOLDER, "reference/exam-minimums", "reference/subjects", "reference/vpr-scales"]
            .map(str::to_owned)
            .to_vec()
    }

    fn reads_sources(&self) -> bool {
        true
    }

    fn run(&self, input: &Input<'_>) -> Result<Output> {
        let layouts = Layouts::parse(input.declared.documents)?;
        let files = input.sources.files();
        if files.is_empty() {
            return Err(Fault::new(FaultCode::NoSources));
        }
        if let Some(file) =
            files.iter().find(|file| file.layout != AUTO && layouts.get(&file.layout).is_none())
        {
            return Err(Fault::new(FaultCode::NameUnknown)
                .at(Place::File(file.path.clone()))
                .with("name", &file.layout));
        }
        input.progress.total(files.len() as u64);
        let parsed: Vec<Parsed> = files
            .par_iter()
            .enumerate()
            .map(|(number, file)| {
                let parsed = input.sources.read(file, &source_id(number, files.len()));
                input.progress.advance(1);
                parsed
            })
            .collect::<Result<_>>()?;
        if parsed.iter().all(|file| !was_read(file)) {
            let first = files.first().map_or(Place::Nowhere, |file| Place::File(file.path.clone()));
            let mut codes = parsed.iter().flat_map(|file| &file.findings).map(|finding| finding.code);
            let opened = codes.any(|code| code == FindingCode::LayoutUnknown);
            let why = if opened { "sources-layout" } else { "sources-damaged" };
            return Err(Fault::new(FaultCode::SourcesUnreadable)
                .at(first)
                .with("files", files.len())
                .why(why));
        }
        let mut output = assemble(parsed, who::read(input.declared.documents)?)?;
        output.findings.extend(
            input
                .sources
                .empty_globs()
                .iter()
                .map(|(glob, place)| Finding::new(FindingCode::GlobEmpty, place.clone()).detail(glob)),
        );
        Ok(output)
    }
}

/// Did any sheet of the file find its layout?
fn was_read(file: &Parsed) -> bool {
    file.tables.iter().any(|(name, frame)| {
        *name == Source::SPEC.name
            && tables::texts(frame, "layout").is_ok_and(|layouts| layouts.iter().any(Option::is_some))
    })
}
