//! Lists: who is truly low by the pack's own rule, and what verdicts and probabilities are worth.

use std::collections::BTreeMap;

use polars::prelude::DataFrame;

use super::Judged;
use super::counts::{Agreement, BySize, Share, SizeClass};
use super::truth::{TestLine, Truth, kinds};
use crate::base::{Result, Year};
use crate::method::{ListRule, MethodPack};
use crate::synth::counted::counted_tests;
use crate::synth::low_by_rule::{Shares, TrueCells};
use crate::tables::{Register, floats, ints, texts};

/// Edges of the groups of probabilities.
const EDGES: [f64; 8] = [0.0, 0.05, 0.2, 0.4, 0.6, 0.8, 0.95, 1.0];

/// A list of a year.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct ListScore {
    /// The list's id.
    pub list: String,
    /// Its year.
    pub year: i32,
    /// Held against the shares of an honest marking.
    pub honest: Held,
    /// Held against the shares as the schools mark: chance is removed, inflation is not. Of the run's figures no more can
    /// be asked.
    pub marked: Held,
}

/// A list against one of the two truths.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Held {
    /// The raw rule's answers, by size of school.
    pub raw: Vec<Agreement>,
    /// The verdict `yes` as an answer, `no` and `undecided` as the other one; empty where nothing was drawn.
    pub yes: Vec<Agreement>,
    /// What the verdicts are worth; the undecided schools are counted here.
    pub words: Vec<WordLine>,
    /// What the probability of a school is worth; empty where nothing was drawn.
    pub schools: Vec<Bin>,
    /// What the probability of a criterion is worth, by size of school.
    pub criteria: Vec<Bin>,
}

/// The schools of one state and one word.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct WordLine {
    /// `listed`, `not_listed`.
    pub state: String,
    /// `yes`, `no`, `undecided`.
    pub verdict: String,
    /// Those of them that are truly low.
    pub truly_low: Share,
}

/// The answers that were given a probability of this group: as many should be true.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Bin {
    /// The size of the schools.
    pub size: SizeClass,
    /// Lower edge.
    pub from: f64,
    /// Upper edge.
    pub to: f64,
    /// Mean of the probabilities.
    pub said: f64,
    /// Those that are true.
    pub truly: Share,
}

/// The lists of the pack.
pub(super) fn score(judged: &Judged<'_>, truth: &Truth) -> Result<Vec<ListScore>> {
    let Some(entries) = (judged.tables)("list_entry")?.filter(|_| !truth.tests.is_empty()) else {
        return Ok(Vec::new());
    };
    let reasons = (judged.tables)("reason")?;
    let register = (judged.tables)("school")?.as_ref().map(Register::read).transpose()?;
    // as the pack counts the pupils of a branch with its parent, so does the truth
    let register = register.filter(|_| judged.pack.population.branches_with_parent);
    let mut scores = Vec::new();
    for rule in &judged.pack.lists {
        let of = |share| true_cells(judged.pack, rule, truth, register.as_ref(), share);
        let (honest, marked) = (of(|line| line.low_share)?, of(|line| line.marked_share)?);
        let years: std::collections::BTreeSet<i32> =
            entries_of(&entries, rule)?.map(|entry| entry.year).collect();
        for year in years {
            let mine: Vec<Entry> = entries_of(&entries, rule)?.filter(|entry| entry.year == year).collect();
            let against = |cells| one(judged, truth, rule, cells, year, &mine, reasons.as_ref());
            let (honest, marked) = (against(&honest)?, against(&marked)?);
            scores.push(ListScore { list: rule.id.clone(), year, honest, marked });
        }
    }
    Ok(scores)
}

struct Entry {
    year: i32,
    school: String,
    state: String,
    verdict: Option<String>,
    probability: Option<f64>,
}

fn entries_of<'a>(frame: &DataFrame, rule: &'a ListRule) -> Result<impl Iterator<Item = Entry> + use<'a>> {
    let (lists, years) = (texts(frame, "list")?, ints(frame, "year")?);
    let (schools, states) = (texts(frame, "school_id")?, texts(frame, "state")?);
    let (verdicts, probabilities) = (texts(frame, "verdict")?, floats(frame, "probability")?);
    let rows = lists.into_iter().zip(years).zip(schools.into_iter().zip(states));
    let rows = rows.zip(verdicts.into_iter().zip(probabilities));
    let rows = rows.filter(|(((list, _), _), _)| list.as_deref() == Some(&rule.id));
    Ok(rows.map(|(((_, year), (school, state)), (verdict, probability))| Entry {
        year: year.unwrap_or_default(),
        school: school.unwrap_or_default(),
        state: state.unwrap_or_default(),
        verdict,
        probability,
    }))
}

fn one(
    judged: &Judged<'_>,
    truth: &Truth,
    rule: &ListRule,
    cells: &TrueCells<'_, String>,
    year: i32,
    entries: &[Entry],
    reasons: Option<&DataFrame>,
) -> Result<Held> {
    let sizes = truth.sizes(Year(year));
    let size = |school: &str| sizes.get(school).map_or(SizeClass::Under10, |&n| SizeClass::of(n));
    let known: Vec<Year> = judged.years.iter().copied().filter(|known| known.0 <= year).collect();
    let (mut raw, mut yes) = (BySize::default(), BySize::default());
    let mut words: BTreeMap<(&str, &str), (u64, u64)> = BTreeMap::new();
    let mut schools = Bins::default();
    for entry in entries.iter().filter(|entry| entry.state != "out_of_population") {
        let Some(low) = cells.truly_low(&known, &entry.school) else { continue };
        let said = (entry.state != "not_assessable").then_some(entry.state == "listed");
        raw.add(size(&entry.school), said, low);
        if let Some(word) = &entry.verdict {
            yes.add(size(&entry.school), Some(word == "yes"), low);
            let line = words.entry((&entry.state, word)).or_default();
            *line = (line.0 + u64::from(low), line.1 + 1);
        }
        if let Some(probability) = entry.probability {
            schools.add(size(&entry.school), probability, low);
        }
    }
    let words = words.into_iter().filter_map(|((state, verdict), (low, all))| {
        let (state, verdict) = (state.to_owned(), verdict.to_owned());
        Some(WordLine { state, verdict, truly_low: Share::new(low, all)? })
    });
    let criteria = match reasons {
        Some(reasons) => criteria(rule, cells, year, reasons)?,
        None => Bins::default(),
    };
    Ok(Held {
        raw: raw.agreements(),
        yes: yes.agreements(),
        words: words.collect(),
        schools: schools.lines(),
        criteria: criteria.lines(),
    })
}

