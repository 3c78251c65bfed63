//! What the stage `factors` says against what the regions were made with: bias, power, coverage of its own intervals, inert
//! factors that it calls acting.
//!
//! `cargo bench --bench factors` prints the table of the README. `RSOKO_FACTORS_SEEDS` sets the number of regions (1000),
//! `RSOKO_FACTORS_SCHOOLS` their size (200), `RSOKO_FACTORS_PROFILE` what they are like.
#![allow(clippy::print_stdout, reason = "a bench prints")]

mod factors_table;

use factors_table::{Plan, table};

fn main() {
    let number = |name: &str, default: usize| {
        std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
    };
    let plan = Plan {
        profile: std::env::var("RSOKO_FACTORS_PROFILE").unwrap_or_else(|_| "typical".to_owned()),
        schools: number("RSOKO_FACTORS_SCHOOLS", 200),
        seeds: number("RSOKO_FACTORS_SEEDS", 1000),
    };
    println!("{}", table(&plan));
}
