//! Agreement from printed counts, for tests of which no pupil row has both marks.
//!
//! A form that compares with the journal gives no marks one by one: what is expected is the share lowered in the other schools,
//! whatever their journal marks.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::DataFrame;

use crate::base::Result;
use crate::objectivity::agreement::{against, as_share, whole};
use crate::stats::wilson;
use crate::tables::{JournalAgreement, ints, texts};

/// Year, procedure, grade, subject, wave.
type Test = (i32, String, i32, String, Option<String>);

/// Lowered, confirmed, raised.
type Parts = [u64; 3];

/// The rows of tests that `known` says nothing of.
pub(super) fn rows(
    comparisons: &DataFrame,
    known: &[JournalAgreement],
    years: &[i32],
    min_pupils: u64,
) -> Result<Vec<JournalAgreement>> {
    if comparisons.height() == 0 {
        return Ok(Vec::new());
    }
    let with_pupils: BTreeSet<Test> =
        known.iter().filter(|row| row.level == "region" && row.both_marks > 0).map(test_of).collect();
    let mut rows = Vec::new();
    for (test, entities) in read(comparisons, years)?.iter().filter(|(test, _)| !with_pupils.contains(test)) {
        let schools = || entities.iter().filter(|((level, _), _)| level == "school");
        let all = schools().fold(Parts::default(), |all, (_, (_, parts))| added(all, *parts));
        for ((level, entity), (participants, parts)) in entities {
            let others = (level == "school").then(|| left(all, *parts));
            let expected = others.and_then(|[lowered, confirmed, raised]| {
                let both = lowered + confirmed + raised;
                (both > 0).then(|| as_share(lowered, both))
            });
            rows.push(row(test, level, entity, *participants, *parts, expected, min_pupils));
        }
    }
    Ok(rows)
}

fn test_of(row: &JournalAgreement) -> Test {
    (row.year, row.procedure.clone(), row.grade, row.subject.clone(), row.wave.clone())
}

fn added(a: Parts, b: Parts) -> Parts {
    std::array::from_fn(|at| a.get(at).copied().unwrap_or_default() + b.get(at).copied().unwrap_or_default())
}

fn left(all: Parts, own: Parts) -> Parts {
    let of = |parts: &Parts, at: usize| parts.get(at).copied().unwrap_or_default();
    std::array::from_fn(|at| of(&all, at).saturating_sub(of(&own, at)))
}

/// By level and entity: participants and parts. Of an entity that was sent twice the first row counts: the checks across files
/// have said so.
type Entities = BTreeMap<(String, String), (u64, Parts)>;

fn read(frame: &DataFrame, years: &[i32]) -> Result<BTreeMap<Test, Entities>> {
    let tests = ints(frame, "year")?.into_iter().zip(texts(frame, "procedure")?).zip(ints(frame, "grade")?);
    let tests = tests.zip(texts(frame, "subject")?).zip(texts(frame, "wave")?);
    let entities =
        texts(frame, "level")?.into_iter().zip(texts(frame, "entity")?).zip(texts(frame, "school_id")?);
    let counts =
        ints(frame, "lowered")?.into_iter().zip(ints(frame, "confirmed")?).zip(ints(frame, "raised")?);
    let counts = ints(frame, "participants")?.into_iter().zip(counts);
    let mut found: BTreeMap<Test, Entities> = BTreeMap::new();
    for ((test, ((level, entity), school)), (participants, ((lowered, confirmed), raised))) in
        tests.zip(entities).zip(counts)
    {
        let ((((Some(year), Some(procedure)), Some(grade)), Some(subject)), wave) = test else { continue };
        let (Some(level), Some(entity)) = (level, school.or(entity)) else { continue };
        let parts =
            [lowered, confirmed, raised].map(|count| count.and_then(|count| u64::try_from(count).ok()));
        let [Some(lowered), Some(confirmed), Some(raised)] = parts else { continue };
        // the whole sample of the country is none of our entities
        if !years.contains(&year) || level == "sample" {
            continue;
        }
        let entity = if level == "region" { "region".to_owned() } else { entity };
        let participants = participants.and_then(|count| u64::try_from(count).ok());
        let parts = [lowered, confirmed, raised];
        let participants = participants.unwrap_or_else(|| parts.iter().sum());
        let test = (year, procedure, grade, subject, wave);
        found.entry(test).or_default().entry((level, entity)).or_insert((participants, parts));
    }
    Ok(found)
}

