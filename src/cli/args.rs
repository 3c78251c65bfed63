//! The command line: every text of it stands in the catalogue.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, Command, value_parser};
use clap_complete::Shell;

use crate::clusters::analysis::Method;
use crate::fit::{Errors, Family, Spread};
use crate::text::{Catalogue, Lang, catalogue};

/// The pipeline that is taken where none is named.
pub const PIPELINE: &str = "pipelines/identification.toml";

/// The whole command line in one language.
#[must_use]
pub fn command(lang: Lang) -> Command {
    let cat = catalogue(lang);
    let pipeline = || optional(cat, "pipeline");
    let root = described(cat, Command::new("rsoko"), "rsoko")
        .version(env!("CARGO_PKG_VERSION"))
        .disable_version_flag(true)
        .subcommand_required(true)
        .args(everywhere(cat))
        .arg(
            Arg::new("version")
                .short('V')
                .long("version")
                .action(ArgAction::Version)
                .help(cat.text("cli-arg-version")),
        );
    root.subcommands([
        sub(cat, "run").arg(pipeline()),
        sub(cat, "plan").arg(pipeline()),
        sub(cat, "check").arg(pipeline()),
        sub(cat, "layout").subcommand_required(true).subcommands([
            sub(cat, "layout-list").name("list"),
            sub(cat, "layout-try").name("try").arg(required(cat, "file")),
        ]),
        sub(cat, "runs"),
        sub(cat, "why").arg(required(cat, "school")).arg(
            Arg::new("objectivity")
                .long("objectivity")
                .action(ArgAction::SetTrue)
                .help(cat.text("cli-arg-objectivity")),
        ),
        sub(cat, "explain")
            .arg(required(cat, "school"))
            .arg(required(cat, "indicator"))
            .arg(option(cat, "year").value_parser(value_parser!(i32).range(1990..=2100)))
            .arg(Arg::new("codes").long("codes").help(cat.text("cli-arg-codes")).action(ArgAction::SetTrue)),
        sub(cat, "method").subcommand_required(true).subcommands([
            sub(cat, "method-list").name("list"),
            sub(cat, "method-show").name("show").arg(required(cat, "name")),
            sub(cat, "method-check").name("check").arg(required(cat, "name")),
        ]),
        sub(cat, "peers").arg(required(cat, "school")),
        fit(cat),
        cluster(cat),
        sub(cat, "synth")
            .arg(required(cat, "dir").value_parser(value_parser!(PathBuf)))
            .arg(option(cat, "schools").required(true).value_parser(value_parser!(u32)))
            .arg(option(cat, "seed").required(true).value_parser(value_parser!(u64)))
            .arg(option(cat, "years").default_value("2023..2025"))
            .arg(option(cat, "profile").default_value("typical"))
            .arg(
                option(cat, "format")
                    .default_value("files")
                    .value_parser(PossibleValuesParser::new(["files", "parquet", "raw-2021"])),
            )
            .args_conflicts_with_subcommands(true)
            .subcommand_negates_reqs(true)
            .subcommand(
                sub(cat, "synth-score")
                    .name("score")
                    .arg(required(cat, "run"))
                    .arg(option(cat, "truth").value_parser(value_parser!(PathBuf))),
            )
            .arg(Arg::new("force").long("force").action(ArgAction::SetTrue).help(cat.text("cli-arg-force"))),
        sub(cat, "certify")
            .arg(
                option(cat, "simulations")
                    .default_value("10000")
                    .value_parser(value_parser!(u32).range(100..)),
            )
            .arg(option(cat, "output").value_parser(value_parser!(PathBuf))),
        sub(cat, "completions").arg(required(cat, "shell").value_parser(value_parser!(Shell))),
    ])
}

fn fit(cat: &Catalogue) -> Command {
    let choice = |name: &'static str, known: &[&'static str]| {
        option(cat, name).value_parser(PossibleValuesParser::new(known.to_vec()))
    };
    sub(cat, "fit")
        .arg(required(cat, "table").value_parser(value_parser!(PathBuf)))
        .arg(required(cat, "formula"))
        .arg(choice("family", &Family::ALL.map(|(name, _)| name)))
        .arg(choice("se", &Errors::ALL.map(|(name, _)| name)))
        .arg(option(cat, "cluster").value_delimiter(','))
        .arg(option(cat, "weights"))
        .arg(option(cat, "level").default_value("0.95").value_parser(value_parser!(f64)))
        .arg(choice("likelihood", &["REML", "ML"]).default_value("REML"))
        .arg(choice("dispersion", &Spread::ALL.map(|(name, _)| name)).default_value("none"))
        .arg(
            option(cat, "draws").default_value("9999").value_parser(value_parser!(u32).range(99..=1_000_000)),
        )
        .arg(option(cat, "seed").default_value("1").value_parser(value_parser!(u64)))
        .arg(option(cat, "sheet"))
        .arg(option(cat, "encoding"))
}

