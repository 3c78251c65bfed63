//! `rsoko fit` as a researcher meets it: tables of every kind, answers that agree with R, refusals in words.
#![expect(clippy::disallowed_methods, reason = "the tests write tables of their own")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use crate::support::{TempDir, assert_close, cells, xlsx};

const PANEL: &str = include_str!("reference/panel.csv");

fn r() -> Value {
    serde_json::from_str(include_str!("reference/models.json")).expect("a committed result is JSON")
}

fn rsoko(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_rsoko"))
        .current_dir(folder)
        .args(["--lang", "en", "fit"])
        .args(args)
        .output()
        .expect("the program starts")
}

/// The panel with the columns of the R script, as a text file with this separator.
fn panel(separator: char) -> String {
    let scores: Vec<String> =
        r()["score"].as_array().unwrap().iter().map(|v| v.as_f64().unwrap().to_string()).collect();
    let mut out = String::new();
    for (at, line) in PANEL.lines().enumerate() {
        let fields: Vec<&str> = line.split(',').collect();
        let more = match at {
            0 => ["kind".to_owned(), "score".to_owned(), "share".to_owned()],
            _ => {
                let kind = ["city", "town", "village"][fields[6].parse::<usize>().unwrap() - 1].to_owned();
                let share = fields[8].parse::<f64>().unwrap() / fields[7].parse::<f64>().unwrap();
                [kind, scores[at - 1].clone(), share.to_string()]
            }
        };
        let all: Vec<&str> = fields.into_iter().chain(more.iter().map(String::as_str)).collect();
        out += &all.join(&separator.to_string());
        out += "\n";
    }
    out
}

fn table() -> (TempDir, PathBuf) {
    let folder = TempDir::new("fit");
    let path = folder.path().join("panel.csv");
    std::fs::write(&path, panel(',')).expect("a file");
    (folder, path)
}

#[track_caller]
fn answer(folder: &Path, args: &[&str]) -> Value {
    let output = rsoko(folder, &[args, &["--json"]].concat());
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{args:?}: {error}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[track_caller]
fn refused(folder: &Path, args: &[&str], exit: i32, words: &[&str]) {
    let output = rsoko(folder, args);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(exit), "{args:?}: {error}");
    for word in words {
        assert!(error.contains(word), "{word:?} is not in\n{error}");
    }
    assert!(!error.contains('⟦') && output.stdout.is_empty(), "{error}");
}

fn column(answer: &Value, field: &str) -> Vec<f64> {
    let terms = answer["terms"].as_array().expect("terms");
    terms.iter().map(|term| term[field].as_f64().unwrap_or_else(|| panic!("{field} of {term}"))).collect()
}

#[track_caller]
fn all_close(name: &str, got: &[f64], want: &Value, tolerance: f64) {
    let want: Vec<f64> = want.as_array().expect("a list").iter().map(|v| v.as_f64().unwrap()).collect();
    assert_eq!(got.len(), want.len(), "{name}");
    for (got, want) in got.iter().zip(want) {
        assert_close(name, *got, want, tolerance);
    }
}

#[test]
fn generalised_models_agree_with_r_with_every_error() {
    let (folder, r) = (table(), r());
    for (name, formula, family) in [
        ("poisson", "low ~ poor + educated + factor(year) + offset(log(pupils))", "poisson"),
        ("counts", "cbind(low, pupils - low) ~ poor * kind", "binomial"),
        ("shares", "share ~ poor + educated", "fractional"),
    ] {
        for (se, key) in [("HC0", "hc0"), ("HC1", "hc1"), ("CR1", "cr1"), ("CR2", "cr2")] {
            let mut args = vec!["panel.csv", formula, "--family", family, "--se", se];
            if se.starts_with("CR") {
                args.extend(["--cluster", "municipality"]);
            }
            let got = answer(folder.0.path(), &args);
            all_close(name, &column(&got, "estimate"), &r[name]["coefficients"], 1e-10);
            all_close(&format!("{name} {se}"), &column(&got, "se"), &r[name][key], 1e-9);
            if se == "CR2" {
                all_close(name, &column(&got, "df"), &r[name]["cr2_df"], 1e-8);
            }
            assert_eq!(got["n"], 180);
        }
        if name != "shares" {
            let got = answer(folder.0.path(), &["panel.csv", formula, "--family", family]);
            all_close(name, &column(&got, "se"), &r[name]["classical"], 1e-10);
            assert_close(name, got["log_lik"].as_f64().unwrap(), r[name]["log_lik"].as_f64().unwrap(), 1e-11);
            assert!(got["terms"][0]["df"].is_null());
        }
    }
}

