//! Municipalities: called by a code, by a name, or by both, and the name spelt otherwise every year.

/// Words of a municipality's name that say what kind of place it is.
const KINDS: [&str; 25] = [
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

/// What a text says of a municipality.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Municipality {
    /// The code of ФИС ОКО, `reg22_m057`.
    pub code: Option<String>,
    /// The name without its kind: «г. Заречный», «город Заречный» and «Заречный городской округ» are one. Empty where only a
    /// code stands.
    pub place: String,
    /// Does the text call it a municipality, by a code or by a kind of place?
    pub is_sure: bool,
}

impl Municipality {
    /// Reads `reg22_m057 | г. Заречный`, `Заречный район(reg22_m057)`, a name or a code alone.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let lower = text.to_lowercase();
        let is_code = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let code = lower.split(|c| !is_code(c)).find(|word| word.starts_with("reg") && word.contains("_m"));
        let name = match code {
            Some(code) => lower.replace(code, " "),
            None => lower.clone(),
        };
        // A code of a region before it says nothing of the place.
        let name = name.rsplit('|').next().unwrap_or_default();
        let words = words(name);
        let left: Vec<&String> = words.iter().filter(|word| !KINDS.contains(&word.as_str())).collect();
        let is_sure = code.is_some() || left.len() < words.len();
        // A district is called by an adjective («Заречный район», «Заречное»): its ending goes with the kind of place.
        let stem = |word: &String| {
            let count = word.chars().count();
            if count > 6 { word.chars().take(count - 2).collect() } else { word.clone() }
        };
        let place = left.into_iter().map(stem).collect::<Vec<String>>().join(" ");
        Self { code: code.map(str::to_owned), place, is_sure }
    }
}

/// The words of a name, letters and digits apart, `ё` as `е`.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
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

#[cfg(test)]
mod tests {
    use super::Municipality;

    fn place(text: &str) -> String {
        Municipality::of(text).place
    }

    #[test]
    fn spellings_of_a_municipality_are_one_and_neighbours_are_not() {
        let spellings =
            ["г. Барнаул", "город Барнаул", "Барнаул", "reg22_m057 | г.Барнаул", "городской округ Барнаул"];
        for spelling in spellings {
            assert_eq!(place(spelling), place(spellings[0]), "{spelling}");
        }
        let district = [
            "Заречный район",
            "Заречный муниципальный округ",
            "Заречное МО",
            "ЗАРЕЧНЫЙ Р-Н",
            "Заречный район(reg20_m012)",
        ];
        for spelling in district {
            assert_eq!(place(spelling), place(district[0]), "{spelling}");
        }
        assert_ne!(place("Заречный район"), place("Нагорный район"));
        assert_ne!(place("г. Славгород"), place("г. Барнаул"));
    }

    #[test]
    fn codes_are_found_beside_names_and_alone() {
        let of = |text: &str| {
            let municipality = Municipality::of(text);
            (municipality.code, municipality.place.is_empty(), municipality.is_sure)
        };
        let code = || Some("reg20_m012".to_owned());
        assert_eq!(of("Заречный район(reg20_m012)"), (code(), false, true));
        assert_eq!(of("reg20_m012"), (code(), true, true));
        assert_eq!(of("REG20_M012 | Заречный"), (code(), false, true));
        assert_eq!(of("reg220000 | Алтайский край"), (None, false, false));
        assert_eq!(of("Барнаул"), (None, false, false));
        assert_eq!(of(""), (None, true, false));
    }
}
