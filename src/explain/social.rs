//! A share of a social passport taken apart: what the list by conditions makes of it, and the cells of the passports behind it.

use std::collections::BTreeSet;

use polars::prelude::{col, lit};

use crate::base::{Fault, FaultCode, Result, Year};
use crate::explain::address::{Addresses, CellRef};
use crate::explain::find::{SchoolCard, find_school};
use crate::explain::source::{TableSource, at, is, rows_if_there};
use crate::stats::wilson;
use crate::tables::{Register, Shares, bools, floats, int64s, ints, texts};

/// A share of a school in a year.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct SocialShare {
    /// The school; of a branch that counts with its parent, the parent.
    pub school: SchoolCard,
    /// The share's name in the table `measure`.
    pub measure: String,
    /// The year.
    pub year: i32,
    /// Years that have a row, rising.
    pub years: Vec<i32>,
    /// Count above the line; missing where no whole counts were sent.
    pub numerator: Option<i64>,
    /// Count below the line.
    pub denominator: Option<i64>,
    /// The share.
    pub value: Option<f64>,
    /// 95 % Wilson interval.
    pub low: Option<f64>,
    /// Upper end of it.
    pub high: Option<f64>,
    /// What the sets of shares make of it; empty where no set has it.
    pub sets: Vec<SetLine>,
    /// The rows that were counted: the school's, and those of branches that count with it.
    pub rows: Vec<PassportRow>,
    /// Rows that were sent and count nowhere: a second one, one of a part of the year, one without whole counts.
    pub unused: Vec<PassportRow>,
    /// Do the rows add up to what the sets counted? Not so where files were changed since the run.
    pub adds_up: bool,
}

/// What a set of shares makes of it.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct SetLine {
    /// The pack that declares the set.
    pub set: String,
    /// `value`, `missing`.
    pub state: String,
    /// The share from which on it alone would put the school beyond the cut.
    pub threshold: Option<f64>,
    /// `>=`, `<=`.
    pub comparison: String,
    /// Is it beyond that?
    pub met: Option<bool>,
    /// Pupils to it.
    pub distance_pupils: Option<i64>,
    /// Probability that the true share is beyond it.
    pub probability: Option<f64>,
    /// What it adds to the index.
    pub contribution: Option<f64>,
}

/// A row of a passport.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct PassportRow {
    /// The school that sent it.
    pub school_id: String,
    /// The part of the year.
    pub period: String,
    /// `value`, `missing`, `not_applicable`.
    pub status: String,
    /// Count above the line.
    pub numerator: Option<f64>,
    /// Count below the line.
    pub denominator: Option<f64>,
    /// The cell above the line.
    pub above: Option<CellRef>,
    /// The cell below the line, where the row has one with that count.
    pub below: Option<CellRef>,
}

/// Takes the share apart: of the given year, else of the latest that has a row. `None` where the run knows no such share.
///
/// # Errors
/// As [`find_school`]; `E202` where the school has no such share, or not in that year.
pub fn social_share(
    source: TableSource<'_>,
    school: &str,
    measure: &str,
    year: Option<Year>,
) -> Result<Option<SocialShare>> {
    let all = rows_if_there(source, "measure", None, is("measure", measure))?;
    if all.height() == 0 {
        return Ok(None);
    }
    let asked = find_school(source, school)?;
    let missing = || {
        let fault =
            Fault::new(FaultCode::NotFound).with("school", &asked.school_id).with("indicator", measure);
        if let Some(year) = year { fault.with("year", year) } else { fault }
    };
    let years_of = |id: &str| -> Result<Vec<i32>> {
        let frame = rows_if_there(source, "measure", None, is("measure", measure).and(is("school_id", id)))?;
        Ok(ints(&frame, "year")?.into_iter().flatten().collect::<BTreeSet<_>>().into_iter().collect())
    };
    let years = years_of(&asked.school_id)?;
    let of_year = year.map_or_else(|| years.last().copied(), |year| Some(year.0)).ok_or_else(missing)?;
    let register = Register::read(&source("school", Some(Register::COLUMNS))?)?;
    let head = register.head(&asked.school_id, Year(of_year)).map(str::to_owned);
    let (mut school, mut sets) = (asked.clone(), set_lines(source, &asked.school_id, measure, of_year)?);
    if let (true, Some(head)) = (sets.is_empty(), head) {
        let of_head = set_lines(source, &head, measure, of_year)?;
        if !of_head.is_empty() {
            (school, sets) = (find_school(source, &head)?, of_head);
        }
    }
    let id = school.school_id.clone();
    let alone = passports(source, &[&id], measure, of_year)?;
    let branches = register.branches(&id, Year(of_year));
    let counted = sets.first().map(|(_, counts)| *counts);
    let fits = |(rows, _): &(Vec<PassportRow>, Vec<PassportRow>)| {
        counted.is_none_or(|[x, n]| sums(rows) == [x.unwrap_or_default(), n.unwrap_or_default()])
    };
    // which of the sets count branches with their parent the packs say; the counts say it, too
    let (rows, unused) = if fits(&alone) || branches.is_empty() {
        alone
    } else {
        let with: Vec<&str> = std::iter::once(id.as_str()).chain(branches).collect();
        passports(source, &with, measure, of_year)?
    };
    if rows.is_empty() && unused.is_empty() {
        return Err(missing());
    }
    let adds_up = fits(&(rows.clone(), Vec::new()));
    let [numerator, denominator] = sums(&rows);
    let known = (denominator > 0).then_some((numerator, denominator));
    let interval = known.and_then(|(x, n)| wilson(x.unsigned_abs(), n.unsigned_abs(), 0.95));
    #[expect(clippy::cast_precision_loss, reason = "counts of pupils")]
    let value = known.map(|(x, n)| x as f64 / n as f64);
    Ok(Some(SocialShare {
        years: years_of(&id)?,
        school,
        measure: measure.to_owned(),
        year: of_year,
        numerator: known.map(|(x, _)| x),
        denominator: known.map(|(_, n)| n),
        value,
        low: interval.map(|interval| interval.low),
        high: interval.map(|interval| interval.high),
        sets: sets.into_iter().map(|(line, _)| line).collect(),
        rows,
        unused,
        adds_up,
    }))
}

