//! How many clusters, and why.

use crate::clusters::analysis::{Method, Options, Tried};
use crate::stats::{Gap, Stability};

/// A mean silhouette below this shows no structure (Kaufman, Rousseeuw 1990, «Finding Groups in Data», 2.2).
const WEAK: f64 = 0.25;

/// A cluster that is less similar to itself in resamples is not trusted (Hennig 2007).
const UNRELIABLE: f64 = 0.6;

/// Why so many clusters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// The declaration says so.
    Declared,
    /// The largest mean silhouette, and the gap statistic takes the same number.
    SilhouetteAndGap,
    /// The gap statistic and the BIC of mixtures take the same number, and its mean silhouette is not weak. The silhouette alone
    /// likes few large groups: two of three types that lie near to each other are one to it.
    GapAndBic,
    /// The largest mean silhouette; the gap statistic, where it was asked, prefers groups to one too, but takes another number.
    Silhouette,
    /// No groups: by the gap statistic one group describes the rows as well as any number of them.
    GapOne,
    /// No groups: the largest mean silhouette is below 0.25.
    Weak,
    /// No groups: most rows lie in clusters that do not come back in resamples.
    Dissolves,
    /// No groups: too few rows, or no number of clusters could be tried.
    Nothing,
}

impl Ground {
    /// The word in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Declared => "declared",
            Self::SilhouetteAndGap => "silhouette_and_gap",
            Self::GapAndBic => "gap_and_bic",
            Self::Silhouette => "silhouette_largest",
            Self::GapOne => "gap_one",
            Self::Weak => "weak_silhouette",
            Self::Dissolves => "dissolves",
            Self::Nothing => "nothing_to_divide",
        }
    }

    /// Does it say that there are no groups?
    #[must_use]
    pub fn no_groups(self) -> bool {
        matches!(self, Self::GapOne | Self::Weak | Self::Dissolves | Self::Nothing)
    }
}

/// The number of clusters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The number that is taken; none where the rows do not fall into groups.
    pub taken: Option<usize>,
    /// Why.
    pub ground: Ground,
    /// What the gap statistic takes; 1 may win.
    pub by_gap: Option<usize>,
    /// The largest mean silhouette.
    pub by_silhouette: Option<usize>,
    /// The largest Calinski–Harabasz.
    pub by_calinski_harabasz: Option<usize>,
    /// The largest BIC of mixtures, where they were tried; 1 may win.
    pub by_bic: Option<usize>,
}

impl Choice {
    pub(super) fn of(options: &Options, tried: &[Tried], gap: Option<&Gap>) -> Self {
        let best = |method: Method, value: fn(&Tried) -> Option<f64>| {
            let known = tried.iter().filter(|t| t.method == method).filter_map(|t| Some((t.k, value(t)?)));
            known.reduce(|best, next| if next.1 > best.1 { next } else { best })
        };
        let silhouette = best(options.method, |t| t.silhouette);
        let by_gap = gap.map(Gap::tibshirani);
        let by_bic = best(Method::Mixture, |t| t.part.bic).map(|(k, _)| k);
        let clear = |k: &usize| {
            let own = tried.iter().find(|t| t.method == options.method && t.k == *k);
            own.and_then(|own| own.silhouette).is_some_and(|silhouette| silhouette >= WEAK)
        };
        let agreed = by_gap.filter(|k| by_bic == Some(*k)).filter(clear);
        let declared = (options.k.start() == options.k.end()).then(|| *options.k.start());
        let (taken, ground) = match (declared, silhouette, by_gap) {
            (Some(k), _, _) if tried.iter().any(|t| t.method == options.method && t.k == k) => {
                (Some(k), Ground::Declared)
            }
            (Some(_), _, _) | (None, None, _) => (None, Ground::Nothing),
            (None, Some(_), _) if gap.is_some_and(Gap::one_suffices) => (None, Ground::GapOne),
            (None, Some((_, silhouette)), _) if silhouette < WEAK => (None, Ground::Weak),
            (None, Some((k, _)), Some(by_gap)) if by_gap == k => (Some(k), Ground::SilhouetteAndGap),
            (None, Some((k, _)), _) => match agreed {
                Some(agreed) => (Some(agreed), Ground::GapAndBic),
                None => (Some(k), Ground::Silhouette),
            },
        };
        Self {
            taken,
            ground,
            by_gap,
            by_silhouette: silhouette.map(|(k, _)| k),
            by_calinski_harabasz: best(options.method, |t| t.calinski_harabasz).map(|(k, _)| k),
            by_bic,
        }
    }

    /// Clusters of which most rows' do not come back are none, unless their number is declared.
    pub(super) fn look_at(&mut self, stability: &Stability, labels: &[usize]) {
        let lost = |label: &usize| stability.jaccard.get(*label).is_none_or(|jaccard| *jaccard < UNRELIABLE);
        let rows = labels.iter().filter(|label| lost(label)).count();
        if self.ground != Ground::Declared && 2 * rows > labels.len() {
            (self.taken, self.ground) = (None, Ground::Dissolves);
        }
    }
}

/// Hennig's words for the mean Jaccard similarity of a cluster.
#[must_use]
pub fn band(jaccard: f64) -> &'static str {
    match jaccard {
        j if j >= 0.85 => "highly_stable",
        j if j >= 0.75 => "stable",
        j if j >= UNRELIABLE => "pattern",
        j if j > 0.5 => "unstable",
        _ => "dissolved",
    }
}
