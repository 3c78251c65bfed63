//! Cells and rows as nearly all programs write them, read from bytes: `<c r="AB12" s="3" t="s"><v>15</v></c>`. What has any
//! other form is left to the reader of markup, which is some ten times slower and knows everything.

/// A plain cell.
#[derive(Debug, PartialEq)]
pub(super) struct Cell<'t> {
    /// From 0.
    pub(super) column: u32,
    pub(super) value: Value<'t>,
}

/// What stands in it.
#[derive(Debug, PartialEq)]
pub(super) enum Value<'t> {
    Nothing,
    /// A whole number of at most fifteen digits in its shortest form.
    Whole(f64),
    /// Another text of digits and signs.
    Number(&'t str),
    /// A shared string.
    Shared(usize),
}

/// Fifteen digits are exact in a float.
const DIGITS: usize = 15;

/// The cell at the beginning of these bytes, and what stands behind it.
pub(super) fn cell(bytes: &[u8]) -> Option<(Cell<'_>, &[u8])> {
    let mut rest = bytes.strip_prefix(b"<c r=\"")?;
    let (column, after) = column(rest)?;
    rest = after;
    let mut is_shared = false;
    loop {
        match rest {
            [b'>', b'<', b'v', b'>', after @ ..] => {
                let (value, after) = value(after, is_shared)?;
                return Some((Cell { column, value }, after.strip_prefix(b"</v></c>")?));
            }
            [b' ', b't', b'=', b'"', b's', b'"', after @ ..] => {
                is_shared = true;
                rest = after;
            }
            [b' ', b't', b'=', b'"', b'n', b'"', after @ ..] => {
                is_shared = false;
                rest = after;
            }
            [b' ', b's', b'=', b'"', after @ ..] => rest = digits(after).1.strip_prefix(b"\"")?,
            [b'/', b'>', after @ ..] => return Some((Cell { column, value: Value::Nothing }, after)),
            _ => return None,
        }
    }
}

/// The end of a row and the beginning of the next, which says its number and is not hidden: `</row><row r="3" spans="1:30">`.
pub(super) fn next_row(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let mut rest = bytes.strip_prefix(b"</row>")?;
    while let [b'\n' | b'\r', after @ ..] = rest {
        rest = after;
    }
    let (number, after) = digits(rest.strip_prefix(b"<row r=\"")?);
    let number = u32::try_from(number?).ok()?;
    rest = after.strip_prefix(b"\"")?;
    loop {
        if let Some(after) = rest.strip_prefix(b">") {
            return Some((number, after));
        }
        let named = HARMLESS.iter().find_map(|name| rest.strip_prefix(*name))?;
        let end = named.iter().position(|b| !b.is_ascii_alphanumeric() && !matches!(b, b'.' | b':'))?;
        rest = named.get(end..)?.strip_prefix(b"\"")?;
    }
}

/// Attributes of a row that change nothing for a reader of values.
const HARMLESS: [&[u8]; 8] = [
    b" spans=\"",
    b" ht=\"",
    b" s=\"",
    b" customHeight=\"",
    b" customFormat=\"",
    b" x14ac:dyDescent=\"",
    b" thickBot=\"",
    b" thickTop=\"",
];

/// The column of an address, and what stands behind its closing quotation mark.
fn column(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let mut number = 0_u32;
    let mut rest = bytes;
    while let [letter @ b'A'..=b'Z', after @ ..] = rest {
        number = number.checked_mul(26)?.checked_add(u32::from(letter - b'A') + 1)?;
        rest = after;
    }
    let column = number.checked_sub(1).filter(|column| *column <= super::sheet::LAST_COLUMN)?;
    while let [b'0'..=b'9', after @ ..] = rest {
        rest = after;
    }
    Some((column, rest.strip_prefix(b"\"")?))
}

/// A run of digits as a number, where there are at most fifteen and the first is no idle zero; and what stands behind.
fn digits(bytes: &[u8]) -> (Option<u64>, &[u8]) {
    let mut number = 0_u64;
    let mut rest = bytes;
    while let [digit @ b'0'..=b'9', after @ ..] = rest {
        number = number.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'));
        rest = after;
    }
    let length = bytes.len() - rest.len();
    let is_plain = (1..=DIGITS).contains(&length) && (length == 1 || !bytes.starts_with(b"0"));
    (is_plain.then_some(number), rest)
}

