//! The region's truth: municipalities and schools with what is hidden in them, drawn once. Pupils are not kept: a
//! cohort is a function of the seed, its school and its year of entry, and is drawn where it is needed.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Seed, Year};
use crate::stats::Rng;
use crate::synth::municipality::{self, Municipality};
use crate::synth::names;
use crate::synth::profile::Profile;
use crate::synth::school::{self, School};
use crate::synth::vpr::Tests;

/// More schools are a country: several regions, each with digits of its own.
const ONE_REGION: usize = 9_000;
/// Schools of a region of a country.
const OF_COUNTRY: usize = 1_000;

/// A region, or a country of several.
#[derive(Debug, Clone)]
pub struct Region {
    /// The seed that was asked for.
    pub drawn_with: u64,
    /// The seed from which everything is drawn.
    pub seed: Seed,
    /// The years in which the school years end, ascending.
    pub years: Vec<Year>,
    /// What it is like.
    pub profile: Profile,
    /// Its municipalities.
    pub municipalities: Vec<Municipality>,
    /// Its schools, sorted by their six digits.
    pub schools: Vec<School>,
    /// Ids of schools that at some time hold the pupils of others, and the numbers of those.
    pub(in crate::synth) hosts: BTreeMap<String, Vec<usize>>,
    /// How much the context of schools differs before it is standardised.
    pub(in crate::synth) context_sd: f64,
    pub(in crate::synth) tests: Tests,
}

impl Region {
    /// Draws a region of so many schools. More than 9,000 are a country of regions of at most 1,000.
    #[must_use]
    pub fn draw(schools: usize, drawn_with: u64, years: &[Year], profile: &Profile) -> Self {
        let seed = Seed(drawn_with).of("region");
        let regions = if schools > ONE_REGION { schools.div_ceil(OF_COUNTRY) } else { 1 };
        let (mut municipalities, mut all) = (Vec::new(), Vec::with_capacity(schools));
        // the highest digits last, so that schools stand in the order of their ids
        for number in (0..regions).rev() {
            let count = schools / regions + usize::from(number < schools % regions);
            let digits = names::FIRST_REGION - number;
            let own = if number == 0 { seed } else { seed.of(&format!("region {digits}")) };
            let drawn = municipality::draw(digits, count, own, profile);
            all.extend(school::draw(count, &drawn, municipalities.len(), own, profile));
            municipalities.extend(drawn);
        }
        let tests = Tests::new(years, schools, profile);
        let mut region = Self {
            drawn_with,
            seed,
            years: years.to_vec(),
            profile: profile.clone(),
            municipalities,
            schools: all,
            hosts: BTreeMap::new(),
            context_sd: 0.0,
            tests,
        };
        region.settle_context();
        region.settle_identities();
        region
    }

    /// Are these several regions?
    #[must_use]
    pub fn is_country(&self) -> bool {
        self.schools.len() > ONE_REGION
    }

