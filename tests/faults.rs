//! Every fault that can be provoked from outside, in both languages: code, exit code, place, cause, and that a Russian
//! message is Russian.
#![expect(clippy::disallowed_methods, reason = "the tests spoil folders of their own")]

use std::path::Path;
use std::process::{Command, Output, Stdio};

use rsoko::lake::parquet;
use rsoko::tables::{Measure, Table};

use crate::cli::{PACK, PIPELINE, change, finding_codes, read, rsoko, text, workspace, write};
use crate::support::{TempDir, walk};

/// A way to provoke a fault: what is spoilt, what is asked, and the code, exit code, place and cause that must be told.
struct Case(fn(&Path), &'static [&'static str], &'static str, i32, &'static str, &'static str);

const REPORT: &str = "reports/identification.ru.md";
const RUN: &[&str] = &["run"];

fn pipeline(folder: &Path, from: &str, to: &str) {
    change(folder, PIPELINE, from, to);
}

fn pack(folder: &Path, from: &str, to: &str) {
    change(folder, PACK, from, to);
}

/// Appended to the pipeline as a given table.
fn given(folder: &Path, bytes: &[u8]) {
    write(&folder.join("data/measure.parquet"), bytes);
    pipeline(folder, "[sources]", "[tables]\nmeasure = \"data/measure.parquet\"\n[sources]");
}

/// The pipeline without its stages.
fn without_stages(folder: &Path) -> String {
    text(&read(&folder.join(PIPELINE))).split("[[stage]]").next().unwrap_or_default().to_owned()
}

/// The pipeline with one stage, an index of this measure.
fn only_an_index(folder: &Path, measure: &str) {
    let stage = format!("[[stage]]\nkind = \"context\"\nmeasures = {{ {measure} = 1 }}\n");
    write(&folder.join(PIPELINE), (without_stages(folder) + &stage).as_bytes());
}

