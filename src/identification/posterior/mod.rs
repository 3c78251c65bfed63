//! How sure a list is: the rule asked of draws of every school's true shares.
//!
//! The raw rule makes the list. Beside it stands the probability that the same rule would hold for the school's true
//! shares, those from which chance is removed, given all its results in all tests and years and those of all other schools.

mod model;
mod pupils;
mod ranks;

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Seed, Year};
use crate::identification::rows::Known;
use crate::method::ListRule;
use crate::stats::{GroupDraws, JointCounts, JointFit, Rng, fit_joint};
use crate::tables::ListModel;
use model::{COMPONENTS, Counts};
use pupils::{Sat, met};

pub(super) use pupils::Reliabilities;

/// Added to the key of a draw in which the rule holds: further than any deficit reaches.
const HOLDS: f32 = 1_000.0;

/// The shares that a rule looks at in a school: year by year the criteria that can be assessed.
pub(super) type Plan = Vec<Vec<(usize, Year)>>;

/// What is asked of a school's draws.
pub(super) struct Question {
    pub school: String,
    /// The lists are not about it (any more): the model is not about it either.
    pub outside: bool,
    /// By the years of the list; `None` where the school is not assessable.
    pub now: Option<Plan>,
    /// By the years of the list before.
    pub before: Option<Plan>,
}

/// A share of draws, and the standard error that comes from their finite number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Chance {
    pub value: f64,
    pub error: f64,
}

/// What the draws say of a school.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Answer {
    pub now: Option<Chance>,
    pub before: Option<Chance>,
    /// Held before and holds now; held before only; holds now only.
    pub both: Option<f64>,
    pub left: Option<f64>,
    pub entered: Option<f64>,
    /// Each criterion alone.
    pub criteria: BTreeMap<(usize, Year), f64>,
    /// Mean of log-odds minus those of the average school, over the shares that count; larger is worse.
    pub deficit: Option<f64>,
    pub rank: Option<(i32, i32, i32)>,
    pub tier: Option<i32>,
}

/// Answers by school, and the model behind them.
#[derive(Default)]
pub(super) struct Posterior {
    pub answers: BTreeMap<String, Answer>,
    pub model: Option<ListModel>,
}

/// Asks the draws. Where there are too few schools for a model nothing is known.
pub(super) fn ask(
    known: &Known<'_>,
    rule: &ListRule,
    years: &[Year],
    seed: Seed,
    questions: &[Question],
) -> Posterior {
    let outside: BTreeSet<&str> = questions
        .iter()
        .filter(|question| question.outside)
        .map(|question| question.school.as_str())
        .collect();
    let (draws, reliabilities) = (known.draws, known.reliabilities);
    let counts = Counts::of(known.pack, rule, years, known.cells, &outside);
    let joint = JointCounts {
        groups: &counts.groups,
        tests: &counts.tests,
        low: &counts.low,
        all: &counts.all,
        components: &counts.components,
    };
    let Some(fit) = Some(draws).filter(|draws| *draws > 0).and_then(|_| fit_joint(joint, seed.0).ok()) else {
        return Posterior::default();
    };
    let asked: BTreeMap<&str, &Question> = questions.iter().map(|q| (q.school.as_str(), q)).collect();
    let (cut, pupils_seed) = (Cut::of(rule), seed.of("pupils").0);
    let told = fit.sample(draws, seed.0, |drawn| {
        let school = counts.schools.get(drawn.group)?;
        let question = asked.get(school.as_str())?;
        let shares = counts.shares.get(drawn.group)?;
        let mut rng = Rng::part(pupils_seed, drawn.group as u64);
        let met: Vec<Vec<bool>> = counts
            .sat(drawn.group)
            .zip(shares)
            .enumerate()
            .map(|(cell, ((low, all), &(criterion, year)))| {
                let id = rule.criteria.get(criterion).map_or("", String::as_str);
                let sat = Sat { low, all, reliability: reliabilities.get(id, year) };
                met(sat, cut, drawn.log_odds_of(cell), &mut rng)
            })
            .collect();
        Some((school.clone(), told(question, shares, cut, drawn, &met)))
    });
    let Some(told) = told else { return Posterior::default() };
    let told: Vec<(String, Told)> = told.into_iter().flatten().collect();
    let model = describe(rule, years, &counts, &fit, draws, seed, &told);
    Posterior { answers: ranked(told), model: Some(model) }
}

/// The pack's threshold.
#[derive(Clone, Copy)]
struct Cut {
    share: f64,
    upward: bool,
    at_least: usize,
}

impl Cut {
    fn of(rule: &ListRule) -> Self {
        let condition = rule.condition;
        Self {
            share: condition.threshold.value(),
            upward: condition.comparison.is_upward(),
            at_least: rule.at_least,
        }
    }

    /// True shares are never exactly at the threshold, so that `>=` and `>` are one.
    fn holds(self, share: f64) -> bool {
        (share >= self.share) == self.upward
    }
}

/// What one school's draws say, before schools are compared.
struct Told {
    answer: Answer,
    /// By draw; empty where the school is not assessable.
    keys: Vec<f32>,
}

