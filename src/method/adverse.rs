//! A list of a pack by conditions of work: an index of social shares with directions, weights and a cut.

use crate::method::{Condition, Wording};
use crate::stats::Location;

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

/// What is done with a share that more than half of the schools have nobody of (or everybody): its median absolute deviation would
/// be that of the schools' sizes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RareShare {
    /// It is standardised by mean and standard deviation.
    Mean,
    /// It is left out of the index.
    LeaveOut,
}

impl RareShare {
    /// The word in packs; wording in the catalogue under `method-rare-<word>`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mean => "mean",
            Self::LeaveOut => "leave_out",
        }
    }
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
    /// What is done with rare shares.
    pub rare: RareShare,
    /// How near to the declared weights others are drawn when their choice is tested.
    pub concentration: f64,
}

impl AdverseRule {
    /// Is a share on this scale left out of the index?
    #[must_use]
    pub fn leaves_out(&self, location: Location) -> bool {
        self.rare == RareShare::LeaveOut && location == Location::Mean
    }
}
