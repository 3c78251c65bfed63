//! Social context: the shares of the social passport. They hang together through the hardship of a school, some are parts
//! of what others leave, and they move a little from year to year. What they do to ability is linear in the shares.

use crate::base::Year;
use crate::stats;
use crate::synth::profile::Profile;
use crate::synth::region::{Region, logistic};
use crate::synth::school::{Kind, School};

/// One figure of the social passport.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Factor {
    /// The canonical name.
    pub measure: &'static str,
    /// The header in the passport.
    pub header: &'static str,
    /// Logit of the share in an average school.
    base: f64,
    /// What a standard deviation of hardship adds to the logit.
    slope: f64,
    /// The figure of whose pupils these are none: the share is one of the others.
    beside: Option<usize>,
}

const fn factor(measure: &'static str, header: &'static str, base: f64, slope: f64) -> Factor {
    Factor { measure, header, base, slope, beside: None }
}

impl Factor {
    const fn beside(self, other: usize) -> Self {
        Self { beside: Some(other), ..self }
    }
}

/// The figures in the order of the passport's columns.
pub const FACTORS: [Factor; 16] = [
    factor("large_families", "из многодетных семей", -1.66, 0.35),
    factor("single_parent", "из неполных семей", -1.52, 0.15),
    factor("low_income", "из малообеспеченных семей", -1.30, 0.50),
    factor("both_parents_graduates", "оба родителя с высшим образованием", -1.15, -0.70),
    factor("one_parent_graduate", "один родитель с высшим образованием", -0.95, -0.25).beside(3),
    factor("both_parents_unemployed", "оба родителя безработные", -3.5, 0.70),
    factor("parent_disabled", "хотя бы один родитель инвалид", -3.6, 0.20),
    factor("foster_care", "под опекой и в приёмных семьях", -3.6, 0.45),
    factor("socially_dangerous", "в социально опасном положении", -4.4, 0.80),
    factor("one_parent_unemployed", "один родитель безработный", -2.2, 0.45).beside(5),
    factor("housing_comfortable", "в благоустроенном жилье", 0.9, -0.55),
    factor("housing_partly", "в частично благоустроенном и неблагоустроенном жилье", 2.6, 0.0).beside(10),
    factor("school_register", "на внутришкольном учёте", -3.9, 0.50),
    factor("police_register", "на учёте КДН и ПДН", -4.5, 0.60),
    factor("special_needs", "с ОВЗ и инвалидностью", -2.75, 0.30),
    factor("non_native_russian", "русский язык неродной", -3.2, 0.10),
];

/// A school's passport: all pupils, and the counts in the order of [`FACTORS`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passport {
    /// All pupils.
    pub pupils: u32,
    /// Pupils of each kind.
    pub counts: Vec<u32>,
}

impl Region {
    /// The social passport of a school in a year: its lasting shares, a little moved, as whole pupils. Nothing is drawn
    /// pupil by pupil: the shares *are* those of its pupils, and it is they that act.
    #[must_use]
    pub fn passport(&self, school: &School, year: Year) -> Passport {
        let pupils = u32::try_from(self.enrolment(school, year)).unwrap_or(u32::MAX);
        let mut rng = self.rng(&format!("passport {} {year}", school.id()));
        let moved = self.profile.context.yearly_sd;
        let mut counts: Vec<u32> = Vec::with_capacity(FACTORS.len());
        for (factor, share) in FACTORS.iter().zip(&school.hidden.shares) {
            let taken = factor.beside.and_then(|other| counts.get(other)).copied().unwrap_or_default();
            let wanted = f64::from(pupils) * share * libm::exp(moved * rng.normal()) + rng.uniform();
            counts.push((wanted as u32).min(pupils - taken));
        }
        Passport { pupils, counts }
    }

