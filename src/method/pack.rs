//! The method pack.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::base::Result;
use crate::method::{AdverseRule, FactorPlan, Indicator, ListRule, Population, SaidWord, TypePlan, Wording};

/// Where a pack comes from: printed wherever a list made with it is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PackStatus {
    /// The text of the order itself.
    OfficialText,
    /// Put together from secondary sources: to be verified against the order.
    Reconstruction,
    /// A region's own method.
    Regional,
    /// Somebody's try.
    Experimental,
}

impl PackStatus {
    /// The word in packs and tables; wording in the catalogue under `method-status-<word>`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OfficialText => "official_text",
            Self::Reconstruction => "reconstruction",
            Self::Regional => "regional",
            Self::Experimental => "experimental",
        }
    }
}

/// How sure a statement about the method is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// Read in the text itself.
    Verified,
    /// Known well, not verified.
    Strong,
    /// Probably so.
    Medium,
    /// A guess that must be checked.
    Weak,
}

impl Certainty {
    /// The word in packs; wording in the catalogue under `method-certainty-<word>`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Strong => "strong",
            Self::Medium => "medium",
            Self::Weak => "weak",
        }
    }
}

/// A statement about the method and how sure it is: reports print it beside the list.
#[derive(Debug, Clone, PartialEq)]
pub struct Note {
    /// What of the rule it is about: `share`, `years`, …
    pub about: String,
    /// How sure it is.
    pub certainty: Certainty,
    /// The statement in each language.
    pub text: Wording,
}

/// The packs that this process has proved, by path and text: every stage asks for the same few, and a proof runs each
/// expression on a table without rows.
static PROVED: Mutex<BTreeMap<(String, String), MethodPack>> = Mutex::new(BTreeMap::new());

/// A method pack whose every expression and rule has been proved against the tables.
#[derive(Debug, Clone, PartialEq)]
pub struct MethodPack {
    /// The id.
    pub id: String,
    /// The version.
    pub version: String,
    /// The title in each language.
    pub title: Wording,
    /// The legal basis.
    pub basis: String,
    /// Where it comes from.
    pub status: PackStatus,
    /// Statements about it.
    pub notes: Vec<Note>,
    /// The schools that it is about.
    pub population: Population,
    /// The indicators.
    pub indicators: Vec<Indicator>,
    /// The lists.
    pub lists: Vec<ListRule>,
    /// The lists by conditions of work.
    pub adverse: Vec<AdverseRule>,
    /// What is asked about social factors.
    pub factors: FactorPlan,
    /// What is said of types of schools.
    pub types: TypePlan,
    /// Words of columns that the pack brings itself, by column.
    pub words: BTreeMap<String, Vec<String>>,
    /// Words that it compares columns with, in the order of the file: a [`Vocabulary`](crate::method::Vocabulary) proves them.
    pub said: Vec<SaidWord>,
}

impl MethodPack {
    /// Reads and proves a pack. `path` is its path in the workspace, for messages.
    ///
    /// # Errors
    /// The first complaint of [`MethodPack::check`].
    pub fn parse(path: &str, text: &str) -> Result<Self> {
        let key = (path.to_owned(), text.to_owned());
        let proved = || PROVED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pack) = proved().get(&key) {
            return Ok(pack.clone());
        }
        let pack = Self::check(path, text).map_err(|mut complaints| complaints.swap_remove(0))?;
        proved().insert(key, pack.clone());
        Ok(pack)
    }

    /// An indicator by its id.
    #[must_use]
    pub fn indicator(&self, id: &str) -> Option<&Indicator> {
        self.indicators.iter().find(|indicator| indicator.id == id)
    }

    /// Does a list count this indicator?
    #[must_use]
    pub fn is_criterion(&self, id: &str) -> bool {
        self.lists.iter().any(|list| list.criteria.iter().any(|criterion| criterion == id))
    }

    /// A list by its id.
    #[must_use]
    pub fn list(&self, id: &str) -> Option<&ListRule> {
        self.lists.iter().find(|list| list.id == id)
    }
}
