//! A list of a pack by conditions of work: an index of social shares with directions, weights and a cut.

use crate::method::{Condition, Wording};

/// One share of the index.
#[derive(Debug, Clone, PartialEq)]
pub struct AdverseMeasure {
    /// Its name in the table `measure`.
    pub measure: String,
    /// 1 where a larger share makes conditions harder, −1 where easier: a hypothesis of the pack, not a finding.
    pub direction: i32,
    /// What it counts beside the others.
    pub weight: f64,
}

/// A list by an index: schools at which the weighted mean of the directed, standardised shares meets the cut.
#[derive(Debug, Clone, PartialEq)]
pub struct AdverseRule {
    /// The id.
    pub id: String,
    /// The title in each language.
    pub title: Wording,
    /// The shares, in the order of the pack.
    pub measures: Vec<AdverseMeasure>,
    /// When a school is on the list: `>= 0.75`, in robust standard deviations.
    pub cut: Condition,
    /// How near to the declared weights others are drawn when their choice is tested.
    pub concentration: f64,
}
