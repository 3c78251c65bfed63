//! Senders' files become canonical tables: one named trap a case, with the rows, findings and addresses expected.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests, where a panic is the message"
)]

use polars::prelude::{DataFrame, DataType};
use rsoko::grid::{Limits, ScannedSheet, scan_xlsx};
use rsoko::ingest::{Layouts, Reference, read_bytes, read_sheets};
use rsoko::lake::{Disk, RealDisk};
use rsoko::pipeline::Parsed;
use rsoko::tables;

use crate::support::{cells, documents, walk, xlsx};

pub const F1: &str = "vpr/2024/Ф1_РУ_5_2024.xlsx";
const F1_SHEET: &str = "РУ 5 Индивидуальные результаты";
pub const RAW: &str = "vpr/2023/5 класс/ВПР 2023 по математике 5 класс.xlsx";

pub fn read_as(file: &str, bytes: &[u8], layout: &str) -> Parsed {
    let documents = documents();
    let layouts = Layouts::parse(&documents).unwrap();
    let reference = Reference::parse(&documents).unwrap();
    read_bytes(file, bytes, layout, &layouts, &reference).unwrap()
}

pub fn table<'p>(parsed: &'p Parsed, name: &str) -> &'p DataFrame {
    &parsed.tables.iter().find(|(table, _)| *table == name).unwrap().1
}

/// A column as printed values; a missing value is `-`.
pub fn column(parsed: &Parsed, name: &str, column: &str) -> Vec<String> {
    let values = table(parsed, name).column(column).unwrap().cast(&DataType::String).unwrap();
    let values = values.as_materialized_series().str().unwrap();
    values.iter().map(|value| value.unwrap_or("-").to_owned()).collect()
}

/// Findings of a code: `place | value | detail`, the file left out.
pub fn found(parsed: &Parsed, code: &str) -> Vec<String> {
    let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
    parsed
        .findings
        .iter()
        .filter(|finding| finding.code.id() == code)
        .map(|finding| {
            let place = finding.place.to_string();
            let place = place.rsplit(" › ").next().unwrap_or_default();
            format!("{place} | {} | {}", text(&finding.value), text(&finding.detail))
        })
        .collect()
}

pub fn codes(parsed: &Parsed) -> Vec<&'static str> {
    let mut codes: Vec<_> = parsed.findings.iter().map(|finding| finding.code.id()).collect();
    codes.dedup();
    codes
}

/// Form Ф1 with three tasks (2 + 1 + 3 points) and these rows from row 9 on.
pub fn f1(rows: &[&[&str]]) -> Vec<u8> {
    f1_with(rows, |xml| xml)
}

pub fn f1_with(rows: &[&[&str]], change: impl Fn(String) -> String) -> Vec<u8> {
    let head: [&[&str]; 8] = [
        &["Индивидуальные результаты"],
        &[],
        &["ВПР 2024 Русский язык 5 класс"],
        &["Предмет:", "Русский язык"],
        &["Максимальный первичный балл:", "#6"],
        &["Дата:", "15.04.2024"],
        &["", "", "Уровень сложности задания", "", "", "", "Б", "П", "Б"],
        &[
            "ОО",
            "Муниципалитет",
            "Название ОО",
            "Код участника",
            "Класс",
            "Вариант",
            "1 (2б)",
            " 2.1(1 б) ",
            "2К2\u{a0}(3б)",
            "Первичный балл",
            "Отметка",
            "Отметка по журналу",
        ],
    ];
    let all: Vec<&[&str]> = head.iter().copied().chain(rows.iter().copied()).collect();
    xlsx(&[(F1_SHEET, change(cells(&all)))])
}

