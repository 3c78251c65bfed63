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

/// Words for nothing, in the spelling of [`squash`]; not all of them stand in layouts.
const NOTHING: [&str; 8] =
    ["нет", "да", "н/а", "нет данных", "нет отметки", "не писал", "неявка", "отсутствовал"];

/// A cell's text as a message may quote it. A column that slipped by one brings names, telephones and dates of birth
/// where codes should stand, so a text is quoted only where it cannot be such: a short number, at most two letters, or a
/// word that is known. Of anything else its [`shape`] is told.
pub(super) fn quotable(text: &str, is_known: impl Fn(&str) -> bool) -> String {
    let text = tidy(text);
    let word = squash(&text);
    let known = NOTHING.iter().any(|nothing| squash(nothing) == word) || is_known(&word);
    if known || is_harmless(&text) { text } else { shape(&text) }
}

/// At most six digits, two letters and one sign between them (a date and a telephone have more), in twelve characters.
fn is_harmless(text: &str) -> bool {
    let number =
        text.trim_start_matches(['-', '+', '\u{2212}', '–', '—']).trim_end_matches(['%', '-', '–', '—']);
    let count = |is: fn(char) -> bool| number.chars().filter(|c| is(*c)).count();
    let letters = count(char::is_alphabetic);
    let digits = count(|c| c.is_ascii_digit());
    let signs = number.chars().count() - letters - digits;
    text.chars().count() <= 12 && digits <= 6 && letters <= 2 && signs <= 1
}

/// How a text looks, without what it says: capitals as `X`, other letters as `x`, digits as `9`, at most twelve signs.
pub(super) fn shape(text: &str) -> String {
    let text = tidy(text);
    let mask = |c: char| match c {
        c if c.is_uppercase() => 'X',
        c if c.is_alphabetic() => 'x',
        c if c.is_numeric() => '9',
        c if c == ' ' || c.is_ascii_punctuation() || matches!(c, '№' | '«' | '»' | '–' | '—') => c,
        _ => '·',
    };
    let mut shape: String = text.chars().take(12).map(mask).collect();
    if text.chars().nth(12).is_some() {
        shape.push('…');
    }
    shape
}

/// A variant of a test: at most four digits, a letter at most before or behind them. `1.0` is 1.
pub(super) fn variant(text: &str) -> Option<String> {
    let text = tidy(text);
    let text = text.strip_suffix(".0").unwrap_or(&text);
    let digits = text.strip_prefix(char::is_alphabetic).unwrap_or(text);
    let digits = if digits.len() == text.len() {
        text.strip_suffix(char::is_alphabetic).unwrap_or(text)
    } else {
        digits
    };
    let valid = digits.len() <= 4 && digits.bytes().all(|b| b.is_ascii_digit());
    (valid && !text.is_empty()).then(|| text.to_owned())
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
    let is_grade = digits.is_empty() || digits.parse::<i32>().is_ok_and(|n| (1..=12).contains(&n));
    if bare.is_empty() || !is_grade || !is_class_letter(rest) {
        return (None, false);
    }
    let grade = grade.map(|g| g.to_string()).unwrap_or_default();
    let number = if digits.is_empty() { grade.as_str() } else { digits.as_str() };
    let class = format!("{number}{rest}");
    ((!class.is_empty()).then_some(class), replaced)
}

/// What may stand behind the number of a class: nothing, a letter, a letter and a digit, `А(2)`. More could be a name.
fn is_class_letter(rest: &str) -> bool {
    let Some(after) = rest.strip_prefix(char::is_alphabetic) else { return rest.is_empty() };
    let digit = after.strip_prefix('(').and_then(|digit| digit.strip_suffix(')')).unwrap_or(after);
    digit.len() <= 1 && digit.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::{class, fold, quotable, squash, variant};

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
            ("5Пётр", None, false),
            ("89141234567", None, false),
            ("12.03.2013", None, false),
        ];
        for (text, expected, replaced) in cases {
            assert_eq!(class(text, Some(5)), (expected.map(str::to_owned), replaced), "{text:?}");
        }
    }

    #[test]
    fn only_what_cannot_be_personal_is_quoted() {
        let cases = [
            ("5", "5"),
            (" 123456", "123456"),
            ("-1,5", "-1,5"),
            ("95 %", "95 %"),
            ("Н/А", "Н/А"),
            (" нет  данных ", "нет данных"),
            ("Математика", "Математика"),
            ("Канарейкин", "Xxxxxxxxxx"),
            ("Канарейкин Пётр Иванович", "Xxxxxxxxxx X…"),
            ("Пётр", "Xxxx"),
            ("+7 914 123-45-67", "+9 999 999-9…"),
            ("89141234567", "99999999999"),
            ("112-233-445 95", "999-999-999 …"),
            ("12.03.2013", "99.99.9999"),
            ("12.03.13", "99.99.99"),
            ("42-56-78", "99-99-99"),
            ("kanareykin@mail.ru", "xxxxxxxxxx@x…"),
            ("5 Пётр", "9 Xxxx"),
            ("", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(quotable(text, |word| word == squash("математика")), expected, "{text:?}");
        }
    }

    #[test]
    fn variants_are_short() {
        let cases = [
            ("1", Some("1")),
            ("1.0", Some("1")),
            ("0012", Some("0012")),
            ("А2", Some("А2")),
            ("2Б", Some("2Б")),
            ("А", Some("А")),
            ("12345", None),
            ("Пётр", None),
            ("5 Пётр", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(variant(text).as_deref(), expected, "{text:?}");
        }
    }
}
