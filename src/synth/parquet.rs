//! The region straight as canonical tables, on the disk as Parquet or in memory: no task scores (they would be twenty
//! times the results). Results are made and encoded part by part, so that they never stand in memory whole.

use std::collections::BTreeMap;
use std::path::PathBuf;

use polars::prelude::DataFrame;
use rayon::prelude::*;

use crate::base::{Result, Year};
use crate::lake::parquet;
use crate::synth::Artefact;
use crate::synth::blueprint::Subject;
use crate::synth::context::FACTORS;
use crate::synth::exam::{Attempt, Category, Exam, Outcome, Period, judging};
use crate::synth::record::TestRecord;
use crate::synth::region::Region;
use crate::synth::school::{Kind, Locality, School};
use crate::synth::truth::{Records, Test, Truth};
use crate::tables::{self, Measure, ResultRow, Source, SourceColumn, Table};

/// Schools whose rows stand in memory at a time.
const PART: usize = 1_500;

/// How many steps the writing takes.
#[must_use]
pub fn count(region: &Region) -> u64 {
    (region.years.len() * region.tests().len()) as u64
}

/// The canonical tables of a region in memory, and its truth.
#[derive(Debug, Clone)]
pub struct Frames {
    /// Tables by name: `measure`, `result`, `school`, `source`, `source_column`.
    pub tables: BTreeMap<&'static str, DataFrame>,
    /// What is true.
    pub truth: Truth,
}

/// Makes the tables in memory: for simulations. The same rows as [`write()`] in the same order.
///
/// # Errors
/// None but for a bug.
pub fn frames(region: &Region) -> Result<Frames> {
    let twin = Twin::of(region);
    let (mut records, mut results) = (Vec::new(), Vec::new());
    for (year, test) in twin.parts() {
        let (rows, found) = twin.results(year, test, &twin.numbers, 2);
        results.push(ResultRow::frame(rows)?);
        records.push(Records { year, test, schools: found });
    }
    let mut all: BTreeMap<&'static str, DataFrame> = BTreeMap::new();
    let mut keep = |spec: &'static tables::TableSpec, frame: DataFrame| {
        all.insert(spec.name, tables::sort(spec, &frame)?);
        Result::Ok(())
    };
    keep(tables::School::SPEC, tables::School::frame(twin.registers())?)?;
    keep(Measure::SPEC, Measure::frame(twin.measures())?)?;
    keep(Source::SPEC, Source::frame(twin.sources())?)?;
    keep(SourceColumn::SPEC, SourceColumn::frame(Vec::new())?)?;
    all.insert(ResultRow::SPEC.name, tables::concat(ResultRow::SPEC, &results)?);
    Ok(Frames { tables: all, truth: region.truth(records)? })
}

/// Makes the tables one by one and hands each over, and tells the truth; `step` is called after every test. The results
/// of a country are a folder with a file a test.
///
/// # Errors
/// What `give` says, and `E101` where a table cannot be encoded: a bug.
pub fn write(
    region: &Region,
    give: &mut dyn FnMut(Artefact) -> Result<()>,
    step: &mut dyn FnMut(),
) -> Result<Truth> {
    let twin = Twin::of(region);
    give(table::<tables::School>(twin.registers())?)?;
    give(table::<Measure>(twin.measures())?)?;
    give(table::<Source>(twin.sources())?)?;
    give(table::<SourceColumn>(Vec::new())?)?;
    let mut records = Vec::new();
    if region.is_country() {
        for (at, (year, test)) in twin.parts().enumerate() {
            let bytes = parquet::encode_parts(ResultRow::SPEC, twin.test(year, test, &mut records))?;
            give(Artefact { path: PathBuf::from("result").join(format!("{at:04}.parquet")), bytes })?;
            step();
        }
    } else {
        let parts = twin.parts().flat_map(|(year, test)| {
            let frames: Vec<_> = twin.test(year, test, &mut records).collect();
            step();
            frames
        });
        let bytes = parquet::encode_parts(ResultRow::SPEC, parts)?;
        give(Artefact { path: "result.parquet".into(), bytes })?;
    }
    region.truth(records)
}

fn table<T: Table>(rows: Vec<T>) -> Result<Artefact> {
    let frame = tables::sort(T::SPEC, &T::frame(rows)?)?;
    let bytes = parquet::encode(T::SPEC, &frame)?;
    Ok(Artefact { path: format!("{}.parquet", T::SPEC.name).into(), bytes })
}

