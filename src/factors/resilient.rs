//! Schools in adverse conditions that achieve more than such schools do, and how far the list rests on its thresholds.

use std::collections::{BTreeMap, BTreeSet};

use super::model::percentile;
use super::objectivity::Objectivity;
use crate::method::ResilientRule;
use crate::tables::{Resilient, ResilientCheck, SchoolEffect};

/// Shares of schools that may count as adverse, words of «surely», and numbers of years under which the list is made again.
const ADVERSE: [f64; 3] = [0.25, 1.0 / 3.0, 0.5];
const SURE: [f64; 4] = [0.8, 0.9, 0.95, 0.975];
const YEARS: [usize; 3] = [1, 2, 3];

/// What the list is made of.
pub(super) struct Evidence<'a> {
    pub(super) rule: &'a ResilientRule,
    /// Context index of the latest year by school: higher is harder.
    pub(super) context: &'a BTreeMap<String, f64>,
    /// Effects by school, of the years that count.
    pub(super) effects: BTreeMap<&'a str, Vec<&'a SchoolEffect>>,
    pub(super) objectivity: &'a dyn Fn(&str) -> Objectivity,
}

impl<'a> Evidence<'a> {
    pub(super) fn new(
        rule: &'a ResilientRule,
        context: &'a BTreeMap<String, f64>,
        effects: &'a [SchoolEffect],
        objectivity: &'a dyn Fn(&str) -> Objectivity,
    ) -> Self {
        let own = || effects.iter().filter(|effect| effect.outcome == rule.outcome);
        let years: BTreeSet<i32> = own().map(|effect| effect.year).collect();
        let counted: BTreeSet<i32> = years.into_iter().rev().take(rule.of_last).collect();
        let mut by_school: BTreeMap<&str, Vec<&SchoolEffect>> = BTreeMap::new();
        for effect in own().filter(|effect| counted.contains(&effect.year)) {
            if u64::try_from(effect.pupils).unwrap_or_default() >= rule.min_n {
                by_school.entry(&effect.school_id).or_default().push(effect);
            }
        }
        Self { rule, context, effects: by_school, objectivity }
    }

    /// Schools whose context is among this share of the hardest.
    fn adverse(&self, share: f64) -> BTreeSet<&'a str> {
        let values: Vec<f64> = self.context.values().copied().collect();
        let Some(cut) = percentile(&values, 1.0 - share) else { return BTreeSet::new() };
        self.context.iter().filter(|(_, index)| **index >= cut).map(|(school, _)| school.as_str()).collect()
    }

    fn of(&self, school: &str) -> &[&'a SchoolEffect] {
        self.effects.get(school).map_or(&[], Vec::as_slice)
    }

    fn years_above(&self, school: &str, sure: f64) -> usize {
        self.of(school).iter().filter(|effect| effect.above >= sure).count()
    }

    /// The schools of the rule with other thresholds, and those that can be judged.
    fn list(&self, adverse: f64, years: usize, met: impl Fn(&str) -> usize) -> (BTreeSet<&'a str>, usize) {
        let judged: BTreeSet<&str> =
            self.adverse(adverse).into_iter().filter(|school| self.of(school).len() >= years).collect();
        let many = judged.len();
        (judged.into_iter().filter(|school| met(school) >= years).collect(), many)
    }

    /// How many of these are expected not to be above in as many years.
    fn falsely(&self, schools: &BTreeSet<&str>, years: usize) -> f64 {
        let missing: Vec<f64> = schools.iter().map(|school| 1.0 - truly(self.of(school), years)).collect();
        crate::stats::sum(&missing)
    }
}

/// The probability that at least so many of the years are truly above, the years being judged apart.
fn truly(effects: &[&SchoolEffect], years: usize) -> f64 {
    let mut many = vec![1.0];
    for effect in effects {
        let mut next = vec![0.0; many.len() + 1];
        for (count, p) in many.iter().enumerate() {
            for (at, part) in [(count, 1.0 - effect.above), (count + 1, effect.above)] {
                if let Some(slot) = next.get_mut(at) {
                    *slot += p * part;
                }
            }
        }
        many = next;
    }
    many.iter().skip(years).sum()
}

