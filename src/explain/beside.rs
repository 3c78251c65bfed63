//! What stands beside a school's lists: its context, its type, its marks against the journal.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::lit;

use crate::base::Result;
use crate::explain::source::{TableSource, at, is, rows_if_there};
use crate::method::Wording;
use crate::tables::{floats, int64s, ints, texts};
use crate::text::Lang;

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
    /// The name of the type in each language; empty where there is none.
    pub name: Wording,
    /// How the type comes back in resamples: `highly_stable`, `stable`, `pattern`, `unstable`, `dissolved`.
    pub band: Option<String>,
    /// `typical`, `ordinary`, `borderline`.
    pub standing: Option<String>,
    /// Probability that the school belongs to its type.
    pub membership: Option<f64>,
    /// The type that comes next.
    pub next_cluster: Option<i32>,
    /// Where it was of another type a year before: the probability that the move is real.
    pub moved: Option<f64>,
    /// Do the schools of that year fall into groups at all?
    pub groups: bool,
}

impl ClusterPlace {
    /// Is the type one that does not come back?
    #[must_use]
    pub fn is_unstable(&self) -> bool {
        matches!(self.band.as_deref(), Some("unstable" | "dissolved"))
    }
}

/// Marks of a test against marks of the journal.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct JournalTest {
    /// The year.
    pub year: i32,
    /// `vpr`.
    pub procedure: String,
    /// `spring`, `autumn`.
    pub wave: Option<String>,
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

/// A year that is not to be compared with its neighbours without a word.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct BreakLine {
    /// The year.
    pub year: i32,
    /// `vpr`, `oge`, `ege`.
    pub procedure: String,
    /// What happened, in each language.
    pub text: Wording,
    /// How sure that is.
    pub certainty: String,
}

/// The breaks in the series of these indicators, each once.
pub(super) fn breaks(source: TableSource<'_>, indicators: &BTreeSet<&str>) -> Result<Vec<BreakLine>> {
    let frame = rows_if_there(source, "series_break", None, lit(true))?;
    let (of, years) = (texts(&frame, "indicator")?, ints(&frame, "year")?);
    let (procedures, certainty) = (texts(&frame, "procedure")?, texts(&frame, "certainty")?);
    let mut wordings = Vec::new();
    for lang in Lang::ALL {
        wordings.push((lang, texts(&frame, &format!("text_{}", lang.code()))?));
    }
    let mut lines = BTreeSet::new();
    for row in
        (0..frame.height()).filter(|&row| at(&of, row).is_some_and(|id| indicators.contains(id.as_str())))
    {
        let mut text = Wording::new();
        for (lang, wording) in &wordings {
            text.insert(lang.code().to_owned(), at(wording, row).unwrap_or_default());
        }
        lines.insert(BreakLine {
            year: at(&years, row).unwrap_or_default(),
            procedure: at(&procedures, row).unwrap_or_default(),
            text,
            certainty: at(&certainty, row).unwrap_or_default(),
        });
    }
    Ok(lines.into_iter().collect())
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
    let (silhouettes, memberships) = (floats(&frame, "silhouette")?, floats(&frame, "membership")?);
    let (bands, standings) = (texts(&frame, "band")?, texts(&frame, "standing")?);
    let next = ints(&frame, "next_cluster")?;
    let names = type_names(source)?;
    let moves = rows_if_there(source, "cluster_transition", None, is("school_id", school))?;
    let (moved_in, probabilities) = (ints(&moves, "year")?, floats(&moves, "probability")?);
    Ok((0..frame.height())
        .map(|row| {
            let year = at(&years, row).unwrap_or_default();
            let cluster = at(&clusters, row);
            let moved = moved_in.iter().position(|own| *own == Some(year));
            ClusterPlace {
                year,
                cluster,
                silhouette: at(&silhouettes, row),
                name: cluster.and_then(|own| names.get(&(year, own)).cloned()).unwrap_or_default(),
                band: at(&bands, row),
                standing: at(&standings, row),
                membership: at(&memberships, row),
                next_cluster: at(&next, row),
                moved: moved.and_then(|row| at(&probabilities, row)),
                groups: names.keys().any(|(own, _)| *own == year),
            }
        })
        .collect())
}

/// Names of types by year and number.
fn type_names(source: TableSource<'_>) -> Result<BTreeMap<(i32, i32), Wording>> {
    let frame = rows_if_there(source, "cluster_type", None, lit(true))?;
    let (years, clusters) = (ints(&frame, "year")?, ints(&frame, "cluster")?);
    let names = Lang::ALL.map(|lang| {
        texts(&frame, &format!("name_{}", lang.code())).map(|names| (lang.code().to_owned(), names))
    });
    let names = names.into_iter().collect::<Result<Vec<_>>>()?;
    let named = |row: usize| {
        let wording = names.iter().filter_map(|(code, names)| Some((code.clone(), at(names, row)?)));
        Some(((at(&years, row)?, at(&clusters, row)?), wording.collect()))
    };
    Ok((0..frame.height()).filter_map(named).collect())
}

pub(super) fn journal(source: TableSource<'_>, school: &str) -> Result<Vec<JournalTest>> {
    let fit = is("level", "school").and(is("entity_id", school));
    let frame = rows_if_there(source, "journal_agreement", None, fit)?;
    let (years, grades) = (ints(&frame, "year")?, ints(&frame, "grade")?);
    let (procedures, subjects) = (texts(&frame, "procedure")?, texts(&frame, "subject")?);
    let waves = texts(&frame, "wave")?;
    let both = int64s(&frame, "both_marks")?;
    let (lowered, low, high) =
        (floats(&frame, "lowered_share")?, floats(&frame, "lowered_low")?, floats(&frame, "lowered_high")?);
    let (confirmed, raised) = (floats(&frame, "confirmed_share")?, floats(&frame, "raised_share")?);
    let against = texts(&frame, "lowered_against_expected")?;
    Ok((0..frame.height())
        .map(|row| JournalTest {
            year: at(&years, row).unwrap_or_default(),
            procedure: at(&procedures, row).unwrap_or_default(),
            wave: at(&waves, row),
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
