//! Who breaks which rule: drawn from the seed, kind by kind, so that a rate moves no other kind's places.

use std::collections::{BTreeMap, BTreeSet};

use super::FIRST_F1;
use super::kind::{DirtKind, Spot};
use crate::base::{Fault, FaultCode, Result, Year};
use crate::synth::blueprint::Subject;
use crate::synth::profile::Profile;
use crate::synth::region::Region;
use crate::synth::school::{Kind, School};
use crate::text::nearest;

/// A test of a year.
pub(super) type Test = (Year, i32, Subject);

/// How much dirt of each kind; kinds that are not named have their usual rate.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rates(BTreeMap<DirtKind, f64>);

impl Rates {
    /// The rates that a profile names.
    ///
    /// # Errors
    /// `E303` for a kind that there is not.
    pub fn of_profile(profile: &Profile) -> Result<Self> {
        let mut rates = Self::default();
        for (id, &rate) in &profile.dirt {
            let near = || nearest(id, DirtKind::ALL.iter().map(|kind| kind.id())).unwrap_or_default();
            let unknown = || {
                Fault::new(FaultCode::NameUnknown)
                    .with("name", id)
                    .because(format!("dirt.{id}; nearest: {}", near()))
            };
            rates.set(DirtKind::named(id).ok_or_else(unknown)?, rate);
        }
        Ok(rates)
    }

    /// No dirt but what the layouts themselves bring.
    #[must_use]
    pub fn none() -> Self {
        Self(DirtKind::ALL.iter().map(|&kind| (kind, 0.0)).collect())
    }

    /// Sets the rate of a kind: a share of its [`Spot`]s, or a number for strays. Above 0 there is at least one.
    pub fn set(&mut self, kind: DirtKind, rate: f64) {
        self.0.insert(kind, rate);
    }

    /// The rate of a kind.
    #[must_use]
    pub fn of(&self, kind: DirtKind) -> f64 {
        self.0.get(&kind).copied().unwrap_or_else(|| kind.usual_rate())
    }
}

/// A place for dirt: file by year, grade and subject where it has them, and the number of the school.
type Place = (Year, i32, Option<Subject>, usize);

/// The plan.
#[derive(Debug, Default)]
pub(super) struct Plan {
    habits: BTreeMap<DirtKind, BTreeSet<usize>>,
    tests: BTreeMap<(Test, usize), DirtKind>,
    exams: BTreeMap<(Year, i32, usize), DirtKind>,
    passports: BTreeMap<(Year, usize), DirtKind>,
    registers: BTreeMap<(Year, usize), DirtKind>,
    files: BTreeSet<(Year, i32, Option<Subject>, DirtKind)>,
    /// Files that should not be there, a kind as often as it is meant.
    pub(super) strays: Vec<DirtKind>,
}

impl Plan {
    pub(super) fn draw(region: &Region, rates: &Rates) -> Self {
        let mut plan = Self::default();
        for &kind in DirtKind::ALL {
            plan.plant(region, kind, rates.of(kind));
        }
        plan
    }

    fn plant(&mut self, region: &Region, kind: DirtKind, rate: f64) {
        if rate <= 0.0 || kind.spot() == Spot::Layout {
            return;
        }
        if kind.spot() == Spot::Stray {
            let count = libm::round(rate).max(1.0) as usize;
            self.strays.extend(std::iter::repeat_n(kind, count));
            return;
        }
        let mut places = places(region, kind.spot());
        let wanted = (libm::round(rate * places.len() as f64) as usize).max(1);
        region.rng(&format!("dirt {}", kind.id())).shuffle(&mut places);
        let mut left = wanted;
        for place in places {
            if left == 0 {
                return;
            }
            left -= usize::from(self.take(region, kind, place));
        }
    }

    /// Takes a place, where it is free and fits the kind.
    fn take(&mut self, region: &Region, kind: DirtKind, (year, grade, subject, number): Place) -> bool {
        let Some(school) = region.schools.get(number) else { return false };
        match (kind.spot(), subject) {
            (Spot::School, _) => self.habits.entry(kind).or_default().insert(number),
            (Spot::RawFile | Spot::FormFile | Spot::ExamFile, _) => {
                self.files.insert((year, grade, subject, kind))
            }
            (Spot::RawSchool | Spot::FormSchool | Spot::TestSchool, Some(subject)) => {
                let place = ((year, grade, subject), number);
                let free = !self.tests.contains_key(&place) && fits_test(region, kind, place.0, school);
                if free {
                    self.tests.insert(place, kind);
                }
                free
            }
            (Spot::ExamSchool, _) => {
                let in_tabs = self.files.contains(&(year, grade, None, DirtKind::TabFile));
                let readable = !(in_tabs && kind == DirtKind::UndecodableByte);
                let taken = self.exams.contains_key(&(year, grade, number));
                let free = !taken && readable && fits_exam(region, kind, year, grade, school);
                if free {
                    self.exams.insert((year, grade, number), kind);
                }
                free
            }
            (Spot::PassportSchool, _) => {
                school.exists(year) && free(&mut self.passports, (year, number), kind)
            }
            (Spot::RegisterSchool, _) => {
                let branch = kind != DirtKind::ParentUnreadable || school.parent.is_some();
                branch && school.exists(year) && free(&mut self.registers, (year, number), kind)
            }
            _ => false,
        }
    }

