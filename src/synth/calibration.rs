//! Is a made region like a real one? What was measured on real data (handbook of the field, 2.6) against what was made.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::base::Year;
use crate::stats;
use crate::synth::blueprint::Subject;
use crate::synth::record::TestRecord;
use crate::synth::region::Region;
use crate::synth::truth::Records;

/// Fewer pupils make a share too noisy to be compared with that of another year.
const COMPARABLE: u32 = 10;
/// How far the explained share of variance may lie from the profile's: it is drawn, not computed.
const R2_MARGIN: f64 = 0.06;

/// A property of a region: the band that it should lie in, and the smallest and largest figure of its tests.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Line {
    /// The property: `synth-target-<id>` in the catalogue.
    pub id: &'static str,
    /// The band.
    pub target: (f64, f64),
    /// What was made.
    pub made: (f64, f64),
    /// Does all of it lie in the band?
    pub inside: bool,
}

/// Holds a region against the targets; only what it has can be told.
#[must_use]
pub fn calibration(region: &Region, records: &[Records]) -> Vec<Line> {
    let main: Vec<Figures> = records
        .iter()
        .filter(|records| records.test.0 == "vpr" && Subject::ALL.contains(&records.test.2))
        .map(|records| Figures::of(region, records))
        .collect();
    let wave = |autumn: bool| main.iter().filter(move |figures| figures.autumn == autumn);
    let mut lines = Vec::new();
    let mut tell = |id, target, made: &[Option<f64>]| lines.extend(line(id, target, made));
    let all = |figure: fn(&Figures) -> Option<f64>| main.iter().map(figure).collect::<Vec<_>>();
    tell("small", (0.20, 0.30), &[mean(&all(|f| Some(f.small)))]);
    tell("tiny", (0.05, 0.10), &[mean(&all(|f| Some(f.tiny)))]);
    tell("median", (16.0, 23.0), &[mean(&all(|f| f.median))]);
    let by_grade = by_grade(&main);
    tell("icc", (0.09, 0.22), &by_grade);
    let rise = by_grade.last().zip(by_grade.first()).filter(|_| by_grade.len() > 2);
    tell("icc_rise", (0.0, 0.13), &[rise.and_then(|(last, first)| Some((*last)? - (*first)?))]);
    for (autumn, ids, targets) in [
        (false, SPRING, [(0.03, 0.22), (0.13, 0.38), (0.58, 0.69), (0.03, 0.22), (3.5, 18.8)]),
        (true, AUTUMN, [(0.08, 0.33), (0.35, 0.57), (0.41, 0.55), (0.01, 0.10), (2.2, 7.2)]),
    ] {
        let figures: [fn(&Figures) -> Option<f64>; 5] =
            [|f| f.low, |f| f.journal[0], |f| f.journal[1], |f| f.journal[2], |f| f.edges[0]];
        for ((id, target), figure) in ids.into_iter().zip(targets).zip(figures) {
            tell(id, target, &wave(autumn).map(figure).collect::<Vec<_>>());
        }
    }
    tell("edge_34", (1.0, 2.6), &all(|f| f.edges[1]));
    tell("edge_45", (0.7, 2.1), &all(|f| f.edges[2]));
    tell("over_30", (0.01, 0.27), &wave(false).map(|f| f.over).collect::<Vec<_>>());
    tell("cohort", (0.46, 0.70), &cohorts(records));
    let r2 = region.profile.ability.context_r2;
    tell("context_r2", ((r2 - R2_MARGIN).max(0.0), r2 + R2_MARGIN), &[explained(region)]);
    lines
}

const SPRING: [&str; 5] =
    ["low_spring", "lowered_spring", "confirmed_spring", "raised_spring", "edge_23_spring"];
const AUTUMN: [&str; 5] =
    ["low_autumn", "lowered_autumn", "confirmed_autumn", "raised_autumn", "edge_23_autumn"];

fn line(id: &'static str, target: (f64, f64), made: &[Option<f64>]) -> Option<Line> {
    let known = || made.iter().copied().flatten();
    let (low, high) = (known().min_by(f64::total_cmp)?, known().max_by(f64::total_cmp)?);
    Some(Line { id, target, made: (low, high), inside: target.0 <= low && high <= target.1 })
}

