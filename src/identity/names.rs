//! Names of schools and municipalities, compared without their legal form and their kind.

use std::collections::BTreeSet;

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

/// Words of a municipality's name that say what kind of place it is.
const PLACES: [&str; 25] = [
    "г",
    "город",
    "городской",
    "округ",
    "го",
    "мо",
    "мр",
    "р",
    "н",
    "район",
    "муниципальный",
    "муниципальное",
    "образование",
    "муниципального",
    "городского",
    "округа",
    "района",
    "рн",
    "сельский",
    "село",
    "с",
    "пос",
    "поселок",
    "пгт",
    "зато",
];

fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase().replace('ё', "е");
    let mut words: Vec<String> = Vec::new();
    let mut last_is_digit = None;
    for c in lower.chars() {
        if !c.is_alphanumeric() {
            last_is_digit = None;
            continue;
        }
        match (words.last_mut(), last_is_digit == Some(c.is_ascii_digit())) {
            (Some(word), true) => word.push(c),
            _ => words.push(c.to_string()),
        }
        last_is_digit = Some(c.is_ascii_digit());
    }
    words
}

fn without(text: &str, dropped: &[&str]) -> Vec<String> {
    words(text).into_iter().filter(|word| !dropped.contains(&word.as_str())).collect()
}

/// The municipality without its kind: «г. Заречный», «город Заречный» and «Заречный городской округ» are one. A code before it
/// (`reg22_m057 | …`) is dropped.
pub(super) fn municipality(text: &str) -> String {
    let name = text.rsplit('|').next().unwrap_or(text);
    let left = without(name, &PLACES);
    // A district is called by an adjective («Заречный район», «Заречное»): its ending goes with the kind of place.
    let stem = |word: String| {
        let count = word.chars().count();
        if count > 6 { word.chars().take(count - 2).collect() } else { word }
    };
    left.into_iter().map(stem).collect::<Vec<_>>().join(" ")
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
    use super::{likeness, municipality, same};

    #[test]
    fn spellings_of_a_municipality_are_one_and_neighbours_are_not() {
        let spellings =
            ["г. Барнаул", "город Барнаул", "Барнаул", "reg22_m057 | г.Барнаул", "городской округ Барнаул"];
        for spelling in spellings {
            assert_eq!(municipality(spelling), municipality(spellings[0]), "{spelling}");
        }
        let district = ["Заречный район", "Заречный муниципальный округ", "Заречное МО", "ЗАРЕЧНЫЙ Р-Н"];
        for spelling in district {
            assert_eq!(municipality(spelling), municipality(district[0]), "{spelling}");
        }
        assert_ne!(municipality("Заречный район"), municipality("Нагорный район"));
        assert_ne!(municipality("г. Славгород"), municipality("г. Барнаул"));
    }

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