const BEFORE_A_RUN: &[Case] = &[
    Case(|_| (), &["rnu"], "E201", 2, "", "said"),
    Case(|_| (), &["run", "--threads", "900"], "E201", 2, "", "usage-threads"),
    Case(|_| (), &["why", "990001"], "E205", 2, "reports/runs", ""),
    Case(|f| std::fs::rename(f.join("pipelines"), f.join("p")).expect("a folder"), RUN, "E203", 2, "/", ""),
    Case(|_| (), &["run", "none"], "E301", 10, "pipelines/none.toml", ""),
    Case(
        |f| pipeline(f, "method = \"federal-847\"", "method = \"federal-874\""),
        RUN,
        "E301",
        10,
        "identification.toml:4",
        "",
    ),
    Case(
        |f| pipeline(f, "register/*.xlsx", "register/нет.xlsx"),
        RUN,
        "E301",
        10,
        "identification.toml:12",
        "",
    ),
    Case(
        |f| pipeline(f, "register/*.xlsx", "register"),
        RUN,
        "E301",
        10,
        "identification.toml:12",
        "os-is-folder",
    ),
    Case(|f| pipeline(f, "seed = ", "seed = ="), RUN, "E302", 10, "identification.toml:6", "toml-equals"),
    Case(|f| pipeline(f, "seed = ", "sede = "), RUN, "E302", 10, "identification.toml:6", "toml-unknown"),
    Case(|f| pipeline(f, "seed = ", "seed = 'x' #"), RUN, "E302", 10, "identification.toml:6", "toml-type"),
    Case(|f| pipeline(f, "seed = ", "# seed = "), RUN, "E302", 10, "identification.toml:1", "toml-missing"),
    Case(|f| pipeline(f, "[sources]", "[sources"), RUN, "E302", 10, "identification.toml:9", "toml-bracket"),
    Case(
        |f| {
            let mut bytes = read(&f.join(PIPELINE));
            bytes.extend(b"\n# \xcf\xf0\xe8\xe2\xe5\xf2");
            write(&f.join(PIPELINE), &bytes);
        },
        RUN,
        "E302",
        10,
        "identification.toml:",
        "encoding",
    ),
    Case(|f| pipeline(f, "\"ris-exams\"", "\"ris-exam\""), RUN, "E303", 10, "identification.toml:11", ""),
    Case(|f| pipeline(f, "\"validate\"", "\"validat\""), RUN, "E303", 10, "identification.toml:19", ""),
    Case(|f| pipeline(f, "order_by", "orderby"), RUN, "E303", 10, "identification.toml:", ""),
    Case(
        |f| pipeline(f, "measures = { large_families", "measures = { large_familie"),
        RUN,
        "E303",
        10,
        "identification.toml:36",
        "",
    ),
    Case(
        |f| pipeline(f, "low_share_vpr_ru5 =", "low_share_ru5 ="),
        RUN,
        "E303",
        10,
        "identification.toml:",
        "",
    ),
    Case(|f| pipeline(f, "\"police_register\"]", "\"police\"]"), RUN, "E303", 10, "identification.toml:", ""),
    Case(|f| pack(f, "WHEN mark = 2", "WHEN marke = 2"), RUN, "E303", 10, "federal-847.toml:", ""),
    Case(|f| pack(f, "'correctional'", "'corectional'"), RUN, "E303", 10, "federal-847.toml:59", ""),
    Case(|f| pack(f, "subject = 'ru'", "subject = 'rus'"), RUN, "E303", 10, "federal-847.toml:", ""),
    Case(|f| pack(f, "THEN 1 ELSE 0", "THEN 2 ELSE 0"), RUN, "E307", 10, "federal-847.toml:", "value-tally"),
    Case(
        |f| pack(f, "COUNT(mark)", "AVG(mark)"),
        RUN,
        "E304",
        10,
        "federal-847.toml:",
        "sql-float-aggregate",
    ),
    Case(
        |f| change(f, REPORT, "FROM source GROUP", "FROM read_csv('x') GROUP"),
        RUN,
        "E304",
        10,
        REPORT,
        "sql-tables",
    ),
    Case(|f| pack(f, "COUNT(mark)", "COUNT(mark"), RUN, "E305", 10, "federal-847.toml:", "sql-end"),
    Case(|f| pack(f, "COUNT(mark)", "COUNT(mark mark)"), RUN, "E305", 10, "federal-847.toml:", "sql-word-at"),
    Case(
        |f| change(f, REPORT, "FROM source GROUP", "FORM source GROUP"),
        RUN,
        "E305",
        10,
        REPORT,
        "sql-word-at",
    ),
    Case(
        |f| pipeline(f, "\"validate\"", "\"ingest\""),
        RUN,
        "E306",
        10,
        "identification.toml:16",
        "graph-stage-twice",
    ),
    Case(|f| pipeline(f, "kind = \"indicators\"", "kind = \"objectivity\""), RUN, "E306", 10, "", ""),
    Case(
        |f| pipeline(f, "years = [2023, 2024, 2025]", "years = [20]"),
        RUN,
        "E307",
        10,
        "toml:5",
        "value-years",
    ),
    Case(|f| pipeline(f, "k = [2, 6]", "k = [6, 2]"), RUN, "E307", 10, "identification.toml:", "value-order"),
    Case(
        |f| pipeline(f, "k = [2, 6]", "k = [2, 60]"),
        RUN,
        "E307",
        10,
        "identification.toml:",
        "value-range",
    ),
    Case(
        |f| pack(f, "unassessable = \"skip\"", "unassessable = \"no\""),
        RUN,
        "E307",
        10,
        PACK,
        "value-known",
    ),
    Case(
        |f| {
            let text = without_stages(f).replace("[sources]", "stage = []\n[sources]");
            write(&f.join(PIPELINE), text.as_bytes());
        },
        RUN,
        "E307",
        10,
        "identification.toml:",
        "value-empty",
    ),
    Case(|f| change(f, REPORT, "output = \"", "output = \"../"), RUN, "E307", 10, REPORT, "value-output"),
    Case(
        |f| pipeline(f, "\"data/demo/register/*.xlsx\"", "\"../r/*.xlsx\""),
        RUN,
        "E308",
        10,
        "toml:12",
        "path-foreign",
    ),
    Case(
        |f| {
            write(&f.join("reports/runs/x/lists.xlsx"), b"");
            pipeline(f, "\"data/demo/register/*.xlsx\"", "\"**/*.xlsx\"");
        },
        RUN,
        "E308",
        10,
        "identification.toml:12",
        "path-own",
    ),
    Case(
        |f| {
            write(&f.join("data/demo/truth/schools.xlsx"), b"");
            pipeline(f, "\"data/demo/register/*.xlsx\"", "\"data/demo/**/*.xlsx\"");
        },
        RUN,
        "E308",
        10,
        "identification.toml:12",
        "path-truth",
    ),
    Case(|f| change(f, REPORT, "---\n", "+++\n"), RUN, "E309", 10, "identification.ru.md:1", "report-fence"),
    Case(|f| change(f, REPORT, "```sql name=", "```sql neme="), RUN, "E309", 10, REPORT, "report-need"),
    Case(|f| pack(f, "objectivity = \"flag\"", "objectivity = \"exclude\""), RUN, "E310", 10, PACK, ""),
    Case(
        |f| std::fs::rename(f.join("data/demo"), f.join("data/away")).expect("a folder"),
        RUN,
        "E401",
        11,
        PIPELINE,
        "",
    ),
    Case(
        |f| {
            let mut files = Vec::new();
            walk(&f.join("data/demo"), &mut files);
            files.iter().for_each(|file| write(file, b"nothing\0of the kind"));
        },
        RUN,
        "E402",
        11,
        "data/demo/",
        "sources-damaged",
    ),
    Case(|f| given(f, b"no table"), RUN, "E306", 10, "measure", "graph-given-written"),
    Case(
        |f| {
            given(f, b"no table");
            pipeline(f, "[[stage]]\nkind = \"ingest\"\n", "");
        },
        RUN,
        "E306",
        10,
        "",
        "graph-no-writer",
    ),
    Case(
        |f| {
            only_an_index(f, "poor");
            given(f, b"no table");
        },
        RUN,
        "E802",
        15,
        "measure",
        "damaged-bytes",
    ),
    Case(|f| write(&f.join("data/lake"), b"a file where a folder belongs"), RUN, "E901", 16, "data/lake", ""),
];

