//! A figure of a municipality or of the region taken apart: its counts, its smoothed value, and the schools that it is made of.

use std::collections::BTreeMap;

use polars::prelude::{col, lit};

use crate::base::{Result, Year};
use crate::explain::find::words;
use crate::explain::source::{TableSource, at, is, rows};
use crate::method::{Indicator, Wording};
use crate::tables::{Register, floats, int64s, ints, texts};

/// The word by which the region is meant.
const REGION: &str = "region";

/// A figure of a municipality or of the region.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub struct AreaFigure {
    /// `municipality`, `region`.
    pub level: String,
    /// The municipality; `region`.
    pub name: String,
    /// The indicator's id.
    pub indicator: String,
    /// Its title in each language.
    pub title: Wording,
    /// The year.
    pub year: i32,
    /// As in `indicator_value`.
    pub state: String,
    /// What the value is measured in.
    pub unit: String,
    /// Count above the line; of shares only.
    pub numerator: Option<i64>,
    /// Count below the line.
    pub denominator: Option<i64>,
    /// The raw value.
    pub value: Option<f64>,
    /// Lower end of its 95 % interval.
    pub low: Option<f64>,
    /// Upper end of it.
    pub high: Option<f64>,
    /// The value drawn towards those of the other municipalities; missing for the region.
    pub eb_value: Option<f64>,
    /// Lower end of its 95 % interval.
    pub eb_low: Option<f64>,
    /// Upper end of it.
    pub eb_high: Option<f64>,
    /// The schools with pupils below the line, the largest part of the numerator first.
    pub schools: Vec<AreaSchool>,
}

/// A school of it.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct AreaSchool {
    /// Its code.
    pub school_id: String,
    /// Its name.
    pub name: String,
    /// Count above the line.
    pub numerator: Option<i64>,
    /// Count below the line.
    pub denominator: Option<i64>,
    /// Its value.
    pub value: Option<f64>,
}

/// The figure of the municipality that the query names in full, or of the region (`region`, or the word for it): of the given year,
/// else of the latest with pupils. `None` where no municipality has this name.
///
/// # Errors
/// Where a table that the run must have is not there.
pub fn area_figure(
    source: TableSource<'_>,
    query: &str,
    region: &str,
    indicator: &Indicator,
    year: Option<Year>,
) -> Result<Option<AreaFigure>> {
    let wanted = words(query);
    let of_areas = is("level", "municipality").or(is("level", REGION));
    let frame = rows(source, "indicator_value", None, is("indicator", &indicator.id).and(of_areas))?;
    let (levels, names, years) =
        (texts(&frame, "level")?, texts(&frame, "entity_id")?, ints(&frame, "year")?);
    let counts = int64s(&frame, "denominator")?;
    let named = |row: usize| match at(&levels, row).as_deref() {
        Some(REGION) => [REGION, region].iter().any(|word| words(word) == wanted),
        _ => at(&names, row).is_some_and(|name| !wanted.is_empty() && words(&name) == wanted),
    };
    let mine: Vec<usize> = (0..frame.height()).filter(|&row| named(row)).collect();
    let latest = || mine.iter().rfind(|&&row| at(&counts, row).is_some()).or(mine.last());
    let row = match year {
        Some(year) => mine.iter().find(|&&row| at(&years, row) == Some(year.0)),
        None => latest(),
    };
    let Some(&row) = row else { return Ok(None) };
    let real = |name| Ok::<_, Box<crate::base::Fault>>(at(&floats(&frame, name)?, row));
    let (level, name) = (at(&levels, row).unwrap_or_default(), at(&names, row).unwrap_or_default());
    let of_year = Year(at(&years, row).unwrap_or_default());
    Ok(Some(AreaFigure {
        indicator: indicator.id.clone(),
        title: indicator.title.clone(),
        year: of_year.0,
        state: at(&texts(&frame, "state")?, row).unwrap_or_default(),
        unit: indicator.formula.unit().as_str().to_owned(),
        numerator: at(&int64s(&frame, "numerator")?, row),
        denominator: at(&counts, row),
        value: real("value")?,
        low: real("low")?,
        high: real("high")?,
        eb_value: real("eb_value")?,
        eb_low: real("eb_low")?,
        eb_high: real("eb_high")?,
        schools: schools(source, indicator, of_year, (level == "municipality").then_some(&name))?,
        level,
        name,
    }))
}

