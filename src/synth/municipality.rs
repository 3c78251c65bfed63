//! Municipalities: their codes, and what they do to schools.

use crate::base::Seed;
use crate::stats::Rng;
use crate::synth::names;
use crate::synth::profile::Profile;

/// A municipality.
#[derive(Debug, Clone, PartialEq)]
pub struct Municipality {
    /// The two digits of its region: 99, in a country also 98, 97, …
    pub region: usize,
    /// `reg99_m003`.
    pub code: String,
    /// `Заречный район`.
    pub name: String,
    /// `Зареченская`: the adjective of its schools.
    pub adjective: String,
    /// ОКТМО.
    pub oktmo: String,
    /// Is it a city?
    pub city: bool,
    /// How many schools it has, as a share of the region's.
    pub weight: f64,
    /// What it does to the ability of its pupils, in standard deviations of municipalities.
    pub effect: f64,
    /// Added to the hardship of its schools.
    pub hardship: f64,
    /// Added to the logit of the share of pupils whose mother tongue is not Russian.
    pub language: f64,
}

impl Municipality {
    /// No municipality.
    pub(in crate::synth) const NONE: Self = Self {
        region: 0,
        code: String::new(),
        name: String::new(),
        adjective: String::new(),
        oktmo: String::new(),
        city: false,
        weight: 0.0,
        effect: 0.0,
        hardship: 0.0,
        language: 0.0,
    };
}

/// About one municipality for every 12.5 schools of a region, at least 3 and at most 60.
pub(in crate::synth) fn draw(
    region: usize,
    schools: usize,
    seed: Seed,
    profile: &Profile,
) -> Vec<Municipality> {
    let count = (schools * 2 / 25).clamp(3, 60);
    let cities = if count > 30 { 4 } else { 2 };
    let mut rng = Rng::new(seed.of("municipalities").0);
    let mut drawn: Vec<Municipality> =
        (0..count).map(|number| one(region, number, cities, profile, &mut rng)).collect();
    enlarge_cities(&mut drawn, city_share(schools));
    let total: f64 = drawn.iter().map(|municipality| municipality.weight).sum();
    for municipality in &mut drawn {
        municipality.weight /= total;
    }
    drawn
}

/// The least share of schools that lie in cities, in a region of so many: larger regions are more urban. Without it, regions
/// of many districts would be more rural and their tests smaller than the targets say (handbook, 2.6).
fn city_share(schools: usize) -> f64 {
    0.27 + 0.06 * ((schools as f64 - 600.0) / 900.0).clamp(0.0, 1.0)
}

/// Raises the weights of cities where they hold less than their share of schools.
fn enlarge_cities(drawn: &mut [Municipality], share: f64) {
    let weight = |city: bool| -> f64 {
        drawn
            .iter()
            .filter(|municipality| municipality.city == city)
            .map(|municipality| municipality.weight)
            .sum()
    };
    let (cities, districts) = (weight(true), weight(false));
    let factor = (share / (1.0 - share) * districts / cities).max(1.0);
    for municipality in drawn.iter_mut().filter(|municipality| municipality.city) {
        municipality.weight *= factor;
    }
}

fn one(region: usize, number: usize, cities: usize, profile: &Profile, rng: &mut Rng) -> Municipality {
    let name = names::municipality(number, cities);
    let weight = match (name.city, number) {
        (true, 0) if cities > 2 => 6.0,
        (true, 0) => 4.0,
        (true, _) if cities > 2 => 4.0,
        (true, _) => 2.6,
        (false, _) => 0.8 + 0.4 * rng.uniform(),
    };
    let remote = if name.city { -0.5 } else { 0.15 };
    // in a country every region has such a district: the region tells them apart
    let apart =
        if region == names::FIRST_REGION { String::new() } else { format!(", {}", names::region(region)) };
    Municipality {
        region,
        code: format!("reg{region}_m{:03}", number + 1),
        adjective: name.adjective,
        oktmo: format!("{region}{:03}000", 600 + number + 1),
        city: name.city,
        name: format!("{}{apart}", name.name),
        weight,
        effect: rng.normal(),
        hardship: remote + profile.context.municipality_sd * rng.normal(),
        language: profile.context.language_sd * rng.normal(),
    }
}
