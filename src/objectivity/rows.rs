//! What was found, as rows of tables.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::base::Year;
use crate::objectivity::grade::{Adjusted, Grade, Verdict};
use crate::objectivity::kernels::{Said, moments};
use crate::objectivity::kind::{Finding, Kind, Side};
use crate::objectivity::null::smooth_shares;
use crate::objectivity::region::{BANDS, Cell, MARKS, Region, Sat, band};
use crate::objectivity::simulate::Simulated;
use crate::objectivity::weigh::{Outcome, Weighed, half_width, of_test};
use crate::stats::{Evidence, UnitNorm, benjamini_hochberg, density_jump, wilson};
use crate::tables::{
    JournalTransition, Marker, MarkerEvidence, MarkerKind, MarkerNull, MarkerPower, Register, ScoreCurve,
};

/// q up to which a test is flagged, where its effect is no trifle.
const FLAGGED: f64 = 0.05;

/// The rows of all schools in all tests, kind by kind.
pub(super) fn markers(region: &Region, said: &[Vec<Said>]) -> Vec<Marker> {
    let tests = 0..region.tests.len();
    let parts: Vec<(Kind, usize)> =
        Kind::ALL.into_iter().flat_map(|kind| tests.clone().map(move |test| (kind, test))).collect();
    let rows = |(kind, test): (Kind, usize)| {
        region.tests.get(test).zip(said.get(test)).map(|(sat, cells)| of_kind(region, sat, cells, kind))
    };
    parts.into_par_iter().filter_map(rows).collect::<Vec<_>>().into_iter().flatten().collect()
}

fn of_kind(region: &Region, sat: &Sat, cells: &[Said], kind: Kind) -> Vec<Marker> {
    let (weighed, norm) = of_test(cells, kind);
    let Some(norm) = norm else { return Vec::new() };
    let q = benjamini_hochberg(&weighed.iter().map(|w| w.map(|w| w.p)).collect::<Vec<_>>());
    let rows = sat
        .cells
        .iter()
        .zip(weighed)
        .zip(q)
        .filter_map(|((cell, weighed), q)| Some(marker(region, sat, cell, kind, &weighed?, &norm, q?)));
    rows.collect()
}

fn marker(
    region: &Region,
    sat: &Sat,
    cell: &Cell,
    kind: Kind,
    weighed: &Weighed,
    norm: &UnitNorm,
    q: f64,
) -> Marker {
    let (statistic, expected) = figures(weighed, norm);
    let half = half_width(&weighed.pooled);
    let shift = norm.shift(&weighed.pooled.evidence, weighed.pooled.level);
    let gate = weighed.effect >= kind.gate();
    let findings: Vec<Finding> = Finding::ALL.into_iter().filter(|f| kind.speaks_of(*f)).collect();
    Marker {
        marker_set: "rsoko".to_owned(),
        marker: kind.id().to_owned(),
        year: sat.test.year,
        wave: sat.test.wave.clone(),
        grade: sat.test.grade,
        subject: sat.test.subject.clone(),
        school_id: region.schools.get(cell.school).cloned().unwrap_or_default(),
        finding: match findings.as_slice() {
            [only] => Some(only.id().to_owned()),
            _ => None,
        },
        participants: i64::from(cell.participants()),
        statistic: Some(statistic),
        expected: Some(expected),
        unit: kind.unit().to_owned(),
        p: Some(weighed.p),
        p_kind: Some(p_kind(weighed).to_owned()),
        q: Some(q),
        effect: Some(weighed.effect),
        effect_low: Some(weighed.effect - half),
        effect_high: Some(weighed.effect + half),
        shift: shift.map(|shift| shift.shrunken),
        shift_low: shift.map(|shift| shift.interval.low),
        shift_high: shift.map(|shift| shift.interval.high),
        gate: Some(gate),
        flag: Some(gate && q <= FLAGGED),
    }
}

fn p_kind(weighed: &Weighed) -> &'static str {
    if weighed.exact { "exact" } else { "asymptotic" }
}

/// Statistic and expectation in the kind's unit.
fn figures(weighed: &Weighed, norm: &UnitNorm) -> (f64, f64) {
    let expected = norm.expected(weighed.pooled.level);
    match weighed.pooled.evidence {
        Evidence::Estimate { value, .. } => (value, expected),
        Evidence::Count(count) => {
            let trials = count.trials.max(1.0);
            let moved = count.moved(expected).map_or(count.expected, |(mean, _)| mean);
            (count.observed / trials, moved / trials)
        }
    }
}

