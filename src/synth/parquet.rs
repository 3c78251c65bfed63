//! The region straight as canonical tables in Parquet, for tests of scale: grades 4 to 8, no task scores (they would be
//! twenty times the results). Results are made and encoded part by part, so that they never stand in memory whole.

use crate::base::{Result, Year};
use crate::lake::parquet;
use crate::synth::Artefact;
use crate::synth::blueprint::Subject;
use crate::synth::context::FACTORS;
use crate::synth::exam::{Attempt, Category, Exam, Outcome, Period};
use crate::synth::region::Region;
use crate::synth::school::{Kind, Locality, School};
use crate::tables::{self, Measure, ResultRow, Source, SourceColumn, Table};

const GRADES: std::ops::RangeInclusive<i32> = 4..=8;

/// How many steps the writing takes.
#[must_use]
pub fn count(region: &Region) -> u64 {
    region.years.len() as u64 * tests().count() as u64
}

/// Makes the tables one by one and hands each over; `step` is called after every part of the results.
///
/// # Errors
/// What `give` says, and `E101` where a table cannot be encoded: a bug.
pub fn write(
    region: &Region,
    give: &mut dyn FnMut(Artefact) -> Result<()>,
    step: &mut dyn FnMut(),
) -> Result<()> {
    let mut schools: Vec<&School> = region.schools.iter().collect();
    schools.sort_by_cached_key(|school| school.id());
    let twin = Twin { region, schools };
    give(table::<tables::School>(twin.registers())?)?;
    give(table::<Measure>(twin.measures())?)?;
    give(table::<Source>(twin.sources())?)?;
    give(table::<SourceColumn>(Vec::new())?)?;
    let parts = region.years.iter().flat_map(|&year| tests().map(move |test| (year, test)));
    let parts = parts.map(|(year, test)| {
        step();
        ResultRow::frame(twin.results(year, test))
    });
    let bytes = parquet::encode_parts(ResultRow::SPEC, parts)?;
    give(Artefact { path: "result.parquet".into(), bytes })
}

/// Procedure, grade and subject in the order of the table's key.
type Test = (&'static str, i32, Subject);

fn tests() -> impl Iterator<Item = Test> {
    let exams = [("ege", 11), ("oge", 9)].into_iter();
    let grades = exams.chain(GRADES.map(|grade| ("vpr", grade)));
    grades.flat_map(|(procedure, grade)| Subject::ALL.map(|subject| (procedure, grade, subject)))
}

fn table<T: Table>(rows: Vec<T>) -> Result<Artefact> {
    let frame = tables::sort(T::SPEC, &T::frame(rows)?)?;
    let bytes = parquet::encode(T::SPEC, &frame)?;
    Ok(Artefact { path: format!("{}.parquet", T::SPEC.name).into(), bytes })
}

struct Twin<'a> {
    region: &'a Region,
    schools: Vec<&'a School>,
}

