//! What several tests need.
#![allow(dead_code, reason = "each test uses its part")]
#![allow(clippy::expect_used, reason = "helpers of tests, where a panic is the message")]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use rsoko::lake::{EntryKind, RealDisk, Root};

/// A folder of its own that is removed when the test is done with it.
pub struct TempDir(PathBuf);

impl TempDir {
    pub fn new(name: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("rsoko-{name}-{}-{number}", std::process::id()));
        let _ = remove(&path);
        create(&path);
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        let _ = remove(&self.0);
    }
}

#[expect(clippy::disallowed_methods, reason = "a test's own folder")]
fn create(path: &Path) {
    std::fs::create_dir_all(path).expect("a temporary folder");
}

#[expect(clippy::disallowed_methods, reason = "a test's own folder")]
fn remove(path: &Path) -> std::io::Result<()> {
    std::fs::remove_dir_all(path)
}

/// The workspace of the repository: layouts and reference data as the runner gives them to stages.
pub fn documents() -> std::collections::BTreeMap<String, (String, String)> {
    let mut documents = std::collections::BTreeMap::new();
    for (folder, prefix) in [("pipelines/layouts", "layout"), ("data/reference", "reference")] {
        let mut files = Vec::new();
        walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut files);
        for file in files {
            let name = file.file_stem().and_then(|stem| stem.to_str()).expect("a name");
            let path = format!("{folder}/{name}.toml");
            documents.insert(format!("{prefix}/{name}"), (path, read_text(&file)));
        }
    }
    documents
}

/// All files below a folder, sorted by path.
#[expect(clippy::disallowed_methods, reason = "a test looks at the repository")]
pub fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    for entry in entries {
        if entry.is_dir() {
            walk(&entry, files);
        } else {
            files.push(entry);
        }
    }
}

/// Says that a test is skipped, and why; where `RSOKO_REQUIRE` (words with commas) names what is missing, fails instead.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
pub fn skipped(what: &str, why: &str) {
    let required = std::env::var("RSOKO_REQUIRE").unwrap_or_default();
    assert!(!required.split(',').any(|word| word == what), "RSOKO_REQUIRE={required}, but {why}");
    eprintln!("SKIPPED: {why}");
}

/// The text of a file.
#[expect(clippy::disallowed_methods, reason = "a test looks at the repository")]
pub fn read_text(file: &Path) -> String {
    std::fs::read_to_string(file).expect("a readable file")
}

/// A workbook of the smallest kind: sheets by name, each as the XML inside `<worksheet>`.
pub fn xlsx(sheets: &[(&str, String)]) -> Vec<u8> {
    xlsx_with(sheets, &[])
}

/// The same with more parts, or other ones: path = bytes.
pub fn xlsx_with(sheets: &[(&str, String)], parts: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut entries = String::new();
    let mut relations = String::new();
    let mut all: Vec<(String, Vec<u8>)> = Vec::new();
    for (number, (name, xml)) in (1..).zip(sheets) {
        let (name, state) = match name.strip_prefix("hidden:") {
            Some(name) => (name, " state=\"veryHidden\""),
            None => (*name, ""),
        };
        entries += &format!("<sheet name=\"{name}\" sheetId=\"{number}\"{state} r:id=\"rId{number}\"/>");
        relations += &format!(
            "<Relationship Id=\"rId{number}\" Type=\"http://x/worksheet\" Target=\"worksheets/sheet{number}.xml\"/>"
        );
        all.push((
            format!("xl/worksheets/sheet{number}.xml"),
            format!("<worksheet>{xml}</worksheet>").into_bytes(),
        ));
    }
    relations += "<Relationship Id=\"s\" Type=\"http://x/sharedStrings\" Target=\"sharedStrings.xml\"/>";
    all.push((
        "xl/workbook.xml".into(),
        format!("<workbook xmlns:r=\"r\"><sheets>{entries}</sheets></workbook>").into(),
    ));
    all.push((
        "xl/_rels/workbook.xml.rels".into(),
        format!("<Relationships>{relations}</Relationships>").into(),
    ));
    for (path, bytes) in parts {
        all.retain(|(other, _)| other != path);
        all.push(((*path).to_owned(), bytes.clone()));
    }
    zipped(&all)
}

