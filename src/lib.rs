//! `rsoko`: from the files that senders send to explained, traceable lists of schools that need help.
//!
//! The rooms, ground floor first, with the walls that `tests/architecture.rs` guards: a room imports only from rooms
//! on lower floors, and stages never import stages.

// floor 0: words
pub mod base;
pub mod text;

// floor 1: numbers, tables, cells
pub mod grid;
pub mod stats;
pub mod tables;

// floor 2: disk, method, declaration
pub mod lake;
pub mod method;
pub mod pipeline;

// floor 3: stages
pub mod clusters;
pub mod context;
pub mod factors;
pub mod identification;
pub mod identity;
pub mod indicators;
pub mod ingest;
pub mod objectivity;
pub mod policies;
pub mod reports;
pub mod validate;

// floor 4: the runner, what looks back, the researcher's door to the statistics
pub mod certify;
pub mod explain;
pub mod fit;
pub mod run;
pub mod synth;

// floor 5: the command line
pub mod cli;
