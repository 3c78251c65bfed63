//! The types of one year.

use std::collections::BTreeSet;

use ndarray::{Array2, ArrayView1, ArrayView2, Axis};

use super::Asked;
use super::analysis::{Analysis, Space, Taken, analyse, band, centres};
use super::mixed::{classes, dissimilarities, profiles as profiles_of_words, to_clusters};
use super::names::{proposed, size};
use super::scales::{Column, Columns, columns};
use crate::base::{Finding, Result, Seed, Year};
use crate::method::TypePlan;
use crate::stats::{PrincipalComponents, mean, membership, principal_components, sum};
use crate::tables::{
    Cluster, ClusterAgreement, ClusterChoice, ClusterConsensus, ClusterLoading, ClusterPair, ClusterProfile,
    ClusterQuality, ClusterType, Register, Shares,
};
use crate::text::Lang;

/// Schools nearest to the centre of their cluster that are called typical.
const TYPICAL: usize = 3;
/// A school that belongs to its cluster with less than this probability lies at a border.
const SURE: f64 = 0.7;

/// What a year gives.
#[derive(Default)]
pub(super) struct Found {
    pub clusters: Vec<Cluster>,
    pub types: Vec<ClusterType>,
    pub profiles: Vec<ClusterProfile>,
    pub qualities: Vec<ClusterQuality>,
    pub choices: Vec<ClusterChoice>,
    pub agreements: Vec<ClusterAgreement>,
    pub loadings: Vec<ClusterLoading>,
    pub consensus: Vec<ClusterConsensus>,
    pub pairs: Vec<ClusterPair>,
    pub findings: Vec<Finding>,
    /// What the clusters stand on, where there are any.
    pub basis: Option<Basis>,
}

/// The columns of the points and the centres of the clusters in them.
pub(super) struct Basis {
    pub columns: Vec<Column>,
    pub centres: Array2<f64>,
}

pub(super) fn of_year(
    year: i32,
    schools: &[String],
    shares: &Shares,
    register: &Register,
    asked: &Asked,
    seed: Seed,
    tick: &(dyn Fn(u64) + Sync),
) -> Result<Found> {
    let (table, findings) = columns(year, schools, shares, &asked.columns, &asked.plan)?;
    let mut found = Found { findings, ..Found::default() };
    found.clusters =
        schools.iter().map(|id| Cluster { year, school_id: id.clone(), ..Cluster::default() }).collect();
    let keys = keys(&table, &asked.order_by);
    let words = classes(year, &table, schools, register, &asked.classes);
    let space = match words.as_slice() {
        [] => Some(Space::Points(table.points.clone())),
        words => dissimilarities(&table, words).map(Space::Mixed),
    };
    let Some(space) = space else { return Ok(found) };
    let Some(analysis) = analyse(&space, &keys, &asked.options, seed, tick) else { return Ok(found) };
    found.choices = vec![choice(year, asked, &analysis, &table, schools.len())];
    found.qualities = qualities(year, asked, &analysis, table.schools.len());
    map(year, &table, &mut found);
    for (&school, replaced) in table.schools.iter().zip(&table.replaced) {
        if let Some(row) = found.clusters.get_mut(school) {
            row.measures_replaced = *replaced;
        }
    }
    if let Some(taken) = &analysis.taken {
        let centres = centres(&table.points, &taken.labels, taken.k);
        // where words take part there are no centres, nor errors of measurement to be drawn
        let (apart, belongs) = match &space {
            Space::Points(points) => (
                to_centres(points.view(), &centres),
                memberships(&found.clusters, &table, &centres, seed, asked.draws),
            ),
            Space::Mixed(between) => (to_clusters(between, &taken.labels, taken.k), Vec::new()),
        };
        label(&mut found.clusters, taken, &table.schools, &apart, &belongs);
        found.profiles = profiles(year, &table, taken);
        found.profiles.extend(profiles_of_words(year, &words, &taken.labels, taken.k));
        found.types = types(year, taken, &found, register, &asked.plan);
        found.consensus = consensus(year, taken);
        if asked.by_school {
            found.pairs = pairs(year, taken, &table, schools);
        }
        let schools = count(table.schools.len());
        found.agreements = taken
            .agreement
            .iter()
            .map(|(method, index)| ClusterAgreement {
                year,
                other: method.name().to_owned(),
                adjusted_rand: *index,
                schools,
            })
            .collect();
        found.basis = words.is_empty().then_some(Basis { columns: table.columns, centres });
    }
    Ok(found)
}