pub fn f1_row<'a>(code: &'a str, variant: &'a str, tasks: [&'a str; 3], end: [&'a str; 3]) -> Vec<&'a str> {
    [["edu990001", "Район", "МБОУ СОШ № 1", code, "5А", variant].as_slice(), &tasks, &end].concat()
}

#[test]
fn f1_gives_pupils_tasks_and_addresses() {
    let first = f1_row("#50001", "#1", ["#2", "#0", "X"], ["#2", "#3", "#4"]);
    let second = f1_row("50002", "2", ["1", "х ", "3"], ["4", "4", "нет отметки"]);
    let rows: [&[&str]; 3] = [&["МБОУ «СОШ № 1»(edu990001) | Кол-во участников: 2"], &first, &second];
    let parsed = read_as(F1, &f1(&rows), "auto");
    assert_eq!(codes(&parsed), ["S114"], "{:?}", parsed.findings);
    assert_eq!(column(&parsed, "source", "layout"), ["f1"]);
    assert!(column(&parsed, "source", "layout_reason")[0].starts_with("auto: ОО, Код участника"));
    for (name, expected) in [
        ("year", ["2024", "2024"]),
        ("wave", ["spring", "spring"]),
        ("procedure", ["vpr", "vpr"]),
        ("grade", ["5", "5"]),
        ("subject", ["ru", "ru"]),
        ("school_id", ["990001", "990001"]),
        ("class", ["5А", "5А"]),
        ("pupil_code", ["50001", "50002"]),
        ("variant", ["1", "2"]),
        ("score_printed", ["2.0", "4.0"]),
        ("score_tasks", ["2.0", "4.0"]),
        ("max_score", ["6.0", "6.0"]),
        ("mark", ["3", "4"]),
        ("journal_mark", ["4", "-"]),
        ("status", ["present", "present"]),
        ("row", ["10", "11"]),
    ] {
        assert_eq!(column(&parsed, "result", name), expected, "{name}");
    }
    assert_eq!(column(&parsed, "item_score", "item"), ["1", "2.1", "2К2", "1", "2.1", "2К2"]);
    assert_eq!(column(&parsed, "item_score", "column"), ["G", "H", "I", "G", "H", "I"]);
    assert_eq!(column(&parsed, "item_score", "score"), ["2.0", "0.0", "-", "1.0", "-", "3.0"]);
    assert_eq!(column(&parsed, "item_score", "max"), ["2.0", "1.0", "3.0", "2.0", "1.0", "3.0"]);
    assert_eq!(column(&parsed, "item_score", "state")[2], "not_attempted");
    assert_eq!(column(&parsed, "source", "rows_read"), ["3"]);
    assert_eq!(column(&parsed, "source", "rows_set_aside"), ["0"]);
    let letters = column(&parsed, "source_column", "letter");
    let canonical = column(&parsed, "source_column", "canonical");
    let at = canonical.iter().position(|name| name == "journal_mark").unwrap();
    assert_eq!(letters[at], "L");
}

/// One row of Ф1, and what must come of it: `status score_printed score_tasks mark journal_mark`, then findings.
#[test]
fn traps_of_a_row() {
    type Case<'a> = (&'a str, &'a str, [&'a str; 3], [&'a str; 3], &'a str, &'a [(&'a str, &'a str)]);
    let cases: &[Case<'_>] = &[
        ("absent, any case", "Отсутствовал", ["", "", ""], ["#0", "", "#3"], "absent - - - 3", &[]),
        (
            "absent with scores",
            "отсутствовал",
            ["#1", "", ""],
            ["", "", ""],
            "absent - - - -",
            &[("I212", "G9 | absent | -")],
        ),
        (
            "all tasks not attempted",
            "#1",
            ["X", "Х", " x\u{a0}"],
            ["#0", "#2", "#2"],
            "present 0.0 0.0 2 2",
            &[],
        ),
        (
            "topic not taught",
            "#1",
            ["#2", "#1", "не изучали"],
            ["#3", "#3", "#3"],
            "present 3.0 3.0 3 3",
            &[],
        ),
        ("blank total, filled tasks", "#1", ["#2", "#1", "#3"], ["", "#5", "#5"], "present - 6.0 5 5", &[]),
        ("variant 0", "#0", ["#2", "#1", "#3"], ["#6", "#5", "#5"], "present 6.0 6.0 5 5", &[]),
        ("no tasks, but a total", "", ["", "", ""], ["#5", "#4", "#5"], "present 5.0 - 4 5", &[]),
        (
            "wrong total",
            "#1",
            ["#2", "#1", "#3"],
            ["#3", "#3", "#4"],
            "present 3.0 6.0 3 4",
            &[("I204", "J9 | 3 | 1")],
        ),
        (
            "no-break spaces",
            "#1",
            ["\u{a0}2\u{a0}", "1 ", "3"],
            ["\u{a0}6", "5\u{a0}", " 4"],
            "present 6.0 6.0 5 4",
            &[],
        ),
        (
            "impossible journal mark",
            "#1",
            ["#2", "#1", "#3"],
            ["#6", "#5", "#7"],
            "present 6.0 6.0 5 -",
            &[("I205", "L9 | 7 | 2…5")],
        ),
        (
            "mark 1",
            "#1",
            ["#0", "#0", "#1"],
            ["#1", "#1", "#2"],
            "present 1.0 1.0 - 2",
            &[("I205", "K9 | 1 | 2…5")],
        ),
        (
            "half a mark",
            "#1",
            ["#0", "#0", "#1"],
            ["#1", "#2.5", "#2"],
            "present 1.0 1.0 - 2",
            &[("I205", "K9 | 2.5 | -")],
        ),
        ("journal: n/a", "#1", ["#2", "#1", "#3"], ["#6", "#5", "Н/А"], "present 6.0 6.0 5 -", &[]),
        (
            "a word for points",
            "#1",
            ["#2", "два", "#3"],
            ["#6", "#5", "#5"],
            "present 6.0 - 5 5",
            &[("I201", "H9 | xxx | 0…1")],
        ),
        (
            "above the task's maximum",
            "#1",
            ["#3", "#1", "#3"],
            ["#6", "#5", "#5"],
            "present 6.0 - 5 5",
            &[("I205", "G9 | 3 | 0…2")],
        ),
        (
            "half a point",
            "#1",
            ["#1.5", "#1", "#3"],
            ["#5", "#5", "#5"],
            "present 5.0 - 5 5",
            &[("I205", "G9 | 1.5 | 0…2")],
        ),
        (
            "a negative point",
            "#1",
            ["#-1", "#1", "#3"],
            ["#4", "#4", "#5"],
            "present 4.0 - 4 5",
            &[("I205", "G9 | -1 | 0…2")],
        ),
        (
            "an endless number",
            "#1",
            ["#1e999", "#1", "#3"],
            ["#4", "#4", "#5"],
            "present 4.0 - 4 5",
            &[("I201", "G9 | 1e999 | 0…2")],
        ),
        (
            "not a number",
            "#1",
            ["#NaN", "#1", "#3"],
            ["#4", "#4", "#5"],
            "present 4.0 - 4 5",
            &[("I201", "G9 | XxX | 0…2")],
        ),
        (
            "a blank task",
            "#1",
            ["#2", "", "#3"],
            ["#5", "#5", "#5"],
            "present 5.0 5.0 5 5",
            &[("I211", "H9 | 990001 | 1")],
        ),
        (
            "total above the maximum",
            "#1",
            ["", "", ""],
            ["#9", "#5", "#5"],
            "present 9.0 - 5 5",
            &[("I205", "J9 | 9 | 0…6")],
        ),
        (
            "a word for a total",
            "#1",
            ["#2", "#1", "#3"],
            ["шесть", "#5", "#5"],
            "present - 6.0 5 5",
            &[("I201", "J9 | xxxxx | -")],
        ),
        (
            "a formula",
            "#1",
            ["#2", "#1", "#3"],
            ["=6", "#5", "#5"],
            "present 6.0 6.0 5 5",
            &[("S107", "J9 | - | 1")],
        ),
    ];
    for (name, variant, tasks, end, expected, findings) in cases {
        let parsed = read_as(F1, &f1(&[&f1_row("#50001", variant, *tasks, *end)]), "f1");
        let row: Vec<String> = ["status", "score_printed", "score_tasks", "mark", "journal_mark"]
            .iter()
            .flat_map(|column_name| column(&parsed, "result", column_name))
            .collect();
        assert_eq!(row.join(" "), *expected, "{name}");
        let all: Vec<(&str, String)> =
            codes(&parsed).iter().flat_map(|c| found(&parsed, c).into_iter().map(move |f| (*c, f))).collect();
        let wanted: Vec<(&str, String)> =
            findings.iter().map(|(code, text)| (*code, (*text).to_owned())).collect();
        assert_eq!(all, wanted, "{name}");
    }
}

#[test]
fn every_row_below_the_header_is_accounted_for() {
    let good = f1_row("#50001", "#1", ["#2", "#1", "#3"], ["#6", "#5", "#5"]);
    let empty = ["", "", "", "#50003", "", "", "", "", "", "#0"];
    let nobody = ["edu990001", "", "", "#50004", "5А", "#1", "", "", "", "#0"];
    let stranger = ["школа №", "", "", "#50005", "5А", "#1", "#2", "#1", "#3", "#6", "#5", "#5"];
    let total = ["Итого", "", "", "", "", "", "", "", "", "#18"];
    let rows: [&[&str]; 7] =
        [&["Школа(edu990001) | Кол-во участников: 7"], &good, &[], &empty, &nobody, &stranger, &total];
    let parsed = read_as(F1, &f1(&rows), "f1");
    assert_eq!(column(&parsed, "result", "row"), ["10"]);
    assert_eq!(column(&parsed, "source", "rows_read"), ["6"]);
    assert_eq!(column(&parsed, "source", "rows_set_aside"), ["2"]);
    assert_eq!(found(&parsed, "S114"), [format!("{F1_SHEET} | - | 3")]);
    assert_eq!(found(&parsed, "I207"), ["D13 | 990001 | 1"]);
    assert_eq!(found(&parsed, "I203"), ["A14 | xxxxx № | -"]);
    assert_eq!(found(&parsed, "I208"), ["A9 | 7 | 1"]);
}

#[test]
fn codes_and_classes_take_one_form() {
    let row = |code: &'static str, class: &'static str| {
        let mut row = f1_row(code, "#1", ["#2", "#1", "#3"], ["#6", "#5", "#5"]);
        row[4] = class;
        row
    };
    let rows = [
        row("50001.0", "5 \"а\""),
        row("#50002", "нет"),
        row("123", "5A"),
        row("Сидорова Анна", "Сидорова Анна"),
    ];
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    let parsed = read_as(F1, &f1(&rows), "f1");
    assert_eq!(column(&parsed, "result", "pupil_code"), ["50001", "50002", "-", "-"]);
    assert_eq!(column(&parsed, "result", "class"), ["5А", "5", "5А", "-"]);
    assert_eq!(
        found(&parsed, "I206"),
        ["D11 | 999 | 4, 5", "E12 | Xxxxxxxx Xxx… | 5А", "D12 | Xxxxxxxx Xxx… | 4, 5"]
    );
    assert_eq!(found(&parsed, "I210"), ["E11 | 5А | 1"]);
    let all = format!("{:?}{:?}", parsed.findings, parsed.tables);
    assert!(!all.contains("Сидорова"), "{all}");
}

#[test]
fn one_school_has_one_id_and_a_correctional_school_another() {
    let row = |login: &'static str| {
        let mut row = f1_row("#50001", "#1", ["#2", "#1", "#3"], ["#6", "#5", "#5"]);
        row[0] = login;
        row
    };
    let rows = [row("sch990001"), row("EDU990001 "), row("ksh990001"), row("990001")];
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    let parsed = read_as(F1, &f1(&rows), "f1");
    assert_eq!(column(&parsed, "result", "school_id"), ["990001", "990001", "ksh990001", "990001"]);
}

