//! One figure of one school: the formula with its numbers, then the pupils it counted, with the cells that say so.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::{DataFrame, DataType, Expr, SortMultipleOptions, col, lit};

use crate::base::{Fault, FaultCode, Result, Year};
use crate::explain::address::{Addresses, CellRef};
use crate::explain::find::{SchoolCard, find_school};
use crate::explain::source::{TableSource, at, is, rows, rows_if_there};
use crate::explain::trace::Tracer;
use crate::method::{Formula, Indicator, MethodPack, Wording};
use crate::stats::mean;
use crate::tables::{Register, floats, int64s, ints, polars_refused, texts};
use crate::text::nearest;

/// A figure taken apart.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Figure {
    /// The school.
    pub school: SchoolCard,
    /// The indicator's id.
    pub indicator: String,
    /// Its title in each language.
    pub title: Wording,
    /// The year.
    pub year: i32,
    /// Years that have a row for this school, rising.
    pub years: Vec<i32>,
    /// As in `indicator_value`.
    pub state: String,
    /// The pack's minimum of pupils.
    pub min_n: i64,
    /// Why the pack gives no figure for this year, in each language.
    pub excluded: Option<Wording>,
    /// The table that is counted, and which of its rows.
    pub table: String,
    /// The pack's expressions.
    pub filter: String,
    /// Are pupils counted by what all their rows say?
    pub two_level: bool,
    /// Above the line.
    pub numerator_formula: String,
    /// Below the line; empty where every pupil with a row stands there.
    pub denominator_formula: String,
    /// Count above the line.
    pub numerator: Option<i64>,
    /// Count below the line.
    pub denominator: Option<i64>,
    /// `share`, `mean`, `standardised`.
    pub kind: String,
    /// What the value is measured in: `share`, `mark`, `points`, `deviations`.
    pub unit: String,
    /// Why there is no value, as in `indicator_value`.
    pub reason: Option<String>,
    /// The threshold of the year, where the pack names one.
    pub threshold: Option<f64>,
    /// The share, or the mean.
    pub value: Option<f64>,
    /// 95 % interval.
    pub low: Option<f64>,
    /// Upper end of it.
    pub high: Option<f64>,
    /// Shrunken value.
    pub eb_value: Option<f64>,
    /// Lower end of its 95 % interval.
    pub eb_low: Option<f64>,
    /// Upper end of it.
    pub eb_high: Option<f64>,
    /// The rows that were counted, above the line or below it.
    pub rows: Vec<PupilRow>,
    /// The rows that the filter chooses and that count nowhere: absentees, results that do not count.
    pub uncounted: Vec<PupilRow>,
    /// Pupils of whom no row was sent, and the cells that count all pupils: they stand below the line too.
    pub unseen: Option<Unseen>,
    /// Do the rows add up to the counts? Not so where the pack was changed since the run.
    pub adds_up: bool,
}

/// Pupils without rows.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Unseen {
    /// How many.
    pub pupils: i64,
    /// Do they stand above the line too?
    pub above: bool,
    /// The cells that count all pupils of the grade.
    pub cells: Vec<CellRef>,
}

/// One row that was looked at. No name of a pupil, and no code where it was not asked for: the cells say where to look.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct PupilRow {
    /// The file.
    pub file: String,
    /// The sheet; empty for CSV.
    pub sheet: String,
    /// Its row, from 1.
    pub row: u32,
    /// Where pupils are counted, not rows: the number of the pupil in this answer. Never a code.
    pub pupil: Option<u32>,
    /// The pupil's code, where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What it adds above the line; where pupils are counted: what its pupil adds.
    pub numerator: i64,
    /// The same below the line; of a mean, 1 where the row has a value.
    pub denominator: i64,
    /// Of a mean: the value of the row.
    pub value: Option<f64>,
    /// The cells of the columns that the formulas use, or the cells that these were derived from.
    pub cells: Vec<CellRef>,
    /// Values that stand in no cell but were derived from those: column and value.
    pub derived: Vec<(String, String)>,
}

