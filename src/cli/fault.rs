//! How a fault looks: what is wrong, where, what was found, the cure.

use std::io::Write;
use std::process::ExitCode;

use crate::base::{Fault, Place};
use crate::cli::printer::{BOLD, PLAIN, RED};
use crate::text::{Arg, Catalogue, Lang, catalogue};

/// The four parts of a fault in words.
struct Told {
    what: String,
    place: Option<String>,
    found: Vec<String>,
    cure: String,
}

/// Tells a fault on standard error, and gives its exit code.
#[must_use]
pub fn report(lang: Lang, json: bool, fault: &Fault) -> ExitCode {
    let told = tell(lang, fault);
    let text = if json { for_programs(fault, &told) } else { for_people(lang, fault, &told) };
    // Nobody to tell where standard error is closed.
    let _ = anstream::stderr().write_all(text.as_bytes());
    ExitCode::from(fault.code.exit())
}

fn tell(lang: Lang, fault: &Fault) -> Told {
    let cat = catalogue(lang);
    let key = format!("fault-{}", fault.code.id());
    let args: Vec<(&str, Arg<'_>)> =
        fault.args.iter().map(|(name, value)| (*name, Arg::from(value))).collect();
    let what = cat.get(&key, &args);
    let fitting = format!("{key}.cure-{}", sought(fault));
    let cure = cat.get(&if cat.has(&fitting) { fitting } else { format!("{key}.cure") }, &args);
    // What the wording does not say already is told as found.
    let label = |name: &str| {
        let key = format!("fault-arg-{name}");
        if cat.has(&key) { cat.text(&key) } else { name.to_owned() }
    };
    let cause = fault.cause.as_deref().unwrap_or_default();
    let told = |value: &str| value.is_empty() || what.contains(value) || cause.contains(value);
    let named = fault.args.iter().filter(|(_, value)| !told(value));
    let mut found: Vec<String> =
        named.map(|(name, value)| format!("{}: {}", label(name), worded(cat, name, value))).collect();
    found.extend(Some(cause.trim().to_owned()).filter(|cause| !cause.is_empty()));
    let place = (fault.place != Place::Nowhere).then(|| fault.place.to_string());
    Told { what, place, found, cure }
}

/// What was looked for, where nothing was found: the cure fits it.
fn sought(fault: &Fault) -> &'static str {
    let has = |name: &str| fault.args.iter().any(|(arg, _)| *arg == name);
    match (&fault.place, has("school"), has("indicator"), has("name")) {
        (_, true, true, _) => "figure",
        (_, true, ..) => "school",
        (_, _, true, _) => "indicator",
        (Place::Table(_), ..) => "table",
        (Place::File(_), .., true) => "method",
        (.., true) => "run",
        _ => "",
    }
}

/// A value in words, where it is a word of the program.
fn worded(cat: &Catalogue, name: &str, value: &str) -> String {
    let key = format!("fault-arg-{name}-{value}");
    if cat.has(&key) { cat.text(&key) } else { value.to_owned() }
}

fn for_people(lang: Lang, fault: &Fault, told: &Told) -> String {
    let cat = catalogue(lang);
    let mut out =
        format!("{RED}{}[{}]{PLAIN}{BOLD}: {}{PLAIN}\n", cat.text("fault-word"), fault.code.id(), told.what);
    let labels = ["fault-where", "fault-found", "fault-cure"].map(|key| cat.text(key));
    let width = labels.iter().map(|label| label.chars().count()).max().unwrap_or_default();
    let [place, found, cure] = labels;
    let parts = told.place.iter().map(|text| (&place, text));
    let parts = parts.chain(told.found.iter().map(|text| (&found, text))).chain([(&cure, &told.cure)]);
    for (label, text) in parts {
        let indented = text.replace('\n', &format!("\n{}", " ".repeat(width + 4)));
        out.push_str(&format!("  {label}:{}{indented}\n", " ".repeat(width - label.chars().count() + 1)));
    }
    out
}

fn for_programs(fault: &Fault, told: &Told) -> String {
    let args: serde_json::Map<String, serde_json::Value> =
        fault.args.iter().map(|(name, value)| ((*name).to_owned(), value.as_str().into())).collect();
    let value = serde_json::json!({ "error": {
        "code": fault.code.id(),
        "exit": fault.code.exit(),
        "message": told.what,
        "where": told.place,
        "args": args,
        "cause": fault.cause,
        "cure": told.cure,
    }});
    format!("{value:#}\n")
}

#[cfg(test)]
mod tests {
    use super::{for_people, tell};
    use crate::base::{Fault, FaultCode, Place};
    use crate::text::Lang;

    #[test]
    fn nothing_found_has_the_cure_for_what_was_looked_for() {
        let told = |fault: Box<Fault>| tell(Lang::Ru, &fault);
        let school = told(Fault::new(FaultCode::NotFound).with("school", "990999"));
        assert!(school.cure.contains("логин") && school.found == ["школа: 990999"], "{}", school.cure);
        let pack = told(Fault::new(FaultCode::NotFound).with("name", "nope").at(Place::File("p".into())));
        assert!(pack.cure.contains("rsoko method list"), "{}", pack.cure);
        let indicator = told(Fault::new(FaultCode::NotFound).with("indicator", "low"));
        assert!(indicator.cure.contains("rsoko method show"), "{}", indicator.cure);
        let column = told(Fault::new(FaultCode::NameUnknown).with("kind", "column").with("name", "mrk"));
        assert_eq!(column.found, ["чего: столбца", "имя: mrk"]);
    }

    #[test]
    fn a_fault_says_what_where_found_and_cure() {
        let fault = Fault::new(FaultCode::ValueInvalid)
            .at(Place::Line("pipelines/p.toml".to_owned(), 4))
            .with("field", "years")
            .with("value", "[20]");
        let text =
            anstream::adapter::strip_str(&for_people(Lang::En, &fault, &tell(Lang::En, &fault))).to_string();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "error[E307]: the value [20] of `years` is out of its range");
        assert_eq!(lines[1], "  where: pipelines/p.toml:4");
        assert!(lines[2].starts_with("  cure:  "), "{text}");
        let fault = fault.because("nonsense");
        let text = for_people(Lang::Ru, &fault, &tell(Lang::Ru, &fault));
        assert!(
            text.contains("E307") && text.contains("nonsense") && text.contains("pipelines/p.toml:4"),
            "{text}"
        );
    }
}
