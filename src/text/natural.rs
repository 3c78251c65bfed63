//! The order in which people expect names: № 2 before № 10, «ё» beside «е», capitals beside small letters.

use std::char::ToLowercase;
use std::cmp::Ordering;
use std::str::Chars;

/// Compares two names as a person sorts them: runs of digits by value, letters without case, `ё` as `е`.
/// Names that are equal so far are ordered by their bytes, so that the order is total.
#[must_use]
pub fn natural_cmp(a: &str, b: &str) -> Ordering {
    // neighbours of a list mostly begin alike
    let same = alike(a, b);
    let (mut left, mut right) = (Pieces::of(a, same), Pieces::of(b, same));
    let order = loop {
        match (left.next(), right.next()) {
            (None, None) => break Ordering::Equal,
            (one, other) if one == other => {}
            (one, other) => break one.cmp(&other),
        }
    };
    order.then_with(|| a.cmp(b))
}

/// How many bytes at the beginning are alike, without a number that may go on.
fn alike(a: &str, b: &str) -> usize {
    let differ = a.bytes().zip(b.bytes()).position(|(one, other)| one != other);
    let mut same = differ.unwrap_or(a.len().min(b.len()));
    while !a.is_char_boundary(same) || a.as_bytes().get(same.wrapping_sub(1)).is_some_and(u8::is_ascii_digit)
    {
        same -= 1;
    }
    same
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Piece<'a> {
    /// Digits without leading zeros: longer is larger, then lexicographic.
    Number(usize, &'a str),
    Letter(char),
}

struct Pieces<'a> {
    rest: Chars<'a>,
    /// What is left of the last letter: a few have two small ones.
    lower: Option<ToLowercase>,
}

impl<'a> Pieces<'a> {
    fn of(text: &'a str, from: usize) -> Self {
        Self { rest: text.get(from..).unwrap_or(text).chars(), lower: None }
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        let small = |l: char| Piece::Letter(if l == 'ё' { 'е' } else { l });
        if let Some(letter) = self.lower.as_mut().and_then(Iterator::next) {
            return Some(small(letter));
        }
        let text = self.rest.as_str();
        let letter = self.rest.next()?;
        if !letter.is_ascii_digit() {
            let mut lower = letter.to_lowercase();
            let first = lower.next();
            self.lower = Some(lower);
            return first.map(small);
        }
        let (digits, rest) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
        self.rest = rest.chars();
        let number = digits.trim_start_matches('0');
        Some(Piece::Number(number.len(), number))
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

    #[test]
    fn a_number_that_goes_on_and_a_name_that_ends_are_not_alike() {
        let mut names = ["№ 123", "№ 12а", "№ 12", "№ 0120", "№ 1", "№", "№ 12 Б", "№ 12 а"];
        names.sort_by(|a, b| natural_cmp(a, b));
        assert_eq!(names, ["№", "№ 1", "№ 12", "№ 12 а", "№ 12 Б", "№ 12а", "№ 0120", "№ 123"]);
        assert!(natural_cmp("школа", "школа").is_eq() && natural_cmp("01", "1").is_lt());
    }
}