/// Takes a figure apart: of the given year, else of the latest with pupils below the line, else of the latest. With `codes` each
/// row tells its pupil's code: for the house alone.
///
/// # Errors
/// As [`find_school`]; `E202` where the pack has no such indicator (with the nearest), or the run no such figure.
pub fn figure(
    source: TableSource<'_>,
    pack: &MethodPack,
    school: &str,
    indicator: &str,
    year: Option<Year>,
    codes: bool,
) -> Result<Figure> {
    let indicator = pack.indicator(indicator).ok_or_else(|| no_indicator(source, pack, indicator))?;
    let (school, with) = counted_as(source, pack, find_school(source, school)?, year)?;
    let fit =
        is("indicator", &indicator.id).and(is("level", "school")).and(is("entity_id", &school.school_id));
    let values = rows(source, "indicator_value", None, fit)?;
    let years = ints(&values, "year")?;
    let denominators = int64s(&values, "denominator")?;
    let position = match year {
        Some(year) => years.iter().position(|y| *y == Some(year.0)),
        None => denominators.iter().rposition(Option::is_some).or_else(|| years.len().checked_sub(1)),
    };
    let missing = || {
        let fault = Fault::new(FaultCode::NotFound)
            .with("school", &school.school_id)
            .with("indicator", &indicator.id);
        match year {
            Some(year) => fault.with("year", year),
            None => fault,
        }
    };
    let position = position.ok_or_else(missing)?;
    let year = at(&years, position).ok_or_else(missing)?;
    let real = |name| Ok::<_, Box<Fault>>(at(&floats(&values, name)?, position));
    let threshold = real("threshold")?;
    let of_year: Vec<(Year, f64)> = threshold.map(|value| (Year(year), value)).into_iter().collect();
    let (rows, uncounted) = pupils(source, indicator, &with, (year, &of_year), codes)?
        .into_iter()
        .partition(|row| (row.numerator, row.denominator) != (0, 0));
    let mut figure = Figure {
        indicator: indicator.id.clone(),
        title: indicator.title.clone(),
        year,
        years: years.iter().flatten().copied().collect(),
        state: at(&texts(&values, "state")?, position).unwrap_or_default(),
        min_n: indicator.min_n,
        excluded: indicator.excluded.iter().find(|e| e.year.0 == year).map(|e| e.reason.clone()),
        table: indicator.table.name.to_owned(),
        filter: indicator.filter.text.clone(),
        two_level: indicator.formula.is_two_level(),
        numerator_formula: indicator.formula.texts().0.to_owned(),
        denominator_formula: indicator.formula.texts().1.to_owned(),
        numerator: at(&int64s(&values, "numerator")?, position),
        denominator: at(&denominators, position),
        kind: indicator.formula.kind().to_owned(),
        unit: indicator.formula.unit().as_str().to_owned(),
        reason: at(&texts(&values, "reason")?, position),
        threshold,
        value: real("value")?,
        low: real("low")?,
        high: real("high")?,
        eb_value: real("eb_value")?,
        eb_low: real("eb_low")?,
        eb_high: real("eb_high")?,
        rows,
        uncounted,
        unseen: None,
        adds_up: false,
        school,
    };
    let sum = |count: fn(&PupilRow) -> i64| sum_once(&figure.rows, count);
    let (mut above, mut below) = (sum(|row| row.numerator), sum(|row| row.denominator));
    let more = figure.denominator.unwrap_or_default() - below;
    if let Some(unseen) = unseen(source, indicator, &with, year, more)? {
        below += unseen.pupils;
        above += if unseen.above { unseen.pupils } else { 0 };
        figure.unseen = Some(unseen);
    }
    figure.adds_up = above == figure.numerator.unwrap_or_default()
        && averages(&figure)
        && below == figure.denominator.unwrap_or_default();
    Ok(figure)
}

