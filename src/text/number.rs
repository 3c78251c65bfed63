//! Numbers as each language prints them. Fluent prints decimal points; we format numbers ourselves.

use crate::text::Lang;

const NBSP: char = '\u{a0}';
const THIN: char = '\u{202f}';

/// A number with this many decimals: decimal comma in Russian; thousands set apart, in Russian from five digits on.
/// A value that is not finite prints as a dash.
#[must_use]
pub fn number(lang: Lang, value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return "—".to_owned();
    }
    let unsigned = rounded(value.abs(), decimals);
    let is_zero = unsigned.bytes().all(|b| b == b'0' || b == b'.');
    let sign = if value < 0.0 && !is_zero { "\u{2212}" } else { "" };
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((&unsigned, ""));
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

/// A day written `2025-11-20`, as the language writes it; any other text as it is.
#[must_use]
pub fn day(lang: Lang, text: &str) -> String {
    match text.split('-').collect::<Vec<_>>().as_slice() {
        [year, month, day] if lang == Lang::Ru && (year.len(), month.len(), day.len()) == (4, 2, 2) => {
            format!("{day}.{month}.{year}")
        }
        _ => text.to_owned(),
    }
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

/// A comparison as it is printed, `≥` for `>=`.
#[must_use]
pub fn sign(comparison: &str) -> &str {
    match comparison {
        ">=" => "≥",
        "<=" => "≤",
        other => other,
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

/// A number that is not negative, rounded half away from zero on its 15 significant decimal digits, as spreadsheets
/// do: 9 of 16 is 56.3 %, not the 56.2 % of rounding half to even. Fifteen digits lose nothing here: what a share of
/// counts lacks to a half is far larger than they can miss.
fn rounded(value: f64, decimals: usize) -> String {
    let scientific = format!("{value:.14e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    let digits = mantissa.bytes().filter(u8::is_ascii_digit);
    // Digits before the point: at least one, zeros where the number is below 1.
    let (lead, before) = match usize::try_from(exponent) {
        Ok(shift) => (0, shift + 1),
        Err(_) => (usize::try_from(exponent.unsigned_abs()).unwrap_or(usize::MAX).min(400), 1),
    };
    let kept = before + decimals;
    let mut all: Vec<u8> = std::iter::repeat_n(b'0', lead).chain(digits).collect();
    all.resize(all.len().max(kept + 1), b'0');
    let up = all.get(kept).is_some_and(|digit| *digit >= b'5');
    all.truncate(kept);
    let mut carry = up;
    for digit in all.iter_mut().rev() {
        if !carry {
            break;
        }
        carry = *digit == b'9';
        *digit = if carry { b'0' } else { *digit + 1 };
    }
    let mut out: String = if carry { "1".to_owned() } else { String::new() };
    for (at, digit) in all.into_iter().enumerate() {
        if at == before {
            out.push('.');
        }
        out.push(char::from(digit));
    }
    out
}

fn grouped(lang: Lang, digits: &str) -> String {
    let first = if lang == Lang::Ru { 5 } else { 4 };
    if digits.len() < first {
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
    fn days_are_written_as_people_write_them() {
        let told = |text: &str| Lang::ALL.map(|lang| super::day(lang, text));
        assert_eq!(told("2025-11-20"), ["20.11.2025", "2025-11-20"]);
        assert_eq!(told("ноябрь"), ["ноябрь", "ноябрь"]);
    }

    #[test]
    fn each_language_prints_its_own_way() {
        assert_eq!(number(Lang::Ru, 1234.5, 1), "1234,5");
        assert_eq!(number(Lang::Ru, 12345.678, 2), "12\u{202f}345,68");
        assert_eq!(number(Lang::En, -12345.678, 2), "\u{2212}12,345.68");
        assert_eq!(number(Lang::Ru, -0.0004, 2), "0,00");
        assert_eq!(number(Lang::Ru, f64::NAN, 2), "—");
        assert_eq!(integer(Lang::En, 1_234_567), "1,234,567");
        assert_eq!([integer(Lang::Ru, 6300), integer(Lang::En, 6300)], ["6300", "6,300"]);
        assert_eq!(percent(Lang::Ru, 0.1234, 1), "12,3\u{a0}%");
        assert_eq!(interval(Lang::En, 0.1, 0.25, 0), "10–25%");
    }

    #[test]
    fn halves_go_away_from_zero_as_in_spreadsheets() {
        let cases = [
            (9.0 / 16.0 * 100.0, 1, "56.3"),
            (18.0 / 32.0 * 100.0, 1, "56.3"),
            (0.285 * 100.0, 0, "29"),
            (29.0 / 200.0 * 100.0, 0, "15"),
            (-0.125, 2, "\u{2212}0.13"),
            (0.5, 0, "1"),
            (2.5, 0, "3"),
            (99.95, 1, "100.0"),
            (9.999, 2, "10.00"),
            (0.0, 1, "0.0"),
            (0.004, 2, "0.00"),
            (0.0005, 3, "0.001"),
            (1e-300, 2, "0.00"),
            (123_456.0, 0, "123,456"),
        ];
        for (value, decimals, printed) in cases {
            assert_eq!(number(Lang::En, value, decimals), printed, "{value} to {decimals}");
        }
    }

    /// Every share of counts, against whole numbers: tenths of a per cent are (2000x + n) div 2n.
    #[test]
    fn shares_of_counts_are_rounded_exactly() {
        for n in 1..=400_u32 {
            for x in 0..=n {
                let tenths = (2000 * x + n) / (2 * n);
                let exact = format!("{}.{}%", tenths / 10, tenths % 10);
                assert_eq!(percent(Lang::En, f64::from(x) / f64::from(n), 1), exact, "{x} of {n}");
            }
        }
    }
}
