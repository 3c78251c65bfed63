//! The traps of real files (handbook of the field, 2.7), each with the tests that hold it. What stands elsewhere is named,
//! what stood nowhere is tested here; `every_trap_names_tests_that_are_there` reads this table and fails where a test is gone.
//!
//! | trap | tests |
//! | --- | --- |
//! | totals leave tasks out, per school and file | layouts::the_raw_export_of_2021_and_a_total_that_leaves_tasks_out |
//! | a whole school has a total of 0 beside filled tasks | traps::a_school_whose_totals_are_all_zero |
//! | blank total with filled tasks, variant 0, variant blank with a total, all tasks X | reading::traps_of_a_row |
//! | another form: digits right of the block, under no header | reading::a_headerless_score_flags_the_school_and_an_unknown_column_is_told |
//! | another form: digits under the textbook | layouts::digits_under_the_textbook_flag_the_school |
//! | totals above the maximum | reading::traps_of_a_row |
//! | `ksh` and `sch`/`edu` with the same digits | reading::one_school_has_one_id_and_a_correctional_school_another |
//! | pupil codes of four digits, as text, as `50001.0` | reading::codes_and_classes_take_one_form |
//! | codes are unique only within a school and a test | traps::one_code_in_two_schools_is_two_pupils |
//! | the row number need not start at 1 | traps::the_pupil_s_number_is_no_code |
//! | absent in the variant column, any case, total blank or 0 | reading::traps_of_a_row, layouts::the_raw_export_of_2020 |
//! | tests of two parts | layouts::a_test_of_two_parts |
//! | pre-filled empty rows | layouts::the_protocol_of_one_school_with_its_empty_rows, reading::a_zero_total_counts_only_beside_tasks |
//! | X Latin and Cyrillic, spaces and NBSP, topic not taught | traps::every_spelling_of_not_attempted |
//! | NBSP inside numbers | reading::traps_of_a_row, reading::a_passport_with_a_merged_header_gives_shares_with_their_cells |
//! | all numbers are text; the type varies by school | traps::the_type_of_a_cell_says_nothing |
//! | journal marks: none, `н/а`, impossible | reading::traps_of_a_row |
//! | classes: «нет», look-alikes, `7б`, `а(2)`, quotes, numbers | traps::every_spelling_of_a_class |
//! | hidden rows are nearly all rows | traps::a_filter_that_hides_nearly_all_rows |
//! | the number of tasks differs between years | traps::two_years_of_a_test_with_different_numbers_of_tasks |
//! | trailing spaces, missing blanks in headers | traps::every_spelling_of_a_task_s_header |
//! | the data sheet is the second one | reading::the_raw_export_gets_its_marks_from_the_scale_of_its_year |
//! | the textbook stands in the middle | layouts::the_raw_export_of_2020 |
//! | «Регион» holds the municipality | traps::a_region_that_is_a_municipality |
//! | file names: subject in a case, commas and stops | traps::names_of_files |
//! | declared size of a thousand columns | traps::a_sheet_that_says_to_be_wide |
//! | questionnaires: skip patterns, contradicting numbers | layouts::the_school_questionnaire_of_2022 |
//! | one municipality spelt three ways, a district that becomes an округ | src/base/municipality::spellings_of_a_municipality_are_one_and_neighbours_are_not |
//! | schools of one city differ about its size | src/validate/answers::schools_of_one_city_have_one_answer_about_it |
//! | a municipality of correctional schools | src/validate/answers::a_municipality_of_correctional_schools_is_no_place |
//! | codes that end and begin, names that change | identity::proposals_against_what_was_planted, src/identity/case::every_kind_of_change_is_proposed_and_spellings_are_none, src/identity/case::results_without_registers_show_renames_and_never_an_end |
//! | raw exports as text files | traps::a_raw_export_as_a_text_file |

