//! From a list's criteria to counts of the joint model: which shares there are, and what they have in common.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::Year;
use crate::identification::cells::Cells;
use crate::method::{Indicator, ListRule, MethodPack};

/// What shares of one school may have in common, in the order of the columns of `list_model`.
pub(super) const COMPONENTS: [&str; 6] = ["school", "procedure", "subject", "year", "cohort", "share"];

/// The counts of all schools, school by school.
#[derive(Debug, Clone, Default)]
pub(super) struct Counts {
    /// The schools.
    pub schools: Vec<String>,
    /// Criterion (by its place in the rule) and year of each share, school by school.
    pub shares: Vec<Vec<(usize, Year)>>,
    pub groups: Vec<usize>,
    pub tests: Vec<usize>,
    pub low: Vec<u32>,
    pub all: Vec<u32>,
    /// Labels of those components that differ from each other, with their places in [`COMPONENTS`].
    pub components: Vec<Vec<usize>>,
    pub known: Vec<usize>,
}

impl Counts {
    /// The counts of the list's criteria in these years; what the pack excludes is left out, small groups are not: they
    /// say something too. Schools `outside` are left out as well.
    pub fn of(
        pack: &MethodPack,
        rule: &ListRule,
        years: &[Year],
        cells: &Cells,
        outside: &BTreeSet<&str>,
    ) -> Self {
        let mut by_school: BTreeMap<&str, Vec<(usize, Year, u32, u32)>> = BTreeMap::new();
        for (criterion, id) in rule.criteria.iter().enumerate() {
            let excludes = |year: Year| pack.indicator(id).is_some_and(|indicator| indicator.excludes(year));
            for &year in years.iter().filter(|&&year| !excludes(year)) {
                for (school, (low, all)) in
                    cells.counts(id, year).filter(|(school, _)| !outside.contains(school))
                {
                    let counts = u32::try_from(low).ok().zip(u32::try_from(all).ok());
                    if let Some((low, all)) = counts.filter(|(low, all)| *all > 0 && low <= all) {
                        by_school.entry(school).or_default().push((criterion, year, low, all));
                    }
                }
            }
        }
        let kinds: Vec<TestKind> = rule.criteria.iter().map(|id| TestKind::of(pack.indicator(id))).collect();
        let mut counts = Self { components: vec![Vec::new(); COMPONENTS.len()], ..Self::default() };
        let mut tests: BTreeMap<(usize, Year), usize> = BTreeMap::new();
        for shares in by_school.values() {
            for &(criterion, year, ..) in shares {
                tests.insert((criterion, year), 0);
            }
        }
        tests.values_mut().enumerate().for_each(|(number, test)| *test = number);
        for (group, (school, shares)) in by_school.into_iter().enumerate() {
            counts.schools.push(school.to_owned());
            counts.shares.push(shares.iter().map(|&(criterion, year, ..)| (criterion, year)).collect());
            for (criterion, year, low, all) in shares {
                let test = tests.get(&(criterion, year)).copied().unwrap_or_default();
                let labels = labels(criterion, year, test, &kinds);
                counts.groups.push(group);
                counts.tests.push(test);
                counts.low.push(low);
                counts.all.push(all);
                for (component, label) in counts.components.iter_mut().zip(labels) {
                    component.push(label);
                }
            }
        }
        counts.keep_different();
        counts
    }

