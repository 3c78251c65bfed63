//! A list of a pack: a rule over indicators.

use crate::base::Year;
use crate::method::{Condition, Wording};
use crate::text::{Arg, Catalogue};

/// What a year in which the rule cannot be assessed does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unassessable {
    /// It is passed over: the latest assessable years count, of this many years up to the list's own. None is older.
    Skip {
        /// So many.
        within: usize,
    },
    /// It makes the school not assessable: the latest years count, whatever they are.
    NotAssessable,
}

impl Unassessable {
    /// In words.
    #[must_use]
    pub fn told(self, words: &Catalogue) -> String {
        match self {
            Self::Skip { within } => words.get("method-skip", &[("within", Arg::from(within))]),
            Self::NotAssessable => words.text("method-no-skip"),
        }
    }
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
            Unassessable::Skip { within } => {
                let oldest = years
                    .last()
                    .map_or(0, |last| last.0.saturating_sub(i32::try_from(within).unwrap_or(i32::MAX)));
                let near = latest.take_while(|year| year.0 > oldest);
                near.filter(|&year| assessable(year)).take(self.years).collect()
            }
            Unassessable::NotAssessable => {
                latest.take(self.years).take_while(|&year| assessable(year)).collect()
            }
        };
        chosen.reverse();
        (chosen.len() == self.years).then_some(chosen)
    }
}

#[cfg(test)]
mod tests {
    use super::{ListRule, Unassessable};
    use crate::base::Year;
    use crate::method::Condition;

    #[test]
    fn no_year_is_passed_over_without_end() {
        let rule = |unassessable| ListRule {
            id: "l".into(),
            title: Default::default(),
            criteria: vec!["c".into()],
            condition: Condition::parse(">= 0.30").unwrap(),
            at_least: 1,
            years: 2,
            unassessable,
            decision: Default::default(),
        };
        let counting = |within, assessable: &[i32]| {
            let years = [2019, 2020, 2021, 2022, 2023, 2025].map(Year);
            let chosen = rule(Unassessable::Skip { within })
                .years_that_count(&years, |year| assessable.contains(&year.0));
            chosen.map(|years| years.into_iter().map(|year| year.0).collect::<Vec<_>>())
        };
        assert_eq!(counting(3, &[2023, 2025]), Some(vec![2023, 2025]));
        assert_eq!(counting(3, &[2022, 2025]), None, "three years up to 2025 begin with 2023");
        assert_eq!(counting(4, &[2022, 2025]), Some(vec![2022, 2025]));
        assert_eq!(counting(4, &[2021, 2022]), None);
        assert_eq!(counting(2, &[2023, 2025]), None, "years of the calendar, not of the pipeline");
    }
}
