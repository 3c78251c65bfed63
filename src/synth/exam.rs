//! ОГЭ and ЕГЭ: first attempts in the main period, retakes, people from outside.

use std::sync::LazyLock;

use crate::base::Year;
use crate::stats::Rng;
use crate::synth::blueprint::Subject;
use crate::synth::low::Curve;
use crate::synth::pupil::Pupil;
use crate::synth::record::TestRecord;
use crate::synth::region::{Region, below, chance, logistic, successes};
use crate::synth::school::{Kind, School};

/// What a standard deviation of ability does to the logit of a point.
const STEEPNESS: f64 = 0.8;
/// A good or a bad day of one pupil, in standard deviations of ability.
const DAY: f64 = 0.3;
/// By how much those who go on to grade 10 are better.
const SENIOR: f64 = 0.35;

/// An exam.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exam {
    /// ОГЭ.
    Oge(Subject),
    /// ГВЭ instead of ОГЭ.
    Gve(Subject),
    /// ЕГЭ in Russian.
    EgeRussian,
    /// ЕГЭ in mathematics, base level: a mark and no test score.
    EgeBase,
    /// ЕГЭ in mathematics, profile level.
    EgeProfile,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Wrote it.
    Present,
    /// Did not come.
    Absent,
    /// Was sent out.
    Removed,
    /// Result cancelled.
    Annulled,
}

/// When.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Period {
    /// Main period.
    Main,
    /// Reserve days.
    Reserve,
    /// September.
    September,
}

/// Who.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Category {
    /// In the last grade.
    Graduate,
    /// Left school earlier.
    PastGraduate,
    /// At a college.
    College,
}

/// One pupil at one exam, one attempt.
#[derive(Debug, Clone, PartialEq)]
pub struct Attempt {
    /// The pupil.
    pub pupil: Pupil,
    /// Grade 9 or 11.
    pub grade: i32,
    /// The exam.
    pub exam: Exam,
    /// What happened.
    pub outcome: Outcome,
    /// When.
    pub period: Period,
    /// From 1.
    pub attempt: i32,
    /// Who.
    pub category: Category,
    /// Primary score.
    pub score: Option<u32>,
    /// Test score of ЕГЭ, 0–100.
    pub test_score: Option<u32>,
    /// Mark 2–5.
    pub mark: Option<i32>,
}

impl Attempt {
    /// Was the exam passed?
    #[must_use]
    pub fn passed(&self) -> bool {
        self.mark.map_or(self.test_score >= Some(self.exam.minimum()), |mark| mark > 2)
    }
}

impl Exam {
    /// The subject's word in the tables.
    #[must_use]
    pub fn subject(self) -> Subject {
        match self {
            Self::Oge(subject) | Self::Gve(subject) => subject,
            Self::EgeRussian => Subject::Russian,
            Self::EgeBase | Self::EgeProfile => Subject::Maths,
        }
    }

    /// Lowest test score that passes; 0 where marks are given.
    #[must_use]
    pub fn minimum(self) -> u32 {
        match self {
            Self::EgeRussian => 24,
            Self::EgeProfile => 27,
            _ => 0,
        }
    }

    /// Highest primary score, the ease, and the lower bounds of the marks 3, 4, 5 where marks are given.
    fn scale(self) -> (u32, f64, Option<[u32; 3]>) {
        match self {
            Self::Oge(Subject::Russian) => (33, 1.30, Some([15, 23, 29])),
            Self::Oge(_) => (31, 0.15, Some([8, 15, 22])),
            Self::Gve(_) => (14, 0.60, Some([4, 8, 11])),
            Self::EgeRussian => (50, 0.75, None),
            Self::EgeBase => (21, 1.20, Some([7, 12, 17])),
            Self::EgeProfile => (32, -0.70, None),
        }
    }

    /// How the pupils that sit it differ from those of the ВПР, in standard deviations of ability.
    pub(in crate::synth) fn selection(self) -> f64 {
        if self.procedure() == "ege" { SENIOR } else { 0.0 }
    }

    /// The lowest primary score that passes.
    fn pass(self) -> u32 {
        let (max, _, marks) = self.scale();
        let by_test =
            || (0..=max).find(|&score| self.test_score(score) >= Some(self.minimum())).unwrap_or(max);
        marks.map_or_else(by_test, |[pass, ..]| pass)
    }

    /// The probability of a result below the minimum, over good and bad days.
    pub(in crate::synth) fn low_curve(self) -> Curve {
        let ((max, ease, _), pass) = (self.scale(), self.pass());
        let low = |ability: f64| {
            let odds = libm::exp(STEEPNESS * ability + ease);
            // binomial probabilities one after the other, from that of no point at all
            let none = libm::exp(-f64::from(max) * libm::log1p(odds));
            let next = |p: &f64, score: u32| p * odds * f64::from(max - score) / f64::from(score + 1);
            let all = (0..pass).scan(none, |p, score| {
                let now = *p;
                *p = next(p, score);
                Some(now)
            });
            all.sum::<f64>().min(1.0)
        };
        Curve::of(low).blurred(DAY)
    }

    /// Test score of a primary score: steep up to the minimum, flat later.
    fn test_score(self, score: u32) -> Option<u32> {
        let (max, _, marks) = self.scale();
        let share = f64::from(score) / f64::from(max);
        let bend = match self {
            Self::EgeRussian => 0.88,
            _ => 0.70,
        };
        marks.is_none().then(|| libm::round(100.0 * libm::pow(share, bend)) as u32)
    }
}

