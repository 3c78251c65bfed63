//! `rsoko completions SHELL`: the completion script of a shell.

use clap::ArgMatches;
use clap_complete::Shell;

use crate::base::Result;
use crate::cli::app::App;
use crate::cli::args::command;

/// Prints the script.
///
/// # Errors
/// Never.
pub fn completions(app: &App, args: &ArgMatches) -> Result<()> {
    let mut script = Vec::new();
    if let Some(shell) = args.get_one::<Shell>("shell") {
        clap_complete::generate(*shell, &mut command(app.lang), "rsoko", &mut script);
    }
    app.line(&String::from_utf8_lossy(&script));
    Ok(())
}
