//! What is known of a region's tests, as counts: the same for the real region and for the simulated ones.

use crate::objectivity::kernels::Moments;

/// Marks 2 to 5.
pub(super) const MARKS: usize = 4;

/// Journal marks 2 to 5, and none.
pub(super) const JOURNAL: usize = MARKS + 1;

/// Pupils of one score by journal mark.
pub(super) type ByJournal = [u32; JOURNAL];

/// A test of ВПР in a year.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Test {
    pub(super) year: i32,
    pub(super) grade: i32,
    pub(super) subject: String,
    pub(super) wave: Option<String>,
}

impl Test {
    /// Is the test moved to autumn, so that its grade may not be its pupils' cohort?
    pub(super) fn is_autumn(&self) -> bool {
        self.wave.as_deref() == Some("autumn")
    }
}

/// A school in a test.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Cell {
    /// Its position among the region's schools.
    pub(super) school: usize,
    /// Participants by score, from 0, and journal mark.
    pub(super) scores: Vec<ByJournal>,
    /// Participants by journal mark and mark, 2 to 5 both.
    pub(super) both: [[u32; MARKS]; MARKS],
    /// Participants with a mark and no journal mark.
    pub(super) alone: u32,
    /// Those who stayed away, by journal mark.
    pub(super) absent: ByJournal,
}

impl Cell {
    /// Counts the mark of a participant; a journal mark that is none must not look like a raise.
    pub(super) fn mark(&mut self, journal: Option<usize>, mark: usize) {
        match journal.and_then(|at| self.both.get_mut(at)).and_then(|marks| marks.get_mut(mark)) {
            Some(slot) => *slot += 1,
            None => self.alone += 1,
        }
    }

    /// Adds another cell's counts.
    pub(super) fn join(&mut self, other: &Self) {
        if self.scores.len() < other.scores.len() {
            self.scores.resize(other.scores.len(), ByJournal::default());
        }
        for (own, others) in self.scores.iter_mut().flatten().zip(other.scores.iter().flatten()) {
            *own += others;
        }
        for (own, others) in self.both.iter_mut().flatten().zip(other.both.iter().flatten()) {
            *own += others;
        }
        self.alone += other.alone;
        for (own, others) in self.absent.iter_mut().zip(other.absent) {
            *own += others;
        }
    }

    /// Participants with a mark.
    pub(super) fn marked(&self) -> u32 {
        self.both.iter().flatten().sum::<u32>() + self.alone
    }

    /// Participants with a mark or a score, whichever are more.
    pub(super) fn participants(&self) -> u32 {
        self.marked().max(self.scores.iter().flatten().sum())
    }
}

/// A test with all schools that sat it, in the order of their positions.
#[derive(Debug, Clone, Default)]
pub(super) struct Sat {
    pub(super) test: Test,
    /// The scores from which the marks 3, 4 and 5 begin, where the region's own marks show it.
    pub(super) cuts: [Option<usize>; 3],
    /// The highest possible score, where the files say it.
    pub(super) max: Option<f64>,
    pub(super) cells: Vec<Cell>,
}

impl Sat {
    /// The region's counts.
    pub(super) fn total(&self) -> Cell {
        let mut total = Cell::default();
        self.cells.iter().for_each(|cell| total.join(cell));
        total
    }

    /// The cell of a school.
    pub(super) fn of(&self, school: usize) -> Option<&Cell> {
        self.cells.binary_search_by_key(&school, |cell| cell.school).ok().and_then(|at| self.cells.get(at))
    }
}

/// Marks of a school in the exam after grade 9.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Exam {
    pub(super) school: usize,
    /// First attempts that were written.
    pub(super) pupils: f64,
    pub(super) mean: f64,
    /// Of them with a primary score, and its moments where there are two and more.
    pub(super) scored: f64,
    pub(super) scores: Option<Moments>,
}

/// An exam of a year and subject.
#[derive(Debug, Clone, Default)]
pub(super) struct ExamSat {
    pub(super) year: i32,
    pub(super) subject: String,
    /// Standard deviation of the pupils of the region.
    pub(super) deviation: f64,
    /// Primary scores of the region.
    pub(super) scores: Option<Moments>,
    /// By position of the school, rising.
    pub(super) schools: Vec<Exam>,
}

/// All that is known.
#[derive(Debug, Clone, Default)]
pub(super) struct Region {
    /// Ids, rising; other places name a school by its position here.
    pub(super) schools: Vec<String>,
    /// In the order of year, grade, subject, wave.
    pub(super) tests: Vec<Sat>,
    pub(super) exams: Vec<ExamSat>,
    /// How far the scores of a pupil in two subjects of one wave go together inside a school, where codes link them.
    pub(super) kinship: Option<f64>,
}

impl Region {
    /// The school's usual number of participants in a test: the median.
    pub(super) fn usual_size(&self, school: usize) -> u32 {
        let mut sizes: Vec<u32> =
            self.tests.iter().filter_map(|sat| sat.of(school)).map(Cell::participants).collect();
        sizes.sort_unstable();
        sizes.get(sizes.len() / 2).copied().unwrap_or_default()
    }

    /// The exam that the cohort of a test of grade 8 sits a year later. Autumn tests are linked to nothing: their grade may
    /// be the programme's.
    pub(super) fn exam_after(&self, test: &Test) -> Option<&ExamSat> {
        let linked = test.grade == 8 && !test.is_autumn();
        self.exams.iter().find(|exam| linked && exam.year == test.year + 1 && exam.subject == test.subject)
    }

    /// Positions of the tests that one cohort sat in two years one after the other, in the same subject.
    pub(super) fn cohorts(&self) -> Vec<(usize, usize)> {
        let mut pairs = Vec::new();
        for (before, sat) in self.tests.iter().enumerate() {
            let (a, autumn) = (&sat.test, sat.test.is_autumn());
            let after = self.tests.iter().position(|sat| {
                let b = &sat.test;
                let next = b.year == a.year + 1 && b.grade == a.grade + 1;
                next && b.subject == a.subject && !b.is_autumn() && !autumn
            });
            pairs.extend(after.map(|after| (before, after)));
        }
        pairs
    }
}

/// The scores from which marks begin: the first score from which on most pupils have the mark or a higher one.
pub(super) fn cuts(by_score: &[[u32; MARKS]]) -> [Option<usize>; 3] {
    std::array::from_fn(|cut| {
        let reached = |marks: &[u32; MARKS]| {
            let above: u32 = marks.iter().skip(cut + 1).sum();
            let all: u32 = marks.iter().sum();
            (all > 0).then_some(2 * above > all)
        };
        by_score.iter().position(|marks| reached(marks) == Some(true)).filter(|&at| at > 0)
    })
}

/// The mark, counted from 0 for a 2, of a score.
pub(super) fn mark_at(cuts: &[Option<usize>; 3], score: usize) -> usize {
    cuts.iter().filter(|cut| cut.is_some_and(|cut| score >= cut)).count()
}

/// Sizes of schools by their usual number of participants in a test.
pub(super) const BANDS: [(u32, &str); 4] = [(10, "1-9"), (25, "10-24"), (50, "25-49"), (u32::MAX, "50+")];

/// The band of a school.
pub(super) fn band(participants: u32) -> usize {
    BANDS.iter().position(|(below, _)| participants < *below).unwrap_or(BANDS.len() - 1)
}