use crate::layouts::{HEAD_2021, raw_2021};
use crate::reading::{F1, RAW, codes, column, f1, f1_row, f1_with, found, raw, read_as};
use crate::support::{cells, read_text, xlsx};

#[test]
fn every_trap_names_tests_that_are_there() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let own = read_text(&root.join("tests/traps.rs"));
    let rows = own.lines().filter_map(|line| line.strip_prefix("//! | ")).skip(2);
    let mut named = 0;
    for row in rows {
        let tests = row.trim_end_matches(" |").rsplit(" | ").next().unwrap();
        for test in tests.split(", ") {
            let (file, name) = test.split_once("::").unwrap();
            let file = if file.starts_with("src/") { file.to_owned() } else { format!("tests/{file}") };
            let text = read_text(&root.join(format!("{file}.rs")));
            let (test_of, inside) = (format!("#[test]\nfn {name}()"), format!("#[test]\n    fn {name}()"));
            assert!(text.contains(&test_of) || text.contains(&inside), "{test} of «{row}» is gone");
            named += 1;
        }
    }
    assert!(named >= 28, "{named}");
}

/// A row of the raw export of 2021 with five tasks.
fn row_2021<'a>(
    login: &'a str,
    code: &'a str,
    class: &'a str,
    total: &'a str,
    tasks: [&'a str; 5],
) -> Vec<&'a str> {
    let start = [login, "г. Барнаул", "#2", code, "#4", "м", class, "#1", total];
    [start.as_slice(), &tasks, &["Макарычев Ю.Н."]].concat()
}

#[test]
fn a_school_whose_totals_are_all_zero() {
    let tasks = ["#1", "#1", "#1", "#1", "#2"];
    let mut rows: Vec<_> = (0..8).map(|_| row_2021("sch220001", "#50001", "7А", "#6", tasks)).collect();
    rows.extend((0..5).map(|_| row_2021("sch220002", "#50001", "7А", "#0", tasks)));
    let parsed = read_as("2021/7/ВПР по математике.xlsx", &raw_2021(&rows), "auto");
    assert_eq!(column(&parsed, "result", "status"), ["present"; 13]);
    assert_eq!(
        column(&parsed, "result", "score_printed")[8..],
        ["0.0"; 5],
        "the printed total is kept as it is"
    );
    assert_eq!(column(&parsed, "result", "score_tasks"), ["6.0"; 13]);
    assert_eq!(found(&parsed, "I204"), ["I10 | 0 | 5"], "told once, with the number of pupils of the school");
}

#[test]
fn one_code_in_two_schools_is_two_pupils() {
    let tasks = ["#1", "#1", "#1", "#1", "#2"];
    let rows = [
        row_2021("sch220001", "#50001", "7А", "#6", tasks),
        row_2021("edu220002", "50001", "7А", "#6", tasks),
        row_2021("ksh220001", "50001.0", "7А", "#6", tasks),
    ];
    let parsed = read_as("2021/7/ВПР по математике.xlsx", &raw_2021(&rows), "auto");
    assert_eq!(column(&parsed, "result", "school_id"), ["220001", "220002", "ksh220001"]);
    assert_eq!(column(&parsed, "result", "pupil_code"), ["50001"; 3]);
    assert!(found(&parsed, "V302").is_empty());
}

#[test]
fn the_pupil_s_number_is_no_code() {
    let tasks = ["#1", "#1", "#1", "#1", "#2"];
    let mut rows = vec![
        row_2021("sch220001", "#70041", "7А", "#6", tasks),
        row_2021("sch220001", "#70042", "7А", "#6", tasks),
    ];
    (rows[0][2], rows[1][2]) = ("#41", "#43");
    let parsed = read_as("2021/7/ВПР по математике.xlsx", &raw_2021(&rows), "auto");
    assert_eq!(column(&parsed, "result", "pupil_code"), ["70041", "70042"]);
    assert_eq!(column(&parsed, "source", "rows_read"), ["2"]);
    assert_eq!(codes(&parsed), [""; 0], "{:?}", parsed.findings);
}

