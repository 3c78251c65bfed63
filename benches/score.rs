//! How often the annual run is right: regions of every built-in profile, several seeds each, held against their truth.
//!
//! `cargo bench --bench score` prints the tables of the README in both languages. `RSOKO_SCORE_SCHOOLS` sets another size
//! of the regions.
#![allow(clippy::print_stdout, reason = "a bench prints")]

mod score_table;

use std::path::Path;

use rsoko::text::Lang;
use score_table::{PROFILES, SEEDS, pooled, table};

fn main() {
    let schools = std::env::var("RSOKO_SCORE_SCHOOLS").ok().and_then(|n| n.parse().ok()).unwrap_or(600);
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("score");
    let lines: Vec<_> = PROFILES.iter().map(|profile| pooled(&root, profile, schools, &SEEDS)).collect();
    println!("{schools} schools, seeds {SEEDS:?}");
    for lang in [Lang::En, Lang::Ru] {
        println!("\n{}", table(lang, &lines));
    }
}