impl Twin<'_> {
    fn registers(&self) -> Vec<tables::School> {
        self.rows(|year, row, school| vec![self.register(year, row, school)])
    }

    /// Rows made of every school in every year.
    fn rows<T>(&self, one: impl Fn(Year, i32, &School) -> Vec<T>) -> Vec<T> {
        let years = self.region.years.iter();
        years
            .flat_map(|&year| {
                (2..).zip(&self.schools).flat_map(|(row, school)| one(year, row, school)).collect::<Vec<_>>()
            })
            .collect()
    }

    fn register(&self, year: Year, row: i32, school: &School) -> tables::School {
        let municipality = self.region.municipality(school);
        tables::School {
            year: year.0,
            school_id: school.id(),
            name_short: school.name_short.clone(),
            name_full: Some(school.name_full.clone()),
            municipality: municipality.name.clone(),
            oktmo: Some(municipality.oktmo.clone()),
            inn: Some(format!("99000{row:05}")),
            parent: school.parent.clone(),
            kind: Some(kind(school.kind).to_owned()),
            locality: Some(locality(school.locality).to_owned()),
            enrolment: i32::try_from(school.enrolment(self.region.seed, year)).ok(),
            source_id: source_id(year, "register"),
            row,
        }
    }

    fn measures(&self) -> Vec<Measure> {
        self.rows(|year, row, school| {
            let passport = self.region.passport(school, year);
            let all = f64::from(passport.pupils);
            let base = Measure {
                year: year.0,
                period: "year".to_owned(),
                school_id: school.id(),
                status: "value".to_owned(),
                source_id: source_id(year, "passport"),
                row,
                ..Measure::default()
            };
            let enrolment = Measure {
                measure: "enrolment".to_owned(),
                value: Some(all),
                unit: "pupils".to_owned(),
                column: "D".to_owned(),
                ..base.clone()
            };
            let shares =
                (4..).zip(&FACTORS).zip(&passport.counts).map(|((column, factor), &count)| Measure {
                    measure: factor.measure.to_owned(),
                    numerator: Some(f64::from(count)),
                    denominator: Some(all),
                    value: (all > 0.0).then(|| f64::from(count) / all),
                    unit: "share".to_owned(),
                    column: crate::base::column_letters(column),
                    ..base.clone()
                });
            std::iter::once(enrolment).chain(shares).collect()
        })
    }

    fn sources(&self) -> Vec<Source> {
        let rows = i64::try_from(self.schools.len()).unwrap_or_default();
        let kinds = ["ege", "oge", "passport", "register", "vpr"];
        let years = self.region.years.iter();
        years
            .flat_map(|&year| kinds.map(|kind| (year, kind)))
            .map(|(year, kind)| Source {
                source_id: source_id(year, kind),
                path: format!("synth/{year}/{kind}"),
                layout_reason: "declared".to_owned(),
                rows_read: if matches!(kind, "passport" | "register") { rows } else { 0 },
                ..Source::default()
            })
            .collect()
    }

    /// The rows of one test, in the order of the table's key.
    fn results(&self, year: Year, (procedure, grade, subject): Test) -> Vec<ResultRow> {
        let mut rows = Vec::new();
        for school in &self.schools {
            let base = ResultRow {
                year: year.0,
                procedure: procedure.to_owned(),
                grade,
                subject: subject.id().to_owned(),
                school_id: school.id(),
                source_id: source_id(year, procedure),
                ..ResultRow::default()
            };
            match procedure {
                "vpr" => self.vpr(&mut rows, &base, year, school, subject),
                "oge" => exam(&mut rows, &base, &self.region.oge(school, year), subject),
                _ => exam(&mut rows, &base, &self.region.ege(school, year), subject),
            }
        }
        for (number, row) in (2..).zip(&mut rows) {
            row.row = number;
        }
        rows
    }

    fn vpr(
        &self,
        rows: &mut Vec<ResultRow>,
        base: &ResultRow,
        year: Year,
        school: &School,
        subject: Subject,
    ) {
        let Some(test) = self.region.test(base.grade, subject) else { return };
        for sitting in self.region.vpr(school, year, base.grade, subject) {
            let present = sitting.present();
            let score = present.then(|| f64::from(sitting.score()));
            rows.push(ResultRow {
                class: Some(format!("{}{}", base.grade, sitting.pupil.letter())),
                pupil_code: Some(sitting.code.to_string()),
                variant: present.then(|| sitting.variant.to_string()),
                sex: Some(sex(sitting.pupil.female)),
                wave: Some("spring".to_owned()),
                score_printed: score,
                score_tasks: score,
                max_score: Some(f64::from(test.max())),
                mark: present.then(|| test.mark(sitting.score())),
                journal_mark: sitting.journal,
                status: if present { "present" } else { "absent" }.to_owned(),
                ..base.clone()
            });
        }
    }
}

fn exam(rows: &mut Vec<ResultRow>, base: &ResultRow, attempts: &[Attempt], subject: Subject) {
    for attempt in attempts.iter().filter(|attempt| attempt.exam.subject() == subject) {
        let present = attempt.outcome == Outcome::Present;
        rows.push(ResultRow {
            class: Some(format!("{}{}", base.grade, attempt.pupil.letter())),
            pupil_code: Some(format!("{}{:03}", base.school_id, attempt.pupil.number)),
            sex: Some(sex(attempt.pupil.female)),
            score_printed: attempt.score.map(f64::from),
            test_score: attempt.test_score.map(f64::from),
            mark: attempt.mark,
            below_min: present.then(|| !attempt.passed()),
            form: Some(form(attempt.exam).to_owned()),
            period: Some(period(attempt.period).to_owned()),
            attempt: Some(attempt.attempt),
            status: status(attempt.outcome).to_owned(),
            category: Some(category(attempt.category).to_owned()),
            ..base.clone()
        });
    }
}

