//! The program as a user meets it: help, answers, and every kind of bad input, in both languages.
#![expect(clippy::disallowed_methods, reason = "the tests spoil folders of their own")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use rsoko::lake::parquet;
use rsoko::tables::{self, FindingRow, Table};
use rsoko::text::{Lang, catalogue};

use crate::support::{TempDir, cells, walk, xlsx};

pub fn rsoko(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_rsoko"))
        .args(["--workspace".as_ref(), folder.as_os_str()])
        .args(args)
        .env_remove("RSOKO_LANG")
        .env("LC_ALL", "C")
        .output()
        .expect("the program starts")
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

pub fn write(path: &Path, bytes: &[u8]) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    std::fs::write(path, bytes).expect("a file");
}

pub fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).expect("a file")
}

#[track_caller]
pub fn change(folder: &Path, file: &str, from: &str, to: &str) {
    let path = folder.join(file);
    let before = text(&read(&path));
    let after = before.replacen(from, to, 1);
    assert_ne!(before, after, "{file} has no {from:?}");
    write(&path, after.as_bytes());
}

pub fn copy(from: &Path, to: &Path) {
    let mut files = Vec::new();
    walk(from, &mut files);
    for file in files {
        write(&to.join(file.strip_prefix(from).expect("below")), &read(&file));
    }
}

/// The files of a small synthetic region, made once.
fn region() -> &'static Path {
    static REGION: OnceLock<TempDir> = OnceLock::new();
    REGION
        .get_or_init(|| {
            let folder = TempDir::new("cli-region");
            let target = folder.path().join("demo");
            let target = target.to_str().expect("a path");
            let made = rsoko(folder.path(), &["synth", target, "--schools", "12", "--seed", "3", "--quiet"]);
            assert!(made.status.success(), "{}", text(&made.stderr));
            folder
        })
        .path()
}

/// A workspace of its own: pipelines, reports and reference data of the repository, the synthetic region's files.
pub fn workspace(name: &str) -> TempDir {
    let folder = TempDir::new(name);
    let repository = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    for part in ["pipelines", "data/reference", "reports/theme"] {
        copy(&repository.join(part), &folder.path().join(part));
    }
    for report in ["identification", "beside", "conditions", "objectivity", "clusters"]
        .map(|name| [format!("{name}.ru"), format!("{name}.en")])
        .concat()
    {
        let report = &format!("reports/{report}.md");
        write(&folder.path().join(report), &read(&repository.join(report)));
    }
    copy(&region().join("demo"), &folder.path().join("data/demo"));
    folder
}

/// The codes of the latest run's findings, sorted, each once.
pub fn finding_codes(folder: &Path) -> Vec<String> {
    let run = text(&rsoko(folder, &["--json", "run"]).stdout);
    let run: serde_json::Value = serde_json::from_str(&run).expect("JSON");
    let table = folder.join(run["folder"].as_str().expect("a folder")).join("tables/finding.parquet");
    let frame = parquet::decode(FindingRow::SPEC, &read(&table), None).expect("a table");
    let mut codes: Vec<String> =
        tables::texts(&frame, "code").expect("codes").into_iter().flatten().collect();
    codes.sort();
    codes.dedup();
    codes
}

#[test]
fn help_is_wholly_in_its_language() {
    let folder = TempDir::new("cli-help");
    for command in [&[][..], &["run"], &["why"], &["explain"], &["method"], &["method", "show"], &["synth"]] {
        let help = |lang: &'static str| {
            let out = rsoko(folder.path(), &[&["--lang", lang], command, &["--help"]].concat());
            assert!(out.status.success() && out.stderr.is_empty());
            text(&out.stdout)
        };
        let (ru, en) = (help("ru"), help("en"));
        assert!(ru.contains("Вызов: rsoko") && ru.contains("Параметры:"), "{ru}");
        assert!(en.contains("Usage: rsoko") && en.contains("Options:"), "{en}");
        assert!(!en.chars().any(|c| ('а'..='я').contains(&c)), "{en}");
        assert!(!ru.contains("Usage") && !ru.contains("Print"), "{ru}");
    }
}

