//! What one school's counts in one test say, held against the rest of the region: sufficient statistics only, so that a
//! simulated region costs no more than a real one.

use crate::objectivity::kind::{KINDS, Kind};
use crate::objectivity::region::{ByJournal, Cell, MARKS, Sat};
use crate::stats::{Count, Evidence, spearman_of_counts};

/// What a cell says of each kind, with the school's level in the test in standard deviations of pupils.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Said {
    pub(super) level: f64,
    /// The level of the same cohort in the exam a year later.
    pub(super) exam: Option<f64>,
    pub(super) kinds: [Option<Evidence>; KINDS],
    /// Mean and variance of the scores, where there are two participants and more with one.
    pub(super) scores: Option<Moments>,
    /// Mean of the journal marks, in standard deviations, and its participants.
    pub(super) journal: Option<(f64, f64)>,
}

impl Said {
    /// What the norm of the kind may depend on: the level of the exam where the exam is asked, else that of the test.
    pub(super) fn covariate(&self, kind: Kind) -> f64 {
        match kind {
            Kind::Exam | Kind::JournalExam => self.exam.unwrap_or_default(),
            _ => self.level,
        }
    }

    pub(super) fn of(&self, kind: Kind) -> Option<Evidence> {
        self.kinds.get(kind as usize).copied().flatten()
    }

    pub(super) fn put(&mut self, kind: Kind, evidence: Option<Evidence>) {
        if let Some(slot) = self.kinds.get_mut(kind as usize) {
            *slot = evidence;
        }
    }
}

/// Participants, mean and variance of their scores.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Moments {
    pub(super) pupils: f64,
    pub(super) mean: f64,
    pub(super) variance: f64,
}

/// Fewer participants have no correlation and no spread worth a comparison.
const PUPILS_MIN: f64 = 15.0;
/// Points below the pass score that a hole is looked for in.
pub(super) const HOLE: usize = 3;

/// The region in a test, once for all its schools.
pub(super) struct Against<'a> {
    sat: &'a Sat,
    total: Cell,
    scores: Option<Moments>,
    kurtosis: f64,
    /// Mean and standard deviation of the journal marks.
    journal: Option<(f64, f64)>,
}

impl<'a> Against<'a> {
    pub(super) fn new(sat: &'a Sat) -> Self {
        let total = sat.total();
        let scores = moments(&total.scores);
        let kurtosis = scores.map_or(3.0, |m| kurtosis(&total.scores, &m));
        let journal = journal_moments(&total).map(|(_, mean, variance)| (mean, variance.sqrt()));
        Self { sat, total, scores, kurtosis, journal }
    }

    pub(super) fn region(&self) -> Option<Moments> {
        self.scores
    }

    pub(super) fn said(&self, cell: &Cell) -> Said {
        let scores = moments(&cell.scores);
        let level = match (scores, self.scores) {
            (Some(own), Some(region)) if region.variance > 0.0 => {
                (own.mean - region.mean) / region.variance.sqrt()
            }
            _ => 0.0,
        };
        let mut said = Said { level, scores, ..Said::default() };
        said.journal = journal_moments(cell)
            .zip(self.journal)
            .and_then(|((n, mean, _), (centre, sd))| (sd > 0.0).then(|| ((mean - centre) / sd, n)));
        let [lowered, by_two, raised] = self.journal_counts(cell);
        let room = |count: Count| (count.variance > 0.0).then_some(Evidence::Count(count));
        said.put(Kind::Lowered, room(lowered));
        said.put(Kind::LoweredByTwo, room(by_two));
        said.put(Kind::Raised, room(raised));
        said.put(Kind::Cut, room(self.cut(cell, 1)));
        said.put(Kind::Hole, room(self.cut(cell, HOLE)));
        said.put(Kind::Pile, room(self.cut(cell, usize::MAX)));
        said.put(Kind::Depth, room(self.depth(cell)));
        said.put(Kind::Absence, room(self.absence(cell)));
        said.put(Kind::Agreement, agreement(cell));
        said.put(Kind::Spread, self.spread(scores));
        said
    }

    /// Lowered, lowered by two, raised: what the rest of the region's transition from each journal mark lets expect.
    fn journal_counts(&self, cell: &Cell) -> [Count; 3] {
        let mut counts = [Count::default(); 3];
        for (journal, (own, region)) in cell.both.iter().zip(&self.total.both).enumerate() {
            let (pupils, all) = (own.iter().sum::<u32>(), region.iter().sum::<u32>());
            if pupils == 0 || all == pupils {
                continue;
            }
            let parts = |marks: &[u32; MARKS]| {
                let below = |by: usize| (journal + 1).saturating_sub(by);
                let lowered: u32 = marks.iter().take(below(1)).sum();
                let by_two: u32 = marks.iter().take(below(2)).sum();
                [lowered, by_two, marks.iter().skip(journal + 1).sum()]
            };
            for (count, (x, of)) in counts.iter_mut().zip(parts(own).into_iter().zip(parts(region))) {
                count.add(f64::from(x), f64::from(pupils), f64::from(of - x) / f64::from(all - pupils));
            }
        }
        counts
    }

    /// Pupils at the pass score among those there and up to so many points below.
    fn cut(&self, cell: &Cell, below: usize) -> Count {
        let mut count = Count::default();
        if let [Some(cut), ..] = self.sat.cuts {
            let pair = |cell: &Cell| {
                let window = cell.scores.iter().take(cut + 1).skip(cut.saturating_sub(below));
                let at = cell.scores.get(cut).map_or(0, |by| by.iter().sum::<u32>());
                (at, window.flatten().sum::<u32>())
            };
            let ((at, both), (all_at, all_both)) = (pair(cell), pair(&self.total));
            if both > 0 && all_both > both {
                let share = f64::from(all_at - at) / f64::from(all_both - both);
                count.add(f64::from(at), f64::from(both), share);
            }
        }
        count
    }

