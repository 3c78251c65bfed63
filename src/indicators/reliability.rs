//! How far the totals behind a share of low results would repeat themselves: without it nobody can tell pupils from chance.

use std::collections::BTreeMap;

use polars::prelude::DataFrame;

use crate::base::Result;
use crate::method::{Formula, Indicator};
use crate::stats::reliability_within;
use crate::tables::{TestReliability, floats, ints, words};

/// The columns that it wants beside those of the indicator.
pub(super) const COLUMNS: [&str; 3] = ["max_score", "score_printed", "score_tasks"];

/// Are there totals behind the share? Two counts over rows of pupils with scores are one test a year.
pub(super) fn is_of_totals(indicator: &Indicator) -> bool {
    let counted = matches!(indicator.formula, Formula::Rows { .. });
    counted
        && !indicator.is_of_tasks()
        && COLUMNS.iter().all(|column| indicator.table.column(column).is_some())
}

/// The chosen rows of an indicator in a year; none where no pupil has a total. The highest total is that of the rows; where
/// they have none, the highest that anybody reached.
pub(super) fn of(indicator: &Indicator, rows: &DataFrame) -> Result<Option<TestReliability>> {
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut totals, mut groups, mut top, mut of) = (Vec::new(), Vec::new(), 0.0_f64, None);
    let scores = floats(rows, "score_tasks")?.into_iter().zip(floats(rows, "score_printed")?);
    let keys = ints(rows, "year")?.into_iter().zip(words(rows, "school_id")?);
    let mut last: Option<(&str, usize)> = None;
    for (((year, school), (tasks, printed)), highest) in keys.zip(scores).zip(floats(rows, "max_score")?) {
        let (Some(year), Some(school), Some(total)) = (year, school, tasks.or(printed)) else { continue };
        let number = match last {
            Some((before, number)) if before == school => number,
            _ => {
                let next = numbers.len();
                *numbers.entry(school).or_insert(next)
            }
        };
        last = Some((school, number));
        of = Some(year);
        totals.push(total);
        groups.push(number);
        top = top.max(highest.unwrap_or(total));
    }
    Ok(of.map(|year| TestReliability {
        indicator: indicator.id.clone(),
        year,
        pupils: i64::try_from(totals.len()).unwrap_or(i64::MAX),
        highest: top,
        reliability: reliability_within(&totals, &groups, top),
    }))
}
