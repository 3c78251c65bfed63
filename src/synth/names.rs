//! Invented names of municipalities, villages and schools. Nothing here exists.

/// What a municipality is called, and the adjective from which its schools are named.
pub(in crate::synth) struct MunicipalityName {
    /// `Заречный район`.
    pub name: String,
    /// `Зареченская`.
    pub adjective: String,
    /// Is it a city?
    pub city: bool,
}

const CITIES: [(&str, &str); 4] = [
    ("г. Среднереченск", "Среднереченская"),
    ("г. Новолуговск", "Новолуговская"),
    ("г. Приозёрный Яр", "Приозёрно-Ярская"),
    ("г. Краснобродск", "Краснобродская"),
];

const DISTRICTS: [(&str, &str); 10] = [
    ("Заречный район", "Зареченская"),
    ("Верхнеозёрский район", "Верхнеозёрская"),
    ("Каменнобродский район", "Каменнобродская"),
    ("Тихополянский район", "Тихополянская"),
    ("Белоключевский район", "Белоключевская"),
    ("Сосновоярский район", "Сосновоярская"),
    ("Дальнехуторский район", "Дальнехуторская"),
    ("Староборский муниципальный округ", "Староборская"),
    ("Журавлиногорский муниципальный округ", "Журавлиногорская"),
    ("Ясноключевский муниципальный округ", "Ясноключевская"),
];

const PREFIXES: [&str; 8] = ["Верхне", "Нижне", "Старо", "Ново", "Бело", "Красно", "Средне", "Дальне"];
const STEMS: [&str; 9] = ["лугов", "озёр", "бор", "ключев", "полян", "яр", "брод", "камен", "хутор"];

/// The two digits of the first region.
pub(in crate::synth) const FIRST_REGION: usize = 99;

/// The name of the region with these two digits.
pub(in crate::synth) fn region(number: usize) -> String {
    if number == FIRST_REGION {
        return "Среднереченская область".to_owned();
    }
    let at = FIRST_REGION.saturating_sub(number);
    let prefix = PREFIXES.get(at % PREFIXES.len()).copied().unwrap_or_default();
    let stem = STEMS.get(at / PREFIXES.len() % STEMS.len()).copied().unwrap_or_default();
    format!("{prefix}{stem}ская область")
}

/// The name of the municipality with this number, from 0: two cities first (four in a large region).
pub(in crate::synth) fn municipality(number: usize, cities: usize) -> MunicipalityName {
    if let Some((name, adjective)) = CITIES.get(number).filter(|_| number < cities) {
        return MunicipalityName { name: (*name).to_owned(), adjective: (*adjective).to_owned(), city: true };
    }
    let number = number - cities.min(number);
    if let Some((name, adjective)) = DISTRICTS.get(number) {
        return MunicipalityName {
            name: (*name).to_owned(),
            adjective: (*adjective).to_owned(),
            city: false,
        };
    }
    let number = number - DISTRICTS.len();
    let prefix = PREFIXES.get(number % PREFIXES.len()).copied().unwrap_or_default();
    let stem = STEMS.get(number / PREFIXES.len() % STEMS.len()).copied().unwrap_or_default();
    let round = number / (PREFIXES.len() * STEMS.len());
    let tail = if round == 0 { String::new() } else { format!(" № {}", round + 1) };
    MunicipalityName {
        name: format!("{prefix}{stem}ский округ{tail}"),
        adjective: format!("{prefix}{stem}ская"),
        city: false,
    }
}

const VILLAGES: [&str; 24] = [
    "берёзовская",
    "ольховская",
    "сосновская",
    "липовская",
    "ключевская",
    "луговская",
    "озёрская",
    "каменская",
    "полевская",
    "боровская",
    "ивняковская",
    "калиновская",
    "рябиновская",
    "ясеневская",
    "кедровская",
    "дубравская",
    "осиновская",
    "родниковская",
    "степная",
    "солнечная",
    "черёмуховская",
    "вишнёвская",
    "журавлёвская",
    "мельничная",
];

/// The adjective of the village with this number inside a municipality: `Берёзовская`, later `Нижнеберёзовская`.
pub(in crate::synth) fn village(municipality: usize, number: usize) -> String {
    let at = municipality * 7 + number;
    let stem = VILLAGES.get(at % VILLAGES.len()).copied().unwrap_or_default();
    let round = number / VILLAGES.len();
    match (at / 3 + number) % 5 {
        0 if round == 0 => {
            format!("{}{stem}", PREFIXES.get(at % PREFIXES.len()).copied().unwrap_or_default())
        }
        _ if round > 0 => {
            format!("{}{stem}", PREFIXES.get(round % PREFIXES.len()).copied().unwrap_or_default())
        }
        _ => capitalised(stem),
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Surname, first name and patronymic of somebody who cannot be taken for a real person.
pub(in crate::synth) fn person(number: u64, female: bool) -> (String, &'static str, &'static str) {
    const SURNAMES: [&str; 12] = [
        "Тестов",
        "Примеров",
        "Образцов",
        "Выдуманов",
        "Условнов",
        "Шаблонов",
        "Макетов",
        "Пробнов",
        "Вымыслов",
        "Демонстраторов",
        "Учебнов",
        "Синтетиков",
    ];
    const WOMEN: [&str; 6] = ["Анна", "Мария", "Дарья", "Ольга", "Елена", "Вера"];
    const MEN: [&str; 6] = ["Иван", "Пётр", "Илья", "Павел", "Глеб", "Олег"];
    let pick = |words: &[&'static str], at: u64| {
        usize::try_from(at).ok().and_then(|at| words.get(at % words.len())).copied().unwrap_or_default()
    };
    let surname = pick(&SURNAMES, number);
    if female {
        (format!("{surname}а"), pick(&WOMEN, number / 12), "Тестовна")
    } else {
        (surname.to_owned(), pick(&MEN, number / 12), "Тестович")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{municipality, region, village};

    #[test]
    fn names_do_not_repeat() {
        let regions: BTreeSet<_> = (50..=99).map(region).collect();
        assert_eq!(regions.len(), 50);
        let names: BTreeSet<_> = (0..120).map(|number| municipality(number, 4).name).collect();
        assert_eq!(names.len(), 120);
        let villages: BTreeSet<_> = (0..24).map(|number| village(3, number)).collect();
        assert_eq!(villages.len(), 24);
    }
}
