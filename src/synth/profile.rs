//! Profiles: what a region is like, as data. The built-in ones stand in `data/profiles` and are compiled in; a file of
//! one's own names the fields in which it differs.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::{Table, Value};

use crate::base::{Fault, FaultCode, Place, Result};
use crate::text::nearest;

/// The profile on which all others stand.
const TYPICAL: &str = "typical";

/// The built-in profiles: name and text, the complete one first.
const BUILT_IN: [(&str, &str); 7] = [
    (TYPICAL, include_str!("../../data/profiles/typical.toml")),
    ("honest", include_str!("../../data/profiles/honest.toml")),
    ("hard", include_str!("../../data/profiles/hard.toml")),
    ("class-effects", include_str!("../../data/profiles/class-effects.toml")),
    ("heavy-tails", include_str!("../../data/profiles/heavy-tails.toml")),
    ("absence", include_str!("../../data/profiles/absence.toml")),
    ("everybody-nudges", include_str!("../../data/profiles/everybody-nudges.toml")),
];

/// Numbers by grade, as the file writes them.
type ByGrade = BTreeMap<String, f64>;

/// What a region is like. The fields are described in `data/profiles/typical.toml`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The name.
    pub name: String,
    /// The title in each language.
    pub title: BTreeMap<String, String>,
    /// Which tests there are.
    pub tests: TestPlan,
    /// Sizes and trends of schools.
    pub schools: SchoolPlan,
    /// Who can how much.
    pub ability: AbilityPlan,
    /// Social shares and what they do.
    pub context: ContextPlan,
    /// How ВПР are marked.
    pub vpr: VprPlan,
    /// What stands in journals.
    pub journal: JournalPlan,
    /// Who stays away.
    pub absence: AbsencePlan,
    /// Renames, mergers, splits.
    pub identity: IdentityPlan,
    /// Rates of dirt, by its kind.
    pub dirt: BTreeMap<String, f64>,
    /// The profile as TOML, nothing left out.
    #[serde(skip)]
    pub declared: Table,
}

/// `[tests]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "data/profiles/typical.toml says what each field is")]
pub struct TestPlan {
    pub whole_from: usize,
    pub autumn_years: Vec<i32>,
}

/// `[schools]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "data/profiles/typical.toml says what each field is")]
pub struct SchoolPlan {
    pub city_size: f64,
    pub village_size: f64,
    pub improving: f64,
    pub falling: f64,
    pub drift: f64,
}

/// `[ability]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "data/profiles/typical.toml says what each field is")]
pub struct AbilityPlan {
    pub context_r2: f64,
    pub municipality_share: f64,
    pub weak_share: f64,
    pub weak_by: f64,
    pub subject_share: f64,
    pub cohort_share: f64,
    pub class_sd: f64,
    pub occasion_sd: f64,
    pub school_df: f64,
    pub pupil_df: f64,
    pub icc: ByGrade,
}

/// `[context]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "data/profiles/typical.toml says what each field is")]
pub struct ContextPlan {
    pub municipality_sd: f64,
    pub school_sd: f64,
    pub village: f64,
    pub selective: f64,
    pub own_sd: f64,
    pub yearly_sd: f64,
    pub language_sd: f64,
    pub weight: BTreeMap<String, f64>,
}

/// `[vpr]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "data/profiles/typical.toml says what each field is")]
pub struct VprPlan {
    pub nudge: f64,
    pub nudge_sd: f64,
    pub taper: Vec<f64>,
    pub upper_nudge: f64,
    pub inflating: f64,
    pub inflated_tests: f64,
    pub inflated_nudge: f64,
    pub inflated_taper: Vec<f64>,
    pub year_factors: Vec<f64>,
    pub autumn_factor: f64,
    pub low_share: BTreeMap<String, ByGrade>,
}

/// `[journal]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "data/profiles/typical.toml says what each field is")]
pub struct JournalPlan {
    pub missing: f64,
    pub higher: f64,
    pub lower: f64,
    pub leniency_sd: f64,
    pub inflating: f64,
    pub inflation: f64,
    pub low_kept: f64,
    pub modest: f64,
    pub autumn_leniency: f64,
}

/// `[absence]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "data/profiles/typical.toml says what each field is")]
pub struct AbsencePlan {
    pub share: f64,
    pub slope: f64,
}

/// `[identity]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "data/profiles/typical.toml says what each field is")]
pub struct IdentityPlan {
    pub renamed: f64,
    pub merged: f64,
    pub split: f64,
    pub municipality: f64,
}

