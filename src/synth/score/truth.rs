//! The truth of a region, read again from its files.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::DataFrame;

use crate::base::{Fault, FaultCode, Place, Result, Year};
use crate::lake::parquet;
use crate::synth::counted::Kind;
use crate::synth::files::DirtRow;
use crate::synth::truth::{FactorTruth, TestTruth};
use crate::tables::{Table, TableSpec, bools, floats, ints, texts};

/// A school in a test.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct TestLine {
    pub year: Year,
    pub wave: Option<String>,
    pub procedure: String,
    pub grade: i32,
    pub subject: String,
    pub school: String,
    pub participants: f64,
    /// Marked honestly.
    pub low_share: f64,
    /// As the school marks.
    pub marked_share: f64,
    pub vpr_inflated: bool,
    pub journal_inflated: bool,
}

/// What is true of a region.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Truth {
    pub(super) tests: Vec<TestLine>,
    /// By factor and procedure: what ten percentage points more add to the logit of the share of low results.
    pub(super) factors: BTreeMap<(String, String), f64>,
    pub(super) dirt: Vec<DirtRow>,
}

impl Truth {
    /// Reads the truth: `read` gives the bytes of a file of its folder, or nothing where there is none.
    ///
    /// # Errors
    /// `E202` where nothing of it is there, `E803` where a table is damaged, else what `read` says.
    pub fn read(read: &dyn Fn(&str) -> Result<Option<Vec<u8>>>) -> Result<Self> {
        let table = |name: &str, spec: &'static TableSpec| -> Result<Option<DataFrame>> {
            let bytes = read(&format!("{name}.parquet"))?;
            bytes.map(|bytes| parquet::decode(spec, &bytes, None)).transpose()
        };
        let tests = table("test", TestTruth::SPEC)?;
        let factors = table("factor", FactorTruth::SPEC)?;
        let dirt = table("dirt", DirtRow::SPEC)?;
        if tests.is_none() && dirt.is_none() {
            return Err(Fault::new(FaultCode::NotFound)
                .at(Place::File("truth".to_owned()))
                .with("truth", "truth"));
        }
        Ok(Self {
            tests: tests.as_ref().map(test_lines).transpose()?.unwrap_or_default(),
            factors: factors.as_ref().map(factor_lines).transpose()?.unwrap_or_default(),
            dirt: dirt.as_ref().map(dirt_lines).transpose()?.unwrap_or_default(),
        })
    }

    /// Mean participants of each school over its tests of a year.
    pub(super) fn sizes(&self, year: Year) -> BTreeMap<&str, f64> {
        let mut sums: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
        for line in self.tests.iter().filter(|line| line.year == year) {
            let sum = sums.entry(&line.school).or_default();
            *sum = (sum.0 + line.participants, sum.1 + 1.0);
        }
        sums.into_iter().map(|(school, (sum, tests))| (school, sum / tests)).collect()
    }
}

/// The folder in the workspace to which the paths of planted dirt belong: the deepest one above all sources for which
/// `holds` says yes. Sources are paths with `/`.
#[must_use]
pub fn base_of(sources: &[String], holds: &dyn Fn(&str) -> bool) -> Option<String> {
    let first = sources.first()?;
    let mut base = first.rsplit_once('/').map_or("", |(folder, _)| folder);
    loop {
        let above = |path: &String| base.is_empty() || path.starts_with(&format!("{base}/"));
        if sources.iter().all(above) && holds(base) {
            return Some(base.to_owned());
        }
        if base.is_empty() {
            return None;
        }
        base = base.rsplit_once('/').map_or("", |(folder, _)| folder);
    }
}

fn test_lines(frame: &DataFrame) -> Result<Vec<TestLine>> {
    let (years, waves) = (ints(frame, "year")?, texts(frame, "wave")?);
    let (procedures, subjects) = (texts(frame, "procedure")?, texts(frame, "subject")?);
    let (grades, schools) = (ints(frame, "grade")?, texts(frame, "school_id")?);
    let participants = ints(frame, "participants")?;
    let honest = floats(frame, "true_low_share")?.into_iter();
    let shares = honest.zip(floats(frame, "marked_low_share")?);
    let (vpr, journal) = (bools(frame, "vpr_inflated")?, bools(frame, "journal_inflated")?);
    let rows = years.into_iter().zip(waves).zip(procedures.into_iter().zip(subjects));
    let rows = rows.zip(grades.into_iter().zip(schools)).zip(participants.into_iter().zip(shares));
    let rows = rows.zip(vpr.into_iter().zip(journal));
    Ok(rows
        .map(
            |(
                ((((year, wave), (procedure, subject)), (grade, school)), (n, (share, marked))),
                (vpr, journal),
            )| {
                TestLine {
                    year: Year(year.unwrap_or_default()),
                    wave,
                    procedure: procedure.unwrap_or_default(),
                    grade: grade.unwrap_or_default(),
                    subject: subject.unwrap_or_default(),
                    school: school.unwrap_or_default(),
                    participants: f64::from(n.unwrap_or_default()),
                    low_share: share.unwrap_or_default(),
                    marked_share: marked.unwrap_or_default(),
                    vpr_inflated: vpr.unwrap_or_default(),
                    journal_inflated: journal.unwrap_or_default(),
                }
            },
        )
        .collect())
}

fn factor_lines(frame: &DataFrame) -> Result<BTreeMap<(String, String), f64>> {
    let keys = texts(frame, "factor")?.into_iter().zip(texts(frame, "procedure")?);
    let effects = floats(frame, "effect")?;
    let rows =
        keys.zip(effects).filter_map(|((factor, procedure), effect)| Some(((factor?, procedure?), effect?)));
    Ok(rows.collect())
}

fn dirt_lines(frame: &DataFrame) -> Result<Vec<DirtRow>> {
    let (paths, sheets) = (texts(frame, "path")?, texts(frame, "sheet")?);
    let (columns, rows) = (texts(frame, "column")?, ints(frame, "row")?);
    let (kinds, codes) = (texts(frame, "kind")?, texts(frame, "code")?);
    let values = texts(frame, "value")?;
    let places = paths.into_iter().zip(sheets).zip(columns.into_iter().zip(rows));
    let all = places.zip(kinds.into_iter().zip(codes)).zip(values);
    Ok(all
        .map(|((((path, sheet), (column, row)), (kind, code)), value)| DirtRow {
            path: path.unwrap_or_default(),
            sheet: sheet.unwrap_or_default(),
            column,
            row,
            kind: kind.unwrap_or_default(),
            code,
            value,
        })
        .collect())
}

impl TestLine {
    /// Which test it is.
    pub fn kind(&self) -> Kind<'_> {
        (self.year, &self.procedure, self.grade, &self.subject, self.wave.as_deref())
    }
}

/// The tests that there are.
pub(super) fn kinds(tests: &[TestLine]) -> BTreeSet<Kind<'_>> {
    tests.iter().map(TestLine::kind).collect()
}

#[cfg(test)]
mod tests {
    use super::base_of;

    #[test]
    fn the_truth_stands_beside_the_sources() {
        let sources = ["data/demo/vpr/2023/a.xlsx", "data/demo/ris/b.csv"].map(str::to_owned);
        let base = |holding: &str| base_of(&sources, &|folder| folder == holding);
        assert_eq!(base("data/demo").as_deref(), Some("data/demo"));
        assert_eq!(base("data").as_deref(), Some("data"));
        assert_eq!(base("").as_deref(), Some(""));
        assert_eq!(base("data/demo/vpr"), None);
        assert_eq!(base_of(&[], &|_| true), None);
    }
}
