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

#[cfg(test)]
mod tests {
    use super::{Places, repeated};
    use crate::tables::{Measure, Source, SourceColumn, Table};

    #[test]
    fn a_figure_given_twice_is_told_only_where_it_differs() {
        let row = |row: i32, school: &str, part: f64| Measure {
            year: 2024,
            period: "year".into(),
            school_id: school.into(),
            measure: "large_families".into(),
            numerator: Some(part),
            denominator: Some(90.0),
            source_id: "1".into(),
            row,
            column: "E".into(),
            ..Measure::default()
        };
        let rows =
            vec![row(5, "1", 7.0), row(6, "2", 8.0), row(7, "1", 9.0), row(8, "2", 8.0), row(9, "1", 7.0)];
        let source =
            Source { source_id: "1".into(), path: "f.xlsx".into(), sheet: "S".into(), ..Source::default() };
        let columns = SourceColumn::frame(Vec::new()).unwrap();
        let places = Places::new(&Source::frame(vec![source]).unwrap(), &columns).unwrap();
        let found = repeated(&places, &Measure::frame(rows).unwrap()).unwrap();
        let [only] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(only.code.id(), "V304");
        assert_eq!(only.place.to_string(), "f.xlsx › S › E5");
        assert_eq!((only.value.as_deref(), only.detail.as_deref()), (Some("1"), Some("2")));
    }
}
