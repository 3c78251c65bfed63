//! One command, one file; no logic of its own.

use std::process::ExitCode;

/// Reads the command line, does what it says, and answers with the exit code.
#[must_use]
pub fn main() -> ExitCode {
    ExitCode::SUCCESS
}
