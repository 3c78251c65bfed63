//! The types of one year.

use std::cmp::Ordering;

use ndarray::{Array2, ArrayView2, Axis};

use super::Asked;
use crate::base::{Finding, Result, Seed};
use crate::pipeline::unusable;
use crate::stats::{Partition, calinski_harabasz, kmeans, mean, shrunken_logits, silhouettes_of_each};
use crate::tables::{Cluster, ClusterProfile, ClusterQuality, Shares};

/// What a year gives.
#[derive(Default)]
pub(super) struct Found {
    pub clusters: Vec<Cluster>,
    pub profiles: Vec<ClusterProfile>,
    pub qualities: Vec<ClusterQuality>,
    pub findings: Vec<Finding>,
}

/// One measure in one year that tells schools apart: raw share and standardised value of each school.
struct Column {
    name: String,
    share: Vec<Option<f64>>,
    z: Vec<Option<f64>>,
}

/// One number of clusters, tried.
struct Tried {
    k: usize,
    partition: Partition,
    silhouettes: Vec<f64>,
}

pub(super) fn of_year(
    year: i32,
    schools: &[String],
    shares: &Shares,
    asked: &Asked,
    seed: Seed,
) -> Result<Found> {
    let (columns, findings) = columns(year, schools, shares, asked)?;
    let complete: Vec<usize> =
        (0..schools.len()).filter(|&s| columns.iter().all(|c| matches!(c.z.get(s), Some(Some(_))))).collect();
    let mut found = Found { findings, ..Found::default() };
    let points = points(&columns, &complete);
    let tried = attempts(points.view(), asked, seed);
    let chosen = tried.iter().reduce(|best, next| if quality(next) > quality(best) { next } else { best });
    let mut rows: Vec<Cluster> = schools
        .iter()
        .map(|school| Cluster { year, school_id: school.clone(), ..Cluster::default() })
        .collect();
    if let Some(chosen) = chosen {
        let numbers = numbers(&chosen.partition, columns.iter().position(|c| c.name == asked.order_by));
        label(&mut rows, chosen, &numbers, points.view(), &complete);
        found.profiles = profiles(year, &columns, &rows, chosen.k);
    }
    found.clusters = rows;
    found.qualities =
        tried.iter().map(|t| quality_row(year, t, points.view(), chosen.map(|c| c.k))).collect();
    Ok(found)
}

fn columns(
    year: i32,
    schools: &[String],
    shares: &Shares,
    asked: &Asked,
) -> Result<(Vec<Column>, Vec<Finding>)> {
    let mut columns = Vec::new();
    let mut findings = Vec::new();
    for name in &asked.columns {
        let known = shares.counts(year, name);
        let counts: Vec<_> = schools.iter().map(|school| known.get(school).copied()).collect();
        match shrunken_logits(&counts) {
            Ok(logits) => {
                #[expect(clippy::cast_precision_loss, reason = "counts of pupils")]
                let share = counts.iter().map(|c| c.map(|(x, n)| x as f64 / n as f64)).collect();
                columns.push(Column { name: name.clone(), share, z: logits.z });
            }
            Err(trouble) => findings.push(unusable(name, year, trouble)?),
        }
    }
    Ok((columns, findings))
}

/// Standardised values of the schools where all are known, shape (schools, columns).
fn points(columns: &[Column], complete: &[usize]) -> Array2<f64> {
    let value =
        |s: usize, c: usize| columns.get(c).and_then(|c| c.z.get(s).copied().flatten()).unwrap_or(f64::NAN);
    if columns.is_empty() {
        return Array2::zeros((0, 0));
    }
    Array2::from_shape_fn((complete.len(), columns.len()), |(row, c)| {
        complete.get(row).map_or(f64::NAN, |&s| value(s, c))
    })
}

