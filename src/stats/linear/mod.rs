//! Linear models: fit, covariances, what to do with few clusters, absorbed effects, diagnostics.
//!
//! Everything after the fit works in the coordinates of Q of √W X = Q R: covariances are R⁻¹ (…) R⁻ᵀ, and a cluster is
//! known by its rows of Q.

mod absorb;
mod anova;
mod clusters;
mod covariance;
mod diagnostics;
mod equivalence;
mod fit;
mod importance;
mod inference;
mod moments;
mod orthogonal;
mod selection;
mod trouble;
mod wild;

pub use absorb::{Effects, absorb};
pub use anova::{Anova, anova};
pub use covariance::{Covariance, LinearCovariance, covariance};
pub use diagnostics::{WithoutCluster, cooks_distance, leave_cluster_out, variance_inflation};
pub use equivalence::{Equivalence, equivalence};
pub use fit::{LinearFit, LinearModel, fit_linear};
pub use importance::{Importance, Resampling, importance, sign_stability};
pub use inference::{Term, Wald, terms, wald};
pub use selection::{Selection, SelectionOptions, stability_selection};
pub use trouble::{Caution, LinearTrouble};
pub use wild::{WildOptions, WildTest, WildWeights, wild_bootstrap};