#[test]
fn hidden_rows_columns_and_sheets_count_and_are_told() {
    let row = f1_row("#50001", "#1", ["#2", "#1", "#3"], ["#6", "#5", "#5"]);
    let bytes = f1_with(&[&row, &row], |xml| {
        let xml = xml.replace("<row r=\"10\">", "<row r=\"10\" hidden=\"1\">");
        format!(
            "<cols><col min=\"11\" max=\"11\" hidden=\"1\"/></cols>{xml}<mergeCells><mergeCell ref=\"E9:E10\"/></mergeCells>"
        )
    });
    let parsed = read_as(F1, &bytes, "f1");
    assert_eq!(column(&parsed, "result", "row"), ["9", "10"]);
    assert_eq!(found(&parsed, "S106"), ["A10 | - | 1"]);
    assert_eq!(found(&parsed, "S118"), ["K8 | - | Отметка"]);
    assert_eq!(found(&parsed, "S119"), ["E9 | - | 1"]);
}

#[test]
fn a_headerless_score_flags_the_school_and_an_unknown_column_is_told() {
    let mut row = f1_row("#50001", "#1", ["X", "#1", "#3"], ["#4", "#4", "#5"]);
    row.push("#2");
    let parsed = read_as(F1, &f1(&[&row]), "f1");
    assert_eq!(found(&parsed, "I209"), ["M9 | 990001 | 1"]);
    assert_eq!(found(&parsed, "S111"), ["M9 | - | 1"]);
}

/// The raw export: data on the second sheet, no mark column.
pub fn raw(rows: &[&[&str]]) -> Vec<u8> {
    let head: &[&str] = &[
        "Пользователь",
        "Код региона",
        "Регион",
        "Муниципалитет",
        "Школа",
        "Дата загрузки",
        "Код",
        "Вариант",
        "1 (10б)",
        "2 (10б)",
        "Учебник",
        "Наименование класса",
        "Пол",
        "Отметка за предыдущий триместр/ четверть/полугодие ",
        "Итого баллов",
    ];
    let all: Vec<&[&str]> = std::iter::once(head).chain(rows.iter().copied()).collect();
    let classes: [&[&str]; 2] = [&["Класс", "Порядковый номер"], &["5А", "#1"]];
    xlsx(&[("Классы", cells(&classes)), ("Протокол", cells(&all))])
}

#[test]
fn the_raw_export_gets_its_marks_from_the_scale_of_its_year() {
    let row = |one: &'static str, two: &'static str| {
        [
            "reg",
            "#99",
            "reg99",
            "reg99_m001 | Район",
            "edu990001 | МБОУ СОШ № 1",
            "",
            "#50001",
            "#1",
            one,
            two,
            "",
            "а",
            "Ж",
            "н/а",
            "",
        ]
    };
    let rows = [row("#6", "X"), row("#7", "X"), row("#10", "#1"), row("#10", "#5")];
    let rows: Vec<&[&str]> = rows.iter().map(<[&str; 15]>::as_slice).collect();
    let parsed = read_as(RAW, &raw(&rows), "auto");
    assert_eq!(column(&parsed, "source", "layout"), ["-", "fisoko-2022"]);
    assert_eq!(column(&parsed, "result", "source_id"), ["s0001.2"; 4]);
    assert_eq!(column(&parsed, "result", "mark"), ["2", "3", "4", "5"]);
    assert_eq!(column(&parsed, "result", "sex"), ["f"; 4]);
    assert_eq!(column(&parsed, "result", "class"), ["5А"; 4]);
    assert_eq!(column(&parsed, "result", "subject"), ["ma"; 4]);
    assert_eq!(column(&parsed, "result", "year"), ["2023"; 4]);
    assert_eq!(codes(&parsed), Vec::<&str>::new(), "{:?}", parsed.findings);
}