/// Probabilities of single criteria, where the run could assess them.
fn criteria(rule: &ListRule, cells: &TrueCells<'_, String>, year: i32, reasons: &DataFrame) -> Result<Bins> {
    let (lists, years) = (texts(reasons, "list")?, ints(reasons, "year")?);
    let (schools, criteria) = (texts(reasons, "school_id")?, texts(reasons, "criterion")?);
    let (of, states) = (ints(reasons, "criterion_year")?, texts(reasons, "state")?);
    let (probabilities, pupils) =
        (floats(reasons, "probability")?, crate::tables::int64s(reasons, "denominator")?);
    let mut bins = Bins::default();
    let rows = lists.into_iter().zip(years).zip(schools.into_iter().zip(criteria));
    let rows = rows.zip(of.into_iter().zip(states)).zip(probabilities.into_iter().zip(pupils));
    for ((((list, list_year), (school, criterion)), (of, state)), (probability, pupils)) in rows {
        let mine = list.as_deref() == Some(&rule.id) && list_year == Some(year);
        let (Some(school), Some(criterion), Some(of)) = (school, criterion, of) else { continue };
        let (Some(probability), Some(pupils)) = (probability, pupils) else { continue };
        let at = rule.criteria.iter().position(|known| *known == criterion);
        let cell = at.and_then(|at| cells.get(Year(of), &school, at));
        if let (true, Some("value"), Some((low, all))) = (mine, state.as_deref(), cell.and_then(|c| c.counts))
        {
            #[expect(clippy::cast_precision_loss, reason = "a number of pupils")]
            let size = SizeClass::of(pupils as f64);
            bins.add(size, probability, rule.condition.holds(low, all));
        }
    }
    Ok(bins)
}

/// True shares by year and school, as the pack looks at them: groups of its least number of participants, branches with their
/// parents where it counts them so.
#[expect(clippy::cast_precision_loss, reason = "a number of pupils")]
fn true_cells<'a>(
    pack: &MethodPack,
    rule: &'a ListRule,
    truth: &Truth,
    register: Option<&Register>,
    share: fn(&TestLine) -> f64,
) -> Result<TrueCells<'a, String>> {
    let kinds: Vec<_> = kinds(&truth.tests).into_iter().collect();
    let mut shares = Shares::of(rule);
    for (at, id) in rule.criteria.iter().enumerate() {
        let Some(indicator) = pack.indicator(id) else { continue };
        let counted = counted_tests(indicator, &kinds)?;
        for line in &truth.tests {
            if counted.contains(&line.kind()) && !indicator.excludes(line.year) {
                let head = register.and_then(|register| register.head(&line.school, line.year));
                let school = head.unwrap_or(&line.school).to_owned();
                shares.add((line.year, school), at, share(line), line.participants);
            }
        }
    }
    let indicator = |at: usize| rule.criteria.get(at).and_then(|id| pack.indicator(id));
    Ok(shares.cells(|at| indicator(at).map_or(1.0, |indicator| indicator.min_n as f64)))
}

/// Answers by size and group of probabilities: their sum, those that are true, and all.
#[derive(Default)]
struct Bins(BTreeMap<(SizeClass, usize), (f64, u64, u64)>);

impl Bins {
    fn add(&mut self, size: SizeClass, probability: f64, is_true: bool) {
        let inner = EDGES.iter().skip(1).take(EDGES.len() - 2);
        let bin = inner.filter(|&&edge| probability >= edge).count();
        for size in [SizeClass::All, size] {
            let sum = self.0.entry((size, bin)).or_default();
            *sum = (sum.0 + probability, sum.1 + u64::from(is_true), sum.2 + 1);
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of answers")]
    fn lines(&self) -> Vec<Bin> {
        let line = |(&(size, bin), &(sum, yes, all)): (&(SizeClass, usize), &(f64, u64, u64))| {
            let edge = |at: usize| EDGES.get(at).copied().unwrap_or(1.0);
            let truly = Share::new(yes, all)?;
            Some(Bin { size, from: edge(bin), to: edge(bin + 1), said: sum / all as f64, truly })
        };
        self.0.iter().filter_map(line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Bins, SizeClass};

    #[test]
    fn a_probability_stands_in_the_group_that_begins_with_it() {
        let mut bins = Bins::default();
        for probability in [0.0, 0.049, 0.05, 0.8, 0.94, 0.95, 1.0] {
            bins.add(SizeClass::Larger, probability, probability > 0.5);
        }
        let lines: Vec<_> = bins.lines().into_iter().filter(|line| line.size == SizeClass::All).collect();
        let groups: Vec<_> = lines.iter().map(|line| (line.from, line.truly.of, line.truly.count)).collect();
        assert_eq!(groups, [(0.0, 2, 0), (0.05, 1, 0), (0.8, 2, 2), (0.95, 2, 2)]);
        assert!((lines[2].said - 0.87).abs() < 1e-12);
    }
}
