//! Findings against planted dirt: each found at its cell, nothing else called dirt.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::DataFrame;

use super::Judged;
use super::truth::{Truth, base_of};
use crate::base::{FindingCode, Result};
use crate::synth::files::DirtRow;
use crate::tables::{ints, texts};

/// Findings and planted dirt of the files that the run read.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct FindingScore {
    /// Findings that had to be earned.
    pub planted: u64,
    /// Of them: those that stand where they must.
    pub found: u64,
    /// Dirt that must be read without a word.
    pub silent: u64,
    /// Of it: that which was.
    pub quiet: u64,
    /// Kind by kind.
    pub kinds: Vec<KindLine>,
    /// Warnings and errors that nothing planted earned.
    pub wrong: Vec<WrongFinding>,
}

/// One kind of dirt.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct KindLine {
    /// The kind.
    pub kind: String,
    /// What was planted.
    pub planted: u64,
    /// Found, or read without a word where that is right.
    pub found: u64,
    /// The first place where it was not.
    pub missed: Option<String>,
}

/// A finding that nothing planted earned.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct WrongFinding {
    /// The code.
    pub code: String,
    /// `file › sheet › cell`.
    pub place: String,
    /// How many times more than planted, where a finding counts.
    pub times: u64,
}

/// File, sheet, row, column.
type Place = (String, String, Option<i32>, Option<String>);

#[derive(Debug)]
struct Found {
    place: Place,
    code: String,
    loud: bool,
    detail: Option<String>,
}

pub(super) fn score(judged: &Judged<'_>, truth: &Truth) -> Result<Option<FindingScore>> {
    let paths: BTreeSet<&str> = truth.dirt.iter().map(|dirt| dirt.path.as_str()).collect();
    let below = |base: &str| if base.is_empty() { String::new() } else { format!("{base}/") };
    let holds = |base: &str| {
        let base = below(base);
        judged.sources.iter().any(|path| path.strip_prefix(&base).is_some_and(|path| paths.contains(path)))
    };
    let Some(base) = base_of(judged.sources, &holds) else { return Ok(None) };
    let base = below(&base);
    let read: BTreeSet<&str> = judged.sources.iter().filter_map(|path| path.strip_prefix(&base)).collect();
    let Some(frame) = (judged.tables)("finding")? else { return Ok(None) };
    let planted: Vec<&DirtRow> = truth.dirt.iter().filter(|dirt| read.contains(dirt.path.as_str())).collect();
    Ok(Some(compare(&planted, found(&frame, &base)?)))
}

/// What the reading of files found: analyses have findings of their own.
fn found(frame: &DataFrame, base: &str) -> Result<Vec<Found>> {
    let (paths, sheets) = (texts(frame, "path")?, texts(frame, "sheet")?);
    let (rows, columns) = (ints(frame, "row")?, texts(frame, "column")?);
    let (codes, severities) = (texts(frame, "code")?, texts(frame, "severity")?);
    let (details, stages) = (texts(frame, "detail")?, texts(frame, "stage")?);
    let places = paths.into_iter().zip(sheets).zip(rows.into_iter().zip(columns));
    let all = places.zip(codes.into_iter().zip(severities)).zip(details.into_iter().zip(stages));
    Ok(all
        .filter(|(_, (_, stage))| matches!(stage.as_deref(), Some("ingest" | "validate")))
        .map(|((((path, sheet), (row, column)), (code, severity)), (detail, _))| {
            let path = path.unwrap_or_default();
            let path = path.strip_prefix(base).unwrap_or(&path).to_owned();
            Found {
                place: (path, sheet.unwrap_or_default(), row, column),
                code: code.unwrap_or_default(),
                loud: severity.as_deref() != Some("note"),
                detail,
            }
        })
        .collect())
}

/// Findings that stand once for many cells: at the first of them, with how many there are.
fn is_counted(code: &str) -> bool {
    [
        FindingCode::TotalDiffers,
        FindingCode::RowWithoutResult,
        FindingCode::DigitsBesideTasks,
        FindingCode::LettersMixed,
        FindingCode::TasksBlank,
        FindingCode::MarkOffScale,
    ]
    .iter()
    .any(|counted| counted.id() == code)
}