struct Twin<'a> {
    region: &'a Region,
    /// The numbers of the schools in the order of their ids.
    numbers: Vec<u32>,
}

impl<'a> Twin<'a> {
    fn of(region: &'a Region) -> Self {
        Self { region, numbers: region.by_id() }
    }

    /// Years and tests in the order of the table's key.
    fn parts(&self) -> impl Iterator<Item = (Year, Test)> {
        let tests = self.region.tests();
        let years = self.region.years.clone().into_iter();
        years.flat_map(move |year| tests.clone().into_iter().map(move |test| (year, test)))
    }

    fn registers(&self) -> Vec<tables::School> {
        self.rows(|year, row, school| vec![self.register(year, row, school)])
    }

    /// Rows made of every school of every year.
    fn rows<T: Send>(&self, one: impl Fn(Year, i32, &School) -> Vec<T> + Sync) -> Vec<T> {
        let of_year = |year| {
            let schools = self.numbers.iter().filter_map(|&number| self.region.numbered(number));
            let numbered: Vec<(i32, &School)> =
                (2..).zip(schools.filter(|school| school.exists(year))).collect();
            numbered.into_par_iter().flat_map_iter(|(row, school)| one(year, row, school)).collect::<Vec<_>>()
        };
        self.region.years.iter().flat_map(|&year| of_year(year)).collect()
    }