/// Counts above and below the line, added up.
#[expect(clippy::cast_possible_truncation, reason = "whole counts of pupils")]
fn sums(rows: &[PassportRow]) -> [i64; 2] {
    let total = |count: fn(&PassportRow) -> Option<f64>| {
        rows.iter().filter_map(count).map(|value| value.round() as i64).sum()
    };
    [total(|row| row.numerator), total(|row| row.denominator)]
}

/// The lines of the sets with the counts that they took.
fn set_lines(
    source: TableSource<'_>,
    school: &str,
    measure: &str,
    year: i32,
) -> Result<Vec<(SetLine, [Option<i64>; 2])>> {
    let fit = is("school_id", school).and(is("measure", measure)).and(col("year").eq(lit(year)));
    let frame = rows_if_there(source, "adverse_share", None, fit)?;
    let [sets, states, comparisons] = ["set", "state", "comparison"].map(|name| texts(&frame, name));
    let (sets, states, comparisons) = (sets?, states?, comparisons?);
    let [thresholds, probabilities, contributions] =
        ["threshold", "probability", "contribution"].map(|name| floats(&frame, name));
    let (thresholds, probabilities, contributions) = (thresholds?, probabilities?, contributions?);
    let (met, distances) = (bools(&frame, "met")?, int64s(&frame, "distance_pupils")?);
    let (above, below) = (int64s(&frame, "numerator")?, int64s(&frame, "denominator")?);
    let line = |row: usize| {
        let line = SetLine {
            set: at(&sets, row).unwrap_or_default(),
            state: at(&states, row).unwrap_or_default(),
            threshold: at(&thresholds, row),
            comparison: at(&comparisons, row).unwrap_or_default(),
            met: at(&met, row),
            distance_pupils: at(&distances, row),
            probability: at(&probabilities, row),
            contribution: at(&contributions, row),
        };
        (line, [at(&above, row), at(&below, row)])
    };
    Ok((0..frame.height()).map(line).collect())
}

/// The rows of the passports of these schools: those that count, and the others.
fn passports(
    source: TableSource<'_>,
    schools: &[&str],
    measure: &str,
    year: i32,
) -> Result<(Vec<PassportRow>, Vec<PassportRow>)> {
    let theirs = schools.iter().fold(lit(false), |fit, school| fit.or(is("school_id", school)));
    let frame = rows_if_there(source, "measure", None, theirs.and(col("year").eq(lit(year))))?;
    let addresses = Addresses::read(source)?;
    let [ids, names, periods, units, states, sources, letters] =
        ["school_id", "measure", "period", "unit", "status", "source_id", "column"]
            .map(|name| texts(&frame, name));
    let (ids, names, periods, units) = (ids?, names?, periods?, units?);
    let (states, sources, letters) = (states?, sources?, letters?);
    let (lines, values) = (ints(&frame, "row")?, floats(&frame, "value")?);
    let (above, below) = (floats(&frame, "numerator")?, floats(&frame, "denominator")?);
    let cell = |row: usize, value: Option<f64>| {
        let line = u32::try_from(at(&lines, row)?).ok()?;
        let (id, letters) = (at(&sources, row)?, at(&letters, row)?);
        addresses.cell(&id, line, &letters, &at(&names, row)?, value.map(|value| value.to_string()))
    };
    // the base stands in the same row of the sheet
    let base = |row: usize| {
        let place = |row: usize| (at(&sources, row), at(&lines, row));
        let is_base = |other: &usize| {
            place(*other) == place(row)
                && at(&units, *other).as_deref() == Some("pupils")
                && at(&values, *other) == at(&below, row)
        };
        (0..frame.height()).find(is_base).and_then(|other| cell(other, at(&values, other)))
    };
    let (mut counted, mut unused) = (Vec::new(), Vec::new());
    let mut seen = BTreeSet::new();
    for row in (0..frame.height()).filter(|row| at(&names, *row).as_deref() == Some(measure)) {
        let school_id = at(&ids, row).unwrap_or_default();
        let line = PassportRow {
            period: at(&periods, row).unwrap_or_default(),
            status: at(&states, row).unwrap_or_default(),
            numerator: at(&above, row),
            denominator: at(&below, row),
            above: cell(row, at(&above, row).or(at(&values, row))),
            below: at(&below, row).and_then(|_| base(row)),
            school_id: school_id.clone(),
        };
        let sound = line.status == "value"
            && line.period == "year"
            && at(&units, row).as_deref() == Some("share")
            && Shares::whole(line.numerator, line.denominator).is_some();
        if sound && seen.insert(school_id) { counted.push(line) } else { unused.push(line) }
    }
    Ok((counted, unused))
}

