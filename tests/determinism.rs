//! The same inputs give the same bytes, with any number of threads, locale, time zone and folder.

use std::collections::BTreeMap;

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
