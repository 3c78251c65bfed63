//! Schools: what the register says of them, and what is hidden in them.

use crate::base::{Seed, Year};
use crate::stats::Rng;
use crate::synth::identity::Change;
use crate::synth::municipality::Municipality;
use crate::synth::names;
use crate::synth::profile::Profile;
use crate::synth::region::{below, chance, tailed};

/// What a school is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Grades 1–11.
    General,
    /// Grades 1–11, selective.
    Lyceum,
    /// Grades 1–11, selective.
    Gymnasium,
    /// Grades 1–9.
    Basic,
    /// Grades 1–4.
    Primary,
    /// Grades 1–9, part of another school.
    Branch,
    /// For pupils with special needs, grades 1–9, no exams.
    Correctional,
    /// Grades 9–11 for adults.
    Evening,
    /// Grades 1–9 with a dormitory.
    Boarding,
}

/// Where a school stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Locality {
    /// A city.
    City,
    /// A settlement of town type.
    Town,
    /// A village.
    Village,
}

/// A school.
#[derive(Debug, Clone, PartialEq)]
pub struct School {
    /// Six digits: `990017`.
    pub digits: String,
    /// What it is.
    pub kind: Kind,
    /// Where it stands.
    pub locality: Locality,
    /// Number of its municipality.
    pub municipality: usize,
    /// Short name: `МБОУ «СОШ № 12»`.
    pub name_short: String,
    /// Full name.
    pub name_full: String,
    /// For a branch: the digits of its parent.
    pub parent: Option<String>,
    /// Has it grades 10 and 11?
    pub senior: bool,
    /// Pupils in an average cohort.
    pub cohort: f64,
    /// What became of its name, its independence and its municipality.
    pub change: Option<Change>,
    /// What is hidden in it.
    pub hidden: Hidden,
}

/// What no file says of a school.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Hidden {
    /// How hard its conditions are, in standard deviations.
    pub hardship: f64,
    /// The lasting shares of its social passport, in the order of [`FACTORS`](crate::synth::FACTORS).
    pub shares: Vec<f64>,
    /// What those shares do to its pupils, standardised over the region.
    pub context: f64,
    /// What else makes its pupils differ, standardised over the region.
    pub rest: f64,
    /// The same for one subject alone: mathematics, Russian.
    pub subject: [f64; 2],
    /// By how much its pupils get better in a year.
    pub drift: f64,
    /// Added to the ability of pupils of schools of a special kind.
    pub special: f64,
    /// Probability that a pupil one point below the pass score of a ВПР is lifted to it.
    pub nudge: f64,
    /// Does it inflate ВПР, in most of its tests?
    pub inflates_vpr: bool,
    /// Added to the logit of a journal mark above the mark of the ВПР.
    pub leniency: f64,
    /// Is its journal inflated?
    pub inflates_journal: bool,
}

impl School {
    /// The login in ФИС ОКО: `edu990017`, `ksh990017`.
    #[must_use]
    pub fn login(&self) -> String {
        let prefix = if self.kind == Kind::Correctional { "ksh" } else { "edu" };
        format!("{prefix}{}", self.digits)
    }

    /// The id in the tables.
    #[must_use]
    pub fn id(&self) -> String {
        match self.kind {
            Kind::Correctional => format!("ksh{}", self.digits),
            _ => self.digits.clone(),
        }
    }

    /// The first and the last grade.
    #[must_use]
    pub fn grades(&self) -> (i32, i32) {
        match self.kind {
            Kind::Evening => (9, 11),
            Kind::Primary => (1, 4),
            _ if self.senior => (1, 11),
            _ => (1, 9),
        }
    }

    /// Has it this grade?
    #[must_use]
    pub fn has(&self, grade: i32) -> bool {
        let (first, last) = self.grades();
        (first..=last).contains(&grade)
    }

    /// Its own pupils of the cohort that is in this grade in this year. A cohort keeps its size; a third to a half of it
    /// goes on to grade 10.
    pub(in crate::synth) fn own_cohort(&self, seed: Seed, year: Year, grade: i32) -> usize {
        if !self.has(grade) {
            return 0;
        }
        let entry = year.0 - grade;
        let mut rng = Rng::new(seed.of(&format!("size {} {entry}", self.id())).0);
        let size = self.cohort * libm::exp(0.16 * rng.normal()) + 0.8 * rng.normal();
        let stays = if grade > 9 && self.kind != Kind::Evening { 0.33 + 0.2 * rng.uniform() } else { 1.0 };
        libm::round(size * stays).max(1.0) as usize
    }

