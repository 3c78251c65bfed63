//! What the layers below say of a failure, as keys of the catalogue (`cause-<key>`): their own words are English, change
//! from version to version, and may quote a cell.

use std::io;

use crate::base::{Fault, FaultCode, Place};

/// The cause of a refusal of the operating system.
#[must_use]
pub fn os_cause(error: &io::Error) -> &'static str {
    use io::ErrorKind as K;
    match error.kind() {
        K::NotFound => "os-not-found",
        K::PermissionDenied => "os-permission",
        K::ReadOnlyFilesystem => "os-read-only",
        K::StorageFull => "os-full",
        K::QuotaExceeded => "os-quota",
        K::IsADirectory => "os-is-folder",
        K::NotADirectory => "os-is-no-folder",
        K::AlreadyExists => "os-exists",
        K::DirectoryNotEmpty => "os-not-empty",
        K::FileTooLarge => "os-too-large",
        K::InvalidFilename => "os-name",
        K::ResourceBusy | K::ExecutableFileBusy | K::Deadlock | K::WouldBlock => "os-in-use",
        K::OutOfMemory => "os-memory",
        K::TimedOut => "os-time",
        K::StaleNetworkFileHandle
        | K::NetworkDown
        | K::HostUnreachable
        | K::NetworkUnreachable
        | K::ConnectionAborted
        | K::ConnectionReset => "os-network",
        K::UnexpectedEof => "os-end",
        K::WriteZero => "os-full",
        _ => raw_cause(error.raw_os_error()),
    }
}

/// Numbers of the system to which Rust gives no kind of their own.
fn raw_cause(number: Option<i32>) -> &'static str {
    match number {
        Some(5) if cfg!(unix) => "os-device",
        Some(23 | 24) if cfg!(unix) => "os-too-many-open",
        Some(40) if cfg!(unix) => "os-loop",
        Some(32 | 33) if cfg!(windows) => "os-in-use",
        _ => "os-other",
    }
}

/// The fault for a text that is not written in UTF-8: the line of the first byte that does not fit.
#[must_use]
pub fn not_utf8(path: &str, error: &std::string::FromUtf8Error) -> Box<Fault> {
    let good = error.utf8_error().valid_up_to();
    let line = error.as_bytes().iter().take(good).filter(|&&byte| byte == b'\n').count() + 1;
    Fault::new(FaultCode::DeclarationUnreadable).at(Place::Line(path.to_owned(), line)).why("encoding")
}

/// The fault for a declaration that is no TOML, or not the TOML that is expected: line, sign in the line, what is wrong.
#[must_use]
pub fn not_toml(path: &str, text: &str, error: &toml::de::Error) -> Box<Fault> {
    let start = error.span().map_or(0, |span| span.start);
    let before = text.get(..start).unwrap_or_default();
    let place = Place::Line(path.to_owned(), before.matches('\n').count() + 1);
    let sign = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let fault = toml_cause(Fault::new(FaultCode::DeclarationUnreadable).at(place), error.message());
    // Where nothing at all stands, the reader misses the quotes of a text.
    let nothing =
        error.span().is_some_and(|span| span.is_empty()) && error.message().starts_with("string values");
    let fault = if nothing { fault.why("toml-no-value") } else { fault };
    let placed = error.span().is_some() && fault.cause != Some("toml-missing");
    if placed { fault.with("sign", sign) } else { fault }
}

/// Names what the TOML reader complains about.
#[must_use]
pub fn toml_cause(fault: Box<Fault>, message: &str) -> Box<Fault> {
    let (said, expected) = message.split_once(", expected ").unwrap_or((message, ""));
    let quoted = said.split('`').nth(1).unwrap_or_default();
    if let Some(found) = said.strip_prefix("invalid type: ") {
        return fault
            .with("found_type", word_of(found))
            .with("wanted_type", word_of(expected))
            .why("toml-type");
    }
    let known = || expected.split('`').skip(1).step_by(2).collect::<Vec<_>>().join(", ");
    let starts = |words: &[&str]| words.iter().any(|word| said.starts_with(word));
    let has = |words: &[&str]| words.iter().any(|word| said.contains(word));
    if starts(&["missing field"]) {
        fault.with("name", quoted).why("toml-missing")
    } else if starts(&["unknown field", "unknown variant"]) {
        fault.with("name", quoted).with("known", known()).why("toml-unknown")
    } else if starts(&["duplicate"]) {
        fault.why("toml-twice")
    } else if starts(&["unclosed", "missing table open", "missing array opening", "missing inline table"]) {
        fault.why("toml-bracket")
    } else if has(&["string", "quote"]) {
        fault.why("toml-quote")
    } else if has(&["comma"]) {
        fault.why("toml-comma")
    } else if starts(&["missing value", "key with no value"]) {
        fault.why("toml-no-value")
    } else if has(&["`=`", "assignment"]) {
        fault.why("toml-equals")
    } else if starts(&["invalid value", "invalid length"])
        || has(&["number", "zero", "sign", "radix", "`_`", "float"])
    {
        fault.why("toml-number")
    } else if has(&["key", "table"]) {
        fault.why("toml-key")
    } else {
        fault.why("toml-syntax").because(message)
    }
}

