//! Who is told how far a run is.

use crate::pipeline::{Progress, Reason};

/// Told about a run while it goes on.
pub trait Reporter: Sync {
    /// A stage begins: why, and the how-many-th of how many it is (from 1). No reasons: it is reused.
    fn stage_starts(&self, kind: &str, reasons: &[Reason], position: usize, count: usize);
    /// The stage has so many steps.
    fn total(&self, steps: u64);
    /// So many more are done.
    fn advance(&self, steps: u64);
    /// The stage is done.
    fn stage_ends(&self, kind: &str, reused: bool);
}

/// Tells nobody.
pub struct Silent;

impl Reporter for Silent {
    fn stage_starts(&self, _kind: &str, _reasons: &[Reason], _position: usize, _count: usize) {}
    fn total(&self, _steps: u64) {}
    fn advance(&self, _steps: u64) {}
    fn stage_ends(&self, _kind: &str, _reused: bool) {}
}

/// A reporter as a stage sees it.
pub(super) struct Steps<'a>(pub &'a dyn Reporter);

impl Progress for Steps<'_> {
    fn total(&self, steps: u64) {
        self.0.total(steps);
    }

    fn advance(&self, steps: u64) {
        self.0.advance(steps);
    }
}