/// What one test shows.
struct Figures {
    grade: i32,
    autumn: bool,
    small: f64,
    tiny: f64,
    median: Option<f64>,
    icc: Option<f64>,
    low: Option<f64>,
    journal: [Option<f64>; 3],
    edges: [Option<f64>; 3],
    over: Option<f64>,
}

impl Figures {
    fn of(region: &Region, records: &Records) -> Self {
        let schools: Vec<&TestRecord> = records
            .schools
            .iter()
            .map(|(_, record)| record)
            .filter(|record| record.participants > 0)
            .collect();
        let sum = |count: fn(&TestRecord) -> u32| {
            schools.iter().map(|record| u64::from(count(record))).sum::<u64>()
        };
        let part = |condition: fn(&TestRecord) -> bool| {
            ratio(schools.iter().filter(|record| condition(record)).count() as u64, schools.len() as u64)
        };
        let participants: Vec<f64> = schools.iter().map(|record| f64::from(record.participants)).collect();
        let journal =
            [sum(|r| r.against_journal[0]), sum(|r| r.against_journal[1]), sum(|r| r.against_journal[2])];
        let edges: [fn(&TestRecord) -> [u32; 2]; 3] = [|r| r.edges[0], |r| r.edges[1], |r| r.edges[2]];
        let edge = |edge: fn(&TestRecord) -> [u32; 2]| {
            let total =
                |at: usize| schools.iter().filter_map(|r| edge(r).get(at).copied()).map(u64::from).sum();
            ratio(total(1), total(0))
        };
        Self {
            grade: records.test.1,
            autumn: region.wave(records.year) == "autumn",
            small: part(|record| record.participants < 10).unwrap_or_default(),
            tiny: part(|record| record.participants < 5).unwrap_or_default(),
            median: stats::median(&participants),
            icc: icc(&schools),
            low: ratio(sum(|record| record.low), sum(|record| record.participants)),
            journal: journal.map(|count| ratio(count, journal.iter().sum())),
            edges: edges.map(edge),
            over: part(|record| 10 * record.low >= 3 * record.participants),
        }
    }
}

fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

fn mean(figures: &[Option<f64>]) -> Option<f64> {
    stats::mean(&figures.iter().copied().flatten().collect::<Vec<_>>())
}

/// The mean between-school share of variance of each grade, grades rising.
fn by_grade(figures: &[Figures]) -> Vec<Option<f64>> {
    let mut grades: BTreeMap<i32, Vec<Option<f64>>> = BTreeMap::new();
    for figure in figures {
        grades.entry(figure.grade).or_default().push(figure.icc);
    }
    grades.values().map(|icc| mean(icc)).collect()
}

/// The between-school share of the variance of the reached share of the maximum, by one-way analysis of variance.
fn icc(schools: &[&TestRecord]) -> Option<f64> {
    let n: Vec<f64> = schools.iter().map(|record| f64::from(record.participants)).collect();
    let sums: Vec<f64> = schools.iter().map(|record| record.shares[0]).collect();
    let squares: Vec<f64> = schools.iter().map(|record| record.shares[1]).collect();
    let (all, total) = (stats::sum(&n), stats::sum(&sums));
    let groups = n.len() as f64;
    let own: Vec<f64> = n.iter().zip(&sums).map(|(n, sum)| sum * sum / n).collect();
    let within = (stats::sum(&squares) - stats::sum(&own)) / (all - groups);
    let between = (stats::sum(&own) - total * total / all) / (groups - 1.0);
    let size = (all - stats::sum(&n.iter().map(|n| n * n).collect::<Vec<_>>()) / all) / (groups - 1.0);
    let part = (between - within) / size;
    Some(part / (part + within)).filter(|icc| icc.is_finite())
}

