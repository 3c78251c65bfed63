//! Pupils counted, and their values gathered, by school, parallel and class: year by year, so that no more than the rows of a
//! year are held at a time.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use polars::prelude::{DataFrame, IntoLazy, LazyFrame, UniqueKeepStrategy, col, cols, lit};
use rayon::prelude::*;

use super::amount::{Amount, Counts};
use super::runs::Runs;
use super::{means, reliability};
use crate::base::{Fault, FaultCode, Result, Year};
use crate::method::sql::Checked;
use crate::method::{Indicator, THRESHOLD};
use crate::tables::{Register, TestReliability, int64s, ints, polars_refused, texts};

/// A parallel of a school, or one class of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Group {
    pub school: String,
    pub grade: i32,
    pub class: Option<String>,
}

/// What the table says of one indicator in one year; only groups with somebody below the line.
#[derive(Debug, Default)]
pub(super) struct Counted {
    pub schools: BTreeMap<String, Amount>,
    /// `class` and `grade`, where they were asked for.
    pub inside: BTreeMap<&'static str, BTreeMap<Group, Amount>>,
    /// Of the totals behind a criterion.
    pub reliability: Option<TestReliability>,
}

/// What the counting is told beside the indicators.
pub(super) struct Asked<'a> {
    /// The levels inside schools.
    pub inside: &'a [&'static str],
    /// The years that have figures.
    pub years: &'a [Year],
    /// The thresholds of an indicator by year.
    pub thresholds: &'a (dyn Fn(&Indicator) -> Vec<(Year, f64)> + Sync),
    /// Is the reliability of an indicator's totals wanted?
    pub of_totals: &'a (dyn Fn(&Indicator) -> bool + Sync),
}

impl Asked<'_> {
    /// The columns that groups of any level asked for have as keys.
    fn keys(&self) -> BTreeSet<&'static str> {
        let inside = self.inside.iter().flat_map(|&level| ["grade", level]);
        ["year", "school_id"].into_iter().chain(inside).collect()
    }

    /// The columns that an indicator needs when its rows have been chosen.
    fn columns(&self, indicator: &Indicator) -> BTreeSet<&'static str> {
        let mut columns = indicator.formula.columns();
        columns.extend(self.keys());
        if (self.of_totals)(indicator) {
            columns.extend(reliability::COLUMNS);
        }
        columns.retain(|name| indicator.table.column(name).is_some());
        columns
    }
}

/// The tables of the indicators by their names.
pub(super) type Tables<'a> = BTreeMap<&'static str, Runs<'a>>;

/// Indicators that choose the same rows.
struct Choice<'a> {
    /// With their places among all.
    indicators: Vec<(usize, &'a Indicator)>,
    thresholds: Vec<(Year, f64)>,
    columns: BTreeSet<&'static str>,
}