impl Region {
    /// ОГЭ and ГВЭ of a school, in the order of pupils, subjects and attempts.
    #[must_use]
    pub fn oge(&self, school: &School, year: Year) -> Vec<Attempt> {
        if school.kind == Kind::Correctional {
            return Vec::new();
        }
        let mut rng = self.rng(&format!("oge {} {year}", school.id()));
        let mut attempts = Vec::new();
        for pupil in self.pupils(school, year, 9) {
            let gve = chance(&mut rng, 0.02);
            for subject in Subject::ALL {
                let exam = if gve { Exam::Gve(subject) } else { Exam::Oge(subject) };
                self.attempts(&mut attempts, pupil, 9, exam, Category::Graduate, &mut rng);
            }
        }
        attempts
    }

    /// ЕГЭ of a school, in the order of pupils, subjects and attempts.
    #[must_use]
    pub fn ege(&self, school: &School, year: Year) -> Vec<Attempt> {
        let mut rng = self.rng(&format!("ege {} {year}", school.id()));
        let mut attempts = Vec::new();
        for mut pupil in self.pupils(school, year, 11) {
            let [maths, russian] = pupil.ability;
            pupil.ability = [maths + SENIOR, russian + SENIOR];
            let category = match below(&mut rng, 60) {
                0 => Category::PastGraduate,
                1 => Category::College,
                _ => Category::Graduate,
            };
            let profile = chance(&mut rng, logistic(1.4 * maths - 0.1));
            let exam = if profile { Exam::EgeProfile } else { Exam::EgeBase };
            for exam in [exam, Exam::EgeRussian] {
                self.attempts(&mut attempts, pupil, 11, exam, category, &mut rng);
            }
        }
        attempts
    }

    /// The first attempt, and where it failed one or two more.
    fn attempts(
        &self,
        attempts: &mut Vec<Attempt>,
        pupil: Pupil,
        grade: i32,
        exam: Exam,
        category: Category,
        rng: &mut Rng,
    ) {
        for (attempt, period) in (1..).zip([Period::Main, Period::Reserve, Period::September]) {
            let lift = 0.25 * f64::from(attempt - 1);
            let sat = sit(pupil, grade, exam, lift, rng);
            let again = !sat.passed() && category == Category::Graduate && chance(rng, 0.9);
            attempts.push(Attempt { period, attempt, category, ..sat });
            if !again {
                break;
            }
        }
    }
}

/// The exams by which schools are judged, with their curves.
static EXAMS: LazyLock<[(Exam, Curve); 4]> = LazyLock::new(|| {
    let exams = [Exam::EgeProfile, Exam::EgeRussian, Exam::Oge(Subject::Maths), Exam::Oge(Subject::Russian)];
    exams.map(|exam| (exam, exam.low_curve()))
});

/// The exam that judges schools in this procedure and subject, with its curve.
pub(in crate::synth) fn judging(procedure: &str, subject: Subject) -> Option<&'static (Exam, Curve)> {
    EXAMS.iter().find(|(exam, _)| exam.subject() == subject && exam.procedure() == procedure)
}

impl Exam {
    /// `oge` or `ege`.
    #[must_use]
    pub fn procedure(self) -> &'static str {
        match self {
            Self::Oge(_) | Self::Gve(_) => "oge",
            Self::EgeRussian | Self::EgeBase | Self::EgeProfile => "ege",
        }
    }
}

impl TestRecord {
    /// A school in an exam: its graduates in the main period. `None` where none was to sit it.
    pub(in crate::synth) fn of_exam(attempts: &[Attempt], exam: Exam, curve: &Curve) -> Option<Self> {
        let counted = |attempt: &&Attempt| {
            attempt.exam == exam && attempt.period == Period::Main && attempt.category == Category::Graduate
        };
        let mut record = Self::default();
        let mut pupils = 0u32;
        for attempt in attempts.iter().filter(counted) {
            pupils += 1;
            record.true_low_share += curve.at(attempt.pupil.in_subject(exam.subject()));
            if attempt.outcome == Outcome::Present {
                record.participants += 1;
                record.low += u32::from(!attempt.passed());
            }
        }
        record.true_low_share /= f64::from(pupils.max(1));
        // exams are marked honestly, and a good or bad day is a pupil's own
        record.marked_low_share = record.true_low_share;
        (pupils > 0).then_some(record)
    }
}

fn sit(pupil: Pupil, grade: i32, exam: Exam, lift: f64, rng: &mut Rng) -> Attempt {
    let outcome = match below(rng, 1000) {
        0..=11 => Outcome::Absent,
        12 => Outcome::Removed,
        13 => Outcome::Annulled,
        _ => Outcome::Present,
    };
    let (max, ease, cuts) = exam.scale();
    let ability = pupil.in_subject(exam.subject()) + lift + DAY * rng.normal();
    let score = successes(rng, max, logistic(STEEPNESS * ability + ease));
    let present = outcome == Outcome::Present;
    let mark = cuts.map(|cuts| 2 + cuts.iter().map(|&cut| i32::from(score >= cut)).sum::<i32>());
    Attempt {
        pupil,
        grade,
        exam,
        outcome,
        period: Period::Main,
        attempt: 1,
        category: Category::Graduate,
        score: present.then_some(score),
        test_score: exam.test_score(score).filter(|_| present),
        mark: mark.filter(|_| present),
    }
}
