//! Method packs: parse, check, and the fence around their expressions.
//!
//! A method is data: one TOML file with its legal basis, its indicators as SQL expressions over the canonical tables
//! and its lists as rules over the indicators. Nothing here computes an indicator; the stages do.

mod adverse;
mod check;
mod check_factors;
mod check_rows;
mod check_types;
mod condition;
mod factors;
mod formula;
mod indicator;
mod list;
mod pack;
mod population;
mod raw;
pub mod sql;
mod threshold;
mod told;
mod types;
mod vocabulary;

pub use adverse::{AdverseMeasure, AdverseRule, RareShare};
pub use condition::{Comparison, Condition, Threshold};
pub use factors::{Explained, FactorOutcome, FactorPlan, FactorSet, ResilientRule, ScoreColumn};
pub use formula::{Formula, PUPIL, TEST, Unit};
pub use indicator::{Better, ExcludedYear, Indicator};
pub use list::{Decision, ListRule, Unassessable};
pub use pack::{Certainty, MethodPack, Note, PackStatus};
pub use population::{BRANCH, LeftOut, Outside, Population};

pub use threshold::{ExamMinimum, OgeScale, THRESHOLD, ThresholdName, ThresholdOf, Thresholds, VprScale};
pub use types::{TypeName, TypePlan};
pub use vocabulary::{SaidWord, Vocabulary};

/// A text in each language, by its code.
pub type Wording = std::collections::BTreeMap<String, String>;