/// What each kind says of each school, for each finding that it speaks of.
pub(super) fn kinds(region: &Region, outcome: &Outcome, q: &Adjusted) -> Vec<MarkerKind> {
    let mut rows = Vec::new();
    for (position, (school, of_kinds)) in region.schools.iter().zip(&outcome.schools).enumerate() {
        for (kind, (of_kind, (norm, q))) in
            Kind::ALL.into_iter().zip(of_kinds.iter().zip(outcome.norms.iter().zip(q)))
        {
            let norm = norm.unwrap_or_default();
            let q = q.get(position).copied().flatten();
            for finding in Finding::ALL.into_iter().filter(|finding| kind.speaks_of(*finding)) {
                let row = |year: Option<i32>, weighed: &Weighed| {
                    kind_row(finding, school, kind, year, weighed, &norm)
                };
                rows.extend(of_kind.all.iter().map(|all| MarkerKind { q, ..row(None, all) }));
                rows.extend(of_kind.years.iter().map(|(year, weighed)| row(Some(*year), weighed)));
            }
        }
    }
    rows
}

fn kind_row(
    finding: Finding,
    school: &str,
    kind: Kind,
    year: Option<i32>,
    weighed: &Weighed,
    norm: &UnitNorm,
) -> MarkerKind {
    let (statistic, half) = (figures(weighed, norm).0, half_width(&weighed.pooled));
    let sign = if kind.side() == Side::High { 1.0 } else { -1.0 };
    let participants = match weighed.pooled.evidence {
        Evidence::Count(count) => Some(whole(count.trials)),
        Evidence::Estimate { .. } => None,
    };
    MarkerKind {
        finding: finding.id().to_owned(),
        school_id: school.to_owned(),
        marker: kind.id().to_owned(),
        year,
        tests: i64::from(weighed.pooled.tests),
        participants,
        statistic,
        expected: statistic - sign * weighed.effect,
        unit: kind.unit().to_owned(),
        p: weighed.p,
        p_kind: p_kind(weighed).to_owned(),
        q: None,
        effect: weighed.effect,
        effect_low: weighed.effect - half,
        effect_high: weighed.effect + half,
        norm_spread: norm.spread,
        norm_chance: norm.chance,
        gate: weighed.effect >= kind.gate(),
    }
}

/// The grade of each school in each finding, with the false-flag rate of its size.
pub(super) fn evidence(
    region: &Region,
    verdicts: &[(Finding, Vec<Verdict>)],
    simulated: &Simulated,
) -> Vec<MarkerEvidence> {
    let mut rows = Vec::new();
    for (finding, schools) in verdicts {
        for (position, verdict) in schools.iter().enumerate() {
            let size = region.usual_size(position);
            let rate = false_flags(simulated, *finding, band(size), verdict.grade);
            let names = |kinds: &[Kind]| kinds.iter().map(|kind| kind.id()).collect::<Vec<_>>().join(", ");
            let years: Vec<String> = verdict.years.iter().map(ToString::to_string).collect();
            rows.push(MarkerEvidence {
                finding: finding.id().to_owned(),
                school_id: region.schools.get(position).cloned().unwrap_or_default(),
                evidence: verdict.grade.id().to_owned(),
                speak_for: names(&verdict.speak_for),
                speak_against: names(&verdict.speak_against),
                kinds_known: i64::try_from(verdict.kinds).unwrap_or_default(),
                years: years.join(", "),
                participants: i64::from(size),
                size_band: band_name(band(size)),
                false_flags: rate.map(|rate| rate.0),
                false_flags_error: rate.map(|rate| rate.1),
            });
        }
    }
    rows
}

fn band_name(band: usize) -> String {
    BANDS.get(band).map_or("", |(_, name)| name).to_owned()
}

/// The larger of the rates under the two honest regions.
fn false_flags(simulated: &Simulated, finding: Finding, band: usize, grade: Grade) -> Option<(f64, f64)> {
    let at = [Grade::Weak, Grade::Moderate, Grade::Strong].iter().position(|one| *one == grade)?;
    let of = simulated.honest.iter().filter(|(_, of, size, _)| *of == finding && *size == band);
    of.filter_map(|(.., honest)| honest.share(at)).max_by(|a, b| a.0.total_cmp(&b.0))
}

pub(super) fn nulls(simulated: &Simulated, regions: usize) -> Vec<MarkerNull> {
    let mut rows = Vec::new();
    for (flavour, finding, band, honest) in &simulated.honest {
        for (at, grade) in [Grade::Weak, Grade::Moderate, Grade::Strong].into_iter().enumerate() {
            let share = honest.share(at);
            rows.push(MarkerNull {
                flavour: flavour.id().to_owned(),
                finding: finding.id().to_owned(),
                evidence: grade.id().to_owned(),
                size_band: band_name(*band),
                regions: i64::try_from(regions).unwrap_or(i64::MAX),
                schools: big(honest.schools),
                flagged: big(honest.reached.get(at).copied().unwrap_or_default()),
                share: share.map(|share| share.0),
                error: share.map(|share| share.1),
            });
        }
    }
    rows
}

