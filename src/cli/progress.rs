//! How far a run is: a bar a stage with the time left; plain lines where standard error is no terminal.

use std::io::{IsTerminal, Write};
use std::sync::{Mutex, PoisonError};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use crate::cli::app::App;
use crate::cli::printer::{DIM, GREEN, PLAIN};
use crate::cli::reason::reasons;
use crate::pipeline::Reason;
use crate::run::Reporter;
use crate::text::{Arg, catalogue};

/// Shows a run on standard error.
pub struct Progress<'a> {
    app: &'a App,
    terminal: bool,
    bar: Mutex<Option<ProgressBar>>,
}

impl<'a> Progress<'a> {
    /// For this command line.
    #[must_use]
    pub fn new(app: &'a App) -> Self {
        Self { app, terminal: std::io::stderr().is_terminal(), bar: Mutex::new(None) }
    }

    fn say(&self, text: &str) {
        if !self.app.quiet {
            // Nobody to tell where standard error is closed.
            let _ = writeln!(anstream::stderr(), "{text}");
        }
    }
}
