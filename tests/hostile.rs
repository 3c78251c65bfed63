//! Bad input of every kind: a message, never a panic; and the other files go on.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests, where a panic is the message"
)]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop, proptest};
use rsoko::base::{FaultCode, Seed, Year};
use rsoko::grid::{Cell, Limits, Refusal, ScannedSheet, scan_csv, scan_xlsx};
use rsoko::ingest::Ingest;
use rsoko::lake::{Disk, RealDisk, Root, parquet};
use rsoko::pipeline::{Declared, Input, Output, Quiet, SourceFile, Sources, Stage};
use rsoko::run::fence::FencedSources;
use rsoko::tables::{self, ResultRow, Table};

use crate::reading::{read_as, table};
use crate::support::{TempDir, cells, documents, xlsx, xlsx_with, zipped};

fn scan(bytes: &[u8]) -> Result<Vec<ScannedSheet>, Refusal> {
    scan_xlsx(bytes, &Limits::default())
}

fn sheet(xml: &str) -> Vec<u8> {
    xlsx(&[("Лист1", xml.to_owned())])
}

fn is_unreadable(bytes: &[u8]) -> bool {
    matches!(scan(bytes), Err(Refusal::Unreadable(_)))
}

fn too_large(bytes: &[u8], limits: Limits) -> Option<&'static str> {
    match scan_xlsx(bytes, &limits) {
        Err(Refusal::TooLarge { what, .. }) => Some(what),
        _ => None,
    }
}

#[test]
fn what_is_no_workbook_is_refused_in_words() {
    let good = sheet(&cells(&[&["a", "#1"]]));
    assert!(scan(&good).is_ok());
    for bytes in [
        &b""[..],
        b"PK",
        b"PK\x03\x04 and nothing more",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an old workbook",
        b"<html>",
    ] {
        assert!(is_unreadable(bytes));
    }
    for length in 0..good.len() {
        assert!(scan(&good[..length]).is_err(), "cut at {length}");
    }
    let parts = |list: &[(&str, &str)]| {
        zipped(
            &list
                .iter()
                .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()))
                .collect::<Vec<_>>(),
        )
    };
    assert!(is_unreadable(&parts(&[("readme.txt", "hello")])));
    assert!(is_unreadable(&parts(&[
        ("xl/workbook.xml", "<workbook/>"),
        ("xl/_rels/workbook.xml.rels", "<Relationships/>")
    ])));
    assert!(is_unreadable(&parts(&[
        ("xl/workbook.xml", "<workbook><sheets><sheet name='a' id='x'/></sheets></workbook>"),
        ("xl/_rels/workbook.xml.rels", "<Relationships/>")
    ])));
}

#[test]
fn addresses_outside_the_sheet_are_refused() {
    let cell =
        |address: &str| format!("<sheetData><row r=\"1\"><c r=\"{address}\"><v>1</v></c></row></sheetData>");
    for address in ["ZZZZZZZ1", "XFE1", "1", "Я1", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAA1"] {
        assert!(is_unreadable(&sheet(&cell(address))), "{address}");
    }
    for row in ["0", "1048577", "4294967296", "99999999999999999999", "-1", "x"] {
        assert!(
            is_unreadable(&sheet(&format!("<sheetData><row r=\"{row}\"><c><v>1</v></c></row></sheetData>"))),
            "{row}"
        );
    }
    assert!(is_unreadable(&sheet(
        "<sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c><c r=\"A1\"><v>2</v></c></row></sheetData>"
    )));
    assert!(is_unreadable(&sheet(
        "<sheetData><row r=\"1\"><c><v>1</v></c></row><row r=\"1\"><c><v>2</v></c></row></sheetData>"
    )));
    assert!(is_unreadable(&sheet("<sheetData><row r=\"1\"><c t=\"s\"><v>7</v></c></row></sheetData>")));
}

