//! Pupils of a cohort: drawn from the seed, the school and the year of entry, so that a cohort of grade 5 is the same
//! cohort a year later in grade 6, and nobody has to be remembered.

use crate::base::Year;
use crate::synth::blueprint::Subject;
use crate::synth::profile::of_grade;
use crate::synth::region::{Region, below, chance, tailed};
use crate::synth::school::School;

/// Pupils of a class.
const CLASS: usize = 27;
/// What both subjects of a pupil share, and what each has for itself: together a variance of 1.
const SHARED: f64 = 0.85;
const SINGLE: f64 = 0.526_782_687_642_637;

/// A pupil.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pupil {
    /// Number inside the cohort, from 1.
    pub number: u32,
    /// Class: 0 is А, 1 is Б, …
    pub class: usize,
    /// Is it a girl?
    pub female: bool,
    /// Ability in standard deviations of the pupils of a school, school included, in mathematics and in Russian.
    pub ability: [f64; 2],
}

impl Pupil {
    /// Ability in one subject: the others are between mathematics and Russian.
    #[must_use]
    pub fn in_subject(&self, subject: Subject) -> f64 {
        let [maths, russian] = self.ability;
        match subject {
            Subject::Maths => maths,
            Subject::Russian => russian,
            Subject::Physics | Subject::Chemistry => 0.7 * maths + 0.3 * russian,
            Subject::Biology | Subject::Geography | Subject::World => 0.5 * maths + 0.5 * russian,
            Subject::English | Subject::History | Subject::Society => 0.3 * maths + 0.7 * russian,
        }
    }

    /// The letter of the class.
    #[must_use]
    pub fn letter(&self) -> char {
        ['А', 'Б', 'В', 'Г', 'Д', 'Е', 'Ж', 'З', 'И', 'К'].get(self.class).copied().unwrap_or('Л')
    }
}

impl Region {
    /// The standard deviation between schools in a grade, in those of the pupils of a school.
    pub(in crate::synth) fn between(&self, grade: i32) -> f64 {
        let icc = of_grade(&self.profile.ability.icc, grade).unwrap_or_default();
        (icc / (1.0 - icc)).sqrt()
    }

    /// The lasting difference of a school from the others, in their standard deviations: context and the rest.
    #[must_use]
    pub fn lasting(&self, school: &School) -> f64 {
        let r2 = self.profile.ability.context_r2;
        r2.sqrt() * school.hidden.context + (1.0 - r2).sqrt() * school.hidden.rest
    }

    /// By how much lasting differences in all subjects count in a grade.
    pub(in crate::synth) fn lasting_sd(&self, grade: i32) -> f64 {
        let ability = &self.profile.ability;
        self.between(grade) * ((1.0 - ability.cohort_share) * (1.0 - ability.subject_share)).sqrt()
    }

    /// The pupils of a grade in a year, in the order of their numbers, those of schools that are part of this one last.
    /// Both subjects share most of their ability.
    #[must_use]
    pub fn pupils(&self, school: &School, year: Year, grade: i32) -> Vec<Pupil> {
        if !school.exists(year) || !school.has(grade) {
            return Vec::new();
        }
        let mut pupils = self.own_pupils(school, year, grade);
        for guest in self.guests(school, year) {
            let before = u32::try_from(pupils.len()).unwrap_or_default();
            let theirs = self.own_pupils(guest, year, grade).into_iter();
            pupils.extend(theirs.map(|pupil| Pupil { number: pupil.number + before, ..pupil }));
        }
        pupils
    }

    fn own_pupils(&self, school: &School, year: Year, grade: i32) -> Vec<Pupil> {
        let size = school.own_cohort(self.seed, year, grade);
        let mut rng = self.rng(&format!("cohort {} {}", school.id(), year.0 - grade));
        let plan = &self.profile.ability;
        let middle = self.years.get(self.years.len() / 2).map_or(year.0, |year| year.0);
        let trend = school.hidden.drift * f64::from(year.0 - middle);
        let between = self.between(grade);
        let lasting = between * (1.0 - plan.cohort_share).sqrt();
        let common = (1.0 - plan.subject_share).sqrt() * (self.lasting(school) + trend);
        let cohort = between * plan.cohort_share.sqrt() * rng.normal() + school.hidden.special;
        let of_subject =
            school.hidden.subject.map(|own| lasting * (common + plan.subject_share.sqrt() * own) + cohort);
        let classes = size.div_ceil(CLASS).max(1);
        let of_class: Vec<[f64; 2]> =
            (0..classes).map(|_| [plan.class_sd * rng.normal(), plan.class_sd * rng.normal()]).collect();
        (1..=size)
            .map(|number| {
                let shared = SHARED * tailed(&mut rng, plan.pupil_df);
                let single = [SINGLE * rng.normal(), SINGLE * rng.normal()];
                let class = below(&mut rng, classes);
                let of_class = of_class.get(class).copied().unwrap_or_default();
                let [maths, russian] = [0, 1].map(|subject: usize| {
                    [of_subject, of_class, single].iter().filter_map(|parts| parts.get(subject)).sum::<f64>()
                        + shared
                });
                Pupil {
                    number: u32::try_from(number).unwrap_or(u32::MAX),
                    class,
                    female: chance(&mut rng, 0.49),
                    ability: [maths, russian],
                }
            })
            .collect()
    }
}
