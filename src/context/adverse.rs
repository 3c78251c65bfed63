//! One set of social shares in one year: the index, the places, and what other weights would make of them.

use super::set::{Around, Set};
use crate::base::{Finding, Result, Seed};
use crate::pipeline::unusable;
use crate::stats::{
    Component, Composite, DrawnRank, Location, PriorTrouble, ShrunkenLogits, composites_drawn, expit,
    rank_draws, reweighted, shrunken_logits, sum, wilson,
};
use crate::tables::{AdverseIndex, AdverseMeasure, AdverseShare};

const LEVEL: f64 = 0.95;

/// How many draws stand behind intervals.
#[derive(Debug, Clone, Copy)]
pub(super) struct Draws {
    pub shares: usize,
    pub weights: usize,
}

/// What a set says of a year.
#[derive(Default)]
pub(super) struct Year {
    pub index: Vec<AdverseIndex>,
    pub shares: Vec<AdverseShare>,
    pub measures: Vec<AdverseMeasure>,
    pub findings: Vec<Finding>,
}

/// One share of the set: counts of each school, and their common scale where there is one.
struct Column<'a> {
    measure: &'a str,
    direction: f64,
    weight: f64,
    counts: Vec<Option<(u64, u64)>>,
    logits: Option<ShrunkenLogits>,
}

impl Column<'_> {
    fn component(&self, school: usize) -> Option<Component> {
        let (x, n) = (*self.counts.get(school)?)?;
        let logits = self.logits.as_ref()?;
        let posterior = logits.prior.posterior(x, n);
        Some(Component { posterior, scale: logits.scale, direction: self.direction, weight: self.weight })
    }

    /// The directed, standardised value of a school.
    fn z(&self, school: usize) -> Option<f64> {
        let z = self.logits.as_ref()?.z.get(school).copied().flatten()?;
        Some(self.direction * z)
    }

    /// The share that is the cut on this scale alone.
    fn threshold(&self, cut: f64) -> Option<f64> {
        let scale = self.logits.as_ref()?.scale;
        Some(expit(scale.centre + self.direction * cut * scale.spread))
    }
}

/// The set in a year.
pub(super) fn of_year(around: &Around<'_>, set: &Set, draws: Draws, seed: Seed) -> Result<Year> {
    let (year, mut out) = (around.year.0, Year::default());
    let (mut schools, mut columns) = (Vec::new(), Vec::new());
    for school in around.schools {
        match around.left_out(school) {
            None => schools.push(school.clone()),
            Some(word) => out.index.push(AdverseIndex {
                state: "out_of_population".to_owned(),
                outside: Some(word.to_owned()),
                ..of_school(set, year, school)
            }),
        }
    }
    for measure in &set.rule.measures {
        let known = around.counts(&measure.measure);
        let counts: Vec<_> = schools.iter().map(|school| known.get(school).copied()).collect();
        let collected = counts.iter().any(Option::is_some);
        let (logits, status) = match shrunken_logits(&counts) {
            Ok(logits) if set.rule.leaves_out(logits.scale.location) => (None, "rare"),
            Ok(logits) => (Some(logits), "used"),
            Err(PriorTrouble::NoData) if !collected => (None, "not_collected"),
            Err(trouble) => {
                out.findings.push(unusable(&measure.measure, year, trouble)?);
                (None, "no_spread")
            }
        };
        let (direction, weight) = (f64::from(measure.direction), measure.weight);
        let column = Column { measure: &measure.measure, direction, weight, counts, logits };
        out.measures.push(described(set, year, &column, measure.direction, status));
        columns.push(column);
    }
    let used: Vec<&Column<'_>> = columns.iter().filter(|column| column.logits.is_some()).collect();
    let indices =
        indices(&schools, &used, columns.len(), draws.shares, seed.of(&format!("{}/{year}", set.id)));
    let places =
        Places::of(&indices, &used, set, draws.weights, seed.of(&format!("{}/{year}/weights", set.id)));
    for (at, (school, index)) in schools.iter().zip(&indices).enumerate() {
        let known = used.iter().filter(|column| column.component(at).is_some()).count();
        let pupils =
            used.iter().filter_map(|column| column.counts.get(at).copied().flatten()).map(|(_, n)| n).max();
        let entry = AdverseIndex {
            measures_known: small(known),
            pupils: pupils.and_then(|n| i64::try_from(n).ok()),
            schools: small(places.number),
            ..of_school(set, year, school)
        };
        out.index.push(match index {
            None => AdverseIndex { state: "not_assessable".to_owned(), ..entry },
            Some((index, _)) => places.fill(at, index, set, entry),
        });
        out.shares.extend(columns.iter().map(|column| share(set, year, school, at, column, &used)));
    }
    Ok(out)
}

