//! How far a run is: a bar a stage with the time left; plain lines where standard error is no terminal.

use std::io::{IsTerminal, Write};
use std::sync::{Mutex, PoisonError};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use crate::cli::printer::{DIM, GREEN, PLAIN, harmless};
use crate::cli::reason::reasons;
use crate::pipeline::Reason;
use crate::run::Reporter;
use crate::text::{Arg, Catalogue, Lang, catalogue};

/// Shows a run on standard error.
pub struct Progress {
    cat: &'static Catalogue,
    quiet: bool,
    terminal: bool,
    bar: Mutex<Option<ProgressBar>>,
}

impl Progress {
    /// In this language; a quiet one shows nothing.
    #[must_use]
    pub fn new(lang: Lang, quiet: bool) -> Self {
        Self { cat: catalogue(lang), quiet, terminal: std::io::stderr().is_terminal(), bar: Mutex::new(None) }
    }

    /// Shows the steps of a work that has one stage only.
    pub fn steps(&self, name: &str, done: u64, total: u64) {
        if done == 0 || self.bar().is_none() {
            self.start(name);
        }
        self.total(total);
        if let Some(bar) = self.bar().as_ref() {
            bar.set_position(done);
        }
        if done == total {
            self.finish();
        }
    }

    fn start(&self, prefix: &str) {
        if self.quiet || !self.terminal {
            return;
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        bar.set_style(style(self.cat));
        bar.set_prefix(prefix.to_owned());
        *self.bar() = Some(bar);
    }

    fn finish(&self) {
        if let Some(bar) = self.bar().take() {
            bar.finish_and_clear();
        }
    }

    fn say(&self, text: &str) {
        if !self.quiet {
            // Nobody to tell where standard error is closed.
            let _ = writeln!(anstream::stderr(), "{}", harmless(text));
        }
    }

    fn name(&self, kind: &str) -> String {
        let key = format!("word-{kind}");
        if self.cat.has(&key) { self.cat.text(&key) } else { kind.to_owned() }
    }

    fn bar(&self) -> std::sync::MutexGuard<'_, Option<ProgressBar>> {
        self.bar.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reporter for Progress {
    fn stage_starts(&self, kind: &str, why: &[Reason], position: usize, count: usize) {
        let prefix = format!("[{position}/{count}] {}", self.name(kind));
        if why.is_empty() {
            self.say(&format!("{DIM}{prefix}: {}{PLAIN}", self.cat.text("cli-reused")));
            return;
        }
        self.say(&format!("{prefix} {DIM}({}){PLAIN}", reasons(self.cat, why)));
        self.start(&prefix);
    }

    fn total(&self, steps: u64) {
        if let Some(bar) = self.bar().as_ref() {
            bar.set_length(steps);
        }
    }

    fn advance(&self, steps: u64) {
        if let Some(bar) = self.bar().as_ref() {
            bar.inc(steps);
        }
    }

    fn stage_ends(&self, kind: &str, reused: bool) {
        self.finish();
        if !reused && self.terminal {
            self.say(&format!("      {GREEN}✓{PLAIN} {}", self.name(kind)));
        }
    }
}

/// `[3/9] показатели ━━━━━━────── 12/40, осталось 0:14`
fn style(cat: &'static Catalogue) -> ProgressStyle {
    let left = move |state: &ProgressState, out: &mut dyn std::fmt::Write| {
        let seconds = state.eta().as_secs();
        if state.pos() > 0 && state.len().is_some() {
            let time = format!("{}:{:02}", seconds / 60, seconds % 60);
            let _ = write!(out, "{}", cat.get("cli-left", &[("time", Arg::from(time))]));
        }
    };
    ProgressStyle::with_template("{prefix} {bar:28} {pos}/{len}{left}")
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .with_key("left", left)
        .progress_chars("━╸─")
}
