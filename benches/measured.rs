//! A process measured from outside.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    reason = "a bench measures from outside, and says nothing where it cannot"
)]

use std::fs;
use std::io::Read;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// What a process and all that came from it needed.
pub struct Measured {
    pub wall: Duration,
    /// User and system seconds of the whole tree.
    pub cpu: f64,
    /// The largest sum of the tree's proportional sizes, in KiB.
    pub peak_kib: u64,
    pub said: String,
}

/// Runs a command to its end, and looks at its tree meanwhile: what it has of memory every 20 ms, and of the processor.
pub fn measure(command: &mut Command) -> Measured {
    let start = Instant::now();
    let mut child = command.stdout(Stdio::piped()).spawn().expect("a process");
    let id = child.id();
    let (mut cpu, mut peak_kib) = (0.0_f64, 0);
    let ended = AtomicBool::new(false);
    let (status, wall) = std::thread::scope(|scope| {
        let watch = scope.spawn(|| {
            let (mut cpu, mut peak) = (0.0_f64, 0);
            while !ended.load(Ordering::Relaxed) {
                let tree = tree(id);
                cpu = cpu.max(tree.iter().map(|id| cpu_seconds(*id)).sum());
                peak = peak.max(size(&tree));
                std::thread::sleep(Duration::from_millis(20));
            }
            (cpu, peak)
        });
        let status = child.wait().expect("a process of ours");
        let wall = start.elapsed();
        ended.store(true, Ordering::Relaxed);
        (cpu, peak_kib) = watch.join().expect("the watch");
        (status, wall)
    });
    assert!(status.success(), "{command:?} ended with {status}");
    let mut said = String::new();
    child.stdout.take().expect("its output").read_to_string(&mut said).expect("text");
    Measured { wall, cpu, peak_kib, said }
}

/// A process and all that came from it.
fn tree(root: u32) -> Vec<u32> {
    let mut all = vec![root];
    let mut at = 0;
    while let Some(&id) = all.get(at) {
        let tasks = fs::read_dir(format!("/proc/{id}/task"))
            .map(|tasks| tasks.flatten().collect())
            .unwrap_or_else(|_| Vec::new());
        for task in tasks {
            let text = fs::read_to_string(task.path().join("children")).unwrap_or_default();
            all.extend(text.split_whitespace().filter_map(|id| id.parse::<u32>().ok()));
        }
        at += 1;
    }
    all
}

/// Of one process the most that it has had, which it tells itself; of several what they have now, shared pages counted once.
fn size(tree: &[u32]) -> u64 {
    match tree {
        [one] => kib(*one, "status", "VmHWM:"),
        several => several.iter().map(|id| kib(*id, "smaps_rollup", "Pss:")).sum(),
    }
}

/// A line of what the system tells of a process, in KiB; 0 where it does not tell.
fn kib(process: u32, file: &str, line: &str) -> u64 {
    let text = fs::read_to_string(format!("/proc/{process}/{file}")).unwrap_or_default();
    let line = text.lines().find_map(|one| one.strip_prefix(line)).unwrap_or_default();
    line.trim_end_matches("kB").trim().parse().unwrap_or_default()
}

/// The processor time of a process and of the children that it has waited for, in hundredths of a second.
fn cpu_seconds(process: u32) -> f64 {
    let text = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // the name may hold blanks, and ends with the last bracket; the four times are the 12th to 15th after it
    let fields = text.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace();
    fields.skip(11).take(4).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}