    /// The pupils that it has on its own in an average year.
    pub(in crate::synth) fn lasting_size(&self) -> f64 {
        let (first, last) = self.grades();
        let whole = (first..=last.min(9)).count() as f64;
        let senior = (10..=last).filter(|&grade| grade >= first).count() as f64;
        self.cohort * (whole + 0.43 * senior)
    }
}

/// Draws the schools of a region's municipalities, of which the first has the number `from`; two of a hundred schools are
/// correctional or evening schools.
pub(in crate::synth) fn draw(
    count: usize,
    municipalities: &[Municipality],
    from: usize,
    seed: Seed,
    profile: &Profile,
) -> Vec<School> {
    let mut rng = Rng::new(seed.of("schools").0);
    // schools of a larger region are larger: its cities are
    let growth = libm::pow(count as f64 / 150.0, 0.8).clamp(0.7, 6.0);
    let mut schools = Vec::with_capacity(count);
    let mut quota = 0.0;
    for (number, municipality) in municipalities.iter().enumerate() {
        quota += municipality.weight * count as f64;
        let last = number + 1 == municipalities.len();
        let until = if last { count } else { libm::round(quota) as usize };
        let towns = (municipality.weight * count as f64 / 5.0).max(2.0) as usize;
        let number = from + number;
        let mut place = Place { number, municipality, profile, growth, towns, inside: 0 };
        while schools.len() < until {
            let digits = format!("{}{:04}", municipality.region, schools.len() + 1);
            let parent = schools.last().filter(|school: &&School| school.municipality == number);
            let school = place.school(digits, parent, &mut rng);
            schools.push(school);
        }
    }
    add_correctional(&mut schools, &mut rng);
    schools
}

/// Two correctional schools of a hundred; the first has the six digits of a general school.
fn add_correctional(schools: &mut [School], rng: &mut Rng) {
    let wanted = (schools.len() / 75).max(1);
    let length = schools.len();
    let shared = schools.get(length / 3).map(|school| school.digits.clone());
    for number in 0..wanted {
        let at = length * (2 * number + 1) / (2 * wanted);
        let Some(school) = schools.get_mut(at) else { continue };
        if let (0, Some(digits)) = (number, &shared) {
            school.digits.clone_from(digits);
        }
        school.kind = Kind::Correctional;
        school.senior = false;
        school.parent = None;
        school.cohort = 6.0 + 3.0 * rng.uniform();
        school.hidden.special -= 0.9;
        school.name_short = format!("ГКОУ «Специальная (коррекционная) школа № {}»", number + 1);
        school.name_full = format!(
            "Государственное казённое общеобразовательное учреждение «Специальная (коррекционная) школа № {}»",
            number + 1
        );
    }
}

struct Place<'a> {
    number: usize,
    municipality: &'a Municipality,
    profile: &'a Profile,
    growth: f64,
    towns: usize,
    inside: usize,
}

