//! Values of pupils gathered for means: as they are, or standardised within their test.

use std::collections::BTreeMap;

use polars::prelude::{DataFrame, DataType, IntoLazy};

use super::amount::Amount;
use super::counts::{Counted, Group, collect, has};
use crate::base::Result;
use crate::method::{Formula, Indicator, TEST};
use crate::stats::standard_scores;
use crate::tables::{floats, ints, words};

/// The chosen rows of a year that have a value, by school, parallel and class. They stand in the order of the table, so that
/// sums of them are the same in every run.
pub(super) fn gather(indicator: &Indicator, rows: &DataFrame, inside: &[&'static str]) -> Result<Counted> {
    let values = standardised(indicator, rows, values(indicator, rows)?)?;
    let schools: Vec<Option<&str>> = words(rows, "school_id")?.collect();
    let known = || schools.iter().zip(&values).map(|(school, value)| Some(((*school)?, (*value)?)));
    let mut counted = Counted::default();
    gather_by(known().flatten(), |school| school.to_owned(), &mut counted.schools);
    for &level in inside.iter().filter(|level| has(rows, level)) {
        let groups = counted.inside.entry(level).or_default();
        let grades = ints(rows, "grade")?;
        let own = |(school, grade, class): (&str, i32, Option<&str>)| Group {
            school: school.to_owned(),
            grade,
            class: class.map(str::to_owned),
        };
        let in_grades = known().zip(grades).map(|(known, grade)| {
            let (school, value) = known?;
            Some((school, grade?, value))
        });
        if level == "class" {
            let of_class = in_grades.zip(words(rows, "class")?).filter_map(|(known, class)| {
                let (school, grade, value) = known?;
                Some(((school, grade, Some(class?)), value))
            });
            gather_by(of_class, own, groups);
        } else {
            gather_by(
                in_grades.flatten().map(|(school, grade, value)| ((school, grade, None), value)),
                own,
                groups,
            );
        }
    }
    Ok(counted)
}

/// Puts values to those of their group. The rows of a group mostly stand together: it is looked up once for all that do.
fn gather_by<K: PartialEq + Copy, G: Ord>(
    rows: impl Iterator<Item = (K, f64)>,
    own: impl Fn(K) -> G,
    groups: &mut BTreeMap<G, Amount>,
) {
    let mut put = |key: K, values: Vec<f64>| match groups.entry(own(key)).or_insert(Amount::Mean(Vec::new()))
    {
        Amount::Mean(all) if all.is_empty() => *all = values,
        Amount::Mean(all) => all.extend(values),
        Amount::Share(_) => {}
    };
    let mut run: Option<(K, Vec<f64>)> = None;
    for (key, value) in rows {
        match &mut run {
            Some((last, values)) if *last == key => values.push(value),
            _ => {
                if let Some((last, values)) = run.replace((key, vec![value])) {
                    put(last, values);
                }
            }
        }
    }
    if let Some((last, values)) = run {
        put(last, values);
    }
}

/// The value of each row; what is no finite number (a maximum of 0, say) is missing.
fn values(indicator: &Indicator, rows: &DataFrame) -> Result<Vec<Option<f64>>> {
    let values = match indicator.formula.value()? {
        Some(value) => collect(rows.clone().lazy().select([value.cast(DataType::Float64)]))?,
        // of works, whose values stand beside them
        None => rows.clone(),
    };
    Ok(floats(&values, "value")?.into_iter().map(|value| value.filter(|value| value.is_finite())).collect())
}

/// The same as standard scores within procedure, grade, subject, form and wave, where the indicator asks for it: over all
/// pupils of the region who have the value in the year.
fn standardised(
    indicator: &Indicator,
    rows: &DataFrame,
    values: Vec<Option<f64>>,
) -> Result<Vec<Option<f64>>> {
    if !matches!(indicator.formula, Formula::Mean { standardised: true, .. }) {
        return Ok(values);
    }
    let grades = ints(rows, "grade")?;
    let mut columns: Vec<Vec<Option<&str>>> = Vec::new();
    for &column in TEST.iter().filter(|column| **column != "grade") {
        columns.push(words(rows, column)?.collect());
    }
    let test = |row: usize| {
        let words = columns.iter().map(move |column| column.get(row).copied().flatten());
        (grades.get(row).copied().flatten(), words)
    };
    let mut numbers: BTreeMap<(Option<i32>, Vec<Option<&str>>), usize> = BTreeMap::new();
    let (mut known, mut groups, mut places) = (Vec::new(), Vec::new(), Vec::new());
    let mut last: Option<(usize, usize)> = None;
    for (row, value) in values.iter().enumerate() {
        let Some(value) = value else { continue };
        let (grade, words) = test(row);
        let same = last.filter(|&(before, _)| {
            let (grade_before, words_before) = test(before);
            grade_before == grade && words_before.eq(words.clone())
        });
        let number = match same {
            Some((_, number)) => number,
            None => {
                let next = numbers.len();
                *numbers.entry((grade, words.collect())).or_insert(next)
            }
        };
        last = Some((row, number));
        groups.push(number);
        known.push(*value);
        places.push(row);
    }
    let mut scores = vec![None; values.len()];
    for (row, score) in places.into_iter().zip(standard_scores(&known, &groups)) {
        if let Some(place) = scores.get_mut(row) {
            *place = score;
        }
    }
    Ok(scores)
}
