//! Trouble in the data: never fatal by itself, always with its cell.

use crate::base::Place;

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing, nothing to do.
    Note,
    /// A value was set to missing, or looks wrong.
    Warning,
    /// A row or a file was set aside.
    Error,
}

impl Severity {
    /// The word in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

macro_rules! finding_codes {
    ($($(#[$doc:meta])* $name:ident = $id:literal $severity:ident,)*) => {
        /// What is wrong. The wording, and what to do about it, stand in the message catalogue under
        /// `finding-<id>` and `finding-<id>.cure`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum FindingCode {
            $($(#[$doc])* $name,)*
        }

        impl FindingCode {
            /// Every code, in the order of their ids.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The id that is printed and stored, the same in every language.
            #[must_use]
            pub fn id(self) -> &'static str {
                match self { $(Self::$name => $id,)* }
            }

            /// How much a finding of this code weighs.
            #[must_use]
            pub fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)* }
            }
        }
    };
}

finding_codes! {
    /// The reader of this file was stopped: limits of memory, time, cells or bytes, or a crash.
    WorkbookRefused = "S101" Error,
    /// The file cannot be read as what its name says.
    FileUnreadable = "S102" Error,
    /// No layout fits the file's header.
    LayoutUnknown = "S103" Error,
    /// The file has no rows below its header.
    SheetEmpty = "S104" Warning,
    /// A hidden sheet was read.
    SheetHidden = "S105" Note,
    /// Hidden rows were read.
    RowsHidden = "S106" Note,
    /// Cells hold formulas; their cached values were used.
    FormulaCells = "S107" Note,
    /// A column that the layout needs is not in the header.
    ColumnMissing = "S108" Error,
    /// A byte does not belong to the declared encoding.
    ByteUndecodable = "S109" Warning,
    /// A column with personal data was not read.
    PersonalColumn = "S110" Note,
    /// A column that the layout does not map holds values.
    ColumnUnmapped = "S111" Warning,
    /// Year, grade or subject of a sheet stand nowhere: it cannot be placed.
    FactMissing = "S112" Error,
    /// Two places of a file give different years, grades or subjects.
    FactsContradict = "S113" Warning,
    /// Rows that are no data: totals, group lines, pre-filled empty rows.
    RowsAside = "S114" Note,
    /// The encoding and the separator of a text file, as found.
    TextFormat = "S115" Note,
    /// A sheet of a file whose other sheets were read fits no layout.
    SheetUnread = "S116" Note,
    /// A column that the layout knows is not in the header: its values are missing.
    ColumnAbsent = "S117" Warning,
    /// A hidden column was read.
    ColumnsHidden = "S118" Note,
    /// Cells below the header are merged: only the first of them has the value.
    CellsMerged = "S119" Warning,
    /// A glob of the pipeline found no file.
    GlobEmpty = "S120" Warning,
    /// The day of the test above the table cannot be read: the wave was taken from elsewhere.
    DateUnreadable = "S121" Warning,
    /// A kind of file in which hidden rows and columns cannot be seen.
    HiddenNotVisible = "S122" Note,
    /// A cell should hold a number and does not.
    NumberUnreadable = "I201" Warning,
    /// A cell holds a word that its vocabulary does not know.
    WordUnknown = "I202" Warning,
    /// A row has no readable school and was set aside.
    SchoolUnreadable = "I203" Error,
    /// The printed total is not the sum of the tasks.
    TotalDiffers = "I204" Warning,
    /// A number lies outside its scale.
    OutOfScale = "I205" Warning,
    /// A code, a class or a variant has not the form of one: it was not kept.
    CodeUnusual = "I206" Warning,
    /// A participant row without any result was set aside.
    RowWithoutResult = "I207" Note,
    /// A share was printed without its counts, or counts contradict each other.
    CountsContradict = "I208" Warning,
    /// Digits stand beside the columns of tasks: the school may have used another form.
    DigitsBesideTasks = "I209" Warning,
    /// Latin letters that look like Cyrillic ones were replaced.
    LettersMixed = "I210" Note,
    /// A pupil with scores has tasks in which nothing stands.
    TasksBlank = "I211" Warning,
    /// A pupil who did not take part, or whose result does not count, has scores: they were not used.
    AbsentWithScores = "I212" Warning,
    /// There is no scale for this test: marks were not computed.
    ScaleUnknown = "I213" Warning,
    /// Codes of a register have wrong control digits, or are of another region, or telephones: they were not kept.
    CodeFalse = "I214" Warning,
    /// A name holds a telephone, an address of e-mail or the number of a document: these were taken out.
    TextMasked = "I215" Warning,
    /// The formula of a printed total leaves tasks out.
    TotalFormula = "I220" Note,
    /// Pupils missed one of the two parts of a test: without a printed mark they have none.
    PartMissed = "I221" Note,
    /// Codes of pupils begin with another grade than that of the test.
    CodesOfGrade = "I222" Note,
    /// A decision on who is who cannot be used: its detail says what of it is wrong.
    IdentityUnusable = "I230" Error,
    /// A question was answered that an earlier answer skips.
    AnswerUnasked = "I223" Warning,
    /// A school stands in results and not in the register.
    SchoolUnregistered = "V301" Warning,
    /// A pupil's code stands twice in one test of one school. Its column says which of both: `repeat` for rows that are alike
    /// in every value and count once, `pupil_code` for rows that differ and all count.
    PupilRepeated = "V302" Warning,
    /// A year of the pipeline has no register, no measures, or no rows of a procedure or of one of its tests, which
    /// other years have.
    YearEmpty = "V303" Warning,
    /// A school gives one measure twice with different values.
    MeasureRepeated = "V304" Warning,
    /// The register holds a school twice.
    SchoolRepeated = "V305" Warning,
    /// A mark does not follow from the score by the scale of its year.
    MarkOffScale = "V306" Note,
    /// A figure of an aggregated file is not that of the pupils' rows.
    AggregateDiffers = "V310" Warning,
    /// An official list has a school that no register knows.
    OfficialUnregistered = "V308" Warning,
    /// An official list names a school more than once: it counts once.
    OfficialRepeated = "V312" Note,
    /// A school stands on the federal list and on the regional one of the same year, which adds to it.
    OfficialTwice = "V313" Warning,
    /// The register of a year does not say to which school a branch belongs: the register of another year does.
    ParentOfOtherYear = "V309" Note,
    /// The register says of no school, or of none that it knows, that a branch belongs to it: the branch counts by itself.
    BranchOfNobody = "V311" Warning,
    /// A year of the pipeline has no results at all.
    YearWithoutResults = "V307" Error,
    /// The registers of two years show a change of a school on which nobody has decided: which change, says the column.
    SchoolCaseOpen = "V320" Warning,
    /// The register gives a school another name or municipality under the same code: its history goes on.
    SchoolChanged = "V321" Note,
    /// Schools of one city give different answers about the city.
    CityAnswersDiffer = "V322" Warning,
    /// A municipality that holds only correctional schools is no place.
    MunicipalityOfKinds = "V323" Note,
    /// A measure's counts differ between schools no more than by chance in a year: an analysis went on without it.
    MeasureUnusable = "A401" Warning,
    /// A decision on a school cannot be used: its detail says what of it is wrong.
    DecisionUnusable = "A420" Error,
    /// No school can be assessed in the last year of the pipeline: the list is that of an earlier one, or of none.
    ListOfEarlierYear = "A410" Warning,
    /// An official list is of another year than ours.
    OfficialListOfOtherYear = "A411" Warning,
    /// A criterion of a list has not one row in the region: the list is judged by the others.
    CriterionWithoutRows = "A412" Warning,
    /// An indicator that no list counts has not one row in the region.
    IndicatorWithoutRows = "A413" Note,
    /// A condition by which schools are left out met no school of the register.
    ConditionWithoutSchools = "A414" Note,
    /// A stage is told to use what the method of the run has not: its column is the stage, its value the names.
    NotOfMethod = "A421" Warning,
    /// Two measures of an analysis say nearly the same.
    MeasuresAlike = "A430" Note,
    /// A measure of an analysis is a part of another one: what they share counts twice.
    MeasuresNested = "A431" Note,
}

/// One piece of trouble in the data.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// What is wrong.
    pub code: FindingCode,
    /// Where.
    pub place: Place,
    /// The canonical column, where there is one.
    pub column: Option<String>,
    /// What stands in the cell, where it cannot be personal: a short number, a word of a vocabulary. Of anything else
    /// only the look: each letter as `x` or `X`, each digit as `9`, at most twelve signs. The place leads to the cell.
    /// The names of files and sheets are the place itself: they are kept as they are.
    pub value: Option<String>,
    /// What was expected, or how many times it occurs: filled into the catalogue's wording as `$detail`.
    pub detail: Option<String>,
}

impl Finding {
    /// A finding of this code at this place.
    #[must_use]
    pub fn new(code: FindingCode, place: Place) -> Self {
        Self { code, place, column: None, value: None, detail: None }
    }

    /// Names the canonical column.
    #[must_use]
    pub fn column(mut self, column: impl Into<String>) -> Self {
        self.column = Some(column.into());
        self
    }

    /// Quotes the value. What comes from a sender's cell passes through the reader's rule for quoting first, and a
    /// value of a personal column never comes here.
    #[must_use]
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = Some(value.into());
        self
    }

    /// Says what was expected.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }
}