/// Forms come with `Итого баллов = 0` in rows that nobody filled in: without a task and without a mark column, a zero
/// total is no participant, and a row that names a pupil all the same is told.
#[test]
fn a_zero_total_counts_only_beside_tasks() {
    let row = |code, variant, tasks: [&'static str; 2], class, total| {
        let start = ["reg", "#99", "reg99", "reg99_m001 | Район", "edu990001 | МБОУ СОШ № 1", "", code];
        [start.as_slice(), &[variant], &tasks, &["", class, "", "", total]].concat()
    };
    let rows = [
        row("#50001", "#1", ["X", "X"], "а", "#0"),
        row("#50002", "#1", ["#0", "#0"], "а", "#0"),
        row("#50003", "", ["", ""], "", "#0"),
        row("#50004", "#1", ["", ""], "а", "#0"),
        row("#50005", "отсутствовал", ["", ""], "а", "#0"),
    ];
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    let parsed = read_as(RAW, &raw(&rows), "auto");
    assert_eq!(column(&parsed, "result", "pupil_code"), ["50001", "50002", "50005"]);
    assert_eq!(column(&parsed, "result", "status"), ["present", "present", "absent"]);
    assert_eq!(column(&parsed, "result", "mark"), ["2", "2", "-"]);
    assert_eq!(found(&parsed, "I207"), ["G5 | 990001 | 1"]);
}

#[test]
fn facts_that_are_missing_or_contradict_each_other_are_told() {
    let row = f1_row("#50001", "#1", ["#2", "#1", "#3"], ["#6", "#5", "#5"]);
    let parsed = read_as("vpr/2023/Ф1_РУ_6_2023.xlsx", &f1(&[&row]), "f1");
    assert_eq!(found(&parsed, "S113").len(), 2);
    assert_eq!(column(&parsed, "result", "year"), ["2024"]);
    let bytes = raw(&[&["", "", "", "", "edu990001", "", "#50001", "#1", "#1", "#1"]]);
    let parsed = read_as("inbox/протокол.xlsx", &bytes, "auto");
    assert_eq!(found(&parsed, "S112").len(), 3, "{:?}", parsed.findings);
    assert_eq!(table(&parsed, "result").height(), 0);
    assert_eq!(column(&parsed, "source", "rows_set_aside"), ["0", "1"]);
}

/// The day of the test tells wave and year; names come after it; the layout speaks where nothing else does.
#[test]
fn the_wave_and_the_year_come_from_the_file() {
    let row = f1_row("#50001", "#1", ["#2", "#1", "#3"], ["#6", "#5", "#5"]);
    let dated = |date: &str, title: &str| {
        f1_with(&[&row], |xml| xml.replace("15.04.2024", date).replace("ВПР 2024", title))
    };
    let f1_of = |year: &str| format!("vpr/{year}/Ф1_РУ_5.xlsx");
    let cases = [
        ("a day in spring", f1_of("2024"), dated("15.04.2024", "ВПР 2024"), "2024 spring", vec![]),
        ("a day in autumn", f1_of("2022"), dated("20.09.2022", "ВПР 2022"), "2023 autumn", vec![]),
        ("a folder of the school year", f1_of("2023"), dated("20.09.2022", "ВПР"), "2023 autumn", vec![]),
        (
            "a day against the title",
            f1_of("2024"),
            dated("15.04.2023", "ВПР 2024"),
            "2023 spring",
            vec!["2023 | 2024"],
        ),
        (
            "a day against the name",
            "vpr/2022 осень/Ф1_РУ_5.xlsx".to_owned(),
            dated("15.04.2022", "ВПР"),
            "2022 spring",
            vec!["spring | autumn"],
        ),
        ("a name alone", "vpr/2022 осень/Ф1_РУ_5.xlsx".to_owned(), dated("", "ВПР"), "2023 autumn", vec![]),
        (
            "autumn beside its own year",
            "vpr/2023/ВПР осень 2022 русский 5 класс.xlsx".to_owned(),
            dated("", "ВПР"),
            "2023 autumn",
            vec![],
        ),
        (
            "a school year",
            "vpr/2022-2023 осень/Ф1_РУ_5.xlsx".to_owned(),
            dated("", "ВПР"),
            "2023 autumn",
            vec![],
        ),
        ("nothing tells", f1_of("2024"), dated("", "ВПР 2024"), "2024 spring", vec![]),
    ];
    for (name, file, bytes, expected, contradictions) in cases {
        let parsed = read_as(&file, &bytes, "f1");
        let told =
            format!("{} {}", column(&parsed, "result", "year")[0], column(&parsed, "result", "wave")[0]);
        assert_eq!(told, expected, "{name}");
        let contradictions: Vec<String> =
            contradictions.iter().map(|pair| format!("{F1_SHEET} | {pair}")).collect();
        assert_eq!(found(&parsed, "S113"), contradictions, "{name}");
        assert!(found(&parsed, "S121").is_empty(), "{name}");
    }
    let parsed = read_as(&f1_of("2024"), &dated("апрель", "ВПР 2024"), "f1");
    assert_eq!(found(&parsed, "S121"), [format!("{F1_SHEET} | xxxxxx | -")]);
    assert_eq!(column(&parsed, "result", "year"), ["2024"]);
}

/// A test of autumn may have another grade's programme: the scale of a spring gives it no marks.
#[test]
fn a_scale_of_spring_gives_an_autumn_no_marks() {
    let bytes = raw(&[&["", "", "", "", "edu990001", "", "#50001", "#1", "#6", "#1"]]);
    let parsed = read_as("vpr/2023 осень/5 класс/ВПР по математике 5 класс.xlsx", &bytes, "auto");
    assert_eq!(column(&parsed, "result", "year"), ["2024"]);
    assert_eq!(column(&parsed, "result", "mark"), ["-"]);
    assert_eq!(column(&parsed, "result", "score_tasks"), ["7.0"]);
    assert_eq!(found(&parsed, "I213"), ["Протокол | - | ma 5 2024 autumn"]);
}

