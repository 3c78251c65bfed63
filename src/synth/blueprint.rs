//! What a test is made of: tasks with their points and difficulties, and the scale of marks.

use crate::synth::region::logistic;

/// A subject that is tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// Mathematics.
    Maths,
    /// Russian.
    Russian,
}

impl Subject {
    /// Both, sorted by their word in the tables.
    pub const ALL: [Self; 2] = [Self::Maths, Self::Russian];

    /// The word in the tables.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Maths => "ma",
            Self::Russian => "ru",
        }
    }

    /// The name in senders' files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Maths => "Математика",
            Self::Russian => "Русский язык",
        }
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

impl Blueprint {
    /// The test of a grade from 4 to 8; `None` for others.
    #[must_use]
    pub fn vpr(grade: i32, subject: Subject) -> Option<Self> {
        let (tasks, cuts, max) = match (grade, subject) {
            (4, Subject::Russian) => (None, [14, 24, 33], 38),
            (4, Subject::Maths) => (None, [6, 10, 15], 20),
            (5, Subject::Russian) => (Some(RU5), [18, 29, 39], 45),
            (5, Subject::Maths) => (Some(MA5), [7, 11, 15], 20),
            (6, Subject::Russian) => (Some(RU6), [25, 35, 45], 51),
            (6, Subject::Maths) => (Some(MA6), [6, 10, 14], 16),
            (7, Subject::Russian) => (None, [22, 32, 42], 47),
            (7, Subject::Maths) => (None, [7, 12, 16], 19),
            (8, Subject::Russian) => (None, [26, 32, 45], 51),
            (8, Subject::Maths) => (None, [8, 15, 21], 25),
            _ => return None,
        };
        let named = tasks.map_or_else(|| plain(max), named);
        let length = named.len() as f64;
        let tasks = named
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

    /// Probability of a point in a task for this ability; `ease` moves all tasks.
    #[must_use]
    pub fn point(&self, task: &Task, ability: f64, ease: f64) -> f64 {
        logistic(1.25 * (ability + ease - task.difficulty))
    }

    /// Probabilities of the totals 0 … max for one ability.
    fn totals(&self, ability: f64, ease: f64) -> Vec<f64> {
        let mut totals = vec![1.0];
        for task in &self.tasks {
            let p = self.point(task, ability, ease);
            for _ in 0..task.max {
                let mut next: Vec<f64> = totals.iter().map(|q| q * (1.0 - p)).collect();
                next.push(0.0);
                for (to, from) in next.iter_mut().skip(1).zip(&totals) {
                    *to += from * p;
                }
                totals = next;
            }
        }
        totals
    }

    /// The share of totals below the pass score in a region of abilities with this standard deviation, after a part
    /// of those just below were lifted to it.
    fn low_share(&self, ease: f64, spread: f64, nudge: f64) -> f64 {
        let [pass, ..] = self.cuts;
        let (mut low, mut all) = (0.0, 0.0);
        for step in -16..=16 {
            let z = f64::from(step) / 4.0;
            let weight = libm::exp(-z * z / 2.0);
            let totals = self.totals(spread * z, ease);
            let stays = (0..pass).map(|score| 1.0 - lift(pass - score, nudge));
            low += weight * totals.iter().zip(stays).map(|(p, stays)| p * stays).sum::<f64>();
            all += weight;
        }
        low / all
    }

    /// How easy the test must be so that this share of the region's pupils gets the mark 2.
    #[must_use]
    pub fn ease_for(&self, low_share: f64, spread: f64, nudge: f64) -> f64 {
        let (mut hard, mut easy) = (-3.0, 4.0);
        for _ in 0..40 {
            let middle = f64::midpoint(hard, easy);
            if self.low_share(middle, spread, nudge) > low_share {
                hard = middle;
            } else {
                easy = middle;
            }
        }
        f64::midpoint(hard, easy)
    }
}

/// Probability that a total so many points below the pass score is lifted to it, where `nudge` is that for one point.
#[must_use]
pub fn lift(points: u32, nudge: f64) -> f64 {
    match points {
        1 => nudge,
        2 => 0.6 * nudge,
        3 => 0.25 * nudge,
        _ => 0.0,
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
    fn ease_gives_the_share_that_was_asked_for() {
        let test = Blueprint::vpr(6, Subject::Maths).unwrap();
        let ease = test.ease_for(0.12, 1.1, 0.6);
        assert!((test.low_share(ease, 1.1, 0.6) - 0.12).abs() < 1e-9);
        assert!(test.low_share(ease - 0.1, 1.1, 0.6) > 0.12);
    }

    #[test]
    fn marks_follow_the_scale() {
        let test = Blueprint::vpr(5, Subject::Maths).unwrap();
        let marks: Vec<_> = [0, 6, 7, 10, 11, 14, 15, 20].iter().map(|&score| test.mark(score)).collect();
        assert_eq!(marks, [2, 2, 3, 3, 4, 4, 5, 5]);
    }
}
