//! Clusters of any table: `rsoko cluster`.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use ndarray::Array2;

use super::analysis::{Analysis, Method, Options, STARTS_AGAIN, Space, analyse, band};
use super::scales::{ALIKE, correlation};
use crate::base::{Fault, FaultCode, Result, Seed};
use crate::stats::formula::{Column, Columns};
use crate::stats::{GowerColumn, gower, mean, robust_scale};

/// What is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct TableQuestion {
    /// The columns that make the clusters; the first orders them.
    pub columns: Vec<String>,
    /// The method; where none is named k-means, or medoids where a column holds words.
    pub method: Option<Method>,
    /// Numbers of clusters.
    pub k: RangeInclusive<usize>,
    /// Resamples.
    pub resamples: usize,
    /// References of the gap statistic.
    pub references: usize,
    /// The seed.
    pub seed: u64,
}

/// What is answered.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct TableClusters {
    /// The method.
    pub method: &'static str,
    /// The columns.
    pub columns: Vec<String>,
    /// Rows that took part.
    pub rows: usize,
    /// Rows that were left out since a value is missing.
    pub left_out: usize,
    /// The number of clusters; none where the rows do not fall into groups.
    pub k: Option<usize>,
    /// Why.
    pub ground: &'static str,
    /// What each index takes.
    pub by: BTreeMap<&'static str, usize>,
    /// Every number that was tried.
    pub tried: Vec<TriedRow>,
    /// Columns of numbers that say nearly the same: what they measure counts twice.
    pub alike: Vec<AlikeColumns>,
    /// The clusters.
    pub clusters: Vec<ClusterRow>,
    /// Cluster of each row of the table, from 1; none where it was left out or there are no groups.
    pub labels: Vec<Option<usize>>,
    /// Adjusted Rand with other methods.
    pub agreement: BTreeMap<&'static str, f64>,
    /// The seed.
    pub seed: u64,
}

/// Two columns that say nearly the same.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct AlikeColumns {
    /// The one.
    pub first: String,
    /// The other.
    pub second: String,
    /// Their correlation, above 0.9 in absolute value.
    pub correlation: f64,
}

/// One number of clusters by one method.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct TriedRow {
    /// The method.
    pub method: &'static str,
    /// The number.
    pub k: usize,
    /// Sum of squares inside.
    pub inertia: Option<f64>,
    /// Mean silhouette.
    pub silhouette: Option<f64>,
    /// Calinski–Harabasz.
    pub calinski_harabasz: Option<f64>,
    /// Gap.
    pub gap: Option<f64>,
    /// Its error.
    pub gap_error: Option<f64>,
    /// BIC of a mixture.
    pub bic: Option<f64>,
    /// Structure of a mixture.
    pub structure: Option<&'static str>,
}

/// One cluster.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct ClusterRow {
    /// Its number, from 1.
    pub cluster: usize,
    /// Rows in it.
    pub rows: usize,
    /// Mean Jaccard similarity with itself in resamples.
    pub jaccard: Option<f64>,
    /// Hennig's word for it.
    pub band: Option<&'static str>,
    /// Mean silhouette.
    pub silhouette: Option<f64>,
    /// Means of the columns of numbers.
    pub means: BTreeMap<String, f64>,
}