/// The pupils beyond those with rows, where the pack's measure counts as many.
fn unseen(
    source: TableSource<'_>,
    indicator: &Indicator,
    schools: &[String],
    year: i32,
    pupils: i64,
) -> Result<Option<Unseen>> {
    let (Some(measure), true) = (&indicator.contingent, pupils > 0) else { return Ok(None) };
    let Some(above) = indicator.of_nobody()? else { return Ok(None) };
    let theirs = schools.iter().fold(lit(false), |fit, school| fit.or(is("school_id", school)));
    let fit = theirs.and(col("year").eq(lit(year))).and(is("measure", measure));
    let rows = rows_if_there(source, "measure", None, fit)?;
    let (ids, lines) = (texts(&rows, "source_id")?, ints(&rows, "row")?);
    let (letters, values) = (texts(&rows, "column")?, floats(&rows, "value")?);
    let addresses = Addresses::read(source)?;
    let cell = |at_row: usize| {
        let (id, letters) = (at(&ids, at_row)?, at(&letters, at_row)?);
        let line = u32::try_from(at(&lines, at_row)?).ok()?;
        addresses.cell(&id, line, &letters, measure, at(&values, at_row).map(|value| value.to_string()))
    };
    let cells = (0..rows.height()).filter_map(cell).collect();
    #[expect(clippy::cast_precision_loss, reason = "a number of pupils")]
    let enough = values.iter().flatten().sum::<f64>() >= pupils as f64;
    Ok(enough.then_some(Unseen { pupils, above, cells }))
}

/// Is a mean that of its rows? One of standardised scores needs the region's rows too: that is not asked.
fn averages(figure: &Figure) -> bool {
    let values: Vec<f64> = figure.rows.iter().filter_map(|row| row.value).collect();
    match (figure.kind.as_str(), mean(&values), figure.value) {
        ("mean", Some(mean), Some(value)) => (mean - value).abs() <= 1e-9 * value.abs().max(1.0),
        ("mean", mean, value) => mean.is_none() && value.is_none(),
        _ => true,
    }
}

/// The school whose figure it is, and all schools whose rows are in it: where the pack counts branches with their parent,
/// a branch has no figure but its parent's.
fn counted_as(
    source: TableSource<'_>,
    pack: &MethodPack,
    school: SchoolCard,
    year: Option<Year>,
) -> Result<(SchoolCard, Vec<String>)> {
    if !pack.population.branches_with_parent {
        let own = vec![school.school_id.clone()];
        return Ok((school, own));
    }
    let register = Register::read(&source("school", Some(Register::COLUMNS))?)?;
    // Without a year, the register that the card is from.
    let year = year.or(school.year.map(Year)).unwrap_or(Year(i32::MAX));
    let school = match register.head(&school.school_id, year) {
        Some(head) => find_school(source, head)?,
        None => school,
    };
    let branches = register.branches(&school.school_id, year).into_iter().map(str::to_owned);
    let with = std::iter::once(school.school_id.clone()).chain(branches).collect();
    Ok((school, with))
}

/// Rows add up one by one, those of a pupil who is counted once.
fn sum_once(rows: &[PupilRow], count: impl Fn(&PupilRow) -> i64) -> i64 {
    let mut seen = BTreeSet::new();
    rows.iter().filter(|row| row.pupil.is_none_or(|pupil| seen.insert(pupil))).map(count).sum()
}

/// What has a figure: the pack's indicators, and the social shares that were sent.
fn no_indicator(source: TableSource<'_>, pack: &MethodPack, name: &str) -> Box<Fault> {
    let ids: Vec<&str> = pack.indicators.iter().map(|indicator| indicator.id.as_str()).collect();
    let fault = Fault::new(FaultCode::NotFound).with("indicator", name).with("method", &pack.id);
    // a run without them has none to name
    let sent = rows_if_there(source, "measure", Some(&["measure"]), lit(true));
    let sent = sent.and_then(|frame| texts(&frame, "measure")).unwrap_or_default();
    let sent: BTreeSet<String> = sent.into_iter().flatten().collect();
    match nearest(name, ids.iter().copied().chain(sent.iter().map(String::as_str))) {
        Some(near) => fault.with("nearest", near),
        None => fault.with("known", ids.join(", ")),
    }
}

