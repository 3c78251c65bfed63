//! Years, days and waves as files say them.
//!
//! A school year is named by the year in which it ends. A test of autumn 2022 therefore belongs to the school year of 2023,
//! although everybody calls it the VPR of 2022; it may test the programme of the grade before, so that it is never counted
//! together with a spring.

use std::fmt;

use crate::ingest::words::fold;

/// When in a school year VPR was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Wave {
    Spring,
    Autumn,
}

impl Wave {
    /// The word in tables and layouts.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Spring => "spring",
            Self::Autumn => "autumn",
        }
    }

    pub(super) fn parse(word: &str) -> Option<Self> {
        [Self::Spring, Self::Autumn].into_iter().find(|wave| wave.as_str() == word)
    }

    /// The season that a text names: `ВПР осень 2022`, «весенняя волна». Only whole words of the calendar: settlements are
    /// named after seasons too.
    pub(super) fn named(text: &str) -> Option<Self> {
        const AUTUMN: [&str; 6] = ["осень", "осени", "осенью", "осенняя", "осенние", "autumn"];
        const SPRING: [&str; 6] = ["весна", "весны", "весной", "весенняя", "весенние", "spring"];
        let folded = fold(text);
        let names =
            |words: [&str; 6]| folded.split(' ').any(|token| words.iter().any(|word| fold(word) == token));
        match (names(SPRING), names(AUTUMN)) {
            (true, false) => Some(Self::Spring),
            (false, true) => Some(Self::Autumn),
            _ => None,
        }
    }
}

impl fmt::Display for Wave {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// A year as a text says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SaidYear {
    /// `2023/2024`, or the day of a test: the school year that ends in 2024.
    School(i32),
    /// A lone year: that of the calendar.
    Calendar(i32),
}

impl SaidYear {
    /// The year in which the school year ends that is meant.
    pub(super) fn ends(self, wave: Option<Wave>) -> i32 {
        match self {
            Self::Calendar(year) if wave == Some(Wave::Autumn) => year + 1,
            Self::School(year) | Self::Calendar(year) => year,
        }
    }

    /// May this school year be meant? A lone year beside an autumn may also be that of the school year.
    pub(super) fn may_mean(self, ends: i32, wave: Option<Wave>) -> bool {
        self.ends(wave) == ends || self == Self::Calendar(ends)
    }
}

/// The month of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Day {
    year: i32,
    month: i32,
}

impl Day {
    /// A school year begins in September.
    pub(super) fn wave(self) -> Wave {
        if self.month >= 9 { Wave::Autumn } else { Wave::Spring }
    }

    pub(super) fn year(self) -> SaidYear {
        SaidYear::School(if self.month >= 9 { self.year + 1 } else { self.year })
    }
}

const MONTHS: [&str; 12] = [
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
];

/// A day: `15.04.2024`, `15.04.24`, `2024-04-15`, `15 апреля 2024 г.`, the number of a spreadsheet's calendar; of a span
/// its first day.
pub(super) fn day(text: &str) -> Option<Day> {
    let folded = fold(text);
    let tokens: Vec<&str> = folded.split(' ').collect();
    let number = |token: &str| token.parse::<i32>().ok();
    if let [only] = tokens.as_slice() {
        return serial(only.parse().ok()?);
    }
    tokens.windows(3).find_map(|triple| {
        let [first, second, third] = triple else { return None };
        let named = MONTHS.iter().zip(1..).find(|(month, _)| fold(month) == *second).map(|(_, at)| at);
        let month = named.or_else(|| number(second))?;
        let (day, year) = if first.len() == 4 { (third, first) } else { (first, third) };
        let year = number(year).map(|value| if year.len() == 2 { 2000 + value } else { value })?;
        let is_day = (1..=31).contains(&number(day)?) && (1..=12).contains(&month);
        (is_day && (2000..=2100).contains(&year)).then_some(Day { year, month })
    })
}