    /// The lasting shares of a school: so many of its pupils, drawn once.
    fn lasting_shares(&self, school: &School) -> Vec<f64> {
        let mut rng = self.rng(&format!("context {}", school.id()));
        let pupils = libm::round(school.lasting_size()).max(1.0);
        let language = self.municipality(school).language;
        let mut shares: Vec<f64> = Vec::with_capacity(FACTORS.len());
        for factor in &FACTORS {
            let local = match factor.measure {
                "non_native_russian" => language,
                "special_needs" if school.kind == Kind::Correctional => 7.0,
                _ => 0.0,
            };
            let own = self.profile.context.own_sd * rng.normal();
            let p = logistic(factor.base + factor.slope * school.hidden.hardship + own + local);
            let taken = factor.beside.and_then(|other| shares.get(other)).copied().unwrap_or_default();
            let among = libm::round(pupils * (1.0 - taken)) as u64;
            shares.push(rng.binomial(among, p) as f64 / pupils);
        }
        shares
    }

    /// Draws the shares of every school and what they do, standardised over the region; standardises the rest too.
    pub(in crate::synth) fn settle_context(&mut self) {
        let shares: Vec<Vec<f64>> = self.schools.iter().map(|school| self.lasting_shares(school)).collect();
        let weights = weights(&self.profile);
        let mut context: Vec<f64> = shares
            .iter()
            .map(|shares| {
                10.0 * shares.iter().zip(&weights).map(|(share, weight)| share * weight).sum::<f64>()
            })
            .collect();
        self.context_sd = standardise(&mut context);
        let mut rest: Vec<f64> = self.schools.iter().map(|school| school.hidden.rest).collect();
        standardise(&mut rest);
        for (((school, shares), context), rest) in self.schools.iter_mut().zip(shares).zip(context).zip(rest)
        {
            school.hidden.shares = shares;
            school.hidden.context = context;
            school.hidden.rest = rest;
        }
    }
}

/// What ten percentage points of each figure do, against each other, in the order of [`FACTORS`].
pub(in crate::synth) fn weights(profile: &Profile) -> Vec<f64> {
    let weight = |factor: &Factor| profile.context.weight.get(factor.measure).copied().unwrap_or_default();
    FACTORS.iter().map(weight).collect()
}

/// Takes the mean off and divides by the standard deviation, which it tells; numbers that are all alike become 0.
fn standardise(numbers: &mut [f64]) -> f64 {
    let mean = stats::mean(numbers).unwrap_or_default();
    let sd = stats::standard_deviation(numbers).filter(|sd| *sd > 0.0);
    for number in numbers.iter_mut() {
        *number = sd.map_or(0.0, |sd| (*number - mean) / sd);
    }
    sd.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use crate::base::Year;
    use crate::stats::mean;
    use crate::synth::profile::Profile;
    use crate::synth::{FACTORS, Region};

    #[test]
    fn shares_are_nested_and_explain_what_the_profile_says() {
        let profile = Profile::typical().unwrap();
        let region = Region::draw(600, 3, &[Year(2024)], &profile);
        let mut squares = Vec::new();
        for school in &region.schools {
            let passport = region.passport(school, Year(2024));
            let count = |name: &str| passport.counts[FACTORS.iter().position(|f| f.measure == name).unwrap()];
            assert!(count("both_parents_graduates") + count("one_parent_graduate") <= passport.pupils);
            assert!(count("housing_comfortable") + count("housing_partly") <= passport.pupils);
            squares.push(school.hidden.context * school.hidden.context);
        }
        assert!((mean(&squares).unwrap() - 1.0).abs() < 0.01);
        let lasting: Vec<f64> = region.schools.iter().map(|school| region.lasting(school)).collect();
        let product: Vec<f64> =
            region.schools.iter().zip(&lasting).map(|(school, all)| school.hidden.context * all).collect();
        let all: Vec<f64> = lasting.iter().map(|all| all * all).collect();
        let product = mean(&product).unwrap();
        let r2 = product * product / mean(&all).unwrap();
        assert!((r2 - profile.ability.context_r2).abs() < 0.08, "{r2}");
    }
}