/// Fields and the numbers that they may hold, the first that fits; everything else is a share from 0 to 1.
const RANGES: [(&str, f64, f64); 29] = [
    ("tests.whole_from", 0.0, 1e9),
    ("tests.autumn_years", 1990.0, 2100.0),
    ("schools.city_size", 0.1, 10.0),
    ("schools.village_size", 0.1, 10.0),
    ("schools.drift", 0.0, 5.0),
    ("ability.context_r2", 0.0, 0.95),
    ("ability.subject_share", 0.0, 0.9),
    ("ability.cohort_share", 0.0, 0.9),
    ("ability.weak_by", 0.0, 10.0),
    ("ability.class_sd", 0.0, 3.0),
    ("ability.occasion_sd", 0.0, 3.0),
    ("ability.school_df", 0.0, 1e6),
    ("ability.pupil_df", 0.0, 1e6),
    ("ability.icc", 0.0, 0.8),
    ("context.municipality_sd", 0.0, 5.0),
    ("context.school_sd", 0.0, 5.0),
    ("context.village", -5.0, 5.0),
    ("context.selective", -5.0, 5.0),
    ("context.own_sd", 0.0, 5.0),
    ("context.language_sd", 0.0, 5.0),
    ("context.weight", -100.0, 100.0),
    ("vpr.year_factors", 0.1, 5.0),
    ("vpr.autumn_factor", 0.1, 5.0),
    ("vpr.low_share", 0.001, 0.9),
    ("journal.leniency_sd", 0.0, 5.0),
    ("journal.inflation", -10.0, 10.0),
    ("journal.autumn_leniency", -10.0, 10.0),
    ("absence.slope", -10.0, 10.0),
    ("dirt", 0.0, 1e6),
];

impl Profile {
    /// The names of the built-in profiles.
    pub fn names() -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().map(|&(name, _)| name)
    }

    /// The region as real ones are.
    ///
    /// # Errors
    /// None for the profile that is compiled in.
    pub fn typical() -> Result<Self> {
        Self::named(TYPICAL)
    }

    /// A built-in profile.
    ///
    /// # Errors
    /// `E303` where there is none of this name.
    pub fn named(name: &str) -> Result<Self> {
        let text = built_in(name).ok_or_else(|| unknown(name, Self::names(), Place::Nowhere))?;
        Self::parse(&format!("data/profiles/{name}.toml"), text)
    }

    /// Reads a profile: the fields of another one (`base`, else `typical`) and those that this text replaces.
    ///
    /// # Errors
    /// `E302` where it is not TOML or a field has another type, `E303` for a field or base that there is not, `E307` for a
    /// number out of its range.
    pub fn parse(path: &str, text: &str) -> Result<Self> {
        let place = || Place::File(path.to_owned());
        let declared = layered(text, &place)?;
        ranged("", &declared, &place)?;
        let mut profile: Self = declared.clone().try_into().map_err(|error: toml::de::Error| {
            Fault::new(FaultCode::DeclarationUnreadable).at(place()).because(error.message())
        })?;
        for (field, df) in
            [("ability.school_df", profile.ability.school_df), ("ability.pupil_df", profile.ability.pupil_df)]
        {
            // a variance is needed, which a t distribution has above two degrees of freedom
            if df > 0.0 && df < 2.1 {
                return Err(out_of_range(field, df, &place));
            }
        }
        profile.declared = declared;
        Ok(profile)
    }
}

fn built_in(name: &str) -> Option<&'static str> {
    BUILT_IN.iter().find(|&&(known, _)| known == name).map(|&(_, text)| text)
}

/// The fields of the base with those of this text over them.
fn layered(text: &str, place: &dyn Fn() -> Place) -> Result<Table> {
    let unreadable = |error: toml::de::Error| {
        Fault::new(FaultCode::DeclarationUnreadable).at(place()).because(error.message())
    };
    let mut own: Table = toml::from_str(text).map_err(unreadable)?;
    // how a region was made with the profile: written beside it, and no part of it
    own.remove("made");
    let base = match own.remove("base") {
        Some(Value::String(base)) => base,
        Some(other) => return Err(unknown(&other.to_string(), Profile::names(), place())),
        None => TYPICAL.to_owned(),
    };
    let below = built_in(&base).ok_or_else(|| unknown(&base, Profile::names(), place()))?;
    let mut whole =
        if base == TYPICAL { toml::from_str(below).map_err(unreadable)? } else { layered(below, place)? };
    merge("", &mut whole, own, place)?;
    Ok(whole)
}

fn merge(path: &str, whole: &mut Table, own: Table, place: &dyn Fn() -> Place) -> Result<()> {
    for (key, value) in own {
        let names: Vec<String> = whole.keys().cloned().collect();
        let here = joined(path, &key);
        match (whole.get_mut(&key), value) {
            // any kind of dirt: `files` knows which there are
            (None, rate @ (Value::Float(_) | Value::Integer(_))) if path == "dirt" => {
                let rate = if let Value::Integer(number) = rate { Value::Float(number as f64) } else { rate };
                whole.insert(key, rate);
            }
            (None, _) => return Err(unknown(&here, names.iter().map(String::as_str), place())),
            (Some(Value::Table(below)), Value::Table(over)) => merge(&here, below, over, place)?,
            (Some(below), Value::Integer(number)) if below.is_float() => *below = Value::Float(number as f64),
            (Some(below), over) if below.same_type(&over) => *below = over,
            (Some(below), over) => {
                let detail = format!("{here}: {} where {} is wanted", over.type_str(), below.type_str());
                return Err(Fault::new(FaultCode::DeclarationUnreadable).at(place()).because(detail));
            }
        }
    }
    Ok(())
}