/// Telephones have as many digits as codes.
#[test]
fn a_telephone_is_no_code_of_a_register() {
    let head: &[&str] = &["Логин ФИС ОКО", "Краткое наименование", "Муниципалитет", "ОКТМО", "ИНН"];
    let line = |login, oktmo, inn| [login, "Школа", "Район", oktmo, inn];
    let rows = [
        line("edu990001", "99601000", "2201000011"),
        line("edu990002", "99601101001", "2201000029"),
        line("edu990003", "89141234567", "9141234569"),
        line("edu990004", "#79141234567", "3852123456"),
        line("edu990006", "99601000", "2201000012"),
        line("edu990005", "83852123456", "#9141234576"),
    ];
    let rows: Vec<&[&str]> = std::iter::once(head).chain(rows.iter().map(<[&str; 5]>::as_slice)).collect();
    let parsed = read_as("register/Реестр ОО 2024.xlsx", &xlsx(&[("Реестр", cells(&rows))]), "register");
    assert_eq!(column(&parsed, "school", "oktmo"), ["99601000", "99601101001", "-", "-", "99601000", "-"]);
    assert_eq!(column(&parsed, "school", "inn"), ["2201000011", "2201000029", "-", "-", "2201000012", "-"]);
    // 2201000012 has a wrong control digit, but no telephone begins so.
    assert_eq!(found(&parsed, "I214"), ["E4 | 9999999999 | 3", "D4 | 99999999999 | 3"]);
}

#[test]
fn what_an_analyst_should_know_of_a_sheet_is_told() {
    let row = f1_row("#50001", "#1", ["#2", "#1", "#3"], ["#6", "#5", "#5"]);
    let parsed = read_as(F1, &f1(&[]), "f1");
    assert_eq!(found(&parsed, "S104"), [format!("{F1_SHEET} | - | -")], "no rows below the header");
    let sheet = |bytes: Vec<u8>| scan_xlsx(&bytes, &Limits::default()).unwrap().remove(0);
    let (notes, protocol) = (cells(&[&["Памятка"], &["Заполняйте все строки"]]), f1(&[&row]));
    let other = sheet(xlsx(&[("Памятка", notes)]));
    let hidden = ScannedSheet { hidden: true, ..sheet(protocol) };
    let documents = documents();
    let layouts = Layouts::parse(&documents).unwrap();
    let reference = Reference::parse(&documents).unwrap();
    let parsed = read_sheets(F1, &[other, hidden], "f1", &layouts, &reference).unwrap();
    assert_eq!(found(&parsed, "S116"), ["Памятка | - | -"], "a sheet that fits no layout");
    assert_eq!(found(&parsed, "S105"), [format!("{F1_SHEET} | - | -")], "a hidden sheet");
    assert_eq!(column(&parsed, "result", "row"), ["9"]);
    let without_class = f1_with(&[&row], |xml| xml.replace(">Класс<", "><"));
    let parsed = read_as(F1, &without_class, "f1");
    assert_eq!(found(&parsed, "S117"), [format!("{F1_SHEET} | - | Класс")], "a column that the form has");
    assert_eq!(column(&parsed, "result", "class"), ["-"]);
}

#[test]
fn a_byte_that_is_no_letter_of_its_encoding_is_told_with_its_cell() {
    let text = "Код ОО;Код участника;Предмет;Форма;Статус;Отметка\r\n990001;77001;Математика#;ОГЭ;Сдан;4\r\n";
    let mut bytes = encoding_rs::WINDOWS_1251.encode(text).0.into_owned();
    let at = bytes.iter().position(|byte| *byte == b'#').unwrap();
    bytes[at] = 0x98;
    let parsed = read_as("ris/2024/ГИА-9 2024.csv", &bytes, "ris-exams");
    assert_eq!(found(&parsed, "S109"), ["C2 | - | windows-1251"]);
    assert_eq!(column(&parsed, "source", "rows_set_aside"), ["1"]);
}

/// By the scale of 2021 for Russian in grade 5 (45 points) 29 points are a «4».
#[test]
fn a_mark_that_no_total_gives_is_told() {
    let row = |score, mark| f1_row("#50001", "#1", ["", "", ""], [score, mark, "#4"]);
    let of = |score, mark| {
        let bytes = f1_with(&[&row(score, mark)], |xml| xml.replace("<v>6</v>", "<v>45</v>"));
        read_as(F1, &bytes, "f1")
    };
    assert_eq!(found(&of("#29", "#4"), "V306"), [""; 0]);
    assert_eq!(found(&of("#28", "#4"), "V306"), ["K9 | 4 | 1"]);
    assert_eq!(column(&of("#28", "#4"), "result", "mark"), ["4"], "the printed mark stays");
}

#[test]
fn files_without_a_layout_are_named() {
    let other: [&[&str]; 2] = [&["№", "Сотрудник", "Дней"], &["#1", "Иванова Анна Петровна", "#14"]];
    let parsed = read_as("vpr/График.xlsx", &xlsx(&[("Лист1", cells(&other))]), "auto");
    assert_eq!(found(&parsed, "S103").len(), 1);
    assert_eq!(column(&parsed, "source", "path"), ["vpr/График.xlsx"]);
    let head: &[&str] = &["ОО", "Код участника", "Класс", "Вариант", "1 (2б)", "Первичный балл"];
    let parsed = read_as(F1, &xlsx(&[("Лист1", cells(&[head]))]), "f1");
    assert_eq!(found(&parsed, "S108"), ["Лист1 | - | Отметка"]);
}

const EXAM_HEAD: &str = "Код ОО;Наименование ОО;Муниципалитет;Фамилия;Имя;Отчество;Код участника;Класс;Пол;Предмет;Форма;Период;Попытка;Статус;Категория;Первичный балл;Тестовый балл;Отметка";

fn exams(rows: &[&str]) -> Vec<u8> {
    let text = std::iter::once(&EXAM_HEAD).chain(rows).fold(String::new(), |text, row| text + row + "\r\n");
    encoding_rs::WINDOWS_1251.encode(&text).0.into_owned()
}

