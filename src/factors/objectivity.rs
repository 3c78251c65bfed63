//! What is known of the objectivity of a school's results.

use std::collections::BTreeMap;

use polars::prelude::DataFrame;

use crate::base::Result;
use crate::tables::{int64s, texts};

/// The columns of `marker_evidence` that are read.
pub(super) const COLUMNS: &[&str] = &["finding", "school_id", "evidence", "kinds_known"];

/// What is known of a school.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Objectivity {
    /// Tested, and nothing found that is more than weak.
    Clear,
    /// Signs of inflated marks.
    Marked,
    /// No test of it: not the same as clear.
    Untested,
}

impl Objectivity {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Clear => "clear",
            Self::Marked => "marked",
            Self::Untested => "untested",
        }
    }
}

/// Of all schools.
#[derive(Debug, Default)]
pub(super) struct Signs(BTreeMap<String, Objectivity>);

impl Signs {
    pub(super) fn read(frame: &DataFrame) -> Result<Self> {
        if frame.height() == 0 {
            return Ok(Self::default());
        }
        let (findings, schools) = (texts(frame, "finding")?, texts(frame, "school_id")?);
        let (grades, known) = (texts(frame, "evidence")?, int64s(frame, "kinds_known")?);
        let mut signs = BTreeMap::new();
        let rows = findings.into_iter().zip(schools).zip(grades.into_iter().zip(known));
        for ((finding, school), (grade, known)) in rows {
            let (Some("vpr_inflated"), Some(school)) = (finding.as_deref(), school) else { continue };
            let objectivity = match grade.as_deref() {
                Some("moderate" | "strong") => Objectivity::Marked,
                _ if known.unwrap_or_default() > 0 => Objectivity::Clear,
                _ => Objectivity::Untested,
            };
            signs.insert(school, objectivity);
        }
        Ok(Self(signs))
    }

    /// Has no school been tested?
    pub(super) fn is_empty(&self) -> bool {
        self.0.values().all(|objectivity| *objectivity == Objectivity::Untested)
    }

    pub(super) fn of(&self, school: &str) -> Objectivity {
        self.0.get(school).copied().unwrap_or(Objectivity::Untested)
    }
}

#[cfg(test)]
mod tests {
    use super::{Objectivity, Signs};
    use crate::tables::{MarkerEvidence, Table};

    #[test]
    fn untested_is_not_unmarked_and_a_journal_says_nothing_of_a_test() {
        let row = |finding: &str, school: &str, evidence: &str, kinds_known: i64| MarkerEvidence {
            finding: finding.into(),
            school_id: school.into(),
            evidence: evidence.into(),
            kinds_known,
            ..MarkerEvidence::default()
        };
        let rows = vec![
            row("vpr_inflated", "a", "none", 3),
            row("vpr_inflated", "b", "strong", 3),
            row("vpr_inflated", "c", "none", 0),
            row("journal_inflated", "d", "strong", 3),
            row("vpr_inflated", "e", "weak", 2),
        ];
        let signs = Signs::read(&MarkerEvidence::frame(rows).unwrap()).unwrap();
        let said = ["a", "b", "c", "d", "e", "f"].map(|school| signs.of(school));
        use Objectivity::{Clear, Marked, Untested};
        assert_eq!(said, [Clear, Marked, Untested, Untested, Clear, Untested]);
        assert!(!signs.is_empty() && Signs::default().is_empty());
    }
}
