//! What clap complains about, in the words of the catalogue.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::base::{Fault, FaultCode};
use crate::text::{Arg, Lang, catalogue};

/// The fault for a command line that clap refuses.
#[must_use]
pub fn fault(lang: Lang, error: &clap::Error) -> Box<Fault> {
    let cat = catalogue(lang);
    let key = match error.kind() {
        ErrorKind::InvalidSubcommand => "usage-unknown-command",
        ErrorKind::UnknownArgument => "usage-unknown-argument",
        ErrorKind::InvalidValue if value(error, ContextKind::InvalidValue).is_empty() => {
            "usage-value-missing"
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => "usage-value-invalid",
        ErrorKind::MissingRequiredArgument => "usage-argument-missing",
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            "usage-command-missing"
        }
        ErrorKind::ArgumentConflict => "usage-conflict",
        ErrorKind::InvalidUtf8 => "usage-encoding",
        _ => "usage-other",
    };
    let subject = match error.kind() {
        ErrorKind::InvalidSubcommand => value(error, ContextKind::InvalidSubcommand),
        _ => value(error, ContextKind::InvalidArg),
    };
    let args =
        [("subject", Arg::from(subject)), ("value", Arg::from(value(error, ContextKind::InvalidValue)))];
    let mut cause = cat.get(key, &args);
    let known = value(error, ContextKind::ValidValue);
    if !known.is_empty() {
        cause.push_str(&cat.get("usage-known", &[("known", Arg::from(known))]));
    }
    let similar = [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue];
    if let Some(similar) = similar.iter().map(|kind| value(error, *kind)).find(|text| !text.is_empty()) {
        cause.push_str(&cat.get("usage-similar", &[("similar", Arg::from(similar))]));
    }
    let fault = Fault::new(FaultCode::Usage).with("said", cause).why("said");
    // A kind of complaint without words of its own: what clap calls it is a technical detail.
    if key == "usage-other" { fault.because(error.kind()) } else { fault }
}

fn value(error: &clap::Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        Some(ContextValue::StyledStr(text)) => text.to_string(),
        Some(ContextValue::StyledStrs(texts)) => {
            texts.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
        }
        _ => String::new(),
    }
}
