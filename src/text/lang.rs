//! The two languages of the house.

/// A language of messages and reports.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Russian, the users' language.
    #[default]
    Ru,
    /// English, its equal.
    En,
}

impl Lang {
    /// Both languages.
    pub const ALL: [Self; 2] = [Self::Ru, Self::En];

    /// The two-letter code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Ru => "ru",
            Self::En => "en",
        }
    }

    /// Reads `ru`, `en`, or a locale such as `ru_RU.UTF-8`; `None` for any other language.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.get(2..)?.starts_with(char::is_alphanumeric) {
            return None;
        }
        match text.get(..2)?.to_ascii_lowercase().as_str() {
            "ru" => Some(Self::Ru),
            "en" => Some(Self::En),
            _ => None,
        }
    }
}
