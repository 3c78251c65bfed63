//! The hand of a school: how it writes what stands in a test's form, mistakes included.

use std::collections::BTreeSet;

use super::kind::DirtKind;
use super::ledger::Written;
use super::plan::{Plan, Test};
use crate::grid::Value;
use crate::synth::blueprint::Blueprint;
use crate::synth::school::{Kind, School};
use crate::synth::vpr::Sitting;

/// One school filling in one form.
pub(super) struct Hand<'a> {
    plan: &'a Plan,
    test: &'a Blueprint,
    pub(super) school: &'a School,
    pub(super) number: usize,
    /// What is wrong with this school in this test.
    pub(super) kind: Option<DirtKind>,
    /// The pupil whom a single mistake meets.
    victim: Option<usize>,
    one_class: bool,
    text: bool,
}

impl<'a> Hand<'a> {
    pub(super) fn new(
        plan: &'a Plan,
        key: Test,
        test: &'a Blueprint,
        (number, school): (usize, &'a School),
        sittings: &[Sitting],
    ) -> Self {
        let kind = plan.in_test(key, number);
        let letters: BTreeSet<char> = sittings.iter().map(|sitting| sitting.pupil.letter()).collect();
        let text = kind == Some(DirtKind::NumbersAsText) || plan.test_file(key, DirtKind::TextFile);
        let victim = victim(kind, test, sittings);
        Self { plan, test, school, number, kind, victim, one_class: letters.len() == 1, text }
    }

    /// The same hand, writing for a school that nobody knows.
    pub(super) fn of_stranger<'b>(&self, stranger: &'b School) -> Hand<'b>
    where
        'a: 'b,
    {
        Hand { school: stranger, kind: None, victim: None, ..*self }
    }

    /// Is this what is wrong with the school?
    pub(super) fn is(&self, kind: DirtKind) -> bool {
        self.kind == Some(kind)
    }

    /// Does this mistake meet this pupil?
    pub(super) fn strikes(&self, kind: DirtKind, at: usize) -> bool {
        self.is(kind) && self.victim == Some(at)
    }

    fn habit(&self, kind: DirtKind) -> bool {
        self.plan.has_habit(kind, self.number)
    }

    /// Does the school spell classes in a way of its own?
    pub(super) fn spells_classes(&self) -> bool {
        let kinds = [DirtKind::ClassSpelling, DirtKind::ClassLookalike, DirtKind::ClassWithoutLetter];
        kinds.into_iter().any(|kind| self.habit(kind))
    }