/// The day behind a spreadsheet's number: days since 30.12.1899 (Hinnant's `civil_from_days`).
fn serial(days: i32) -> Option<Day> {
    if !(36_526..=73_415).contains(&days) {
        return None;
    }
    let shifted = days - 25_569 + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    Some(Day { year: year_of_era + era * 400 + i32::from(month <= 2), month })
}

/// The year that a text names: `2023/2024`, `2023-24`, else a lone year.
pub(super) fn said_year(text: &str) -> Option<SaidYear> {
    let folded = fold(text);
    let tokens: Vec<&str> = folded.split(' ').collect();
    for pair in tokens.windows(2) {
        let [first, second] = pair else { continue };
        let (Some(first), Ok(next)) = (lone_year(first), second.parse::<i32>()) else { continue };
        if next == first + 1 || (second.len() == 2 && next == (first + 1) % 100) {
            return Some(SaidYear::School(first + 1)).filter(|_| first < 2100);
        }
    }
    tokens.iter().find_map(|token| lone_year(token)).map(SaidYear::Calendar)
}

fn lone_year(token: &str) -> Option<i32> {
    let value = token.parse::<i32>().ok().filter(|_| token.len() == 4)?;
    (2000..=2100).contains(&value).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::SaidYear::{Calendar, School};
    use super::{Day, Wave, day, said_year};

    #[test]
    fn years_of_titles_names_and_folders() {
        let cases = [
            ("ВПР 2024 Русский язык 5 класс", Some(Calendar(2024))),
            ("2023/2024 учебный год", Some(School(2024))),
            ("2023-2024 учебный год", Some(School(2024))),
            ("2023/24", Some(School(2024))),
            ("ГИА-9 2024", Some(Calendar(2024))),
            ("Ф1_РУ_5_2024", Some(Calendar(2024))),
            ("Реестр ОО", None),
            ("20245", None),
        ];
        for (text, expected) in cases {
            assert_eq!(said_year(text), expected, "{text}");
        }
    }

    #[test]
    fn an_autumn_belongs_to_the_school_year_that_ends_next() {
        let autumn = Some(Wave::Autumn);
        assert_eq!([Calendar(2022).ends(autumn), School(2023).ends(autumn)], [2023, 2023]);
        assert_eq!([Calendar(2022).ends(Some(Wave::Spring)), Calendar(2022).ends(None)], [2022, 2022]);
        assert!(Calendar(2023).may_mean(2023, autumn) && !Calendar(2024).may_mean(2023, autumn));
        assert!(!Calendar(2022).may_mean(2023, Some(Wave::Spring)) && !School(2022).may_mean(2023, autumn));
    }

    #[test]
    fn days_in_every_spelling() {
        let day_of = |year, month| Some(Day { year, month });
        for (text, expected) in [
            ("15.04.2024", day_of(2024, 4)),
            (" 5.10.22 ", day_of(2022, 10)),
            ("2022-09-19", day_of(2022, 9)),
            ("19.09.2022 – 24.10.2022", day_of(2022, 9)),
            ("15 апреля 2024 г.", day_of(2024, 4)),
            ("45397", day_of(2024, 4)),
            ("45351", day_of(2024, 2)),
            ("45352", day_of(2024, 3)),
            ("44926", day_of(2022, 12)),
            ("апрель", None),
            ("15.13.2024", None),
            ("2024", None),
            ("", None),
        ] {
            assert_eq!(day(text), expected, "{text}");
        }
        let day = Day { year: 2022, month: 9 };
        assert_eq!((day.wave(), day.year()), (Wave::Autumn, School(2023)));
        let day = Day { year: 2023, month: 8 };
        assert_eq!((day.wave(), day.year()), (Wave::Spring, School(2023)));
    }

    #[test]
    fn seasons_are_words_of_their_own() {
        for (text, expected) in [
            ("ВПР осень 2022", Some(Wave::Autumn)),
            ("2022_ОСЕНЬЮ", Some(Wave::Autumn)),
            ("Весенняя волна", Some(Wave::Spring)),
            ("Осеновский район", None),
            ("п. Весенний", None),
            ("весна или осень", None),
        ] {
            assert_eq!(Wave::named(text), expected, "{text}");
        }
    }
}