/// What the counts of one row are called while they are computed.
const COUNTS: [&str; 2] = ["__numerator", "__denominator"];

/// What the value of one row is called.
const VALUE: &str = "__value";

/// The column of a pupil's code.
const CODE: &str = "pupil_code";

/// The column that says whether a pupil took part.
const STATUS: &str = "status";

fn pupils(
    source: TableSource<'_>,
    indicator: &Indicator,
    schools: &[String],
    (year, thresholds): (i32, &[(Year, f64)]),
    codes: bool,
) -> Result<Vec<PupilRow>> {
    let spec = indicator.table;
    if spec.column("source_id").is_none() || spec.column("row").is_none() {
        return Ok(Vec::new());
    }
    let status = spec.column(STATUS).map(|column| column.name);
    let mut columns: BTreeSet<&'static str> = indicator.columns().into_iter().collect();
    let traced = [
        "source_id",
        "row",
        "column",
        "position",
        "score",
        "state",
        "mark",
        "test_score",
        "score_tasks",
        "score_printed",
    ];
    columns.extend(status);
    let coded = spec.column(CODE).filter(|_| codes).map(|column| column.name);
    columns.extend(coded);
    columns.extend(traced.iter().filter_map(|name| spec.column(name)).map(|column| column.name));
    let frame = counted_rows(source, indicator, schools, year, thresholds, &columns)?;
    let works = matches!(indicator.formula, Formula::Works { .. });
    let values = if indicator.formula.is_share() { Vec::new() } else { floats(&frame, VALUE)? };
    // a task is one cell: what is in it
    let shown = if works { BTreeSet::from(["score"]) } else { indicator.formula.named() };
    let states = if works { texts(&frame, "state")? } else { Vec::new() };
    let pupils = numbered(indicator, &frame)?;
    let codes = coded.map_or(Ok(Vec::new()), |column| texts(&frame, column))?;
    let mut tracer = Tracer::new(source, spec, &frame, &columns)?;
    let [numerators, denominators] = COUNTS.map(|name| int64s(&frame, name));
    let (numerators, denominators) = (numerators?, denominators?);
    let mut found = (0..frame.height())
        .map(|position| {
            let (file, sheet, row) = tracer.place(position);
            let mut row = PupilRow {
                file,
                sheet,
                row,
                pupil: at(&pupils, position),
                code: at(&codes, position),
                numerator: at(&numerators, position).unwrap_or_default(),
                denominator: at(&denominators, position).unwrap_or_default(),
                value: at(&values, position),
                cells: Vec::new(),
                derived: Vec::new(),
            };
            for column in &shown {
                tracer.trace(position, column, &mut row)?;
            }
            if let Some(cell) = row.cells.first_mut().filter(|cell| works && cell.value.is_none()) {
                cell.state = at(&states, position);
            }
            // Why a row counts nowhere stands in its status, if anywhere.
            if let Some(status) = status.filter(|_| (row.numerator, row.denominator) == (0, 0)) {
                tracer.trace(position, status, &mut row)?;
            }
            Ok(row)
        })
        .collect::<Result<Vec<_>>>()?;
    if works {
        found = put_together(found);
    }
    // The rows of a pupil stand together; within a pupil, and where rows are counted, in the order of the files.
    found.sort_by_key(|row| row.pupil.unwrap_or_default());
    Ok(found)
}

/// The tasks of a work as one row with the cells of all.
fn put_together(tasks: Vec<PupilRow>) -> Vec<PupilRow> {
    let mut works: Vec<PupilRow> = Vec::new();
    for task in tasks {
        match works.last_mut() {
            Some(work) if (&work.file, &work.sheet, work.row) == (&task.file, &task.sheet, task.row) => {
                work.cells.extend(task.cells);
            }
            _ => works.push(task),
        }
    }
    works
}