/// Findings whose number is what was planted.
fn tells_number(code: &str) -> bool {
    let numbers = [FindingCode::RowsHidden, FindingCode::FormulaCells, FindingCode::RowsAside];
    numbers.iter().any(|known| known.id() == code)
}

fn compare(planted: &[&DirtRow], findings: Vec<Found>) -> FindingScore {
    let mut sheets: BTreeMap<(&str, &str, &str), Vec<&Found>> = BTreeMap::new();
    for finding in &findings {
        let (path, sheet, ..) = &finding.place;
        sheets.entry((path, sheet, &finding.code)).or_default().push(finding);
    }
    let mut expected: BTreeMap<(&str, &str, &str), Vec<&DirtRow>> = BTreeMap::new();
    let mut tally = Tally::default();
    for &dirt in planted {
        if let Some(code) = &dirt.code {
            expected.entry((&dirt.path, &dirt.sheet, code)).or_default().push(dirt);
        }
    }
    let earned: BTreeSet<Place> =
        planted.iter().filter(|dirt| dirt.code.is_some()).map(|dirt| place(dirt)).collect();
    let loud: BTreeSet<&Place> = findings.iter().filter(|f| f.loud).map(|finding| &finding.place).collect();
    for dirt in planted.iter().filter(|dirt| dirt.code.is_none()) {
        let place = place(dirt);
        tally.add(dirt, place.2.is_none() || !loud.contains(&place) || earned.contains(&place));
    }
    let silent = tally.total();
    for (key, dirt) in expected {
        let found = sheets.remove(&key).unwrap_or_default();
        if is_counted(key.2) { tally.counted(dirt, found) } else { tally.each(dirt, found) }
    }
    for finding in sheets.into_values().flatten() {
        tally.wrong(finding, 1);
    }
    let all = tally.total();
    tally.wrong.sort();
    FindingScore {
        planted: all.0 - silent.0,
        found: all.1 - silent.1,
        silent: silent.0,
        quiet: silent.1,
        kinds: tally.kinds.into_values().collect(),
        wrong: tally.wrong,
    }
}

fn place(dirt: &DirtRow) -> Place {
    (dirt.path.clone(), dirt.sheet.clone(), dirt.row, dirt.column.clone())
}

#[derive(Default)]
struct Tally {
    kinds: BTreeMap<String, KindLine>,
    wrong: Vec<WrongFinding>,
}

impl Tally {
    fn total(&self) -> (u64, u64) {
        self.kinds.values().fold((0, 0), |sum, line| (sum.0 + line.planted, sum.1 + line.found))
    }

    fn add(&mut self, dirt: &DirtRow, found: bool) {
        let line = self.kinds.entry(dirt.kind.clone()).or_insert_with(|| KindLine {
            kind: dirt.kind.clone(),
            planted: 0,
            found: 0,
            missed: None,
        });
        line.planted += 1;
        line.found += u64::from(found);
        if !found {
            line.missed.get_or_insert_with(|| printed(&place(dirt)));
        }
    }

    fn wrong(&mut self, finding: &Found, times: u64) {
        if finding.loud && times > 0 {
            let (code, place) = (finding.code.clone(), printed(&finding.place));
            self.wrong.push(WrongFinding { code, place, times });
        }
    }

    /// One finding for one planted cell.
    fn each(&mut self, planted: Vec<&DirtRow>, found: Vec<&Found>) {
        let mut open: BTreeMap<&Place, Vec<&Found>> = BTreeMap::new();
        for finding in found {
            open.entry(&finding.place).or_default().push(finding);
        }
        for dirt in planted {
            let here = open.get_mut(&place(dirt)).and_then(Vec::pop);
            let right = |found: &Found| !tells_number(&found.code) || found.detail == dirt.value;
            self.add(dirt, here.is_some_and(right));
        }
        for finding in open.into_values().flatten() {
            self.wrong(finding, 1);
        }
    }

