//! A list of a pack: a rule over indicators.

use crate::base::Year;
use crate::method::{Condition, Wording};

/// What a year in which the rule cannot be assessed does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unassessable {
    /// It is passed over: the latest assessable years count.
    Skip,
    /// It makes the school not assessable: the latest years count, whatever they are.
    NotAssessable,
}

/// How probable the rule must be for a plain word: `yes` from `listed` on, `no` up to `not_listed`, undecided between.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Decision {
    /// From here on: yes.
    pub listed: f64,
    /// Up to here: no.
    pub not_listed: f64,
}

impl Default for Decision {
    /// Where a pack says nothing: the handbook's 0.80 and 0.20.
    fn default() -> Self {
        Self { listed: 0.8, not_listed: 0.2 }
    }
}

impl Decision {
    /// `yes`, `no`, `undecided`.
    #[must_use]
    pub fn word(self, probability: f64) -> &'static str {
        match probability {
            p if p >= self.listed => "yes",
            p if p <= self.not_listed => "no",
            _ => "undecided",
        }
    }
}

/// A list: `at_least` of the criteria meet the condition, in each of the `years` latest years.
#[derive(Debug, Clone, PartialEq)]
pub struct ListRule {
    /// The id.
    pub id: String,
    /// The title in each language.
    pub title: Wording,
    /// Ids of the indicators that are counted, in the order of the pack.
    pub criteria: Vec<String>,
    /// When a criterion is met.
    pub condition: Condition,
    /// So many criteria make a year low.
    pub at_least: usize,
    /// So many years must be low.
    pub years: usize,
    /// What a year does that cannot be assessed.
    pub unassessable: Unassessable,
    /// What the probability of the rule is called.
    pub decision: Decision,
}

impl ListRule {
    /// The years that count, rising, out of the pipeline's; `None` where they do not suffice. `assessable` says of a
    /// year whether the rule can be assessed in it.
    #[must_use]
    pub fn years_that_count(&self, years: &[Year], assessable: impl Fn(Year) -> bool) -> Option<Vec<Year>> {
        let latest = years.iter().rev().copied();
        let mut chosen: Vec<Year> = match self.unassessable {
            Unassessable::Skip => latest.filter(|&year| assessable(year)).take(self.years).collect(),
            Unassessable::NotAssessable => {
                latest.take(self.years).take_while(|&year| assessable(year)).collect()
            }
        };
        chosen.reverse();
        (chosen.len() == self.years).then_some(chosen)
    }
}
