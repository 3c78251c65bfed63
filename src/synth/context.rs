//! Social context: the shares of the social passport. They hang together through the hardship of a school, and move
//! a little from year to year.

use crate::base::Year;
use crate::synth::region::{Region, logistic, successes};
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
}

const fn factor(measure: &'static str, header: &'static str, base: f64, slope: f64) -> Factor {
    Factor { measure, header, base, slope }
}

/// The figures in the order of the passport's columns.
pub const FACTORS: [Factor; 13] = [
    factor("large_families", "из многодетных семей", -1.66, 0.35),
    factor("single_parent", "из неполных семей", -1.52, 0.15),
    factor("low_income", "из малообеспеченных семей", -1.30, 0.50),
    factor("both_parents_graduates", "оба родителя с высшим образованием", -1.15, -0.70),
    factor("one_parent_graduate", "один родитель с высшим образованием", -1.25, -0.25),
    factor("both_parents_unemployed", "оба родителя безработные", -3.5, 0.70),
    factor("parent_disabled", "хотя бы один родитель инвалид", -3.6, 0.20),
    factor("foster_care", "под опекой и в приёмных семьях", -3.6, 0.45),
    factor("socially_dangerous", "в социально опасном положении", -4.4, 0.80),
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
    /// The social passport of a school in a year.
    #[must_use]
    pub fn passport(&self, school: &School, year: Year) -> Passport {
        let pupils = u32::try_from(school.enrolment(self.seed, year)).unwrap_or(u32::MAX);
        let mut lasting = self.rng(&format!("context {}", school.id()));
        let mut yearly = self.rng(&format!("context {} {year}", school.id()));
        let language = self.municipality(school).language;
        let counts = FACTORS
            .iter()
            .map(|factor| {
                let local = match factor.measure {
                    "non_native_russian" => language,
                    "special_needs" if school.kind == Kind::Correctional => 7.0,
                    _ => 0.0,
                };
                let own = 0.3 * lasting.normal();
                let logit =
                    factor.base + factor.slope * school.hardship + own + local + 0.06 * yearly.normal();
                successes(&mut yearly, pupils, logistic(logit))
            })
            .collect();
        Passport { pupils, counts }
    }
}
