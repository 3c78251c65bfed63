//! The hostile corpus: small files that must be refused, each with the word it must earn; made here, so that every byte has
//! its reason. `corpus.txt` beside the other tests lists names and words: a file without a line, or a line without a file,
//! fails.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use rsoko::lake::{Disk, RealDisk, Root};
use rsoko::pipeline::{SourceFile, Sources};
use rsoko::run::fence::FencedSources;

use crate::support::{TempDir, cells, documents, read_text, xlsx, xlsx_with, zipped};

fn sheet(xml: &str) -> Vec<u8> {
    xlsx(&[("Лист1", xml.to_owned())])
}

fn rows(inner: &str) -> Vec<u8> {
    sheet(&format!("<sheetData>{inner}</sheetData>"))
}

fn cell(attributes: &str, inner: &str) -> Vec<u8> {
    rows(&format!("<row r=\"1\"><c {attributes}>{inner}</c></row>"))
}

fn with(part: &str, bytes: impl Into<Vec<u8>>) -> Vec<u8> {
    xlsx_with(&[("Лист1", cells(&[&["a", "b"]]))], &[(part, bytes.into())])
}

fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
    let parts: Vec<(String, Vec<u8>)> =
        parts.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
    zipped(&parts)
}

fn forged(mut bytes: Vec<u8>, from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut changed = 0;
    for at in 0..bytes.len().saturating_sub(from.len()) {
        if bytes[at..at + from.len()] == *from {
            bytes[at..at + to.len()].copy_from_slice(to);
            changed += 1;
        }
    }
    assert!(changed > 0);
    bytes
}

fn repeated(head: &str, unit: &str, times: usize, tail: &str) -> Vec<u8> {
    [head.as_bytes(), &unit.as_bytes().repeat(times), tail.as_bytes()].concat()
}

fn container(words: &str) -> Vec<u8> {
    let mut bytes = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    bytes.extend(words.encode_utf16().flat_map(u16::to_le_bytes));
    bytes.resize(4_096, 0);
    bytes
}

fn open_document(content: &str) -> Vec<u8> {
    use std::io::Write;
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    writer.start_file("mimetype", stored).unwrap();
    writer.write_all(b"application/vnd.oasis.opendocument.spreadsheet").unwrap();
    writer.start_file("content.xml", zip::write::SimpleFileOptions::default()).unwrap();
    writer.write_all(content.as_bytes()).unwrap();
    writer.start_file("META-INF/manifest.xml", zip::write::SimpleFileOptions::default()).unwrap();
    writer.write_all(b"<manifest:manifest xmlns:manifest=\"m\"/>").unwrap();
    writer.finish().unwrap().into_inner()
}

fn ods_table(inner: &str) -> Vec<u8> {
    open_document(&format!(
        "<office:document-content xmlns:office=\"o\" xmlns:table=\"t\" xmlns:text=\"x\"><office:body><office:spreadsheet>{inner}</office:spreadsheet></office:body></office:document-content>"
    ))
}

fn fixture(name: &str) -> Vec<u8> {
    RealDisk.read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)).unwrap()
}

