//! Signs of doubtful marks of one school, with what they rest on.

use crate::base::Result;
use crate::explain::find::{SchoolCard, find_school};
use crate::explain::source::{TableSource, at, is, rows_if_there};
use crate::tables::{bools, floats, int64s, ints, texts};
use polars::prelude::lit;

/// All signs of a school.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Signs {
    /// Who it is.
    pub school: SchoolCard,
    /// The grade in each of the two findings.
    pub evidence: Vec<EvidenceLine>,
    /// What each kind says over all years and year by year.
    pub kinds: Vec<KindLine>,
    /// Tests that are flagged, ours and those of the federal algorithm.
    pub flags: Vec<FlagLine>,
    /// What the three policies would make of its place on the lists.
    pub policies: Vec<PolicyLine>,
    /// The official lists that name it, whatever we find.
    pub official: Vec<OfficialLine>,
}

/// An entry of an official list.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct OfficialLine {
    /// The year.
    pub year: i32,
    /// `federal_bias` (schools with signs of biased results), `federal`, `regional`.
    pub list: String,
    /// The document by which the list came.
    pub document: Option<String>,
}

/// A finding with its grade.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct EvidenceLine {
    /// `journal_inflated`, `vpr_inflated`.
    pub finding: String,
    /// `none`, `weak`, `moderate`, `strong`.
    pub evidence: String,
    /// Kinds that speak for it.
    pub speak_for: Vec<String>,
    /// Kinds that speak against it.
    pub speak_against: Vec<String>,
    /// Years in which it shows by itself.
    pub years: String,
    /// Usual participants in a test.
    pub size_band: String,
    /// Of honest schools of this size, so many reach the grade.
    pub false_flags: Option<f64>,
    /// Its Monte-Carlo error.
    pub false_flags_error: Option<f64>,
}

/// A kind of evidence.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct KindLine {
    /// The finding that it speaks of.
    pub finding: String,
    /// The kind.
    pub marker: String,
    /// The year; `None` for all years.
    pub year: Option<i32>,
    /// Tests.
    pub tests: i64,
    /// What was found.
    pub statistic: f64,
    /// What the region lets expect.
    pub expected: f64,
    /// `share`, `sd`, …
    pub unit: String,
    /// p.
    pub p: f64,
    /// q, for all years.
    pub q: Option<f64>,
    /// More than a trifle?
    pub gate: bool,
}

/// A flagged test.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct FlagLine {
    /// `rsoko`, `fioko_official`.
    pub marker_set: String,
    /// The sign.
    pub marker: String,
    /// The year.
    pub year: i32,
    /// The grade.
    pub grade: i32,
    /// The subject.
    pub subject: String,
    /// Pupils.
    pub participants: i64,
    /// What was found.
    pub statistic: Option<f64>,
    /// What it is compared with.
    pub expected: Option<f64>,
    /// The unit.
    pub unit: String,
}

/// The school's place on a list under a policy.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct PolicyLine {
    /// The list.
    pub list: String,
    /// `flag`, `exclude`, `count_as_low`.
    pub policy: String,
    /// Its place.
    pub state: String,
    /// Is it another than by the method?
    pub changed: bool,
}

/// The signs of a school.
///
/// # Errors
/// `E202` where there is no such school, `E803` where a table is not what it should be.
pub fn signs(source: TableSource<'_>, wanted: &str) -> Result<Signs> {
    let school = find_school(source, wanted)?;
    let id = school.school_id.clone();
    Ok(Signs {
        evidence: evidence(source, &id)?,
        kinds: kinds(source, &id)?,
        flags: flags(source, &id)?,
        policies: policies(source, &id)?,
        official: official(source, &id)?,
        school,
    })
}