#[test]
fn a_sparse_corner_costs_two_cells() {
    let xml = "<dimension ref=\"XFD1048576:A1\"/><sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row>\
               <row r=\"1048576\"><c r=\"XFD1048576\"><v>2</v></c></row></sheetData>";
    let sheets = scan(&sheet(xml)).unwrap();
    assert_eq!(sheets[0].rows.len(), 2);
    assert_eq!(*sheets[0].cell(1_048_576, 16_383), Cell::Number(2.0, None));
}

#[test]
fn cells_without_addresses_are_counted_from_their_neighbours() {
    let xml = "<sheetData><row><c><v>1</v></c><c r=\"D1\"><v>2</v></c><c><v>3</v></c></row><row><c><v>4</v></c></row></sheetData>";
    let sheets = scan(&sheet(xml)).unwrap();
    let places: Vec<(u32, u32)> = sheets[0]
        .rows
        .iter()
        .flat_map(|row| row.cells.iter().map(|(column, _)| (row.number, *column)))
        .collect();
    assert_eq!(places, [(1, 0), (1, 3), (1, 4), (2, 0)]);
    assert_eq!(sheets[0].unaddressed, 3);
}

#[test]
fn shared_strings_are_joined_and_their_claims_ignored() {
    let strings = "<sst uniqueCount=\"4294967295\" count=\"18446744073709551616\"><si><r><t>А</t></r><r><t xml:space=\"preserve\"> &amp; Б</t></r>\
                   <rPh><t>читается</t></rPh></si><si/><si><t>&#1042;_x000D_</t></si></sst>";
    let xml = "<sheetData><row r=\"1\"><c t=\"s\"><v>0</v></c><c t=\"s\"><v>1</v></c><c t=\"s\"><v>2</v></c>\
               <c t=\"b\"><v>1</v></c><c t=\"e\"><v>#DIV/0!</v></c><c t=\"str\"><f>A1</f><v>x</v></c><c><f>A1</f></c></row></sheetData>";
    let bytes = xlsx_with(&[("Лист1", xml.to_owned())], &[("xl/sharedStrings.xml", strings.into())]);
    let sheets = scan(&bytes).unwrap();
    let printed: Vec<String> =
        (0..7).map(|column| sheets[0].cell(1, column).printed().into_owned()).collect();
    assert_eq!(printed, ["А & Б", "", "В\r", "TRUE", "#DIV/0!", "x", "="]);
    assert_eq!((sheets[0].formulas, sheets[0].first_formula), (2, Some((1, 5))));
}

#[test]
fn numbers_that_are_not_finite_are_errors_that_keep_their_text() {
    for text in ["1e999", "-1e999", "NaN", "inf", "abc", "0x10"] {
        let sheets =
            scan(&sheet(&format!("<sheetData><row><c><v>{text}</v></c></row></sheetData>"))).unwrap();
        assert_eq!(*sheets[0].cell(1, 0), Cell::Error(text.into()), "{text}");
    }
}

#[test]
fn entities_of_a_document_type_are_never_resolved() {
    let bodies = [
        "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><worksheet><sheetData><row><c t=\"inlineStr\"><is><t>&e;</t></is></c></row></sheetData></worksheet>",
        "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><worksheet><sheetData><row><c t=\"inlineStr\"><is><t>&b;</t></is></c></row></sheetData></worksheet>",
        "<worksheet><sheetData><row><c r=\"&e;\"><v>1</v></c></row></sheetData></worksheet>",
    ];
    for body in bodies {
        let bytes = xlsx_with(&[("Лист1", String::new())], &[("xl/worksheets/sheet1.xml", body.into())]);
        assert!(is_unreadable(&bytes), "{body}");
    }
}

