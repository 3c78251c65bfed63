//! Every pack of the repository is proved, and a second one than the house's own runs from end to end.
#![expect(clippy::disallowed_methods, reason = "a test lays out and looks at a folder of its own")]

use std::collections::BTreeMap;
use std::path::Path;

use rsoko::lake::parquet;
use rsoko::method::{MethodPack, Thresholds};
use rsoko::run::OpenRun;
use rsoko::tables::{School, Table, floats, int64s, texts};
use rsoko::text::{Lang, catalogue};

use crate::cli::{rsoko, text};
use crate::miniature::{Miniature, run_command};

#[test]
fn every_pack_of_the_repository_is_proved_with_its_thresholds() {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let document = |name: &str| {
        let path = format!("data/{name}.toml");
        let text = std::fs::read_to_string(home.join(&path)).unwrap();
        (name.to_owned(), (path, text))
    };
    let documents: BTreeMap<_, _> = Thresholds::DOCUMENTS.into_iter().map(document).collect();
    let thresholds = Thresholds::parse(&documents).unwrap();
    let mut packs = 0;
    for entry in std::fs::read_dir(home.join("pipelines/methods")).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let pack =
            MethodPack::check(&name, &text).unwrap_or_else(|complaints| panic!("{name}: {}", complaints[0]));
        assert_eq!(format!("{}.toml", pack.id), name);
        for threshold in pack.indicators.iter().filter_map(|indicator| indicator.threshold.as_ref()) {
            thresholds.prove(threshold).unwrap();
        }
        packs += 1;
    }
    assert!(packs >= 2);
}

/// The districts' index on the miniature: school 12 is all low, 11 an evening school, 10 a branch of 1.
#[test]
fn a_regional_pack_of_two_levels_runs_from_end_to_end() {
    let mini = Miniature::new("packs");
    let pipeline = mini.path().join("pipelines/mini.toml");
    let declared = std::fs::read_to_string(&pipeline).unwrap();
    std::fs::write(&pipeline, declared.replace("federal-847", "karabudakhkent-2021")).unwrap();
    let school = |number: i32| School {
        year: 2025,
        school_id: format!("{}", 100_000 + number),
        name_short: format!("МБОУ СОШ № {number}"),
        municipality: "Заречный район".to_owned(),
        kind: Some(if number == 11 { "evening" } else { "general" }.to_owned()),
        parent: (number == 10).then(|| "100001".to_owned()),
        source_id: "s1".to_owned(),
        row: number + 1,
        ..School::default()
    };
    let register = School::frame((1..=12).map(school).collect()).unwrap();
    let bytes = parquet::encode(School::SPEC, &register).unwrap();
    std::fs::write(mini.path().join("data/tables/school.parquet"), bytes).unwrap();
    assert!(run_command(mini.path()).status().unwrap().success());
    let workspace = mini.open();
    let run = OpenRun::latest(&workspace).unwrap();

    let entries = run.table("list_entry").unwrap();
    let text = |name: &str| texts(&entries, name).unwrap();
    let said: BTreeMap<(String, String), (String, Option<String>)> = (text("list").into_iter().flatten())
        .zip(text("school_id").into_iter().flatten())
        .zip(text("state").into_iter().flatten().zip(text("obstacle")))
        .collect();
    let of = |school: &str| said[&("low_results".to_owned(), school.to_owned())].clone();
    assert_eq!(of("100012"), ("listed".to_owned(), None));
    assert_eq!(of("100002"), ("not_listed".to_owned(), None));
    assert_eq!(of("100010"), ("out_of_population".to_owned(), Some("branch".to_owned())));
    assert_eq!(of("100011"), ("out_of_population".to_owned(), Some("evening".to_owned())));

    let findings = run.table("finding").unwrap();
    let told = |name: &str| texts(&findings, name).unwrap().into_iter();
    let told: Vec<(String, String, String)> = told("code")
        .flatten()
        .zip(told("value"))
        .zip(told("path").flatten())
        .filter(|((code, _), _)| code.starts_with("A41"))
        .map(|((code, value), path)| (code, value.unwrap_or_default(), path))
        .collect();
    let pack = "pipelines/methods/karabudakhkent-2021.toml";
    let line = |code: &str, value: &str| (code.to_owned(), value.to_owned(), pack.to_owned());
    assert!(told.contains(&line("A412", "below_min_two_or_more")), "no exams were sent: {told:?}");
    assert!(told.contains(&line("A413", "oge_mark_ma")), "{told:?}");
    assert!(told.contains(&line("A414", "correctional")), "{told:?}");
    assert!(!told.contains(&line("A414", "evening")) && !told.contains(&line("A412", "low_share_vpr")));

    let values = run.table("indicator_value").unwrap();
    let column = |name: &str| texts(&values, name).unwrap();
    let (indicators, levels, ids) = (column("indicator"), column("level"), column("entity_id"));
    let (n, mean) = (int64s(&values, "denominator").unwrap(), floats(&values, "value").unwrap());
    let reasons = column("reason");
    let at = |indicator: &str, id: &str| {
        let row = (0..values.height()).rfind(|&row| {
            (indicators[row].as_deref(), levels[row].as_deref(), ids[row].as_deref())
                == (Some(indicator), Some("school"), Some(id))
        });
        row.map(|row| (n[row], mean[row], reasons[row].clone()))
    };
    // 20 pupils in four tests, and as many of the branch.
    assert_eq!(at("low_share_vpr", "100001").unwrap().0, Some(160));
    assert_eq!(at("low_share_vpr", "100010"), None, "a branch has no figure of its own");
    // Of its 20 pupils a grade, 12 have the mark 2 and the others 4: the mean mark is 2.8.
    assert!((at("vpr_mark", "100012").unwrap().1.unwrap() - 2.8).abs() < 1e-12);
    let no_exams = at("ege_below_min_ru", "100012").unwrap();
    assert_eq!((no_exams.0, no_exams.2.as_deref()), (None, Some("no_tests")), "no grades 10 and 11");
}

