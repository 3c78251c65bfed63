//! Inside the fence.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::process::ExitCode;

use crate::base::Result;
use crate::ingest::{Layouts, Reference, read_packed, strips, try_layouts};
use crate::lake::foreign::read_table;
use crate::run::fence::wire;

/// The hidden command by which the program is told to read files.
pub const COMMAND: &str = "fenced-read";

/// Address space of a child.
#[cfg(unix)]
const MEMORY_BYTES: u64 = 1 << 30;
/// Processor time that a question may take.
#[cfg(unix)]
const CPU_SECONDS: u64 = 60;

/// Reads questions from standard input, one after the other, and writes to standard output the answer to each. Touches no
/// disk. To be called before anything else is done in the process.
#[must_use]
pub fn child_main() -> ExitCode {
    if !limit_memory() {
        return ExitCode::from(16);
    }
    let mut desk = Desk::default();
    loop {
        let request = match next_request() {
            Ok(Some(request)) => request,
            Ok(None) => return ExitCode::SUCCESS,
            Err(_) => return ExitCode::from(2),
        };
        if !limit_time() {
            return ExitCode::from(16);
        }
        match desk.answer(&request) {
            Ok(Some(pieces)) if tell(&pieces).is_ok() => {}
            Ok(Some(_)) => return ExitCode::from(16),
            Ok(None) => return ExitCode::from(2),
            Err(fault) => return ExitCode::from(fault.code.exit()),
        }
    }
}

/// The next question; nothing where there is none any more.
fn next_request() -> io::Result<Option<Vec<u8>>> {
    let mut stdin = io::stdin().lock();
    let mut length = [0; 8];
    match stdin.read_exact(&mut length) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let length = u64::from_le_bytes(length);
    let mut request = Vec::with_capacity(usize::try_from(length).unwrap_or_default().min(1 << 26));
    stdin.take(length).read_to_end(&mut request)?;
    if request.len() as u64 == length { Ok(Some(request)) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

fn tell(pieces: &[Vec<u8>]) -> io::Result<()> {
    let length: usize = pieces.iter().map(Vec::len).sum();
    let mut out = io::stdout().lock();
    out.write_all(&(length as u64).to_le_bytes())?;
    pieces.iter().try_for_each(|piece| out.write_all(piece))?;
    out.flush()
}

/// The layouts and the reference data of the last question: most questions name the same.
#[derive(Default)]
struct Desk {
    documents: Option<BTreeMap<String, (String, String)>>,
    layouts: Layouts,
    reference: Reference,
}

impl Desk {
    fn answer(&mut self, request: &[u8]) -> Result<Option<Vec<Vec<u8>>>> {
        let Some((request, bytes)) = wire::read_request(request) else { return Ok(None) };
        let (request, wanted) = match request {
            wire::Request::Table(table) => return wire::table_answer(read_table(bytes, &table)).map(Some),
            wire::Request::Strips(request, wanted) => (request, Some(wanted)),
            wire::Request::Try(request) => {
                self.lay_out(request.documents)?;
                return wire::said(&try_layouts(&request.file, bytes, &self.layouts)).map(Some);
            }
            wire::Request::File(request) => (request, None),
        };
        self.lay_out(request.documents)?;
        if let Some(wanted) = wanted {
            return wire::said(&strips(&request.file, bytes, &request.layout, &self.layouts, &wanted))
                .map(Some);
        }
        let file = (request.file.as_str(), request.source_id.as_str());
        let parsed = read_packed(file, bytes, &request.layout, &self.layouts, &self.reference)?;
        wire::answer(parsed).map(Some)
    }

    fn lay_out(&mut self, documents: BTreeMap<String, (String, String)>) -> Result<()> {
        if self.documents.as_ref() != Some(&documents) {
            self.layouts = Layouts::parse(&documents)?;
            self.reference = Reference::parse(&documents)?;
            self.documents = Some(documents);
        }
        Ok(())
    }
}

#[cfg(unix)]
fn limit_memory() -> bool {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let limits = [(Resource::As, MEMORY_BYTES), (Resource::Core, 0)];
    limits.into_iter().all(|(resource, limit)| {
        setrlimit(resource, Rlimit { current: Some(limit), maximum: Some(limit) }).is_ok()
    })
}

/// The question may take so much beyond what those before it took.
#[cfg(unix)]
fn limit_time() -> bool {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    use rustix::time::{ClockId, clock_gettime};
    let taken = u64::try_from(clock_gettime(ClockId::ProcessCPUTime).tv_sec).unwrap_or_default();
    let maximum = getrlimit(Resource::Cpu).maximum;
    setrlimit(Resource::Cpu, Rlimit { current: Some(taken + CPU_SECONDS), maximum }).is_ok()
}

#[cfg(not(unix))]
fn limit_memory() -> bool {
    true
}

#[cfg(not(unix))]
fn limit_time() -> bool {
    true
}