#[test]
fn every_limit_is_a_refusal_with_its_name() {
    let limits = Limits::default();
    let small = |change: fn(&mut Limits)| {
        let mut limits = Limits::default();
        change(&mut limits);
        limits
    };
    let ten = sheet(&cells(&[&["#1"; 10]]));
    assert_eq!(too_large(&ten, small(|l| l.cells = 9)), Some("cells in a sheet"));
    assert_eq!(too_large(&ten, small(|l| l.cells_file = 9)), Some("cells in the file"));
    assert_eq!(too_large(&ten, small(|l| l.inflated = 300)), Some("bytes inflated"));
    assert_eq!(too_large(&ten, small(|l| l.parts = 2)), Some("parts"));
    assert_eq!(too_large(&sheet(&cells(&[&["текст"; 10]])), small(|l| l.text = 50)), Some("bytes of text"));
    assert_eq!(too_large(&sheet(&cells(&[&[&"а".repeat(32_768)]])), limits), Some("characters in a cell"));
    assert!(scan(&sheet(&cells(&[&[&"а".repeat(32_767)]]))).is_ok());
    assert_eq!(
        too_large(&sheet(&format!("{}{}", "<x>".repeat(80), "</x>".repeat(80))), limits),
        Some("levels of markup")
    );
    let token = format!("<sheetData a=\"{}\"/>", "x".repeat(2 << 20));
    assert_eq!(too_large(&sheet(&token), limits), Some("bytes in one token"));
    let many: Vec<(String, Vec<u8>)> = (0..1_001).map(|n| (format!("{n}"), Vec::new())).collect();
    assert_eq!(too_large(&zipped(&many), limits), Some("parts"));
}

#[test]
fn bombs_are_refused_before_they_are_let_off() {
    // 600 MB of shared strings in less than a megabyte; the archive says so, or lies about it.
    let strings = [
        b"<sst>".as_slice(),
        &b"<si><t>aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa</t></si>".repeat(10_000_000),
    ]
    .concat();
    let size = u32::try_from(strings.len()).unwrap().to_le_bytes();
    let honest = xlsx_with(&[("Лист1", cells(&[&["a"]]))], &[("xl/sharedStrings.xml", strings)]);
    assert!(honest.len() < 4 << 20);
    assert_eq!(too_large(&honest, Limits::default()), Some("bytes inflated"));
    let mut liar = honest;
    let mut forged = 0;
    for position in 0..liar.len() - 4 {
        if liar[position..position + 4] == size {
            liar[position..position + 4].copy_from_slice(&1_000u32.to_le_bytes());
            forged += 1;
        }
    }
    assert!(forged > 0);
    assert!(scan(&liar).is_err());
}

#[test]
fn text_files_of_every_shape_are_read_or_refused() {
    let limits = Limits::default();
    let one_line = "a;b;c".repeat(1_000);
    assert_eq!(scan_csv(one_line.as_bytes(), None, &limits).unwrap().sheet.rows.len(), 1);
    let ragged = scan_csv(b"a;b;c\n1\n1;2;3;4;5\n;;\n\"open\n", None, &limits).unwrap();
    assert_eq!(ragged.sheet.rows.iter().map(|row| row.cells.len()).collect::<Vec<_>>(), [3, 1, 5, 1]);
    assert!(scan_csv(b"a;b\x00\n", None, &limits).is_err());
    assert!(scan_csv(&b";".repeat(20_000), None, &limits).is_ok());
    assert!(scan_csv(&[b"a".as_slice(), &b";a".repeat(20_000)].concat(), None, &limits).is_err());
    let utf16: Vec<u8> = "\u{feff}а;б".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(scan_csv(&utf16, None, &limits).unwrap().sheet.cell(1, 1).printed(), "б");
    // UTF-8 bytes that the declared encoding would turn into other letters stay UTF-8.
    assert_eq!(
        scan_csv("Код;б".as_bytes(), Some("windows-1251"), &limits).unwrap().sheet.cell(1, 0).printed(),
        "Код"
    );
}

fn mutated(original: Vec<u8>) -> impl Strategy<Value = Vec<u8>> {
    let changes = proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..12);
    (Just(original), changes).prop_map(|(mut bytes, changes)| {
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        bytes
    })
}

