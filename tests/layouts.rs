//! Every layout on a twin written cell by cell, as the handbook of the field (2.5, 2.7) describes the real file.

use crate::reading::{F1, codes, column, f1, f1_row, found, read_as, table};
use rsoko::ingest::{Layouts, strips, try_layouts};
use rsoko::lake::{Disk, RealDisk};

use crate::support::{cells, documents, xlsx};

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

pub const HEAD_2021: [&str; 9] = [
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

pub fn raw_2021(rows: &[Vec<&str>]) -> Vec<u8> {
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

/// The same form as a workbook of before 2007 and of LibreOffice; `tests/fixtures/make.sh` makes both.
#[test]
fn old_workbooks_and_those_of_libreoffice() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    for name in ["f1.xls", "f1.ods"] {
        let bytes = RealDisk.read(&folder.join(name)).unwrap();
        let parsed = read_as(&format!("vpr/2024/{name}"), &bytes, "auto");
        assert_eq!(column(&parsed, "source", "layout"), ["f1"], "{name}: {:?}", parsed.findings);
        assert_eq!(column(&parsed, "result", "pupil_code"), ["50001", "50002", "50003"], "{name}");
        assert_eq!(column(&parsed, "result", "row"), ["10", "11", "12"], "{name}");
        assert_eq!(column(&parsed, "result", "score_tasks"), ["2.0", "4.0", "-"], "{name}");
        assert_eq!(column(&parsed, "result", "score_printed"), ["2.0", "4.0", "-"], "{name}");
        assert_eq!(column(&parsed, "result", "status"), ["present", "present", "absent"], "{name}");
        assert_eq!(found(&parsed, "S122"), ["РУ 5 Индивидуальные результаты | - | -"], "{name}");
        // Half a file is refused in words, or is read as far as its directory reaches: never a panic.
        for length in (0..bytes.len()).step_by(97) {
            let _ = read_as(&format!("vpr/2024/{name}"), &bytes[..length], "auto");
        }
    }
}

const TITLES: [&[&str]; 7] = [
    &["Статистика по отметкам"],
    &[],
    &["ВПР 2026 Русский язык 4 класс"],
    &["Предмет:", "Русский язык"],
    &["Максимальный первичный балл:", "#20"],
    &["Дата:", "15.04.2026"],
    &[],
];

fn titled(sheet: &str, rows: &[&[&str]]) -> Vec<u8> {
    let all: Vec<Vec<&str>> = TITLES.iter().chain(rows).map(|row| row.to_vec()).collect();
    book(sheet, &all)
}

#[test]
fn statistics_of_marks() {
    let rows: [&[&str]; 7] = [
        &["Группы участников", "Кол-во ОО", "Кол-во участников", "2", "3", "4", "5"],
        &["Вся выборка", "#35589", "#1722202", "#5.06", "#32.92", "#44.33", "#17.69"],
        &["Чеченская Республика", "#461", "#29589", "#7", "#40", "#40", "#13"],
        &["Грозный(reg20_m012)", "#61", "#8000", "#7.0", "#40.0", "#40.0", "#13.0"],
        &["МБОУ «СОШ № 1»(edu203389)", "", "#89", "#5.62", "#33.71", "#42.7", "#17.98"],
        &["МБОУ «СОШ № 2»(edu203390)", "", "#10", "10,00 %", "20", "30", "#30"],
        &["МБОУ «СОШ № 3»(edu203391)", "", "#0", "", "", "", ""],
    ];
    let parsed = read_as("vpr/2026/Ф3_РУ_4.xlsx", &titled("РУ 4 Статистика по отметкам", &rows), "auto");
    assert_eq!(column(&parsed, "source", "layout"), ["f3"], "{:?}", parsed.findings);
    assert_eq!(
        column(&parsed, "mark_count", "level"),
        ["sample", "region", "municipality", "school", "school", "school"]
    );
    assert_eq!(column(&parsed, "mark_count", "entity")[2..4], ["reg20_m012", "203389"]);
    assert_eq!(column(&parsed, "mark_count", "schools"), ["35589", "461", "61", "-", "-", "-"]);
    assert_eq!(column(&parsed, "mark_count", "participants")[0], "1722202");
    assert_eq!(column(&parsed, "mark_count", "share2")[3..], ["0.0562", "0.1", "-"]);
    assert_eq!(
        column(&parsed, "mark_count", "n2"),
        ["-", "-", "-", "5", "1", "-"],
        "a country's share gives no count"
    );
    assert_eq!(column(&parsed, "mark_count", "n5")[3..], ["16", "3", "-"]);
    // 10 + 20 + 30 + 30 is no hundred, and nine marks are no ten pupils.
    assert_eq!(found(&parsed, "I208"), ["D13 | 100 | 90.00", "C13 | 10 | 9"]);
}

#[test]
fn comparison_with_the_journal_in_both_spellings() {
    for confirmed in ["Отметке", "Отметка"] {
        let confirmed = format!("Подтвердили (Отметка = {confirmed} по журналу)");
        let (lowered, raised) =
            ("Понизили (Отметка < Отметка по журналу)", "Повысили (Отметка > Отметка по журналу)");
        let heads: Vec<String> = [lowered, &confirmed, raised]
            .iter()
            .flat_map(|head| [format!("{head} %"), format!("{head} Кол-во участников")])
            .collect();
        let start = ["Группы участников", "Кол-во участников(всего)"];
        let head: Vec<&str> = start.into_iter().chain(heads.iter().map(String::as_str)).collect();
        let rows: [&[&str]; 5] = [
            &head,
            &["Чеченская Республика", "#29589", "#37.22", "#11013", "#60.67", "#17952", "#2.11", "#624"],
            &["Район(reg20_m012)", "#100", "#30", "#30", "#60", "#60", "#10", "#10"],
            &["Школа(edu203389)", "#12", "#30", "#3", "#60", "#6", "#10", "#1"],
            &["Школа(edu203390)", "#12", "#30", "#3", "#60", "#6", "#10", "#2"],
        ];
        let parsed = read_as("vpr/2024/МА 4.xlsx", &titled("МА 4 Сравнение отметок с отметк", &rows), "auto");
        assert_eq!(column(&parsed, "source", "layout"), ["journal-comparison"], "{:?}", parsed.findings);
        assert_eq!(
            column(&parsed, "journal_comparison", "level"),
            ["region", "municipality", "school", "school"]
        );
        assert_eq!(column(&parsed, "journal_comparison", "lowered"), ["11013", "30", "3", "3"]);
        assert_eq!(column(&parsed, "journal_comparison", "confirmed_share")[0], "0.6067");
        assert_eq!(column(&parsed, "journal_comparison", "raised"), ["624", "10", "1", "2"]);
        // Ten of twelve have a journal mark: the shares are of the ten. Three of eleven are no 30 %.
        assert_eq!(found(&parsed, "I208").len(), 3, "{:?}", found(&parsed, "I208"));
        assert!(
            found(&parsed, "I208").iter().all(|text| text.contains("12 | ")),
            "{:?}",
            found(&parsed, "I208")
        );
    }
}

#[test]
fn distribution_of_scores_in_percents_and_in_counts() {
    let head = vec![
        "Год",
        "Класс",
        "Предмет",
        "Муниципалитет",
        "Логин",
        "ОО",
        "Кол-во участников",
        "#0",
        "#1",
        "2",
        "#3",
    ];
    let rows = [
        head,
        vec![
            "#2024",
            "#4",
            "Русский язык",
            "Район",
            "edu050001",
            "Школа",
            "#8",
            "#0",
            "#12.5",
            "#25",
            "#62.5",
        ],
        vec!["#2025", "#5", "Математика", "Район", "edu050002", "Школа", "#8", "#0", "#1", "#2", "#5"],
        vec!["#2025", "#5", "Математика", "Район", "edu050003", "Школа", "#8", "#0", "#1", "#2", "нет"],
        vec!["#2025", "#5", "Математика", "Район", "школа", "Школа", "#8", "#0", "#1", "#2", "#97"],
    ];
    let parsed = read_as("vpr/Распределение первичных баллов.xlsx", &book("Лист1", &rows), "auto");
    assert_eq!(column(&parsed, "source", "layout"), ["score-distribution"], "{:?}", parsed.findings);
    assert_eq!(column(&parsed, "score_count", "year")[..5], ["2024", "2024", "2024", "2024", "2025"]);
    assert_eq!(column(&parsed, "score_count", "count")[..8], ["0", "1", "2", "5", "0", "1", "2", "5"]);
    assert_eq!(column(&parsed, "score_count", "share")[1..4], ["0.125", "0.25", "0.625"]);
    assert_eq!(column(&parsed, "score_count", "column")[..4], ["H", "I", "J", "K"]);
    assert_eq!(found(&parsed, "I201"), ["K4 | нет | -"]);
    assert_eq!(found(&parsed, "I203"), ["E5 | xxxxx | -"]);
    assert_eq!(column(&parsed, "source", "rows_set_aside"), ["1"]);
}

#[test]
fn a_diagnostic_work_is_no_vpr() {
    let head = vec!["Логин ОО", "Код участника", "Класс", "1 (4б)", "2 (8б)", "Балл", "Отметка", "Уровень"];
    let rows = [
        vec!["Краевая диагностическая работа, читательская грамотность, 6 класс, 2025, русский язык"],
        head,
        vec!["edu240001", "#17", "6Б", "#4", "#8", "#12", "#4", "повышенный"],
    ];
    let parsed = read_as("work/2025/КДР6.xlsx", &book("КДР6", &rows), "auto");
    assert_eq!(column(&parsed, "source", "layout"), ["diagnostic"], "{:?}", parsed.findings);
    assert_eq!(column(&parsed, "result", "procedure"), ["diagnostic"]);
    assert_eq!(column(&parsed, "result", "score_tasks"), ["12.0"]);
    assert_eq!(column(&parsed, "item_score", "max"), ["4.0", "8.0"]);
    assert_eq!(column(&parsed, "result", "grade"), ["6"]);
    assert_eq!(column(&parsed, "result", "mark"), ["4"]);
}

#[test]
fn social_passports_in_their_three_shapes_give_the_same_figures() {
    let expected =
        ["enrolment 200.0 - 200.0", "large_families 50.0 200.0 0.25", "single_parent 20.0 200.0 0.1"];
    let figures = |parsed: &rsoko::pipeline::Parsed| {
        let columns =
            ["measure", "numerator", "denominator", "value"].map(|name| column(parsed, "measure", name));
        let mut rows: Vec<String> = (0..columns[0].len())
            .map(|at| columns.each_ref().map(|column| column[at].clone()).join(" "))
            .collect();
        rows.sort();
        rows
    };
    let town = [
        vec!["Социальный паспорт общеобразовательных организаций, 2023/2024 учебный год"],
        vec!["Логин ОО", "Всего обучающихся", "Социальный статус", ""],
        vec!["", "", "из многодетных семей", "из неполных семей"],
        vec!["edu990001", "#200", "#50", "#20"],
        vec!["Итого", "=200", "=50", "=20"],
    ];
    let parsed = read_as("passport/2024/Район.xlsx", &book("Паспорт", &town), "auto");
    assert_eq!(column(&parsed, "source", "layout"), ["social-passport"], "{:?}", parsed.findings);
    assert_eq!(figures(&parsed), expected);
    let school = [
        vec!["Социальный паспорт школы на 2023/2024 учебный год"],
        vec!["Логин ОО", "edu990001"],
        vec!["Директор", "Канарейкин П. И."],
        vec!["№", "Показатель", "Количество"],
        vec!["#1", "Всего обучающихся", "#200"],
        vec!["#2", "из многодетных семей", "50\u{a0}"],
        vec!["#3", "из неполных семей", "#20"],
        vec!["#4", "кружков", "#7"],
    ];
    let parsed = read_as("passport/2024/Школа.xlsx", &book("Паспорт", &school), "auto");
    assert_eq!(column(&parsed, "source", "layout"), ["social-passport-school"], "{:?}", parsed.findings);
    assert_eq!(figures(&parsed), expected);
    assert_eq!(column(&parsed, "measure", "column"), ["C"; 3]);
    assert_eq!(column(&parsed, "measure", "row"), ["5", "6", "7"]);
    assert_eq!(found(&parsed, "S114"), ["Паспорт | - | 5"]);
    assert!(!format!("{:?}{:?}", parsed.findings, parsed.tables).contains("Канарейкин"));
    let text = "Логин ОО;Год;Показатель;Значение\r\nedu990001;2024;Всего обучающихся;200\r\nedu990001;2024;из многодетных семей;50\r\nedu990001;2024;из неполных семей;20\r\nedu990001;2024;кружков;7\r\n";
    let bytes = encoding_rs::WINDOWS_1251.encode(text).0.into_owned();
    let parsed = read_as("passport/Паспорта.csv", &bytes, "auto");
    assert_eq!(column(&parsed, "source", "layout"), ["social-passport-long"], "{:?}", parsed.findings);
    assert_eq!(figures(&parsed), expected);
    assert_eq!(found(&parsed, "I202"), ["C5 | xxxxxxx | -"], "a figure that nobody knows is told");
    let wide = "Логин ОО;Всего обучающихся;из многодетных семей;из неполных семей\nedu990001;200;50;20\n";
    let parsed = read_as("passport/2024/Паспорта.csv", wide.as_bytes(), "auto");
    assert_eq!(column(&parsed, "source", "layout"), ["social-passport"], "{:?}", parsed.findings);
    assert_eq!(figures(&parsed), expected, "the same columns in a text file with one row of header");
}

#[test]
fn staff_olympiads_retention_and_attendance() {
    let read = |name: &str, head: Vec<&str>, row: Vec<&str>| {
        let parsed =
            read_as(&format!("forms/2025/{name}.xlsx"), &book("Лист1", &[vec![name], head, row]), "auto");
        let columns = ["measure", "period", "value", "unit"].map(|name| column(&parsed, "measure", name));
        let rows: Vec<String> = (0..columns[0].len())
            .map(|at| columns.each_ref().map(|column| column[at].clone()).join(" "))
            .collect();
        (column(&parsed, "source", "layout")[0].clone(), rows)
    };
    let staff = read(
        "Кадровый состав",
        vec!["Логин ОО", "Всего педагогических работников", "с высшей категорией", "Вакансии"],
        vec!["edu990001", "#40", "#10", "#2"],
    );
    assert_eq!(staff.0, "staff");
    assert_eq!(
        staff.1,
        ["teachers year 40.0 teachers", "teachers_highest year 0.25 teachers", "vacancies year 2.0 posts"]
    );
    let olympiads = read(
        "Региональный этап ВсОШ",
        vec!["Логин ОО", "Количество участников", "Призёры", "Победители"],
        vec!["edu990001", "#8", "#2", "#0"],
    );
    assert_eq!(olympiads.0, "olympiads");
    assert_eq!(olympiads.1[1..], ["olympiad_prize year 0.25 share", "olympiad_winners year 0.0 share"]);
    let retention = read(
        "Сохранность контингента",
        vec!["Логин ОО", "На начало учебного года", "Отсев", "Выбыло", "Прибыло"],
        vec!["edu990001", "#500", "#5", "#25", "#30"],
    );
    assert_eq!(retention.0, "retention");
    assert_eq!(
        retention.1[1..],
        ["dropped_out year 0.01 share", "departed year 0.05 share", "arrived year 30.0 pupils"]
    );
    let contingent = read(
        "Контингент по классам",
        vec!["Логин ОО", "1 класс", "9 класс", "10 класс", "11 класс", "Всего"],
        vec!["edu990001", "#80", "#75", "#40", "#38", "#700"],
    );
    assert_eq!(contingent.0, "contingent");
    assert_eq!(
        contingent.1,
        [
            "pupils_grade_9 year 75.0 pupils",
            "pupils_grade_10 year 40.0 pupils",
            "pupils_grade_11 year 38.0 pupils"
        ]
    );
    let attendance = read(
        "Посещаемость по четвертям",
        vec!["Логин ОО", "1 четверть", "II четверть", "3 четверть, %", "4 четверть", "Год"],
        vec!["edu990001", "#95.5", "94,0 %", "", "#90", "#93"],
    );
    assert_eq!(attendance.0, "attendance");
    assert_eq!(
        attendance.1,
        [
            "attendance quarter-1 0.955 share",
            "attendance quarter-2 0.94 share",
            "attendance quarter-3 - share",
            "attendance quarter-4 0.9 share",
            "attendance year 0.93 share"
        ]
    );
}

/// Skip patterns look like missing data; hand-typed numbers contradict each other.
#[test]
fn the_school_questionnaire_of_2022() {
    let head = vec![
        "Логин ОО",
        "Статус ОО",
        "Наличие филиалов",
        "Численность населения, тыс. чел.",
        "Реализуются ли АОП",
        "Реализуются АОП НОО",
        "Всего обучающихся",
        "Обучающихся 2006 года рождения",
        "из них 2006 с ОВЗ",
        "Примечание",
    ];
    let rows = [
        head,
        vec![
            "edu220001",
            "Юридическое лицо",
            "нет",
            "от 10 до 50 тыс.",
            "да",
            "нет",
            "#500",
            "#60",
            "#5",
            "Канарейкин",
        ],
        vec!["edu220002", "филиал", "", "более 680 тыс.", "нет", "", "#100", "#20", "", ""],
        vec!["edu220003", "филиал", "да", "село", "нет", "да", "#100", "#120", "#1", ""],
    ];
    let parsed = read_as(
        "form/2022/Сбор контекстных данных об ОО.xlsx",
        &book("Общая информация об ОО", &rows),
        "auto",
    );
    assert_eq!(column(&parsed, "source", "layout"), ["school-form-2022"], "{:?}", parsed.findings);
    let items = column(&parsed, "form_entry", "item");
    let of = |school: &str, item: &str, what: &str| {
        let schools = column(&parsed, "form_entry", "entity");
        let at = (0..items.len()).find(|at| schools[*at] == school && items[*at] == item);
        let at = at.unwrap_or_else(|| panic!("{school} {item} in {items:?}"));
        column(&parsed, "form_entry", what)[at].clone()
    };
    assert_eq!(of("220001", "settlement_size", "value"), "10-50");
    assert_eq!(of("220001", "settlement_size", "number"), "10.0");
    assert_eq!(of("220002", "settlement_size", "number"), "680.0");
    assert_eq!(of("220001", "has_branches", "value"), "no");
    assert_eq!(of("220002", "has_branches", "status"), "not_applicable", "a branch is not asked");
    assert_eq!(of("220002", "adapted_primary", "status"), "not_applicable");
    assert_eq!(of("220002", "born_2006_special", "status"), "missing");
    assert_eq!(of("220001", "enrolment", "number"), "500.0");
    assert_eq!(found(&parsed, "I223"), ["C4 | да | -", "F4 | да | -"]);
    assert_eq!(found(&parsed, "I208"), ["H4 | 120 | 100"]);
    assert_eq!(found(&parsed, "I202"), ["D4 | село | -"]);
    assert!(!format!("{:?}{:?}", parsed.findings, parsed.tables).contains("Канарейкин"));
}

/// Both sheets as the handbook has them: 23 and 24 columns, the questions of 4.3, bands, one row a school.
#[test]
fn the_questionnaire_s_two_sheets_with_all_their_questions() {
    let place = ["Пользователь", "Код региона", "Регион", "Муниципалитет", "Школа", "Дата загрузки"];
    let general = [
        "Статус ОО: юридическое лицо или филиал",
        "Есть ли у ОО филиалы",
        "Организационно-правовая форма",
        "Где расположена образовательная организация?",
        "Наименование населенного пункта",
        "Размер населенного пункта",
        "Как можно добраться до города с населением более 100 тыс. человек",
        "ОО является специальной (коррекционной)",
        "Реализуются ли в ОО адаптированные программы",
        "АОП НОО",
        "АОП ООО",
        "АОП СОО",
        "Язык обучения",
        "Ответственный",
        "Телефон",
        "E-mail",
        "Примечание",
    ];
    let teaching = [
        "Углубленное изучение отдельных предметов",
        "Углубленное изучение: начальное общее образование",
        "Углубленное изучение: основное общее образование",
        "Углубленное изучение: среднее общее образование",
        "Количество обучающихся в ОО (в сумме по всем классам)",
        "Обучающихся 2006 года рождения",
        "из них 2006 с ОВЗ и инвалидов",
        "Обучающихся 2007 года рождения",
        "из них 2007 с ОВЗ и инвалидов",
        "Всего учителей",
        "Учителей, работающих в 5-9 классах",
        "Учителей первой и высшей категории",
    ];
    let start = [
        "edu220001",
        "#22",
        "reg220000 | Алтайский край",
        "reg22_m057 | Барнаул",
        "edu220001 | МБОУ СОШ № 1",
        "01.11.2022",
    ];
    let one = [
        "Юридическое лицо",
        "да",
        "муниципальная",
        "город",
        "Барнаул",
        "от 450 до 680 тыс. человек",
        "в городе",
        "нет",
        "да",
        "да",
        "да",
        "нет",
        "русский",
        "Канарейкин П. И.",
        "8-914-123-45-67",
        "k@mail.ru",
        "нет",
    ];
    let two = ["да", "нет", "да", "да", "#812", "#80", "#6", "#75", "#5", "#41", "#25", "#19"];
    let sheet = |questions: &[&'static str], answers: &[&'static str], width: usize| {
        let head = [&place, questions].concat();
        let mut row = [&start, answers].concat();
        row.resize(width, "");
        cells(&[&head, &row])
    };
    let bytes = xlsx(&[
        ("Общая информация об ОО", sheet(&general, &one, 23)),
        ("ОБРАЗОВАТЕЛЬНАЯ ДЕЯТЕЛЬНОСТЬ ОО", sheet(&teaching, &two, 24)),
    ]);
    let parsed = read_as("form/Сбор контекстных данных об ОО 2022.xlsx", &bytes, "auto");
    assert_eq!(column(&parsed, "source", "layout"), ["school-form-2022"; 2], "{:?}", parsed.findings);
    assert_eq!(column(&parsed, "form_entry", "year"), ["2022"; 24]);
    let (items, values) = (column(&parsed, "form_entry", "item"), column(&parsed, "form_entry", "value"));
    let told: Vec<String> =
        items.iter().zip(&values).map(|(item, value)| format!("{item}={value}")).collect();
    assert_eq!(
        told,
        [
            "legal_status=legal_entity",
            "has_branches=yes",
            "legal_form=municipal",
            "location=city",
            "settlement_size=450-680",
            "city_reach=in_city",
            "correctional=no",
            "adapted_programmes=yes",
            "adapted_primary=yes",
            "adapted_basic=yes",
            "adapted_secondary=no",
            "language=russian",
            "advanced_study=yes",
            "advanced_primary=no",
            "advanced_basic=yes",
            "advanced_secondary=yes",
            "enrolment=812",
            "born_2006=80",
            "born_2006_special=6",
            "born_2007=75",
            "born_2007_special=5",
            "teachers=41",
            "teachers_grades_5_9=25",
            "teachers_categories=19",
        ]
    );
    assert!(!format!("{:?}{:?}", parsed.findings, parsed.tables).contains("Канарейкин"));
}

/// The raw export of 2022 with its logins and codes of places as they stand.
#[test]
fn the_raw_export_of_2022() {
    let head = [
        "Пользователь",
        "Код региона",
        "Регион",
        "Муниципалитет",
        "Школа",
        "Дата загрузки",
        "Код",
        "Вариант",
        "1 (1б)",
        "2 (2б)",
        "4К1 (3б)",
        "Наименование класса",
        "Пол",
        "Отметка за предыдущий триместр/ четверть/полугодие",
        "Итого баллов",
    ];
    let row = |code: &'static str, variant: &'static str, tasks: [&'static str; 3], total: &'static str| {
        let start = [
            "edu224085",
            "#22",
            "reg220000 | Алтайский край",
            "reg22_m057 | г. Барнаул",
            "edu224085 | МБОУ «СОШ № 1»",
            "17.03.2022 10:15",
        ];
        [start.as_slice(), &[code, variant], &tasks, &["5А", "Ж", "#4", total]].concat()
    };
    let rows = [
        row("#50001", "#1", ["#1", "#2", "X"], "#3"),
        row("50002", "отсутствовал", ["", "", ""], "#0"),
        row("#50003", "2", ["0", "1", "3"], "4"),
    ];
    let rows: Vec<&[&str]> = std::iter::once(head.as_slice()).chain(rows.iter().map(Vec::as_slice)).collect();
    let classes: [&[&str]; 2] = [&["Пользователь", "Наименование класса"], &["edu224085", "5А"]];
    let bytes = xlsx(&[("Классы", cells(&classes)), ("Протокол", cells(&rows))]);
    let parsed = read_as("2022/5 класс/ВПР по русскому языку, 5 класс.xlsx", &bytes, "auto");
    assert_eq!(column(&parsed, "source", "layout"), ["-", "fisoko-2022"], "{:?}", parsed.findings);
    for (name, expected) in [
        ("school_id", ["224085"; 3]),
        ("year", ["2022"; 3]),
        ("wave", ["spring"; 3]),
        ("subject", ["ru"; 3]),
        ("grade", ["5"; 3]),
        ("class", ["5А"; 3]),
        ("sex", ["f"; 3]),
        ("pupil_code", ["50001", "50002", "50003"]),
        ("status", ["present", "absent", "present"]),
        ("score_tasks", ["3.0", "-", "4.0"]),
        ("score_printed", ["3.0", "-", "4.0"]),
        ("max_score", ["6.0"; 3]),
        ("journal_mark", ["4"; 3]),
    ] {
        assert_eq!(column(&parsed, "result", name), expected, "{name}");
    }
}

/// The sheet around a cell: mapped columns as far as they cannot be personal, all others masked.
#[test]
fn the_strip_of_a_message_masks_what_no_layout_maps() {
    let mut row = f1_row("Канарейкин", "#1", ["#2", "#1", "#3"], ["#6", "#5", "#5"]);
    row.push("Канарейкин");
    let bytes = f1(&[&row]);
    let layouts = Layouts::parse(&documents()).unwrap();
    let wanted = [
        ("РУ 5 Индивидуальные результаты".to_owned(), 9, "D".to_owned()),
        ("РУ 5 Индивидуальные результаты".to_owned(), 9, "L".to_owned()),
        ("Другой лист".to_owned(), 9, "A".to_owned()),
    ];
    let strips = strips(F1, &bytes, "auto", &layouts, &wanted);
    let of = |at: usize| strips[at].as_ref().unwrap();
    let shown = |at: usize| of(at).cells.iter().map(|(a, _, c)| format!("{a}={c}")).collect::<Vec<_>>();
    assert_eq!(shown(0), ["B=▒▒▒", "C=▒▒▒", "D=Xxxxxxxxxx", "E=5А", "F=1"]);
    assert_eq!((of(0).header_row, of(0).row, of(0).focus), (Some(8), 9, 2));
    assert_eq!(of(0).cells[2].1, "Код участника");
    assert_eq!(shown(1), ["J=6", "K=5", "L=5", "M=▒▒▒", "N="]);
    assert!(strips[2].is_none());
}

#[test]
fn an_unknown_form_gets_a_draft_that_is_a_layout() {
    let rows = [
        vec!["Питание школьников, 2025"],
        vec!["Логин школы", "Ответственный", "Охвачено горячим питанием", "Доля, %", "Примечание"],
        vec!["edu990001", "Канарейкин П.И.", "#120", "#56.5", "нет"],
        vec!["edu990002", "Канарейкин П.И.", "#80", "#33.1", "нет"],
    ];
    let layouts = Layouts::parse(&documents()).unwrap();
    let tried = try_layouts("forms/Питание.xlsx", &book("Лист1", &rows), &layouts).unwrap();
    let draft = tried[0].draft.clone().unwrap();
    assert_eq!(tried[0].layout, None);
    assert!(!draft.contains("Канарейкин"), "{draft}");
    assert!(draft.contains("to = \"school_id\"\nkind = \"school\"\nheaders = [\"Логин школы\"]"), "{draft}");
    let mut documents = documents();
    documents.insert("layout/new-form".to_owned(), ("new-form.toml".to_owned(), draft));
    let with_draft = Layouts::parse(&documents).unwrap();
    let tried = try_layouts("forms/Питание.xlsx", &book("Лист1", &rows), &with_draft).unwrap();
    assert_eq!(tried[0].layout.as_deref(), Some("new-form"));
}