/// Counts indicators, each in its table, year by year, and does with it what `each` says; the answers come in the order of the
/// indicators and of the years. Rows are chosen once for all indicators that choose the same.
pub(super) fn count<T: Send>(
    indicators: &[Indicator],
    asked: &Asked<'_>,
    tables: &Tables<'_>,
    each: impl Fn(&Indicator, Year, Counted) -> Result<T> + Sync,
) -> Vec<Result<T>> {
    let mut choices: BTreeMap<_, Choice<'_>> = BTreeMap::new();
    for (at, indicator) in indicators.iter().enumerate() {
        let thresholds = (asked.thresholds)(indicator);
        let values: Vec<(Year, u64)> =
            thresholds.iter().map(|(year, value)| (*year, value.to_bits())).collect();
        let choice = choices
            .entry((indicator.table.name, &indicator.filter.text, values))
            .or_insert_with(|| Choice { indicators: Vec::new(), thresholds, columns: BTreeSet::new() });
        choice.indicators.push((at, indicator));
        choice.columns.extend(asked.columns(indicator));
    }
    let tasks: Vec<(&Choice<'_>, Year)> =
        choices.values().flat_map(|choice| asked.years.iter().map(move |&year| (choice, year))).collect();
    // Threads of our own: one of a shared pool that waits for Polars would begin the next task, and so hold the rows of many.
    let next = AtomicUsize::new(0);
    let work = || {
        let mut answers = Vec::new();
        while let Some((choice, year)) = tasks.get(next.fetch_add(1, Ordering::Relaxed)) {
            answers.extend(choice.count(*year, asked, tables, &each));
        }
        answers
    };
    let mut answers = thread::scope(|scope| {
        let other = (rayon::current_num_threads() > 1).then(|| scope.spawn(work));
        let mut answers = work();
        if let Some(other) = other {
            answers.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        answers
    });
    answers.sort_by_key(|(place, _)| *place);
    answers.into_iter().map(|(_, answer)| answer).collect()
}

impl Choice<'_> {
    /// Every indicator of the choice in a year.
    fn count<T: Send>(
        &self,
        year: Year,
        asked: &Asked<'_>,
        tables: &Tables<'_>,
        each: &(impl Fn(&Indicator, Year, Counted) -> Result<T> + Sync),
    ) -> Vec<((usize, Year), Result<T>)> {
        let Some(&(first, like)) = self.indicators.first() else { return Vec::new() };
        let chosen = self.chosen(like, year, tables).and_then(|rows| {
            // tasks are many, and put together to works before they are held
            if like.is_of_tasks() { Ok(rows) } else { Ok(collect(rows)?.lazy()) }
        });
        let chosen = match chosen {
            Ok(chosen) => chosen,
            // every one of them says the same; the first is told
            Err(fault) => return vec![((first, year), Err(super::at(fault, like)))],
        };
        let answer = |&(at, indicator): &(usize, &Indicator)| {
            let counted = one(indicator, asked, chosen.clone());
            let answer = counted.and_then(|counted| each(indicator, year, counted));
            ((at, year), answer.map_err(|fault| super::at(fault, indicator)))
        };
        self.indicators.iter().map(answer).collect()
    }

    /// The rows of a year that count, with what the indicators need of them.
    fn chosen(&self, like: &Indicator, year: Year, tables: &Tables<'_>) -> Result<LazyFrame> {
        let rows = rows(like, tables, Some(year), &like.filter)?.filter(col("year").eq(lit(year.0)));
        let threshold = like.threshold.as_ref().map(|_| THRESHOLD);
        let columns = self.columns.iter().copied().chain(threshold).map(col).collect::<Vec<_>>();
        Ok(like.chosen(rows, &self.thresholds)?.select(columns))
    }
}

/// At least the rows of an indicator's table for which a condition may hold.
fn rows(
    indicator: &Indicator,
    tables: &Tables<'_>,
    year: Option<Year>,
    condition: &Checked,
) -> Result<LazyFrame> {
    indicator
        .frame(|name| tables.get(name).map_or_else(|| Ok(DataFrame::empty()), |t| t.wanted(year, condition)))
}

/// One indicator at every level.
fn one(indicator: &Indicator, asked: &Asked<'_>, chosen: LazyFrame) -> Result<Counted> {
    let rows = &collect(indicator.formula.by_work(chosen, &asked.keys())?)?;
    if !indicator.formula.is_share() {
        return means::gather(indicator, rows, asked.inside);
    }
    let mut counted = Counted::default();
    if (asked.of_totals)(indicator) {
        counted.reliability = reliability::of(indicator, rows)?;
    }
    let levels = asked.inside.iter().filter(|level| has(rows, level));
    let with_class = levels.clone().any(|&level| level == "class");
    let counting = collect(indicator.formula.counted(rows.clone().lazy(), with_class)?)?;
    for (school, _, amount) in counts(indicator, &counting, &["school_id"])? {
        counted.schools.insert(school, amount);
    }
    for &level in levels {
        let keys: &[&str] = match level {
            "class" => &["school_id", "grade", "class"],
            _ => &["school_id", "grade"],
        };
        let groups = counted.inside.entry(level).or_default();
        for (school, (grade, class), amount) in counts(indicator, &counting, keys)? {
            let Some(grade) = grade else { continue };
            if level != "class" || class.is_some() {
                groups.insert(Group { school, grade, class }, amount);
            }
        }
    }
    Ok(counted)
}

/// Has the table the columns of a level?
pub(super) fn has(rows: &DataFrame, level: &str) -> bool {
    let is_there = |name: &str| rows.column(name).is_ok();
    is_there("grade") && (level != "class" || is_there("class"))
}

/// A grade and a class, where the rows have them.
type Inside = (Option<i32>, Option<String>);

/// What is counted, by these keys; only groups with a denominator above 0.
fn counts(
    indicator: &Indicator,
    counting: &DataFrame,
    keys: &[&str],
) -> Result<Vec<(String, Inside, Amount)>> {
    let grouped = collect(indicator.formula.count(counting.clone().lazy(), keys)?)?;
    let height = grouped.height();
    let grades = if keys.contains(&"grade") { ints(&grouped, "grade")? } else { vec![None; height] };
    let classes = if keys.contains(&"class") { texts(&grouped, "class")? } else { vec![None; height] };
    let rows = texts(&grouped, "school_id")?
        .into_iter()
        .zip(grades.into_iter().zip(classes))
        .zip(int64s(&grouped, "numerator")?.into_iter().zip(int64s(&grouped, "denominator")?));
    let mut counted = Vec::with_capacity(height);
    for ((school, inside), (numerator, denominator)) in rows {
        let Some(school) = school else { continue };
        let counts =
            Counts { numerator: numerator.unwrap_or_default(), denominator: denominator.unwrap_or_default() };
        if counts.numerator < 0 || counts.numerator > counts.denominator {
            return Err(Fault::new(FaultCode::QueryInvalid)
                .with("school", school)
                .why("query-more-than-all"));
        }
        if counts.denominator > 0 {
            counted.push((school, inside, Amount::Share(counts)));
        }
    }
    Ok(counted)
}

/// Schools by table and condition.
pub(super) type Applicable<'a> = BTreeMap<(&'a str, &'a str), BTreeSet<String>>;

/// Schools to which indicators apply in any year, by table and condition: most indicators of a grade apply to the same schools,
/// which are looked up once. With the schools of branches that an indicator applies to, where `heads` is told.
pub(super) fn applicable<'a>(
    indicators: &'a [Indicator],
    tables: &Tables<'_>,
    heads: Option<(&Register, &[Year])>,
) -> Result<Applicable<'a>> {
    let conditions: BTreeMap<_, &Indicator> =
        indicators.iter().map(|indicator| (condition(indicator), indicator)).collect();
    let found = conditions.into_par_iter().map(|(condition, indicator)| {
        let rows = rows(indicator, tables, None, &indicator.applicable)?.filter(indicator.applicable_rows()?);
        let schools = rows.select([col("school_id")]);
        let schools = collect(schools.unique(Some(cols(["school_id"])), UniqueKeepStrategy::Any))?;
        let mut schools: BTreeSet<String> = texts(&schools, "school_id")?.into_iter().flatten().collect();
        if let Some((register, years)) = heads {
            let heads =
                schools.iter().flat_map(|id| years.iter().filter_map(|&year| register.head(id, year)));
            let heads: Vec<String> = heads.map(str::to_owned).collect();
            schools.extend(heads);
        }
        Ok((condition, schools))
    });
    found.collect()
}

/// Where an indicator applies: its table and its condition.
pub(super) fn condition(indicator: &Indicator) -> (&str, &str) {
    (indicator.table.name, &indicator.applicable.text)
}

impl Counted {
    /// The pupils of branches counted with those of the schools at the top: a branch has no figure of its own. Its classes
    /// and parallels keep theirs: they are other classes than the parent's.
    pub fn with_parents(mut self, register: &Register, year: Year) -> Self {
        let branches: Vec<(String, String)> = self
            .schools
            .keys()
            .filter_map(|id| Some((id.clone(), register.head(id, year)?.to_owned())))
            .collect();
        for (branch, head) in branches {
            let Some(mine) = self.schools.remove(&branch) else { continue };
            self.schools.entry(head).or_default().add(&mine);
        }
        self
    }
}

pub(super) fn collect(frame: LazyFrame) -> Result<DataFrame> {
    // What Polars says of a value that it cannot use quotes the value: it is not passed on.
    frame.collect().map_err(|error| polars_refused(Fault::new(FaultCode::QueryInvalid), &error))
}
