//! Pupils counted, and their values gathered, by year, school, parallel and class.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use polars::prelude::{DataFrame, IntoLazy, LazyFrame, UniqueKeepStrategy, col, cols};
use rayon::prelude::*;

use super::amount::{Amount, Counts};
use super::applies::Applies;
use super::{means, reliability};
use crate::base::{Fault, FaultCode, Result, Year};
use crate::method::Indicator;
use crate::tables::{Register, TestReliability, int64s, ints, polars_refused, texts};

/// A parallel of a school, or one class of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Group {
    pub school: String,
    pub grade: i32,
    pub class: Option<String>,
}

/// What is known of groups, by year.
pub(super) type ByYear<K> = BTreeMap<Year, BTreeMap<K, Amount>>;

/// What the table says of one indicator; only groups with somebody below the line.
#[derive(Debug, Default)]
pub(super) struct Counted {
    /// Schools.
    pub schools: ByYear<String>,
    /// `class` and `grade`, where they were asked for.
    pub inside: BTreeMap<&'static str, ByYear<Group>>,
    /// Schools to which the indicator applies in any year.
    pub applicable: Arc<BTreeSet<String>>,
    /// What the register says of it.
    pub by_register: Applies,
    /// Of the totals behind a criterion, year by year.
    pub reliability: Vec<TestReliability>,
}

/// What the counting is told beside the indicators.
pub(super) struct Asked<'a> {
    /// The levels inside schools.
    pub inside: &'a [&'static str],
    /// The thresholds of an indicator by year.
    pub thresholds: &'a (dyn Fn(&Indicator) -> Vec<(Year, f64)> + Sync),
    /// Is the reliability of an indicator's totals wanted?
    pub of_totals: &'a (dyn Fn(&Indicator) -> bool + Sync),
}

/// Counts indicators, each in its table; `frame` gives a table by its name. Indicators of one grade mostly apply to the
/// same schools: these are looked up once.
pub(super) fn count<'a>(
    indicators: &[Indicator],
    asked: &Asked<'_>,
    frame: impl Fn(&'static str) -> Result<&'a DataFrame> + Sync,
) -> Vec<Result<Counted>> {
    let condition = |indicator: &Indicator| (indicator.table.name, indicator.applicable.text.clone());
    let rows = |indicator: &Indicator| indicator.frame(|table| frame(table).cloned());
    let conditions: BTreeMap<_, &Indicator> = indicators.iter().map(|i| (condition(i), i)).collect();
    let applicable: BTreeMap<_, Result<Arc<BTreeSet<String>>>> = conditions
        .into_par_iter()
        .map(|(condition, i)| (condition, rows(i).and_then(|rows| applicable(i, rows)).map(Arc::new)))
        .collect();
    let counted = indicators.par_iter().map(|i| {
        let counted = one(i, asked, rows(i)?)?;
        let applicable = match applicable.get(&condition(i)) {
            Some(Ok(schools)) => Arc::clone(schools),
            _ => Arc::new(self::applicable(i, rows(i)?)?),
        };
        Ok(Counted { applicable, ..counted })
    });
    counted.collect()
}

