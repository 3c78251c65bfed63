//! A synthetic region, as the files that its schools and federal systems would send, or straight as canonical tables.
//!
//! The region is drawn once from a seed ([`Region`]); the same seed gives the same bytes on every platform and with any
//! number of threads. Writing goes through the disk that the caller hands over.

mod blueprint;
mod calibration;
mod context;
mod counted;
mod exam;
pub mod files;
mod identity;
mod low;
mod low_by_rule;
mod mark;
mod municipality;
mod names;
pub mod parquet;
mod profile;
mod pupil;
mod record;
mod region;
mod school;
pub mod score;
pub mod truth;
mod vpr;

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use crate::base::{Fault, FaultCode, Result, Year};
use crate::lake::{self, Disk};
use crate::tables::{self, Table};

pub use blueprint::{Blueprint, Subject, Task};
pub use calibration::{Line, calibration};
pub use context::{FACTORS, Factor, Passport};
pub use exam::{Attempt, Category, Exam, Outcome, Period};
pub use identity::Change;
pub use mark::{MARK, make_room};
pub use municipality::Municipality;
pub use profile::{
    AbilityPlan, AbsencePlan, ContextPlan, IdentityPlan, JournalPlan, Profile, SchoolPlan, TestPlan, VprPlan,
};
pub use pupil::Pupil;
pub use record::TestRecord;
pub use region::Region;
pub use school::{Hidden, Kind, Locality, School};
pub use vpr::Sitting;

/// How a region is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// As senders' files, dirt included.
    #[default]
    Files,
    /// As canonical tables in Parquet, without task scores.
    Parquet,
    /// VPR alone, in the layout of the raw export of 2021, without dirt.
    Raw2021,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Params {
    /// Number of schools, 10 to 40,000.
    pub schools: usize,
    /// The seed.
    pub seed: u64,
    /// The years in which the school years end.
    pub years: Vec<Year>,
    /// How the region is written.
    pub format: Format,
    /// What the region is like.
    pub profile: Profile,
}

/// A file that was made: its path below the target folder, and its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artefact {
    /// The path below the target folder.
    pub path: PathBuf,
    /// The content.
    pub bytes: Vec<u8>,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Written {
    /// Files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// How the region compares with real ones.
    pub calibration: Vec<Line>,
}

/// Draws a region and writes it into a folder, its truth into the folder `truth` there, with the [`MARK`] that says which
/// files are the synthesis's own (see [`make_room`]). `progress` is told the steps done and the steps in all.
///
/// # Errors
/// `E307` where the number of schools or the years are out of range; `E901`, `E902` as the disk says.
pub fn run(params: &Params, disk: &dyn Disk, folder: &Path, progress: &dyn Fn(u64, u64)) -> Result<Written> {
    let region = region(params)?;
    let rates = files::Rates::of_profile(&params.profile)?;
    let total = 1 + match params.format {
        Format::Files => region.parts().iter().map(|part| files::count(part, &rates)).sum::<u64>(),
        Format::Parquet => parquet::count(&region),
        Format::Raw2021 => region.years.len() as u64 * region.vpr_tests().count() as u64,
    };
    let mut written = Written::default();
    let mut mark = mark::Mark::default();
    let mut give = |artefact: Artefact| {
        save(disk, folder, &artefact)?;
        mark.keep(&artefact);
        written.files += 1;
        written.bytes += artefact.bytes.len() as u64;
        Ok(())
    };
    let mut done = 0;
    let mut step = || {
        done += 1;
        progress(done, total);
    };
    written.calibration = make(&region, params.format, &mut give, &mut step)?;
    step();
    mark::seal(disk, folder, &mark)?;
    Ok(written)
}

