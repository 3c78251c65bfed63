//! From a listed figure to the cells of the workbook: a small region goes the whole way, and what the explanation says
//! is read again from the senders' files, without the program's own reader of layouts.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use rsoko::base::{Result, Year, column_number};
use rsoko::explain::{CellRef, Figure, PupilRow, TableSource, dossier, figure, find_school};
use rsoko::grid::{Limits, ScannedSheet, read_number, scan_csv, scan_xlsx};
use rsoko::identification::Identification;
use rsoko::indicators::Indicators;
use rsoko::ingest::Ingest;
use rsoko::lake::RealDisk;
use rsoko::method::MethodPack;
use rsoko::pipeline::Stage;
use rsoko::run::{OpenRun, Silent, Workspace, execute_with};
use rsoko::synth;
use rsoko::tables::{int64s, ints, texts};

use crate::support::{TempDir, trial};

const SOURCES: [(&str, &str); 3] =
    [("data/vpr/**/*.xlsx", "auto"), ("data/ris/**/*.csv", "auto"), ("data/register/*.xlsx", "auto")];

/// The lowest score that is no «2», by grade and subject, and the lowest test score that passes (handbook 3.1, 3.3).
const PASS: [(&str, f64); 6] = [
    ("low_share_vpr_ru5", 18.0),
    ("low_share_vpr_ma5", 7.0),
    ("low_share_vpr_ru6", 25.0),
    ("low_share_vpr_ma6", 6.0),
    ("low_share_ege_ru", 24.0),
    ("low_share_ege_ma", 27.0),
];

fn workspace(folder: &Path) -> Workspace {
    trial(folder, &SOURCES, &["ingest", "indicators", "identification"]);
    let years = vec![Year(2023), Year(2024), Year(2025)];
    let params = synth::Params {
        schools: 30,
        seed: 5,
        years,
        format: synth::Format::Files,
        profile: synth::Profile::typical().unwrap(),
    };
    synth::run(&params, &RealDisk, &folder.join("data"), &|_, _| ()).unwrap();
    Workspace::open(folder, Arc::new(RealDisk)).unwrap().with_reader(Path::new(env!("CARGO_BIN_EXE_rsoko")))
}

fn stages() -> Vec<Box<dyn Stage>> {
    vec![Box::new(Ingest), Box::new(Indicators), Box::new(Identification)]
}

/// Senders' files, read again by the scanner alone.
struct Files<'a> {
    workspace: &'a Workspace,
    sheets: BTreeMap<String, Vec<ScannedSheet>>,
}

impl Files<'_> {
    fn printed(&mut self, cell: &CellRef) -> String {
        let sheets = self.sheets.entry(cell.file.clone()).or_insert_with(|| {
            let bytes = self.workspace.root().read(&cell.file).unwrap();
            if cell.file.ends_with(".csv") {
                vec![scan_csv(&bytes, Some("windows-1251"), &Limits::default()).unwrap().sheet]
            } else {
                scan_xlsx(&bytes, &Limits::default()).unwrap()
            }
        });
        let sheet = sheets.iter().find(|sheet| cell.sheet.is_empty() || sheet.name == cell.sheet).unwrap();
        sheet.cell(cell.row, column_number(&cell.letters).unwrap()).printed().into_owned()
    }

    /// Every cell of a row holds what the explanation says; the numbers in them, in order.
    fn numbers(&mut self, row: &PupilRow) -> Vec<f64> {
        let mut numbers = Vec::new();
        for cell in &row.cells {
            let printed = self.printed(cell);
            let number = read_number(&printed);
            let said = cell.value.as_deref().and_then(read_number);
            assert_eq!(number, said, "{} holds {printed:?}", cell.place());
            numbers.extend(number);
        }
        numbers
    }
}

/// What the cells alone say of a pupil: does he count below the line, and above it?
fn from_cells(figure: &Figure, row: &PupilRow, numbers: &[f64]) -> (i64, i64) {
    let low = match numbers {
        [] => return (0, 0),
        [mark] if row.cells[0].column == "mark" => mark.total_cmp(&2.0).is_eq(),
        scores => {
            let (_, pass) = PASS.iter().find(|(id, _)| *id == figure.indicator).unwrap();
            scores.iter().sum::<f64>() < *pass
        }
    };
    (i64::from(low), 1)
}

