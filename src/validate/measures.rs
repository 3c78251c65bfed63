//! One figure of one school given twice with different values.

use std::collections::BTreeMap;

use polars::prelude::DataFrame;

use super::places::{Group, Places, groups};
use crate::base::{Finding, FindingCode, Result};

/// What of `measure` is needed.
pub(super) const COLUMNS: [&str; 9] =
    ["year", "period", "school_id", "measure", "numerator", "denominator", "source_id", "row", "column"];

/// Figures that a school gives twice and not the same: the first place, and how many different values there are.
pub(super) fn repeated(places: &Places, measures: &DataFrame) -> Result<Vec<Finding>> {
    let distinct = groups(
        measures,
        &["year", "period", "school_id", "measure", "numerator", "denominator", "column"],
        1,
    )?;
    let mut by_figure: BTreeMap<[&str; 4], Vec<&Group>> = BTreeMap::new();
    for group in &distinct {
        let figure = [group.value(0), group.value(1), group.value(2), group.value(3)];
        let values = by_figure.entry(figure).or_default();
        let is_new = values.iter().all(|g| (g.value(4), g.value(5)) != (group.value(4), group.value(5)));
        if is_new {
            values.push(group);
        }
    }
    Ok(by_figure
        .into_iter()
        .filter(|(_, values)| values.len() > 1)
        .filter_map(|(figure, values)| values.first().map(|first| (figure, *first, values.len())))
        .map(|([_, _, school, measure], first, count)| {
            let place = places.at("measure", first, Some(first.value(6)));
            Finding::new(FindingCode::MeasureRepeated, place)
                .column(measure)
                .value(school)
                .detail(count.to_string())
        })
        .collect())
}
