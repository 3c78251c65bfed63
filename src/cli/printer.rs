//! The only way to standard output. A reader that has gone away (`rsoko runs | head`) is no trouble; a full disk is.

use std::fmt::Write as _;
use std::io::{self, Write};

use crate::base::{Fault, FaultCode, Result};

/// Prints answers to standard output, with colours where it is a terminal that wants them.
pub struct Printer {
    out: anstream::Stdout,
    /// What standard output said when it first refused: nothing is printed after that.
    refused: Option<io::Error>,
}

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

const COLOURS: [&str; 6] = [BOLD, DIM, RED, GREEN, YELLOW, PLAIN];

impl Printer {
    /// Standard output.
    #[must_use]
    pub fn new() -> Self {
        Self { out: anstream::stdout(), refused: None }
    }

    /// Prints a text.
    pub fn print(&mut self, text: &str) {
        self.write(&harmless(text));
    }

    /// Prints a line.
    pub fn line(&mut self, text: &str) {
        self.print(&format!("{text}\n"));
    }

    /// Prints an answer for a program.
    pub fn json(&mut self, value: &impl serde::Serialize) {
        if let Ok(text) = serde_json::to_string_pretty(value) {
            self.write(&format!("{}\n", harmless_json(&text)));
        }
    }

    fn write(&mut self, text: &str) {
        if self.refused.is_none() {
            self.refused = self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush()).err();
        }
    }

    /// Was everything printed?
    ///
    /// # Errors
    /// `E904` where standard output refused, except where nobody reads on.
    pub fn finish(&self) -> Result<()> {
        match &self.refused {
            Some(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(Fault::new(FaultCode::OutputFailed).refused_by_system(error))
            }
            _ => Ok(()),
        }
    }
}

/// A text that can do nothing to a terminal but be read: names out of files may hold characters that turn the direction
/// of writing or move the cursor. They are shown as their numbers; our own colours stay.
#[must_use]
pub fn harmless(text: &str) -> String {
    if !text.chars().any(|c| is_harmful(c) && c != '\n') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some(colour) = COLOURS.iter().find(|colour| rest.starts_with(**colour)) {
            out.push_str(colour);
            rest = rest.get(colour.len()..).unwrap_or_default();
            continue;
        }
        if is_harmful(c) && c != '\n' && c != '\t' {
            let _ = write!(out, "<U+{:04X}>", u32::from(c));
        } else {
            out.push(c);
        }
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
    }
    out
}

/// The same for JSON, where such a character is written as its escape and means what it meant.
#[must_use]
pub fn harmless_json(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_harmful(c) && c != '\n' {
            let _ = write!(out, "\\u{:04x}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}

/// Control characters, marks and overrides of direction, separators of lines that no editor shows as such.
fn is_harmful(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::{RED, harmless, harmless_json};

    #[test]
    fn nothing_of_a_name_reaches_the_terminal_but_its_letters() {
        let name = "Школа\u{202e}xslx.\u{1b}[2J\u{7}\rА";
        assert_eq!(harmless(name), "Школа<U+202E>xslx.<U+001B>[2J<U+0007><U+000D>А");
        assert_eq!(harmless(&format!("{RED}да\n\tнет")), format!("{RED}да\n\tнет"));
        assert_eq!(harmless("12\u{202f}345 школ"), "12\u{202f}345 школ");
        let json = serde_json::to_string(name).unwrap();
        assert!(!harmless_json(&json).contains('\u{202e}'));
        assert_eq!(serde_json::from_str::<String>(&harmless_json(&json)).unwrap(), name);
    }
}
