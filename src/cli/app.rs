//! What every command has: the language, the workspace, the printer.

use std::cell::RefCell;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use clap::ArgMatches;

use crate::base::Result;
use crate::cli::printer::{PLAIN, Printer, YELLOW, harmless};
use crate::lake::RealDisk;
use crate::run::{OpenRun, Workspace};
use crate::text::{Arg, Catalogue, Lang, catalogue};

/// What the options that stand everywhere say.
pub struct App {
    /// The language.
    pub lang: Lang,
    /// Its catalogue.
    pub cat: &'static Catalogue,
    /// Answers for programs?
    pub json: bool,
    /// Nothing but faults?
    pub quiet: bool,
    folder: PathBuf,
    printer: RefCell<Printer>,
}

impl App {
    /// Reads the options.
    #[must_use]
    pub fn new(lang: Lang, matches: &ArgMatches) -> Self {
        Self {
            lang,
            cat: catalogue(lang),
            json: matches.get_flag("json"),
            quiet: matches.get_flag("quiet"),
            folder: matches.get_one::<PathBuf>("workspace").cloned().unwrap_or_else(|| PathBuf::from(".")),
            printer: RefCell::new(Printer::new()),
        }
    }

    /// Opens the latest run, and says so where it is not sure that it is the latest.
    ///
    /// # Errors
    /// As [`OpenRun::latest`].
    pub fn latest(&self, workspace: &Workspace) -> Result<OpenRun> {
        let run = OpenRun::latest(workspace)?;
        if run.fallen_back() {
            self.note(&self.say("note-latest", &[("run", Arg::from(&run.manifest().run))]));
        }
        Ok(run)
    }

    /// Says which of these files are no longer what the run read.
    ///
    /// # Errors
    /// Exit 16 where the disk refuses.
    pub fn changed_sources<'p>(
        &self,
        run: &OpenRun,
        files: impl IntoIterator<Item = &'p str>,
    ) -> Result<Vec<String>> {
        let changed = run.changed_sources(files)?;
        for (path, is_there) in &changed {
            let key = if *is_there { "note-source-changed" } else { "note-source-gone" };
            self.note(&self.say(key, &[("path", Arg::from(path))]));
        }
        Ok(changed.into_keys().collect())
    }

    /// Tells something beside the answer: on standard error, and not where a program reads.
    pub fn note(&self, text: &str) {
        if !self.json {
            // Nobody to tell where standard error is closed.
            let _ = writeln!(anstream::stderr(), "{YELLOW}{}{PLAIN}", harmless(text));
        }
    }

    /// Was the whole answer printed?
    ///
    /// # Errors
    /// `E904` where standard output refused.
    pub fn finish(&self) -> Result<()> {
        self.printer.borrow().finish()
    }

    /// Opens the workspace.
    ///
    /// # Errors
    /// `E203` where there is none.
    pub fn workspace(&self) -> Result<Workspace> {
        Workspace::open(&self.folder, Arc::new(RealDisk))
    }

    /// A text of the catalogue.
    #[must_use]
    pub fn t(&self, key: &str) -> String {
        self.cat.text(key)
    }

    /// A text of the catalogue with values.
    #[must_use]
    pub fn say(&self, key: &str, args: &[(&str, Arg<'_>)]) -> String {
        self.cat.get(key, args)
    }

    /// A count with its noun.
    #[must_use]
    pub fn count(&self, count: u64, noun: &str) -> String {
        self.cat.count(i64::try_from(count).unwrap_or(i64::MAX), noun)
    }

    /// A word of a vocabulary; an unknown one as it is.
    #[must_use]
    pub fn word(&self, value: &str) -> String {
        let keys = ["word-", "measure-", "severity-"].map(|prefix| format!("{prefix}{value}"));
        keys.iter().find(|key| self.cat.has(key)).map_or_else(|| value.to_owned(), |key| self.t(key))
    }

    /// A text in the terminal's language out of texts by language.
    #[must_use]
    pub fn of<'a>(&self, texts: &'a std::collections::BTreeMap<String, String>) -> &'a str {
        texts.get(self.lang.code()).or_else(|| texts.values().next()).map_or("", String::as_str)
    }

    /// Prints a line of an answer.
    pub fn line(&self, text: &str) {
        self.printer.borrow_mut().line(text);
    }

    /// Prints an answer for programs.
    pub fn answer(&self, value: &impl serde::Serialize) {
        self.printer.borrow_mut().json(value);
    }
}
