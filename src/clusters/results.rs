//! Results of schools as draws of what their counts can tell: what peers and courses compare.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::DataFrame;

use crate::base::{Finding, FindingCode, Place, Result, Seed};
use crate::method::{Better, MethodPack};
use crate::pipeline::Declared;
use crate::stats::{fit_beta_binomial, logit, mean, robust_scale, share_draws};
use crate::tables::{int64s, ints, texts};

/// The columns of `indicator_value` that are read.
pub(super) const COLUMNS: &[&str] =
    &["indicator", "year", "level", "entity_id", "state", "numerator", "denominator"];

/// Counts of schools by year and indicator.
pub(super) struct Results(BTreeMap<(i32, String), BTreeMap<String, (u64, u64)>>);

/// One indicator of one year.
pub(super) struct Drawn {
    pub indicator: String,
    /// Share of each school.
    pub shares: Vec<Option<f64>>,
    /// Draws of each school, standardised over schools; larger is better.
    pub draws: Vec<Option<Vec<f64>>>,
}

/// Indicators with the direction in which results are better.
type Named = Vec<(String, i32)>;

/// What is told to a stage of what its method has: where a pipeline names the indicators of another pack, those that this one has
/// too, else the criteria of its lists in their directions; with the finding that says so.
pub(super) fn offered(
    declared: &Declared<'_>,
    stage: &str,
    frame: &DataFrame,
    named: Named,
) -> Result<(Named, Option<Finding>)> {
    let there: BTreeSet<String> = texts(frame, "indicator")?.into_iter().flatten().collect();
    let (mut offered, odd): (Vec<_>, Vec<_>) = named.into_iter().partition(|(name, _)| there.contains(name));
    if odd.is_empty() {
        return Ok((offered, None));
    }
    let (path, text) = declared.document("method")?;
    let pack = MethodPack::parse(path, text)?;
    if offered.is_empty() {
        let criteria =
            pack.indicators.iter().filter(|one| pack.is_criterion(&one.id) && there.contains(&one.id));
        let direction = |better| if better == Better::High { 1 } else { -1 };
        offered = criteria.map(|one| (one.id.clone(), direction(one.better))).collect();
    }
    let names: Vec<String> = odd.into_iter().map(|(name, _)| name).collect();
    let found = Finding::new(FindingCode::NotOfMethod, Place::File(path.to_owned()));
    Ok((offered, Some(found.column(stage).value(names.join(", ")).detail(pack.id))))
}

impl Results {
    pub fn read(frame: &DataFrame, wanted: &[(String, i32)]) -> Result<Self> {
        let mut counts: BTreeMap<(i32, String), BTreeMap<String, (u64, u64)>> = BTreeMap::new();
        let rows = texts(frame, "indicator")?.into_iter().zip(ints(frame, "year")?);
        let places = texts(frame, "level")?.into_iter().zip(texts(frame, "entity_id")?);
        let figures = int64s(frame, "numerator")?.into_iter().zip(int64s(frame, "denominator")?);
        let states = texts(frame, "state")?;
        for (((row, place), figure), state) in rows.zip(places).zip(figures).zip(states) {
            let ((Some(indicator), Some(year)), (Some(level), Some(school))) = (row, place) else { continue };
            let (Some(above), Some(below)) = figure else { continue };
            let (Ok(above), Ok(below)) = (u64::try_from(above), u64::try_from(below)) else { continue };
            let is_value = level == "school" && state.as_deref() == Some("value") && below > 0;
            if is_value && above <= below && wanted.iter().any(|(own, _)| *own == indicator) {
                counts.entry((year, indicator)).or_default().insert(school, (above, below));
            }
        }
        Ok(Self(counts))
    }

    /// The indicators of a year; those that tell schools apart no more than by chance are left out.
    pub fn drawn(
        &self,
        year: i32,
        schools: &[String],
        wanted: &[(String, i32)],
        draws: usize,
        seed: Seed,
    ) -> Vec<Drawn> {
        let of = |(indicator, direction): &(String, i32)| {
            let known = self.0.get(&(year, indicator.clone()))?;
            let counts: Vec<Option<(u64, u64)>> = schools.iter().map(|id| known.get(id).copied()).collect();
            let prior = fit_beta_binomial(&counts.iter().flatten().copied().collect::<Vec<_>>()).ok()?;
            let posteriors: Vec<_> = counts.iter().map(|c| c.map(|(x, n)| prior.posterior(x, n))).collect();
            let middles: Vec<f64> =
                counts.iter().flatten().map(|&(x, n)| logit(prior.posterior_mean(x, n))).collect();
            let scale = robust_scale(&middles).filter(|_| prior.varies())?;
            let seeds: Vec<u64> = schools.iter().map(|id| seed.of(&format!("{indicator}/{id}")).0).collect();
            let mut drawn = share_draws(&posteriors, &seeds, draws);
            for value in drawn.iter_mut().flatten().flatten() {
                *value = f64::from(*direction) * scale.z(*value);
            }
            #[expect(clippy::cast_precision_loss, reason = "counts of pupils")]
            let shares = counts.iter().map(|c| c.map(|(x, n)| x as f64 / n as f64)).collect();
            Some(Drawn { indicator: indicator.clone(), shares, draws: drawn })
        };
        wanted.iter().filter_map(of).collect()
    }
}

/// For each school the mean over the indicators, draw by draw; none where fewer than half of them are known.
pub(super) fn together(drawn: &[Drawn], schools: usize) -> Vec<Option<Vec<f64>>> {
    let of = |school: usize| {
        let known: Vec<&Vec<f64>> = drawn.iter().filter_map(|one| one.draws.get(school)?.as_ref()).collect();
        let draws = known.first().filter(|_| 2 * known.len() >= drawn.len())?.len();
        let at = |draw: usize| known.iter().filter_map(|list| list.get(draw).copied()).collect::<Vec<_>>();
        (0..draws).map(|draw| mean(&at(draw))).collect::<Option<Vec<f64>>>()
    };
    (0..schools).map(of).collect()
}
