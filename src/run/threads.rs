//! The number of threads. The pools below read it from the environment once, before anything else can set it, so the
//! program starts itself again with the environment set.

use std::process::Command;

use crate::base::{Fault, FaultCode, Result};

/// More threads than any machine of a centre has; thousands would only get in each other's way.
const MAX: usize = 256;
const VARIABLES: [&str; 2] = ["RAYON_NUM_THREADS", "POLARS_MAX_THREADS"];

/// Makes sure that the program runs with so many threads. Returns `None` where it does; else the exit code of the
/// program that was started in its place. On Unix that program takes over this process, and nothing is returned.
///
/// # Errors
/// `E201` for no thread or more than 256, `E903` where the program cannot start itself.
pub fn ensure(threads: usize) -> Result<Option<u8>> {
    if !(1..=MAX).contains(&threads) {
        return Err(Fault::new(FaultCode::Usage)
            .with("value", threads)
            .with("most", MAX)
            .why("usage-threads"));
    }
    let wanted = threads.to_string();
    if VARIABLES.iter().all(|name| std::env::var(name).is_ok_and(|value| value == wanted)) {
        return Ok(None);
    }
    let failed = |error: std::io::Error| Fault::new(FaultCode::ChildFailed).refused_by_system(&error);
    let mut command = Command::new(std::env::current_exe().map_err(failed)?);
    command.args(std::env::args_os().skip(1)).envs(VARIABLES.map(|name| (name, &wanted)));
    become_it(command).map(Some).map_err(failed)
}

#[cfg(unix)]
fn become_it(mut command: Command) -> std::io::Result<u8> {
    Err(std::os::unix::process::CommandExt::exec(&mut command))
}

#[cfg(not(unix))]
fn become_it(mut command: Command) -> std::io::Result<u8> {
    let code = command.status()?.code().unwrap_or(1);
    Ok(u8::try_from(code).unwrap_or(1))
}
