//! The only way to standard output. A reader that has gone away (`rsoko runs | head`) is no trouble.

use std::io::Write;

/// Prints answers to standard output, with colours where it is a terminal that wants them.
pub struct Printer(anstream::Stdout);

/// Bold.
pub const BOLD: &str = "\u{1b}[1m";
/// Dim.
pub const DIM: &str = "\u{1b}[2m";
/// Red: trouble.
pub const RED: &str = "\u{1b}[1;31m";
/// Green: done.
pub const GREEN: &str = "\u{1b}[32m";
/// Yellow: look here.
pub const YELLOW: &str = "\u{1b}[33m";
/// Back to plain.
pub const PLAIN: &str = "\u{1b}[0m";

impl Printer {
    /// Standard output.
    #[must_use]
    pub fn new() -> Self {
        Self(anstream::stdout())
    }

    /// Prints a text as it is.
    pub fn print(&mut self, text: &str) {
        // A closed pipe means that nobody reads on: there is nothing to tell and nobody to tell it to.
        let _ = self.0.write_all(text.as_bytes()).and_then(|()| self.0.flush());
    }

    /// Prints a line.
    pub fn line(&mut self, text: &str) {
        self.print(&format!("{text}\n"));
    }

    /// Prints an answer for a program.
    pub fn json(&mut self, value: &impl serde::Serialize) {
        if let Ok(text) = serde_json::to_string_pretty(value) {
            self.line(&text);
        }
    }
}
