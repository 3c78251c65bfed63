//! Rows of `item_score` on their way into a frame: a large sheet has more than a million, and as structs they would not
//! fit behind the fence.

use polars::prelude::DataFrame;

use crate::base::Result;
use crate::tables::{self, ItemScore, Table};

/// So many rows wait as structs before they become columns.
const BATCH: usize = 50_000;

/// Rows that came so far.
#[derive(Default)]
pub(super) struct Items {
    waiting: Vec<ItemScore>,
    frames: Vec<DataFrame>,
}

impl Items {
    pub(super) fn extend(&mut self, rows: Vec<ItemScore>) -> Result<()> {
        self.waiting.extend(rows);
        if self.waiting.len() >= BATCH { self.flush() } else { Ok(()) }
    }

    pub(super) fn finish(mut self) -> Result<DataFrame> {
        self.flush()?;
        tables::concat(ItemScore::SPEC, &self.frames)
    }

    fn flush(&mut self) -> Result<()> {
        if !self.waiting.is_empty() {
            self.frames.push(ItemScore::frame(std::mem::take(&mut self.waiting))?);
        }
        Ok(())
    }
}