#[test]
fn every_spelling_of_not_attempted() {
    let spellings = ["X", "x", "Х", "х", " X", "X ", "\u{a0}Х\u{a0}", "\u{2009}x", "X\u{200b}"];
    for spelling in spellings {
        let parsed =
            read_as(F1, &f1(&[&f1_row("#50001", "#1", ["#2", spelling, "#3"], ["#5", "#5", "#5"])]), "f1");
        assert_eq!(
            column(&parsed, "item_score", "state"),
            ["scored", "not_attempted", "scored"],
            "{spelling:?}"
        );
        assert_eq!(column(&parsed, "result", "score_tasks"), ["5.0"], "{spelling:?}");
        assert_eq!(codes(&parsed), [""; 0], "{spelling:?} {:?}", parsed.findings);
    }
    for spelling in ["N", "n", "Не изучали", "НЕ  ПРОЙДЕНО", "тема не пройдена", "н/п\u{a0}"]
    {
        let parsed =
            read_as(F1, &f1(&[&f1_row("#50001", "#1", ["#2", spelling, "#3"], ["#5", "#5", "#5"])]), "f1");
        assert_eq!(column(&parsed, "item_score", "state")[1], "not_taught", "{spelling:?}");
        assert_eq!(codes(&parsed), [""; 0], "{spelling:?} {:?}", parsed.findings);
    }
}

#[test]
fn the_type_of_a_cell_says_nothing() {
    let as_number = ["#2", "#1", "#3"];
    let numbers = f1_row("#50001", "#1", as_number, ["#6", "#5", "#4"]);
    let texts = f1_row("50001", "1", ["2", "1", "3"], ["6", "5", "4"]);
    let spaced = f1_row("50001\u{a0}", " 1", ["2 ", "\u{a0}1", "3.0"], ["6,0", "5 ", "4.0"]);
    let mixed = f1_row("50001.0", "#1", ["2", "#1", "3"], ["#6", "5", "#4"]);
    let rows: [&[&str]; 4] = [&numbers, &texts, &spaced, &mixed];
    let parsed = read_as(F1, &f1(&rows), "f1");
    for (name, expected) in [
        ("pupil_code", "50001"),
        ("variant", "1"),
        ("score_printed", "6.0"),
        ("score_tasks", "6.0"),
        ("mark", "5"),
        ("journal_mark", "4"),
    ] {
        assert_eq!(column(&parsed, "result", name), [expected; 4], "{name}");
    }
    assert_eq!(column(&parsed, "item_score", "score"), ["2.0", "1.0", "3.0"].repeat(4));
    assert_eq!(codes(&parsed), [""; 0], "{:?}", parsed.findings);
}

#[test]
fn every_spelling_of_a_class() {
    let spellings = [
        ("нет", "7"),
        ("Нет", "7"),
        ("НЕТ", "7"),
        ("нЕТ", "7"),
        ("#7", "7"),
        ("7", "7"),
        ("7б", "7Б"),
        ("7 Б", "7Б"),
        ("7-Б", "7Б"),
        ("б", "7Б"),
        ("Б", "7Б"),
        ("«Б»", "7Б"),
        ("\"Б\"", "7Б"),
        ("7 \"б\"", "7Б"),
        ("B", "7В"),
        ("7A", "7А"),
        ("а(2)", "7А(2)"),
        ("7а2", "7А2"),
        ("", "-"),
    ];
    let tasks = ["#1", "#1", "#1", "#1", "#2"];
    let rows: Vec<_> =
        spellings.iter().map(|(class, _)| row_2021("sch220001", "#70001", class, "#6", tasks)).collect();
    let parsed = read_as("2021/7/ВПР по математике.xlsx", &raw_2021(&rows), "auto");
    assert_eq!(column(&parsed, "result", "class"), spellings.map(|(_, expected)| expected));
    assert_eq!(found(&parsed, "I210"), ["G16 | 7В | 2"], "two Latin letters, told once");
}

