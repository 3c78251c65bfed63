//! The canonical tables: one file a table, one row struct a file.
//!
//! A table is declared once, by [`table!`](crate::tables): the row struct, the column types, the units, which columns
//! are personal, and the key by which its rows are sorted. Labels in both languages stand in the message catalogue:
//! `table-<table>` and `column-<column>` (or `column-<table>-<column>` where a column means something of its own).

mod coded;
mod field;
mod frame;
mod spec;

mod adverse;
mod aggregate;
mod cluster;
mod comparison;
mod context;
mod decision;
mod factor;
mod finding;
mod form_entry;
mod indicator;
mod item_score;
mod journal;
mod list;
mod marker;
mod measure;
mod official_list;
mod peer;
mod refused;
mod register;
mod reliability;
mod result;
mod school;
mod school_code;
mod school_named;
mod series_break;
mod shares;
mod source;
mod task;

pub use adverse::{AdverseAgreement, AdverseIndex, AdverseMeasure, AdverseShare};
pub use aggregate::{JournalComparison, MarkCount, ScoreCount};
pub use comparison::ListComparison;

pub use cluster::{
    Cluster, ClusterAgreement, ClusterChoice, ClusterConsensus, ClusterLoading, ClusterOutside, ClusterPair,
    ClusterProfile, ClusterQuality, ClusterTransition, ClusterType,
};
pub use coded::{Coded, MISSING, Words};
pub use context::ContextIndex;
pub use decision::Decision;
pub use factor::{
    FactorEffect, FactorModel, FactorOverlap, FactorPoint, Resilient, ResilientCheck, SchoolEffect,
};
pub(crate) use field::assemble;
pub use field::{Field, Kind};
pub use finding::FindingRow;
pub use form_entry::FormEntry;
pub use frame::{bools, concat, conform, floats, int64s, ints, is_sorted, sort, texts, words};
pub use indicator::IndicatorValue;
pub use item_score::ItemScore;
pub use journal::{CHANCE_FEWER, CHANCE_MORE, JournalAgreement};
pub use list::{ListChange, ListEntry, ListModel, Reason};
pub use marker::{
    JournalTransition, ListPolicy, Marker, MarkerEvidence, MarkerKind, MarkerNull, MarkerPower, ScoreCurve,
};
pub use measure::Measure;
pub use official_list::OfficialList;
pub use peer::{OutcomeType, Peer, PeerPlace};
pub use refused::polars_refused;
pub use register::{Register, Registered};
pub use reliability::TestReliability;
pub use result::ResultRow;
pub use school::School;
pub use school_code::{SchoolAlias, SchoolCase, SchoolCode};
pub use school_named::SchoolNamed;
pub use series_break::SeriesBreak;
pub use shares::{Counts, Shares};
pub use source::{Source, SourceColumn};
pub use spec::{ColumnSpec, Sensitivity, Table, TableSpec};
pub(crate) use spec::{first, table};
pub use task::{TASKS, WORK, tasks};

/// Every table of the house, sorted by name.
pub const ALL: &[&TableSpec] = &[
    AdverseAgreement::SPEC,
    AdverseIndex::SPEC,
    AdverseMeasure::SPEC,
    AdverseShare::SPEC,
    Cluster::SPEC,
    ClusterAgreement::SPEC,
    ClusterChoice::SPEC,
    ClusterConsensus::SPEC,
    ClusterPair::SPEC,
    ClusterLoading::SPEC,
    ClusterOutside::SPEC,
    ClusterProfile::SPEC,
    ClusterQuality::SPEC,
    ClusterTransition::SPEC,
    ClusterType::SPEC,
    ContextIndex::SPEC,
    Decision::SPEC,
    FactorEffect::SPEC,
    FactorModel::SPEC,
    FactorOverlap::SPEC,
    FactorPoint::SPEC,
    FindingRow::SPEC,
    FormEntry::SPEC,
    IndicatorValue::SPEC,
    ItemScore::SPEC,
    JournalAgreement::SPEC,
    JournalComparison::SPEC,
    JournalTransition::SPEC,
    ListChange::SPEC,
    ListComparison::SPEC,
    ListEntry::SPEC,
    ListModel::SPEC,
    ListPolicy::SPEC,
    MarkCount::SPEC,
    Marker::SPEC,
    MarkerEvidence::SPEC,
    MarkerKind::SPEC,
    MarkerNull::SPEC,
    MarkerPower::SPEC,
    Measure::SPEC,
    OfficialList::SPEC,
    OutcomeType::SPEC,
    Peer::SPEC,
    PeerPlace::SPEC,
    Reason::SPEC,
    Resilient::SPEC,
    ResilientCheck::SPEC,
    ResultRow::SPEC,
    School::SPEC,
    SchoolAlias::SPEC,
    SchoolCase::SPEC,
    SchoolCode::SPEC,
    SchoolNamed::SPEC,
    ScoreCount::SPEC,
    ScoreCurve::SPEC,
    SchoolEffect::SPEC,
    SeriesBreak::SPEC,
    Source::SPEC,
    SourceColumn::SPEC,
    TestReliability::SPEC,
];

/// The declaration of a table, by its name.
#[must_use]
pub fn spec(name: &str) -> Option<&'static TableSpec> {
    ALL.iter().copied().find(|table| table.name == name)
}