/// A row for every school in adverse conditions.
pub(super) fn rows(evidence: &Evidence<'_>) -> Vec<Resilient> {
    let rule = evidence.rule;
    let row = |school: &str| {
        let effects = evidence.of(school);
        let above = evidence.years_above(school, rule.sure);
        let objectivity = (evidence.objectivity)(school);
        let state = match objectivity {
            _ if effects.len() < rule.years => "not_assessable",
            _ if above < rule.years => "not_shown",
            Objectivity::Clear => "resilient",
            Objectivity::Marked => "marked",
            Objectivity::Untested => "untested",
        };
        Resilient {
            school_id: school.to_owned(),
            context_index: evidence.context.get(school).copied().unwrap_or_default(),
            years_known: i32::try_from(effects.len()).unwrap_or(i32::MAX),
            years_above: i32::try_from(above).unwrap_or(i32::MAX),
            probability: (effects.len() >= rule.years).then(|| truly(effects, rule.years)),
            objectivity: objectivity.as_str().to_owned(),
            state: state.to_owned(),
        }
    };
    evidence.adverse(rule.adverse).into_iter().map(row).collect()
}

/// The list under other thresholds and definitions.
pub(super) fn checks(evidence: &Evidence<'_>) -> Vec<ResilientCheck> {
    let rule = evidence.rule;
    let met = |sure: f64| move |school: &str| evidence.years_above(school, sure);
    let (own, _) = evidence.list(rule.adverse, rule.years, met(rule.sure));
    let check = |definition: &str, adverse: f64, sure: f64, years: usize, list: (BTreeSet<&str>, usize)| {
        let (schools, judged) = list;
        let (both, either) = (schools.intersection(&own).count(), schools.union(&own).count());
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let same = |a: f64, b: f64| (a - b).abs() < 1e-3;
        #[expect(clippy::cast_precision_loss, reason = "numbers of schools")]
        let jaccard = (either > 0).then(|| both as f64 / either as f64);
        ResilientCheck {
            definition: definition.to_owned(),
            adverse,
            sure,
            years: i32::try_from(years).unwrap_or(i32::MAX),
            judged: count(judged),
            false_expected: (definition != "quarters").then(|| evidence.falsely(&schools, years)),
            jaccard,
            rule: definition == "shrunken"
                && same(adverse, rule.adverse)
                && same(sure, rule.sure)
                && years == rule.years,
            schools: count(schools.len()),
        }
    };
    let mut rows = Vec::new();
    let mut grid: BTreeSet<[u64; 3]> = BTreeSet::new();
    let adverses = ADVERSE.into_iter().chain([rule.adverse]);
    for adverse in adverses {
        for sure in SURE.into_iter().chain([rule.sure]) {
            for years in YEARS.into_iter().chain([rule.years]).filter(|years| *years <= rule.of_last) {
                // the rule's own thresholds may stand in the grid already, to the third digit
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "shares")]
                let key = [(adverse * 1e3) as u64, (sure * 1e3) as u64, years as u64];
                if grid.insert(key) {
                    let list = evidence.list(adverse, years, met(sure));
                    rows.push(check("shrunken", adverse, sure, years, list));
                }
            }
        }
    }
    let raw = |school: &str| evidence.of(school).iter().filter(|e| e.result > e.expected).count();
    rows.push(check("raw", rule.adverse, 0.5, rule.years, evidence.list(rule.adverse, rule.years, raw)));
    rows.push(check("quarters", 0.25, 0.5, 1, quarters(evidence)));
    rows
}

/// The worst quarter of the context and the best quarter of results, whatever could be expected.
fn quarters<'a>(evidence: &Evidence<'a>) -> (BTreeSet<&'a str>, usize) {
    let mean = |effects: &Vec<&SchoolEffect>| {
        let results: Vec<f64> = effects.iter().map(|effect| effect.result).collect();
        crate::stats::mean(&results)
    };
    let means: BTreeMap<&str, f64> =
        evidence.effects.iter().filter_map(|(school, effects)| Some((*school, mean(effects)?))).collect();
    let values: Vec<f64> = means.values().copied().collect();
    let cut = percentile(&values, 0.75).unwrap_or(f64::INFINITY);
    evidence.list(0.25, 1, |school| usize::from(means.get(school).is_some_and(|mean| *mean >= cut)))
}