#[test]
fn wrong_use_ends_with_two_and_a_cure() {
    let folder = TempDir::new("cli-usage");
    let cases: [(&[&str], &str); 7] = [
        (&["rnu"], "run"),
        (&[], ""),
        (&["run", "--nonsense"], "--nonsense"),
        (&["explain", "203389"], ""),
        (&["synth", "x", "--schools", "many", "--seed", "1"], "many"),
        (&["synth", "x", "--schools", "12", "--seed", "1", "--years", "2025..2023"], "2025..2023"),
        (&["--lang", "de", "runs"], "de"),
    ];
    for (args, quoted) in cases {
        for lang in Lang::ALL {
            let out = Command::new(env!("CARGO_BIN_EXE_rsoko"))
                .current_dir(folder.path())
                .args(args)
                .env("RSOKO_LANG", lang.code())
                .output()
                .expect("the program starts");
            let told = text(&out.stderr);
            assert_eq!(out.status.code(), Some(2), "{args:?}: {told}");
            assert!(out.stdout.is_empty());
            assert!(told.contains("E201") && told.contains(quoted), "{args:?}: {told}");
            assert!(told.contains(&catalogue(lang).text("fault-E201.cure")), "{told}");
        }
    }
}

#[test]
fn synth_writes_over_its_own_files_only() {
    let folder = TempDir::new("cli-synth");
    let synth = |target: &str, more: &[&str]| {
        let target = folder.path().join(target);
        let args = ["synth", target.to_str().expect("a path"), "--schools", "12", "--seed", "3", "--quiet"];
        rsoko(folder.path(), &[&args[..], more].concat())
    };
    assert!(synth("region", &["--years", "2024..2025"]).status.success());
    let again = synth("region", &["--years", "2025"]);
    assert!(again.status.success(), "{}", text(&again.stderr));
    let mut files = Vec::new();
    walk(&folder.path().join("region"), &mut files);
    assert!(!files.iter().any(|file| file.to_string_lossy().contains("/2024/")), "an earlier region lingers");
    write(&folder.path().join("region/passports.xlsx"), b"the work of a year");
    let refused = synth("region", &[]);
    assert_eq!(refused.status.code(), Some(2));
    let told = text(&refused.stderr);
    assert!(told.contains("E206") && told.contains("passports.xlsx") && told.contains("--force"), "{told}");
    assert!(synth("region", &["--force"]).status.success());
    assert_eq!(read(&folder.path().join("region/passports.xlsx")), b"the work of a year");
}

/// A way to spoil a workspace, and what the program must say: code, place, exit code.
struct Case {
    name: &'static str,
    spoil: fn(&Path),
    args: &'static [&'static str],
    code: &'static str,
    place: &'static str,
    exit: i32,
}

pub const PIPELINE: &str = "pipelines/identification.toml";
pub const PACK: &str = "pipelines/methods/federal-847.toml";