/// A pipeline whose stages name indicators and factors of the federal method takes every other pack of the house as it stands: what
/// that has not is a finding, in whose stead stand the criteria of its lists or nothing. A name that no pack knows is refused.
#[test]
fn a_pipeline_takes_another_method_as_it_stands() {
    const STAGES: &str = r#"
[[stage]]
kind = "context"
measures = { low_income = 1 }
sets = ["irkutsk-2020", "karabudakhkent-2021"]
draws = 100
weight_draws = 100
[[stage]]
kind = "peers"
columns = ["large_families", "low_income"]
results = { low_share_vpr_ru5 = -1 }
draws = 40
[[stage]]
kind = "courses"
results = { low_share_vpr_ru5 = -1 }
draws = 40
[[stage]]
kind = "factors"
set = "irkutsk-2020"
"#;
    let mini = Miniature::new("switched-packs");
    let pipeline = mini.path().join("pipelines/mini.toml");
    let federal = std::fs::read_to_string(&pipeline).unwrap() + STAGES;
    let misspelt = federal.replace("low_share_vpr_ru5", "low_share_vpr_rux");
    std::fs::write(&pipeline, misspelt.replace("federal-847", "karabudakhkent-2021")).unwrap();
    let refused = rsoko(mini.path(), &["--lang", "en", "run", "mini"]);
    assert!(text(&refused.stderr).contains("E303"), "{}", text(&refused.stderr));
    for pack in ["karabudakhkent-2021", "irkutsk-2020"] {
        std::fs::write(&pipeline, federal.replace("\"federal-847\"", &format!("{pack:?}"))).unwrap();
        let ran = rsoko(mini.path(), &["--lang", "en", "run", "mini"]);
        assert!(ran.status.success(), "{pack}: {}", text(&ran.stderr));
        let run = OpenRun::latest(&mini.open()).unwrap();
        let column = |table: &str, name: &str| texts(&run.table(table).unwrap(), name).unwrap();
        let told = column("finding", "code").into_iter().zip(column("finding", "canonical"));
        let stages: Vec<String> =
            told.filter(|(code, _)| code.as_deref() == Some("A421")).filter_map(|(_, stage)| stage).collect();
        assert_eq!(stages, ["peers", "courses", "factors"], "{pack}");
        assert_eq!(run.table("factor_effect").unwrap().height(), 0);
        let placed: std::collections::BTreeSet<String> =
            column("peer_place", "indicator").into_iter().flatten().collect();
        let has_lists = pack == "karabudakhkent-2021";
        let criterion = placed.contains("low_share_vpr");
        assert_eq!(
            (criterion, column("outcome_type", "course").is_empty()),
            (has_lists, !has_lists),
            "{placed:?}"
        );
        // the method of the run makes its own list by conditions
        let sets = column("adverse_index", "set").into_iter().zip(column("adverse_index", "list"));
        let makes: std::collections::BTreeSet<String> =
            sets.filter(|(_, list)| list.is_some()).filter_map(|(set, _)| set).collect();
        assert_eq!(makes, [pack.to_owned()].into());
    }
}