    fn pick(&self, texts: &[&'static str]) -> &'static str {
        texts.get(self.number % texts.len().max(1)).copied().unwrap_or_default()
    }

    /// A number, or its text.
    pub(super) fn figure(&self, number: u32) -> Value {
        if self.text { number.to_string().into() } else { number.into() }
    }

    /// The login, alone in its cell.
    pub(super) fn login(&self, at: usize) -> Written {
        let login = self.school.login();
        if self.strikes(DirtKind::SchoolUnreadable, at) {
            return ("школа".into(), Some(DirtKind::SchoolUnreadable));
        }
        if !self.is(DirtKind::LoginForm) || self.school.kind == Kind::Correctional {
            return (login.into(), None);
        }
        let digits = &self.school.digits;
        let forms = [format!("sch{digits}"), format!("EDU{digits} "), digits.clone()];
        let form = forms.get(self.number % 3).cloned().unwrap_or(login);
        (form.into(), Some(DirtKind::LoginForm))
    }

    /// Login and name: `edu990017 | МБОУ «СОШ № 12»`.
    pub(super) fn label(&self, at: usize) -> Written {
        let (login, kind) = self.login(at);
        let name = &self.school.name_short;
        match (login, kind) {
            (_, Some(DirtKind::SchoolUnreadable)) => (name.as_str().into(), kind),
            (Value::Text(login), kind) => (format!("{login} | {name}").into(), kind),
            (login, kind) => (login, kind),
        }
    }

    /// The pupil's code: in some years a text.
    pub(super) fn code(&self, at: usize, code: u32, as_text: bool) -> Written {
        match code {
            _ if self.strikes(DirtKind::CodeUnusual, at) => {
                (format!("{code}1").into(), Some(DirtKind::CodeUnusual))
            }
            code if self.is(DirtKind::CodeDecimal) => {
                (format!("{code}.0").into(), Some(DirtKind::CodeDecimal))
            }
            code if as_text => (code.to_string().into(), None),
            code => (self.figure(code), None),
        }
    }

    pub(super) fn variant(&self, at: usize, sitting: &Sitting) -> Written {
        if !sitting.present() {
            let spellings =
                ["Отсутствовал", "отсутствовал ", "ОТСУТСТВОВАЛ", "отсутствовала", "\u{a0}отсутств."];
            return match self.habit(DirtKind::AbsentSpelling) {
                true => (self.pick(&spellings).into(), Some(DirtKind::AbsentSpelling)),
                false => ("отсутствовал".into(), None),
            };
        }
        if self.strikes(DirtKind::VariantUnusual, at) {
            return (format!("вариант {}", sitting.variant).into(), Some(DirtKind::VariantUnusual));
        }
        match self.kind {
            Some(DirtKind::VariantZero) => (self.figure(0), self.kind),
            Some(DirtKind::VariantBlank) => (Value::Blank, self.kind),
            _ => (self.figure(sitting.variant), None),
        }
    }

    /// The tasks; those of an absent pupil are blank.
    pub(super) fn points(&self, at: usize, sitting: &Sitting) -> Vec<Written> {
        if !sitting.present() {
            let mut blank = vec![(Value::Blank, None); self.test.tasks.len()];
            if let Some(first) = blank.first_mut().filter(|_| self.strikes(DirtKind::AbsentWithScores, at)) {
                *first = (self.figure(1), Some(DirtKind::AbsentWithScores));
            }
            return blank;
        }
        let left_out = sitting.points.iter().position(|points| points.is_none());
        let tasks = sitting.points.iter().zip(&self.test.tasks).enumerate();
        tasks
            .map(|(task, (points, of))| {
                if task == 0 && self.strikes(DirtKind::PointsOffScale, at) {
                    let values = [f64::from(of.max + 5), 0.5, -1.0];
                    let value = values.get(self.number % 3).copied().unwrap_or_default();
                    return (value.into(), Some(DirtKind::PointsOffScale));
                }
                if task == 1 && self.strikes(DirtKind::WordForPoints, at) {
                    return ("два".into(), Some(DirtKind::WordForPoints));
                }
                if self.is(DirtKind::BlankTask) && left_out == Some(task) && sitting.score() > 0 {
                    return (Value::Blank, Some(DirtKind::BlankTask));
                }
                self.point(*points)
            })
            .collect()
    }

    fn point(&self, points: Option<u32>) -> Written {
        match points {
            Some(points) if self.is(DirtKind::SpacedPoints) => {
                (format!("{points}\u{a0}").into(), Some(DirtKind::SpacedPoints))
            }
            Some(points) => (self.figure(points), None),
            None if self.is(DirtKind::NotTaught) => {
                let words = ["не изучали", "н/п", "Не проходили"];
                (self.pick(&words).into(), Some(DirtKind::NotTaught))
            }
            None if self.habit(DirtKind::CrossSpelling) => {
                let crosses = ["Х", "х", "x ", "\u{a0}X", "x"];
                (self.pick(&crosses).into(), Some(DirtKind::CrossSpelling))
            }
            None => ("X".into(), None),
        }
    }

    pub(super) fn class(&self, at: usize, sitting: &Sitting) -> Written {
        let (grade, letter) = (self.test.grade, sitting.pupil.letter());
        if self.strikes(DirtKind::ClassUnusual, at) {
            return (format!("{grade} класс").into(), Some(DirtKind::ClassUnusual));
        }
        if self.one_class && self.habit(DirtKind::ClassWithoutLetter) {
            let words = ["нет", "Нет", "НЕТ", "нЕТ"];
            return (self.pick(&words).into(), Some(DirtKind::ClassWithoutLetter));
        }
        if let Some(latin) = latin(letter).filter(|_| self.habit(DirtKind::ClassLookalike)) {
            return (format!("{grade}{latin}").into(), Some(DirtKind::ClassLookalike));
        }
        if self.habit(DirtKind::ClassSpelling) {
            let small = letter.to_lowercase();
            let forms = [
                format!("{grade} \"{letter}\""),
                format!("{grade}{small}"),
                format!("{grade} {letter}"),
                format!("«{letter}»"),
                format!("{grade}-{letter}"),
                small.to_string(),
            ];
            let form = forms.get(self.number % forms.len()).cloned().unwrap_or_default();
            return (form.into(), Some(DirtKind::ClassSpelling));
        }
        (format!("{grade}{letter}").into(), None)
    }

    pub(super) fn sex(&self, at: usize, sitting: &Sitting) -> Written {
        match sitting.pupil.female {
            _ if self.strikes(DirtKind::SexUnknown, at) => ("девочка".into(), Some(DirtKind::SexUnknown)),
            true => ("ж".into(), None),
            false => ("м".into(), None),
        }
    }

    pub(super) fn journal(&self, at: usize, sitting: &Sitting) -> Written {
        if self.strikes(DirtKind::ImpossibleMark, at) {
            let marks = [7.0, 1.0, 0.0, 4.5];
            let mark = marks.get(self.number % 4).copied().unwrap_or_default();
            return (mark.into(), Some(DirtKind::ImpossibleMark));
        }
        if self.strikes(DirtKind::WordForMark, at) {
            return ("зач.".into(), Some(DirtKind::WordForMark));
        }
        match sitting.journal {
            Some(mark) => (self.figure(mark.unsigned_abs()), None),
            None if self.habit(DirtKind::JournalSpelling) => {
                let spellings = ["н/а", "", "-", "Нет отметки ", "нет", "Н/А"];
                let text = self.pick(&spellings);
                let value = if text.is_empty() { Value::Blank } else { text.into() };
                (value, Some(DirtKind::JournalSpelling))
            }
            None => ("нет отметки".into(), None),
        }
    }

    /// The total of a raw export.
    pub(super) fn total(&self, at: usize, sitting: &Sitting) -> Written {
        let score = sitting.score();
        if !sitting.present() {
            let value = if self.number.is_multiple_of(2) { Value::Blank } else { self.figure(0) };
            return (value, None);
        }
        if self.strikes(DirtKind::WordForTotal, at) {
            return ("н/д".into(), Some(DirtKind::WordForTotal));
        }
        if self.strikes(DirtKind::TotalAboveMax, at) {
            return (self.figure(self.test.max() + 7), Some(DirtKind::TotalAboveMax));
        }
        let printed = match self.kind {
            Some(DirtKind::WrongTotal) => {
                sitting.points.iter().take(self.test.tasks.len().saturating_sub(3)).flatten().sum()
            }
            Some(DirtKind::ZeroTotal) => 0,
            Some(DirtKind::BlankTotal) => return (Value::Blank, self.kind),
            _ => score,
        };
        (self.figure(printed), self.kind.filter(|_| printed != score))
    }

    /// The mark of the form Ф1.
    pub(super) fn mark(&self, at: usize, sitting: &Sitting) -> Written {
        let mark = self.test.mark(sitting.score());
        if self.strikes(DirtKind::MarkOffScale, at) {
            return (if mark < 5 { mark + 1 } else { 3 }.into(), Some(DirtKind::MarkOffScale));
        }
        (mark.into(), None)
    }
}

/// The pupil whom a single mistake meets: the second who was there, or whom the mistake needs.
fn victim(kind: Option<DirtKind>, test: &Blueprint, sittings: &[Sitting]) -> Option<usize> {
    let mut present = sittings.iter().enumerate().filter(|(_, sitting)| sitting.present());
    let found = match kind? {
        DirtKind::AbsentWithScores => return sittings.iter().position(|sitting| !sitting.present()),
        // The middle of the scale, so that a mark beside it is off the scale whatever the total.
        DirtKind::MarkOffScale => {
            let is_three = |sitting: &Sitting| test.mark(sitting.score()) == 3;
            present.find(|(_, sitting)| is_three(sitting))
        }
        _ => present.nth(1),
    };
    found.map(|(at, _)| at)
}

fn latin(letter: char) -> Option<char> {
    match letter {
        'А' => Some('A'),
        'В' => Some('B'),
        'Е' => Some('E'),
        'К' => Some('K'),
        _ => None,
    }
}