    /// Has the school this habit?
    pub(super) fn has_habit(&self, kind: DirtKind, school: usize) -> bool {
        self.habits.get(&kind).is_some_and(|schools| schools.contains(&school))
    }

    /// What is wrong with a school in a test.
    pub(super) fn in_test(&self, test: Test, school: usize) -> Option<DirtKind> {
        self.tests.get(&(test, school)).copied()
    }

    /// What is wrong with a school in the exams of a grade.
    pub(super) fn in_exam(&self, year: Year, grade: i32, school: usize) -> Option<DirtKind> {
        self.exams.get(&(year, grade, school)).copied()
    }

    /// What is wrong with a school in the passports.
    pub(super) fn in_passport(&self, year: Year, school: usize) -> Option<DirtKind> {
        self.passports.get(&(year, school)).copied()
    }

    /// What is wrong with a school in the register.
    pub(super) fn in_register(&self, year: Year, school: usize) -> Option<DirtKind> {
        self.registers.get(&(year, school)).copied()
    }

    /// Is this wrong with the file of a test?
    pub(super) fn test_file(&self, (year, grade, subject): Test, kind: DirtKind) -> bool {
        self.files.contains(&(year, grade, Some(subject), kind))
    }

    /// Is this wrong with the file of an exam?
    pub(super) fn exam_file(&self, year: Year, grade: i32, kind: DirtKind) -> bool {
        self.files.contains(&(year, grade, None, kind))
    }
}

fn free(taken: &mut BTreeMap<(Year, usize), DirtKind>, place: (Year, usize), kind: DirtKind) -> bool {
    let free = !taken.contains_key(&place);
    taken.entry(place).or_insert(kind);
    free
}

/// All places of a kind.
fn places(region: &Region, spot: Spot) -> Vec<Place> {
    let schools = || 0..region.schools.len();
    let years = |raw: bool, form: bool| {
        let fits = move |year: &&Year| if **year < FIRST_F1 { raw } else { form };
        region.years.iter().filter(fits).copied()
    };
    let tests = |raw, form| {
        years(raw, form)
            .flat_map(|year| region.vpr_tests().map(move |(grade, subject)| (year, grade, Some(subject))))
    };
    let all = |years: &[Year]| -> Vec<Place> {
        years.iter().flat_map(|&year| schools().map(move |school| (year, 0, None, school))).collect()
    };
    let of_tests = |raw, form| -> Vec<Place> {
        tests(raw, form).flat_map(|(y, g, s)| schools().map(move |school| (y, g, s, school))).collect()
    };
    let exams = || region.years.iter().flat_map(|&year| [(year, 9), (year, 11)]);
    match spot {
        Spot::School => schools().map(|school| (Year(0), 0, None, school)).collect(),
        Spot::RawSchool => of_tests(true, false),
        Spot::FormSchool => of_tests(false, true),
        Spot::TestSchool => of_tests(true, true),
        Spot::RawFile => tests(true, false).map(|(y, g, s)| (y, g, s, 0)).collect(),
        Spot::FormFile => tests(false, true).map(|(y, g, s)| (y, g, s, 0)).collect(),
        Spot::ExamFile => exams().map(|(year, grade)| (year, grade, None, 0)).collect(),
        Spot::ExamSchool => {
            exams().flat_map(|(year, grade)| schools().map(move |s| (year, grade, None, s))).collect()
        }
        Spot::PassportSchool | Spot::RegisterSchool => all(&region.years),
        Spot::Stray | Spot::Layout => Vec::new(),
    }
}

/// Small schools and those of a kind of their own are left alone, and some kinds need a pupil of their sort.
fn fits_test(region: &Region, kind: DirtKind, (year, grade, subject): Test, school: &School) -> bool {
    if matches!(school.kind, Kind::Correctional | Kind::Evening) || school.cohort < 6.0 || !school.has(grade)
    {
        return false;
    }
    let sittings = region.vpr(school, year, grade, subject);
    let present = sittings.iter().filter(|sitting| sitting.present()).count();
    let skips = || sittings.iter().filter(|s| s.present() && s.points.contains(&None)).count() > 1;
    present >= 4
        && match kind {
            DirtKind::AbsentWithScores => present < sittings.len(),
            DirtKind::NotTaught | DirtKind::BlankTask => skips(),
            _ => true,
        }
}

fn fits_exam(region: &Region, kind: DirtKind, year: Year, grade: i32, school: &School) -> bool {
    let attempts = if grade == 9 { region.oge(school, year) } else { region.ege(school, year) };
    super::ris::victim(kind, &attempts).is_some()
}
