//! What is done with an input: one function a target, shared by the targets of cargo-fuzz and by `benches/fuzz.rs`.

use std::collections::BTreeMap;
use std::io::{Cursor, Write};
use std::sync::LazyLock;

use rsoko::grid::{Limits, scan_csv, scan_xlsx};
use rsoko::ingest::{Layouts, Reference, read_bytes};

/// A target: its name, and what is done with an input.
pub type Body = (&'static str, fn(&[u8]));

/// All targets.
pub const BODIES: [Body; 5] =
    [("xlsx", xlsx), ("part", part), ("strings", strings), ("csv", csv), ("sheet", sheet)];

/// Any bytes as a workbook: refused or read.
pub fn xlsx(bytes: &[u8]) {
    let _ = scan_xlsx(bytes, &Limits::default());
    read("vpr/2024/5/Ф1_РУ_5_2024.xlsx", bytes);
}

/// Any bytes as the sheet of a sound workbook: what archives would hide from chance.
pub fn part(bytes: &[u8]) {
    read("vpr/2024/5/Ф1_РУ_5_2024.xlsx", &book(bytes, b"<sst><si><t>X</t></si></sst>"));
}

/// Any bytes as the shared strings of a sound workbook.
pub fn strings(bytes: &[u8]) {
    let sheet = b"<worksheet><sheetData><row r=\"1\"><c t=\"s\"><v>0</v></c><c t=\"s\"><v>1</v></c></row></sheetData></worksheet>";
    let _ = scan_xlsx(&book(sheet, bytes), &Limits::default());
}

/// Any bytes as a text file, in the encodings that layouts declare.
pub fn csv(bytes: &[u8]) {
    for encoding in [None, Some("windows-1251")] {
        let _ = scan_csv(bytes, encoding, &Limits::default());
    }
}

/// Any text as the cells of a sheet, through all layouts: tables and findings.
pub fn sheet(bytes: &[u8]) {
    read("vpr/2024/5/Ф1_РУ_5_2024.csv", bytes);
}

/// A workbook of one sheet with these parts.
fn book(sheet: &[u8], strings: &[u8]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let parts: [(&str, &[u8]); 4] = [
        ("xl/workbook.xml", b"<workbook><sheets><sheet name=\"A\" r:id=\"x\"/></sheets></workbook>"),
        (
            "xl/_rels/workbook.xml.rels",
            b"<Relationships><Relationship Id=\"x\" Type=\"t/worksheet\" Target=\"worksheets/sheet1.xml\"/>\
              <Relationship Id=\"y\" Type=\"t/sharedStrings\" Target=\"sharedStrings.xml\"/></Relationships>",
        ),
        ("xl/worksheets/sheet1.xml", sheet),
        ("xl/sharedStrings.xml", strings),
    ];
    for (path, part) in parts {
        if writer.start_file(path, stored).is_err() || writer.write_all(part).is_err() {
            return Vec::new();
        }
    }
    writer.finish().map(Cursor::into_inner).unwrap_or_default()
}

fn read(name: &str, bytes: &[u8]) {
    let (layouts, reference) = &*KNOWN;
    let _ = read_bytes(name, bytes, "auto", layouts, reference);
}

static KNOWN: LazyLock<(Layouts, Reference)> = LazyLock::new(|| {
    let documents = documents();
    (Layouts::parse(&documents).expect("layouts"), Reference::parse(&documents).expect("reference"))
});

/// The layouts and the reference tables of the house, as a pipeline holds its documents.
pub fn documents() -> BTreeMap<String, (String, String)> {
    let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here.ancestors().find(|folder| folder.join("pipelines").is_dir()).expect("the house");
    let mut documents = BTreeMap::new();
    for (folder, prefix) in [("pipelines/layouts", "layout"), ("data/reference", "reference")] {
        for entry in std::fs::read_dir(root.join(folder)).expect("the house's own files").flatten() {
            let name = entry.path().file_stem().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            let text = std::fs::read_to_string(entry.path()).expect("a text");
            documents.insert(format!("{prefix}/{name}"), (name, text));
        }
    }
    documents
}
