//! What an indicator finds in a group of rows: two counts, or the values that are averaged.

/// Two counts: above the line and below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Counts {
    pub numerator: i64,
    pub denominator: i64,
}

/// Counts of a share, or values of a mean.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Amount {
    Share(Counts),
    Mean(Vec<f64>),
}

impl Default for Amount {
    fn default() -> Self {
        Self::Share(Counts::default())
    }
}

impl Amount {
    /// Those below the line.
    pub fn n(&self) -> i64 {
        match self {
            Self::Share(counts) => counts.denominator,
            Self::Mean(values) => i64::try_from(values.len()).unwrap_or(i64::MAX),
        }
    }

    /// Puts others beside them.
    pub fn add(&mut self, other: &Self) {
        if self.n() == 0 {
            // Nothing has been counted yet: the kind is that of the first.
            self.clone_from(other);
            return;
        }
        match (self, other) {
            (Self::Share(mine), Self::Share(theirs)) => {
                mine.numerator += theirs.numerator;
                mine.denominator += theirs.denominator;
            }
            (Self::Mean(mine), Self::Mean(theirs)) => mine.extend_from_slice(theirs),
            _ => {}
        }
    }
}