fn cluster(cat: &Catalogue) -> Command {
    let count = |name: &'static str, default: &'static str| {
        option(cat, name).default_value(default).value_parser(value_parser!(u32).range(0..=10_000))
    };
    sub(cat, "cluster")
        .arg(required(cat, "table").value_parser(value_parser!(PathBuf)))
        .arg(option(cat, "columns").required(true).value_delimiter(','))
        .arg(option(cat, "method").value_parser(PossibleValuesParser::new(Method::ALL.map(|(name, _)| name))))
        .arg(option(cat, "k").default_value("2..8"))
        .arg(count("resamples", "100"))
        .arg(count("references", "50"))
        .arg(option(cat, "seed").default_value("1").value_parser(value_parser!(u64)))
        .arg(option(cat, "sheet"))
        .arg(option(cat, "encoding"))
}

fn everywhere(cat: &Catalogue) -> [Arg; 6] {
    let flag = |name: &'static str| {
        Arg::new(name)
            .long(name)
            .action(ArgAction::SetTrue)
            .global(true)
            .help(cat.text(&format!("cli-arg-{name}")))
    };
    [
        option(cat, "workspace").global(true).value_parser(value_parser!(PathBuf)),
        option(cat, "lang").global(true).value_parser(PossibleValuesParser::new(["ru", "en"])),
        flag("json"),
        flag("quiet"),
        option(cat, "threads").global(true).value_parser(value_parser!(usize)),
        Arg::new("help")
            .short('h')
            .long("help")
            .action(ArgAction::Help)
            .global(true)
            .help(cat.text("cli-arg-help")),
    ]
}

fn sub(cat: &Catalogue, name: &'static str) -> Command {
    described(cat, Command::new(name), name)
}

/// Help as a whole from the catalogue: clap's own headings are English.
fn described(cat: &Catalogue, command: Command, key: &str) -> Command {
    let (usage, options) = (cat.text("cli-head-usage"), cat.text("cli-head-options"));
    let lists = match key {
        "rsoko" | "method" | "layout" => format!("{}\n{{subcommands}}\n\n", cat.text("cli-head-commands")),
        "runs" | "method-list" | "layout-list" | "certify" => String::new(),
        _ => format!("{}\n{{positionals}}\n\n", cat.text("cli-head-arguments")),
    };
    let after = format!("cli-{key}.more");
    let after = if cat.has(&after) { format!("\n\n{}", cat.text(&after)) } else { String::new() };
    command
        .about(cat.text(&format!("cli-{key}")))
        .override_usage(cat.text(&format!("cli-{key}.usage")))
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .help_template(format!("{{about}}\n\n{usage} {{usage}}\n\n{lists}{options}\n{{options}}{after}\n"))
}

fn option(cat: &Catalogue, name: &'static str) -> Arg {
    plain(cat, name).long(name)
}

fn required(cat: &Catalogue, name: &'static str) -> Arg {
    plain(cat, name).required(true)
}

fn optional(cat: &Catalogue, name: &'static str) -> Arg {
    plain(cat, name)
}

fn plain(cat: &Catalogue, name: &'static str) -> Arg {
    // clap keeps names of values for as long as the program runs; the command line is made once.
    let value: &'static str = cat.text(&format!("cli-arg-{name}.value")).leak();
    Arg::new(name)
        .value_name(value)
        .help(cat.text(&format!("cli-arg-{name}")))
        .hide_possible_values(true)
        .hide_default_value(true)
}

#[cfg(test)]
mod tests {
    use super::command;
    use crate::text::Lang;

    #[test]
    fn the_command_line_is_sound_and_wholly_in_its_language() {
        for lang in Lang::ALL {
            let mut command = command(lang);
            command.clone().debug_assert();
            let names: Vec<String> = command.get_subcommands().map(|c| c.get_name().to_owned()).collect();
            for name in names {
                let help = command.find_subcommand_mut(&name).unwrap().render_long_help().to_string();
                assert!(!help.contains('⟦'), "{help}");
                if lang == Lang::Ru {
                    for word in ["Usage", "Options", "Arguments", "Print", "default", "possible"] {
                        assert!(!help.contains(word), "{word} in {help}");
                    }
                }
            }
        }
    }
}
