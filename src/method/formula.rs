//! How an indicator counts: over the rows of a school, or over the rows of a pupil and then over the school's pupils.

use std::collections::BTreeSet;

use polars::prelude::{DataType, Expr, LazyFrame, PolarsError, SortMultipleOptions, col, lit};
use polars::sql::sql_expr;

use crate::base::{Fault, FaultCode, Result};
use crate::method::sql::Checked;
use crate::tables::{self, WORK};

/// The columns by which the rows of one pupil are found, beside year and school: a code is unique within a school, a
/// wave and a grade, and only there. That it is the same in every subject is an assumption of the procedures.
pub const PUPIL: &[&str] = &["wave", "grade", "pupil_code"];

/// A pupil's code: without one a row cannot be put beside the pupil's other rows.
const CODE: &str = "pupil_code";

/// How a share is counted.
#[derive(Debug, Clone, PartialEq)]
pub enum Formula {
    /// One level: two counts over the rows.
    Rows {
        /// The count above the line.
        numerator: Checked,
        /// The count below the line.
        denominator: Checked,
    },
    /// Two levels: what the rows of one pupil say together, then how many pupils say it. A row without a pupil's code
    /// counts nowhere.
    Pupils {
        /// Which pupils stand above the line.
        per_pupil: Checked,
        /// Which stand below it; every pupil with a row that is chosen where the pack does not say.
        among: Option<Checked>,
    },
    /// A mean over works, each a pupil's test: the value of a work is what its tasks say together, one count by another.
    Works {
        /// The count above the line of a work's tasks.
        numerator: Checked,
        /// The count below it.
        denominator: Checked,
    },
    /// A mean over the rows that have the value.
    Mean {
        /// The value of a row.
        value: Checked,
        /// What it is measured in.
        unit: Unit,
        /// Are values standardised within their test before they are averaged?
        standardised: bool,
    },
}

/// What the value of an indicator is measured in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Parts of a whole, 0 to 1.
    Share,
    /// Marks, 2 to 5.
    Mark,
    /// Points of a test.
    Points,
    /// Standard deviations of the pupils of a test.
    Deviations,
}

impl Unit {
    /// The word in packs and tables; wording in the catalogue under `word-unit-<word>`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Share => "share",
            Self::Mark => "mark",
            Self::Points => "points",
            Self::Deviations => "deviations",
        }
    }

    /// The least and the largest value that can be.
    #[must_use]
    pub fn ends(self) -> (f64, f64) {
        match self {
            Self::Share => (0.0, 1.0),
            Self::Mark => (2.0, 5.0),
            Self::Points => (0.0, f64::INFINITY),
            Self::Deviations => (f64::NEG_INFINITY, f64::INFINITY),
        }
    }
}

/// The columns that make a test: within one, and only there, values of pupils are standardised. The year makes it too.
pub const TEST: &[&str] = &["wave", "procedure", "grade", "subject", "form"];

impl Formula {
    /// The expressions.
    fn parts(&self) -> Vec<&Checked> {
        match self {
            Self::Rows { numerator, denominator } | Self::Works { numerator, denominator } => {
                vec![numerator, denominator]
            }
            Self::Pupils { per_pupil, among } => std::iter::once(per_pupil).chain(among).collect(),
            Self::Mean { value, .. } => vec![value],
        }
    }

    /// What its value is measured in.
    #[must_use]
    pub fn unit(&self) -> Unit {
        match self {
            Self::Mean { unit, .. } => *unit,
            _ => Unit::Share,
        }
    }

