//! Numbers as people type them.

/// Reads a number that was typed as text: decimal point or comma, spaces of any kind around it, thousands set apart by
/// spaces, a plus or a minus of any kind. Anything else, an exponent included, is `None`: never guessed.
#[must_use]
pub fn read_number(text: &str) -> Option<f64> {
    let text = text.trim_matches(is_space);
    let (sign, digits) = match text.chars().next()? {
        '-' | '\u{2212}' | '–' => (-1.0, text.trim_start_matches(['-', '\u{2212}', '–'])),
        '+' => (1.0, text.trim_start_matches('+')),
        _ => (1.0, text),
    };
    if text.chars().count() > digits.chars().count() + 1 {
        return None;
    }
    let (whole, fraction) = match digits.split_once([',', '.']) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (digits, None),
    };
    let whole = without_group_spaces(whole)?;
    let is_digits =
        |part: &str| !part.is_empty() && part.len() <= 30 && part.bytes().all(|b| b.is_ascii_digit());
    if !is_digits(&whole) || !fraction.is_none_or(is_digits) {
        return None;
    }
    let value: f64 = format!("{whole}.{}", fraction.unwrap_or("0")).parse().ok()?;
    value.is_finite().then_some(sign * value)
}

/// Spaces of all kinds, the invisible ones included.
#[must_use]
pub fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
}

/// `12 345` without its spaces; `None` where spaces stand anywhere but before groups of three digits.
fn without_group_spaces(whole: &str) -> Option<String> {
    let mut groups = whole.split(is_space);
    let first = groups.next()?;
    let mut out = first.to_owned();
    for group in groups {
        if group.len() != 3 || first.len() > 3 || first.is_empty() {
            return None;
        }
        out.push_str(group);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::read_number;

    #[test]
    fn numbers_as_people_type_them() {
        let cases = [
            ("5", Some(5.0)),
            (" 5\u{a0}", Some(5.0)),
            ("1,5", Some(1.5)),
            ("1.50", Some(1.5)),
            ("12\u{202f}345,5", Some(12_345.5)),
            ("1 234 567", Some(1_234_567.0)),
            ("\u{2212}3", Some(-3.0)),
            ("+3", Some(3.0)),
            ("1 2", None),
            ("1 2345", None),
            ("--3", None),
            ("1e3", None),
            ("1e999", None),
            ("NaN", None),
            ("inf", None),
            ("1,2,3", None),
            ("5б", None),
            (",5", None),
            ("5,", None),
            ("", None),
            ("-", None),
            ("٣", None),
        ];
        for (text, expected) in cases {
            assert_eq!(read_number(text), expected, "{text:?}");
        }
    }
}
