//! Grades of evidence against who truly inflates.

use std::collections::BTreeMap;

use super::Judged;
use super::counts::{Agreement, BySize, SizeClass};
use super::truth::Truth;
use crate::base::Result;
use crate::tables::{int64s, texts};

/// How right a grade is: schools, by their usual number of participants in a test.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct EvidenceScore {
    /// `vpr_inflated`, `journal_inflated`: true of a school that inflates any of its tests.
    pub finding: String,
    /// The grade; a higher one counts too.
    pub evidence: String,
    /// By size.
    pub schools: Vec<Agreement>,
}

const GRADES: [&str; 3] = ["weak", "moderate", "strong"];

pub(super) fn score(judged: &Judged<'_>, truth: &Truth) -> Result<Vec<EvidenceScore>> {
    let Some(frame) = (judged.tables)("marker_evidence")? else { return Ok(Vec::new()) };
    let (findings, schools) = (texts(&frame, "finding")?, texts(&frame, "school_id")?);
    let (grades, sizes) = (texts(&frame, "evidence")?, int64s(&frame, "participants")?);
    let mut inflated: BTreeMap<&str, [bool; 2]> = BTreeMap::new();
    for line in truth.tests.iter().filter(|line| line.procedure == "vpr") {
        let [vpr, journal] = inflated.entry(&line.school).or_default();
        *vpr |= line.vpr_inflated;
        *journal |= line.journal_inflated;
    }
    let mut by_grade: BTreeMap<(String, usize), BySize> = BTreeMap::new();
    for ((finding, school), (grade, size)) in
        findings.into_iter().zip(schools).zip(grades.into_iter().zip(sizes))
    {
        let (Some(finding), Some(school), Some(grade)) = (finding, school, grade) else { continue };
        let Some([vpr, journal]) = inflated.get(school.as_str()) else { continue };
        let is_true = if finding == "vpr_inflated" { *vpr } else { *journal };
        let reached = GRADES.iter().position(|one| *one == grade);
        let size = SizeClass::of(f64::from(i32::try_from(size.unwrap_or_default()).unwrap_or(i32::MAX)));
        for at in 0..GRADES.len() {
            let said = reached.is_some_and(|reached| reached >= at);
            by_grade.entry((finding.clone(), at)).or_default().add(size, Some(said), is_true);
        }
    }
    let line = |((finding, at), by_size): (&(String, usize), &BySize)| EvidenceScore {
        finding: finding.clone(),
        evidence: GRADES.get(*at).copied().unwrap_or_default().to_owned(),
        schools: by_size.agreements(),
    };
    Ok(by_grade.iter().map(line).collect())
}
