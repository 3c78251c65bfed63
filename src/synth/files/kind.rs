//! Every kind of dirt that is planted into senders' files: the one list of them.

use crate::base::FindingCode;

/// What a rate is a share of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Spot {
    /// Schools: a habit that shows in all tests of the school.
    School,
    /// A school in one raw export of ВПР.
    RawSchool,
    /// A school in one form Ф1.
    FormSchool,
    /// A school in one test, whichever the layout.
    TestSchool,
    /// A school in the exams of one grade and year.
    ExamSchool,
    /// A school in the social passports of a year.
    PassportSchool,
    /// A school in the register of a year.
    RegisterSchool,
    /// Raw exports.
    RawFile,
    /// Forms Ф1.
    FormFile,
    /// Exports of exams.
    ExamFile,
    /// Files that should not be there: the rate is their number in a region.
    Stray,
    /// What the layout itself brings: in every file, whatever the rate.
    Layout,
}

macro_rules! dirt_kinds {
    ($($(#[$doc:meta])* $name:ident = $id:literal, $spot:ident $rate:literal, [$($code:ident),*];)*) => {
        /// A kind of planted dirt (handbook of the field, 2.5 and 2.7).
        ///
        /// A kind without a code is dirt that must be read rightly and without a word. Left out, because no layout of
        /// ours can show it or because telling it is the work of identities over the years: the raw exports of 2020 and
        /// 2021, tests of two parts, a municipality that is split or renamed *in the register* (passports spell it three
        /// ways, which is silent), skip patterns of questionnaires, codes that pair two subjects wrongly.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum DirtKind {
            $($(#[$doc])* $name,)*
        }

        impl DirtKind {
            /// All kinds.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The word in tables and profiles.
            #[must_use]
            pub fn id(self) -> &'static str {
                match self { $(Self::$name => $id,)* }
            }

            /// What its rate is a share of.
            #[must_use]
            pub fn spot(self) -> Spot {
                match self { $(Self::$name => Spot::$spot,)* }
            }

            /// How much of it a profile has that says nothing.
            #[must_use]
            pub fn usual_rate(self) -> f64 {
                match self { $(Self::$name => $rate,)* }
            }

            /// The findings that its cell must earn; none where it must be read without a word.
            #[must_use]
            pub fn earns(self) -> &'static [FindingCode] {
                match self { $(Self::$name => &[$(FindingCode::$code,)*],)* }
            }
        }
    };
}

dirt_kinds! {
    /// `Отсутствовал`, `ОТСУТСТВОВАЛ `, `отсутств.`: absent, spelt otherwise than the form says.
    AbsentSpelling = "absent_spelling", School 0.5, [];
    /// `X` for a task that was not attempted: Latin, Cyrillic, small, with spaces around it.
    CrossSpelling = "cross_spelling", School 0.4, [];
    /// `5 "А"`, `5а`, `5 А`, `«А»`, `5-А`, a letter alone.
    ClassSpelling = "class_spelling", School 0.25, [];
    /// A Latin letter that looks like the class's Cyrillic one.
    ClassLookalike = "class_lookalike", School 0.06, [LettersMixed];
    /// «нет» in any case where a school has one class only: no letter.
    ClassWithoutLetter = "class_without_letter", School 0.1, [];
    /// No journal mark: `н/а`, a dash, `нет`, nothing at all.
    JournalSpelling = "journal_spelling", School 0.5, [];

    /// Codes as `50001.0`.
    CodeDecimal = "code_decimal", TestSchool 0.004, [];
    /// All numbers of one school are texts, in a column where others have numbers.
    NumbersAsText = "numbers_as_text", TestSchool 0.01, [];
    /// No-break spaces around the points.
    SpacedPoints = "spaced_points", TestSchool 0.004, [];
    /// `не изучали`, `н/п`: the topic was not taught.
    NotTaught = "not_taught", TestSchool 0.004, [];
    /// The variant is 0.
    VariantZero = "variant_zero", TestSchool 0.003, [];
    /// No variant beside points.
    VariantBlank = "variant_blank", TestSchool 0.003, [];
    /// The login as `sch990017`, in capitals, with a blank, or bare digits.
    LoginForm = "login_form", TestSchool 0.006, [];
    /// Tasks in which nothing stands, of pupils with points in others.
    BlankTask = "blank_task", TestSchool 0.003, [TasksBlank];
    /// A word where points should stand.
    WordForPoints = "word_for_points", TestSchool 0.002, [NumberUnreadable];
    /// More points than the task has, half a point, fewer than none.
    PointsOffScale = "points_off_scale", TestSchool 0.002, [OutOfScale];
    /// A journal mark of 7, 1, 0 or four and a half.
    ImpossibleMark = "impossible_mark", TestSchool 0.002, [OutOfScale];
    /// `зач.` in the place of a journal mark.
    WordForMark = "word_for_mark", TestSchool 0.002, [NumberUnreadable];
    /// Six digits for a pupil's code.
    CodeUnusual = "code_unusual", TestSchool 0.002, [CodeUnusual];
    /// `вариант 1` where 1 should stand.
    VariantUnusual = "variant_unusual", TestSchool 0.002, [CodeUnusual];
    /// `5 класс` for a class.
    ClassUnusual = "class_unusual", TestSchool 0.002, [CodeUnusual];
    /// No login in a pupil's row: the row is set aside.
    SchoolUnreadable = "school_unreadable", TestSchool 0.002, [SchoolUnreadable];
    /// One pupil twice, both rows alike. The finding stands at the first of them.
    PupilTwice = "pupil_twice", TestSchool 0.002, [PupilRepeated];
    /// One code twice with different results. The finding stands at the first of them.
    PupilTwiceDiffering = "pupil_twice_differing", TestSchool 0.002, [PupilRepeated];
    /// A school that no register knows follows this one.
    SchoolUnregistered = "school_unregistered", TestSchool 0.001, [SchoolUnregistered];

    /// The printed total leaves out the last three tasks.
    WrongTotal = "wrong_total", RawSchool 0.01, [TotalDiffers];
    /// The printed total is 0 beside filled tasks.
    ZeroTotal = "zero_total", RawSchool 0.004, [TotalDiffers];
    /// No total beside filled tasks.
    BlankTotal = "blank_total", RawSchool 0.004, [];
    /// A word for the total.
    WordForTotal = "word_for_total", RawSchool 0.002, [NumberUnreadable];
    /// A total above the highest possible, which the tasks do not give.
    TotalAboveMax = "total_above_max", RawSchool 0.002, [OutOfScale, TotalDiffers];
    /// Another form: the last two tasks stand right of everything, under no header. Their own columns are blank, and the
    /// printed total is not what the task columns add up to.
    OtherForm = "other_form", RawSchool 0.004, [DigitsBesideTasks];
    /// An absent pupil with points.
    AbsentWithScores = "absent_with_scores", RawSchool 0.004, [AbsentWithScores];
    /// A pupil with class and sex, but without any result.
    RowWithoutResult = "row_without_result", RawSchool 0.004, [RowWithoutResult];
    /// A word that no vocabulary knows for a pupil's sex.
    SexUnknown = "sex_unknown", RawSchool 0.004, [WordUnknown];
    /// A mark that the scale does not give for the score.
    MarkOffScale = "mark_off_scale", FormSchool 0.003, [MarkOffScale];
    /// A group line that says another number of participants than follow.
    GroupCount = "group_count", FormSchool 0.002, [CountsContradict];

    /// All numbers of the file are texts.
    TextFile = "text_file", RawFile 0.25, [];
    /// Headers of tasks without the blank: `5(1б)`.
    TightHeaders = "tight_headers", RawFile 0.25, [];
    /// A column of textbooks in the middle of the tasks: it is not used, and that is said.
    TextbookColumn = "textbook_column", RawFile 0.25, [ColumnUnmapped];
    /// The column headed «Регион» holds the municipality.
    RegionHoldsMunicipality = "region_holds_municipality", RawFile 0.25, [];
    /// The sheet with the data is hidden.
    HiddenSheet = "hidden_sheet", RawFile 0.2, [SheetHidden];
    /// No column of the pupils' sex.
    ColumnAbsent = "column_absent", RawFile 0.2, [ColumnAbsent];
    /// Cells of a class merged below the header: only the first has the value.
    MergedCells = "merged_cells", RawFile 0.2, [CellsMerged];
    /// A sheet that says to be a thousand columns wide.
    WideSheet = "wide_sheet", RawFile 0.3, [];
    /// A filter was left on: all rows but those of one municipality are hidden.
    FilterLeft = "filter_left", FormFile 0.12, [RowsHidden];
    /// The column of journal marks is hidden.
    HiddenColumn = "hidden_column", FormFile 0.12, [ColumnsHidden];
    /// A column of names under a header that no form has.
    PersonalHeader = "personal_header", FormFile 0.12, [PersonalColumn];
    /// Another sheet with notes of the sender.
    NotesSheet = "notes_sheet", FormFile 0.12, [SheetUnread];
    /// The file's name says another year than the form itself.
    OtherYear = "other_year", FormFile 0.1, [FactsContradict];
    /// UTF-8 with a mark and tabs, where the other years send cp1251 and semicolons.
    TabFile = "tab_file", ExamFile 0.15, [];

    /// A word for a primary score.
    ExamWordForScore = "exam_word_for_score", ExamSchool 0.004, [NumberUnreadable];
    /// A byte that cp1251 does not have.
    UndecodableByte = "undecodable_byte", ExamSchool 0.003, [ByteUndecodable];
    /// A line break inside a quoted cell: rows are counted as a spreadsheet shows them.
    LineBreak = "line_break", ExamSchool 0.004, [];
    /// A category that no vocabulary knows.
    CategoryUnknown = "category_unknown", ExamSchool 0.003, [WordUnknown];
    /// A status that no vocabulary knows: the row is set aside.
    StatusUnknown = "status_unknown", ExamSchool 0.003, [WordUnknown];
    /// A subject that no vocabulary knows: the row is set aside.
    SubjectUnknown = "subject_unknown", ExamSchool 0.003, [WordUnknown];
    /// ЕГЭ in mathematics, and not a word whether base or profile.
    LevelMissing = "level_missing", ExamSchool 0.003, [WordUnknown];
    /// Somebody who did not come has a score.
    NoShowWithScore = "no_show_with_score", ExamSchool 0.003, [AbsentWithScores];
    /// A test score above 100.
    TestScoreOffScale = "test_score_off_scale", ExamSchool 0.003, [OutOfScale];
    /// A mark of 1.
    ExamMarkOffScale = "exam_mark_off_scale", ExamSchool 0.003, [OutOfScale];
    /// A code with a dash in it.
    ExamCodeUnusual = "exam_code_unusual", ExamSchool 0.003, [CodeUnusual];
    /// The same line twice. The finding stands at the first.
    LineTwice = "line_twice", ExamSchool 0.003, [PupilRepeated];
    /// No code of the school: the row is set aside.
    ExamSchoolUnreadable = "exam_school_unreadable", ExamSchool 0.003, [SchoolUnreadable];

    /// Words for a count.
    WordsForCount = "words_for_count", PassportSchool 0.006, [NumberUnreadable];
    /// A count above the number of all pupils.
    CountAboveTotal = "count_above_total", PassportSchool 0.003, [CountsContradict];
    /// A share, or less than nothing, for a count.
    CountOffScale = "count_off_scale", PassportSchool 0.003, [OutOfScale];
    /// A no-break space inside the number of all pupils.
    SpacedTotal = "spaced_total", PassportSchool 0.01, [];
    /// Counts as texts.
    CountsAsText = "counts_as_text", PassportSchool 0.02, [];
    /// A school twice, with one count that differs. The finding stands at the first.
    PassportTwice = "passport_twice", PassportSchool 0.002, [MeasureRepeated];
    /// No login: the school's figures are set aside.
    PassportSchoolUnreadable = "passport_school_unreadable", PassportSchool 0.002, [SchoolUnreadable];

    /// A school twice in the register. The finding stands at the first.
    RegisteredTwice = "registered_twice", RegisterSchool 0.002, [SchoolRepeated];
    /// An ОКТМО that lost a digit.
    OktmoShort = "oktmo_short", RegisterSchool 0.003, [CodeUnusual];
    /// A kind of school that no vocabulary knows.
    KindUnknown = "kind_unknown", RegisterSchool 0.003, [WordUnknown];
    /// A kind of place that no vocabulary knows.
    LocalityUnknown = "locality_unknown", RegisterSchool 0.003, [WordUnknown];
    /// A parent without its login.
    ParentUnreadable = "parent_unreadable", RegisterSchool 0.003, [WordUnknown];
    /// `около 300` for the number of pupils.
    EnrolmentWords = "enrolment_words", RegisterSchool 0.003, [NumberUnreadable];

    /// A download that broke off.
    Truncated = "truncated", Stray 1.0, [FileUnreadable];
    /// A workbook about something else.
    ForeignBook = "foreign_book", Stray 1.0, [LayoutUnknown];
    /// A page of HTML that calls itself a workbook.
    HtmlBook = "html_book", Stray 1.0, [FileUnreadable];
    /// A text file that calls itself a workbook.
    CsvBook = "csv_book", Stray 1.0, [FileUnreadable];
    /// A PDF that calls itself a workbook.
    PdfBook = "pdf_book", Stray 1.0, [FileUnreadable];
    /// A workbook behind a password.
    LockedBook = "locked_book", Stray 1.0, [FileUnreadable];
    /// A file of no bytes.
    EmptyFile = "empty_file", Stray 1.0, [FileUnreadable];
    /// A form that nobody filled in.
    EmptyForm = "empty_form", Stray 1.0, [SheetEmpty];
    /// A form that says its grade nowhere.
    GradeMissing = "grade_missing", Stray 1.0, [FactMissing];
    /// A form whose column of codes has another name.
    ColumnRenamed = "column_renamed", Stray 1.0, [ColumnMissing];

    /// Rows that are no data: totals, group lines, rows kept ready. The value is their number.
    RowsAside = "rows_aside", Layout 1.0, [RowsAside];
    /// Totals as formulas. The value is their number.
    FormulaCells = "formula_cells", Layout 1.0, [FormulaCells];
    /// Columns of names, telephones and addresses.
    PersonalColumn = "personal_column", Layout 1.0, [PersonalColumn];
    /// A text file: its encoding and its separator are told.
    TextFormat = "text_format", Layout 1.0, [TextFormat];
    /// A decimal comma, in odd years.
    DecimalComma = "decimal_comma", Layout 1.0, [];
    /// A header of two rows, merged.
    MergedHeader = "merged_header", Layout 1.0, [];
    /// The sheet with the data is not the first.
    SecondSheet = "second_sheet", Layout 1.0, [];
    /// Blanks at the end of headers.
    SpacedHeader = "spaced_header", Layout 1.0, [];
    /// The subject in a case: `по русскому языку`.
    SubjectInCase = "subject_in_case", Layout 1.0, [];
    /// A municipality spelt three ways over three years.
    MunicipalitySpelling = "municipality_spelling", Layout 1.0, [];
    /// A correctional school (`ksh`) with the six digits of another school.
    SharedDigits = "shared_digits", Layout 1.0, [];
}

impl DirtKind {
    /// A kind by its word.
    #[must_use]
    pub fn named(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.id() == id)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::DirtKind;

    #[test]
    fn every_kind_has_a_word_of_its_own_and_stands_in_the_readme_of_the_files() {
        let readme = include_str!("README.md");
        let words: BTreeSet<_> = DirtKind::ALL.iter().map(|kind| kind.id()).collect();
        assert_eq!(words.len(), DirtKind::ALL.len());
        for kind in DirtKind::ALL {
            assert_eq!(DirtKind::named(kind.id()), Some(*kind));
            let line = readme.lines().find(|line| line.starts_with(&format!("| `{}` |", kind.id())));
            let line = line.unwrap_or_else(|| panic!("{} is not in the README", kind.id()));
            for code in kind.earns() {
                assert!(line.contains(code.id()), "{line}");
            }
        }
    }
}
