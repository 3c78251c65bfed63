//! One command, one file; no logic of its own.

mod app;
mod area;
mod args;
mod certify;
mod check;
mod cluster;
mod columns;
mod completions;
mod explain;
mod fault;
mod fit;
mod language;
mod layout;
mod method;
mod peers;
mod plan;
mod printer;
mod progress;
mod reason;
mod run;
mod runs;
mod signs;
mod social;
mod synth;
mod synth_score;
mod tally;
mod usage;
mod why;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::ArgMatches;

use crate::base::Result;
use crate::cli::app::App;
use crate::cli::printer::Printer;
use crate::run::{fence, threads};
use crate::text::Arg;

/// Reads the command line, does what it says, and answers with the exit code.
#[must_use]
pub fn main() -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().collect();
    if words.get(1).is_some_and(|word| word == fence::COMMAND) {
        return fence::child_main();
    }
    let lang = language::of(&words);
    let matches = match args::command(lang).try_get_matches_from(&words) {
        Ok(matches) => matches,
        Err(error) if !error.use_stderr() => {
            let mut printer = Printer::new();
            printer.print(&error.to_string());
            return printer
                .finish()
                .map_or_else(|fault| fault::report(lang, false, &fault), |()| ExitCode::SUCCESS);
        }
        Err(error) => {
            let json = words.iter().any(|word| word == "--json");
            return fault::report(lang, json, &usage::fault(lang, &error));
        }
    };
    let app = App::new(lang, &matches);
    match dispatch(&app, &matches).and_then(|code| app.finish().map(|()| code)) {
        Ok(code) => code,
        Err(fault) => fault::report(lang, app.json, &fault),
    }
}

fn dispatch(app: &App, matches: &ArgMatches) -> Result<ExitCode> {
    if let Some(count) = matches.get_one::<usize>("threads")
        && let Some(code) = threads::ensure(*count)?
    {
        return Ok(ExitCode::from(code));
    }
    if let Some(value) = language::unknown(|name| std::env::var(name).ok()).filter(|_| !app.quiet) {
        app.note(&app.say("note-language", &[("value", Arg::from(value))]));
    }
    match matches.subcommand() {
        Some(("run", args)) => run::run(app, args),
        Some(("plan", args)) => plan::plan(app, args),
        Some(("runs", _)) => runs::runs(app),
        Some(("why", args)) => why::why(app, args),
        Some(("explain", args)) => explain::explain(app, args),
        Some(("check", args)) => return check::check(app, args),
        Some(("layout", args)) => layout::layout(app, args),
        Some(("method", args)) => method::method(app, args),
        Some(("peers", args)) => peers::peers(app, args),
        Some(("fit", args)) => fit::fit(app, args),
        Some(("cluster", args)) => cluster::cluster(app, args),
        Some(("synth", args)) => synth::synth(app, args),
        Some(("certify", args)) => return certify::certify(app, args),
        Some(("completions", args)) => completions::completions(app, args),
        _ => Ok(()),
    }?;
    Ok(ExitCode::SUCCESS)
}
