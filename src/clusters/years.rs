//! Consecutive years: the same cluster again, and schools that moved.

use std::collections::BTreeMap;

use crate::clusters::types::Found;
use crate::stats::{adjusted_rand, matched};
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
    let number = |cluster: usize| i32::try_from(cluster + 1).unwrap_or(i32::MAX);
    let rows = pairs.iter().zip(earlier.iter().zip(&later)).filter_map(|(&(old, new), (&from, &to))| {
        let (before, row) = (before.clusters.get(old)?, after.clusters.get(new)?);
        let moved = same.get(to).copied().flatten() != Some(from);
        // the chance of the two years is independent: both ends must be right
        let probability = before.membership.zip(row.membership).map(|(a, b)| a * b).filter(|_| moved);
        Some(ClusterTransition {
            year: row.year,
            school_id: row.school_id.clone(),
            cluster_before: number(from),
            cluster: number(to),
            moved,
            probability,
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
