//! `rsoko synth DIR`: a synthetic region, as the files that senders would send, or as Parquet.

use std::path::{Path, PathBuf};

use clap::ArgMatches;

use crate::base::{Fault, FaultCode, Place, Result, Year};
use crate::cli::app::App;
use crate::cli::columns::aligned;
use crate::cli::progress::Progress;
use crate::lake::{Disk, RealDisk};
use crate::synth::{Format, Line, Params, Profile, make_room, run};
use crate::text::{Arg, number};

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
    let params = Params {
        schools: usize::try_from(args.get_one::<u32>("schools").copied().unwrap_or_default())
            .unwrap_or(usize::MAX),
        seed: args.get_one::<u64>("seed").copied().unwrap_or_default(),
        years: span(years).ok_or_else(|| {
            let subject = "--years".to_owned();
            let args = [("subject", Arg::from(subject)), ("value", Arg::from(years))];
            Fault::new(FaultCode::Usage).with("said", app.say("usage-value-invalid", &args)).why("said")
        })?,
        format: match args.get_one::<String>("format").map(String::as_str) {
            Some("parquet") => Format::Parquet,
            Some("raw-2021") => Format::Raw2021,
            _ => Format::Files,
        },
        profile: profile(args.get_one::<String>("profile").map_or("typical", String::as_str))?,
    };
    make_room(&RealDisk, &folder, args.get_flag("force"))?;
    let progress = Progress::new(app.lang, app.quiet || app.json);
    let name = app.t("cli-synth-step");
    let written = run(&params, &RealDisk, &folder, &|done, total| progress.steps(&name, done, total))?;
    if app.json {
        app.answer(&serde_json::json!({
            "folder": folder,
            "files": written.files,
            "bytes": written.bytes,
            "calibration": written.calibration,
        }));
    } else if !app.quiet {
        let args = [
            ("files", Arg::from(app.count(written.files, "file"))),
            ("path", Arg::from(folder.display().to_string())),
        ];
        table(app, &written.calibration);
        app.line(&app.say("cli-synth-done", &args));
    }
    Ok(())
}

/// A built-in profile by its name, or a file.
fn profile(name: &str) -> Result<Profile> {
    let path = Path::new(name);
    if path.extension().is_none() {
        return Profile::named(name);
    }
    let place = || Place::File(name.to_owned());
    let missing = |error: std::io::Error| Fault::new(FaultCode::FileMissing).at(place()).because(error);
    let bytes = RealDisk.read(path).map_err(missing)?;
    let text = String::from_utf8(bytes)
        .map_err(|error| Fault::new(FaultCode::DeclarationUnreadable).at(place()).because(error))?;
    Profile::parse(name, &text)
}

/// What real regions show, what was made, and whether it lies inside.
fn table(app: &App, lines: &[Line]) {
    let span = |(low, high): (f64, f64)| {
        let shown = |value: f64| number(app.lang, value, if high > 1.0 { 1 } else { 3 });
        if low < high { format!("{} – {}", shown(low), shown(high)) } else { shown(low) }
    };
    let head = ["cli-synth-target", "cli-synth-real", "cli-synth-made", "cli-synth-fits"];
    let mut rows = vec![head.map(|key| app.t(key)).to_vec()];
    rows.extend(lines.iter().map(|line| {
        let fits = app.t(if line.inside { "cli-synth-inside" } else { "cli-synth-outside" });
        vec![app.t(&format!("synth-target-{}", line.id)), span(line.target), span(line.made), fits]
    }));
    for row in aligned(&rows, &[]) {
        app.line(&row);
    }
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
