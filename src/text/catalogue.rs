//! The catalogue itself: Fluent resources compiled into the program.

use std::borrow::Cow;
use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use crate::text::{Lang, integer, number};

/// A value that a message needs.
#[derive(Debug, Clone)]
pub enum Arg<'a> {
    /// A text, printed as it is.
    Text(Cow<'a, str>),
    /// A count: chooses the plural form, and is printed with thousands set apart.
    Count(i64),
    /// A number and its decimals.
    Real(f64, usize),
}

impl<'a> From<&'a str> for Arg<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Arg<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl<'a> From<&'a String> for Arg<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

macro_rules! counts {
    ($($kind:ty)*) => { $(
        impl From<$kind> for Arg<'_> {
            fn from(count: $kind) -> Self {
                Self::Count(i64::try_from(count).unwrap_or(i64::MAX))
            }
        }
    )* };
}
counts!(i32 i64 u32 u64 usize);

/// All messages of one language.
pub struct Catalogue {
    lang: Lang,
    bundle: FluentBundle<FluentResource>,
    keys: Vec<String>,
}

/// The catalogue of a language.
#[must_use]
pub fn catalogue(lang: Lang) -> &'static Catalogue {
    static RU: OnceLock<Catalogue> = OnceLock::new();
    static EN: OnceLock<Catalogue> = OnceLock::new();
    match lang {
        Lang::Ru => RU.get_or_init(|| Catalogue::load(lang, RU_SOURCES)),
        Lang::En => EN.get_or_init(|| Catalogue::load(lang, EN_SOURCES)),
    }
}

impl Catalogue {
    fn load(lang: Lang, sources: &[&str]) -> Self {
        let locale: LanguageIdentifier = lang.code().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![locale]);
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(match lang {
            Lang::Ru => |value, _| whole(Lang::Ru, value),
            Lang::En => |value, _| whole(Lang::En, value),
        }));
        let mut keys = Vec::new();
        for source in sources {
            // A malformed entry is left out here and caught by the test of the catalogue.
            let resource = match FluentResource::try_new((*source).to_owned()) {
                Ok(resource) | Err((resource, _)) => resource,
            };
            keys.extend(resource_keys(&resource));
            bundle.add_resource_overriding(resource);
        }
        keys.sort();
        Self { lang, bundle, keys }
    }

    /// The language of this catalogue.
    #[must_use]
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// All keys, sorted; an attribute is `message.attribute`. A key that stands twice is listed twice.
    #[must_use]
    pub fn keys(&self) -> &[String] {
        &self.keys
    }

    /// True where the key exists.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.keys.binary_search_by(|k| k.as_str().cmp(key)).is_ok()
    }

    /// The text of a key (`message` or `message.attribute`) with its values filled in.
    ///
    /// An unknown key gives `⟦key⟧`: visible, and never a reason to stop.
    #[must_use]
    pub fn get(&self, key: &str, args: &[(&str, Arg<'_>)]) -> String {
        let (id, attribute) =
            key.split_once('.').map_or((key, None), |(id, attribute)| (id, Some(attribute)));
        let pattern = self.bundle.get_message(id).and_then(|message| match attribute {
            Some(attribute) => message.get_attribute(attribute).map(|a| a.value()),
            None => message.value(),
        });
        let Some(pattern) = pattern else {
            return format!("⟦{key}⟧");
        };
        let mut filled = FluentArgs::new();
        for (name, value) in args {
            let value = match value {
                Arg::Text(text) => FluentValue::from(text.as_ref().to_owned()),
                Arg::Count(count) => FluentValue::from(*count),
                Arg::Real(value, decimals) => FluentValue::from(number(self.lang, *value, *decimals)),
            };
            filled.set((*name).to_owned(), value);
        }
        self.bundle.format_pattern(pattern, Some(&filled), &mut Vec::new()).into_owned()
    }

    /// What a finding says, or (`attribute` `.cure`) what to do about it. Its texts may use `$value`, `$detail`, `$column`,
    /// and `$words`: the detail with the words of the tables said as people say them.
    #[must_use]
    pub fn finding(&self, code: &str, attribute: &str, value: &str, detail: &str, column: &str) -> String {
        let is_look = code == "I206" || is_look(value);
        let quoted = if is_look { "finding-look" } else { "finding-quoted" };
        let args = [
            ("value", Arg::from(value)),
            ("detail", Arg::from(detail)),
            ("column", Arg::from(column)),
            ("words", Arg::from(self.words(detail))),
            ("said", Arg::from(self.words(value))),
            ("quoted", Arg::from(self.get(quoted, &[("value", Arg::from(value))]))),
        ];
        self.get(&format!("finding-{code}{attribute}"), &args)
    }

    /// `vpr spring 5 ma` as `ВПР, весна, 5 класс, математика`.
    fn words(&self, detail: &str) -> String {
        let said = |word: &str| match word.parse::<i64>() {
            Ok(grade @ 1..=11) => self.get("finding-grade", &[("grade", Arg::from(grade))]),
            _ if self.has(&format!("word-{word}")) => self.text(&format!("word-{word}")),
            _ => word.to_owned(),
        };
        detail.split(' ').map(said).collect::<Vec<_>>().join(", ")
    }

    /// The text of a key without values.
    #[must_use]
    pub fn text(&self, key: &str) -> String {
        self.get(key, &[])
    }

    /// A count with its noun in the right form: `3 школы`, `3 schools`. The noun's message is `count-<noun>`.
    #[must_use]
    pub fn count(&self, count: i64, noun: &str) -> String {
        self.get(&format!("count-{noun}"), &[("n", Arg::Count(count))])
    }
}

/// Is this the look of a value that a finding may not quote (`x`, `X`, `9` for its signs)? What may be quoted has at most six
/// digits, two letters and one other sign, or is a word of a language.
fn is_look(value: &str) -> bool {
    let stands_for = |c: char| {
        matches!(c, 'x' | 'X' | '9' | '·' | '…' | ' ') || c.is_ascii_punctuation() || "№«»–—".contains(c)
    };
    let count = |is: fn(char) -> bool| value.chars().filter(|c| is(*c)).count();
    let (letters, digits) = (count(char::is_alphabetic), count(|c| c.is_ascii_digit()));
    let signs = value.chars().count() - letters - digits;
    letters + digits > 0 && value.chars().all(stands_for) && (letters > 2 || digits > 6 || signs > 1)
}

/// Whole numbers are printed our way; everything else is left to Fluent.
#[expect(clippy::cast_possible_truncation, reason = "counts are whole and far below 2^53")]
fn whole(lang: Lang, value: &FluentValue<'_>) -> Option<String> {
    match value {
        FluentValue::Number(n) => Some(integer(lang, n.value.round() as i64)),
        _ => None,
    }
}

fn resource_keys(resource: &FluentResource) -> Vec<String> {
    let mut keys = Vec::new();
    for entry in resource.entries() {
        if let Some((id, has_value, attributes)) = message_of(entry) {
            if has_value {
                keys.push(id.to_owned());
            }
            keys.extend(attributes.iter().map(|attribute| format!("{id}.{attribute}")));
        }
    }
    keys
}

fn message_of<'a>(entry: &'a fluent_syntax::ast::Entry<&'a str>) -> Option<(&'a str, bool, Vec<&'a str>)> {
    match entry {
        fluent_syntax::ast::Entry::Message(message) => Some((
            message.id.name,
            message.value.is_some(),
            message.attributes.iter().map(|attribute| attribute.id.name).collect(),
        )),
        _ => None,
    }
}

