//! What is known of a school in a test: the truth beside the figures from which a region is judged.

use crate::synth::blueprint::Blueprint;
use crate::synth::vpr::Sitting;

/// A school in a test of a year.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct TestRecord {
    /// Those who wrote it.
    pub participants: u32,
    /// The probability of a low result under honest marking, averaged over all its pupils, absent ones too.
    pub true_low_share: f64,
    /// The probability of a low result as the school marks, on the day of the test, averaged over all its pupils: what
    /// printed marks can be a sample of.
    pub marked_low_share: f64,
    /// Low results as printed.
    pub low: u32,
    /// Pupils who were lifted over a cut.
    pub vpr_lifted: u32,
    /// Journal marks above those of an honest scale.
    pub journal_lifted: u32,
    /// Does the school inflate this test?
    pub vpr_inflated: bool,
    /// Is its journal inflated?
    pub journal_inflated: bool,
    /// Participants whose mark is below, equal to, above that of the journal.
    pub against_journal: [u32; 3],
    /// Sums of the shares of the highest total that participants reached, and of their squares.
    pub shares: [f64; 2],
    /// Totals one point below the marks 3, 4, 5, and at them.
    pub edges: [[u32; 2]; 3],
}

impl TestRecord {
    /// The figures of a ВПР; the truth is not known from its sittings.
    pub(in crate::synth) fn of(test: &Blueprint, sittings: &[Sitting]) -> Self {
        let mut record = Self::default();
        let max = f64::from(test.max());
        for sitting in sittings.iter().filter(|sitting| sitting.present()) {
            let score = sitting.score();
            let mark = test.mark(score);
            record.participants += 1;
            record.low += u32::from(mark == 2);
            record.vpr_lifted += u32::from(sitting.lifted);
            record.journal_lifted += u32::from(sitting.journal_lifted);
            let share = f64::from(score) / max;
            record.shares = [record.shares[0] + share, record.shares[1] + share * share];
            if let Some(journal) = sitting.journal {
                let [lowered, confirmed, raised] = &mut record.against_journal;
                *match mark.cmp(&journal) {
                    std::cmp::Ordering::Less => lowered,
                    std::cmp::Ordering::Equal => confirmed,
                    std::cmp::Ordering::Greater => raised,
                } += 1;
            }
            for ([below, at], cut) in record.edges.iter_mut().zip(test.cuts) {
                *below += u32::from(score + 1 == cut);
                *at += u32::from(score == cut);
            }
        }
        record
    }
}
