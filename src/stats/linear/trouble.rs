//! Why there is no answer, or why to be careful with one.

use std::fmt::Write;

/// Why a linear model, or a covariance of it, has no trustworthy answer. Columns and clusters by their numbers.
#[derive(Debug, Clone, PartialEq)]
pub enum LinearTrouble {
    /// Shapes do not fit each other, or an option has no meaning.
    Malformed,
    /// A value of this row is missing or infinite.
    NotFinite {
        /// The row.
        row: usize,
    },
    /// A weight of this row is not above 0.
    Weight {
        /// The row.
        row: usize,
    },
    /// Not more rows than coefficients.
    NoFreedom {
        /// Rows.
        rows: usize,
        /// Coefficients, absorbed levels included.
        coefficients: usize,
    },
    /// A column is a combination of others, exactly or nearly: the scaled condition number is above 1e10.
    Singular {
        /// The guilty column: the last one of the combination.
        column: usize,
        /// The columns that make it up; none where the column is constant 0.
        with: Vec<usize>,
    },
    /// A column does not vary within the absorbed effects.
    Absorbed {
        /// The column.
        column: usize,
    },
    /// Too few clusters for this covariance.
    TooFewClusters {
        /// How many there are.
        clusters: usize,
        /// How many it needs.
        needed: usize,
    },
    /// Without this cluster a coefficient is not identified: it rests on the cluster alone.
    ClusterAlone {
        /// The cluster's number.
        cluster: usize,
        /// The coefficient that rests on it most.
        column: usize,
    },
    /// A row is fitted perfectly by a coefficient of its own: HC2 and HC3 do not exist.
    RowAlone {
        /// The row.
        row: usize,
    },
    /// The covariance gives this coefficient a negative variance (two-way clusters).
    NegativeVariance {
        /// The coefficient.
        column: usize,
    },
    /// An iteration did not settle.
    NoConvergence,
}

impl LinearTrouble {
    /// The key of its wording in the message catalogue.
    #[must_use]
    pub fn key(&self) -> &'static str {
        match self {
            Self::Malformed => "linear-malformed",
            Self::NotFinite { .. } => "linear-not-finite",
            Self::Weight { .. } => "linear-weight",
            Self::NoFreedom { .. } => "linear-no-freedom",
            Self::Singular { with, .. } if with.is_empty() => "linear-empty",
            Self::Singular { .. } => "linear-singular",
            Self::Absorbed { .. } => "linear-absorbed",
            Self::TooFewClusters { .. } => "linear-too-few-clusters",
            Self::ClusterAlone { .. } => "linear-cluster-alone",
            Self::RowAlone { .. } => "linear-row-alone",
            Self::NegativeVariance { .. } => "linear-negative-variance",
            Self::NoConvergence => "linear-no-convergence",
        }
    }

    /// The values that the wording needs. Rows count from 1; a column or cluster without a name is printed as its number.
    #[must_use]
    pub fn args(&self, columns: &[String], clusters: &[String]) -> Vec<(&'static str, String)> {
        let column = |at: usize| ("column", name(columns, at));
        match self {
            Self::Malformed | Self::NoConvergence => Vec::new(),
            Self::NotFinite { row } | Self::Weight { row } | Self::RowAlone { row } => {
                vec![("row", (row + 1).to_string())]
            }
            Self::NoFreedom { rows, coefficients } => {
                vec![("rows", rows.to_string()), ("coefficients", coefficients.to_string())]
            }
            Self::Singular { column: at, with } => {
                let mut list = String::new();
                for other in with {
                    let comma = if list.is_empty() { "" } else { ", " };
                    let _ = write!(list, "{comma}{}", name(columns, *other));
                }
                vec![column(*at), ("with", list)]
            }
            Self::TooFewClusters { clusters, needed } => {
                vec![("clusters", clusters.to_string()), ("needed", needed.to_string())]
            }
            Self::ClusterAlone { cluster, column: at } => {
                vec![("cluster", name(clusters, *cluster)), column(*at)]
            }
            Self::NegativeVariance { column: at } | Self::Absorbed { column: at } => vec![column(*at)],
        }
    }
}

/// A reason to be careful with an answer that is given.
#[derive(Debug, Clone, PartialEq)]
pub enum Caution {
    /// CR1 with so few clusters rejects too often: prefer CR2 or the wild bootstrap.
    FewClusters {
        /// How many there are.
        clusters: usize,
    },
    /// Satterthwaite degrees of freedom below 4: even CR2 is not to be relied on for this coefficient.
    LowFreedom {
        /// The coefficient.
        column: usize,
        /// Its degrees of freedom.
        df: f64,
    },
    /// One cluster carries most of a coefficient.
    HeavyCluster {
        /// The cluster's number.
        cluster: usize,
        /// The coefficient.
        column: usize,
        /// The cluster's share of the coefficient's information, in [0, 1].
        share: f64,
    },
}

impl Caution {
    /// The key of its wording in the message catalogue.
    #[must_use]
    pub fn key(&self) -> &'static str {
        match self {
            Self::FewClusters { .. } => "linear-few-clusters",
            Self::LowFreedom { .. } => "linear-low-freedom",
            Self::HeavyCluster { .. } => "linear-heavy-cluster",
        }
    }

    /// The values that the wording needs, as [`LinearTrouble::args`].
    #[must_use]
    pub fn args(&self, columns: &[String], clusters: &[String]) -> Vec<(&'static str, String)> {
        match self {
            Self::FewClusters { clusters } => vec![("clusters", clusters.to_string())],
            Self::LowFreedom { column, df } => {
                vec![("column", name(columns, *column)), ("df", format!("{df:.1}"))]
            }
            Self::HeavyCluster { cluster, column, share } => vec![
                ("cluster", name(clusters, *cluster)),
                ("column", name(columns, *column)),
                ("percent", format!("{:.0}", 100.0 * share)),
            ],
        }
    }
}

fn name(names: &[String], at: usize) -> String {
    names.get(at).cloned().unwrap_or_else(|| (at + 1).to_string())
}