fn source_id(year: Year, kind: &str) -> String {
    format!("s{year}-{kind}")
}

fn sex(female: bool) -> String {
    if female { "f" } else { "m" }.to_owned()
}

fn form(exam: Exam) -> &'static str {
    match exam {
        Exam::Oge(_) => "oge",
        Exam::Gve(_) => "gve",
        Exam::EgeRussian => "ege",
        Exam::EgeBase => "ege_base",
        Exam::EgeProfile => "ege_profile",
    }
}

fn period(period: Period) -> &'static str {
    match period {
        Period::Main => "main",
        Period::Reserve => "reserve",
        Period::September => "september",
    }
}

fn status(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Present => "present",
        Outcome::Absent => "absent",
        Outcome::Removed => "removed",
        Outcome::Annulled => "annulled",
    }
}

fn category(category: Category) -> &'static str {
    match category {
        Category::Graduate => "graduate",
        Category::PastGraduate => "past_graduate",
        Category::College => "spo",
    }
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::General | Kind::Basic => "general",
        Kind::Lyceum | Kind::Gymnasium => "lyceum",
        Kind::Primary => "primary",
        Kind::Branch => "branch",
        Kind::Correctional => "correctional",
        Kind::Evening => "evening",
        Kind::Boarding => "boarding",
    }
}

fn locality(locality: Locality) -> &'static str {
    match locality {
        Locality::City => "city",
        Locality::Town => "town",
        Locality::Village => "village",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::write;
    use crate::base::Year;
    use crate::lake::parquet;
    use crate::synth::{Region, Subject};
    use crate::tables::{self, ResultRow, Table};

    #[test]
    fn tables_are_whole_and_stand_in_the_order_of_their_keys() {
        let region = Region::draw(20, 5, &[Year(2024), Year(2025)]);
        let mut frames = BTreeMap::new();
        let mut steps = 0;
        let mut give = |artefact: crate::synth::Artefact| {
            let name = artefact.path.file_stem().unwrap().to_str().unwrap().to_owned();
            let spec = tables::spec(&name).unwrap();
            frames.insert(name, parquet::decode(spec, &artefact.bytes, None)?);
            Ok(())
        };
        write(&region, &mut give, &mut || steps += 1).unwrap();
        assert_eq!(steps, super::count(&region));
        for (name, frame) in &frames {
            let sorted = tables::sort(tables::spec(name).unwrap(), frame).unwrap();
            assert!(sorted.equals_missing(frame), "{name} is not sorted");
        }
        assert_eq!(frames["school"].height(), 2 * region.schools.len());
        assert_eq!(frames["measure"].height(), 2 * 14 * region.schools.len());
    }

    #[test]
    fn results_are_those_of_the_region() {
        let region = Region::draw(20, 5, &[Year(2024)]);
        let mut rows = BTreeMap::new();
        let mut give = |artefact: crate::synth::Artefact| {
            if artefact.path.ends_with("result.parquet") {
                let frame = parquet::decode(ResultRow::SPEC, &artefact.bytes, None)?;
                let keys =
                    tables::texts(&frame, "procedure")?.into_iter().zip(tables::ints(&frame, "grade")?);
                let subjects = tables::texts(&frame, "subject")?;
                for ((key, subject), mark) in keys.zip(subjects).zip(tables::ints(&frame, "mark")?) {
                    let (all, low): &mut (usize, usize) = rows.entry((key, subject)).or_default();
                    *all += 1;
                    *low += usize::from(mark == Some(2));
                }
            }
            Ok(())
        };
        write(&region, &mut give, &mut || ()).unwrap();
        let test = region.test(6, Subject::Russian).unwrap();
        let sittings: Vec<_> = region
            .schools
            .iter()
            .flat_map(|school| region.vpr(school, Year(2024), 6, Subject::Russian))
            .collect();
        let low = sittings.iter().filter(|s| s.present() && test.mark(s.score()) == 2).count();
        let key = ((Some("vpr".to_owned()), Some(6)), Some("ru".to_owned()));
        assert_eq!(rows[&key], (sittings.len(), low));
        assert_eq!(rows.len(), 14);
    }
}
