//! Numbers as each language prints them. Fluent prints decimal points; we format numbers ourselves.

use crate::text::Lang;

const NBSP: char = '\u{a0}';
const THIN: char = '\u{202f}';

/// A number with this many decimals: decimal comma in Russian; thousands set apart from five digits on.
/// A value that is not finite prints as a dash.
#[must_use]
pub fn number(lang: Lang, value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return "—".to_owned();
    }
    let printed = format!("{value:.decimals$}");
    let unsigned = printed.trim_start_matches('-');
    let is_zero = unsigned.bytes().all(|b| b == b'0' || b == b'.');
    let sign = if printed.starts_with('-') && !is_zero { "\u{2212}" } else { "" };
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let mut out = format!("{sign}{}", grouped(lang, whole));
    if !fraction.is_empty() {
        out.push(if lang == Lang::Ru { ',' } else { '.' });
        out.push_str(fraction);
    }
    out
}

/// A whole number.
#[must_use]
pub fn integer(lang: Lang, value: i64) -> String {
    let sign = if value < 0 { "\u{2212}" } else { "" };
    format!("{sign}{}", grouped(lang, &value.unsigned_abs().to_string()))
}

/// A share (0 to 1) as per cent with this many decimals.
#[must_use]
pub fn percent(lang: Lang, share: f64, decimals: usize) -> String {
    if !share.is_finite() {
        return "—".to_owned();
    }
    let figure = number(lang, share * 100.0, decimals);
    match lang {
        Lang::Ru => format!("{figure}{NBSP}%"),
        Lang::En => format!("{figure}%"),
    }
}

/// An interval of shares, `12,3–45,6 %`.
#[must_use]
pub fn interval(lang: Lang, low: f64, high: f64, decimals: usize) -> String {
    if !(low.is_finite() && high.is_finite()) {
        return "—".to_owned();
    }
    format!("{}–{}", number(lang, low * 100.0, decimals), percent(lang, high, decimals))
}

fn grouped(lang: Lang, digits: &str) -> String {
    if digits.len() < 5 {
        return digits.to_owned();
    }
    let mark = if lang == Lang::Ru { THIN } else { ',' };
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(mark);
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{integer, interval, number, percent};
    use crate::text::Lang;

    #[test]
    fn each_language_prints_its_own_way() {
        assert_eq!(number(Lang::Ru, 1234.5, 1), "1234,5");
        assert_eq!(number(Lang::Ru, 12345.678, 2), "12\u{202f}345,68");
        assert_eq!(number(Lang::En, -12345.678, 2), "\u{2212}12,345.68");
        assert_eq!(number(Lang::Ru, -0.0004, 2), "0,00");
        assert_eq!(number(Lang::Ru, f64::NAN, 2), "—");
        assert_eq!(integer(Lang::En, 1_234_567), "1,234,567");
        assert_eq!(percent(Lang::Ru, 0.1234, 1), "12,3\u{a0}%");
        assert_eq!(interval(Lang::En, 0.1, 0.25, 0), "10–25%");
    }
}
