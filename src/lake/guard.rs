//! Decoders of the libraries below panic on some damaged bytes; here that is a fault like any other.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::base::{Fault, FaultCode, Place, Result};

/// The fault for a table whose bytes are not whole.
pub(super) fn damaged(table: &str, why: impl ToString) -> Box<Fault> {
    Fault::new(FaultCode::LakeDamaged).at(Place::Table(table.to_owned())).why("damaged-bytes").because(why)
}

/// Decodes; a panic below means that the bytes of this table are damaged. Nothing outlives the closure that could be
/// left in a broken state.
pub(super) fn guarded<T>(table: &str, decode: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(decode))
        .unwrap_or_else(|_| Err(damaged(table, "the decoder gave up on the bytes")))
}
