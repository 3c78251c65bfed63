//! Why a stage runs: a closed list, so that the plan can always say it.

/// The reason why a stage runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// It never ran here.
    First,
    /// Its program changed: another version of the code or of a library.
    Program,
    /// A parameter has another value: name, before, now.
    Parameter(String, String, String),
    /// A document has another text.
    Document(String),
    /// The seed changed.
    Seed,
    /// It prints the id of the run, and the run is another one although nothing else that it uses changed.
    Run,
    /// The years or the languages changed.
    Years,
    /// A source file is new, changed or gone.
    Source(String, SourceChange),
    /// The content of a table that it reads changed.
    Table(String),
    /// A table that it reads will be written anew by a stage that runs; whether its content changes is not known yet.
    Upstream(String),
    /// Its stored output is gone or damaged.
    OutputLost(String),
}

/// What happened to a source file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceChange {
    /// It was not there before.
    Added,
    /// Its bytes differ.
    Changed,
    /// It is gone.
    Removed,
}
