//! Consecutive years: the same cluster again, and schools that moved.

use std::collections::{BTreeMap, BTreeSet};

use ndarray::Axis;

use crate::base::Seed;
use crate::clusters::types::{Basis, Found};
use crate::stats::{ScaledShares, SharePair, adjusted_rand, matched, moved};
use crate::tables::{ClusterAgreement, ClusterTransition};

/// Schools with a cluster in both years, with positions of their rows.
fn common(before: &Found, after: &Found) -> Vec<(usize, usize)> {
    let rows: BTreeMap<&str, usize> =
        before.clusters.iter().enumerate().map(|(at, row)| (row.school_id.as_str(), at)).collect();
    let has = |found: &Found, at: usize| found.clusters.get(at).is_some_and(|row| row.cluster.is_some());
    let pairs = after
        .clusters
        .iter()
        .enumerate()
        .filter_map(|(at, row)| rows.get(row.school_id.as_str()).map(|&earlier| (earlier, at)));
    pairs.filter(|&(earlier, later)| has(before, earlier) && has(after, later)).collect()
}

/// Matches the clusters of two years, writes the number of the earlier one into the later types, and tells how schools went.
pub(super) fn compare(
    before: &Found,
    after: &mut Found,
    seed: Seed,
    draws: usize,
) -> (Vec<ClusterTransition>, Option<ClusterAgreement>) {
    let pairs = common(before, after);
    let label = |found: &Found, at: usize| {
        let cluster = found.clusters.get(at).and_then(|row| row.cluster).unwrap_or(1);
        usize::try_from(cluster - 1).unwrap_or_default()
    };
    let earlier: Vec<usize> = pairs.iter().map(|&(at, _)| label(before, at)).collect();
    let later: Vec<usize> = pairs.iter().map(|&(_, at)| label(after, at)).collect();
    let Some(same) = matched(&later, after.types.len(), &earlier, before.types.len()) else {
        return (Vec::new(), None);
    };
    for kind in &mut after.types {
        let cluster = usize::try_from(kind.cluster - 1).ok();
        let earlier = cluster.and_then(|cluster| same.get(cluster).copied().flatten());
        kind.cluster_before = earlier.and_then(|earlier| i32::try_from(earlier + 1).ok());
    }
    let probabilities = probabilities(before, after, &same, &pairs, seed, draws);
    let number = |cluster: usize| i32::try_from(cluster + 1).unwrap_or(i32::MAX);
    let ways = pairs.iter().zip(earlier.iter().zip(&later)).zip(probabilities);
    let rows = ways.filter_map(|((&(_, new), (&from, &to)), probability)| {
        let row = after.clusters.get(new)?;
        let moved = same.get(to).copied().flatten() != Some(from);
        Some(ClusterTransition {
            year: row.year,
            school_id: row.school_id.clone(),
            cluster_before: number(from),
            cluster: number(to),
            moved,
            probability: probability.filter(|_| moved),
        })
    });
    let rows: Vec<ClusterTransition> = rows.collect();
    let year = |found: &Found| found.clusters.first().map_or(0, |row| row.year);
    let agreement = adjusted_rand(&earlier, &later).map(|adjusted_rand| ClusterAgreement {
        year: year(after),
        other: year(before).to_string(),
        adjusted_rand,
        schools: i64::try_from(pairs.len()).unwrap_or(i64::MAX),
    });
    (rows, agreement)
}

/// The probability of each pair that its school is of another cluster than before.
fn probabilities(
    before: &Found,
    after: &Found,
    same: &[Option<usize>],
    pairs: &[(usize, usize)],
    seed: Seed,
    draws: usize,
) -> Vec<Option<f64>> {
    let (Some(old), Some(new)) = (&before.basis, &after.basis) else { return vec![None; pairs.len()] };
    let columns = old.columns.iter().chain(&new.columns);
    let names: BTreeSet<&str> = columns.map(|column| column.name.as_str()).collect();
    let shares: Vec<SharePair<'_>> =
        names.iter().map(|name| SharePair { before: scaled(old, name), after: scaled(new, name) }).collect();
    let centres = [old, new].map(|basis| {
        let order: Vec<usize> = names.iter().filter_map(|name| position(basis, name)).collect();
        basis.centres.select(Axis(1), &order)
    });
    let schools: Vec<((usize, usize), u64)> = pairs
        .iter()
        .filter_map(|&pair| Some((pair, seed.of(&after.clusters.get(pair.1)?.school_id).0)))
        .collect();
    moved(&shares, centres.each_ref().map(|centres| centres.view()), same, &schools, draws)
}

fn position(basis: &Basis, name: &str) -> Option<usize> {
    basis.columns.iter().position(|column| column.name == name)
}

fn scaled<'a>(basis: &'a Basis, name: &str) -> Option<&'a ScaledShares> {
    basis.columns.get(position(basis, name)?).map(|column| &column.scaled)
}