const AFTER_A_RUN: &[Case] = &[
    Case(|_| (), &["why", "нет такой"], "E202", 2, "", ""),
    Case(|_| (), &["explain", "990001", "low_share_vpr_ru"], "E202", 2, "", ""),
    Case(|_| (), &["why", "МБОУ"], "E204", 2, "", ""),
    Case(
        |f| {
            for file in tables(f) {
                write(&file, b"spoilt");
            }
        },
        &["why", "990001"],
        "E802",
        15,
        "",
        "damaged-hash",
    ),
];

/// The tables of the runs.
fn tables(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    walk(&folder.join("reports/runs"), &mut files);
    files.retain(|file| file.extension().is_some_and(|ending| ending == "parquet"));
    files
}

/// What a Russian message may not hold: three words of Latin letters in a row, but in what is quoted, in a command, and
/// in what the technical details say.
fn english(message: &str) -> Option<String> {
    let mut plain = String::new();
    let mut depth = 0u32;
    for line in message.lines().filter(|line| !line.contains("(технические подробности:"))
    {
        let line = line.split("найдено: ").next().unwrap_or_default();
        for c in line.chars() {
            match c {
                '«' => depth += 1,
                '»' => depth = depth.saturating_sub(1),
                _ if depth == 0 => plain.push(c),
                _ => {}
            }
        }
        plain.push('\n');
    }
    let words: Vec<&str> = plain.split([' ', '\n']).collect();
    let is_word = |word: &str| word.len() > 1 && word.chars().all(|c| c.is_ascii_alphabetic());
    let found = words.windows(3).find(|three| three.iter().all(|word| is_word(word)) && three[0] != "rsoko");
    found.map(|three| three.join(" "))
}

#[test]
fn the_test_of_english_can_fail() {
    assert_eq!(english("причина: no such file или"), Some("no such file".to_owned()));
    assert_eq!(english("выполните rsoko method list и «no such file or»"), None);
}

