//! A run's folder opens in the tools of analysts with nothing but a path, and every reader sees the same values.
//!
//! Needs a Python with polars, pyarrow, DuckDB and matplotlib (`PYTHON`, else `python3`); without one the test says so
//! and is skipped, unless `RSOKO_REQUIRE=python` forbids that.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{TempDir, skipped, walk};

const PACKAGES: &str = "import polars, pyarrow, duckdb, matplotlib";

/// Reads every table with three readers and prints how many values differ.
const READERS: &str = r#"
import sys, pathlib, polars, duckdb, pyarrow.parquet as pq
tables = sorted(pathlib.Path(sys.argv[1], "tables").glob("*.parquet"))
differing = 0
for path in tables:
    arrow = pq.read_table(path)
    first = polars.read_parquet(path)
    second = polars.from_arrow(arrow)
    answer = duckdb.connect().execute("SELECT * FROM read_parquet(?)", [str(path)])
    third = polars.from_arrow(answer.to_arrow_table() if hasattr(answer, "to_arrow_table") else answer.fetch_arrow_table())
    for other in (second, third):
        assert first.columns == other.columns and first.height == other.height, path
        for name in first.columns:
            differing += int((~first[name].eq_missing(other[name].cast(first[name].dtype))).sum())
print(len(tables), differing)
"#;

fn python() -> Option<PathBuf> {
    let python = std::env::var_os("PYTHON").map_or_else(|| PathBuf::from("python3"), PathBuf::from);
    let found = Command::new(&python).args(["-c", PACKAGES]).output().is_ok_and(|out| out.status.success());
    if !found {
        skipped("python", &format!("{} has no polars, pyarrow, duckdb and matplotlib", python.display()));
    }
    found.then_some(python)
}

#[test]
fn every_reader_sees_the_same_and_the_notebook_runs() {
    let Some(python) = python() else { return };
    let folder = TempDir::new("notebook");
    let run = run(folder.path());

    let out = Command::new(&python).args(["-c", READERS]).arg(&run).output().expect("Python starts");
    let told = String::from_utf8_lossy(&out.stdout);
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let numbers: Vec<u64> = told.split_whitespace().map(|n| n.parse().expect("a number")).collect();
    assert!(numbers[0] >= 10, "only {} tables", numbers[0]);
    assert_eq!(numbers[1], 0, "values differ between readers");

    let script = folder.path().join("cells.py");
    write(&script, cells().as_bytes());
    let out = Command::new(&python)
        .arg(&script)
        .current_dir(folder.path())
        .env("RSOKO_RUN", &run)
        .env("MPLBACKEND", "Agg")
        .output()
        .expect("Python starts");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    assert!(!out.stdout.is_empty(), "the notebook prints what it finds");
}

/// The code cells of the notebook, one after the other.
fn cells() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports/notebooks/first-look.ipynb");
    let notebook: serde_json::Value =
        serde_json::from_str(&crate::support::read_text(&path)).expect("the notebook is JSON");
    let cells =
        notebook["cells"].as_array().expect("cells").iter().filter(|cell| cell["cell_type"] == "code");
    let source = |cell: &serde_json::Value| {
        let lines = cell["source"].as_array().expect("lines").iter();
        lines.map(|line| line.as_str().expect("a line")).collect::<String>()
    };
    cells.map(source).collect::<Vec<_>>().join("\n\n")
}

/// A run over a small synthetic region.
fn run(folder: &Path) -> PathBuf {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    for part in ["pipelines", "data/reference", "reports/theme"] {
        let mut files = Vec::new();
        walk(&repository.join(part), &mut files);
        for file in files {
            copy(&file, &folder.join(file.strip_prefix(repository).expect("below")));
        }
    }
    for report in ["identification", "beside", "conditions", "objectivity", "clusters"]
        .map(|name| [format!("{name}.ru"), format!("{name}.en")])
        .concat()
    {
        let name = format!("reports/{report}.md");
        copy(&repository.join(&name), &folder.join(&name));
    }
    let rsoko = |args: &[&str]| {
        let out = Command::new(env!("CARGO_BIN_EXE_rsoko")).current_dir(folder).args(args).output();
        let out = out.expect("the program starts");
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        out.stdout
    };
    rsoko(&["synth", "data/demo", "--schools", "20", "--seed", "5", "--quiet"]);
    let summary: serde_json::Value = serde_json::from_slice(&rsoko(&["run", "--json"])).expect("JSON");
    folder.join(summary["folder"].as_str().expect("a folder"))
}

#[expect(clippy::disallowed_methods, reason = "a test's own folder")]
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
    std::fs::copy(from, to).expect("a file");
}

#[expect(clippy::disallowed_methods, reason = "a test's own folder")]
fn write(path: &Path, bytes: &[u8]) {
    std::fs::write(path, bytes).expect("a file");
}
