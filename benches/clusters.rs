//! Simulation.
#![allow(clippy::print_stdout, reason = "a bench prints")]

mod clusters_regions;

use clusters_regions::{Shape, said};
use std::collections::BTreeMap;

fn main() {
    let number =
        |name: &str, default: usize| std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default);
    let regions = number("RSOKO_CLUSTERS_REGIONS", 10);
    for schools in [150, 600] {
        for shape in [
            Shape::Cloud,
            Shape::Gradient,
            Shape::Skewed,
            Shape::Types(2, 3.0),
            Shape::Types(3, 3.0),
            Shape::Types(4, 3.0),
            Shape::Types(2, 4.0),
            Shape::Types(3, 4.0),
            Shape::Types(4, 4.0),
            Shape::Types(2, 6.0),
            Shape::Types(3, 6.0),
            Shape::Types(4, 6.0),
        ] {
            let all: Vec<_> = (0..regions as u64).map(|seed| said(shape, schools, seed + 1)).collect();
            let mut ks: BTreeMap<Option<i32>, usize> = BTreeMap::new();
            let mut grounds: BTreeMap<&str, usize> = BTreeMap::new();
            for one in &all {
                *ks.entry(one.k).or_default() += 1;
                *grounds.entry(&one.ground).or_default() += 1;
            }
            let ari: Vec<f64> = all.iter().filter_map(|one| one.agreement).collect();
            println!(
                "{schools:>4} {:<28} {ks:?} {grounds:?} ari {:.2} unstable {:.2}",
                shape.name(),
                rsoko::stats::mean(&ari).unwrap_or(f64::NAN),
                rsoko::stats::mean(&all.iter().map(|o| o.unstable).collect::<Vec<_>>()).unwrap_or(f64::NAN)
            );
        }
    }
}
