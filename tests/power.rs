//! The power fails at any moment: what is found afterwards opens at the old run or at the new one, never between.
//!
//! A run is recorded call by call. For every prefix of the record the disk is rebuilt as a power failure may leave it:
//! un-synced contents and names kept, lost, torn, or each by chance.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use rsoko::base::{Fault, FaultCode};
use rsoko::lake::{Call, Disk, RecordingDisk, hash_bytes};
use rsoko::run::{OpenRun, Silent, Workspace, execute};

use crate::miniature::{Miniature, PIPELINE};
use crate::storage::{Loss, MemoryDisk, Storage};

/// Draws of chance at every prefix.
const DRAWS: u64 = 3;

/// A run that was recorded: the disk before it, the calls, its id, and the disk's files afterwards.
struct Recorded {
    before: Storage,
    calls: Vec<Call>,
    run: String,
    files: BTreeMap<String, Vec<u8>>,
}

fn open(disk: Arc<dyn Disk>) -> Workspace {
    Workspace::open(Path::new("/"), disk).unwrap()
}

fn record(before: Storage) -> Recorded {
    let memory = Arc::new(MemoryDisk::new(before.clone()));
    let recording = Arc::new(RecordingDisk::new(Arc::clone(&memory) as Arc<dyn Disk>));
    let summary = execute(&open(Arc::clone(&recording) as Arc<dyn Disk>), PIPELINE, &Silent).unwrap();
    assert!(!summary.nothing_changed);
    Recorded { before, calls: recording.calls(), run: summary.run, files: memory.files() }
}

/// The files of a run's folder.
fn folder(files: &BTreeMap<String, Vec<u8>>, run: &str) -> BTreeMap<String, Vec<u8>> {
    let prefix = format!("reports/runs/{run}/");
    files.iter().filter(|(path, _)| path.starts_with(&prefix)).map(|(p, b)| (p.clone(), b.clone())).collect()
}

/// What differs between the disks is looked at once.
fn fingerprint(files: &BTreeMap<String, Vec<u8>>) -> String {
    let lines: String =
        files.iter().map(|(path, bytes)| format!("{path}\t{}\n", hash_bytes(bytes))).collect();
    hash_bytes(lines.as_bytes()).to_string()
}

/// How often the old run stood after the failure, and how often the new one.
#[derive(Default)]
struct Tally {
    old: usize,
    new: usize,
}

/// Every prefix under every loss; `old` is the run that was finished before, if any. The first promise that is broken is
/// the error.
#[expect(clippy::print_stdout, reason = "a test says what it saw")]
fn survives(recorded: &Recorded, old: Option<&str>) -> Result<Tally, String> {
    let mut seen = BTreeSet::new();
    let mut tally = Tally::default();
    let mut disk = recorded.before.clone();
    for done in 0..=recorded.calls.len() {
        if let Some(call) = done.checked_sub(1).and_then(|last| recorded.calls.get(last)) {
            disk.apply(call);
        }
        let chances = (0..DRAWS).map(|draw| Loss::Chance(done as u64 * DRAWS + draw));
        for loss in [Loss::Nothing, Loss::Unsynced, Loss::Torn].into_iter().chain(chances) {
            let found = disk.after(loss);
            // A run that was reported as finished is there whatever was not synced.
            let reported = done == recorded.calls.len();
            if seen.insert((fingerprint(&found.files()), reported)) {
                looked_at(recorded, old, found, reported, &mut tally).map_err(|broken| {
                    format!("after call {done} of {}, {loss:?}: {broken}", recorded.calls.len())
                })?;
            }
        }
    }
    println!(
        "{} calls, {} disks: {} at the old run, {} at the new",
        recorded.calls.len(),
        seen.len(),
        tally.old,
        tally.new
    );
    Ok(tally)
}

