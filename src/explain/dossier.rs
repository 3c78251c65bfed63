//! Everything that a run says of one school.

use std::collections::BTreeMap;

use polars::prelude::{DataFrame, lit};

use crate::base::Result;
use crate::explain::address::Addresses;
use crate::explain::beside::{
    BreakLine, ClusterPlace, ContextYear, JournalTest, breaks, clusters, context, journal,
};
use crate::explain::decision::{DecisionLine, decision};
use crate::explain::find::{SchoolCard, find_school};
use crate::explain::findings::{FindingLine, findings};
use crate::explain::identity::{IdentityLine, identity};
use crate::explain::place::{IndexPlace, index_place, set_of};
use crate::explain::source::{TableSource, at, is, rows, rows_if_there};
use crate::method::{MethodPack, Wording};
use crate::tables::{bools, floats, int64s, ints, texts};

/// The dossier of a school.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Dossier {
    /// Who it is.
    pub school: SchoolCard,
    /// The method behind the lists.
    pub pack: PackCard,
    /// Its place on each list.
    pub lists: Vec<Membership>,
    /// Its figures over the years, beside its municipality's and the region's.
    pub trends: Vec<Trend>,
    /// Years of these figures that are not to be compared without a word.
    pub breaks: Vec<BreakLine>,
    /// In which conditions it works.
    pub context: Vec<ContextYear>,
    /// Its type.
    pub clusters: Vec<ClusterPlace>,
    /// Its marks against the journal.
    pub journal: Vec<JournalTest>,
    /// Findings about its rows.
    pub findings: Vec<FindingLine>,
    /// Decisions on who it is, on which its rows of other years rest.
    pub identity: Vec<IdentityLine>,
}

/// What must be printed with every list.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct PackCard {
    /// The pack's id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Its title in each language.
    pub title: Wording,
    /// Its legal basis.
    pub basis: String,
    /// `official_text`, `reconstruction`, `regional`, `experimental`.
    pub status: String,
}

impl PackCard {
    /// That of a pack.
    #[must_use]
    pub fn of(pack: &MethodPack) -> Self {
        Self {
            id: pack.id.clone(),
            version: pack.version.clone(),
            title: pack.title.clone(),
            basis: pack.basis.clone(),
            status: pack.status.as_str().to_owned(),
        }
    }
}

/// The school's place on a list.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Membership {
    /// The list's id.
    pub list: String,
    /// Its title in each language.
    pub title: Wording,
    /// The pack that makes it: that of the run, or that of a set of conditions.
    pub method: String,
    /// Its year.
    pub year: i32,
    /// `listed`, `not_listed`, `not_assessable`.
    pub state: String,
    /// `yes`, `no`, `undecided`.
    pub verdict: Option<String>,
    /// The probability that the rule holds for its true shares; missing where nothing was drawn.
    pub chance: Option<RuleChance>,
    /// Why it cannot be assessed.
    pub obstacle: Option<Obstacle>,
    /// Criteria met, in the year with the fewest.
    pub criteria_met: i32,
    /// Criteria assessable, in the year with the fewest.
    pub criteria_assessable: i32,
    /// Criteria that the rule asks for.
    pub criteria_needed: i32,
    /// The years that counted.
    pub years: String,
    /// What people decided; `state` stays what the rule says.
    pub decision: Option<DecisionLine>,
    /// Its place, on a list by an index of conditions.
    pub place: Option<IndexPlace>,
    /// Criterion by criterion, year by year.
    pub reasons: Vec<ReasonLine>,
}

/// How probable the rule is for a school, and where the school stands by it.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct RuleChance {
    /// The probability.
    pub probability: f64,
    /// Its Monte-Carlo standard error.
    pub error: f64,
    /// `yes`, `no`, `undecided`.
    pub verdict: String,
    /// Rank with the ends of its 95 % interval.
    pub rank: Option<[i32; 3]>,
    /// The tier.
    pub tier: Option<i32>,
    /// Draws, and the seed that they come from.
    pub draws: i32,
    /// As text: it may be larger than a number of JSON.
    pub seed: String,
}