/// The files by name.
fn corpus() -> BTreeMap<&'static str, Vec<u8>> {
    let good = sheet(&cells(&[&["a", "#1"], &["b", "#2"]]));
    let strings = |text: Vec<u8>| with("xl/sharedStrings.xml", text);
    let big = repeated(
        "<sst>",
        "<si><t>aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa</t></si>",
        10_500_000,
        "</sst>",
    );
    let size = u32::try_from(big.len()).unwrap().to_le_bytes();
    let bomb = strings(big);
    let liar = forged(bomb.clone(), &size, &1_000_u32.to_le_bytes());
    let blanks = repeated(
        "<worksheet><sheetData>",
        "<row><c/></row>                                ",
        11_500_000,
        "</sheetData></worksheet>",
    );
    let parts_1001: Vec<(String, Vec<u8>)> = (0..1_001).map(|n| (format!("p{n}"), Vec::new())).collect();
    let xls = fixture("f1.xls");
    let ods = fixture("f1.ods");
    let half = |bytes: &[u8]| bytes[..bytes.len() / 2].to_vec();
    let mut torn = good.clone();
    let middle = torn.len() / 3;
    for byte in &mut torn[middle..middle + 12] {
        *byte ^= 0xa5;
    }
    let many_cells = {
        let row = |n: usize| format!("<row r=\"{n}\">{}</row>", "<c><v>1</v></c>".repeat(400));
        let mut xml = String::from("<worksheet><sheetData>");
        (1..=5_001).for_each(|n| xml += &row(n));
        with("xl/worksheets/sheet1.xml", xml + "</sheetData></worksheet>")
    };
    BTreeMap::from([
        ("empty.xlsx", Vec::new()),
        ("empty.xls", Vec::new()),
        ("empty.ods", Vec::new()),
        ("empty.csv", Vec::new()),
        ("spaces.csv", b"  \r\n \r\n".to_vec()),
        ("two-letters.xlsx", b"PK".to_vec()),
        ("only-a-beginning.xlsx", b"PK\x03\x04 and nothing more".to_vec()),
        ("half.xlsx", half(&good)),
        ("without-the-last-byte.xlsx", good[..good.len() - 1].to_vec()),
        ("torn-in-the-middle.xlsx", torn),
        ("a-page.xlsx", b"<html><body><table><tr><td>1</td></tr></table></body></html>".to_vec()),
        ("a-page.xls", b"<!DOCTYPE html>\n<html><table><tr><td>1</td></tr></table></html>".to_vec()),
        ("a-table-of-a-page.xls", b"\xef\xbb\xbf<table border=1><tr><td>1</td></tr></table>".to_vec()),
        ("text.xlsx", "Код ОО;Отметка\r\n990001;5\r\n".as_bytes().to_vec()),
        ("text.xls", b"a\tb\r\n1\t2\r\n".to_vec()),
        ("text.ods", b"a,b\n1,2\n".to_vec()),
        ("a-picture.xlsx", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec()),
        ("a-picture.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec()),
        ("a-letter.xlsx", archive(&[("word/document.xml", "<w/>"), ("[Content_Types].xml", "<Types/>")])),
        ("an-archive.xlsx", archive(&[("readme.txt", "hello")])),
        (
            "no-sheets.xlsx",
            archive(&[
                ("xl/workbook.xml", "<workbook/>"),
                ("xl/_rels/workbook.xml.rels", "<Relationships/>"),
            ]),
        ),
        (
            "no-relations.xlsx",
            archive(&[("xl/workbook.xml", "<workbook><sheets><sheet name='a' id='x'/></sheets></workbook>")]),
        ),
        (
            "a-sheet-that-is-not-there.xlsx",
            archive(&[
                ("xl/workbook.xml", "<workbook><sheets><sheet name='a' id='x'/></sheets></workbook>"),
                (
                    "xl/_rels/workbook.xml.rels",
                    "<Relationships><Relationship Id='x' Type='t/worksheet' Target='worksheets/none.xml'/></Relationships>",
                ),
            ]),
        ),
        ("bomb-of-strings.xlsx", bomb),
        ("bomb-that-lies.xlsx", liar),
        ("bomb-of-blanks.xlsx", with("xl/worksheets/sheet1.xml", blanks)),
        ("a-thousand-parts.xlsx", zipped(&parts_1001)),
        ("too-many-cells.xlsx", many_cells),
        ("deep.xlsx", sheet(&format!("{}{}", "<x>".repeat(5_000), "</x>".repeat(5_000)))),
        ("long-attribute.xlsx", sheet(&format!("<sheetData a=\"{}\"/>", "x".repeat(2 << 20)))),
        ("long-text.xlsx", sheet(&cells(&[&[&"а".repeat(40_000)]]))),
        ("long-shared-text.xlsx", strings(repeated("<sst><si><t>", "ж", 40_000, "</t></si></sst>"))),
        ("column-beyond.xlsx", cell("r=\"XFE1\"", "<v>1</v>")),
        ("column-of-seven-letters.xlsx", cell("r=\"ZZZZZZZ1\"", "<v>1</v>")),
        ("column-of-a-cyrillic-letter.xlsx", cell("r=\"Я1\"", "<v>1</v>")),
        ("no-column.xlsx", cell("r=\"1\"", "<v>1</v>")),
        ("row-zero.xlsx", rows("<row r=\"0\"><c><v>1</v></c></row>")),
        ("row-beyond.xlsx", rows("<row r=\"1048577\"><c><v>1</v></c></row>")),
        ("row-of-twenty-digits.xlsx", rows("<row r=\"99999999999999999999\"><c><v>1</v></c></row>")),
        ("row-below-zero.xlsx", rows("<row r=\"-1\"><c><v>1</v></c></row>")),
        ("row-twice.xlsx", rows("<row r=\"1\"><c><v>1</v></c></row><row r=\"1\"><c><v>2</v></c></row>")),
        ("cell-twice.xlsx", rows("<row r=\"1\"><c r=\"A1\"><v>1</v></c><c r=\"A1\"><v>2</v></c></row>")),
        ("string-that-is-not-there.xlsx", cell("r=\"A1\" t=\"s\"", "<v>7</v>")),
        ("string-below-zero.xlsx", cell("r=\"A1\" t=\"s\"", "<v>-1</v>")),
        ("string-beyond-all.xlsx", cell("r=\"A1\" t=\"s\"", "<v>18446744073709551616</v>")),
        (
            "entity-of-a-file.xlsx",
            with(
                "xl/worksheets/sheet1.xml",
                "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><worksheet><sheetData><row><c t=\"inlineStr\"><is><t>&e;</t></is></c></row></sheetData></worksheet>",
            ),
        ),
        (
            "entities-of-entities.xlsx",
            with(
                "xl/worksheets/sheet1.xml",
                "<!DOCTYPE x [<!ENTITY a \"aa\"><!ENTITY b \"&a;&a;\">]><worksheet><sheetData><row><c t=\"inlineStr\"><is><t>&b;</t></is></c></row></sheetData></worksheet>",
            ),
        ),
        (
            "entity-in-an-address.xlsx",
            with(
                "xl/worksheets/sheet1.xml",
                "<worksheet><sheetData><row><c r=\"&e;\"><v>1</v></c></row></sheetData></worksheet>",
            ),
        ),
        ("open-tags.xlsx", with("xl/worksheets/sheet1.xml", "<worksheet><sheetData><row>")),
        (
            "crossed-tags.xlsx",
            with("xl/worksheets/sheet1.xml", "<worksheet><sheetData><row></sheetData></row></worksheet>"),
        ),
        ("half-a-tag.xlsx", with("xl/worksheets/sheet1.xml", "<worksheet><sheetData><row r=\"1")),
        ("strings-cut.xlsx", strings(b"<sst><si><t>a</t></si><si><t>".to_vec())),
        ("workbook-cut.xlsx", with("xl/workbook.xml", "<workbook><sheets><sheet name=\"a\" ")),
        (
            "many-merges.xlsx",
            sheet(&format!("<mergeCells>{}</mergeCells>", "<mergeCell ref=\"A1:B2\"/>".repeat(200_001))),
        ),
        (
            "many-hidden-columns.xlsx",
            sheet(&format!("<cols>{}</cols>", "<col min=\"1\" max=\"2\" hidden=\"1\"/>".repeat(16_385))),
        ),
        ("locked.xlsx", container("EncryptedPackage")),
        ("a-container-of-nothing.xls", container("")),
        ("half.xls", half(&xls)),
        ("sectors-cut.xls", xls[..xls.len() / 1_024 * 512].to_vec()),
        ("zeroes-inside.xls", [&xls[..512], &vec![0; xls.len() - 512]].concat()),
        ("half.ods", half(&ods)),
        ("no-content.ods", {
            let mut bytes = ods_table("");
            bytes.truncate(60);
            bytes
        }),
        (
            "a-billion-repeats.ods",
            ods_table(
                "<table:table table:name=\"a\"><table:table-row table:number-rows-repeated=\"1048576\"><table:table-cell table:number-columns-repeated=\"16384\" office:value-type=\"float\" office:value=\"1\"><text:p>1</text:p></table:table-cell></table:table-row></table:table>",
            ),
        ),
        ("open-tags.ods", open_document("<office:document-content xmlns:office=\"o\"><office:body>")),
        ("zero-bytes.csv", b"a;b\0;c\n".to_vec()),
        ("a-line-without-end.csv", repeated("a;b\n", "x", 4 << 20, "")),
        ("an-open-quote.csv", repeated("a;b\n\"", "xy\n", 1 << 20, "")),
        ("too-many-columns.csv", repeated("a", ";a", 20_000, "\n")),
        ("half-a-letter-of-utf16.csv", b"\xff\xfea\0;\0b".to_vec()),
    ])
}