#[test]
fn a_filter_that_hides_nearly_all_rows() {
    let row = f1_row("#50001", "#1", ["#2", "#1", "#3"], ["#6", "#5", "#5"]);
    let rows: Vec<&[&str]> = vec![&row; 40];
    let bytes = f1_with(&rows, |xml| {
        (10..=48).fold(xml, |xml, n| {
            xml.replace(&format!("<row r=\"{n}\">"), &format!("<row r=\"{n}\" hidden=\"1\">"))
        })
    });
    let parsed = read_as(F1, &bytes, "f1");
    assert_eq!(column(&parsed, "result", "row").len(), 40);
    assert_eq!(found(&parsed, "S106"), ["A10 | - | 39"]);
}

#[test]
fn two_years_of_a_test_with_different_numbers_of_tasks() {
    let of = |tasks: &[&str], year: &str| {
        let head: Vec<&str> = HEAD_2021.into_iter().chain(tasks.iter().copied()).collect();
        let start = ["sch220001", "р", "#2", "#70001", "#4", "м", "7А", "#1", "#3"];
        let row: Vec<&str> = start.into_iter().chain(std::iter::repeat_n("#1", tasks.len())).collect();
        let bytes = xlsx(&[("Лист1", cells(&[&head, &row]))]);
        read_as(&format!("{year}/7/ВПР по математике.xlsx"), &bytes, "fisoko-2021")
    };
    let (three, five) = (
        ["балл за 1", "балл за 2", "балл за 3"],
        ["балл за 1", "балл за 2.1", "балл за 2.2", "балл за 3К1", "балл за 3К2"],
    );
    assert_eq!(column(&of(&three, "2021"), "item_score", "item"), ["1", "2", "3"]);
    assert_eq!(column(&of(&five, "2022"), "item_score", "item"), ["1", "2.1", "2.2", "3К1", "3К2"]);
    assert_eq!(column(&of(&five, "2022"), "result", "score_tasks"), ["5.0"]);
}

#[test]
fn every_spelling_of_a_task_s_header() {
    for header in
        ["5 (1б)", "5(1б)", "5 (1 б)", " 5 (1б) ", "5\u{a0}(1б)", "5. (1б)", "5 (1 балл)", "5 (1б.)"]
    {
        let bytes = f1_with(&[&f1_row("#50001", "#1", ["#2", "#1", "#3"], ["#6", "#5", "#5"])], |xml| {
            xml.replace(" 2.1(1 б) ", header)
        });
        let parsed = read_as(F1, &bytes, "f1");
        assert_eq!(column(&parsed, "item_score", "item"), ["1", "5", "2К2"], "{header:?}");
        assert_eq!(column(&parsed, "item_score", "max"), ["2.0", "1.0", "3.0"], "{header:?}");
        assert_eq!(column(&parsed, "result", "score_tasks"), ["6.0"], "{header:?}");
    }
}

#[test]
fn a_region_that_is_a_municipality() {
    let line = [
        "edu220001",
        "#22",
        "reg22_m057 | Барнаул",
        "",
        "edu220001 | МБОУ СОШ № 1",
        "",
        "#50001",
        "#1",
        "#6",
        "#7",
    ];
    let parsed = read_as(RAW, &raw(&[&line]), "auto");
    assert_eq!(column(&parsed, "result", "school_id"), ["220001"]);
    assert_eq!(codes(&parsed), [""; 0], "{:?}", parsed.findings);
}

