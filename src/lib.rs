//! `rsoko`: from the files that senders send to explained, traceable lists of schools that need help.
//!
//! The rooms, ground floor first, with the walls that `tests/architecture.rs` guards: a room imports only from rooms
//! below it, and stages never import stages.

pub mod base;
pub mod text;

pub mod tables;

pub mod pipeline;
