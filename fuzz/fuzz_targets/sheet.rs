//! Any text as the cells of a sheet, through the layouts of the house: tables and findings, never a panic.
#![no_main]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use rsoko::ingest::{Layouts, Reference, read_bytes};

static KNOWN: LazyLock<(Layouts, Reference)> = LazyLock::new(|| {
    let mut documents = BTreeMap::new();
    for (folder, prefix) in [("pipelines/layouts", "layout"), ("data/reference", "reference")] {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder);
        for entry in std::fs::read_dir(folder).expect("the house's own files").flatten() {
            let name = entry.path().file_stem().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            let text = std::fs::read_to_string(entry.path()).expect("a text");
            documents.insert(format!("{prefix}/{name}"), (name, text));
        }
    }
    (Layouts::parse(&documents).expect("layouts"), Reference::parse(&documents).expect("reference"))
});

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let (layouts, reference) = &*KNOWN;
    let _ = read_bytes("vpr/2024/5/Ф1_РУ_5_2024.csv", bytes, "auto", layouts, reference);
});
