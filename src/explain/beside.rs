//! What stands beside a school's lists: its context, its type, its marks against the journal.

use crate::base::Result;
use crate::explain::source::{TableSource, at, is, rows_if_there};
use crate::tables::{floats, int64s, ints, texts};

/// The context of a school in a year: higher is harder.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct ContextYear {
    /// The year.
    pub year: i32,
    /// The index.
    pub index: Option<f64>,
    /// Lower end of its 95 % interval.
    pub low: Option<f64>,
    /// Upper end of it.
    pub high: Option<f64>,
    /// Measures that are known.
    pub measures_known: i32,
    /// Measures that are asked for.
    pub measures_asked: i32,
}

/// The type of a school in a year.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct ClusterPlace {
    /// The year.
    pub year: i32,
    /// Number of the cluster; missing where a measure is unknown.
    pub cluster: Option<i32>,
    /// Silhouette: below 0 the school lies nearer to another cluster.
    pub silhouette: Option<f64>,
}

/// Marks of a test against marks of the journal.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct JournalTest {
    /// The year.
    pub year: i32,
    /// `vpr`.
    pub procedure: String,
    /// Grade.
    pub grade: i32,
    /// Subject.
    pub subject: String,
    /// Participants with both marks.
    pub both_marks: i64,
    /// Share lowered.
    pub lowered_share: Option<f64>,
    /// Lower end of its 95 % interval.
    pub lowered_low: Option<f64>,
    /// Upper end of it.
    pub lowered_high: Option<f64>,
    /// Share confirmed.
    pub confirmed_share: Option<f64>,
    /// Share raised.
    pub raised_share: Option<f64>,
    /// `more`, `fewer`, `as_expected`: a sign to look at, not an accusation.
    pub lowered_against_expected: Option<String>,
}

pub(super) fn context(source: TableSource<'_>, school: &str) -> Result<Vec<ContextYear>> {
    let frame = rows_if_there(source, "context_index", None, is("school_id", school))?;
    let (years, index) = (ints(&frame, "year")?, floats(&frame, "index")?);
    let (low, high) = (floats(&frame, "low")?, floats(&frame, "high")?);
    let (known, asked) = (ints(&frame, "measures_known")?, ints(&frame, "measures_asked")?);
    Ok((0..frame.height())
        .map(|row| ContextYear {
            year: at(&years, row).unwrap_or_default(),
            index: at(&index, row),
            low: at(&low, row),
            high: at(&high, row),
            measures_known: at(&known, row).unwrap_or_default(),
            measures_asked: at(&asked, row).unwrap_or_default(),
        })
        .collect())
}

pub(super) fn clusters(source: TableSource<'_>, school: &str) -> Result<Vec<ClusterPlace>> {
    let frame = rows_if_there(source, "cluster", None, is("school_id", school))?;
    let (years, clusters) = (ints(&frame, "year")?, ints(&frame, "cluster")?);
    let silhouettes = floats(&frame, "silhouette")?;
    Ok((0..frame.height())
        .map(|row| ClusterPlace {
            year: at(&years, row).unwrap_or_default(),
            cluster: at(&clusters, row),
            silhouette: at(&silhouettes, row),
        })
        .collect())
}

pub(super) fn journal(source: TableSource<'_>, school: &str) -> Result<Vec<JournalTest>> {
    let fit = is("level", "school").and(is("entity_id", school));
    let frame = rows_if_there(source, "journal_agreement", None, fit)?;
    let (years, grades) = (ints(&frame, "year")?, ints(&frame, "grade")?);
    let (procedures, subjects) = (texts(&frame, "procedure")?, texts(&frame, "subject")?);
    let both = int64s(&frame, "both_marks")?;
    let (lowered, low, high) =
        (floats(&frame, "lowered_share")?, floats(&frame, "lowered_low")?, floats(&frame, "lowered_high")?);
    let (confirmed, raised) = (floats(&frame, "confirmed_share")?, floats(&frame, "raised_share")?);
    let against = texts(&frame, "lowered_against_expected")?;
    Ok((0..frame.height())
        .map(|row| JournalTest {
            year: at(&years, row).unwrap_or_default(),
            procedure: at(&procedures, row).unwrap_or_default(),
            grade: at(&grades, row).unwrap_or_default(),
            subject: at(&subjects, row).unwrap_or_default(),
            both_marks: at(&both, row).unwrap_or_default(),
            lowered_share: at(&lowered, row),
            lowered_low: at(&low, row),
            lowered_high: at(&high, row),
            confirmed_share: at(&confirmed, row),
            raised_share: at(&raised, row),
            lowered_against_expected: at(&against, row),
        })
        .collect())
}