const CASES: [Case; 14] = [
    Case {
        name: "no workspace",
        spoil: |folder| std::fs::rename(folder.join("pipelines"), folder.join("p")).expect("a folder"),
        args: &["run"],
        code: "E203",
        place: "",
        exit: 2,
    },
    Case {
        name: "no such pipeline",
        spoil: |_| (),
        args: &["run", "none"],
        code: "E301",
        place: "none",
        exit: 10,
    },
    Case {
        name: "no such method pack",
        spoil: |folder| change(folder, PIPELINE, "method = \"federal-847\"", "method = \"none\""),
        args: &["run"],
        code: "E301",
        place: "pipelines/methods/none.toml",
        exit: 10,
    },
    Case {
        name: "a declaration that is no TOML",
        spoil: |folder| change(folder, PIPELINE, "seed = ", "seed = = "),
        args: &["run"],
        code: "E302",
        place: "pipelines/identification.toml:6",
        exit: 10,
    },
    Case {
        name: "an unknown layout",
        spoil: |folder| change(folder, PIPELINE, "\"ris-exams\"", "\"none\""),
        args: &["run"],
        code: "E303",
        place: "pipelines/identification.toml",
        exit: 10,
    },
    Case {
        name: "an unknown stage",
        spoil: |folder| change(folder, PIPELINE, "kind = \"indicators\"", "kind = \"magic\""),
        args: &["run"],
        code: "E303",
        place: "pipelines/identification.toml",
        exit: 10,
    },
    Case {
        name: "a pack with a wrong column",
        spoil: |folder| change(folder, PACK, "CASE WHEN mark = 2", "CASE WHEN marke = 2"),
        args: &["run"],
        code: "E303",
        place: "pipelines/methods/federal-847.toml:",
        exit: 10,
    },
    Case {
        name: "a report that reaches for a file",
        spoil: |folder| {
            change(
                folder,
                "reports/identification.ru.md",
                "FROM source GROUP",
                "FROM read_csv('/etc/passwd') GROUP",
            );
        },
        args: &["run"],
        code: "E304",
        place: "reports/identification.ru.md:",
        exit: 10,
    },
    Case {
        name: "a path that leaves the workspace",
        spoil: |folder| change(folder, PIPELINE, "\"data/demo/register/*.xlsx\"", "\"../register/*.xlsx\""),
        args: &["run"],
        code: "E308",
        place: "pipelines/identification.toml",
        exit: 10,
    },
    Case {
        name: "no source file at all",
        spoil: |folder| {
            std::fs::rename(folder.join("data/demo"), folder.join("data/away")).expect("a folder")
        },
        args: &["run"],
        code: "E401",
        place: "",
        exit: 11,
    },
    Case {
        name: "no run yet",
        spoil: |_| (),
        args: &["why", "990001"],
        code: "E205",
        place: "reports/runs",
        exit: 2,
    },
    Case {
        name: "a pack that speaks of a word that no column holds",
        spoil: |folder| change(folder, PACK, "'correctional'", "'corectional'"),
        args: &["method", "check", "federal-847"],
        code: "E303",
        place: "pipelines/methods/federal-847.toml:59",
        exit: 10,
    },
    Case {
        name: "a pack that names a threshold of which the reference data know nothing",
        spoil: |folder| {
            let pack = folder.join("pipelines/methods/karabudakhkent-2021.toml");
            let text = std::fs::read_to_string(&pack).expect("a pack");
            let odd =
                text.replacen(r#"subject = "ru", form = "ege" }"#, r#"subject = "ru", form = "egg" }"#, 1);
            assert_ne!(text, odd);
            std::fs::write(&pack, odd).expect("a pack");
        },
        args: &["method", "check", "karabudakhkent-2021"],
        code: "E303",
        place: "karabudakhkent-2021.toml:",
        exit: 10,
    },
    Case {
        name: "no such pack to show",
        spoil: |_| (),
        args: &["method", "show", "../../etc/passwd"],
        code: "E202",
        place: "pipelines/methods",
        exit: 2,
    },
];

#[test]
fn bad_declarations_are_told_with_code_place_cause_and_cure() {
    for case in &CASES {
        let folder = workspace("cli-bad");
        (case.spoil)(folder.path());
        for lang in Lang::ALL {
            let out = rsoko(folder.path(), &[&["--lang", lang.code()], case.args].concat());
            let told = text(&out.stderr);
            assert_eq!(out.status.code(), Some(case.exit), "{}: {told}", case.name);
            assert!(told.contains(case.code) && told.contains(case.place), "{}: {told}", case.name);
            // The code's own cure, or the one for what was looked for: `cure-method`, `cure-school`.
            let texts = catalogue(lang);
            let cures =
                texts.keys().iter().filter(|key| key.starts_with(&format!("fault-{}.cure", case.code)));
            let told_cure = cures.map(|key| texts.text(key)).any(|cure| told.contains(&cure));
            assert!(told_cure, "{}: {told}", case.name);
            assert!(!told.contains('⟦') && !told.contains("{$"), "{}: {told}", case.name);
            assert!(
                !folder.path().join("reports/runs/latest").exists(),
                "{}: something was committed",
                case.name
            );
        }
    }
}

#[test]
fn trouble_in_the_data_is_a_finding_and_the_run_goes_on() {
    let folder = workspace("cli-findings");
    let data = folder.path().join("data/demo");
    write(&data.join("vpr/2024/Ф1_МА_4_2024.xlsx"), b"this is no workbook");
    let strange: [&[&str]; 2] = [&["Что-то", "Своё"], &["1", "2"]];
    write(&data.join("vpr/2024/Ф1_РУ_4_2024.xlsx"), &xlsx(&[("Лист1", cells(&strange))]));
    change(folder.path(), PIPELINE, "years = [2023, 2024, 2025]", "years = [2022, 2023, 2024, 2025]");
    // One more examinee, of a school that no register knows.
    let exams = data.join("ris/2025/ГИА-9 2025.csv");
    let mut bytes = read(&exams);
    let end = bytes.iter().rposition(|byte| byte.is_ascii_digit()).expect("a row") + 1;
    let start = bytes[..end].iter().rposition(|&byte| byte == b'\n').expect("rows") + 1;
    let row = [&b"\r\n999998"[..], &bytes[start + 6..end]].concat();
    bytes.splice(end..end, row);
    write(&exams, &bytes);

    let first = rsoko(folder.path(), &["--lang", "en", "run"]);
    assert!(first.status.success(), "{}", text(&first.stderr));
    let codes = finding_codes(folder.path());
    for code in ["S102", "S103", "V301", "V303", "V307"] {
        assert!(codes.iter().any(|found| found == code), "{code} is not among {codes:?}");
    }
}

/// A workbook with three official lists, and the pipeline's line for it.
fn official_lists(folder: &Path) {
    let rows: [&[&str]; 4] = [
        &["Логин ОО", "Перечень", "Документ"],
        &["edu990001", "федеральный", "Письмо № 10-1"],
        &["edu990001", "признаки необъективных результатов", "Письмо № 08-7"],
        &["edu990002", "региональный", "Приказ № 5"],
    ];
    write(&folder.join("data/demo/official/Перечни 2025.xlsx"), &xlsx(&[("Лист1", cells(&rows))]));
    let sources = "[sources] # glob = layout\n";
    let official = format!("{sources}\"data/demo/official/*.xlsx\" = \"official-list\"\n");
    change(folder, PIPELINE, sources, &official);
}

/// A standardised mean stands under no header of shares, and a figure of few participants says that it does not count.
fn every_figure_says_what_it_is(told: &str) {
    let lines: Vec<&str> = told.lines().collect();
    let head = lines.iter().position(|line| line.contains("станд. отклонений (95 %)")).expect("a header");
    let under: Vec<&str> = lines[head + 1..].iter().take_while(|line| !line.is_empty()).copied().collect();
    let until = under.iter().position(|line| line.contains("(95 %)")).unwrap_or(under.len());
    assert!(until > 0 && under[..until].iter().all(|line| !line.contains('%')), "{under:#?}");
    let figures = |line: &&&str| line.contains(" из ") && line.contains(" (") && line.contains("%)");
    let few = |line: &&&str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let at = words.iter().rposition(|word| *word == "из").expect("a count");
        words[at + 1].parse::<u32>().is_ok_and(|pupils| pupils < 10)
    };
    let few: Vec<&&str> = lines.iter().filter(figures).filter(few).collect();
    assert!(!few.is_empty() && few.iter().all(|line| line.contains("оценить нельзя")), "{few:#?}");
}

