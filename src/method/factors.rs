//! What a pack asks about social factors: which of them, in which direction it expects them to act, on what, and how small
//! an influence is no noticeable one.

use crate::method::Wording;

/// What is explained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Explained {
    /// The share of low results, as the indicators count it.
    LowShare,
    /// The mean per cent of the highest possible score.
    Score(ScoreColumn),
    /// Who takes part: participants by those of the indicator `base`.
    Participation,
}

/// Where scores stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScoreColumn {
    /// The total recomputed from the tasks; the printed one where no tasks were sent.
    Tasks,
    /// The printed total.
    Printed,
    /// The test score, 0–100.
    Test,
}

/// An outcome: the tests of several indicators, each year's with a level of its own.
#[derive(Debug, Clone, PartialEq)]
pub struct FactorOutcome {
    /// The id.
    pub id: String,
    /// The title in each language.
    pub title: Wording,
    /// The indicators whose tests and pupils count.
    pub indicators: Vec<String>,
    /// What of them.
    pub explained: Explained,
    /// Is it the one that decides? Exams are: who inflates a ВПР weakens every association with it.
    pub primary: bool,
    /// Is it an exam, marked outside the school?
    pub exam: bool,
    /// The highest score by indicator, where the rows do not say it.
    pub out_of: Vec<(String, f64)>,
    /// The indicator whose participants are the base of a participation.
    pub base: Option<String>,
    /// A difference smaller than this between schools at the tenth and the ninetieth percentile of a factor is no noticeable
    /// influence: in shares of 1 (0.02 is two percentage points of low results, or 2 % of the highest score).
    pub noticeable: f64,
}

/// A set of factors with the directions that somebody expects.
#[derive(Debug, Clone, PartialEq)]
pub struct FactorSet {
    /// The id.
    pub id: String,
    /// Whose expectation it is, in each language.
    pub source: Wording,
    /// Factor and direction in the order of the pack: 1 where a larger share is expected to go with worse results, −1 with
    /// better ones, 0 where none is expected.
    pub expected: Vec<(String, i32)>,
    /// Factors that are answers to one question: a pupil who is counted in one is counted in no other, or in all.
    pub related: Vec<Vec<String>>,
}

/// Who is resilient.
#[derive(Debug, Clone, PartialEq)]
pub struct ResilientRule {
    /// The outcome on which it is judged: an exam's scores.
    pub outcome: String,
    /// The share of schools whose context counts as adverse.
    pub adverse: f64,
    /// An effect is surely above zero where its probability reaches this.
    pub sure: f64,
    /// In so many years.
    pub years: usize,
    /// Of the last so many.
    pub of_last: usize,
    /// With so many pupils in each of them.
    pub min_n: u64,
}

/// The pack's part on factors.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FactorPlan {
    /// Sets of factors.
    pub sets: Vec<FactorSet>,
    /// Outcomes.
    pub outcomes: Vec<FactorOutcome>,
    /// The rule of the resilient schools.
    pub resilient: Option<ResilientRule>,
}

impl FactorPlan {
    /// A set by its id.
    #[must_use]
    pub fn set(&self, id: &str) -> Option<&FactorSet> {
        self.sets.iter().find(|set| set.id == id)
    }
}