/// Means of the shares of resamples in which schools of two clusters fall together.
fn consensus(year: i32, taken: &Taken) -> Vec<ClusterConsensus> {
    let Some(stability) = &taken.stability else { return Vec::new() };
    let mut rows = Vec::new();
    for cluster in 0..taken.k {
        for other in 0..taken.k {
            let members =
                taken.labels.iter().zip(&stability.together).filter(|(label, _)| **label == cluster);
            let known: Vec<f64> = members.filter_map(|(_, row)| row.get(other).copied().flatten()).collect();
            if let Some(together) = mean(&known) {
                rows.push(ClusterConsensus {
                    year,
                    cluster: number(cluster),
                    with_cluster: number(other),
                    together,
                    schools: count(known.len()),
                });
            }
        }
    }
    rows
}

/// The share of resamples together of every two schools.
fn pairs(year: i32, taken: &Taken, table: &Columns, schools: &[String]) -> Vec<ClusterPair> {
    let Some(stability) = &taken.stability else { return Vec::new() };
    let names: Vec<&String> = table.schools.iter().filter_map(|&school| schools.get(school)).collect();
    let of = |(at, school): (usize, &&String)| {
        let row = |(other, with): (usize, &&String)| {
            let (drawn, together) = stability.draws.pair(at, other);
            let (school_id, with_school) = ((*school).clone(), (*with).clone());
            ClusterPair { year, school_id, with_school, drawn: count(drawn), together }
        };
        names.iter().enumerate().skip(at + 1).map(row).collect::<Vec<_>>()
    };
    names.iter().enumerate().flat_map(of).collect()
}

/// The columns of the points, the one that orders clusters first.
fn keys(table: &Columns, order_by: &str) -> Vec<Vec<f64>> {
    let first = table.columns.iter().position(|column| column.name == order_by).unwrap_or_default();
    let rest = (0..table.columns.len()).filter(|at| *at != first);
    let order = std::iter::once(first).chain(rest).filter(|at| *at < table.columns.len());
    order.map(|at| table.points.index_axis(Axis(1), at).to_vec()).collect()
}

fn choice(year: i32, asked: &Asked, analysis: &Analysis, table: &Columns, all: usize) -> ClusterChoice {
    let choice = &analysis.choice;
    let number = |k: Option<usize>| k.and_then(|k| i32::try_from(k).ok());
    let stability = analysis.taken.as_ref().and_then(|taken| taken.stability.as_ref());
    ClusterChoice {
        year,
        method: asked.options.method.name().to_owned(),
        k: number(choice.taken),
        ground: choice.ground.as_str().to_owned(),
        by_gap: number(choice.by_gap),
        by_silhouette: number(choice.by_silhouette),
        by_calinski_harabasz: number(choice.by_calinski_harabasz),
        by_bic: number(choice.by_bic),
        ambiguous: stability.map(|stability| stability.ambiguous),
        schools: count(table.schools.len()),
        left_out: count(all - table.schools.len()),
    }
}

fn qualities(year: i32, asked: &Asked, analysis: &Analysis, schools: usize) -> Vec<ClusterQuality> {
    let taken = analysis.choice.taken;
    let row = |tried: &super::analysis::Tried| ClusterQuality {
        year,
        method: tried.method.name().to_owned(),
        k: i32::try_from(tried.k).unwrap_or(i32::MAX),
        inertia: tried.part.inertia,
        silhouette_mean: tried.silhouette,
        calinski_harabasz: tried.calinski_harabasz,
        gap: tried.gap.map(|gap| gap.0),
        gap_error: tried.gap.map(|gap| gap.1),
        bic: tried.part.bic,
        structure: tried.part.structure.map(str::to_owned),
        chosen: taken == Some(tried.k) && tried.method == asked.options.method,
        schools: count(schools),
    };
    analysis.tried.iter().map(row).collect()
}