#[test]
fn exams_know_who_is_below_the_minimum() {
    let row = |tail: &str| format!("990001;Школа;Район;Сидорова;Анна;Петровна;77001;9А;Ж;{tail}");
    let rows = [
        row("Русский язык;ОГЭ;Основной;1;Не сдан;Выпускник текущего года;14;;2"),
        row("Математика;ОГЭ;Сентябрь;3;Сдан;Выпускник текущего года;8;;3"),
        row("Математика профильная;ЕГЭ;Основной;1;Не сдан;Выпускник прошлых лет;5,0;26;"),
        row("Математика профильная;ЕГЭ;Резервный;1;Сдан;СПО;6;27;"),
        row("Математика базовая;ЕГЭ;Основной;1;Не сдан;Выпускник текущего года;5;;2"),
        row("Русский язык;ЕГЭ;Основной;1;Неявка;Выпускник текущего года;;;"),
        row("Русский язык;ЕГЭ;Основной;1;Удалён;Выпускник текущего года;;12;"),
        row("Русский язык;ГВЭ;Основной;1;Сдан;Выпускник текущего года;9;;4"),
        row("Русский язык;ОГЭ;Основной;1;;Выпускник текущего года;20;;4"),
        row("Математика;ЕГЭ;Основной;1;Сдан;Выпускник текущего года;20;60;"),
    ];
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let parsed = read_as("ris/2024/ГИА-9 2024.csv", &exams(&rows), "auto");
    assert_eq!(column(&parsed, "source", "layout"), ["ris-exams"]);
    assert_eq!(
        column(&parsed, "result", "below_min"),
        ["true", "false", "true", "false", "true", "-", "-", "false", "-"]
    );
    assert_eq!(
        column(&parsed, "result", "form"),
        ["oge", "oge", "ege_profile", "ege_profile", "ege_base", "ege", "ege", "gve", "ege"]
    );
    assert_eq!(
        column(&parsed, "result", "procedure"),
        ["oge", "oge", "ege", "ege", "ege", "ege", "ege", "gve", "ege"]
    );
    assert_eq!(column(&parsed, "result", "grade"), ["9", "9", "11", "11", "11", "11", "11", "9", "11"]);
    assert_eq!(
        column(&parsed, "result", "status"),
        ["present", "present", "present", "present", "present", "absent", "removed", "present", "present"]
    );
    assert_eq!(found(&parsed, "I202"), ["N10 | - | blank", "J11 | Математика | -"]);
    assert_eq!(found(&parsed, "I212"), ["N8 | removed | -"]);
    assert_eq!(found(&parsed, "S115"), ["ris/2024/ГИА-9 2024.csv | windows-1251 | ;"]);
    assert_eq!(column(&parsed, "source", "rows_set_aside"), ["1"]);
    let all = format!("{:?}{:?}", parsed.findings, parsed.tables);
    assert!(!all.contains("Сидорова") && !all.contains("Анна") && !all.contains("Петровна"), "{all}");
}

#[test]
fn a_passport_with_a_merged_header_gives_shares_with_their_cells() {
    let rows: [&[&str]; 9] = [
        &["Социальный паспорт общеобразовательных организаций"],
        &["Муниципалитет: Заречный район"],
        &["2023/2024 учебный год"],
        &[],
        &[
            "№ п/п",
            "Логин ОО",
            "Наименование ОО",
            "Всего обучающихся",
            "Социальный статус семей, чел.",
            "",
            "Ответственный (ФИО)",
        ],
        &["", "", "", "", "из многодетных семей", "из неполных семей", ""],
        &["#1", "edu990001", "Школа", "1\u{a0}200", "#300", "нет данных", "Сидорова А.П."],
        &["#2", "edu990002", "Школа", "#100", "#141", "", "Сидорова А.П."],
        &["Итого", "", "", "=1300", "=441"],
    ];
    let merges = ["A5:A6", "B5:B6", "C5:C6", "D5:D6", "E5:F5", "G5:G6"]
        .map(|range| format!("<mergeCell ref=\"{range}\"/>"))
        .concat();
    let xml = format!("{}<mergeCells>{merges}</mergeCells>", cells(&rows));
    let parsed =
        read_as("passport/2024/Социальный паспорт.xlsx", &xlsx(&[("Социальный паспорт", xml)]), "auto");
    assert_eq!(column(&parsed, "measure", "measure")[..3], ["enrolment", "large_families", "single_parent"]);
    assert_eq!(column(&parsed, "measure", "year"), ["2024"; 6]);
    assert_eq!(column(&parsed, "measure", "value"), ["1200.0", "0.25", "-", "100.0", "-", "-"]);
    assert_eq!(
        column(&parsed, "measure", "status"),
        ["value", "value", "missing", "value", "missing", "missing"]
    );
    assert_eq!(column(&parsed, "measure", "column"), ["D", "E", "F", "D", "E", "F"]);
    assert_eq!(column(&parsed, "measure", "row"), ["7", "7", "7", "8", "8", "8"]);
    assert_eq!(found(&parsed, "I201"), ["F7 | нет данных | -"]);
    assert_eq!(found(&parsed, "I208"), ["E8 | 141 | 100"]);
    assert_eq!(found(&parsed, "S110"), ["G6 | - | Ответственный (ФИО)"]);
    let headers = column(&parsed, "source_column", "header");
    assert!(headers.contains(&"из многодетных семей".to_owned()), "{headers:?}");
    assert!(!format!("{:?}{:?}", parsed.findings, parsed.tables).contains("Сидорова"));
}

/// What the whole refuses is no denominator either, and it is told once, not once a share.
#[test]
fn a_whole_that_is_no_count_gives_no_shares() {
    let rows: [&[&str]; 5] = [
        &["Социальный паспорт общеобразовательных организаций"],
        &["2023/2024 учебный год"],
        &["№ п/п", "Логин ОО", "Всего обучающихся", "Социальный статус семей, чел.", ""],
        &["", "", "", "из многодетных семей", "из неполных семей"],
        &["#1", "edu990001", "#129.5", "#30", "#20"],
    ];
    let xml = format!("{}<mergeCells><mergeCell ref=\"D3:E3\"/></mergeCells>", cells(&rows));
    let parsed =
        read_as("passport/2024/Социальный паспорт.xlsx", &xlsx(&[("Социальный паспорт", xml)]), "auto");
    assert_eq!(column(&parsed, "measure", "measure"), ["enrolment", "large_families", "single_parent"]);
    assert_eq!(column(&parsed, "measure", "numerator"), ["-", "30.0", "20.0"]);
    assert_eq!(column(&parsed, "measure", "denominator"), ["-"; 3]);
    assert_eq!(column(&parsed, "measure", "status"), ["missing"; 3]);
    assert_eq!(found(&parsed, "I205"), ["C5 | 129.5 | -"]);
}