    /// Count and number of participants of each share of a school, in the order of its shares.
    pub fn sat(&self, group: usize) -> impl Iterator<Item = (f64, f64)> + '_ {
        let first = self.groups.partition_point(|known| *known < group);
        let counts = self.low.iter().zip(&self.all).zip(&self.groups).skip(first);
        counts
            .take_while(move |(_, known)| **known == group)
            .map(|((low, all), _)| (f64::from(*low), f64::from(*all)))
    }

    /// A component that parts the shares of every school as an earlier one does cannot be told from it. The last one, the
    /// share's own, stays, since a school is never known better than its single shares.
    fn keep_different(&mut self) {
        let partition = |labels: &[usize]| -> Vec<usize> {
            let mut first: BTreeMap<(usize, usize), usize> = BTreeMap::new();
            let places = self.groups.iter().zip(labels).enumerate();
            places.map(|(place, (&group, &label))| *first.entry((group, label)).or_insert(place)).collect()
        };
        let mut seen: Vec<Vec<usize>> = Vec::new();
        let (mut components, mut known) = (Vec::new(), Vec::new());
        for (place, labels) in self.components.iter().enumerate().rev() {
            let parts = partition(labels);
            if !seen.contains(&parts) {
                seen.push(parts);
                components.push(labels.clone());
                known.push(place);
            }
        }
        components.reverse();
        known.reverse();
        (self.components, self.known) = (components, known);
    }
}

/// What a criterion's conditions tie down.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
struct TestKind {
    procedure: Option<String>,
    subject: Option<String>,
    grade: Option<i32>,
}

impl TestKind {
    fn of(indicator: Option<&Indicator>) -> Self {
        let Some(indicator) = indicator else { return Self::default() };
        let tied = |column| indicator.filter.fixed(column).or_else(|| indicator.applicable.fixed(column));
        Self {
            procedure: tied("procedure"),
            subject: tied("subject"),
            grade: tied("grade").and_then(|grade| grade.parse().ok()),
        }
    }
}

/// The labels of a share, one for each component.
fn labels(criterion: usize, year: Year, test: usize, kinds: &[TestKind]) -> [usize; COMPONENTS.len()] {
    let own = kinds.get(criterion);
    let first = |same: &dyn Fn(&TestKind, &TestKind) -> bool| {
        own.and_then(|own| kinds.iter().position(|other| same(own, other))).unwrap_or_default()
    };
    let number = usize::try_from(year.0).unwrap_or_default();
    // a cohort is in grade 5 in one year and in grade 6 in the next
    let cohort = match own.and_then(|kind| kind.grade).and_then(|grade| usize::try_from(grade).ok()) {
        Some(grade) => number + 100 - grade,
        None => 1_000_000 + test,
    };
    [
        0,
        first(&|a, b| a.procedure == b.procedure),
        first(&|a, b| a.subject == b.subject),
        number,
        cohort,
        test,
    ]
}

#[cfg(test)]
mod tests {
    use super::{COMPONENTS, TestKind, labels};
    use crate::base::Year;
    use crate::method::MethodPack;

    #[test]
    fn shares_have_in_common_what_their_conditions_say() {
        let text = include_str!("../../../pipelines/methods/federal-847.toml");
        let pack = MethodPack::parse("pack", text).unwrap();
        let kinds: Vec<TestKind> =
            pack.lists[0].criteria.iter().map(|id| TestKind::of(pack.indicator(id))).collect();
        let at = |id: &str| pack.lists[0].criteria.iter().position(|own| own == id).unwrap();
        let of = |id: &str, year: i32| labels(at(id), Year(year), at(id) + 100 * year as usize, &kinds);
        let same = |a: [usize; COMPONENTS.len()], b: [usize; COMPONENTS.len()]| -> Vec<&str> {
            COMPONENTS.iter().zip(a.iter().zip(b)).filter(|(_, (a, b))| **a == *b).map(|(c, _)| *c).collect()
        };
        let first = of("low_share_vpr_ru5", 2024);
        assert_eq!(same(first, of("low_share_vpr_ma5", 2024)), ["school", "procedure", "year", "cohort"]);
        assert_eq!(same(first, of("low_share_vpr_ru6", 2025)), ["school", "procedure", "subject", "cohort"]);
        assert_eq!(same(first, of("low_share_oge_ru", 2024)), ["school", "subject", "year"]);
        assert_eq!(same(first, of("low_share_oge_ma", 2023)), ["school"]);
        assert_eq!(same(first, first), COMPONENTS);
    }
}
