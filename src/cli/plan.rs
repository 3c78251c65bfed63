//! `rsoko plan`: which stages would run, and why. Changes nothing.

use clap::ArgMatches;

use crate::base::Result;
use crate::cli::app::App;
use crate::cli::args::PIPELINE;
use crate::cli::columns::aligned;
use crate::cli::printer::{BOLD, DIM, PLAIN, YELLOW};
use crate::cli::reason::reasons;
use crate::pipeline::Reason;
use crate::run::{Plan, plan as planned};
use crate::text::Arg;

/// Plans.
///
/// # Errors
/// As the plan says.
pub fn plan(app: &App, args: &ArgMatches) -> Result<()> {
    let pipeline = args.get_one::<String>("pipeline").map_or(PIPELINE, String::as_str);
    let plan = planned(&app.workspace()?, pipeline)?;
    if app.json {
        app.answer(&json(app, &plan));
        return Ok(());
    }
    let years: Vec<String> = plan.years.iter().map(ToString::to_string).collect();
    app.line(&format!("{BOLD}{}{PLAIN}", app.of(&plan.title)));
    let head = [
        ("pipeline", Arg::from(&plan.pipeline)),
        ("method", Arg::from(&plan.method)),
        ("years", Arg::from(years.join(", "))),
        ("files", Arg::from(app.count(u64::try_from(plan.files).unwrap_or(u64::MAX), "file"))),
    ];
    app.line(&app.say("cli-plan-head", &head));
    let rows: Vec<Vec<String>> = plan
        .stages
        .iter()
        .map(|stage| {
            let (word, why) = if stage.reasons.is_empty() {
                (format!("{DIM}{}{PLAIN}", app.t("cli-plan-reuse")), String::new())
            } else {
                (
                    format!("{YELLOW}{}{PLAIN}", app.t("cli-plan-run")),
                    reasons(app.cat, &named(&plan, &stage.reasons)),
                )
            };
            vec![format!("  {}", app.word(stage.kind)), word, why]
        })
        .collect();
    for line in aligned(&rows, &[]) {
        app.line(&line);
    }
    for glob in &plan.empty_globs {
        app.line(&format!("{YELLOW}{}{PLAIN}", app.say("cli-empty-glob", &[("glob", Arg::from(glob))])));
    }
    if plan.finished {
        app.line(&app.say("cli-plan-finished", &[("run", Arg::from(&plan.run))]));
    }
    Ok(())
}

/// The reasons with the path of the method pack instead of its name among the documents.
fn named(plan: &Plan, reasons: &[Reason]) -> Vec<Reason> {
    let path = |reason: &Reason| match reason {
        Reason::Document(name) if name == "method" => {
            Reason::Document(format!("pipelines/methods/{}.toml", plan.method))
        }
        other => other.clone(),
    };
    reasons.iter().map(path).collect()
}

fn json(app: &App, plan: &Plan) -> serde_json::Value {
    serde_json::json!({
        "run": plan.run,
        "pipeline": plan.pipeline,
        "method": plan.method,
        "years": plan.years,
        "files": plan.files,
        "empty_globs": plan.empty_globs,
        "finished": plan.finished,
        "stages": plan.stages.iter().map(|stage| serde_json::json!({
            "kind": stage.kind,
            "runs": !stage.reasons.is_empty(),
            "why": reasons(app.cat, &named(plan, &stage.reasons)),
            "reads": stage.reads,
            "writes": stage.writes,
        })).collect::<Vec<_>>(),
    })
}