/// One indicator at every level. The rows that count are chosen once.
fn one(indicator: &Indicator, asked: &Asked<'_>, frame: LazyFrame) -> Result<Counted> {
    let chosen = indicator.chosen(frame, &(asked.thresholds)(indicator))?;
    let inside = asked
        .inside
        .iter()
        .flat_map(|&level| if level == "class" { vec!["grade", "class"] } else { vec!["grade"] });
    let keep: Vec<&str> = ["year", "school_id"].into_iter().chain(inside).collect();
    let rows = collect(indicator.formula.by_work(chosen, &keep)?)?;
    let mut counted = Counted::default();
    if !indicator.formula.is_share() {
        return means::gather(indicator, &rows, asked.inside);
    }
    if (asked.of_totals)(indicator) {
        counted.reliability = reliability::of(indicator, &rows)?;
    }
    for (year, school, _, amount) in counts(indicator, &rows, &["year", "school_id"])? {
        counted.schools.entry(year).or_default().insert(school, amount);
    }
    for &level in asked.inside.iter().filter(|level| has(&rows, level)) {
        let keys: &[&str] = match level {
            "class" => &["year", "school_id", "grade", "class"],
            _ => &["year", "school_id", "grade"],
        };
        let groups = counted.inside.entry(level).or_default();
        for (year, school, (grade, class), amount) in counts(indicator, &rows, keys)? {
            let Some(grade) = grade else { continue };
            if level != "class" || class.is_some() {
                groups.entry(year).or_default().insert(Group { school, grade, class }, amount);
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

/// The chosen rows counted by these keys; only groups with a denominator above 0.
fn counts(
    indicator: &Indicator,
    rows: &DataFrame,
    keys: &[&str],
) -> Result<Vec<(Year, String, Inside, Amount)>> {
    let grouped = collect(indicator.formula.count(rows.clone().lazy(), keys)?)?;
    let height = grouped.height();
    let grades = if keys.contains(&"grade") { ints(&grouped, "grade")? } else { vec![None; height] };
    let classes = if keys.contains(&"class") { texts(&grouped, "class")? } else { vec![None; height] };
    let rows = ints(&grouped, "year")?
        .into_iter()
        .zip(texts(&grouped, "school_id")?)
        .zip(grades.into_iter().zip(classes))
        .zip(int64s(&grouped, "numerator")?.into_iter().zip(int64s(&grouped, "denominator")?));
    let mut counted = Vec::with_capacity(height);
    for (((year, school), inside), (numerator, denominator)) in rows {
        let (Some(year), Some(school)) = (year, school) else { continue };
        let counts =
            Counts { numerator: numerator.unwrap_or_default(), denominator: denominator.unwrap_or_default() };
        if counts.numerator < 0 || counts.numerator > counts.denominator {
            return Err(Fault::new(FaultCode::QueryInvalid)
                .with("school", school)
                .why("query-more-than-all"));
        }
        if counts.denominator > 0 {
            counted.push((Year(year), school, inside, Amount::Share(counts)));
        }
    }
    Ok(counted)
}

/// Schools to which an indicator applies in any year.
fn applicable(indicator: &Indicator, frame: LazyFrame) -> Result<BTreeSet<String>> {
    let schools = frame.filter(indicator.applicable_rows()?).select([col("school_id")]);
    let schools = collect(schools.unique(Some(cols(["school_id"])), UniqueKeepStrategy::Any))?;
    Ok(texts(&schools, "school_id")?.into_iter().flatten().collect())
}

impl Counted {
    /// Does the indicator apply to a school in a year? Where the register says neither yes nor no, a row of any year does.
    pub fn applies(&self, school: &str, year: Year) -> bool {
        self.by_register.says(school, year).unwrap_or_else(|| self.applicable.contains(school))
    }

    /// The pupils of branches counted with those of the schools at the top: a branch has no figure of its own. Its classes
    /// and parallels keep theirs: they are other classes than the parent's.
    pub fn with_parents(mut self, register: &Register) -> Self {
        for (&year, schools) in &mut self.schools {
            let branches: Vec<(String, String)> = schools
                .keys()
                .filter_map(|id| Some((id.clone(), register.head(id, year)?.to_owned())))
                .collect();
            for (branch, head) in branches {
                let Some(mine) = schools.remove(&branch) else { continue };
                schools.entry(head).or_default().add(&mine);
            }
        }
        let heads: BTreeSet<String> = self
            .applicable
            .iter()
            .flat_map(|id| self.schools.keys().filter_map(|&year| register.head(id, year)))
            .filter(|head| !self.applicable.contains(*head))
            .map(str::to_owned)
            .collect();
        if !heads.is_empty() {
            self.applicable = Arc::new(self.applicable.iter().cloned().chain(heads).collect());
        }
        self
    }
}

pub(super) fn collect(frame: LazyFrame) -> Result<DataFrame> {
    // What Polars says of a value that it cannot use quotes the value: it is not passed on.
    frame.collect().map_err(|error| polars_refused(Fault::new(FaultCode::QueryInvalid), &error))
}