/// `RSOKO_TEST_ALONE=1 … --nocapture` says how long the longest took. The memory of the parent can be told only in a process of its own: other tests share this one.
#[test]
fn every_hostile_file_earns_its_word_in_time_and_the_parent_stays_small() {
    const NAME: &str = "corpus::every_hostile_file_earns_its_word_in_time_and_the_parent_stays_small";
    const ALONE: &str = "RSOKO_TEST_ALONE";
    if std::env::var_os(ALONE).is_none() {
        let mut alone = Command::new(std::env::current_exe().unwrap());
        let out = alone.args(["--exact", NAME]).env(ALONE, "1").output().unwrap();
        let said = String::from_utf8_lossy(&out.stdout);
        assert!(out.status.success() && said.contains("1 passed"), "{said}");
        return;
    }
    let expected = read_text(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus.txt"));
    let expected: BTreeMap<&str, &str> = expected
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(" = "))
        .collect();
    let corpus = corpus();
    assert!(corpus.len() >= 60, "{}", corpus.len());
    let folder = TempDir::new("corpus");
    let good = crate::reading::f1(&[]);
    RealDisk.write_new(&folder.path().join("good.xlsx"), &good).unwrap();
    for (name, bytes) in &corpus {
        RealDisk.write_new(&folder.path().join(name), bytes).unwrap();
    }
    let names: Vec<&str> = corpus.keys().copied().collect();
    drop(corpus);
    let files = names.iter().map(|name| SourceFile { path: (*name).to_owned(), layout: "auto".to_owned() });
    let reader = Path::new(env!("CARGO_BIN_EXE_rsoko"));
    let root = Root::new(Arc::new(RealDisk), folder.path());
    let sources = FencedSources::new(reader, root, files.collect(), &documents());
    let before = resident();
    let mut told = BTreeMap::new();
    let mut longest = (0.0, String::new());
    for file in sources.files() {
        let start = now();
        let parsed = sources.read(file, "s0001").unwrap();
        let seconds = start.elapsed().as_secs_f64();
        let loud = parsed.findings.iter().find(|f| f.code.id().starts_with("S10"));
        let word = loud
            .map_or("read".to_owned(), |f| format!("{} {}", f.code.id(), f.detail.as_deref().unwrap_or("-")));
        // An optimised program needs a tenth of this; the tests' own may be built without optimisation and share a machine.
        if seconds > longest.0 {
            longest = (seconds, file.path.clone());
        }
        assert!(seconds < 2.0 * SLOWNESS, "{}: {seconds:.2} s", file.path);
        told.insert(file.path.clone(), word);
    }
    let grown = resident().saturating_sub(before);
    println!(
        "{} files, the longest {:.2} s ({}), the parent grew by {} KB",
        told.len(),
        longest.0,
        longest.1,
        grown >> 10
    );
    assert!(grown < 16 << 20, "the parent grew by {} MB", grown >> 20);
    let told: BTreeMap<&str, &str> = told.iter().map(|(name, word)| (name.as_str(), word.as_str())).collect();
    let lines: Vec<String> = told.iter().map(|(name, word)| format!("{name} = {word}")).collect();
    assert_eq!(told, expected, "\n{}\n", lines.join("\n"));
    // The good one among them is read.
    let file = SourceFile { path: "good.xlsx".to_owned(), layout: "f1".to_owned() };
    assert_eq!(sources.read(&file, "s0001").unwrap().findings.first().map(|f| f.code.id()), Some("S104"));
}