/// What is broken stops nobody who does not ask for it.
#[test]
fn a_broken_pack_is_told_and_stops_no_other() {
    let mini = Miniature::new("broken-packs");
    let folder = mini.path().join("pipelines/methods");
    std::fs::write(folder.join("broken.toml"), "id = 3\n").unwrap();
    std::fs::write(folder.join("bytes.toml"), b"\xff\xfe").unwrap();
    let good = std::fs::read_to_string(folder.join("irkutsk-2020.toml")).unwrap();
    std::fs::write(folder.join("copy.toml"), format!("{good}\n[[adverse]]\n")).unwrap();
    assert!(run_command(mini.path()).status().unwrap().success());
    let listed = rsoko(mini.path(), &["--lang", "en", "method", "list"]);
    let (out, told) = (text(&listed.stdout), text(&listed.stderr));
    assert!(listed.status.success(), "{told}");
    for line in ["broken  ", "bytes  ", "copy  "] {
        let line = out.lines().find(|said| said.starts_with(line)).unwrap_or_else(|| panic!("{out}"));
        assert!(line.contains("E302") && line.contains("rsoko method check"), "{line}");
    }
    assert!(out.contains("federal-847          2020.1"), "{out}");
    let asked = rsoko(mini.path(), &["--lang", "en", "method", "check", "bytes"]);
    assert!(
        asked.status.code() == Some(10) && text(&asked.stderr).contains("UTF-8"),
        "{}",
        text(&asked.stderr)
    );
    let sets = rsoko(mini.path(), &["--lang", "en", "method", "check", "irkutsk-2020"]);
    assert!(text(&sets.stdout).contains("1 list by conditions of work"), "{}", text(&sets.stdout));
}

/// Only the federal service names the schools of the country that have low results, and only a region's order approves its own
/// list: what is computed here says so, in titles, sheets, annexes and names of files.
#[test]
fn titles_and_file_names_never_say_what_only_the_federal_service_may() {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut said: Vec<String> = Vec::new();
    for lang in Lang::ALL {
        let texts = catalogue(lang);
        let word = if lang == Lang::Ru { "расчётный" } else { "computed" };
        for key in ["report-list-title", "report-annex-title", "report-edition"] {
            let text = texts.text(key).to_lowercase();
            assert!(text.contains(word), "{key}: {text}");
        }
        let titles = texts.keys();
        said.extend(titles.iter().filter(|key| key.ends_with("title")).map(|key| texts.text(key)));
    }
    for entry in std::fs::read_dir(home.join("pipelines/methods")).unwrap() {
        let path = entry.unwrap().path();
        let pack = MethodPack::parse("pack", &std::fs::read_to_string(&path).unwrap()).unwrap();
        for (id, title) in pack
            .lists
            .iter()
            .map(|list| (&list.id, &list.title))
            .chain(pack.adverse.iter().map(|list| (&list.id, &list.title)))
        {
            said.push(id.clone());
            said.extend(title.values().cloned());
        }
    }
    for entry in std::fs::read_dir(home.join("reports")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "md") {
            let text = std::fs::read_to_string(&path).unwrap();
            said.extend(
                text.lines()
                    .filter(|line| line.starts_with("title") || line.starts_with("output"))
                    .map(str::to_owned),
            );
        }
    }
    assert!(said.len() > 20, "{said:?}");
    for text in said {
        let plain = text.to_lowercase();
        for claim in [
            "рособрнадзор",
            "утвержд",
            "федеральный перечень",
            "approved",
            "federal list",
            "federal_list",
            "official_list",
        ] {
            assert!(!plain.contains(claim), "{text}");
        }
    }
}
