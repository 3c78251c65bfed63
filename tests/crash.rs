//! Killed at any moment, failed at any disk call: the last good run stays readable and the next goes on.

use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rsoko::base::{FaultCode, Place};
use rsoko::lake::{Disk, FailingDisk, Failure, RealDisk};
use rsoko::pipeline::Reason;
use rsoko::run::{OpenRun, Silent, execute, plan, runs};
use rsoko::stats::Rng;

use crate::miniature::{Miniature, PIPELINE, latest_whole, run_command};

#[test]
fn a_second_run_does_nothing_and_a_changed_one_says_why() {
    let mini = Miniature::new("reuse");
    let workspace = mini.open();
    let first = execute(&workspace, PIPELINE, &Silent).unwrap();
    assert!(!first.nothing_changed);
    assert!(first.stages.iter().all(|stage| stage.reasons == [Reason::First]));
    assert_eq!(latest_whole(&workspace), first.run);
    let before = mini.run_folder(&first.run);

    let second = execute(&workspace, PIPELINE, &Silent).unwrap();
    assert!(second.nothing_changed);
    assert_eq!((&second.run, &second.tables, &second.lists), (&first.run, &first.tables, &first.lists));
    assert_eq!(mini.run_folder(&first.run), before);
    assert_eq!(runs(&workspace).unwrap().len(), 1);

    mini.vary(1);
    let planned = plan(&workspace, PIPELINE).unwrap();
    assert!(!planned.finished);
    let reasons = |kind: &str| &planned.stages.iter().find(|stage| stage.kind == kind).unwrap().reasons;
    assert_eq!(*reasons("indicators"), [Reason::Table("result".to_owned())]);
    let upstream = |table: &str| Reason::Upstream(table.to_owned());
    let seeded = [Reason::Seed, upstream("indicator_value"), upstream("test_reliability")];
    assert_eq!(*reasons("identification"), seeded);
    let third = execute(&workspace, PIPELINE, &Silent).unwrap();
    assert_eq!(third.run, planned.run);
    assert_ne!(third.run, first.run);
    assert_eq!(mini.run_folder(&first.run), before, "an earlier run never changes");

    mini.vary(0);
    assert!(
        execute(&workspace, PIPELINE, &Silent).unwrap().nothing_changed,
        "the earlier run stands already"
    );
    assert_eq!(latest_whole(&workspace), first.run);
    assert_eq!(runs(&workspace).unwrap().len(), 2);
}

#[test]
fn every_disk_call_may_fail_and_nothing_is_lost() {
    let mini = Miniature::new("failing");
    execute(&mini.open(), PIPELINE, &Silent).unwrap();
    let mut variant = 0;
    for failure in [Failure::Io, Failure::Full, Failure::ShortWrite] {
        for n in 1.. {
            // Another seed and other data: everything has to be done anew.
            variant += 1;
            mini.vary(variant);
            let before = latest_whole(&mini.open());
            mini.remove_other_runs(&before);
            let disk = Arc::new(FailingDisk::new(Arc::new(RealDisk), n, failure));
            let opened = rsoko::run::Workspace::open(mini.path(), Arc::clone(&disk) as Arc<dyn Disk>);
            let outcome = opened.and_then(|workspace| execute(&workspace, PIPELINE, &Silent));
            if disk.calls() < n {
                outcome.expect("no call failed");
                break;
            }
            let fault = outcome.expect_err("a call failed");
            let expected = if failure == Failure::Full { FaultCode::DiskFull } else { FaultCode::Disk };
            assert_eq!((fault.code, fault.code.exit()), (expected, 16), "call {n}, {failure:?}: {fault}");
            assert!(matches!(fault.place, Place::File(_)), "call {n}: {fault}");
            let standing = latest_whole(&mini.open());
            let next = execute(&mini.open(), PIPELINE, &Silent).unwrap();
            assert!(standing == before || standing == next.run, "call {n}");
            assert_eq!(latest_whole(&mini.open()), next.run);
            assert_eq!(mini.unfinished(), [""; 0], "call {n}, {failure:?}");
        }
    }
}

/// The random moments of the kills and the places of the flipped bits come from here.
const SEED: u64 = 20_251_122;