/// The number of each row's pupil, in the order in which they appear; nothing where rows are counted, or without a code.
fn numbered(indicator: &Indicator, frame: &DataFrame) -> Result<Vec<Option<u32>>> {
    if !indicator.formula.is_two_level() {
        return Ok(vec![None; frame.height()]);
    }
    let (schools, waves) = (texts(frame, "school_id")?, texts(frame, "wave")?);
    let (grades, codes) = (ints(frame, "grade")?, texts(frame, "pupil_code")?);
    let mut numbers = BTreeMap::new();
    let mut number = |position: usize| {
        let code = at(&codes, position)?;
        let key = (at(&schools, position), at(&waves, position), at(&grades, position), code);
        let next = u32::try_from(numbers.len() + 1).unwrap_or(u32::MAX);
        Some(*numbers.entry(key).or_insert(next))
    };
    Ok((0..frame.height()).map(&mut number).collect())
}

/// The rows that the filter chooses, each with what it adds above and below the line, in the order of the files.
fn counted_rows(
    source: TableSource<'_>,
    indicator: &Indicator,
    schools: &[String],
    year: i32,
    thresholds: &[(Year, f64)],
    columns: &BTreeSet<&'static str>,
) -> Result<DataFrame> {
    let theirs = schools.iter().fold(lit(false), |fit, school| fit.or(is("school_id", school)));
    let fit = theirs.and(col("year").eq(lit(year)));
    let frame = indicator.frame(|table| {
        let wanted = indicator.tables(columns);
        let wanted: Vec<&str> = wanted.get(table).into_iter().flatten().copied().collect();
        let fit = if wanted.contains(&"school_id") { fit.clone() } else { lit(true) };
        rows(source, table, Some(&wanted), fit)
    })?;
    let keys = ["source_id", "row"];
    let columns: Vec<&str> = columns.iter().copied().collect();
    let values = columns.iter().filter(|column| !keys.contains(column)).map(|&name| col(name).first());
    let mut counted = indicator.chosen(frame, thresholds)?;
    let count = |counts: [Expr; 2]| counts.into_iter().zip(COUNTS).map(|(count, name)| count.alias(name));
    if let Some(counts) = indicator.formula.beside_rows()? {
        counted = counted.with_columns(count(counts).collect::<Vec<_>>());
    }
    if let Some(value) = indicator.formula.value()? {
        let value = value.cast(DataType::Float64);
        let known = value.clone().is_not_null().and(value.clone().is_finite());
        let whole = |expr: Expr| expr.cast(DataType::Int64).fill_null(lit(0i64)).cast(DataType::Int64);
        let counts = [whole(lit(0i64)), whole(known)];
        counted = counted.with_columns(count(counts).chain([value.alias(VALUE)]).collect::<Vec<_>>());
    }
    if let Some([above, below]) = indicator.formula.beside_tasks()? {
        let value = above.cast(DataType::Float64) / below.clone().cast(DataType::Float64);
        let known = below.gt(lit(0i64)).cast(DataType::Int64);
        let counts = [lit(0i64).cast(DataType::Int64), known];
        counted = counted.with_columns(count(counts).chain([value.alias(VALUE)]).collect::<Vec<_>>());
    }
    if let Some(counts) = indicator.formula.of_rows()? {
        counted = counted.group_by(keys.map(col)).agg(count(counts).chain(values).collect::<Vec<_>>());
    }
    // the tasks of a work in the order of their columns
    let order = keys.into_iter().chain(indicator.is_of_tasks().then_some("position"));
    let order: Vec<&str> = order.collect();
    counted.sort(order, SortMultipleOptions::default()).collect().map_err(|error| {
        polars_refused(Fault::new(FaultCode::QueryInvalid).at(indicator.place.clone()), &error)
    })
}

#[cfg(test)]
mod tests {
    use polars::prelude::DataFrame;

    use super::{Figure, figure};
    use crate::base::{Fault, FaultCode, Result, Year};
    use crate::method::MethodPack;
    use crate::tables::{
        IndicatorValue, ItemScore, ListEntry, Measure, ResultRow, School, Source, SourceColumn, Table,
    };

