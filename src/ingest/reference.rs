//! Reference data that reading needs: scales of VPR by year, minima of exams, spellings of subjects.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;

use crate::base::{Fault, FaultCode, Place, Result, not_toml};
use crate::ingest::words::fold;

/// A scale of VPR: from which score the marks 3, 4, 5 begin.
#[derive(Debug, Clone, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scale {
    /// The subject.
    pub subject: String,
    /// The grade.
    pub grade: i32,
    /// The year of the description.
    pub year: i32,
    /// The wave: a test of autumn has the programme, and the scale, of another grade.
    #[serde(default = "spring")]
    pub wave: String,
    /// Lowest scores of the marks 3, 4, 5.
    pub from: [f64; 3],
    /// Highest possible score.
    #[serde(default)]
    pub max: Option<f64>,
    /// Where this comes from.
    pub source: String,
    /// How sure that is.
    pub status: String,
    /// A remark.
    #[serde(default)]
    pub note: Option<String>,
}

fn spring() -> String {
    "spring".to_owned()
}

impl Scale {
    /// The mark of a score; `None` outside the scale.
    #[must_use]
    pub fn mark(&self, score: f64) -> Option<i32> {
        if score < 0.0 || self.max.is_some_and(|max| score > max) {
            return None;
        }
        let passed = self.from.iter().filter(|from| score >= **from).count();
        i32::try_from(passed).ok().map(|passed| passed + 2)
    }
}

/// A minimum of an exam.
#[derive(Debug, Clone, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Minimum {
    /// The subject; all of them where it is not given.
    #[serde(default)]
    pub subject: Option<String>,
    /// The form of the exam.
    pub form: String,
    /// First and last year.
    pub years: [i32; 2],
    /// The lowest sufficient test score.
    #[serde(default)]
    pub test_score: Option<f64>,
    /// The lowest sufficient mark.
    #[serde(default)]
    pub mark: Option<i32>,
    /// Where this comes from.
    pub source: String,
    /// How sure that is.
    pub status: String,
}

#[derive(Debug, Clone, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Subject {
    id: String,
    stems: Vec<String>,
    #[serde(default)]
    codes: Vec<String>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Scales {
    scale: Vec<Scale>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Minima {
    minimum: Vec<Minimum>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Subjects {
    subject: Vec<Subject>,
}

/// What reading knows of the world.
#[derive(Debug, Clone, Default)]
pub struct Reference {
    scales: Vec<Scale>,
    minima: Vec<Minimum>,
    subjects: Vec<Subject>,
}

impl Reference {
    /// Reads the documents `reference/vpr-scales`, `reference/exam-minimums`, `reference/subjects`.
    ///
    /// # Errors
    /// `E301` where one is missing, `E302` with path and line where it is not valid.
    pub fn parse(documents: &BTreeMap<String, (String, String)>) -> Result<Self> {
        let mut subjects = read::<Subjects>(documents, "reference/subjects")?.subject;
        for subject in &mut subjects {
            for word in subject.stems.iter_mut().chain(&mut subject.codes) {
                *word = fold(word);
            }
        }
        Ok(Self {
            scales: read::<Scales>(documents, "reference/vpr-scales")?.scale,
            minima: read::<Minima>(documents, "reference/exam-minimums")?.minimum,
            subjects,
        })
    }

    /// The scale that a test of VPR has in a wave of a year: the latest one of such waves that is not younger.
    #[must_use]
    pub fn scale(&self, subject: &str, grade: i32, year: i32, wave: &str) -> Option<&Scale> {
        self.scales
            .iter()
            .filter(|s| s.subject == subject && s.grade == grade && s.wave == wave && s.year <= year)
            .max_by_key(|s| s.year)
    }

    /// The minimum of an exam in a year.
    #[must_use]
    pub fn minimum(&self, subject: &str, form: &str, year: i32) -> Option<&Minimum> {
        let holds = |m: &&Minimum| {
            let [first, last] = m.years;
            m.form == form
                && (first..=last).contains(&year)
                && m.subject.as_deref().is_none_or(|s| s == subject)
        };
        self.minima.iter().find(holds)
    }

    /// The one subject that a text names, in any case; `None` where it names none, or several.
    pub(super) fn subject_in(&self, text: &str) -> Option<String> {
        let folded = fold(text);
        let unique = |names: &dyn Fn(&Subject, &str) -> bool| {
            let mut found = self.subjects.iter().filter(|s| folded.split(' ').any(|word| names(s, word)));
            match (found.next(), found.next()) {
                (Some(only), None) => Some(only.id.clone()),
                _ => None,
            }
        };
        unique(&|subject, word| subject.stems.iter().any(|stem| word.starts_with(stem.as_str())))
            .or_else(|| unique(&|subject, word| subject.codes.iter().any(|code| word == code)))
    }
}

fn read<T: DeserializeOwned>(documents: &BTreeMap<String, (String, String)>, name: &str) -> Result<T> {
    let (path, text) = documents
        .get(name)
        .ok_or_else(|| Fault::new(FaultCode::FileMissing).at(Place::File(name.to_owned())))?;
    toml::from_str(text).map_err(|error| not_toml(path, text, &error))
}