    /// The word in packs and tables: `share`, `mean`, `standardised`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Mean { standardised: true, .. } => "standardised",
            Self::Mean { .. } | Self::Works { .. } => "mean",
            _ => "share",
        }
    }

    /// Is it a share, as two counts?
    #[must_use]
    pub fn is_share(&self) -> bool {
        !matches!(self, Self::Mean { .. } | Self::Works { .. })
    }

    /// The value of a row as a number; `None` where pupils or rows are counted.
    ///
    /// # Errors
    /// As [`Formula::count`].
    pub fn value(&self) -> Result<Option<Expr>> {
        let Self::Mean { value, .. } = self else { return Ok(None) };
        Ok(Some(polars(value)?.alias("value")))
    }

    /// The columns that the expressions name.
    #[must_use]
    pub fn named(&self) -> BTreeSet<&'static str> {
        self.parts().into_iter().flat_map(|part| part.columns.iter().copied()).collect()
    }

    /// The columns that it needs: those that it names and those that make a pupil.
    #[must_use]
    pub fn columns(&self) -> BTreeSet<&'static str> {
        let mut columns = self.named();
        match self {
            Self::Pupils { .. } => columns.extend(PUPIL),
            Self::Mean { standardised: true, .. } => columns.extend(TEST),
            Self::Works { .. } => columns.extend(WORK),
            _ => {}
        }
        columns
    }

    /// Are pupils counted, not rows?
    #[must_use]
    pub fn is_two_level(&self) -> bool {
        matches!(self, Self::Pupils { .. })
    }

    /// The texts above and below the line, as the pack has them; below it nothing where every pupil stands there.
    #[must_use]
    pub fn texts(&self) -> (&str, &str) {
        match self {
            Self::Rows { numerator, denominator } | Self::Works { numerator, denominator } => {
                (&numerator.text, &denominator.text)
            }
            Self::Pupils { per_pupil, among } => {
                (&per_pupil.text, among.as_ref().map_or("", |among| &among.text))
            }
            Self::Mean { value, .. } => (&value.text, ""),
        }
    }

    /// What is counted of the chosen rows: the rows themselves, or one row a pupil that says whether `numerator` and
    /// `denominator` hold. A class is one word a pupil: the first in the alphabet where a pupil's rows have several.
    ///
    /// # Errors
    /// `E305` where Polars does not know what `sqlparser` does.
    pub fn counted(&self, rows: LazyFrame, with_class: bool) -> Result<LazyFrame> {
        let Self::Pupils { per_pupil, among } = self else {
            return Ok(rows);
        };
        let holds = |checked| -> Result<Expr> { Ok(polars(checked)?.fill_null(lit(false))) };
        let below = among.as_ref().map_or_else(|| Ok(lit(true)), holds)?;
        let above = holds(per_pupil)?.alias("numerator");
        let class = with_class.then(|| col(CLASS).min());
        let pupil: Vec<Expr> = ["year", "school_id"].iter().chain(PUPIL).map(|&name| col(name)).collect();
        let said = [above, below.alias("denominator")].into_iter().chain(class).collect::<Vec<_>>();
        let counted = rows.filter(col(CODE).is_not_null()).group_by(pupil).agg(said);
        Ok(counted.with_column(col("numerator").and(col("denominator"))))
    }

    /// Counts what [`Formula::counted`] gave by these columns: they stand in the answer with `numerator` and `denominator` as
    /// 64-bit whole numbers; a group in which nothing could be counted has 0. Means are not counted.
    ///
    /// # Errors
    /// As [`Formula::counted`].
    pub fn count(&self, counted: LazyFrame, keys: &[&str]) -> Result<LazyFrame> {
        let by = keys.iter().map(|&name| col(name)).collect::<Vec<_>>();
        let counts = self.of_rows()?.unwrap_or_else(|| {
            ["numerator", "denominator"].map(|name| col(name).cast(DataType::Int64).sum().alias(name))
        });
        Ok(counted.group_by(by).agg(counts))
    }

    /// The rows of each work put together: what [`WORK`] and these columns hold, and the `value` of the work. In the order
    /// of the sheets and their rows. Of other formulas the rows as they are.
    ///
    /// # Errors
    /// As [`Formula::count`].
    pub fn by_work(&self, rows: LazyFrame, keep: &BTreeSet<&str>) -> Result<LazyFrame> {
        let Self::Works { numerator, denominator } = self else { return Ok(rows) };
        let kept: BTreeSet<&str> = keep.iter().copied().chain(WORK).collect();
        let count = |checked, name: &str| -> Result<Expr> {
            Ok(polars(checked)?.cast(DataType::Float64).alias(name))
        };
        let counts = [count(numerator, "numerator")?, count(denominator, "denominator")?];
        let works = rows.group_by(kept.into_iter().map(col).collect::<Vec<_>>()).agg(counts);
        let value = (col("numerator") / col("denominator")).alias("value");
        Ok(works.with_column(value).sort(WORK, SortMultipleOptions::default()))
    }

    /// What each row's work says, above and below the line, for the rows of whole works; `None` where no works are averaged.
    ///
    /// # Errors
    /// As [`Formula::count`].
    pub fn beside_tasks(&self) -> Result<Option<[Expr; 2]>> {
        let Self::Works { numerator, denominator } = self else { return Ok(None) };
        let over = |checked: &Checked, name: &str| -> Result<Expr> {
            let said = polars(checked)?.over(WORK.map(col)).map_err(|e| refused(checked, &e))?;
            Ok(said.cast(DataType::Int64).fill_null(lit(0i64)).alias(name))
        };
        Ok(Some([over(numerator, "numerator")?, over(denominator, "denominator")?]))
    }

    /// Does a pupil of whom there is nothing but one blank row stand above the line? `None` where such a pupil stands nowhere: rows
    /// are counted, or the pack says which pupils are asked.
    ///
    /// # Errors
    /// As [`Formula::count`].
    pub(super) fn of_nobody(&self, blank: LazyFrame) -> Result<Option<bool>> {
        let Self::Pupils { per_pupil, among: None } = self else { return Ok(None) };
        let said = blank.select([polars(per_pupil)?.fill_null(lit(false)).alias("said")]).collect();
        let said = said.map_err(|error| refused(per_pupil, &error))?;
        Ok(Some(tables::bools(&said, "said")?.first().copied().flatten().unwrap_or_default()))
    }

    /// What each row's pupil says, above and below the line, for the rows of whole pupils; `None` where rows are counted.
    ///
    /// # Errors
    /// As [`Formula::count`].
    pub fn beside_rows(&self) -> Result<Option<[Expr; 2]>> {
        let Self::Pupils { per_pupil, among } = self else { return Ok(None) };
        let coded = || col(CODE).is_not_null();
        let over = |checked: &Checked| -> Result<Expr> {
            let pupil: Vec<Expr> =
                std::iter::once("school_id").chain(PUPIL.iter().copied()).map(col).collect();
            let said =
                polars(checked)?.fill_null(lit(false)).over(pupil).map_err(|e| refused(checked, &e))?;
            Ok(said.and(coded()))
        };
        let below = among.as_ref().map_or_else(|| Ok(coded()), over)?;
        let above = over(per_pupil)?.and(below.clone());
        let count = |expr: Expr, name: &str| expr.cast(DataType::Int64).alias(name);
        Ok(Some([count(above, "numerator"), count(below, "denominator")]))
    }

    /// The two counts of a group of rows; `None` where pupils are counted.
    ///
    /// # Errors
    /// As [`Formula::count`].
    pub fn of_rows(&self) -> Result<Option<[Expr; 2]>> {
        let Self::Rows { numerator, denominator } = self else { return Ok(None) };
        let count = |checked, name: &str| -> Result<Expr> {
            Ok(polars(checked)?.cast(DataType::Int64).fill_null(lit(0i64)).alias(name))
        };
        Ok(Some([count(numerator, "numerator")?, count(denominator, "denominator")?]))
    }
}