    fn pupil(year: i32, source_id: &str, row: i32, mark: Option<i32>, tasks: Option<f64>) -> ResultRow {
        ResultRow {
            year,
            wave: Some("spring".into()),
            procedure: "vpr".into(),
            grade: 5,
            subject: "ma".into(),
            school_id: "100001".into(),
            mark,
            score_tasks: tasks,
            status: "present".into(),
            source_id: source_id.into(),
            row,
            ..ResultRow::default()
        }
    }

    fn value(year: i32, numerator: i64, denominator: i64) -> IndicatorValue {
        IndicatorValue {
            indicator: "low_share_vpr_ma5".into(),
            year,
            level: "school".into(),
            entity_id: "100001".into(),
            state: "not_assessable".into(),
            numerator: Some(numerator),
            denominator: Some(denominator),
            ..IndicatorValue::default()
        }
    }

    fn column(source_id: &str, letter: &str, header: &str, table: &str, canonical: &str) -> SourceColumn {
        SourceColumn {
            source_id: source_id.into(),
            letter: letter.into(),
            header: header.into(),
            table: Some(table.into()),
            canonical: Some(canonical.into()),
            status: "mapped".into(),
        }
    }

    /// 2024: a sheet with a column of marks. 2025: only tasks were sent, the mark was derived.
    fn table(name: &str) -> Result<DataFrame> {
        let sheet = |id: &str, path: &str| Source {
            source_id: id.into(),
            path: path.into(),
            sheet: "Протокол".into(),
            ..Source::default()
        };
        let task = |row, column: &str, position, score| ItemScore {
            source_id: "s2".into(),
            row,
            column: column.into(),
            position,
            score,
            state: if score.is_some() { "scored" } else { "not_attempted" }.into(),
            ..ItemScore::default()
        };
        match name {
            "school" => School::frame(vec![School { school_id: "100001".into(), ..School::default() }]),
            "list_entry" => ListEntry::frame(vec![]),
            "indicator_value" => IndicatorValue::frame(vec![value(2024, 1, 2), value(2025, 1, 1)]),
            "source" => Source::frame(vec![sheet("s1", "a.xlsx"), sheet("s2", "b.xlsx")]),
            "source_column" => SourceColumn::frame(vec![
                column("s1", "F", "Отметка", "result", "mark"),
                column("s2", "AA", "2(2б)", "item_score", "score"),
                column("s2", "Z", "1(1б)", "item_score", "score"),
            ]),
            "item_score" => ItemScore::frame(vec![
                task(9, "AA", 27, None),
                task(9, "Z", 26, Some(1.0)),
                task(8, "Z", 26, Some(0.0)),
            ]),
            "result" => ResultRow::frame(vec![
                ResultRow { status: "absent".into(), ..pupil(2024, "s1", 7, None, None) },
                pupil(2024, "s1", 6, Some(2), None),
                pupil(2024, "s1", 5, Some(4), None),
                pupil(2025, "s2", 9, Some(2), Some(1.0)),
            ]),
            _ => Err(Fault::new(FaultCode::NotFound)),
        }
    }

    fn explain(year: Option<i32>) -> Result<Figure> {
        let text = include_str!("../../pipelines/methods/federal-847.toml");
        let pack = MethodPack::parse("p.toml", text)?;
        figure(&|name, _| table(name), &pack, "100001", "low_share_vpr_ma5", year.map(Year), false)
    }

    #[test]
    fn a_printed_mark_is_found_in_its_cell() {
        let figure = explain(Some(2024)).unwrap();
        assert!(figure.adds_up);
        let rows: Vec<_> = figure
            .rows
            .iter()
            .map(|r| (r.cells[0].place().to_string(), r.numerator, r.denominator))
            .collect();
        let at = |cell: &str| format!("a.xlsx › Протокол › {cell}");
        assert_eq!(rows, [(at("F5"), 0, 1), (at("F6"), 1, 1)]);
        assert_eq!(figure.rows[1].cells[0].value.as_deref(), Some("2"));
        let [absent] = figure.uncounted.as_slice() else { panic!("{:?}", figure.uncounted) };
        assert_eq!((absent.file.as_str(), absent.sheet.as_str(), absent.row), ("a.xlsx", "Протокол", 7));
        assert_eq!((absent.cells[0].place().to_string(), absent.cells[0].value.clone()), (at("F7"), None));
        assert_eq!(absent.derived, [("status".to_owned(), "absent".to_owned())]);
    }

