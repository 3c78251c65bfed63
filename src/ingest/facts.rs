//! Facts about a whole sheet: year, wave, grade, subject, highest score, taken from titles, names and folders.

use crate::base::{FindingCode, SchoolId};
use crate::grid::{Cell, ScannedSheet, read_number};
use crate::ingest::dates::{Day, SaidYear, Wave, day, said_year};
use crate::ingest::desk::Desk;
use crate::ingest::header::Fit;
use crate::ingest::layout::From;
use crate::ingest::reference::Reference;
use crate::ingest::words::{fold, numbers, shape};

/// What is known of the sheet as a whole.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct SheetFacts {
    pub(super) year: Option<i32>,
    pub(super) wave: Option<Wave>,
    pub(super) grade: Option<i32>,
    pub(super) subject: Option<String>,
    pub(super) max: Option<f64>,
    /// The school, where it is one for the whole sheet.
    pub(super) school: Option<SchoolId>,
}

/// Reads the facts, and reports places that contradict each other. The first place of the layout's order wins; the day of
/// the test comes before all of them.
pub(super) fn read(desk: &mut Desk<'_>, fit: &Fit<'_>, reference: &Reference) -> SheetFacts {
    let rules = &fit.layout.facts;
    let finder = Finder { file: desk.file, sheet: desk.sheet, header: fit.rows.0, fit };
    let grades = finder.all("grade", &rules.grade, &grade);
    let subjects = finder.all("subject", &rules.subject, &|text, _| reference.subject_in(text));
    let max = finder.all("max", &rules.max, &|text, _| read_number(text)).first().copied();
    let date = finder.date(desk);
    let named = finder.all("wave", &rules.wave, &|text, _| Wave::named(text));
    let waves: Vec<Wave> = date.map(|date| date.wave()).into_iter().chain(named).collect();
    let declared = fit.layout.wave.as_deref().and_then(Wave::parse);
    let wave = waves.first().copied().or(declared);
    let mut said: Vec<SaidYear> = date.map(|date| date.year()).into_iter().collect();
    said.extend(finder.years(&rules.year));
    let year = said.first().map(|first| first.ends(wave));
    let other = said.iter().find(|other| year.is_some_and(|year| !other.may_mean(year, wave)));
    contradict(
        desk,
        "year",
        &year.into_iter().chain(other.map(|other| other.ends(wave))).collect::<Vec<_>>(),
    );
    contradict(desk, "wave", &waves);
    contradict(desk, "grade", &grades);
    contradict(desk, "subject", &subjects);
    let schools = finder.all("school", &rules.school, &|text, _| SchoolId::from_login(text));
    contradict(desk, "school", &schools);
    SheetFacts {
        year,
        wave,
        grade: grades.first().copied(),
        subject: subjects.first().cloned(),
        max,
        school: schools.first().cloned(),
    }
}

fn contradict<T: ToString + PartialEq>(desk: &mut Desk<'_>, column: &str, found: &[T]) {
    let Some(first) = found.first() else { return };
    if let Some(other) = found.iter().find(|value| *value != first) {
        desk.push(FindingCode::FactsContradict, desk.whole(), |f| {
            f.column(column).value(first.to_string()).detail(other.to_string())
        });
    }
}

struct Finder<'a> {
    file: &'a str,
    sheet: &'a ScannedSheet,
    header: u32,
    fit: &'a Fit<'a>,
}