fn split(text: Option<String>) -> Vec<String> {
    text.unwrap_or_default().split(", ").filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn evidence(source: TableSource<'_>, school: &str) -> Result<Vec<EvidenceLine>> {
    let frame = rows_if_there(source, "marker_evidence", None, is("school_id", school))?;
    let (findings, grades) = (texts(&frame, "finding")?, texts(&frame, "evidence")?);
    let (speak_for, against) = (texts(&frame, "speak_for")?, texts(&frame, "speak_against")?);
    let (years, bands) = (texts(&frame, "years")?, texts(&frame, "size_band")?);
    let (rates, errors) = (floats(&frame, "false_flags")?, floats(&frame, "false_flags_error")?);
    let line = |row: usize| EvidenceLine {
        finding: at(&findings, row).unwrap_or_default(),
        evidence: at(&grades, row).unwrap_or_default(),
        speak_for: split(at(&speak_for, row)),
        speak_against: split(at(&against, row)),
        years: at(&years, row).unwrap_or_default(),
        size_band: at(&bands, row).unwrap_or_default(),
        false_flags: at(&rates, row),
        false_flags_error: at(&errors, row),
    };
    Ok((0..frame.height()).map(line).collect())
}

fn kinds(source: TableSource<'_>, school: &str) -> Result<Vec<KindLine>> {
    let frame = rows_if_there(source, "marker_kind", None, is("school_id", school))?;
    let (findings, markers) = (texts(&frame, "finding")?, texts(&frame, "marker")?);
    let (years, tests, units) = (ints(&frame, "year")?, int64s(&frame, "tests")?, texts(&frame, "unit")?);
    let (statistics, expected) = (floats(&frame, "statistic")?, floats(&frame, "expected")?);
    let (p, q, gates) = (floats(&frame, "p")?, floats(&frame, "q")?, bools(&frame, "gate")?);
    let line = |row: usize| KindLine {
        finding: at(&findings, row).unwrap_or_default(),
        marker: at(&markers, row).unwrap_or_default(),
        year: at(&years, row),
        tests: at(&tests, row).unwrap_or_default(),
        statistic: at(&statistics, row).unwrap_or_default(),
        expected: at(&expected, row).unwrap_or_default(),
        unit: at(&units, row).unwrap_or_default(),
        p: at(&p, row).unwrap_or(1.0),
        q: at(&q, row),
        gate: at(&gates, row).unwrap_or_default(),
    };
    Ok((0..frame.height()).map(line).collect())
}

fn flags(source: TableSource<'_>, school: &str) -> Result<Vec<FlagLine>> {
    let flagged = polars::prelude::col("flag").eq(lit(true));
    let frame = rows_if_there(source, "marker", None, is("school_id", school).and(flagged))?;
    let (sets, markers) = (texts(&frame, "marker_set")?, texts(&frame, "marker")?);
    let (years, grades, subjects) =
        (ints(&frame, "year")?, ints(&frame, "grade")?, texts(&frame, "subject")?);
    let (participants, units) = (int64s(&frame, "participants")?, texts(&frame, "unit")?);
    let (statistics, expected) = (floats(&frame, "statistic")?, floats(&frame, "expected")?);
    let line = |row: usize| FlagLine {
        marker_set: at(&sets, row).unwrap_or_default(),
        marker: at(&markers, row).unwrap_or_default(),
        year: at(&years, row).unwrap_or_default(),
        grade: at(&grades, row).unwrap_or_default(),
        subject: at(&subjects, row).unwrap_or_default(),
        participants: at(&participants, row).unwrap_or_default(),
        statistic: at(&statistics, row),
        expected: at(&expected, row),
        unit: at(&units, row).unwrap_or_default(),
    };
    Ok((0..frame.height()).map(line).collect())
}

fn policies(source: TableSource<'_>, school: &str) -> Result<Vec<PolicyLine>> {
    let frame = rows_if_there(source, "list_policy", None, is("school_id", school))?;
    let (lists, policies) = (texts(&frame, "list")?, texts(&frame, "policy")?);
    let (states, changed) = (texts(&frame, "state")?, bools(&frame, "changed")?);
    let line = |row: usize| PolicyLine {
        list: at(&lists, row).unwrap_or_default(),
        policy: at(&policies, row).unwrap_or_default(),
        state: at(&states, row).unwrap_or_default(),
        changed: at(&changed, row).unwrap_or_default(),
    };
    Ok((0..frame.height()).map(line).collect())
}

fn official(source: TableSource<'_>, school: &str) -> Result<Vec<OfficialLine>> {
    let frame = rows_if_there(source, "official_list", None, is("school_id", school))?;
    let (years, lists) = (ints(&frame, "year")?, texts(&frame, "list")?);
    let documents = texts(&frame, "document")?;
    let line = |row: usize| OfficialLine {
        year: at(&years, row).unwrap_or_default(),
        list: at(&lists, row).unwrap_or_default(),
        document: at(&documents, row),
    };
    Ok((0..frame.height()).map(line).collect())
}