/// Makes every file and hands it over; `step` is called after every file or part.
fn make(
    region: &Region,
    format: Format,
    give: &mut dyn FnMut(Artefact) -> Result<()>,
    step: &mut dyn FnMut(),
) -> Result<Vec<Line>> {
    let truth = match format {
        Format::Files => {
            let rates = files::Rates::of_profile(&region.profile)?;
            let mut planted = Vec::new();
            for part in region.parts() {
                let below = if region.is_country() { part.folder() } else { String::new() };
                let dirt = files::write(&part, &rates, &mut |artefact| {
                    step();
                    give(Artefact { path: Path::new(&below).join(artefact.path), ..artefact })
                })?;
                planted.extend(
                    dirt.into_iter().map(|row| files::DirtRow { path: below.clone() + &row.path, ..row }),
                );
            }
            give(truth_of_dirt(planted)?)?;
            region.truth(region.records())?
        }
        Format::Parquet => parquet::write(region, give, step)?,
        Format::Raw2021 => {
            files::write_2021(region, give, step)?;
            region.truth(region.records())?
        }
    };
    let lines = calibration(region, &truth.tests);
    for artefact in truth.artefacts(region, &lines)? {
        give(artefact)?;
    }
    Ok(lines)
}

/// What was planted, as a table of the truth.
fn truth_of_dirt(planted: Vec<files::DirtRow>) -> Result<Artefact> {
    let frame = tables::sort(files::DirtRow::SPEC, &files::DirtRow::frame(planted)?)?;
    let bytes = lake::parquet::encode(files::DirtRow::SPEC, &frame)?;
    Ok(Artefact { path: PathBuf::from("truth/dirt.parquet"), bytes })
}

/// How many schools a region may have.
const SCHOOLS: RangeInclusive<usize> = 10..=40_000;

/// The years that a region may have: before them the forms of senders were others.
const KNOWN_YEARS: RangeInclusive<i32> = 2021..=2100;

/// Draws the region that is asked for.
///
/// # Errors
/// `E307` where the number of schools or the years are out of range.
pub fn region(params: &Params) -> Result<Region> {
    let invalid = |field: &str, value: String| {
        Fault::new(FaultCode::ValueInvalid).with("field", field).with("value", value)
    };
    if !SCHOOLS.contains(&params.schools) {
        let fault = invalid("schools", params.schools.to_string());
        return Err(fault.with("from", SCHOOLS.start()).with("to", SCHOOLS.end()).why("value-range"));
    }
    let mut years = params.years.clone();
    years.sort();
    years.dedup();
    if years.is_empty() || years.iter().any(|year| !KNOWN_YEARS.contains(&year.0)) {
        let asked = params.years.iter().map(Year::to_string).collect::<Vec<_>>().join(", ");
        let fault = invalid("years", asked);
        return Err(fault.with("from", KNOWN_YEARS.start()).with("to", KNOWN_YEARS.end()).why("value-range"));
    }
    Ok(Region::draw(params.schools, params.seed, &years, &params.profile))
}