    #[test]
    fn a_derived_mark_is_followed_to_the_tasks() {
        let figure = explain(None).unwrap();
        assert_eq!((figure.year, figure.years.as_slice()), (2025, &[2024, 2025][..]));
        let row = &figure.rows[0];
        assert_eq!(
            row.derived,
            [("mark".to_owned(), "2".to_owned()), ("score_tasks".to_owned(), "1".to_owned())]
        );
        let cells: Vec<_> =
            row.cells.iter().map(|c| (c.letters.as_str(), c.header.as_str(), c.value.as_deref())).collect();
        assert_eq!(cells, [("Z", "1(1б)", Some("1")), ("AA", "2(2б)", None)]);
        let states: Vec<_> = row.cells.iter().map(|c| c.state.as_deref()).collect();
        assert_eq!(states, [None, Some("not_attempted")]);
    }

    /// Two pupils and one without a code: the first has two marks 2, the second one.
    #[test]
    fn a_figure_of_two_levels_ends_in_the_cells_of_each_pupils_rows() {
        let pack = include_str!("../../pipelines/methods/federal-847.toml").replacen(
            "numerator = \"SUM(CASE WHEN mark = 2 THEN 1 ELSE 0 END)\"\ndenominator = \"COUNT(mark)\"",
            "per_pupil = \"SUM(CASE WHEN mark = 2 THEN 1 ELSE 0 END) >= 2\"\namong = \"COUNT(mark) > 0\"",
            1,
        );
        let pack = MethodPack::parse("p.toml", &pack.replacen(" AND subject = 'ru'", "", 1)).unwrap();
        let coded = |code: Option<&str>, row, mark| ResultRow {
            pupil_code: code.map(str::to_owned),
            ..pupil(2024, "s1", row, Some(mark), None)
        };
        let source = |name: &str, _: Option<&[&str]>| match name {
            "result" => ResultRow::frame(vec![
                coded(Some("5001"), 8, 2),
                coded(Some("5002"), 6, 2),
                coded(Some("5001"), 5, 2),
                coded(None, 9, 2),
                coded(Some("5002"), 7, 4),
            ]),
            "indicator_value" => IndicatorValue::frame(vec![IndicatorValue {
                indicator: "low_share_vpr_ru5".into(),
                ..value(2024, 1, 2)
            }]),
            other => table(other),
        };
        let figure = figure(&source, &pack, "100001", "low_share_vpr_ru5", None, false).unwrap();
        assert!(figure.adds_up && figure.two_level);
        let rows: Vec<_> = figure.rows.iter().map(|r| (r.pupil, r.row, r.numerator, r.denominator)).collect();
        assert_eq!(rows, [(Some(1), 5, 1, 1), (Some(1), 8, 1, 1), (Some(2), 6, 0, 1), (Some(2), 7, 0, 1)]);
        assert!(figure.rows.iter().all(|row| row.cells.iter().all(|cell| cell.column == "mark")));
        let aside: Vec<_> = figure.uncounted.iter().map(|row| (row.pupil, row.row)).collect();
        assert_eq!(aside, [(None, 9)], "without a code nobody knows whose row it is");
        let told = serde_json::to_string(&figure).unwrap();
        assert!(!told.contains("5001"), "a code is not told");
        let with_codes = super::figure(&source, &pack, "100001", "low_share_vpr_ru5", None, true).unwrap();
        let codes: Vec<_> = with_codes.rows.iter().map(|row| row.code.as_deref().unwrap()).collect();
        assert_eq!(codes, ["5001", "5001", "5002", "5002"], "but where it is asked for");
    }

