//! What a report says of the method pack: its title, its basis, its status, the titles of what it defines.

use std::collections::BTreeMap;

use crate::base::{Fault, FaultCode, Place, Result};
use crate::pipeline::{Declared, line_of};
use crate::text::Lang;

/// The part of a pack that is printed.
#[derive(Debug, Clone, serde::Deserialize)]
pub struct Pack {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
    title: BTreeMap<String, String>,
    basis: Basis,
    /// `official text`, `reconstruction`, `regional`, `experimental`.
    pub status: String,
    #[serde(default)]
    indicator: Vec<Titled>,
    #[serde(default)]
    list: Vec<Titled>,
}

#[derive(Debug, Clone, serde::Deserialize)]
struct Titled {
    id: String,
    title: BTreeMap<String, String>,
}

#[derive(Debug, Clone, serde::Deserialize)]
#[serde(untagged)]
enum Basis {
    One(String),
    Each(BTreeMap<String, String>),
}

impl Pack {
    /// The declared pack.
    ///
    /// # Errors
    /// `E302` where it cannot be read.
    pub fn of(declared: &Declared<'_>) -> Result<Self> {
        let (path, text) = declared.document("method")?;
        toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(1, |span| line_of(text, span.start));
            let place = Place::Line(path.to_owned(), line);
            Fault::new(FaultCode::DeclarationUnreadable).at(place).because(error.message())
        })
    }

    /// Its title.
    #[must_use]
    pub fn title(&self, lang: Lang) -> &str {
        said(&self.title, lang)
    }

    /// Its legal basis.
    #[must_use]
    pub fn basis(&self, lang: Lang) -> &str {
        match &self.basis {
            Basis::One(text) => text,
            Basis::Each(texts) => said(texts, lang),
        }
    }

    /// Titles of indicators and lists, by id.
    #[must_use]
    pub fn titles(&self, lang: Lang) -> BTreeMap<String, String> {
        self.indicator
            .iter()
            .chain(&self.list)
            .map(|t| (t.id.clone(), said(&t.title, lang).to_owned()))
            .collect()
    }

    /// The key of its status in the catalogue.
    #[must_use]
    pub fn status_key(&self) -> String {
        format!("method-status-{}", self.status.replace(' ', "-"))
    }
}

fn said(texts: &BTreeMap<String, String>, lang: Lang) -> &str {
    texts.get(lang.code()).or_else(|| texts.values().next()).map_or("", String::as_str)
}
