//! What is true of a region, and stands in no file that a school sends.
//!
//! The truth is collected while the results are made ([`Records`]) and written to `truth/`, which no stage may read.

mod tables;
mod verdict;

use std::collections::BTreeMap;
use std::path::PathBuf;

use rayon::prelude::*;
use toml::{Table, Value};

use crate::base::{Fault, FaultCode, Result, Year};
use crate::lake::parquet;
use crate::synth::Artefact;
use crate::synth::blueprint::Subject;
use crate::synth::calibration::Line;
use crate::synth::context::{FACTORS, weights};
use crate::synth::exam::judging;
use crate::synth::identity::Change;
use crate::synth::record::TestRecord;
use crate::synth::region::Region;
use crate::synth::school::School;
use crate::synth::vpr::slope;
use crate::tables::Table as _;

pub use tables::{FactorTruth, IdentityTruth, SchoolTruth, TestTruth};

/// Procedure, grade and subject.
pub type Test = (&'static str, i32, Subject);

/// Years in which a resilient school is better than its context explains.
const RESILIENT_YEARS: usize = 2;
/// By how much it is, in standard deviations of the pupils of a school.
const RESILIENT_BY: f64 = 0.1;

/// The schools in a test of a year.
#[derive(Debug, Clone, PartialEq)]
pub struct Records {
    /// The year.
    pub year: Year,
    /// The test.
    pub test: Test,
    /// The number of each school that sat it, with what is known of it, in the order of the schools' ids.
    pub schools: Vec<(u32, TestRecord)>,
}

/// The truth of a region.
#[derive(Debug, Clone, PartialEq)]
pub struct Truth {
    /// Schools by year.
    pub schools: Vec<SchoolTruth>,
    /// Schools by test, in the order of the table's key.
    pub tests: Vec<Records>,
    /// Social shares.
    pub factors: Vec<FactorTruth>,
    /// Changes of schools.
    pub identities: Vec<IdentityTruth>,
}

impl Region {
    /// Every test of a year in the order of the table's key.
    #[must_use]
    pub fn tests(&self) -> Vec<Test> {
        let exams = [("ege", 11), ("oge", 9)].into_iter();
        let exams =
            exams.flat_map(|(procedure, grade)| Subject::ALL.map(|subject| (procedure, grade, subject)));
        exams.chain(self.vpr_tests().map(|(grade, subject)| ("vpr", grade, subject))).collect()
    }

    /// Every test of every year, a ВПР with its wave.
    fn sittings(&self) -> Vec<(Year, Test, Option<&'static str>)> {
        let tests = self.tests();
        let years = self.years.iter();
        let wave = |year, test: &Test| (test.0 == "vpr").then(|| self.wave(year));
        years.flat_map(|&year| tests.iter().map(move |test| (year, *test, wave(year, test)))).collect()
    }

    /// The numbers of the schools in the order of their ids.
    #[must_use]
    pub fn by_id(&self) -> Vec<u32> {
        let mut numbers: Vec<u32> = (0..).take(self.schools.len()).collect();
        numbers.sort_by_cached_key(|&number| self.numbered(number).map(School::id));
        numbers
    }

    pub(in crate::synth) fn numbered(&self, number: u32) -> Option<&School> {
        self.schools.get(usize::try_from(number).ok()?)
    }

    /// What is known of every school in every test, without the results themselves.
    #[must_use]
    pub fn records(&self) -> Vec<Records> {
        let numbers = self.by_id();
        let tests = self.tests();
        let parts = self.years.iter().flat_map(|&year| tests.iter().map(move |&test| (year, test)));
        let one = |(year, test)| {
            let record = |&number: &u32| Some((number, self.record(self.numbered(number)?, year, test)?));
            Records { year, test, schools: numbers.par_iter().filter_map(record).collect() }
        };
        parts.map(one).collect()
    }

    fn record(&self, school: &School, year: Year, (procedure, grade, subject): Test) -> Option<TestRecord> {
        let attempts = match procedure {
            "vpr" => return self.vpr_with_truth(school, year, grade, subject).map(|(_, record)| record),
            "oge" => self.oge(school, year),
            _ => self.ege(school, year),
        };
        let (exam, curve) = judging(procedure, subject)?;
        TestRecord::of_exam(&attempts, *exam, curve)
    }

    /// The truth, where the records of its tests are known.
    ///
    /// # Errors
    /// None but for a bug.
    pub fn truth(&self, tests: Vec<Records>) -> Result<Truth> {
        let rule = verdict::Rule::new(&self.sittings())?;
        let low = rule.verdicts(&tests, |record| record.true_low_share);
        let marked = rule.verdicts(&tests, |record| record.marked_low_share);
        let (factors, identities) = (self.factor_truth(), self.identity_truth());
        Ok(Truth { schools: self.school_truth(&low, &marked), tests, factors, identities })
    }

    fn school_truth(
        &self,
        low: &BTreeMap<(Year, u32), Option<bool>>,
        marked: &BTreeMap<(Year, u32), Option<bool>>,
    ) -> Vec<SchoolTruth> {
        let grades = [4, 5, 6, 7, 8].map(|grade| self.lasting_sd(grade));
        let context_sd =
            crate::stats::mean(&grades).unwrap_or_default() * self.profile.ability.context_r2.sqrt();
        let numbers = self.by_id();
        let proficiency: BTreeMap<u32, Vec<Option<f64>>> = numbers
            .par_iter()
            .filter_map(|&number| {
                let school = self.numbered(number)?;
                Some((number, self.years.iter().map(|&year| self.proficiency(school, year)).collect()))
            })
            .collect();
        let better = |number: u32, school: &School| {
            let effect = context_sd * school.hidden.context;
            let years = proficiency.get(&number).map(Vec::as_slice).unwrap_or_default();
            let better = years.iter().flatten().filter(|&&level| level > effect + RESILIENT_BY).count();
            better >= RESILIENT_YEARS.min(years.iter().flatten().count()).max(1)
        };
        let mut rows = Vec::new();
        for (at, &year) in self.years.iter().enumerate() {
            let here = || self.schools.iter().filter(|school| school.exists(year));
            let mut contexts: Vec<f64> = here().map(|school| school.hidden.context).collect();
            contexts.sort_by(f64::total_cmp);
            let third = contexts.get(contexts.len() / 3).copied().unwrap_or(f64::NEG_INFINITY);
            for &number in &numbers {
                let Some(school) = self.numbered(number).filter(|school| school.exists(year)) else {
                    continue;
                };
                let level = proficiency.get(&number).and_then(|years| years.get(at)).copied().flatten();
                let adverse = school.hidden.context < third;
                rows.push(SchoolTruth {
                    year: year.0,
                    school_id: school.id(),
                    proficiency: level.unwrap_or_default(),
                    context_effect: context_sd * school.hidden.context,
                    hardship: school.hidden.hardship,
                    truly_low: low.get(&(year, number)).copied().flatten(),
                    marked_low: marked.get(&(year, number)).copied().flatten(),
                    adverse,
                    resilient: adverse && better(number, school),
                    trajectory: trajectory(school.hidden.drift).to_owned(),
                });
            }
        }
        rows
    }

    /// The mean ability of the pupils in the tested grades; `None` where it has none.
    fn proficiency(&self, school: &School, year: Year) -> Option<f64> {
        let abilities: Vec<f64> = [4, 5, 6, 7, 8, 9, 11]
            .into_iter()
            .flat_map(|grade| self.pupils(school, year, grade))
            .map(|pupil| f64::midpoint(pupil.ability[0], pupil.ability[1]))
            .collect();
        crate::stats::mean(&abilities)
    }

    fn factor_truth(&self) -> Vec<FactorTruth> {
        let r2 = self.profile.ability.context_r2;
        let mut rows = Vec::new();
        for (factor, weight) in FACTORS.iter().zip(weights(&self.profile)) {
            for procedure in ["ege", "oge", "vpr"] {
                let shift = if self.context_sd > 0.0 { r2.sqrt() * weight / self.context_sd } else { 0.0 };
                let slopes: Vec<f64> = self
                    .tests()
                    .into_iter()
                    .filter(|&(of, ..)| of == procedure)
                    .filter_map(|test| Some(self.slope(test)? * self.lasting_sd(test.1)))
                    .collect();
                let effect = shift * crate::stats::mean(&slopes).unwrap_or_default();
                let (factor, procedure) = (factor.measure.to_owned(), procedure.to_owned());
                // an inert share has 0 and not -0
                rows.push(FactorTruth { factor, procedure, effect: effect + 0.0, acts: effect.abs() > 0.0 });
            }
        }
        rows.sort_by(|a, b| (&a.factor, &a.procedure).cmp(&(&b.factor, &b.procedure)));
        rows
    }

    fn slope(&self, (procedure, grade, subject): Test) -> Option<f64> {
        match judging(procedure, subject) {
            _ if procedure == "vpr" => self.vpr_slope(grade, subject),
            Some((exam, curve)) => Some(slope(curve, exam.selection())),
            None => None,
        }
    }

    fn identity_truth(&self) -> Vec<IdentityTruth> {
        let mut rows: Vec<IdentityTruth> =
            self.schools.iter().filter_map(|school| self.identity(school)).collect();
        let key = |row: &IdentityTruth| (row.from_year, row.kind.clone(), row.old_code.clone());
        rows.sort_by_cached_key(key);
        rows
    }

    fn identity(&self, school: &School) -> Option<IdentityTruth> {
        let place =
            |number: usize| self.municipalities.get(number).map(|m| m.name.clone()).unwrap_or_default();
        let of = |number: &usize| self.schools.get(*number).map(|host| (host.id(), host.name_short.clone()));
        let own = (school.id(), school.name_short.clone());
        let (kind, from, old, new) = match school.change.as_ref()? {
            Change::Renamed { from, old_short, .. } => {
                ("rename", from, (own.0.clone(), old_short.clone()), own)
            }
            Change::Merged { from, host } => ("merge", from, own, of(host)?),
            Change::Split { from, host } => ("split", from, of(host)?, own),
            Change::Moved { from, old } => {
                let now = (own.0.clone(), place(school.municipality));
                ("municipality", from, (own.0, place(*old)), now)
            }
        };
        Some(IdentityTruth {
            kind: kind.to_owned(),
            from_year: from.0,
            old_code: old.0,
            new_code: new.0,
            old_name: old.1,
            new_name: new.1,
        })
    }
}

fn trajectory(drift: f64) -> &'static str {
    match drift {
        d if d > 0.0 => "improving",
        d if d < 0.0 => "falling",
        _ => "steady",
    }
}