    /// A finding stands at the first of its cells and says how many there are: it covers so many planted ones, down to
    /// the next finding of its code.
    fn counted(&mut self, mut planted: Vec<&DirtRow>, mut found: Vec<&Found>) {
        planted.sort_by(|a, b| (a.row, &a.column).cmp(&(b.row, &b.column)));
        found.sort_by(|a, b| a.place.cmp(&b.place));
        let mut rest = planted.into_iter().peekable();
        for (at, finding) in found.iter().enumerate() {
            let end = found.get(at + 1).map_or(i32::MAX, |next| next.place.2.unwrap_or(i32::MAX));
            while let Some(dirt) = rest.next_if(|dirt| dirt.row < finding.place.2) {
                self.add(dirt, false);
            }
            let stands_first = rest.peek().is_some_and(|dirt| place(dirt) == finding.place);
            let says: u64 = finding.detail.as_deref().and_then(|detail| detail.parse().ok()).unwrap_or(1);
            let mut covered = 0;
            while let Some(dirt) = rest.next_if(|dirt| dirt.row.is_some_and(|row| row < end)) {
                self.add(dirt, stands_first && covered < says);
                covered += u64::from(stands_first);
            }
            self.wrong(finding, says.saturating_sub(covered));
        }
        rest.for_each(|dirt| self.add(dirt, false));
    }
}

fn printed((path, sheet, row, column): &Place) -> String {
    let cell = column.as_deref().zip(*row).map(|(column, row)| format!("{column}{row}"));
    let parts = [Some(path.clone()), Some(sheet.clone()).filter(|sheet| !sheet.is_empty()), cell];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" › ")
}

#[cfg(test)]
mod tests {
    use super::{Found, compare};
    use crate::synth::files::DirtRow;

    fn dirt(kind: &str, row: i32, code: Option<&str>) -> DirtRow {
        DirtRow {
            path: "f".into(),
            sheet: "s".into(),
            column: Some("C".into()),
            row: Some(row),
            kind: kind.into(),
            code: code.map(str::to_owned),
            value: None,
        }
    }

    fn finding(row: i32, code: &str, detail: Option<&str>) -> Found {
        let place = ("f".into(), "s".into(), Some(row), Some("C".into()));
        Found { place, code: code.into(), loud: code != "I210", detail: detail.map(str::to_owned) }
    }

    #[test]
    fn what_stands_elsewhere_is_missed_and_wrong() {
        let planted = [dirt("a", 5, Some("I205")), dirt("a", 9, Some("I205")), dirt("b", 3, None)];
        let planted: Vec<&DirtRow> = planted.iter().collect();
        let found = vec![finding(5, "I205", None), finding(6, "I205", None), finding(3, "I201", None)];
        let score = compare(&planted, found);
        assert_eq!((score.planted, score.found, score.silent, score.quiet), (2, 1, 1, 0));
        assert_eq!(score.kinds[0].missed.as_deref(), Some("f › s › C9"));
        let wrong: Vec<_> = score.wrong.iter().map(|w| (w.code.as_str(), w.place.as_str())).collect();
        assert_eq!(wrong, [("I201", "f › s › C3"), ("I205", "f › s › C6")]);
    }

    #[test]
    fn a_counted_finding_covers_as_many_cells_as_it_says() {
        let planted: Vec<DirtRow> = [4, 5, 6, 20, 21].map(|row| dirt("t", row, Some("I204"))).into();
        let planted: Vec<&DirtRow> = planted.iter().collect();
        let all = compare(&planted, vec![finding(4, "I204", Some("3")), finding(20, "I204", Some("2"))]);
        assert_eq!((all.found, all.wrong.len()), (5, 0));
        let few = compare(&planted, vec![finding(4, "I204", Some("2")), finding(20, "I204", Some("4"))]);
        assert_eq!((few.found, few.wrong[0].times), (4, 2));
        let none = compare(&planted, vec![finding(5, "I204", Some("2"))]);
        assert_eq!((none.planted, none.found), (5, 2));
    }
}
