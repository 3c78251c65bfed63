//! Schools: what the register says of them, and what is hidden in them.

use crate::base::{Seed, Year};
use crate::stats::Rng;
use crate::synth::municipality::Municipality;
use crate::synth::names;
use crate::synth::region::{below, chance};

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
    /// How hard its conditions are, in standard deviations.
    pub hardship: f64,
    /// Added to the ability of its pupils, context included.
    pub effect: f64,
    /// The same for one subject: Russian, mathematics.
    pub subject_effect: [f64; 2],
    /// Probability that a pupil one point below the pass score of a ВПР is lifted to it.
    pub nudge: f64,
    /// Added to the logit of a journal mark above the mark of the ВПР.
    pub leniency: f64,
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

    /// Pupils of the cohort that is in this grade in this year. A cohort keeps its size; a third to a half of it goes
    /// on to grade 10.
    #[must_use]
    pub fn cohort_size(&self, seed: Seed, year: Year, grade: i32) -> usize {
        if !self.has(grade) {
            return 0;
        }
        let entry = year.0 - grade;
        let mut rng = Rng::new(seed.of(&format!("size {} {entry}", self.id())).0);
        let size = self.cohort * libm::exp(0.16 * rng.normal()) + 0.8 * rng.normal();
        let stays = if grade > 9 && self.kind != Kind::Evening { 0.33 + 0.2 * rng.uniform() } else { 1.0 };
        libm::round(size * stays).max(1.0) as usize
    }

    /// All pupils of the school.
    #[must_use]
    pub fn enrolment(&self, seed: Seed, year: Year) -> usize {
        let (first, last) = self.grades();
        (first..=last).map(|grade| self.cohort_size(seed, year, grade)).sum()
    }
}

/// Draws the schools of all municipalities; two of a hundred are correctional or evening schools.
pub(in crate::synth) fn draw(count: usize, municipalities: &[Municipality], seed: Seed) -> Vec<School> {
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
        let mut place = Place { number, municipality, growth, towns, inside: 0 };
        while schools.len() < until {
            let digits = format!("99{:04}", schools.len() + 1);
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
        school.effect -= 0.9;
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
        let selective = matches!(kind, Kind::Lyceum | Kind::Gymnasium);
        let hardship = 0.8 * rng.normal()
            + self.municipality.hardship
            + if locality == Locality::Village { 0.35 } else { 0.0 }
            - if selective { 0.9 } else { 0.0 };
        let weak = if chance(rng, 0.14) { -0.6 } else { 0.0 };
        let by_kind = match kind {
            Kind::Lyceum | Kind::Gymnasium => 0.35,
            Kind::Evening => -1.1,
            Kind::Boarding => -0.4,
            _ => 0.0,
        };
        let effect = self.municipality.effect - 0.24 * hardship + 0.26 * rng.normal() + weak + by_kind;
        let subject_effect = [0.12 * rng.normal(), 0.12 * rng.normal()];
        let nudge = if chance(rng, 0.12) { 0.97 } else { (0.62 + 0.18 * rng.normal()).clamp(0.1, 0.9) };
        let leniency = if chance(rng, 0.12) { 1.6 } else { 0.35 * rng.normal() };
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
            hardship,
            effect,
            subject_effect,
            nudge,
            leniency,
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
        let (median, spread) = match (kind, locality) {
            (Kind::Evening | Kind::Boarding, _) => (14.0, 0.2),
            (Kind::Branch | Kind::Primary, _) => (5.0, 0.4),
            (_, Locality::City) => (26.0 * self.growth, 0.4),
            (_, Locality::Town) => (18.0 * self.growth.min(3.5), 0.4),
            (Kind::Basic, Locality::Village) => (7.5, 0.45),
            (_, Locality::Village) => (12.0, 0.45),
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