/// Places on the first two components, and what these are made of.
fn map(year: i32, table: &Columns, found: &mut Found) {
    let Some(PrincipalComponents { shares, loadings, scores, .. }) =
        principal_components(table.points.view())
    else {
        return;
    };
    for (&school, place) in table.schools.iter().zip(scores.axis_iter(Axis(0))) {
        if let Some(row) = found.clusters.get_mut(school) {
            (row.map_x, row.map_y) = (place.first().copied(), place.get(1).copied());
        }
    }
    for (number, (component, share)) in (1..=2).zip(loadings.axis_iter(Axis(1)).zip(shares)) {
        for (column, loading) in table.columns.iter().zip(component) {
            found.loadings.push(ClusterLoading {
                year,
                component: number,
                measure: column.name.clone(),
                loading: *loading,
                share,
            });
        }
    }
}

fn distance(a: ArrayView1<'_, f64>, b: ArrayView1<'_, f64>) -> f64 {
    sum(&a.iter().zip(b).map(|(x, y)| (x - y) * (x - y)).collect::<Vec<_>>()).sqrt()
}

/// Distances of points to centres.
fn to_centres(points: ArrayView2<'_, f64>, centres: &Array2<f64>) -> Vec<Vec<f64>> {
    let from = |point: ArrayView1<'_, f64>| {
        centres.axis_iter(Axis(0)).map(|centre| distance(point, centre)).collect()
    };
    points.axis_iter(Axis(0)).map(from).collect()
}

/// Fills the rows of the schools that take part: `apart`, how far each is from each cluster; `belongs`, with which probability
/// it is of it, where that is known.
fn label(
    rows: &mut [Cluster],
    taken: &Taken,
    schools: &[usize],
    apart: &[Vec<f64>],
    belongs: &[Option<Vec<f64>>],
) {
    let mut near: Vec<(usize, f64, usize)> = Vec::new();
    for (at, ((&school, &cluster), apart)) in schools.iter().zip(&taken.labels).zip(apart).enumerate() {
        let Some(row) = rows.get_mut(school) else { continue };
        row.cluster = Some(number(cluster));
        row.silhouette = taken.silhouettes.get(at).copied();
        row.distance = apart.get(cluster).copied();
        let others = apart.iter().enumerate().filter(|(c, _)| *c != cluster);
        row.next_cluster = others.min_by(|a, b| a.1.total_cmp(b.1)).map(|(c, _)| number(c));
        row.membership = belongs.get(at).and_then(|shares| shares.as_ref()?.get(cluster)).copied();
        row.together = taken
            .stability
            .as_ref()
            .and_then(|stability| stability.together.get(at)?.get(cluster).copied().flatten());
        let jaccard = taken.stability.as_ref().and_then(|stability| stability.jaccard.get(cluster));
        row.band = jaccard.map(|jaccard| band(*jaccard).to_owned());
        let borderline =
            row.silhouette.is_some_and(|s| s < 0.0) || row.membership.is_some_and(|share| share < SURE);
        row.standing = Some(if borderline { "borderline" } else { "ordinary" }.to_owned());
        if !borderline {
            near.push((cluster, row.distance.unwrap_or(f64::INFINITY), school));
        }
    }
    near.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)));
    for cluster in 0..taken.k {
        for (_, _, school) in near.iter().filter(|(own, ..)| *own == cluster).take(TYPICAL) {
            if let Some(row) = rows.get_mut(*school) {
                row.standing = Some("typical".to_owned());
            }
        }
    }
}

/// Of the schools that take part: the probability of each cluster; none where a measure is unknown.
fn memberships(
    rows: &[Cluster],
    table: &Columns,
    centres: &Array2<f64>,
    seed: Seed,
    draws: usize,
) -> Vec<Option<Vec<f64>>> {
    let columns: Vec<_> = table.columns.iter().map(|column| &column.scaled).collect();
    let seeds: Vec<u64> = rows.iter().map(|row| seed.of(&row.school_id).0).collect();
    let all = membership(&columns, centres.view(), &seeds, draws);
    table.schools.iter().map(|&school| all.get(school).cloned().flatten()).collect()
}