fn small_f1() -> String {
    cells(&[
        &["ВПР 2024 Русский язык 5 класс"],
        &[
            "ОО",
            "Код участника",
            "Класс",
            "Вариант",
            "1 (2б)",
            "2 (1б)",
            "Первичный балл",
            "Отметка",
            "Отметка по журналу",
        ],
        &["edu990001", "#50001", "5А", "#1", "#2", "X", "=2", "#3", "н/а"],
        &["edu990001", "#50002", "5А", "отсутствовал"],
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn changed_bytes_of_a_workbook_never_panic(bytes in mutated(xlsx(&[("РУ 5", small_f1())]))) {
        let _ = scan(&bytes);
        read_as("vpr/2024/a.xlsx", &bytes, "auto");
    }

    #[test]
    fn changed_bytes_of_a_sheet_never_panic(xml in mutated(format!("<worksheet>{}</worksheet>", small_f1()).into_bytes())) {
        let bytes = xlsx_with(&[("РУ 5", String::new())], &[("xl/worksheets/sheet1.xml", xml)]);
        read_as("vpr/2024/a.xlsx", &bytes, "auto");
    }

    #[test]
    fn changed_bytes_of_a_text_file_never_panic(bytes in mutated(b"\xca\xee\xe4 \xce\xce;\xcf\xf0\xe5\xe4\xec\xe5\xf2;\xd4\xee\xf0\xec\xe0;\xd1\xf2\xe0\xf2\xf3\xf1;\xce\xf2\xec\xe5\xf2\xea\xe0\n990001;\"a\";b;c;5\n".to_vec())) {
        read_as("ris/2024/a.csv", &bytes, "ris-exams");
    }
}

/// Puts files into a workspace and runs the stage `ingest` over them, each behind the fence.
fn fenced(reader: &Path, files: &[(&str, Vec<u8>)]) -> rsoko::base::Result<Output> {
    let folder = TempDir::new("fenced");
    let sources = sources(&folder, reader, files);
    let documents = documents();
    let tables = BTreeMap::new();
    let params = toml::Table::new();
    Ingest.run(&Input {
        declared: Declared { years: &[Year(2024)], languages: &[], params: &params, documents: &documents },
        tables: &tables,
        seed: Seed(0),
        run: "",
        sources: &sources,
        progress: &Quiet,
    })
}

fn sources(folder: &TempDir, reader: &Path, files: &[(&str, Vec<u8>)]) -> FencedSources {
    for (name, bytes) in files {
        RealDisk.write_new(&folder.path().join(name), bytes).unwrap();
    }
    let list = files
        .iter()
        .map(|(name, _)| SourceFile { path: (*name).to_owned(), layout: "auto".to_owned() })
        .collect();
    FencedSources::new(reader, Root::new(Arc::new(RealDisk), folder.path()), list, &documents())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    /// Cells in their plainest form are read from bytes, all others by the reader of markup: a blank in every tag makes all others
    /// of them.
    #[test]
    fn plain_cells_say_what_the_same_cells_say_as_any_markup(
        rows in prop::collection::vec((1..4_u32, prop::collection::vec((0..5_u8, 0..6_u32, "[0-9]{1,17}"), 0..6)), 1..6),
    ) {
        let (mut plain, mut number) = (String::from("<worksheet><sheetData>"), 0);
        for (step, cells) in &rows {
            number += step;
            plain.push_str(&format!("<row r=\"{number}\" spans=\"1:9\">"));
            let mut columns: Vec<_> = cells.iter().map(|(kind, column, digits)| (*column, *kind, digits)).collect();
            columns.sort_unstable();
            columns.dedup_by_key(|(column, ..)| *column);
            for (column, kind, digits) in columns {
                let at = format!("{}{number}", rsoko::base::column_letters(column));
                plain.push_str(&match kind {
                    0 => format!("<c r=\"{at}\" s=\"1\"><v>{digits}</v></c>"),
                    1 => format!("<c r=\"{at}\"><v>-{digits}.5E-3</v></c>"),
                    2 => format!("<c r=\"{at}\" s=\"2\"/>"),
                    3 => format!("<c r=\"{at}\" t=\"b\"><v>1</v></c>"),
                    _ => format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{digits}</t></is></c>"),
                });
            }
            plain.push_str("</row>");
        }
        plain.push_str("</sheetData></worksheet>");
        let other = plain.replace("\">", "\" >").replace("\"/>", "\" />");
        assert_eq!(scan(&sheet(&plain)), scan(&sheet(&other)));
    }
}

fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_rsoko"))
}

#[test]
fn hostile_files_are_named_and_the_others_are_read() {
    let good = xlsx(&[("РУ 5", small_f1())]);
    let deep = xlsx(&[("РУ 5", format!("{}{}", "<x>".repeat(5_000), "</x>".repeat(5_000)))]);
    let files = [
        ("Ф1 2024 а.xlsx", good.clone()),
        ("Ф1 2024 б.xlsx", deep),
        ("Ф1 2024 в.xlsx", good[..good.len() / 2].to_vec()),
        ("Ф1 2024 г.xlsx", Vec::new()),
        ("Ф1 2024 д.xlsx", good),
    ];
    let output = fenced(program(), &files).unwrap();
    let sheets = &output.tables.iter().find(|(table, _)| *table == "source").unwrap().1;
    let ids = tables::texts(sheets, "source_id").unwrap();
    assert_eq!(ids.into_iter().flatten().collect::<Vec<_>>(), ["s0001", "s0002", "s0003", "s0004", "s0005"]);
    let (_, bytes, count) = output.packed.iter().find(|(table, ..)| *table == "result").unwrap();
    let results = parquet::decode(ResultRow::SPEC, bytes, None).unwrap();
    assert_eq!(*count, results.height() as u64);
    let rows = tables::texts(&results, "source_id").unwrap();
    assert_eq!(rows.into_iter().flatten().collect::<Vec<_>>(), ["s0001", "s0001", "s0005", "s0005"]);
    let refused: Vec<(&str, String)> = output
        .findings
        .iter()
        .filter(|finding| ["S101", "S102"].contains(&finding.code.id()))
        .map(|finding| (finding.code.id(), finding.place.to_string()))
        .collect();
    let expected = [("S101", "Ф1 2024 б.xlsx"), ("S102", "Ф1 2024 в.xlsx"), ("S102", "Ф1 2024 г.xlsx")];
    assert_eq!(refused, expected.map(|(code, place)| (code, place.to_owned())));
}

#[test]
fn what_comes_through_the_fence_is_what_was_read_before_it() {
    let folder = TempDir::new("fence");
    let bytes = xlsx(&[("РУ 5", small_f1())]);
    let sources = sources(&folder, program(), &[("Ф1 2024.xlsx", bytes.clone())]);
    let through = sources.read(&sources.files()[0], "s0001").unwrap();
    let direct = read_as("Ф1 2024.xlsx", &bytes, "auto");
    assert_eq!(through.findings, direct.findings);
    assert!(!direct.findings.is_empty());
    for (name, a) in &through.tables {
        assert!(a.equals_missing(table(&direct, name)), "{name}: {a:?}");
    }
    assert_eq!(through.packed.len() + through.tables.len(), direct.tables.len());
    for part in &through.packed {
        let packed = parquet::decode(tables::spec(part.table).unwrap(), &part.bytes, None).unwrap();
        assert!(packed.equals_missing(table(&direct, part.table)), "{}: {packed:?}", part.table);
    }
}

#[cfg(unix)]
#[test]
fn a_child_that_dies_or_babbles_is_a_finding_and_one_that_cannot_start_a_fault() {
    let folder = TempDir::new("child");
    let file = [("a.xlsx", xlsx(&[("РУ 5", small_f1())]))];
    for reader in ["/bin/false", "/bin/true", "/bin/echo"] {
        let folder = TempDir::new("child");
        let sources = sources(&folder, Path::new(reader), &file);
        let parsed = sources.read(&sources.files()[0], "s0001").unwrap();
        assert_eq!(parsed.findings.len(), 1, "{reader}");
        assert_eq!(parsed.findings[0].code.id(), "S101", "{reader}");
    }
    let sources = sources(&folder, Path::new("/nowhere/rsoko"), &file);
    assert_eq!(sources.read(&sources.files()[0], "s0001").unwrap_err().code, FaultCode::ChildFailed);
}