/// How much slower the program of the tests may be than the one that is shipped.
const SLOWNESS: f64 = 10.0;

#[expect(clippy::disallowed_methods, reason = "a test's own clock")]
fn now() -> Instant {
    Instant::now()
}

/// Bytes of this process in memory; 0 where the system does not tell.
#[expect(clippy::disallowed_methods, reason = "the system's own account")]
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS"));
    let kilobytes = line.and_then(|line| line.split_whitespace().nth(1)).and_then(|n| n.parse::<u64>().ok());
    kilobytes.unwrap_or_default() << 10
}

/// A plain generator: the same inputs on every machine.
fn next(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

/// Changed bytes of every kind of workbook: those that calamine reads go through the fence, where an abort is a finding; the
/// scanner of our own is tried without one, where any panic fails. Says how many inputs were run: 60 and 2,000.
#[test]
fn changed_bytes_of_every_kind_of_workbook_never_harm() {
    let mut state = 0x9e37_79b9_7f4a_7c15;
    let mut changed = |seed: &[u8]| {
        let mut bytes = seed.to_vec();
        for _ in 0..=next(&mut state) % 8 {
            let at = usize::try_from(next(&mut state) % bytes.len() as u64).unwrap();
            bytes[at] = u8::try_from(next(&mut state) & 0xff).unwrap();
        }
        bytes
    };
    let folder = TempDir::new("changed");
    let mut files = Vec::new();
    for round in 0..60 {
        let name = if round % 2 == 0 { "f1.xls" } else { "f1.ods" };
        let path = format!("{round} {name}");
        RealDisk.write_new(&folder.path().join(&path), &changed(&fixture(name))).unwrap();
        files.push(SourceFile { path, layout: "auto".to_owned() });
    }
    let root = Root::new(Arc::new(RealDisk), folder.path());
    let sources = FencedSources::new(Path::new(env!("CARGO_BIN_EXE_rsoko")), root, files, &documents());
    for file in sources.files() {
        let parsed = sources.read(file, "s0001").unwrap();
        let was_read = parsed.packed.iter().any(|part| part.table == "result");
        assert!(was_read || !parsed.findings.is_empty(), "{} is lost without a word", file.path);
    }
    let table = cells(&[
        &["Группы участников", "Кол-во участников", "2", "3", "4", "5"],
        &["Школа(edu203389)", "#10", "#10", "#20", "#30", "#40"],
    ]);
    let seed = format!("<worksheet>{table}</worksheet>");
    for _ in 0..2_000 {
        let bytes =
            xlsx_with(&[("Лист1", String::new())], &[("xl/worksheets/sheet1.xml", changed(seed.as_bytes()))]);
        let _ = rsoko::grid::scan_xlsx(&bytes, &rsoko::grid::Limits::default());
    }
}