fn provoke(folder: &Path, case: &Case) {
    let Case(spoil, args, code, exit, place, cause) = case;
    spoil(folder);
    let json = |lang: &str| -> serde_json::Value {
        let out = rsoko(folder, &[&["--json", "--lang", lang], *args].concat());
        assert_eq!(out.status.code(), Some(*exit), "{args:?}: {}", text(&out.stderr));
        assert!(out.stdout.is_empty());
        serde_json::from_slice(&out.stderr).unwrap_or_else(|_| panic!("no JSON: {}", text(&out.stderr)))
    };
    let (ru, en) = (&json("ru")["error"], &json("en")["error"]);
    for field in ["code", "exit", "where", "cause", "detail"] {
        assert_eq!(ru[field], en[field], "{field}: {ru:#}");
    }
    assert_eq!(ru["code"], *code, "{ru:#}");
    assert!(ru["where"].as_str().unwrap_or_default().contains(place), "{place}: {ru:#}");
    if !cause.is_empty() {
        assert_eq!(ru["cause"], *cause, "{ru:#}");
    }
    let told = text(&rsoko(folder, &[&["--lang", "ru"], *args].concat()).stderr);
    assert!(told.contains("что делать:") && !told.contains('⟦'), "{told}");
    assert_eq!(english(&told), None, "{told}");
    let told = text(&rsoko(folder, &[&["--lang", "en"], *args].concat()).stderr);
    assert!(!told.contains('⟦'), "{told}");
}

#[test]
fn every_fault_is_told_in_both_languages() {
    for (number, case) in BEFORE_A_RUN.iter().enumerate() {
        println!("case {number}: {:?} {}", case.1, case.2);
        provoke(workspace(&format!("faults-{number}")).path(), case);
    }
    let folder = workspace("faults-after");
    assert!(rsoko(folder.path(), RUN).status.success());
    for case in AFTER_A_RUN {
        provoke(folder.path(), case);
    }
}

#[test]
fn a_query_that_fails_on_the_data_names_its_line_and_no_cell() {
    let folder = workspace("faults-cells");
    pack(folder.path(), "COUNT(mark)", "COUNT(mark) + SUM(CAST(school_id AS BIGINT) > 0)");
    pack(folder.path(), "subject = 'ru'", "subject = 'ru' AND CAST(class AS BIGINT) > 0");
    let out = rsoko(folder.path(), &["--json", "run"]);
    let told: serde_json::Value = serde_json::from_slice(&out.stderr).expect("JSON");
    assert_eq!((out.status.code(), &told["error"]["code"]), (Some(10), &"E305".into()), "{told:#}");
    assert!(told["error"]["where"].as_str().unwrap_or_default().starts_with(PACK), "{told:#}");
    assert!(told["error"]["args"]["indicator"].is_string() && told["error"]["detail"].is_null(), "{told:#}");
}

#[cfg(target_os = "linux")]
#[test]
fn an_output_that_is_full_is_a_fault_and_a_closed_one_is_none() {
    let folder = TempDir::new("faults-full");
    for args in [&["completions", "bash"][..], &["--help"], &["--version"]] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("the full device");
        let out: Output = Command::new(env!("CARGO_BIN_EXE_rsoko"))
            .current_dir(folder.path())
            .args(args)
            .env("RSOKO_LANG", "ru")
            .stdout(Stdio::from(full))
            .stderr(Stdio::piped())
            .output()
            .expect("the program starts");
        assert_eq!(out.status.code(), Some(16), "{args:?}");
        let told = text(&out.stderr);
        assert!(told.contains("E904") && told.contains("нет места"), "{told}");
    }
}

#[test]
fn a_damaged_name_of_the_latest_run_hides_no_run() {
    let folder = workspace("faults-latest");
    assert!(rsoko(folder.path(), RUN).status.success());
    let latest = folder.path().join("reports/runs/latest");
    let good = read(&latest);
    for bytes in
        [&b""[..], b"\xff\xfe rubbish \x00", b"identification-0123456789abcdef\n", b"../../data", b"."]
    {
        write(&latest, bytes);
        let out = rsoko(folder.path(), &["--lang", "ru", "why", "990001"]);
        let told = text(&out.stderr);
        assert!(out.status.success(), "{told}");
        assert!(told.contains("reports/runs/latest") && told.contains(text(&good).trim()), "{told}");
        assert!(text(&rsoko(folder.path(), &["runs"]).stdout).contains('*'));
    }
    assert!(rsoko(folder.path(), RUN).status.success());
    assert_eq!(read(&latest), good, "a run sets it right");
    assert!(rsoko(folder.path(), &["why", "990001"]).stderr.is_empty());
}

