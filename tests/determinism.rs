//! The same inputs give the same bytes, with any number of threads, locale, time zone and folder.

use std::collections::BTreeMap;

use rsoko::base::Year;
use rsoko::lake::RealDisk;
use rsoko::synth;

use crate::miniature::{Miniature, latest_whole, run_command};

#[test]
fn threads_locale_time_zone_and_folder_change_no_byte() {
    let mut seen: BTreeMap<BTreeMap<String, String>, String> = BTreeMap::new();
    for threads in ["1", "2", "3", "8"] {
        for (locale, zone) in
            [("C", "UTC"), ("ru_RU.UTF-8", "Asia/Vladivostok"), ("tr_TR.UTF-8", "America/Caracas")]
        {
            for folder in ["", "Моя область 2025"] {
                let mini = Miniature::complete("determinism", folder);
                let status = run_command(mini.path())
                    .envs([("RAYON_NUM_THREADS", threads), ("POLARS_MAX_THREADS", threads)])
                    .envs([("LC_ALL", locale), ("LANG", locale), ("TZ", zone)])
                    .status()
                    .unwrap();
                assert!(status.success());
                let files = mini.run_folder(&latest_whole(&mini.open()));
                assert!(files.len() > 5);
                seen.insert(files, format!("{threads} threads, {locale}, {zone}, {folder:?}"));
            }
        }
    }
    let ways: Vec<&String> = seen.values().collect();
    assert_eq!(seen.len(), 1, "not the same bytes: {ways:?}");
}

#[test]
fn the_annual_pipeline_over_senders_files_gives_one_run_folder() {
    let years = vec![Year(2023), Year(2024), Year(2025)];
    let params = synth::Params {
        schools: 24,
        seed: 11,
        years,
        format: synth::Format::Files,
        profile: synth::Profile::typical().unwrap(),
    };
    let mut seen: BTreeMap<BTreeMap<String, String>, String> = BTreeMap::new();
    for (threads, locale, zone, folder) in [
        ("1", "C", "UTC", ""),
        ("2", "tr_TR.UTF-8", "America/Caracas", "a b"),
        ("3", "en_US.UTF-8", "Asia/Tokyo", "ё"),
        ("8", "ru_RU.UTF-8", "Asia/Vladivostok", "Моя область 2025"),
    ] {
        let mini = Miniature::annual("files", folder);
        synth::run(&params, &RealDisk, &mini.path().join("data/demo"), &|_, _| ()).unwrap();
        let status = run_command(mini.path())
            .args(["--threads", threads])
            .envs([("LC_ALL", locale), ("LANG", locale), ("TZ", zone)])
            .status()
            .unwrap();
        assert!(status.success());
        let files = mini.run_folder(&latest_whole(&mini.open()));
        assert!(files.contains_key("tables/item_score.parquet") && files.contains_key("report.html"));
        seen.insert(files, format!("{threads} threads, {locale}, {zone}, {folder:?}"));
    }
    let ways: Vec<&String> = seen.values().collect();
    assert_eq!(seen.len(), 1, "not the same bytes: {ways:?}");
}
