//! Every stage that pipelines can name.

use crate::pipeline::Stage;

/// The stages of the house, in the order of their names.
#[must_use]
pub fn registry() -> Vec<Box<dyn Stage>> {
    vec![
        Box::new(crate::clusters::Clusters),
        Box::new(crate::context::Context),
        Box::new(crate::factors::Factors),
        Box::new(crate::identification::Identification),
        Box::new(crate::indicators::Indicators),
        Box::new(crate::ingest::Ingest),
        Box::new(crate::objectivity::Objectivity),
        Box::new(crate::reports::Reports),
        Box::new(crate::validate::Validate),
    ]
}
