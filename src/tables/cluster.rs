//! `cluster`, `cluster_profile`, `cluster_quality`: types of schools.

use crate::tables::spec::table;

table! {
    /// The cluster of a school in a year.
    Cluster "cluster" School sorted by ["year", "school_id"] {
        /// The year in which the school year ends.
        year: i32, unit "year";
        /// The school.
        school_id: String;
        /// Number of the cluster, from 1, by rising mean context; missing where a measure is unknown.
        cluster: Option<i32>;
        /// Silhouette of the school, −1 to 1: below 0 it lies nearer to another cluster.
        silhouette: Option<f64>;
        /// Euclidean distance to its cluster's centre in the standardised columns.
        distance: Option<f64>, unit "standard deviations";
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
        /// Schools in the cluster.
        schools: i64, unit "schools";
    }
}

table! {
    /// How well each number of clusters describes the schools.
    ClusterQuality "cluster_quality" Open sorted by ["year", "k"] {
        /// The year.
        year: i32, unit "year";
        /// Number of clusters.
        k: i32;
        /// Within-cluster sum of squares.
        inertia: f64;
        /// Mean silhouette; missing for k = 1.
        silhouette_mean: Option<f64>;
        /// Calinski–Harabasz; missing for k = 1.
        calinski_harabasz: Option<f64>;
        /// The number that was taken.
        chosen: bool;
        /// Schools that took part.
        schools: i64, unit "schools";
    }
}
