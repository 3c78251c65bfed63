//! Rules in words, for the terminal and for the sheet of the method.

use super::{AdverseRule, Condition, ListRule, MethodPack, Note};
use crate::text::{Arg, Catalogue, number, percent, sign};

impl Condition {
    /// `≥ 30 %`: as many decimals as the pack gave, since thousandths are tenths of a percent.
    #[must_use]
    pub fn told(self, words: &Catalogue) -> String {
        let share = self.threshold.value();
        let decimals = usize::from((share * 1000.0).round() % 10.0 != 0.0);
        format!("{} {}", sign(self.comparison.as_str()), percent(words.lang(), share, decimals))
    }
}

impl ListRule {
    /// When a school is on the list.
    #[must_use]
    pub fn told(&self, words: &Catalogue) -> String {
        let args = [
            ("condition", Arg::from(self.condition.told(words))),
            ("needed", Arg::from(self.at_least)),
            ("of", Arg::from(self.criteria.len())),
            ("years", Arg::from(self.years)),
        ];
        words.get("method-rule", &args)
    }
}

impl AdverseRule {
    /// When a school is on the list by conditions.
    #[must_use]
    pub fn told(&self, words: &Catalogue) -> String {
        let args = [
            ("sign", Arg::from(sign(self.cut.comparison.as_str()))),
            ("cut", Arg::from(number(words.lang(), self.cut.threshold.value(), 2))),
        ];
        words.get("method-adverse", &args)
    }

    /// The shares of the index: name, direction and weight of each.
    #[must_use]
    pub fn shares(&self, words: &Catalogue) -> Vec<[String; 3]> {
        let share = |measure: &super::AdverseMeasure| {
            let key = format!("measure-{}", measure.measure);
            let name = if words.has(&key) { words.text(&key) } else { measure.measure.clone() };
            let direction = if measure.direction > 0 { "method-harder" } else { "method-easier" };
            let weight = Arg::from(number(words.lang(), measure.weight, 1));
            [name, words.text(direction), words.get("method-weight", &[("weight", weight)])]
        };
        self.measures.iter().map(share).collect()
    }
}

impl Note {
    /// What is known of the rule, and how surely.
    #[must_use]
    pub fn told(&self, words: &Catalogue) -> String {
        let certainty = words.text(&format!("method-certainty-{}", self.certainty.as_str()));
        format!("[{certainty}] {}", self.text.get(words.lang().code()).map_or("", String::as_str))
    }
}

impl MethodPack {
    /// From how many participants on the criteria of the lists count.
    #[must_use]
    pub fn least_told(&self, words: &Catalogue) -> Vec<String> {
        let of_lists = |id: &str| self.lists.iter().any(|list| list.criteria.iter().any(|c| c == id));
        let mut least: Vec<i64> = self
            .indicators
            .iter()
            .filter(|indicator| of_lists(&indicator.id))
            .map(|indicator| indicator.min_n)
            .collect();
        least.sort_unstable();
        least.dedup();
        least.into_iter().map(|n| words.get("method-least", &[("n", Arg::from(n))])).collect()
    }
}
