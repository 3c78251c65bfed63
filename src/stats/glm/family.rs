//! The two families with their canonical links, a row at a time.

use crate::stats::{expit, logit};

/// What the mean of a row is, and how it varies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    /// Mean t μ with logit μ = η, variance t μ (1 − μ).
    Logit,
    /// Mean t μ with ln μ = η, variance t μ.
    Log,
}

impl Family {
    /// μ.
    pub(super) fn mean(self, eta: f64) -> f64 {
        match self {
            Self::Logit => expit(eta),
            Self::Log => libm::exp(eta),
        }
    }

    /// Variance of a row by its t.
    pub(super) fn variance(self, eta: f64) -> f64 {
        match self {
            Self::Logit => expit(eta) * expit(-eta),
            Self::Log => libm::exp(eta),
        }
    }

    /// s − t μ, without cancellation where μ is near 1.
    pub(super) fn residual(self, s: f64, t: f64, eta: f64) -> f64 {
        match self {
            Self::Logit => s * expit(-eta) - (t - s) * expit(eta),
            Self::Log => s - t * libm::exp(eta),
        }
    }

    /// Where the iteration starts: means drawn a little inwards, as R does.
    pub(super) fn start(self, s: f64, t: f64) -> f64 {
        match self {
            Self::Logit => logit((s + 0.5) / (t + 1.0)),
            Self::Log => libm::log(s / t + 0.1),
        }
    }

    /// Half of a row's part of the deviance.
    pub(super) fn half_deviance(self, s: f64, t: f64, eta: f64) -> f64 {
        match self {
            Self::Logit => {
                let part = |observed: f64, ln_share: f64| {
                    if observed > 0.0 { observed * (libm::log(observed / t) - ln_share) } else { 0.0 }
                };
                part(s, ln_expit(eta)) + part(t - s, ln_expit(-eta))
            }
            Self::Log => {
                let expected = t * libm::exp(eta);
                let own = if s > 0.0 { s * (libm::log(s / t) - eta) } else { 0.0 };
                own - (s - expected)
            }
        }
    }

    /// A row's part of the log-likelihood.
    pub(super) fn log_likelihood(self, s: f64, t: f64, eta: f64) -> f64 {
        match self {
            Self::Logit => {
                let ln_choose = libm::lgamma(t + 1.0) - libm::lgamma(s + 1.0) - libm::lgamma(t - s + 1.0);
                let part =
                    |observed: f64, ln_share: f64| if observed > 0.0 { observed * ln_share } else { 0.0 };
                ln_choose + part(s, ln_expit(eta)) + part(t - s, ln_expit(-eta))
            }
            Self::Log => s * eta - t * libm::exp(eta) - t * libm::lgamma(s / t + 1.0),
        }
    }

    /// The linear predictor of one common mean, where the offsets are those: Σ s = Σ t μ.
    pub(super) fn common(self, s: f64, t: f64) -> f64 {
        match self {
            Self::Logit => logit(s / t),
            Self::Log => libm::log(s / t),
        }
    }
}

/// ln expit(x), without loss in either tail.
fn ln_expit(x: f64) -> f64 {
    if x >= 0.0 { -libm::log1p(libm::exp(-x)) } else { x - libm::log1p(libm::exp(x)) }
}