/// Divides the rows of a table. `known` are all columns of it, for those that are misspelt.
///
/// # Errors
/// `E208` where a column is not there or the method cannot take words, `E602` where there is nothing to divide.
pub fn divide(
    columns: &Columns,
    known: &[String],
    question: &TableQuestion,
    tick: &(dyn Fn(u64) + Sync),
) -> Result<TableClusters> {
    let mut chosen: Vec<&Column> = Vec::new();
    for name in &question.columns {
        let unknown = || {
            let fault = Fault::new(FaultCode::FitOption).why("formula-unknown-column");
            fault.with("name", name).with("known", known.join(", "))
        };
        chosen.push(columns.column(name).filter(|_| known.contains(name)).ok_or_else(unknown)?);
    }
    let words = chosen.iter().any(|column| matches!(column, Column::Words { .. }));
    let method = question.method.unwrap_or(if words { Method::Medoids } else { Method::KMeans });
    if words && !method.takes_words() {
        return Err(Fault::new(FaultCode::FitOption).why("cluster-words").with("method", method.name()));
    }
    let rows: Vec<usize> =
        (0..columns.rows()).filter(|&row| chosen.iter().all(|c| is_known(c, row))).collect();
    let nothing = || Fault::new(FaultCode::FitRefused).why("cluster-nothing").with("rows", rows.len());
    let keys: Vec<Vec<f64>> =
        chosen.iter().map(|column| scaled(column, &rows)).collect::<Option<_>>().ok_or_else(nothing)?;
    let space = if words { mixed(&chosen, &rows) } else { Some(points(&keys, rows.len())) };
    let options = Options {
        method,
        compare: Method::ALL
            .into_iter()
            .map(|(_, other)| other)
            .filter(|other| *other != method && (!words || other.takes_words()))
            .collect(),
        k: question.k.clone(),
        starts: 50,
        starts_again: STARTS_AGAIN,
        resamples: question.resamples,
        references: question.references,
    };
    let space = space.filter(|space| space.rows() > 2).ok_or_else(nothing)?;
    let analysis = analyse(&space, &keys, &options, Seed(question.seed), tick).ok_or_else(nothing)?;
    let mut answer = answer(columns, &chosen, &rows, question, method, &analysis);
    answer.alike = alike(question, &chosen, &rows);
    Ok(answer)
}

fn alike(question: &TableQuestion, chosen: &[&Column], rows: &[usize]) -> Vec<AlikeColumns> {
    let numbers: Vec<(&String, Vec<Option<f64>>)> = question
        .columns
        .iter()
        .zip(chosen)
        .filter(|(_, column)| matches!(column, Column::Numbers(_)))
        .map(|(name, column)| (name, rows.iter().map(|&row| Some(raw(column, row))).collect()))
        .collect();
    let mut pairs = Vec::new();
    for (at, (first, one)) in numbers.iter().enumerate() {
        for (second, other) in numbers.iter().skip(at + 1) {
            let found = correlation(one, other).filter(|r| r.abs() > ALIKE);
            pairs.extend(found.map(|correlation| AlikeColumns {
                first: (*first).clone(),
                second: (*second).clone(),
                correlation,
            }));
        }
    }
    pairs
}

fn is_known(column: &Column, row: usize) -> bool {
    match column {
        Column::Numbers(values) => values.get(row).is_some_and(|v| v.is_finite()),
        Column::Words { codes, .. } => codes.get(row).copied().flatten().is_some(),
    }
}

fn raw(column: &Column, row: usize) -> f64 {
    match column {
        Column::Numbers(values) => values.get(row).copied().unwrap_or(f64::NAN),
        Column::Words { codes, .. } => codes.get(row).copied().flatten().map_or(f64::NAN, f64::from),
    }
}

/// Numbers on a robust scale, words by the numbers of their levels; none where a column of numbers does not vary.
fn scaled(column: &Column, rows: &[usize]) -> Option<Vec<f64>> {
    let values: Vec<f64> = rows.iter().map(|&row| raw(column, row)).collect();
    match column {
        Column::Words { .. } => Some(values),
        Column::Numbers(_) => {
            let scale = robust_scale(&values)?;
            Some(values.iter().map(|value| scale.z(*value)).collect())
        }
    }
}

fn points(keys: &[Vec<f64>], rows: usize) -> Space {
    let value = |row: usize, column: usize| keys.get(column).and_then(|key| key.get(row)).copied();
    Space::Points(Array2::from_shape_fn((rows, keys.len()), |(i, j)| value(i, j).unwrap_or(f64::NAN)))
}

