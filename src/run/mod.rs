//! The runner: it does the world (disk, clock, processes) so that stages can be pure.
//!
//! A run goes: declaration → plan → stages in their order, reused where their key is equal → the run's folder, whose
//! manifest, written last, is the commit.

mod catalog;
mod check;
mod clock;
mod counts;
mod declaration;
mod documents;
mod execute;
pub mod fence;
mod files;
mod findings;
mod key;
mod log;
mod manifest;
mod memory;
mod names;
mod open;
mod plan;
mod prepare;
mod publish;
mod registry;
mod reporter;
mod runs;
mod shelf;
mod summary;
pub mod threads;
mod vocabulary;
mod workspace;

pub use check::{Checked, check, layout_names, thresholds, try_layouts};
pub use counts::{ListCount, Severities};
pub use execute::{execute, execute_with};
pub use fence::FencedSources;
pub use key::KeyParts;
pub use manifest::{FileRecord, MethodRecord, RunManifest, SourceRecord, StageEntry, TableRecord};
pub use open::OpenRun;
pub use plan::{Plan, PlannedStage, plan, plan_with};
pub use registry::registry;
pub use reporter::{Reporter, Silent};
pub use runs::{RunRecord, runs};
pub use summary::{StageDone, Summary};
pub use vocabulary::vocabulary;
pub use workspace::Workspace;
