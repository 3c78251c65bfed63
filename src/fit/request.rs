//! What can be asked for.

use crate::base::Result;
use crate::fit::trouble::option_fault;
use crate::stats::Likelihood;

/// The distribution of the response and its link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// Normal, identity: least squares, or a random intercept.
    #[default]
    Gaussian,
    /// Binomial, logit.
    Binomial,
    /// Shares by quasi-likelihood, logit.
    Fractional,
    /// Poisson, log.
    Poisson,
}

impl Family {
    /// Every family by its name.
    pub const ALL: [(&'static str, Self); 4] = [
        ("gaussian", Self::Gaussian),
        ("binomial", Self::Binomial),
        ("fractional", Self::Fractional),
        ("poisson", Self::Poisson),
    ];
}

/// The kind of standard errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub enum Errors {
    /// As the family says.
    #[default]
    #[serde(rename = "classical")]
    Classical,
    /// White's.
    HC0,
    /// Times n/(n − k).
    HC1,
    /// Over 1 − h.
    HC2,
    /// Over (1 − h)².
    HC3,
    /// Clusters, without a factor.
    CR0,
    /// Clusters, with the usual factor; one column or two.
    CR1,
    /// Clusters, bias-reduced, Satterthwaite's degrees of freedom.
    CR2,
    /// Clusters, jackknife.
    CR3,
    /// Wild cluster bootstrap of p and interval.
    #[serde(rename = "wild")]
    Wild,
}

impl Errors {
    /// Every kind by its name.
    pub const ALL: [(&'static str, Self); 10] = [
        ("classical", Self::Classical),
        ("HC0", Self::HC0),
        ("HC1", Self::HC1),
        ("HC2", Self::HC2),
        ("HC3", Self::HC3),
        ("CR0", Self::CR0),
        ("CR1", Self::CR1),
        ("CR2", Self::CR2),
        ("CR3", Self::CR3),
        ("wild", Self::Wild),
    ];

    /// Is it made of clusters?
    #[must_use]
    pub fn needs_clusters(self) -> bool {
        matches!(self, Self::CR0 | Self::CR1 | Self::CR2 | Self::CR3 | Self::Wild)
    }
}

/// What is done about counts that vary more than their family allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Spread {
    /// Nothing.
    #[default]
    None,
    /// Errors times the root of Pearson's dispersion.
    Pearson,
    /// A correlation inside rows (binomial counts only).
    Williams,
}

impl Spread {
    /// Every kind by its name.
    pub const ALL: [(&'static str, Self); 3] =
        [("none", Self::None), ("pearson", Self::Pearson), ("williams", Self::Williams)];
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// The formula.
    pub formula: String,
    /// The family; normal where none is named, binomial for `cbind(…)`.
    pub family: Option<Family>,
    /// The errors; by default classical, HC1 for shares, CR2 with one cluster column, CR1 with two.
    pub se: Option<Errors>,
    /// Columns that name the clusters, at most two.
    pub clusters: Vec<String>,
    /// The column of weights.
    pub weights: Option<String>,
    /// Level of the intervals.
    pub level: f64,
    /// The likelihood of a random intercept.
    pub likelihood: Likelihood,
    /// Over-dispersion.
    pub spread: Spread,
    /// Draws of the wild bootstrap.
    pub draws: u32,
    /// Their seed.
    pub seed: u64,
}

impl Request {
    /// The errors that fit the rest of the request.
    pub(super) fn errors(&self, family: Family, random: bool, fixed: bool) -> Result<Errors> {
        let refuse = |key: &'static str| Err(option_fault(key, &[]));
        let errors = self.se.unwrap_or(match (self.clusters.len(), family) {
            _ if random => Errors::Classical,
            (0, Family::Fractional) => Errors::HC1,
            (0, _) => Errors::Classical,
            (1, _) if !fixed => Errors::CR2,
            _ => Errors::CR1,
        });
        if !(self.level > 0.0 && self.level < 1.0) {
            return refuse("fit-level");
        }
        if random && fixed {
            return refuse("fit-random-and-fixed");
        }
        if random && family != Family::Gaussian {
            return refuse("fit-random-needs-gaussian");
        }
        if random && (errors != Errors::Classical || !self.clusters.is_empty()) {
            return refuse("fit-random-errors");
        }
        match self.clusters.len() {
            0 if errors.needs_clusters() => refuse("fit-needs-cluster"),
            1 | 2 if !errors.needs_clusters() && !random => refuse("fit-cluster-unused"),
            2 if errors != Errors::CR1 => refuse("fit-two-clusters"),
            count if count > 2 => refuse("fit-many-clusters"),
            _ if errors == Errors::Wild && family != Family::Gaussian => refuse("fit-wild-needs-gaussian"),
            _ if errors == Errors::Classical && family == Family::Fractional => {
                refuse("fit-fractional-errors")
            }
            _ => self.spread_fits(family, errors).map(|()| errors),
        }
    }

    fn spread_fits(&self, family: Family, errors: Errors) -> Result<()> {
        let refuse = |key: &'static str| Err(option_fault(key, &[]));
        match (self.spread, family) {
            (Spread::None, _) => Ok(()),
            (Spread::Pearson, Family::Binomial | Family::Poisson) if errors == Errors::Classical => Ok(()),
            (Spread::Williams, Family::Binomial) => Ok(()),
            (Spread::Pearson, _) => refuse("fit-pearson"),
            (Spread::Williams, _) => refuse("fit-williams"),
        }
    }
}