/// Every number of clusters that is asked for and can be had.
fn attempts(points: ArrayView2<'_, f64>, asked: &Asked, seed: Seed) -> Vec<Tried> {
    let partition = |k: usize| Some((k, kmeans(points, k, asked.starts, seed.of(&k.to_string()).0)?));
    let partitions: Vec<(usize, Partition)> = asked.k.clone().filter_map(partition).collect();
    let labels: Vec<&[usize]> = partitions.iter().map(|(_, partition)| partition.labels.as_slice()).collect();
    let silhouettes = silhouettes_of_each(points, &labels);
    let tried = partitions.into_iter().zip(silhouettes);
    tried.filter_map(|((k, partition), of_k)| Some(Tried { k, partition, silhouettes: of_k? })).collect()
}

fn quality(tried: &Tried) -> f64 {
    mean(&tried.silhouettes).unwrap_or(f64::NEG_INFINITY)
}

/// The number, from 1, of each cluster: by the mean of the column that orders them, then by the other columns.
fn numbers(partition: &Partition, order_by: Option<usize>) -> Vec<i32> {
    let first = order_by.unwrap_or_default();
    let mut order: Vec<usize> = (0..partition.centres.nrows()).collect();
    let value =
        |cluster: usize, column: usize| partition.centres.get((cluster, column)).copied().unwrap_or(f64::NAN);
    order.sort_by(|&a, &b| {
        let columns = std::iter::once(first).chain(0..partition.centres.ncols());
        columns.map(|c| value(a, c).total_cmp(&value(b, c))).find(|o| o.is_ne()).unwrap_or(Ordering::Equal)
    });
    let mut numbers = vec![0; order.len()];
    for (number, &cluster) in (1..).zip(&order) {
        if let Some(slot) = numbers.get_mut(cluster) {
            *slot = number;
        }
    }
    numbers
}

fn label(
    rows: &mut [Cluster],
    chosen: &Tried,
    numbers: &[i32],
    points: ArrayView2<'_, f64>,
    complete: &[usize],
) {
    let Partition { labels, centres, .. } = &chosen.partition;
    let schools = complete.iter().zip(labels).zip(&chosen.silhouettes).zip(points.axis_iter(Axis(0)));
    for (((&school, &cluster), &silhouette), point) in schools {
        if let Some(row) = rows.get_mut(school) {
            let squares: Vec<f64> = point
                .iter()
                .zip(centres.index_axis(Axis(0), cluster))
                .map(|(x, c)| (x - c) * (x - c))
                .collect();
            row.cluster = numbers.get(cluster).copied();
            row.silhouette = Some(silhouette);
            row.distance = Some(crate::stats::sum(&squares).sqrt());
        }
    }
}

fn profiles(year: i32, columns: &[Column], rows: &[Cluster], k: usize) -> Vec<ClusterProfile> {
    let average = |values: &[Option<f64>], cluster: Option<i32>| {
        let members = rows.iter().zip(values).filter(|(row, _)| row.cluster.is_some());
        let members = members.filter(|(row, _)| cluster.is_none() || row.cluster == cluster);
        let values: Vec<f64> = members.filter_map(|(_, value)| *value).collect();
        mean(&values).map(|m| (m, i64::try_from(values.len()).unwrap_or(i64::MAX)))
    };
    let mut profiles = Vec::new();
    for cluster in 1..=i32::try_from(k).unwrap_or_default() {
        for column in columns {
            let own = average(&column.share, Some(cluster)).zip(average(&column.z, Some(cluster)));
            if let (Some(((share, schools), (z, _))), Some((region, _))) = (own, average(&column.share, None))
            {
                profiles.push(ClusterProfile {
                    year,
                    cluster,
                    measure: column.name.clone(),
                    mean: share,
                    region_mean: region,
                    z_mean: z,
                    schools,
                });
            }
        }
    }
    profiles
}