fn save(disk: &dyn Disk, folder: &Path, artefact: &Artefact) -> Result<()> {
    let path = folder.join(&artefact.path);
    let saved = path.parent().map_or(Ok(()), |parent| disk.create_folder(parent));
    saved
        .and_then(|()| lake::put(disk, &path, &artefact.bytes))
        .map_err(|error| lake::disk_fault(&path.to_string_lossy(), &error))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::{Path, PathBuf};

    use super::{Format, MARK, Params, Profile, Region, Subject, make, region, run};
    use crate::base::{FaultCode, Year};
    use crate::lake::{Disk, EntryKind, RealDisk};

    const YEARS: [Year; 3] = [Year(2023), Year(2024), Year(2025)];

    fn demo() -> Params {
        Params {
            schools: 150,
            seed: 20_251_122,
            years: YEARS.to_vec(),
            format: Format::Files,
            profile: Profile::typical().unwrap(),
        }
    }

    fn committed(folder: &Path, below: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
        for entry in RealDisk.list(&folder.join(below)).unwrap() {
            let path = below.join(&entry.name);
            match entry.kind {
                _ if entry.name == MARK => {}
                EntryKind::Folder => committed(folder, &path, found),
                _ => drop(found.insert(path.clone(), RealDisk.read(&folder.join(&path)).unwrap())),
            }
        }
    }

    #[test]
    fn the_demo_is_what_the_program_makes() {
        let mut found = BTreeMap::new();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/demo");
        committed(&folder, Path::new(""), &mut found);
        let mut compare = |artefact: super::Artefact| {
            let bytes = found.remove(&artefact.path);
            assert!(bytes.as_ref() == Some(&artefact.bytes), "{} differs", artefact.path.display());
            Ok(())
        };
        make(&region(&demo()).unwrap(), Format::Files, &mut compare, &mut || ()).unwrap();
        assert_eq!(found.keys().collect::<Vec<_>>(), Vec::<&PathBuf>::new(), "files that nobody makes");
    }

    /// Participants and marks 2 of every school in a test.
    fn counts(region: &Region, year: Year, grade: i32, subject: Subject) -> Vec<(usize, usize)> {
        let test = region.test(grade, subject).unwrap();
        let schools = region.schools.iter().map(|school| {
            let sat: Vec<_> =
                region.vpr(school, year, grade, subject).into_iter().filter(|s| s.present()).collect();
            (sat.len(), sat.iter().filter(|sitting| test.mark(sitting.score()) == 2).count())
        });
        schools.filter(|&(n, _)| n > 0).collect()
    }

    #[test]
    fn sizes_and_low_shares_are_those_of_a_real_region() {
        let region = region(&demo()).unwrap();
        assert_eq!((region.schools.len(), region.municipalities.len()), (150, 12));
        for year in YEARS {
            for subject in Subject::ALL {
                let counts = counts(&region, year, 6, subject);
                let schools = counts.len() as f64;
                let below = |limit| counts.iter().filter(|&&(n, _)| n < limit).count() as f64 / schools;
                assert!((0.2..0.33).contains(&below(10)), "{year} {subject:?}: {}", below(10));
                assert!((0.03..0.1).contains(&below(5)), "{year} {subject:?}: {}", below(5));
                let all: usize = counts.iter().map(|&(n, _)| n).sum();
                let low: usize = counts.iter().map(|&(_, low)| low).sum();
                assert!(
                    (0.03..0.22).contains(&(low as f64 / all as f64)),
                    "{year} {subject:?}: {low} of {all}"
                );
            }
        }
    }

    #[test]
    fn scores_pile_up_at_the_pass_score() {
        let region = region(&demo()).unwrap();
        let test = region.test(6, Subject::Maths).unwrap();
        let [pass, ..] = test.cuts;
        let scores: Vec<u32> = region
            .schools
            .iter()
            .flat_map(|school| region.vpr(school, YEARS[1], 6, Subject::Maths))
            .filter(|sitting| sitting.present())
            .map(|sitting| sitting.score())
            .collect();
        let at = |score| scores.iter().filter(|&&s| s == score).count();
        assert!(at(pass) > 3 * at(pass - 1), "{} at, {} below", at(pass), at(pass - 1));
    }

    #[test]
    fn a_part_of_a_region_does_not_depend_on_what_was_drawn_before() {
        let (one, other) = (region(&demo()).unwrap(), region(&demo()).unwrap());
        let (first, last) = (&one.schools[0], &one.schools[149]);
        let before = other.vpr(&other.schools[149], YEARS[2], 5, Subject::Russian);
        let _ = one.vpr(first, YEARS[0], 6, Subject::Maths);
        assert_eq!(one.vpr(last, YEARS[2], 5, Subject::Russian), before);
        assert_ne!(region(&Params { seed: 1, ..demo() }).unwrap().schools, one.schools);
    }

    #[test]
    fn what_makes_no_region_is_refused() {
        for params in [Params { schools: 3, ..demo() }, Params { years: Vec::new(), ..demo() }] {
            let fault = run(&params, &RealDisk, Path::new("nowhere"), &|_, _| ()).unwrap_err();
            assert_eq!(fault.code, FaultCode::ValueInvalid);
        }
    }
}