/// The schools of a municipality, or all, with pupils below the line.
fn schools(
    source: TableSource<'_>,
    indicator: &Indicator,
    year: Year,
    municipality: Option<&String>,
) -> Result<Vec<AreaSchool>> {
    let fit = is("indicator", &indicator.id).and(is("level", "school")).and(col("year").eq(lit(year.0)));
    let frame = rows(source, "indicator_value", None, fit)?;
    let register = Register::read(&source("school", Some(Register::COLUMNS))?)?;
    let (ids, values) = (texts(&frame, "entity_id")?, floats(&frame, "value")?);
    let (above, below) = (int64s(&frame, "numerator")?, int64s(&frame, "denominator")?);
    let mut found: BTreeMap<String, AreaSchool> = BTreeMap::new();
    for row in 0..frame.height() {
        let (Some(id), Some(_)) = (at(&ids, row), at(&below, row)) else { continue };
        let entry = register.school(&id, year);
        if municipality.is_some_and(|name| entry.is_none_or(|entry| entry.municipality != *name)) {
            continue;
        }
        let school = AreaSchool {
            name: entry.map_or_else(|| id.clone(), |entry| entry.name_short.clone()),
            school_id: id.clone(),
            numerator: at(&above, row),
            denominator: at(&below, row),
            value: at(&values, row),
        };
        found.insert(id, school);
    }
    let mut schools: Vec<AreaSchool> = found.into_values().collect();
    schools.sort_by_key(|school| std::cmp::Reverse((school.numerator, school.denominator)));
    Ok(schools)
}

#[cfg(test)]
mod tests {
    use polars::prelude::DataFrame;

    use super::area_figure;
    use crate::base::{Fault, FaultCode, Result, Year};
    use crate::method::MethodPack;
    use crate::tables::{IndicatorValue, School, Table};

    fn table(name: &str) -> Result<DataFrame> {
        let figure = |year, level: &str, id: &str, x: i64, n: i64| IndicatorValue {
            indicator: "low_share_vpr_ma5".into(),
            year,
            level: level.into(),
            entity_id: id.into(),
            state: "value".into(),
            numerator: Some(x),
            denominator: Some(n),
            eb_value: (level != "region").then_some(0.2),
            ..IndicatorValue::default()
        };
        let school = |id: &str, municipality: &str| School {
            year: 2025,
            school_id: id.into(),
            name_short: format!("СОШ {id}"),
            municipality: municipality.into(),
            ..School::default()
        };
        match name {
            "school" => School::frame(vec![
                school("1", "Заречный район"),
                school("2", "Заречный район"),
                school("3", "А"),
            ]),
            "indicator_value" => IndicatorValue::frame(vec![
                figure(2024, "municipality", "Заречный район", 1, 9),
                figure(2025, "municipality", "Заречный район", 7, 30),
                figure(2025, "region", "region", 8, 40),
                figure(2025, "school", "1", 2, 10),
                figure(2025, "school", "2", 5, 20),
                figure(2025, "school", "3", 1, 10),
            ]),
            _ => Err(Fault::new(FaultCode::NotFound)),
        }
    }

    #[test]
    fn a_figure_of_a_municipality_is_that_of_its_schools() {
        let text = include_str!("../../pipelines/methods/federal-847.toml");
        let pack = MethodPack::parse("p.toml", text).unwrap();
        let indicator = pack.indicator("low_share_vpr_ma5").unwrap();
        let area = |query: &str, year: Option<i32>| {
            area_figure(&|name, _| table(name), query, "регион", indicator, year.map(Year)).unwrap()
        };
        let figure = area("заречный район", None).unwrap();
        assert_eq!((figure.year, figure.numerator, figure.eb_value), (2025, Some(7), Some(0.2)));
        let schools: Vec<_> = figure.schools.iter().map(|s| (s.school_id.as_str(), s.numerator)).collect();
        assert_eq!(schools, [("2", Some(5)), ("1", Some(2))]);
        assert_eq!(area("Заречный район", Some(2024)).unwrap().denominator, Some(9));
        let region = area("Регион", None).unwrap();
        assert_eq!((region.level.as_str(), region.eb_value, region.schools.len()), ("region", None, 3));
        assert!(area("Заречный", None).is_none() && area("", None).is_none());
    }
}
