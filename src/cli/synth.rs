//! `rsoko synth DIR`: a synthetic region, as the files that senders would send, or as Parquet.

use std::path::PathBuf;

use clap::ArgMatches;

use crate::base::{Fault, FaultCode, Result, Year};
use crate::cli::app::App;
use crate::cli::progress::Progress;
use crate::lake::RealDisk;
use crate::synth::{Format, Params, make_room, run};
use crate::text::Arg;

/// Writes a region.
///
/// # Errors
/// `E201` where the years are not understood, `E206` where the folder holds files of others, else as the synthesis says.
pub fn synth(app: &App, args: &ArgMatches) -> Result<()> {
    if let Some(("score", args)) = args.subcommand() {
        return super::synth_score::score(app, args);
    }
    let folder = args.get_one::<PathBuf>("dir").cloned().unwrap_or_default();
    let years = args.get_one::<String>("years").map_or("", String::as_str);
    let parquet = args.get_one::<String>("format").is_some_and(|format| format == "parquet");
    let params = Params {
        schools: usize::try_from(args.get_one::<u32>("schools").copied().unwrap_or_default())
            .unwrap_or(usize::MAX),
        seed: args.get_one::<u64>("seed").copied().unwrap_or_default(),
        years: span(years).ok_or_else(|| {
            let subject = "--years".to_owned();
            let args = [("subject", Arg::from(subject)), ("value", Arg::from(years))];
            Fault::new(FaultCode::Usage).with("said", app.say("usage-value-invalid", &args)).why("said")
        })?,
        format: if parquet { Format::Parquet } else { Format::Files },
    };
    make_room(&RealDisk, &folder, args.get_flag("force"))?;
    let progress = Progress::new(app.lang, app.quiet || app.json);
    let name = app.t("cli-synth-step");
    let written = run(&params, &RealDisk, &folder, &|done, total| progress.steps(&name, done, total))?;
    if app.json {
        app.answer(&serde_json::json!({ "folder": folder, "files": written.files, "bytes": written.bytes }));
    } else if !app.quiet {
        let args = [
            ("files", Arg::from(app.count(written.files, "file"))),
            ("path", Arg::from(folder.display().to_string())),
        ];
        app.line(&app.say("cli-synth-done", &args));
    }
    Ok(())
}

/// `2023..2025` or `2024`.
fn span(text: &str) -> Option<Vec<Year>> {
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    let (first, last): (i32, i32) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
    let fits = |year| (1990..=2100).contains(&year);
    (fits(first) && fits(last) && first <= last).then(|| (first..=last).map(Year).collect())
}

#[cfg(test)]
mod tests {
    use super::span;
    use crate::base::Year;

    #[test]
    fn spans_of_years() {
        assert_eq!(span("2023..2025"), Some(vec![Year(2023), Year(2024), Year(2025)]));
        assert_eq!(span("2024"), Some(vec![Year(2024)]));
        for bad in ["", "2025..2023", "20..25", "a..b", "2023..", "1..2147483647"] {
            assert_eq!(span(bad), None, "{bad}");
        }
    }
}