/// Why a school cannot be assessed.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Obstacle {
    /// The word, as in `list_entry`.
    pub reason: String,
    /// What the pack says of the word, in each language: where it leaves the school out.
    pub title: Option<Wording>,
    /// The year that it is true of; `None`: all years that the rule looks at.
    pub year: Option<i32>,
    /// The most participants that a criterion had, where there are too few.
    pub participants: Option<i64>,
}

/// One criterion in one year.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct ReasonLine {
    /// The indicator's id.
    pub criterion: String,
    /// Its title in each language.
    pub title: Wording,
    /// The year of the figure.
    pub year: i32,
    /// As in `indicator_value`.
    pub state: String,
    /// The share.
    pub value: Option<f64>,
    /// Lower end of its 95 % interval.
    pub low: Option<f64>,
    /// Upper end of it.
    pub high: Option<f64>,
    /// Count above the line.
    pub numerator: Option<i64>,
    /// Count below the line.
    pub denominator: Option<i64>,
    /// The threshold.
    pub threshold: f64,
    /// The comparison.
    pub comparison: String,
    /// Is it met?
    pub met: Option<bool>,
    /// Pupils to the cut: positive where it is met.
    pub distance_pupils: Option<i64>,
    /// Probability that the true share meets it.
    pub probability: Option<f64>,
}

/// One indicator over the years.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Trend {
    /// The indicator's id.
    pub indicator: String,
    /// Its title in each language.
    pub title: Wording,
    /// What its values are measured in: `share`, `mark`, `points`, `deviations`.
    pub unit: String,
    /// Does a list of the pack count it?
    pub counted: bool,
    /// Year by year, rising.
    pub years: Vec<TrendYear>,
}

/// One indicator in one year.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub struct TrendYear {
    /// The year.
    pub year: i32,
    /// As in `indicator_value`.
    pub state: String,
    /// The share.
    pub value: Option<f64>,
    /// Lower end of its 95 % interval.
    pub low: Option<f64>,
    /// Upper end of it.
    pub high: Option<f64>,
    /// Count above the line.
    pub numerator: Option<i64>,
    /// Count below the line.
    pub denominator: Option<i64>,
    /// Beta-binomial value.
    pub eb_value: Option<f64>,
    /// The municipality's share.
    pub municipality: Option<f64>,
    /// The same drawn towards the other municipalities.
    pub municipality_eb: Option<f64>,
    /// The region's share.
    pub region: Option<f64>,
}

/// Gathers the dossier of the school that the query means.
///
/// # Errors
/// As [`find_school`]; where a table that the run must have is not there.
pub fn dossier(source: TableSource<'_>, pack: &MethodPack, query: &str) -> Result<Dossier> {
    let school = find_school(source, query)?;
    let id = school.school_id.as_str();
    let addresses = Addresses::read(source)?;
    let trends = trends(source, pack, &school)?;
    let known = trends.iter().filter(|trend| trend.years.iter().any(|year| year.value.is_some()));
    let known = known.map(|trend| trend.indicator.as_str()).collect();
    Ok(Dossier {
        breaks: breaks(source, &known)?,
        pack: PackCard::of(pack),
        lists: memberships(source, pack, id)?,
        trends,
        context: context(source, id)?,
        clusters: clusters(source, id)?,
        journal: journal(source, id)?,
        findings: findings(source, id, &addresses)?,
        identity: identity(source, id)?,
        school,
    })
}

fn title(pack: &MethodPack, id: &str) -> Wording {
    pack.indicator(id).map(|indicator| indicator.title.clone()).unwrap_or_default()
}