/// The school of two lists has both beside its signs; the page shows all three, and only two stand beside our list.
fn signs_stand_beside_official_lists(folder: &Path) {
    let told = text(&rsoko(folder, &["why", "990001", "--objectivity"]).stdout);
    for line in [
        "федеральный список школ с признаками необъективных результатов, 2025 год, документ: Письмо № 08-7",
        "федеральный список школ с низкими результатами, 2025 год, документ: Письмо № 10-1",
    ] {
        assert!(told.contains(line), "{told}");
    }
    let run = text(&rsoko(folder, &["--json", "run"]).stdout);
    let run: serde_json::Value = serde_json::from_str(&run).expect("JSON");
    let page = |name: &str| text(&read(&folder.join(run["folder"].as_str().expect("a folder")).join(name)));
    let signs = page("objectivity.html").replace('\u{a0}', " ");
    for document in ["Письмо № 08-7", "Письмо № 10-1", "Приказ № 5"] {
        assert!(signs.contains(document), "{document}");
    }
    // how many flags are chance; in this file and in none of the list
    let chance = "около 2,6 % работ, «меньше» — около 1,6 %";
    assert!(signs.contains(chance) && !page("report.html").replace('\u{a0}', " ").contains(chance));
    assert!(!signs.contains("evidence-"), "a word that nobody translated");
    let beside = page("beside.html").replace('\u{a0}', " ");
    assert!(beside.contains("Письмо № 10-1") && !beside.contains("Письмо № 08-7"));
}