/// Names as regions give them: the subject in a case, commas and stops inside, codes of two alphabets.
#[test]
fn names_of_files() {
    let row = ["edu220001", "", "", "", "edu220001", "", "#50001", "#1", "#6", "#7"];
    let bytes = raw(&[&row]);
    for (name, subject, grade) in [
        ("2022/ВПР по математике, 5 класс.xlsx", "ma", "5"),
        ("2022/по Русскому языку. 6 кл. (весна).xlsx", "ru", "6"),
        ("2022/7/Окружающему миру.xlsx", "om", "7"),
        ("2022/8 класс/Mat8.xlsx", "ma", "8"),
        ("2022/6/Rus6.xlsx", "ru", "6"),
        ("2022/6/Obsh6.xlsx", "so", "6"),
        ("2022/ВПР по биологии, 7 класс (по образцу 8 класса).xlsx", "bi", "7"),
        ("2022/ВПР по биологии (по образцу 8 класса), 7 класс.xlsx", "bi", "7"),
        ("2022/Иностранный язык (английский), 7 класс.xlsx", "en", "7"),
        ("2022/8/Физике и не только, 8 класс.xlsx", "ph", "8"),
        ("2022/11 класс/ВПР. История. 11 класс.xlsx", "hi", "11"),
    ] {
        let parsed = read_as(name, &bytes, "auto");
        assert_eq!(column(&parsed, "result", "subject"), [subject], "{name}: {:?}", parsed.findings);
        assert_eq!(column(&parsed, "result", "grade"), [grade], "{name}");
        assert_eq!(column(&parsed, "result", "year"), ["2022"], "{name}");
        assert!(found(&parsed, "S113").is_empty(), "{name}: {:?}", found(&parsed, "S113"));
    }
}

#[test]
fn a_sheet_that_says_to_be_wide() {
    let row = f1_row("#50001", "#1", ["#2", "#1", "#3"], ["#6", "#5", "#5"]);
    let bytes = f1_with(&[&row], |xml| {
        let blanks: String = (0..988).map(|_| "<c s=\"1\"/>").collect();
        let xml = format!("<dimension ref=\"A1:ALL1048576\"/>{xml}");
        xml.replace("</row><row r=\"9\">", &format!("{blanks}</row><row r=\"9\">"))
    });
    let parsed = read_as(F1, &bytes, "f1");
    assert_eq!(column(&parsed, "result", "score_tasks"), ["6.0"]);
    assert_eq!(codes(&parsed), [""; 0], "{:?}", parsed.findings);
    assert_eq!(column(&parsed, "source_column", "letter").len(), 12);
}

#[test]
fn a_raw_export_as_a_text_file() {
    let tasks = ["балл за 1", "балл за 2"];
    let head: Vec<&str> = HEAD_2021.into_iter().chain(tasks).chain(["Учебник"]).collect();
    let rows = [
        "sch220001;г. Барнаул;17;50001;4;м;7А;1;3;1;2;Мордкович",
        "sch220001;г. Барнаул;18;50002;4;м;7А;отсутствовал;0;;;Мордкович",
        "sch220001;г. Барнаул;19;50003;4;м;7А;2;1;X;1;Мордкович",
    ];
    let text =
        std::iter::once(head.join(";")).chain(rows.map(str::to_owned)).collect::<Vec<_>>().join("\r\n");
    let windows = encoding_rs::WINDOWS_1251.encode(&text).0.into_owned();
    let parsed = read_as("2021/7/ВПР по математике, 7 класс.csv", text.as_bytes(), "auto");
    assert_eq!(column(&parsed, "source", "layout"), ["fisoko-2021"], "{:?}", parsed.findings);
    assert_eq!(column(&parsed, "result", "status"), ["present", "absent", "present"]);
    assert_eq!(column(&parsed, "result", "score_tasks"), ["3.0", "-", "1.0"]);
    let parsed = read_as("2021/7/ВПР по математике, 7 класс.csv", &windows, "auto");
    assert_eq!(column(&parsed, "result", "score_tasks"), ["3.0", "-", "1.0"], "{:?}", parsed.findings);
    assert_eq!(found(&parsed, "S115"), ["2021/7/ВПР по математике, 7 класс.csv | windows-1251 | ;"]);
}