fn quality_row(
    year: i32,
    tried: &Tried,
    points: ArrayView2<'_, f64>,
    chosen: Option<usize>,
) -> ClusterQuality {
    ClusterQuality {
        year,
        k: i32::try_from(tried.k).unwrap_or(i32::MAX),
        inertia: tried.partition.inertia,
        silhouette_mean: mean(&tried.silhouettes),
        calinski_harabasz: calinski_harabasz(points, &tried.partition.labels),
        chosen: chosen == Some(tried.k),
        schools: i64::try_from(tried.silhouettes.len()).unwrap_or(i64::MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::{Found, of_year};
    use crate::base::{FindingCode, Seed};
    use crate::clusters::Asked;
    use crate::stats::Rng;
    use crate::tables::{Measure, Shares, Table};

    fn shares(rows: Vec<(String, &str, u32)>) -> Shares {
        let rows = rows
            .into_iter()
            .map(|(school, measure, above)| Measure {
                year: 2024,
                period: "year".into(),
                school_id: school,
                measure: measure.into(),
                numerator: Some(f64::from(above)),
                denominator: Some(200.0),
                unit: "share".into(),
                status: "value".into(),
                ..Measure::default()
            })
            .collect();
        Shares::read(&Measure::frame(rows).unwrap(), &["poor", "educated", "nobody"]).unwrap()
    }

    fn asked(columns: &[&str], k: std::ops::RangeInclusive<usize>) -> Asked {
        let columns: Vec<String> = columns.iter().map(|&c| c.to_owned()).collect();
        Asked { order_by: "poor".into(), columns, k, starts: 10 }
    }

    /// Three planted types of twelve schools; school 36 lacks a measure.
    fn planted() -> (Vec<String>, Shares) {
        let schools: Vec<String> = (0..37).map(|s| format!("{s:02}")).collect();
        let mut rng = Rng::new(5);
        let mut jitter = || u32::try_from(rng.below(7)).unwrap();
        let mut rows = Vec::new();
        for (s, school) in schools.iter().enumerate() {
            let (poor, educated) = [(100, 20), (10, 70), (50, 120)][s % 3];
            rows.push((school.clone(), "poor", poor + jitter()));
            if s != 36 {
                rows.push((school.clone(), "educated", educated + jitter()));
            }
            rows.push((school.clone(), "nobody", 0));
        }
        (schools, shares(rows))
    }

    #[test]
    fn planted_types_are_found_and_numbered_by_the_declared_column() {
        let (schools, shares) = planted();
        let asked = asked(&["educated", "poor"], 2..=5);
        let Found { clusters, profiles, qualities, findings } =
            of_year(2024, &schools, &shares, &asked, Seed(9)).unwrap();
        assert!(findings.is_empty());
        let expected = |s: usize| if s == 36 { None } else { Some([3, 1, 2][s % 3]) };
        for (s, row) in clusters.iter().enumerate() {
            assert_eq!(row.cluster, expected(s), "{s}");
            assert_eq!(row.silhouette.is_some(), s != 36);
        }
        let chosen: Vec<i32> = qualities.iter().filter(|q| q.chosen).map(|q| q.k).collect();
        assert_eq!(chosen, [3]);
        assert!(qualities.windows(2).all(|pair| pair[0].inertia > pair[1].inertia));
        assert_eq!(profiles.len(), 6);
        let poor: Vec<f64> = profiles.iter().filter(|p| p.measure == "poor").map(|p| p.mean).collect();
        assert!(poor[0] < 0.1 && (0.2..0.35).contains(&poor[1]) && poor[2] > 0.45, "{poor:?}");
        assert!(profiles.iter().all(|p| p.schools == 12));
    }

    #[test]
    fn a_measure_that_tells_nothing_is_left_out_and_said() {
        let (schools, shares) = planted();
        let found = of_year(2024, &schools, &shares, &asked(&["poor", "nobody"], 3..=3), Seed(9)).unwrap();
        assert_eq!(found.findings.iter().map(|f| f.code).collect::<Vec<_>>(), [FindingCode::MeasureUnusable]);
        assert_eq!(found.clusters[36].cluster, Some(3), "the other measure is known");
        assert!(found.profiles.iter().all(|p| p.measure == "poor"));
        let nothing = of_year(2023, &schools, &shares, &asked(&["poor"], 3..=3), Seed(9)).unwrap();
        assert!(nothing.clusters.iter().all(|c| c.cluster.is_none()) && nothing.qualities.is_empty());
        assert_eq!(nothing.findings.len(), 1);
    }
}
