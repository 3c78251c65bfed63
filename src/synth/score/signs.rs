//! Signs of doubtful marks against who truly inflates.

use std::collections::BTreeMap;

use super::Judged;
use super::counts::{Agreement, BySize, SizeClass};
use super::truth::{TestLine, Truth};
use crate::base::Result;
use crate::tables::{ints, texts};

/// A sign.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct SignScore {
    /// What is true of a school in a test: `vpr_inflated`, `journal_inflated`.
    pub sign: String,
    /// The word of `journal_agreement` that points to it: `fewer`, `more`.
    pub word: String,
    /// Schools in tests, by size.
    pub tests: Vec<Agreement>,
}

/// Where ВПР marks are lowered against the journal more often than expected the journal may be inflated; where less
/// often, the ВПР.
const SIGNS: [(&str, &str); 2] = [("vpr_inflated", "fewer"), ("journal_inflated", "more")];

type Key = (i32, String, String, i32, String, String);

pub(super) fn score(judged: &Judged<'_>, truth: &Truth) -> Result<Vec<SignScore>> {
    let Some(frame) = (judged.tables)("journal_agreement")? else { return Ok(Vec::new()) };
    let (years, procedures) = (ints(&frame, "year")?, texts(&frame, "procedure")?);
    let (grades, subjects) = (ints(&frame, "grade")?, texts(&frame, "subject")?);
    let (levels, entities) = (texts(&frame, "level")?, texts(&frame, "entity_id")?);
    let words = texts(&frame, "lowered_against_expected")?;
    let waves = match frame.column("wave") {
        Ok(_) => texts(&frame, "wave")?,
        Err(_) => vec![None; frame.height()],
    };
    let with_waves = frame.column("wave").is_ok();
    let wave =
        |wave: Option<&String>| if with_waves { wave.cloned().unwrap_or_default() } else { String::new() };
    let lines: BTreeMap<Key, &TestLine> = truth
        .tests
        .iter()
        .map(|line| {
            let (procedure, subject) = (line.procedure.clone(), line.subject.clone());
            let wave = wave(line.wave.as_ref());
            ((line.year.0, wave, procedure, line.grade, subject, line.school.clone()), line)
        })
        .collect();
    let mut by_sign: [BySize; 2] = Default::default();
    let rows = years.into_iter().zip(procedures).zip(grades.into_iter().zip(subjects));
    let rows = rows.zip(levels.into_iter().zip(entities)).zip(words.into_iter().zip(waves));
    for ((((year, procedure), (grade, subject)), (level, entity)), (word, of_wave)) in rows {
        let (Some(year), Some(procedure), Some(grade)) = (year, procedure, grade) else { continue };
        let (Some(subject), Some(entity)) = (subject, entity) else { continue };
        let key = (year, wave(of_wave.as_ref()), procedure, grade, subject, entity);
        let Some(line) = lines.get(&key).filter(|_| level.as_deref() == Some("school")) else { continue };
        for ((sign, flag), by_size) in SIGNS.iter().zip(&mut by_sign) {
            let is_true = if *sign == "vpr_inflated" { line.vpr_inflated } else { line.journal_inflated };
            let said = word.as_deref().map(|word| word == *flag);
            by_size.add(SizeClass::of(line.participants), said, is_true);
        }
    }
    let scores = SIGNS.iter().zip(&by_sign).map(|((sign, word), by_size)| SignScore {
        sign: (*sign).to_owned(),
        word: (*word).to_owned(),
        tests: by_size.agreements(),
    });
    Ok(scores.collect())
}