/// The column of a class.
const CLASS: &str = "class";

/// An expression for Polars.
pub(super) fn polars(checked: &Checked) -> Result<Expr> {
    sql_expr(&checked.text).map_err(|error| refused(checked, &error))
}

fn refused(checked: &Checked, error: &PolarsError) -> Box<Fault> {
    tables::polars_refused(Fault::new(FaultCode::QueryInvalid), error).because(&checked.text)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use polars::prelude::{DataFrame, IntoLazy};
    use proptest::prelude::*;

    use super::Formula;
    use crate::method::sql::{Role, check_expression};
    use crate::tables::{ResultRow, Table, int64s, texts};

    fn formula(per_pupil: &str, among: Option<&str>) -> Formula {
        let checked = |text| check_expression(text, ResultRow::SPEC, &[], Role::Pupil).unwrap();
        Formula::Pupils { per_pupil: checked(per_pupil), among: among.map(checked) }
    }

    fn sat(school: u32, pupil: Option<u32>, grade: i32, class: &str, below: Option<bool>) -> ResultRow {
        ResultRow {
            year: 2025,
            procedure: "oge".into(),
            grade,
            subject: "ma".into(),
            school_id: school.to_string(),
            class: Some(class.into()),
            pupil_code: pupil.map(|pupil| pupil.to_string()),
            below_min: below,
            status: "present".into(),
            ..ResultRow::default()
        }
    }

    fn counts(frame: &DataFrame, key: &str) -> BTreeMap<String, (i64, i64)> {
        let counts =
            int64s(frame, "numerator").unwrap().into_iter().zip(int64s(frame, "denominator").unwrap());
        let keys = texts(frame, key).unwrap().into_iter().flatten();
        keys.zip(counts.map(|(x, n)| (x.unwrap(), n.unwrap()))).collect()
    }

    #[test]
    fn a_class_of_two_spellings_is_one_pupil_once() {
        let rows = vec![sat(1, Some(7), 9, "9Б", Some(true)), sat(1, Some(7), 9, "9А", Some(true))];
        let two = formula("SUM(CASE WHEN below_min THEN 1 ELSE 0 END) >= 2", None);
        let frame = ResultRow::frame(rows).unwrap().lazy();
        let by_class = two
            .count(two.counted(frame, true).unwrap(), &["year", "school_id", "grade", "class"])
            .unwrap()
            .collect()
            .unwrap();
        assert_eq!(counts(&by_class, "class"), BTreeMap::from([("9А".to_owned(), (1, 1))]));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 80, ..ProptestConfig::default() })]
        /// The plain way: gather the rows of each pupil, ask, count.
        #[test]
        fn pupils_are_counted_as_one_would_by_hand(
            rows in prop::collection::vec((0u32..3, prop::option::of(0u32..4), 9i32..11, prop::option::of(prop::bool::ANY)), 0..60)
        ) {
            let two = formula(
                "SUM(CASE WHEN below_min THEN 1 ELSE 0 END) >= 2",
                Some("COUNT(below_min) > 0"),
            );
            let table: Vec<ResultRow> =
                rows.iter().map(|&(school, pupil, grade, below)| sat(school, pupil, grade, "a", below)).collect();
            let frame = ResultRow::frame(table).unwrap();
            let mut pupils: BTreeMap<(u32, u32, i32), Vec<Option<bool>>> = BTreeMap::new();
            for &(school, pupil, grade, below) in &rows {
                if let Some(pupil) = pupil {
                    pupils.entry((school, pupil, grade)).or_default().push(below);
                }
            }
            let mut plain: BTreeMap<String, (i64, i64)> = BTreeMap::new();
            for ((school, ..), said) in &pupils {
                let (known, below) = (said.iter().flatten().count(), said.iter().flatten().filter(|b| **b).count());
                let (x, n) = plain.entry(school.to_string()).or_default();
                *x += i64::from(known > 0 && below >= 2);
                *n += i64::from(known > 0);
            }
            let counted = two.counted(frame.clone().lazy(), false).unwrap();
            let counted = two.count(counted, &["year", "school_id"]).unwrap().collect().unwrap();
            prop_assert_eq!(counts(&counted, "school_id"), plain.clone());
            let [above, below] = two.beside_rows().unwrap().unwrap();
            let beside = frame.lazy().with_columns([above, below]).collect().unwrap();
            let (above, below) = (int64s(&beside, "numerator").unwrap(), int64s(&beside, "denominator").unwrap());
            for (position, &(school, pupil, grade, _)) in rows.iter().enumerate() {
                let said = pupil.map(|pupil| &pupils[&(school, pupil, grade)]);
                let known = said.is_some_and(|said| said.iter().any(Option::is_some));
                let low = said.is_some_and(|said| said.iter().flatten().filter(|b| **b).count() >= 2);
                prop_assert_eq!((above[position], below[position]), (Some(i64::from(known && low)), Some(i64::from(known))));
            }
        }
    }
}
