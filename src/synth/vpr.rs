//! ВПР: how the pupils of a school score, task by task, and what stands in the journal.

use std::collections::BTreeMap;

use crate::base::Year;
use crate::stats::{Rng, logit};
use crate::synth::blueprint::{Blueprint, Subject};
use crate::synth::low::Curve;
use crate::synth::profile::{Profile, VprPlan, of_grade};
use crate::synth::pupil::Pupil;
use crate::synth::record::TestRecord;
use crate::synth::region::{Region, below, chance, logistic, successes};
use crate::synth::school::School;

/// Subjects of which two are drawn for a school and year, by grade.
const DRAWN: [(i32, &[Subject]); 3] = {
    use Subject::{Biology, Chemistry, English, Geography, History, Physics, Society};
    [
        (6, &[Biology, Geography, History, Society]),
        (7, &[Biology, English, Geography, History, Physics, Society]),
        (8, &[Biology, Chemistry, Geography, History, Physics, Society]),
    ]
};
/// Grades and subjects of a small region.
const NARROW: [i32; 2] = [5, 6];

/// A test of ВПР: its tasks, how easy it is in each year, and how probable a mark 2 is.
#[derive(Debug, Clone)]
struct Test {
    blueprint: Blueprint,
    ease: BTreeMap<Year, f64>,
    /// The probability of a total below the pass score, nobody lifted, over good and bad days.
    honest: Curve,
    /// On one day: the probability of a total below the pass score, and of totals one to five points below it.
    below: [Curve; 1 + REACH],
}

/// How many points below the pass score a school may lift from.
const REACH: usize = 5;

/// The tests by grade and subject.
#[derive(Debug, Clone)]
pub(in crate::synth) struct Tests(BTreeMap<(i32, Subject), Test>);

impl Tests {
    pub(in crate::synth) fn new(years: &[Year], schools: usize, profile: &Profile) -> Self {
        let whole = schools >= profile.tests.whole_from;
        let grades = profile.vpr.low_share.iter().flat_map(|(id, grades)| {
            let subject = Subject::TESTED.into_iter().find(|subject| subject.id() == id);
            grades.iter().filter_map(move |(grade, &low)| Some((grade.parse::<i32>().ok()?, subject?, low)))
        });
        let kept = grades.filter(|&(grade, subject, _)| {
            whole || (NARROW.contains(&grade) && Subject::ALL.contains(&subject))
        });
        Self(
            kept.filter_map(|(grade, subject, low)| {
                let blueprint = Blueprint::vpr(grade, subject)?;
                Some(((grade, subject), Test::new(blueprint, low, years, profile)))
            })
            .collect(),
        )
    }

    pub(in crate::synth) fn get(&self, grade: i32, subject: Subject) -> Option<&Blueprint> {
        self.0.get(&(grade, subject)).map(|test| &test.blueprint)
    }
}

impl Test {
    fn new(blueprint: Blueprint, low: f64, years: &[Year], profile: &Profile) -> Self {
        let plan = &profile.vpr;
        let part = plan.inflating * plan.inflated_tests;
        let [honest, printed, one, two, three, four, five] = Curve::each(|ability| {
            let totals = blueprint.totals(ability);
            let low = |nudge, taper: &[f64]| low_share(&totals, &blueprint, nudge, taper);
            let kind = low(plan.nudge, &plan.taper);
            let inflated = low(plan.inflated_nudge, &plan.inflated_taper);
            let [pass, ..] = blueprint.cuts;
            let at = |missing: u32| {
                let score = pass.checked_sub(missing).and_then(|score| usize::try_from(score).ok());
                score.and_then(|score| totals.get(score)).copied().unwrap_or_default()
            };
            let printed = (1.0 - part) * kind + part * inflated;
            [low(0.0, &[]), printed, at(1), at(2), at(3), at(4), at(5)]
        });
        let icc = of_grade(&profile.ability.icc, blueprint.grade).unwrap_or_default();
        let day = profile.ability.occasion_sd;
        let spread = (1.0 / (1.0 - icc) + day * day).sqrt();
        let ease = years
            .iter()
            .map(|&year| {
                let turn = usize::try_from((year.0 + 2).rem_euclid(plan.year_factors.len().max(1) as i32));
                let factor = turn.ok().and_then(|turn| plan.year_factors.get(turn)).copied().unwrap_or(1.0);
                let autumn = if is_autumn(profile, year) { plan.autumn_factor } else { 1.0 };
                (year, printed.centre_for((low * factor * autumn).min(0.95), spread))
            })
            .collect();
        let blurred = honest.blurred(day);
        Self { blueprint, ease, honest: blurred, below: [honest, one, two, three, four, five] }
    }
}

