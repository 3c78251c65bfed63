//! Findings of stages as rows of the table `finding`.

use crate::base::{Finding, Place};
use crate::tables::FindingRow;

/// A finding as a row, with the stage that found it.
pub(super) fn row(finding: Finding, stage: &str) -> FindingRow {
    let number = |row: u32| i32::try_from(row).ok();
    let (path, sheet, row, column) = match finding.place {
        Place::Nowhere | Place::Table(_) => (String::new(), String::new(), None, None),
        Place::File(path) => (path, String::new(), None, None),
        Place::Line(path, line) => (path, String::new(), i32::try_from(line).ok(), None),
        Place::Sheet(path, sheet) => (path, sheet, None, None),
        Place::Cell(path, sheet, column, row) => {
            (path, sheet, number(row), Some(column).filter(|letters| !letters.is_empty()))
        }
    };
    FindingRow {
        path,
        sheet,
        row,
        column,
        canonical: finding.column,
        code: finding.code.id().to_owned(),
        severity: finding.code.severity().as_str().to_owned(),
        value: finding.value,
        detail: finding.detail,
        stage: stage.to_owned(),
    }
}
