//! Words as senders spell them: Latin look-alikes, «ё», spaces of all kinds, capitals.

use crate::grid::is_space;

/// A header or a title for comparison: letters and digits only, single spaces between, `ё` as `е`, Latin look-alikes
/// as the Cyrillic letters that they look like (on both sides, so that Latin words still meet themselves).
pub(super) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            out.push(cyrillic(c));
        } else if !out.is_empty() && !out.ends_with(' ') && !is_joiner(c) {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// A cell's word for comparison: as [`fold`], but punctuation counts.
pub(super) fn squash(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.trim_matches(is_space).chars().flat_map(char::to_lowercase) {
        if is_space(c) {
            if !out.ends_with(' ') && !is_joiner(c) {
                out.push(' ');
            }
        } else {
            out.push(cyrillic(c));
        }
    }
    out
}

/// A text with single spaces, for storing.
pub(super) fn tidy(text: &str) -> String {
    let words: Vec<&str> = text.split(is_space).filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// Characters that a reader of the page does not see: soft hyphens and spaces without width.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
}

/// The Cyrillic small letter that a Latin one looks like (as a small or as a capital letter); `ё` as `е`.
fn cyrillic(c: char) -> char {
    match c {
        'ё' => 'е',
        'a' => 'а',
        'b' => 'в',
        'c' => 'с',
        'e' => 'е',
        'h' => 'н',
        'k' => 'к',
        'm' => 'м',
        'o' => 'о',
        'p' => 'р',
        't' => 'т',
        'x' => 'х',
        'y' => 'у',
        other => other,
    }
}

/// A value of a cell, fit to be quoted in a message: short, and not what looks like the name of a person (a column that
/// slipped by one can bring names where codes should stand).
pub(super) fn quotable(text: &str) -> String {
    let text = tidy(text);
    let names = text
        .split(' ')
        .filter(|word| {
            let mut chars = word.chars();
            chars.next().is_some_and(char::is_uppercase)
                && word.chars().count() > 1
                && chars.all(|c| c.is_lowercase() || c == '-' || c == '.')
        })
        .count();
    if names >= 2 || looks_like_initials(&text) {
        return "…".to_owned();
    }
    if text.chars().count() > 40 {
        let start: String = text.chars().take(40).collect();
        return format!("{start}…");
    }
    text
}

/// `Иванов И.И.`, `Иванов И. И.`
fn looks_like_initials(text: &str) -> bool {
    let Some((first, rest)) = text.split_once(' ') else { return false };
    let letters: Vec<char> = rest.chars().filter(|c| !matches!(c, '.' | ' ')).collect();
    first.chars().count() > 1
        && first.chars().all(char::is_alphabetic)
        && rest.contains('.')
        && (1..=2).contains(&letters.len())
        && letters.iter().all(|c| c.is_uppercase())
}

/// Numbers of a folded text: its tokens that are digits only.
pub(super) fn numbers(folded: &str) -> impl Iterator<Item = i32> {
    folded.split(' ').filter(|token| token.len() <= 9).filter_map(|token| token.parse().ok())
}

/// A class as it stands in tables: `7Б`. Look-alikes become Cyrillic, quotation marks and spaces go, «нет» means no
/// letter, a letter alone gets its grade. `None` for what is no class. The flag tells that look-alikes were replaced.
pub(super) fn class(text: &str, grade: Option<i32>) -> (Option<String>, bool) {
    let bare: String = text
        .chars()
        .filter(|c| !is_space(*c) && !matches!(c, '«' | '»' | '"' | '“' | '”' | '„' | '\'' | '`' | '-' | '–'))
        .collect();
    let upper = bare.to_uppercase();
    let mut replaced = false;
    let mut letters = String::new();
    for c in upper.chars() {
        let twin = cyrillic(c.to_ascii_lowercase());
        if c.is_ascii_uppercase() && !twin.is_ascii() {
            replaced = true;
            letters.extend(twin.to_uppercase());
        } else {
            letters.push(c);
        }
    }
    let digits: String = letters.chars().take_while(char::is_ascii_digit).collect();
    let rest = letters.get(digits.len()..).unwrap_or_default();
    let rest = rest.strip_prefix(".0").filter(|r| r.is_empty()).unwrap_or(rest);
    let rest = if matches!(rest, "НЕТ" | "БЕЗЛИТЕРЫ") { "" } else { rest };
    if bare.is_empty() || rest.chars().count() > 6 {
        return (None, false);
    }
    let grade = grade.map(|g| g.to_string()).unwrap_or_default();
    let number = if digits.is_empty() { grade.as_str() } else { digits.as_str() };
    let class = format!("{number}{rest}");
    ((!class.is_empty()).then_some(class), replaced)
}

#[cfg(test)]
mod tests {
    use super::{class, fold, quotable, squash};

    #[test]
    fn headers_meet_whatever_the_keyboard() {
        assert_eq!(
            fold("  Отметка за предыдущий триместр/ четверть/полугодие "),
            fold("отметка за предыдущий триместр/четверть/полугодие")
        );
        assert_eq!(fold("Kод\u{a0}учаcтника"), fold("Код участника"));
        assert_eq!(fold("на внутришкольном учете"), fold("На внутришкольном учёте:"));
        assert_eq!(fold("E-mail"), fold("e-mail"));
        assert_eq!(squash(" \u{a0}X "), squash("х"));
        assert_ne!(fold("Отметка"), fold("Отметка по журналу"));
    }

    #[test]
    fn classes_are_spelt_one_way() {
        let cases = [
            ("7б", Some("7Б"), false),
            ("5A", Some("5А"), true),
            ("«а»", Some("5А"), false),
            ("а(2)", Some("5А(2)"), false),
            ("5 - Б", Some("5Б"), false),
            ("нет", Some("5"), false),
            ("НЕТ", Some("5"), false),
            ("5нет", Some("5"), false),
            ("5", Some("5"), false),
            ("5.0", Some("5"), false),
            ("5G", Some("5G"), false),
            ("", None, false),
            ("Иванов Иван Иванович", None, false),
        ];
        for (text, expected, replaced) in cases {
            assert_eq!(class(text, Some(5)), (expected.map(str::to_owned), replaced), "{text:?}");
        }
    }

    #[test]
    fn what_looks_like_a_person_is_not_quoted() {
        for name in ["Иванова Анна", "Иванов Иван Иванович", "Петров П.П.", "Петров П. П."]
        {
            assert_eq!(quotable(name), "…", "{name}");
        }
        assert_eq!(quotable(" нет  отметки "), "нет отметки");
        assert_eq!(quotable("Математика"), "Математика");
    }
}
