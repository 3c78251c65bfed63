//! The scanner of XLSX: one pass a sheet over the zip and its XML, with a budget of bytes and cells.
//!
//! Deliberately absent: styles (no layout reads dates), charts, comments. Nothing is allocated by a size that the file
//! only claims.

mod plain;
mod shared;
mod sheet;
mod xml;

use std::collections::BTreeMap;
use std::io::Cursor;

use quick_xml::events::Event;
use zip::ZipArchive;
use zip::result::ZipError;

use crate::grid::{Damage, Limits, Refusal, ScannedSheet};
use xml::{Budget, Xml, attribute};

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// Reads every worksheet of a workbook, in the workbook's order, hidden ones included.
///
/// # Errors
/// [`Refusal::TooLarge`] where a limit is passed, [`Refusal::Unreadable`] where the bytes are no workbook.
pub fn scan_xlsx(bytes: &[u8], limits: &Limits) -> Result<Vec<ScannedSheet>, Refusal> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| match bytes {
        [] => Refusal::Unreadable(Damage::Empty),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => Refusal::Unreadable(Damage::OldOrLocked),
        _ if looks_like_page(bytes) => Refusal::Unreadable(Damage::WebPage),
        _ if looks_like_text(bytes) => Refusal::Unreadable(Damage::PlainText),
        // An archive is recognised by its beginning; its table of contents stands at its end.
        [b'P', b'K', 3, 4, ..] => Refusal::Unreadable(Damage::CutOff),
        _ => unreadable(&error),
    })?;
    if archive.len() > limits.parts {
        return Err(Refusal::TooLarge { what: "parts", limit: limits.parts as u64 });
    }
    let budget = Budget::new(*limits);
    let home = workbook_path(&mut archive, &budget)?;
    if archive.index_for_name(&home).is_none() {
        return Err(Refusal::Unreadable(Damage::NoWorkbook));
    }
    let entries = workbook(&mut archive, &home, &budget)?;
    let targets = relations(&mut archive, &relations_path(&home), &budget)?;
    let strings_path =
        targets.values().find(|target| target.kind == "sharedStrings").map(|t| resolve(&home, &t.path));
    let strings = match strings_path {
        Some(path) if archive.index_for_name(&path).is_some() => {
            shared::read(open(&mut archive, &path, &budget)?)?
        }
        _ => Vec::new(),
    };
    let mut sheets = Vec::new();
    for entry in entries {
        let Some(target) = targets.get(&entry.relation) else {
            return Err(Refusal::Unreadable(Damage::MissingPart));
        };
        if target.kind == "worksheet" {
            let mut sheet =
                sheet::read(open(&mut archive, &resolve(&home, &target.path), &budget)?, &strings)?;
            sheet.name = entry.name;
            sheet.hidden = entry.hidden;
            sheets.push(sheet);
        }
    }
    if sheets.is_empty() {
        return Err(Refusal::Unreadable(Damage::NoSheet));
    }
    Ok(sheets)
}

/// Does it begin as a page of the web does?
fn looks_like_page(bytes: &[u8]) -> bool {
    let start: Vec<u8> = bytes.iter().take(1_024).map(u8::to_ascii_lowercase).collect();
    let start = String::from_utf8_lossy(&start);
    let start = start.trim_start_matches('\u{feff}').trim_start();
    start.starts_with('<') && ["<html", "<table", "<!doctype html"].iter().any(|tag| start.contains(tag))
}

/// Printable bytes, and several lines of them.
fn looks_like_text(bytes: &[u8]) -> bool {
    let start = bytes.get(..4_096).unwrap_or(bytes);
    let is_text = |b: &u8| *b >= 0x20 || matches!(b, b'\t' | b'\r' | b'\n');
    start.iter().all(is_text) && start.contains(&b'\n')
}

fn unreadable(error: &ZipError) -> Refusal {
    Refusal::Unreadable(match error {
        ZipError::Io(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Damage::CutOff,
        ZipError::Io(_) => Damage::Spoilt,
        ZipError::InvalidArchive(_) => Damage::NoWorkbook,
        ZipError::FileNotFound => Damage::MissingPart,
        ZipError::InvalidPassword => Damage::OldOrLocked,
        _ => Damage::Packing,
    })
}

fn open<'a, 'z>(
    archive: &'a mut Archive<'z>,
    path: &str,
    budget: &'a Budget,
) -> Result<Xml<'a, impl std::io::Read + use<'a, 'z>>, Refusal> {
    let part = archive.by_name(path).map_err(|error| unreadable(&error))?;
    budget.announce(part.size())?;
    Ok(Xml::new(part, budget))
}

struct Entry {
    name: String,
    relation: String,
    hidden: bool,
}

struct Target {
    kind: String,
    path: String,
}

/// Where the workbook itself lies: the package's own relation, else the usual place.
fn workbook_path(archive: &mut Archive<'_>, budget: &Budget) -> Result<String, Refusal> {
    let usual = "xl/workbook.xml".to_owned();
    if archive.index_for_name("_rels/.rels").is_none() {
        return Ok(usual);
    }
    let targets = relations(archive, "_rels/.rels", budget)?;
    Ok(targets.values().find(|t| t.kind == "officeDocument").map_or(usual, |t| resolve("", &t.path)))
}

fn workbook(archive: &mut Archive<'_>, path: &str, budget: &Budget) -> Result<Vec<Entry>, Refusal> {
    let mut xml = open(archive, path, budget)?;
    let mut entries = Vec::new();
    loop {
        match xml.next()? {
            Event::Start(tag) | Event::Empty(tag) if tag.local_name().as_ref() == "sheet" => {
                entries.push(Entry {
                    name: attribute(&tag, "name")?.unwrap_or_default(),
                    relation: attribute(&tag, "id")?.unwrap_or_default(),
                    hidden: attribute(&tag, "state")?.is_some_and(|state| state != "visible"),
                });
            }
            Event::Eof => return Ok(entries),
            _ => {}
        }
    }
}

fn relations(
    archive: &mut Archive<'_>,
    path: &str,
    budget: &Budget,
) -> Result<BTreeMap<String, Target>, Refusal> {
    let mut xml = open(archive, path, budget)?;
    let mut targets = BTreeMap::new();
    loop {
        match xml.next()? {
            Event::Start(tag) | Event::Empty(tag) if tag.local_name().as_ref() == "Relationship" => {
                let kind = attribute(&tag, "Type")?.unwrap_or_default();
                let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
                let path = attribute(&tag, "Target")?.unwrap_or_default();
                targets.insert(attribute(&tag, "Id")?.unwrap_or_default(), Target { kind, path });
            }
            Event::Eof => return Ok(targets),
            _ => {}
        }
    }
}

fn relations_path(part: &str) -> String {
    match part.rsplit_once('/') {
        Some((folder, name)) => format!("{folder}/_rels/{name}.rels"),
        None => format!("_rels/{part}.rels"),
    }
}

/// A target of a relation, seen from the part that names it.
fn resolve(part: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut steps: Vec<&str> = part.split('/').collect();
    steps.pop();
    for step in target.split('/') {
        match step {
            ".." => {
                steps.pop();
            }
            "." => {}
            other => steps.push(other),
        }
    }
    steps.join("/")
}