#[test]
fn a_run_is_told_and_the_next_one_has_nothing_to_do() {
    let folder = workspace("cli-run");
    official_lists(folder.path());
    let first = rsoko(folder.path(), &["run"]);
    let (out, told) = (text(&first.stdout), text(&first.stderr));
    assert!(first.status.success(), "{told}");
    assert!(out.contains("report.html") && out.contains("lists.xlsx") && out.contains("файл"), "{out}");
    let declared =
        std::fs::read_to_string(folder.path().join("pipelines/identification.toml")).expect("a pipeline");
    assert!(told.contains(&format!("[1/{}]", declared.matches("[[stage]]").count())), "{told}");
    let second = rsoko(folder.path(), &["run"]);
    assert_eq!(text(&second.stdout).lines().count(), 1, "{}", text(&second.stdout));
    assert!(text(&second.stdout).starts_with("Ничего не изменилось"));
    assert!(rsoko(folder.path(), &["run", "--quiet"]).stdout.is_empty());

    let plan: serde_json::Value =
        serde_json::from_slice(&rsoko(folder.path(), &["plan", "--json"]).stdout).expect("JSON");
    assert_eq!(plan["finished"], true);
    change(folder.path(), PACK, "min_n = 10", "min_n = 11");
    let plan: serde_json::Value =
        serde_json::from_slice(&rsoko(folder.path(), &["plan", "--json"]).stdout).expect("JSON");
    let runs = |kind: &str| {
        plan["stages"].as_array().unwrap().iter().find(|stage| stage["kind"] == kind).unwrap()["runs"].clone()
    };
    assert_eq!((runs("ingest"), runs("indicators")), (false.into(), true.into()), "{plan:#}");
    change(folder.path(), PACK, "min_n = 11", "min_n = 10");

    let listed = text(&rsoko(folder.path(), &["why", "990001"]).stdout);
    assert!(listed.contains("990001") && listed.contains("Внутренняя редакция"), "{listed}");
    every_figure_says_what_it_is(&listed);
    signs_stand_beside_official_lists(folder.path());
    let figure = rsoko(folder.path(), &["explain", "990001", "low_share_vpr_ru5", "--json"]);
    let figure: serde_json::Value = serde_json::from_slice(&figure.stdout).expect("JSON");
    assert_eq!(figure["adds_up"], true, "{figure:#}");
    for (args, code) in [
        (&["why", "нет такой школы"][..], "E202"),
        (&["why", "МБОУ"], "E204"),
        (&["explain", "990001", "none"], "E202"),
        (&["explain", "990001", "low_share_vpr_ru5", "--year", "1999"], "E202"),
    ] {
        let out = rsoko(folder.path(), args);
        assert_eq!(out.status.code(), Some(2), "{args:?}");
        assert!(text(&out.stderr).contains(code), "{args:?}: {}", text(&out.stderr));
    }
    let runs = text(&rsoko(folder.path(), &["--lang", "en", "runs"]).stdout);
    assert!(runs.contains("identification-") && runs.contains("2023, 2024, 2025"), "{runs}");
}

#[test]
fn a_reader_that_goes_away_is_no_trouble() {
    use std::process::Stdio;
    let folder = TempDir::new("cli-pipe");
    let mut child = Command::new(env!("CARGO_BIN_EXE_rsoko"))
        .current_dir(folder.path())
        .args(["completions", "bash"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(child.stdout.take());
    let out = child.wait_with_output().expect("it ends");
    assert!(out.stderr.is_empty(), "{}", text(&out.stderr));
    assert!(out.status.success());
}
