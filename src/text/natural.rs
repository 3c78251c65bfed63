//! The order in which people expect names: № 2 before № 10, «ё» beside «е», capitals beside small letters.

use std::cmp::Ordering;

/// Compares two names as a person sorts them: runs of digits by value, letters without case, `ё` as `е`.
/// Names that are equal so far are ordered by their bytes, so that the order is total.
#[must_use]
pub fn natural_cmp(a: &str, b: &str) -> Ordering {
    let (left, right) = (pieces(a), pieces(b));
    left.cmp(&right).then_with(|| a.cmp(b))
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Piece {
    /// Digits without leading zeros: longer is larger, then lexicographic.
    Number(usize, String),
    Letter(char),
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut out = Vec::new();
    let mut digits = String::new();
    for c in text.chars() {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        flush(&mut digits, &mut out);
        out.extend(c.to_lowercase().map(|l| Piece::Letter(if l == 'ё' { 'е' } else { l })));
    }
    flush(&mut digits, &mut out);
    out
}

fn flush(digits: &mut String, out: &mut Vec<Piece>) {
    if !digits.is_empty() {
        let number = digits.trim_start_matches('0').to_owned();
        out.push(Piece::Number(number.len(), number));
        digits.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::natural_cmp;

    #[test]
    fn people_put_number_two_before_number_ten() {
        let mut names = ["СОШ № 10", "СОШ № 2", "сош № 1", "Ёлкинская", "Есенинская", "СОШ № 02"];
        names.sort_by(|a, b| natural_cmp(a, b));
        assert_eq!(names, ["Ёлкинская", "Есенинская", "сош № 1", "СОШ № 02", "СОШ № 2", "СОШ № 10"]);
    }
}
