//! What a pack says of types of schools: the scale of shares, what becomes of unknown measures, names of types.

use crate::method::Wording;
use crate::stats::ShareScale;

/// A name that an analyst gives to a type instead of the proposed one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeName {
    /// The year.
    pub year: i32,
    /// The number of the type in that year.
    pub number: i32,
    /// The name in each language.
    pub name: Wording,
}

/// The pack's part on types of schools; the stages `clusters` and `peers` go by it.
#[derive(Debug, Clone, PartialEq)]
pub struct TypePlan {
    /// The scale on which shares become distances.
    pub scale: ShareScale,
    /// Unknown measures of a school that are replaced by the middle of the region; with more of them it has no type and no
    /// peers.
    pub missing_max: usize,
    /// Names that an analyst gives.
    pub names: Vec<TypeName>,
}

impl Default for TypePlan {
    fn default() -> Self {
        Self { scale: ShareScale::ShrunkenLogit, missing_max: 0, names: Vec::new() }
    }
}

impl TypePlan {
    /// The name that the pack gives to a type.
    #[must_use]
    pub fn name(&self, year: i32, number: i32) -> Option<&Wording> {
        let named = self.names.iter().find(|named| (named.year, named.number) == (year, number));
        named.map(|named| &named.name)
    }
}
