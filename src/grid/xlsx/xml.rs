//! XML under a budget: bytes inflated, size of one token, depth.

use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::grid::cell::within;
use crate::grid::{Damage, Limits, Refusal};

/// What has been spent on a file so far.
pub(super) struct Budget {
    pub(super) limits: Limits,
    inflated: Cell<u64>,
    token: Cell<u64>,
    text: Cell<u64>,
    cells: Cell<u64>,
    exceeded: Cell<Option<(&'static str, u64)>>,
}

impl Budget {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            inflated: Cell::new(0),
            token: Cell::new(0),
            text: Cell::new(0),
            cells: Cell::new(0),
            exceeded: Cell::new(None),
        }
    }

    /// A part says how large it is: refused at once where that is too much. What it says is not believed otherwise.
    pub(super) fn announce(&self, size: u64) -> Result<(), Refusal> {
        within(self.inflated.get().saturating_add(size), self.limits.inflated, "bytes inflated")
    }

    /// So many bytes of text are kept.
    pub(super) fn keep_text(&self, bytes: usize) -> Result<(), Refusal> {
        self.text.set(self.text.get().saturating_add(bytes as u64));
        within(self.text.get(), self.limits.text, "bytes of text")
    }

    /// One more cell of the file.
    pub(super) fn keep_cell(&self) -> Result<(), Refusal> {
        self.cells.set(self.cells.get().saturating_add(1));
        within(self.cells.get(), self.limits.cells_file, "cells in the file")
    }

    fn spend(&self, bytes: usize) {
        self.token.set(self.token.get().saturating_add(bytes as u64));
        self.inflate(bytes);
    }

    fn inflate(&self, bytes: usize) {
        self.inflated.set(self.inflated.get().saturating_add(bytes as u64));
        if self.inflated.get() > self.limits.inflated {
            self.exceeded.set(Some(("bytes inflated", self.limits.inflated)));
        } else if self.token.get() > self.limits.token {
            self.exceeded.set(Some(("bytes in one token", self.limits.token)));
        }
    }
}

/// A reader that counts what is taken from it and stops when the budget is spent.
struct Metered<'b, R> {
    inner: BufReader<R>,
    budget: &'b Budget,
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let count = available.len().min(out.len());
        if let (Some(to), Some(from)) = (out.get_mut(..count), available.get(..count)) {
            to.copy_from_slice(from);
        }
        self.consume(count);
        Ok(count)
    }
}

impl<R: Read> BufRead for Metered<'_, R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.budget.exceeded.get().is_some() {
            return Err(io::Error::other("budget"));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.budget.spend(count);
        self.inner.consume(count);
    }
}

/// The events of one part.
pub(super) struct Xml<'b, R> {
    reader: Reader<Metered<'b, R>>,
    buffer: Vec<u8>,
    depth: u32,
    pub(super) budget: &'b Budget,
}

impl<'b, R: Read> Xml<'b, R> {
    pub(super) fn new(part: R, budget: &'b Budget) -> Self {
        let inner = BufReader::with_capacity(1 << 16, part);
        Self { reader: Reader::from_reader(Metered { inner, budget }), buffer: Vec::new(), depth: 0, budget }
    }

    /// Shows the bytes that stand ready behind the last event, which must have been a tag. `take` says how many it has read:
    /// whole elements, each far shorter than a token may be. What it leaves comes as events.
    pub(super) fn ahead(
        &mut self,
        take: impl FnOnce(&[u8]) -> Result<usize, Refusal>,
    ) -> Result<(), Refusal> {
        let source = self.reader.get_mut();
        // A budget that is spent, or a broken archive: the next event tells.
        let Ok(bytes) = source.fill_buf() else { return Ok(()) };
        let taken = take(bytes)?;
        source.budget.inflate(taken);
        source.inner.consume(taken);
        Ok(())
    }

    /// The next event; comments, declarations and document types are passed on and mean nothing to callers.
    pub(super) fn next(&mut self) -> Result<Event<'_>, Refusal> {
        self.next_at_depth().map(|(event, _)| event)
    }

    /// The next event, and how many elements are open after it.
    pub(super) fn next_at_depth(&mut self) -> Result<(Event<'_>, u32), Refusal> {
        self.buffer.clear();
        self.budget.token.set(0);
        let event = self.reader.read_event_into(&mut self.buffer).map_err(|error| {
            match self.budget.exceeded.get() {
                Some((what, limit)) => Refusal::TooLarge { what, limit },
                None => Refusal::Unreadable(damage(&error)),
            }
        })?;
        match event {
            Event::Start(_) => {
                self.depth = self.depth.saturating_add(1);
                within(u64::from(self.depth), u64::from(self.budget.limits.depth), "levels of markup")?;
            }
            Event::End(_) => self.depth = self.depth.saturating_sub(1),
            Event::Eof if self.depth > 0 => {
                return Err(Refusal::Unreadable(Damage::CutOff));
            }
            _ => {}
        }
        Ok((event, self.depth))
    }
}

/// What the reader of markup complains about: the archive below it, or the markup itself.
fn damage(error: &quick_xml::Error) -> Damage {
    match error {
        quick_xml::Error::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => Damage::CutOff,
        quick_xml::Error::Io(_) => Damage::Spoilt,
        _ => Damage::Markup,
    }
}

/// An attribute by its local name, unescaped.
pub(super) fn attribute(tag: &BytesStart<'_>, name: &str) -> Result<Option<String>, Refusal> {
    for attribute in tag.attributes().with_checks(false) {
        let attribute = attribute.map_err(|_| Refusal::Unreadable(Damage::Markup))?;
        if attribute.key.local_name().as_ref() == name {
            let value = quick_xml::escape::unescape(&attribute.value)
                .map_err(|_| Refusal::Unreadable(Damage::Markup))?;
            return Ok(Some(value.into_owned()));
        }
    }
    Ok(None)
}

/// Adds the text of an event (text, CDATA, a reference to a character) to what stands there already.
pub(super) fn add_text(event: &Event<'_>, out: &mut String, limits: &Limits) -> Result<(), Refusal> {
    match event {
        Event::Text(text) => out.push_str(&text.xml10_content()),
        Event::CData(text) => out.push_str(&text.xml10_content()),
        Event::GeneralRef(reference) => {
            let resolved = reference.resolve_char_ref().map_err(|_| Refusal::Unreadable(Damage::Markup))?;
            match resolved {
                Some(c) => out.push(c),
                None => match quick_xml::escape::resolve_xml_entity(&reference.xml10_content()) {
                    Some(text) => out.push_str(text),
                    None => return Err(Refusal::Unreadable(Damage::Markup)),
                },
            }
        }
        _ => {}
    }
    // Bytes are checked first: counting characters of a text that fits anyway would be waste.
    if out.len() > limits.characters && out.chars().count() > limits.characters {
        return Err(Refusal::TooLarge { what: "characters in a cell", limit: limits.characters as u64 });
    }
    Ok(())
}