/// What a row says whatever is known of the school.
fn of_school(set: &Set, year: i32, school: &str) -> AdverseIndex {
    AdverseIndex {
        set: set.id.clone(),
        year,
        school_id: school.to_owned(),
        list: set.makes_list.then(|| set.rule.id.clone()),
        measures_asked: small(set.rule.measures.len()),
        cut: set.rule.cut.threshold.value(),
        ..AdverseIndex::default()
    }
}

/// The index of each school of which half of the shares are known: an index of a few would be another index.
fn indices(
    schools: &[String],
    used: &[&Column<'_>],
    asked: usize,
    draws: usize,
    seed: Seed,
) -> Vec<Option<(Composite, Vec<f64>)>> {
    let unit = |at: usize| -> Vec<Component> {
        let known: Vec<Component> = used.iter().filter_map(|column| column.component(at)).collect();
        if 2 * known.len() >= asked { known } else { Vec::new() }
    };
    let units: Vec<Vec<Component>> = (0..schools.len()).map(unit).collect();
    let seeds: Vec<u64> = schools.iter().map(|school| seed.of(school).0).collect();
    composites_drawn(&units, &seeds, draws, LEVEL)
}

/// The places of all schools that have an index.
struct Places {
    /// By school: its position among those with an index.
    position: Vec<Option<usize>>,
    values: Vec<f64>,
    by_chance: Vec<DrawnRank>,
    by_weights: Vec<DrawnRank>,
    number: usize,
}

impl Places {
    fn of(
        indices: &[Option<(Composite, Vec<f64>)>],
        used: &[&Column<'_>],
        set: &Set,
        draws: usize,
        seed: Seed,
    ) -> Self {
        let cut = set.rule.cut.threshold.value();
        let ranked: Vec<usize> =
            indices.iter().enumerate().filter(|(_, index)| index.is_some()).map(|(at, _)| at).collect();
        let mut position = vec![None; indices.len()];
        for (place, &at) in ranked.iter().enumerate() {
            if let Some(slot) = position.get_mut(at) {
                *slot = Some(place);
            }
        }
        let drawn: Vec<Vec<f64>> = indices.iter().flatten().map(|(_, drawn)| drawn.clone()).collect();
        let parts: Vec<Vec<Option<f64>>> =
            ranked.iter().map(|&at| used.iter().map(|column| column.z(at)).collect()).collect();
        let weights: Vec<f64> = used.iter().map(|column| column.weight).collect();
        let concentration = set.rule.concentration * sum(&weights) / set.total();
        let others = reweighted(&parts, &weights, concentration, draws, seed.0);
        Self {
            position,
            values: indices.iter().flatten().map(|(index, _)| index.value).collect(),
            by_chance: rank_draws(&drawn, cut, LEVEL).unwrap_or_default(),
            by_weights: others.and_then(|others| rank_draws(&others, cut, LEVEL)).unwrap_or_default(),
            number: ranked.len(),
        }
    }

    fn fill(&self, school: usize, index: &Composite, set: &Set, entry: AdverseIndex) -> AdverseIndex {
        let position = self.position.get(school).copied().flatten();
        let [chance, weights] = [&self.by_chance, &self.by_weights]
            .map(|ranks| position.and_then(|position| ranks.get(position)).copied());
        let harder = self.values.iter().filter(|value| **value > index.value).count();
        let place = |place: u32| i32::try_from(place).unwrap_or(i32::MAX);
        AdverseIndex {
            state: if set.lists(index.value) { "listed" } else { "not_listed" }.to_owned(),
            index: Some(index.value),
            low: Some(index.interval.low),
            high: Some(index.interval.high),
            probability: chance.map(|rank| rank.beyond),
            rank: Some(small(harder + 1)),
            rank_low: chance.map(|rank| place(rank.low)),
            rank_high: chance.map(|rank| place(rank.high)),
            rank_weights_low: weights.map(|rank| place(rank.low)),
            rank_weights_high: weights.map(|rank| place(rank.high)),
            beyond_share: weights.map(|rank| rank.beyond),
            ..entry
        }
    }
}

fn described(set: &Set, year: i32, column: &Column<'_>, direction: i32, status: &str) -> AdverseMeasure {
    let scale = column.logits.as_ref().map(|logits| logits.scale);
    AdverseMeasure {
        set: set.id.clone(),
        year,
        measure: column.measure.to_owned(),
        direction,
        weight: column.weight / set.total(),
        status: status.to_owned(),
        schools: small(column.counts.iter().flatten().count()),
        centre: scale.map(|scale| expit(scale.centre)),
        spread: scale.map(|scale| scale.spread),
        scale: scale.map(|scale| match scale.location {
            Location::Median => "median".to_owned(),
            Location::Mean => "mean".to_owned(),
        }),
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of pupils")]
fn share(
    set: &Set,
    year: i32,
    school: &str,
    at: usize,
    column: &Column<'_>,
    used: &[&Column<'_>],
) -> AdverseShare {
    let counts = column.counts.get(at).copied().flatten();
    let upward = column.direction > 0.0;
    let threshold = column.threshold(set.rule.cut.threshold.value());
    let value = counts.map(|(x, n)| x as f64 / n as f64);
    let interval = counts.and_then(|(x, n)| wilson(x, n, LEVEL));
    let beyond = |share: f64, threshold: f64| if upward { share >= threshold } else { share <= threshold };
    let probability =
        column.logits.as_ref().zip(counts).zip(threshold).map(|((logits, (x, n)), threshold)| {
            let above = logits.prior.posterior_at_least(x, n, threshold);
            if upward { above } else { 1.0 - above }
        });
    let known: Vec<f64> =
        used.iter().filter(|column| column.component(at).is_some()).map(|column| column.weight).collect();
    let whole = |count: u64| i64::try_from(count).ok();
    AdverseShare {
        set: set.id.clone(),
        year,
        school_id: school.to_owned(),
        measure: column.measure.to_owned(),
        state: if counts.is_some() { "value" } else { "missing" }.to_owned(),
        numerator: counts.and_then(|(x, _)| whole(x)),
        denominator: counts.and_then(|(_, n)| whole(n)),
        value,
        low: interval.map(|interval| interval.low),
        high: interval.map(|interval| interval.high),
        threshold,
        comparison: if upward { ">=" } else { "<=" }.to_owned(),
        met: value.zip(threshold).map(|(value, threshold)| beyond(value, threshold)),
        distance_pupils: counts.zip(threshold).and_then(|((x, n), t)| distance(x, n, t, upward)),
        probability: probability.filter(|p| p.is_finite()),
        contribution: column.z(at).map(|z| column.weight * z / sum(&known)),
    }
}

/// Pupils whose status would have to be another for the share to be on the other side of a threshold: positive where it is
/// beyond it. `None` where no number of them does it.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "counts of pupils, and a product below them"
)]
fn distance(x: u64, n: u64, threshold: f64, upward: bool) -> Option<i64> {
    let (x, n) = (i64::try_from(x).ok()?, i64::try_from(n).ok()?);
    let edge = threshold * n as f64;
    // the first count beyond, and the last count not beyond
    let (first, last) = match upward {
        true => (edge.ceil() as i64, edge.ceil() as i64 - 1),
        false => (edge.floor() as i64, edge.floor() as i64 + 1),
    };
    let is_beyond = if upward { x >= first } else { x <= first };
    let target = if is_beyond { last } else { first };
    let steps = (x - target).abs();
    (0..=n).contains(&target).then_some(if is_beyond { steps } else { -steps })
}

fn small(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn the_distance_agrees_with_trying_pupil_by_pupil() {
        for threshold in [0.0, 0.1, 0.25, 1.0 / 3.0, 0.5, 0.999] {
            for upward in [true, false] {
                let beyond = |x: u64, n: u64| {
                    let edge = threshold * n as f64;
                    if upward { x as f64 >= edge } else { x as f64 <= edge }
                };
                for n in 1..=20_u64 {
                    for x in 0..=n {
                        let here = beyond(x, n);
                        let steps = (1..=n).find(|step| {
                            [x.checked_sub(*step), Some(x + step)]
                                .into_iter()
                                .flatten()
                                .any(|y| y <= n && beyond(y, n) != here)
                        });
                        let plain = steps.map(|s| if here { s as i64 } else { -(s as i64) });
                        assert_eq!(distance(x, n, threshold, upward), plain, "{x}/{n} {threshold} {upward}");
                    }
                }
            }
        }
    }
}
