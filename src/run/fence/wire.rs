//! What parent and child say to each other: a length, JSON of that length, then bytes.

use std::collections::BTreeMap;

use crate::base::{Fault, FaultCode, Finding, FindingCode, Place, Result};
use crate::ingest::Wanted;
use crate::lake::foreign::{ForeignTable, TableRequest, TableTrouble};
use crate::lake::ipc;
use crate::pipeline::{Packed, Parsed, Test};
use crate::tables;

/// What the child is asked. The bytes of the file follow.
#[derive(serde::Serialize, serde::Deserialize)]
pub(super) enum Request {
    /// A sender's file.
    File(FileRequest),
    /// A researcher's table.
    Table(TableRequest),
    /// The sheet around cells of a sender's file.
    Strips(FileRequest, Vec<Wanted>),
    /// What all layouts make of a file.
    Try(FileRequest),
}

/// A sender's file: by which layouts it is read.
#[derive(serde::Serialize, serde::Deserialize)]
pub(super) struct FileRequest {
    pub(super) file: String,
    /// Of its first sheet.
    pub(super) source_id: String,
    pub(super) layout: String,
    pub(super) documents: BTreeMap<String, (String, String)>,
}

/// What the child answers. The tables follow as Arrow IPC, then the packed ones as Parquet, one after the other.
#[derive(serde::Serialize, serde::Deserialize)]
struct Answer {
    tables: Vec<(String, usize)>,
    packed: Vec<(String, Option<Test>, usize)>,
    findings: Vec<FindingSent>,
}

#[derive(serde::Serialize, serde::Deserialize)]
struct FindingSent {
    code: String,
    place: PlaceSent,
    column: Option<String>,
    value: Option<String>,
    detail: Option<String>,
}

#[derive(serde::Serialize, serde::Deserialize)]
enum PlaceSent {
    File(String),
    Sheet(String, String),
    Cell(String, String, String, u32),
}

pub(super) fn table_request(request: &TableRequest, bytes: &[u8]) -> Result<Vec<u8>> {
    asked(&Request::Table(request.clone()), bytes)
}

/// A question about a file whose answer is JSON alone.
pub(super) fn question(request: &Request, bytes: &[u8]) -> Result<Vec<u8>> {
    asked(request, bytes)
}

/// An answer of JSON alone.
pub(super) fn said<T: serde::Serialize>(answer: &T) -> Result<Vec<Vec<u8>>> {
    Ok(vec![framed(answer)?])
}

/// The answer of JSON alone; `None` where it is not whole.
pub(super) fn read_said<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    unframed::<T>(bytes).map(|(answer, _)| answer)
}

fn asked(request: &Request, bytes: &[u8]) -> Result<Vec<u8>> {
    let mut out = framed(request)?;
    out.extend_from_slice(bytes);
    Ok(out)
}

/// A table, or why there is none.
pub(super) fn table_answer(table: std::result::Result<ForeignTable, TableTrouble>) -> Result<Vec<Vec<u8>>> {
    let bug = |error: serde_json::Error| Fault::new(FaultCode::Bug).because(error);
    Ok(match table {
        Ok(table) => vec![framed(&None::<TableTrouble>)?, table.to_bytes().map_err(bug)?],
        Err(trouble) => vec![framed(&Some(trouble))?],
    })
}

/// The answer as a table, or as the reason why there is none; `None` where it is not whole.
pub(super) fn read_table_answer(bytes: &[u8]) -> Option<std::result::Result<ForeignTable, TableTrouble>> {
    let (trouble, rest) = unframed::<Option<TableTrouble>>(bytes)?;
    match trouble {
        Some(trouble) => Some(Err(trouble)),
        None => ForeignTable::from_bytes(rest).map(Ok),
    }
}

pub(super) fn read_request(bytes: &[u8]) -> Option<(Request, &[u8])> {
    unframed(bytes)
}

/// The answer in pieces. Each table is let go of as soon as it is encoded: memory is short behind the fence.
pub(super) fn answer(parsed: Parsed) -> Result<Vec<Vec<u8>>> {
    let mut pieces = vec![Vec::new()];
    let mut lengths = Vec::new();
    for (name, frame) in parsed.tables {
        let spec = tables::spec(name).ok_or_else(|| Fault::new(FaultCode::Bug).with("table", name))?;
        let bytes = ipc::encode(spec, &frame)?;
        lengths.push((name.to_owned(), bytes.len()));
        pieces.push(bytes);
    }
    let mut packed = Vec::new();
    for part in parsed.packed {
        packed.push((part.table.to_owned(), part.test, part.bytes.len()));
        pieces.push(part.bytes);
    }
    let findings = parsed.findings.iter().map(FindingSent::from).collect();
    let head = framed(&Answer { tables: lengths, packed, findings })?;
    if let Some(first) = pieces.first_mut() {
        *first = head;
    }
    Ok(pieces)
}

/// The answer as tables and findings; `None` where it is not whole.
pub(super) fn read_answer(bytes: &[u8]) -> Option<Parsed> {
    let (answer, mut rest) = unframed::<Answer>(bytes)?;
    let mut parsed = Parsed::default();
    for (name, length) in &answer.tables {
        let spec = tables::spec(name)?;
        let table = rest.get(..*length)?;
        rest = rest.get(*length..)?;
        parsed.tables.push((spec.name, ipc::decode(spec, table, None).ok()?));
    }
    for (name, test, length) in answer.packed {
        let bytes = rest.get(..length)?.to_vec();
        rest = rest.get(length..)?;
        parsed.packed.push(Packed { table: tables::spec(&name)?.name, test, bytes });
    }
    parsed.findings = answer.findings.into_iter().map(FindingSent::finding).collect::<Option<_>>()?;
    rest.is_empty().then_some(parsed)
}

fn framed<T: serde::Serialize>(head: &T) -> Result<Vec<u8>> {
    let json = serde_json::to_vec(head).map_err(|error| Fault::new(FaultCode::Bug).because(error))?;
    let mut out = (json.len() as u64).to_le_bytes().to_vec();
    out.extend_from_slice(&json);
    Ok(out)
}

fn unframed<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Option<(T, &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<8>()?;
    let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
    let head = serde_json::from_slice(rest.get(..length)?).ok()?;
    Some((head, rest.get(length..)?))
}

impl From<&Finding> for FindingSent {
    fn from(finding: &Finding) -> Self {
        let place = match finding.place.clone() {
            Place::Sheet(file, sheet) => PlaceSent::Sheet(file, sheet),
            Place::Cell(file, sheet, column, row) => PlaceSent::Cell(file, sheet, column, row),
            other => PlaceSent::File(other.to_string()),
        };
        Self {
            code: finding.code.id().to_owned(),
            place,
            column: finding.column.clone(),
            value: finding.value.clone(),
            detail: finding.detail.clone(),
        }
    }
}

impl FindingSent {
    fn finding(self) -> Option<Finding> {
        let place = match self.place {
            PlaceSent::File(file) => Place::File(file),
            PlaceSent::Sheet(file, sheet) => Place::Sheet(file, sheet),
            PlaceSent::Cell(file, sheet, column, row) => Place::Cell(file, sheet, column, row),
        };
        Some(Finding {
            code: FindingCode::ALL.iter().copied().find(|code| code.id() == self.code)?,
            place,
            column: self.column,
            value: self.value,
            detail: self.detail,
        })
    }
}
