//! The declaration before anything runs: what a pipeline file says, what a stage is, in which order stages run,
//! and the closed list of reasons why one runs.

mod graph;
mod params;
mod reason;
mod spec;
mod stage;
mod unusable;

pub use graph::{Node, order};
pub use params::Params;
pub use reason::{Reason, SourceChange};
pub use spec::{PipelineSpec, StageSpec, line_of};
pub use stage::{
    Artefact, Declared, FINDING, Input, Output, Packed, Parsed, Progress, Quiet, Read, SourceFile, Sources,
    Stage, Test, file_of, sheet_id, source_id,
};
pub use unusable::unusable;