#[test]
fn a_file_that_changed_after_the_run_is_told() {
    let folder = workspace("faults-changed");
    assert!(rsoko(folder.path(), RUN).status.success());
    let explain = |more: &[&str]| {
        rsoko(folder.path(), &[&["--lang", "ru", "explain", "990001", "low_share_vpr_ru5"], more].concat())
    };
    assert!(explain(&[]).stderr.is_empty());
    let answer: serde_json::Value = serde_json::from_slice(&explain(&["--json"]).stdout).expect("JSON");
    assert_eq!(answer["changed_sources"], serde_json::json!([]));
    let file = answer["rows"][0]["file"].as_str().expect("a file").to_owned();
    let path = folder.path().join(&file);
    write(&path, &[read(&path), b" ".to_vec()].concat());
    let out = explain(&[]);
    let (told, answer) = (text(&out.stderr), text(&out.stdout));
    assert!(told.contains(&file) && told.contains("изменился"), "{told}");
    assert!(answer.contains("(файл с тех пор изменился"), "{answer}");
    std::fs::remove_file(&path).expect("it was there");
    let told = text(&explain(&[]).stderr);
    assert!(told.contains(&file) && told.contains("больше нет"), "{told}");
    let answer: serde_json::Value = serde_json::from_slice(&explain(&["--json"]).stdout).expect("JSON");
    assert_eq!(answer["changed_sources"], serde_json::json!([file]));
}

#[test]
fn a_pattern_that_finds_nothing_is_a_finding() {
    let folder = workspace("faults-glob");
    pipeline(folder.path(), "[sources] # glob = layout", "[sources]\n\"data/none/*.xlsx\" = \"auto\"");
    assert!(finding_codes(folder.path()).contains(&"S120".to_owned()));
    let run: serde_json::Value =
        serde_json::from_slice(&rsoko(folder.path(), &["--json", "run"]).stdout).expect("JSON");
    assert_eq!(run["empty_globs"], serde_json::json!(["data/none/*.xlsx"]));
    pipeline(folder.path(), "\"data/none/*.xlsx\" = \"auto\"\n", "");
    assert!(!finding_codes(folder.path()).contains(&"S120".to_owned()));
}

#[test]
fn a_language_that_is_not_known_is_told() {
    let folder = workspace("faults-lang");
    let runs = |lang: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rsoko"));
        command.args(["--workspace".as_ref(), folder.path().as_os_str()]).arg("runs").env("RSOKO_LANG", lang);
        command.env("LC_ALL", "C").output().expect("the program starts")
    };
    assert!(text(&runs("xx").stderr).contains("RSOKO_LANG=xx"));
    assert!(runs("xx").status.success() && runs("en").stderr.is_empty());
}

#[test]
fn characters_that_turn_the_writing_are_shown_and_not_obeyed() {
    let folder = workspace("faults-bidi");
    let out = rsoko(folder.path(), &["run", "x\u{202e}\u{1b}[2J"]);
    let told = text(&out.stderr);
    assert!(told.contains("<U+202E><U+001B>[2J"), "{told}");
    assert!(!told.contains('\u{202e}') && !told.contains("\u{1b}[2J"), "{told}");
}

#[test]
fn a_given_table_tells_which_measures_there_are() {
    let folder = workspace("faults-given");
    let row =
        Measure { year: 2024, measure: "poor".into(), school_id: "990001".into(), ..Measure::default() };
    let bytes =
        parquet::encode(Measure::SPEC, &Measure::frame(vec![row]).expect("a frame")).expect("a table");
    only_an_index(folder.path(), "pour");
    given(folder.path(), &bytes);
    let out = rsoko(folder.path(), &["--lang", "en", "run"]);
    let told = text(&out.stderr);
    assert!(told.contains("E303") && told.contains("pour") && told.contains("poor"), "{told}");
}