    fn register(&self, year: Year, row: i32, school: &School) -> tables::School {
        let municipality = self.region.municipality_in(school, year);
        let (short, full) = school.names(year);
        tables::School {
            year: year.0,
            school_id: school.id(),
            name_short: short.to_owned(),
            name_full: Some(full.to_owned()),
            municipality: municipality.name.clone(),
            oktmo: Some(municipality.oktmo.clone()),
            inn: Some(format!("99000{row:05}")),
            parent: school.parent.clone(),
            kind: Some(kind(school.kind).to_owned()),
            locality: Some(locality(school.locality).to_owned()),
            enrolment: i32::try_from(self.region.enrolment(school, year)).ok(),
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
        let here = |year| self.region.schools.iter().filter(|school| school.exists(year)).count();
        let kinds = ["ege", "oge", "passport", "register", "vpr"];
        let years = self.region.years.iter();
        years
            .flat_map(|&year| kinds.map(|kind| (year, kind)))
            .map(|(year, kind)| Source {
                source_id: source_id(year, kind),
                path: format!("synth/{year}/{kind}"),
                layout_reason: "declared".to_owned(),
                rows_read: match kind {
                    "passport" | "register" => i64::try_from(here(year)).unwrap_or_default(),
                    _ => 0,
                },
                ..Source::default()
            })
            .collect()
    }

    /// The rows of one test part by part; what is known of its schools is kept.
    fn test<'b>(
        &'b self,
        year: Year,
        test: Test,
        records: &'b mut Vec<Records>,
    ) -> impl Iterator<Item = Result<DataFrame>> + 'b {
        records.push(Records { year, test, schools: Vec::new() });
        let mut first = 2;
        self.numbers.chunks(PART).map(move |numbers| {
            let (rows, found) = self.results(year, test, numbers, first);
            first += i32::try_from(rows.len()).unwrap_or_default();
            if let Some(last) = records.last_mut() {
                last.schools.extend(found);
            }
            ResultRow::frame(rows)
        })
    }

    /// The rows of some schools in one test, in the order of the table's key, the first of them in this row of the source;
    /// and what is known of the schools.
    fn results(
        &self,
        year: Year,
        test: Test,
        numbers: &[u32],
        first: i32,
    ) -> (Vec<ResultRow>, Vec<(u32, TestRecord)>) {
        let (procedure, grade, subject) = test;
        let of_school = |&number: &u32| {
            let school = self.region.numbered(number)?;
            let base = ResultRow {
                year: year.0,
                procedure: procedure.to_owned(),
                grade,
                subject: subject.id().to_owned(),
                school_id: school.id(),
                source_id: source_id(year, procedure),
                ..ResultRow::default()
            };
            let mut rows = Vec::new();
            let record = match procedure {
                "vpr" => self.vpr(&mut rows, &base, year, school, subject),
                _ => {
                    let attempts = if procedure == "oge" {
                        self.region.oge(school, year)
                    } else {
                        self.region.ege(school, year)
                    };
                    exam(&mut rows, &base, &attempts, subject);
                    judging(procedure, subject)
                        .and_then(|(exam, curve)| TestRecord::of_exam(&attempts, *exam, curve))
                }
            };
            Some((rows, record.map(|record| (number, record))))
        };
        let parts: Vec<(Vec<ResultRow>, Option<_>)> = numbers.par_iter().filter_map(of_school).collect();
        let mut rows = Vec::with_capacity(parts.iter().map(|(rows, _)| rows.len()).sum());
        let mut records = Vec::with_capacity(parts.len());
        for (of_school, record) in parts {
            rows.extend(of_school);
            records.extend(record);
        }
        for (number, row) in (first..).zip(&mut rows) {
            row.row = number;
        }
        (rows, records)
    }

    fn vpr(
        &self,
        rows: &mut Vec<ResultRow>,
        base: &ResultRow,
        year: Year,
        school: &School,
        subject: Subject,
    ) -> Option<TestRecord> {
        let test = self.region.test(base.grade, subject)?;
        let (sittings, record) = self.region.vpr_with_truth(school, year, base.grade, subject)?;
        for sitting in sittings {
            let present = sitting.present();
            let score = present.then(|| f64::from(sitting.score()));
            rows.push(ResultRow {
                class: Some(format!("{}{}", base.grade, sitting.pupil.letter())),
                pupil_code: Some(sitting.code.to_string()),
                variant: present.then(|| sitting.variant.to_string()),
                sex: Some(sex(sitting.pupil.female)),
                wave: Some(self.region.wave(year).to_owned()),
                score_printed: score,
                score_tasks: score,
                max_score: Some(f64::from(test.max())),
                mark: present.then(|| test.mark(sitting.score())),
                journal_mark: sitting.journal,
                status: if present { "present" } else { "absent" }.to_owned(),
                ..base.clone()
            });
        }
        Some(record)
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

    use super::{frames, write};
    use crate::base::Year;
    use crate::lake::parquet;
    use crate::synth::{Profile, Region, Subject};
    use crate::tables::{self, ResultRow, Table};

    /// A typical region with all its tests, small as it is.
    fn whole() -> Profile {
        Profile::parse("p.toml", "[tests]\nwhole_from = 0\n").unwrap()
    }

    #[test]
    fn any_number_of_threads_makes_the_same_bytes() {
        let years = [Year(2024), Year(2025)];
        let of = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let region = Region::draw(40, 9, &years, &whole());
                let mut made = Vec::new();
                let mut give = |artefact: crate::synth::Artefact| {
                    made.push(artefact);
                    Ok(())
                };
                let truth = write(&region, &mut give, &mut || ()).unwrap();
                made.extend(truth.artefacts(&region, &[]).unwrap());
                made
            })
        };
        let one = of(1);
        assert_eq!(one.len(), 5 + 6);
        assert!(one == of(2) && one == of(3));
    }

    #[test]
    fn tables_in_memory_are_those_on_the_disk() {
        let region = Region::draw(30, 5, &[Year(2024), Year(2025)], &whole());
        let frames = frames(&region).unwrap();
        let mut give = |artefact: crate::synth::Artefact| {
            let name = artefact.path.file_stem().unwrap().to_str().unwrap().to_owned();
            if let Some(spec) = tables::spec(&name).filter(|_| !artefact.path.starts_with("truth")) {
                assert!(
                    parquet::decode(spec, &artefact.bytes, None)?.equals_missing(&frames.tables[spec.name])
                );
            }
            Ok(())
        };
        write(&region, &mut give, &mut || ()).unwrap();
        assert_eq!(frames.truth, region.truth(region.records()).unwrap());
    }

    #[test]
    fn tables_are_whole_and_stand_in_the_order_of_their_keys() {
        let region = Region::draw(20, 5, &[Year(2024), Year(2025)], &whole());
        let mut frames = BTreeMap::new();
        let mut steps = 0;
        let mut give = |artefact: crate::synth::Artefact| {
            if artefact.path.starts_with("truth") {
                return Ok(());
            }
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
        let years = region.years.iter();
        let existing: usize =
            years.map(|&year| region.schools.iter().filter(|s| s.exists(year)).count()).sum();
        assert_eq!(frames["school"].height(), existing);
        assert_eq!(frames["measure"].height(), 17 * existing);
    }

    #[test]
    fn results_are_those_of_the_region() {
        let region = Region::draw(20, 5, &[Year(2024)], &whole());
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
        assert_eq!(rows.len(), 4 + 29);
    }
}
