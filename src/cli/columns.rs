//! Aligned columns for the terminal.

/// Rows of texts as aligned lines, two spaces apart. `right` says which columns are numbers.
#[must_use]
pub fn aligned(rows: &[Vec<String>], right: &[usize]) -> Vec<String> {
    let count = rows.iter().map(Vec::len).max().unwrap_or_default();
    let widths: Vec<usize> = (0..count)
        .map(|at| rows.iter().filter_map(|row| row.get(at)).map(|text| width(text)).max().unwrap_or(0))
        .collect();
    rows.iter()
        .map(|row| {
            let cells = row.iter().zip(&widths).enumerate().map(|(at, (text, wide))| {
                let space = " ".repeat(wide.saturating_sub(width(text)));
                if right.contains(&at) { format!("{space}{text}") } else { format!("{text}{space}") }
            });
            cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
        })
        .collect()
}

/// Characters that a terminal shows: colours do not count.
fn width(text: &str) -> usize {
    anstream::adapter::strip_str(text).to_string().chars().count()
}

#[cfg(test)]
mod tests {
    use super::aligned;

    #[test]
    fn columns_stand_below_each_other() {
        let rows = [
            vec!["школа".to_owned(), "9".to_owned()],
            vec!["ОО".to_owned(), "\u{1b}[1m123\u{1b}[0m".to_owned()],
        ];
        assert_eq!(aligned(&rows, &[1]), ["школа    9", "ОО     \u{1b}[1m123\u{1b}[0m"]);
    }
}
