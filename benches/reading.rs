//! How fast workbooks become tables: raw exports in the layout of 2021, as `synth` writes them, beside python-calamine and polars with
//! two processes.
//!
//! `PYTHON=python3 cargo bench --bench reading` writes the workbooks once (`RSOKO_BENCH_SCHOOLS`, 600, and `RSOKO_BENCH_YEARS`, 5, say
//! how many), then both sides read them in turn (`RSOKO_BENCH_ROUNDS`, 3): whole processes from start to end, writing of Parquet
//! included, with all their children. CPU is that of the whole tree, memory the largest sum of the tree's proportional sizes.
//! Without python-calamine the comparison is left out and says so.
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::expect_used,
    reason = "a bench prints, measures from outside, and has nothing to say where it cannot be set up"
)]

use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};

#[path = "measured.rs"]
mod measured;

use measured::{Measured, measure};
use rsoko::base::Year;
use rsoko::synth::{Profile, Region, files};
use rsoko::tables;

const SEED: u64 = 20_251_122;

const PIPELINE: &str = "title = { ru = \"Чтение\", en = \"Reading\" }\nmethod = \"federal-847\"\nyears = [2024, 2025]\nseed = 1\n[sources]\n\"data/vpr/**/*.xlsx\" = \"auto\"\n[[stage]]\nkind = \"ingest\"\n";

fn main() {
    let asked = |name: &str, or: usize| std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(or);
    let (schools, years) = (asked("RSOKO_BENCH_SCHOOLS", 600), asked("RSOKO_BENCH_YEARS", 5));
    let rounds = asked("RSOKO_BENCH_ROUNDS", 3);
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench-reading");
    let mark = root.join(format!("made-{schools}-{years}"));
    if !mark.exists() {
        let _ = fs::remove_dir_all(&root);
        make(&root.join("data"), schools, years);
        for folder in ["pipelines/layouts", "pipelines/methods", "data/reference"] {
            copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &root.join(folder));
        }
        fs::write(root.join("pipelines/reading.toml"), PIPELINE).expect("a pipeline");
        fs::write(&mark, "").expect("a mark");
    }
    let size = Size::of(&root.join("data/vpr"));
    println!(
        "{} workbooks, {:.1} million grid cells, {:.2} GB of XML; medians of {rounds}",
        size.books,
        size.cells as f64 / 1e6,
        size.xml as f64 / 1e9
    );
    println!(
        "{:<34} {:>8} {:>8} {:>8} {:>12} {:>14}",
        "", "wall, s", "CPU, s", "MiB", "M cells/s", "M cells/CPU s"
    );
    let has_peer = has_peer();
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        for made in ["data/lake", "reports/runs", "peer"] {
            let _ = fs::remove_dir_all(root.join(made));
        }
        ours.push(measure(&mut rsoko(&root)));
        if has_peer {
            theirs.push(measure(&mut peer(&root)));
        }
    }
    let own = show("rsoko", &ours, &size);
    let Some(last) = theirs.last() else {
        println!("no Python with polars and python-calamine ({}), nothing to compare with", python());
        return;
    };
    agree(&root, &serde_json::from_str(&last.said).expect("the facts of the peer"));
    let peer = show("python-calamine, polars, 2 processes", &theirs, &size);
    println!("{:<34} {:>8.1} {:>8.1} {:>8.1}", "  ratio", peer.0 / own.0, peer.1 / own.1, peer.2 / own.2);
}

/// The workbooks.
fn make(folder: &Path, schools: usize, years: usize) {
    let years: Vec<Year> = (2025..).take(years).map(Year).collect();
    let region = Region::draw(schools, SEED, &years, &Profile::typical().expect("the built-in profile"));
    let give = &mut |artefact: rsoko::synth::Artefact| {
        let path = folder.join(&artefact.path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, artefact.bytes).expect("a workbook");
        Ok(())
    };
    files::write_2021(&region, give, &mut || ()).expect("workbooks");
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder of the bench");
    for entry in fs::read_dir(from).expect("a folder of the repository").flatten() {
        fs::copy(entry.path(), to.join(entry.file_name())).expect("a file of the repository");
    }
}

/// How much there is to read.
#[derive(Default)]
struct Size {
    books: usize,
    cells: u64,
    xml: u64,
}

impl Size {
    fn of(folder: &Path) -> Self {
        let mut size = Self::default();
        size.add(folder);
        size
    }

