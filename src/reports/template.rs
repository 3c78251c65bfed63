//! The text of a report: MiniJinja with helpers that know plurals, decimal commas and intervals.
//!
//! Whatever a value holds, it is printed as plain text: marks of Markdown in it are escaped.

use std::collections::BTreeMap;
use std::sync::Arc;

use minijinja::value::{Value, ValueKind};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, Output, UndefinedBehavior};

use crate::reports::rows::{Datum, Rows};
use crate::reports::voice::{DASH, Voice, is_year};
use crate::text::{integer, interval, number, percent};

/// What filling in one text may cost: a step for each instruction, for each item and for each 64 bytes that are made. The
/// longest text of a report of 1,500 schools takes a tenth of it.
pub const STEPS: u64 = 20_000_000;
/// How deep loops, conditions and macros of a text may stand in each other.
const DEPTH: usize = 60;

/// An environment without anything of a report: strict about names, bounded in time, memory and depth.
fn bounded() -> Environment<'static> {
    let mut env = Environment::new();
    env.set_auto_escape_callback(|_| AutoEscape::None);
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_fuel(Some(STEPS));
    env.set_recursion_limit(DEPTH);
    env
}

/// The environment in which queries are filled in: a value is printed as SQL writes it.
#[must_use]
pub fn sql_environment() -> Environment<'static> {
    let mut env = bounded();
    env.set_formatter(|out, _state, value| {
        let literal = literal(value)?;
        out.write_str(&literal).map_err(|_| Error::new(ErrorKind::WriteFailure, "cannot write"))
    });
    env
}

/// A value as SQL writes it: a number, a text in quotes, a list with commas for `IN (…)`.
fn literal(value: &Value) -> std::result::Result<String, Error> {
    match value.kind() {
        ValueKind::Number => Ok(value.to_string()),
        ValueKind::String => Ok(format!("'{}'", value.to_string().replace('\'', "''"))),
        ValueKind::Seq | ValueKind::Iterable => {
            let items: Vec<String> =
                value.try_iter()?.map(|item| literal(&item)).collect::<Result<_, _>>()?;
            // nothing is in an empty list
            Ok(if items.is_empty() { "NULL".to_owned() } else { items.join(", ") })
        }
        ValueKind::Undefined => Err(Error::from(ErrorKind::UndefinedError)),
        kind => {
            let told = format!("a query is filled with numbers, texts and lists of them, not with {kind}");
            Err(Error::new(ErrorKind::InvalidOperation, told))
        }
    }
}

/// The environment in which the texts of one report are filled in.
#[must_use]
pub fn environment(voice: &Arc<Voice>) -> Environment<'static> {
    let mut env = bounded();
    let lang = voice.lang;
    env.set_formatter(move |out, _state, value| print(lang, out, value));
    let v = Arc::clone(voice);
    env.add_function("n", move |count: i64, noun: String| counted(&v, count, &noun));
    let v = Arc::clone(voice);
    env.add_function("t", move |key: String| v.t(&key));
    let v = Arc::clone(voice);
    env.add_function("word", move |value: String| v.word(&value));
    // An id as it is typed: marks of Markdown are not escaped, so it belongs inside a code span only.
    env.add_function("code", |id: String| {
        let plain = id.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
        if plain { Value::from_safe_string(id) } else { Value::from(id) }
    });
    let v = Arc::clone(voice);
    env.add_function("finding", move |row: Value, attribute: Option<String>| {
        let text = |name: &str| row.get_attr(name).ok().and_then(|v| v.as_str().map(ToOwned::to_owned));
        let [code, value, detail, column] =
            ["code", "value", "detail", "canonical"].map(|name| text(name).unwrap_or_default());
        let value = v.titles.get(&value).cloned().unwrap_or(value);
        let ending = attribute.map_or_else(String::new, |attribute| format!(".{attribute}"));
        v.cat.finding(&code, &ending, &value, &detail, &column)
    });
    env.add_function("percent", move |share: Value, decimals: Option<usize>| {
        real(&share).map_or_else(|| DASH.to_owned(), |share| percent(lang, share, decimals.unwrap_or(1)))
    });
    env.add_function("number", move |value: Value, decimals: Option<usize>| {
        real(&value).map_or_else(|| DASH.to_owned(), |value| number(lang, value, decimals.unwrap_or(2)))
    });
    env.add_function("interval", move |low: Value, high: Value| match (real(&low), real(&high)) {
        (Some(low), Some(high)) => interval(lang, low, high, 1),
        _ => DASH.to_owned(),
    });
    let v = Arc::clone(voice);
    env.add_function("estimate", move |value: Value, low: Value, high: Value| {
        v.estimate("share", real(&value), real(&low), real(&high))
    });
    env
}