impl Place<'_> {
    fn school(&mut self, digits: String, parent: Option<&School>, rng: &mut Rng) -> School {
        let inside = self.inside;
        self.inside += 1;
        let locality = match inside {
            _ if self.municipality.city => Locality::City,
            _ if inside < self.towns => Locality::Town,
            _ => Locality::Village,
        };
        let kind = self.kind(locality, inside, parent, rng);
        let parent = parent.filter(|_| kind == Kind::Branch);
        let (name_short, name_full) = self.name(kind, locality, inside, parent);
        let senior = match kind {
            Kind::Lyceum | Kind::Gymnasium | Kind::Evening => true,
            Kind::General => chance(rng, if locality == Locality::Village { 0.6 } else { 0.9 }),
            _ => false,
        };
        let cohort = self.cohort(kind, locality, rng);
        School {
            digits,
            kind,
            locality,
            municipality: self.number,
            name_short,
            name_full,
            parent: parent.map(|school| school.digits.clone()),
            senior,
            cohort,
            change: None,
            hidden: self.hidden(kind, locality, rng),
        }
    }

    /// Everything hidden but the social shares and what follows from them.
    fn hidden(&self, kind: Kind, locality: Locality, rng: &mut Rng) -> Hidden {
        let Profile { ability, context, vpr, journal, schools, .. } = self.profile;
        let selective = matches!(kind, Kind::Lyceum | Kind::Gymnasium);
        let hardship = context.school_sd * rng.normal()
            + self.municipality.hardship
            + if locality == Locality::Village { context.village } else { 0.0 }
            + if selective { context.selective } else { 0.0 };
        let own = tailed(rng, ability.school_df)
            - if chance(rng, ability.weak_share) { ability.weak_by } else { 0.0 };
        let shared = ability.municipality_share;
        let trend = rng.uniform();
        let inflates_vpr = chance(rng, vpr.inflating);
        let nudge = vpr.nudge + vpr.nudge_sd * rng.normal();
        let inflates_journal = chance(rng, journal.inflating);
        Hidden {
            hardship,
            rest: shared.sqrt() * self.municipality.effect + (1.0 - shared).sqrt() * own,
            subject: [rng.normal(), rng.normal()],
            drift: match trend {
                u if u < schools.improving => schools.drift,
                u if u < schools.improving + schools.falling => -schools.drift,
                _ => 0.0,
            },
            special: match kind {
                Kind::Evening => -1.1,
                Kind::Boarding => -0.4,
                _ => 0.0,
            },
            nudge: if vpr.nudge > 0.0 { nudge.clamp(0.0, 0.95) } else { 0.0 },
            inflates_vpr,
            leniency: if inflates_journal { journal.inflation } else { journal.leniency_sd * rng.normal() },
            inflates_journal,
            ..Hidden::default()
        }
    }

    fn kind(&self, locality: Locality, inside: usize, parent: Option<&School>, rng: &mut Rng) -> Kind {
        match locality {
            Locality::City if inside == 11 => Kind::Evening,
            Locality::City if inside == 17 => Kind::Boarding,
            Locality::City if inside % 9 == 2 => Kind::Lyceum,
            Locality::City if inside % 9 == 5 => Kind::Gymnasium,
            Locality::City | Locality::Town => Kind::General,
            Locality::Village => match below(rng, 20) {
                0..=9 => Kind::General,
                10..=17 => Kind::Basic,
                18 if parent.is_some_and(|school| school.kind == Kind::General) => Kind::Branch,
                18 => Kind::Basic,
                _ => Kind::Primary,
            },
        }
    }

    fn cohort(&self, kind: Kind, locality: Locality, rng: &mut Rng) -> f64 {
        let (city, village) = (self.profile.schools.city_size, self.profile.schools.village_size);
        let (median, spread) = match (kind, locality) {
            (Kind::Evening | Kind::Boarding, _) => (14.0, 0.2),
            (Kind::Branch | Kind::Primary, _) => (5.0 * village, 0.4),
            (_, Locality::City) => (26.0 * self.growth * city, 0.4),
            (_, Locality::Town) => (18.0 * self.growth.min(3.5) * city, 0.4),
            (Kind::Basic, Locality::Village) => (7.8 * village, 0.52),
            (_, Locality::Village) => (13.0 * village, 0.52),
        };
        (median * libm::exp(spread * rng.normal())).clamp(2.0, 260.0)
    }

    fn name(
        &self,
        kind: Kind,
        locality: Locality,
        inside: usize,
        parent: Option<&School>,
    ) -> (String, String) {
        const FULL: &str = "Муниципальное бюджетное общеобразовательное учреждение";
        let number = inside + 1;
        let village = || names::village(self.number, inside);
        let (short, full) = match (kind, locality) {
            (Kind::Lyceum, _) => (format!("Лицей № {number}"), format!("Лицей № {number}")),
            (Kind::Gymnasium, _) => (format!("Гимназия № {number}"), format!("Гимназия № {number}")),
            (Kind::Evening, _) => (
                format!("ВСОШ № {number}"),
                format!("Вечерняя (сменная) общеобразовательная школа № {number}"),
            ),
            (Kind::Boarding, _) => {
                (format!("Школа-интернат № {number}"), format!("Школа-интернат № {number}"))
            }
            (_, Locality::City) => {
                (format!("СОШ № {number}"), format!("Средняя общеобразовательная школа № {number}"))
            }
            (_, Locality::Town) => {
                let adjective = &self.municipality.adjective;
                (
                    format!("{adjective} СОШ № {number}"),
                    format!("{adjective} средняя общеобразовательная школа № {number}"),
                )
            }
            (Kind::Primary, _) => {
                (format!("{} НОШ", village()), format!("{} начальная общеобразовательная школа", village()))
            }
            (Kind::Basic, _) => {
                (format!("{} ООШ", village()), format!("{} основная общеобразовательная школа", village()))
            }
            (Kind::Branch, _) => {
                let of = parent.map(|school| school.name_short.clone()).unwrap_or_default();
                let name = format!("Филиал {of} «{} ООШ»", village());
                return (name.clone(), format!("{name} (обособленное подразделение)"));
            }
            _ => (format!("{} СОШ", village()), format!("{} средняя общеобразовательная школа", village())),
        };
        (format!("МБОУ «{short}»"), format!("{FULL} «{full}»"))
    }
}