#[cfg(test)]
mod tests {
    use polars::prelude::DataFrame;

    use super::{PassportRow, social_share};
    use crate::base::{Fault, FaultCode, Result, Year};
    use crate::tables::{AdverseShare, ListEntry, Measure, School, Source, SourceColumn, Table};

    fn measure(school: &str, row: i32, name: &str, column: &str, counts: [Option<f64>; 2]) -> Measure {
        let unit = if counts[1].is_some() { "share" } else { "pupils" };
        Measure {
            year: 2025,
            period: "year".into(),
            school_id: school.into(),
            measure: name.into(),
            numerator: counts[0],
            denominator: counts[1],
            value: counts[0],
            unit: unit.into(),
            status: "value".into(),
            source_id: "s1".into(),
            row,
            column: column.into(),
        }
    }

    /// School 1 of 20 pupils with a branch of 10, told twice in the second row; the set counts both together.
    fn table(name: &str) -> Result<DataFrame> {
        let school = |id: &str, parent: Option<&str>| School {
            year: 2025,
            school_id: id.into(),
            kind: Some(if parent.is_some() { "branch" } else { "general" }.into()),
            parent: parent.map(str::to_owned),
            ..School::default()
        };
        let header = |letter: &str, header: &str, canonical: &str| SourceColumn {
            source_id: "s1".into(),
            letter: letter.into(),
            header: header.into(),
            table: Some("measure".into()),
            canonical: Some(canonical.into()),
            status: "mapped".into(),
        };
        match name {
            "school" => School::frame(vec![school("100001", None), school("100002", Some("100001"))]),
            "list_entry" => ListEntry::frame(vec![]),
            "indicator_value" => crate::tables::IndicatorValue::frame(vec![]),
            "measure" => Measure::frame(vec![
                measure("100001", 5, "many", "E", [Some(4.0), Some(20.0)]),
                measure("100001", 5, "all", "D", [Some(20.0), None]),
                measure("100001", 9, "many", "E", [Some(5.0), Some(20.0)]),
                measure("100002", 6, "many", "E", [Some(1.0), Some(10.0)]),
                measure("100002", 6, "all", "D", [Some(10.0), None]),
            ]),
            "adverse_share" => AdverseShare::frame(vec![AdverseShare {
                set: "s".into(),
                year: 2025,
                school_id: "100001".into(),
                measure: "many".into(),
                state: "value".into(),
                numerator: Some(5),
                denominator: Some(30),
                ..AdverseShare::default()
            }]),
            "source" => Source::frame(vec![Source {
                source_id: "s1".into(),
                path: "passport.xlsx".into(),
                sheet: "Лист".into(),
                ..Source::default()
            }]),
            "source_column" => {
                SourceColumn::frame(vec![header("D", "Всего", "all"), header("E", "Многодетные", "many")])
            }
            _ => Err(Fault::new(FaultCode::NotFound)),
        }
    }

    #[test]
    fn a_figure_of_the_list_by_conditions_ends_in_cells_of_the_passports() {
        let explain = |school: &str, year: Option<i32>| {
            social_share(&|name, _| table(name), school, "many", year.map(Year))
        };
        let of_branch = explain("100002", None).unwrap().unwrap();
        let share = explain("100001", Some(2025)).unwrap().unwrap();
        assert_eq!(of_branch, share, "a branch is counted with its parent");
        assert_eq!((share.numerator, share.denominator, share.adds_up), (Some(5), Some(30), true));
        let cells = |rows: &[PassportRow]| -> Vec<String> {
            let cells = rows.iter().flat_map(|row| [&row.above, &row.below]).flatten();
            cells.map(|cell| format!("{} = {}", cell.place(), cell.value.as_deref().unwrap())).collect()
        };
        let at = |cell: &str| format!("passport.xlsx › Лист › {cell}");
        assert_eq!(cells(&share.rows), ["E5 = 4", "D5 = 20", "E6 = 1", "D6 = 10"].map(at));
        assert_eq!(cells(&share.unused), [at("E9 = 5")]);
        assert_eq!(explain("100001", Some(2024)).unwrap_err().code, FaultCode::NotFound);
        let unknown = social_share(&|name, _| table(name), "100001", "nothing", None).unwrap();
        assert_eq!(unknown, None);
    }
}