/// Why a text cannot be filled in: the line inside it (from 1), the cause, and what MiniJinja says.
pub struct Trouble {
    pub line: usize,
    pub why: &'static str,
    pub detail: String,
}

/// Fills in one text.
///
/// # Errors
/// What is wrong, and in which line of the text.
pub fn render(
    env: &Environment<'_>,
    text: &str,
    data: &BTreeMap<String, Value>,
) -> std::result::Result<String, Trouble> {
    env.render_str(text, data).map_err(|error| Trouble {
        line: error.line().unwrap_or(1),
        why: if error.kind() == ErrorKind::OutOfFuel { "report-steps" } else { "report-template" },
        detail: error.detail().map_or_else(|| error.kind().to_string(), ToOwned::to_owned),
    })
}

/// An answer as templates see it: `rows`, `total`, and `first` where there is a row.
#[must_use]
pub fn value_of(rows: &Rows) -> Value {
    let list: Vec<Value> = rows
        .rows
        .iter()
        .map(|row| {
            Value::from_pairs(
                rows.names.iter().zip(row).map(|(name, datum)| (name.as_str(), plain(name, datum))),
            )
        })
        .collect();
    let mut out: BTreeMap<&str, Value> = BTreeMap::new();
    out.insert("total", Value::from(list.len()));
    if let Some(first) = list.first() {
        out.insert("first", first.clone());
    }
    out.insert("rows", Value::from(list));
    Value::from_pairs(out)
}

fn plain(name: &str, datum: &Datum) -> Value {
    match datum {
        Datum::Missing => Value::from(()),
        // A year is a name, not a number: no thousands are set apart in it.
        Datum::Int(year) if is_year(name) => Value::from(year.to_string()),
        Datum::Int(value) => Value::from(*value),
        Datum::Real(value) => Value::from(*value),
        Datum::Text(text) => Value::from(text.as_str()),
        Datum::Flag(flag) => Value::from(*flag),
    }
}

fn counted(voice: &Voice, count: i64, noun: &str) -> std::result::Result<String, Error> {
    if voice.cat.has(&format!("count-{noun}")) {
        return Ok(voice.cat.count(count, noun));
    }
    Err(Error::new(ErrorKind::InvalidOperation, format!("no noun `{noun}` in the catalogue")))
}

fn real(value: &Value) -> Option<f64> {
    f64::try_from(value.clone()).ok().filter(|value| value.is_finite())
}

fn print(lang: crate::text::Lang, out: &mut Output<'_>, value: &Value) -> std::result::Result<(), Error> {
    let written = match value.kind() {
        ValueKind::Number => match i64::try_from(value.clone()) {
            Ok(whole) => out.write_str(&integer(lang, whole)),
            Err(_) => out.write_str(&real(value).map_or_else(|| DASH.to_owned(), |v| number(lang, v, 2))),
        },
        ValueKind::None => out.write_str(DASH),
        ValueKind::Undefined => return Err(Error::from(ErrorKind::UndefinedError)),
        ValueKind::String if value.is_safe() => out.write_str(value.as_str().unwrap_or_default()),
        _ => out.write_str(&escape(&value.to_string())),
    };
    written.map_err(|_| Error::new(ErrorKind::WriteFailure, "cannot write"))
}

/// Markdown's marks made harmless, lines joined.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' => out.push(' '),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '<' | '>' | '#' | '|' | '!' | '&' | '~'
            | '"' | '$' => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    out
}