/// Was the ВПР of this year in autumn?
fn is_autumn(profile: &Profile, year: Year) -> bool {
    profile.tests.autumn_years.contains(&year.0)
}

/// The probability of a total below the pass score, after those just below were lifted with these probabilities.
fn low_share(totals: &[f64], test: &Blueprint, nudge: f64, taper: &[f64]) -> f64 {
    let [pass, ..] = test.cuts;
    let stays = (0..pass).map(|score| 1.0 - lift(pass - score, nudge, taper));
    totals.iter().zip(stays).map(|(p, stays)| p * stays).sum()
}

/// Probability that a total so many points below the pass score is lifted to it, where `nudge` is that for one point.
fn lift(points: u32, nudge: f64, taper: &[f64]) -> f64 {
    let at = usize::try_from(points).unwrap_or(usize::MAX).checked_sub(1);
    at.and_then(|at| taper.get(at)).map_or(0.0, |part| part * nudge)
}

/// One pupil in one test.
#[derive(Debug, Clone, PartialEq)]
pub struct Sitting {
    /// The pupil.
    pub pupil: Pupil,
    /// Five digits, the first is the grade.
    pub code: u32,
    /// 1 or 2.
    pub variant: u32,
    /// Points in the tasks, `None` where not attempted; no tasks at all for an absent pupil.
    pub points: Vec<Option<u32>>,
    /// The mark of the last term, where there is one.
    pub journal: Option<i32>,
    /// Was the total lifted over a cut?
    pub lifted: bool,
    /// Is the mark in the journal above that on an honest scale?
    pub journal_lifted: bool,
}

impl Sitting {
    /// Was the pupil there?
    #[must_use]
    pub fn present(&self) -> bool {
        !self.points.is_empty()
    }

    /// The total of the tasks.
    #[must_use]
    pub fn score(&self) -> u32 {
        self.points.iter().flatten().sum()
    }
}

impl Region {
    /// The test of a grade in a subject.
    #[must_use]
    pub fn test(&self, grade: i32, subject: Subject) -> Option<&Blueprint> {
        self.tests.get(grade, subject)
    }

