//! Ids and years as types of their own, so that one is never taken for the other.

use std::fmt;

/// The calendar year in which a school year ends: 2024 stands for 2023/24.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Year(pub i32);

impl fmt::Display for Year {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// The id of a school inside `rsoko`: six digits, with the prefix `ksh` for correctional schools.
///
/// Logins `sch123456` (up to 2021) and `edu123456` (from 2022) are one school, `ksh123456` is another
/// (handbook of the field, 2.7).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct SchoolId(String);

impl SchoolId {
    /// Reads a login, a bare code of six digits, or a cell such as `edu203389 | МБОУ …` and `Школа(edu203389)`.
    ///
    /// Returns `None` where no code of six digits stands after an optional known prefix.
    #[must_use]
    pub fn from_login(text: &str) -> Option<Self> {
        let lower = text.trim().to_lowercase();
        let bytes = lower.as_bytes();
        let is_digit = |i: usize| bytes.get(i).is_some_and(u8::is_ascii_digit);
        let start = (0..bytes.len())
            .find(|&i| (i..i + 6).all(is_digit) && !is_digit(i + 6) && (i == 0 || !is_digit(i - 1)))?;
        let digits = lower.get(start..start + 6)?;
        let before = lower.get(..start).unwrap_or_default();
        let letters_before = before.chars().next_back().is_some_and(char::is_alphanumeric);
        match before {
            b if b.ends_with("ksh") => Some(Self(format!("ksh{digits}"))),
            b if b.ends_with("sch") || b.ends_with("edu") => Some(Self(digits.to_owned())),
            _ if letters_before => None,
            _ => Some(Self(digits.to_owned())),
        }
    }

    /// The id as it stands in tables.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SchoolId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::SchoolId;

    #[test]
    fn logins_of_one_school_meet_and_correctional_schools_stay_apart() {
        let id = |text: &str| SchoolId::from_login(text).map(|s| s.to_string());
        let cases = [
            ("edu203389", Some("203389")),
            ("sch203389", Some("203389")),
            ("ksh203389", Some("ksh203389")),
            ("EDU203389 ", Some("203389")),
            ("edu224085 | МБОУ СОШ № 1", Some("224085")),
            ("МБОУ «Школа»(edu203389)", Some("203389")),
            ("203389", Some("203389")),
            ("203389.0", Some("203389")),
            ("2033891", None),
            ("reg203389", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(id(text).as_deref(), expected, "{text:?}");
        }
    }
}