#[test]
fn the_register_is_read_without_its_persons() {
    let rows: [&[&str]; 3] = [
        &[
            "Логин ФИС ОКО",
            "Краткое наименование",
            "Полное наименование",
            "Муниципалитет",
            "ОКТМО",
            "ИНН",
            "Головная организация",
            "Тип ОО",
            "Тип местности",
            "Численность обучающихся",
            "Руководитель (ФИО)",
            "Телефон",
            "E-mail",
        ],
        &[
            "edu990001",
            "СОШ № 1",
            "Школа 1",
            "Район",
            "#99601000",
            "#9901000002",
            "",
            "общеобразовательная школа",
            "село",
            "#420",
            "Сидорова Анна",
            "8-900",
            "a@b.ru",
        ],
        &[
            "ksh990001",
            "СКШ",
            "",
            "Район",
            "99601000",
            "9901000010",
            "edu990001",
            "Коррекционная  школа",
            "посeлок",
            "#80",
            "Сидорова Анна",
            "8-900",
            "a@b.ru",
        ],
    ];
    let parsed = read_as("register/Реестр ОО 2024.xlsx", &xlsx(&[("Реестр", cells(&rows))]), "auto");
    assert_eq!(column(&parsed, "school", "school_id"), ["990001", "ksh990001"]);
    assert_eq!(column(&parsed, "school", "kind"), ["general", "correctional"]);
    assert_eq!(column(&parsed, "school", "locality"), ["village", "town"]);
    assert_eq!(column(&parsed, "school", "inn"), ["9901000002", "9901000010"]);
    assert_eq!(column(&parsed, "school", "parent"), ["-", "990001"]);
    assert_eq!(column(&parsed, "school", "enrolment"), ["420", "80"]);
    let all = format!("{:?}{:?}", parsed.findings, parsed.tables);
    assert!(!all.contains("Сидорова") && !all.contains("8-900") && !all.contains("a@b"), "{all}");
}

#[test]
fn the_same_cells_have_the_same_hash_however_they_are_saved() {
    let row = f1_row("#50001", "#1", ["#2", "#1", "#3"], ["#6", "#5", "#5"]);
    let hash = |bytes: Vec<u8>| column(&read_as(F1, &bytes, "f1"), "source", "content_hash");
    let plain = hash(f1(&[&row]));
    assert_eq!(plain, hash(f1_with(&[&row], |xml| xml.replace("<row ", "<row spans=\"1:12\" "))));
    assert_ne!(plain, hash(f1_with(&[&row], |xml| xml.replace("50001", "50002"))));
}

#[test]
fn every_row_of_the_demo_is_a_row_of_a_table_or_set_aside() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    walk(&root.join("data/demo"), &mut files);
    let is_source = |file: &&std::path::PathBuf| file.extension().is_some_and(|e| e == "xlsx" || e == "csv");
    for file in files.iter().filter(is_source) {
        let name = file.strip_prefix(root).unwrap().to_str().unwrap();
        let parsed = read_as(name, &RealDisk.read(file).unwrap(), "auto");
        let frame = table(&parsed, "source");
        let sum = |column: &str| tables::int64s(frame, column).unwrap().into_iter().flatten().sum::<i64>();
        let quiet: i64 = parsed
            .findings
            .iter()
            .filter(|finding| finding.code.id() == "S114")
            .map(|finding| finding.detail.as_deref().unwrap().parse::<i64>().unwrap())
            .sum();
        let mut rows: Vec<i32> = Vec::new();
        for name in ["result", "school", "measure"] {
            rows.extend(tables::ints(table(&parsed, name), "row").unwrap().into_iter().flatten());
        }
        rows.sort_unstable();
        rows.dedup();
        assert_eq!(sum("rows_read"), rows.len() as i64 + sum("rows_set_aside") + quiet, "{name}");
    }
}

/// What a column that slipped by one may bring: names, telephones, mail, dates of birth, numbers of documents.
const CANARIES: [&str; 16] = [
    "Канарейкин",
    "Канарейкин П.И.",
    "КАНАРЕЙКИН ПЁТР",
    "Kanareykin",
    "канарейкин",
    "+7 914 123-45-67",
    "89141234567",
    "#89141234567",
    "kanareykin@mail.ru",
    "112-233-445 95",
    "Канарейкин-2",
    "Канарейкин П. (переведён)",
    "Канарейкин, 5А",
    "12.03.2013",
    "Пётр",
    "5 Канарейкин",
];

/// Every text and number of every table, and everything that findings say.
fn everything(parsed: &Parsed) -> String {
    let mut all = String::new();
    for (name, frame) in &parsed.tables {
        for field in frame.columns() {
            all += &column(parsed, name, field.name()).join("\n");
            all.push('\n');
        }
    }
    for finding in &parsed.findings {
        all += &format!("{:?} {:?} {:?}\n", finding.column, finding.value, finding.detail);
    }
    all.to_lowercase()
}

fn assert_silent(parsed: &Parsed, planted: &str, canary: &str) {
    let canary = canary.trim_start_matches('#').to_lowercase();
    let all = everything(parsed);
    assert!(!all.contains(&canary), "{planted}: {canary} in {all}");
    for part in ["канарейк", "kanareyk", "пётр", "914123", "914 123", "12.03.2013", "112-233"] {
        assert!(!all.contains(part), "{planted}: {part} of {canary} in {all}");
    }
}

/// One row, its cells replaced one by one by each canary.
fn plant(row: &[&str], skip: &[usize], read: impl Fn(&[&str]) -> Parsed) {
    for at in (0..row.len()).filter(|at| !skip.contains(at)) {
        for canary in CANARIES {
            let mut row = row.to_vec();
            row[at] = canary;
            assert_silent(&read(&row), &format!("column {at}"), canary);
        }
    }
}

#[test]
fn nothing_personal_comes_out_of_any_column_of_a_test() {
    let f1_line = f1_row("#50001", "#1", ["#2", "#1", "#3"], ["#6", "#5", "#5"]);
    plant(&f1_line, &[], |row| read_as(F1, &f1(&[row]), "f1"));
    let raw_line = [
        "reg",
        "#99",
        "reg99",
        "Район",
        "edu990001",
        "",
        "#50001",
        "#1",
        "#6",
        "#7",
        "",
        "а",
        "Ж",
        "#4",
        "#13",
    ];
    plant(&raw_line, &[], |row| read_as(RAW, &raw(&[row]), "auto"));
    let exam = "990001;Школа;Район;Сидорова;Анна;Петровна;77001;9А;Ж;Математика;ОГЭ;Основной;1;Сдан;Выпускник текущего года;14;;3";
    let exam: Vec<&str> = exam.split(';').collect();
    plant(&exam, &[], |row| {
        let row: Vec<&str> = row.iter().map(|cell| cell.trim_start_matches('#')).collect();
        read_as("ris/2024/ГИА-9 2024.csv", &exams(&[&row.join(";")]), "ris-exams")
    });
}