fn value(bytes: &[u8], is_shared: bool) -> Option<(Value<'_>, &[u8])> {
    let (number, rest) = digits(bytes);
    if let (Some(number), [b'<', ..]) = (number, rest) {
        let shared = || usize::try_from(number).ok().map(Value::Shared);
        return Some((if is_shared { shared()? } else { Value::Whole(number as f64) }, rest));
    }
    let is_number = |b: &u8| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E');
    let end = bytes.iter().take(MOST).position(|b| !is_number(b)).filter(|end| *end > 0 && !is_shared)?;
    Some((Value::Number(std::str::from_utf8(bytes.get(..end)?).ok()?), bytes.get(end..)?))
}

/// Numbers are shorter.
const MOST: usize = 40;

#[cfg(test)]
mod tests {
    use super::{Cell, Value, cell, next_row};

    #[test]
    fn plain_cells_are_read_and_all_others_left() {
        let rest = b"<c r=\"B1\"/>".as_slice();
        let cases: [(&str, Option<(u32, Value<'_>)>); 22] = [
            (r#"<c r="A1"><v>7</v></c>"#, Some((0, Value::Whole(7.0)))),
            (r#"<c r="AB12" s="3" t="s"><v>15</v></c>"#, Some((27, Value::Shared(15)))),
            (r#"<c r="XFD1048576" t="n" s="3"><v>0</v></c>"#, Some((16_383, Value::Whole(0.0)))),
            (r#"<c r="C3" s="3"/>"#, Some((2, Value::Nothing))),
            (r#"<c r="A1"><v>007</v></c>"#, Some((0, Value::Number("007")))),
            (r#"<c r="A1"><v>-1.5E-7</v></c>"#, Some((0, Value::Number("-1.5E-7")))),
            (r#"<c r="A1"><v>1234567890123456</v></c>"#, Some((0, Value::Number("1234567890123456")))),
            (r#"<c r="A1"><v></v></c>"#, None),
            (r#"<c r="A1"><v> 7</v></c>"#, None),
            (r#"<c r="A1"><v>7</v><x/></c>"#, None),
            (r#"<c r="A1"><f>B1</f><v>7</v></c>"#, None),
            (r#"<c r="A1" t="s"><v>-1</v></c>"#, None),
            (r#"<c r="A1" t="s"><v>99999999999999999999</v></c>"#, None),
            (r#"<c r="A1" t="str"><v>7</v></c>"#, None),
            (r#"<c r="A1" t="b"><v>1</v></c>"#, None),
            (r#"<c r="A1" t="inlineStr"><is><t>7</t></is></c>"#, None),
            (r#"<c r="XFE1"><v>7</v></c>"#, None),
            (r#"<c r="AAAAAAAAAA1"><v>7</v></c>"#, None),
            (r#"<c r="1"><v>7</v></c>"#, None),
            (r#"<c><v>7</v></c>"#, None),
            (r#"<c r='A1'><v>7</v></c>"#, None),
            (r#"<c r="A1" ><v>7</v></c>"#, None),
        ];
        for (text, expected) in cases {
            let bytes = [text.as_bytes(), rest].concat();
            let expected = expected.map(|(column, value)| (Cell { column, value }, rest));
            assert_eq!(cell(&bytes), expected, "{text}");
            for end in 0..text.len() {
                assert_eq!(cell(&bytes[..end]), None, "{text} cut off at {end}");
            }
        }
    }

    #[test]
    fn a_row_follows_where_it_says_its_number_and_nothing_of_weight() {
        let cases = [
            (r#"</row><row r="3">"#, Some(3)),
            ("</row>\n<row r=\"3\" spans=\"1:30\" ht=\"15.75\" x14ac:dyDescent=\"0.25\">", Some(3)),
            (r#"</row><row r="3" hidden="1">"#, None),
            (r#"</row><row r="3" spans="1:30" hidden="0">"#, None),
            (r#"</row><row>"#, None),
            (r#"</row><row r="3"/>"#, None),
            (r#"</row><row r="99999999999">"#, None),
            (r#"</row></sheetData>"#, None),
            (r#"</row><row r="3" spans="&#49;">"#, None),
        ];
        for (text, expected) in cases {
            assert_eq!(next_row(text.as_bytes()), expected.map(|number| (number, [].as_slice())), "{text}");
        }
    }
}
