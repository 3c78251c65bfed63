//! What a test is made of: tasks with their points and difficulties, and the scale of marks.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::synth::region::logistic;

/// A subject that is tested. Exams are in the first two; the others are subjects of ВПР.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// Biology.
    Biology,
    /// Chemistry.
    Chemistry,
    /// English.
    English,
    /// Geography.
    Geography,
    /// History.
    History,
    /// Mathematics.
    Maths,
    /// The world around us.
    World,
    /// Physics.
    Physics,
    /// Russian.
    Russian,
    /// Social studies.
    Society,
}

impl Subject {
    /// The two that every grade sits and that exams are in, sorted by their word in the tables.
    pub const ALL: [Self; 2] = [Self::Maths, Self::Russian];

    /// All, sorted by their word in the tables.
    pub const TESTED: [Self; 10] = [
        Self::Biology,
        Self::Chemistry,
        Self::English,
        Self::Geography,
        Self::History,
        Self::Maths,
        Self::World,
        Self::Physics,
        Self::Russian,
        Self::Society,
    ];

    /// The word in the tables, the letters in file and sheet names, the name, and the name after «по».
    const fn words(self) -> [&'static str; 4] {
        match self {
            Self::Biology => ["bi", "БИ", "Биология", "биологии"],
            Self::Chemistry => ["ch", "ХИ", "Химия", "химии"],
            Self::English => ["en", "АЯ", "Английский язык", "английскому языку"],
            Self::Geography => ["ge", "ГГ", "География", "географии"],
            Self::History => ["hi", "ИС", "История", "истории"],
            Self::Maths => ["ma", "МА", "Математика", "математике"],
            Self::World => ["om", "ОМ", "Окружающий мир", "окружающему миру"],
            Self::Physics => ["ph", "ФИ", "Физика", "физике"],
            Self::Russian => ["ru", "РУ", "Русский язык", "русскому языку"],
            Self::Society => ["so", "ОБ", "Обществознание", "обществознанию"],
        }
    }

    /// The word in the tables.
    #[must_use]
    pub const fn id(self) -> &'static str {
        let [id, ..] = self.words();
        id
    }

    /// The letters in file and sheet names.
    #[must_use]
    pub const fn letters(self) -> &'static str {
        let [_, letters, ..] = self.words();
        letters
    }

    /// The name in senders' files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        let [.., name, _] = self.words();
        name
    }

    /// The name after «по».
    #[must_use]
    pub const fn dative(self) -> &'static str {
        let [.., dative] = self.words();
        dative
    }
}

/// One task of a test.
#[derive(Debug, Clone, PartialEq)]
pub struct Task {
    /// The name as printed: `4К1`.
    pub name: String,
    /// Highest possible points.
    pub max: u32,
    /// Where an average pupil earns half of the points, in standard deviations of ability.
    pub difficulty: f64,
}

/// A test: tasks and the lower bounds of the marks 3, 4, 5 (handbook of the field, 3.3).
#[derive(Debug, Clone, PartialEq)]
pub struct Blueprint {
    /// The grade.
    pub grade: i32,
    /// The subject.
    pub subject: Subject,
    /// The tasks.
    pub tasks: Vec<Task>,
    /// Lowest scores of the marks 3, 4 and 5.
    pub cuts: [u32; 3],
}

const RU5: &str = "1К1:4 1К2:3 1К3:2 2К1:3 2К2:3 2К3:3 2К4:3 3:2 4.1:3 4.2:2 5.1:2 5.2:1 6.1:2 6.2:1 7.1:2 7.2:1 8:2 \
                   9:2 10:1 11:1 12:2";
const MA5: &str = "1:1 2:1 3:1 4:1 5:1 6:2 7:1 8:1 9:2 10:2 11.1:1 11.2:1 12.1:1 12.2:1 13:1 14:2";
const RU6: &str = "1К1:4 1К2:3 1К3:2 2К1:3 2К2:3 2К3:3 2К4:3 3.1:1 3.2:1 4:2 5:2 6:2 7.1:1 7.2:1 8.1:2 8.2:1 9:2 \
                   10:3 11:2 12.1:1 12.2:2 13.1:1 13.2:1 14.1:2 14.2:3";
const MA6: &str = "1:1 2:1 3:1 4:1 5:1 6:1 7:1 8:1 9:2 10:1 11:2 12:1 13:2";

/// The lowest totals of the marks 3, 4 and 5, and the highest total.
type Cuts = ([u32; 3], u32);

/// Marks by grade and subject: `data/reference/vpr-scales.toml`.
static SCALES: LazyLock<BTreeMap<(i32, String), Cuts>> = LazyLock::new(|| {
    #[derive(serde::Deserialize)]
    struct File {
        scale: Vec<Row>,
    }
    #[derive(serde::Deserialize)]
    struct Row {
        subject: String,
        grade: i32,
        from: [u32; 3],
        max: Option<u32>,
    }
    let text = include_str!("../../data/reference/vpr-scales.toml");
    // the file is compiled in: a unit test sees that it can be read
    let rows = toml::from_str::<File>(text).map(|file| file.scale).unwrap_or_default();
    rows.into_iter().filter_map(|row| Some(((row.grade, row.subject), (row.from, row.max?)))).collect()
});

