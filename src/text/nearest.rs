//! The name that was probably meant.

/// The known name that is nearest to a misspelt one by edits (insert, delete, replace a letter), where at most a third
/// of its letters differ. Of several the first wins.
#[must_use]
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = name.chars().count().div_ceil(3);
    known
        .into_iter()
        .map(|candidate| (edits(name, candidate), candidate))
        .filter(|&(distance, _)| distance <= allowed)
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

/// Levenshtein's distance, row by row.
fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.to_lowercase().chars().enumerate() {
        let mut above_left = i;
        let mut before = i + 1;
        for (right, cell) in b.iter().zip(row.iter_mut().skip(1)) {
            let above = *cell;
            *cell = (above_left + usize::from(left != *right)).min(above + 1).min(before + 1);
            above_left = above;
            before = *cell;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{edits, nearest};

    #[test]
    fn a_slip_finds_its_name_and_nonsense_does_not() {
        let known = ["mark", "journal_mark", "grade"];
        assert_eq!(nearest("markk", known), Some("mark"));
        assert_eq!(nearest("jurnal_mark", known), Some("journal_mark"));
        assert_eq!(nearest("Grade", known), Some("grade"));
        assert_eq!(nearest("zzzz", known), None);
        assert_eq!((edits("kitten", "sitting"), edits("", "abc"), edits("abc", "")), (3, 3, 3));
    }
}