#[test]
fn fixed_effects_weights_and_clusters_agree_with_r() {
    let (folder, r) = (table(), r());
    let args = [
        "panel.csv",
        "score ~ poor + kind | year",
        "--cluster",
        "municipality",
        "--se",
        "CR2",
        "--weights",
        "pupils",
    ];
    let got = answer(folder.0.path(), &args);
    all_close("coefficients", &column(&got, "estimate"), &r["weighted_coefficients"], 1e-10);
    all_close("CR2", &column(&got, "se"), &r["weighted_cr2"], 1e-9);
    all_close("df", &column(&got, "df"), &r["weighted_df"], 1e-8);
    all_close("p", &column(&got, "p"), &r["weighted_p"], 1e-8);
    assert_eq!(got["groups"]["clusters"][0]["groups"], 15);
    let two_way =
        ["panel.csv", "score ~ poor + educated + kind", "--cluster", "municipality,year", "--se", "CR1"];
    let crossed = answer(folder.0.path(), &two_way);
    all_close("coefficients", &column(&crossed, "estimate"), &r["two_way_coefficients"], 1e-10);
    all_close("two-way CR1", &column(&crossed, "se"), &r["two_way_se"], 1e-9);
    assert!(
        column(&crossed, "df").iter().all(|df| (df - 2.0).abs() < 1e-12),
        "the fewest clusters are three years"
    );
    assert_eq!(crossed["groups"]["clusters"].as_array().map(Vec::len), Some(2));
    assert_eq!(got["groups"]["fixed"][0], serde_json::json!({ "column": "year", "groups": 3 }));
    assert_eq!(got["covariance"].as_array().unwrap().len(), 3);
    // the same numbers out of a file that pandas wrote, less two missing scores
    let parquet = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/panel.parquet");
    let from = answer(folder.0.path(), &[&[parquet.to_str().unwrap()], &args[1..]].concat());
    assert_eq!((from["n"].as_u64(), from["dropped"].as_u64()), (Some(178), Some(2)));
}

#[test]
fn random_intercepts_agree_with_lme4() {
    let (folder, r) = (table(), r());
    let got =
        answer(folder.0.path(), &["panel.csv", "score ~ poor + educated + factor(year) + (1 | school)"]);
    all_close("coefficients", &column(&got, "estimate"), &r["reml"]["coefficients"], 1e-5);
    all_close("errors", &column(&got, "se"), &r["reml"]["se"], 1e-5);
    all_close("df", &column(&got, "df"), &r["reml"]["df"], 1e-3);
    let variances = &got["variance_components"];
    assert_close(
        "between",
        variances["between"].as_f64().unwrap(),
        r["reml"]["between"].as_f64().unwrap(),
        1e-5,
    );
    assert_eq!((variances["method"].as_str(), got["effects"].as_array().unwrap().len()), (Some("REML"), 60));
    let ml = ["panel.csv", "score ~ poor + educated + factor(year) + (1 | school)", "--likelihood", "ML"];
    let ml = answer(folder.0.path(), &ml);
    assert_close("ML", ml["log_lik"].as_f64().unwrap(), r["ml"]["log_lik"].as_f64().unwrap(), 1e-10);
}

#[test]
fn every_kind_of_file_gives_the_same_answer() {
    let folder = TempDir::new("fit-kinds");
    let formula = "score ~ poor + kind";
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).expect("a file");
    write("comma.csv", panel(',').as_bytes());
    let semicolons = panel(';').replace('.', ",").replace("score", "балл");
    let (cp1251, _, _) = encoding_rs::WINDOWS_1251.encode(&semicolons);
    write("semicolon.csv", &cp1251);
    write("tab.txt", panel('\t').as_bytes());
    let text = panel(',');
    let spelled: Vec<Vec<String>> = text
        .lines()
        .map(|line| {
            let mark = |f: &str| if f.parse::<f64>().is_ok() { format!("#{f}") } else { f.to_owned() };
            line.split(',').map(mark).collect()
        })
        .collect();
    let rows: Vec<Vec<&str>> = spelled.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    write("book.xlsx", &xlsx(&[("Empty", cells(&[])), ("Data", cells(&rows))]));
    let want = answer(folder.path(), &["comma.csv", formula]);
    for (file, formula) in
        [("semicolon.csv", "балл ~ poor + kind"), ("tab.txt", formula), ("book.xlsx", formula)]
    {
        let got = answer(folder.path(), &[file, formula]);
        assert_eq!((&got["terms"], &got["covariance"]), (&want["terms"], &want["covariance"]), "{file}");
    }
    let told = answer(folder.path(), &["semicolon.csv", "балл ~ poor"]);
    assert_eq!(told["diagnostics"]["table"][0]["encoding"], "windows-1251");
}

