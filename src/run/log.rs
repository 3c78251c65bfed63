//! Times and durations: a line a run, apart from the runs themselves, which know no clock.

use crate::base::{Fault, FaultCode, Result};
use crate::lake::Root;

const PATH: &str = "reports/runs/log.jsonl";

/// A run that was finished.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub(super) struct Line {
    pub run: String,
    pub finished: String,
    pub seconds: f64,
    pub stages: Vec<StageLine>,
}

/// A stage of it.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub(super) struct StageLine {
    pub kind: String,
    pub reused: bool,
    pub seconds: f64,
}

/// Adds a line.
pub(super) fn append(root: &Root, line: &Line) -> Result<()> {
    let mut text = serde_json::to_string(line).map_err(|error| Fault::new(FaultCode::Bug).because(error))?;
    text.push('\n');
    root.append(PATH, text.as_bytes())
}

/// All lines, oldest first. A line that a killed run left torn is passed over.
pub(super) fn lines(root: &Root) -> Result<Vec<Line>> {
    let bytes = root.read_if_there(PATH)?.unwrap_or_default();
    let lines = bytes.split(|&byte| byte == b'\n');
    Ok(lines.filter_map(|line| serde_json::from_slice(line).ok()).collect())
}