    /// Grade and subject of every ВПР that some school sits, in the order of the table's key.
    pub fn vpr_tests(&self) -> impl Iterator<Item = (i32, Subject)> + '_ {
        self.tests.0.keys().copied()
    }

    /// `spring`, or `autumn` in the years in which the ВПР was moved.
    #[must_use]
    pub fn wave(&self, year: Year) -> &'static str {
        if is_autumn(&self.profile, year) { "autumn" } else { "spring" }
    }

    /// Does a school sit this test? Mathematics, Russian and the subjects of grades 4 and 5 are for all; of the others two
    /// are drawn for each school, grade and year.
    #[must_use]
    pub fn sits(&self, school: &School, year: Year, grade: i32, subject: Subject) -> bool {
        let drawn = DRAWN.iter().find(|&&(of, _)| of == grade && !Subject::ALL.contains(&subject));
        let Some(&(_, pool)) = drawn else { return true };
        let mut pool = pool.to_vec();
        self.rng(&format!("drawn {} {year} {grade}", school.id())).shuffle(&mut pool);
        pool.iter().take(2).any(|&one| one == subject)
    }

    /// How the pupils of a school did in a ВПР, in the order of their codes; empty where there is no such test.
    #[must_use]
    pub fn vpr(&self, school: &School, year: Year, grade: i32, subject: Subject) -> Vec<Sitting> {
        self.vpr_with_truth(school, year, grade, subject).map(|(sittings, _)| sittings).unwrap_or_default()
    }

    /// As [`Region::vpr`], with what is hidden in it; `None` where nobody sits the test.
    pub(in crate::synth) fn vpr_with_truth(
        &self,
        school: &School,
        year: Year,
        grade: i32,
        subject: Subject,
    ) -> Option<(Vec<Sitting>, TestRecord)> {
        let test = self.tests.0.get(&(grade, subject))?;
        if !school.exists(year) || !school.has(grade) || !self.sits(school, year, grade, subject) {
            return None;
        }
        let pupils = self.pupils(school, year, grade);
        let mut rng = self.rng(&format!("vpr {} {year} {grade} {}", school.id(), subject.id()));
        let mean_ease = test.ease.get(&year).copied().unwrap_or_default();
        let ease = mean_ease + self.profile.ability.occasion_sd * rng.normal();
        let marking = Marking::of(self, school, year, &mut rng);
        let first = u32::try_from(grade).unwrap_or_default() * 10_000;
        let honest = |pupil: &Pupil| test.honest.at(pupil.in_subject(subject) + mean_ease);
        let low = pupils.iter().map(honest).sum::<f64>() / pupils.len().max(1) as f64;
        let marked = |pupil: &Pupil| marking.low(test, pupil.in_subject(subject) + ease);
        let marked_low = pupils.iter().map(marked).sum::<f64>() / pupils.len().max(1) as f64;
        let sittings: Vec<Sitting> = pupils
            .into_iter()
            .map(|pupil| {
                let ability = pupil.in_subject(subject);
                let variant = 1 + u32::from(chance(&mut rng, 0.5));
                let away = chance(&mut rng, marking.absent(ability));
                let drawn = (!away).then(|| marking.points(&test.blueprint, ability + ease, &mut rng));
                let (points, lifted) = drawn.unwrap_or_default();
                let mark = test.blueprint.mark(points.iter().flatten().sum());
                let (journal, journal_lifted) = marking.journal(mark, &mut rng);
                Sitting {
                    pupil,
                    code: first + pupil.number,
                    variant,
                    points,
                    journal,
                    lifted,
                    journal_lifted,
                }
            })
            .collect();
        let mut record = TestRecord::of(&test.blueprint, &sittings);
        record.true_low_share = low;
        record.marked_low_share = marked_low;
        record.vpr_inflated = marking.inflates;
        record.journal_inflated = school.hidden.inflates_journal;
        Some((sittings, record))
    }

    /// What a shift of the ability of a school does to the logit of its share of marks 2, in an average school, pupil for
    /// pupil marked as the points say.
    pub(in crate::synth) fn vpr_slope(&self, grade: i32, subject: Subject) -> Option<f64> {
        let test = self.tests.0.get(&(grade, subject))?;
        let slopes: Vec<f64> = test.ease.values().map(|&ease| slope(&test.honest, ease)).collect();
        crate::stats::mean(&slopes)
    }
}

/// The change of the logit of a curve's mean over the pupils of a school, for one unit of ability.
pub(in crate::synth) fn slope(curve: &Curve, centre: f64) -> f64 {
    const STEP: f64 = 0.05;
    (logit(curve.over(centre + STEP, 1.0)) - logit(curve.over(centre - STEP, 1.0))) / (2.0 * STEP)
}

/// How a school marks one test, and who stays away from it.
struct Marking<'a> {
    profile: &'a Profile,
    inflates: bool,
    nudge: f64,
    leniency: f64,
    /// The leniency of all journals of this wave.
    wave: f64,
}

