//! How a fault looks: what is wrong, where, why, what was found, the cure.

use std::io::Write;
use std::process::ExitCode;

use crate::base::{Fault, FaultCode, Place};
use crate::cli::printer::{BOLD, PLAIN, RED, harmless, harmless_json};
use crate::text::{Arg, Catalogue, Lang, catalogue, nearest};

/// Values that only choose a form of the wording, or stand with the place or in the cure.
const CHOOSING: [&str; 8] =
    ["found_type", "wanted_type", "kind", "sign", "formula", "mark", "example", "method"];
/// So many names are listed where none is near; more would bury the rest.
const LISTED: usize = 400;

/// A fault in words.
struct Told {
    what: String,
    place: Option<String>,
    found: Vec<String>,
    cause: Option<String>,
    cure: String,
    detail: Option<String>,
}

/// Tells a fault on standard error, and gives its exit code.
#[must_use]
pub fn report(lang: Lang, json: bool, fault: &Fault) -> ExitCode {
    let told = tell(lang, fault);
    let text = if json {
        harmless_json(&for_programs(fault, &told))
    } else {
        harmless(&for_people(lang, fault, &told))
    };
    // Nobody to tell where standard error is closed.
    let _ = anstream::stderr().write_all(text.as_bytes());
    ExitCode::from(fault.code.exit())
}

fn tell(lang: Lang, fault: &Fault) -> Told {
    let cat = catalogue(lang);
    let key = format!("fault-{}", fault.code.id());
    let values = values(fault);
    let mut args: Vec<(&str, Arg<'_>)> =
        values.iter().map(|(name, value)| (*name, Arg::from(value))).collect();
    // the cure names the pack that is asked about
    if !values.iter().any(|(name, _)| *name == "method") {
        args.push(("method", Arg::from(pack(&fault.place).unwrap_or_else(|| cat.text("fault-any-method")))));
    }
    let what = cat.get(&key, &args);
    let fitting = format!("{key}.cure-{}", sought(fault));
    let cause = fault.cause.map(|cause| cause_key(cat, cause));
    let own = cause.as_ref().map(|key| format!("{key}.cure")).unwrap_or_default();
    let cure = [own, fitting].into_iter().find(|key| cat.has(key)).unwrap_or_else(|| format!("{key}.cure"));
    let cure = cat.get(&cure, &args);
    let cause = cause.map(|key| cat.get(&key, &args));
    // What the wording does not say already is told as found.
    let said = |value: &str| {
        value.is_empty()
            || [Some(&what), cause.as_ref()].into_iter().flatten().any(|text| text.contains(value))
    };
    // what was probably meant is told even where it is a part of what was written
    let told = |name: &str, value: &str| name != "nearest" && said(value);
    let named = values.iter().filter(|(name, value)| !CHOOSING.contains(name) && !told(name, value));
    let found: Vec<String> = named.map(|(name, value)| labelled(cat, name, value)).collect();
    let detail = fault.detail.as_deref().map(str::trim).filter(|detail| !detail.is_empty());
    Told { what, place: placed(cat, fault), found, cause, cure, detail: detail.map(str::to_owned) }
}

/// The pack in which something is wrong.
fn pack(place: &Place) -> Option<String> {
    let Place::Line(path, _) = place else { return None };
    let name = path.strip_prefix("pipelines/methods/")?.strip_suffix(".toml")?;
    Some(name.to_owned())
}

/// The key of a cause; what a room of its own catalogue says (`linear-…`) needs no second wording.
fn cause_key(cat: &Catalogue, cause: &str) -> String {
    let key = format!("cause-{cause}");
    if cat.has(&key) { key } else { cause.to_owned() }
}

/// The values of a fault; a misspelt name with the nearest that is known, or with all of them where none is near.
fn values(fault: &Fault) -> Vec<(&'static str, String)> {
    let value = |wanted| fault.args.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.as_str());
    let near = match (value("name"), value("known"), value("nearest")) {
        (Some(name), Some(known), None) => nearest(name, known.split(", ")),
        _ => None,
    };
    let long = value("known").is_some_and(|known| known.len() > LISTED);
    let kept = fault.args.iter().filter(|(name, _)| *name != "known" || (near.is_none() && !long));
    let near = near.map(|near| ("nearest", near.to_owned()));
    kept.map(|(name, value)| (*name, value.clone())).chain(near).collect()
}

/// A value with its name; the line itself says of `found` what it is.
fn labelled(cat: &Catalogue, name: &str, value: &str) -> String {
    if name == "found" { value.to_owned() } else { format!("{}: {value}", label(cat, name)) }
}

fn label(cat: &Catalogue, name: &str) -> String {
    let key = format!("fault-arg-{name}");
    if cat.has(&key) { cat.text(&key) } else { name.to_owned() }
}

/// The place in words; in a declaration that cannot be read with the sign in the line.
fn placed(cat: &Catalogue, fault: &Fault) -> Option<String> {
    let sign = fault.args.iter().find(|(name, _)| *name == "sign").map(|(_, sign)| sign);
    let value = |wanted| fault.args.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value);
    match (&fault.place, sign) {
        // the formula, and its place below it
        (Place::Nowhere, _) => Some(format!("{}\n{}", value("formula")?, value("mark")?)),
        (Place::Table(name), _) => Some(cat.get("fault-place-table", &[("name", Arg::from(name))])),
        (place, Some(sign)) if fault.code == FaultCode::DeclarationUnreadable => {
            let args = [("place", Arg::from(place.to_string())), ("sign", Arg::from(sign))];
            Some(cat.get("fault-place-sign", &args))
        }
        (other, _) => Some(other.to_string()),
    }
}

