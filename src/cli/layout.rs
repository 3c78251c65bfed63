//! `rsoko layout list | try`: the layouts, and what they make of a file.

use clap::ArgMatches;

use crate::base::{Fault, FaultCode, Place, Result};
use crate::cli::app::App;
use crate::cli::columns::aligned;
use crate::cli::printer::{BOLD, DIM, GREEN, PLAIN, YELLOW};
use crate::ingest::SheetTry;
use crate::run::{layout_names, try_layouts};
use crate::text::Arg;

/// Does what the word after `layout` says.
///
/// # Errors
/// `E301` where there is no such file, `E403` where it cannot be read, exit 10 where a layout is not right.
pub fn layout(app: &App, args: &ArgMatches) -> Result<()> {
    let workspace = app.workspace()?;
    match args.subcommand() {
        Some(("list", _)) => {
            let names = layout_names(&workspace)?;
            if app.json {
                app.answer(&names);
            } else {
                let rows: Vec<Vec<String>> =
                    names.into_iter().map(|(name, table)| vec![name, table]).collect();
                aligned(&rows, &[]).iter().for_each(|line| app.line(line));
            }
            Ok(())
        }
        Some(("try", args)) => {
            let file = args.get_one::<String>("file").map_or("", String::as_str);
            let sheets = try_layouts(&workspace, file)?.map_err(|word| {
                Fault::new(FaultCode::TableUnreadable).at(Place::File(file.to_owned())).because(word)
            })?;
            if app.json {
                app.answer(&sheets);
            } else {
                sheets.iter().for_each(|sheet| print(app, sheet));
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

fn print(app: &App, sheet: &SheetTry) {
    app.line(&format!("{BOLD}{}{PLAIN} ({})", sheet.sheet, app.count(sheet.rows as u64, "row")));
    match (&sheet.layout, sheet.header) {
        (Some(layout), Some((first, last))) => {
            let args =
                [("layout", Arg::from(layout)), ("first", Arg::from(first)), ("last", Arg::from(last))];
            app.line(&format!("  {GREEN}✓{PLAIN} {}", app.say("cli-layout-fits", &args)));
        }
        _ => app.line(&format!("  {YELLOW}✗{PLAIN} {}", app.t("cli-layout-none"))),
    }
    let rows: Vec<Vec<String>> = sheet
        .columns
        .iter()
        .map(|(letters, header, word, to)| {
            vec![format!("    {letters}"), header.clone(), app.t(&format!("cli-layout-{word}")), to.clone()]
        })
        .collect();
    aligned(&rows, &[]).iter().for_each(|line| app.line(line));
    for (name, matched, missing) in &sheet.nearest {
        let args = [
            ("layout", Arg::from(name)),
            ("matched", Arg::from(*matched)),
            ("missing", Arg::from(missing.join(", "))),
        ];
        let key = if missing.is_empty() { "cli-layout-near" } else { "cli-layout-missing" };
        app.line(&format!("  {DIM}{}{PLAIN}", app.say(key, &args)));
    }
    if let Some(draft) = &sheet.draft {
        app.line(&format!("  {}", app.t("cli-layout-draft")));
        app.line("");
        draft.lines().for_each(|line| app.line(line));
    }
    app.line("");
}
