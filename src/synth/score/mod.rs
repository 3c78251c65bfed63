//! A run against the truth of the region that it was made from: how often its lists, signs, effects and findings are
//! right. Nothing here is read by a stage.

mod counts;
mod evidence;
mod factors;
mod findings;
mod lists;
mod signs;
mod truth;

use polars::prelude::DataFrame;

use crate::base::{Result, Year};
use crate::method::MethodPack;

pub use counts::{Agreement, Share, SizeClass};
pub use evidence::EvidenceScore;
pub use factors::{FactorLine, FactorScore};
pub use findings::{FindingScore, KindLine, WrongFinding};
pub use lists::{Bin, Held, ListScore, WordLine};
pub use signs::SignScore;
pub use truth::{Truth, base_of};

/// A table of the run, all its columns; `None` where the run has none of that name.
pub type RunTables<'a> = dyn Fn(&str) -> Result<Option<DataFrame>> + 'a;

/// What is held against the truth.
pub struct Judged<'a> {
    /// The tables of the run.
    pub tables: &'a RunTables<'a>,
    /// The run's method pack.
    pub pack: &'a MethodPack,
    /// The run's years.
    pub years: &'a [Year],
    /// The senders' files that it read, by their paths in the workspace.
    pub sources: &'a [String],
}

/// How right a run is.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Score {
    /// Lists of the pack.
    pub lists: Vec<ListScore>,
    /// Signs of doubtful marks.
    pub signs: Vec<SignScore>,
    /// Grades of evidence against who truly inflates.
    pub evidence: Vec<EvidenceScore>,
    /// Effects of social factors; missing where the run looked at none.
    pub factors: Option<FactorScore>,
    /// Findings; missing where nothing was planted, or the run read no files.
    pub findings: Option<FindingScore>,
}

/// Holds a run against the truth.
///
/// # Errors
/// `E803` where a table is not what it should be, else what the run's tables say.
pub fn score(judged: &Judged<'_>, truth: &Truth) -> Result<Score> {
    Ok(Score {
        lists: lists::score(judged, truth)?,
        signs: signs::score(judged, truth)?,
        evidence: evidence::score(judged, truth)?,
        factors: factors::score(judged, truth)?,
        findings: findings::score(judged, truth)?,
    })
}
