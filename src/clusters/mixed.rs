//! Columns of words beside the measures: the kind of a school and its locality, by Gower's distance.

use crate::base::Year;
use crate::stats::{Dissimilarities, GowerColumn, gower, mean};
use crate::tables::{ClusterProfile, Register};

use super::names::size;
use super::scales::Columns;

/// The columns of the register that may stand beside measures.
pub(super) const CLASSES: [&str; 2] = ["kind", "locality"];

/// A column of words, of the schools that take part.
pub(super) struct Classes {
    /// The words of the year, sorted.
    words: Vec<String>,
    /// Which of them each school has.
    codes: Vec<Option<usize>>,
}

/// The columns of words that were asked for; one in which all known schools are alike tells nothing and is left out.
pub(super) fn classes(
    year: i32,
    table: &Columns,
    schools: &[String],
    register: &Register,
    names: &[&'static str],
) -> Vec<Classes> {
    let column = |name: &&str| {
        let word = |&school: &usize| {
            let entry = register.school(schools.get(school)?, Year(year))?;
            if *name == "kind" { entry.kind.clone() } else { entry.locality.clone() }
        };
        let own: Vec<Option<String>> = table.schools.iter().map(word).collect();
        let mut words: Vec<String> = own.iter().flatten().cloned().collect();
        words.sort();
        words.dedup();
        let code = |word: &Option<String>| words.binary_search(word.as_ref()?).ok();
        let codes = own.iter().map(code).collect();
        (words.len() > 1).then_some(Classes { words, codes })
    };
    names.iter().filter_map(column).collect()
}

/// Gower's dissimilarities of the schools that take part; measures stand on their common scale.
pub(super) fn dissimilarities(table: &Columns, classes: &[Classes]) -> Option<Dissimilarities> {
    let number = |school: usize, column: &super::scales::Column| column.z(school).unwrap_or(f64::NAN);
    let numbers: Vec<Vec<f64>> = table
        .columns
        .iter()
        .map(|column| table.schools.iter().map(|&school| number(school, column)).collect())
        .collect();
    let numbers = numbers.iter().map(|column| GowerColumn::Numbers(column));
    let words = classes.iter().map(|column| GowerColumn::Classes(&column.codes));
    gower(&numbers.chain(words).collect::<Vec<_>>())
}

/// Mean dissimilarities of each school to the other members of each cluster.
pub(super) fn to_clusters(between: &Dissimilarities, labels: &[usize], k: usize) -> Vec<Vec<f64>> {
    let to = |school: usize, cluster: usize| {
        let others = labels.iter().enumerate().filter(|&(at, label)| *label == cluster && at != school);
        let all: Vec<f64> = others.map(|(other, _)| between.between(school, other)).collect();
        mean(&all).unwrap_or_default()
    };
    (0..labels.len()).map(|school| (0..k).map(|cluster| to(school, cluster)).collect()).collect()
}

/// How common each word is in each cluster beside the region; differences in standard deviations of the word in the region.
pub(super) fn profiles(year: i32, classes: &[Classes], labels: &[usize], k: usize) -> Vec<ClusterProfile> {
    let mut profiles = Vec::new();
    for (cluster, number) in (0..k).zip(1..) {
        for column in classes {
            for (code, word) in column.words.iter().enumerate() {
                let share = |of: Option<usize>| {
                    let own = column.codes.iter().zip(labels);
                    let own = own.filter(|(_, label)| of.is_none_or(|of| **label == of));
                    let is: Vec<f64> =
                        own.filter_map(|(c, _)| Some(f64::from(u8::from((*c)? == code)))).collect();
                    Some((mean(&is)?, is.len()))
                };
                let Some(((own, schools), (region, _))) = share(Some(cluster)).zip(share(None)) else {
                    continue;
                };
                let z_mean = (own - region) / (region * (1.0 - region)).sqrt();
                profiles.push(ClusterProfile {
                    year,
                    cluster: number,
                    measure: word.clone(),
                    mean: own,
                    region_mean: region,
                    z_mean,
                    size: size(z_mean).to_owned(),
                    schools: i64::try_from(schools).unwrap_or(i64::MAX),
                });
            }
        }
    }
    profiles
}
