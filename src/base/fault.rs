//! Trouble with the run: a typed error with an exit code, a place, a cause and (in the catalogue) a cure.

use crate::base::Place;

/// `Result` with a [`Fault`], boxed so that the good path stays small.
pub type Result<T> = std::result::Result<T, Box<Fault>>;

macro_rules! fault_codes {
    ($($(#[$doc:meta])* $name:ident = $id:literal exit $exit:literal,)*) => {
        /// What went wrong. Wording and cure stand in the message catalogue under `fault-<id>` and
        /// `fault-<id>.cure`; the exit code tells the class of trouble to a caller that sees no text.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum FaultCode {
            $($(#[$doc])* $name,)*
        }

        impl FaultCode {
            /// Every code, in the order of their ids.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The id that is printed, the same in every language.
            #[must_use]
            pub fn id(self) -> &'static str {
                match self { $(Self::$name => $id,)* }
            }

            /// The exit code: 1 bug, 2 wrong use, 10 declaration, 11 source, 12 validation, 13 numerics,
            /// 14 disclosure, 15 lake, 16 disk, 17 server.
            #[must_use]
            pub fn exit(self) -> u8 {
                match self { $(Self::$name => $exit,)* }
            }
        }
    };
}

fault_codes! {
    /// A broken promise of the program itself.
    Bug = "E101" exit 1,
    /// The command line cannot be understood.
    Usage = "E201" exit 2,
    /// A school, indicator or run that was asked for is not there.
    NotFound = "E202" exit 2,
    /// No workspace here: no folder `pipelines`.
    NoWorkspace = "E203" exit 2,
    /// A name is not unique: several schools fit.
    Ambiguous = "E204" exit 2,
    /// There is no finished run yet.
    NoRun = "E205" exit 2,
    /// A folder that would be written over holds the work of somebody else.
    FolderTaken = "E206" exit 2,
    /// A formula cannot be understood, or does not fit its table.
    FormulaInvalid = "E207" exit 2,
    /// Options of a fit do not go together.
    FitOption = "E208" exit 2,
    /// A declared file is missing.
    FileMissing = "E301" exit 10,
    /// A declaration is not valid TOML, or a field has the wrong type.
    DeclarationUnreadable = "E302" exit 10,
    /// A declaration names something unknown: a stage, a layout, a table, a column.
    NameUnknown = "E303" exit 10,
    /// A pack's or a report's query reaches for something that it may not.
    QueryRefused = "E304" exit 10,
    /// A pack's or a report's query is not valid SQL, or fails on the tables.
    QueryInvalid = "E305" exit 10,
    /// Stages need each other in a circle, or a table has no writer or two.
    GraphBroken = "E306" exit 10,
    /// A value of a declaration is out of its range.
    ValueInvalid = "E307" exit 10,
    /// A path leaves the workspace, or is a link.
    PathRefused = "E308" exit 10,
    /// A report notebook is malformed.
    ReportInvalid = "E309" exit 10,
    /// A value of a declaration is understood, but nothing acts on it yet.
    NotSupported = "E310" exit 10,
    /// An indicator does not say whether repeated rows count, or which wave it is about.
    RowsUndecided = "E311" exit 10,
    /// No source file fits any of the declared globs.
    NoSources = "E401" exit 11,
    /// Not one source could be read.
    SourcesUnreadable = "E402" exit 11,
    /// A researcher's table cannot be read.
    TableUnreadable = "E403" exit 11,
    /// Validation forbids to go on.
    ValidationStopped = "E501" exit 12,
    /// A computation has no trustworthy answer.
    Numerical = "E601" exit 13,
    /// A model has no trustworthy answer on these data.
    FitRefused = "E602" exit 13,
    /// A figure of the certificate misses its bar.
    BarMissed = "E603" exit 13,
    /// Another run holds the lake.
    LakeLocked = "E801" exit 15,
    /// A stored table is damaged: its content does not fit its hash.
    LakeDamaged = "E802" exit 15,
    /// A table has not the columns that its declaration promises.
    TableMalformed = "E803" exit 15,
    /// The disk refused.
    Disk = "E901" exit 16,
    /// The disk is full.
    DiskFull = "E902" exit 16,
    /// The fenced child process cannot be started.
    ChildFailed = "E903" exit 16,
    /// Standard output refused.
    OutputFailed = "E904" exit 16,
}

/// An error of the run: code, place, the values that its wording needs, and the cause underneath.
#[derive(Debug, Clone, thiserror::Error)]
#[error("[{}] {} {} {}", code.id(), place, args.iter().map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>().join(" "), cause.or(detail.as_deref()).unwrap_or_default())]
pub struct Fault {
    /// What went wrong.
    pub code: FaultCode,
    /// Where.
    pub place: Place,
    /// Values for the catalogue's wording, by name.
    pub args: Vec<(&'static str, String)>,
    /// Why: a key of the catalogue, `cause-<key>`, whose wording may use the values above.
    pub cause: Option<&'static str>,
    /// What the layer underneath said, in its own words: for whoever maintains the program. Never a value of a cell.
    pub detail: Option<String>,
}

impl Fault {
    /// A fault of this code, without a place.
    #[must_use]
    pub fn new(code: FaultCode) -> Box<Self> {
        Box::new(Self { code, place: Place::Nowhere, args: Vec::new(), cause: None, detail: None })
    }

    /// Says where.
    #[must_use]
    pub fn at(mut self: Box<Self>, place: Place) -> Box<Self> {
        self.place = place;
        self
    }

    /// Gives the wording a value: `$name` in the catalogue.
    #[must_use]
    pub fn with(mut self: Box<Self>, name: &'static str, value: impl ToString) -> Box<Self> {
        self.args.push((name, value.to_string()));
        self
    }

    /// Says why, by a key of the catalogue: `cause-<key>`.
    #[must_use]
    pub fn why(mut self: Box<Self>, key: &'static str) -> Box<Self> {
        self.cause = Some(key);
        self
    }

    /// Keeps what the layer underneath said, as a technical detail: it is in no language of the users.
    #[must_use]
    pub fn because(mut self: Box<Self>, detail: impl ToString) -> Box<Self> {
        self.detail = Some(detail.to_string());
        self
    }

    /// Says why the operating system refused.
    #[must_use]
    pub fn refused_by_system(self: Box<Self>, error: &std::io::Error) -> Box<Self> {
        self.why(crate::base::os_cause(error)).because(error)
    }
}
