//! One binary for all integration tests: linking the library once is enough.

mod architecture;
mod catalogue;
mod cli;
mod crash;
mod determinism;
mod explain;
mod golden;
mod hostile;
mod notebook;
mod reading;
mod reference;
mod support;