macro_rules! sources {
    ($lang:literal: $($topic:literal)*) => {
        &[$(include_str!(concat!($lang, "/", $topic, ".ftl"))),*]
    };
}

const RU_SOURCES: &[&str] = sources!("ru": "causes" "certify" "cli" "clusters" "counts" "faults" "findings" "fit" "linear" "method" "report" "tables");
const EN_SOURCES: &[&str] = sources!("en": "causes" "certify" "cli" "clusters" "counts" "faults" "findings" "fit" "linear" "method" "report" "tables");

#[cfg(test)]
mod tests {
    use super::{Arg, EN_SOURCES, RU_SOURCES, catalogue};
    use crate::text::Lang;
    use fluent_bundle::FluentResource;

    #[test]
    fn both_catalogues_parse_and_hold_the_same_keys() {
        for source in RU_SOURCES.iter().chain(EN_SOURCES) {
            let parsed = FluentResource::try_new((*source).to_owned());
            assert!(parsed.is_ok(), "{:?}", parsed.err().map(|(_, errors)| errors));
        }
        let (ru, en) = (catalogue(Lang::Ru).keys(), catalogue(Lang::En).keys());
        for keys in [ru, en] {
            for pair in keys.windows(2) {
                assert_ne!(pair[0], pair[1], "key stands twice");
            }
        }
        assert_eq!(ru, en);
    }

    #[test]
    fn russian_plurals_take_three_forms() {
        let ru = catalogue(Lang::Ru);
        let forms: Vec<String> = [1, 2, 5, 11, 21, 12_345].iter().map(|&n| ru.count(n, "school")).collect();
        assert_eq!(forms, ["1 школа", "2 школы", "5 школ", "11 школ", "21 школа", "12\u{202f}345 школ"]);
        assert_eq!(catalogue(Lang::En).count(1, "school"), "1 school");
        assert_eq!(ru.get("no-such-key", &[("a", Arg::Count(1))]), "⟦no-such-key⟧");
    }
}