fn memberships(source: TableSource<'_>, pack: &MethodPack, school: &str) -> Result<Vec<Membership>> {
    let frame = rows(source, "list_entry", None, is("school_id", school))?;
    let reasons = rows(source, "reason", None, is("school_id", school))?;
    let (lists, years) = (texts(&frame, "list")?, ints(&frame, "year")?);
    let states = texts(&frame, "state")?;
    let verdicts = texts(&frame, "verdict")?;
    let chances = chances(source, &frame)?;
    let (met, assessable) = (ints(&frame, "criteria_met")?, ints(&frame, "criteria_assessable")?);
    let needed = ints(&frame, "criteria_needed")?;
    let counted = texts(&frame, "years")?;
    let obstacles = texts(&frame, "obstacle")?;
    let (obstacle_years, most) = (ints(&frame, "obstacle_year")?, int64s(&frame, "obstacle_participants")?);
    (0..frame.height())
        .map(|row| {
            let list = at(&lists, row).unwrap_or_default();
            let year = at(&years, row).unwrap_or_default();
            Ok(Membership {
                title: pack.list(&list).map(|rule| rule.title.clone()).unwrap_or_default(),
                method: if pack.list(&list).is_some() {
                    pack.id.clone()
                } else {
                    set_of(source, &list)?.unwrap_or_default()
                },
                year,
                state: at(&states, row).unwrap_or_default(),
                verdict: at(&verdicts, row),
                chance: chances.get(row).cloned().flatten(),
                obstacle: at(&obstacles, row).map(|reason| Obstacle {
                    title: pack.population.out.iter().find(|o| o.reason == reason).map(|o| o.title.clone()),
                    reason,
                    year: at(&obstacle_years, row),
                    participants: at(&most, row),
                }),
                criteria_met: at(&met, row).unwrap_or_default(),
                criteria_assessable: at(&assessable, row).unwrap_or_default(),
                criteria_needed: at(&needed, row).unwrap_or_default(),
                years: at(&counted, row).unwrap_or_default(),
                decision: decision(source, school, &list, year)?,
                place: index_place(source, school, &list, year)?,
                reasons: reason_lines(&reasons, pack, &list, year)?,
                list,
            })
        })
        .collect()
}

/// What the draws say of the school, row by row of its memberships.
fn chances(source: TableSource<'_>, frame: &DataFrame) -> Result<Vec<Option<RuleChance>>> {
    let model = rows(source, "list_model", None, lit(true))?;
    let drawn: Vec<_> = texts(&model, "list")?
        .into_iter()
        .zip(ints(&model, "year")?)
        .zip(ints(&model, "draws")?.into_iter().zip(texts(&model, "seed")?))
        .collect();
    let (lists, years) = (texts(frame, "list")?, ints(frame, "year")?);
    let (probabilities, errors) = (floats(frame, "probability")?, floats(frame, "probability_error")?);
    let verdicts = texts(frame, "verdict")?;
    let (ranks, tiers) = (ints(frame, "rank")?, ints(frame, "tier")?);
    let (lows, highs) = (ints(frame, "rank_low")?, ints(frame, "rank_high")?);
    let one = |row: usize| {
        let key = (at(&lists, row), at(&years, row));
        let (_, (draws, seed)) = drawn.iter().find(|(known, _)| *known == key)?;
        let ends = at(&ranks, row).zip(at(&lows, row)).zip(at(&highs, row));
        Some(RuleChance {
            probability: at(&probabilities, row)?,
            error: at(&errors, row)?,
            verdict: at(&verdicts, row)?,
            rank: ends.map(|((rank, low), high)| [rank, low, high]),
            tier: at(&tiers, row),
            draws: (*draws)?,
            seed: seed.clone()?,
        })
    };
    Ok((0..frame.height()).map(one).collect())
}

