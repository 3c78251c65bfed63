//! The tour of the READMEs, walked: the commands of `sh` blocks run as they stand there, and print what stands there. Blocks of
//! kind `shell` are examples on files that the reader has.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use rsoko::lake::parquet;
use rsoko::tables::{self, School, Table};

use crate::support::{TempDir, read_text, walk};

/// A fenced block of a README: what is behind the fence, and its lines.
struct Block {
    kind: String,
    lines: Vec<String>,
}

fn blocks(readme: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for line in readme.lines() {
        match (line.strip_prefix("```"), open.take()) {
            (Some(kind), None) => open = Some(Block { kind: kind.to_owned(), lines: Vec::new() }),
            (Some(_), Some(block)) => blocks.push(block),
            (None, Some(mut block)) => {
                block.lines.push(line.to_owned());
                open = Some(block);
            }
            (None, None) => {}
        }
    }
    blocks
}

/// The arguments of a line that calls the program; the comment behind `#` is not one of them.
fn arguments(line: &str) -> Option<Vec<&str>> {
    let line = line.split(" #").next().unwrap_or_default().trim();
    let call = line.strip_prefix("rsoko ").or_else(|| line.strip_prefix("cargo run --release -- "))?;
    Some(call.split_whitespace().collect())
}

/// The repository's workspace in a folder of its own.
#[expect(clippy::disallowed_methods, reason = "a test's own folder")]
fn workspace() -> TempDir {
    let folder = TempDir::new("tour");
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for part in ["pipelines", "data/demo", "data/reference", "reports/theme"] {
        walk(&repository.join(part), &mut files);
    }
    for report in ["identification", "beside", "conditions", "objectivity", "clusters"]
        .map(|name| [format!("{name}.ru"), format!("{name}.en")])
        .concat()
    {
        files.push(repository.join(format!("reports/{report}.md")));
    }
    for file in files {
        let to = folder.path().join(file.strip_prefix(repository).expect("below"));
        std::fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
        std::fs::copy(&file, to).expect("a file");
    }
    folder
}

/// What a command prints, on both channels. The READMEs are read by people in one language each.
fn printed(folder: &Path, args: &[&str], lang: &str) -> String {
    let out = Command::new(env!("CARGO_BIN_EXE_rsoko"))
        .current_dir(folder)
        .args(args)
        .env("RSOKO_LANG", lang)
        .output()
        .expect("the program starts");
    let told = [out.stderr, out.stdout].map(|bytes| String::from_utf8(bytes).expect("UTF-8")).concat();
    assert!(out.status.success(), "{args:?}: {told}");
    told
}

/// Does a printed line fit one of the README, in which `…` stands for anything? Kinds of spaces are not told apart.
fn fits(line: &str, shown: &str) -> bool {
    let plain = |text: &str| text.replace(['\u{a0}', '\u{202f}'], " ");
    let (mut rest, shown) = (plain(line), plain(shown));
    let parts: Vec<&str> = shown.split('…').collect();
    for (position, part) in parts.iter().enumerate() {
        let part = if position == 0 { part.trim_end() } else { part.trim() };
        match rest.find(part) {
            Some(at) if position > 0 || at == 0 => rest = rest.split_off(at + part.len()),
            _ => return false,
        }
    }
    shown.ends_with('…') || rest.trim().is_empty()
}

#[test]
fn the_tour_prints_what_the_readmes_show() {
    let folder = workspace();
    for (lang, readme) in [("en", "README.md"), ("ru", "README.ru.md")] {
        let text = read_text(&Path::new(env!("CARGO_MANIFEST_DIR")).join(readme));
        let (mut commands, mut compared) = (0, 0);
        let mut output = String::new();
        for block in blocks(&text) {
            if block.kind == "sh" {
                for args in block.lines.iter().filter_map(|line| arguments(line)) {
                    output += &printed(folder.path(), &args, lang);
                    commands += 1;
                }
            } else if block.kind == "text" {
                let mut lines = output.lines();
                for shown in &block.lines {
                    assert!(
                        lines.any(|line| fits(line, shown)),
                        "{readme}: {shown:?} is not printed, or not here:\n{output}"
                    );
                    compared += 1;
                }
                output.clear();
            }
        }
        assert!(commands >= 8 && compared >= 10, "{readme}: {commands} commands, {compared} lines");
        // The first language finds the run of the second finished: nothing but what is told depends on it.
        remove_runs(folder.path());
    }
}

#[test]
fn the_region_of_the_tour_is_as_large_as_the_readmes_say() {
    let folder = workspace();
    let told = printed(folder.path(), &["--json", "run"], "en");
    let json = told.find('{').expect("JSON behind the progress");
    let run: serde_json::Value = serde_json::from_str(&told[json..]).expect("JSON");
    let table = folder.path().join(run["folder"].as_str().expect("a folder")).join("tables/school.parquet");
    let frame = parquet::decode(School::SPEC, &read_bytes(&table), None).expect("a table");
    let distinct = |column: &str| {
        tables::texts(&frame, column).expect("a column").into_iter().flatten().collect::<BTreeSet<_>>().len()
    };
    let years: BTreeSet<_> = tables::ints(&frame, "year").expect("a column").into_iter().flatten().collect();
    let (schools, municipalities) = (distinct("school_id"), distinct("municipality"));
    assert_eq!(years.len(), 3);
    let readme = |name: &str| read_text(&Path::new(env!("CARGO_MANIFEST_DIR")).join(name));
    for (name, said) in [
        ("README.md", format!("{schools} schools, {municipalities} municipalities, three years")),
        ("README.ru.md", format!("{schools} школ, {municipalities} муниципалитетов, три года")),
    ] {
        assert!(readme(name).contains(&said), "{name}: {said}");
    }
}

#[test]
fn a_line_of_a_readme_fits_or_does_not() {
    assert!(fits("  Read   57 of 59 files; more", "  Read   57 of 59 …"));
    assert!(fits("Run a-17", "Run a-…") && fits("36,4\u{a0}% = 12 / 33", "36,4 % = 12 / 33"));
    assert!(!fits("  Read   56 of 59 files", "  Read   57 of 59 …"));
    assert!(!fits("36.4% = 12 / 331", "36.4% = 12 / 33") && !fits("x Read", "Read"));
}

#[expect(clippy::disallowed_methods, reason = "a test's own folder")]
fn read_bytes(path: &Path) -> Vec<u8> {
    std::fs::read(path).expect("a file")
}

#[expect(clippy::disallowed_methods, reason = "a test's own folder")]
fn remove_runs(folder: &Path) {
    std::fs::remove_dir_all(folder.join("reports/runs")).expect("the runs of the other language");
}
