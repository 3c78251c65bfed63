//! How often the signs would accuse an honest school, and how often they find one that inflates.
//!
//! `cargo bench --bench objectivity` prints the tables of the README in both languages: first the stage's own simulation on a region
//! of 1,500 schools, three years of eight tests, with its time and its peak of memory; then regions of the synthetic twin
//! held against their truth. `RSOKO_OBJECTIVITY_REGIONS` (200), `…_SCHOOLS` (1500), `…_PROFILE` (typical), `…_SEED` (301) set the
//! first, `…_TWINS` (8) how many regions of a profile make the second; 0 spares a part.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a bench prints")]

mod objectivity_table;

use objectivity_table::{Plan, simulated, twins};

fn main() {
    let text = |name: &str| std::env::var(format!("RSOKO_OBJECTIVITY_{name}"));
    let number =
        |name: &str, default: usize| text(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default);
    let plan = Plan {
        profile: text("PROFILE").unwrap_or_else(|_| "typical".to_owned()),
        schools: number("SCHOOLS", 1500),
        seed: number("SEED", 301) as u64,
        regions: number("REGIONS", 200),
    };
    if plan.regions > 0 {
        println!("{}", simulated(&plan));
    }
    let seeds = number("TWINS", 8) as u64;
    for profile in ["typical", "honest"].iter().filter(|_| seeds > 0) {
        println!("{}", twins(profile, 600, 201..201 + seeds));
    }
}