#[test]
fn nothing_personal_comes_out_of_the_figures_and_codes_of_schools() {
    let head: &[&str] = &[
        "Логин ФИС ОКО",
        "Краткое наименование",
        "Муниципалитет",
        "ОКТМО",
        "ИНН",
        "Головная организация",
        "Тип ОО",
        "Тип местности",
        "Численность обучающихся",
        "Телефон",
    ];
    let line = ["edu990001", "Школа", "Район", "99000001", "9901000002", "", "лицей", "село", "#420", ""];
    // Names of schools and municipalities are texts of their own: of them only numbers and addresses are taken out.
    let register = |row: &[&str]| {
        read_as("register/Реестр ОО 2024.xlsx", &xlsx(&[("Реестр", cells(&[head, row]))]), "register")
    };
    plant(&line, &[1, 2], register);
    let in_names = ["+7 914 123-45-67", "89141234567", "kanareykin@mail.ru", "112-233-445 95", "12.03.2013"];
    for (at, canary) in [1, 2].into_iter().flat_map(|at| in_names.map(|canary| (at, canary))) {
        let mut row = line;
        let name = format!("{} № 12, {canary}", line[at]);
        row[at] = &name;
        let parsed = register(&row);
        assert_silent(&parsed, &format!("column {at}"), canary);
        let kept = column(&parsed, "school", ["name_short", "municipality"][at - 1]);
        assert_eq!(kept, [format!("{} № 12, …", line[at])]);
        assert_eq!(found(&parsed, "I215"), [format!("{}2 | - | -", ["B", "C"][at - 1])]);
    }
    let parsed =
        register(&["edu990001", "Школа", "Район", "990000", "99010000010", "", "лицей", "село", "#420"]);
    assert_eq!(column(&parsed, "school", "oktmo"), ["-"]);
    assert_eq!(column(&parsed, "school", "inn"), ["-"]);
    assert_eq!(found(&parsed, "I206"), ["D2 | 999999 | 8, 11", "E2 | 99999999999 | 10, 12"]);
    let head: [&[&str]; 3] = [
        &["2023/2024 учебный год"],
        &["Логин ОО", "Всего обучающихся", "Социальный статус", "", ""],
        &["", "", "из многодетных семей", "из неполных семей", "Телефон"],
    ];
    plant(&["edu990001", "#1200", "#300", "#7", ""], &[], |row| {
        let rows: Vec<&[&str]> = head.iter().copied().chain([row]).collect();
        read_as("passport/2024/Паспорт.xlsx", &xlsx(&[("Паспорт", cells(&rows))]), "social-passport")
    });
}

#[test]
fn a_header_that_no_layout_knows_is_kept_as_its_look() {
    for canary in CANARIES {
        let head: [&[&str]; 3] = [
            &["ВПР 2024 Русский язык 5 класс"],
            &[
                "ОО",
                "Код участника",
                "Класс",
                "Вариант",
                "1 (2б)",
                "Первичный балл",
                "Отметка",
                canary,
                "ФИО Канарейкин",
                "2 (1б, Канарейкин)",
            ],
            &["edu990001", "#50001", "5А", "#1", "#2", "#3", "#3", "да", "Канарейкин", "#1"],
        ];
        let parsed = read_as(F1, &xlsx(&[(F1_SHEET, cells(&head))]), "f1");
        assert_eq!(column(&parsed, "result", "score_tasks"), ["3.0"]);
        assert_silent(&parsed, "header", canary);
        assert_eq!(column(&parsed, "source_column", "header")[..2], ["ОО", "Код участника"]);
    }
}

#[test]
fn layouts_that_cannot_be_meant_are_refused_with_their_line() {
    type Documents = std::collections::BTreeMap<String, (String, String)>;
    let refused = |change: &dyn Fn(&mut Documents)| {
        let mut documents = documents();
        change(&mut documents);
        let fault = Layouts::parse(&documents).unwrap_err();
        (fault.code.id(), fault.place.to_string())
    };
    let line = |name: &str, word: &str| {
        let text = documents()[&format!("layout/{name}")].1.clone();
        format!("pipelines/layouts/{name}.toml:{}", text.lines().position(|l| l.contains(word)).unwrap() + 1)
    };
    let replace = |name: &'static str, from: &'static str, to: &'static str| {
        refused(&move |documents| {
            let text = &mut documents.get_mut(&format!("layout/{name}")).unwrap().1;
            assert!(text.contains(from));
            *text = text.replacen(from, to, 1);
        })
    };
    let cases = [
        (replace("ris-exams", "windows-1251", "cp-1251-ish"), line("ris-exams", "windows-1251")),
        (replace("f1", "[2, 5]", "[5, 2]"), line("f1", "[2, 5]")),
        (replace("f1", "name = \"f1\"", "name = \"register\""), line("register", "name = ")),
        (replace("f1", "[\"Отметка\"]", "[\"вариант \"]"), line("f1", "[\"Отметка\"]")),
    ];
    for ((code, place), expected) in cases {
        assert_eq!((code, place), ("E307", expected));
    }
}

#[test]
fn an_official_list_keeps_whose_it_is_and_by_what_document() {
    let letter = "Письмо Рособрнадзора от 10.11.2025 № 02-36";
    let rows = cells(&[
        &["Перечень школ, 2025 год"],
        &["№ п/п", "Муниципалитет", "Наименование ОО", "Логин ОО", "Перечень", "Документ"],
        &["1", "Заречный район", "МБОУ СОШ № 1", "edu990001", "Рособрнадзор", letter],
        &["2", "Заречный район", "МБОУ СОШ № 2", "sch990002", "региональный ", ""],
        &["3", "Заречный район", "МБОУ СОШ № 3", "edu990003", "районный", ""],
        &["4", "Заречный район", "МБОУ СОШ № 4", "edu990004", "", ""],
        &["5", "Заречный район", "МБОУ СОШ № 5", "пятая", "Рособрнадзор", ""],
        &["Итого", "5"],
    ]);
    let parsed = read_as("lists/Перечень 2025.xlsx", &xlsx(&[("Перечень", rows)]), "auto");
    assert_eq!(column(&parsed, "source", "layout"), ["official-list"]);
    for (name, expected) in [
        ("year", ["2025", "2025"]),
        ("list", ["federal", "regional"]),
        ("school_id", ["990001", "990002"]),
        ("name", ["МБОУ СОШ № 1", "МБОУ СОШ № 2"]),
        ("document", [letter, "-"]),
        ("row", ["3", "4"]),
    ] {
        assert_eq!(column(&parsed, "official_list", name), expected, "{name}");
    }
    assert_eq!(found(&parsed, "I202").len(), 2, "{:?}", parsed.findings);
    assert_eq!(column(&parsed, "source", "rows_read"), ["6"]);
    assert_eq!(column(&parsed, "source", "rows_set_aside"), ["3"]);
}