impl<'a> Marking<'a> {
    fn of(region: &'a Region, school: &School, year: Year, rng: &mut Rng) -> Self {
        let VprPlan { inflated_tests, inflated_nudge, .. } = region.profile.vpr;
        let inflates = chance(rng, inflated_tests) && school.hidden.inflates_vpr;
        Self {
            profile: &region.profile,
            inflates,
            nudge: if inflates { inflated_nudge } else { school.hidden.nudge },
            leniency: school.hidden.leniency,
            wave: if is_autumn(&region.profile, year) { region.profile.journal.autumn_leniency } else { 0.0 },
        }
    }

    fn absent(&self, ability: f64) -> f64 {
        let plan = &self.profile.absence;
        if plan.slope.abs() > 0.0 { logistic(logit(plan.share) + plan.slope * ability) } else { plan.share }
    }

    /// The probability that a pupil of this ability (with the ease of the day) is marked 2: below the pass score and not lifted.
    fn low(&self, test: &Test, ability: f64) -> f64 {
        let taper = if self.inflates { &self.profile.vpr.inflated_taper } else { &self.profile.vpr.taper };
        let [low, below @ ..] = &test.below;
        let lifted =
            (1..).zip(below).map(|(missing, curve)| lift(missing, self.nudge, taper) * curve.at(ability));
        (low.at(ability) - lifted.sum::<f64>()).max(0.0)
    }

    /// Points in the tasks, and whether the total was lifted over a cut.
    fn points(&self, test: &Blueprint, ability: f64, rng: &mut Rng) -> (Vec<Option<u32>>, bool) {
        let mut points: Vec<u32> =
            test.tasks.iter().map(|task| successes(rng, task.max, test.point(task, ability))).collect();
        let score: u32 = points.iter().sum();
        let plan = &self.profile.vpr;
        let taper = if self.inflates { &plan.inflated_taper } else { &plan.taper };
        let [pass, upper @ ..] = test.cuts;
        let (missing, p) = match upper.iter().find(|&&cut| score + 1 == cut) {
            _ if score < pass => (pass - score, lift(pass - score, self.nudge, taper)),
            Some(_) => (1, plan.upper_nudge),
            None => (0, 0.0),
        };
        let lifted = chance(rng, p);
        if lifted {
            raise(test, &mut points, missing, rng);
        }
        (points.into_iter().map(|score| (score > 0 || !chance(rng, 0.12)).then_some(score)).collect(), lifted)
    }

    /// The mark in the journal: mostly that of the test, more often above than below, hardly ever a 2. And whether it
    /// stands above the one that a teacher without leniency would have put down in the same case.
    fn journal(&self, mark: i32, rng: &mut Rng) -> (Option<i32>, bool) {
        let plan = &self.profile.journal;
        let (missing, draw, kept) = (chance(rng, plan.missing), rng.uniform(), chance(rng, plan.low_kept));
        let with = |leniency: f64| {
            let above = logistic(logit(plan.higher) + leniency);
            let below = logistic(logit(plan.lower) - leniency);
            // the same number of chance for both scales: more leniency never lowers a mark
            let moved = match draw {
                d if d < above => mark + 1,
                d if d > 1.0 - below => mark - 1,
                d if mark == 5 && d > 1.0 - below - plan.modest => mark - 1,
                _ => mark,
            };
            let moved = moved.clamp(2, 5);
            if moved == 2 && !kept { 3 } else { moved }
        };
        let put = with(self.leniency + self.wave);
        let lifted = !missing && put > with(self.wave);
        ((!missing).then_some(put), lifted)
    }
}

/// Adds points one by one to tasks that are not full.
fn raise(test: &Blueprint, points: &mut [u32], missing: u32, rng: &mut Rng) {
    for _ in 0..missing {
        let open: Vec<usize> = test
            .tasks
            .iter()
            .zip(points.iter())
            .enumerate()
            .filter_map(|(at, (task, &score))| (score < task.max).then_some(at))
            .collect();
        let chosen = open.get(below(rng, open.len())).copied();
        if let Some(score) = chosen.and_then(|at| points.get_mut(at)) {
            *score += 1;
        }
    }
}