    /// Two pupils with rows, three in the grade: the third is told with the cell that counts them all.
    #[test]
    fn pupils_without_rows_are_told_with_the_cell_that_counts_them() {
        let pack = include_str!("../../pipelines/methods/federal-847.toml").replacen(
            "numerator = \"SUM(CASE WHEN mark = 2 THEN 1 ELSE 0 END)\"\ndenominator = \"COUNT(mark)\"",
            "per_pupil = \"SUM(CASE WHEN mark = 2 THEN 1 ELSE 0 END) = 0\"\ncontingent = \"pupils_grade_5\"",
            1,
        );
        let pack = MethodPack::parse("p.toml", &pack.replacen(" AND subject = 'ru'", "", 1)).unwrap();
        let coded = |code: &str, row, mark| ResultRow {
            pupil_code: Some(code.into()),
            ..pupil(2024, "s1", row, Some(mark), None)
        };
        let told = |counted: f64| {
            let source = |name: &str, _: Option<&[&str]>| match name {
                "result" => ResultRow::frame(vec![coded("1", 5, 2), coded("2", 6, 4)]),
                "measure" => Measure::frame(vec![Measure {
                    year: 2024,
                    school_id: "100001".into(),
                    measure: "pupils_grade_5".into(),
                    value: Some(counted),
                    source_id: "s2".into(),
                    row: 4,
                    column: "C".into(),
                    ..Measure::default()
                }]),
                "indicator_value" => IndicatorValue::frame(vec![IndicatorValue {
                    indicator: "low_share_vpr_ru5".into(),
                    ..value(2024, 2, 3)
                }]),
                other => table(other),
            };
            figure(&source, &pack, "100001", "low_share_vpr_ru5", None, false).unwrap()
        };
        let figure = told(3.0);
        let unseen = figure.unseen.unwrap();
        assert!(figure.adds_up && unseen.above && unseen.pupils == 1);
        assert_eq!(unseen.cells[0].place().to_string(), "b.xlsx › Протокол › C4");
        assert!(!told(0.0).adds_up, "a form that counts nobody explains nobody");
    }

    #[test]
    fn a_mean_shows_the_value_of_each_row_and_is_their_mean() {
        let pack = include_str!("../../pipelines/methods/federal-847.toml").replacen(
            "numerator = \"SUM(CASE WHEN mark = 2 THEN 1 ELSE 0 END)\"\ndenominator = \"COUNT(mark)\"",
            "kind = \"mean\"\nvalue = \"mark\"\nunit = \"mark\"",
            1,
        );
        let pack = pack.replacen(" AND subject = 'ru'", "", 1).replace("low_share_*", "low_share_vpr_ma5");
        let pack = pack.replace("at_least = 2", "at_least = 1");
        let pack = MethodPack::parse("p.toml", &pack).unwrap();
        let told = |mean: f64| {
            let source = |name: &str, _: Option<&[&str]>| match name {
                "indicator_value" => IndicatorValue::frame(vec![IndicatorValue {
                    indicator: "low_share_vpr_ru5".into(),
                    numerator: None,
                    value: Some(mean),
                    ..value(2024, 0, 2)
                }]),
                other => table(other),
            };
            figure(&source, &pack, "100001", "low_share_vpr_ru5", None, false).unwrap()
        };
        let figure = told(3.0);
        assert!(figure.adds_up);
        let rows: Vec<_> = figure.rows.iter().map(|row| (row.row, row.value, row.cells.len())).collect();
        assert_eq!(rows, [(5, Some(4.0), 1), (6, Some(2.0), 1)]);
        assert_eq!(figure.uncounted.iter().map(|row| row.row).collect::<Vec<_>>(), [7]);
        assert!(!told(3.5).adds_up, "another mean than that of its rows");
    }

    #[test]
    fn what_is_not_there_is_said_with_the_nearest_name() {
        assert_eq!(explain(Some(2019)).unwrap_err().code, FaultCode::NotFound);
        let pack =
            MethodPack::parse("p.toml", include_str!("../../pipelines/methods/federal-847.toml")).unwrap();
        let fault =
            figure(&|name, _| table(name), &pack, "100001", "low_share_vpr_ma55", None, false).unwrap_err();
        assert!(fault.args.contains(&("nearest", "low_share_vpr_ma5".to_owned())));
    }
}
