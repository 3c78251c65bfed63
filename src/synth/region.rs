//! The region's truth: municipalities and schools with what is hidden in them, drawn once. Pupils are not kept: a
//! cohort is a function of the seed, its school and its year of entry, and is drawn where it is needed.

use crate::base::{Seed, Year};
use crate::stats::Rng;
use crate::synth::municipality::{self, Municipality};
use crate::synth::school::{self, School};
use crate::synth::vpr::Tests;

/// A region.
#[derive(Debug, Clone)]
pub struct Region {
    /// The seed from which everything is drawn.
    pub seed: Seed,
    /// The years in which the school years end, ascending.
    pub years: Vec<Year>,
    /// Its municipalities.
    pub municipalities: Vec<Municipality>,
    /// Its schools, sorted by id inside the general and the correctional ones.
    pub schools: Vec<School>,
    pub(in crate::synth) tests: Tests,
}

impl Region {
    /// The region's name.
    pub const NAME: &'static str = "Среднереченская область";

    /// Draws a region of so many schools.
    #[must_use]
    pub fn draw(schools: usize, seed: u64, years: &[Year]) -> Self {
        let seed = Seed(seed).of("region");
        let municipalities = municipality::draw(schools, seed);
        let schools = school::draw(schools, &municipalities, seed);
        Self { seed, years: years.to_vec(), municipalities, schools, tests: Tests::new() }
    }

    /// The municipality of a school.
    #[must_use]
    pub fn municipality(&self, school: &School) -> &Municipality {
        const NONE: &Municipality = &Municipality::NONE;
        self.municipalities.get(school.municipality).unwrap_or(NONE)
    }

    /// A stream of random numbers for a named part.
    pub(in crate::synth) fn rng(&self, part: &str) -> Rng {
        Rng::new(self.seed.of(part).0)
    }
}

/// The logistic function.
pub(in crate::synth) fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-x))
}

/// A whole number below `n`; 0 for `n` = 0.
pub(in crate::synth) fn below(rng: &mut Rng, n: usize) -> usize {
    ((rng.uniform() * n as f64) as usize).min(n.saturating_sub(1))
}

/// True with this probability.
pub(in crate::synth) fn chance(rng: &mut Rng, p: f64) -> bool {
    rng.uniform() < p
}

/// How many of `n` trials succeed.
pub(in crate::synth) fn successes(rng: &mut Rng, n: u32, p: f64) -> u32 {
    (0..n).map(|_| u32::from(chance(rng, p))).sum()
}
