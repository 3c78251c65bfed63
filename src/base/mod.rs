//! Words that every room uses: years and ids, places, findings, faults, seeds.
//!
//! Nothing here formats a text for a user: the wording of codes lives in the message catalogue (`text`).

mod cause;
mod fault;
mod finding;
mod ids;
mod municipality;
mod place;
mod seed;

pub use cause::{not_toml, not_utf8, os_cause, toml_cause};
pub use fault::{Fault, FaultCode, Result};
pub use finding::{Finding, FindingCode, Severity};
pub use ids::{SchoolId, Year};
pub use municipality::{Municipality, words};
pub use place::{Place, column_letters, column_number};
pub use seed::Seed;