impl Truth {
    /// The truth as files below the target folder.
    ///
    /// # Errors
    /// `E101` where a table cannot be encoded: a bug.
    pub fn artefacts(&self, region: &Region, calibration: &[Line]) -> Result<Vec<Artefact>> {
        let bug = |error: serde_json::Error| Fault::new(FaultCode::Bug).because(error);
        let tests = self.tests.iter().map(|records| TestTruth::frame(rows(region, records)));
        Ok(vec![
            artefact("school.parquet", encoded(self.schools.clone())?),
            artefact("test.parquet", parquet::encode_parts(TestTruth::SPEC, tests)?),
            artefact("factor.parquet", encoded(self.factors.clone())?),
            artefact("identity.parquet", encoded(self.identities.clone())?),
            artefact("profile.toml", profile(region)?.into_bytes()),
            artefact("calibration.json", serde_json::to_vec_pretty(calibration).map_err(bug)?),
        ])
    }
}

fn artefact(name: &str, bytes: Vec<u8>) -> Artefact {
    Artefact { path: PathBuf::from("truth").join(name), bytes }
}

fn encoded<T: crate::tables::Table>(rows: Vec<T>) -> Result<Vec<u8>> {
    parquet::encode(T::SPEC, &T::frame(rows)?)
}

/// The rows of a test.
pub(in crate::synth) fn rows(region: &Region, records: &Records) -> Vec<TestTruth> {
    let (procedure, grade, subject) = records.test;
    let count = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
    let row = |(number, record): &(u32, TestRecord)| TestTruth {
        year: records.year.0,
        wave: (procedure == "vpr").then(|| region.wave(records.year).to_owned()),
        procedure: procedure.to_owned(),
        grade,
        subject: subject.id().to_owned(),
        school_id: region.numbered(*number).map(School::id).unwrap_or_default(),
        participants: count(record.participants),
        true_low_share: record.true_low_share,
        marked_low_share: record.marked_low_share,
        vpr_lifted: count(record.vpr_lifted),
        journal_lifted: count(record.journal_lifted),
        vpr_inflated: record.vpr_inflated,
        journal_inflated: record.journal_inflated,
    };
    records.schools.iter().map(row).collect()
}

/// The whole profile as used, and how the region was made with it: the same region comes out of it again.
fn profile(region: &Region) -> Result<String> {
    let bug = |error: toml::ser::Error| Fault::new(FaultCode::Bug).because(error);
    let years = region.years.iter().map(|year| Value::Integer(year.0.into())).collect();
    let made = Table::from_iter([
        ("program".to_owned(), Value::String(format!("rsoko {}", env!("CARGO_PKG_VERSION")))),
        ("schools".to_owned(), Value::Integer(i64::try_from(region.schools.len()).unwrap_or(i64::MAX))),
        ("years".to_owned(), Value::Array(years)),
        // as text: a seed may be larger than the whole numbers of TOML
        ("seed".to_owned(), Value::String(region.drawn_with.to_string())),
    ]);
    let mut whole = region.profile.declared.clone();
    whole.insert("made".to_owned(), Value::Table(made));
    toml::to_string(&whole).map_err(bug)
}
