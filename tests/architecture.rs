//! The walls of the house: who may import whom, and what a docstring of `stats` must say.
//!
//! `src/` is read as text. A room is a folder of `src/`; `use crate::<room>` and `crate::<room>::` are imports.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The floors, ground first. A room imports from lower floors only.
const FLOORS: [&[&str]; 6] = [
    &["base", "text"],
    &["stats", "tables", "grid"],
    &["lake", "method", "pipeline"],
    &[
        "clusters",
        "context",
        "factors",
        "identification",
        "identity",
        "indicators",
        "ingest",
        "objectivity",
        "policies",
        "reports",
        "validate",
    ],
    &["run", "synth", "explain", "fit", "certify"],
    &["cli"],
];

fn floor_of(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

#[expect(clippy::disallowed_methods, reason = "the test reads the source tree")]
fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut out = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("src is readable") {
            let path = entry.expect("an entry of src").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = std::fs::read_to_string(&path).expect("source is UTF-8");
                out.push((path, text));
            }
        }
    }
    out.sort();
    out
}

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The room of a file: the first folder below `src`.
fn room_of(path: &Path) -> Option<String> {
    let below = path.strip_prefix(src()).ok()?;
    let first = below.components().next()?.as_os_str().to_str()?;
    (!first.ends_with(".rs")).then(|| first.to_owned())
}

/// Rooms that a line imports: `crate::room::…`, also inside `use crate::{a::…, b}`.
fn imported(code: &str) -> BTreeSet<String> {
    let mut rooms = BTreeSet::new();
    for (position, _) in code.match_indices("crate::") {
        let rest = code.get(position + "crate::".len()..).unwrap_or_default();
        if let Some(group) = rest.strip_prefix('{') {
            for item in group.split('}').next().unwrap_or_default().split(',') {
                rooms.insert(word(item.trim()));
            }
        } else {
            rooms.insert(word(rest));
        }
    }
    rooms.retain(|room| !room.is_empty());
    rooms
}

fn word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// The code of a file without comments and without its unit tests.
fn code_of(text: &str) -> String {
    let code = text.split("\n#[cfg(test)]\nmod ").next().unwrap_or_default();
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_room_imports_from_lower_floors_only() {
    let mut broken = Vec::new();
    let mut seen = 0;
    for (path, text) in sources(&src()) {
        let Some(room) = room_of(&path) else { continue };
        let floor = floor_of(&room).unwrap_or_else(|| panic!("{room} stands on no floor"));
        for other in imported(&code_of(&text)) {
            let Some(below) = floor_of(&other) else { continue };
            seen += 1;
            if other != room && below >= floor {
                broken.push(format!("{}: {room} imports {other}", path.display()));
            }
        }
    }
    assert!(seen > 50, "the test sees imports at all: {seen}");
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn the_wall_test_can_fail() {
    assert_eq!(imported("use crate::{base::Result, run};"), BTreeSet::from(["base".into(), "run".into()]));
    assert!(imported("let x = crate::lake::parquet::encode();").contains("lake"));
    assert!(
        imported(&code_of("// crate::run\nfn f() {}\n#[cfg(test)]\nmod tests { use crate::run; }"))
            .is_empty()
    );
}

#[test]
fn every_room_of_the_library_stands_on_a_floor() {
    let declared: BTreeSet<String> = sources(&src())
        .into_iter()
        .filter(|(path, _)| path.ends_with("src/lib.rs"))
        .flat_map(|(_, text)| {
            text.lines()
                .filter_map(|line| {
                    line.strip_prefix("pub mod ").map(|room| room.trim_end_matches(';').to_owned())
                })
                .collect::<Vec<_>>()
        })
        .collect();
    let planned: BTreeSet<String> =
        FLOORS.iter().flat_map(|rooms| rooms.iter().map(|r| (*r).to_owned())).collect();
    assert_eq!(declared, planned);
}

/// What the docstring of an entry point of `stats` says, beside the sentence on what it estimates.
const DOC_LINES: [&str; 7] =
    ["Shapes:", "Units:", "Missing:", "Fails:", "Reference:", "Accuracy:", "Determinism:"];

#[test]
fn every_entry_point_of_stats_has_its_doc_template() {
    let mut lacking: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    let mut seen = 0;
    for (path, text) in sources(&src().join("stats")) {
        let mut doc = String::new();
        for line in text.split("\n#[cfg(test)]\nmod ").next().unwrap_or_default().lines() {
            let trimmed = line.trim_start();
            if let Some(said) = trimmed.strip_prefix("///") {
                doc.push_str(said);
                doc.push('\n');
            } else if trimmed.starts_with("#[") {
                // an attribute stands between docstring and function
            } else {
                if let Some(signature) = line.strip_prefix("pub fn ") {
                    seen += 1;
                    let missing: Vec<&str> = DOC_LINES.into_iter().filter(|l| !doc.contains(l)).collect();
                    if !missing.is_empty() {
                        lacking.insert(format!("{}: {}", path.display(), word(signature)), missing);
                    }
                }
                doc.clear();
            }
        }
    }
    assert!(seen > 10, "the test sees entry points at all: {seen}");
    assert!(lacking.is_empty(), "{lacking:#?}");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the test reads the README")]
fn every_path_that_a_readme_names_exists() {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut lacking = Vec::new();
    let mut seen = 0;
    for readme in ["README.md", "README.ru.md", "benches/README.md"] {
        let text = std::fs::read_to_string(home.join(readme)).expect("the README is there");
        let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        let paths = text.split('`').skip(1).step_by(2).filter(|code| {
            ["src/", "tests/", "pipelines/", "data/", "reports/", "benches/"]
                .iter()
                .any(|f| code.starts_with(f))
        });
        for path in links.chain(paths) {
            // What a run makes, what a region decides, and patterns are not in the repository.
            if path.contains(['*', '<', ' '])
                || path.starts_with("reports/runs")
                || path.starts_with("data/lake")
                || path.starts_with("data/identity")
            {
                continue;
            }
            seen += 1;
            if !home.join(path).exists() {
                lacking.push(format!("{readme}: {path}"));
            }
        }
    }
    assert!(seen > 20, "the test sees paths at all: {seen}");
    assert!(lacking.is_empty(), "{lacking:#?}");
}