/// A type in a message of the TOML reader, as a word that the catalogue knows.
fn word_of(said: &str) -> &'static str {
    let first = said.trim_start_matches("a ").trim_start_matches("an ");
    let is = |words: &[&str]| words.iter().any(|word| first.starts_with(word));
    if is(&["string", "str"]) && !is(&["struct"]) {
        "text"
    } else if is(&["integer", "u8", "u16", "u32", "u64", "usize", "i8", "i16", "i32", "i64"]) {
        "whole"
    } else if is(&["float", "f64", "f32"]) {
        "real"
    } else if is(&["boolean", "bool"]) {
        "flag"
    } else if is(&["sequence", "array", "tuple"]) {
        "list"
    } else if is(&["map", "struct", "table", "inline table"]) {
        "table"
    } else if is(&["datetime", "date", "offset", "local"]) {
        "date"
    } else {
        "other"
    }
}

#[cfg(test)]
mod tests {
    use super::{not_toml, os_cause, word_of};
    use crate::base::Place;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its refusals are looked at")]
    struct Declared {
        name: String,
        years: Vec<i32>,
        #[serde(default)]
        titles: std::collections::BTreeMap<String, String>,
    }

    #[test]
    fn every_slip_in_a_declaration_has_a_cause_and_a_place() {
        for (text, cause, line) in [
            ("name = 5\nyears = []", "toml-type", 1),
            ("name = \"a\"\nyears = \"2024\"", "toml-type", 2),
            ("name = \"a\"\nyears = [\"x\"]", "toml-type", 2),
            ("name = \"a\"", "toml-missing", 1),
            ("name = \"a\"\nyears = []\nnmae = 1", "toml-unknown", 3),
            ("name = \"a\"\nname = \"b\"\nyears = []", "toml-twice", 2),
            ("name = \"a\nyears = []", "toml-quote", 1),
            ("name = abc\nyears = []", "toml-quote", 1),
            ("name = 'a'\nyears = [1, 2", "toml-bracket", 2),
            ("name = 'a'\nyears = [1,, 2]", "toml-comma", 2),
            ("name = \nyears = []", "toml-no-value", 1),
            ("name\nyears = []", "toml-no-value", 1),
            ("name = = 'a'\nyears = []", "toml-equals", 1),
            ("name = 'a'\nyears = [007]", "toml-number", 2),
            ("name = 'a'\nyears = [99999999999]", "toml-number", 2),
            ("name = 'a'\nyears = []\n[titles", "toml-bracket", 3),
        ] {
            let error = toml::from_str::<Declared>(text).unwrap_err();
            let fault = not_toml("p.toml", text, &error);
            assert_eq!(fault.cause, Some(cause), "{text}: {}", error.message());
            assert_eq!(fault.place, Place::Line("p.toml".into(), line), "{text}: {}", error.message());
        }
    }

    #[test]
    fn types_have_words() {
        for (said, word) in [
            ("string \"x\"", "text"),
            ("a string", "text"),
            ("struct Pack", "table"),
            ("a map", "table"),
            ("u64", "whole"),
            ("integer `5`", "whole"),
            ("a sequence", "list"),
            ("floating point `1.5`", "real"),
            ("boolean `true`", "flag"),
        ] {
            assert_eq!(word_of(said), word, "{said}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn refusals_of_the_system_have_causes() {
        for (number, cause) in [
            (2, "os-not-found"),
            (13, "os-permission"),
            (28, "os-full"),
            (30, "os-read-only"),
            (21, "os-is-folder"),
            (24, "os-too-many-open"),
            (5, "os-device"),
        ] {
            assert_eq!(os_cause(&std::io::Error::from_raw_os_error(number)), cause);
        }
    }
}