fn row(
    test: &Test,
    level: &str,
    entity: &str,
    participants: u64,
    parts: Parts,
    expected: Option<f64>,
    min_pupils: u64,
) -> JournalAgreement {
    let (year, procedure, grade, subject, wave) = test.clone();
    let [lowered, confirmed, raised] = parts;
    let both: u64 = parts.iter().sum();
    let share = |count: u64| (both > 0).then(|| as_share(count, both));
    let bounds = parts.map(|count| wilson(count, both, 0.95));
    let [of_lowered, of_confirmed, of_raised] = bounds;
    let enough = of_lowered.filter(|_| both >= min_pupils);
    JournalAgreement {
        year,
        procedure,
        wave,
        grade,
        subject,
        level: level.to_owned(),
        entity_id: entity.to_owned(),
        basis: "counts".to_owned(),
        participants: whole(participants),
        both_marks: whole(both),
        lowered: whole(lowered),
        confirmed: whole(confirmed),
        raised: whole(raised),
        lowered_share: share(lowered),
        lowered_low: of_lowered.map(|i| i.low),
        lowered_high: of_lowered.map(|i| i.high),
        confirmed_share: share(confirmed),
        confirmed_low: of_confirmed.map(|i| i.low),
        confirmed_high: of_confirmed.map(|i| i.high),
        raised_share: share(raised),
        raised_low: of_raised.map(|i| i.low),
        raised_high: of_raised.map(|i| i.high),
        lowered_expected: expected,
        lowered_against_expected: enough.zip(expected).map(|(i, e)| against(i, e).to_owned()),
        ..JournalAgreement::default()
    }
}

#[cfg(test)]
mod tests {
    use super::rows;
    use crate::tables::{JournalAgreement, JournalComparison, Table};

    fn comparison(level: &str, entity: &str, subject: &str, parts: [i32; 3]) -> JournalComparison {
        JournalComparison {
            year: 2024,
            procedure: "vpr".into(),
            grade: 6,
            subject: subject.into(),
            level: level.into(),
            entity: entity.into(),
            school_id: (level == "school").then(|| entity.to_owned()),
            participants: Some(parts.iter().sum::<i32>() + 1),
            lowered: Some(parts[0]),
            confirmed: Some(parts[1]),
            raised: Some(parts[2]),
            source_id: "s".into(),
            ..JournalComparison::default()
        }
    }

    #[test]
    fn printed_counts_stand_in_where_there_are_no_pupils() {
        let mut printed = vec![
            comparison("sample", "all", "ma", [900, 100, 0]),
            comparison("region", "20", "ma", [20, 70, 10]),
            comparison("school", "a", "ma", [15, 5, 0]),
            comparison("school", "b", "ma", [5, 65, 10]),
            comparison("school", "b", "ma", [80, 0, 0]),
            comparison("school", "a", "ru", [15, 5, 0]),
        ];
        printed[4].row = 9;
        let frame = JournalComparison::frame(printed).unwrap();
        let known = JournalAgreement {
            year: 2024,
            procedure: "vpr".into(),
            grade: 6,
            subject: "ru".into(),
            level: "region".into(),
            both_marks: 100,
            ..JournalAgreement::default()
        };
        let found = rows(&frame, &[known], &[2024], 10).unwrap();
        let names: Vec<&str> = found.iter().map(|row| row.entity_id.as_str()).collect();
        assert_eq!(names, ["region", "a", "b"]);
        assert!(found.iter().all(|row| row.basis == "counts" && row.subject == "ma" && row.kappa.is_none()));
        // 15 of 20 lowered, 5 of 80 in the other school; there, 15 of 20
        assert_eq!(found[1].lowered_expected, Some(5.0 / 80.0));
        assert_eq!(found[1].lowered_against_expected.as_deref(), Some("more"));
        assert_eq!(found[2].lowered_against_expected.as_deref(), Some("fewer"));
        assert_eq!((found[1].participants, found[1].both_marks, found[1].low_both), (21, 20, None));
        assert_eq!((found[0].lowered_share, found[0].lowered_expected), (Some(0.2), None));
        assert!(rows(&frame, &[], &[2023], 10).unwrap().is_empty());
    }
}