    /// The regions of a country, each with its own schools and nothing else changed; a region itself.
    #[must_use]
    pub fn parts(&self) -> Vec<Cow<'_, Self>> {
        if !self.is_country() {
            return vec![Cow::Borrowed(self)];
        }
        let mut regions: Vec<usize> =
            self.municipalities.iter().map(|municipality| municipality.region).collect();
        regions.dedup();
        regions.into_iter().map(|region| Cow::Owned(self.part(region))).collect()
    }

    /// The folder of a region of a country: `99/`.
    pub(in crate::synth) fn folder(&self) -> String {
        let region = self.municipalities.first().map(|municipality| municipality.region);
        format!("{}/", region.unwrap_or_default())
    }

    /// One region of a country: municipalities and schools of a region stand together, so that their numbers move by as
    /// many as stand before them.
    fn part(&self, region: usize) -> Self {
        let here = |municipality: usize| self.municipality_number(municipality).region == region;
        let before =
            self.municipalities.iter().take_while(|municipality| municipality.region != region).count();
        let schools_before = self.schools.iter().take_while(|school| !here(school.municipality)).count();
        let own = self.schools.iter().filter(|school| here(school.municipality));
        let schools: Vec<School> = own.map(|school| school.renumbered(before, schools_before)).collect();
        let ids: BTreeSet<String> = schools.iter().map(School::id).collect();
        let hosts = self.hosts.iter().filter(|(id, _)| ids.contains(*id));
        let moved = |numbers: &Vec<usize>| numbers.iter().map(|number| number - schools_before).collect();
        Self {
            municipalities: self.municipalities.iter().filter(|m| m.region == region).cloned().collect(),
            hosts: hosts.map(|(id, numbers)| (id.clone(), moved(numbers))).collect(),
            schools,
            ..self.clone()
        }
    }

    /// The name of the region in which a municipality lies.
    #[must_use]
    pub fn name(municipality: &Municipality) -> String {
        names::region(municipality.region)
    }

    /// The municipality of a school in the last year.
    #[must_use]
    pub fn municipality(&self, school: &School) -> &Municipality {
        self.municipality_number(school.municipality)
    }

    /// The municipality of a school in a year.
    #[must_use]
    pub fn municipality_in(&self, school: &School, year: Year) -> &Municipality {
        self.municipality_number(school.municipality_in(year))
    }

    fn municipality_number(&self, number: usize) -> &Municipality {
        const NONE: &Municipality = &Municipality::NONE;
        self.municipalities.get(number).unwrap_or(NONE)
    }

    /// The schools that there are in a year, as they were then, with their numbers.
    pub fn schools_in(&self, year: Year) -> impl Iterator<Item = (usize, Cow<'_, School>)> {
        self.schools
            .iter()
            .enumerate()
            .filter_map(move |(number, school)| Some((number, school.as_in(year)?)))
    }

    /// The schools whose pupils are another's in a year.
    pub(in crate::synth) fn guests(&self, host: &School, year: Year) -> impl Iterator<Item = &School> {
        let numbers = self.hosts.get(&host.id()).map(Vec::as_slice).unwrap_or_default();
        numbers.iter().filter_map(|&at| self.schools.get(at)).filter(move |guest| !guest.exists(year))
    }

    /// All pupils of a school in a year.
    #[must_use]
    pub fn enrolment(&self, school: &School, year: Year) -> usize {
        if !school.exists(year) {
            return 0;
        }
        let (first, last) = school.grades();
        let of = |school: &School| -> usize {
            (first..=last).map(|grade| school.own_cohort(self.seed, year, grade)).sum()
        };
        of(school) + self.guests(school, year).map(of).sum::<usize>()
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

/// A number with variance 1: normal, or of a t distribution with so many degrees of freedom.
pub(in crate::synth) fn tailed(rng: &mut Rng, df: f64) -> f64 {
    let z = rng.normal();
    if df > 0.0 { z * ((df - 2.0) / (2.0 * rng.gamma(df / 2.0))).sqrt() } else { z }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Region, tailed};
    use crate::base::Year;
    use crate::stats::{Rng, mean};
    use crate::synth::{Profile, School, Subject};

    #[test]
    fn a_country_is_its_regions() {
        let years = [Year(2024), Year(2025)];
        let country = Region::draw(9_005, 3, &years, &Profile::typical().unwrap());
        let ids: BTreeSet<String> = country.schools.iter().map(School::id).collect();
        assert_eq!(ids.len(), 9_005);
        let names: BTreeSet<&str> = country.municipalities.iter().map(|m| m.name.as_str()).collect();
        assert_eq!(names.len(), country.municipalities.len());
        let parts = country.parts();
        assert_eq!(
            parts.iter().map(|part| part.schools.len()).collect::<Vec<_>>(),
            [900, 900, 900, 900, 900, 901, 901, 901, 901, 901]
        );
        let mut whole = country.schools.iter();
        for part in &parts {
            let region = part.folder();
            for school in &part.schools {
                let same = whole.next().unwrap();
                assert_eq!(format!("{}/", &school.digits[..2]), region);
                assert_eq!(school.id(), same.id());
                assert_eq!(part.municipality(school), country.municipality(same));
                assert_eq!(part.enrolment(school, Year(2024)), country.enrolment(same, Year(2024)));
            }
            let last = part.schools.last().unwrap();
            let again = country.schools.iter().find(|school| school.id() == last.id()).unwrap();
            let sat = |region: &Region, school| region.vpr(school, Year(2025), 6, Subject::Maths);
            assert_eq!(sat(part, last), sat(&country, again));
        }
    }

    #[test]
    fn tails_keep_the_variance() {
        let mut rng = Rng::new(5);
        for (df, extreme) in [(0.0, 0.0027), (5.0, 0.012)] {
            let drawn: Vec<f64> = (0..200_000).map(|_| tailed(&mut rng, df)).collect();
            let variance = mean(&drawn.iter().map(|x| x * x).collect::<Vec<_>>()).unwrap();
            let far = drawn.iter().filter(|x| x.abs() > 3.0).count() as f64 / 200_000.0;
            // R: pt(-3 * sqrt(5 / 3), 5) * 2 is 0.01174
            assert!((variance - 1.0).abs() < 0.05 && (far - extreme).abs() < 0.001, "{df}: {variance} {far}");
        }
    }
}
