//! The table of shared strings: runs of rich text joined, phonetic runs left out, claimed counts ignored.

use std::io::Read;
use std::sync::Arc;

use quick_xml::events::Event;

use super::xml::{Xml, add_text};
use crate::grid::Refusal;
use crate::grid::cell::within;

pub(super) fn read<R: Read>(mut xml: Xml<'_, R>) -> Result<Vec<Arc<str>>, Refusal> {
    let budget = xml.budget;
    let mut strings: Vec<Arc<str>> = Vec::new();
    let mut text = String::new();
    let mut rich = RichText::default();
    loop {
        let event = xml.next()?;
        match &event {
            Event::Start(tag) => {
                if tag.local_name().as_ref() == "si" {
                    text.clear();
                }
                rich.opens(tag.local_name().as_ref());
            }
            Event::Empty(tag) if tag.local_name().as_ref() == "si" => strings.push(Arc::from("")),
            Event::End(tag) => {
                rich.closes(tag.local_name().as_ref());
                if tag.local_name().as_ref() == "si" {
                    budget.keep_text(text.len())?;
                    strings.push(Arc::from(unescaped(&text).as_ref()));
                }
            }
            Event::Eof => return Ok(strings),
            other if rich.counts() => add_text(other, &mut text, &budget.limits)?,
            _ => {}
        }
        within(strings.len() as u64, budget.limits.cells, "shared strings")?;
    }
}

/// Knows whether text inside a string item or an inline string counts.
#[derive(Default)]
pub(super) struct RichText {
    in_text: bool,
    in_phonetic: bool,
}

impl RichText {
    pub(super) fn opens(&mut self, name: &str) {
        match name {
            "t" => self.in_text = true,
            "rPh" => self.in_phonetic = true,
            _ => {}
        }
    }

    pub(super) fn closes(&mut self, name: &str) {
        match name {
            "t" => self.in_text = false,
            "rPh" => self.in_phonetic = false,
            _ => {}
        }
    }

    pub(super) fn counts(&self) -> bool {
        self.in_text && !self.in_phonetic
    }
}

/// Excel writes a carriage return as `_x000D_`.
pub(super) fn unescaped(text: &str) -> std::borrow::Cow<'_, str> {
    if text.contains("_x000D_") {
        std::borrow::Cow::Owned(text.replace("_x000D_", "\r"))
    } else {
        std::borrow::Cow::Borrowed(text)
    }
}