fn reason_lines(frame: &DataFrame, pack: &MethodPack, list: &str, year: i32) -> Result<Vec<ReasonLine>> {
    let (lists, list_years) = (texts(frame, "list")?, ints(frame, "year")?);
    let (criteria, years) = (texts(frame, "criterion")?, ints(frame, "criterion_year")?);
    let (states, comparisons) = (texts(frame, "state")?, texts(frame, "comparison")?);
    let (values, lows, highs) = (floats(frame, "value")?, floats(frame, "low")?, floats(frame, "high")?);
    let (numerators, denominators) = (int64s(frame, "numerator")?, int64s(frame, "denominator")?);
    let (thresholds, probabilities) = (floats(frame, "threshold")?, floats(frame, "probability")?);
    let (met, distances) = (bools(frame, "met")?, int64s(frame, "distance_pupils")?);
    let mut lines: Vec<ReasonLine> = (0..frame.height())
        .filter(|&row| at(&lists, row).as_deref() == Some(list) && at(&list_years, row) == Some(year))
        .map(|row| {
            let criterion = at(&criteria, row).unwrap_or_default();
            ReasonLine {
                title: title(pack, &criterion),
                criterion,
                year: at(&years, row).unwrap_or_default(),
                state: at(&states, row).unwrap_or_default(),
                value: at(&values, row),
                low: at(&lows, row),
                high: at(&highs, row),
                numerator: at(&numerators, row),
                denominator: at(&denominators, row),
                threshold: at(&thresholds, row).unwrap_or_default(),
                comparison: at(&comparisons, row).unwrap_or_default(),
                met: at(&met, row),
                distance_pupils: at(&distances, row),
                probability: at(&probabilities, row),
            }
        })
        .collect();
    let place = |id: &str| pack.indicators.iter().position(|indicator| indicator.id == id);
    lines.sort_by_key(|line| (place(&line.criterion), line.year));
    Ok(lines)
}

/// The school's figures in the order of the pack.
fn trends(source: TableSource<'_>, pack: &MethodPack, school: &SchoolCard) -> Result<Vec<Trend>> {
    let mine = is("level", "school").and(is("entity_id", &school.school_id));
    let municipality = school
        .municipality
        .as_deref()
        .map_or(lit(false), |name| is("level", "municipality").and(is("entity_id", name)));
    let frame =
        rows_if_there(source, "indicator_value", None, mine.or(municipality).or(is("level", "region")))?;
    let (indicators, years) = (texts(&frame, "indicator")?, ints(&frame, "year")?);
    let (levels, states) = (texts(&frame, "level")?, texts(&frame, "state")?);
    let (values, lows, highs) = (floats(&frame, "value")?, floats(&frame, "low")?, floats(&frame, "high")?);
    let (numerators, denominators) = (int64s(&frame, "numerator")?, int64s(&frame, "denominator")?);
    let eb = floats(&frame, "eb_value")?;
    let mut found: BTreeMap<String, BTreeMap<i32, TrendYear>> = BTreeMap::new();
    for row in 0..frame.height() {
        let (Some(indicator), Some(year)) = (at(&indicators, row), at(&years, row)) else { continue };
        let entry = found.entry(indicator).or_default().entry(year).or_default();
        match at(&levels, row).as_deref() {
            Some("municipality") => {
                (entry.municipality, entry.municipality_eb) = (at(&values, row), at(&eb, row));
            }
            Some("region") => entry.region = at(&values, row),
            _ => {
                let (municipality, region) = (entry.municipality, entry.region);
                let municipality_eb = entry.municipality_eb;
                *entry = TrendYear {
                    year,
                    state: at(&states, row).unwrap_or_default(),
                    value: at(&values, row),
                    low: at(&lows, row),
                    high: at(&highs, row),
                    numerator: at(&numerators, row),
                    denominator: at(&denominators, row),
                    eb_value: at(&eb, row),
                    municipality,
                    municipality_eb,
                    region,
                };
            }
        }
    }
    Ok(pack
        .indicators
        .iter()
        .map(|indicator| Trend {
            indicator: indicator.id.clone(),
            title: indicator.title.clone(),
            unit: indicator.formula.unit().as_str().to_owned(),
            counted: pack.is_criterion(&indicator.id),
            years: found
                .remove(&indicator.id)
                .unwrap_or_default()
                .into_values()
                .filter(|year| !year.state.is_empty())
                .collect(),
        })
        .collect())
}
