//! The kinds of evidence, and what each points to.

/// What is found, under two names that are never mixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Finding {
    /// ВПР far below the journal.
    JournalInflated,
    /// ВПР above what journal, exams or its own scores let expect.
    VprInflated,
}

impl Finding {
    pub(super) const ALL: [Self; 2] = [Self::JournalInflated, Self::VprInflated];

    pub(super) fn id(self) -> &'static str {
        match self {
            Self::JournalInflated => "journal_inflated",
            Self::VprInflated => "vpr_inflated",
        }
    }
}

/// How a value of the kind points to its finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    High,
    Low,
}

/// A kind of evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// Marks below the journal's, against the region's transition from each journal mark.
    Lowered,
    /// Two marks and more below: shown, and no kind of its own beside `Lowered`.
    LoweredByTwo,
    /// Marks above the journal's.
    Raised,
    /// Pupils at the pass score against those one point below it: shown, and no kind of its own beside `Hole`.
    Cut,
    /// Pupils at the pass score against those one to three points below it: shown; a habit of rounding up makes it.
    Hole,
    /// Pupils at the pass score against all below it: shown, a part of `Lift`.
    Pile,
    /// Pupils within three points below the pass score and at it, against those far below: a habit of rounding up leaves it as
    /// it is, lifting from any depth does not. Shown, a part of `Lift`.
    Depth,
    /// Both together: low results that are missing, and too many at the pass score.
    Lift,
    /// Rank correlation of journal mark and score.
    Agreement,
    /// Spread of the scores.
    Spread,
    /// Low journal marks among those who stayed away.
    Absence,
    /// A cohort's rise or fall from one grade to the next.
    Jump,
    /// ВПР of grade 8 against the exam of the same cohort a year later.
    Exam,
    /// Journal marks of grade 8 against that exam.
    JournalExam,
}

pub(super) const KINDS: usize = 14;

impl Kind {
    pub(super) const ALL: [Self; KINDS] = [
        Self::Lowered,
        Self::LoweredByTwo,
        Self::Raised,
        Self::Cut,
        Self::Hole,
        Self::Pile,
        Self::Depth,
        Self::Lift,
        Self::Agreement,
        Self::Spread,
        Self::Absence,
        Self::Jump,
        Self::Exam,
        Self::JournalExam,
    ];

    pub(super) fn id(self) -> &'static str {
        match self {
            Self::Lowered => "lowered",
            Self::LoweredByTwo => "lowered_by_two",
            Self::Raised => "raised",
            Self::Cut => "cut",
            Self::Hole => "below_cut",
            Self::Pile => "at_cut",
            Self::Depth => "far_below_cut",
            Self::Lift => "lift",
            Self::Agreement => "agreement",
            Self::Spread => "spread",
            Self::Absence => "absence",
            Self::Jump => "jump",
            Self::Exam => "exam",
            Self::JournalExam => "journal_exam",
        }
    }

    /// The side that points to the finding.
    pub(super) fn side(self) -> Side {
        match self {
            Self::Agreement | Self::Spread => Side::Low,
            _ => Side::High,
        }
    }

    /// The finding that the kind belongs to; a low agreement does not say which of the two marks is wrong, and supports either.
    pub(super) fn speaks_of(self, finding: Finding) -> bool {
        match self {
            Self::Lowered | Self::LoweredByTwo | Self::JournalExam => finding == Finding::JournalInflated,
            Self::Agreement => true,
            _ => finding == Finding::VprInflated,
        }
    }

    /// Can the kind carry a grade above `weak` by itself? The others only support: marks above the journal may be a
    /// strict journal, a small spread an even class.
    pub(super) fn leads(self) -> bool {
        matches!(self, Self::Lowered | Self::Lift | Self::Exam | Self::JournalExam)
    }

    /// Can it carry the highest grade alone? An exam is another test on another day, in two cohorts at most, and not of all
    /// pupils: it needs a second kind beside it.
    pub(super) fn carries(self) -> bool {
        matches!(self, Self::Lowered | Self::Lift)
    }

    /// Is it counted among the independent kinds?
    pub(super) fn counts(self) -> bool {
        !matches!(self, Self::LoweredByTwo | Self::Cut | Self::Hole | Self::Pile | Self::Depth)
    }

    /// Does the norm of the kind depend on the school's level (for the exam: on the exam's)?
    pub(super) fn sloped(self) -> bool {
        !matches!(self, Self::Jump | Self::Absence)
    }

    /// The smallest effect that is more than a trifle: a share of pupils for counts, else in the unit of the statistic.
    pub(super) fn gate(self) -> f64 {
        match self {
            Self::Lowered | Self::Hole | Self::Pile | Self::Lift | Self::Absence => 0.10,
            Self::LoweredByTwo | Self::Raised | Self::Cut | Self::Depth => 0.05,
            Self::Agreement => 0.20,
            Self::Spread => 0.30,
            Self::Jump => 0.0,
            Self::Exam | Self::JournalExam => 0.25,
        }
    }

    /// Counts of pupils against an expectation, or estimates?
    pub(super) fn is_count(self) -> bool {
        self.unit() == "share"
    }

    /// The unit of effect and statistic.
    pub(super) fn unit(self) -> &'static str {
        match self {
            Self::Lowered
            | Self::LoweredByTwo
            | Self::Raised
            | Self::Cut
            | Self::Hole
            | Self::Pile
            | Self::Depth
            | Self::Lift
            | Self::Absence => "share",
            Self::Agreement => "fisher_z",
            Self::Spread | Self::Jump => "log",
            Self::Exam | Self::JournalExam => "sd",
        }
    }
}
