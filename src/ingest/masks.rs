//! Personal data inside names that are kept: a telephone, an address of e-mail, the number of a document.
//!
//! Names of schools and municipalities are free text, and people write into such cells what they want to be found by.

use crate::grid::is_space;
use crate::ingest::words::tidy;

/// What stands where something was taken out.
const MASK: char = '…';

/// The text without what may be personal in it; `None` where nothing is.
pub(super) fn masked(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split(is_space).collect();
    let is_mail = |word: &str| {
        word.split_once('@')
            .is_some_and(|(name, host)| !name.is_empty() && host.contains(char::is_alphanumeric))
    };
    let without_mail: Vec<String> =
        words.iter().map(|word| if is_mail(word) { MASK.to_string() } else { (*word).to_owned() }).collect();
    let masked = without_numbers(&without_mail.join(" "));
    (masked != words.join(" ")).then(|| tidy(&masked))
}

/// A run of groups of digits with little between them: where it lies, and what it looks like.
struct Run {
    from: usize,
    to: usize,
    groups: Vec<String>,
    between: Vec<String>,
}

impl Run {
    /// Seven digits and more are a telephone, a passport, a СНИЛС, a date of birth; five and six are a telephone where they
    /// end like one (`2-34-56`). Two years with a dash are a span of years.
    fn is_personal(&self) -> bool {
        let digits: usize = self.groups.iter().map(String::len).sum();
        let dashed = |between: &String| matches!(between.trim(), "-" | "–" | "—");
        let ends_in_pairs = self.groups.len() >= 3
            && self.groups.iter().rev().take(2).all(|group| group.len() == 2)
            && self.between.iter().rev().take(2).all(dashed);
        let is_year =
            |group: &String| group.len() == 4 && matches!(group.get(..2), Some("17" | "18" | "19" | "20"));
        let is_span =
            self.groups.len() == 2 && self.groups.iter().all(is_year) && self.between.iter().all(dashed);
        (digits >= 7 && !is_span) || (digits >= 5 && ends_in_pairs)
    }
}

fn without_numbers(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for run in runs(text) {
        if run.is_personal() {
            out.push_str(text.get(copied..run.from).unwrap_or_default());
            out.push(MASK);
            copied = run.to;
        }
    }
    out.push_str(text.get(copied..).unwrap_or_default());
    out
}

/// The runs of digits of a text. At most four signs may stand between two groups: spaces, brackets, dashes, stops, `№`.
fn runs(text: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut gap = String::new();
    let mut is_open = false;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        if c.is_ascii_digit() {
            match runs.last_mut() {
                Some(run) if is_open => {
                    if run.to == at {
                        if let Some(group) = run.groups.last_mut() {
                            group.push(c);
                        }
                    } else {
                        run.groups.push(c.to_string());
                        run.between.push(std::mem::take(&mut gap));
                    }
                    run.to = end;
                }
                _ => {
                    let from = text.get(..at).unwrap_or_default().trim_end_matches(['+', '(']).len();
                    runs.push(Run { from, to: end, groups: vec![c.to_string()], between: Vec::new() });
                }
            }
            is_open = true;
            gap.clear();
        } else if is_open && gap.chars().count() < 4 && is_between(c) {
            gap.push(c);
        } else {
            is_open = false;
            gap.clear();
        }
    }
    runs
}

fn is_between(c: char) -> bool {
    is_space(c) || matches!(c, '(' | ')' | '-' | '–' | '—' | '.' | '№' | '/')
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn names_stay_and_what_was_added_to_them_goes() {
        for (text, expected) in [
            ("МБОУ СОШ № 1, тел. 8 (3852) 12-34-56", "МБОУ СОШ № 1, тел. …"),
            ("МБОУ СОШ +7 914 123-45-67 приёмная", "МБОУ СОШ … приёмная"),
            ("Школа 89141234567", "Школа …"),
            ("ООШ с. Верхнее, т.2-34-56", "ООШ с. Верхнее, т.…"),
            ("Лицей (42-56-78)", "Лицей …)"),
            ("МКОУ ООШ school1@mail.ru", "МКОУ ООШ …"),
            ("Директор, паспорт 0112 № 345678", "Директор, паспорт …"),
            ("СНИЛС 112-233-445 95", "СНИЛС …"),
            ("род. 12.03.1985", "род. …"),
        ] {
            assert_eq!(masked(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn numbers_of_names_are_no_telephones() {
        for text in [
            "МБОУ «СОШ № 12 им. 50-летия Победы»",
            "Школа № 1234",
            "Гимназия № 1 (edu990001)",
            "МБОУ СОШ памяти героев 1941-1945",
            "МБОУ СОШ памяти героев 1941 – 1945 гг.",
            "СОШ № 5, корпус 2-3",
            "Школа-интернат № 2 (I–II вида), 35-й квартал",
            "ООШ на 1100 мест @ центр",
            "Заречный район",
        ] {
            assert_eq!(masked(text), None, "{text}");
        }
    }
}
