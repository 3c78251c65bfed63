//! Pure numerics: slices and `ndarray` in, documented result structs out. No data frames, no files, no clock.
//!
//! Deliberately absent: anything that knows what a school is, and any number where a number would only look like an
//! answer (`Option`, or a typed [`FitTrouble`], says why there is none). Elementary functions come from `libm`, sums
//! are compensated, draws come from [`Rng`]: the same on every platform and with any number of threads.
#![allow(clippy::indexing_slicing, reason = "array code: shapes are checked where an entry point begins")]

mod autocorrelation;
mod averaged_prior;
mod beta;
mod beta_binomial;
mod bootstrap;
mod chi_square;
mod cluster_indices;
mod composite;
mod count_shift;
mod density_jump;
mod dissimilarity;
mod double;
mod draws;
mod fisher;
pub mod formula;
mod gap;
mod glm;
mod grouped;
mod joint;
mod kappa;
mod kmeans;
mod linear;
mod linkage;
mod log_odds;
mod mean;
mod medoids;
mod membership;
mod mixed;
mod mixture;
mod moved;
mod multiple;
mod normal;
mod paired;
mod partition;
mod place;
mod polygamma;
mod principal;
mod rank;
mod rank_draws;
mod reliability;
mod resampled_clusters;
mod rng;
mod root;
mod scale;
mod separation;
mod share;
mod share_scale;
mod shrunken;
mod strata;
mod student;
mod sum;
mod tied_ranks;
mod unit_norm;
mod weights;
mod ziggurat;

pub use autocorrelation::autocorrelation;
pub use averaged_prior::{AveragedPrior, fit_averaged_prior};
pub use beta::{beta_above, beta_below, beta_quantile};
pub use beta_binomial::{BetaPrior, PriorTrouble, fit_beta_binomial};
pub use bootstrap::{Resampled, bootstrap, jackknife};
pub use chi_square::{chi_square_above, chi_square_below, chi_square_quantile};
pub use cluster_indices::{calinski_harabasz, silhouettes, silhouettes_by, silhouettes_of_each};
pub use composite::{Component, Composite, composites, composites_drawn};
pub use count_shift::{Count, CountTails, count_tails, shrunken_shift};
pub use density_jump::{DensityJump, density_jump};
pub use dissimilarity::{Dissimilarities, GowerColumn, euclidean, gower};
pub use fisher::{fisher_above, fisher_below, fisher_quantile};
pub use gap::{Gap, Reference, gap_statistic, log_dispersion};
pub use glm::{
    Counts, FitTrouble, GlmFit, Response, WilliamsFit, average_difference, fit_glm, fit_williams, working_fit,
};
pub use grouped::{GroupedData, GroupedFit, Observed, fit_grouped};
pub use joint::{GroupDraws, JointCounts, JointFit, JointTrouble, fit_joint};
pub use kappa::{Agreement, KappaWeights, weighted_kappa};
pub use kmeans::{Partition, kmeans, lloyd};
pub use linear::{
    Anova, Caution, Covariance, Effects, Equivalence, Importance, LinearCovariance, LinearFit, LinearModel,
    LinearTrouble, Resampling, Selection, SelectionOptions, Term, Wald, WildOptions, WildTest, WildWeights,
    WithoutCluster, absorb, anova, cooks_distance, covariance, equivalence, fit_linear, importance,
    leave_cluster_out, sign_stability, stability_selection, terms, variance_inflation, wald, wild_bootstrap,
};
pub use linkage::{Linkage, Tree, linkage};
pub use mean::{MeanOf, NormalPrior, fit_normal_prior, mean_interval, standard_scores};
pub use medoids::{Medoids, medoids, medoids_of_each};
pub use membership::membership;
pub use mixed::{
    GroupEffect, Likelihood, MixedData, MixedFit, MixedTrouble, between_within, decorrelated, fit_mixed,
};
pub use mixture::{Mixture, MixtureOptions, Structure, fit_mixture};
pub use moved::{SharePair, moved};
pub use multiple::{benjamini_hochberg, holm};
pub use normal::{normal_above, normal_below, normal_quantile};
pub use paired::{Homogeneity, McNemar, mcnemar, stuart_maxwell};
pub use partition::{adjusted_rand, assignment, matched};
pub use place::{Place, place_among, share_draws};
pub use principal::{PrincipalComponents, principal_components};
pub use rank::{RankCorrelation, kendall, mid_ranks, spearman};
pub use rank_draws::{DrawnRank, drawn_places, place_interval, rank_draws};
pub use reliability::{reliability_within, repeated_part};
pub use resampled_clusters::{LabelDraws, Stability, resampled_clusters};
pub use rng::Rng;
pub use scale::{Location, RobustScale, median, plain_scale, robust_scale, standard_deviation};
pub use share::{Interval, clopper_pearson, expit, logit, wilson};
pub use share_scale::{ScaledShares, ShareScale, scaled_shares};
pub use shrunken::{ShrunkenLogits, shrunken_logits};
pub use strata::{FourFold, Stratified, mantel_haenszel};
pub use student::{student_quantile, student_two_sided};
pub use sum::{mean, sum};
pub use tied_ranks::spearman_of_counts;
pub use unit_norm::{Against, Evidence, Shift, UnitNorm, fit_unit_norm};
pub use weights::reweighted;