fn profiles(year: i32, table: &Columns, taken: &Taken) -> Vec<ClusterProfile> {
    let mut profiles = Vec::new();
    for cluster in 0..taken.k {
        let members: Vec<(usize, usize)> = (0..taken.labels.len())
            .filter(|at| taken.labels.get(*at) == Some(&cluster))
            .filter_map(|at| Some((at, *table.schools.get(at)?)))
            .collect();
        for (c, column) in table.columns.iter().enumerate() {
            let share = |schools: &mut dyn Iterator<Item = usize>| {
                let known = schools.filter_map(|school| column.share.get(school).copied().flatten());
                mean(&known.collect::<Vec<_>>())
            };
            let own = share(&mut members.iter().map(|(_, school)| *school));
            let region = share(&mut table.schools.iter().copied());
            let z: Vec<f64> =
                members.iter().filter_map(|(at, _)| table.points.get((*at, c)).copied()).collect();
            if let (Some(mean), Some(region_mean), Some(z_mean)) = (own, region, mean(&z)) {
                profiles.push(ClusterProfile {
                    year,
                    cluster: number(cluster),
                    measure: column.name.clone(),
                    mean,
                    region_mean,
                    z_mean,
                    size: size(z_mean).to_owned(),
                    schools: count(members.len()),
                });
            }
        }
    }
    profiles
}

fn types(year: i32, taken: &Taken, found: &Found, register: &Register, plan: &TypePlan) -> Vec<ClusterType> {
    let mut types = Vec::new();
    for cluster in 0..taken.k {
        let members: Vec<&Cluster> =
            found.clusters.iter().filter(|row| row.cluster == Some(number(cluster))).collect();
        let municipalities: BTreeSet<&str> = members
            .iter()
            .filter_map(|row| register.school(&row.school_id, Year(year)))
            .map(|school| school.municipality.as_str())
            .collect();
        let profile: Vec<&ClusterProfile> =
            found.profiles.iter().filter(|row| row.cluster == number(cluster)).collect();
        let declared = plan.name(year, number(cluster));
        let name = |lang: Lang| match declared.and_then(|name| name.get(lang.code())) {
            Some(name) => name.clone(),
            None => proposed(lang, &profile),
        };
        let stability = taken.stability.as_ref();
        let jaccard = stability.and_then(|stability| stability.jaccard.get(cluster).copied());
        let silhouettes: Vec<f64> = members.iter().filter_map(|row| row.silhouette).collect();
        types.push(ClusterType {
            year,
            cluster: number(cluster),
            name_ru: name(Lang::Ru),
            name_en: name(Lang::En),
            name_source: if declared.is_some() { "declared" } else { "proposed" }.to_owned(),
            schools: count(members.len()),
            municipalities: count(municipalities.len()),
            silhouette_mean: mean(&silhouettes),
            jaccard,
            dissolved: stability.and_then(|stability| stability.dissolved.get(cluster).copied()),
            band: jaccard.map(|jaccard| band(jaccard).to_owned()),
            cluster_before: None,
        });
    }
    types
}