/// What the cure must fit: what was looked for where nothing was found, what is wrong in a declaration.
fn sought(fault: &Fault) -> &str {
    match fault.code {
        FaultCode::NotFound => looked_for(fault),
        FaultCode::NameUnknown => {
            fault.args.iter().find(|(name, _)| *name == "kind").map_or("", |(_, kind)| kind.as_str())
        }
        FaultCode::DeclarationUnreadable => match fault.cause {
            Some("encoding") => "encoding",
            Some("toml-type" | "toml-unknown" | "toml-missing") => "field",
            _ => "",
        },
        FaultCode::ValueInvalid if fault.place == Place::Nowhere => "option",
        _ => "",
    }
}

fn looked_for(fault: &Fault) -> &'static str {
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

fn for_people(lang: Lang, fault: &Fault, told: &Told) -> String {
    let cat = catalogue(lang);
    let mut out =
        format!("{RED}{}[{}]{PLAIN}{BOLD}: {}{PLAIN}\n", cat.text("fault-word"), fault.code.id(), told.what);
    let labels = ["fault-where", "fault-cause", "fault-found", "fault-cure"].map(|key| cat.text(key));
    let width = labels.iter().map(|label| label.chars().count()).max().unwrap_or_default();
    let [place, cause, found, cure] = labels;
    let parts = told.place.iter().map(|text| (&place, text));
    let parts = parts.chain(told.cause.iter().map(|text| (&cause, text)));
    let parts = parts.chain(told.found.iter().map(|text| (&found, text))).chain([(&cure, &told.cure)]);
    for (label, text) in parts {
        let indented = text.replace('\n', &format!("\n{}", " ".repeat(width + 4)));
        out.push_str(&format!("  {label}:{}{indented}\n", " ".repeat(width - label.chars().count() + 1)));
    }
    if let Some(detail) = &told.detail {
        out.push_str(&format!("  ({}: {})\n", cat.text("fault-detail"), detail.replace('\n', " ")));
    }
    out
}

fn for_programs(fault: &Fault, told: &Told) -> String {
    let args: serde_json::Map<String, serde_json::Value> =
        values(fault).into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
    // Code, exit, place and values are the same in every language.
    let place = (fault.place != Place::Nowhere).then(|| fault.place.to_string());
    let value = serde_json::json!({ "error": {
        "code": fault.code.id(),
        "exit": fault.code.exit(),
        "message": told.what,
        "where": place,
        "args": args,
        "cause": fault.cause,
        "cause_message": told.cause,
        "cure": told.cure,
        "detail": told.detail,
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
        assert!(indicator.cure.ends_with("rsoko method show МЕТОДИКА"), "{}", indicator.cure);
        let of_run = Fault::new(FaultCode::NotFound).with("indicator", "low").with("method", "other-2021");
        let of_run = told(of_run);
        assert!(of_run.cure.ends_with("rsoko method show other-2021"), "{}", of_run.cure);
        assert_eq!(of_run.found, ["показатель: low"]);
        let line = Place::Line("pipelines/methods/mine.toml".into(), 7);
        let in_pack = told(Fault::new(FaultCode::NameUnknown).with("kind", "indicator").at(line));
        assert!(in_pack.cure.ends_with("rsoko method show mine"), "{}", in_pack.cure);
        let column = told(Fault::new(FaultCode::NameUnknown).with("kind", "column").with("name", "mrk"));
        assert_eq!((column.what.as_str(), column.found.as_slice()), ("нет столбца «mrk»", &[][..]));
        let refused = told(Fault::new(FaultCode::QueryRefused).with("found", "read_csv").why("sql-tables"));
        assert_eq!(refused.found, ["read_csv"]);
        assert_eq!(refused.cause.as_deref(), Some("читать можно только таблицы расчёта"));
        let undecided = Fault::new(FaultCode::RowsUndecided).with("column", "repeat").with("table", "result");
        let undecided = told(undecided.with("example", "NOT repeat"));
        assert!(undecided.found.is_empty() && undecided.cure.contains("NOT repeat"), "{:?}", undecided.found);
    }

    #[test]
    fn a_misspelt_name_has_the_nearest_or_all() {
        let told = |name: &str| {
            let fault =
                Fault::new(FaultCode::NameUnknown).with("name", name).with("known", "ingest, validate");
            tell(Lang::Ru, &fault).found
        };
        assert_eq!(told("injest"), ["возможно, имелось в виду: ingest"]);
        assert_eq!(told("magic"), ["известны: ingest, validate"]);
        let longer = Fault::new(FaultCode::NameUnknown).with("kind", "column").with("name", "kinds");
        let longer = tell(Lang::Ru, &longer.with("nearest", "kind"));
        assert_eq!(longer.found, ["возможно, имелось в виду: kind"], "though the wording holds its letters");
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
        let fault = fault.why("value-years").because("nonsense");
        let text = for_people(Lang::Ru, &fault, &tell(Lang::Ru, &fault));
        assert!(
            text.contains("E307")
                && text.contains("(технические подробности: nonsense)")
                && text.contains("pipelines/p.toml:4"),
            "{text}"
        );
    }
}