#[test]
fn every_figure_ends_in_cells_that_hold_its_numbers() {
    let folder = TempDir::new("explain");
    let workspace = workspace(folder.path());
    execute_with(&workspace, "trial", &stages(), &Silent).unwrap();
    let run = OpenRun::latest(&workspace).unwrap();
    let source = |table: &str, columns: Option<&[&str]>| run.columns(table, columns);
    let text = workspace.root().read("pipelines/methods/federal-847.toml").unwrap();
    let pack = MethodPack::parse("federal-847.toml", std::str::from_utf8(&text).unwrap()).unwrap();

    let mut files = Files { workspace: &workspace, sheets: BTreeMap::new() };
    let findings = run.table("finding").unwrap();
    let text = |name| texts(&findings, name).unwrap().into_iter().map(Option::unwrap_or_default);
    let rows = ints(&findings, "row").unwrap().into_iter().map(Option::unwrap_or_default);
    let found: BTreeSet<(String, String, i32)> = text("path")
        .zip(text("column"))
        .zip(rows)
        .map(|((path, letters), row)| (path, letters, row))
        .collect();
    let mut uncounted = BTreeSet::new();
    let mut kinds = BTreeMap::<String, usize>::new();
    for (school, criterion, year) in figures(&run).unwrap() {
        let figure = figure(&source, &pack, &school, &criterion, Some(Year(year)), false).unwrap();
        assert!(figure.adds_up, "{school} {criterion} {year}");
        // a pupil of a figure of two levels has several rows, and a mean has no rows above the line
        if !pack.is_criterion(&criterion) {
            continue;
        }
        assert_eq!(
            figure.rows.len(),
            usize::try_from(figure.denominator.unwrap()).unwrap(),
            "{school} {criterion}"
        );
        let above = figure.rows.iter().filter(|row| row.numerator != 0).count();
        assert_eq!(above, usize::try_from(figure.numerator.unwrap()).unwrap(), "{school} {criterion}");
        for row in &figure.uncounted {
            for cell in &row.cells {
                assert_eq!(cell.value.as_deref().and_then(read_number), None, "{criterion} {year} {row:?}");
                // a number that the reader did not take is a finding at its cell
                let refused = read_number(&files.printed(cell)).is_some();
                let place = (cell.file.clone(), cell.letters.clone(), i32::try_from(cell.row).unwrap());
                assert!(!refused || found.contains(&place), "{criterion} {year} {place:?}");
            }
            assert!(!row.file.is_empty() && row.row > 0, "{row:?}");
            uncounted.insert(year);
        }
        let mut counted = (0, 0);
        for row in &figure.rows {
            let numbers = files.numbers(row);
            let said = from_cells(&figure, row, &numbers);
            assert_eq!(said, (row.numerator, row.denominator), "{school} {criterion} {year} {row:?}");
            counted = (counted.0 + said.0, counted.1 + said.1);
            for cell in row.cells.iter().take(1) {
                *kinds.entry(cell.column.clone()).or_default() += 1;
            }
        }
        assert_eq!((Some(counted.0), Some(counted.1)), (figure.numerator, figure.denominator));
    }
    // The raw files of 2023 hold absentees.
    assert!(uncounted.contains(&2023), "{uncounted:?}");
    // Marks of sheets, marks that follow from tasks, test scores of the ЕГЭ: each kind has been followed many times.
    for kind in ["mark", "score", "test_score"] {
        assert!(kinds.get(kind).is_some_and(|rows| *rows > 100), "{kinds:?}");
    }

    the_binary_says_the_same(folder.path(), &source, &pack, &run);

    let entries = run.table("list_entry").unwrap();
    let schools = texts(&entries, "school_id").unwrap();
    for school in schools.iter().flatten() {
        let dossier = dossier(&source, &pack, school).unwrap();
        assert_eq!(dossier.school, find_school(&source, school).unwrap());
        let list = &dossier.lists[0];
        assert_eq!(
            list.state == "listed",
            list.criteria_met >= list.criteria_needed && !list.years.is_empty()
        );
        assert_eq!(dossier.trends.len(), pack.indicators.len());
    }
}

/// `rsoko explain SCHOOL INDICATOR --year Y --json` prints the figure of the library.
fn the_binary_says_the_same(folder: &Path, source: TableSource<'_>, pack: &MethodPack, run: &OpenRun) {
    let (school, indicator, year) = figures(run).unwrap().swap_remove(0);
    let output = Command::new(env!("CARGO_BIN_EXE_rsoko"))
        .arg("--workspace")
        .arg(folder)
        .args(["--json", "explain", &school, &indicator, "--year", &year.to_string()])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut said: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(said.as_object_mut().unwrap().remove("changed_sources"), Some(serde_json::json!([])));
    let figure = figure(source, pack, &school, &indicator, Some(Year(year)), false).unwrap();
    assert_eq!(said, serde_json::to_value(&figure).unwrap());
}

/// The figures of schools that have pupils below the line.
fn figures(run: &OpenRun) -> Result<Vec<(String, String, i32)>> {
    let values = run.table("indicator_value")?;
    let (schools, indicators) = (texts(&values, "entity_id")?, texts(&values, "indicator")?);
    let (years, levels) = (ints(&values, "year")?, texts(&values, "level")?);
    let counts = int64s(&values, "denominator")?;
    Ok((0..values.height())
        .filter(|&row| levels[row].as_deref() == Some("school") && counts[row].is_some())
        .filter_map(|row| Some((schools[row].clone()?, indicators[row].clone()?, years[row]?)))
        .collect())
}
