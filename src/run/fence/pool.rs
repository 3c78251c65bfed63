//! The children that read: each one file after another, as many at once as threads ask.
//!
//! What a file is told never depends on the files that its child read before: where a child that has read others breaks, a new one
//! is asked, and what that one says counts.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use crate::base::{Fault, FaultCode, Place, Result};
use crate::run::fence::child::COMMAND;

/// An answer larger than this is not taken.
const ANSWER_BYTES: u64 = 512 << 20;
/// A child that has not answered by then is stopped.
const PATIENCE: Duration = Duration::from_secs(120);

/// What a child is started with: one thread, and a memory that it keeps from file to file. The last is read by the C library of
/// Linux (large pages, and nothing given back to the system) and by nobody else.
const SURROUNDINGS: [(&str, &str); 3] = [
    ("RAYON_NUM_THREADS", "1"),
    ("POLARS_MAX_THREADS", "1"),
    (
        "GLIBC_TUNABLES",
        "glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=33554432:glibc.malloc.trim_threshold=1073741824",
    ),
];

/// Why a child gave no answer: a word of the finding.
type Why = &'static str;

/// Children of one program, those that wait for a question.
pub(super) struct Pool {
    reader: PathBuf,
    idle: Mutex<Vec<Worker>>,
}

impl Pool {
    pub(super) fn new(reader: &Path) -> Self {
        Self { reader: reader.to_owned(), idle: Mutex::default() }
    }

    /// Asks a child. `Err` inside says why there is no answer.
    ///
    /// # Errors
    /// `E903` where no child can be started.
    pub(super) fn ask(&self, question: Vec<u8>) -> Result<std::result::Result<Vec<u8>, Why>> {
        let question = Arc::new(question);
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        if let Some(mut worker) = idle {
            match worker.ask(&question) {
                // what the files before have left in it may have broken it
                Err("memory" | "crash") => {}
                other => return Ok(self.keep(worker, other)),
            }
        }
        let mut worker = Worker::start(&self.reader)?;
        let answer = worker.ask(&question);
        Ok(self.keep(worker, answer))
    }

    fn keep<T>(&self, worker: Worker, answer: std::result::Result<T, Why>) -> std::result::Result<T, Why> {
        if answer.is_ok() {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(worker);
        }
        answer
    }
}

/// A child.
struct Worker {
    child: Child,
    /// Taken while it is asked, and gone where it did not answer.
    pipes: Option<(ChildStdin, ChildStdout)>,
}

impl Worker {
    fn start(reader: &Path) -> Result<Self> {
        let mut command = Command::new(reader);
        command.arg(COMMAND).envs(SURROUNDINGS);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(|error| {
            let place = Place::File(reader.display().to_string());
            Fault::new(FaultCode::ChildFailed).at(place).refused_by_system(&error)
        })?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        Ok(Self { child, pipes })
    }

    /// Sends the question, takes the answer.
    fn ask(&mut self, question: &Arc<Vec<u8>>) -> std::result::Result<Vec<u8>, Why> {
        let (mut stdin, mut stdout) = self.pipes.take().ok_or("crash")?;
        let (sender, receiver) = mpsc::channel();
        let question = Arc::clone(question);
        // The child reads all before it writes, so one thread can do both; a child that dies early breaks the pipe.
        thread::spawn(move || {
            let answer = exchange(&mut stdin, &mut stdout, &question);
            drop(question);
            let _ = sender.send((answer, (stdin, stdout)));
        });
        let Ok((answer, pipes)) = receiver.recv_timeout(PATIENCE) else { return self.stop("time") };
        match answer {
            Ok(Some(answer)) => {
                self.pipes = Some(pipes);
                Ok(answer)
            }
            Ok(None) => self.stop("answer"),
            Err(_) => {
                drop(pipes);
                Err(self.child.wait().map_or("crash", why_ended))
            }
        }
    }

    fn stop<T>(&mut self, why: Why) -> std::result::Result<T, Why> {
        let _ = self.child.kill();
        Err(why)
    }
}

impl Drop for Worker {
    /// A child ends where its questions do.
    fn drop(&mut self) {
        drop(self.pipes.take());
        let _ = self.child.wait();
    }
}

/// A question and its answer, each behind its length; nothing where the answer is too long to be taken.
fn exchange(
    stdin: &mut ChildStdin,
    stdout: &mut ChildStdout,
    question: &[u8],
) -> io::Result<Option<Vec<u8>>> {
    stdin.write_all(&(question.len() as u64).to_le_bytes())?;
    stdin.write_all(question)?;
    stdin.flush()?;
    let mut length = [0; 8];
    stdout.read_exact(&mut length)?;
    let length = u64::from_le_bytes(length);
    if length > ANSWER_BYTES {
        return Ok(None);
    }
    let mut answer = Vec::new();
    stdout.take(length).read_to_end(&mut answer)?;
    if answer.len() as u64 == length { Ok(Some(answer)) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

/// What ended a child: its limits are kept by the system, which sends a signal.
#[cfg(unix)]
fn why_ended(ended: ExitStatus) -> Why {
    match std::os::unix::process::ExitStatusExt::signal(&ended) {
        // SIGABRT is what becomes of memory that is not granted, SIGXCPU and SIGKILL of time that is used up.
        Some(6) => "memory",
        Some(9 | 24) => "time",
        _ => "crash",
    }
}

#[cfg(not(unix))]
fn why_ended(_ended: ExitStatus) -> Why {
    "crash"
}