impl Finder<'_> {
    /// What each place says, in the order of the places; places that say nothing are left out.
    fn all<T>(&self, fact: &str, places: &[From], read: &dyn Fn(&str, From) -> Option<T>) -> Vec<T> {
        places
            .iter()
            .filter_map(|from| self.texts(fact, *from).iter().find_map(|text| read(text, *from)))
            .collect()
    }

    /// The years that the places name. In autumn the year beside the word for autumn comes first: a folder may be named
    /// after the year in which the school year ends.
    fn years(&self, places: &[From]) -> Vec<SaidYear> {
        let mut years = self.all("year", places, &|text, _| {
            Some((Wave::named(text) != Some(Wave::Autumn), said_year(text)?))
        });
        years.sort_by_key(|(is_bare, _)| *is_bare);
        years.into_iter().map(|(_, year)| year).collect()
    }

    /// The day of the test, where the layout has a label for it. A day that cannot be read is told.
    fn date(&self, desk: &mut Desk<'_>) -> Option<Day> {
        let text = self.label("date").into_iter().find(|text| !text.trim().is_empty())?;
        let day = day(&text);
        if day.is_none() {
            desk.push(FindingCode::DateUnreadable, desk.whole(), |f| f.column("wave").value(shape(&text)));
        }
        day
    }

    fn texts(&self, fact: &str, from: From) -> Vec<String> {
        let (folder, name) = self.file.rsplit_once('/').unwrap_or(("", self.file));
        match from {
            From::Sheet => vec![self.sheet.name.clone()],
            From::File => vec![name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned()],
            From::Folder => folder.rsplit('/').map(str::to_owned).collect(),
            From::Title => self.above().map(|(_, _, cell)| cell.printed().into_owned()).collect(),
            From::Label => self.label(fact),
        }
    }

    fn above(&self) -> impl Iterator<Item = (u32, u32, &Cell)> {
        self.sheet
            .rows
            .iter()
            .take_while(|row| row.number < self.header)
            .flat_map(|row| row.cells.iter().map(|(column, cell)| (row.number, *column, cell)))
            .filter(|(_, _, cell)| {
                matches!(cell, Cell::Text(text) if text.chars().count() <= 300)
                    || matches!(cell, Cell::Number(..))
            })
    }

    /// What stands in a label's own cell after the colon, or in the next cell of its row.
    fn label(&self, fact: &str) -> Vec<String> {
        let Some(label) = self.fit.layout.facts.labels.get(fact) else { return Vec::new() };
        let Some((row, column, cell)) =
            self.above().find(|(_, _, cell)| fold(&cell.printed()).starts_with(label.as_str()))
        else {
            return Vec::new();
        };
        let printed = cell.printed();
        let own = printed.split_once(':').map_or("", |(_, rest)| rest.trim()).to_owned();
        let next = self.above().find(|(r, c, _)| *r == row && *c > column);
        let next = next.map(|(_, _, cell)| cell.printed().into_owned());
        if own.is_empty() { next.into_iter().collect() } else { vec![own] }
    }
}

/// A grade: `5 класс`, `ГИА-9`; in names of sheets and files also the only small number.
fn grade(text: &str, from: From) -> Option<i32> {
    let folded = fold(text);
    let tokens: Vec<&str> = folded.split(' ').collect();
    let small = |token: &str| token.parse::<i32>().ok().filter(|value| (1..=11).contains(value));
    // «7 класс (по образцу 8 класса)»: the second number is the programme's, not the pupils'.
    let is_model = |at: usize| at.checked_sub(1).and_then(|at| tokens.get(at)) == Some(&"образцу");
    let before_class = tokens.windows(2).enumerate().find_map(|(at, pair)| match pair {
        [number, word] if (word.starts_with("класс") || *word == "кл") && !is_model(at) => {
            small(number)
        }
        _ => None,
    });
    let exam = fold("ГИА");
    let after_exam = tokens.windows(2).find_map(|pair| match pair {
        [word, number] if *word == exam => small(number),
        _ => None,
    });
    let lone = || {
        let mut values = numbers(&folded).filter(|value| (1..=11).contains(value));
        match (values.next(), values.next()) {
            (Some(only), None) if matches!(from, From::Sheet | From::File) => Some(only),
            // A folder is a grade only where nothing else stands in its name: folders of months and days have zeros.
            (Some(only), None) if from == From::Folder && only.to_string() == text.trim() => Some(only),
            _ => None,
        }
    };
    before_class.or(after_exam).or_else(lone)
}

#[cfg(test)]
mod tests {
    use super::{From, grade};

    #[test]
    fn grades_of_titles_names_and_folders() {
        let cases = [
            ("ВПР 2024 Русский язык 5 класс", From::Title, Some(5)),
            ("РУ 5 Индивидуальные результаты", From::Sheet, Some(5)),
            ("Ф1_РУ_5_2024", From::File, Some(5)),
            ("ГИА-9 2024", From::File, Some(9)),
            ("ВПР 2023 по математике 11 класс", From::File, Some(11)),
            ("часть 1 из 2", From::File, None),
            ("часть 1", From::Title, None),
            ("6", From::Folder, Some(6)),
            ("06", From::Folder, None),
            ("2021", From::Folder, None),
            ("папка 6", From::Folder, None),
        ];
        for (text, from, expected) in cases {
            assert_eq!(grade(text, from), expected, "{text}");
        }
    }
}
