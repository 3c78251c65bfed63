//! The text of a report: MiniJinja with helpers that know plurals, decimal commas and intervals.
//!
//! Whatever a value holds, it is printed as plain text: marks of Markdown in it are escaped.

use std::collections::BTreeMap;
use std::sync::Arc;

use minijinja::value::{Value, ValueKind};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, Output, UndefinedBehavior};

use crate::reports::rows::{Datum, Rows};
use crate::reports::voice::{DASH, Voice};
use crate::text::{Arg, integer, interval, number, percent};

/// The environment in which the texts of one report are filled in.
#[must_use]
pub fn environment(voice: &Arc<Voice>) -> Environment<'static> {
    let mut env = Environment::new();
    env.set_auto_escape_callback(|_| AutoEscape::None);
    env.set_undefined_behavior(UndefinedBehavior::Strict);
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
    env.add_function("finding", move |code: String, value: Option<Value>, detail: Option<Value>| {
        let text =
            |value: Option<Value>| value.and_then(|v| v.as_str().map(ToOwned::to_owned)).unwrap_or_default();
        let (value, detail) = (text(value), text(detail));
        let args = [("value", Arg::from(value)), ("detail", Arg::from(detail)), ("column", Arg::from(""))];
        v.cat.get(&format!("finding-{code}"), &args)
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

/// Fills in one text.
///
/// # Errors
/// The line inside the text (from 1) and what is wrong.
pub fn render(
    env: &Environment<'_>,
    text: &str,
    data: &BTreeMap<String, Value>,
) -> std::result::Result<String, (usize, String)> {
    env.render_str(text, data).map_err(|error| {
        let detail = error.detail().map_or_else(|| error.kind().to_string(), ToOwned::to_owned);
        (error.line().unwrap_or(1), detail)
    })
}

/// An answer as templates see it: `rows`, `total`, and `first` where there is a row.
#[must_use]
pub fn value_of(rows: &Rows) -> Value {
    let list: Vec<Value> = rows
        .rows
        .iter()
        .map(|row| {
            Value::from_pairs(rows.names.iter().zip(row).map(|(name, datum)| (name.as_str(), plain(datum))))
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

fn plain(datum: &Datum) -> Value {
    match datum {
        Datum::Missing => Value::from(()),
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
