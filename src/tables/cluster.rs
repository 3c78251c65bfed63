//! Types of schools: who belongs where, what the types are like, and whether to believe them.

use crate::tables::spec::table;

table! {
    /// The cluster of a school in a year.
    Cluster "cluster" School sorted by ["year", "school_id"] {
        /// The year in which the school year ends.
        year: i32, unit "year";
        /// The school.
        school_id: String;
        /// Number of the cluster, from 1, by rising mean of the declared column; missing where a measure is unknown, and where
        /// the schools do not fall into groups.
        cluster: Option<i32>;
        /// Silhouette of the school, −1 to 1: below 0 it lies nearer to another cluster.
        silhouette: Option<f64>;
        /// Euclidean distance to its cluster's centre in the standardised columns.
        distance: Option<f64>, unit "standard deviations";
        /// The cluster that comes next.
        next_cluster: Option<i32>;
        /// Probability that the school belongs to its cluster, as far as its counts can tell.
        membership: Option<f64>, unit "share";
        /// Mean share of resamples in which the school falls together with the others of its cluster.
        together: Option<f64>, unit "share";
        /// `typical` (of the nearest to the centre), `borderline` (silhouette below 0, or membership below 0.7), `ordinary`.
        standing: Option<String>;
        /// How the cluster comes back in resamples (Hennig): `highly_stable`, `stable`, `pattern`, `unstable`, `dissolved`.
        band: Option<String>;
        /// Measures that were unknown and were replaced by the middle of the region.
        measures_replaced: i32;
        /// Place on the first principal component.
        map_x: Option<f64>, unit "standard deviations";
        /// Place on the second one.
        map_y: Option<f64>, unit "standard deviations";
    }
}

table! {
    /// A cluster of a year in a row: its name, its size, and whether it comes back.
    ClusterType "cluster_type" School sorted by ["year", "cluster"] {
        /// The year.
        year: i32, unit "year";
        /// Number of the cluster.
        cluster: i32;
        /// Its name in Russian: proposed from the profile, or as the method pack says.
        name_ru: String;
        /// Its name in English.
        name_en: String;
        /// `proposed`, `declared`.
        name_source: String;
        /// Schools in the cluster.
        schools: i64, unit "schools";
        /// Municipalities that they are from.
        municipalities: i64;
        /// Mean silhouette of the cluster.
        silhouette_mean: Option<f64>;
        /// Mean Jaccard similarity with itself in resamples.
        jaccard: Option<f64>;
        /// Share of resamples in which it dissolved (0.5 or less).
        dissolved: Option<f64>, unit "share";
        /// As in `cluster`.
        band: Option<String>;
        /// Number of the same cluster in the year before; missing where there is none.
        cluster_before: Option<i32>;
    }
}

table! {
    /// What a cluster is like on one of the columns that made it: descriptive, no intervals, since the data were used
    /// to make it.
    ClusterProfile "cluster_profile" School sorted by ["year", "cluster", "measure"] {
        /// The year.
        year: i32, unit "year";
        /// Number of the cluster.
        cluster: i32;
        /// The measure.
        measure: String;
        /// Mean of the measure in the cluster.
        mean: f64, unit "share";
        /// Mean of it in all schools.
        region_mean: f64, unit "share";
        /// Mean of the standardised measure.
        z_mean: f64, unit "standard deviations";
        /// In words: `much_less`, `less`, `near`, `greater`, `much_greater`.
        size: String;
        /// Schools in the cluster.
        schools: i64, unit "schools";
    }
}

table! {
    /// What a cluster is like on a column that took no part in making it: here intervals mean what they say.
    ClusterOutside "cluster_outside" School sorted by ["year", "measure", "cluster"] {
        /// The year.
        year: i32, unit "year";
        /// Number of the cluster.
        cluster: i32;
        /// The measure or indicator.
        measure: String;
        /// Mean of it in the schools of the cluster.
        mean: f64, unit "share";
        /// Lower end of the 95 % interval over schools.
        low: f64, unit "share";
        /// Upper end of it.
        high: f64, unit "share";
        /// Mean of the schools of all other clusters.
        others_mean: f64, unit "share";
        /// Schools of the cluster where it is known.
        schools: i64, unit "schools";
    }
}

