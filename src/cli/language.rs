//! The language of the terminal: `--lang`, else `RSOKO_LANG`, else the locale, else Russian.

use std::ffi::OsString;

use crate::text::Lang;

/// The language for this command line. It is needed before the line is understood, since help and complaints about the
/// line are written in it.
#[must_use]
pub fn of(words: &[OsString]) -> Lang {
    asked(words).unwrap_or_else(|| from(|name| std::env::var(name).ok()))
}

fn asked(words: &[OsString]) -> Option<Lang> {
    let words: Vec<&str> =
        words.iter().map_while(|word| word.to_str()).take_while(|word| *word != "--").collect();
    let after = words.windows(2).filter_map(|pair| match pair {
        ["--lang", value] => Lang::parse(value),
        _ => None,
    });
    let joined = words.iter().filter_map(|word| Lang::parse(word.strip_prefix("--lang=")?));
    after.chain(joined).next()
}

/// What `RSOKO_LANG` says, where it is no language of the house.
pub fn unknown(variable: impl Fn(&str) -> Option<String>) -> Option<String> {
    variable("RSOKO_LANG").filter(|value| !value.is_empty() && Lang::parse(value).is_none())
}

fn from(variable: impl Fn(&str) -> Option<String>) -> Lang {
    let own = variable("RSOKO_LANG").and_then(|value| Lang::parse(&value));
    let locale = || {
        // The first of these that is set decides, as everywhere.
        let set = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().filter_map(|name| variable(name));
        set.into_iter().find(|value| !value.is_empty()).and_then(|value| Lang::parse(&value))
    };
    own.or_else(locale).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{asked, from, unknown};
    use crate::text::Lang;

    #[test]
    fn the_option_then_the_variable_then_the_locale_then_russian() {
        let words = |line: &str| line.split(' ').map(Into::into).collect::<Vec<std::ffi::OsString>>();
        assert_eq!(asked(&words("rsoko --lang en run")), Some(Lang::En));
        assert_eq!(asked(&words("rsoko run --lang=ru")), Some(Lang::Ru));
        assert_eq!(asked(&words("rsoko run -- --lang en")), None);
        let environment = |pairs: &'static [(&str, &str)]| {
            from(|name| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
        };
        assert_eq!(environment(&[("RSOKO_LANG", "en"), ("LANG", "ru_RU.UTF-8")]), Lang::En);
        assert_eq!(environment(&[("LC_ALL", "en_US.UTF-8"), ("LANG", "ru_RU.UTF-8")]), Lang::En);
        assert_eq!(environment(&[("LC_ALL", ""), ("LANG", "en_US.UTF-8")]), Lang::En);
        assert_eq!(environment(&[("LANG", "C.UTF-8")]), Lang::Ru);
        assert_eq!(environment(&[("LANG", "de_DE.UTF-8")]), Lang::Ru);
        assert_eq!(environment(&[]), Lang::Ru);
        let said = |value: &'static str| unknown(|_| Some(value.to_owned()));
        assert_eq!((said("xx"), said("english")), (Some("xx".to_owned()), Some("english".to_owned())));
        assert_eq!((said("en_US"), said(""), unknown(|_| None)), (None, None, None));
    }
}
