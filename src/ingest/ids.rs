//! Codes of organisations and municipalities: can a row of digits be one, or is it a telephone?

use std::collections::BTreeMap;

/// A code of a register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Register {
    /// ИНН: ten digits of an organisation or twelve of a person, the last one or two of them control digits.
    Inn,
    /// ОКТМО: eight digits of a municipality, or eleven of a settlement; without control digits.
    Oktmo,
}

impl Register {
    /// Can this be a code of the column whose codes mostly begin with the region's two digits?
    ///
    /// One telephone in ten has sound control digits, so that the region counts too. An ИНН that may be a telephone needs
    /// both; one that may not needs either: a slip in its last digit is no reason to lose it. An ОКТМО of eleven digits that
    /// begins as a mobile telephone does is never believed, not even in the two regions (79 and 89) where it may be right.
    pub(super) fn admits(self, code: &str, region: Option<&str>) -> bool {
        let is_home = region.is_some_and(|region| code.starts_with(region));
        match self {
            Self::Inn if may_be_telephone(code) => is_home && has_control_digits(code),
            Self::Inn => is_home || has_control_digits(code),
            Self::Oktmo => is_home && !is_mobile(code),
        }
    }

    /// Does this look like a code before anything is known of the region?
    fn is_plain(self, code: &str) -> bool {
        match self {
            Self::Inn => has_control_digits(code) || !may_be_telephone(code),
            Self::Oktmo => !is_mobile(code),
        }
    }

    /// The two digits with which most codes of a column begin, telephones left out; of equals the first.
    pub(super) fn region(self, codes: impl Iterator<Item = String>) -> Option<String> {
        let mut regions: BTreeMap<String, usize> = BTreeMap::new();
        for code in codes.filter(|code| self.is_plain(code)) {
            *regions.entry(code.chars().take(2).collect()).or_default() += 1;
        }
        let most = regions.values().max().copied()?;
        regions.into_iter().find(|(_, count)| *count == most).map(|(region, _)| region)
    }
}

/// Ten digits as of a telephone without its first 8: 3, 4 and 8 begin codes of places, 9 those of mobile operators, of which
/// none has 990.
fn may_be_telephone(code: &str) -> bool {
    code.starts_with(['3', '4', '8', '9']) && !code.starts_with("990")
}

/// Eleven digits as of a mobile telephone: 7 or 8, then 9.
fn is_mobile(code: &str) -> bool {
    code.len() == 11 && (code.starts_with("79") || code.starts_with("89"))
}

/// Weights of the control digit of an organisation; those of a person's two control digits begin with 7 and with 3, 7.
const WEIGHTS: [u32; 11] = [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8];

/// Do the control digits of an ИНН follow from its other digits?
fn has_control_digits(code: &str) -> bool {
    let digits: Option<Vec<u32>> = code.chars().map(|c| c.to_digit(10)).collect();
    let Some(digits) = digits else { return false };
    // The control digit behind the first `length` digits: the weights end with the same digit for every length.
    let follows = |length: usize| {
        let weights = WEIGHTS.iter().skip(WEIGHTS.len() - length);
        let sum: u32 = digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum();
        digits.get(length) == Some(&(sum % 11 % 10))
    };
    match digits.len() {
        10 => follows(9),
        12 => follows(10) && follows(11),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::Register::{Inn, Oktmo};
    use super::has_control_digits;

    #[test]
    fn control_digits() {
        // Known numbers: a bank's, the tax service's, and the example of a person that handbooks use.
        for code in ["7707083893", "7707329152", "500100732259"] {
            assert!(has_control_digits(code), "{code}");
        }
        for code in ["7707083894", "7707329151", "500100732258", "500100732269", "770708389", "77070838X3"] {
            assert!(!has_control_digits(code), "{code}");
        }
    }

    #[test]
    fn telephones_are_no_codes() {
        assert!(!Inn.admits("9141234567", Some("22")) && !Inn.admits("9141234567", Some("91")));
        // Of all mobile numbers of an exchange some have a sound control digit: the region refuses these.
        let sound: Vec<String> =
            (0..1000).map(|n| format!("9141234{n:03}")).filter(|code| has_control_digits(code)).collect();
        assert!((80..120).contains(&sound.len()), "{}", sound.len());
        assert!(sound.iter().all(|code| !Inn.admits(code, Some("22")) && !Inn.admits(code, None)));
        for code in ["79141234567", "89141234567", "83852123456"] {
            assert!(!Oktmo.admits(code, Some("01")), "{code}");
        }
        for code in ["01701000", "01601101001"] {
            assert!(Oktmo.admits(code, Some("01")), "{code}");
        }
    }

    #[test]
    fn an_inn_that_is_no_telephone_needs_its_region_or_its_control_digits() {
        assert!(Inn.admits("7707083893", Some("22")), "a school of a Moscow founder");
        assert!(!Inn.admits("7707083894", Some("22")));
        assert!(Inn.admits("2201000012", Some("22")), "a slip in the last digit");
        assert!(Inn.admits("3808000007", Some("38")) && !Inn.admits("3808000000", Some("38")));
    }

    #[test]
    fn the_region_is_that_of_most_codes() {
        let codes = |codes: &[&str]| Oktmo.region(codes.iter().map(|code| (*code).to_owned()));
        assert_eq!(codes(&["01701000", "89141234567", "89141234568", "01601101001"]).as_deref(), Some("01"));
        assert_eq!(codes(&["89141234567"]), None);
    }
}
