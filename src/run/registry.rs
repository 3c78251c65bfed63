//! Every stage that pipelines can name.

use crate::clusters::{Clusters, Courses, Peers};
use crate::context::Context;
use crate::factors::Factors;
use crate::identification::Identification;
use crate::identity::Identity;
use crate::indicators::Indicators;
use crate::ingest::Ingest;
use crate::objectivity::Objectivity;
use crate::pipeline::Stage;
use crate::policies::Policies;
use crate::reports::Reports;
use crate::validate::Validate;

/// The stages of the house, in the order of their names.
#[must_use]
pub fn registry() -> Vec<Box<dyn Stage>> {
    vec![
        Box::new(Clusters),
        Box::new(Context),
        Box::new(Courses),
        Box::new(Factors),
        Box::new(Identification),
        Box::new(Identity),
        Box::new(Indicators),
        Box::new(Ingest),
        Box::new(Objectivity),
        Box::new(Peers),
        Box::new(Policies),
        Box::new(Reports),
        Box::new(Validate),
    ]
}