impl Blueprint {
    /// The test of a grade from 4 to 8; `None` where no scale is known.
    #[must_use]
    pub fn vpr(grade: i32, subject: Subject) -> Option<Self> {
        let &(cuts, max) = SCALES.get(&(grade, subject.id().to_owned())).filter(|_| grade <= 8)?;
        let tasks = match (grade, subject) {
            (5, Subject::Russian) => named(RU5),
            (5, Subject::Maths) => named(MA5),
            (6, Subject::Russian) => named(RU6),
            (6, Subject::Maths) => named(MA6),
            _ => plain(max),
        };
        let length = tasks.len() as f64;
        let tasks = tasks
            .into_iter()
            .enumerate()
            .map(|(at, (name, max))| {
                let wave = if at % 3 == 1 { 0.35 } else { -0.15 };
                Task { name, max, difficulty: 1.8 * (at as f64 / length) - 0.9 + wave }
            })
            .collect();
        Some(Self { grade, subject, tasks, cuts })
    }

    /// The highest possible total.
    #[must_use]
    pub fn max(&self) -> u32 {
        self.tasks.iter().map(|task| task.max).sum()
    }

    /// The mark of a total.
    #[must_use]
    pub fn mark(&self, score: u32) -> i32 {
        2 + self.cuts.iter().map(|&cut| i32::from(score >= cut)).sum::<i32>()
    }

    /// Probability of a point in a task for this ability, where `ease` of the test and of the day are in it.
    #[must_use]
    pub fn point(&self, task: &Task, ability: f64) -> f64 {
        logistic(1.25 * (ability - task.difficulty))
    }

    /// Probabilities of the totals 0 … max for one ability.
    pub(in crate::synth) fn totals(&self, ability: f64) -> Vec<f64> {
        let mut totals = vec![1.0];
        for task in &self.tasks {
            let p = self.point(task, ability);
            for _ in 0..task.max {
                totals.push(0.0);
                for at in (1..totals.len()).rev() {
                    let below = totals.get(at - 1).copied().unwrap_or_default();
                    if let Some(q) = totals.get_mut(at) {
                        *q = *q * (1.0 - p) + below * p;
                    }
                }
                if let Some(q) = totals.first_mut() {
                    *q *= 1.0 - p;
                }
            }
        }
        totals
    }
}

fn named(tasks: &str) -> Vec<(String, u32)> {
    tasks
        .split_whitespace()
        .filter_map(|task| task.split_once(':'))
        .filter_map(|(name, max)| Some((name.to_owned(), max.parse().ok()?)))
        .collect()
}

/// Tasks of one, two and three points by turns.
fn plain(total: u32) -> Vec<(String, u32)> {
    let mut left = total;
    let mut tasks = Vec::new();
    while left > 0 {
        let number = tasks.len() + 1;
        let max = [1, 2, 1, 3, 2].get(number % 5).copied().unwrap_or(1).min(left);
        left -= max;
        tasks.push((number.to_string(), max));
    }
    tasks
}

#[cfg(test)]
mod tests {
    use super::{Blueprint, Subject};

    #[test]
    fn points_add_up_to_the_published_maxima() {
        let max = |grade, subject| Blueprint::vpr(grade, subject).unwrap().max();
        let russian: Vec<_> = (4..=8).map(|grade| max(grade, Subject::Russian)).collect();
        let maths: Vec<_> = (4..=8).map(|grade| max(grade, Subject::Maths)).collect();
        assert_eq!((russian, maths), (vec![38, 45, 51, 47, 51], vec![20, 20, 16, 19, 25]));
        assert!(Blueprint::vpr(9, Subject::Maths).is_none());
    }

    #[test]
    fn every_scale_of_the_reference_makes_a_test_with_its_maximum() {
        let tests: Vec<_> = (4..=8)
            .flat_map(|grade| Subject::TESTED.map(|subject| Blueprint::vpr(grade, subject)))
            .flatten()
            .collect();
        // handbook of the field, 3.3: two subjects in five grades, and om 1, bi 4, hi 4, ge 3, so 3, ph 2, ch 1, en 1
        assert_eq!(tests.len(), 29);
        assert!(tests.iter().all(|test| test.cuts.is_sorted() && test.cuts[2] <= test.max()));
    }

    #[test]
    fn totals_are_those_of_independent_points() {
        let test = Blueprint::vpr(6, Subject::Maths).unwrap();
        let totals = test.totals(0.3);
        assert!((totals.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        let mean: f64 = totals.iter().enumerate().map(|(score, p)| score as f64 * p).sum();
        let expected: f64 = test.tasks.iter().map(|task| f64::from(task.max) * test.point(task, 0.3)).sum();
        assert!((mean - expected).abs() < 1e-9);
        // no point at all: every task fails on every point
        let none: f64 = test
            .tasks
            .iter()
            .map(|t| (0..t.max).map(|_| 1.0 - test.point(t, 0.3)).product::<f64>())
            .product();
        assert!((totals[0] - none).abs() < 1e-15);
    }

    #[test]
    fn marks_follow_the_scale() {
        let test = Blueprint::vpr(5, Subject::Maths).unwrap();
        let marks: Vec<_> = [0, 6, 7, 10, 11, 14, 15, 20].iter().map(|&score| test.mark(score)).collect();
        assert_eq!(marks, [2, 2, 3, 3, 4, 4, 5, 5]);
    }
}