fn told(
    question: &Question,
    shares: &[(usize, Year)],
    cut: Cut,
    drawn: &GroupDraws<'_>,
    met: &[Vec<bool>],
) -> Told {
    let holds = |plan: &Plan| -> Option<Vec<bool>> {
        let years: Vec<Vec<&Vec<bool>>> = plan
            .iter()
            .map(|year| {
                let place = |share| shares.iter().position(|known| known == share);
                year.iter().map(|share| place(share).and_then(|cell| met.get(cell))).collect()
            })
            .collect::<Option<_>>()?;
        let of_draw = |draw: usize| {
            years.iter().all(|year| {
                let met = year.iter().filter(|cell| cell.get(draw) == Some(&true)).count();
                met >= cut.at_least
            })
        };
        Some((0..drawn.draws).map(of_draw).collect())
    };
    let (now, before) = (question.now.as_ref().and_then(holds), question.before.as_ref().and_then(holds));
    let pair = |a: bool, b: bool| {
        let (now, before) = (now.as_ref()?, before.as_ref()?);
        Some(share(
            now.iter().zip(before).filter(|(now, before)| (**before, **now) == (a, b)).count(),
            drawn.draws,
        ))
    };
    let mut answer = Answer {
        now: now.as_deref().map(chance),
        before: before.as_deref().map(chance),
        both: pair(true, true),
        left: pair(true, false),
        entered: pair(false, true),
        ..Answer::default()
    };
    for (met, share_of) in met.iter().zip(shares) {
        let met = met.iter().filter(|met| **met).count();
        answer.criteria.insert(*share_of, share(met, drawn.draws));
    }
    let counted: Vec<usize> = question
        .now
        .iter()
        .flatten()
        .flatten()
        .filter_map(|share| shares.iter().position(|known| known == share))
        .collect();
    let mut keys = Vec::new();
    if let Some(now) = now.filter(|_| !counted.is_empty()) {
        let sign = if cut.upward { 1.0 } else { -1.0 };
        let deficits: Vec<f64> = (0..drawn.draws)
            .map(|draw| {
                let own = counted.iter().filter_map(|cell| drawn.own_of(*cell).get(draw));
                sign * own.sum::<f64>() / number(counted.len())
            })
            .collect();
        answer.deficit = crate::stats::mean(&deficits);
        #[expect(clippy::cast_possible_truncation, reason = "seven digits are enough to compare")]
        let key = |(deficit, holds): (&f64, bool)| *deficit as f32 + if holds { HOLDS } else { 0.0 };
        keys = deficits.iter().zip(now).map(key).collect();
    }
    Told { answer, keys }
}

#[expect(clippy::cast_precision_loss, reason = "a number of draws")]
fn number(count: usize) -> f64 {
    count as f64
}

fn share(count: usize, draws: usize) -> f64 {
    number(count) / number(draws.max(1))
}

/// The share of draws in which it holds, with its standard error by means of batches: draws of one batch have their
/// hyperparameters in common.
fn chance(holds: &[bool]) -> Chance {
    let draws = holds.len();
    let batches = JointFit::batches(draws).max(1);
    let mut rest = holds;
    let means: Vec<f64> = (0..batches)
        .map(|batch| {
            let size = draws / batches + usize::from(batch < draws % batches);
            let (own, others) = rest.split_at(size.min(rest.len()));
            rest = others;
            share(own.iter().filter(|holds| **holds).count(), own.len())
        })
        .collect();
    let spread = crate::stats::standard_deviation(&means).unwrap_or_default();
    let value = share(holds.iter().filter(|holds| **holds).count(), draws);
    Chance { value, error: spread / number(batches).sqrt() }
}

/// Puts the assessable schools in order: by the probability in whole per cent, then by the deficit.
fn ranked(told: Vec<(String, Told)>) -> BTreeMap<String, Answer> {
    let (mut named, mut keys): (Vec<(String, Answer)>, Vec<Vec<f32>>) = (Vec::new(), Vec::new());
    let mut answers = BTreeMap::new();
    for (school, Told { answer, keys: own }) in told {
        if own.is_empty() {
            answers.insert(school, answer);
        } else {
            named.push((school, answer));
            keys.push(own);
        }
    }
    let by = |place: &usize| {
        let answer = named.get(*place).map(|(_, answer)| answer);
        let probability = answer.and_then(|answer| answer.now).map_or(0.0, |chance| chance.value);
        // as it is printed: finer differences than a percent are those of the draws
        (libm::round(100.0 * probability), answer.and_then(|answer| answer.deficit).unwrap_or_default())
    };
    let mut order: Vec<usize> = (0..named.len()).collect();
    order.sort_by(|a, b| {
        let ((pa, da), (pb, db)) = (by(a), by(b));
        pb.total_cmp(&pa).then(db.total_cmp(&da)).then(a.cmp(b))
    });
    let places = ranks::places(&order, &keys);
    for ((school, answer), place) in named.into_iter().zip(places) {
        let rank = Some((place.rank, place.low, place.high));
        answers.insert(school, Answer { rank, tier: Some(place.tier), ..answer });
    }
    answers
}

fn describe(
    rule: &ListRule,
    years: &[Year],
    counts: &Counts,
    fit: &JointFit,
    draws: usize,
    seed: Seed,
    told: &[(String, Told)],
) -> ListModel {
    let spread = |name: &str| {
        let place = COMPONENTS.iter().position(|component| *component == name)?;
        let kept = counts.known.iter().position(|known| *known == place)?;
        fit.spreads.get(kept).copied()
    };
    let whole = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
    let errors = told.iter().filter_map(|(_, told)| told.answer.now).map(|chance| chance.error);
    ListModel {
        list: rule.id.clone(),
        year: years.last().map_or(0, |year| year.0),
        draws: whole(draws),
        seed: seed.0.to_string(),
        schools: whole(counts.schools.len()),
        shares: whole(counts.groups.len()),
        error_max: errors.fold(0.0, f64::max),
        spread_school: spread("school"),
        spread_procedure: spread("procedure"),
        spread_subject: spread("subject"),
        spread_year: spread("year"),
        spread_cohort: spread("cohort"),
        spread_share: spread("share"),
    }
}
