//! Every layout on a twin written cell by cell, as the handbook of the field (2.5, 2.7) describes the real file.

use crate::reading::{codes, column, found, read_as, table};
use crate::support::{cells, xlsx};

/// A workbook of one sheet with these rows.
fn book(sheet: &str, rows: &[Vec<&str>]) -> Vec<u8> {
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    xlsx(&[(sheet, cells(&rows))])
}

const HEAD_2020: [&str; 10] =
    ["groups", "user", "id", "code", "otc", "gender", "klass", "var-1", "var-2", "sum"];

/// Form of 2020: five tasks of forty are used, the textbook stands behind the third.
fn raw_2020(rows: &[Vec<&str>]) -> Vec<u8> {
    let tasks: Vec<String> = (1..=40).map(|n| format!("a-{n}-grade")).collect();
    let (before, after) = tasks.split_at(3);
    let head = HEAD_2020.into_iter().chain(before.iter().map(String::as_str));
    let head = head.chain(["Учебник"]).chain(after.iter().map(String::as_str));
    let all: Vec<Vec<&str>> = std::iter::once(head.collect()).chain(rows.iter().cloned()).collect();
    book("Sheet1", &all)
}

fn row_2020<'a>(
    user: &'a str,
    code: &'a str,
    variants: [&'a str; 2],
    sum: &'a str,
    tasks: [&'a str; 5],
    more: &[&'a str],
) -> Vec<&'a str> {
    let start = ["reg22_m001", user, "#17", code, "#4", "ж", "а", variants[0], variants[1], sum];
    let (before, after) = tasks.split_at(3);
    [&start, before, &["Баранов М.Т."], after, more].concat()
}

#[test]
fn the_raw_export_of_2020() {
    let rows = [
        row_2020("sch220001", "#70001", ["#1", ""], "#4", ["#1", "#1", "X", "#2", "#0"], &[]),
        row_2020("sch220001", "70002.0", ["Отсутствовал ", ""], "#0", ["", "", "", "", ""], &[]),
        row_2020("ksh220001", "#70001", ["#2", ""], "#3", ["#1", "х", " \u{a0}X", "#2", "#0"], &[]),
        row_2020("sch220002", "#70001", ["#2", ""], "", ["X", "X", "X", "X", "X"], &[]),
        row_2020("sch220003", "#70001", ["#1", ""], "#9", ["#1", "#1", "#1", "#1", "#1"], &["#2", "#2"]),
        row_2020("sch220004", "#70001", ["#1", ""], "#5", ["#1", "#1", "#1", "#1", "#1"], &[]),
    ];
    let parsed = read_as("raw/2020/6/ВПР, по математике, 6 кл.xlsx", &raw_2020(&rows), "auto");
    assert_eq!(column(&parsed, "source", "layout"), ["fisoko-2020"]);
    assert_eq!(column(&parsed, "result", "grade"), ["6"; 6]);
    assert_eq!(column(&parsed, "result", "subject"), ["ma"; 6]);
    assert_eq!(column(&parsed, "result", "year"), ["2021"; 6], "autumn 2020 is of the school year 2020/21");
    assert_eq!(column(&parsed, "result", "wave"), ["autumn"; 6]);
    assert_eq!(
        column(&parsed, "result", "school_id"),
        ["220001", "220001", "ksh220001", "220002", "220003", "220004"]
    );
    assert_eq!(
        column(&parsed, "result", "status"),
        ["present", "absent", "present", "present", "present", "present"]
    );
    assert_eq!(column(&parsed, "result", "score_tasks"), ["4.0", "-", "3.0", "0.0", "5.0", "5.0"]);
    assert_eq!(column(&parsed, "result", "score_printed"), ["4.0", "-", "3.0", "-", "9.0", "5.0"]);
    assert_eq!(column(&parsed, "result", "class"), ["6А"; 6]);
    assert_eq!(column(&parsed, "result", "sex"), ["f"; 6]);
    assert_eq!(column(&parsed, "result", "journal_mark"), ["4"; 6]);
    // Nobody else has points in the sixth and seventh task: they are kept, not added, and the school is told.
    assert_eq!(found(&parsed, "I209"), ["Q6 | 220003 | 1"]);
    let states = column(&parsed, "item_score", "state");
    assert_eq!(states.iter().filter(|state| *state == "beside").count(), 2);
    assert_eq!(found(&parsed, "I222"), ["D2 | 7 | 6"], "the codes are of the next grade");
    assert_eq!(found(&parsed, "I211"), [""; 0], "tasks that the test has not are not blank");
}

/// Two parts: who missed one has no mark, who missed both was absent.
#[test]
fn a_test_of_two_parts() {
    let five = ["#1", "#1", "#1", "#1", "#1"];
    let rows = [
        row_2020("sch220001", "#40001", ["#1", "#2"], "#5", five, &[]),
        row_2020("sch220001", "#40002", ["отсутствовал", "#2"], "#2", ["", "", "", "#1", "#1"], &[]),
        row_2020("sch220001", "#40003", ["#1", "ОТСУТСТВОВАЛ"], "#2", ["#1", "#1", "", "", ""], &[]),
        row_2020("sch220001", "#40004", ["отсутствовал", "отсутствовал"], "#0", ["", "", "", "", ""], &[]),
        row_2020("sch220001", "#40005", ["отсутствовал", ""], "", ["", "", "", "", ""], &[]),
    ];
    let parsed = read_as("2021 весна/4/Русскому языку 4.xlsx", &raw_2020(&rows), "fisoko-2020");
    assert_eq!(column(&parsed, "result", "status"), ["present", "partial", "partial", "absent", "absent"]);
    assert_eq!(column(&parsed, "result", "variant"), ["1/2", "-/2", "1/-", "-", "-"]);
    assert_eq!(column(&parsed, "result", "score_tasks"), ["5.0", "2.0", "2.0", "-", "-"]);
    assert_eq!(column(&parsed, "result", "mark"), ["2", "-", "-", "-", "-"]);
    assert_eq!(found(&parsed, "I221"), ["H3 | 220001 | 2"]);
}

const HEAD_2021: [&str; 9] = [
    "логин школы",
    "регион",
    "номер обучающегося",
    "код обучающегося",
    "отметка за предыдущую четверть/триместр",
    "пол",
    "класс",
    "вариант",
    "всего баллов",
];

fn raw_2021(rows: &[Vec<&str>]) -> Vec<u8> {
    let tasks = ["балл за 1", "балл за 2", "балл за 3.1 ", "балл\u{a0}за 3.2", "балл за4К1"];
    let book_columns = ["Учебник", "Др.уч. автор", "Др.уч. название"];
    let head: Vec<&str> = HEAD_2021.into_iter().chain(tasks).chain(book_columns).collect();
    let all: Vec<Vec<&str>> = std::iter::once(head).chain(rows.iter().cloned()).collect();
    book("Лист1", &all)
}

#[test]
fn the_raw_export_of_2021_and_a_total_that_leaves_tasks_out() {
    let row = |login, code, class, total, tasks: [&'static str; 5]| {
        let start = [login, "г. Барнаул", "#2", code, "нет отметки", "м", class, "1", total];
        [start.as_slice(), &tasks, &["Макарычев Ю.Н."]].concat()
    };
    let mut rows = vec![
        row("sch220001", "#50001", "7б", "3", ["1", "1", "1", "0", "X"]),
        row("sch220001", "5002", "Нет", "0", ["1", "0", "1", "X", "1"]),
        row("edu220001", "#50003", "«А»", "2", ["2", "0", "не пройдено", "0", "0"]),
    ];
    // Six pupils whose printed totals end before 3.2.
    rows.extend((0..6).map(|_| row("sch220002", "", "а(2)", "3", ["1", "1", "1", "1", "2"])));
    let parsed = read_as("VPR_2021/7 класс/ВПР. Математика, 7 класс.xlsx", &raw_2021(&rows), "auto");
    assert_eq!(column(&parsed, "source", "layout"), ["fisoko-2021"], "{:?}", parsed.findings);
    assert_eq!(column(&parsed, "result", "year"), ["2021"; 9]);
    assert_eq!(column(&parsed, "result", "wave"), ["spring"; 9]);
    assert_eq!(column(&parsed, "result", "grade"), ["7"; 9]);
    assert_eq!(column(&parsed, "result", "class")[..4], ["7Б", "7", "7А", "7А(2)"]);
    assert_eq!(column(&parsed, "result", "pupil_code")[..4], ["50001", "5002", "50003", "-"]);
    assert_eq!(column(&parsed, "item_score", "item")[..5], ["1", "2", "3.1", "3.2", "4К1"]);
    assert_eq!(column(&parsed, "result", "score_printed")[..4], ["3.0", "0.0", "2.0", "3.0"]);
    assert_eq!(column(&parsed, "result", "score_tasks")[..4], ["3.0", "3.0", "2.0", "6.0"]);
    assert_eq!(found(&parsed, "I204"), ["I3 | 0 | 1", "I5 | 3 | 6"]);
    assert_eq!(found(&parsed, "I220"), ["I1 | 3.2–4К1 | 7/9 · 2"]);
    assert_eq!(column(&parsed, "item_score", "state")[12], "not_taught");
}

/// Textbooks are words; one school's digits under them are tasks of another form.
#[test]
fn digits_under_the_textbook_flag_the_school() {
    let row = |login, book| {
        let start = [login, "р", "#2", "#70001", "4", "м", "а", "1", "3", "1", "1", "1", "0", "0"];
        [start.as_slice(), &[book]].concat()
    };
    let mut rows: Vec<_> = (0..9).map(|_| row("sch220001", "Макарычев")).collect();
    rows.push(row("sch220002", "#2"));
    let parsed = read_as("2021/7/По математике.xlsx", &raw_2021(&rows), "auto");
    assert_eq!(found(&parsed, "I209"), ["O11 | 220002 | 1"]);
    // Where everybody has a number there it is the number of a textbook.
    let rows: Vec<_> = (0..9).map(|_| row("sch220001", "#12")).collect();
    let parsed = read_as("2021/7/По математике.xlsx", &raw_2021(&rows), "auto");
    assert_eq!(found(&parsed, "I209"), [""; 0]);
}

#[test]
fn the_protocol_of_one_school_with_its_empty_rows() {
    let head = vec![
        "Код участника",
        "Вариант",
        "1 (5б)",
        "4К1 (3б)",
        "Порядковый номер класса",
        "Отметка за предыдущий триместр/ четверть/полугодие",
        "Итого баллов",
    ];
    let mut rows = vec![
        head,
        vec!["#40001", "#1", "#5", "X", "#1", "#5", "=5"],
        vec!["#40002", "отсутствовал", "", "", "#1", "#3", "=0"],
        vec!["#40003", "#2", "X", "X", "#2", "нет отметки", "=0"],
    ];
    rows.extend((0..20).map(|_| vec!["", "", "", "", "", "", "=0"]));
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    let classes: [&[&str]; 2] = [&["#1", "4А"], &["#2", "4Б"]];
    let bytes = xlsx(&[
        ("Протокол", cells(&rows)),
        ("Служебный", cells(&classes)),
        ("Порядковый номер класса", cells(&classes)),
    ]);
    let parsed = read_as("vpr/2026/edu203389/Протокол РУ 4 2026.xlsx", &bytes, "auto");
    assert_eq!(column(&parsed, "source", "layout"), ["protocol", "-", "-"], "{:?}", parsed.findings);
    assert_eq!(column(&parsed, "result", "school_id"), ["203389"; 3]);
    assert_eq!(column(&parsed, "result", "status"), ["present", "absent", "present"]);
    assert_eq!(column(&parsed, "result", "score_tasks"), ["5.0", "-", "0.0"]);
    assert_eq!(column(&parsed, "result", "journal_mark"), ["5", "3", "-"]);
    assert_eq!(found(&parsed, "S114"), ["Протокол | - | 20"]);
    assert_eq!(found(&parsed, "S116"), [""; 0], "sheets of the form that hold nothing for us");
    let parsed = read_as("vpr/2026/Протокол РУ 4 2026.xlsx", &bytes, "protocol");
    assert_eq!(found(&parsed, "S112"), ["Протокол | - | school"]);
    assert_eq!(table(&parsed, "result").height(), 0);
    assert!(!codes(&parsed).contains(&"S104"));
}
