//! Pure numerics: slices and `ndarray` in, documented result structs out. No data frames, no files, no clock.
//!
//! Deliberately absent: anything that knows what a school is, and any number where a number would only look like an
//! answer (`Option`, or a typed [`FitTrouble`], says why there is none). Elementary functions come from `libm`, sums
//! are compensated, draws come from [`Rng`]: the same on every platform and with any number of threads.
#![allow(clippy::indexing_slicing, reason = "array code: shapes are checked where an entry point begins")]

mod autocorrelation;
mod beta;
mod beta_binomial;
mod binomial_fit;
mod chi_square;
mod cluster_indices;
mod cluster_robust;
mod composite;
mod double;
mod draws;
mod fisher;
mod holm;
mod kmeans;
mod linear;
mod log_odds;
mod normal;
mod rng;
mod scale;
mod separation;
mod share;
mod shrunken;
mod student;
mod sum;
mod ziggurat;

pub use autocorrelation::autocorrelation;
pub use beta::{beta_above, beta_below, beta_quantile};
pub use beta_binomial::{BetaPrior, PriorTrouble, fit_beta_binomial};
pub use binomial_fit::{BinomialFit, Counts, FitTrouble, average_difference, fit_binomial};
pub use chi_square::{chi_square_above, chi_square_below, chi_square_quantile};
pub use cluster_indices::{calinski_harabasz, silhouettes, silhouettes_of_each};
pub use cluster_robust::{ClusterCovariance, cluster_covariance};
pub use composite::{Component, Composite, composites};
pub use fisher::{fisher_above, fisher_below, fisher_quantile};
pub use holm::holm;
pub use kmeans::{Partition, kmeans, lloyd};
pub use linear::{
    Anova, Caution, Covariance, Effects, Equivalence, Importance, LinearCovariance, LinearFit, LinearModel,
    LinearTrouble, Resampling, Selection, SelectionOptions, Term, Wald, WildOptions, WildTest, WildWeights,
    WithoutCluster, absorb, anova, cooks_distance, covariance, equivalence, fit_linear, importance,
    leave_cluster_out, sign_stability, stability_selection, terms, variance_inflation, wald, wild_bootstrap,
};
pub use normal::{normal_above, normal_below, normal_quantile};
pub use rng::Rng;
pub use scale::{Location, RobustScale, median, robust_scale, standard_deviation};
pub use share::{Interval, expit, logit, wilson};
pub use shrunken::{ShrunkenLogits, shrunken_logits};
pub use student::{student_quantile, student_two_sided};
pub use sum::{mean, sum};
