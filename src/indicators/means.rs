//! Values of pupils gathered for means: as they are, or standardised within their test.

use std::collections::BTreeMap;

use polars::prelude::{DataFrame, DataType, IntoLazy};

use super::amount::Amount;
use super::counts::{ByYear, Counted, Group, collect, has};
use crate::base::{Result, Year};
use crate::method::{Formula, Indicator, TEST};
use crate::stats::standard_scores;
use crate::tables::{floats, ints, texts};

/// The chosen rows that have a value, by year, school, parallel and class. They stand in the order of the table, so that
/// sums of them are the same in every run.
pub(super) fn gather(indicator: &Indicator, rows: &DataFrame, inside: &[&'static str]) -> Result<Counted> {
    let values = values(indicator, rows)?;
    let years: Vec<Option<Year>> = ints(rows, "year")?.into_iter().map(|year| year.map(Year)).collect();
    let values = standardised(indicator, rows, &years, values)?;
    let schools = texts(rows, "school_id")?;
    let mut counted = Counted::default();
    let known =
        || {
            years.iter().zip(&schools).zip(&values).enumerate().filter_map(
                |(row, ((year, school), value))| Some((row, (*year)?, school.as_ref()?, (*value)?)),
            )
        };
    for (_, year, school, value) in known() {
        push(&mut counted.schools, year, school.clone(), value);
    }
    for &level in inside.iter().filter(|level| has(rows, level)) {
        let grades = ints(rows, "grade")?;
        let classes = if level == "class" { texts(rows, "class")? } else { Vec::new() };
        let groups = counted.inside.entry(level).or_default();
        for (row, year, school, value) in known() {
            let class = classes.get(row).cloned().flatten();
            let Some(grade) = grades.get(row).copied().flatten() else { continue };
            if level != "class" || class.is_some() {
                push(groups, year, Group { school: school.clone(), grade, class }, value);
            }
        }
    }
    Ok(counted)
}

fn push<K: Ord>(groups: &mut ByYear<K>, year: Year, key: K, value: f64) {
    match groups.entry(year).or_default().entry(key).or_insert_with(|| Amount::Mean(Vec::new())) {
        Amount::Mean(values) => values.push(value),
        Amount::Share(_) => {}
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

/// The same as standard scores within procedure, grade, subject, form, wave and year, where the indicator asks for it: over all
/// pupils of the region who have the value.
fn standardised(
    indicator: &Indicator,
    rows: &DataFrame,
    years: &[Option<Year>],
    values: Vec<Option<f64>>,
) -> Result<Vec<Option<f64>>> {
    if !matches!(indicator.formula, Formula::Mean { standardised: true, .. }) {
        return Ok(values);
    }
    let mut tests: Vec<Vec<Option<String>>> = years.iter().map(|y| vec![y.map(|y| y.to_string())]).collect();
    for &column in TEST {
        let words = match column {
            "grade" => ints(rows, column)?.into_iter().map(|grade| grade.map(|g| g.to_string())).collect(),
            _ => texts(rows, column)?,
        };
        for (test, word) in tests.iter_mut().zip(words) {
            test.push(word);
        }
    }
    let mut numbers: BTreeMap<Vec<Option<String>>, usize> = BTreeMap::new();
    let (mut known, mut groups, mut places) = (Vec::new(), Vec::new(), Vec::new());
    for (row, (test, value)) in tests.into_iter().zip(&values).enumerate() {
        let Some(value) = value else { continue };
        let next = numbers.len();
        groups.push(*numbers.entry(test).or_insert(next));
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
