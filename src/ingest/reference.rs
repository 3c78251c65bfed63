//! Reference data that reading needs: scales of VPR by year, minima of exams, spellings of subjects.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;

use crate::base::{Fault, FaultCode, Place, Result, not_toml};
use crate::ingest::words::fold;
use crate::method::{ExamMinimum, Thresholds, VprScale};

#[derive(Debug, Clone, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Subject {
    id: String,
    stems: Vec<String>,
    #[serde(default)]
    codes: Vec<String>,
    /// Gives way to any other subject that the same text names: «иностранный язык (английский)».
    #[serde(default)]
    general: bool,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Subjects {
    subject: Vec<Subject>,
}

/// What reading knows of the world.
#[derive(Debug, Clone, Default)]
pub struct Reference {
    thresholds: Thresholds,
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
        for name in NEEDED {
            here(documents, name)?;
        }
        Ok(Self { thresholds: Thresholds::parse(documents)?, subjects })
    }

    /// The scale that a test of VPR has in a wave of a year: the latest one of such waves that is not younger.
    #[must_use]
    pub fn scale(&self, subject: &str, grade: i32, year: i32, wave: &str) -> Option<&VprScale> {
        self.thresholds
            .vpr()
            .iter()
            .filter(|s| s.subject == subject && s.grade == grade && s.wave == wave && s.year <= year)
            .max_by_key(|s| s.year)
    }

    /// The minimum of an exam in a year.
    #[must_use]
    pub fn minimum(&self, subject: &str, form: &str, year: i32) -> Option<&ExamMinimum> {
        self.thresholds.minima().iter().find(|minimum| minimum.holds(subject, form, year))
    }

    /// The ids of the subjects.
    pub fn subjects(&self) -> impl Iterator<Item = &str> {
        self.subjects.iter().map(|subject| subject.id.as_str())
    }

    /// The one subject that a text names, in any case; `None` where it names none, or several.
    pub(super) fn subject_in(&self, text: &str) -> Option<String> {
        let folded = fold(text);
        let unique = |names: &dyn Fn(&Subject, &str) -> bool| {
            let named = self.subjects.iter().filter(|s| folded.split(' ').any(|word| names(s, word)));
            let (general, mut found): (Vec<_>, Vec<_>) = named.partition(|subject| subject.general);
            if found.is_empty() {
                found = general;
            }
            match found.as_slice() {
                [only] => Some(only.id.clone()),
                _ => None,
            }
        };
        // A grade may be written to the code: `Mat5`.
        let bare = |word: &str| word.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
        unique(&|subject, word| subject.stems.iter().any(|stem| word.starts_with(stem.as_str())))
            .or_else(|| unique(&|subject, word| subject.codes.contains(&bare(word))))
    }
}

/// What no reading can do without.
const NEEDED: [&str; 2] = ["reference/vpr-scales", "reference/exam-minimums"];

/// The path and the text of a document.
fn here<'a>(documents: &'a BTreeMap<String, (String, String)>, name: &str) -> Result<&'a (String, String)> {
    documents.get(name).ok_or_else(|| Fault::new(FaultCode::FileMissing).at(Place::File(name.to_owned())))
}

fn read<T: DeserializeOwned>(documents: &BTreeMap<String, (String, String)>, name: &str) -> Result<T> {
    let (path, text) = here(documents, name)?;
    toml::from_str(text).map_err(|error| not_toml(path, text, &error))
}