fn joined(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// Every number lies in its range.
fn ranged(path: &str, table: &Table, place: &dyn Fn() -> Place) -> Result<()> {
    for (key, value) in table {
        let here = joined(path, key);
        match value {
            Value::Table(below) => ranged(&here, below, place)?,
            Value::Array(values) => {
                for value in values {
                    number(&here, value, place)?;
                }
            }
            value => number(&here, value, place)?,
        }
    }
    Ok(())
}

fn number(path: &str, value: &Value, place: &dyn Fn() -> Place) -> Result<()> {
    let number = match value {
        Value::Float(number) => *number,
        Value::Integer(number) => *number as f64,
        _ => return Ok(()),
    };
    let inside =
        |prefix: &str| path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    let range = RANGES.iter().find(|(prefix, ..)| inside(prefix));
    let (low, high) = range.map_or((0.0, 1.0), |&(_, low, high)| (low, high));
    if (low..=high).contains(&number) { Ok(()) } else { Err(out_of_range(path, number, place)) }
}

fn out_of_range(field: &str, value: f64, place: &dyn Fn() -> Place) -> Box<Fault> {
    Fault::new(FaultCode::ValueInvalid).at(place()).with("field", field).with("value", value)
}

fn unknown<'a>(name: &str, known: impl IntoIterator<Item = &'a str>, place: Place) -> Box<Fault> {
    let last = name.rsplit('.').next().unwrap_or(name);
    let fault = Fault::new(FaultCode::NameUnknown).at(place).with("name", name);
    match nearest(last, known) {
        Some(near) => fault.because(format!("{name}; nearest: {near}")),
        None => fault.because(name),
    }
}

/// The number of a grade, or of the nearest lower one that has any.
pub(in crate::synth) fn of_grade(numbers: &ByGrade, grade: i32) -> Option<f64> {
    numbers
        .iter()
        .filter_map(|(key, &number)| Some((key.parse::<i32>().ok()?, number)))
        .filter(|&(key, _)| key <= grade)
        .max_by_key(|&(key, _)| key)
        .map(|(_, number)| number)
}

#[cfg(test)]
mod tests {
    use super::Profile;
    use crate::base::FaultCode;

    #[test]
    fn every_built_in_profile_is_whole_and_named_as_its_file() {
        for name in Profile::names() {
            let profile = Profile::named(name).unwrap();
            assert_eq!(profile.name, name);
            assert_eq!(profile.title.keys().collect::<Vec<_>>(), ["en", "ru"]);
            // what is written beside a region reads as the same profile
            let written = toml::to_string(&profile.declared).unwrap();
            assert_eq!(Profile::parse("p.toml", &written).unwrap(), profile);
        }
    }

    #[test]
    fn a_file_replaces_what_it_names_and_nothing_else() {
        let text = "name = \"mine\"\nbase = \"honest\"\n[ability]\ncontext_r2 = 0\n";
        let mine = Profile::parse("p.toml", text).unwrap();
        let honest = Profile::named("honest").unwrap();
        assert_eq!((mine.ability.context_r2, mine.vpr.nudge), (0.0, 0.0));
        assert_eq!((mine.ability.icc, mine.context), (honest.ability.icc, honest.context));
    }

    #[test]
    fn what_is_wrong_in_a_file_is_told_with_the_nearest_name() {
        for (text, code, part) in [
            ("[ability]\ncontext_r = 0.3\n", FaultCode::NameUnknown, "nearest: context_r2"),
            ("base = \"honset\"\n", FaultCode::NameUnknown, "nearest: honest"),
            ("[ability]\ncontext_r2 = 0.99\n", FaultCode::ValueInvalid, "context_r2"),
            ("[ability]\npupil_df = 2.0\n", FaultCode::ValueInvalid, "pupil_df"),
            ("[vpr]\ntaper = 1.0\n", FaultCode::DeclarationUnreadable, "vpr.taper"),
            ("[vpr\n", FaultCode::DeclarationUnreadable, ""),
        ] {
            let fault = Profile::parse("p.toml", text).unwrap_err();
            assert_eq!(fault.code, code, "{text}");
            assert!(fault.to_string().contains(part), "{fault}");
        }
        assert_eq!(Profile::named("typcal").unwrap_err().code, FaultCode::NameUnknown);
    }
}