#[test]
fn the_table_is_one_that_a_statistician_recognises() {
    let folder = table();
    let output = rsoko(folder.0.path(), &["panel.csv", "score ~ poor + kind", "--cluster", "municipality"]);
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    for word in [
        "score ~ poor + kind",
        "std. error",
        "95% interval",
        "kindvillage",
        "(Intercept)",
        "CR2",
        "R²",
        "observations",
        "180",
    ] {
        assert!(text.contains(word), "{word:?} is not in\n{text}");
    }
    assert!(!text.contains('⟦'), "{text}");
    let wild =
        ["panel.csv", "poor ~ educated", "--cluster", "municipality", "--se", "wild", "--draws", "999"];
    let wild = answer(folder.0.path(), &wild);
    assert!(wild["terms"][1]["p"].as_f64().unwrap() < 0.05 && wild["terms"][1]["df"].is_null());
    assert_eq!(wild["diagnostics"]["cautions"].as_array().map(Vec::len), Some(0), "{wild:#}");
    let help = String::from_utf8(rsoko(folder.0.path(), &["--help"]).stdout).expect("UTF-8");
    for word in [
        "gaussian",
        "binomial",
        "fractional",
        "poisson",
        "classical",
        "HC0",
        "HC3",
        "CR0",
        "CR1",
        "CR2",
        "CR3",
        "wild",
    ] {
        assert!(help.contains(word), "{word:?} is not in\n{help}");
    }
}

#[test]
fn what_is_wrong_is_said_with_its_place_and_its_cure() {
    let (folder, _) = table();
    let folder = folder.path();
    let wrong = |formula: &str, words: &[&str]| refused(folder, &["panel.csv", formula], 2, words);
    wrong("scroe ~ poor", &["E207", "scroe", "perhaps meant: score", "^^^^^"]);
    wrong("score ~ poor + + kind", &["E207", "cannot stand here"]);
    wrong("score ~ sinus(poor)", &["unknown function", "sinus"]);
    wrong("kind ~ poor", &["holds words"]);
    wrong("score ~ log(poor)", &["log(poor)", "data row 1"]);
    wrong("score ~ (poor | school)", &["only a random intercept"]);
    let options = |args: &[&str], words: &[&str]| refused(folder, args, 2, words);
    options(&["panel.csv", "score ~ poor", "--se", "CR2"], &["E208", "need clusters", "--cluster"]);
    options(
        &["panel.csv", "score ~ poor", "--cluster", "municipalty"],
        &["municipalty", "perhaps meant: municipality"],
    );
    options(&["panel.csv", "score ~ poor", "--se", "HC7"], &["HC7"]);
    options(&["panel.csv", "share ~ poor", "--family", "fractional", "--se", "classical"], &["mean nothing"]);
    let hopeless = |args: &[&str], words: &[&str]| refused(folder, args, 13, words);
    hopeless(&["panel.csv", "score ~ poor + I(2*poor)"], &["E602", "I(2*poor)"]);
    hopeless(&["panel.csv", "I(type/3) ~ poor", "--family", "binomial"], &["neither 0 nor 1"]);
    hopeless(
        &[
            "panel.csv",
            "score ~ poor + (1 | pupils) + educated + between(score, pupils) + within(score, pupils)",
        ],
        &["E602"],
    );
    refused(folder, &["absent.csv", "score ~ poor"], 11, &["E403", "absent.csv"]);
    std::fs::write(folder.join("broken.xlsx"), b"PK and no more").expect("a file");
    refused(folder, &["broken.xlsx", "score ~ poor"], 11, &["E403"]);
    // success follows from one column without error
    let parted: String = panel(',')
        .lines()
        .enumerate()
        .map(|(at, line)| {
            let rich = at > 0 && line.split(',').nth(3).is_some_and(|poor| poor.starts_with('-'));
            let own = if at == 0 {
                "rich"
            } else if rich {
                "1"
            } else {
                "0"
            };
            format!("{line},{own}\n")
        })
        .collect();
    std::fs::write(folder.join("parted.csv"), parted).expect("a file");
    hopeless(
        &["parted.csv", "rich ~ poor", "--family", "binomial"],
        &["parts one outcome from the other", "cure"],
    );
}
