//! The table of scores in miniature: the same regions give the same figures, and they are the figures of the counts.

use std::path::Path;

use rsoko::text::Lang;

use crate::support::TempDir;

#[path = "../benches/score_table.rs"]
#[allow(dead_code, reason = "the bench uses all of it")]
mod score_table;

use score_table::{PROFILES, pooled, table};

fn lines(folder: &Path) -> Vec<score_table::Pooled> {
    PROFILES.iter().take(2).map(|profile| pooled(folder, profile, 40, &[1])).collect()
}

#[test]
fn the_table_is_made_again_to_the_last_figure() {
    let folder = TempDir::new("score");
    let (first, again) = (lines(folder.path()), lines(folder.path()));
    for lang in Lang::ALL {
        let made = table(lang, &first);
        assert_eq!(made, table(lang, &again));
        let head = made.lines().next().expect("a head").matches('|').count();
        assert!(made.lines().all(|line| line.matches('|').count() == head), "{made}");
        assert!(made.contains("| `typical` |") && made.contains("| `honest` |"), "{made}");
    }
}