#[test]
fn a_run_killed_at_500_random_moments_loses_nothing() {
    println!("seed {SEED}");
    let mut random = Rng::new(SEED);
    let mini = Miniature::new("killed");
    let mut variant = 0;
    let longest = timed_run(&mini).max(timed_run(&mini));
    let (mut killed, mut committed) = (0, 0);
    let mut last = latest_whole(&mini.open());
    while killed < 500 {
        // Some kills on end hit one and the same run, so that late moments of it are reached too.
        if killed % 4 == 0 {
            variant += 1;
            mini.vary(variant);
            mini.remove_other_runs(&last);
        }
        let mut process = run_command(mini.path()).spawn().unwrap();
        std::thread::sleep(longest.mul_f64(random.uniform()));
        if process.try_wait().unwrap().is_none() {
            killed += 1;
        } else {
            variant += 1;
            mini.vary(variant);
        }
        process.kill().unwrap();
        process.wait().unwrap();
        let now = latest_whole(&mini.open());
        committed += u32::from(now != last);
        last = now;
    }
    println!("{variant} variants, {committed} of them committed before the kill");
    let status = run_command(mini.path()).status().unwrap();
    assert!(status.success());
    let (run, undisturbed) = (latest_whole(&mini.open()), Miniature::new("undisturbed"));
    undisturbed.vary(variant);
    let reference = execute(&undisturbed.open(), PIPELINE, &Silent).unwrap().run;
    assert_eq!(run, reference);
    assert_eq!(mini.run_folder(&run), undisturbed.run_folder(&reference));
    assert_eq!(mini.unfinished(), [""; 0]);
}

#[expect(clippy::disallowed_methods, reason = "kills are spread over the time that a run takes")]
fn timed_run(mini: &Miniature) -> Duration {
    let _ = mini.remove_everything_made();
    let start = Instant::now();
    assert!(run_command(mini.path()).status().unwrap().success());
    start.elapsed()
}

#[test]
fn of_two_runs_at_once_one_writes_and_the_other_is_told_who() {
    let mini = Miniature::new("two");
    let mut refused = 0;
    for race in 0..20 {
        mini.vary(race);
        let racers: Vec<_> = (0..3)
            .map(|_| run_command(mini.path()).stderr(Stdio::piped()).spawn().unwrap())
            .map(|process| (process.id(), process))
            .collect();
        let ids: Vec<u32> = racers.iter().map(|(id, _)| *id).collect();
        let mut finished = 0;
        for (id, process) in racers {
            let output = process.wait_with_output().unwrap();
            match output.status.code() {
                Some(0) => finished += 1,
                Some(15) => {
                    let told = String::from_utf8_lossy(&output.stderr).into_owned();
                    let named = |other: &u32| *other != id && told.contains(&format!("pid {other}, "));
                    assert!(ids.iter().any(named), "{told}");
                    refused += 1;
                }
                other => panic!("exit {other:?}"),
            }
        }
        assert!(finished >= 1);
        latest_whole(&mini.open());
    }
    assert!(refused > 0, "not one race was a race");
}

#[test]
fn flipped_bits_are_found_and_the_table_is_named() {
    println!("seed {SEED}");
    let mut random = Rng::new(SEED);
    let mini = Miniature::new("rot");
    let workspace = mini.open();
    let run = execute(&workspace, PIPELINE, &Silent).unwrap().run;
    let whole = mini.run_folder(&run);
    let tables: Vec<String> =
        OpenRun::latest(&workspace).unwrap().manifest().tables.iter().map(|t| t.name.clone()).collect();
    for table in &tables {
        let file = format!("reports/runs/{run}/tables/{table}.parquet");
        for _ in 0..200 {
            let undo = mini.flip_a_bit(&file, &mut random);
            let answer = OpenRun::latest(&workspace).unwrap().table(table);
            let fault = answer.err().unwrap_or_else(|| panic!("{table}: the damage is not seen"));
            assert_eq!((fault.code, fault.place), (FaultCode::LakeDamaged, Place::Table(table.clone())));
            undo();
        }
    }
    for written in tables.iter().filter(|table| !["school", "result", "measure"].contains(&table.as_str())) {
        let undo = mini.flip_a_bit(&format!("reports/runs/{run}/tables/{written}.parquet"), &mut random);
        drop(undo);
        let mended = execute(&workspace, PIPELINE, &Silent).unwrap();
        assert!(!mended.nothing_changed, "{written}");
        assert_eq!((latest_whole(&workspace), mini.run_folder(&run)), (run.clone(), whole.clone()));
    }
    let manifest = format!("reports/runs/{run}/manifest.json");
    for _ in 0..200 {
        let undo = mini.flip_a_bit(&manifest, &mut random);
        let fault = OpenRun::latest(&workspace).err().expect("the damage is seen");
        assert_eq!((fault.code, fault.place), (FaultCode::LakeDamaged, Place::File(manifest.clone())));
        undo();
    }
}
