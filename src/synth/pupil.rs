//! Pupils of a cohort: drawn from the seed, the school and the year of entry, so that a cohort of grade 5 is the same
//! cohort a year later in grade 6, and nobody has to be remembered.

use crate::base::Year;
use crate::synth::blueprint::Subject;
use crate::synth::region::{Region, below, chance};
use crate::synth::school::School;

/// A pupil.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pupil {
    /// Number inside the cohort, from 1.
    pub number: u32,
    /// Class: 0 is А, 1 is Б, …
    pub class: usize,
    /// Is it a girl?
    pub female: bool,
    /// Ability in standard deviations, school included, in mathematics and in Russian.
    pub ability: [f64; 2],
}

impl Pupil {
    /// Ability in one subject.
    #[must_use]
    pub fn in_subject(&self, subject: Subject) -> f64 {
        let [maths, russian] = self.ability;
        match subject {
            Subject::Maths => maths,
            Subject::Russian => russian,
        }
    }

    /// The letter of the class.
    #[must_use]
    pub fn letter(&self) -> char {
        ['А', 'Б', 'В', 'Г', 'Д', 'Е', 'Ж', 'З', 'И', 'К'].get(self.class).copied().unwrap_or('Л')
    }
}

impl Region {
    /// The pupils of a grade in a year, in the order of their numbers. Both subjects share most of their ability.
    #[must_use]
    pub fn pupils(&self, school: &School, year: Year, grade: i32) -> Vec<Pupil> {
        let size = school.cohort_size(self.seed, year, grade);
        let mut rng = self.rng(&format!("cohort {} {}", school.id(), year.0 - grade));
        let of_cohort = school.effect + 0.17 * rng.normal();
        let classes = size.div_ceil(27).max(1);
        (1..=size)
            .map(|number| {
                let common = rng.normal();
                let mut one = |effect: f64| of_cohort + effect + 0.85 * common + 0.527 * rng.normal();
                let [russian, maths] = school.subject_effect;
                let ability = [one(maths), one(russian)];
                Pupil {
                    number: u32::try_from(number).unwrap_or(u32::MAX),
                    class: below(&mut rng, classes),
                    female: chance(&mut rng, 0.49),
                    ability,
                }
            })
            .collect()
    }
}
