//! The fuzz targets without cargo-fuzz and without nightly: changed inputs for so many seconds, on two threads.
//!
//! `cargo bench --bench fuzz -- 300` runs each target for its share of 300 seconds and says how many inputs were run, how many
//! panicked (then the program fails and says which), and which took longest. Inputs are made from the files of the demo, of
//! `tests/fixtures` and from twins written here; the same seed gives the same inputs. Workbooks of `.xls` and `.ods` go through the
//! fence, as in the program: a child that dies is a finding there.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a driver of its own, with its own clock and files"
)]

#[path = "../fuzz/bodies.rs"]
mod bodies;

use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rsoko::lake::{RealDisk, Root};
use rsoko::pipeline::{SourceFile, Sources};
use rsoko::run::fence::FencedSources;

/// What chance would hardly write.
const WORDS: [&str; 28] = [
    "<row r=\"1048576\">",
    "<c r=\"XFD1\" t=\"s\"><v>",
    "</v></c>",
    "hidden=\"1\"",
    "<mergeCell ref=\"A1:XFD1048576\"/>",
    "t=\"inlineStr\"",
    "<is><t>",
    "&#0;",
    "&#x41;",
    "&amp;",
    "]]>",
    "<![CDATA[",
    "1e308",
    "-0",
    "NaN",
    "отсутствовал",
    "Х",
    "«",
    "\u{a0}",
    "\u{feff}",
    ";;;;",
    "\"\"",
    "\r\n",
    "балл за 7.1",
    "7.1 (2б)",
    "edu990001",
    "Кол-во участников: 99999999999",
    "(reg20_m012)",
];

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    /// A changed input: bytes set, taken out, doubled, spliced from another input, words put in.
    fn change(&mut self, seeds: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = seeds[self.below(seeds.len())].clone();
        for _ in 0..=self.below(6) {
            let at = self.below(bytes.len());
            let length = self.below(64).min(bytes.len() - at.min(bytes.len()));
            match self.below(7) {
                _ if bytes.is_empty() => bytes.push(self.next() as u8),
                0 => bytes[at] = self.next() as u8,
                1 => bytes[at] ^= 1 << self.below(8),
                2 => drop(bytes.drain(at..at + length)),
                3 => {
                    let piece = bytes[at..at + length].to_vec();
                    let to = self.below(bytes.len());
                    bytes.splice(to..to, piece);
                }
                4 => {
                    let other = &seeds[self.below(seeds.len())];
                    let from = self.below(other.len());
                    let piece = other[from..(from + 200).min(other.len())].to_vec();
                    bytes.splice(at..at, piece);
                }
                5 => bytes.truncate(at),
                _ => {
                    let word = WORDS[self.below(WORDS.len())].bytes();
                    bytes.splice(at..at, word);
                }
            }
        }
        bytes
    }
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() { walk(&path, files) } else { files.push(path) }
    }
    files.sort();
}

/// The parts of a workbook whose names hold a word.
fn parts(bytes: &[u8], word: &str) -> Vec<Vec<u8>> {
    use std::io::Read;
    let Ok(mut archive) = zip::ZipArchive::new(std::io::Cursor::new(bytes)) else { return Vec::new() };
    let names = archive.file_names().flatten().map(std::borrow::Cow::into_owned);
    let names: Vec<String> = names.filter(|name| name.contains(word)).collect();
    names
        .iter()
        .filter_map(|name| {
            let mut part = Vec::new();
            archive.by_name(name).ok()?.read_to_end(&mut part).ok()?;
            Some(part)
        })
        .collect()
}

/// Small inputs of each target: whole rows of a sheet, cut to their beginning.
fn seeds(target: &str, books: &[Vec<u8>], texts: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let short = |part: Vec<u8>| part.into_iter().take(12_000).collect::<Vec<u8>>();
    match target {
        "xlsx" => books.iter().filter(|book| book.len() < 60_000).cloned().collect(),
        "part" => books.iter().flat_map(|book| parts(book, "worksheets/sheet")).map(short).collect(),
        "strings" => books.iter().flat_map(|book| parts(book, "sharedStrings")).map(short).collect(),
        _ => texts.iter().cloned().map(short).collect(),
    }
}

/// Inputs run, panics, the longest of them.
#[derive(Default)]
struct Tally {
    inputs: u64,
    panics: Vec<String>,
    longest: Duration,
}