    /// Pupils a few points below the pass score and at it, among all who are there or lower.
    fn depth(&self, cell: &Cell) -> Count {
        let mut count = Count::default();
        if let [Some(cut), ..] = self.sat.cuts {
            let parts = |cell: &Cell| {
                let upto = |end: usize| cell.scores.iter().take(end).flatten().sum::<u32>();
                let all = upto(cut + 1);
                (all - upto(cut.saturating_sub(HOLE)), all)
            };
            let ((near, all), (all_near, every)) = (parts(cell), parts(&self.total));
            if all > 0 && every > all {
                count.add(
                    f64::from(near),
                    f64::from(all),
                    f64::from(all_near - near) / f64::from(every - all),
                );
            }
        }
        count
    }

    /// Low journal marks among those who stayed away, where the region's pupils of each journal mark stay away as they do.
    fn absence(&self, cell: &Cell) -> Count {
        let mut count = Count::default();
        let rosters =
            by_journal(cell).zip(by_journal(&self.total)).zip(cell.absent.iter().zip(self.total.absent));
        let (mut low, mut all, mut away, mut away_low, mut known) = (0.0, 0.0, 0.0, 0.0, 0.0);
        // a missing journal mark says nothing
        for (mark, ((own, region), (&own_away, region_away))) in rosters.take(MARKS).enumerate() {
            let (roster, others) = (own + own_away, region + region_away - own - own_away);
            if others == 0 {
                continue;
            }
            let rate = f64::from(region_away - own_away) / f64::from(others);
            let weight = f64::from(roster) * rate;
            all += weight;
            away += f64::from(own_away);
            known += f64::from(roster);
            if mark < 2 {
                low += weight;
                away_low += f64::from(own_away);
            }
        }
        if away > 0.0 && known > away && all > 0.0 {
            count.add(away_low, away, low / all);
            // drawn without putting back
            count.variance *= (known - away) / (known - 1.0).max(1.0);
        }
        count
    }

    fn spread(&self, scores: Option<Moments>) -> Option<Evidence> {
        let (own, region) = (scores?, self.scores?);
        let usable = own.pupils >= PUPILS_MIN && own.variance > 0.0 && region.variance > 0.0;
        usable.then(|| Evidence::Estimate {
            value: libm::log(own.variance / region.variance),
            variance: (self.kurtosis - (own.pupils - 3.0) / (own.pupils - 1.0)).max(0.2) / own.pupils,
        })
    }
}

/// The correlation of journal mark and score, ties allowed for, on Fisher's scale.
fn agreement(cell: &Cell) -> Option<Evidence> {
    let table: Vec<[u32; MARKS]> = cell.scores.iter().map(|[a, b, c, d, _]| [*a, *b, *c, *d]).collect();
    let (rho, pairs) = spearman_of_counts(&table)?;
    let pairs = f64::from(pairs);
    // the variance of Spearman's coefficient on Fisher's scale (Fieller, Hartley, Pearson 1957)
    (pairs >= PUPILS_MIN).then(|| Evidence::Estimate {
        value: libm::atanh(rho.clamp(-0.99, 0.99)),
        variance: 1.06 / (pairs - 3.0),
    })
}

/// Participants by journal mark, none of them last: from the marks where there are marks.
fn by_journal(cell: &Cell) -> impl Iterator<Item = u32> {
    let mut counts = ByJournal::default();
    for (slot, marks) in counts.iter_mut().zip(&cell.both) {
        *slot = marks.iter().sum();
    }
    counts.into_iter()
}

#[expect(clippy::cast_precision_loss, reason = "scores and counts of pupils")]
pub(super) fn moments(scores: &[ByJournal]) -> Option<Moments> {
    let (mut pupils, mut sum, mut squares) = (0_u64, 0_u64, 0_u64);
    for (score, by) in (0_u64..).zip(scores) {
        let count = u64::from(by.iter().sum::<u32>());
        pupils += count;
        sum += count * score;
        squares += count * score * score;
    }
    (pupils >= 2).then(|| {
        let n = pupils as f64;
        let mean = sum as f64 / n;
        Moments { pupils: n, mean, variance: ((squares as f64 - n * mean * mean) / (n - 1.0)).max(0.0) }
    })
}

#[expect(clippy::cast_precision_loss, reason = "a score")]
fn kurtosis(scores: &[ByJournal], moments: &Moments) -> f64 {
    let fourth: f64 = scores
        .iter()
        .enumerate()
        .map(|(score, by)| {
            let far = score as f64 - moments.mean;
            f64::from(by.iter().sum::<u32>()) * far * far * far * far
        })
        .sum();
    if moments.variance > 0.0 { fourth / (moments.pupils * moments.variance * moments.variance) } else { 3.0 }
}

/// Participants, mean and variance of the journal marks.
fn journal_moments(cell: &Cell) -> Option<(f64, f64, f64)> {
    let (mut n, mut sum, mut squares) = (0.0, 0.0, 0.0);
    for (mark, marks) in (2_u32..).zip(&cell.both) {
        let (count, mark) = (f64::from(marks.iter().sum::<u32>()), f64::from(mark));
        n += count;
        sum += count * mark;
        squares += count * mark * mark;
    }
    (n >= 2.0).then(|| (n, sum / n, ((squares - sum * sum / n) / (n - 1.0)).max(0.0)))
}
