//! Inside the fence.

use std::io::{self, Read, Write};
use std::process::ExitCode;

use crate::base::Result;
use crate::ingest::{Layouts, Reference, read_packed, strips, try_layouts};
use crate::lake::foreign::read_table;
use crate::run::fence::wire;

/// The hidden command by which the program is told to read one file.
pub const COMMAND: &str = "fenced-read";

/// Address space of a child.
#[cfg(unix)]
const MEMORY_BYTES: u64 = 1 << 30;
/// Processor time of a child.
#[cfg(unix)]
const CPU_SECONDS: u64 = 60;

/// Reads a request from standard input, and writes the tables and findings of its file to standard output. Touches no
/// disk. To be called before anything else is done in the process.
#[must_use]
pub fn child_main() -> ExitCode {
    if !limit() {
        return ExitCode::from(16);
    }
    let mut request = Vec::new();
    if io::stdin().lock().read_to_end(&mut request).is_err() {
        return ExitCode::from(2);
    }
    match answer(&request) {
        Ok(Some(pieces)) => {
            let mut out = io::stdout().lock();
            match pieces.iter().try_for_each(|piece| out.write_all(piece)).and_then(|()| out.flush()) {
                Ok(()) => ExitCode::SUCCESS,
                Err(_) => ExitCode::from(16),
            }
        }
        Ok(None) => ExitCode::from(2),
        Err(fault) => ExitCode::from(fault.code.exit()),
    }
}

fn answer(request: &[u8]) -> Result<Option<Vec<Vec<u8>>>> {
    let Some((request, bytes)) = wire::read_request(request) else { return Ok(None) };
    let request = match request {
        wire::Request::Table(table) => return wire::table_answer(read_table(bytes, &table)).map(Some),
        wire::Request::Strips(request, wanted) => {
            let layouts = Layouts::parse(&request.documents)?;
            return wire::said(&strips(&request.file, bytes, &request.layout, &layouts, &wanted)).map(Some);
        }
        wire::Request::Try(request) => {
            let layouts = Layouts::parse(&request.documents)?;
            return wire::said(&try_layouts(&request.file, bytes, &layouts)).map(Some);
        }
        wire::Request::File(request) => request,
    };
    let layouts = Layouts::parse(&request.documents)?;
    let reference = Reference::parse(&request.documents)?;
    let file = (request.file.as_str(), request.source_id.as_str());
    let parsed = read_packed(file, bytes, &request.layout, &layouts, &reference)?;
    wire::answer(parsed).map(Some)
}

#[cfg(unix)]
fn limit() -> bool {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let limits = [(Resource::As, MEMORY_BYTES), (Resource::Cpu, CPU_SECONDS), (Resource::Core, 0)];
    limits.into_iter().all(|(resource, limit)| {
        setrlimit(resource, Rlimit { current: Some(limit), maximum: Some(limit) }).is_ok()
    })
}

#[cfg(not(unix))]
fn limit() -> bool {
    true
}
