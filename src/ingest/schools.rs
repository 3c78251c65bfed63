//! Rows of schools: the register, official lists, and figures such as those of the social passport.

use std::collections::BTreeMap;

use crate::base::{FindingCode, SchoolId, column_letters};
use crate::ingest::aggregates::share as share_of;
use crate::ingest::desk::{Desk, Line};
use crate::ingest::facts::SheetFacts;
use crate::ingest::header::Fit;
use crate::ingest::layout::{ColumnRule, Kind};
use crate::ingest::pupils::school_unreadable;
use crate::ingest::rows::{Count, RowKind, kind_of};
use crate::tables::{Measure, OfficialList, School, SchoolCode};

/// Every row of the sheet that names a school; the others are counted, or set aside with a finding.
pub(super) fn each_school(
    desk: &mut Desk<'_>,
    fit: &Fit<'_>,
    of_sheet: Option<&SchoolId>,
    mut use_row: impl FnMut(&mut Desk<'_>, &Line<'_, '_>, SchoolId, i32),
) -> Count {
    let mut count = Count::default();
    let sheet = desk.sheet;
    for row in sheet.rows.iter().filter(|row| row.number > fit.rows.1) {
        count.read += 1;
        if !matches!(kind_of(row, fit), RowKind::Data) {
            count.aside_quietly += 1;
            continue;
        }
        let line = Line { row, fit };
        let school = match line.cell("school_id") {
            Some((_, cell)) => SchoolId::from_login(&cell.printed()),
            None => of_sheet.cloned(),
        };
        match (school, i32::try_from(row.number)) {
            (Some(school), Ok(number)) => use_row(desk, &line, school, number),
            _ => {
                school_unreadable(desk, &line);
                count.aside += 1;
            }
        }
    }
    count
}

/// The register.
pub(super) fn register(
    desk: &mut Desk<'_>,
    fit: &Fit<'_>,
    facts: &SheetFacts,
    source_id: &str,
) -> (Vec<School>, Vec<SchoolCode>, Count) {
    let (mut schools, mut codes) = (Vec::new(), Vec::new());
    let region = |to: &str| {
        let register = fit.layout.rule(to)?.register?;
        let rows = desk.sheet.rows.iter().filter(|row| row.number > fit.rows.1);
        register.region(rows.filter_map(|row| Line { row, fit }.digits(to)))
    };
    let (oktmo, inn) = (region("oktmo"), region("inn"));
    let count = each_school(desk, fit, None, |desk, line, school, row| {
        let parent = line.text("parent");
        let parent_id = parent.as_deref().and_then(SchoolId::from_login);
        if let (Some(_), None, Some((column, cell))) = (&parent, &parent_id, line.cell("parent")) {
            let value = line.quote(cell);
            desk.push(FindingCode::WordUnknown, desk.at(line.row.number, column), |f| {
                f.column("parent").value(value)
            });
        }
        if let Some(code) = line.code(desk, "ris_code") {
            codes.push(SchoolCode {
                system: "ris".to_owned(),
                code,
                school_id: school.to_string(),
                from: facts.year.unwrap_or_default(),
                to: facts.year.unwrap_or_default(),
                decision: None,
                source_id: source_id.to_owned(),
                row,
            });
        }
        schools.push(School {
            year: facts.year.unwrap_or_default(),
            name_short: line.name(desk, "name_short").unwrap_or_else(|| school.to_string()),
            name_full: line.name(desk, "name_full"),
            municipality: line.name(desk, "municipality").unwrap_or_default(),
            oktmo: line.registered(desk, "oktmo", oktmo.as_deref()),
            inn: line.registered(desk, "inn", inn.as_deref()),
            parent: parent_id.map(|id| id.to_string()),
            kind: line.word(desk, "kind"),
            locality: line.word(desk, "locality"),
            enrolment: line.whole(desk, "enrolment"),
            school_id: school.to_string(),
            source_id: source_id.to_owned(),
            row,
        });
    });
    (schools, codes, count)
}

/// An official list: a row a school. A row that does not say whose list it means is a finding, and no entry.
pub(super) fn official(
    desk: &mut Desk<'_>,
    fit: &Fit<'_>,
    facts: &SheetFacts,
    source_id: &str,
) -> (Vec<OfficialList>, Count) {
    let mut rows = Vec::new();
    let mut unnamed = 0;
    let mut count = each_school(desk, fit, None, |desk, line, school, row| {
        let Some(list) = line.word(desk, "list") else {
            if let Some((column, _)) = line.cell("list").filter(|(_, cell)| cell.is_blank()) {
                desk.push(FindingCode::WordUnknown, desk.at(line.row.number, column), |f| f.column("list"));
            }
            unnamed += 1;
            return;
        };
        rows.push(OfficialList {
            year: facts.year.unwrap_or_default(),
            list,
            school_id: school.to_string(),
            name: line.name(desk, "name"),
            document: document(desk, line),
            source_id: source_id.to_owned(),
            row,
        });
    });
    count.aside += unnamed;
    (rows, count)
}

/// The document behind an entry. Date and number of a letter look like a telephone: what has the sign of a number is taken
/// for one, all else is free text.
fn document(desk: &mut Desk<'_>, line: &Line<'_, '_>) -> Option<String> {
    let is_letter = |text: &String| text.contains('№') && !text.contains('@');
    line.text("document").filter(is_letter).or_else(|| line.name(desk, "document"))
}

/// Figures of schools: counts, and shares of another column of the same row.
pub(super) fn measures(
    desk: &mut Desk<'_>,
    fit: &Fit<'_>,
    facts: &SheetFacts,
    source_id: &str,
) -> (Vec<Measure>, Count) {
    let mut measures = Vec::new();
    let rules: Vec<(&str, &ColumnRule)> = fit
        .layout
        .columns
        .iter()
        .filter(|rule| matches!(rule.kind, Some(Kind::Pupils | Kind::Share | Kind::Percent | Kind::Number)))
        .filter(|rule| !matches!(rule.to.as_deref(), Some("value" | "numerator" | "denominator")))
        .filter_map(|rule| rule.to.as_deref().map(|to| (to, rule)))
        .filter(|(to, _)| fit.column(to).is_some())
        .collect();
    let count = each_school(desk, fit, facts.school.as_ref(), |desk, line, school, row| {
        measures.extend(long(desk, line, facts, (&school, row, source_id)));
        // A column is read once a row, also where it is the whole of many others: what it refuses it refuses for all.
        let mut read: BTreeMap<&str, Option<f64>> = BTreeMap::new();
        let mut count = |desk: &mut Desk<'_>, to| *read.entry(to).or_insert_with(|| count_of(desk, line, to));
        for (to, rule) in &rules {
            let Some((column, _)) = line.cell(to) else { continue };
            let percent = if rule.kind == Some(Kind::Percent) { share_of(desk, line, to) } else { None };
            let counted = match rule.kind {
                Some(Kind::Percent) => None,
                Some(Kind::Number) => line.number(desk, to),
                _ => count(desk, to),
            };
            let denominator = rule.of.as_deref().and_then(|of| count(desk, of));
            let value = match (rule.kind, counted, denominator) {
                (Some(Kind::Share), Some(part), Some(whole)) => share(desk, line, to, part, whole),
                (Some(Kind::Share), _, _) => None,
                (Some(Kind::Percent), _, _) => percent,
                (_, counted, _) => counted,
            };
            measures.push(Measure {
                year: facts.year.unwrap_or_default(),
                period: period_of(to, fit),
                school_id: school.to_string(),
                measure: to.split('@').next().unwrap_or_default().to_owned(),
                numerator: counted,
                denominator,
                value,
                unit: unit_of(rule),
                status: if value.is_some() { "value" } else { "missing" }.to_owned(),
                source_id: source_id.to_owned(),
                row,
                column: column_letters(column),
            });
        }
    });
    complete(&mut measures, fit);
    (measures, count)
}

/// A long file without a column for the whole has it in another row of the same school and year.
fn complete(measures: &mut [Measure], fit: &Fit<'_>) {
    let whole = fit.layout.rule("numerator").and_then(|rule| rule.of.as_deref());
    let (Some(whole), None) = (whole, fit.column("denominator")) else { return };
    let wholes: BTreeMap<(i32, String), f64> = measures
        .iter()
        .filter(|measure| measure.measure == whole)
        .filter_map(|measure| Some(((measure.year, measure.school_id.clone()), measure.numerator?)))
        .collect();
    for measure in measures.iter_mut().filter(|measure| measure.measure != whole) {
        measure.denominator = wholes.get(&(measure.year, measure.school_id.clone())).copied();
        let value = match (measure.numerator, measure.denominator) {
            (Some(part), Some(whole)) if part <= whole && whole > 0.0 => Some(part / whole),
            _ => None,
        };
        measure.value = value;
        measure.status = if value.is_some() { "value" } else { "missing" }.to_owned();
    }
}

/// The period of a measure: that of its own name, `attendance@quarter-1`, else the layout's.
fn period_of(to: &str, fit: &Fit<'_>) -> String {
    let own = to.split_once('@').map(|(_, period)| period.to_owned());
    own.or_else(|| fit.layout.period.clone()).unwrap_or_else(|| "year".to_owned())
}

fn unit_of(rule: &ColumnRule) -> String {
    let usual = if matches!(rule.kind, Some(Kind::Share | Kind::Percent)) { "share" } else { "pupils" };
    rule.unit.clone().unwrap_or_else(|| usual.to_owned())
}

/// A row of a long file: the name of the figure in one column, its value in another.
fn long(
    desk: &mut Desk<'_>,
    line: &Line<'_, '_>,
    facts: &SheetFacts,
    (school, row, source_id): (&SchoolId, i32, &str),
) -> Option<Measure> {
    line.fit.column("measure")?;
    let measure = line.word(desk, "measure")?;
    let year = if line.fit.column("year").is_some() { line.whole(desk, "year") } else { facts.year };
    let numerator = line.number(desk, "numerator");
    let denominator = line.number(desk, "denominator");
    let whole = line.fit.layout.rule("numerator").and_then(|rule| rule.of.as_deref());
    let is_whole = whole == Some(measure.as_str());
    let value = match (numerator, denominator) {
        (counted, _) if is_whole => counted,
        (Some(part), Some(whole)) => share(desk, line, "numerator", part, whole),
        _ => None,
    };
    let column = line.cell("numerator").map_or(0, |(column, _)| column);
    if year.is_none() {
        let at = desk.at(line.row.number, column);
        desk.push(FindingCode::FactMissing, at, |f| f.column("year").detail("year"));
    }
    Some(Measure {
        year: year?,
        period: period_of("", line.fit),
        school_id: school.to_string(),
        measure,
        numerator,
        denominator: denominator.filter(|_| !is_whole),
        value,
        unit: if is_whole { "pupils" } else { "share" }.to_owned(),
        status: if value.is_some() { "value" } else { "missing" }.to_owned(),
        source_id: source_id.to_owned(),
        row,
        column: column_letters(column),
    })
}

/// A count is a whole number of pupils.
fn count_of(desk: &mut Desk<'_>, line: &Line<'_, '_>, to: &str) -> Option<f64> {
    line.whole(desk, to).map(f64::from)
}

/// A part of a whole: more than the whole is a contradiction, and no value.
fn share(desk: &mut Desk<'_>, line: &Line<'_, '_>, to: &str, part: f64, whole: f64) -> Option<f64> {
    if part <= whole && whole > 0.0 {
        return Some(part / whole);
    }
    if part > whole
        && let Some((column, _)) = line.cell(to)
    {
        desk.push(FindingCode::CountsContradict, desk.at(line.row.number, column), |f| {
            f.column(to).value(part.to_string()).detail(whole.to_string())
        });
    }
    None
}