pub(super) fn power(simulated: &Simulated) -> Vec<MarkerPower> {
    let mut rows = Vec::new();
    for power in &simulated.power {
        for (at, grade) in [Grade::Weak, Grade::Moderate, Grade::Strong].into_iter().enumerate() {
            let found = power.found.get(at).copied().unwrap_or_default();
            let interval = wilson(found, power.schools, 0.95);
            rows.push(MarkerPower {
                flavour: power.flavour.id().to_owned(),
                finding: power.scenario.finding.id().to_owned(),
                participants: i64::from(power.scenario.pupils),
                tests: i64::try_from(power.scenario.tests).unwrap_or(i64::MAX),
                part: power.scenario.part,
                evidence: grade.id().to_owned(),
                schools: big(power.schools),
                found: big(found),
                share: interval.map(|_| ratio(found, power.schools)),
                low: interval.map(|interval| interval.low),
                high: interval.map(|interval| interval.high),
            });
        }
    }
    rows
}

/// Marks by journal mark: of the region and its municipalities in each test, of schools over the tests of a year.
pub(super) fn transitions(region: &Region, register: &Register) -> Vec<JournalTransition> {
    let mut rows = Vec::new();
    let mut schools: BTreeMap<(i32, Option<&str>, usize), Cell> = BTreeMap::new();
    for sat in &region.tests {
        let test = &sat.test;
        let mut municipalities: BTreeMap<&str, Cell> = BTreeMap::new();
        for cell in &sat.cells {
            let id = region.schools.get(cell.school).map_or("", String::as_str);
            if let Some(entry) = register.school(id, Year(test.year)) {
                municipalities.entry(&entry.municipality).or_default().join(cell);
            }
            schools.entry((test.year, test.wave.as_deref(), cell.school)).or_default().join(cell);
        }
        let base = JournalTransition {
            year: test.year,
            wave: test.wave.clone(),
            grade: Some(test.grade),
            subject: Some(test.subject.clone()),
            level: "municipality".to_owned(),
            ..JournalTransition::default()
        };
        for (name, cell) in municipalities {
            transition(&mut rows, &JournalTransition { entity_id: name.to_owned(), ..base.clone() }, &cell);
        }
        let of_region =
            JournalTransition { level: "region".to_owned(), entity_id: "region".to_owned(), ..base };
        transition(&mut rows, &of_region, &sat.total());
    }
    for ((year, wave, school), cell) in schools {
        let base = JournalTransition {
            year,
            wave: wave.map(str::to_owned),
            level: "school".to_owned(),
            entity_id: region.schools.get(school).cloned().unwrap_or_default(),
            ..JournalTransition::default()
        };
        transition(&mut rows, &base, &cell);
    }
    rows
}

fn transition(rows: &mut Vec<JournalTransition>, base: &JournalTransition, cell: &Cell) {
    for (journal, marks) in (2..).zip(&cell.both) {
        let all: u32 = marks.iter().sum();
        for (mark, &pupils) in (2..).zip(marks).take(MARKS) {
            if all > 0 {
                rows.push(JournalTransition {
                    journal_mark: journal,
                    mark,
                    pupils: i64::from(pupils),
                    share: f64::from(pupils) / f64::from(all),
                    ..base.clone()
                });
            }
        }
    }
}

/// Curvature of the density that is no jump: neighbours may differ from their mean by a fifth of it.
const CURVATURE: f64 = 0.2;

/// The region's participants by score, and the jumps of the density at the cuts.
pub(super) fn curves(region: &Region) -> Vec<ScoreCurve> {
    let mut rows = Vec::new();
    for sat in &region.tests {
        let total = sat.total();
        let smooth = smooth_shares(&total, moments(&total.scores));
        let pupils: Vec<u64> =
            total.scores.iter().map(|by| by.iter().map(|count| u64::from(*count)).sum()).collect();
        let all: u64 = pupils.iter().sum();
        for ((score, (&count, smooth)), number) in pupils.iter().zip(smooth).enumerate().zip(0..) {
            let cut = sat.cuts.iter().position(|cut| *cut == Some(score));
            let at = |score: usize| pupils.get(score).copied().unwrap_or_default();
            let (before, after) = (at(score.wrapping_sub(1)), at(score + 1));
            rows.push(ScoreCurve {
                year: sat.test.year,
                wave: sat.test.wave.clone(),
                grade: sat.test.grade,
                subject: sat.test.subject.clone(),
                score: number,
                pupils: big(count),
                share: ratio(count, all.max(1)),
                smooth,
                cut: cut.and_then(|cut| i32::try_from(cut + 3).ok()),
                ratio: cut.and_then(|_| (before > 0).then(|| ratio(count, before))),
                p: cut.and_then(|_| density_jump(before, count, after, CURVATURE)).map(|jump| jump.more),
            });
        }
    }
    rows
}

#[expect(clippy::cast_precision_loss, reason = "counts of schools")]
fn ratio(part: u64, all: u64) -> f64 {
    part as f64 / all as f64
}

#[expect(clippy::cast_possible_truncation, reason = "a whole number of pupils")]
fn whole(pupils: f64) -> i64 {
    pupils.round() as i64
}

fn big(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
