//! Names of schools, compared without their legal form and their kind.

use std::collections::BTreeSet;

use crate::base::words;

/// Words of a school's name that do not tell one school from another.
const FORMS: [&str; 44] = [
    "мбоу",
    "маоу",
    "мкоу",
    "мобу",
    "моу",
    "мбу",
    "мау",
    "гбоу",
    "гаоу",
    "гкоу",
    "кгбоу",
    "огбоу",
    "обоу",
    "оу",
    "фгкоу",
    "чоу",
    "ано",
    "ноу",
    "сош",
    "оош",
    "нош",
    "школа",
    "средняя",
    "основная",
    "начальная",
    "общеобразовательная",
    "общеобразовательное",
    "муниципальное",
    "государственное",
    "краевое",
    "областное",
    "бюджетное",
    "автономное",
    "казенное",
    "частное",
    "учреждение",
    "образовательное",
    "организация",
    "имени",
    "им",
    "филиал",
    "г",
    "с",
    "п",
];

fn without(text: &str, dropped: &[&str]) -> Vec<String> {
    words(text).into_iter().filter(|word| !dropped.contains(&word.as_str())).collect()
}

/// How alike two names of schools are, 0 to 1: shared pairs of letters of what is left without legal form and kind; 0 where
/// their numbers differ.
pub(super) fn likeness(one: &str, other: &str) -> f64 {
    let (one, other) = (without(one, &FORMS), without(other, &FORMS));
    let numbers = |words: &[String]| -> BTreeSet<String> {
        words.iter().filter(|word| word.bytes().all(|b| b.is_ascii_digit())).cloned().collect()
    };
    if numbers(&one) != numbers(&other) {
        return 0.0;
    }
    let (one, other) = (one.join(" "), other.join(" "));
    if one == other {
        return 1.0;
    }
    let pairs = |text: &str| -> BTreeSet<(char, char)> { text.chars().zip(text.chars().skip(1)).collect() };
    let (a, b) = (pairs(&one), pairs(&other));
    let shared = a.intersection(&b).count();
    if a.len() + b.len() == 0 { 0.0 } else { 2.0 * shared as f64 / (a.len() + b.len()) as f64 }
}

/// Are two names spelt alike but for capitals, quotation marks and spaces?
pub(super) fn same(one: &str, other: &str) -> bool {
    words(one) == words(other)
}

#[cfg(test)]
mod tests {
    use super::{likeness, same};

    #[test]
    fn names_are_alike_without_their_legal_form() {
        assert!(likeness("МБОУ «СОШ № 12»", "МАОУ СОШ №12 имени Героя") < 1.0);
        assert!(likeness("МБОУ «Заречная СОШ»", "МАОУ «Заречная СОШ»") > 0.99);
        assert!(likeness("МБОУ «СОШ № 12»", "МБОУ «СОШ № 13»") < 0.01);
        assert!(likeness("МБОУ «Заречная СОШ»", "МКОУ «Нагорненская ООШ»") < 0.5);
        assert!(likeness("МБОУ «Лицей № 3»", "МБОУ «Гимназия № 3»") < 0.8);
        assert!(same("МБОУ «СОШ № 1»", "МБОУ \"СОШ №1\""));
        assert!(!same("МБОУ «СОШ № 1»", "МАОУ «СОШ № 1»"));
    }
}