/// One disk as it was found.
fn looked_at(
    recorded: &Recorded,
    old: Option<&str>,
    found: Storage,
    reported: bool,
    tally: &mut Tally,
) -> Result<(), String> {
    let memory = Arc::new(MemoryDisk::new(found));
    let workspace = open(Arc::clone(&memory) as Arc<dyn Disk>);
    let standing = match OpenRun::latest(&workspace) {
        Ok(_) => Some(whole(&workspace)?),
        Err(fault) if fault.code == FaultCode::NoRun => None,
        Err(fault) => return Err(fault.to_string()),
    };
    let new = standing.as_deref() == Some(&recorded.run);
    if !new && (reported || standing.as_deref() != old) {
        return Err(format!("{standing:?} stands"));
    }
    *(if new { &mut tally.new } else { &mut tally.old }) += 1;
    let next = execute(&workspace, PIPELINE, &Silent).map_err(|fault| format!("no next run: {fault}"))?;
    if next.run != recorded.run || whole(&workspace)? != recorded.run {
        return Err(format!("the next run is {}", next.run));
    }
    let files = memory.files();
    for run in old.into_iter().chain([recorded.run.as_str()]) {
        if folder(&files, run) != folder(&recorded.files, run) {
            return Err(format!("other bytes in {run}"));
        }
    }
    Ok(())
}

/// The latest run, every file of it read and checked against its hash.
fn whole(workspace: &Workspace) -> Result<String, String> {
    let told = |fault: Box<Fault>| fault.to_string();
    let run = OpenRun::latest(workspace).map_err(told)?;
    for table in &run.manifest().tables {
        run.table(&table.name).map_err(told)?;
    }
    for file in &run.manifest().files {
        let path = format!("reports/runs/{}/{}", run.manifest().run, file.name);
        if hash_bytes(&workspace.root().read(&path).map_err(told)?) != file.hash {
            return Err(format!("{path} is torn"));
        }
    }
    Ok(run.manifest().run.clone())
}

/// The first run of a workspace, and the next one with other data over it.
fn two_runs() -> (Recorded, Recorded) {
    let mini = Miniature::new("power");
    let first = record(Storage::holding(&mini.files()));
    mini.vary(1);
    let mut files = first.files.clone();
    files.extend(mini.files());
    (first, record(Storage::holding(&files)))
}

#[test]
fn a_power_failure_at_any_call_leaves_the_old_run_or_the_new_one() {
    let (first, second) = two_runs();
    for (recorded, old) in [(&first, None), (&second, Some(first.run.as_str()))] {
        let tally = survives(recorded, old).unwrap_or_else(|broken| panic!("{broken}"));
        assert!(tally.old > 40 && tally.new > 0, "{} and {}", tally.old, tally.new);
    }
}

/// The same test finds the fault of a program that forgets to sync: one kind of sync is struck from the record.
#[test]
fn without_its_syncs_the_run_would_not_survive() {
    let (first, second) = two_runs();
    let forgetful = |kept: fn(&Call) -> bool| Recorded {
        before: second.before.clone(),
        calls: second.calls.iter().filter(|call| kept(call)).cloned().collect(),
        run: second.run.clone(),
        files: second.files.clone(),
    };
    for kept in [(|call| !matches!(call, Call::SyncFile(_))) as fn(&Call) -> bool, |call| {
        !matches!(call, Call::SyncFolder(_))
    }] {
        let broken = survives(&forgetful(kept), Some(&first.run)).err().expect("the fault is found");
        println!("{broken}");
    }
}

#[test]
fn the_model_of_the_disk_takes_what_was_not_synced() {
    let path = |name: &str| Path::new("/a").join(name);
    let mut disk = Storage::holding(&BTreeMap::from([("a/kept".to_owned(), b"old".to_vec())]));
    disk.apply(&Call::Write(path("new"), b"1234".to_vec()));
    disk.apply(&Call::Rename(path("new"), path("kept")));
    let content = |disk: &Storage, loss| disk.after(loss).files();
    let of = |bytes: &[u8]| BTreeMap::from([("a/kept".to_owned(), bytes.to_vec())]);
    assert_eq!(content(&disk, Loss::Nothing), of(b"1234"));
    assert_eq!(content(&disk, Loss::Unsynced), of(b"old"));
    assert_eq!(content(&disk, Loss::Torn), of(b"12"), "a rename before the sync tears the file");
    disk.apply(&Call::SyncFolder("/a".into()));
    assert_eq!(content(&disk, Loss::Unsynced), of(b""), "the name is durable, the content is not");
    disk.apply(&Call::SyncFile(path("kept")));
    for loss in [Loss::Nothing, Loss::Unsynced, Loss::Torn, Loss::Chance(1)] {
        assert_eq!(content(&disk, loss), of(b"1234"), "{loss:?}");
    }
}