table! {
    /// How well each number of clusters describes the schools, by each method.
    ClusterQuality "cluster_quality" Open sorted by ["year", "method", "k"] {
        /// The year.
        year: i32, unit "year";
        /// `kmeans`, `ward`, `average`, `mixture`, `pam`.
        method: String;
        /// Number of clusters.
        k: i32;
        /// Within-cluster sum of squares.
        inertia: Option<f64>;
        /// Mean silhouette; missing for k = 1.
        silhouette_mean: Option<f64>;
        /// Calinski–Harabasz; missing for k = 1.
        calinski_harabasz: Option<f64>;
        /// The gap statistic.
        gap: Option<f64>;
        /// Its error.
        gap_error: Option<f64>;
        /// BIC of a mixture: larger is better.
        bic: Option<f64>;
        /// Structure of its covariances.
        structure: Option<String>;
        /// The number that was taken.
        chosen: bool;
        /// Schools that took part.
        schools: i64, unit "schools";
    }
}

table! {
    /// How many clusters in a year, and why.
    ClusterChoice "cluster_choice" Open sorted by ["year"] {
        /// The year.
        year: i32, unit "year";
        /// The method whose clusters are taken.
        method: String;
        /// The number that is taken; missing where the schools do not fall into groups.
        k: Option<i32>;
        /// `declared`, `silhouette_and_gap`, `gap_and_bic`, `silhouette_largest`, `gap_one`, `weak_silhouette`, `dissolves`, `nothing_to_divide`.
        ground: String;
        /// What the gap statistic takes (the rule of Tibshirani et al. 2001; 1 may win).
        by_gap: Option<i32>;
        /// What the mean silhouette takes.
        by_silhouette: Option<i32>;
        /// What Calinski–Harabasz takes.
        by_calinski_harabasz: Option<i32>;
        /// What BIC takes (1 may win).
        by_bic: Option<i32>;
        /// Share of pairs of schools of which resamples do not agree whether they belong together.
        ambiguous: Option<f64>, unit "share";
        /// Schools that took part.
        schools: i64, unit "schools";
        /// Schools without a cluster since measures are unknown.
        left_out: i64, unit "schools";
    }
}

table! {
    /// How far two divisions agree: of two methods in a year, or of a year and the one before.
    ClusterAgreement "cluster_agreement" Open sorted by ["year", "other"] {
        /// The year.
        year: i32, unit "year";
        /// The other method, or the other year.
        other: String;
        /// Adjusted Rand index: 1 the same, 0 as by chance.
        adjusted_rand: f64;
        /// Schools in both.
        schools: i64, unit "schools";
    }
}

table! {
    /// The consensus of resamples in a year: how often schools of two clusters fall together, of the resamples where both are
    /// drawn. Clear clusters have 1 with themselves and 0 with the others.
    ClusterConsensus "cluster_consensus" Open sorted by ["year", "cluster", "with_cluster"] {
        /// The year.
        year: i32, unit "year";
        /// Number of the cluster.
        cluster: i32;
        /// Number of the other cluster, or of the same.
        with_cluster: i32;
        /// Mean over the schools of the one, each with the schools of the other.
        together: f64, unit "share";
        /// Schools of the first.
        schools: i64, unit "schools";
    }
}

table! {
    /// The consensus of resamples in a year, school by school: how often two schools fall together, of the resamples where both
    /// are drawn. Written where the stage is asked for it.
    ClusterPair "cluster_pair" School sorted by ["year", "school_id", "with_school"] {
        /// The year.
        year: i32, unit "year";
        /// The school.
        school_id: String;
        /// The other school, later in the order of codes.
        with_school: String;
        /// Resamples in which both are drawn.
        drawn: i64;
        /// Share of them in which both are of one cluster; missing where they are never drawn together.
        together: Option<f64>, unit "share";
    }
}

table! {
    /// A school in two consecutive years. Clusters are matched so that as many schools as can be stay.
    ClusterTransition "cluster_transition" School sorted by ["year", "school_id"] {
        /// The later year.
        year: i32, unit "year";
        /// The school.
        school_id: String;
        /// Its cluster in the year before.
        cluster_before: i32;
        /// Its cluster in the later year.
        cluster: i32;
        /// Is it another cluster than the one that matches?
        moved: bool;
        /// Probability that the move is real: that the school is of another cluster than before, as far as the counts of both
        /// years can tell together; missing where it did not move.
        probability: Option<f64>, unit "share";
    }
}

table! {
    /// What the axes of the map are made of.
    ClusterLoading "cluster_loading" Open sorted by ["year", "component", "measure"] {
        /// The year.
        year: i32, unit "year";
        /// Number of the principal component.
        component: i32;
        /// The measure.
        measure: String;
        /// Its part in the component, −1 to 1.
        loading: f64;
        /// Share of the variance of all measures that the component shows.
        share: f64, unit "share";
    }
}