#[cfg(test)]
mod tests {
    use super::{Evidence, checks, rows, truly};
    use crate::factors::objectivity::Objectivity;
    use crate::method::ResilientRule;
    use crate::tables::SchoolEffect;
    use std::collections::BTreeMap;

    fn effect(school: &str, year: i32, above: f64, pupils: i64) -> SchoolEffect {
        SchoolEffect {
            outcome: "oge".into(),
            year,
            school_id: school.into(),
            pupils,
            above,
            result: 50.0,
            expected: 50.0 - (above - 0.5),
            ..SchoolEffect::default()
        }
    }

    #[test]
    fn only_sure_clear_and_tested_schools_of_hard_conditions_are_resilient() {
        let rule = ResilientRule {
            outcome: "oge".into(),
            adverse: 0.5,
            sure: 0.95,
            years: 2,
            of_last: 3,
            min_n: 10,
        };
        let context: BTreeMap<String, f64> = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "k"]
            .into_iter()
            .zip((0..10).rev())
            .map(|(school, index)| (school.to_owned(), f64::from(index)))
            .collect();
        let years = |school: &'static str, above: [f64; 3], pupils: i64| {
            [2023, 2024, 2025].into_iter().zip(above).map(move |(year, p)| effect(school, year, p, pupils))
        };
        let effects: Vec<SchoolEffect> = years("a", [0.99, 0.5, 0.97], 20)
            .chain(years("b", [0.99, 0.99, 0.99], 20))
            .chain(years("c", [0.99, 0.99, 0.99], 20))
            .chain(years("d", [0.99, 0.94, 0.1], 20))
            .chain(years("e", [0.99, 0.99, 0.99], 9))
            .chain(years("k", [0.99, 0.99, 0.99], 20))
            .collect();
        let objectivity = |school: &str| match school {
            "b" => Objectivity::Marked,
            "c" => Objectivity::Untested,
            _ => Objectivity::Clear,
        };
        let evidence = Evidence::new(&rule, &context, &effects, &objectivity);
        let states: Vec<(String, String)> =
            rows(&evidence).into_iter().map(|row| (row.school_id, row.state)).collect();
        let expected = [
            ("a", "resilient"),
            ("b", "marked"),
            ("c", "untested"),
            ("d", "not_shown"),
            ("e", "not_assessable"),
        ];
        assert_eq!(states, expected.map(|(school, state)| (school.to_owned(), state.to_owned())));
        let checks = checks(&evidence);
        let own: Vec<_> = checks.iter().filter(|check| check.rule).collect();
        assert_eq!((own.len(), own[0].schools, own[0].judged), (1, 3, 4));
        // one year of 0.5 and two that are nearly sure: 1 − 0.99 · 0.97 (both) − … by hand
        let miss = 1.0 - (0.99 * 0.97 + 0.5 * (0.99 * 0.03 + 0.01 * 0.97));
        let all_sure = 1.0 - (0.99 * 0.99 * 0.99 + 3.0 * 0.99 * 0.99 * 0.01);
        assert!((own[0].false_expected.unwrap() - (miss + 2.0 * all_sure)).abs() < 1e-12);
        assert!(checks.iter().all(|check| check.schools <= check.judged));
    }

    #[test]
    fn a_chance_over_years_is_that_of_independent_years() {
        let effects = [effect("a", 1, 0.5, 10), effect("a", 2, 0.5, 10)];
        let refs: Vec<&SchoolEffect> = effects.iter().collect();
        assert!((truly(&refs, 1) - 0.75).abs() < 1e-15 && (truly(&refs, 2) - 0.25).abs() < 1e-15);
        assert!((truly(&refs, 0) - 1.0).abs() < 1e-15 && truly(&refs, 3).abs() < 1e-15);
    }
}
