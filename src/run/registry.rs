//! Every stage that pipelines can name.

use crate::pipeline::Stage;

/// The stages of the house, in the order of their names.
#[must_use]
pub fn registry() -> Vec<Box<dyn Stage>> {
    Vec::new()
}