/// Correlations of a cohort's shares of marks 2 in a year and the next, a grade higher; the mean of each grade and subject.
fn cohorts(records: &[Records]) -> Vec<Option<f64>> {
    let find = |year: Year, grade: i32, subject| {
        records.iter().find(|other| other.year == year && other.test == ("vpr", grade, subject))
    };
    let pairs = records.iter().filter_map(|first| {
        let (procedure, grade, subject) = first.test;
        let fits = procedure == "vpr" && Subject::ALL.contains(&subject);
        find(Year(first.year.0 + 1), grade + 1, subject).filter(|_| fits).map(|next| (first, next))
    });
    let mut by_test: BTreeMap<(i32, Subject), Vec<Option<f64>>> = BTreeMap::new();
    for (first, next) in pairs {
        let later: BTreeMap<u32, &TestRecord> =
            next.schools.iter().map(|(number, record)| (*number, record)).collect();
        let both = first.schools.iter().filter_map(|(number, record)| Some((record, *later.get(number)?)));
        let shares = both
            .filter(|(a, b)| a.participants.min(b.participants) >= COMPARABLE)
            .map(|(a, b)| (share(a), share(b)));
        let (a, b): (Vec<f64>, Vec<f64>) = shares.unzip();
        by_test.entry((first.test.1, first.test.2)).or_default().push(correlation(&a, &b));
    }
    by_test.values().map(|r| mean(r)).collect()
}

fn share(record: &TestRecord) -> f64 {
    f64::from(record.low) / f64::from(record.participants.max(1))
}

fn correlation(a: &[f64], b: &[f64]) -> Option<f64> {
    let (sd_a, sd_b) = (stats::standard_deviation(a)?, stats::standard_deviation(b)?);
    let (mean_a, mean_b) = (stats::mean(a)?, stats::mean(b)?);
    let products: Vec<f64> = a.iter().zip(b).map(|(a, b)| (a - mean_a) * (b - mean_b)).collect();
    let r = stats::sum(&products) / ((a.len() - 1) as f64 * sd_a * sd_b);
    Some(r).filter(|r| r.is_finite())
}

/// The share of the lasting differences between schools that their social shares explain.
fn explained(region: &Region) -> Option<f64> {
    let context: Vec<f64> = region.schools.iter().map(|school| school.hidden.context).collect();
    let lasting: Vec<f64> = region.schools.iter().map(|school| region.lasting(school)).collect();
    if region.profile.ability.context_r2 > 0.0 {
        correlation(&context, &lasting).map(|r| r * r)
    } else {
        Some(0.0)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::calibration;
    use crate::base::Year;
    use crate::synth::{Profile, Region};

    #[test]
    fn a_typical_region_is_like_real_ones() {
        let typical = Profile::typical().unwrap();
        let regions = [(600, 1), (600, 2), (700, 3), (900, 4)];
        let mut ends: BTreeMap<&str, Vec<(f64, f64)>> = BTreeMap::new();
        let mut targets = BTreeMap::new();
        for (schools, seed) in regions {
            let region = Region::draw(schools, seed, &[Year(2022), Year(2023), Year(2024)], &typical);
            let lines = calibration(&region, &region.records());
            assert_eq!(lines.len(), 20);
            let outside: Vec<_> = lines.iter().filter(|line| !line.inside).collect();
            assert!(outside.len() <= 1, "seed {seed}: {outside:#?}");
            for line in lines {
                ends.entry(line.id).or_default().push(line.made);
                targets.insert(line.id, line.target);
            }
        }
        // a region may miss a target by chance; regions together may not
        for (id, made) in ends {
            let count = made.len() as f64;
            let low = made.iter().map(|ends| ends.0).sum::<f64>() / count;
            let high = made.iter().map(|ends| ends.1).sum::<f64>() / count;
            let target = targets[id];
            assert!(target.0 <= low && high <= target.1, "{id}: {low} to {high}, wanted {target:?}");
        }
    }

    #[test]
    fn a_region_without_manipulation_shows_that_it_is_none_of_the_real_ones() {
        let region = Region::draw(600, 1, &[Year(2024)], &Profile::named("honest").unwrap());
        let lines = calibration(&region, &region.records());
        let outside: Vec<_> = lines.iter().filter(|line| !line.inside).map(|line| line.id).collect();
        assert!(outside.contains(&"edge_23_spring"), "{outside:?}");
        assert!(lines.iter().any(|line| line.id == "edge_23_spring" && line.made.1 < 1.5), "{lines:?}");
    }
}