/// An archive of these parts.
pub fn zipped(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    use std::io::Write;
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (path, bytes) in parts {
        writer.start_file(path.as_str(), zip::write::SimpleFileOptions::default()).expect("a part");
        writer.write_all(bytes).expect("its bytes");
    }
    writer.finish().expect("an archive").into_inner()
}

/// A table of cells as sheet XML, from row 1 on: `""` is no cell, `#5` the number 5, `=5` a formula with the cached
/// value 5, anything else a text.
pub fn cells(rows: &[&[&str]]) -> String {
    let mut xml = String::from("<sheetData>");
    for (number, row) in (1..).zip(rows) {
        if row.is_empty() {
            continue;
        }
        xml += &format!("<row r=\"{number}\">");
        for (column, cell) in (0..).zip(*row) {
            let address = format!("{}{number}", rsoko::base::column_letters(column));
            if let Some(value) = cell.strip_prefix('#') {
                xml += &format!("<c r=\"{address}\"><v>{value}</v></c>");
            } else if let Some(value) = cell.strip_prefix('=') {
                xml += &format!("<c r=\"{address}\"><f>SUM(A1)</f><v>{value}</v></c>");
            } else if !cell.is_empty() {
                let text = cell.replace('&', "&amp;").replace('<', "&lt;");
                xml += &format!("<c r=\"{address}\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
            }
        }
        xml += "</row>";
    }
    xml + "</sheetData>"
}
/// Is a number within a relative tolerance of another?
fn is_close(got: f64, want: f64, tolerance: f64) -> bool {
    (got - want).abs() <= tolerance * want.abs().max(f64::MIN_POSITIVE)
}

/// Asserts that two numbers agree to a relative tolerance, and that the assertion would fail if the result moved by ten
/// tolerances: a test that cannot fail is none.
pub fn assert_close(name: &str, got: f64, want: f64, tolerance: f64) {
    assert!(is_close(got, want, tolerance), "{name}: {got:e}, expected {want:e}, tolerance {tolerance:e}");
    for moved in [1.0 + 10.0 * tolerance, 1.0 - 10.0 * tolerance] {
        let falsified =
            if want.abs() < f64::MIN_POSITIVE { f64::MIN_POSITIVE * (1.0 + moved) } else { got * moved };
        assert!(!is_close(falsified, want, tolerance), "{name}: a tolerance of {tolerance:e} cannot fail");
    }
}

/// A workspace in this folder with the house's methods, layouts and references, and a pipeline `trial` that reads these
/// sources (glob, layout) and does these stages.
pub fn trial(folder: &Path, sources: &[(&str, &str)], stages: &[&str]) {
    let (here, there) = (root(Path::new(env!("CARGO_MANIFEST_DIR"))), root(folder));
    for part in ["pipelines/methods", "pipelines/layouts", "data/reference"] {
        copy(&here, &there, part);
    }
    let mut text = String::from(
        "title = { ru = \"Проба\", en = \"Trial\" }\nmethod = \"federal-847\"\nyears = [2023, 2024, 2025]\nseed = 1\n[sources]\n",
    );
    sources.iter().for_each(|(glob, layout)| text.push_str(&format!("\"{glob}\" = \"{layout}\"\n")));
    stages.iter().for_each(|kind| text.push_str(&format!("[[stage]]\nkind = \"{kind}\"\n")));
    there.put("pipelines/trial.toml", text.as_bytes()).expect("a pipeline");
}

/// A folder behind the real disk.
pub fn root(folder: &Path) -> Root {
    Root::new(Arc::new(RealDisk), folder)
}

/// Copies a folder with all that is in it.
pub fn copy(from: &Root, to: &Root, folder: &str) {
    to.create_folder(folder).expect("a folder");
    for entry in from.list(folder).expect("a folder") {
        let path = format!("{folder}/{}", entry.name);
        if entry.kind == EntryKind::Folder {
            copy(from, to, &path);
        } else {
            to.put(&path, &from.read(&path).expect("a file")).expect("a copy");
        }
    }
}
