//! Who took in a school that ended, or of whom a school that began was a part: the numbers of pupils say it.
//!
//! A school that stays changes its number of pupils a little from year to year; the one that took a school in grows by that school.
//! How much schools change by themselves is taken from all schools that stay: variance in proportion to the size, its factor from the
//! median of the squared changes, which mergers do not move. Bayes' rule over the schools of the municipality and "none of them"
//! gives the probability.

use crate::identity::registers::Entry;

/// The chance before looking that no school of the municipality took it in: closed, or its pupils went many ways.
const NONE: f64 = 0.25;
/// A branch that becomes a part of its own head: so much more likely than any other school.
const PARENT: f64 = 20.0;
/// The share of schools that change by reasons of their own.
const OTHER: f64 = 0.03;
/// The median of a squared standard normal deviate.
const MEDIAN_OF_SQUARES: f64 = 0.454_936_423_119_572_7;

/// How schools that stay change from one year to the next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Drift {
    /// The middle ratio of pupils after and before.
    growth: f64,
    /// Variance of a change, a pupil of the size.
    factor: f64,
}

impl Drift {
    /// From the pupils before and after of all schools that stay; `None` where there are too few of them.
    pub(super) fn of(stayed: &[(f64, f64)]) -> Option<Self> {
        let known: Vec<_> = stayed.iter().filter(|(before, _)| *before > 0.0).collect();
        if known.len() < 5 {
            return None;
        }
        let growth = median(known.iter().map(|(before, after)| after / before).collect())?;
        let squares = known.iter().map(|(before, after)| {
            let change = after - growth * before;
            change * change / before
        });
        let factor = (median(squares.collect())? / MEDIAN_OF_SQUARES).max(0.05);
        Some(Self { growth, factor })
    }

    /// How much better a change of `before` to `after` fits where so many `pupils` came (or went, where negative), as a ratio
    /// of likelihoods.
    fn ratio(self, before: f64, after: f64, pupils: f64) -> f64 {
        let change = after - self.growth * before;
        let density = |off: f64, variance: f64| {
            libm::exp(-0.5 * off * off / variance) / libm::sqrt(2.0 * std::f64::consts::PI * variance)
        };
        let own = self.factor * before.max(1.0);
        // Those who come change too on the way, and some go elsewhere.
        let moved = own + self.factor * pupils.abs() + 0.01 * pupils * pupils;
        // Some schools change by reasons of their own: a new building, a closed class. They speak for nothing.
        let other = OTHER * density(change, own + (0.3 * before) * (0.3 * before));
        let fit = |off: f64, variance: f64| (1.0 - OTHER) * density(off, variance) + other;
        fit(change - pupils, moved) / fit(change, own).max(f64::MIN_POSITIVE)
    }
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

/// A school that may be the host: its code, and its entries before and after.
pub(super) type Candidate<'r> = (&'r str, &'r Entry, &'r Entry);

/// The likeliest host and how likely it is, and whether a tie of parent speaks for it. `pupils` is positive where they came
/// to the host, negative where they left it.
pub(super) fn likeliest<'r>(
    drift: Drift,
    pupils: f64,
    parent: Option<&str>,
    candidates: &[Candidate<'r>],
) -> Option<(Candidate<'r>, f64, bool)> {
    let share = (1.0 - NONE) / candidates.len().max(1) as f64;
    let weights: Vec<f64> = candidates
        .iter()
        .map(|(code, before, after)| {
            let (Some(before), Some(after)) = (before.enrolment, after.enrolment) else { return share };
            let tie = if parent == Some(*code) { PARENT } else { 1.0 };
            share * tie * drift.ratio(f64::from(before), f64::from(after), pupils)
        })
        .collect();
    let all = NONE + weights.iter().sum::<f64>();
    let (best, weight) = candidates.iter().zip(&weights).max_by(|(_, a), (_, b)| a.total_cmp(b))?;
    Some((*best, weight / all, parent == Some(best.0)))
}

#[cfg(test)]
mod tests {
    use super::{Drift, likeliest};
    use crate::identity::registers::Entry;

    fn entry(enrolment: i32) -> Entry {
        Entry {
            is_registered: true,
            name: String::new(),
            municipality: String::new(),
            place: String::new(),
            inn: None,
            parent: None,
            kind: None,
            enrolment: Some(enrolment),
            source_id: String::new(),
            row: 0,
        }
    }

    #[test]
    fn the_school_that_grew_by_the_other_is_its_host() {
        let stayed: Vec<(f64, f64)> =
            (0..40).map(|n| (200.0 + f64::from(n), 200.0 + f64::from(n) + f64::from(n % 7) - 3.0)).collect();
        let drift = Drift::of(&stayed).unwrap();
        let entries = [(entry(210), entry(212)), (entry(220), entry(301)), (entry(400), entry(395))];
        let names = ["1", "2", "3"];
        let candidates: Vec<_> = names.iter().zip(&entries).map(|(n, (a, b))| (*n, a, b)).collect();
        let (best, probability, _) = likeliest(drift, 80.0, None, &candidates).unwrap();
        assert_eq!(best.0, "2");
        assert!(probability > 0.99, "{probability}");
        let (best, probability, _) = likeliest(drift, -80.0, None, &candidates).unwrap();
        assert!(probability < 0.8, "nobody lost eighty pupils: {} {probability}", best.0);
        let (_, alone, _) = likeliest(drift, 3.0, None, &candidates).unwrap();
        assert!(alone < 0.8, "three pupils are lost in what schools change by themselves: {alone}");
        let (_, tied, is_tied) = likeliest(drift, 3.0, Some("1"), &candidates).unwrap();
        assert!(is_tied && tied > alone, "{tied} {alone}");
        assert!(Drift::of(&stayed[..3]).is_none());
    }
}