fn number(cluster: usize) -> i32 {
    i32::try_from(cluster + 1).unwrap_or(i32::MAX)
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::{Found, of_year};
    use crate::base::{FindingCode, Seed};
    use crate::clusters::Asked;
    use crate::clusters::analysis::{Method, Options};
    use crate::method::TypePlan;
    use crate::stats::Rng;
    use crate::tables::{Measure, Register, School, Shares, Table};

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
        let options = Options {
            method: Method::KMeans,
            compare: vec![Method::Ward],
            k,
            starts: 10,
            starts_again: 5,
            resamples: 20,
            references: 10,
        };
        Asked {
            order_by: "poor".into(),
            columns,
            classes: Vec::new(),
            options,
            by_school: true,
            draws: 100,
            plan: TypePlan::default(),
        }
    }

    fn found(year: i32, schools: &[String], shares: &Shares, asked: &Asked) -> Found {
        of_year(year, schools, shares, &Register::default(), asked, Seed(9), &|_| ()).unwrap()
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
        let Found { clusters, profiles, qualities, findings, types, .. } =
            found(2024, &schools, &shares, &asked);
        assert!(findings.is_empty());
        let expected = |s: usize| if s == 36 { None } else { Some([3, 1, 2][s % 3]) };
        for (s, row) in clusters.iter().enumerate() {
            assert_eq!(row.cluster, expected(s), "{s}");
            assert_eq!(row.silhouette.is_some(), s != 36);
        }
        let chosen: Vec<i32> = qualities.iter().filter(|q| q.chosen).map(|q| q.k).collect();
        assert_eq!(chosen, [3]);
        let own: Vec<_> = qualities.iter().filter(|q| q.method == "kmeans").collect();
        assert!(own.len() == 5 && own.windows(2).all(|pair| pair[0].inertia > pair[1].inertia));
        assert!(types.iter().all(|t| t.jaccard.unwrap() > 0.9 && t.schools == 12), "{types:?}");
        let standings = |word: &str| clusters.iter().filter(|c| c.standing.as_deref() == Some(word)).count();
        assert_eq!((standings("typical"), standings("borderline")), (9, 0));
        assert!(clusters[..36].iter().all(|c| c.membership.unwrap() > 0.9 && c.map_x.is_some()));
        assert_eq!(profiles.len(), 6);
        let poor: Vec<f64> = profiles.iter().filter(|p| p.measure == "poor").map(|p| p.mean).collect();
        assert!(poor[0] < 0.1 && (0.2..0.35).contains(&poor[1]) && poor[2] > 0.45, "{poor:?}");
        assert!(profiles.iter().all(|p| p.schools == 12));
    }

    #[test]
    fn words_of_the_register_take_part_by_gower_s_distance() {
        // the measure alone tells poor from rich; villages and cities are told apart by the register
        let schools: Vec<String> = (0..40).map(|s| format!("{s:02}")).collect();
        let mut rng = Rng::new(6);
        let above = |s: usize, jitter: u32| [20, 120][s % 2] + jitter;
        let rows = schools
            .iter()
            .enumerate()
            .map(|(s, school)| (school.clone(), "poor", above(s, u32::try_from(rng.below(9)).unwrap())));
        let shares = shares(rows.collect());
        let entry = |(s, school): (usize, &String)| School {
            year: 2024,
            school_id: school.clone(),
            locality: Some(["city", "village"][s / 2 % 2].into()),
            kind: Some("general".into()),
            ..School::default()
        };
        let register: Vec<School> = schools.iter().enumerate().map(entry).collect();
        let register = Register::read(&School::frame(register).unwrap()).unwrap();
        let mut asked = asked(&["poor"], 4..=4);
        asked.classes = vec!["kind", "locality"];
        asked.options.method = Method::Medoids;
        asked.options.compare = vec![Method::Average];
        let Found { clusters, profiles, basis, .. } =
            of_year(2024, &schools, &shares, &register, &asked, Seed(9), &|_| ()).unwrap();
        for (s, row) in clusters.iter().enumerate() {
            assert_eq!(row.cluster, clusters[s % 4].cluster, "{s}");
            assert!(row.membership.is_none() && row.distance.unwrap() < 0.2, "{row:?}");
        }
        let kinds: std::collections::BTreeSet<_> = clusters.iter().map(|row| row.cluster).collect();
        assert_eq!(kinds.len(), 4);
        let village = |cluster: i32| {
            profiles.iter().find(|p| p.cluster == cluster && p.measure == "village").map(|p| p.mean).unwrap()
        };
        let shares: Vec<f64> = (1..=4).map(village).collect();
        assert!(shares.iter().all(|share| *share < 1e-9 || *share > 1.0 - 1e-9), "{shares:?}");
        assert!(profiles.iter().all(|p| p.measure != "general"), "all schools are general");
        assert!(basis.is_none());
    }

    #[test]
    fn a_measure_that_tells_nothing_is_left_out_and_said() {
        let (schools, shares) = planted();
        let two = found(2024, &schools, &shares, &asked(&["poor", "nobody"], 3..=3));
        assert_eq!(two.findings.iter().map(|f| f.code).collect::<Vec<_>>(), [FindingCode::MeasureUnusable]);
        assert_eq!(two.clusters[36].cluster, Some(3), "the other measure is known");
        assert!(two.profiles.iter().all(|p| p.measure == "poor"));
        let nothing = found(2023, &schools, &shares, &asked(&["poor"], 3..=3));
        assert!(nothing.clusters.iter().all(|c| c.cluster.is_none()) && nothing.qualities.is_empty());
        assert_eq!(nothing.findings.len(), 1);
    }
}