    fn add(&mut self, folder: &Path) {
        for entry in fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                self.add(&path);
                continue;
            }
            let file = fs::File::open(&path).expect("a workbook");
            let mut archive = zip::ZipArchive::new(file).expect("an archive");
            self.books += 1;
            for at in 0..archive.len() {
                let mut part = archive.by_index(at).expect("a part");
                self.xml += part.size();
                if part.name().is_ok_and(|name| name.starts_with("xl/worksheets/sheet")) {
                    let mut head = vec![0; 4_096];
                    let read = part.read(&mut head).expect("the beginning");
                    self.cells += grid(&String::from_utf8_lossy(head.get(..read).unwrap_or_default()));
                }
            }
        }
    }
}

/// Rows times columns, as the sheet declares them: `<dimension ref="A1:AD14000"/>`.
fn grid(head: &str) -> u64 {
    let end = head
        .split_once("<dimension ref=\"")
        .and_then(|(_, rest)| rest.split_once('"'))
        .map_or("", |(range, _)| range);
    let corner = end.rsplit(':').next().unwrap_or_default();
    let columns = corner
        .bytes()
        .take_while(u8::is_ascii_uppercase)
        .fold(0, |sum, letter| sum * 26 + u64::from(letter - b'A') + 1);
    let rows: u64 = corner.trim_start_matches(|c: char| c.is_ascii_uppercase()).parse().unwrap_or_default();
    columns * rows
}

fn rsoko(root: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rsoko"));
    command.arg("run").arg("pipelines/reading.toml").arg("--workspace").arg(root).arg("--quiet");
    command
}

fn python() -> String {
    std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned())
}

fn has_peer() -> bool {
    let probe =
        Command::new(python()).args(["-c", "import polars, python_calamine"]).stderr(Stdio::null()).status();
    probe.is_ok_and(|status| status.success())
}

fn peer(root: &Path) -> Command {
    let mut command = Command::new(python());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/reading_peer.py");
    command.arg(script).arg(root.join("data/vpr")).arg(root.join("peer"));
    command
}

/// Both sides found the same, or the comparison is none.
fn agree(root: &Path, facts: &serde_json::Value) {
    let runs = root.join("reports/runs");
    let latest = fs::read_to_string(runs.join("latest")).expect("a run");
    let read = |table: &str, columns: &[&str]| {
        let bytes =
            fs::read(runs.join(latest.trim()).join(format!("tables/{table}.parquet"))).expect("a table");
        rsoko::lake::parquet::decode(tables::spec(table).expect("a canonical table"), &bytes, Some(columns))
            .expect("a whole file")
    };
    let results = read("result", &["status", "score_printed", "score_tasks"]);
    let states = tables::texts(&results, "status").expect("texts");
    let printed = tables::floats(&results, "score_printed").expect("numbers");
    let summed = tables::floats(&results, "score_tasks").expect("numbers");
    let present = states.iter().filter(|state| state.as_deref() == Some("present")).count();
    let wrong = printed.iter().zip(&summed).filter(|(a, b)| a.is_some() && b.is_some() && a != b).count();
    let items = read("item_score", &["score"]);
    let points: f64 = tables::floats(&items, "score").expect("numbers").into_iter().flatten().sum();
    let ours = [
        ("pupils", results.height() as i64),
        ("present", present as i64),
        ("items", items.height() as i64),
        ("points", points as i64),
        ("wrong", wrong as i64),
    ];
    for (name, ours) in ours {
        let theirs = facts.get(name).and_then(serde_json::Value::as_i64);
        assert_eq!(theirs, Some(ours), "{name}: Python counts another number");
    }
}

fn show(what: &str, all: &[Measured], size: &Size) -> (f64, f64, f64) {
    let median = |numbers: Vec<f64>| rsoko::stats::median(&numbers).unwrap_or(f64::NAN);
    let wall = median(all.iter().map(|one| one.wall.as_secs_f64()).collect());
    let cpu = median(all.iter().map(|one| one.cpu).collect());
    let mib = all.iter().map(|one| one.peak_kib / 1024).max().unwrap_or_default();
    let cells = size.cells as f64 / 1e6;
    println!("{what:<34} {wall:>8.2} {cpu:>8.2} {mib:>8} {:>12.2} {:>14.2}", cells / wall, cells / cpu);
    (wall, cpu, mib as f64)
}