fn mixed(chosen: &[&Column], rows: &[usize]) -> Option<Space> {
    let classes: Vec<Vec<Option<usize>>> = chosen
        .iter()
        .map(|column| match column {
            Column::Words { codes, .. } => rows
                .iter()
                .map(|&row| codes.get(row).copied().flatten().and_then(|c| usize::try_from(c).ok()))
                .collect(),
            Column::Numbers(_) => Vec::new(),
        })
        .collect();
    let numbers: Vec<Vec<f64>> =
        chosen.iter().map(|column| rows.iter().map(|&row| raw(column, row)).collect()).collect();
    let columns: Vec<GowerColumn<'_>> = chosen
        .iter()
        .zip(classes.iter().zip(&numbers))
        .map(|(column, (classes, numbers))| match column {
            Column::Words { .. } => GowerColumn::Classes(classes),
            Column::Numbers(_) => GowerColumn::Numbers(numbers),
        })
        .collect();
    gower(&columns).map(Space::Mixed)
}

fn answer(
    columns: &Columns,
    chosen: &[&Column],
    rows: &[usize],
    question: &TableQuestion,
    method: Method,
    analysis: &Analysis,
) -> TableClusters {
    let choice = &analysis.choice;
    let by = [
        ("gap", choice.by_gap),
        ("silhouette", choice.by_silhouette),
        ("calinski_harabasz", choice.by_calinski_harabasz),
        ("bic", choice.by_bic),
    ];
    let tried = analysis.tried.iter().map(|tried| TriedRow {
        method: tried.method.name(),
        k: tried.k,
        inertia: tried.part.inertia,
        silhouette: tried.silhouette,
        calinski_harabasz: tried.calinski_harabasz,
        gap: tried.gap.map(|gap| gap.0),
        gap_error: tried.gap.map(|gap| gap.1),
        bic: tried.part.bic,
        structure: tried.part.structure,
    });
    let mut labels = vec![None; columns.rows()];
    let mut clusters = Vec::new();
    if let Some(taken) = &analysis.taken {
        for (&row, label) in rows.iter().zip(&taken.labels) {
            if let Some(slot) = labels.get_mut(row) {
                *slot = Some(label + 1);
            }
        }
        for cluster in 0..taken.k {
            let own = |at: &usize| taken.labels.get(*at) == Some(&cluster);
            let members: Vec<usize> = (0..rows.len()).filter(own).collect();
            let jaccard = taken.stability.as_ref().and_then(|s| s.jaccard.get(cluster).copied());
            let silhouettes: Vec<f64> =
                members.iter().filter_map(|&at| taken.silhouettes.get(at).copied()).collect();
            let average = |column: &Column| {
                let values = members.iter().filter_map(|&at| rows.get(at)).map(|&row| raw(column, row));
                mean(&values.collect::<Vec<_>>()).filter(|_| matches!(column, Column::Numbers(_)))
            };
            let means = question.columns.iter().zip(chosen);
            clusters.push(ClusterRow {
                cluster: cluster + 1,
                rows: members.len(),
                jaccard,
                band: jaccard.map(band),
                silhouette: mean(&silhouettes),
                means: means.filter_map(|(name, column)| Some((name.clone(), average(column)?))).collect(),
            });
        }
    }
    TableClusters {
        method: method.name(),
        columns: question.columns.clone(),
        rows: rows.len(),
        left_out: columns.rows() - rows.len(),
        k: choice.taken,
        ground: choice.ground.as_str(),
        by: by.into_iter().filter_map(|(name, k)| Some((name, k?))).collect(),
        tried: tried.collect(),
        alike: Vec::new(),
        clusters,
        labels,
        agreement: analysis
            .taken
            .iter()
            .flat_map(|t| &t.agreement)
            .map(|(m, ari)| (m.name(), *ari))
            .collect(),
        seed: question.seed,
    }
}
