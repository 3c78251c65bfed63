//! Counts of right and wrong answers, by size of school, with their intervals.

use std::collections::BTreeMap;

use crate::stats::wilson;

/// How large a school is in a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub enum SizeClass {
    /// All of them.
    #[serde(rename = "all")]
    All,
    /// Fewer than ten participants.
    #[serde(rename = "1-9")]
    Under10,
    /// Ten to 24.
    #[serde(rename = "10-24")]
    Under25,
    /// 25 to 49.
    #[serde(rename = "25-49")]
    Under50,
    /// 50 to 99.
    #[serde(rename = "50-99")]
    Under100,
    /// A hundred and more.
    #[serde(rename = "100+")]
    Larger,
}

impl SizeClass {
    /// The class of so many participants.
    #[must_use]
    pub fn of(participants: f64) -> Self {
        match participants {
            n if n < 9.5 => Self::Under10,
            n if n < 24.5 => Self::Under25,
            n if n < 49.5 => Self::Under50,
            n if n < 99.5 => Self::Under100,
            _ => Self::Larger,
        }
    }

    /// The words for a number of participants; the first is empty.
    #[must_use]
    pub fn range(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Under10 => "1–9",
            Self::Under25 => "10–24",
            Self::Under50 => "25–49",
            Self::Under100 => "50–99",
            Self::Larger => "100+",
        }
    }
}

/// A share with its 95 % Wilson interval.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Share {
    /// The count above the line.
    pub count: u64,
    /// The count below it.
    pub of: u64,
    /// The share.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Share {
    /// `None` where there is nothing below the line.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts of schools")]
    pub fn new(count: u64, of: u64) -> Option<Self> {
        let interval = wilson(count, of, 0.95)?;
        Some(Self { count, of, value: count as f64 / of as f64, low: interval.low, high: interval.high })
    }
}

/// Yes and no of the run against yes and no of the truth.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Confusion {
    pub hit: u64,
    pub false_alarm: u64,
    pub missed: u64,
    pub right_no: u64,
    /// The run could not say, and the truth is yes.
    pub silent_yes: u64,
    /// The run could not say, and the truth is no.
    pub silent_no: u64,
}

impl Confusion {
    pub fn add(&mut self, said: Option<bool>, true_answer: bool) {
        *match (said, true_answer) {
            (Some(true), true) => &mut self.hit,
            (Some(true), false) => &mut self.false_alarm,
            (Some(false), true) => &mut self.missed,
            (Some(false), false) => &mut self.right_no,
            (None, true) => &mut self.silent_yes,
            (None, false) => &mut self.silent_no,
        } += 1;
    }
}

/// How a run's yes and no agree with the truth, for schools of one size.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Agreement {
    /// The size.
    pub size: SizeClass,
    /// Answers.
    pub answers: u64,
    /// Of the run's yes: those that are true.
    pub precision: Option<Share>,
    /// Of the true ones on which the run could say anything: those that it found.
    pub recall: Option<Share>,
    /// Of the untrue ones on which the run could say anything: those that it called true.
    pub false_flags: Option<Share>,
    /// The run could not say.
    pub silent: u64,
    /// Of these: true.
    pub silent_true: u64,
}

/// Confusions by size.
#[derive(Debug, Clone, Default)]
pub(super) struct BySize(BTreeMap<SizeClass, Confusion>);

impl BySize {
    pub fn add(&mut self, size: SizeClass, said: Option<bool>, true_answer: bool) {
        for size in [SizeClass::All, size] {
            self.0.entry(size).or_default().add(said, true_answer);
        }
    }

    pub fn agreements(&self) -> Vec<Agreement> {
        let line = |(&size, c): (&SizeClass, &Confusion)| Agreement {
            size,
            answers: c.hit + c.false_alarm + c.missed + c.right_no,
            precision: Share::new(c.hit, c.hit + c.false_alarm),
            recall: Share::new(c.hit, c.hit + c.missed),
            false_flags: Share::new(c.false_alarm, c.false_alarm + c.right_no),
            silent: c.silent_yes + c.silent_no,
            silent_true: c.silent_yes,
        };
        self.0.iter().map(line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{BySize, SizeClass};

    #[test]
    fn shares_follow_from_the_counts() {
        let mut by_size = BySize::default();
        for (said, truth, times) in [
            (Some(true), true, 3),
            (Some(true), false, 1),
            (Some(false), true, 2),
            (Some(false), false, 9),
            (None, true, 1),
        ] {
            (0..times).for_each(|_| by_size.add(SizeClass::of(12.0), said, truth));
        }
        let [all, small] = by_size.agreements().try_into().unwrap();
        assert_eq!((all.size, small.size), (SizeClass::All, SizeClass::Under25));
        let counts = |share: Option<super::Share>| share.map(|share| (share.count, share.of));
        assert_eq!(counts(all.precision), Some((3, 4)));
        assert_eq!(counts(all.recall), Some((3, 5)));
        assert_eq!(counts(all.false_flags), Some((1, 10)));
        assert_eq!((all.answers, all.silent, all.silent_true), (15, 1, 1));
        assert!((all.precision.unwrap().value - 0.75).abs() < 1e-12);
    }

    #[test]
    fn sizes_are_whole_numbers_of_participants() {
        let classes = [1.0, 9.0, 10.0, 24.0, 25.0, 49.0, 50.0, 99.0, 100.0, 900.0].map(SizeClass::of);
        assert_eq!(classes[0], classes[1]);
        assert!(classes[1] < classes[2] && classes[2] == classes[3] && classes[3] < classes[4]);
        assert!(classes[5] < classes[6] && classes[6] == classes[7] && classes[7] < classes[8]);
        assert_eq!(classes[8], classes[9]);
    }
}
