//! The certificate as a user gets it.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use crate::support::{TempDir, read_text};

fn certify(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_rsoko"))
        .arg("certify")
        .args(["--simulations", "400"])
        .args(args)
        .current_dir(folder)
        .env_remove("RSOKO_LANG")
        .output()
        .expect("the program starts")
}

#[test]
fn the_certificate_is_printed_written_and_holds() {
    let folder = TempDir::new("certify");
    let printed = certify(folder.path(), &["--lang", "ru", "--output", "certificate.json"]);
    let text = String::from_utf8(printed.stdout).expect("UTF-8");
    assert!(printed.status.success(), "{text}{}", String::from_utf8_lossy(&printed.stderr));
    assert!(!text.contains('⟦'), "{text}");
    for word in ["Filip", "SmLs09", "NumAcc4", "12 кластеров, CR1", "Все проверки пройдены"]
    {
        assert!(text.contains(word), "{word}: {text}");
    }
    let written: Value =
        serde_json::from_str(&read_text(&folder.path().join("certificate.json"))).expect("a JSON file");
    assert_eq!(written["passed"], true);
    let sections = written["sections"].as_array().expect("sections");
    let names: Vec<&str> = sections.iter().filter_map(|section| section["id"].as_str()).collect();
    assert_eq!(names, ["linear", "univariate", "anova", "frozen", "tails", "designs", "coverage"]);
    let filip = sections[0]["checks"].as_array().expect("checks").iter().find(|c| c["name"] == "Filip");
    let digits = filip.and_then(|check| check["digits"].as_f64()).expect("digits");
    assert!((7.4..15.0).contains(&digits), "{digits}");
    // the same bytes again, in the other language, whatever the threads
    let json = certify(folder.path(), &["--lang", "en", "--json", "--threads", "1"]);
    let again: Value = serde_json::from_slice(&json.stdout).expect("JSON on standard output");
    assert_eq!(again, written);
}

#[test]
fn a_file_that_cannot_be_written_is_a_fault_of_the_disk() {
    let folder = TempDir::new("certify-disk");
    let output = certify(folder.path(), &["--lang", "en", "--quiet", "--output", "no/such/folder/file.txt"]);
    assert_eq!(output.status.code(), Some(16));
    assert!(output.stdout.is_empty());
}
