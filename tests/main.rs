//! One binary for all integration tests: linking the library once is enough.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

mod adverse;
mod architecture;
mod canaries;
mod catalogue;
mod certify;
mod cli;
mod clusters;
mod corpus;
mod crash;
mod determinism;
mod dirt;
mod distributions;
mod explain;
mod factors;
mod faults;
mod fit;
mod golden;
mod golden_clusters;
mod golden_models;
mod hostile;
mod identity;
mod layouts;
mod linear;
mod miniature;
mod models;
mod notebook;
mod objectivity;
mod packs;
mod power;
mod reading;
mod reference;
mod score;
mod shares;
mod storage;
mod support;
mod tour;
mod transitions;
mod traps;