fn drive(name: &'static str, body: fn(&[u8]), seeds: &[Vec<u8>], until: Instant, seed: u64) -> Tally {
    let mut random = Random(seed);
    let mut tally = Tally::default();
    while Instant::now() < until {
        let bytes = random.change(seeds);
        let start = Instant::now();
        if catch_unwind(|| body(&bytes)).is_err() {
            let file = std::env::temp_dir().join(format!("fuzz-{name}-{seed}-{}", tally.inputs));
            std::fs::write(&file, &bytes).expect("the input that panicked");
            tally.panics.push(file.display().to_string());
        }
        tally.longest = tally.longest.max(start.elapsed());
        tally.inputs += 1;
    }
    tally
}

/// `.xls` and `.ods` through the fence, as the program reads them: every one is read or refused with a finding.
fn fenced(until: Instant, seeds: &[(&str, Vec<u8>)]) -> Tally {
    let folder = std::env::temp_dir().join(format!("rsoko-fuzz-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let documents = bodies::documents();
    let (mut random, mut tally) = (Random(77), Tally::default());
    while Instant::now() < until {
        let (name, seed) = &seeds[tally.inputs as usize % seeds.len()];
        let bytes = random.change(std::slice::from_ref(seed));
        std::fs::write(folder.join(name), &bytes).expect("an input");
        let files = vec![SourceFile { path: (*name).to_owned(), layout: "auto".to_owned() }];
        let root = Root::new(Arc::new(RealDisk), &folder);
        let sources = FencedSources::new(Path::new(env!("CARGO_BIN_EXE_rsoko")), root, files, &documents);
        let start = Instant::now();
        let parsed = sources.read(&sources.files()[0], "s0001").expect("the child starts");
        let rows = parsed.tables.iter().map(|(_, frame)| frame.height()).sum::<usize>();
        if rows == 0 && parsed.findings.is_empty() {
            tally.panics.push(format!("{name} {} is lost without a word", tally.inputs));
        }
        tally.longest = tally.longest.max(start.elapsed());
        tally.inputs += 1;
    }
    std::fs::remove_dir_all(&folder).expect("its own folder");
    tally
}

fn main() {
    let seconds: u64 = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(60);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    walk(&root.join("data/demo"), &mut files);
    let of = |ending: &str, least: usize| -> Vec<Vec<u8>> {
        let fit = files.iter().filter(|file| file.extension().is_some_and(|e| e == ending)).step_by(3);
        fit.map(|file| std::fs::read(file).expect("a file")).filter(|bytes| bytes.len() > least).collect()
    };
    let (books, mut texts) = (of("xlsx", 0), of("csv", 0));
    texts.push("Логин ОО;Год;Показатель;Значение\r\nedu990001;2024;Всего обучающихся;200\r\n".into());
    texts.push(
        "логин школы;код обучающегося;вариант;всего баллов;балл за 1;балл за 2\nsch220001;50001;1;3;1;X\n"
            .into(),
    );
    texts.push(
        "Группы участников;Кол-во ОО;Кол-во участников;2;3;4;5\nШкола(edu203389);;89;5,62;33,71;42,7;17,98\n"
            .into(),
    );
    let share = Duration::from_secs(seconds) / (bodies::BODIES.len() as u32 + 1);
    let mut failed = false;
    let mut total = 0;
    let mut tell = |name: &str, tallies: Vec<Tally>| {
        let inputs: u64 = tallies.iter().map(|tally| tally.inputs).sum();
        let longest = tallies.iter().map(|tally| tally.longest).max().unwrap_or_default();
        let panics: Vec<&String> = tallies.iter().flat_map(|tally| &tally.panics).collect();
        println!(
            "{name}: {inputs} inputs, {} failed, the longest {:.3} s",
            panics.len(),
            longest.as_secs_f64()
        );
        panics.iter().take(20).for_each(|input| println!("  {input}"));
        failed |= !panics.is_empty();
        total += inputs;
    };
    for (name, body) in bodies::BODIES {
        let seeds = seeds(name, &books, &texts);
        let until = Instant::now() + share;
        let tallies = std::thread::scope(|scope| {
            let threads: Vec<_> = [0x9e37_79b9, 0x85eb_ca6b]
                .map(|seed| {
                    scope.spawn({
                        let seeds = &seeds;
                        move || drive(name, body, seeds, until, seed)
                    })
                })
                .into_iter()
                .collect();
            threads.into_iter().map(|thread| thread.join().expect("a thread")).collect()
        });
        tell(name, tallies);
    }
    let fixtures = ["f1.xls", "f1.ods"]
        .map(|name| (name, std::fs::read(root.join("tests/fixtures").join(name)).expect("a fixture")));
    let until = Instant::now() + share;
    tell("xls, ods (fenced)", vec![fenced(until, &fixtures)]);
    println!("{total} inputs in {seconds} s");
    assert!(!failed, "an input panicked");
}
